/*
 * The board and its announcer, through board_apply and board_tick only: what a hall shows, says and
 * keeps silent about. A small world drives it with a clock of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hall_fixture.h"

#include <stdlib.h>

#define WALL_START INT64_C(1795335300000) /* 2026-11-22T08:15:00Z */

struct world {
    struct hall hall;
    struct board board;
    struct moment now;
    size_t said_count;
    struct utterance said[64];
    size_t hushes;
    uint32_t serial; /* of the utterance being spoken, 0 when none */
};

static struct world *world;

static void take(const struct effects *effects) {
    for (size_t i = 0; i < effects->count; i++) {
        if (effects->list[i].kind == EFFECT_HUSH) {
            world->hushes++;
            world->serial = 0;
        } else {
            assert_true(world->said_count < 64);
            world->said[world->said_count++] = effects->list[i].utterance;
            world->serial = effects->list[i].utterance.serial;
        }
    }
}

static void give(const struct input *input) {
    struct effects effects = {.count = 0};
    board_apply(&world->board, &world->hall, input, world->now, &effects);
    take(&effects);
}

static void tick(int64_t ms) {
    struct effects effects = {.count = 0};
    world->now.mono += ms;
    world->now.wall += ms;
    board_tick(&world->board, &world->hall, world->now, &effects);
    take(&effects);
}

static void event(enum event_type type, const char *id, const char *ticket, const char *counter) {
    struct input input = fixture_event(type, id, ticket, counter);
    give(&input);
}

static void report(enum voice_report_kind kind, uint32_t serial) {
    struct input input = {.kind = INPUT_VOICE, .voice = {.kind = kind, .serial = serial}};
    if (kind == VOICE_LOST || kind == VOICE_FAILED) {
        snprintf(input.voice.reason, REASON_BYTES, "unplugged");
    }
    give(&input);
}

/* The voice says what it was given, wholly, in four seconds; then the pause before the next. */
static void hear(void) {
    uint32_t serial = world->serial;
    assert_int_not_equal(serial, 0);
    tick(4000);
    world->serial = 0;
    report(VOICE_FINISHED, serial);
    if (world->serial == 0) {
        tick(world->hall.policy.gap_ms);
    }
}

static int set_up(void **state) {
    (void)state;
    world = calloc(1, sizeof *world);
    assert_non_null(world);
    fixture_hall(&world->hall);
    world->hall.languages_count = 1;
    world->now = (struct moment){.mono = 5000, .wall = WALL_START};
    board_init(&world->board, 4, world->now);
    struct input up = {.kind = INPUT_LINK, .link = {.state = LINK_UP}};
    give(&up);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    free(world);
    return 0;
}

static void assert_row(size_t row, const char *ticket, bool again) {
    assert_true(row < world->board.calls_count);
    assert_string_equal(world->board.calls[row].ticket, ticket);
    assert_int_equal(world->board.calls[row].again, again);
}

static void a_call_is_listed_and_spoken_in_the_same_turn(void **state) {
    (void)state;
    event(EVENT_CALL, "x1", "A107", "4");
    assert_int_equal(world->board.calls_count, 1);
    assert_row(0, "A107", false);
    assert_int_equal(world->said_count, 1);
    assert_string_equal(world->said[0].ticket, "A107");
    assert_int_equal(world->said[0].chime, CHIME_CALL);
    assert_string_equal(world->said[0].lang, "en");
    assert_true(announcer_is_current(&world->board.announcer, "x1"));
}

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
    for (int i = 0; i < 6; i++) {
        char id[8];
        snprintf(id, sizeof id, "s%d", i);
        struct input input = fixture_event(EVENT_CALL, id, "A1", "1");
        input.event.time = sender + (i < 2 ? 0 : -3600000);
        size_t before = world->said_count;
        give(&input);
        bool spoken = world->said_count > before;
        assert_int_equal(spoken, i < 2 || i >= 4);
        if (spoken) {
            hear();
        } else {
            tick(4500);
        }
        sender += 4500;
    }
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
    assert_int_equal(second, 3);   /* when fewer than three wait */
    assert_int_equal(repeated, 2); /* only the last call */
    assert_int_equal(world->board.announcer.shed_languages, 3);
    assert_int_equal(world->board.announcer.shed_repeats, 10);
}

