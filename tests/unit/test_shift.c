/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The picture that moves about: the path, and that nothing that is read ever leaves the screen or
 * is cut.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/shift.h"

#include <stdlib.h>
#include <string.h>

enum { WIDTH = 1905, HEIGHT = 1065 };

static struct scene scene, moved;

/* Every place once a round, each beside the one before it, the last beside the first. */
static void the_path_is_closed_and_visits_every_place(void **state) {
    (void)state;
    bool seen[SHIFT_SIDE][SHIFT_SIDE] = {{false}};
    int last_right = 0, last_down = 0;
    shift_place(SHIFT_PLACES - 1, &last_right, &last_down);
    for (size_t place = 0; place < SHIFT_PLACES; place++) {
        int right = 0, down = 0;
        shift_place(place, &right, &down);
        assert_in_range(right, 0, SHIFT_SPAN_PX);
        assert_in_range(down, 0, SHIFT_SPAN_PX);
        assert_int_equal(abs(right - last_right) + abs(down - last_down), SHIFT_STEP_PX);
        assert_false(seen[right / SHIFT_STEP_PX][down / SHIFT_STEP_PX]);
        seen[right / SHIFT_STEP_PX][down / SHIFT_STEP_PX] = true;
        last_right = right;
        last_down = down;
    }
}

/* No more than eight pixels from the middle, from which it begins. */
static void no_place_is_far_from_the_middle(void **state) {
    (void)state;
    int right = 0, down = 0;
    shift_place(shift_middle(), &right, &down);
    assert_true(abs(2 * right - SHIFT_SPAN_PX) <= SHIFT_STEP_PX);
    assert_true(abs(2 * down - SHIFT_SPAN_PX) <= SHIFT_STEP_PX);
    assert_true(SHIFT_SPAN_PX - SHIFT_SPAN_PX / 2 <= 8);
}

static void add(enum node_kind kind, int x, int y, int width, int height) {
    struct node *node = &scene.nodes[scene.nodes_count++];
    node->kind = kind;
    node->box = (struct box){x, y, width, height};
}

static void make_scene(void) {
    memset(&scene, 0, sizeof scene);
    scene.width = WIDTH;
    scene.height = HEIGHT;
    add(NODE_FILL, 0, 0, WIDTH, HEIGHT);
    add(NODE_FILL, 0, 0, WIDTH, 90);
    add(NODE_FILL, 24, 114, 900, 400);
    add(NODE_TEXT, 0, 0, WIDTH, 40);
    add(NODE_TEXT, 0, HEIGHT - 40, WIDTH, 40);
}

static void assert_box(size_t node, int x, int y, int width, int height) {
    struct box box = moved.nodes[node].box;
    assert_int_equal(box.x, x);
    assert_int_equal(box.y, y);
    assert_int_equal(box.width, width);
    assert_int_equal(box.height, height);
}

/* Words keep their size and stay on the screen at every place; grounds fill what is left. */
static void nothing_is_cut_at_any_place(void **state) {
    (void)state;
    for (size_t place = 0; place < SHIFT_PLACES; place++) {
        int right = 0, down = 0;
        shift_place(place, &right, &down);
        make_scene();
        moved = scene;
        shift_scene(&moved, place);
        assert_int_equal(moved.width, WIDTH + SHIFT_SPAN_PX);
        assert_int_equal(moved.height, HEIGHT + SHIFT_SPAN_PX);
        assert_box(0, 0, 0, moved.width, moved.height);
        assert_box(1, 0, 0, moved.width, 90 + down);
        assert_box(2, 24 + right, 114 + down, 900, 400);
        assert_box(3, right, down, WIDTH, 40);
        assert_box(4, right, HEIGHT - 40 + down, WIDTH, 40);
        assert_true(right + WIDTH <= moved.width && HEIGHT + down <= moved.height);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_path_is_closed_and_visits_every_place),
        cmocka_unit_test(no_place_is_far_from_the_middle),
        cmocka_unit_test(nothing_is_cut_at_any_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
