/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What people ask of the board from afar.
 *
 * A mute ends by itself, always: whoever asked for it may have gone home. It is counted in
 * monotonic time from the moment it came, so a jump of the clock neither ends nor lengthens it.
 * Like the volume it is not remembered over a restart: a hall that starts is a hall that speaks.
 *
 * A repeat is announced anew and listed nowhere anew: rows, their marks and their times stay as
 * they are. Only calls that still hold are said again (not ended, not followed by another one at
 * their counter), the newest first, because whatever comes meanwhile cuts the rest.
 */
#include "core/board_remote.h"

#include <string.h>

/* Whether the command was here before; remembers it. */
static bool seen_before(struct board *board, const char *id) {
    if (id[0] == '\0') {
        return false;
    }
    for (size_t i = 0; i < REMOTE_IDS_MAX; i++) {
        if (strcmp(board->remote_ids[i], id) == 0) {
            return true;
        }
    }
    memcpy(board->remote_ids[board->remote_next], id, ID_BYTES);
    board->remote_next = (board->remote_next + 1) % REMOTE_IDS_MAX;
    return false;
}

static void mute(struct board *board, const struct remote *remote, wall_ms wall,
                 const struct announcer_turn *turn) {
    bool by_wall = remote->mute_until != TIME_UNKNOWN && wall != TIME_UNKNOWN;
    int64_t left_ms = by_wall ? remote->mute_until - wall : remote->mute_ms;
    left_ms = left_ms > REMOTE_MUTE_MS_MAX ? REMOTE_MUTE_MS_MAX : left_ms;
    board->unmute_at = left_ms > 0 ? turn->now + left_ms : MONO_NEVER;
    announcer_mute(&board->announcer, turn, left_ms > 0);
}

static void repeat_call(struct board *board, const struct call *call,
                        const struct announcer_turn *turn) {
    struct announcement announcement = {.kind = UTTERANCE_RECALL,
                                        .from = call->from,
                                        .n = call->n,
                                        .langs = call->langs,
                                        .ttl_ms = turn->hall->policy.fresh_max_ms,
                                        .repeat = true};
    memcpy(announcement.id, call->id, sizeof announcement.id);
    memcpy(announcement.ticket, call->ticket, sizeof announcement.ticket);
    memcpy(announcement.counter, call->counter, sizeof announcement.counter);
    memcpy(announcement.label, call->label, sizeof announcement.label);
    (void)announcer_add(&board->announcer, &announcement, turn->now);
}

static void repeat(struct board *board, int count, const struct announcer_turn *turn) {
    announcer_drop_repeats(&board->announcer, turn);
    for (size_t i = 0; i < board->calls_count && count > 0 && !board->announcer.muted; i++) {
        const struct call *call = &board->calls[i];
        bool holds = !call->ended && !call->superseded && board_shows(turn->hall, call);
        if (holds && !announcer_has(&board->announcer, call->from, call->id)) {
            repeat_call(board, call, turn);
            count--;
        }
    }
}

void board_take_remote(struct board *board, const struct remote *remote, wall_ms wall,
                       const struct announcer_turn *turn) {
    if (seen_before(board, remote->id)) {
        return;
    }
    switch (remote->kind) {
    case REMOTE_MUTE:
        mute(board, remote, wall, turn);
        break;
    case REMOTE_VOLUME:
        board->volume_asked = remote->percent;
        break;
    case REMOTE_REPEAT:
        repeat(board, remote->count, turn);
        break;
    }
}

void board_expire_mute(struct board *board, const struct announcer_turn *turn) {
    if (turn->now >= board->unmute_at) {
        board->unmute_at = MONO_NEVER;
        announcer_mute(&board->announcer, turn, false);
    }
}
