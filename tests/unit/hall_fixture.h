/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small hall for tests of the core: two languages with recognisable words, default policy.
 */
#ifndef HALLCALL_TESTS_HALL_FIXTURE_H
#define HALLCALL_TESTS_HALL_FIXTURE_H

#include "core/board.h"

#include <stdio.h>
#include <string.h>

static inline void fixture_language(struct language *language, const char *tag) {
    memset(language, 0, sizeof *language);
    snprintf(language->tag, sizeof language->tag, "%s", tag);
    snprintf(language->voice, sizeof language->voice, "gmw/en");
    language->rate = 150;
    for (int i = 0; i < NOUN_KINDS; i++) {
        snprintf(language->nouns[i].screen, WORD_BYTES, "%s-%s", tag, noun_name((enum noun)i));
        snprintf(language->nouns[i].moved, WORD_BYTES, "%s-new-%s", tag, noun_name((enum noun)i));
    }
    for (int i = 0; i < LABEL_KINDS; i++) {
        snprintf(language->labels[i], PHRASE_BYTES, "%s-%s", tag, label_name((enum label)i));
    }
    snprintf(language->labels[LABEL_PAGE], PHRASE_BYTES, "{page} of {pages}");
    snprintf(language->labels[LABEL_LINK_DOWN], PHRASE_BYTES, "since {time}");
    for (int i = 0; i < 7; i++) {
        snprintf(language->weekdays[i], WORD_BYTES, "day%d", i);
    }
    for (int i = 0; i < 12; i++) {
        snprintf(language->months[i], WORD_BYTES, "month%d", i + 1);
    }
    for (int i = 0; i < WAY_KINDS; i++) {
        snprintf(language->ways[i].screen, WORD_BYTES, "%s-%s", tag, way_name((enum way)i));
        snprintf(language->ways[i].spoken, WORD_BYTES, "%s-on-%s", tag, way_name((enum way)i));
    }
    snprintf(language->time, WORD_BYTES, "{hour}:{minute}");
    snprintf(language->date, PHRASE_BYTES, "{weekday}, {day} {month}");
}

static inline void fixture_hall(struct hall *hall) {
    memset(hall, 0, sizeof *hall);
    snprintf(hall->site, sizeof hall->site, "demo");
    hall->halls = (struct halls){1, {"main"}};
    hall->names_count = 1;
    snprintf(hall->names[0].text, TEXT_BYTES, "Town Hall");
    hall->languages_count = 2;
    fixture_language(&hall->languages[0], "en");
    fixture_language(&hall->languages[1], "uk");
    hall->policy = (struct policy){.fresh_max_ms = 30000,
                                   .ttl_default_ms = 60000,
                                   .hero_min_ms = 8000,
                                   .highlight_ms = 20000,
                                   .listed_min_ms = 60000,
                                   .listed_max_ms = 7200000,
                                   .page_ms = 8000,
                                   .gap_ms = 500,
                                   .voice_lag_ms = 30000,
                                   .repeat = 0};
}

/* A live call with an id; "" for none. */
static inline struct input fixture_event(enum event_type type, const char *id, const char *ticket,
                                         const char *counter) {
    struct input input = {.kind = INPUT_EVENT};
    struct event *event = &input.event;
    event->type = type;
    event->seq = -1;
    event->ttl_ms = -1;
    event->time = TIME_UNKNOWN;
    event->arrival.live = true;
    event->arrival.expiry_left_ms = -1;
    snprintf(event->id, sizeof event->id, "%s", id);
    snprintf(event->ticket, sizeof event->ticket, "%s", ticket);
    snprintf(event->counter, sizeof event->counter, "%s", counter);
    return input;
}

#endif
