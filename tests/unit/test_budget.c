/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * 10,000 random tickets in eight languages through the real painter: rendered texts never take more
 * than their budget, and memory that was there after the first thousand is enough for all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "screen/masks.h"
#include "screen/paint.h"
#include "source_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    WIDTH = 640,
    HEIGHT = 360,
    TICKETS = 10000,
    WARM_TICKETS = 1000,
    BUDGET = WIDTH * HEIGHT * 3, /* as in screen.c */
    GROWTH_KB_MAX = 1024,        /* own: what the heap may fray while texts come and go */
    LANGUAGES = 8
};

static const char *const words[LANGUAGES][2] = {
    {"Ticket", "Counter"},        {"Nummer", "Schalter"},
    {"Квиток", "Вікно"},          {"Билет", "Гише"},
    {"Bilet", "Ghișeul"},         {"Sorszám", "Ügyfélszolgálat"},
    {"Bilietas", "Langelis Nr."}, {"Numara", "Gişe"},
};

static struct diagnostics diagnostics;
static struct faces *faces;
static struct theme theme;
static uint32_t chance = 1;

static int open_faces(void **context) {
    char path[PATH_BYTES];
    (void)context;
    faces = faces_create(source_path(path, "fonts/faces.ini"), &diagnostics);
    bool good = faces != NULL &&
                theme_read(source_path(path, "config/themes/night.ini"), &theme, &diagnostics);
    diagnostics_print(&diagnostics, stderr);
    return good ? 0 : -1;
}

static int close_faces(void **context) {
    (void)context;
    faces_destroy(faces);
    return 0;
}

static unsigned any(unsigned below) {
    chance = chance * 1664525u + 1013904223u;
    return (chance >> 8) % below;
}

/* A letter or two and up to five digits. */
static void any_ticket(char ticket[TICKET_BYTES]) {
    char second[2] = {any(2) != 0 ? (char)('A' + any(26)) : '\0', '\0'};
    (void)snprintf(ticket, TICKET_BYTES, "%c%s%u", (char)('A' + any(26)), second,
                   any(any(2) != 0 ? 1000 : 100000));
}

static void next_view(struct view *view) {
    const char *const *language = words[any(LANGUAGES)];
    view->hero.state = HERO_CALLING;
    view->hero.lines_count = 1;
    any_ticket(view->hero.ticket);
    (void)snprintf(view->hero.lines[0].title, sizeof view->hero.lines[0].title, "%s", language[0]);
    (void)snprintf(view->hero.lines[0].noun, sizeof view->hero.lines[0].noun, "%s", language[1]);
    (void)snprintf(view->hero.lines[0].label, sizeof view->hero.lines[0].label, "%u", any(300));
    view->rows_count = 4;
    memmove(&view->rows[1], &view->rows[0], 3 * sizeof view->rows[0]);
    memcpy(view->rows[0].ticket, view->hero.ticket, sizeof view->rows[0].ticket);
    (void)snprintf(view->rows[0].noun, sizeof view->rows[0].noun, "%s", language[1]);
    (void)snprintf(view->rows[0].label, sizeof view->rows[0].label, "%u", any(300));
    (void)snprintf(view->clock, sizeof view->clock, "%02u:%02u", any(24), any(60));
}

static long resident_kb(void) {
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%*d %ld", &pages), 1);
    (void)fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* A sanitizer keeps what was freed for a while, so that memory says nothing about the program. */
static bool memory_counts(void) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return false;
#else
    return true;
#endif
}

static void test_memory_of_many_tickets(void **context) {
    static uint32_t pixels[WIDTH * HEIGHT];
    static struct view view;
    static struct scene before, after;
    struct text *text = text_create(faces, BUDGET);
    struct painter painter = {text, &theme, NULL};
    struct canvas canvas;
    struct damage damage;
    long early_kb = 0;
    (void)context;
    assert_non_null(text);
    struct metrics metrics = text_metrics(text);
    const struct mounting nowhere = {.diagonal_in = 0};
    struct sheet sheet = sheet_make(LAYOUT_MAIN, WIDTH, HEIGHT, &nowhere);
    canvas_init(&canvas, pixels, WIDTH, HEIGHT, WIDTH);
    for (int i = 0; i < TICKETS; i++) {
        next_view(&view);
        before = after;
        layout_make(&view, &sheet, &metrics, &after);
        damage_between(i == 0 ? NULL : &before, &after, &damage);
        assert_true(damage.count > 0);
        paint_scene(&painter, &after, &damage, &canvas);
        early_kb = i == WARM_TICKETS ? resident_kb() : early_kb;
    }
    long growth_kb = resident_kb() - early_kb;
    print_message("memory grew by %ld kB from ticket %d to %d\n", growth_kb, WARM_TICKETS, TICKETS);
    assert_true(!memory_counts() || growth_kb <= GROWTH_KB_MAX);
    text_destroy(text);
}

/* Whole tickets of many sizes: far more than fits. */
static void test_masks_keep_to_their_budget(void **context) {
    struct masks *masks = masks_create(faces, BUDGET);
    size_t most = 0;
    (void)context;
    assert_non_null(masks);
    for (int i = 0; i < TICKETS; i++) {
        struct span span = {.font = faces_find(faces, FACE_TICKET, 'A'), .per_cent = 100};
        any_ticket(span.text);
        const struct glyphs *glyphs = masks_get(masks, &span, 12 + (int)any(80));
        assert_non_null(glyphs);
        assert_true(glyphs->width > 0 && glyphs->height > 0);
        most = masks_bytes(masks) > most ? masks_bytes(masks) : most;
        assert_true(masks_bytes(masks) <= BUDGET);
    }
    assert_true(most > BUDGET / 2); /* or nothing was asked for */
    masks_destroy(masks);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_of_many_tickets),
        cmocka_unit_test(test_masks_keep_to_their_budget),
    };
    return cmocka_run_group_tests(tests, open_faces, close_faces);
}
