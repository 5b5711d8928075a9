/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What gives way on a screen: words that are too long, a logo beside a name, lines for staff, and
 * call and list where they do not fit together.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "layout_fixture.h"

/* Lines for staff are all there on a full HD screen, take no more than a quarter of it, cost rows
 * and nothing else; on a screen without room calls come first. */
static void test_lines_for_staff(void **context) {
    (void)context;
    struct sheet sheet = sheet_make(LAYOUT_MAIN, 1920, 1080, &nowhere);
    memset(&view, 0, sizeof view);
    size_t rows = layout_rows(&view, &sheet, &metrics);
    usual_view(true);
    for (size_t i = 0; i < VIEW_TROUBLE_MAX; i++) {
        (void)snprintf(view.trouble[i], TEXT_BYTES, "line %zu: [broker] url: expected mqtt://", i);
    }
    size_t less = layout_rows(&view, &sheet, &metrics);
    assert_true(less < rows && less >= 2);
    (void)layout(LAYOUT_MAIN, 1920, 1080);
    assert_scene_sound();
    assert_int_equal(texts_like("line "), VIEW_TROUBLE_MAX);
    assert_true(ticket_whole("W888"));
    const struct mounting far = {55, 13.5, 2200};
    struct sheet low = sheet_make(LAYOUT_MAIN, 640, 360, &far);
    layout_make(&view, &low, &metrics, &scene);
    assert_int_equal(texts_like("line "), 0);
    assert_true(ticket_whole("W888"));
}

static void expect_lines(enum layout_kind kind, const char *label, const char *const *lines) {
    const struct mounting mounting = {55, 4, 0};
    struct sheet sheet = sheet_make(kind, 1920, 1080, &mounting);
    usual_view(false);
    view.rows_count = 0;
    view.hero.lines_count = 1;
    view.hero.lines[0].noun[0] = '\0';
    (void)snprintf(view.hero.lines[0].label, sizeof view.hero.lines[0].label, "%s", label);
    layout_make(&view, &sheet, &metrics, &scene);
    for (size_t i = 0; i < 2 && lines[i] != NULL; i++) {
        const struct node *node = text_of(lines[i]);
        if (node == NULL) {
            fail_msg("layout %s: no line \"%s\" of \"%s\"", layout_names[kind], lines[i], label);
            return;
        }
        assert_true(node->text.cap_px >= sheet.text_cap);
        assert_true(ruler(NULL, node->text.face, node->text.cap_px, lines[i]) <= node->box.width);
    }
}

/* A label wraps at blanks and behind its own hyphens, and shrinks before a word is broken; then the
 * word has a hyphen and three letters or more on either side, in letters of two bytes too. */
