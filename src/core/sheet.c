/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sizes from the distance.
 *
 * A capital of height h at the horizontal distance d, its eye v below it, is seen from
 * s = sqrt(d * d + v * v) and foreshortened by d / s. So it must be s * s / d times what the table
 * gives for a metre, not d times. The upper edge is taken for everything: the farthest case.
 *
 * Refused: a size in between for "less important" text. What is not worth reading from a chair is
 * left out of the screen.
 */
#include "core/sheet.h"

#include <math.h>
#include <stddef.h>

const char *const layout_names[] = {
    [LAYOUT_MAIN] = "main",       [LAYOUT_LIST] = "list", [LAYOUT_NEAR] = "near",
    [LAYOUT_COUNTER] = "counter", [LAYOUT_BAR] = "bar",   [LAYOUT_KINDS] = NULL,
};

/* Millimetres of capital for each metre; where from: sheet.h. */
static const double call_mm = 13.4, text_mm = 6.5;
static const double mm_per_inch = 25.4;
/* The same for each short side of distance, when neither inches nor metres are known. */
static const double call_part = 0.0134, text_part = 0.0065;
/* No hall is so small that the screen need be read like a letter: sizes do not fall below those for
 * so many short sides; own. */
static const double sides_least = 3.75;

int sheet_unit(int width_px, int height_px) {
    int unit = width_px < height_px ? width_px : height_px;
    return width_px * 5 > height_px * 12 ? height_px * 3 / 2 : unit;
}

int sheet_staff_cap(int unit_px, int text_cap) {
    int least = (int)ceil(unit_px * text_part * STAFF_TENTHS_AWAY / 10 - 1e-6);
    return least < text_cap ? least : text_cap;
}

static double pixels_per_mm(int width_px, int height_px, const struct mounting *mounting) {
    return hypot(width_px, height_px) / (mounting->diagonal_in * mm_per_inch);
}

static int at_least(double wanted, double least) {
    return (int)ceil((wanted > least ? wanted : least) - 1e-6);
}

struct sheet sheet_at(enum layout_kind kind, int width_px, int height_px,
                      const struct mounting *mounting, double distance_m) {
    double above = (mounting->mount_top_mm - EYES_SITTING_MM) / 1000.0;
    double rise = mounting->mount_top_mm > EYES_SITTING_MM ? above : 0;
    double metres = (distance_m * distance_m + rise * rise) / distance_m;
    double pixels = pixels_per_mm(width_px, height_px, mounting);
    double unit = sheet_unit(width_px, height_px);
    return (struct sheet){
        .width = width_px,
        .height = height_px,
        .kind = kind,
        .call_cap = at_least(metres * call_mm * pixels, unit * call_part * sides_least),
        .text_cap = at_least(metres * text_mm * pixels, unit * text_part * sides_least),
    };
}

static int usual_sides(enum layout_kind kind) {
    return kind == LAYOUT_NEAR ? SIDES_AWAY_NEAR : SIDES_AWAY;
}

double sheet_usual_distance(enum layout_kind kind, int width_px, int height_px,
                            const struct mounting *mounting) {
    if (mounting->diagonal_in <= 0) {
        return 0;
    }
    double side_mm = sheet_unit(width_px, height_px) / pixels_per_mm(width_px, height_px, mounting);
    return side_mm * usual_sides(kind) / 1000.0;
}

struct sheet sheet_make(enum layout_kind kind, int width_px, int height_px,
                        const struct mounting *mounting) {
    if (mounting->diagonal_in > 0 && mounting->distance_m > 0) {
        return sheet_at(kind, width_px, height_px, mounting, mounting->distance_m);
    }
    double sides = sheet_unit(width_px, height_px) * (double)usual_sides(kind);
    return (struct sheet){.width = width_px,
                          .height = height_px,
                          .kind = kind,
                          .call_cap = at_least(sides * call_part, 0),
                          .text_cap = at_least(sides * text_part, 0)};
}
