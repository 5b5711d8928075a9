/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An utterance as words: what the engine is given, one segment per engine call.
 *
 * A template of a language file is cut at '|' into segments; each segment's role follows from what
 * it holds: {letters}, {number}, {counter}, or plain words (a label before the number, the
 * destination after it). Silence before each segment follows from its role (standards.md,
 * "Pauses"). Letters are spoken by name, each followed by a comma; digits in the language's style;
 * hyphens, blanks and slashes of a ticket are dropped. A segment whose placeholder is empty (a
 * ticket without letters) is left out.
 *
 * Pure: no clock, no heap, no I/O. Text from outside is stripped of every character that the engine
 * could read as a command (control bytes, < > & [ ] { }); then the site's and the language file's
 * own forms of its words are put in (phrase_text.h).
 */
#ifndef HALLCALL_CORE_PHRASE_H
#define HALLCALL_CORE_PHRASE_H

#include "core/hall.h"
#include "core/utterance.h"

enum segment_role {
    SEGMENT_LABEL,
    SEGMENT_LETTERS,
    SEGMENT_NUMBER,
    SEGMENT_DESTINATION,
    SEGMENT_COUNTER,
    SEGMENT_TEXT
};

struct segment {
    enum segment_role role;
    int pause_ms;  /* silence before it */
    bool phonemes; /* trusted: [[...]] is read as phonemes */
    bool joined;   /* apart only for eSpeak NG; what is written stands in a segment before */
    char text[SEGMENT_BYTES];
    char written[SEGMENT_BYTES]; /* for engines that know no phonemes; "": has only phonemes */
    char clips[SEGMENT_BYTES];   /* tokens for recorded clips (written.h); "": has none */
};

/* Ready for the voice: nothing in it needs the hall any more. */
struct script {
    uint32_t serial;
    enum chime chime;
    char lang[LANG_BYTES]; /* the language's own tag */
    char voice[VOICE_BYTES];
    char phoneme_voice[VOICE_BYTES]; /* speaks the segments with phonemes; empty: voice */
    int rate;
    float pan;
    size_t segments_count;
    struct segment segments[SEGMENTS_MAX];
};

/* Writes the script of an utterance. Returns false, with script->segments_count 0, when the
 * utterance's language is not loaded or nothing would be said. */
bool phrase_make(const struct hall *hall, const struct utterance *utterance, struct script *script);

/* What of a call the segments of a role say. */
enum said phrase_said(enum segment_role role);

#endif
