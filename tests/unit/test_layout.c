/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The layout's promises, on thousands of random views and many sizes of screen: nothing leaves the
 * screen, no two texts overlap, a ticket is always whole. A ruler of equal boxes stands in for
 * faces, so these tests need no font.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/pulse.h"
#include "layout_fixture.h"

static const struct {
    int width, height;
} sizes[] = {
    {320, 180},   {321, 240},   {640, 480},  {800, 480},   {1024, 600},  {1024, 768},
    {1280, 720},  {1280, 1024}, {1366, 768}, {1920, 1080}, {1920, 1200}, {2560, 1080},
    {3840, 2160}, {1080, 1920}, {720, 1280}, {768, 1024},  {1200, 1920}, {2160, 3840},
    {1920, 360},  {1920, 540},  {3840, 600}, {1080, 1080}, {320, 1200},  {180 * 2, 360},
};
enum { SIZES = sizeof sizes / sizeof sizes[0], VIEWS = 400 };

static uint64_t state;

static uint32_t draw(uint32_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 20) % below);
}

/* Words of Latin, Cyrillic and Greek up to a length, sometimes one endless word, sometimes none. */
static void random_text(char *out, size_t bytes) {
    static const char *const words[] = {"Counter", "Вікно",      "Γραφείο", "to",
                                        "the",     "реєстрації", "ground",  "поверх",
                                        "Ё",       "a",          "14",      "Straßenverkehrsamt"};
    size_t used = 0;
    size_t most = draw(4) == 0 ? bytes - 1 : draw((uint32_t)bytes);
    bool blanks = draw(8) != 0;
    out[0] = '\0';
    for (;;) {
        const char *word = words[draw(sizeof words / sizeof words[0])];
        size_t length = strlen(word);
        if (used + length + 1 > most) {
            return;
        }
        if (used > 0 && blanks) {
            out[used++] = ' ';
        }
        memcpy(out + used, word, length + 1);
        used += length;
    }
}

static void random_ticket(char *out) {
    static const char *const characters[] = {"A", "W", "0", "7", "8", "Щ", "Й", "-", "Ω"};
    uint32_t count = 1 + draw(TICKET_CHARACTERS);
    size_t used = 0;
    for (uint32_t i = 0; i < count; i++) {
        used += (size_t)snprintf(out + used, TICKET_BYTES - used, "%s", characters[draw(9)]);
    }
}

static void random_label(char *out, size_t bytes) {
    if (draw(3) > 0) {
        (void)snprintf(out, bytes, "%u", draw(300));
    } else {
        random_text(out, bytes);
    }
}

static void random_hero(struct view_hero *hero) {
    hero->state = (enum hero_state)draw(3);
    random_ticket(hero->ticket);
    hero->direction = (enum direction)draw(6);
    hero->strong = draw(3) == 0;
    hero->pulse = (int)draw(PULSE_TOP + 1);
    hero->lines_count = 1 + draw(VIEW_LANGS_MAX);
    for (size_t i = 0; i < hero->lines_count; i++) {
        struct view_line *line = &hero->lines[i];
        random_text(line->title, sizeof line->title);
        random_text(line->noun, sizeof line->noun);
        random_label(line->label, sizeof line->label);
        random_text(line->way, sizeof line->way);
        random_text(line->again, sizeof line->again);
        random_text(line->moved, sizeof line->moved);
        random_text(line->priority, sizeof line->priority);
    }
}

/* A hall that has not found its broker: no calls, words for staff of any length. */
static void random_start(void) {
    struct view_start *start = &view.start;
    start->lines_count = 1 + draw(START_LINES_MAX);
    random_text(start->display, sizeof start->display);
    random_text(start->place, sizeof start->place);
    for (size_t i = 0; i < start->lines_count; i++) {
        random_text(start->lines[i].name, sizeof start->lines[i].name);
        random_text(start->lines[i].value, sizeof start->lines[i].value);
        start->lines[i].trouble = draw(2) == 0;
    }
    view.hero.state = HERO_NONE;
    view.rows_count = 0;
}

