/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Notices of the board: which one is shown, in which language, and which part of it. Internal to
 * the board; the view asks for the words.
 */
#ifndef HALLCALL_CORE_BOARD_NOTICES_H
#define HALLCALL_CORE_BOARD_NOTICES_H

#include "core/board.h"

/* Puts a notice in its place; one without a text takes the one of its id down. Whether it is there
 * now: a full list loses its last one, which may be this one. */
bool board_put_notice(struct board *board, const struct notice *notice);
/* Lets time pass: notices whose time is over leave, pages turn. */
void board_turn_notices(struct board *board, const struct policy *policy, struct moment now);
/* When that changes something next; MONO_NEVER for never. */
mono_ms board_notices_deadline(const struct board *board, struct moment now);
/* The words to be shown now, "" for none. */
void board_notice_words(const struct board *board, struct moment now, char out[TEXT_BYTES]);

#endif
