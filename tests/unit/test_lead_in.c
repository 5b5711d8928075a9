/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The time that a television needs to wake: who waits for it, and who does not. What the card shows
 * meanwhile is in test_view.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "board_world.h"

/* Card and voice wait together, the row does not; nor does what follows within some seconds. */
static void after_a_silence_there_is_a_lead_in(void **state) {
    (void)state;
    world->hall.policy.lead_in_ms = 1500;
    event(EVENT_CALL, "x1", "A107", "4");
    assert_row(0, "A107", false);
    assert_true(world->wakes == 1 && world->said_count == 0);
    assert_int_equal(world->board.announcer.state, ANNOUNCER_IDLE);
    assert_int_equal(announcer_deadline(&world->board.announcer, world->now.mono),
                     world->now.mono + 1500);
    tick(1499);
    event(EVENT_CALL, "x2", "A108", "5");
    assert_int_equal(world->said_count, 0);
    tick(1);
    assert_true(world->wakes == 1 && world->said_count == 1);
    assert_string_equal(world->board.announcer.current.ticket, "A107");
    tick(20000);
    hear();
    assert_int_equal(world->said_count, 2);
    hear();
    tick(LEAD_IN_SILENCE_MS - 1 - world->hall.policy.gap_ms);
    event(EVENT_CALL, "x3", "A109", "6");
    assert_true(world->wakes == 1 && world->said_count == 3);
    hear();
    tick(LEAD_IN_SILENCE_MS);
    event(EVENT_CALL, "x4", "A110", "6");
    assert_true(world->wakes == 2 && world->said_count == 3);
    event(EVENT_WITHDRAW, "x4", "", "");
    tick(3000);
    event(EVENT_CALL, "x5", "A111", "6"); /* the loudspeaker is awake */
    assert_true(world->wakes == 2 && world->said_count == 4);
}

static void what_is_not_spoken_has_no_lead_in(void **state) {
    (void)state;
    event(EVENT_CALL, "x0", "A100", "4");
    assert_true(world->wakes == 0 && world->said_count == 1); /* by default nobody waits */
    hear();
    tick(60000);
    world->hall.policy.lead_in_ms = 1500;
    report(VOICE_LOST, 0);
    event(EVENT_CALL, "x1", "A107", "4");
    assert_int_equal(world->wakes, 0);
    assert_int_equal(world->board.announcer.state, ANNOUNCER_SILENT);
    event(EVENT_WITHDRAW, "x1", "", "");
    report(VOICE_WELL, 0);
    tick(60000);
    event(EVENT_CALL, "x2", "A108", "4");
    assert_true(world->wakes == 1 && world->said_count == 1);
    report(VOICE_LOST, 0); /* in its lead-in: on the card at once */
    assert_int_equal(world->board.announcer.state, ANNOUNCER_SILENT);
}

/* An urgent text that comes meanwhile is spoken first, when the television is awake. */
static void an_urgent_text_shares_the_lead_in(void **state) {
    (void)state;
    world->hall.policy.lead_in_ms = 1500;
    event(EVENT_CALL, "x1", "A107", "4");
    tick(1000);
    struct input urgent = {.kind = INPUT_URGENT, .urgent = {.active = true, .texts_count = 1}};
    snprintf(urgent.urgent.texts[0].tag, LANG_BYTES, "en");
    snprintf(urgent.urgent.texts[0].text, TEXT_BYTES, "Please leave the building.");
    give(&urgent);
    assert_true(world->board.urgent.active);
    assert_true(world->wakes == 1 && world->said_count == 0);
    tick(499);
    assert_int_equal(world->said_count, 0);
    tick(1);
    assert_true(world->wakes == 1 && world->said_count == 1);
    assert_int_equal(world->said[0].kind, UTTERANCE_URGENT);
}

#define T(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(after_a_silence_there_is_a_lead_in),
        T(what_is_not_spoken_has_no_lead_in),
        T(an_urgent_text_shares_the_lead_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