static void random_view(void) {
    memset(&view, 0, sizeof view);
    random_text(view.hall, sizeof view.hall);
    (void)snprintf(view.clock, sizeof view.clock, "%s", draw(5) == 0 ? "" : "14:05");
    random_text(view.date, sizeof view.date);
    if (draw(2) == 0) {
        view.logo = (struct view_logo){1 + (int)draw(2000), 1 + (int)draw(2000)};
    }
    random_hero(&view.hero);
    for (size_t i = 0; i < draw(VIEW_LANGS_MAX + 1); i++) {
        random_text(view.welcome[i], sizeof view.welcome[i]);
        random_text(view.welcome_hint[i], sizeof view.welcome_hint[i]);
    }
    random_text(view.called, sizeof view.called);
    view.rows_count = draw(VIEW_ROWS_MAX + 1);
    for (size_t i = 0; i < view.rows_count; i++) {
        struct view_row *row = &view.rows[i];
        random_ticket(row->ticket);
        random_text(row->noun, sizeof row->noun);
        random_label(row->label, sizeof row->label);
        random_text(row->again, sizeof row->again);
        random_text(row->moved, sizeof row->moved);
        random_text(row->priority, sizeof row->priority);
        row->fresh = draw(2) == 0;
    }
    random_text(view.page_text, sizeof view.page_text);
    random_text(view.notice, sizeof view.notice);
    view.alarm = (enum view_alarm)draw(3);
    random_text(view.alarm_texts[0], sizeof view.alarm_texts[0]);
    random_text(view.alarm_texts[1], sizeof view.alarm_texts[1]);
    view.urgent = draw(6) == 0;
    random_text(view.urgent_head, sizeof view.urgent_head);
    view.urgent_count = draw(VIEW_TEXTS_MAX + 1);
    for (size_t i = 0; i < view.urgent_count; i++) {
        random_text(view.urgent_texts[i], sizeof view.urgent_texts[i]);
    }
    uint32_t trouble = draw(2) == 0 ? draw(VIEW_TROUBLE_MAX + 1) : 0;
    for (size_t i = 0; i < trouble; i++) {
        random_text(view.trouble[i], sizeof view.trouble[i]);
    }
    if (draw(4) == 0) {
        random_start();
    }
}

/* At sizes of every distance, told or not, each layout. */
static struct sheet random_sheet(int width, int height) {
    const struct mounting mounting = {10 + draw(90), 0.5 + draw(20), draw(4000)};
    enum layout_kind kind = (enum layout_kind)draw(LAYOUT_KINDS);
    struct sheet sheet = sheet_make(kind, width, height, draw(2) == 0 ? &nowhere : &mounting);
    sheet.words = draw(2) == 0;
    return sheet;
}

/* Where call and list take turns, and a large alarm with them, one of the three is on the screen.
 */
static bool is_in_turns(const struct sheet *sheet) {
    enum layout_fit fit = layout_fit(sheet);
    return fit == LAYOUT_IN_TURNS || fit == LAYOUT_BARE || fit == LAYOUT_TOO_SMALL;
}

static void assert_tickets_whole(const struct sheet *sheet) {
    bool listed = sheet->kind != LAYOUT_COUNTER;
    bool turns = is_in_turns(sheet);
    bool calling = view.hero.state == HERO_CALLING;
    size_t fit = layout_rows(&view, sheet, &metrics);
    assert_true(fit >= 1 && fit <= VIEW_ROWS_MAX);
    if (turns && view.alarm != ALARM_NONE && !calling) {
        return;
    }
    if (calling || (view.hero.state == HERO_RESTING && !turns)) {
        assert_true(ticket_whole(view.hero.ticket));
    }
    for (size_t row = 0; row < view.rows_count && row < fit && listed && !(turns && calling);
         row++) {
        if (!ticket_whole(view.rows[row].ticket)) {
            fail_msg("%dx%d, layout %s, %d/%d: %s is not whole", sheet->width, sheet->height,
                     layout_names[sheet->kind], sheet->call_cap, sheet->text_cap,
                     view.rows[row].ticket);
        }
    }
}

