/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Painting only the difference gives the picture that painting everything gives; text stays in its
 * box, mixes scripts and has equal digits. With the real faces.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/pulse.h"
#include "screen/paint.h"
#include "screen/view_file.h"
#include "source_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 640, HEIGHT = 360 };

static struct diagnostics diagnostics;
static struct faces *faces;
static struct text *text;
static struct theme theme;
static uint32_t part[WIDTH * HEIGHT];
static uint32_t whole[WIDTH * HEIGHT];

static int open_faces(void **context) {
    char path[PATH_BYTES];
    (void)context;
    faces = faces_create(source_path(path, "fonts/faces.ini"), &diagnostics);
    /* A small cache, so that forgetting happens too. */
    text = faces != NULL ? text_create(faces, 20000) : NULL;
    bool good = text != NULL &&
                theme_read(source_path(path, "config/themes/night.ini"), &theme, &diagnostics);
    diagnostics_print(&diagnostics, stderr);
    return good ? 0 : -1;
}

static int close_faces(void **context) {
    (void)context;
    text_destroy(text);
    faces_destroy(faces);
    return 0;
}

static void paint(const struct scene *before, const struct scene *after, uint32_t *pixels) {
    struct painter painter = {text, &theme, NULL};
    struct canvas canvas;
    struct damage damage;
    canvas_init(&canvas, pixels, WIDTH, HEIGHT, WIDTH);
    damage_between(before, after, &damage);
    assert_true(damage.count <= DAMAGE_MAX);
    for (size_t i = 0; i < damage.count; i++) {
        for (size_t j = i + 1; j < damage.count; j++) {
            assert_true(box_empty(box_intersect(damage.boxes[i], damage.boxes[j])));
        }
    }
    paint_scene(&painter, after, &damage, &canvas);
}

static void read_view(const char *name, struct view *view) {
    char path[PATH_BYTES];
    assert_true(view_file_read(source_path(path, name), view, &diagnostics));
}

static void next_view(unsigned step, struct view *view) {
    static const char *const names[] = {"tests/golden/calling.json", "tests/golden/again.json",
                                        "tests/golden/welcome.json", "tests/golden/urgent.json",
                                        "tests/golden/full.json"};
    if (step % 7 == 0) {
        read_view(names[step / 7 % 5], view);
    }
    (void)snprintf(view->hero.ticket, sizeof view->hero.ticket, "B%03u", step * 37 % 1000);
    memmove(&view->rows[1], &view->rows[0], 5 * sizeof view->rows[0]);
    (void)snprintf(view->rows[0].ticket, sizeof view->rows[0].ticket, "B%03u", step * 37 % 1000);
    (void)snprintf(view->clock, sizeof view->clock, "10:%02u", step % 60);
    view->rows[0].fresh = step % 3 != 0;
    view->hero.strong = step % 5 == 0;
    view->hero.pulse = (int)(step % (PULSE_TOP + 1));
    (void)snprintf(view->rows[1].moved, sizeof view->rows[1].moved, "%s",
                   step % 2 ? "New room" : "");
}

static const struct mounting nowhere = {0, 0, 0};

static void test_difference_equals_whole(void **context) {
    static struct view view;
    static struct scene before;
    static struct scene after;
    struct metrics metrics = text_metrics(text);
    struct sheet sheet = sheet_make(LAYOUT_MAIN, WIDTH, HEIGHT, &nowhere);
    (void)context;
    for (unsigned step = 0; step < 70; step++) {
        next_view(step, &view);
        layout_make(&view, &sheet, &metrics, &after);
        paint(step == 0 ? NULL : &before, &after, part);
        memset(whole, 0, sizeof whole);
        paint(NULL, &after, whole);
        assert_memory_equal(part, whole, sizeof whole);
        before = after;
    }
}

static void test_no_change_no_damage(void **context) {
    static struct view view;
    static struct scene scene;
    struct damage damage;
    struct metrics metrics = text_metrics(text);
    (void)context;
    read_view("tests/golden/calling.json", &view);
    struct sheet sheet = sheet_make(LAYOUT_MAIN, WIDTH, HEIGHT, &nowhere);
    layout_make(&view, &sheet, &metrics, &scene);
    damage_between(&scene, &scene, &damage);
    assert_int_equal(damage.count, 0);
}

static struct node text_node(enum face face, int cap, const char *words, int width) {
    struct node node;
    memset(&node, 0, sizeof node);
    node.kind = NODE_TEXT;
    node.box = (struct box){40, 40, width, cap * 2};
    node.text.face = face;
    node.text.cap_px = cap;
    node.text.baseline_px = cap * 3 / 2;
    (void)snprintf(node.text.text, sizeof node.text.text, "%s", words);
    return node;
}

