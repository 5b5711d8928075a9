/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The layout: which parts a view has, each laid out by the file of its name.
 *
 * An urgent text takes the whole screen: whoever must leave the building need not find their
 * ticket. Everything else is header, card, list and the bars at the foot (layout_frame.c).
 *
 * Refused: a layout language or templates. One good arrangement that scales is what a hall needs;
 * sizes and contrasts can then be promised by calculation.
 */
#include "core/layout.h"

#include "core/layout_parts.h"
#include "system/check.h"

#include <string.h>

void layout_make(const struct view *view, const struct metrics *metrics, struct scene *scene) {
    CHECK(scene->width >= 320 && scene->height >= 180);
    struct pen pen = pen_make(scene->width, scene->height);
    pen.scene = scene;
    pen.metrics = metrics;
    memset(scene, 0, sizeof *scene);
    scene->width = pen.width;
    scene->height = pen.height;
    if (view->urgent) {
        layout_urgent(&pen, view);
        return;
    }
    struct frame frame;
    frame_make(&pen, view, &frame);
    pen_fill(&pen, COLOUR_GROUND, (struct box){0, 0, pen.width, pen.height}, 0);
    layout_header(&pen, view, &frame);
    if (view->hero.state == HERO_NONE) {
        layout_welcome(&pen, view, frame.hero);
    } else {
        layout_hero(&pen, view, frame.hero);
    }
    layout_list(&pen, view, frame.list);
    layout_bars(&pen, view, &frame);
}
