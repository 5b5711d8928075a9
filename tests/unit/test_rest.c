/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The screen that rests: when it is black, what wakes it and for how long, and what never switches
 * it off. In virtual time; the world begins on Sunday, 2026-11-22T08:15:00Z.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "board_world.h"
#include "config/hours.h"
#include "config/settings.h"
#include "config/value.h"
#include "core/rest.h"
#include "core/view.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };
enum { EEST_S = 3 * 3600, EET_S = 2 * 3600 };

static void plan(const char *text) {
    assert_true(hours_parse(text, &world->hall.policy.off));
}

static bool off(void) {
    static struct view view;
    view_make(&world->board, &world->hall, world->now, 0, &view);
    assert_int_equal(view.off, rest_now(&world->board, &world->hall, world->now, 0));
    return view.off;
}

static void clock_is(enum clock_state state) {
    struct input input = {.kind = INPUT_CLOCK_STATE, .clock_state = state};
    give(&input);
}

/* It has met its broker, and rests at this hour. */
static int set_up(void **state) {
    int result = world_set_up(state);
    plan("08:00-10:00");
    return result;
}

static void without_a_plan_it_is_always_on(void **state) {
    (void)state;
    plan("");
    for (int hour = 0; hour < 24 * 7; hour++) {
        assert_false(off());
        tick(HOUR);
    }
    assert_int_equal(rest_deadline(&world->board, &world->hall, world->now.mono), MONO_NEVER);
}

