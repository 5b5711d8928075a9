/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The view: what the screen says of a board, in words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/pulse.h"
#include "core/view.h"
#include "hall_fixture.h"

#include <stdlib.h>

#define WALL_START INT64_C(1795335300000) /* Sunday 2026-11-22T08:15:00Z */

struct world {
    struct hall hall;
    struct board board;
    struct view view;
    struct moment now;
};

static struct world *world;

static void give(const struct input *input) {
    struct effects effects = {.count = 0};
    board_apply(&world->board, &world->hall, input, world->now, &effects);
    board_tick(&world->board, &world->hall, world->now, &effects);
}

static const struct view *look(void) {
    view_make(&world->board, &world->hall, world->now, 2 * 3600, &world->view);
    return &world->view;
}

static void pass(int64_t ms) {
    struct effects effects = {.count = 0};
    world->now.mono += ms;
    world->now.wall += world->now.wall == TIME_UNKNOWN ? 0 : ms;
    board_tick(&world->board, &world->hall, world->now, &effects);
}

static void link_state(enum link_state state) {
    struct input input = {.kind = INPUT_LINK, .link = {.state = state}};
    give(&input);
}

static int set_up(void **state) {
    (void)state;
    world = calloc(1, sizeof *world);
    assert_non_null(world);
    fixture_hall(&world->hall);
    world->now = (struct moment){.mono = 50000, .wall = WALL_START};
    board_init(&world->board, world->now);
    board_set_page(&world->board, 2, 200);
    link_state(LINK_UP);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    free(world);
    return 0;
}

static void an_empty_hall_welcomes_in_every_language(void **state) {
    (void)state;
    const struct view *view = look();
    assert_int_equal(view->hero.state, HERO_NONE);
    assert_string_equal(view->welcome[0], "en-welcome");
    assert_string_equal(view->welcome[1], "uk-welcome");
    assert_string_equal(view->hall, "Town Hall");
    assert_int_equal(view->rows_count, 0);
    assert_string_equal(view->page_text, "");
    assert_int_equal(view->alarm, ALARM_NONE);
}

static void the_clock_is_local_and_hidden_while_unknown(void **state) {
    (void)state;
    assert_string_equal(look()->clock, "10:15");
    assert_string_equal(look()->date, "day0, 22 month11");
    world->now.wall = INT64_C(1709164740000); /* 2024-02-28T23:59:00Z, local the 29th */
    assert_string_equal(look()->clock, "01:59");
    assert_string_equal(look()->date, "day4, 29 month2");
    world->now.wall = TIME_UNKNOWN;
    assert_string_equal(look()->clock, "");
    assert_string_equal(look()->date, "");
    assert_true(view_deadline(&world->board, &world->hall, world->now) == MONO_NEVER);
}

static void the_wall_clock_turns_on_the_minute(void **state) {
    (void)state;
    struct moment now = {.mono = 1000, .wall = WALL_START};
    assert_int_equal(view_deadline(&world->board, &world->hall, now), 61000);
    now.wall += 59999;
    assert_int_equal(view_deadline(&world->board, &world->hall, now), 1001);
}

static void the_hero_is_what_is_spoken_in_all_languages(void **state) {
    (void)state;
    struct input call = fixture_event(EVENT_CALL, "x1", "A107", "4");
    call.event.langs.count = 1;
    snprintf(call.event.langs.tags[0], LANG_BYTES, "uk");
    give(&call);
    struct input next = fixture_event(EVENT_CALL, "x2", "A108", "5");
    give(&next);
    const struct view *view = look();
    assert_int_equal(view->hero.state, HERO_CALLING);
    assert_string_equal(view->hero.ticket, "A107");
    assert_int_equal(view->hero.lines_count, 2);
    assert_string_equal(view->hero.lines[0].tag, "uk");
    assert_string_equal(view->hero.lines[0].noun, "uk-counter");
    assert_string_equal(view->hero.lines[0].label, "4");
    assert_string_equal(view->hero.lines[1].title, "en-ticket");
    assert_string_equal(view->hero.lines[0].again, "");
    assert_int_equal(view->rows_count, 2);
    assert_string_equal(view->rows[0].ticket, "A108");
    assert_true(view->rows[0].fresh);
}

