/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Directions: of characters against FriBidi's table, of texts, of lines broken out of paragraphs,
 * and what the layout makes of them. A ruler of equal boxes stands in for faces.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/layout.h"
#include "core/limits.h"
#include "core/reading.h"

#include <fribidi.h>
#include <stdio.h>
#include <string.h>

static struct view view;
static struct scene scene;

static void test_characters_are_of_their_class(void **state) {
    static const struct {
        uint32_t first, last;
    } ranges[] = {{0x0001, 0x07FF}, {0x200E, 0x200F}, {0xFB1D, 0xFDF1}, {0xFE70, 0xFEFE}};
    (void)state;
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        for (uint32_t c = ranges[i].first; c <= ranges[i].last; c++) {
            FriBidiCharType type = fribidi_get_bidi_type(c);
            enum reading expected = READING_NEITHER;
            if (type == FRIBIDI_TYPE_LTR) {
                expected = READING_FROM_LEFT;
            } else if (type == FRIBIDI_TYPE_RTL || type == FRIBIDI_TYPE_AL) {
                expected = READING_FROM_RIGHT;
            }
            if (reading_of_character(c) != expected) {
                fail_msg("U+%04X: %d, expected %d", (unsigned)c, reading_of_character(c), expected);
            }
        }
    }
}

