/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The oracle's books about messages: what was read, what must come of it, how old it truly was.
 *
 * The age that counts is the one a display can know: by the expiry that is left, by the sender's
 * time against the best of the last eight delays, or not at all. Between what must and what must
 * not be spoken there is a margin of a second and a half in which both are right, and after a step
 * of the office's clock both are right until eight heartbeats have come since; or, in a hall
 * without heartbeats, eight prompt messages in a row.
 */
#include "actors.h"
#include "marks.h"
#include "oracle.h"
#include "system/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MARGIN_MS = 1500,
    FRESH_MAX_MS = 30000,
    TTL_DEFAULT_MS = 60000,
    SAMPLES = 8,
    PROMPT_MS = 2000,
    AGREE_MS = 6000,
    LATE_SPAN_MS = 9000,
    LISTED_MIN_MS = 60000,
    HONEST_MS = 15000
};

/* What is known of the office that a message is from. */
static struct hearing *hearing_of(const struct posting *message) {
    return &oracle.hearings[message->hall];
}

static int64_t stepped_ms(const struct posting *message) {
    return world.office_stepped_ms[message->hall];
}

/* A step of the office's clock makes what was learnt before it worthless. */
static void note_step(const struct posting *message) {
    struct hearing *hearing = hearing_of(message);
    if (hearing->step_ms != stepped_ms(message)) {
        hearing->step_ms = stepped_ms(message);
        hearing->samples_since_step = 0;
    }
}

/* The first few seconds of messages after a step may as well be a backlog. */
static void count_sample(struct hearing *hearing, bool prompt) {
    if (!prompt || hearing->samples_since_step == 0) {
        hearing->sampled_ms = world.now_ms;
        hearing->samples_since_step = prompt ? 1 : 0;
    } else if (world.plan.manners.beats ||
               world.now_ms - hearing->sampled_ms > LATE_SPAN_MS + 2000) {
        hearing->samples_since_step++;
    }
}

static void learn_delay(const struct posting *message) {
    struct hearing *hearing = hearing_of(message);
    note_step(message);
    hearing->delays_ms[hearing->delays_next] = world.now_ms - message->made_ms;
    hearing->delays_next = (hearing->delays_next + 1) % SAMPLES;
    hearing->delays_count += hearing->delays_count < SAMPLES;
    bool prompt = world.now_ms - message->made_ms < PROMPT_MS;
    bool counts = message->kind == MESSAGE_BEAT || !world.plan.manners.beats;
    if (message->made_ms > stepped_ms(message) && counts) {
        count_sample(hearing, prompt);
    }
}

static int64_t least_delay(const struct hearing *hearing) {
    int64_t least = INT64_MAX;
    for (size_t i = 0; i < hearing->delays_count; i++) {
        least = hearing->delays_ms[i] < least ? hearing->delays_ms[i] : least;
    }
    return least;
}

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

/* Three live calls in a row, all late by the same and over a while, with no heartbeat between: the
 * office may be slow, or its clock may have been set back. Nobody can tell, so both are right. */
static void note_late(struct hearing *hearing, int64_t late_ms, bool late) {
    bool agrees = late && hearing->late_in_row > 0 && late_ms - hearing->late_ms < AGREE_MS &&
                  hearing->late_ms - late_ms < AGREE_MS;
    hearing->late_in_row = agrees ? hearing->late_in_row + 1 : late;
    hearing->late_since_ms = agrees ? hearing->late_since_ms : world.now_ms;
    hearing->late_ms = late_ms;
    if (hearing->late_in_row >= 3 && world.now_ms - hearing->late_since_ms >= LATE_SPAN_MS) {
        hearing->doubt = true;
        hearing->samples_since_step = 0;
    }
}

/* What a display can know of a message's age. */
struct age {
    int64_t ttl_ms, true_ms, known_ms, by_expiry_ms;
    bool by_time, by_expiry;
};

