/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a view to a scene: places and sizes, all relative to the screen's own size.
 *
 * Pure. Widths of text come through struct metrics, so the same layout runs on real faces and on a
 * test's ruler of equal boxes. Nothing leaves the screen, nothing overlaps, a ticket is never
 * shortened; labels that do not fit are wrapped where there is room, then end in an ellipsis.
 */
#ifndef HALLCALL_CORE_LAYOUT_H
#define HALLCALL_CORE_LAYOUT_H

#include "core/scene.h"
#include "core/view.h"

/* How wide a text is, in pixels, in a face whose capitals are cap_px high. */
struct metrics {
    void *context;
    int (*width)(void *context, enum face face, int cap_px, const char *text);
};

/* How many rows of the called list fit on a screen of this size, 1 to VIEW_ROWS_MAX. The board's
 * pager is given this number, so that a page is exactly what is drawn. */
size_t layout_rows(int width_px, int height_px);

/* Fills *scene for a screen of scene->width x scene->height pixels (set by the caller, at least
 * 320 x 180). Every other byte of *scene is overwritten. */
void layout_make(const struct view *view, const struct metrics *metrics, struct scene *scene);

#endif
