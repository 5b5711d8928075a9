/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A display of some counters: the group itself, and a board that knows all calls and shows its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "board_world.h"
#include "config/lists.h"
#include "core/view.h"

static struct view view;
static const struct halls one_hall = {1, {"main"}};

static void a_group_is_ids_numbers_and_ranges(void **state) {
    (void)state;
    static const struct {
        const char *id;
        bool has;
    } ids[] = {{"1", true},    {"2", false},  {"4", false},        {"5", true},
               {"8", true},    {"9", false},  {"05", false},       {"5a", false},
               {"5-8", false}, {"vip", true}, {"vi", false},       {"", true},
               {"007", true},  {"7", true},   {"999999999", true}, {"1000000000", false}};
    struct counter_group group = {0};
    assert_true(group_has(&group, "main", "anything"));
    assert_true(lists_parse_group(" 1,5-8 , vip, 007, 100-999999999", &group));
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        if (group_has(&group, "main", ids[i].id) != ids[i].has) {
            fail_msg("counter \"%s\"", ids[i].id);
        }
    }
}

static void what_is_no_list_of_counters_is_refused(void **state) {
    (void)state;
    static const char *const values[] = {"1,1", "5-8,7", "5-8,8-9", "vip,vip", "8-5",
                                         "5-5", "05-8",  "5-",      "-5",      "1-2-3",
                                         "1,",  ",1",    "1 2",     "VIP",     "1-1000000000"};
    struct counter_group group = {.count = 1, .spans = {{.id = "as-before"}}};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        if (lists_parse_group(values[i], &group)) {
            fail_msg("\"%s\" was taken", values[i]);
        }
        assert_string_equal(group.spans[0].id, "as-before");
    }
    char many[256] = "0";
    for (int i = 1; i < GROUP_SPANS_MAX; i++) {
        snprintf(many + strlen(many), sizeof many - strlen(many), ",%d", i);
    }
    assert_true(lists_parse_group(many, &group));
    assert_int_equal(group.count, GROUP_SPANS_MAX);
    snprintf(many + strlen(many), sizeof many - strlen(many), ",vip");
    assert_false(lists_parse_group(many, &group));
}

static void one_counter_is_one(void **state) {
    (void)state;
    static const struct {
        const char *value;
        bool one;
    } values[] = {{"", false}, {"4", true}, {"vip", true}, {"4-5", false}, {"4, vip", false}};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct counter_group group = {0};
        assert_true(lists_parse_group(values[i].value, &group));
        assert_int_equal(group_is_one(&group, &one_hall), values[i].one);
    }
}

static void show_counters(const char *value) {
    assert_true(lists_parse_group(value, &world->hall.group));
}

static void look(void) {
    view_make(&world->board, &world->hall, world->now, 0, &view);
}

static void call(const char *ticket, const char *counter, int64_t seq) {
    struct input input = fixture_event(EVENT_CALL, ticket, ticket, counter);
    input.event.seq = seq;
    give(&input);
}

/* The ticket is called to another counter than before, as number n. */
static void move(const char *ticket, const char *counter, uint32_t n) {
    struct input input = fixture_event(EVENT_RECALL, ticket, ticket, counter);
    input.event.n = n;
    give(&input);
}

static void only_its_own_calls_are_shown_and_spoken(void **state) {
    (void)state;
    show_counters("1, 5-8");
    call("A1", "2", 1);
    call("A2", "5", 2);
    call("A3", "9", 3);
    call("A4", "1", 4);
    look();
    assert_int_equal(view.rows_count, 2);
    assert_string_equal(view.rows[0].ticket, "A4");
    assert_string_equal(view.rows[1].ticket, "A2");
    assert_string_equal(view.hero.ticket, "A2");
    hear();
    hear();
    assert_int_equal(world->said_count, 2);
    assert_string_equal(world->said[1].ticket, "A4");
    assert_int_equal(world->serial, 0);
    assert_int_equal(world->board.counts.calls, 2);
    assert_int_equal(world->board.counts.elsewhere, 2);
    assert_int_equal(world->board.counts.gone, 0);
    assert_int_equal(world->board.senders[0].missed, 0); /* the sequence is the hall's */
    call("A5", "9", 7);
    assert_int_equal(world->board.senders[0].missed, 2);
}

