/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Moving a damaged journal out of the way without losing it.
 */
#ifndef HALLCALL_JOURNAL_ASIDE_H
#define HALLCALL_JOURNAL_ASIDE_H

#include <stdbool.h>

/* Renames path and its write-ahead log to path.damaged-1; the damaged journal before becomes
 * damaged-2, and the one before that is removed. False with errno when path is still there. */
bool aside_move(const char *path);

#endif
