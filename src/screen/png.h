/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A canvas as a PNG file, and a PNG file of anyone's as pixels. libpng is known to png.c only.
 */
#ifndef HALLCALL_SCREEN_PNG_H
#define HALLCALL_SCREEN_PNG_H

#include "screen/canvas.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { PNG_REASON_BYTES = 64 };

/* Writes 8-bit RGB. The same canvas gives the same bytes with the same libpng. */
bool png_write(const struct canvas *canvas, FILE *out);
/* Reads into a fresh canvas whose pixels the caller frees. False when it is not a PNG, or larger
 * than 8192 pixels either way. */
bool png_read(FILE *in, struct canvas *canvas);
/* Width and height of a PNG file in memory, as its first bytes say; each at least 1. False when it
 * does not begin like a PNG. Nothing is decoded. */
bool png_size(const void *bytes, size_t count, uint32_t *width, uint32_t *height);
/* Decodes a file in memory for which png_size was true, into width * height pixels 0xAARRGGBB whose
 * colours are not multiplied by their coverage. False with a reason (PNG_REASON_BYTES) when it is
 * broken; the pixels are then undefined. Besides the pixels it takes memory of the order of a row
 * and of what is in the file's other parts, which libpng bounds to 8 MB. */
bool png_decode(const void *bytes, size_t count, uint32_t *pixels, char *reason);

#endif
