/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What people ask of the board from afar: mute, volume, repeat. Internal to the board.
 */
#ifndef HALLCALL_CORE_BOARD_REMOTE_H
#define HALLCALL_CORE_BOARD_REMOTE_H

#include "core/board.h"

/* Does what is asked, once for each id. */
void board_take_remote(struct board *board, const struct remote *remote, wall_ms wall,
                       const struct announcer_turn *turn);
/* Ends a mute whose time is over. */
void board_expire_mute(struct board *board, const struct announcer_turn *turn);

#endif
