/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A display of two halls whose queue systems have everything alike: tickets, ids, counters, epochs,
 * ids of notices. What one says must change nothing of the other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "board_world.h"
#include "config/lists.h"
#include "core/view.h"

enum { MAIN, REGISTRY };

static struct view view;
static const struct halls one_hall = {1, {"main"}};
static const struct halls two_halls = {2, {"main", "registry"}};

static int set_up(void **state) {
    int code = world_set_up(state);
    world->hall.halls = two_halls;
    return code;
}

static void look(void) {
    view_make(&world->board, &world->hall, world->now, 0, &view);
}

static struct input event_of(size_t from, enum event_type type, const char *ticket,
                             const char *counter) {
    struct input input = fixture_event(type, ticket, ticket, counter);
    input.event.from = from;
    return input;
}

static void call(size_t from, const char *ticket, const char *counter) {
    struct input input = event_of(from, EVENT_CALL, ticket, counter);
    give(&input);
}

static void numbered(size_t from, const char *ticket, int64_t seq) {
    struct input input = event_of(from, EVENT_CALL, ticket, "1");
    input.event.seq = seq;
    snprintf(input.event.epoch, EPOCH_BYTES, "day");
    give(&input);
}

/* A snapshot of a hall with at most one call. */
static void snapshot(size_t from, const char *ticket, int64_t seq) {
    struct input *input = calloc(1, sizeof *input);
    input->kind = INPUT_SNAPSHOT;
    input->snapshot.from = from;
    input->snapshot.seq = seq;
    snprintf(input->snapshot.epoch, EPOCH_BYTES, "day");
    if (ticket != NULL) {
        input->snapshot.calls_count = 1;
        input->snapshot.calls[0] = event_of(from, EVENT_CALL, ticket, "1").event;
    }
    give(input);
    free(input);
}

static void beat(size_t from, wall_ms time, int64_t seq) {
    struct input input = {.kind = INPUT_CLOCK_BEAT, .beat = {.time = time}};
    input.beat.halls[from].named = true;
    input.beat.halls[from].last.seq = seq;
    snprintf(input.beat.halls[from].last.epoch, EPOCH_BYTES, "day");
    give(&input);
}

static size_t rows_of(size_t from) {
    size_t rows = 0;
    for (size_t i = 0; i < world->board.calls_count; i++) {
        rows += world->board.calls[i].from == from;
    }
    return rows;
}

static void the_same_ticket_and_counter_are_two_calls(void **state) {
    (void)state;
    call(MAIN, "A1", "4");
    call(REGISTRY, "A1", "4");
    assert_int_equal(world->board.calls_count, 2);
    assert_false(world->board.calls[0].again || world->board.calls[0].moved);
    assert_false(world->board.calls[1].superseded);
    call(MAIN, "A1", "4"); /* once more, as a broker does */
    call(REGISTRY, "A1", "4");
    assert_int_equal(world->board.counts.duplicates, 2);
    hear();
    hear();
    assert_int_equal(world->said_count, 2);
    assert_int_equal(world->said[0].from, MAIN);
    assert_int_equal(world->said[1].from, REGISTRY);
    assert_int_equal(world->serial, 0);
    call(MAIN, "A2", "4");
    assert_true(world->board.calls[2].superseded);
    assert_int_equal(world->board.calls[2].from, MAIN);
    assert_false(world->board.calls[1].superseded);
}

static void tickets_without_ids_are_two_calls(void **state) {
    (void)state;
    for (size_t from = MAIN; from <= REGISTRY; from++) {
        struct input input = fixture_event(EVENT_CALL, "", "A1", "4");
        input.event.from = from;
        give(&input);
    }
    assert_int_equal(world->board.calls_count, 2);
    assert_int_equal(world->board.calls[0].n, 1);
    assert_false(world->board.calls[0].again);
}

static void an_end_finds_its_call_in_its_own_hall(void **state) {
    (void)state;
    struct input withdraw = event_of(REGISTRY, EVENT_WITHDRAW, "A1", "");
    struct input served = event_of(MAIN, EVENT_SERVED, "A1", "");
    call(MAIN, "A1", "4");
    call(REGISTRY, "A1", "5");
    give(&withdraw); /* while it waits behind the other */
    assert_int_equal(rows_of(MAIN), 1);
    assert_int_equal(rows_of(REGISTRY), 0);
    assert_int_equal(world->hushes, 0);
    give(&served);
    assert_true(world->board.calls[0].ended);
    hear();
    assert_int_equal(world->said_count, 1);
}

