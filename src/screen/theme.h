/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A theme: a value for each colour role, refused when it cannot be read from a chair.
 */
#ifndef HALLCALL_SCREEN_THEME_H
#define HALLCALL_SCREEN_THEME_H

#include "config/diagnostics.h"
#include "core/scene.h"

#include <stdbool.h>
#include <stdint.h>

struct theme {
    uint32_t colours[COLOUR_KINDS]; /* 0xffRRGGBB */
};

/* The key under [colours] that names a role: "accent-ink". */
const char *colour_name(enum colour colour);
/* WCAG 2.x contrast ratio, 1 to 21. */
double theme_contrast(uint32_t a, uint32_t b);
/* The least contrast of a pair that the gates know, either way round; 0 for one that may be
 * anything: a ground beside a ground, or COLOUR_LINE. */
double theme_gate(enum colour a, enum colour b);
/* Checks the contrast gates (standards.md, "Contrast": 9 for calls, 7 for other text; 3 for shapes,
 * WCAG 2.2, 1.4.11). True when all hold; else each pair that fails is told with its ratio and the
 * nearest colour that would pass. path is for diagnostics only. */
bool theme_check(const struct theme *theme, const char *path, struct diagnostics *diagnostics);
/* Reads "[colours] role = #rrggbb" for every role. True when the file is complete and passes the
 * gates; otherwise *theme is untouched and diagnostics hold every fault. */
bool theme_read(const char *path, struct theme *theme, struct diagnostics *diagnostics);

#endif
