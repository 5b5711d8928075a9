/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Outputs of an X server, by RandR. Main thread.
 */
#ifndef HALLCALL_SCREEN_X_OUTPUTS_H
#define HALLCALL_SCREEN_X_OUTPUTS_H

#include "screen/outputs.h"

/* The server that DISPLAY names, over a connection of its own. False when none answers; a server
 * without RandR 1.5 answers and has no outputs. */
bool x_outputs_list(struct outputs *outputs);
/* From now on this connection (a Display) is sent events when outputs or modes change. */
void x_outputs_watch(void *display);
/* Whether an event (an XEvent) of that connection is such a one. */
bool x_outputs_changed(const void *event);

#endif
