/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How old a call is: what is still said aloud, and whose clock is believed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "board_world.h"

struct age_case {
    bool live;
    int64_t expiry_left_ms, ttl_ms;
    bool spoken;
};

static void only_fresh_calls_are_spoken(void **state) {
    (void)state;
    static const struct age_case cases[] = {
        {true, -1, -1, true},        {false, -1, -1, false},      {true, 30001, 60000, true},
        {true, 30000, 60000, false}, {false, 30001, 60000, true}, {false, 29999, 60000, false},
        {true, 1, 10000, true},      {true, 0, 10000, false},     {false, 59000, 60000, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char id[8];
        snprintf(id, sizeof id, "f%zu", i);
        struct input input = fixture_event(EVENT_CALL, id, "A107", "4");
        input.event.arrival.live = cases[i].live;
        input.event.arrival.expiry_left_ms = cases[i].expiry_left_ms;
        input.event.ttl_ms = cases[i].ttl_ms;
        size_t before = world->said_count;
        give(&input);
        assert_int_equal(world->said_count - before, cases[i].spoken);
        assert_string_equal(world->board.calls[0].id, id);
        if (cases[i].spoken) {
            hear();
        }
    }
}

static void the_senders_clock_tells_a_delayed_call(void **state) {
    (void)state;
    wall_ms sender = INT64_C(1000000000000); /* years away from ours */
    struct input first = fixture_event(EVENT_CALL, "x1", "A1", "1");
    first.event.time = sender;
    give(&first);
    hear();
    tick(60000);
    struct input late = fixture_event(EVENT_CALL, "x2", "A2", "2");
    late.event.time = sender + 64500 - 31000;
    give(&late);
    assert_int_equal(world->said_count, 1);
    assert_row(0, "A2", false);
    struct input fresh = fixture_event(EVENT_CALL, "x3", "A3", "3");
    fresh.event.time = sender + 64500 - 2000;
    give(&fresh);
    assert_int_equal(world->said_count, 2);
}

static void a_stepped_sender_clock_does_not_silence_the_hall(void **state) {
    (void)state;
    wall_ms sender = INT64_C(1000000000000);
    for (int i = 0; i < 7; i++) {
        char id[8];
        snprintf(id, sizeof id, "s%d", i);
        struct input input = fixture_event(EVENT_CALL, id, "A1", "1");
        input.event.time = sender + (i < 2 ? 0 : -3600000);
        size_t before = world->said_count;
        give(&input);
        bool spoken = world->said_count > before;
        assert_int_equal(spoken, i < 2 || i >= 5); /* three over ten seconds are a step */
        if (spoken) {
            hear();
        } else {
            tick(4500);
        }
        sender += 4500;
    }
}

static void a_backlog_is_not_a_stepped_clock(void **state) {
    (void)state;
    wall_ms sender = INT64_C(1000000000000);
    struct input first = fixture_event(EVENT_CALL, "b0", "A1", "1");
    first.event.time = sender;
    give(&first);
    hear();
    tick(60000);
    for (int i = 1; i <= 5; i++) {
        char id[8];
        snprintf(id, sizeof id, "b%d", i);
        struct input held_back = fixture_event(EVENT_CALL, id, id, "2");
        held_back.event.time = sender + 20000 + i * 100;
        give(&held_back);
        tick(2);
    }
    assert_int_equal(world->said_count, 1);
    assert_int_equal(world->board.counts.stale, 5);
}

static void two_heartbeats_tell_a_stepped_clock(void **state) {
    (void)state;
    wall_ms sender = INT64_C(1000000000000);
    struct input beat = {.kind = INPUT_CLOCK_BEAT,
                         .beat = {.time = sender, .halls[0] = {true, {.seq = -1}}}};
    give(&beat);
    for (int i = 1; i <= 2; i++) {
        tick(5000);
        beat.beat.time = sender - 3600000 + i * 5000;
        give(&beat);
        struct input call = fixture_event(EVENT_CALL, i == 1 ? "x1" : "x2", "A1", "1");
        call.event.time = beat.beat.time;
        give(&call);
        assert_int_equal(world->said_count, i - 1);
    }
}

static void an_event_that_is_not_said_teaches_the_senders_clock(void **state) {
    (void)state;
    struct input served = fixture_event(EVENT_SERVED, "x1", "A107", "");
    served.event.time = world->now.mono + 1000000;
    give(&served);
    struct input call = fixture_event(EVENT_CALL, "x2", "A108", "5");
    call.event.time = served.event.time - 40000;
    give(&call);
    assert_int_equal(world->board.calls_count, 1);
    assert_int_equal(world->said_count, 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(only_fresh_calls_are_spoken),
        T(the_senders_clock_tells_a_delayed_call),
        T(a_stepped_sender_clock_does_not_silence_the_hall),
        T(a_backlog_is_not_a_stepped_clock),
        T(two_heartbeats_tell_a_stepped_clock),
        T(an_event_that_is_not_said_teaches_the_senders_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