static void the_card_welcomes_while_others_are_called(void **state) {
    (void)state;
    show_counters("1");
    call("A1", "2", 1);
    look();
    assert_int_equal(view.hero.state, HERO_NONE);
    assert_int_equal(view.rows_count, 0);
    assert_int_equal(view.pages, 1);
}

static void a_call_that_moves_away_leaves_at_once(void **state) {
    (void)state;
    show_counters("1");
    call("A1", "1", 1);
    call("A2", "1", 2);
    uint32_t serial = world->serial;
    assert_int_not_equal(serial, 0);
    move("A1", "2", 2); /* while it is spoken */
    assert_int_equal(world->hushes, 1);
    move("A2", "2", 2); /* while it waits */
    report(VOICE_HUSHED, serial);
    tick(world->hall.policy.gap_ms);
    look();
    assert_int_equal(world->said_count, 1);
    assert_int_equal(view.rows_count, 0);
    assert_int_equal(view.hero.state, HERO_NONE);
    assert_int_equal(world->board.counts.gone, 2);
    assert_int_equal(world->board.calls_count, 2);
}

static void a_new_id_takes_its_ticket_away(void **state) {
    (void)state;
    show_counters("1");
    event(EVENT_CALL, "x1", "A1", "1");
    event(EVENT_CALL, "x2", "A1", "2");
    look();
    assert_int_equal(view.rows_count, 0);
    assert_int_equal(world->hushes, 1);
    assert_int_equal(world->board.counts.gone, 1);
}

static void a_call_that_moves_in_appears_as_a_recall(void **state) {
    (void)state;
    show_counters("1");
    call("A1", "2", 1);
    move("A1", "1", 2);
    look();
    assert_int_equal(view.rows_count, 1);
    assert_string_equal(view.rows[0].label, "1");
    assert_string_not_equal(view.rows[0].again, "");
    assert_int_equal(world->said_count, 1);
    assert_int_equal(world->said[0].kind, UTTERANCE_RECALL);
}

static void a_recall_without_counter_is_of_its_tickets_counter(void **state) {
    (void)state;
    show_counters("1");
    call("A1", "2", 1);
    event(EVENT_RECALL, "A1", "A1", "");
    look();
    assert_int_equal(view.rows_count, 0);
    assert_int_equal(world->said_count, 0);
    event(EVENT_RECALL, "A9", "A9", ""); /* nobody knows where: better shown than lost */
    look();
    assert_int_equal(view.rows_count, 1);
}

static void pages_are_of_its_own_rows(void **state) {
    (void)state;
    char ticket[8];
    show_counters("1-6");
    for (int i = 1; i <= 12; i++) {
        char counter[4];
        snprintf(ticket, sizeof ticket, "B%d", i);
        snprintf(counter, sizeof counter, "%d", i);
        call(ticket, counter, i);
    }
    look();
    assert_int_equal(view.pages, 2); /* of four rows */
    assert_string_equal(view.rows[0].ticket, "B6");
    tick(world->hall.policy.page_ms);
    look();
    assert_int_equal(view.page, 2);
    assert_int_equal(view.rows_count, 2);
    assert_string_equal(view.rows[1].ticket, "B1");
    call("B13", "13", 13); /* of another display: the page stays */
    look();
    assert_int_equal(view.page, 2);
}

static void calls_elsewhere_wake_nobody(void **state) {
    (void)state;
    show_counters("1");
    mono_ms quiet = board_deadline(&world->board, &world->hall, world->now);
    call("A1", "2", 1);
    assert_int_equal(board_deadline(&world->board, &world->hall, world->now), quiet);
}

static void a_full_list_drops_what_is_not_shown_first(void **state) {
    (void)state;
    char id[16];
    show_counters("1");
    call("A1", "1", 1);
    for (int i = 0; i < CALLS_MAX + 10; i++) {
        snprintf(id, sizeof id, "C%d", i);
        call(id, "2", 2 + i);
    }
    look();
    assert_int_equal(world->board.calls_count, CALLS_MAX);
    assert_int_equal(view.rows_count, 1);
    assert_string_equal(view.rows[0].ticket, "A1");
    for (int i = 0; i < CALLS_MAX; i++) {
        snprintf(id, sizeof id, "D%d", i);
        call(id, "1", 1000 + i);
    }
    assert_int_equal(board_shown(&world->board, &world->hall), CALLS_MAX);
    call("E1", "2", 2000); /* no room, and nothing leaves for it */
    assert_row(0, "D199", false);
    assert_int_equal(board_shown(&world->board, &world->hall), CALLS_MAX);
}

