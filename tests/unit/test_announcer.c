/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The announcer as part of its board: what is said, in which order, how often, and about what a
 * hall keeps silent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "board_world.h"

static void ten_calls_at_once_are_ten_rows_and_ten_utterances_in_order(void **state) {
    (void)state;
    char id[8], ticket[8], counter[8];
    for (int i = 0; i < 10; i++) {
        snprintf(id, sizeof id, "c%d", i);
        snprintf(ticket, sizeof ticket, "B%d", 200 + i);
        snprintf(counter, sizeof counter, "%d", i + 1);
        event(EVENT_CALL, id, ticket, counter);
        tick(10);
    }
    assert_int_equal(world->board.calls_count, 10);
    assert_row(0, "B209", false);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(world->said_count, (size_t)i + 1);
        snprintf(ticket, sizeof ticket, "B%d", 200 + i);
        assert_string_equal(world->said[i].ticket, ticket);
        assert_string_equal(world->board.announcer.current.ticket, ticket);
        hear();
    }
    tick(60000);
    assert_int_equal(world->said_count, 10);
    assert_int_equal(world->board.announcer.spoken, 10);
}

static void the_same_event_twice_speaks_once(void **state) {
    (void)state;
    event(EVENT_CALL, "x1", "A107", "4");
    event(EVENT_CALL, "x1", "A107", "4");
    hear();
    event(EVENT_CALL, "x1", "A107", "4");
    tick(20000);
    assert_int_equal(world->said_count, 1);
    assert_int_equal(world->board.calls_count, 1);
    assert_int_equal(world->board.counts.duplicates, 2);
}

static void withdrawn_before_its_turn_is_never_spoken(void **state) {
    (void)state;
    event(EVENT_CALL, "x1", "A107", "4");
    event(EVENT_CALL, "x2", "A108", "5");
    event(EVENT_WITHDRAW, "x2", "", "");
    assert_int_equal(world->board.calls_count, 1);
    hear();
    tick(60000);
    assert_int_equal(world->said_count, 1);
}

static void withdrawn_in_mid_word_is_cut(void **state) {
    (void)state;
    event(EVENT_CALL, "x1", "A107", "4");
    event(EVENT_CALL, "x2", "A108", "5");
    event(EVENT_WITHDRAW, "", "A107", "");
    assert_int_equal(world->hushes, 1);
    report(VOICE_HUSHED, world->said[0].serial);
    assert_int_equal(world->said_count, 1);
    tick(world->hall.policy.gap_ms);
    assert_int_equal(world->said_count, 2);
    assert_string_equal(world->said[1].ticket, "A108");
}

static void two_languages_follow_each_other(void **state) {
    (void)state;
    world->hall.languages_count = 2;
    struct input input = fixture_event(EVENT_CALL, "x1", "A107", "4");
    input.event.langs.count = 1;
    snprintf(input.event.langs.tags[0], LANG_BYTES, "uk");
    give(&input);
    assert_string_equal(world->said[0].lang, "uk");
    hear();
    assert_int_equal(world->said_count, 2);
    assert_string_equal(world->said[1].lang, "en");
    assert_int_equal(world->said[1].chime, CHIME_NONE);
    assert_int_equal(world->said[1].pause_ms, SECOND_LANGUAGE_PAUSE_MS);
    hear();
    tick(60000);
    assert_int_equal(world->said_count, 2);
}