static void a_recall_finds_its_call_in_its_own_hall(void **state) {
    (void)state;
    call(MAIN, "A1", "4");
    call(REGISTRY, "A1", "5");
    struct input recall = fixture_event(EVENT_RECALL, "", "A1", "");
    recall.event.from = REGISTRY;
    give(&recall);
    assert_string_equal(world->board.calls[0].counter, "5");
    assert_true(world->board.calls[0].again);
    assert_int_equal(world->board.calls[0].from, REGISTRY);
    assert_false(world->board.calls[1].again);
}

static void a_snapshot_ends_calls_of_its_hall_only(void **state) {
    (void)state;
    numbered(MAIN, "A1", 5);
    numbered(MAIN, "A2", 6);
    numbered(REGISTRY, "B1", 3);
    snapshot(REGISTRY, NULL, 9); /* newer than all of them, and empty */
    assert_false(world->board.calls[1].ended);
    assert_false(world->board.calls[2].ended);
    assert_true(world->board.calls[0].ended);
    assert_int_equal(world->board.announcer.waiting, 1);
    hear();
    hear();
    assert_int_equal(world->said_count, 2);
    assert_string_equal(world->said[1].ticket, "A2");
}

static void a_closed_counter_is_one_of_its_hall(void **state) {
    (void)state;
    struct input *input = calloc(1, sizeof *input);
    call(MAIN, "A1", "4");
    call(REGISTRY, "B1", "4");
    input->kind = INPUT_SNAPSHOT;
    input->snapshot.from = REGISTRY;
    input->snapshot.seq = -1;
    input->snapshot.closed_count = 1;
    snprintf(input->snapshot.closed[0], NAME_BYTES, "4");
    give(input);
    free(input);
    assert_true(world->board.calls[0].superseded);
    assert_false(world->board.calls[1].superseded);
}

static void numbers_and_gaps_are_of_each_hall(void **state) {
    (void)state;
    numbered(MAIN, "A1", 100);
    numbered(REGISTRY, "B1", 7);
    numbered(REGISTRY, "B2", 9);
    beat(REGISTRY, WALL_START, 12);
    beat(MAIN, WALL_START, 100);
    assert_int_equal(world->board.senders[MAIN].missed, 0);
    assert_int_equal(world->board.senders[REGISTRY].missed, 4);
    snapshot(MAIN, "A1", 101);
    numbered(REGISTRY, "B3", 50); /* below the other hall's snapshot, but news of its own */
    assert_string_equal(world->board.calls[0].ticket, "B3");
    assert_int_equal(rows_of(REGISTRY), 3);
    snapshot(REGISTRY, "B4", 60); /* is not older than the one of another hall */
    assert_int_equal(rows_of(REGISTRY), 4);
}

static void each_queue_system_has_its_own_clock(void **state) {
    (void)state;
    enum { APART_MS = 600000 };
    for (int i = 0; i < 4; i++) {
        beat(MAIN, world->now.wall, -1);
        beat(REGISTRY, world->now.wall - APART_MS, -1);
        tick(5000);
    }
    struct input late = event_of(REGISTRY, EVENT_CALL, "B1", "1");
    late.event.time = world->now.wall - APART_MS;
    late.event.arrival.live = false;
    give(&late);
    assert_int_equal(world->said_count, 1);
    late = event_of(MAIN, EVENT_CALL, "A1", "1");
    late.event.time = world->now.wall - APART_MS;
    give(&late);
    assert_int_equal(world->board.counts.stale, 1);
}

static void one_silent_queue_system_is_told(void **state) {
    (void)state;
    beat(MAIN, world->now.wall, -1);
    beat(REGISTRY, world->now.wall, -1);
    wall_ms heard = world->now.wall;
    for (int i = 0; i < 3; i++) {
        tick(5000);
        assert_int_equal(board_link_bad(&world->board, world->now.mono), i == 2);
        beat(MAIN, world->now.wall, -1);
    }
    assert_true(board_beats_late(&world->board, REGISTRY, world->now.mono));
    assert_false(board_beats_late(&world->board, MAIN, world->now.mono));
    assert_true(board_heard_wall(&world->board, world->now.mono) == heard);
    look();
    assert_int_equal(view.alarm, ALARM_LINK);
    beat(REGISTRY, world->now.wall, -1);
    assert_false(board_link_bad(&world->board, world->now.mono));
}

