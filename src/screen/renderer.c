/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A renderer that is known to show what it draws.
 *
 * Silent failures are known of SDL 2.26 on KMS/DRM: its `opengl` renderer draws no texture at all
 * when libGL is missing, and its `software` renderer draws into memory that nobody looks at. So
 * OpenGL ES 2 is named, SDL is asked what it took, and before the first picture a texel is drawn
 * and read back; a display that does not answer with it is refused with a reason, because a black
 * screen that believes itself well is the worst state a hall can be in.
 *
 * The libraries are opened by name at run time, by SDL's window on KMS/DRM and by its renderer
 * elsewhere: whoever finds out, the words for staff are the same.
 *
 * Refused: another renderer on KMS/DRM where the environment names one (the texel proves only that
 * it draws, not that it shows), and one rule for all drivers (under X11 and Wayland any renderer
 * ends in the server's hands).
 */
#include "screen/renderer.h"

#include "core/limits.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char wanted[] = "opengles2";

void renderer_hints(void) {
    SDL_SetHint(SDL_HINT_RENDER_DRIVER, wanted);
    SDL_SetHint(SDL_HINT_RENDER_SCALE_QUALITY, "0");
}

/* What is missing and how to get it; why without its full stop. */
static void tell_missing(const char *why, char *reason) {
    size_t length = strlen(why);
    length -= length > 0 && why[length - 1] == '.';
    (void)snprintf(reason, REASON_BYTES,
                   "no OpenGL ES 2 (libEGL, libGLESv2): %.*s; apt install libegl1 libgles2 "
                   "libgl1-mesa-dri",
                   length < 60 ? (int)length : 60, why);
}

bool renderer_lacking(const char *words, char *reason) {
    bool lacking = strstr(words, "GL") != NULL || strstr(words, "GBM") != NULL;
    if (lacking) {
        tell_missing(words, reason);
    }
    return lacking;
}

/* Whether a texture really arrives: one texel drawn and read back. */
static bool texel_arrives(SDL_Renderer *renderer) {
    const uint32_t drawn = 0xff3c9f5au;
    uint32_t read = 0;
    SDL_Rect at = {0, 0, 1, 1};
    SDL_Texture *texture =
        SDL_CreateTexture(renderer, SDL_PIXELFORMAT_ARGB8888, SDL_TEXTUREACCESS_STREAMING, 1, 1);
    bool good =
        texture != NULL && SDL_UpdateTexture(texture, NULL, &drawn, sizeof drawn) == 0 &&
        SDL_RenderClear(renderer) == 0 && SDL_RenderCopy(renderer, texture, NULL, &at) == 0 &&
        SDL_RenderReadPixels(renderer, &at, SDL_PIXELFORMAT_ARGB8888, &read, sizeof read) == 0;
    if (texture != NULL) {
        SDL_DestroyTexture(texture);
    }
    return good && (read & 0x00ffffffu) == (drawn & 0x00ffffffu);
}

/* Whether SDL took a renderer that shows something on KMS/DRM. */
static bool fits_kms(SDL_Renderer *renderer, char *reason) {
    SDL_RendererInfo info;
    char why[64];
    const char *name = SDL_GetRendererInfo(renderer, &info) == 0 ? info.name : "unknown";
    const char *named = getenv("SDL_RENDER_DRIVER");
    if (strcmp(name, wanted) == 0) {
        return true;
    }
    if (named != NULL && SDL_strcasecmp(named, name) == 0) {
        (void)snprintf(reason, REASON_BYTES,
                       "SDL_RENDER_DRIVER in the environment is \"%.20s\", which shows nothing "
                       "without a desktop: take it out, or make it %s",
                       named, wanted);
        return false;
    }
    (void)snprintf(why, sizeof why, "SDL took its renderer \"%.20s\"", name);
    tell_missing(why, reason);
    return false;
}

static bool shows(SDL_Renderer *renderer, bool kms, char *reason) {
    if (kms && !fits_kms(renderer, reason)) {
        return false;
    }
    /* SDL on KMS/DRM (2.26) makes the surface again while it shows the first picture, and what was
     * drawn is lost: black, until something changes. So the first picture is an empty one. */
    (void)SDL_RenderClear(renderer);
    SDL_RenderPresent(renderer);
    if (!texel_arrives(renderer)) {
        tell_missing("the display's driver draws nothing", reason);
        return false;
    }
    return true;
}

SDL_Renderer *renderer_create(SDL_Window *window, bool kms, char *reason) {
    SDL_Renderer *renderer = SDL_CreateRenderer(window, -1, SDL_RENDERER_ACCELERATED);
    if (renderer == NULL) {
        tell_missing(SDL_GetError(), reason);
    } else if (!shows(renderer, kms, reason)) {
        SDL_DestroyRenderer(renderer);
        renderer = NULL;
    }
    return renderer;
}