static struct age age_of(const struct posting *message, const struct arrival *arrival) {
    struct age age = {.ttl_ms = message->ttl_ms >= 0 ? message->ttl_ms : TTL_DEFAULT_MS,
                      .true_ms = world.now_ms - message->made_ms,
                      .by_time = message->has_time && hearing_of(message)->delays_count > 0,
                      .by_expiry = arrival->expiry_left_ms >= 0};
    age.by_expiry_ms = age.by_expiry ? age.ttl_ms - arrival->expiry_left_ms : 0;
    age.known_ms = age.by_expiry_ms;
    if (age.by_time) {
        age.known_ms = larger(age.known_ms, age.true_ms - least_delay(hearing_of(message)));
    }
    return age;
}

static bool is_late(const struct posting *message, const struct age *age) {
    return age->by_time && age->true_ms - least_delay(hearing_of(message)) > age->ttl_ms;
}

/* Every live event teaches how the office's clock stands, also one of which nothing comes. */
static void learn_event(const struct posting *message, const struct arrival *arrival, bool late) {
    if (arrival->live && message->has_time && !late) {
        learn_delay(message);
        if (hearing_of(message)->samples_since_step == SAMPLES && stepped_ms(message) >= 0) {
            mark(MARK_OFFICE_STEP_LEARNT);
        }
    }
}

/* Fills age_ms, limit_ms and say. */
static void judge_age(struct told *told, const struct posting *message,
                      const struct arrival *arrival) {
    struct age age = age_of(message, arrival);
    const struct hearing *hearing = hearing_of(message);
    bool doubt = message->has_time && (stepped_ms(message) >= 0 || hearing->doubt) &&
                 hearing->samples_since_step < SAMPLES;
    told->limit_ms = age.ttl_ms < FRESH_MAX_MS ? age.ttl_ms : FRESH_MAX_MS;
    told->age_ms = doubt ? age.by_expiry_ms : age.known_ms;
    if (!arrival->live && !age.by_time && !age.by_expiry) {
        told->say = SAY_NOT;
        mark(MARK_UNKNOWN_AGE);
    } else if (told->age_ms >= told->limit_ms + MARGIN_MS) {
        told->say = SAY_NOT;
        mark(MARK_STALE_REFUSED);
    } else {
        bool fresh = !doubt && age.true_ms + MARGIN_MS <= told->limit_ms;
        told->say = fresh ? SAY_MUST : SAY_MAY;
    }
}

static uint32_t number_of(const struct posting *message, const struct file *file) {
    if (message->n > 0) {
        return message->n;
    }
    if (message->type == EVENT_RECALL) {
        return file->last_n > 0 ? file->last_n + 1 : 2;
    }
    return message->has_id ? 1 : file->last_n + 1;
}

/* A newer call of the same visitor takes the place of one that still waits. */
static void excuse_waiting(const struct told *newer) {
    for (size_t i = oracle.next_due; i < oracle.told_count; i++) {
        struct told *older = &oracle.told[i];
        if (older->visitor == newer->visitor && older->say == SAY_MUST) {
            older->say = SAY_MAY;
        }
    }
}

static void replace_waiting(const struct told *newer) {
    if (newer->say != SAY_NOT) {
        excuse_waiting(newer);
    }
}

/* Called to a counter of another display: nothing of it may be said here any more. */
static void take_away(const struct told *newer) {
    for (size_t i = 0; i < oracle.told_count; i++) {
        struct told *older = &oracle.told[i];
        if (older->visitor == newer->visitor && older->incarnation == world.incarnation) {
            bool said = oracle.speaking.active && oracle.speaking.told == (int64_t)i;
            if (older->ours && (said || oracle_due(older))) {
                mark(MARK_MOVED_AWAY);
            }
            older->away = true;
            older->say = older->say == SAY_MUST ? SAY_MAY : older->say;
        }
    }
}

static bool started_before(int visitor, uint32_t n) {
    for (size_t i = 0; i < oracle.told_count; i++) {
        const struct told *told = &oracle.told[i];
        if (told->visitor == visitor && told->n == n && (told->started || told->started_before)) {
            return true;
        }
    }
    return false;
}

