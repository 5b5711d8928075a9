/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The board through board_apply and board_tick only: which rows a hall shows, how long, and what it
 * tells of its link.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "board_world.h"

static void a_call_is_listed_and_spoken_in_the_same_turn(void **state) {
    (void)state;
    event(EVENT_CALL, "x1", "A107", "4");
    assert_int_equal(world->board.calls_count, 1);
    assert_row(0, "A107", false);
    assert_int_equal(world->said_count, 1);
    assert_string_equal(world->said[0].ticket, "A107");
    assert_int_equal(world->said[0].chime, CHIME_CALL);
    assert_string_equal(world->said[0].lang, "en");
    assert_true(announcer_is_current(&world->board.announcer, 0, "x1"));
}

static void a_recall_speaks_again_is_marked_and_has_one_row(void **state) {
    (void)state;
    event(EVENT_CALL, "x1", "A107", "4");
    hear();
    event(EVENT_CALL, "x2", "A108", "5");
    hear();
    event(EVENT_RECALL, "x1", "A107", "4");
    assert_int_equal(world->said_count, 3);
    assert_int_equal(world->said[2].kind, UTTERANCE_RECALL);
    assert_int_equal(world->said[2].n, 2);
    assert_int_equal(world->board.calls_count, 2);
    assert_row(0, "A107", true);
    assert_row(1, "A108", false);
}

static void a_call_to_another_counter_is_marked_from_then_on(void **state) {
    (void)state;
    const struct call *first = &world->board.calls[0];
    event(EVENT_CALL, "x1", "A107", "4");
    assert_false(first->moved);
    event(EVENT_RECALL, "x1", "A107", "");
    assert_false(first->moved);
    event(EVENT_RECALL, "x1", "A107", "7");
    assert_true(first->moved && first->again);
    assert_string_equal(first->counter, "7");
    assert_int_equal(world->board.calls_count, 1);
    event(EVENT_RECALL, "x1", "A107", "7"); /* who missed that one is still at counter 4 */
    assert_true(first->moved);
    event(EVENT_CALL, "x2", "A107", "9"); /* the next step of a visit: another id, one ticket */
    assert_true(first->moved);
    assert_false(first->again);
    event(EVENT_CALL, "x3", "A107", "9");
    assert_false(first->moved);
    event(EVENT_CALL, "x4", "A108", "4");
    assert_false(first->moved);
}

static void the_voice_is_told_nothing_of_moved_or_priority(void **state) {
    (void)state;
    event(EVENT_CALL, "x1", "A107", "4");
    event(EVENT_CALL, "x2", "A108", "5");
    struct input urgent = fixture_event(EVENT_CALL, "x3", "P1", "6");
    urgent.event.priority = true;
    give(&urgent);
    assert_true(world->board.calls[0].priority);
    assert_false(world->board.calls[1].priority);
    hear();
    hear();
    assert_string_equal(world->said[1].ticket, "A108"); /* it waits for its turn */
    assert_string_equal(world->said[2].ticket, "P1");
    assert_int_equal(world->said[2].kind, UTTERANCE_CALL);
    assert_true(world->board.announcer.current.priority);
    event(EVENT_RECALL, "", "P1", "2");
    assert_true(world->board.calls[0].priority && world->board.calls[0].moved);
    event(EVENT_CALL, "x4", "P1", "2"); /* another visitor with that ticket */
    assert_false(world->board.calls[0].priority);
}

