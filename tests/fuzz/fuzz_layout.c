/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The layout under arbitrary views: bytes of the input become texts, counts and flags of a view and
 * the size of the screen. Whatever comes, nothing may leave the screen and no check may fail.
 */
#include "core/layout.h"
#include "core/pulse.h"
#include "core/shift.h"
#include "scene_rules.h"
#include "system/check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *data;
    size_t left;
};

static unsigned take(struct input *input, unsigned below) {
    if (input->left == 0) {
        return 0;
    }
    input->left--;
    return *input->data++ % below;
}

static void take_text(struct input *input, char *out, size_t bytes) {
    size_t count = take(input, 256) * 2u;
    count = count < input->left ? count : input->left;
    count = count < bytes - 1 ? count : bytes - 1;
    memcpy(out, input->data, count);
    for (size_t i = 0; i < count; i++) {
        out[i] = out[i] == '\0' ? ' ' : out[i];
    }
    out[count] = '\0';
    input->data += count;
    input->left -= count;
}

static int ruler(void *context, enum face face, int cap_px, const char *text) {
    (void)context;
    (void)face;
    return (int)strlen(text) * cap_px * 3 / 4 + 1;
}

static void take_hero(struct input *input, struct view_hero *hero) {
    hero->state = (enum hero_state)take(input, 3);
    hero->direction = (enum direction)take(input, 6);
    hero->strong = take(input, 2) != 0;
    hero->pulse = (int)take(input, PULSE_TOP + 1);
    hero->lines_count = take(input, VIEW_LANGS_MAX + 1);
    take_text(input, hero->ticket, sizeof hero->ticket);
    for (size_t i = 0; i < hero->lines_count; i++) {
        take_text(input, hero->lines[i].title, sizeof hero->lines[i].title);
        take_text(input, hero->lines[i].noun, sizeof hero->lines[i].noun);
        take_text(input, hero->lines[i].label, sizeof hero->lines[i].label);
        take_text(input, hero->lines[i].way, sizeof hero->lines[i].way);
        take_text(input, hero->lines[i].again, sizeof hero->lines[i].again);
        take_text(input, hero->lines[i].moved, sizeof hero->lines[i].moved);
        take_text(input, hero->lines[i].priority, sizeof hero->lines[i].priority);
    }
}

static void take_rows(struct input *input, struct view *view) {
    view->rows_count = take(input, VIEW_ROWS_MAX + 1);
    for (size_t i = 0; i < view->rows_count; i++) {
        take_text(input, view->rows[i].ticket, sizeof view->rows[i].ticket);
        take_text(input, view->rows[i].noun, sizeof view->rows[i].noun);
        take_text(input, view->rows[i].label, sizeof view->rows[i].label);
        take_text(input, view->rows[i].again, sizeof view->rows[i].again);
        take_text(input, view->rows[i].moved, sizeof view->rows[i].moved);
        take_text(input, view->rows[i].priority, sizeof view->rows[i].priority);
        view->rows[i].fresh = take(input, 2) != 0;
    }
}

static void take_start(struct input *input, struct view_start *start) {
    start->lines_count = take(input, START_LINES_MAX + 1);
    take_text(input, start->display, sizeof start->display);
    take_text(input, start->place, sizeof start->place);
    for (size_t i = 0; i < start->lines_count; i++) {
        take_text(input, start->lines[i].name, sizeof start->lines[i].name);
        take_text(input, start->lines[i].value, sizeof start->lines[i].value);
        start->lines[i].trouble = take(input, 2) != 0;
    }
}

static void take_view(struct input *input, struct view *view) {
    take_text(input, view->hall, sizeof view->hall);
    take_text(input, view->clock, sizeof view->clock);
    take_text(input, view->date, sizeof view->date);
    take_hero(input, &view->hero);
    take_rows(input, view);
    for (size_t i = 0; i < VIEW_LANGS_MAX; i++) {
        take_text(input, view->welcome[i], sizeof view->welcome[i]);
        take_text(input, view->welcome_hint[i], sizeof view->welcome_hint[i]);
    }
    take_text(input, view->called, sizeof view->called);
    take_text(input, view->page_text, sizeof view->page_text);
    take_text(input, view->notice, sizeof view->notice);
    view->alarm = (enum view_alarm)take(input, 3);
    take_text(input, view->alarm_texts[0], sizeof view->alarm_texts[0]);
    take_text(input, view->alarm_texts[1], sizeof view->alarm_texts[1]);
    view->urgent = take(input, 4) == 1;
    take_text(input, view->urgent_head, sizeof view->urgent_head);
    view->urgent_count = take(input, VIEW_TEXTS_MAX + 1);
    for (size_t i = 0; i < view->urgent_count; i++) {
        take_text(input, view->urgent_texts[i], sizeof view->urgent_texts[i]);
    }
    size_t trouble = take(input, VIEW_TROUBLE_MAX + 1);
    for (size_t i = 0; i < trouble; i++) {
        take_text(input, view->trouble[i], sizeof view->trouble[i]);
    }
    take_start(input, &view->start);
    view->off = take(input, 8) == 7;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct view view;
    static struct scene scene;
    struct input input = {data, size};
    struct metrics metrics = {NULL, ruler};
    memset(&view, 0, sizeof view);
    int width = 320 + (int)take(&input, 256) * 14;
    int height = 180 + (int)take(&input, 256) * 14;
    const struct mounting mounting = {(double)take(&input, 100), (double)take(&input, 30) / 2,
                                      (double)take(&input, 40) * 100};
    enum layout_kind kind = (enum layout_kind)take(&input, LAYOUT_KINDS);
    struct sheet sheet = sheet_make(kind, width, height, &mounting);
    sheet.words = take(&input, 2) != 0;
    take_view(&input, &view);
    /* Without an alarm the rows are the plan's own: nothing that layout_make does not do again. */
    CHECK(view.alarm == ALARM_NONE || layout_rows(&view, &sheet, &metrics) >= 1);
    layout_make(&view, &sheet, &metrics, &scene);
    check_scene(&scene);
    shift_scene(&scene, take(&input, SHIFT_PLACES));
    check_scene(&scene);
    return 0;
}
