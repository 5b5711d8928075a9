/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cache of rendered spans of text: as many as fit into a number of bytes, least recently used
 * go first.
 */
#ifndef HALLCALL_SCREEN_MASKS_H
#define HALLCALL_SCREEN_MASKS_H

#include "screen/faces.h"

struct masks;

/* NULL when memory is exhausted. bytes_max bounds what is kept; one text larger than that is still
 * rendered, and forgotten at the next. */
struct masks *masks_create(struct faces *faces, size_t bytes_max);
/* Accepts NULL. */
void masks_destroy(struct masks *masks);
/* The text's glyphs, rendered now or before. Borrowed until the next call. NULL when it cannot be
 * rendered. */
const struct glyphs *masks_get(struct masks *masks, const struct span *span, int cap_px);
/* For tests and the bench. */
size_t masks_bytes(const struct masks *masks);

#endif
