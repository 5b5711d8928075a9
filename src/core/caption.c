/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which part of a call is being heard.
 *
 * Considered and refused: a timer in the voice thread that reports a segment when it is heard (one
 * more wakeup for each, and late by the time the report takes).
 */
#include "core/caption.h"

#include <stdbool.h>

void caption_add(struct caption *caption, mono_ms at, enum said said) {
    bool same = caption->count > 0 && caption->changes[caption->count - 1].said == said;
    if (!same && caption->count < CAPTION_CHANGES_MAX) {
        caption->changes[caption->count].at = at;
        caption->changes[caption->count].said = said;
        caption->count++;
    }
}

enum said caption_at(const struct caption *caption, mono_ms now) {
    enum said said = SAID_NOTHING;
    for (size_t i = 0; i < caption->count && caption->changes[i].at <= now; i++) {
        said = caption->changes[i].said;
    }
    return said;
}

mono_ms caption_next(const struct caption *caption, mono_ms now) {
    for (size_t i = 0; i < caption->count; i++) {
        if (caption->changes[i].at > now) {
            return caption->changes[i].at;
        }
    }
    return MONO_NEVER;
}
