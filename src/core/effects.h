/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a turn of the core asks of the world: something to say, silence, a loudspeaker that is
 * awake, and what became of calls that will not be heard.
 */
#ifndef HALLCALL_CORE_EFFECTS_H
#define HALLCALL_CORE_EFFECTS_H

#include "core/utterance.h"

enum { EFFECTS_MAX = 4, UNHEARD_MAX = 64 };

enum effect_kind {
    EFFECT_SPEAK,
    EFFECT_HUSH,
    EFFECT_WAKE /* something will be said after policy.lead_in_ms */
};

struct effect {
    enum effect_kind kind;
    struct utterance utterance; /* EFFECT_SPEAK */
};

/* Why a call will not be heard, or not any more. */
enum unheard_why {
    UNHEARD_STALE,  /* it was too old when it arrived */
    UNHEARD_OUTAGE, /* it grew too old while nothing could be spoken */
    UNHEARD_FAILED, /* the voice failed; it was on the card in silence */
    UNHEARD_MUTED,  /* the voice was muted; it was on the card in silence */
    UNHEARD_OVER,   /* withdrawn, served or called anew before its turn */
    UNHEARD_FULL,   /* too many calls were waiting */
    UNHEARD_KINDS
};

struct unheard {
    enum unheard_why why;
    size_t from;
    char id[ID_BYTES];
    uint32_t n;
};

/* What the run loop must do after a turn, in order; and what became of calls that will not be
 * heard, for the journal (the first UNHEARD_MAX of a turn). */
struct effects {
    size_t count;
    struct effect list[EFFECTS_MAX];
    size_t unheard_count;
    struct unheard unheard[UNHEARD_MAX];
};

/* Notes that a call will not be heard. */
void effects_unheard(struct effects *effects, enum unheard_why why, size_t from, const char *id,
                     uint32_t n);

#endif
