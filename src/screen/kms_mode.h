/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Driving a display in a mode that a person asked for, where the display is ours (KMS/DRM).
 */
#ifndef HALLCALL_SCREEN_KMS_MODE_H
#define HALLCALL_SCREEN_KMS_MODE_H

#include "screen/modes.h"

#include <SDL.h>

/* Makes a hidden window on a display fullscreen in this mode. False, with a reason (REASON_BYTES)
 * that names what there is, when the display has no such mode or refuses it; the window is then as
 * it was. */
bool kms_mode_set(SDL_Window *window, int display, const struct screen_mode *wanted, char *reason);
/* The mode that a display is in; width 0 when it cannot be told. */
struct screen_mode kms_mode_now(int display);

#endif