static void test_random_views_are_sound(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= VIEWS; seed++) {
        state = seed * 0x9E3779B97F4A7C15u;
        random_view();
        for (size_t i = 0; i < SIZES; i++) {
            struct sheet sheet = random_sheet(sizes[i].width, sizes[i].height);
            memset(&scene, 0xA5, sizeof scene);
            layout_make(&view, &sheet, &metrics, &scene);
            assert_scene_sound();
            if (!view.urgent) {
                assert_tickets_whole(&sheet);
            }
        }
    }
}

static size_t rows_of(enum layout_kind kind, int width, int height) {
    struct sheet sheet = sheet_make(kind, width, height, &nowhere);
    memset(&view, 0, sizeof view);
    return layout_rows(&view, &sheet, &metrics);
}

static void test_rows_follow_the_shape(void **context) {
    (void)context;
    size_t rows = rows_of(LAYOUT_MAIN, 1920, 1080);
    assert_true(rows >= 4);
    assert_int_equal(rows_of(LAYOUT_MAIN, 1280, 720), rows);
    assert_int_equal(rows_of(LAYOUT_MAIN, 3840, 2160), rows);
    assert_true(rows_of(LAYOUT_LIST, 1920, 1080) > rows);
    assert_true(rows_of(LAYOUT_NEAR, 1920, 1080) < rows);
    assert_true(rows_of(LAYOUT_MAIN, 1080, 2400) > rows_of(LAYOUT_MAIN, 1080, 1920));
}

/* An alarm takes the header's place and, if it is long, a row. */
static void test_an_alarm_leaves_whole_rows(void **context) {
    (void)context;
    struct sheet sheet = sheet_make(LAYOUT_MAIN, 1920, 1080, &nowhere);
    size_t rows = rows_of(LAYOUT_MAIN, 1920, 1080);
    view.alarm = ALARM_VOICE;
    (void)snprintf(view.alarm_texts[0], PHRASE_BYTES, "Calls are on the screen only.");
    assert_int_equal(layout_rows(&view, &sheet, &metrics), rows);
    memset(view.alarm_texts, 0, sizeof view.alarm_texts);
    for (size_t i = 0; i < VIEW_ALARM_MAX; i++) {
        (void)snprintf(view.alarm_texts[i], PHRASE_BYTES, "%s",
                       "words words words words words words words words words words words words");
    }
    size_t less = layout_rows(&view, &sheet, &metrics);
    assert_true(less < rows && less >= 2);
}

static void test_every_byte_is_defined(void **context) {
    (void)context;
    static struct scene first;
    state = 77;
    random_view();
    struct sheet sheet = layout(LAYOUT_MAIN, 1920, 1080);
    first = scene;
    memset(&scene, 0x5A, sizeof scene);
    layout_make(&view, &sheet, &metrics, &scene);
    assert_memory_equal(&first, &scene, sizeof scene);
}

/* A short ticket on a full HD screen is the size that is promised. */
static void test_ticket_is_large(void **context) {
    (void)context;
    memset(&view, 0, sizeof view);
    view.hero.state = HERO_CALLING;
    view.hero.lines_count = 1;
    (void)snprintf(view.hero.ticket, sizeof view.hero.ticket, "A7");
    (void)snprintf(view.hero.lines[0].noun, sizeof view.hero.lines[0].noun, "Desk");
    (void)snprintf(view.hero.lines[0].label, sizeof view.hero.lines[0].label, "4");
    (void)layout(LAYOUT_MAIN, 1920, 1080);
    int ticket = 0;
    int counter = 0;
    for (size_t i = 0; i < scene.nodes_count; i++) {
        const struct node *node = &scene.nodes[i];
        if (node->kind == NODE_TEXT && strcmp(node->text.text, "A7") == 0) {
            ticket = node->text.cap_px;
        } else if (node->kind == NODE_TEXT && strcmp(node->text.text, "4") == 0) {
            counter = node->text.cap_px;
        }
    }
    assert_true(ticket * 100 >= 1080 * 24);
    assert_true(counter * 100 >= ticket * 60);
}

