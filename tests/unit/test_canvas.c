/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shapes into pixels: exact where they must be, inside their boxes and the clip always.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "screen/canvas.h"

#include <string.h>

enum { SIDE = 64 };
static const uint32_t ground = 0xff102030u;
static const uint32_t ink = 0xfff0c040u;
static uint32_t pixels[SIDE * SIDE];
static struct canvas canvas;

static void clear(void) {
    canvas_init(&canvas, pixels, SIDE, SIDE, SIDE);
    for (size_t i = 0; i < SIDE * SIDE; i++) {
        pixels[i] = ground;
    }
}

static uint32_t at(int x, int y) {
    return pixels[y * SIDE + x];
}

static bool inside(struct box box, int x, int y) {
    return x >= box.x && y >= box.y && x < box.x + box.width && y < box.y + box.height;
}

static void assert_untouched_outside(struct box box) {
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            assert_true(inside(box, x, y) || at(x, y) == ground);
        }
    }
}

static void test_square_is_exact(void **context) {
    (void)context;
    struct box box = {10, 20, 30, 12};
    clear();
    canvas_fill(&canvas, box, 0, ink);
    assert_untouched_outside(box);
    for (int y = 20; y < 32; y++) {
        for (int x = 10; x < 40; x++) {
            assert_int_equal(at(x, y), ink);
        }
    }
}

static void test_fill_is_clipped(void **context) {
    (void)context;
    static const struct box clips[] = {
        {0, 0, SIDE, SIDE}, {5, 5, 10, 10}, {-20, -20, 30, 30}, {60, 60, 90, 90}, {80, 80, 5, 5}};
    for (size_t i = 0; i < sizeof clips / sizeof clips[0]; i++) {
        clear();
        canvas_clip(&canvas, clips[i]);
        canvas_fill(&canvas, (struct box){-10, -10, 200, 200}, 7, ink);
        canvas_arrow(&canvas, (struct box){-10, -10, 90, 90}, DIRECTION_UP, ink);
        canvas_ring(&canvas, (struct box){-10, -10, 90, 90}, &(struct ring){30, 20}, ink);
        canvas_sign(&canvas, (struct box){-10, -10, 90, 90}, SIGN_AGAIN, ink);
        assert_untouched_outside(clips[i]);
    }
}

static void test_round_corners(void **context) {
    (void)context;
    struct box box = {8, 8, 40, 40};
    clear();
    canvas_fill(&canvas, box, 12, ink);
    assert_untouched_outside(box);
    assert_int_equal(at(8, 8), ground);
    assert_int_equal(at(47, 47), ground);
    assert_int_equal(at(28, 8), ink);
    assert_int_equal(at(8, 28), ink);
    assert_int_equal(at(28, 28), ink);
    /* Half covered somewhere on the arc, and the four corners are mirror images. */
    int between = 0;
    for (int i = 0; i < 12; i++) {
        between += at(8 + i, 9) != ground && at(8 + i, 9) != ink;
        for (int j = 0; j < 12; j++) {
            assert_int_equal(at(8 + i, 8 + j), at(47 - i, 8 + j));
            assert_int_equal(at(8 + i, 8 + j), at(8 + i, 47 - j));
        }
    }
    assert_true(between > 0);
}

static void test_clipping_changes_no_pixel(void **context) {
    (void)context;
    static uint32_t whole[SIDE * SIDE];
    const struct ring ring = {20, 6};
    struct box box = {3, 3, 50, 50};
    clear();
    canvas_fill(&canvas, box, 20, ink);
    canvas_arrow(&canvas, box, DIRECTION_DOWN, ground);
    canvas_ring(&canvas, box, &ring, ground);
    canvas_sign(&canvas, box, SIGN_MOVED, ink);
    memcpy(whole, pixels, sizeof whole);
    clear();
    for (int y = 0; y < SIDE; y += 13) {
        for (int x = 0; x < SIDE; x += 9) {
            canvas_clip(&canvas, (struct box){x, y, 9, 13});
            canvas_fill(&canvas, box, 20, ink);
            canvas_arrow(&canvas, box, DIRECTION_DOWN, ground);
            canvas_ring(&canvas, box, &ring, ground);
            canvas_sign(&canvas, box, SIGN_MOVED, ink);
        }
    }
    assert_memory_equal(whole, pixels, sizeof whole);
}

/* A ring and what is inside it are the box that canvas_fill fills. */
static void test_ring_is_a_frame(void **context) {
    (void)context;
    static uint32_t filled[SIDE * SIDE];
    struct box box = {8, 8, 44, 40}, inner = {14, 14, 32, 28};
    clear();
    canvas_fill(&canvas, box, 16, ink);
    memcpy(filled, pixels, sizeof filled);
    clear();
    canvas_ring(&canvas, box, &(struct ring){16, 6}, ink);
    assert_untouched_outside(box);
    for (int y = 8; y < 48; y++) {
        for (int x = 8; x < 52; x++) {
            bool middle = inside((struct box){18, 18, 24, 20}, x, y);
            bool frame = !inside(inner, x, y);
            assert_true(!middle || at(x, y) == ground);
            assert_true(!frame || at(x, y) == filled[y * SIDE + x]);
        }
    }
}