static void a_snapshot_knows_of_a_recall_to_another_counter(void **state) {
    (void)state;
    struct input *input = calloc(1, sizeof *input);
    assert_non_null(input);
    struct input call = fixture_event(EVENT_CALL, "x1", "A107", "4");
    call.event.n = 2;
    call.event.seq = 10;
    give(&call);
    const struct call *row = &world->board.calls[0];
    input->kind = INPUT_SNAPSHOT;
    input->snapshot.seq = 9; /* from before that call */
    input->snapshot.calls_count = 1;
    input->snapshot.calls[0] = call.event;
    input->snapshot.calls[0].n = 1;
    snprintf(input->snapshot.calls[0].counter, NAME_BYTES, "3");
    give(input);
    assert_string_equal(row->counter, "4");
    input->snapshot.seq = 12; /* its recall, of seq 11, never came here */
    input->snapshot.calls[0].n = 3;
    snprintf(input->snapshot.calls[0].counter, NAME_BYTES, "7");
    give(input);
    assert_string_equal(row->counter, "7");
    assert_true(row->moved && row->again);
    assert_int_equal(row->n, 3);
    input->snapshot.seq = 13; /* a queue system without n: its recall went on to another one */
    input->snapshot.calls[0].n = 0;
    snprintf(input->snapshot.calls[0].counter, NAME_BYTES, "8");
    give(input);
    assert_string_equal(row->counter, "8");
    assert_int_equal(world->board.calls_count, 1);
    free(input);
}

static void a_recall_by_ticket_keeps_the_counter(void **state) {
    (void)state;
    event(EVENT_CALL, "x1", "A107", "4");
    hear();
    event(EVENT_RECALL, "", "A107", "");
    assert_int_equal(world->said_count, 2);
    assert_string_equal(world->said[1].id, "x1");
    assert_string_equal(world->said[1].counter, "4");
}

static void an_event_without_id_is_a_call_then_a_recall(void **state) {
    (void)state;
    event(EVENT_CALL, "", "A107", "4");
    assert_row(0, "A107", false);
    hear();
    event(EVENT_CALL, "", "A107", "4");
    assert_int_equal(world->said_count, 2);
    assert_row(0, "A107", true);

    struct input redelivered = fixture_event(EVENT_CALL, "", "A107", "4");
    redelivered.event.arrival.redelivered = true;
    give(&redelivered);
    assert_int_equal(world->said_count, 2);
    assert_int_equal(world->board.counts.duplicates, 1);
}

static void served_rows_stay_their_minimum(void **state) {
    (void)state;
    event(EVENT_CALL, "x1", "A107", "4");
    hear();
    event(EVENT_SERVED, "x1", "", "");
    tick(60000 - 4500 - 1);
    assert_int_equal(world->board.calls_count, 1);
    tick(1);
    assert_int_equal(world->board.calls_count, 0);
}

static void a_counter_that_calls_again_supersedes(void **state) {
    (void)state;
    event(EVENT_CALL, "x1", "A107", "4");
    hear();
    event(EVENT_CALL, "x2", "A108", "4");
    hear();
    tick(60000);
    assert_int_equal(world->board.calls_count, 1);
    assert_row(0, "A108", false);
    tick(world->hall.policy.listed_max_ms);
    assert_int_equal(world->board.calls_count, 0);
}

static void a_snapshot_draws_silently_and_ends_what_it_lacks(void **state) {
    (void)state;
    struct input *input = calloc(1, sizeof *input);
    assert_non_null(input);
    input->kind = INPUT_SNAPSHOT;
    struct snapshot *snapshot = &input->snapshot;
    snapshot->seq = 10;
    snprintf(snapshot->epoch, EPOCH_BYTES, "d1");
    snapshot->calls_count = 2;
    snapshot->calls[0] = fixture_event(EVENT_CALL, "x2", "A108", "5").event;
    snapshot->calls[1] = fixture_event(EVENT_CALL, "x1", "A107", "4").event;
    give(input);
    assert_int_equal(world->said_count, 0);
    assert_int_equal(world->board.calls_count, 2);
    assert_row(0, "A108", false);
    assert_row(1, "A107", false);

    /* The event of a call that the snapshot brought first is still spoken. */
    struct input late = fixture_event(EVENT_CALL, "x2", "A108", "5");
    late.event.seq = 10;
    snprintf(late.event.epoch, EPOCH_BYTES, "d1");
    give(&late);
    assert_int_equal(world->said_count, 1);
    hear();

    /* An older event that the snapshot no longer holds is over. */
    struct input old = fixture_event(EVENT_CALL, "x0", "A106", "3");
    old.event.seq = 9;
    snprintf(old.event.epoch, EPOCH_BYTES, "d1");
    give(&old);
    assert_int_equal(world->said_count, 1);
    assert_int_equal(world->board.calls_count, 2);

    snapshot->seq = 11;
    snapshot->calls_count = 1;
    give(input);
    tick(60000);
    assert_int_equal(world->board.calls_count, 1);
    assert_row(0, "A108", false);
    free(input);
}

