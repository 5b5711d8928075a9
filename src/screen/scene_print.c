/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Scenes in words.
 *
 * A difference between two layouts is read here line by line, before anybody looks at pixels: which
 * box moved, which size changed, which words are gone. Colours and faces are printed as roles, so a
 * new theme changes no scene.
 *
 * Refused: JSON (longer lines, and nothing but a person and diff reads it).
 */
#include "screen/scene_print.h"

#include "screen/theme.h"

static const char *const face_names[FACE_KINDS] = {"ticket", "strong", "text"};
static const char *const align_names[] = {"left", "center", "right"};
static const char *const sign_names[] = {"again", "moved", "priority"};
static const char *const direction_names[] = {"none", "left", "right", "up", "down", "ahead"};

void scene_print(const struct scene *scene, FILE *out) {
    (void)fprintf(out, "scene %d %d\n", scene->width, scene->height);
    for (size_t i = 0; i < scene->nodes_count; i++) {
        const struct node *node = &scene->nodes[i];
        const struct box *box = &node->box;
        const char *colour = colour_name(node->colour);
        switch (node->kind) {
        case NODE_FILL:
            (void)fprintf(out, "fill %d %d %d %d radius=%d %s\n", box->x, box->y, box->width,
                          box->height, node->radius, colour);
            break;
        case NODE_TEXT:
            (void)fprintf(out, "text %d %d %d %d %s cap=%d base=%d %s %s \"%s\"\n", box->x, box->y,
                          box->width, box->height, face_names[node->text.face], node->text.cap_px,
                          node->text.baseline_px, align_names[node->text.align], colour,
                          node->text.text);
            break;
        case NODE_ARROW:
            (void)fprintf(out, "arrow %d %d %d %d %s %s\n", box->x, box->y, box->width, box->height,
                          direction_names[node->direction], colour);
            break;
        case NODE_RING:
            (void)fprintf(out, "ring %d %d %d %d radius=%d width=%d %s\n", box->x, box->y,
                          box->width, box->height, node->ring.radius, node->ring.width, colour);
            break;
        case NODE_SIGN:
            (void)fprintf(out, "sign %d %d %d %d %s %s\n", box->x, box->y, box->width, box->height,
                          sign_names[node->sign], colour);
            break;
        case NODE_PICTURE:
            (void)fprintf(out, "picture %d %d %d %d\n", box->x, box->y, box->width, box->height);
            break;
        case NODE_GREY:
            (void)fprintf(out, "grey %d %d %d %d %d\n", box->x, box->y, box->width, box->height,
                          node->grey);
            break;
        default:
            break;
        }
    }
}
