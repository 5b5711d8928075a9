/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SDL's renderer on a window: how textures reach a display that has only a GPU. Main thread.
 */
#ifndef HALLCALL_SCREEN_RENDERER_H
#define HALLCALL_SCREEN_RENDERER_H

#include <SDL.h>

/* Says which renderer is wanted. Call before video is started. */
void renderer_hints(void);
/* A renderer that shows textures, to be given to SDL_DestroyRenderer; NULL with a reason
 * (REASON_BYTES) for staff. */
SDL_Renderer *renderer_create(SDL_Window *window, char *reason);

#endif
