/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The layout: which parts a view has, each laid out by the file of its name.
 *
 * An urgent text takes the whole screen: whoever must leave the building need not find their
 * ticket. Everything else is arranged by the plan (layout_plan.c); the five layouts share one set
 * of parts.
 *
 * A hall whose first language is read from the right has the whole picture mirrored, as its readers
 * expect of everything printed: all is laid out from the left and turned at last, in one place.
 *
 * Refused: a layout language or templates. A few good arrangements that scale are what a hall
 * needs; sizes and contrasts can then be promised by calculation.
 */
#include "core/layout.h"

#include "core/layout_parts.h"
#include "core/reading.h"
#include "system/check.h"

#include <string.h>

/* Of the height of a capital, on average over our languages, with what is lost at the ends of
 * lines; own, measured on notices of the sites under config/sites. */
enum { CHARACTER_PERCENT = 95, NOTICE_CHARACTERS_MIN = 16 };

static const double REACH_MIN_M = 0.2, REACH_MAX_M = 60, REACH_STEP_M = 0.02;

enum layout_fit layout_fit(const struct sheet *sheet) {
    return plan_make(sheet).fit;
}

double layout_reach_m(const struct sheet *like, const struct mounting *mounting) {
    double near_m = REACH_MIN_M;
    double far_m = REACH_MAX_M;
    while (far_m - near_m > REACH_STEP_M) {
        double middle_m = (near_m + far_m) / 2;
        struct sheet sheet = sheet_at(like->kind, like->width, like->height, mounting, middle_m);
        sheet.words = like->words;
        if (layout_fit(&sheet) == LAYOUT_TOO_SMALL) {
            far_m = middle_m;
        } else {
            near_m = middle_m;
        }
    }
    return near_m;
}

bool layout_has_notices(const struct sheet *sheet) {
    return plan_make(sheet).notice_lines > 0;
}

size_t layout_notice_characters(const struct sheet *sheet) {
    struct plan plan = plan_make(sheet);
    int line = (sheet->width - 4 * plan.margin) * 100 / (plan.text_cap * CHARACTER_PERCENT);
    int characters = line * plan.notice_lines;
    return characters > NOTICE_CHARACTERS_MIN ? (size_t)characters : NOTICE_CHARACTERS_MIN;
}

/* The call that is announced, else the list, else the last call or the welcome. */
static void layout_turn(struct pen *pen, const struct view *view, struct box body) {
    if (view->hero.state == HERO_NONE && view->rows_count == 0) {
        layout_welcome(pen, view, body);
    } else if (view->hero.state == HERO_CALLING || view->rows_count == 0) {
        layout_hero(pen, view, body);
    } else if (pen->plan->tall) {
        layout_hero_of_row(pen, view, body);
    } else {
        layout_list(pen, view, body);
    }
}

/* Of what lies side by side, what visitors have at least. */
enum { VISITORS_PERCENT = 58 };

/* One counter's display has no list, and where call and list take turns the list has no place of
 * its own: the card gives the words for staff a part of the side on which it is longer. */
static struct box give_part(const struct plan *plan, struct box *card) {
    struct box part = *card;
    if (card->width > card->height) {
        card->width = (card->width - plan->margin) * VISITORS_PERCENT / 100;
        part.x += card->width + plan->margin;
        part.width -= card->width + plan->margin;
    } else {
        card->height = (card->height - plan->margin) / 2;
        part.y += card->height + plan->margin;
        part.height -= card->height + plan->margin;
    }
    return part;
}

/* A list that must be wide for its tickets leaves the welcome little room; words for staff need no
 * more than their share. */
static void widen(const struct plan *plan, struct parts *parts) {
    int both = parts->hero.width + parts->list.width;
    int least = both * VISITORS_PERCENT / 100;
    bool beside = plan->arrangement == ARRANGE_BESIDE || plan->arrangement == ARRANGE_BAR;
    if (beside && parts->hero.width < least) {
        parts->list.x += least - parts->hero.width;
        parts->list.width = both - least;
        parts->hero.width = least;
    }
}

