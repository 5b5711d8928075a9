/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the characters of a run to the glyphs of a font (HarfBuzz).
 *
 * HarfBuzz is known to shaping.c only. All lengths are in the font's own units, shaping_em() of
 * them to an em, so what was shaped once serves every size.
 */
#ifndef HALLCALL_SCREEN_SHAPING_H
#define HALLCALL_SCREEN_SHAPING_H

#include "core/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GLYPHS_MAX = TEXT_BYTES };

struct shaping;

/* Glyphs from left to right. The ink of all of them lies within left ... right, bottom ... top,
 * seen from the origin on the baseline; all 0 when there is none. */
struct shaped {
    size_t count;
    struct {
        uint32_t number; /* in the font; 0 is the box of a missing glyph */
        int x, y;        /* of its own origin, upwards */
    } glyphs[GLYPHS_MAX];
    int advance;
    int left, right, top, bottom;
};

/* Whether a list of OpenType features, "ss01, ss04", can be read. What a font has not got does
 * nothing. */
bool shaping_reads_features(const char *features);
/* Borrows the bytes of a font file, which must outlive it. NULL when they are no font or memory is
 * exhausted. The features are those that every text is set with. */
struct shaping *shaping_create(const void *bytes, size_t bytes_count, unsigned index,
                               const char *features);
/* Accepts NULL. */
void shaping_destroy(struct shaping *shaping);
int shaping_em(const struct shaping *shaping);
/* The glyph of a character on its own, 0 when the font has none. */
uint32_t shaping_glyph(struct shaping *shaping, uint32_t codepoint);
/* Shapes a text of one direction and one script; what exceeds GLYPHS_MAX is left out. False when
 * memory is exhausted. */
bool shaping_run(struct shaping *shaping, const char *text, bool from_right, struct shaped *shaped);

/* The script of a character, 0 for what every script uses (figures, blanks, marks). */
uint32_t shaping_script(uint32_t codepoint);
bool shaping_is_arabic(uint32_t script);
/* The tallest and deepest letters of a script that has no capitals, which they may outreach; NULL
 * for one that has. */
const char *shaping_extremes(uint32_t script);

#endif