static void configured_counters_have_their_own_words(void **state) {
    (void)state;
    world->hall.counters_count = 1;
    struct counter *counter = &world->hall.counters[0];
    snprintf(counter->id, sizeof counter->id, "4");
    counter->noun = NOUN_ROOM;
    counter->direction = DIRECTION_UP;
    counter->labels_count = 2;
    snprintf(counter->labels[0].text, LABEL_BYTES, "Cash desk");
    snprintf(counter->labels[1].tag, LANG_BYTES, "uk");
    snprintf(counter->labels[1].text, LABEL_BYTES, "Каса");
    counter->ways_count = 1;
    snprintf(counter->ways[0].text, LABEL_BYTES, "2nd floor");
    struct input call = fixture_event(EVENT_CALL, "x1", "A107", "4");
    give(&call);
    const struct view_hero *hero = &look()->hero;
    assert_int_equal(hero->direction, DIRECTION_UP);
    assert_string_equal(hero->lines[0].noun, "en-room");
    assert_string_equal(hero->lines[0].label, "Cash desk");
    assert_string_equal(hero->lines[1].label, "Каса");
    assert_string_equal(hero->lines[0].way, "2nd floor");
    counter->ways_count = 0;
    counter->floor = 2;
    assert_string_equal(look()->hero.lines[0].way, "");
    world->hall.policy.say_ways = true;
    assert_string_equal(look()->hero.lines[0].way, "en-floor 2, en-up");
}

static void a_recall_says_so_in_words(void **state) {
    (void)state;
    struct input call = fixture_event(EVENT_RECALL, "x1", "A107", "4");
    give(&call);
    assert_string_equal(look()->hero.lines[0].again, "en-again");
    assert_string_equal(look()->rows[0].again, "en-again");
}

/* The call that is being said is heard in all its languages; the next one has the card. */
static void hear_all(void) {
    struct input heard = {.kind = INPUT_VOICE, .voice = {.kind = VOICE_FINISHED}};
    for (heard.voice.serial = 1; heard.voice.serial <= 2; heard.voice.serial++) {
        give(&heard);
    }
    pass(world->hall.policy.gap_ms);
}

static void a_call_to_another_counter_says_so_in_words(void **state) {
    (void)state;
    struct input call = fixture_event(EVENT_CALL, "x1", "A107", "4");
    call.event.priority = true;
    give(&call);
    assert_string_equal(look()->hero.lines[0].moved, "");
    assert_string_equal(look()->hero.lines[1].priority, "uk-priority");
    assert_string_equal(look()->rows[0].priority, "en-priority");
    world->hall.counters_count = 1;
    snprintf(world->hall.counters[0].id, NAME_BYTES, "7");
    world->hall.counters[0].noun = NOUN_ROOM;
    struct input recall = fixture_event(EVENT_RECALL, "x1", "A107", "7");
    give(&recall);
    hear_all();
    const struct view *view = look();
    assert_string_equal(view->hero.lines[0].moved, "en-new-room");
    assert_string_equal(view->hero.lines[1].moved, "uk-new-room");
    assert_string_equal(view->hero.lines[0].again, "en-again");
    assert_string_equal(view->hero.lines[0].priority, "en-priority");
    assert_string_equal(view->rows[0].moved, "en-new-room");
    assert_string_equal(view->rows[0].again, "en-again");
}

/* Wakes only when the view says so, as the run loop does; returns how often it changed. */
static int changes_within(int64_t ms, int *highest) {
    int changes = 0;
    mono_ms end = world->now.mono + ms;
    int before = look()->hero.pulse;
    for (;;) {
        mono_ms at = view_deadline(&world->board, &world->hall, world->now);
        assert_true(at > world->now.mono);
        if (at > end) {
            pass(end - world->now.mono);
            return changes;
        }
        pass(at - world->now.mono);
        int pulse = look()->hero.pulse;
        assert_true(pulse >= 0 && pulse <= PULSE_TOP);
        assert_true(abs(pulse - before) == 1);
        *highest = pulse > *highest ? pulse : *highest;
        before = pulse;
        changes++;
    }
}

