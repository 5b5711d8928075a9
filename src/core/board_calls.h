/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The board's room for calls: rows, identities, snapshots. Internal to the board.
 */
#ifndef HALLCALL_CORE_BOARD_CALLS_H
#define HALLCALL_CORE_BOARD_CALLS_H

#include "core/board.h"

/* Each takes the turn that board.c made of its arguments. */
void board_take_event(struct board *board, const struct event *event,
                      const struct announcer_turn *turn);
void board_take_snapshot(struct board *board, const struct snapshot *snapshot,
                         const struct announcer_turn *turn);
/* Removes rows whose time is over. */
void board_expire_calls(struct board *board, const struct policy *policy, mono_ms now);
/* When the next row of this display changes (loses its mark, leaves); MONO_NEVER when none will by
 * itself. */
mono_ms board_calls_deadline(const struct board *board, const struct hall *hall, mono_ms now);
/* The tags a call is spoken and written in: the event's own, then the hall's, loaded ones only. */
void board_pick_langs(const struct hall *hall, const struct lang_list *asked,
                      struct lang_list *langs);

#endif
