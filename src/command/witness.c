/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ring holds more calls than can be between "received" and "heard" at one time; a call that has
 * left it is still written down, only without its delay.
 *
 * Considered and refused: letting the core keep these moments. They are microseconds of a clock it
 * does not read, and no decision depends on them.
 */
#include "command/witness.h"

#include "core/text.h"

#include <stdio.h>
#include <string.h>

static struct witnessed *find(struct witness *witness, size_t from, const char *id, uint32_t n) {
    for (size_t i = 0; i < witness->count; i++) {
        struct witnessed *seen = &witness->recent[i];
        if (seen->from == from && seen->n == n && strcmp(seen->id, id) == 0) {
            return seen;
        }
    }
    return NULL;
}

/* The last time a ticket or id was called, whichever the event names. */
static struct witnessed *find_last(struct witness *witness, const struct event *event) {
    for (size_t i = 0; i < witness->count; i++) {
        size_t back = (witness->next + WITNESSED_MAX - 1 - i) % WITNESSED_MAX;
        struct witnessed *seen = &witness->recent[back];
        bool same = event->id[0] != '\0' ? strcmp(seen->id, event->id) == 0
                                         : strcmp(seen->ticket, event->ticket) == 0;
        if (same && seen->from == event->from) {
            return seen;
        }
    }
    return NULL;
}

static void name_hall(const struct witness *witness, size_t from, struct journal_record *record) {
    text_copy(record->hall, sizeof record->hall, halls_name(&witness->halls, from));
}

static struct journal_record about(const struct witness *witness, const struct witnessed *seen,
                                   enum journal_step step, wall_ms now) {
    struct journal_record record = {
        .step = step, .kind = seen->kind, .n = seen->n, .at = now, .latency_ms = -1};
    name_hall(witness, seen->from, &record);
    memcpy(record.id, seen->id, sizeof record.id);
    memcpy(record.ticket, seen->ticket, sizeof record.ticket);
    memcpy(record.counter, seen->counter, sizeof record.counter);
    return record;
}

void witness_call(struct witness *witness, const struct call *call, int64_t received_us,
                  wall_ms now) {
    struct witnessed *seen = &witness->recent[witness->next];
    *seen = (struct witnessed){.from = call->from,
                               .n = call->n,
                               .kind = call->again ? UTTERANCE_RECALL : UTTERANCE_CALL,
                               .received_us = received_us};
    memcpy(seen->id, call->id, sizeof seen->id);
    memcpy(seen->ticket, call->ticket, sizeof seen->ticket);
    memcpy(seen->counter, call->counter, sizeof seen->counter);
    witness->next = (witness->next + 1) % WITNESSED_MAX;
    witness->count += witness->count < WITNESSED_MAX;
    struct journal_record record = about(witness, seen, JOURNAL_RECEIVED, now);
    journal_put(witness->journal, &record);
}

void witness_notice(struct witness *witness, const struct notice *notice, wall_ms now) {
    struct journal_record record = {
        .step = JOURNAL_RECEIVED, .kind = UTTERANCE_NOTICE, .at = now, .latency_ms = -1};
    name_hall(witness, notice->from, &record);
    text_copy(record.id, sizeof record.id, notice->id);
    journal_put(witness->journal, &record);
}

void witness_frame(struct witness *witness, int64_t shown_us, wall_ms now) {
    for (size_t i = 0; i < witness->count; i++) {
        struct witnessed *seen = &witness->recent[i];
        if (!seen->shown) {
            seen->shown = true;
            struct journal_record record = about(witness, seen, JOURNAL_SHOWN, now);
            record.latency_ms = (shown_us - seen->received_us) / 1000;
            journal_put(witness->journal, &record);
        }
    }
}

void witness_heard(struct witness *witness, const struct utterance *utterance, int64_t at_us,
                   wall_ms now) {
    struct journal_record record = {.step = JOURNAL_HEARD,
                                    .kind = utterance->kind,
                                    .n = utterance->n,
                                    .at = now,
                                    .latency_ms = -1};
    const struct witnessed *seen = find(witness, utterance->from, utterance->id, utterance->n);
    if (utterance->kind != UTTERANCE_URGENT) {
        name_hall(witness, utterance->from, &record);
    }
    memcpy(record.id, utterance->id, sizeof record.id);
    memcpy(record.ticket, utterance->ticket, sizeof record.ticket);
    memcpy(record.counter, utterance->counter, sizeof record.counter);
    memcpy(record.lang, utterance->lang, sizeof record.lang);
    if (seen != NULL) {
        record.latency_ms = (at_us - seen->received_us) / 1000;
    }
    journal_put(witness->journal, &record);
}

void witness_unheard(struct witness *witness, const struct unheard *unheard, wall_ms now) {
    static const char *const reasons[UNHEARD_KINDS] = {
        [UNHEARD_STALE] = "it was too old when it arrived",
        [UNHEARD_OUTAGE] = "it grew too old while nothing could be spoken",
        [UNHEARD_FAILED] = "the voice did not work",
        [UNHEARD_MUTED] = "the voice was muted",
        [UNHEARD_OVER] = "it was over before its turn",
        [UNHEARD_FULL] = "too many calls were waiting"};
    const struct witnessed *seen = find(witness, unheard->from, unheard->id, unheard->n);
    struct witnessed unknown = {.from = unheard->from, .n = unheard->n};
    memcpy(unknown.id, unheard->id, sizeof unknown.id);
    struct journal_record record =
        about(witness, seen != NULL ? seen : &unknown, JOURNAL_NOT_HEARD, now);
    text_copy(record.reason, sizeof record.reason, reasons[unheard->why]);
    journal_put(witness->journal, &record);
}

void witness_end(struct witness *witness, const struct event *event, wall_ms now) {
    const struct witnessed *seen = find_last(witness, event);
    static const char *const reasons[] = {
        [EVENT_CALL] = "called to a counter that this display does not show",
        [EVENT_RECALL] = "called to a counter that this display does not show",
        [EVENT_WITHDRAW] = "withdrawn",
        [EVENT_SERVED] = "served",
        [EVENT_NO_SHOW] = "did not come",
    };
    if (seen != NULL) {
        struct journal_record record = about(witness, seen, JOURNAL_ENDED, now);
        text_copy(record.reason, sizeof record.reason, reasons[event->type]);
        journal_put(witness->journal, &record);
    }
}
