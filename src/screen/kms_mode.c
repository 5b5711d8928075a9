/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SDL keeps the modes of a display, sorted from the largest; with a mode of its own a window is
 * fullscreen in the old sense of the word, and SDL's KMS driver then sets that mode at the first
 * picture.
 *
 * Refused: the same under X11 and Wayland. There the mode belongs to the desktop: SDL would put it
 * back when the window loses the focus, and a person who looks for the reason looks in the
 * desktop's settings.
 */
#include "screen/kms_mode.h"

#include "core/limits.h"
#include "core/text.h"

#include <stdio.h>
#include <string.h>

static struct screen_mode mode_of(const SDL_DisplayMode *mode) {
    return (struct screen_mode){mode->w, mode->h, mode->refresh_rate};
}

static size_t list_modes(int display, SDL_DisplayMode list[MODES_MAX]) {
    int count = SDL_GetNumDisplayModes(display);
    size_t kept = 0;
    for (int i = 0; i < count && kept < MODES_MAX; i++) {
        kept += SDL_GetDisplayMode(display, i, &list[kept]) == 0;
    }
    return kept;
}

/* As many of the modes as a reason has room for, largest first. */
static void tell_modes(const struct screen_mode *list, size_t count,
                       const struct screen_mode *wanted, char *reason) {
    char words[SCREEN_MODE_BYTES];
    modes_words(wanted, words);
    (void)snprintf(reason, REASON_BYTES, "the display has no mode %s; it has", words);
    for (size_t i = 0; i < count && strlen(reason) + SCREEN_MODE_BYTES < REASON_BYTES; i++) {
        modes_words(&list[i], words);
        text_append(reason, REASON_BYTES, i > 0 ? ", " : " ");
        text_append(reason, REASON_BYTES, words);
    }
    text_append(reason, REASON_BYTES, count == 0 ? " none that it tells" : "");
}

bool kms_mode_set(SDL_Window *window, int display, const struct screen_mode *wanted, char *reason) {
    SDL_DisplayMode modes[MODES_MAX];
    struct screen_mode list[MODES_MAX];
    size_t count = list_modes(display, modes);
    for (size_t i = 0; i < count; i++) {
        list[i] = mode_of(&modes[i]);
    }
    int chosen = modes_choose(list, count, wanted);
    if (chosen == MODES_NONE) {
        tell_modes(list, count, wanted, reason);
        return false;
    }
    if (SDL_SetWindowDisplayMode(window, &modes[chosen]) != 0 ||
        SDL_SetWindowFullscreen(window, SDL_WINDOW_FULLSCREEN) != 0) {
        char words[SCREEN_MODE_BYTES];
        modes_words(wanted, words);
        (void)snprintf(reason, REASON_BYTES, "the display refuses the mode %s: %.80s", words,
                       SDL_GetError());
        return false;
    }
    return true;
}

struct screen_mode kms_mode_now(int display) {
    SDL_DisplayMode mode;
    bool told = display >= 0 && SDL_GetCurrentDisplayMode(display, &mode) == 0;
    return told ? mode_of(&mode) : (struct screen_mode){.width = 0};
}
