/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Damage by comparing two lists of nodes.
 *
 * A node that is in one scene and not in the other damages its box, a ring only its sides. Scenes
 * are values, so this needs no bookkeeping while they are made and cannot miss an update. Boxes
 * that overlap are merged; when there are too many, the two whose union wastes fewest pixels are.
 *
 * Refused: dirty flags in the layout (a forgotten one is a stale pixel), comparing pixels (it must
 * paint everything first, which costs more than all of the rest).
 */
#include "screen/damage.h"

#include "screen/canvas.h"

#include <string.h>

static bool same(const struct node *a, const struct node *b) {
    return memcmp(a, b, sizeof *a) == 0;
}

static bool scene_has(const struct scene *scene, const struct node *node, size_t near) {
    if (near < scene->nodes_count && same(&scene->nodes[near], node)) {
        return true;
    }
    for (size_t i = 0; i < scene->nodes_count; i++) {
        if (same(&scene->nodes[i], node)) {
            return true;
        }
    }
    return false;
}

static int64_t area(struct box box) {
    return (int64_t)box.width * box.height;
}

static void remove_box(struct damage *damage, size_t i) {
    damage->boxes[i] = damage->boxes[--damage->count];
}

/* Merges the two boxes whose union holds fewest pixels that neither had. */
static void merge_cheapest(struct damage *damage) {
    size_t first = 0;
    size_t second = 1;
    int64_t least = INT64_MAX;
    for (size_t i = 0; i < damage->count; i++) {
        for (size_t j = i + 1; j < damage->count; j++) {
            struct box both = box_union(damage->boxes[i], damage->boxes[j]);
            int64_t waste = area(both) - area(damage->boxes[i]) - area(damage->boxes[j]);
            if (waste < least) {
                least = waste;
                first = i;
                second = j;
            }
        }
    }
    damage->boxes[first] = box_union(damage->boxes[first], damage->boxes[second]);
    remove_box(damage, second);
}

static void add_box(struct damage *damage, struct box box) {
    if (box_empty(box)) {
        return;
    }
    /* Take in everything it touches; the grown box may touch more, so begin again. */
    for (size_t i = 0; i < damage->count;) {
        if (!box_empty(box_intersect(damage->boxes[i], box))) {
            box = box_union(box, damage->boxes[i]);
            remove_box(damage, i);
            i = 0;
        } else {
            i++;
        }
    }
    damage->boxes[damage->count++] = box;
    if (damage->count == DAMAGE_MAX) {
        merge_cheapest(damage);
        struct damage copy = *damage;
        damage->count = 0;
        for (size_t i = 0; i < copy.count; i++) {
            add_box(damage, copy.boxes[i]);
        }
    }
}

/* What a node covers: of a ring, its four sides. */
static void add_node(struct damage *damage, const struct node *node, struct box all) {
    struct box box = node->box;
    if (node->kind != NODE_RING) {
        add_box(damage, box_intersect(box, all));
        return;
    }
    int side = node->ring.radius;
    int wide = node->ring.width;
    int height = box.height - 2 * side;
    int foot = box.y + box.height - side;
    struct box right = {box.x + box.width - wide, box.y + side, wide, height};
    add_box(damage, box_intersect((struct box){box.x, box.y, box.width, side}, all));
    add_box(damage, box_intersect((struct box){box.x, foot, box.width, side}, all));
    add_box(damage, box_intersect((struct box){box.x, box.y + side, wide, height}, all));
    add_box(damage, box_intersect(right, all));
}

static void add_missing(const struct scene *from, const struct scene *in, struct damage *damage) {
    struct box all = {0, 0, from->width, from->height};
    for (size_t i = 0; i < from->nodes_count; i++) {
        if (!scene_has(in, &from->nodes[i], i)) {
            add_node(damage, &from->nodes[i], all);
        }
    }
}

void damage_between(const struct scene *before, const struct scene *after, struct damage *damage) {
    damage->count = 0;
    if (before == NULL || before->width != after->width || before->height != after->height) {
        add_box(damage, (struct box){0, 0, after->width, after->height});
        return;
    }
    add_missing(before, after, damage);
    add_missing(after, before, damage);
}
