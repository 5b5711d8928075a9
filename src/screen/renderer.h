/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SDL's renderer on a window: how textures reach a display that has only a GPU. Main thread.
 */
#ifndef HALLCALL_SCREEN_RENDERER_H
#define HALLCALL_SCREEN_RENDERER_H

#include <SDL.h>
#include <stdbool.h>

/* Says which renderer is wanted. Call before video is started. */
void renderer_hints(void);
/* A renderer that shows textures, to be given to SDL_DestroyRenderer; NULL with a reason
 * (REASON_BYTES) for staff. kms: the display is ours alone (KMS/DRM), without a desktop. */
SDL_Renderer *renderer_create(SDL_Window *window, bool kms, char *reason);
/* Whether SDL's words about a window that was not opened on KMS/DRM mean that a renderer would lack
 * its libraries; then with a reason that names them. */
bool renderer_lacking(const char *words, char *reason);

#endif