static void a_new_call_breathes_three_times_and_rests(void **state) {
    (void)state;
    int highest = 0;
    world->hall.policy.pulse = true;
    world->now.wall = TIME_UNKNOWN; /* no clock that turns meanwhile */
    struct input call = fixture_event(EVENT_CALL, "x1", "A107", "4");
    give(&call);
    assert_int_equal(look()->hero.pulse, 0); /* the first picture is whole and waits for nothing */
    int changes = changes_within(PULSE_DELAY_MS + PULSE_MS - 1, &highest);
    assert_int_equal(highest, PULSE_TOP);
    assert_int_equal(changes, PULSE_COUNT * 2 * PULSE_TOP - 1);
    pass(1);
    assert_int_equal(look()->hero.pulse, 0);
    assert_true(view_deadline(&world->board, &world->hall, world->now) == MONO_NEVER);
    struct input recall = fixture_event(EVENT_RECALL, "x1", "A107", "4");
    pass(2000);
    give(&recall);
    hear_all();
    assert_int_equal(look()->hero.pulse, 0);
    pass(PULSE_DELAY_MS + PULSE_PERIOD_MS / 2);
    assert_int_equal(look()->hero.pulse, PULSE_TOP);
}

static void a_hall_that_wants_stillness_has_it(void **state) {
    (void)state;
    world->now.wall = TIME_UNKNOWN;
    struct input call = fixture_event(EVENT_CALL, "x1", "A107", "4");
    give(&call);
    assert_true(view_deadline(&world->board, &world->hall, world->now) == MONO_NEVER);
    for (int i = 0; i < 50; i++, pass(100)) {
        assert_int_equal(look()->hero.pulse, 0);
    }
}

/* Calls that come and are taken back as fast as the gap permits: never two pulses within
 * PULSE_APART_MS, so neither the rate nor the length of motion can be exceeded. */
static void calls_in_a_hurry_never_hurry_the_pulse(void **state) {
    (void)state;
    char id[8];
    mono_ms began = -1, last_moved = -1, moving_since = 0;
    int before = 0;
    world->hall.policy.pulse = true;
    for (int i = 0; i < 6000; i++, pass(10)) {
        snprintf(id, sizeof id, "c%d", i / 70);
        struct input input = fixture_event(i % 70 == 0 ? EVENT_CALL : EVENT_WITHDRAW, id, id, "4");
        if (i % 70 == 0 || i % 70 == 19) {
            give(&input);
        }
        int pulse = look()->hero.pulse;
        if (pulse != before) {
            bool rested = last_moved < 0 || world->now.mono - last_moved >= 900;
            moving_since = rested ? world->now.mono : moving_since;
            last_moved = world->now.mono;
            assert_true(world->now.mono - moving_since <= PULSE_MS);
        }
        if (pulse > 0 && before == 0 && world->board.announcer.pulse_at != began) {
            assert_true(began < 0 || world->board.announcer.pulse_at - began >= PULSE_APART_MS);
            began = world->board.announcer.pulse_at;
        }
        before = pulse;
    }
    assert_true(began > 0);
}

static void a_breath_is_no_news(void **state) {
    (void)state;
    world->hall.policy.pulse = true;
    struct input call = fixture_event(EVENT_CALL, "x1", "A107", "4");
    give(&call);
    struct view before = *look();
    assert_false(view_differs_by_pulse(&before, look()));
    pass(PULSE_DELAY_MS + PULSE_PERIOD_MS / 2);
    assert_true(view_differs_by_pulse(&before, look()));
    world->view.rows[0].fresh = false;
    assert_false(view_differs_by_pulse(&before, &world->view));
    (void)look();
    world->view.hero.ticket[0] = 'B';
    assert_false(view_differs_by_pulse(&before, &world->view));
}

static void a_list_that_does_not_fit_says_which_page(void **state) {
    (void)state;
    char id[8];
    for (int i = 0; i < 5; i++) {
        snprintf(id, sizeof id, "c%d", i);
        struct input call = fixture_event(EVENT_CALL, id, id, id);
        give(&call);
    }
    assert_int_equal(look()->pages, 3);
    assert_string_equal(look()->page_text, "1 of 3");
    assert_string_equal(look()->rows[0].ticket, "c4");
    pass(8000);
    pass(8000);
    assert_string_equal(look()->page_text, "3 of 3");
    assert_int_equal(look()->rows_count, 1);
    assert_string_equal(look()->rows[0].ticket, "c0");
}

