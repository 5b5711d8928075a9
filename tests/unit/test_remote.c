/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mute, volume and repeat, asked for from afar: what is said, what is not, and when it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "board_world.h"
#include "core/view.h"

static void ask(const struct remote *remote) {
    struct input input = {.kind = INPUT_REMOTE, .remote = *remote};
    give(&input);
}

static void mute(int64_t ms) {
    ask(&(struct remote){.kind = REMOTE_MUTE, .mute_ms = ms, .mute_until = TIME_UNKNOWN});
}

static void repeat(int count) {
    ask(&(struct remote){.kind = REMOTE_REPEAT, .count = count});
}

static struct view seen(void) {
    static struct view view;
    view_make(&world->board, &world->hall, world->now, 0, &view);
    return view;
}

static void a_mute_cuts_in_mid_word_and_the_call_keeps_its_time_on_the_card(void **state) {
    (void)state;
    event(EVENT_CALL, "x1", "A107", "4");
    assert_int_equal(world->said_count, 1);
    tick(1000);
    mute(60000);
    assert_int_equal(world->hushes, 1);
    report(VOICE_HUSHED, world->said[0].serial);
    assert_int_equal(world->said_count, 1);
    assert_string_equal(seen().hero.ticket, "A107");
    assert_int_equal(seen().hero.state, HERO_CALLING);
    assert_true(seen().hero.strong);
    assert_int_equal(seen().alarm, ALARM_VOICE);
    event(EVENT_CALL, "x2", "A108", "5");
    tick(SILENT_HERO_BUSY_MS - 1001);
    assert_string_equal(seen().hero.ticket, "A107");
    tick(1);
    tick(world->hall.policy.gap_ms);
    assert_string_equal(seen().hero.ticket, "A108");
    assert_int_equal(world->said_count, 1);
    assert_int_equal(world->board.announcer.muted_calls, 1);
    assert_int_equal(world->board.announcer.unspoken, 0);
    assert_int_equal(world->board.announcer.spoken, 0);
}

static void a_mute_ends_by_itself(void **state) {
    (void)state;
    mute(60000);
    assert_true(world->board.announcer.muted);
    assert_true(board_deadline(&world->board, &world->hall, world->now) <= world->now.mono + 60000);
    tick(59999);
    event(EVENT_CALL, "x1", "A107", "4");
    assert_int_equal(world->said_count, 0);
    assert_true(board_deadline(&world->board, &world->hall, world->now) == world->now.mono + 1);
    tick(1);
    assert_false(world->board.announcer.muted);
    assert_int_equal(world->said_count, 1); /* still on the card and fresh */
    assert_int_equal(seen().alarm, ALARM_NONE);
    assert_false(seen().hero.strong);
}

static void a_call_that_grew_old_while_muted_is_not_spoken(void **state) {
    (void)state;
    mute(600000);
    for (int i = 0; i < 12; i++) {
        char id[8], ticket[8], counter[8];
        snprintf(id, sizeof id, "x%d", i);
        snprintf(ticket, sizeof ticket, "A%d", 100 + i);
        snprintf(counter, sizeof counter, "%d", i + 1);
        event(EVENT_CALL, id, ticket, counter);
    }
    tick(31000);
    mute(0);
    assert_false(world->board.announcer.muted);
    tick(SILENT_HERO_MS);
    tick(world->hall.policy.gap_ms);
    assert_int_equal(world->said_count, 0);
    event(EVENT_CALL, "new", "B1", "20");
    tick(world->hall.policy.gap_ms);
    assert_int_equal(world->said_count, 1);
    assert_string_equal(world->said[0].ticket, "B1");
}

static void a_mute_until_a_time_of_day(void **state) {
    (void)state;
    const struct {
        int64_t ahead_ms, lasts_ms;
    } rows[] = {{90000, 90000}, {-1, 0}, {0, 0}, {INT64_C(200000000), REMOTE_MUTE_MS_MAX}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ask(&(struct remote){.kind = REMOTE_MUTE,
                             .mute_until = world->now.wall + rows[i].ahead_ms});
        assert_int_equal(world->board.announcer.muted, rows[i].lasts_ms > 0);
        assert_true(rows[i].lasts_ms == 0 ||
                    world->board.unmute_at == world->now.mono + rows[i].lasts_ms);
    }
    /* The clock steps; the mute lasts as long as was asked for. */
    world->now.wall += 7200000;
    tick(REMOTE_MUTE_MS_MAX - 1);
    assert_true(world->board.announcer.muted);
    tick(1);
    assert_false(world->board.announcer.muted);
}

static struct input urgent_input(void) {
    struct input input = {.kind = INPUT_URGENT, .urgent = {.active = true, .texts_count = 1}};
    snprintf(input.urgent.texts[0].tag, LANG_BYTES, "en");
    snprintf(input.urgent.texts[0].text, TEXT_BYTES, "Leave the building");
    return input;
}

static void an_urgent_text_is_spoken_all_the_same(void **state) {
    (void)state;
    mute(600000);
    event(EVENT_CALL, "x1", "A107", "4");
    struct input urgent = urgent_input();
    give(&urgent);
    assert_int_equal(world->said_count, 1);
    assert_int_equal(world->said[0].kind, UTTERANCE_URGENT);
    mute(600000); /* nor is it cut by another mute */
    assert_int_equal(world->hushes, 0);
    report(VOICE_FINISHED, world->serial);
    tick(1000);
    assert_int_equal(world->said_count, 1);
}