/* Paints words in white and returns the box of what was touched. */
static struct box ink_of(const struct node *node) {
    struct canvas canvas;
    struct box ink = {0, 0, 0, 0};
    memset(part, 0, sizeof part);
    canvas_init(&canvas, part, WIDTH, HEIGHT, WIDTH);
    text_paint(text, &canvas, node, 0xffffffffu);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            if (part[y * WIDTH + x] != 0) {
                ink = box_union(ink, (struct box){x, y, 1, 1});
            }
        }
    }
    return ink;
}

static void test_capitals_have_their_height(void **context) {
    (void)context;
    static const int caps[] = {12, 24, 25, 61, 100};
    for (size_t i = 0; i < sizeof caps / sizeof caps[0]; i++) {
        struct node node = text_node(FACE_TICKET, caps[i], "H", 300);
        struct box ink = ink_of(&node);
        assert_in_range(ink.height, caps[i] - 1, caps[i] + 1);
        assert_in_range(ink.y + ink.height, 40 + caps[i] * 3 / 2 - 1, 40 + caps[i] * 3 / 2 + 1);
    }
}

static void test_text_fits_its_measure(void **context) {
    (void)context;
    static const char *const words[] = {
        "Room 12 · Called again · 2nd floor, left of the stairs",
        "Щ107 Вікно реєстрації",
        "Γραφείο 12 Έξοδος",
        "Straße Ångström naïve",
        "AVAVAV",
    };
    struct metrics metrics = text_metrics(text);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        for (int cap = 9; cap <= 17; cap++) {
            int width = metrics.width(metrics.context, FACE_STRONG, cap, words[i]);
            struct node node = text_node(FACE_STRONG, cap, words[i], width);
            struct box tight = ink_of(&node);
            node.box.width = WIDTH - 40;
            struct box loose = ink_of(&node);
            assert_memory_equal(&tight, &loose, sizeof tight);
        }
    }
}

static void test_digits_are_equally_wide(void **context) {
    (void)context;
    struct metrics metrics = text_metrics(text);
    int width = metrics.width(metrics.context, FACE_TICKET, 100, "0000");
    for (char digit = '1'; digit <= '9'; digit++) {
        char words[] = {digit, '1', digit, '7', '\0'};
        assert_int_equal(metrics.width(metrics.context, FACE_TICKET, 100, words), width);
    }
}

/* What was measured before, in whatever face, changes no width: each pair of one or two digits in
 * two faces, one right after the other. */
static void test_widths_are_not_mixed_up(void **context) {
    (void)context;
    struct metrics metrics = text_metrics(text);
    int one = metrics.width(metrics.context, FACE_TICKET, 100, "0");
    for (int face = FACE_STRONG; face < FACE_KINDS; face++) {
        for (char other = '0'; other <= '9'; other++) {
            for (char digit = '0'; digit <= '9'; digit++) {
                (void)metrics.width(metrics.context, (enum face)face, 100, (char[]){other, '\0'});
                char words[] = {digit, '\0'};
                assert_int_equal(metrics.width(metrics.context, FACE_TICKET, 100, words), one);
            }
        }
    }
}

static void test_long_text_ends_in_an_ellipsis(void **context) {
    (void)context;
    struct node node = text_node(FACE_TEXT, 14, "Information and payments of the city", 120);
    struct box ink = ink_of(&node);
    assert_true(ink.x >= 40 && ink.x + ink.width <= 160);
    assert_true(ink.width > 60);
    node = text_node(FACE_TEXT, 14, "Information", 3);
    assert_true(box_empty(ink_of(&node)));
}

static void test_every_script_has_a_face(void **context) {
    (void)context;
    static const uint32_t characters[] = {'A',    'z',    '9',    0x0416, 0x0457,
                                          0x0490, 0x03A9, 0x03AF, 0x00DF, 0x0142,
                                          0x1EA4, 0x2026, 0x2019, 0x00B7, 0x2013};
    for (size_t i = 0; i < sizeof characters / sizeof characters[0]; i++) {
        for (enum face role = 0; role < FACE_KINDS; role++) {
            assert_true(faces_has(faces, faces_find(faces, role, characters[i]), characters[i]));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_difference_equals_whole),
        cmocka_unit_test(test_no_change_no_damage),
        cmocka_unit_test(test_capitals_have_their_height),
        cmocka_unit_test(test_text_fits_its_measure),
        cmocka_unit_test(test_digits_are_equally_wide),
        cmocka_unit_test(test_widths_are_not_mixed_up),
        cmocka_unit_test(test_long_text_ends_in_an_ellipsis),
        cmocka_unit_test(test_every_script_has_a_face),
    };
    return cmocka_run_group_tests(tests, open_faces, close_faces);
}