static void layout_starting(struct pen *pen, const struct view *view, struct parts parts) {
    bool single = pen->plan->arrangement == ARRANGE_SINGLE;
    if (single || pen->plan->arrangement == ARRANGE_TURNS) {
        parts.list = give_part(pen->plan, &parts.hero);
    } else {
        widen(pen->plan, &parts);
    }
    if (single) {
        layout_single(pen, view, parts.hero);
    } else {
        layout_welcome(pen, view, parts.hero);
    }
    layout_start(pen, view, parts.list);
}

static void layout_body(struct pen *pen, const struct view *view, const struct parts *parts) {
    if (view->start.lines_count > 0 && view->hero.state == HERO_NONE) {
        layout_starting(pen, view, *parts);
        return;
    }
    if (pen->plan->arrangement == ARRANGE_SINGLE) {
        layout_single(pen, view, parts->hero);
        return;
    }
    if (pen->plan->arrangement == ARRANGE_TURNS) {
        layout_turn(pen, view, parts->hero);
        return;
    }
    if (view->hero.state == HERO_NONE) {
        layout_welcome(pen, view, parts->hero);
    } else {
        layout_hero(pen, view, parts->hero);
    }
    layout_list(pen, view, parts->list);
}

size_t layout_rows(const struct view *view, const struct sheet *sheet,
                   const struct metrics *metrics) {
    struct plan plan = plan_make(sheet);
    if (view->alarm != ALARM_NONE || view->trouble[0][0] != '\0') {
        struct pen pen = pen_make(&plan, sheet, metrics);
        struct frame frame;
        frame_make(&pen, view, &frame);
        frame.edges.trouble_px = trouble_height(&pen, view, sheet, frame.edges.header_px);
        plan_for_alarm(&plan, sheet, &frame.edges);
    }
    return (size_t)plan.rows * (size_t)plan.columns;
}

static void make_parts(struct pen *pen, struct plan *plan, const struct sheet *sheet,
                       const struct view *view) {
    if (view->off) {
        pen_grey(pen, 0, (struct box){0, 0, pen->width, pen->height});
        return;
    }
    if (view->urgent) {
        layout_urgent(pen, view);
        return;
    }
    struct frame frame;
    struct parts parts;
    frame_make(pen, view, &frame);
    frame.edges.trouble_px = trouble_height(pen, view, sheet, frame.edges.header_px);
    plan_for_alarm(plan, sheet, &frame.edges);
    plan_parts(plan, sheet, &frame.edges, &parts);
    pen_fill(pen, COLOUR_GROUND, (struct box){0, 0, pen->width, pen->height}, 0);
    if (frame.edges.alarm) {
        layout_alarm(pen, view, &frame, parts.header);
    } else if (parts.header.height > 0) {
        layout_header(pen, view, parts.header);
    }
    if (!frame.edges.alone) {
        layout_body(pen, view, &parts);
    }
    layout_trouble(pen, view, parts.trouble);
    layout_footer(pen, &frame, parts.footer);
}

/* The head of the list, or of an urgent text, begins in the hall's first language. */
static bool from_right(const struct view *view) {
    return reading_of(view->urgent ? view->urgent_head : view->called) == READING_FROM_RIGHT;
}

void layout_make(const struct view *view, const struct sheet *sheet, const struct metrics *metrics,
                 struct scene *scene) {
    CHECK(sheet->width >= 320 && sheet->height >= 180);
    struct plan plan = plan_make(sheet);
    struct pen pen = pen_make(&plan, sheet, metrics);
    pen.scene = scene;
    pen.from_right = from_right(view);
    memset(scene, 0, sizeof *scene);
    scene->width = sheet->width;
    scene->height = sheet->height;
    make_parts(&pen, &plan, sheet, view);
    if (pen.from_right) {
        pen_mirror(&pen, 0, (struct box){0, 0, pen.width, pen.height});
    }
}