/* The queue for the voice has an end: who comes when it is full is listed, but cannot be said. */
static bool queue_full(void) {
    size_t waiting = 0;
    for (size_t i = oracle.next_due; i < oracle.told_count; i++) {
        const struct told *told = &oracle.told[i];
        waiting += told->say != SAY_NOT && !told->started;
    }
    if (waiting >= ANNOUNCEMENTS_MAX) {
        mark(MARK_QUEUE_FULL);
    }
    return waiting >= ANNOUNCEMENTS_MAX - NOTICES - 2;
}

/* Whether the flag may be believed: the broker sends again what was not acknowledged, and that may
 * never have come here. A higher place in the sequence than that of a row proves that it did not.
 */
static bool may_be_again(const struct posting *message, const struct arrival *arrival,
                         const struct file *file) {
    bool unnumbered = !message->has_id || (message->n == 0 && message->type == EVENT_RECALL);
    if (!arrival->redelivered || !unnumbered || file->told < 0) {
        return arrival->redelivered && unnumbered;
    }
    const struct told *last = &oracle.told[file->told];
    bool row = last->incarnation == world.incarnation && !file->withdrawn && oracle.full_ms < 0 &&
               world.now_ms - last->read_ms < LISTED_MIN_MS;
    return !row || message->seq <= world.messages[last->message].seq;
}

/* Where a call is to, and where the one before it was. */
static void note_place(struct told *told, const struct file *file, bool unsure) {
    const struct told *last = file->told >= 0 ? &oracle.told[file->told] : NULL;
    if (!told->ours) {
        mark(MARK_ELSEWHERE);
        told->say = SAY_NOT;
        if (!unsure && !file->confused) {
            take_away(told);
        } else {
            excuse_waiting(told);
        }
    } else if (last != NULL && !last->ours && !unsure) {
        mark(MARK_MOVED_IN);
    }
}

/* Whether the row of the call before must have been there for this one to be told from it. */
static bool is_moved(const struct posting *message, const struct file *file) {
    if (file->told < 0 || file->withdrawn || oracle.full_ms >= 0) {
        return false;
    }
    const struct told *last = &oracle.told[file->told];
    return last->show && last->incarnation == world.incarnation &&
           world.now_ms - last->read_ms < LISTED_MIN_MS &&
           world.messages[last->message].desk != message->desk;
}

static void accept(const struct posting *message, const struct arrival *arrival, size_t index) {
    struct file *file = &oracle.files[message->visitor];
    CHECK(oracle.told_count < TOLD_MAX);
    struct told *told = &oracle.told[oracle.told_count];
    bool read_before = oracle.message_read[index];
    *told = (struct told){.visitor = message->visitor,
                          .n = number_of(message, file),
                          .message = index,
                          .incarnation = world.incarnation,
                          .read_ms = world.now_ms,
                          .outage_ms = oracle_outage(),
                          .ours = plan_shows(&world.plan, message->desk),
                          .show = plan_shows(&world.plan, message->desk),
                          .again = message->type == EVENT_RECALL,
                          .moved = is_moved(message, file),
                          .rounds = 1 + (unsigned)world.plan.manners.repeat};
    judge_age(told, message, arrival);
    told->started_before = started_before(told->visitor, told->n);
    bool again = may_be_again(message, arrival, file);
    const struct hearing *hearing = hearing_of(message);
    bool covered =
        message->seq >= 0 && hearing->snapshot_read && hearing->snapshot_seq >= message->seq;
    bool unsure =
        queue_full() || file->confused || read_before || covered || (again && file->last_n > 0);
    if (unsure) {
        told->say = told->say == SAY_MUST ? SAY_MAY : told->say;
        told->again = told->moved = false;
        told->show = told->ours && queue_full() && !file->confused && !read_before && !covered;
    }
    file->confused = file->confused || again;
    note_place(told, file, unsure);
    replace_waiting(told);
    file->last_n = told->n > file->last_n ? told->n : file->last_n;
    file->told = (int64_t)oracle.told_count;
    file->withdrawn = file->ended = file->revived = file->moved = false;
    file->moved_to = NOBODY;
    oracle.message_told[index] = (int64_t)oracle.told_count++;
}