static void a_full_list_drops_the_oldest(void **state) {
    (void)state;
    char id[8], ticket[8], counter[8];
    for (int i = 0; i < CALLS_MAX + 5; i++) {
        snprintf(id, sizeof id, "c%d", i);
        snprintf(ticket, sizeof ticket, "B%d", i);
        snprintf(counter, sizeof counter, "%d", i);
        event(EVENT_CALL, id, ticket, counter);
    }
    assert_int_equal(world->board.calls_count, CALLS_MAX);
    assert_row(0, "B204", false);
    assert_row(CALLS_MAX - 1, "B5", false);
    assert_int_equal(world->board.announcer.unspoken, 0);
}

static void pages_turn_and_a_new_call_brings_the_first_page(void **state) {
    (void)state;
    char id[8], counter[8];
    for (int i = 0; i < 9; i++) {
        snprintf(id, sizeof id, "c%d", i);
        snprintf(counter, sizeof counter, "%d", i);
        event(EVENT_CALL, id, id, counter);
    }
    assert_int_equal(world->board.pager.page, 0);
    tick(7999);
    assert_int_equal(world->board.pager.page, 0);
    tick(1);
    assert_int_equal(world->board.pager.page, 1);
    tick(8000);
    assert_int_equal(world->board.pager.page, 2);
    event(EVENT_CALL, "new", "Z1", "77");
    assert_int_equal(world->board.pager.page, 0);
    tick(8000);
    tick(8000);
    tick(8000);
    assert_int_equal(world->board.pager.page, 0);
}

/* In a busy hall there is hardly a moment without a new call: each page must have its turn. */
static void a_new_call_does_not_begin_the_pages_anew(void **state) {
    (void)state;
    char id[8], counter[8];
    for (int i = 0; i < 9; i++) {
        snprintf(id, sizeof id, "c%d", i);
        snprintf(counter, sizeof counter, "%d", i);
        event(EVENT_CALL, id, id, counter);
    }
    tick(8000);
    assert_int_equal(world->board.pager.page, 1);
    event(EVENT_CALL, "c9", "Z1", "77");
    assert_int_equal(world->board.pager.page, 0);
    tick(8000);
    assert_int_equal(world->board.pager.page, 2);
    event(EVENT_CALL, "c10", "Z2", "78");
    assert_int_equal(world->board.pager.page, 0);
    tick(8000);
    assert_int_equal(world->board.pager.page, 1);
}

static void the_link_line_is_honest(void **state) {
    (void)state;
    assert_false(board_link_bad(&world->board, world->now.mono));
    struct input down = {.kind = INPUT_LINK, .link = {.state = LINK_DOWN}};
    give(&down);
    assert_false(board_link_bad(&world->board, world->now.mono + LINK_GRACE_MS - 1));
    assert_true(board_link_bad(&world->board, world->now.mono + LINK_GRACE_MS));
    assert_int_equal(board_deadline(&world->board, &world->hall, world->now),
                     world->now.mono + LINK_GRACE_MS);
    struct input up = {.kind = INPUT_LINK, .link = {.state = LINK_UP}};
    give(&up);
    assert_false(board_link_bad(&world->board, world->now.mono + 1000000));
    struct input beat = {.kind = INPUT_CLOCK_BEAT,
                         .beat = {.time = 1, .halls[0] = {true, {.seq = -1}}}};
    give(&beat);
    assert_false(board_link_bad(&world->board, world->now.mono + BEAT_LATE_MS - 1));
    assert_true(board_link_bad(&world->board, world->now.mono + BEAT_LATE_MS));
}