static void overload_sheds_repeats_then_languages_never_the_first(void **state) {
    (void)state;
    world->hall.languages_count = 2;
    world->hall.policy.repeat = 1;
    char id[8], ticket[8], counter[8];
    for (int i = 0; i < 6; i++) {
        snprintf(id, sizeof id, "c%d", i);
        snprintf(ticket, sizeof ticket, "B%d", i);
        snprintf(counter, sizeof counter, "%d", i + 1);
        event(EVENT_CALL, id, ticket, counter);
    }
    while (world->serial != 0) {
        hear();
    }
    size_t first = 0, second = 0, repeated = 0;
    int spoken[6] = {0};
    for (size_t i = 0; i < world->said_count; i++) {
        int call = world->said[i].ticket[1] - '0';
        bool english = strcmp(world->said[i].lang, "en") == 0;
        first += spoken[call] == 0 && english;
        second += spoken[call] == 1 && !english;
        repeated += spoken[call] >= 2;
        spoken[call]++;
    }
    assert_int_equal(first, 6);
    assert_int_equal(second, 2);   /* when fewer than two wait */
    assert_int_equal(repeated, 2); /* only the last call */
    assert_int_equal(world->board.announcer.shed_languages, 4);
    assert_int_equal(world->board.announcer.shed_repeats, 10);
}

static void a_language_on_request_is_spoken_where_a_ticket_asks(void **state) {
    (void)state;
    world->hall.languages_count = 2;
    world->hall.on_request = 1;
    struct input call = fixture_event(EVENT_CALL, "x1", "A107", "4");
    give(&call);
    hear();
    assert_int_equal(world->said_count, 1);
    call = fixture_event(EVENT_CALL, "x2", "A108", "4");
    call.event.langs.count = 1;
    snprintf(call.event.langs.tags[0], LANG_BYTES, "uk");
    give(&call);
    assert_string_equal(world->said[1].lang, "uk");
    hear();
    assert_string_equal(world->said[2].lang, "en");
}

static void an_events_own_words_are_said_in_their_language(void **state) {
    (void)state;
    world->hall.languages_count = 2;
    struct input call = fixture_event(EVENT_CALL, "x1", "VIP7", "4");
    call.event.spoken.count = 2;
    snprintf(call.event.spoken.texts[0].text, SPOKEN_BYTES, "seven");
    snprintf(call.event.spoken.texts[1].tag, LANG_BYTES, "uk");
    snprintf(call.event.spoken.texts[1].text, SPOKEN_BYTES, "sim");
    give(&call);
    assert_string_equal(world->said[0].lang, "en");
    assert_string_equal(world->said[0].spoken, "seven");
    hear();
    assert_string_equal(world->said[1].lang, "uk");
    assert_string_equal(world->said[1].spoken, "sim");
}

static void many_waiting_calls_make_the_voice_brisk(void **state) {
    (void)state;
    world->hall.languages_count = 1;
    for (int i = 0; i < 2 + SHED_CHIME_AT; i++) {
        char id[8], ticket[8];
        snprintf(id, sizeof id, "x%d", i);
        snprintf(ticket, sizeof ticket, "A%d", 100 + i);
        struct input call = fixture_event(EVENT_CALL, id, ticket, "4");
        give(&call);
    }
    assert_false(world->said[0].brisk); /* nobody waited yet */
    report(VOICE_FINISHED, world->said[0].serial);
    tick(BRISK_GAP_MS);
    assert_int_equal(world->said_count, 2);
    assert_true(world->said[1].brisk);
    assert_int_equal(world->said[1].chime, CHIME_CALL);
    assert_int_equal(world->board.announcer.shed_chimes, 1);
    report(VOICE_FINISHED, world->said[1].serial);
    tick(BRISK_GAP_MS);
    assert_int_equal(world->said_count, 3);
    assert_false(world->said[2].brisk); /* two wait */
    report(VOICE_FINISHED, world->said[2].serial);
    tick(BRISK_GAP_MS);
    assert_int_equal(world->said_count, 3); /* the hall's own gap again */
    tick((int)world->hall.policy.gap_ms - BRISK_GAP_MS);
    assert_int_equal(world->said_count, 4);
    assert_int_equal(world->board.announcer.shed_chimes, 1);
}

