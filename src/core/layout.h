/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a view to a scene: places and sizes.
 *
 * Pure. Widths of text come through struct metrics, so the same layout runs on real faces and on a
 * test's ruler of equal boxes. Nothing leaves the screen, nothing overlaps, a ticket is never
 * shortened. No text is smaller than its sheet asks for: what has no room at that size turns pages,
 * wraps, ends in an ellipsis (never a ticket) or is left out, in an order written down in
 * layout_plan.c. Two exceptions, because to be cut would be worse than to be small: a ticket or a
 * counter's number too wide for its place at the least size, and an urgent text too long for the
 * screen. A third because of who reads it: lines for staff, who stand before the screen.
 */
#ifndef HALLCALL_CORE_LAYOUT_H
#define HALLCALL_CORE_LAYOUT_H

#include "core/scene.h"
#include "core/sheet.h"
#include "core/view.h"

/* How wide a text is, in pixels, in a face whose capitals are cap_px high. */
struct metrics {
    void *context;
    int (*width)(void *context, enum face face, int cap_px, const char *text);
};

/* Whether everything that the sheet's layout promises fits at the sheet's sizes: tickets of four
 * characters, counters of three digits, at least two rows of the list. When not, the layout helps
 * itself, and staff should be told. */
enum layout_fit {
    LAYOUT_FITS,
    LAYOUT_REARRANGED, /* at its sizes, but as a list under the call in place of card and list */
    LAYOUT_IN_TURNS,   /* at its sizes, but one thing at a time: the call, or the list */
    LAYOUT_BARE,       /* one counter's display, at its sizes, with nothing beside the call */
    LAYOUT_TOO_SMALL   /* smaller than the sheet asks for */
};

enum layout_fit layout_fit(const struct sheet *sheet);
/* The farthest seat from which everything can be read on a sheet of this kind and size, metres;
 * mounting->diagonal_in must be known. */
double layout_reach_m(const struct sheet *like, const struct mounting *mounting);
/* How many calls stand on one page of the list, 1 to VIEW_ROWS_MAX: fewer while the view has an
 * alarm or trouble, else always the same. The board's pager is given this number, so that a page is
 * exactly what is drawn. */
size_t layout_rows(const struct view *view, const struct sheet *sheet,
                   const struct metrics *metrics);
/* Whether notices have a place at all. */
bool layout_has_notices(const struct sheet *sheet);
/* How many characters of a notice have room at a time; longer ones turn pages. At least 16. */
size_t layout_notice_characters(const struct sheet *sheet);
/* Fills *scene; every byte of it is overwritten. */
void layout_make(const struct view *view, const struct sheet *sheet, const struct metrics *metrics,
                 struct scene *scene);

#endif
