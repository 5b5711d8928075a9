/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The display (screen/screen.h), which shows nothing: what is on it is the view that the turn laid
 * out, and the oracle reads that. It can be lost, refuse to open, or keep the main thread waiting.
 *
 * The layout is left out as well: where things stand is the golden tests' business, and laying out
 * would be nine tenths of the time. A screen is as many pixels high as it has rows, times a
 * hundred.
 */
#include "actors.h"
#include "chance.h"
#include "marks.h"
#include "oracle.h"
#include "screen/screen.h"

#include <stdio.h>
#include <string.h>

struct screen {
    int open;
};

static struct screen screen;

size_t layout_rows(const struct view *view, const struct sheet *sheet,
                   const struct metrics *metrics) {
    (void)metrics;
    size_t rows = (size_t)(sheet->height / 100);
    return view->alarm != ALARM_NONE && rows > 1 ? rows - 1 : rows;
}

/* Short enough that long notices have parts. */
size_t layout_notice_characters(const struct sheet *sheet) {
    (void)sheet;
    return 40;
}

void layout_make(const struct view *view, const struct sheet *sheet, const struct metrics *metrics,
                 struct scene *scene) {
    (void)view;
    (void)sheet;
    (void)metrics;
    scene->nodes_count = 0;
}

struct screen *screen_create(const struct screen_options *options, char *reason) {
    (void)options;
    if (plan_fault(&world.plan, FAULT_SCREEN_LOST, world.now_ms) > 0) {
        snprintf(reason, REASON_BYTES, "no display");
        return NULL;
    }
    screen.open = 1;
    return &screen;
}

void screen_destroy(struct screen *gone) {
    if (gone != NULL) {
        gone->open = 0;
    }
}

double screen_diagonal_in(const struct screen *shown) {
    (void)shown;
    return 0;
}

void screen_size(const struct screen *shown, int *width_px, int *height_px) {
    (void)shown;
    *width_px = 1920;
    *height_px = world.plan.manners.rows * 100;
}

struct metrics screen_metrics(struct screen *shown) {
    (void)shown;
    return (struct metrics){.context = NULL, .width = NULL};
}

struct view_logo screen_logo(const struct screen *shown) {
    (void)shown;
    return (struct view_logo){.width = 0, .height = 0};
}

void screen_mode_words(const struct screen *shown, char words[SCREEN_MODE_BYTES]) {
    (void)shown;
    words[0] = '\0';
}

const char *screen_mode_reason(const struct screen *shown) {
    (void)shown;
    return "";
}

void screen_use_theme(struct screen *shown, size_t number) {
    (void)shown;
    (void)number;
}

bool screen_incomplete(const struct screen *shown) {
    (void)shown;
    return false;
}

bool screen_show(struct screen *shown, const struct scene *scene, char *reason) {
    (void)shown;
    (void)scene;
    if (world_struck()) {
        return true;
    }
    if (plan_fault(&world.plan, FAULT_SCREEN_LOST, world.now_ms) > 0) {
        snprintf(reason, REASON_BYTES, "the display is gone");
        mark(MARK_SCREEN_LOST);
        return false;
    }
    uint64_t chance = chance_mix(world.plan.seed, 41, (uint64_t)world.now_ms);
    unsigned stalls = plan_fault(&world.plan, FAULT_SCREEN_STALLS, world.now_ms);
    if (stalls > 0 && chance_hits(&chance, stalls)) {
        mark(MARK_SCREEN_STALLED);
        world.busy_until_ms = world.now_ms + chance_between(&chance, 100, 4000);
        world_tell("screen: stalls for %d ms", (int)(world.busy_until_ms - world.now_ms));
    }
    return true;
}

void screen_poll(struct screen *shown, struct screen_events *events) {
    (void)shown;
    (void)events;
}

int screen_fd(const struct screen *shown) {
    (void)shown;
    return 0;
}

bool screen_pending(const struct screen *shown) {
    (void)shown;
    return false;
}

bool screen_warm(struct screen *shown, const struct sheet *sheet, const struct scene *like) {
    (void)shown;
    (void)sheet;
    (void)like;
    return false;
}
