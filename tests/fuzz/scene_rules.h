/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What holds for every scene, whatever is on it.
 */
#ifndef HALLCALL_TESTS_SCENE_RULES_H
#define HALLCALL_TESTS_SCENE_RULES_H

#include "core/scene.h"
#include "system/check.h"

static inline bool is_read(const struct node *node) {
    return node->kind == NODE_TEXT || node->kind == NODE_ARROW || node->kind == NODE_SIGN;
}

static inline bool overlap(struct box a, struct box b) {
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height &&
           b.y < a.y + a.height;
}

/* Nothing outside the screen, and nothing that is read on anything else that is. */
static inline void check_scene(const struct scene *scene) {
    for (size_t i = 0; i < scene->nodes_count; i++) {
        const struct node *node = &scene->nodes[i];
        struct box box = node->box;
        CHECK(box.x >= 0 && box.y >= 0 && box.width > 0 && box.height > 0);
        CHECK(box.x + box.width <= scene->width && box.y + box.height <= scene->height);
        for (size_t j = i + 1; j < scene->nodes_count; j++) {
            bool read = is_read(node) && is_read(&scene->nodes[j]);
            CHECK(!read || !overlap(box, scene->nodes[j].box));
        }
    }
}

#endif
