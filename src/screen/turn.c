/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Turning by quarters.
 *
 * On its side a row becomes a column: read along a row and written down a column, each pixel would
 * touch a cache line of its own. So it is done in squares whose lines all fit into the first cache:
 * 64 x 64 pixels are 16 kB read and 16 kB written.
 *
 * Refused: SDL_RenderCopyEx (needs a renderer, where X11 has its shared memory for nothing), X's
 * and the kernel's own rotation (the text console only on most KMS drivers, lost again at some
 * replugs), four rows at a time with the processor's vectors (not faster: memory is what is waited
 * for), painting turned (glyphs, arrows and every clip would know of it).
 */
#include "screen/turn.h"

#include <string.h>

enum { SQUARE = 64 };

struct box turn_box(struct box box, int turns, int width, int height) {
    switch (turns) {
    case 1:
        return (struct box){height - box.y - box.height, box.x, box.height, box.width};
    case 2:
        return (struct box){width - box.x - box.width, height - box.y - box.height, box.width,
                            box.height};
    case 3:
        return (struct box){box.y, width - box.x - box.width, box.height, box.width};
    default:
        return box;
    }
}

static const uint32_t *pixel_at(const struct canvas *canvas, int x, int y) {
    return canvas->pixels + (ptrdiff_t)y * canvas->stride + x;
}

static void copy_rows(const struct canvas *canvas, struct box box, uint32_t *to, int stride) {
    for (int y = 0; y < box.height; y++) {
        memcpy(to + (ptrdiff_t)y * stride, pixel_at(canvas, box.x, box.y + y),
               (size_t)box.width * sizeof *to);
    }
}

static void copy_upside_down(const struct canvas *canvas, struct box box, uint32_t *to,
                             int stride) {
    for (int y = 0; y < box.height; y++) {
        const uint32_t *from = pixel_at(canvas, box.x, box.y + box.height - 1 - y);
        uint32_t *row = to + (ptrdiff_t)y * stride;
        for (int x = 0; x < box.width; x++) {
            row[x] = from[box.width - 1 - x];
        }
    }
}

/* A square of the box, its rows read upward (clockwise) or downward, written as columns. */
static void copy_square(const struct canvas *canvas, struct box square, bool clockwise,
                        uint32_t *to, int stride) {
    ptrdiff_t step = clockwise ? -(ptrdiff_t)canvas->stride : canvas->stride;
    int first = clockwise ? square.y + square.height - 1 : square.y;
    for (int i = 0; i < square.width; i++) {
        int x = clockwise ? square.x + i : square.x + square.width - 1 - i;
        const uint32_t *from = pixel_at(canvas, x, first);
        uint32_t *row = to + (ptrdiff_t)i * stride;
        for (int j = 0; j < square.height; j++, from += step) {
            row[j] = *from;
        }
    }
}

static void copy_sideways(const struct canvas *canvas, struct box box, int turns, uint32_t *to,
                          int stride) {
    for (int y = 0; y < box.height; y += SQUARE) {
        for (int x = 0; x < box.width; x += SQUARE) {
            struct box part = {x, y, SQUARE, SQUARE};
            part = box_intersect(part, (struct box){0, 0, box.width, box.height});
            struct box there = turn_box(part, turns, box.width, box.height);
            part.x += box.x;
            part.y += box.y;
            copy_square(canvas, part, turns == 1, to + (ptrdiff_t)there.y * stride + there.x,
                        stride);
        }
    }
}

void turn_pixels(const struct canvas *canvas, struct box box, int turns, uint32_t *to, int stride) {
    if (turns == 0) {
        copy_rows(canvas, box, to, stride);
    } else if (turns == 2) {
        copy_upside_down(canvas, box, to, stride);
    } else {
        copy_sideways(canvas, box, turns, to, stride);
    }
}