/* The same message once more in the same run: nothing may come of it. */
static bool is_again(const struct posting *message, const struct arrival *arrival, size_t index) {
    if (!oracle.message_read[index] || oracle.message_incarnation[index] != world.incarnation) {
        return false;
    }
    mark(message->has_id ? MARK_DUPLICATE_DROPPED : MARK_REDELIVERED_UNNAMED);
    if (!message->has_id && !arrival->redelivered) {
        oracle.files[message->visitor].confused = true;
    }
    return true;
}

static void read_call(const struct posting *message, const struct arrival *arrival, size_t index) {
    struct file *file = &oracle.files[message->visitor];
    if (is_again(message, arrival, index)) {
        return;
    }
    if (message->made_ms < file->newest_made_ms) {
        file->confused = true;
    }
    file->newest_made_ms = larger(file->newest_made_ms, message->made_ms);
    accept(message, arrival, index);
}

static void end_told(struct told *told, bool withdrawn) {
    if (withdrawn && oracle_due(told)) {
        mark(MARK_WITHDRAWN_WAITING);
    }
    told->over_ms = told->over ? told->over_ms : world.now_ms;
    told->over = true;
}

static void read_end(const struct posting *message, const struct arrival *arrival) {
    struct file *file = &oracle.files[message->visitor];
    if (message->made_ms < file->newest_made_ms) {
        file->confused = file->confused || !arrival->redelivered;
        return;
    }
    file->newest_made_ms = message->made_ms;
    file->withdrawn = message->type == EVENT_WITHDRAW;
    file->ended = true;
    if (file->told < 0) {
        return;
    }
    if (oracle.speaking.active && oracle.speaking.told == file->told && file->withdrawn) {
        mark(MARK_WITHDRAWN_SPEAKING);
    }
    for (size_t i = 0; i < oracle.told_count && !file->confused; i++) {
        struct told *told = &oracle.told[i];
        if (told->visitor == message->visitor && told->incarnation == world.incarnation) {
            end_told(told, file->withdrawn);
        }
    }
}

static void read_event(const struct posting *message, const struct arrival *arrival, size_t index) {
    struct age age = age_of(message, arrival);
    bool late = is_late(message, &age);
    note_step(message);
    if (arrival->live && message->has_time) {
        note_late(hearing_of(message), age.true_ms, late);
    }
    if (message->type <= EVENT_RECALL) {
        read_call(message, arrival, index);
    } else {
        read_end(message, arrival);
    }
    learn_event(message, arrival, late);
}

/* The counter to which a snapshot says that a visitor is called; NOBODY when it does not. */
static int desk_in(const struct posting *snapshot, int visitor) {
    char words[48];
    snprintf(words, sizeof words, "\"%s\",\"counter\":\"", office_ticket(visitor));
    const char *at = strstr(snapshot->payload, words);
    return at != NULL ? (int)strtol(at + strlen(words), NULL, 10) - 1 : NOBODY;
}

/* A snapshot that was made after the last call that was read, and names another counter: a call
 * in between was lost, and the board may follow. */
static void note_moved(const struct posting *snapshot, struct file *file, int visitor) {
    int desk = file->told >= 0 ? desk_in(snapshot, visitor) : NOBODY;
    if (desk == NOBODY) {
        return;
    }
    struct told *told = &oracle.told[file->told];
    const struct posting *message = &world.messages[told->message];
    if (snapshot->made_ms < message->made_ms) {
        return;
    }
    if (desk != message->desk) {
        mark(MARK_MOVED_BY_SNAPSHOT);
        file->moved = true;
        told->say = told->say == SAY_MUST ? SAY_MAY : told->say;
    }
    bool proved = message->seq >= 0 && snapshot->seq >= message->seq &&
                  snapshot->seq >= hearing_of(snapshot)->snapshot_seq;
    file->moved_to = proved ? desk : file->moved_to;
}

