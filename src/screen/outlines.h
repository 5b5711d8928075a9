/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the glyphs of a font to coverage (FreeType).
 *
 * FreeType is known to outlines.c only.
 */
#ifndef HALLCALL_SCREEN_OUTLINES_H
#define HALLCALL_SCREEN_OUTLINES_H

#include "screen/shaping.h"

/* A rendered text: coverage, and where it stands from the pen on the baseline. */
struct glyphs {
    uint8_t *bytes; /* free() it; NULL for a blank */
    int width, height;
    int left; /* from the pen to the mask's left edge, may be negative */
    int top;  /* from the baseline up to the mask's upper edge */
};

struct outlines;

/* Borrows the bytes of a font file, which must outlive it. NULL when they are no font or memory is
 * exhausted. */
struct outlines *outlines_create(const void *bytes, size_t bytes_count, long index);
/* Accepts NULL. */
void outlines_destroy(struct outlines *outlines);
/* Sets the em to so many 24ths of a pixel: whole pixels would make a long line several pixels wider
 * than was measured. False when the font fails. */
bool outlines_size(struct outlines *outlines, int em_24ths);
/* The upper edge of a glyph as drawn in this size, pixels above the baseline; 0 when it has none.
 */
int outlines_top(struct outlines *outlines, uint32_t glyph);
/* Draws what was shaped with the same font, em units to the em. False when memory is exhausted or
 * the font fails; glyphs are then empty. */
bool outlines_draw(struct outlines *outlines, const struct shaped *shaped, int em,
                   struct glyphs *glyphs);

#endif