static void the_hero_rests_after_its_time(void **state) {
    (void)state;
    struct input call = fixture_event(EVENT_CALL, "x1", "A107", "4");
    give(&call);
    struct input finished = {.kind = INPUT_VOICE, .voice = {.kind = VOICE_FINISHED, .serial = 1}};
    pass(3000);
    give(&finished);
    finished.voice.serial = 2;
    give(&finished);
    assert_int_equal(look()->hero.state, HERO_CALLING);
    pass(4999);
    assert_int_equal(look()->hero.state, HERO_CALLING);
    pass(1);
    assert_int_equal(look()->hero.state, HERO_RESTING);
    assert_string_equal(look()->hero.ticket, "A107");
    pass(20000);
    assert_false(look()->rows[0].fresh);
}

/* The row is there at once; the card keeps the welcome or the last call, at rest as it was. */
static void the_card_waits_for_the_lead_in(void **state) {
    (void)state;
    world->hall.policy.lead_in_ms = 1500;
    struct input call = fixture_event(EVENT_CALL, "x1", "A107", "4");
    give(&call);
    assert_string_equal(look()->rows[0].ticket, "A107");
    assert_true(look()->rows[0].fresh);
    assert_int_equal(look()->hero.state, HERO_NONE);
    assert_string_equal(look()->welcome[0], "en-welcome");
    pass(1499);
    assert_int_equal(look()->hero.state, HERO_NONE);
    pass(1);
    assert_int_equal(look()->hero.state, HERO_CALLING);
    assert_string_equal(look()->hero.ticket, "A107");
    struct input finished = {.kind = INPUT_VOICE, .voice = {.kind = VOICE_FINISHED, .serial = 1}};
    give(&finished);
    finished.voice.serial = 2;
    give(&finished);
    pass(9000);
    call = fixture_event(EVENT_CALL, "x2", "A108", "5");
    give(&call);
    assert_string_equal(look()->rows[0].ticket, "A108");
    assert_int_equal(look()->hero.state, HERO_RESTING);
    assert_string_equal(look()->hero.ticket, "A107");
    assert_int_equal(look()->hero.pulse, 0);
    struct input withdrawn = fixture_event(EVENT_WITHDRAW, "x1", "", "");
    give(&withdrawn);
    assert_int_equal(look()->hero.state, HERO_NONE);
    pass(1500);
    assert_int_equal(look()->hero.state, HERO_CALLING);
    assert_string_equal(look()->hero.ticket, "A108");
}

/* A restored row may rest on the card; the call that waits above it may not. */
static void an_old_row_rests_during_the_lead_in(void **state) {
    (void)state;
    struct input call = fixture_event(EVENT_CALL, "x1", "A107", "4");
    give(&call);
    announcer_init(&world->board.announcer, world->now.mono);
    world->hall.policy.lead_in_ms = 1500;
    call = fixture_event(EVENT_CALL, "x2", "A108", "5");
    give(&call);
    assert_int_equal(look()->rows_count, 2);
    assert_int_equal(look()->hero.state, HERO_RESTING);
    assert_string_equal(look()->hero.ticket, "A107");
}

static void the_alarm_tells_the_truth(void **state) {
    (void)state;
    struct input call = fixture_event(EVENT_CALL, "x1", "A107", "4");
    give(&call);
    link_state(LINK_DOWN);
    assert_int_equal(look()->alarm, ALARM_NONE);
    pass(LINK_GRACE_MS);
    assert_int_equal(look()->alarm, ALARM_LINK);
    assert_string_equal(look()->alarm_texts[0], "since 10:15");
    assert_string_equal(look()->alarm_texts[1], "since 10:15");
    assert_string_equal(look()->rows[0].ticket, "A107");
    link_state(LINK_UP);
    assert_int_equal(look()->alarm, ALARM_NONE);
    struct input lost = {.kind = INPUT_VOICE, .voice = {.kind = VOICE_LOST, .reason = "gone"}};
    give(&lost);
    assert_int_equal(look()->alarm, ALARM_VOICE);
    assert_true(look()->hero.strong);
}