static void notices_are_of_their_hall(void **state) {
    (void)state;
    struct input notice = {.kind = INPUT_NOTICE,
                           .notice = {.id = "lunch",
                                      .texts_count = 1,
                                      .speak = true,
                                      .valid_from = TIME_UNKNOWN,
                                      .valid_until = TIME_UNKNOWN,
                                      .arrival.live = true}};
    for (size_t from = MAIN; from <= REGISTRY; from++) {
        notice.notice.from = from;
        snprintf(notice.notice.texts[0].text, TEXT_BYTES, "of %s", two_halls.names[from]);
        snprintf(notice.notice.texts[0].tag, LANG_BYTES, "en");
        give(&notice);
    }
    assert_int_equal(world->board.notices_count, 2);
    hear();
    hear();
    assert_string_equal(world->said[0].text, "of main");
    assert_string_equal(world->said[1].text, "of registry");
    notice.notice.from = MAIN;
    notice.notice.texts_count = 0;
    give(&notice);
    assert_int_equal(world->board.notices_count, 1);
    assert_int_equal(world->board.notices[0].from, REGISTRY);
}

static void a_snapshot_stands_behind_the_others_new_calls(void **state) {
    (void)state;
    call(MAIN, "A1", "1");
    snapshot(REGISTRY, "B1", 5);
    assert_row(0, "A1", false);
    assert_row(1, "B1", false);
    tick(world->hall.policy.listed_min_ms);
    snapshot(REGISTRY, "B1", 6);
    assert_row(1, "B1", false);
}

static void a_snapshot_pushes_no_other_hall_off_a_full_list(void **state) {
    (void)state;
    char ticket[8];
    for (int i = 0; i < CALLS_MAX - 1; i++) {
        snprintf(ticket, sizeof ticket, "A%d", i);
        call(MAIN, ticket, ticket);
    }
    snapshot(REGISTRY, "B1", 5);
    snapshot(REGISTRY, "B2", 6);
    assert_int_equal(rows_of(MAIN), CALLS_MAX - 1);
    assert_int_equal(rows_of(REGISTRY), 1);
    call(REGISTRY, "B3", "1"); /* an event does what it always does */
    assert_int_equal(world->board.calls_count, CALLS_MAX);
    assert_row(0, "B3", false);
}

static void repeats_are_of_each_hall(void **state) {
    (void)state;
    call(MAIN, "A1", "1");
    call(REGISTRY, "A1", "1");
    hear();
    hear();
    struct input repeat = {.kind = INPUT_REMOTE, .remote = {.kind = REMOTE_REPEAT, .count = 3}};
    give(&repeat);
    hear();
    hear();
    assert_int_equal(world->said_count, 4);
    assert_int_equal(world->said[2].from, REGISTRY);
    assert_int_equal(world->said[3].from, MAIN);
}

/* --- counters --- */

static void add_counter(const char *hall, const char *id, const char *label) {
    struct counter *counter = &world->hall.counters[world->hall.counters_count++];
    snprintf(counter->hall, sizeof counter->hall, "%s", hall);
    snprintf(counter->id, sizeof counter->id, "%s", id);
    snprintf(counter->labels[0].text, LABEL_BYTES, "%s", label);
    counter->labels_count = 1;
    counter->floor = FLOOR_NONE;
}

static void a_section_of_one_hall_wins(void **state) {
    (void)state;
    add_counter("registry", "4", "R4");
    add_counter("", "4", "Four");
    assert_string_equal(hall_counter_label(&world->hall, MAIN, "4", "", "en"), "Four");
    assert_string_equal(hall_counter_label(&world->hall, REGISTRY, "4", "", "en"), "R4");
    assert_string_equal(hall_counter_label(&world->hall, REGISTRY, "5", "", "en"), "5");
    assert_string_equal(hall_counter_label(&world->hall, HALLS_MAX, "4", "", "en"), "Four");
    call(MAIN, "A1", "4");
    call(REGISTRY, "A1", "4");
    look();
    assert_string_equal(view.rows[0].label, "R4");
    assert_string_equal(view.rows[1].label, "Four");
    assert_string_equal(view.hero.lines[0].label, "Four");
    hear();
    look();
    assert_string_equal(view.hero.lines[0].label, "R4");
}

