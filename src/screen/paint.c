/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Painting nodes in order, once for each damaged box.
 *
 * A scene begins with a fill of the whole screen, so each damaged box is painted from its ground
 * up and nothing need be erased. Nodes outside the box are skipped by one comparison, and so are
 * those under the last fill that covers the whole box: most of what changes stands on a card.
 */
#include "screen/paint.h"

/* A logo for which there is no memory is left out, and knows it: logo_lacking. */
static void paint_logo(struct logo *logo, const struct box *box, struct canvas *canvas) {
    const struct picture *picture =
        logo != NULL ? logo_scaled(logo, box->width, box->height) : NULL;
    if (picture != NULL) {
        canvas_picture(canvas, picture, box->x, box->y);
    }
}

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
    case NODE_RING:
        canvas_ring(canvas, node->box, &node->ring, colour);
        break;
    case NODE_SIGN:
        canvas_sign(canvas, node->box, node->sign, colour);
        break;
    case NODE_PICTURE:
        paint_logo(painter->logo, &node->box, canvas);
        break;
    case NODE_GREY:
        canvas_fill(canvas, node->box, 0, 0xFF000000u | (uint32_t)node->grey * 0x010101u);
        break;
    default:
        break;
    }
}

/* Whether a fill paints every pixel of a box: its rounded corners do not. */
static bool covers(const struct node *node, struct box box) {
    if (node->kind != NODE_FILL) {
        return false;
    }
    int left = box.x - node->box.x, top = box.y - node->box.y;
    int right = node->box.x + node->box.width - (box.x + box.width);
    int bottom = node->box.y + node->box.height - (box.y + box.height);
    int sides = left < right ? left : right;
    int ends = top < bottom ? top : bottom;
    return sides >= 0 && ends >= 0 && (sides >= node->radius || ends >= node->radius);
}

/* The node from which on a box is painted. */
static size_t lowest_visible(const struct scene *scene, struct box box) {
    size_t lowest = scene->nodes_count;
    while (lowest > 1 && !covers(&scene->nodes[lowest - 1], box)) {
        lowest--;
    }
    return lowest > 0 ? lowest - 1 : 0;
}

void paint_scene(const struct painter *painter, const struct scene *scene,
                 const struct damage *damage, struct canvas *canvas) {
    for (size_t i = 0; i < damage->count; i++) {
        canvas_clip(canvas, damage->boxes[i]);
        for (size_t j = lowest_visible(scene, damage->boxes[i]); j < scene->nodes_count; j++) {
            if (!box_empty(box_intersect(scene->nodes[j].box, canvas->clip))) {
                paint_node(painter, &scene->nodes[j], canvas);
            }
        }
    }
}