static bool is_of(const struct posting *message, int visitor) {
    return plan_hall(&world.plan, visitor) == message->hall;
}

/* A snapshot that is newer than a call and does not know it takes it out of the queue. */
static void read_snapshot(const struct posting *message) {
    struct hearing *hearing = hearing_of(message);
    hearing->snapshot_read = true;
    if (message->seq >= 0 && message->seq < hearing->event_seq) {
        mark(MARK_SNAPSHOT_OLDER);
    }
    hearing->snapshot_seq = larger(hearing->snapshot_seq, message->seq);
    if (oracle.card != NOBODY && is_of(message, oracle.card) &&
        strstr(message->payload, office_ticket(oracle.card)) == NULL) {
        oracle.files[oracle.card].ended = true; /* as good as served */
    }
    for (int i = message->hall; i < VISITORS_MAX; i += world.plan.manners.halls) {
        struct file *file = &oracle.files[i];
        bool older = file->withdrawn && message->made_ms <= file->newest_made_ms;
        file->revived =
            file->revived || (older && strstr(message->payload, office_ticket(i)) != NULL);
    }
    for (int i = message->hall; i < VISITORS_MAX; i += world.plan.manners.halls) {
        note_moved(message, &oracle.files[i], i);
    }
    for (size_t i = 0; i < oracle.told_count; i++) {
        struct told *told = &oracle.told[i];
        bool newer = world.messages[told->message].made_ms > message->made_ms;
        bool waits = told->incarnation == world.incarnation && told->say == SAY_MUST &&
                     is_of(message, told->visitor);
        if (waits && (!newer || message->seq < 0)) {
            told->say =
                strstr(message->payload, office_ticket(told->visitor)) != NULL ? SAY_MUST : SAY_MAY;
        }
    }
}

void oracle_read_message(const struct posting *message, const struct arrival *arrival,
                         size_t index) {
    struct hearing *hearing = hearing_of(message);
    if (message->kind == MESSAGE_EVENT) {
        hearing->event_seq = larger(hearing->event_seq, message->seq);
    }
    switch (message->kind) {
    case MESSAGE_EVENT:
        read_event(message, arrival, index);
        break;
    case MESSAGE_BOARD:
        read_snapshot(message);
        break;
    case MESSAGE_URGENT:
        oracle_urgent_changed(message->active);
        break;
    case MESSAGE_NOTICE:
        oracle.disturbed = true; /* its turn may come before a recall's */
        break;
    case MESSAGE_BEAT:
        hearing->beat_ms = world.now_ms;
        hearing->late_in_row = 0;
        learn_delay(message);
        break;
    case MESSAGE_NEIGHBOUR:
        if (hearing->beat_ms >= 0 && world.now_ms - hearing->beat_ms > HONEST_MS) {
            mark(MARK_NEIGHBOUR);
        }
        break;
    default:
        break;
    }
    oracle.message_read[index] = true;
    oracle.message_incarnation[index] = world.incarnation;
}

void oracle_received(int64_t at_us) {
    struct arrival arrival;
    size_t index;
    oracle.reading = broker_letter(at_us, &arrival, &index);
    oracle.refused = false;
    oracle.received++;
    CHECK(oracle.reading != NULL);
    world_tell("hall reads: %.*s%s%s%s", (int)oracle.reading->payload_bytes,
               oracle.reading->payload, arrival.live ? "" : " (not live)",
               arrival.redelivered ? " DUP" : "", arrival.retained ? " retained" : "");
    if (oracle.reading->kind != MESSAGE_RUBBISH) {
        oracle.read_something = true;
        oracle_read_message(oracle.reading, &arrival, index);
    }
}

void oracle_refused(const char *reason) {
    oracle.refused = true;
    if (oracle.reading->kind == MESSAGE_RUBBISH) {
        mark(MARK_RUBBISH_REFUSED);
    } else {
        world_fail("a good message is refused", "%s: %.*s", reason,
                   (int)oracle.reading->payload_bytes, oracle.reading->payload);
    }
}
