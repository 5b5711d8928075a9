/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Turning a picture for a screen that hangs on its side or upside down. Turns are quarters of a
 * circle, clockwise, 0 to 3. No library, any thread.
 */
#ifndef HALLCALL_SCREEN_TURN_H
#define HALLCALL_SCREEN_TURN_H

#include "screen/canvas.h"

/* Where a box of a picture of width x height lies when the picture has been turned. */
struct box turn_box(struct box box, int turns, int width, int height);
/* Copies a box of the canvas, turned, to pixels whose rows are stride pixels apart. The box lies
 * within the canvas. */
void turn_pixels(const struct canvas *canvas, struct box box, int turns, uint32_t *to, int stride);

#endif