static void assert_sizes_kept(const struct sheet *sheet) {
    for (size_t i = 0; i < scene.nodes_count; i++) {
        const struct node *node = &scene.nodes[i];
        if (node->kind != NODE_TEXT) {
            continue;
        }
        int least = node->text.face == FACE_TICKET ? sheet->call_cap : sheet->text_cap;
        if (node->text.cap_px < least) {
            fail_msg("%dx%d, layout %s%s: \"%s\" is set with capitals of %d pixels, not %d",
                     sheet->width, sheet->height, layout_names[sheet->kind],
                     view.alarm != ALARM_NONE ? " with an alarm" : "", node->text.text,
                     node->text.cap_px, least);
        }
    }
}

/* At this distance; returns whether the layout says that it holds its sizes. */
static bool prove_sizes(enum layout_kind kind, int width, int height, int metres) {
    const struct mounting mounting = {55, metres, 2200};
    struct sheet sheet = sheet_make(kind, width, height, &mounting);
    usual_view(metres % 2 == 0);
    layout_make(&view, &sheet, &metrics, &scene);
    if (layout_fit(&sheet) != LAYOUT_TOO_SMALL) {
        assert_sizes_kept(&sheet);
    }
    return layout_fit(&sheet) != LAYOUT_TOO_SMALL;
}

/* Wherever the layout says that it holds its sizes, it does. */
static void test_nothing_is_smaller_than_the_sheet_asks(void **context) {
    (void)context;
    size_t held = 0;
    for (size_t i = 0; i < SIZES * (size_t)LAYOUT_KINDS; i++) {
        enum layout_kind kind = (enum layout_kind)(i % LAYOUT_KINDS);
        size_t size = i / LAYOUT_KINDS;
        for (int metres = 1; metres <= 12; metres++) {
            held += prove_sizes(kind, sizes[size].width, sizes[size].height, metres);
        }
    }
    assert_true(held > SIZES * LAYOUT_KINDS * 2);
}

/* standards.md, "Seeing": 13.4 mm for each metre, of a 55-inch screen of 1217.6 mm. */
static void test_sizes_follow_the_distance(void **context) {
    (void)context;
    const struct mounting flat = {55, 4, 0};
    struct sheet sheet = sheet_make(LAYOUT_MAIN, 1920, 1080, &flat);
    assert_int_equal(sheet.call_cap, 85); /* 53.6 mm of 1.577 px */
    assert_int_equal(sheet.text_cap, 41); /* 26 mm */
    const struct mounting high = {55, 4, 3200};
    struct sheet far = sheet_make(LAYOUT_MAIN, 1920, 1080, &high);
    assert_int_equal(far.call_cap, 106); /* 2 m above the eyes: a quarter more */
    const struct mounting close = {55, 0.5, 0};
    struct sheet near = sheet_make(LAYOUT_MAIN, 1920, 1080, &close);
    assert_true(near.call_cap * 20 >= 1080);
    assert_int_equal(layout_fit(&sheet), LAYOUT_FITS);
    struct sheet turns = sheet_at(LAYOUT_MAIN, 1920, 1080, &flat, 10);
    assert_int_equal(layout_fit(&turns), LAYOUT_IN_TURNS);
    struct sheet too_far = sheet_at(LAYOUT_MAIN, 1920, 1080, &flat, 14);
    assert_int_equal(layout_fit(&too_far), LAYOUT_TOO_SMALL);
    double reach_m = layout_reach_m(&sheet, &flat);
    struct sheet just = sheet_at(LAYOUT_MAIN, 1920, 1080, &flat, reach_m);
    assert_int_not_equal(layout_fit(&just), LAYOUT_TOO_SMALL);
    struct sheet beyond = sheet_at(LAYOUT_MAIN, 1920, 1080, &flat, reach_m + 0.2);
    assert_int_equal(layout_fit(&beyond), LAYOUT_TOO_SMALL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_views_are_sound),
        cmocka_unit_test(test_rows_follow_the_shape),
        cmocka_unit_test(test_every_byte_is_defined),
        cmocka_unit_test(test_ticket_is_large),
        cmocka_unit_test(test_nothing_is_smaller_than_the_sheet_asks),
        cmocka_unit_test(test_sizes_follow_the_distance),
        cmocka_unit_test(test_an_alarm_leaves_whole_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