static void repeats_are_of_its_own_calls(void **state) {
    (void)state;
    show_counters("1");
    call("A1", "1", 1);
    hear();
    call("A2", "2", 2);
    struct input input = {
        .kind = INPUT_REMOTE,
        .remote = {.kind = REMOTE_REPEAT, .mute_until = TIME_UNKNOWN, .count = REMOTE_REPEAT_MAX}};
    give(&input);
    assert_int_equal(world->said_count, 2);
    assert_string_equal(world->said[1].ticket, "A1");
    hear();
    assert_int_equal(world->said_count, 2);
}

/* A snapshot that has one ticket, called as number n to a counter. */
static void give_snapshot(int64_t seq, const char *ticket, const char *counter, uint32_t n) {
    struct input *input = calloc(1, sizeof *input);
    assert_non_null(input);
    input->kind = INPUT_SNAPSHOT;
    input->snapshot.seq = seq;
    input->snapshot.calls_count = 1;
    input->snapshot.calls[0] = fixture_event(EVENT_CALL, ticket, ticket, counter).event;
    input->snapshot.calls[0].n = n;
    give(input);
    free(input);
}

static void a_snapshot_knows_of_all_counters(void **state) {
    (void)state;
    show_counters("1");
    give_snapshot(5, "A1", "2", 1);
    look();
    assert_int_equal(view.rows_count, 0);
    assert_int_equal(world->board.calls_count, 1);
    give_snapshot(6, "A1", "1", 1); /* moved in, and its event never came */
    look();
    assert_int_equal(view.rows_count, 1);
    assert_int_equal(world->said_count, 0);
}

static void a_newer_snapshot_moves_a_call(void **state) {
    (void)state;
    call("A1", "1", 1);
    call("A2", "2", 2);
    give_snapshot(3, "A2", "7", 2); /* it waits for the voice */
    assert_string_equal(world->board.calls[0].counter, "7");
    assert_true(world->board.calls[0].again);
    hear();
    assert_string_equal(world->said[1].ticket, "A2");
    assert_string_equal(world->said[1].counter, "7");
    call("A2", "3", 9);
    move("A2", "4", 3);
    give_snapshot(4, "A2", "7", 2); /* older than its last call */
    assert_string_equal(world->board.calls[0].counter, "4");
}

static void a_snapshot_takes_a_call_away(void **state) {
    (void)state;
    show_counters("1");
    call("A1", "1", 1);
    give_snapshot(2, "A1", "2", 2);
    look();
    assert_int_equal(view.rows_count, 0);
    assert_int_equal(view.hero.state, HERO_NONE);
    assert_int_equal(world->hushes, 1);
}

static void without_numbers_a_snapshot_is_believed_after_a_minute(void **state) {
    (void)state;
    call("A1", "1", -1);
    give_snapshot(-1, "A1", "2", 0);
    assert_string_equal(world->board.calls[0].counter, "1");
    hear();
    tick(world->hall.policy.listed_min_ms);
    give_snapshot(-1, "A1", "2", 0);
    assert_string_equal(world->board.calls[0].counter, "2");
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_is_ids_numbers_and_ranges),
        cmocka_unit_test(what_is_no_list_of_counters_is_refused),
        cmocka_unit_test(one_counter_is_one),
        T(only_its_own_calls_are_shown_and_spoken),
        T(the_card_welcomes_while_others_are_called),
        T(a_call_that_moves_away_leaves_at_once),
        T(a_new_id_takes_its_ticket_away),
        T(a_call_that_moves_in_appears_as_a_recall),
        T(a_recall_without_counter_is_of_its_tickets_counter),
        T(pages_are_of_its_own_rows),
        T(calls_elsewhere_wake_nobody),
        T(a_full_list_drops_what_is_not_shown_first),
        T(repeats_are_of_its_own_calls),
        T(a_snapshot_knows_of_all_counters),
        T(a_newer_snapshot_moves_a_call),
        T(a_snapshot_takes_a_call_away),
        T(without_numbers_a_snapshot_is_believed_after_a_minute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
