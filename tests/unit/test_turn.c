/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Turning: every box of every small picture goes where a plain reckoning puts it, and a golden
 * picture that was painted piece by piece is, turned piece by piece, the whole one turned.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "screen/png.h"
#include "screen/turn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 80, GROUND = 7 };

/* Where a pixel of a picture of width x height goes: a quarter turn at a time. */
static void reckon(int turns, int width, int height, int *x, int *y) {
    for (int i = 0; i < turns; i++) {
        int across = height - 1 - *y;
        *y = *x;
        *x = across;
        int swapped = width;
        width = height;
        height = swapped;
    }
}

static void fill(uint32_t *pixels, size_t count) {
    for (size_t i = 0; i < count; i++) {
        pixels[i] = 0xff000000u | (uint32_t)(i * 2654435761u >> 8);
    }
}

/* Turns one box into a picture of nothing else and looks at every pixel of it. */
static void check_box(const struct canvas *canvas, struct box box, int turns) {
    static uint32_t turned[SIDE * SIDE];
    bool sideways = turns % 2 != 0;
    int width = sideways ? canvas->height : canvas->width;
    int height = sideways ? canvas->width : canvas->height;
    struct box there = turn_box(box, turns, canvas->width, canvas->height);
    struct box back = turn_box(there, (4 - turns) % 4, width, height);
    assert_memory_equal(&back, &box, sizeof box);
    assert_true(there.x >= 0 && there.y >= 0 && there.x + there.width <= width &&
                there.y + there.height <= height);
    for (int i = 0; i < width * height; i++) {
        turned[i] = GROUND;
    }
    turn_pixels(canvas, box, turns, turned + there.y * width + there.x, width);
    size_t written = 0;
    for (int i = 0; i < width * height; i++) {
        written += turned[i] != GROUND;
    }
    assert_int_equal(written, box.width * box.height);
    for (int y = box.y; y < box.y + box.height; y++) {
        for (int x = box.x; x < box.x + box.width; x++) {
            int to_x = x, to_y = y;
            reckon(turns, canvas->width, canvas->height, &to_x, &to_y);
            assert_int_equal(turned[to_y * width + to_x], canvas->pixels[y * canvas->stride + x]);
        }
    }
}

static void test_every_box_of_small_pictures(void **context) {
    static uint32_t pixels[SIDE * SIDE];
    struct canvas canvas;
    (void)context;
    fill(pixels, sizeof pixels / sizeof pixels[0]);
    canvas_init(&canvas, pixels, 5, 4, 9);
    for (int x = 0; x < 5; x++) {
        for (int y = 0; y < 4; y++) {
            for (int i = 0; i < (5 - x) * (4 - y) * 4; i++) {
                int width = 1 + i / 4 % (5 - x), height = 1 + i / 4 / (5 - x);
                check_box(&canvas, (struct box){x, y, width, height}, i % 4);
            }
        }
    }
}

/* Around the side of the squares in which a picture is turned on its side. */
static void test_boxes_around_a_square(void **context) {
    static uint32_t pixels[SIDE * SIDE];
    static const int sides[] = {1, 31, 32, 33, 63, 64, 65};
    enum { SIDES = sizeof sides / sizeof sides[0] };
    struct canvas canvas;
    (void)context;
    fill(pixels, sizeof pixels / sizeof pixels[0]);
    canvas_init(&canvas, pixels, SIDE - 3, SIDE - 9, SIDE);
    for (int i = 0; i < SIDES * SIDES * 4; i++) {
        check_box(&canvas, (struct box){3, 5, sides[i / 4 % SIDES], sides[i / 4 / SIDES]}, i % 4);
    }
}

static void read_golden(struct canvas *canvas) {
    char path[512];
    const char *source = getenv("HALLCALL_SOURCE");
    (void)snprintf(path, sizeof path, "%s/tests/golden/calling-1920x1080.png",
                   source != NULL ? source : ".");
    FILE *file = fopen(path, "rb");
    if (file == NULL || !png_read(file, canvas)) {
        fail_msg("%s is missing: make golden", path);
    }
    (void)fclose(file);
}

static void test_a_golden_picture_in_pieces(void **context) {
    static const int cuts[] = {0, 17, 640, 641, 1003, 1080, 1919, 1920};
    enum { CUTS = sizeof cuts / sizeof cuts[0] - 1 };
    struct canvas golden;
    (void)context;
    read_golden(&golden);
    size_t count = (size_t)golden.width * (size_t)golden.height;
    uint32_t *turned = calloc(count, sizeof *turned);
    assert_non_null(turned);
    for (int turns = 0; turns < 4; turns++) {
        int width = turns % 2 != 0 ? golden.height : golden.width;
        memset(turned, 0, count * sizeof *turned);
        for (int i = 0; i < CUTS * CUTS; i++) {
            int x = cuts[i % CUTS], y = cuts[i / CUTS];
            struct box box = {x, y, cuts[i % CUTS + 1] - x, cuts[i / CUTS + 1] - y};
            box = box_intersect(box, (struct box){0, 0, golden.width, golden.height});
            struct box there = turn_box(box, turns, golden.width, golden.height);
            turn_pixels(&golden, box, turns, turned + (ptrdiff_t)there.y * width + there.x, width);
        }
        size_t off = 0;
        for (int i = 0; i < golden.width * golden.height; i++) {
            int x = i % golden.width, y = i / golden.width;
            uint32_t pixel = golden.pixels[y * golden.stride + x];
            reckon(turns, golden.width, golden.height, &x, &y);
            off += turned[y * width + x] != pixel;
        }
        assert_int_equal(off, 0);
    }
    free(turned);
    free(golden.pixels);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_box_of_small_pictures),
        cmocka_unit_test(test_boxes_around_a_square),
        cmocka_unit_test(test_a_golden_picture_in_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