static void a_lost_voice_goes_on_in_silence_and_speaks_when_back(void **state) {
    (void)state;
    report(VOICE_LOST, 0);
    event(EVENT_CALL, "x1", "A107", "4");
    assert_int_equal(world->said_count, 0);
    assert_true(announcer_is_current(&world->board.announcer, 0, "x1"));
    tick(5000);
    report(VOICE_WELL, 0);
    assert_int_equal(world->said_count, 1);
    hear();
    assert_int_equal(world->board.announcer.spoken, 1);
}

static void a_call_that_grew_stale_while_the_voice_was_lost_is_not_spoken(void **state) {
    (void)state;
    report(VOICE_LOST, 0);
    event(EVENT_CALL, "x1", "A107", "4");
    event(EVENT_CALL, "x2", "A108", "5");
    event(EVENT_CALL, "x3", "A109", "6");
    for (int i = 0; i < 31; i++) {
        tick(1000);
    }
    report(VOICE_WELL, 0);
    tick(60000);
    assert_int_equal(world->said_count, 0);
    event(EVENT_CALL, "x4", "A110", "7");
    assert_int_equal(world->said_count, 1);
}

static void an_utterance_that_fails_is_tried_twice(void **state) {
    (void)state;
    event(EVENT_CALL, "x1", "A107", "4");
    report(VOICE_FAILED, world->said[0].serial);
    assert_int_equal(world->said_count, 2);
    assert_string_equal(world->board.voice_reason, "");
    report(VOICE_FAILED, world->said[1].serial);
    assert_int_equal(world->said_count, 2);
    assert_true(announcer_is_current(&world->board.announcer, 0, "x1"));
    assert_string_equal(world->board.voice_reason, "unplugged");
    tick(SILENT_HERO_MS);
    assert_false(announcer_is_current(&world->board.announcer, 0, "x1"));
    assert_int_equal(world->board.announcer.unspoken, 1);
    tick(world->hall.policy.gap_ms);
    event(EVENT_CALL, "x2", "A108", "5");
    hear();
    assert_string_equal(world->board.voice_reason, "");
}

static void hear_segment(uint32_t serial, enum said said, mono_ms at) {
    struct input input = {.kind = INPUT_VOICE};
    input.voice = (struct voice_report){
        .kind = VOICE_SEGMENT, .serial = serial, .said = said, .at_us = at * 1000};
    give(&input);
}

static void what_is_heard_is_marked_when_it_is_heard(void **state) {
    (void)state;
    struct input call = fixture_event(EVENT_CALL, "x1", "A107", "4");
    give(&call);
    const struct announcer *announcer = &world->board.announcer;
    uint32_t serial = world->said[0].serial;
    mono_ms now = world->now.mono;
    assert_int_equal(announcer_said(announcer, now), SAID_NOTHING);
    hear_segment(serial, SAID_TICKET, now + 300);
    hear_segment(serial, SAID_TICKET, now + 700); /* label and number: one part */
    hear_segment(serial, SAID_DESTINATION, now + 1500);
    hear_segment(serial + 1, SAID_TICKET, now + 1600);
    assert_int_equal(announcer_said(announcer, now + 299), SAID_NOTHING);
    assert_int_equal(announcer_deadline(announcer, now), now + 300);
    assert_int_equal(announcer_said(announcer, now + 300), SAID_TICKET);
    assert_int_equal(announcer_deadline(announcer, now + 300), now + 1500);
    assert_int_equal(announcer_said(announcer, now + 5000), SAID_DESTINATION);
    report(VOICE_FINISHED, serial);
    assert_int_equal(announcer_said(announcer, now + 5000), SAID_NOTHING);
}

static void a_late_report_of_another_utterance_changes_nothing(void **state) {
    (void)state;
    event(EVENT_CALL, "x1", "A107", "4");
    report(VOICE_FINISHED, world->said[0].serial + 1);
    assert_true(announcer_is_current(&world->board.announcer, 0, "x1"));
    report(VOICE_FAILED, 0);
    assert_int_equal(world->said_count, 1);
}

