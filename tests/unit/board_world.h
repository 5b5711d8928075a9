/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small world around one board: it takes inputs, keeps what was to be said, and has a clock and a
 * voice of its own that a test moves on.
 */
#ifndef HALLCALL_TESTS_BOARD_WORLD_H
#define HALLCALL_TESTS_BOARD_WORLD_H

#include "hall_fixture.h"

#include <stdlib.h>

#define WALL_START INT64_C(1795335300000) /* 2026-11-22T08:15:00Z */

struct world {
    struct hall hall;
    struct board board;
    struct moment now;
    size_t said_count;
    struct utterance said[64];
    size_t hushes, wakes;
    uint32_t serial; /* of the utterance being spoken, 0 when none */
};

/* The world of the test that runs. */
static struct world *world;

static inline void take(const struct effects *effects) {
    for (size_t i = 0; i < effects->count; i++) {
        if (effects->list[i].kind == EFFECT_HUSH) {
            world->hushes++;
            world->serial = 0;
        } else if (effects->list[i].kind == EFFECT_WAKE) {
            world->wakes++;
        } else {
            assert_true(world->said_count < 64);
            world->said[world->said_count++] = effects->list[i].utterance;
            world->serial = effects->list[i].utterance.serial;
        }
    }
}

/* One of several inputs of a turn. */
static inline void give_first(const struct input *input) {
    struct effects effects = {.count = 0};
    board_apply(&world->board, &world->hall, input, world->now, &effects);
    take(&effects);
}

static inline void tick(int64_t ms) {
    struct effects effects = {.count = 0};
    world->now.mono += ms;
    world->now.wall += ms;
    board_tick(&world->board, &world->hall, world->now, &effects);
    take(&effects);
}

/* A turn with one input. */
static inline void give(const struct input *input) {
    give_first(input);
    tick(0);
}

static inline void event(enum event_type type, const char *id, const char *ticket,
                         const char *counter) {
    struct input input = fixture_event(type, id, ticket, counter);
    give(&input);
}

static inline void report(enum voice_report_kind kind, uint32_t serial) {
    struct input input = {.kind = INPUT_VOICE, .voice = {.kind = kind, .serial = serial}};
    if (kind == VOICE_LOST || kind == VOICE_FAILED) {
        snprintf(input.voice.reason, REASON_BYTES, "unplugged");
    }
    give(&input);
}

/* The voice says what it was given, wholly, in four seconds; then the pause before the next. */
static inline void hear(void) {
    uint32_t serial = world->serial;
    assert_int_not_equal(serial, 0);
    tick(4000);
    world->serial = 0;
    report(VOICE_FINISHED, serial);
    if (world->serial == 0) {
        tick(world->hall.policy.gap_ms);
    }
}

static inline int world_set_up(void **state) {
    (void)state;
    world = calloc(1, sizeof *world);
    assert_non_null(world);
    fixture_hall(&world->hall);
    world->hall.languages_count = 1;
    world->now = (struct moment){.mono = 5000, .wall = WALL_START};
    board_init(&world->board, world->now);
    board_set_page(&world->board, 4, 200);
    struct input up = {.kind = INPUT_LINK, .link = {.state = LINK_UP}};
    give(&up);
    return 0;
}

static inline int world_tear_down(void **state) {
    (void)state;
    free(world);
    return 0;
}

static inline void assert_row(size_t row, const char *ticket, bool again) {
    assert_true(row < world->board.calls_count);
    assert_string_equal(world->board.calls[row].ticket, ticket);
    assert_int_equal(world->board.calls[row].again, again);
}

#endif
