/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A picture in memory and the few shapes a scene is made of.
 *
 * Pixels are 32 bits, 0xffRRGGBB in native order, which is what X11, Wayland and SDL's window
 * surface use on every machine we run on. Nothing here knows a library. All drawing is clipped to
 * canvas->clip; a clip outside the picture draws nothing.
 */
#ifndef HALLCALL_SCREEN_CANVAS_H
#define HALLCALL_SCREEN_CANVAS_H

#include "core/scene.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct canvas {
    uint32_t *pixels; /* borrowed from whoever set it up */
    int width, height;
    int stride; /* pixels from one row to the next */
    struct box clip;
};

/* A picture of coverage: 0 is nothing, 255 is full ink. */
struct mask {
    const uint8_t *bytes;
    int width, height; /* rows stand one after another without padding */
};

/* Pixels 0xAARRGGBB whose colours are multiplied by their coverage, row after row. */
struct picture {
    const uint32_t *pixels;
    int width, height;
};

/* Uses the pixels of the caller; the clip is the whole picture. */
void canvas_init(struct canvas *canvas, uint32_t *pixels, int width, int height, int stride);
/* Clips to box, cut to the picture. */
void canvas_clip(struct canvas *canvas, struct box box);
/* Fills a box with antialiased round corners; radius is cut to half of the shorter side. */
void canvas_fill(struct canvas *canvas, struct box box, int radius, uint32_t colour);
/* The frame of a box: as canvas_fill, without what is more than width from the edge. */
void canvas_ring(struct canvas *canvas, struct box box, const struct ring *ring, uint32_t colour);
/* Paints colour through a mask whose upper left corner is at x, y. */
void canvas_mask(struct canvas *canvas, const struct mask *mask, int x, int y, uint32_t colour);
/* Paints a picture whose upper left corner is at x, y. */
void canvas_picture(struct canvas *canvas, const struct picture *picture, int x, int y);
/* An arrow in the middle of box. DIRECTION_UP and DIRECTION_DOWN, which lead to another floor, have
 * a line for the floor that is left; DIRECTION_AHEAD is a plain arrow upward. */
void canvas_arrow(struct canvas *canvas, struct box box, enum direction direction, uint32_t colour);
/* A sign in the middle of box. */
void canvas_sign(struct canvas *canvas, struct box box, enum sign sign, uint32_t colour);
/* Pixels that both boxes have; width and height 0 when none. */
struct box box_intersect(struct box a, struct box b);
/* The smallest box that holds both; an empty one adds nothing. */
struct box box_union(struct box a, struct box b);
bool box_empty(struct box box);

#endif
