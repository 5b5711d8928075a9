/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Painting nodes in order, once for each damaged box.
 *
 * A scene begins with a fill of the whole screen, so each damaged box is painted from its ground
 * up and nothing need be erased. Nodes outside the box are skipped by one comparison.
 */
#include "screen/paint.h"

static void paint_node(const struct painter *painter, const struct node *node,
                       struct canvas *canvas) {
    uint32_t colour = painter->theme->colours[node->colour];
    switch (node->kind) {
    case NODE_FILL:
        canvas_fill(canvas, node->box, node->radius, colour);
        break;
    case NODE_TEXT:
        text_paint(painter->text, canvas, node, colour);
        break;
    case NODE_ARROW:
        canvas_arrow(canvas, node->box, node->direction, colour);
        break;
    default:
        break;
    }
}

void paint_scene(const struct painter *painter, const struct scene *scene,
                 const struct damage *damage, struct canvas *canvas) {
    for (size_t i = 0; i < damage->count; i++) {
        canvas_clip(canvas, damage->boxes[i]);
        for (size_t j = 0; j < scene->nodes_count; j++) {
            if (!box_empty(box_intersect(scene->nodes[j].box, canvas->clip))) {
                paint_node(painter, &scene->nodes[j], canvas);
            }
        }
    }
}
