/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The modes of a display, and the one that a person asked for. No library.
 */
#ifndef HALLCALL_SCREEN_MODES_H
#define HALLCALL_SCREEN_MODES_H

#include "screen/screen.h"

#include <stddef.h>

enum { MODES_MAX = 128, MODES_NONE = -1 };

/* The number of the mode in the list that is wanted: this size, and this rate or, as monitors and
 * kernels round 59.94 differently, the one beside it; without a wanted rate the highest of this
 * size. MODES_NONE when there is none. */
int modes_choose(const struct screen_mode *list, size_t count, const struct screen_mode *wanted);
/* Why a mode is not set where the display is the desktop's. */
extern const char modes_of_desktop[];
/* "1920x1080@60"; without a rate "1920x1080". */
void modes_words(const struct screen_mode *mode, char words[SCREEN_MODE_BYTES]);

#endif
