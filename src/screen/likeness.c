/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Intersection over union of two rasters.
 *
 * A visitor sees a character of a ticket in its cell, without the other one beside it, so nothing
 * tells them where it stood: the sideways shift that makes two characters most alike is taken.
 * The baseline is given by the digits of the same ticket and is kept.
 *
 * Refused: a list of pairs that are known to look alike (it knows no face: with a slashed zero, 0
 * and O differ well), comparing blurred pictures (the threshold would be another; at 0.25 the sharp
 * ones already tell what readers confuse).
 */
#include "screen/likeness.h"

#include "core/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { CAP_PX = 48 };

static void render(struct faces *faces, uint32_t codepoint, struct glyphs *glyphs) {
    struct span span = {.font = faces_find(faces, FACE_TICKET, codepoint), .per_cent = 100};
    (void)utf8_write(codepoint, span.text);
    (void)faces_render(faces, &span, CAP_PX, glyphs);
}

static int coverage(const struct glyphs *glyphs, int x, int up) {
    int row = glyphs->top - up;
    bool inside = x >= 0 && x < glyphs->width && row >= 0 && row < glyphs->height;
    return inside ? glyphs->bytes[row * glyphs->width + x] : 0;
}

/* Per cent of the union that is not in the intersection, b's left edge being `shift` from a's. */
static int difference(const struct glyphs *a, const struct glyphs *b, int shift) {
    long least = 0, most = 0;
    int top = a->top > b->top ? a->top : b->top;
    int a_bottom = a->top - a->height, b_bottom = b->top - b->height;
    int bottom = a_bottom < b_bottom ? a_bottom : b_bottom;
    int left = shift < 0 ? shift : 0;
    int right = a->width > b->width + shift ? a->width : b->width + shift;
    for (int up = top; up > bottom; up--) {
        for (int x = left; x < right; x++) {
            int one = coverage(a, x, up), other = coverage(b, x - shift, up);
            least += one < other ? one : other;
            most += one > other ? one : other;
        }
    }
    return most > 0 ? (int)(100 - 100 * least / most) : 100;
}

int likeness_difference(struct faces *faces, uint32_t a, uint32_t b) {
    struct glyphs one, other;
    render(faces, a, &one);
    render(faces, b, &other);
    int least = 100;
    if (one.bytes != NULL && other.bytes != NULL) {
        int wider = one.width - other.width;
        int from = (wider < 0 ? wider : 0) - CAP_PX / 12;
        int to = (wider > 0 ? wider : 0) + CAP_PX / 12;
        for (int shift = from; shift <= to; shift++) {
            int here = difference(&one, &other, shift);
            least = here < least ? here : least;
        }
    }
    free(one.bytes);
    free(other.bytes);
    return least;
}

bool likeness_of_codes(struct faces *faces, const char *code, const char *other) {
    uint32_t a = 0, b = 0;
    while (*code != '\0' && *other != '\0') {
        size_t bytes = utf8_read(code, &a), other_bytes = utf8_read(other, &b);
        if (bytes == 0 || other_bytes == 0 ||
            (a != b && likeness_difference(faces, a, b) >= LIKENESS_DIFFERENCE_MIN)) {
            return false;
        }
        code += bytes;
        other += other_bytes;
    }
    return *code == *other;
}