static void test_texts(void **state) {
    static const struct {
        const char *text;
        enum reading reading;
        bool mixed;
    } cases[] = {
        {"", READING_NEITHER, false},
        {"107 (2)", READING_NEITHER, false},
        {"Counter 4", READING_FROM_LEFT, false},
        {"Вікно 4", READING_FROM_LEFT, false},
        {"شباك 4", READING_FROM_RIGHT, true},
        {"107 שלום", READING_FROM_RIGHT, true},
        {"(A) שלום", READING_FROM_LEFT, true},
        {"\u200F107", READING_FROM_RIGHT, true},
        {"\u200Eשלום", READING_FROM_LEFT, true},
        {"١٠٧ - ٢", READING_NEITHER, true},
        {"\xFF", READING_NEITHER, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (reading_of(cases[i].text) != cases[i].reading ||
            reading_mixed(cases[i].text) != cases[i].mixed) {
            fail_msg("%s: %d", cases[i].text, reading_of(cases[i].text));
        }
    }
}

static void test_lines_keep_their_paragraphs_direction(void **state) {
    static const struct {
        const char *paragraph, *line, *expected;
    } cases[] = {
        {"שלום Room 2", "Room 2", "\u200FRoom 2"},
        {"שלום Room 2", "שלום", "שלום"},
        {"שלום 12", "12", "\u200F12"},
        {"Room שלום", "שלום", "\u200Eשלום"},
        {"Room 12", "12", "12"},
        {"12 13", "13", "13"},
    };
    char out[TEXT_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        reading_line(cases[i].paragraph, cases[i].line, strlen(cases[i].line), out, sizeof out);
        assert_string_equal(out, cases[i].expected);
    }
    /* A mark takes room: the line is cut where a character ends, and never the mark. */
    reading_line("ש abcde", "abcde", 5, out, 8);
    assert_string_equal(out, "\u200Fabcd");
    reading_line("ש éée", "éée", 5, out, 7);
    assert_string_equal(out, "\u200Fé");
    reading_line("abcdefgh", "abcdefgh", 8, out, 5);
    assert_string_equal(out, "abcd");
}

static int ruler(void *context, enum face face, int cap_px, const char *text) {
    (void)context;
    int characters = 0;
    for (; *text != '\0'; text++) {
        characters += ((unsigned char)*text & 0xC0u) != 0x80u;
    }
    return characters * cap_px * (face == FACE_TICKET ? 92 : 84) / 100 + 1;
}

static void layout(void) {
    static const struct metrics metrics = {NULL, ruler};
    static const struct mounting nowhere;
    struct sheet sheet = sheet_make(LAYOUT_MAIN, 1920, 1080, &nowhere);
    layout_make(&view, &sheet, &metrics, &scene);
}

/* The text node of these words, the n-th. */
static const struct node *node_of(const char *words, size_t number) {
    for (size_t i = 0; i < scene.nodes_count; i++) {
        const struct node *node = &scene.nodes[i];
        if (node->kind == NODE_TEXT && strcmp(node->text.text, words) == 0 && number-- == 0) {
            return node;
        }
    }
    fail_msg("no node of %s", words);
    return NULL;
}

static void fill_view(const char *called, const char *noun, const char *label) {
    memset(&view, 0, sizeof view);
    (void)snprintf(view.called, sizeof view.called, "%s", called);
    view.hero.state = HERO_CALLING;
    view.hero.lines_count = 1;
    (void)snprintf(view.hero.ticket, sizeof view.hero.ticket, "A107");
    (void)snprintf(view.hero.lines[0].noun, WORD_BYTES, "%s", noun);
    (void)snprintf(view.hero.lines[0].label, LABEL_BYTES, "%s", label);
}

static void test_a_wrapped_paragraph_stands_at_its_side(void **state) {
    static const char *const notices[] = {
        "נא להכין תעודה מזהה לפני הגעה לדלפק Room 214 Building North Entrance Second Floor Left "
        "Wing Reception Desk Number Twelve 12",
        "Please have your documents ready before you come to the desk לפני הגעה לדלפק נא להכין "
        "תעודה מזהה דרכון רישיון נהיגה"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        size_t lines = 0;
        fill_view("Called", "Counter", "4");
        (void)snprintf(view.notice, sizeof view.notice, "%s", notices[i]);
        layout();
        for (size_t k = 0; k < scene.nodes_count; k++) {
            const struct node *node = &scene.nodes[k];
            if (node->kind == NODE_TEXT && node->box.y > 900 && node->text.face == FACE_TEXT) {
                lines++;
                assert_int_equal(reading_of(node->text.text), reading_of(notices[i]));
                assert_int_equal(node->text.align, i == 0 ? ALIGN_RIGHT : ALIGN_LEFT);
            }
        }
        assert_true(lines >= 2);
    }
}

static void test_counters_are_read_in_their_direction(void **state) {
    (void)state;
    fill_view("Called", "Counter", "4");
    layout();
    assert_true(node_of("Counter", 0)->box.x < node_of("4", 0)->box.x);
    fill_view("Called", "شباك", "4");
    layout();
    assert_true(node_of("شباك", 0)->box.x > node_of("4", 0)->box.x);
    assert_int_equal(node_of("A107", 0)->text.align, ALIGN_LEFT);
    fill_view("النداءات", "شباك", "4");
    layout();
    assert_true(node_of("شباك", 0)->box.x > node_of("4", 0)->box.x);
    assert_int_equal(node_of("A107", 0)->text.align, ALIGN_RIGHT);
    fill_view("النداءات", "Counter", "4");
    layout();
    assert_true(node_of("Counter", 0)->box.x < node_of("4", 0)->box.x);
}

/* A hall that reads from the right has the picture of one that reads from the left, mirrored. */
static void test_a_hall_is_mirrored_whole(void **state) {
    static struct scene left;
    (void)state;
    fill_view("Called", "Counter", "4");
    (void)snprintf(view.clock, sizeof view.clock, "10:42");
    layout();
    left = scene;
    fill_view("נקראוו", "", "4");
    (void)snprintf(view.clock, sizeof view.clock, "10:42");
    (void)snprintf(view.hero.lines[0].noun, WORD_BYTES, "דלפקדלפ"); /* as many as "Counter" */
    layout();
    assert_int_equal(scene.nodes_count, left.nodes_count);
    for (size_t i = 0; i < scene.nodes_count; i++) {
        const struct box *a = &left.nodes[i].box, *b = &scene.nodes[i].box;
        assert_int_equal(b->x, 1920 - a->x - a->width);
        assert_int_equal(b->y, a->y);
        if (scene.nodes[i].kind == NODE_ARROW) {
            assert_int_equal(left.nodes[i].direction, DIRECTION_RIGHT);
            assert_int_equal(scene.nodes[i].direction, DIRECTION_LEFT);
        }
    }
    /* Where a counter really is does not turn with the reading. */
    view.hero.direction = DIRECTION_RIGHT;
    layout();
    for (size_t i = 0; i < scene.nodes_count; i++) {
        if (scene.nodes[i].kind == NODE_ARROW) {
            assert_int_equal(scene.nodes[i].direction, DIRECTION_RIGHT);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_characters_are_of_their_class),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_lines_keep_their_paragraphs_direction),
        cmocka_unit_test(test_a_wrapped_paragraph_stands_at_its_side),
        cmocka_unit_test(test_counters_are_read_in_their_direction),
        cmocka_unit_test(test_a_hall_is_mirrored_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