static void a_spoken_notice_is_only_shown_while_muted(void **state) {
    (void)state;
    struct input notice = {.kind = INPUT_NOTICE,
                           .notice = {.id = "lunch",
                                      .texts_count = 1,
                                      .speak = true,
                                      .valid_from = TIME_UNKNOWN,
                                      .valid_until = TIME_UNKNOWN,
                                      .arrival = {.live = true}}};
    snprintf(notice.notice.texts[0].tag, LANG_BYTES, "en");
    snprintf(notice.notice.texts[0].text, TEXT_BYTES, "Break");
    mute(60000);
    give(&notice);
    assert_string_equal(seen().notice, "Break");
    tick(60000);
    tick(10000);
    assert_int_equal(world->said_count, 0);
}

/* Three calls, each heard: A1 to counter 1, A2 to 2, A3 to 3. */
static void three_calls(void) {
    event(EVENT_CALL, "x1", "A1", "1");
    hear();
    event(EVENT_CALL, "x2", "A2", "2");
    hear();
    event(EVENT_CALL, "x3", "A3", "3");
    hear();
    assert_int_equal(world->said_count, 3);
}

static void a_repeat_says_the_last_calls_newest_first(void **state) {
    (void)state;
    three_calls();
    struct call before[3];
    memcpy(before, world->board.calls, sizeof before);
    repeat(2);
    assert_int_equal(world->said_count, 4);
    assert_string_equal(world->said[3].ticket, "A3");
    assert_int_equal(world->said[3].kind, UTTERANCE_RECALL);
    assert_true(world->said[3].repeat);
    assert_string_equal(seen().hero.ticket, "A3");
    hear();
    assert_string_equal(world->said[4].ticket, "A2");
    hear();
    tick(60000);
    assert_int_equal(world->said_count, 5);
    assert_memory_equal(before, world->board.calls, sizeof before);
    assert_int_equal(world->board.announcer.spoken, 3);
}

static void a_repeat_yields_at_once_to_a_new_call(void **state) {
    (void)state;
    three_calls();
    repeat(3);
    tick(1000);
    event(EVENT_CALL, "x4", "A4", "4");
    assert_int_equal(world->hushes, 1);
    assert_int_equal(world->said_count, 5); /* in the same turn */
    assert_string_equal(world->said[4].ticket, "A4");
    assert_string_equal(seen().hero.ticket, "A4");
    hear();
    tick(60000);
    assert_int_equal(world->said_count, 5);
}

static void what_is_over_or_on_its_way_is_not_repeated(void **state) {
    (void)state;
    three_calls();
    event(EVENT_SERVED, "x2", "", "");
    event(EVENT_CALL, "x4", "A4", "1"); /* A1's counter: A1 is superseded */
    repeat(3);                          /* A4 is being announced */
    hear();
    assert_int_equal(world->said_count, 5);
    assert_string_equal(world->said[4].ticket, "A3");
    hear();
    tick(60000);
    assert_int_equal(world->said_count, 5);
}

static void a_withdrawn_call_is_not_repeated_any_more(void **state) {
    (void)state;
    three_calls();
    repeat(2);
    event(EVENT_WITHDRAW, "x2", "", "");
    event(EVENT_WITHDRAW, "x3", "", "");
    assert_int_equal(world->hushes, 1);
    tick(60000);
    assert_int_equal(world->said_count, 4);
}

static void a_repeat_while_muted_says_nothing_later(void **state) {
    (void)state;
    three_calls();
    mute(5000);
    repeat(3);
    tick(5000);
    tick(60000);
    assert_int_equal(world->said_count, 3);
}

static void a_command_that_comes_twice_is_obeyed_once(void **state) {
    (void)state;
    three_calls();
    struct remote once = {.kind = REMOTE_REPEAT, .count = 1, .id = "c1"};
    ask(&once);
    hear();
    ask(&once);
    tick(1000);
    assert_int_equal(world->said_count, 4);
    memcpy(once.id, "c2", 3);
    ask(&once);
    assert_int_equal(world->said_count, 5);
}

static void a_volume_stays_until_it_is_reset(void **state) {
    (void)state;
    assert_int_equal(world->board.volume_asked, VOLUME_UNASKED);
    ask(&(struct remote){.kind = REMOTE_VOLUME, .percent = 40});
    tick(3600000);
    assert_int_equal(world->board.volume_asked, 40);
    ask(&(struct remote){.kind = REMOTE_VOLUME, .percent = VOLUME_UNASKED});
    assert_int_equal(world->board.volume_asked, VOLUME_UNASKED);
}

#define WORLD(test) cmocka_unit_test_setup_teardown(test, world_set_up, world_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        WORLD(a_mute_cuts_in_mid_word_and_the_call_keeps_its_time_on_the_card),
        WORLD(a_mute_ends_by_itself),
        WORLD(a_call_that_grew_old_while_muted_is_not_spoken),
        WORLD(a_mute_until_a_time_of_day),
        WORLD(an_urgent_text_is_spoken_all_the_same),
        WORLD(a_spoken_notice_is_only_shown_while_muted),
        WORLD(a_repeat_says_the_last_calls_newest_first),
        WORLD(a_repeat_yields_at_once_to_a_new_call),
        WORLD(what_is_over_or_on_its_way_is_not_repeated),
        WORLD(a_withdrawn_call_is_not_repeated_any_more),
        WORLD(a_repeat_while_muted_says_nothing_later),
        WORLD(a_command_that_comes_twice_is_obeyed_once),
        WORLD(a_volume_stays_until_it_is_reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