static void another_halls_heartbeat_says_nothing(void **state) {
    (void)state;
    struct input beat = {.kind = INPUT_CLOCK_BEAT,
                         .beat = {.time = WALL_START, .halls[0] = {true, {.seq = -1}}}};
    give(&beat);
    wall_ms heard = world->board.senders[0].heard_wall;
    struct time_base base = world->board.senders[0].base;
    tick(BEAT_LATE_MS);
    beat.beat = (struct clock_beat){.time = WALL_START + 600000};
    give(&beat);
    assert_true(board_link_bad(&world->board, world->now.mono));
    assert_true(world->board.senders[0].heard_wall == heard); /* "connection lost since" */
    assert_memory_equal(&world->board.senders[0].base, &base, sizeof base);
}

static void gaps_in_seq_are_counted(void **state) {
    (void)state;
    static const int64_t seqs[] = {5, 6, 9, 9, 10};
    for (size_t i = 0; i < sizeof seqs / sizeof seqs[0]; i++) {
        struct input input = fixture_event(EVENT_CALL, "x1", "A107", "4");
        input.event.seq = seqs[i];
        input.event.n = (uint32_t)i + 1;
        give(&input);
    }
    assert_int_equal(world->board.senders[0].missed, 2);
}

static void nothing_is_due_when_nothing_will_change(void **state) {
    (void)state;
    assert_true(board_deadline(&world->board, &world->hall, world->now) == MONO_NEVER);
    event(EVENT_CALL, "x1", "A107", "4");
    hear();
    for (int turns = 0;; turns++) {
        mono_ms due = board_deadline(&world->board, &world->hall, world->now);
        assert_true(turns < 10);
        if (due == MONO_NEVER) {
            break;
        }
        assert_true(due > world->now.mono);
        tick(due - world->now.mono);
    }
    assert_int_equal(world->board.calls_count, 0);
}

/* x1 was called at 10 of the sequence and taken back at `end`. Returns a snapshot with its n-th
 * call, not given yet, for the caller to free. */
static struct input *taken_back(int64_t end, uint32_t n) {
    struct input call = fixture_event(EVENT_CALL, "x1", "A107", "4");
    call.event.seq = 10;
    give(&call);
    struct input withdraw = fixture_event(EVENT_WITHDRAW, "x1", "", "");
    withdraw.event.seq = end;
    give(&withdraw);
    struct input *input = calloc(1, sizeof *input);
    assert_non_null(input);
    input->kind = INPUT_SNAPSHOT;
    input->snapshot.calls_count = 1;
    input->snapshot.calls[0] = call.event;
    input->snapshot.calls[0].n = n;
    return input;
}

static void a_replayed_snapshot_does_not_revive_a_withdrawn_call(void **state) {
    (void)state;
    struct input *input = taken_back(11, 1);
    input->snapshot.seq = 10;
    give(input);
    assert_int_equal(world->board.calls_count, 0);
    input->snapshot.seq = 12; /* newer than the withdrawal: it was called again meanwhile */
    give(input);
    assert_int_equal(world->board.calls_count, 1);
    free(input);
}

/* A snapshot on its way when a call was taken back may name a recall that was lost: it is older all
 * the same. A recall after the end is not. */
