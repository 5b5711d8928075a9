/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A canvas as a PNG file. libpng is known to png.c only.
 */
#ifndef HALLCALL_SCREEN_PNG_H
#define HALLCALL_SCREEN_PNG_H

#include "screen/canvas.h"

#include <stdbool.h>
#include <stdio.h>

/* Writes 8-bit RGB. The same canvas gives the same bytes with the same libpng. */
bool png_write(const struct canvas *canvas, FILE *out);
/* Reads into a fresh canvas whose pixels the caller frees. False when it is not a PNG, or larger
 * than 8192 pixels either way. */
bool png_read(FILE *in, struct canvas *canvas);

#endif
