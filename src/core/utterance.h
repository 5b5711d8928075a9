/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One thing to say, before it is words.
 */
#ifndef HALLCALL_CORE_UTTERANCE_H
#define HALLCALL_CORE_UTTERANCE_H

#include "core/input.h"

/* CHIME_BRIEF stands for CHIME_CALL in a brisk utterance. */
enum chime { CHIME_NONE, CHIME_CALL, CHIME_NOTICE, CHIME_URGENT, CHIME_BRIEF, CHIME_KINDS };

enum utterance_kind { UTTERANCE_CALL, UTTERANCE_RECALL, UTTERANCE_NOTICE, UTTERANCE_URGENT };

/* One announcement is one or more utterances: a language each, then the repetitions. The serial
 * names the utterance in the voice's reports. */
struct utterance {
    uint32_t serial; /* never 0 */
    enum utterance_kind kind;
    enum chime chime;      /* before the words; CHIME_NONE for the second language */
    bool brisk;            /* many wait: a short chime, shorter pauses, a call in brief */
    int64_t pause_ms;      /* silence before the first word when there is no chime */
    char lang[LANG_BYTES]; /* a loaded language's own tag */
    size_t from;           /* its hall: the place in struct halls */
    char id[ID_BYTES];
    uint32_t n;
    bool repeat; /* asked for by a person: its call was announced before */
    char ticket[TICKET_BYTES];
    char counter[NAME_BYTES];
    char label[LABEL_BYTES];
    char spoken[SPOKEN_BYTES]; /* said for the ticket; "": its letters and number */
    char text[TEXT_BYTES];     /* of a notice or an urgent text */
};

#endif