static void it_is_black_in_its_hours(void **state) {
    (void)state;
    static const struct {
        int pass_ms;
        bool off;
    } rows[] = {
        {0, true}, {105 * MINUTE - 1, true}, {1, false}, {22 * HOUR - 1, false},
        {1, true}, {2 * HOUR - 1, true},     {1, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        tick(rows[i].pass_ms);
        assert_int_equal(off(), rows[i].off);
    }
}

/* Nothing of a black view is set: two of them are equal, so nothing is drawn while it is black. */
static void black_views_are_equal(void **state) {
    (void)state;
    static struct view first, later;
    view_make(&world->board, &world->hall, world->now, 0, &first);
    tick(17 * MINUTE);
    view_make(&world->board, &world->hall, world->now, 0, &later);
    assert_true(first.off);
    assert_memory_equal(&first, &later, sizeof first);
}

static void a_call_wakes_it(void **state) {
    (void)state;
    event(EVENT_CALL, "1", "A107", "4");
    assert_false(off());
    assert_int_not_equal(world->serial, 0); /* and is spoken */
    hear();
    mono_ms until = rest_deadline(&world->board, &world->hall, world->now.mono);
    assert_int_equal(until, 5000 + world->hall.policy.listed_min_ms + REST_AWAKE_MS);
    tick(until - world->now.mono - 1);
    assert_false(off());
    tick(1);
    assert_true(off());
    assert_int_equal(rest_deadline(&world->board, &world->hall, world->now.mono), MONO_NEVER);
}

/* Visitors have only the screen then. */
static void a_call_that_is_not_spoken_wakes_it(void **state) {
    (void)state;
    report(VOICE_LOST, 0);
    event(EVENT_CALL, "1", "A107", "4");
    assert_false(off());
    tick(world->hall.policy.listed_min_ms + REST_AWAKE_MS - 1);
    assert_false(off());
}

static void a_call_of_another_display_does_not(void **state) {
    (void)state;
    world->hall.group.count = 1;
    world->hall.group.spans[0] = (struct counter_span){.first = 9, .last = 9};
    event(EVENT_CALL, "1", "A107", "4");
    assert_true(off());
}

/* The past wakes nobody. */
static void a_snapshot_does_not(void **state) {
    (void)state;
    static struct input input;
    memset(&input, 0, sizeof input);
    input.kind = INPUT_SNAPSHOT;
    input.snapshot.seq = 5;
    input.snapshot.calls_count = 1;
    input.snapshot.calls[0] = fixture_event(EVENT_CALL, "1", "A107", "4").event;
    give(&input);
    assert_int_equal(world->board.calls_count, 1);
    assert_true(off());
}

static void notice(bool speak) {
    struct input input = {.kind = INPUT_NOTICE,
                          .notice = {.id = "n1",
                                     .texts_count = 1,
                                     .speak = speak,
                                     .valid_from = TIME_UNKNOWN,
                                     .valid_until = TIME_UNKNOWN,
                                     .arrival = {.live = true, .expiry_left_ms = -1}}};
    snprintf(input.notice.texts[0].tag, LANG_BYTES, "en");
    snprintf(input.notice.texts[0].text, TEXT_BYTES, "Lost keys");
    give(&input);
}

static void a_notice_wakes_it_when_it_is_spoken(void **state) {
    (void)state;
    notice(false);
    assert_true(off());
    notice(true);
    assert_false(off());
    hear();
    tick(world->hall.policy.listed_min_ms + REST_AWAKE_MS);
    assert_true(off());
}

static void an_urgent_text_keeps_it_on(void **state) {
    (void)state;
    struct input input = {.kind = INPUT_URGENT, .urgent = {.active = true, .texts_count = 1}};
    snprintf(input.urgent.texts[0].tag, LANG_BYTES, "en");
    snprintf(input.urgent.texts[0].text, TEXT_BYTES, "Leave the building");
    give(&input);
    assert_false(off());
    tick(95 * MINUTE);
    assert_false(off());
    input.urgent.active = false;
    give(&input);
    tick(world->hall.policy.listed_min_ms + REST_AWAKE_MS);
    assert_true(off());
}

static void a_clock_that_nobody_vouches_for_never_switches_it_off(void **state) {
    (void)state;
    clock_is(CLOCK_DOUBTED);
    assert_false(off());
    clock_is(CLOCK_TRUSTED);
    assert_true(off());
    clock_is(CLOCK_UNSET);
    assert_false(off());
    clock_is(CLOCK_BATTERY);
    assert_false(off());
    clock_is(CLOCK_SYNCHRONISED);
    assert_true(off());
    world->now.wall = TIME_UNKNOWN;
    assert_false(off());
}

/* Whoever hangs a display at night must see what it says. */
static void a_hall_that_never_met_its_broker_stays_on(void **state) {
    (void)state;
    board_init(&world->board, world->now);
    board_set_page(&world->board, 4, 200);
    assert_false(off());
    tick(HOUR);
    assert_false(off());
    struct input up = {.kind = INPUT_LINK, .link = {.state = LINK_UP}};
    give(&up);
    assert_true(off());
    struct input down = {.kind = INPUT_LINK, .link = {.state = LINK_DOWN}};
    give(&down);
    tick(MINUTE);
    assert_true(off());
}

/* The wall clock decides about the hours, the other one about how long it stays awake. */
static void clock_jumps(void **state) {
    (void)state;
    event(EVENT_CALL, "1", "A107", "4");
    hear();
    world->now.wall += 24 * HOUR; /* a day ahead: the same hour of Monday */
    assert_false(off());
    world->now.wall -= 48 * (int64_t)HOUR;
    assert_false(off());
    tick(world->hall.policy.listed_min_ms + REST_AWAKE_MS);
    assert_true(off());
    world->now.wall += 3 * HOUR;
    assert_false(off());
    world->now.wall -= 3 * HOUR;
    assert_true(off());
}

/* Kyiv, 2026: summer time ends on 25 October and begins on 29 March, each at 01:00 UTC. An hour
 * that comes twice is black twice; one that is left out does not occur. */
static void summer_time(void **state) {
    (void)state;
    plan("03:00-04:00");
    const wall_ms autumn = INT64_C(1792886400000); /* 2026-10-25T00:00:00Z */
    const wall_ms spring = INT64_C(1774742400000); /* 2026-03-29T00:00:00Z */
    const struct {
        wall_ms day;
        int minute, offset_s;
        bool off;
    } rows[] = {
        {autumn, -1, EEST_S, false}, {autumn, 0, EEST_S, true},   {autumn, 59, EEST_S, true},
        {autumn, 60, EET_S, true},   {autumn, 119, EET_S, true},  {autumn, 120, EET_S, false},
        {spring, 59, EET_S, false},  {spring, 60, EEST_S, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct moment now = {.mono = world->now.mono,
                             .wall = rows[i].day + (int64_t)rows[i].minute * MINUTE};
        assert_int_equal(rest_now(&world->board, &world->hall, now, rows[i].offset_s), rows[i].off);
    }
}

static void the_setting(void **state) {
    (void)state;
    static struct draft draft;
    char expected[EXPECTED_BYTES];
    struct value_text text;
    const struct setting *setting = settings_find("display", "off_schedule");
    assert_non_null(setting);
    static const struct {
        const char *text, *written;
    } good[] = {
        {"", ""},
        {" mo-fr 19:00-7:00 ,sa 00:00-24:00", "mo-fr 19:00-07:00, sa 00:00-24:00"},
        {"20:00-06:00", "20:00-06:00"},
        {"su 00:00-24:00, 22:00-24:00", "su 00:00-24:00, 22:00-24:00"},
    };
    static const char *const bad[] = {",",           "20:00",        "20:00-20:00",
                                      "su",          "night",        "20:00-06:00 dark",
                                      "00:00-24:00", "20:00-06:00,", ", su 00:00-24:00"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(value_parse(setting, &draft, "", good[i].text, expected));
        assert_true(value_write(setting, &draft, 0, &text));
        assert_string_equal(text.text, good[i].written);
        struct week_plan before = draft.config.hall.policy.off;
        assert_true(value_parse(setting, &draft, "", text.text, expected));
        assert_memory_equal(&before, &draft.config.hall.policy.off, sizeof before);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(value_parse(setting, &draft, "", bad[i], expected));
    }
}

#define OWN(test) cmocka_unit_test_setup_teardown(test, set_up, world_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        OWN(without_a_plan_it_is_always_on),
        OWN(it_is_black_in_its_hours),
        OWN(black_views_are_equal),
        OWN(a_call_wakes_it),
        OWN(a_call_that_is_not_spoken_wakes_it),
        OWN(a_call_of_another_display_does_not),
        OWN(a_snapshot_does_not),
        OWN(a_notice_wakes_it_when_it_is_spoken),
        OWN(an_urgent_text_keeps_it_on),
        OWN(a_clock_that_nobody_vouches_for_never_switches_it_off),
        OWN(a_hall_that_never_met_its_broker_stays_on),
        OWN(clock_jumps),
        OWN(summer_time),
        OWN(the_setting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
