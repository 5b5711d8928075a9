/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text: lines of any mix of scripts, measured and painted.
 */
#ifndef HALLCALL_SCREEN_TEXT_H
#define HALLCALL_SCREEN_TEXT_H

#include "core/layout.h"
#include "screen/canvas.h"
#include "screen/faces.h"

struct text;

/* Borrows the faces. cache_bytes bounds the rendered texts kept. NULL when memory is exhausted. */
struct text *text_create(struct faces *faces, size_t cache_bytes);
/* Accepts NULL. */
void text_destroy(struct text *text);
/* What the layout measures with; valid as long as text. */
struct metrics text_metrics(struct text *text);
/* Paints a NODE_TEXT in this colour, ending it in an ellipsis when it is wider than its box.
 * Clipped to its box and to the canvas's clip. */
void text_paint(struct text *text, struct canvas *canvas, const struct node *node, uint32_t colour);
/* The first character of a text that no face of the role has, or that its face cannot set where it
 * stands; 0 when there is none and nothing of the text is drawn as a box. */
uint32_t text_missing(struct text *text, enum face face, const char *words);
/* Renders one character of the ticket face into the cache, unless the cache is nearly full. */
void text_warm(struct text *text, int cap_px, const char *character);

#endif