static void test_long_words_are_broken_last(void **context) {
    (void)context;
    static const struct {
        enum layout_kind kind;
        const char *label, *lines[2];
    } cases[] = {
        {LAYOUT_MAIN, "Sachbearbeiterplatz 12", {"Sachbearbeiterplatz", "12"}},
        {LAYOUT_MAIN, "Kfz-Zulassungsbehörde", {"Kfz-", "Zulassungsbehörde"}},
        {LAYOUT_MAIN, "Kfz-Zulassungsangelegenheiten", {"Kfz-", "Zulassungsangelegenheiten"}},
        {LAYOUT_MAIN, "An-/Abmeldungsangelegenheiten", {"An-/", "Abmeldungsangelegenheiten"}},
        {LAYOUT_MAIN,
         "Staatsbürgerschaftsangelegenheiten",
         {"Staatsbürgerschaf-", "tsangelegenheiten"}},
        {LAYOUT_NEAR,
         "Staatsbürgerschaftsangelegenheiten",
         {"Staatsbürgerschaftsan-", "gelegenheiten"}},
        {LAYOUT_NEAR, "Виконавчопровадженнєвідділення", {"Виконавчопровадженнєв-", "ідділення"}},
        {LAYOUT_NEAR, "99999999999999999999999999999", {"9999999999999999999999", "9999999"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect_lines(cases[i].kind, cases[i].label, cases[i].lines);
    }
}

/* Three letters at least are on the next line, in a notice whose size is what it is. */
static void test_no_single_letters_are_broken_off(void **context) {
    (void)context;
    const struct mounting mounting = {55, 4, 0};
    struct sheet sheet = sheet_make(LAYOUT_MAIN, 1920, 1080, &mounting);
    size_t broken = 0;
    for (size_t letters = 40; letters <= 70; letters++) {
        usual_view(false);
        memset(view.notice, 'n', letters);
        view.notice[letters] = '\0';
        layout_make(&view, &sheet, &metrics, &scene);
        const struct node *last = &scene.nodes[scene.nodes_count - 1];
        if (strlen(last->text.text) < letters) {
            const struct node *before = last - 1;
            size_t bytes = strlen(before->text.text);
            assert_int_equal(before->text.text[bytes - 1], '-');
            assert_true(strlen(last->text.text) >= 3);
            assert_int_equal(bytes - 1 + strlen(last->text.text), letters);
            broken++;
        }
    }
    assert_true(broken >= 10 && broken < 30);
}

static struct box logo_of(void) {
    for (size_t i = 0; i < scene.nodes_count; i++) {
        if (scene.nodes[i].kind == NODE_PICTURE) {
            return scene.nodes[i].box;
        }
    }
    return (struct box){0};
}

/* The hall's name beside a square logo on an upright screen: whether it is whole, and the logo. */
static bool name_whole(const char *name, int metres, struct box *logo) {
    const struct mounting mounting = {55, metres, 0};
    struct sheet sheet = sheet_make(LAYOUT_MAIN, 1080, 1920, &mounting);
    usual_view(false);
    (void)snprintf(view.hall, sizeof view.hall, "%s", name);
    view.logo = (struct view_logo){300, 300};
    layout_make(&view, &sheet, &metrics, &scene);
    assert_scene_sound();
    *logo = logo_of();
    const struct node *node = text_of(name);
    assert_non_null(node);
    assert_true(node->text.cap_px >= sheet.text_cap);
    return ruler(NULL, FACE_STRONG, node->text.cap_px, name) <= node->box.width;
}

/* First the clock goes down to the date, then the logo gets smaller, then it is left out. */
static void test_a_logo_gives_way_to_the_name(void **context) {
    (void)context;
    struct box whole;
    struct box beside;
    struct box logo;
    assert_true(name_whole("Hall", 4, &whole));
    assert_true(whole.height > 100 && whole.width == whole.height);
    assert_true(text_of("14:05")->box.y < text_of("Sunday, 22 November")->box.y);
    assert_true(name_whole("Citizens' Office 2", 4, &beside));
    assert_int_equal(beside.height, whole.height);
    assert_true(text_of("14:05")->box.y > text_of("Citizens' Office 2")->box.y + 30);
    assert_true(name_whole("Citizens' Office, annex B", 4, &logo));
    assert_true(logo.height < whole.height && logo.height * 2 >= whole.height);
    assert_true(name_whole("Citizens' Office, annex 101", 4, &logo));
    assert_int_equal(logo.height, 0);
    (void)name_whole("Bezirksamt Charlottenburg-Wilmersdorf", 4, &logo);
    assert_int_equal(logo.height, 0);
}

/* 43 inches at 10 m: call and list take turns, and so does an alarm that leaves a call no room. */
static void test_call_and_list_take_turns(void **context) {
    (void)context;
    const struct mounting far = {43, 10, 0};
    struct sheet sheet = sheet_make(LAYOUT_MAIN, 1920, 1080, &far);
    assert_int_equal(layout_fit(&sheet), LAYOUT_IN_TURNS);
    assert_false(layout_has_notices(&sheet));
    usual_view(false);
    view.hero.state = HERO_CALLING;
    (void)snprintf(view.hero.ticket, sizeof view.hero.ticket, "A107");
    (void)snprintf(view.rows[0].ticket, sizeof view.rows[0].ticket, "B12");
    (void)snprintf(view.page_text, sizeof view.page_text, "1/9");
    layout_make(&view, &sheet, &metrics, &scene);
    assert_true(ticket_whole("A107") && !ticket_whole("B12"));
    view.hero.state = HERO_RESTING;
    layout_make(&view, &sheet, &metrics, &scene);
    assert_true(ticket_whole("B12") && !ticket_whole("A107"));
    assert_true(text_shown("1/9"));
    usual_view(true);
    (void)snprintf(view.hero.ticket, sizeof view.hero.ticket, "A107");
    view.hero.state = HERO_CALLING;
    layout_make(&view, &sheet, &metrics, &scene);
    assert_true(ticket_whole("A107") && !text_shown(view.alarm_texts[0]));
    view.hero.state = HERO_RESTING;
    layout_make(&view, &sheet, &metrics, &scene);
    assert_int_equal(layout_rows(&view, &sheet, &metrics), 1);
    assert_false(ticket_whole("A107"));
    for (size_t i = 0; i < scene.nodes_count; i++) {
        assert_true(scene.nodes[i].kind != NODE_TEXT || scene.nodes[i].colour == COLOUR_ALARM_INK);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_call_and_list_take_turns),
        cmocka_unit_test(test_lines_for_staff),
        cmocka_unit_test(test_long_words_are_broken_last),
        cmocka_unit_test(test_no_single_letters_are_broken_off),
        cmocka_unit_test(test_a_logo_gives_way_to_the_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
