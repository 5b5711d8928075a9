/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which part of a call is being heard: the ticket or the way to the counter.
 *
 * The voice reports a segment when it is queued, up to half a second before it is heard, with the
 * moment at which it will be; so what is said at a moment is read off a short list of changes.
 * Plain value.
 */
#ifndef HALLCALL_CORE_CAPTION_H
#define HALLCALL_CORE_CAPTION_H

#include "core/moment.h"

#include <stddef.h>

enum { CAPTION_CHANGES_MAX = 8 };

/* What of a call a segment says. */
enum said { SAID_NOTHING, SAID_TICKET, SAID_DESTINATION };

/* Empty when all is zero. */
struct caption {
    size_t count;
    struct {
        mono_ms at;
        enum said said;
    } changes[CAPTION_CHANGES_MAX];
};

/* From a moment on this is said. A change to what was said before is none; what does not fit is
 * dropped, and the part before it stands until the end. */
void caption_add(struct caption *caption, mono_ms at, enum said said);
/* What is said at a moment: SAID_NOTHING before the first change. */
enum said caption_at(const struct caption *caption, mono_ms now);
/* The next change after now, MONO_NEVER when there is none. */
mono_ms caption_next(const struct caption *caption, mono_ms now);

#endif
