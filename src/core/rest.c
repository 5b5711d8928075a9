/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Black, not switched off: a screen that loses its signal shows a sign of its own about that, may
 * not come back, and takes seconds when it does.
 *
 * What keeps it on is read off the board: the rows that were called in this run, which is also what
 * a muted or a lost voice leaves, and the announcer, which knows of notices. A snapshot wakes
 * nobody: it is the past.
 *
 * Refused: a state that is woken and falls asleep again (it would have to be restored, and be told
 * of each jump of the clock).
 */
#include "core/rest.h"

static bool speaks(const struct announcer *announcer) {
    return announcer->state != ANNOUNCER_IDLE || announcer->waiting > 0;
}

/* Until when the screen stays on; MONO_NEVER while it is not known yet. */
static mono_ms awake_until(const struct board *board, const struct hall *hall) {
    const struct announcer *announcer = &board->announcer;
    int64_t while_ms = hall->policy.listed_min_ms + REST_AWAKE_MS;
    mono_ms until = INT64_MIN;
    if (board->urgent.active || speaks(announcer)) {
        return MONO_NEVER;
    }
    if (announcer->current.langs.count > 0) {
        until = announcer->started_at + while_ms;
    }
    for (size_t i = 0; i < board->calls_count; i++) {
        const struct call *call = &board->calls[i];
        bool counts = call->announced && board_shows(hall, call);
        if (counts && call->called_at + while_ms > until) {
            until = call->called_at + while_ms;
        }
    }
    return until;
}

bool rest_trusts(enum clock_state clock) {
    return clock == CLOCK_SYNCHRONISED || clock == CLOCK_TRUSTED;
}

bool rest_now(const struct board *board, const struct hall *hall, struct moment now,
              int utc_offset_s) {
    return board->met && rest_trusts(board->clock) &&
           week_find(&hall->policy.off, now.wall, utc_offset_s) != WEEK_NONE &&
           now.mono >= awake_until(board, hall);
}

mono_ms rest_deadline(const struct board *board, const struct hall *hall, mono_ms now) {
    mono_ms until = hall->policy.off.count > 0 ? awake_until(board, hall) : MONO_NEVER;
    return until > now ? until : MONO_NEVER;
}
