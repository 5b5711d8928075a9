/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The path: along the upper row to the right, and back in columns that go up and down below it.
 * Every place is visited once a round, each as long as any other.
 *
 * Refused: jumping about by chance (a jump of sixteen pixels is seen, one of three is not), moving
 * each part by itself (columns would no longer be straight), moving what is painted (the edge that
 * comes in would have to be made up).
 */
#include "core/shift.h"

#include "system/check.h"

void shift_place(size_t place, int *right_px, int *down_px) {
    CHECK(place < SHIFT_PLACES);
    size_t column = place;
    size_t row = 0;
    if (place >= SHIFT_SIDE) {
        size_t back = place - SHIFT_SIDE;
        size_t along = back % (SHIFT_SIDE - 1);
        column = SHIFT_SIDE - 1 - back / (SHIFT_SIDE - 1);
        bool downward = (back / (SHIFT_SIDE - 1)) % 2 == 0;
        row = 1 + (downward ? along : SHIFT_SIDE - 2 - along);
    }
    *right_px = (int)column * SHIFT_STEP_PX;
    *down_px = (int)row * SHIFT_STEP_PX;
}

size_t shift_middle(void) {
    size_t best = 0;
    int nearest = SHIFT_SPAN_PX * SHIFT_SPAN_PX * 2;
    for (size_t place = 0; place < SHIFT_PLACES; place++) {
        int right = 0, down = 0;
        shift_place(place, &right, &down);
        int across = 2 * right - SHIFT_SPAN_PX;
        int along = 2 * down - SHIFT_SPAN_PX;
        if (across * across + along * along < nearest) {
            nearest = across * across + along * along;
            best = place;
        }
    }
    return best;
}

/* Draws out to the whole screen what reaches an edge of the smaller one. */
static void draw_out(const struct scene *scene, int right_px, int down_px, struct box *box) {
    struct box moved = {box->x + right_px, box->y + down_px, box->width, box->height};
    if (box->x == 0) {
        moved.width += right_px;
        moved.x = 0;
    }
    if (box->x + box->width == scene->width) {
        moved.width += SHIFT_SPAN_PX - right_px;
    }
    if (box->y == 0) {
        moved.height += down_px;
        moved.y = 0;
    }
    if (box->y + box->height == scene->height) {
        moved.height += SHIFT_SPAN_PX - down_px;
    }
    *box = moved;
}

void shift_scene(struct scene *scene, size_t place) {
    int right = 0, down = 0;
    shift_place(place, &right, &down);
    for (size_t i = 0; i < scene->nodes_count; i++) {
        struct node *node = &scene->nodes[i];
        if (node->kind == NODE_FILL || node->kind == NODE_GREY) {
            draw_out(scene, right, down, &node->box);
        } else {
            node->box.x += right;
            node->box.y += down;
        }
    }
    scene->width += SHIFT_SPAN_PX;
    scene->height += SHIFT_SPAN_PX;
}
