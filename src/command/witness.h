/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The witness: from what the running hall sees happen to the journal's records.
 *
 * It remembers when the last calls were received, so that "shown" and "heard" can be told with
 * their delay. Main thread; the journal behind it never waits.
 */
#ifndef HALLCALL_COMMAND_WITNESS_H
#define HALLCALL_COMMAND_WITNESS_H

#include "core/board.h"
#include "journal/journal.h"

enum { WITNESSED_MAX = 256 };

struct witnessed {
    size_t from;
    char id[ID_BYTES];
    uint32_t n;
    char ticket[TICKET_BYTES];
    char counter[NAME_BYTES];
    enum utterance_kind kind;
    int64_t received_us; /* CLOCK_MONOTONIC */
    bool shown;
};

struct witness {
    struct journal *journal; /* NULL: nothing is written */
    struct halls halls;
    size_t count, next;
    struct witnessed recent[WITNESSED_MAX]; /* ring */
};

/* A call was accepted and stands at the head of the list. */
void witness_call(struct witness *witness, const struct call *call, int64_t received_us,
                  wall_ms now);
/* A notice was put up. */
void witness_notice(struct witness *witness, const struct notice *notice, wall_ms now);
/* A frame with everything received so far is on the display. */
void witness_frame(struct witness *witness, int64_t shown_us, wall_ms now);
/* An utterance is at the loudspeaker. */
void witness_heard(struct witness *witness, const struct utterance *utterance, int64_t at_us,
                   wall_ms now);
void witness_unheard(struct witness *witness, const struct unheard *unheard, wall_ms now);
/* A withdraw, served or no-show event was accepted, or a call that takes a ticket away from this
 * display. */
void witness_end(struct witness *witness, const struct event *event, wall_ms now);

#endif