static void notices_turn_by_language_then_by_notice(void **state) {
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct input input = {.kind = INPUT_NOTICE};
        struct notice *notice = &input.notice;
        snprintf(notice->id, NAME_BYTES, "n%d", i);
        notice->valid_from = notice->valid_until = TIME_UNKNOWN;
        notice->texts_count = 2;
        snprintf(notice->texts[0].text, TEXT_BYTES, "first %d", i);
        snprintf(notice->texts[1].text, TEXT_BYTES, "second %d", i);
        give(&input);
    }
    static const char *const expected[] = {"first 1", "second 1", "first 0", "second 0", "first 1"};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        assert_string_equal(look()->notice, expected[i]);
        pass(8000);
    }
}

static void urgent_takes_the_screen(void **state) {
    (void)state;
    struct input input = {.kind = INPUT_URGENT, .urgent = {.active = true, .texts_count = 1}};
    snprintf(input.urgent.texts[0].text, TEXT_BYTES, "Leave");
    give(&input);
    assert_true(look()->urgent);
    assert_string_equal(look()->urgent_texts[0], "Leave");
    assert_string_equal(look()->urgent_head, "en-urgent · uk-urgent");
}

static void equal_boards_have_equal_views(void **state) {
    (void)state;
    struct input call = fixture_event(EVENT_CALL, "x1", "A107", "4");
    give(&call);
    struct view *other = malloc(sizeof *other);
    assert_non_null(other);
    memset(other, 0xAA, sizeof *other);
    view_make(&world->board, &world->hall, world->now, 2 * 3600, other);
    assert_memory_equal(other, look(), sizeof *other);
    free(other);
}

/* A part stays a second a word and never less than a page; then the text begins anew. */
static void a_long_notice_turns_pages(void **state) {
    (void)state;
    struct input input = {.kind = INPUT_NOTICE};
    snprintf(input.notice.id, NAME_BYTES, "long");
    input.notice.valid_from = input.notice.valid_until = TIME_UNKNOWN;
    input.notice.texts_count = 1;
    snprintf(input.notice.texts[0].text, TEXT_BYTES,
             "a b c d e f g h i j. The Вікна close at noon today.");
    board_set_page(&world->board, 2, 20);
    give(&input);
    int64_t page_ms = world->hall.policy.page_ms;
    assert_true(page_ms < 10000);
    assert_string_equal(look()->notice, "a b c d e f g h i j.");
    pass(9999);
    assert_string_equal(look()->notice, "a b c d e f g h i j.");
    assert_true(board_deadline(&world->board, &world->hall, world->now) - world->now.mono <= 1);
    pass(1);
    assert_string_equal(look()->notice, "The Вікна close at");
    pass(page_ms);
    assert_string_equal(look()->notice, "noon today.");
    pass(page_ms);
    assert_string_equal(look()->notice, "a b c d e f g h i j.");
    board_set_page(&world->board, 2, 200);
    assert_string_equal(look()->notice, input.notice.texts[0].text);
}

static void one_counters_display_tells_which(void **state) {
    (void)state;
    assert_int_equal(look()->hero.lines_count, 0);
    world->hall.group.count = 1;
    world->hall.group.spans[0].first = world->hall.group.spans[0].last = 4;
    const struct view_hero *hero = &look()->hero;
    assert_int_equal(hero->state, HERO_NONE);
    assert_int_equal(hero->lines_count, hall_own_languages(&world->hall));
    assert_string_equal(hero->lines[0].label, "4");
    assert_string_equal(hero->lines[1].tag, "uk");
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(an_empty_hall_welcomes_in_every_language),
        T(the_clock_is_local_and_hidden_while_unknown),
        T(the_wall_clock_turns_on_the_minute),
        T(the_hero_is_what_is_spoken_in_all_languages),
        T(configured_counters_have_their_own_words),
        T(a_recall_says_so_in_words),
        T(a_call_to_another_counter_says_so_in_words),
        T(a_new_call_breathes_three_times_and_rests),
        T(a_hall_that_wants_stillness_has_it),
        T(calls_in_a_hurry_never_hurry_the_pulse),
        T(a_breath_is_no_news),
        T(a_list_that_does_not_fit_says_which_page),
        T(the_hero_rests_after_its_time),
        T(the_card_waits_for_the_lead_in),
        T(an_old_row_rests_during_the_lead_in),
        T(the_alarm_tells_the_truth),
        T(notices_turn_by_language_then_by_notice),
        T(a_long_notice_turns_pages),
        T(one_counters_display_tells_which),
        T(urgent_takes_the_screen),
        T(equal_boards_have_equal_views),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