static void a_lost_voice_goes_on_in_silence_and_speaks_when_back(void **state) {
    (void)state;
    report(VOICE_LOST, 0);
    event(EVENT_CALL, "x1", "A107", "4");
    assert_int_equal(world->said_count, 0);
    assert_true(announcer_is_current(&world->board.announcer, "x1"));
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
    assert_true(announcer_is_current(&world->board.announcer, "x1"));
    assert_string_equal(world->board.voice_reason, "unplugged");
    tick(SILENT_HERO_MS);
    assert_false(announcer_is_current(&world->board.announcer, "x1"));
    assert_int_equal(world->board.announcer.unspoken, 1);
    tick(world->hall.policy.gap_ms);
    event(EVENT_CALL, "x2", "A108", "5");
    hear();
    assert_string_equal(world->board.voice_reason, "");
}

static void a_late_report_of_another_utterance_changes_nothing(void **state) {
    (void)state;
    event(EVENT_CALL, "x1", "A107", "4");
    report(VOICE_FINISHED, world->said[0].serial + 1);
    assert_true(announcer_is_current(&world->board.announcer, "x1"));
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
    tick(world->hall.policy.gap_ms);
    assert_int_equal(world->said_count, 2);
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
    struct input beat = {.kind = INPUT_CLOCK_BEAT, .beat = {.time = 1, .seq = -1}};
    give(&beat);
    assert_false(board_link_bad(&world->board, world->now.mono + BEAT_LATE_MS - 1));
    assert_true(board_link_bad(&world->board, world->now.mono + BEAT_LATE_MS));
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

static void gaps_in_seq_are_counted(void **state) {
    (void)state;
    static const int64_t seqs[] = {5, 6, 9, 9, 10};
    for (size_t i = 0; i < sizeof seqs / sizeof seqs[0]; i++) {
        struct input input = fixture_event(EVENT_CALL, "x1", "A107", "4");
        input.event.seq = seqs[i];
        input.event.n = (uint32_t)i + 1;
        give(&input);
    }
    assert_int_equal(world->board.counts.missed, 2);
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

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_call_is_listed_and_spoken_in_the_same_turn),
        T(ten_calls_at_once_are_ten_rows_and_ten_utterances_in_order),
        T(the_same_event_twice_speaks_once),
        T(a_recall_speaks_again_is_marked_and_has_one_row),
        T(a_recall_by_ticket_keeps_the_counter),
        T(an_event_without_id_is_a_call_then_a_recall),
        T(withdrawn_before_its_turn_is_never_spoken),
        T(withdrawn_in_mid_word_is_cut),
        T(served_rows_stay_their_minimum),
        T(a_counter_that_calls_again_supersedes),
        T(only_fresh_calls_are_spoken),
        T(the_senders_clock_tells_a_delayed_call),
        T(a_stepped_sender_clock_does_not_silence_the_hall),
        T(two_languages_follow_each_other),
        T(overload_sheds_repeats_then_languages_never_the_first),
        T(a_lost_voice_goes_on_in_silence_and_speaks_when_back),
        T(a_call_that_grew_stale_while_the_voice_was_lost_is_not_spoken),
        T(an_utterance_that_fails_is_tried_twice),
        T(a_late_report_of_another_utterance_changes_nothing),
        T(a_voice_that_never_reports_does_not_stop_the_hall),
        T(urgent_interrupts_and_the_cut_call_is_said_afterwards),
        T(a_snapshot_draws_silently_and_ends_what_it_lacks),
        T(a_full_list_drops_the_oldest),
        T(pages_turn_and_a_new_call_brings_the_first_page),
        T(a_spoken_notice_waits_for_calls),
        T(a_retained_notice_is_shown_not_spoken),
        T(the_link_line_is_honest),
        T(a_lost_screen_makes_the_voice_repeat),
        T(gaps_in_seq_are_counted),
        T(nothing_is_due_when_nothing_will_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