static void a_late_snapshot_does_not_revive_a_withdrawn_call_by_a_lost_recall(void **state) {
    (void)state;
    struct input *input = taken_back(12, 2);
    input->snapshot.seq = 11;
    give(input);
    assert_int_equal(world->board.calls_count, 0);
    struct input other = fixture_event(EVENT_CALL, "x2", "B200", "5");
    other.event.seq = 14;
    give(&other);
    input->snapshot.seq = 13; /* older than the other's call, newer than the end */
    give(input);
    assert_int_equal(world->board.calls_count, 2);
    free(input);
}

/* A broker flags what it sends again, also when the first transmission never came here. */
static void a_flagged_event_with_a_higher_seq_is_news(void **state) {
    (void)state;
    struct input call = fixture_event(EVENT_CALL, "", "A107", "4");
    call.event.seq = 5;
    give(&call);
    hear();
    struct input recall = fixture_event(EVENT_RECALL, "", "A107", "4");
    recall.event.seq = 9;
    recall.event.arrival.redelivered = true;
    give(&recall);
    assert_int_equal(world->said_count, 2);
    assert_int_equal(world->said[1].kind, UTTERANCE_RECALL);
    assert_row(0, "A107", true);
    hear();
    give(&recall);
    call.event.arrival.redelivered = true;
    give(&call); /* older than what was applied last */
    assert_int_equal(world->said_count, 2);
    assert_int_equal(world->board.counts.duplicates, 2);

    event(EVENT_WITHDRAW, "", "A107", "");
    give(&recall); /* nothing newer than the sequence knows */
    assert_int_equal(world->board.calls_count, 0);
    recall.event.seq = 10;
    give(&recall);
    assert_int_equal(world->said_count, 3);
    assert_row(0, "A107", true);
}

static void a_row_of_a_snapshot_does_not_make_a_redelivery_news(void **state) {
    (void)state;
    event(EVENT_CALL, "x1", "A107", "4");
    hear();
    event(EVENT_RECALL, "x1", "A107", "4");
    hear();
    event(EVENT_WITHDRAW, "x1", "A107", "");
    struct input *input = calloc(1, sizeof *input);
    assert_non_null(input);
    input->kind = INPUT_SNAPSHOT;
    input->snapshot.seq = -1;
    input->snapshot.calls_count = 1;
    input->snapshot.calls[0] = fixture_event(EVENT_CALL, "x1", "A107", "4").event;
    give(input);
    free(input);
    assert_int_equal(world->board.calls_count, 1);
    struct input again = fixture_event(EVENT_RECALL, "x1", "A107", "4");
    again.event.arrival.redelivered = true;
    give(&again);
    assert_int_equal(world->said_count, 2);
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
    const struct CMUnitTest tests[] = {
        T(a_call_is_listed_and_spoken_in_the_same_turn),
        T(a_recall_speaks_again_is_marked_and_has_one_row),
        T(a_call_to_another_counter_is_marked_from_then_on),
        T(the_voice_is_told_nothing_of_moved_or_priority),
        T(a_snapshot_knows_of_a_recall_to_another_counter),
        T(a_recall_by_ticket_keeps_the_counter),
        T(an_event_without_id_is_a_call_then_a_recall),
        T(served_rows_stay_their_minimum),
        T(a_counter_that_calls_again_supersedes),
        T(a_snapshot_draws_silently_and_ends_what_it_lacks),
        T(a_full_list_drops_the_oldest),
        T(pages_turn_and_a_new_call_brings_the_first_page),
        T(a_new_call_does_not_begin_the_pages_anew),
        T(the_link_line_is_honest),
        T(another_halls_heartbeat_says_nothing),
        T(gaps_in_seq_are_counted),
        T(nothing_is_due_when_nothing_will_change),
        T(a_replayed_snapshot_does_not_revive_a_withdrawn_call),
        T(a_late_snapshot_does_not_revive_a_withdrawn_call_by_a_lost_recall),
        T(a_flagged_event_with_a_higher_seq_is_news),
        T(a_row_of_a_snapshot_does_not_make_a_redelivery_news),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