static void a_voice_that_never_reports_does_not_stop_the_hall(void **state) {
    (void)state;
    event(EVENT_CALL, "x1", "A107", "4");
    event(EVENT_CALL, "x2", "A108", "5");
    tick(UTTERANCE_MS_MAX - 1);
    assert_int_equal(world->said_count, 1);
    tick(1);
    assert_int_equal(world->hushes, 1);
    assert_string_not_equal(world->board.voice_reason, "");
    tick(world->hall.policy.gap_ms);
    assert_int_equal(world->said_count, 2);
    assert_string_not_equal(world->board.voice_reason, "");
    hear();
    assert_string_equal(world->board.voice_reason, "");
}

static struct input urgent_input(bool active) {
    struct input input = {.kind = INPUT_URGENT, .urgent = {.active = active}};
    if (active) {
        input.urgent.texts_count = 1;
        snprintf(input.urgent.texts[0].tag, LANG_BYTES, "en");
        snprintf(input.urgent.texts[0].text, TEXT_BYTES, "Please leave the building");
        input.urgent.repeat_ms = 20000;
    }
    return input;
}

static void urgent_interrupts_and_the_cut_call_is_said_afterwards(void **state) {
    (void)state;
    event(EVENT_CALL, "x1", "A107", "4");
    struct input on = urgent_input(true);
    give(&on);
    assert_int_equal(world->hushes, 1);
    assert_int_equal(world->said_count, 2);
    assert_int_equal(world->said[1].kind, UTTERANCE_URGENT);
    assert_string_equal(world->said[1].text, "Please leave the building");
    give(&on); /* a reconnect replays it */
    assert_int_equal(world->said_count, 2);
    hear();
    assert_int_equal(world->said_count, 2);
    tick(16000);
    assert_int_equal(world->said_count, 3);
    assert_int_equal(world->said[2].kind, UTTERANCE_URGENT);
    hear();
    struct input off = urgent_input(false);
    give(&off);
    assert_int_equal(world->said_count, 4);
    assert_string_equal(world->said[3].ticket, "A107");
}

static void a_spoken_notice_waits_for_calls(void **state) {
    (void)state;
    event(EVENT_CALL, "x1", "A107", "4");
    struct input input = {.kind = INPUT_NOTICE};
    snprintf(input.notice.id, NAME_BYTES, "shoes");
    input.notice.texts_count = 1;
    snprintf(input.notice.texts[0].tag, LANG_BYTES, "en");
    snprintf(input.notice.texts[0].text, TEXT_BYTES, "Lift out of order");
    input.notice.speak = true;
    input.notice.valid_from = TIME_UNKNOWN;
    input.notice.valid_until = world->now.wall + 60000;
    input.notice.arrival.live = true;
    give(&input);
    assert_int_equal(world->said_count, 1);
    hear();
    assert_int_equal(world->said_count, 2);
    assert_int_equal(world->said[1].kind, UTTERANCE_NOTICE);
    assert_int_equal(world->said[1].chime, CHIME_NOTICE);
    hear();
    assert_int_equal(world->board.notices_count, 1);
    tick(60000);
    assert_int_equal(world->board.notices_count, 0);
}

static void a_retained_notice_is_shown_not_spoken(void **state) {
    (void)state;
    struct input input = {.kind = INPUT_NOTICE};
    snprintf(input.notice.id, NAME_BYTES, "shoes");
    input.notice.texts_count = 1;
    snprintf(input.notice.texts[0].tag, LANG_BYTES, "en");
    input.notice.speak = true;
    input.notice.valid_from = input.notice.valid_until = TIME_UNKNOWN;
    input.notice.arrival.retained = true;
    give(&input);
    assert_int_equal(world->board.notices_count, 1);
    assert_int_equal(world->said_count, 0);
}

static void a_lost_screen_makes_the_voice_repeat(void **state) {
    (void)state;
    struct input lost = {.kind = INPUT_SCREEN, .screen = {.well = false, .reason = "gone"}};
    give(&lost);
    event(EVENT_CALL, "x1", "A107", "4");
    hear();
    assert_int_equal(world->said_count, 2);
    assert_int_equal(world->said[1].pause_ms, REPETITION_PAUSE_MS);
    hear();
    assert_int_equal(world->said_count, 2);
}

