/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A renderer that is known to draw.
 *
 * Two silent failures are known of SDL 2.26 on KMS/DRM: its `opengl` renderer draws no texture at
 * all when libGL is missing, and its `software` renderer draws nothing. So OpenGL ES 2 is named,
 * and before the first picture a texel is drawn and read back; a display that does not answer with
 * it is refused with a reason, because a black screen that believes itself well is the worst state
 * a hall can be in.
 */
#include "screen/renderer.h"

#include "core/limits.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

void renderer_hints(void) {
    SDL_SetHint(SDL_HINT_RENDER_DRIVER, "opengles2");
    SDL_SetHint(SDL_HINT_RENDER_SCALE_QUALITY, "0");
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

SDL_Renderer *renderer_create(SDL_Window *window, char *reason) {
    SDL_Renderer *renderer = SDL_CreateRenderer(window, -1, SDL_RENDERER_ACCELERATED);
    if (renderer == NULL) {
        (void)snprintf(reason, REASON_BYTES,
                       "no OpenGL ES 2: %.60s; apt install libgles2 libegl1 libgl1-mesa-dri",
                       SDL_GetError());
        return NULL;
    }
    /* SDL on KMS/DRM (2.26) makes the surface again while it shows the first picture, and what was
     * drawn is lost: black, until something changes. So the first picture is an empty one. */
    (void)SDL_RenderClear(renderer);
    SDL_RenderPresent(renderer);
    if (!texel_arrives(renderer)) {
        (void)snprintf(reason, REASON_BYTES,
                       "the display's driver draws nothing; apt install "
                       "libgles2 libegl1 libgl1-mesa-dri");
        SDL_DestroyRenderer(renderer);
        return NULL;
    }
    return renderer;
}