/* Each sign is seen by its shape: it has ink and holes of its own, and two never look alike. */
static void test_signs_differ_in_shape(void **context) {
    (void)context;
    enum { SIGNS = SIGN_PRIORITY + 1 };
    static bool inked[SIGNS][SIDE * SIDE];
    struct box box = {12, 12, 32, 32};
    for (int sign = 0; sign < SIGNS; sign++) {
        int count = 0;
        clear();
        canvas_sign(&canvas, box, (enum sign)sign, ink);
        assert_untouched_outside(box);
        for (int i = 0; i < SIDE * SIDE; i++) {
            inked[sign][i] = pixels[i] != ground;
            count += inked[sign][i];
        }
        assert_in_range(count, 32 * 32 / 5, 32 * 32 * 3 / 4);
    }
    for (int pair = 0; pair < SIGNS; pair++) {
        int either = 0, both = 0;
        for (int i = 0; i < SIDE * SIDE; i++) {
            either += inked[pair][i] || inked[(pair + 1) % SIGNS][i];
            both += inked[pair][i] && inked[(pair + 1) % SIGNS][i];
        }
        /* As for tickets' characters: standards.md, "Confusable characters" */
        assert_true(both * 100 < either * 75);
    }
}

static void test_mask_blends(void **context) {
    (void)context;
    static const uint8_t bytes[] = {0, 128, 255, 1};
    struct mask mask = {bytes, 2, 2};
    clear();
    canvas_mask(&canvas, &mask, 10, 10, ink);
    assert_int_equal(at(10, 10), ground);
    assert_int_equal(at(10, 11), ink);
    uint32_t half = at(11, 10);
    for (int shift = 0; shift < 24; shift += 8) {
        int low = (int)(ground >> shift & 0xff);
        int high = (int)(ink >> shift & 0xff);
        int value = (int)(half >> shift & 0xff);
        assert_in_range(value, (low + high) / 2 - 2, (low + high) / 2 + 2);
    }
    assert_int_equal(half >> 24, 0xff);
    clear();
    canvas_mask(&canvas, &mask, -1, SIDE - 1, ink);
    assert_untouched_outside((struct box){0, SIDE - 1, 1, 1});
    canvas_mask(&canvas, &mask, SIDE, 0, ink);
    canvas_mask(&canvas, &mask, -2, -2, ink);
    assert_untouched_outside((struct box){0, SIDE - 1, 1, 1});
}

/* Ink in the left and right, upper and lower half of a square. */
struct halves {
    int left, right, upper, lower;
};

static struct halves arrow_halves(enum direction direction) {
    struct halves halves = {0, 0, 0, 0};
    clear();
    canvas_arrow(&canvas, (struct box){0, 0, SIDE, SIDE}, direction, ink);
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            int set = at(x, y) != ground;
            halves.left += x < SIDE / 2 ? set : 0;
            halves.right += x >= SIDE / 2 ? set : 0;
            halves.upper += y < SIDE / 2 ? set : 0;
            halves.lower += y >= SIDE / 2 ? set : 0;
        }
    }
    return halves;
}

static void test_arrows_point(void **context) {
    (void)context;
    struct halves right = arrow_halves(DIRECTION_RIGHT);
    struct halves left = arrow_halves(DIRECTION_LEFT);
    struct halves ahead = arrow_halves(DIRECTION_AHEAD);
    struct halves none = arrow_halves(DIRECTION_NONE);
    assert_true(right.right > right.left + SIDE);
    assert_true(left.left > left.right + SIDE);
    assert_true(ahead.upper > ahead.lower + SIDE);
    assert_memory_equal(&none, &right, sizeof none);
    /* Upstairs is not straight on: it has the line of the floor below. */
    struct halves up = arrow_halves(DIRECTION_UP);
    assert_int_not_equal(up.lower, ahead.lower);
    assert_true(at(12, 60) != ground);
    (void)arrow_halves(DIRECTION_AHEAD);
    assert_true(at(12, 60) == ground);
}

static void test_boxes(void **context) {
    (void)context;
    struct box a = {0, 0, 10, 10};
    struct box none = box_intersect(a, (struct box){10, 0, 5, 5});
    assert_true(box_empty(none));
    assert_false(box_empty(box_intersect(a, (struct box){9, 9, 5, 5})));
    struct box both = box_union(a, (struct box){20, 5, 5, 10});
    assert_int_equal(both.width, 25);
    assert_int_equal(both.height, 15);
    struct box same = box_union(a, (struct box){50, 50, 0, 9});
    assert_memory_equal(&same, &a, sizeof a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_square_is_exact),
        cmocka_unit_test(test_fill_is_clipped),
        cmocka_unit_test(test_round_corners),
        cmocka_unit_test(test_clipping_changes_no_pixel),
        cmocka_unit_test(test_mask_blends),
        cmocka_unit_test(test_arrows_point),
        cmocka_unit_test(test_boxes),
        cmocka_unit_test(test_ring_is_a_frame),
        cmocka_unit_test(test_signs_differ_in_shape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