static void a_waiting_call_without_a_row_can_still_be_withdrawn(void **state) {
    (void)state;
    event(EVENT_CALL, "x1", "A107", "4");
    event(EVENT_CALL, "x2", "A108", "5");
    for (size_t i = 0; i < world->board.calls_count; i++) {
        world->board.calls[i].called_at -= world->hall.policy.listed_max_ms;
    }
    tick(1);
    assert_int_equal(world->board.calls_count, 1); /* the one being spoken */
    event(EVENT_WITHDRAW, "x2", "", "");
    hear();
    tick(60000);
    assert_int_equal(world->said_count, 1);
}

static void a_served_call_is_not_spoken_when_the_voice_returns(void **state) {
    (void)state;
    report(VOICE_LOST, 0);
    event(EVENT_CALL, "x1", "A107", "4");
    event(EVENT_SERVED, "x1", "", "");
    report(VOICE_WELL, 0);
    tick(60000);
    assert_int_equal(world->said_count, 0);
    event(EVENT_CALL, "x2", "A108", "4");
    event(EVENT_SERVED, "x2", "", "");
    report(VOICE_FAILED, world->said[0].serial);
    assert_int_equal(world->said_count, 1);
}

static void a_redelivered_recall_without_n_is_spoken_once(void **state) {
    (void)state;
    event(EVENT_CALL, "x1", "A107", "4");
    hear();
    struct input recall = fixture_event(EVENT_RECALL, "x1", "A107", "4");
    recall.event.seq = 7;
    give(&recall);
    hear();
    assert_int_equal(world->said_count, 2);
    give(&recall); /* the same place in the sequence */
    recall.event.seq = -1;
    recall.event.arrival.redelivered = true;
    give(&recall);
    assert_int_equal(world->said_count, 2);
    recall.event.arrival.redelivered = false;
    give(&recall);
    assert_int_equal(world->said_count, 3);
}

static void a_redelivered_call_without_id_does_not_return_after_its_withdrawal(void **state) {
    (void)state;
    event(EVENT_CALL, "", "A107", "4");
    event(EVENT_WITHDRAW, "", "A107", "");
    struct input again = fixture_event(EVENT_CALL, "", "A107", "4");
    again.event.arrival.redelivered = true;
    give(&again);
    assert_int_equal(world->board.calls_count, 0);
    tick(60000);
    assert_int_equal(world->said_count, 1);
}

static void a_call_taken_back_within_the_turn_is_not_begun(void **state) {
    (void)state;
    event(EVENT_CALL, "x1", "A107", "4");
    hear();
    tick(1000);
    struct input call = fixture_event(EVENT_CALL, "x2", "A108", "5");
    struct input withdraw = fixture_event(EVENT_WITHDRAW, "x2", "", "");
    give_first(&call);
    give(&withdraw);
    assert_int_equal(world->said_count, 1);
    assert_int_equal(world->hushes, 0);
    assert_string_equal(world->board.announcer.current.id, "x1");
}

/* Ten calls at once take a minute: staff hear of it after voice_lag_s, and once when it is over. */
static void a_voice_that_cannot_keep_up_is_told_until_it_can(void **state) {
    (void)state;
    const struct announcer *announcer = &world->board.announcer;
    char id[8];
    for (int i = 0; i < 10; i++) {
        snprintf(id, sizeof id, "L%d", i);
        event(EVENT_CALL, id, id, "1");
    }
    assert_int_equal(announcer_behind_at(announcer, &world->hall.policy), world->now.mono + 30000);
    assert_true(board_deadline(&world->board, &world->hall, world->now) <= world->now.mono + 30000);
    for (int i = 0; i < 6; i++) {
        hear();
    }
    tick(30000 - 6 * 4500 - 1);
    assert_false(announcer->behind);
    tick(1);
    assert_true(announcer->behind);
    assert_int_equal(announcer->late, 0);
    assert_int_equal(announcer_behind_at(announcer, &world->hall.policy), MONO_NEVER);
    hear();
    assert_int_equal(announcer->late, 1);
    event(EVENT_CALL, "x1", "A107", "4");
    hear();
    assert_true(announcer->behind); /* the last of the ten still waits */
    hear();
    assert_false(announcer->behind); /* only the new one does, and not for long */
    assert_int_equal(announcer->late, 3);
    assert_int_equal(announcer->waiting, 1);
}

