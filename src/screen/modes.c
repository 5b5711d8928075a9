/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Exact sizes only: a mode that is near to the wanted one is another picture, and the one that the
 * display has by itself is then the better choice.
 *
 * Refused: SDL_GetClosestDisplayMode, which takes the next larger mode and says nothing about it.
 */
#include "screen/modes.h"

#include <stdio.h>
#include <stdlib.h>

const char modes_of_desktop[] = "[display] mode is for a screen that hallcall owns: under X11 and "
                                "Wayland set the mode in the desktop";

/* How far a rate is from the wanted one; a rate that is not wanted is the better the higher it is.
 */
static int distance(int hz, int wanted) {
    return wanted > 0 ? abs(hz - wanted) : -hz;
}

int modes_choose(const struct screen_mode *list, size_t count, const struct screen_mode *wanted) {
    int best = MODES_NONE;
    for (size_t i = 0; i < count; i++) {
        const struct screen_mode *mode = &list[i];
        int away = distance(mode->hz, wanted->hz);
        bool fits = mode->width == wanted->width && mode->height == wanted->height && away <= 1;
        if (fits && (best == MODES_NONE || away < distance(list[best].hz, wanted->hz))) {
            best = (int)i;
        }
    }
    return best;
}

void modes_words(const struct screen_mode *mode, char words[SCREEN_MODE_BYTES]) {
    (void)snprintf(words, SCREEN_MODE_BYTES, mode->hz > 0 ? "%dx%d@%d" : "%dx%d", mode->width,
                   mode->height, mode->hz);
}
