/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sheet that a layout is made for: pixels, what the screen is for, and the least sizes at which
 * it is read from the farthest seat.
 *
 * The sizes are calculated (standards.md, "Seeing"): capitals of a ticket and of a counter's number
 * take at least 0.7 degrees there, 12.2 mm for each metre (EN 301 549 V3.2.1, 5.1.4), a tenth more
 * because light text stands on dark ground in most themes (DIN 1450): 13.4 mm. Everything else that
 * carries meaning takes 1/155 of the distance: 6.5 mm for each metre (ASR A6).
 *
 * Pure. The distance is measured on the floor; a screen that hangs above the eyes is farther away
 * and seen foreshortened, which both is paid for here.
 */
#ifndef HALLCALL_CORE_SHEET_H
#define HALLCALL_CORE_SHEET_H

#include <stdbool.h>

enum layout_kind {
    LAYOUT_MAIN,    /* the call, large, and the list of calls beside or below it */
    LAYOUT_LIST,    /* the call in one line above a list of many */
    LAYOUT_NEAR,    /* as main, fewer and larger: a lower screen to walk up to */
    LAYOUT_COUNTER, /* one counter's own display: its number, its ticket, its light */
    LAYOUT_BAR,     /* a stretched screen: call and list side by side, nothing else */
    LAYOUT_KINDS
};

/* As they are written: "main"; NULL behind the last. */
extern const char *const layout_names[];

enum {
    SIDES_AWAY = 6,         /* the farthest seat when nobody told, in short sides; own */
    SIDES_AWAY_NEAR = 9,    /* the same for LAYOUT_NEAR: half as large again; own */
    EYES_SITTING_MM = 1200, /* above the floor; own */
    /* Whoever hangs the screen stands on a ladder or a step in front of it, within so many tenths
     * of its short side: 1 m from a screen of 32 inches, 1.7 m from one of 55. Words that only they
     * need are not made for the last row; own */
    STAFF_TENTHS_AWAY = 25
};

/* How a screen hangs, as far as the configuration tells; 0 for what it does not. */
struct mounting {
    double diagonal_in;  /* of the screen */
    double distance_m;   /* of the farthest seat */
    double mount_top_mm; /* the screen's upper edge above the floor */
};

struct sheet {
    int width, height; /* pixels, at least 320 x 180 */
    enum layout_kind kind;
    int call_cap; /* least height of capitals of tickets and counters' numbers, pixels */
    int text_cap; /* the same of all other text */
    bool words;   /* some counter's label is words, not a number; set by who knows the hall */
};

struct sheet sheet_make(enum layout_kind kind, int width_px, int height_px,
                        const struct mounting *mounting);
/* The same for a distance of so many metres in place of its own. diagonal_in must
 * be known. */
struct sheet sheet_at(enum layout_kind kind, int width_px, int height_px,
                      const struct mounting *mounting, double distance_m);
/* The distance that a sheet without a distance of its own is made for, in metres; 0 when the
 * diagonal is not known. */
double sheet_usual_distance(enum layout_kind kind, int width_px, int height_px,
                            const struct mounting *mounting);
/* The least capitals of words for staff on a screen of this unit, pixels: 1/155 of their distance
 * (ASR A6) as everything else, and never more than visitors' text. */
int sheet_staff_cap(int unit_px, int text_cap);
/* The side from which everything scales, pixels: the short one, more on a very wide bar, whose
 * height says little about how far it is read. */
int sheet_unit(int width_px, int height_px);

#endif
