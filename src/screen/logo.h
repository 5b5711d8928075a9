/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The site's logo: a PNG file, and its pixels at the size in which it stands on the screen.
 *
 * It carries no meaning, and nobody can promise the contrast of a picture: what cannot be read of
 * it is told, and the screen works without it.
 */
#ifndef HALLCALL_SCREEN_LOGO_H
#define HALLCALL_SCREEN_LOGO_H

#include "config/diagnostics.h"
#include "screen/canvas.h"

#include <stdbool.h>
#include <stddef.h>

/* More is refused before anything is decoded. A header on a 4K screen has room for 845 pixels. own
 */
enum { LOGO_BYTES_MAX = 4 << 20, LOGO_SIDE_MAX = 4096, LOGO_PIXELS_MAX = 4 << 20 };

struct logo;

/* Reads and decodes a file. NULL when that fails; then diagnostics say why, with path. */
struct logo *logo_read(const char *path, struct diagnostics *diagnostics);
/* The same from memory; path is for diagnostics only. bytes are borrowed for the call. */
struct logo *logo_decode(const void *bytes, size_t count, const char *path,
                         struct diagnostics *diagnostics);
/* Accepts NULL. */
void logo_destroy(struct logo *logo);
/* Pixels of the file; 0 x 0 for NULL. */
void logo_size(const struct logo *logo, int *width_px, int *height_px);
/* The logo scaled to a size in pixels, each at least 1: made once and kept until another size is
 * asked for. Borrowed until then. NULL when memory is out. */
const struct picture *logo_scaled(struct logo *logo, int width_px, int height_px);
/* Whether memory was out when it was asked for last. False for NULL. */
bool logo_lacking(const struct logo *logo);

#endif
