/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Outputs of a Wayland compositor. Main thread.
 */
#ifndef HALLCALL_SCREEN_WAYLAND_OUTPUTS_H
#define HALLCALL_SCREEN_WAYLAND_OUTPUTS_H

#include "screen/outputs.h"

/* The compositor that WAYLAND_DISPLAY names, over a connection of its own. False when there is
 * none. number is SDL's of the display. */
bool wayland_outputs_list(struct outputs *outputs);

#endif