static void a_group_may_name_the_hall(void **state) {
    (void)state;
    static const struct {
        const char *value, *hall, *id;
        bool has;
    } rows[] = {
        {"4, registry/1-3", "main", "4", true},
        {"4, registry/1-3", "registry", "4", true},
        {"4, registry/1-3", "main", "2", false},
        {"4, registry/1-3", "registry", "2", true},
        {"main/*, registry/vip", "main", "anything", true},
        {"main/*, registry/vip", "registry", "vip", true},
        {"main/*, registry/vip", "registry", "1", false},
        {"registry/4", "main", "4", false},
        {"registry/4", "main", "", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct counter_group group = {0};
        assert_true(lists_parse_group(rows[i].value, &group));
        if (group_has(&group, rows[i].hall, rows[i].id) != rows[i].has) {
            fail_msg("\"%s\": %s/%s", rows[i].value, rows[i].hall, rows[i].id);
        }
    }
}

static void groups_with_halls_are_read_and_written(void **state) {
    (void)state;
    static const char *const refused[] = {"*",
                                          "registry/",
                                          "/4",
                                          "Registry/4",
                                          "a/b/4",
                                          "4, registry/4",
                                          "registry/*, registry/1",
                                          "3, registry/*",
                                          "registry/1-3, registry/2"};
    static const char *const taken[] = {"main/4,registry/4", "main/*,registry/1-3,registry/vip",
                                        "4,registry/5-6"};
    char written[256];
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct counter_group group = {0};
        if (lists_parse_group(refused[i], &group)) {
            fail_msg("\"%s\" was taken", refused[i]);
        }
    }
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        struct counter_group group = {0};
        assert_true(lists_parse_group(taken[i], &group));
        lists_write_group(&group, written, sizeof written);
        assert_string_equal(written, taken[i]);
    }
}

static void one_counter_of_several_halls_has_its_hall(void **state) {
    (void)state;
    char id[NAME_BYTES];
    struct counter_group group = {0};
    assert_true(lists_parse_group("4", &group));
    assert_true(group_is_one(&group, &one_hall));
    assert_false(group_is_one(&group, &two_halls)); /* one in each */
    assert_true(lists_parse_group("registry/4", &group));
    assert_int_equal(group_one(&group, &two_halls, id), REGISTRY);
    assert_string_equal(id, "4");
    assert_true(lists_parse_group("registry/*", &group));
    assert_false(group_is_one(&group, &two_halls));
    assert_true(group_has_hall(&group, "registry"));
    assert_false(group_has_hall(&group, "main"));
}

static void a_groups_display_knows_the_others(void **state) {
    (void)state;
    assert_true(lists_parse_group("main/*, registry/4", &world->hall.group));
    call(MAIN, "A1", "1");
    call(REGISTRY, "B1", "1");
    call(REGISTRY, "B2", "4");
    look();
    assert_int_equal(view.rows_count, 2);
    assert_int_equal(world->board.counts.elsewhere, 1);
    assert_string_equal(view.rows[0].ticket, "B2");
}

static void halls_are_read_and_written(void **state) {
    (void)state;
    static const char *const refused[] = {
        "", "main,", "main, main", "Main", "a,b,c,d,e", "a b", "abcdefghijklmnopqrstuvwxyz0123456"};
    struct halls halls = one_hall;
    char written[HALLS_MAX * (NAME_BYTES + 2)];
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (lists_parse_halls(refused[i], &halls)) {
            fail_msg("\"%s\" was taken", refused[i]);
        }
        assert_string_equal(halls.names[0], "main");
    }
    assert_true(lists_parse_halls("a , registry,c,d", &halls));
    assert_int_equal(halls.count, HALLS_MAX);
    lists_write_halls(&halls, written, sizeof written);
    assert_string_equal(written, "a, registry, c, d");
    assert_int_equal(halls_find(&halls, "registry"), 1);
    assert_int_equal(halls_find(&halls, "main"), HALLS_MAX);
    assert_string_equal(halls_name(&halls, HALLS_MAX), "");
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, world_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(the_same_ticket_and_counter_are_two_calls),
        T(tickets_without_ids_are_two_calls),
        T(an_end_finds_its_call_in_its_own_hall),
        T(a_recall_finds_its_call_in_its_own_hall),
        T(a_snapshot_ends_calls_of_its_hall_only),
        T(a_closed_counter_is_one_of_its_hall),
        T(numbers_and_gaps_are_of_each_hall),
        T(each_queue_system_has_its_own_clock),
        T(one_silent_queue_system_is_told),
        T(notices_are_of_their_hall),
        T(a_snapshot_stands_behind_the_others_new_calls),
        T(a_snapshot_pushes_no_other_hall_off_a_full_list),
        T(repeats_are_of_each_hall),
        T(a_section_of_one_hall_wins),
        T(a_group_may_name_the_hall),
        T(groups_with_halls_are_read_and_written),
        T(one_counter_of_several_halls_has_its_hall),
        T(a_groups_display_knows_the_others),
        T(halls_are_read_and_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
