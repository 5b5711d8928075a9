/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Moving the whole picture by a few pixels now and then, so that no edge stands in one place for
 * years.
 *
 * The layout is made for a screen that is SHIFT_SPAN_PX smaller each way, and the scene is put
 * somewhere on the whole screen: so nothing can ever be cut. What reaches an edge of the smaller
 * screen (ground, header, footer) is drawn out to the edge of the whole one.
 */
#ifndef HALLCALL_CORE_SHIFT_H
#define HALLCALL_CORE_SHIFT_H

#include "core/moment.h"
#include "core/scene.h"

enum {
    SHIFT_STEP_PX = 3,
    SHIFT_SIDE = 6, /* places in a row and in a column; even, so that the path can close */
    SHIFT_PLACES = SHIFT_SIDE * SHIFT_SIDE,
    SHIFT_SPAN_PX = SHIFT_STEP_PX * (SHIFT_SIDE - 1), /* 15: at most 8 from the middle */
    SHIFT_EVERY_MS = 2 * 60 * 1000 /* all places in 72 minutes; platform.md "burn-in"; own */
};

/* Where the smaller screen lies on the whole one at a place of the path, 0 to SHIFT_PLACES - 1:
 * pixels from the left and from above, 0 to SHIFT_SPAN_PX. From one place to the next it moves by
 * one step, and the last is beside the first. */
void shift_place(size_t place, int *right_px, int *down_px);
/* The place in the middle of all, where a screen begins. */
size_t shift_middle(void);
/* Puts a scene of the smaller screen on the whole one. */
void shift_scene(struct scene *scene, size_t place);

#endif