static void a_queue_that_just_keeps_up_is_not_told_again_and_again(void **state) {
    (void)state;
    const struct announcer *announcer = &world->board.announcer;
    event(EVENT_CALL, "x1", "A1", "1");
    event(EVENT_CALL, "x2", "A2", "2");
    tick(12000);
    event(EVENT_CALL, "x3", "A3", "3");
    tick(3000);
    event(EVENT_CALL, "x4", "A4", "4");
    tick(15000);
    assert_true(announcer->behind);
    hear(); /* A3 waits for 22.5 s */
    assert_true(announcer->behind);
    tick(1);
    hear();
    assert_true(announcer->behind); /* A4 for 24 s */
    hear();
    assert_false(announcer->behind);
}

static void what_is_not_said_does_not_take_the_card(void **state) {
    (void)state;
    struct input input = {.kind = INPUT_NOTICE};
    snprintf(input.notice.id, NAME_BYTES, "shoes");
    input.notice.texts_count = 1;
    snprintf(input.notice.texts[0].tag, LANG_BYTES, "en");
    input.notice.speak = true;
    input.notice.valid_from = input.notice.valid_until = TIME_UNKNOWN;
    input.notice.arrival.live = true;
    event(EVENT_CALL, "x1", "A107", "4");
    give(&input);
    input.notice.texts_count = 0; /* taken down before its turn */
    give(&input);
    hear();
    assert_int_equal(world->said_count, 1);
    assert_string_equal(world->board.announcer.current.id, "x1");
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
    const struct CMUnitTest tests[] = {
        T(ten_calls_at_once_are_ten_rows_and_ten_utterances_in_order),
        T(the_same_event_twice_speaks_once),
        T(withdrawn_before_its_turn_is_never_spoken),
        T(withdrawn_in_mid_word_is_cut),
        T(two_languages_follow_each_other),
        T(overload_sheds_repeats_then_languages_never_the_first),
        T(many_waiting_calls_make_the_voice_brisk),
        T(a_language_on_request_is_spoken_where_a_ticket_asks),
        T(an_events_own_words_are_said_in_their_language),
        T(a_lost_voice_goes_on_in_silence_and_speaks_when_back),
        T(a_call_that_grew_stale_while_the_voice_was_lost_is_not_spoken),
        T(an_utterance_that_fails_is_tried_twice),
        T(a_late_report_of_another_utterance_changes_nothing),
        T(what_is_heard_is_marked_when_it_is_heard),
        T(a_voice_that_never_reports_does_not_stop_the_hall),
        T(urgent_interrupts_and_the_cut_call_is_said_afterwards),
        T(a_spoken_notice_waits_for_calls),
        T(a_retained_notice_is_shown_not_spoken),
        T(a_lost_screen_makes_the_voice_repeat),
        T(a_waiting_call_without_a_row_can_still_be_withdrawn),
        T(a_served_call_is_not_spoken_when_the_voice_returns),
        T(a_redelivered_recall_without_n_is_spoken_once),
        T(a_redelivered_call_without_id_does_not_return_after_its_withdrawal),
        T(a_call_taken_back_within_the_turn_is_not_begun),
        T(a_voice_that_cannot_keep_up_is_told_until_it_can),
        T(a_queue_that_just_keeps_up_is_not_told_again_and_again),
        T(what_is_not_said_does_not_take_the_card),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
