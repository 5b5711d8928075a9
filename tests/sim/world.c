/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Time and the hall's life: started, turned, killed, started again.
 *
 * Starting follows run.c step by step; the turn itself is running.c's. A kill does not unwind the
 * stack: from that moment no call of an adapter has any effect, the turn runs to its end unheard,
 * and the hall is buried. To everybody outside that is the same as SIGKILL at that call.
 */
#include "world.h"

#include "actors.h"
#include "chance.h"
#include "command/wiring.h"
#include "marks.h"
#include "oracle.h"
#include "system/check.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HAPPENINGS_MAX = 65536,
    SPINS_MAX = 40, /* turns at one moment; a full inbox needs five */
    TURNS_PER_S_MAX = 100,
    BOOT_MS = 5000000,
    OFFICES_APART_MS = 400000 /* their clocks */
};
/* 2026-11-22T08:00:00Z */
#define STORY_WALL_MS INT64_C(1795334400000)

struct scheduled {
    int64_t at_ms;
    uint64_t order;
    enum happening what;
    int64_t a, b;
};

struct world world;

static struct scheduled queue[HAPPENINGS_MAX]; /* a binary heap */
static size_t queue_count;
static uint64_t queue_order;
static struct config config;
static struct running *hall;

mono_ms world_mono(void) {
    return BOOT_MS + world.now_ms;
}

wall_ms world_wall(void) {
    return world.wall_set ? STORY_WALL_MS + world.now_ms + world.wall_offset_ms : TIME_UNKNOWN;
}

void world_tell(const char *format, ...) {
    if (!world.narrate) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    printf("%9.3f ", (double)world.now_ms / 1000);
    vprintf(format, arguments);
    putchar('\n');
    va_end(arguments);
}

void world_fail(const char *rule, const char *format, ...) {
    if (world.failed) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    world.failed = true;
    world.failed_ms = world.now_ms;
    snprintf(world.rule, sizeof world.rule, "%s", rule);
    vsnprintf(world.words, sizeof world.words, format, arguments);
    va_end(arguments);
    world_tell("VIOLATED: %s: %s", world.rule, world.words);
}

static bool sooner(const struct scheduled *a, const struct scheduled *b) {
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

void world_schedule(int64_t at_ms, enum happening what, int64_t a, int64_t b) {
    CHECK(queue_count < HAPPENINGS_MAX);
    struct scheduled added = {at_ms, queue_order++, what, a, b};
    size_t place = queue_count++;
    while (place > 0 && sooner(&added, &queue[(place - 1) / 2])) {
        queue[place] = queue[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    queue[place] = added;
}

static struct scheduled take_first(void) {
    struct scheduled first = queue[0];
    struct scheduled last = queue[--queue_count];
    size_t place = 0;
    for (size_t child = 1; child < queue_count; child = place * 2 + 1) {
        if (child + 1 < queue_count && sooner(&queue[child + 1], &queue[child])) {
            child++;
        }
        if (!sooner(&queue[child], &last)) {
            break;
        }
        queue[place] = queue[child];
        place = child;
    }
    queue[place] = last;
    return first;
}

static void die_in_turn(void) {
    world.dead = true;
    mark(MARK_KILLED_IN_TURN);
}

bool world_struck(void) {
    if (!world.dead && world.strikes_left > 0 && --world.strikes_left == 0) {
        die_in_turn();
    }
    return world.dead;
}

void world_spoke(void) {
    if (!world.dead && world.dies_after_words) {
        die_in_turn();
    }
}

static void start_journal(struct moment now) {
    static struct journal_memory memory;
    struct journal_options options = {.path = "in memory"};
    hall->witness.halls = hall->config.hall.halls;
    char reason[REASON_BYTES] = "";
    if (!world.plan.manners.journal) {
        return;
    }
    if (journal_restore(&options, now, &memory, reason)) {
        running_restore(hall, &memory);
    }
    hall->journal = journal_create(&options, hall->inbox);
    hall->witness.journal = hall->journal;
}

/* As run.c starts a hall; adapters that cannot fail here are not asked whether they did. */
static void start_hall(void) {
    char reason[REASON_BYTES] = "";
    struct moment now = {world_mono(), world_wall()};
    struct link_options link_options = {0};
    struct voice_options voice_options;
    struct topic_names names;
    const struct topic_address status = {.topic = TOPIC_STATUS};
    memset(hall, 0, sizeof *hall);
    world.running = hall;
    world.incarnation++;
    world.dead = false;
    world.strikes_left = -1;
    world.dies_after_words = false;
    world.busy_until_ms = world.wake_ms = world.now_ms;
    world_tell("hall: started");
    oracle_started();

    hall->config = config;
    hall->config.settings.display.halls.count = (size_t)world.plan.manners.halls;
    hall->config.hall.halls.count = (size_t)world.plan.manners.halls;
    hall->config.hall.languages_count = (size_t)world.plan.manners.languages;
    hall->config.hall.policy.repeat = world.plan.manners.repeat;
    hall->config.hall.policy.lead_in_ms = world.plan.manners.lead_in_ms;
    if (world.plan.manners.shown_last < DESKS_MAX - 1 || world.plan.manners.shown_first > 0) {
        hall->config.hall.group.count = 1;
        hall->config.hall.group.spans[0].first = world.plan.manners.shown_first + 1;
        hall->config.hall.group.spans[0].last = world.plan.manners.shown_last + 1;
    }
    hall->started_at = now.mono;
    hall->status_at = now.mono + STATUS_EVERY_MS;
    board_init(&hall->board, now);
    hall->inbox = inbox_create();
    CHECK(hall->inbox != NULL);
    start_journal(now);
    wire_voice(&hall->config.settings, &voice_options);
    hall->voice = voice_create(&voice_options, hall->inbox, reason);
    wire_topics(&hall->config.settings, &names);
    wire_hall_link(&hall->config.settings, &names, &link_options);
    topic_write(&names, &status, hall->status_topic);
    hall->contract_made = contract_init(
        &hall->contract, &names, hall->config.settings.ticket.pattern, reason, sizeof reason);
    CHECK(hall->contract_made);
    hall->link = link_create(&link_options, hall->inbox, reason);
    running_open_screen(hall, now.mono);
}

static void bury_hall(void) {
    world_tell("hall: killed");
    oracle_killed();
    voice_gone();
    journal_gone();
    broker_client_gone();
    inbox_destroy(hall->inbox);
    contract_finish(&hall->contract);
    world.running = NULL;
    world_schedule(world.now_ms + world.down_ms, HAPPEN_RESTART, 0, 0);
}

static void happen(const struct scheduled *now) {
    switch (now->what) {
    case HAPPEN_ITEM:
        if (!world.plan.items[now->a].off) {
            office_act((size_t)now->a);
        }
        break;
    case HAPPEN_BEAT:
        office_beat((int)now->a);
        break;
    case HAPPEN_NEIGHBOUR:
        office_neighbour();
        break;
    case HAPPEN_SNAPSHOT:
        office_snapshot(now->a == 1, (int)now->b);
        break;
    case HAPPEN_TAKE:
        broker_take((size_t)now->a);
        break;
    case HAPPEN_VOICE:
    case HAPPEN_VOICE_CHECK:
        voice_happen(now->what, now->a, now->b);
        break;
    case HAPPEN_MARKED:
    case HAPPEN_BOARD_STORED:
    case HAPPEN_JOURNAL_WELL:
        journal_happen(now->what, now->a, now->b);
        break;
    case HAPPEN_RESTART:
        start_hall();
        break;
    default:
        broker_happen(now->what, now->a, now->b);
        break;
    }
}

bool world_letters_wait(void) {
    struct pollfd fd = {.fd = inbox_fd(world.running->inbox), .events = POLLIN};
    return poll(&fd, 1, 0) > 0;
}

static void add_to_digest(void) {
    const struct board *board = &hall->board;
    uint64_t words[] = {(uint64_t)world.now_ms,   board->calls_count,
                        board->announcer.waiting, (uint64_t)board->senders[0].newest.seq,
                        board->counts.duplicates, board->announcer.last_serial};
    world.digest = chance_hash(world.digest, words, sizeof words);
}

/* Turns at this moment until there is nothing left to do. */
static void turn_hall(void) {
    int spins = 0;
    bool more = true;
    while (more && !world.failed) {
        running_turn(hall);
        world.turns++;
        if (world.dead) {
            bury_hall();
            return;
        }
        oracle_turn();
        add_to_digest();
        int sleep_ms = running_sleep_ms(hall);
        world.wake_ms = world.now_ms + sleep_ms;
        more = world.now_ms >= world.busy_until_ms && (sleep_ms == 0 || world_letters_wait());
        if (++spins > SPINS_MAX) {
            world_fail("bounded work", "%d turns in one millisecond", spins);
        }
    }
}

static void reset(const struct plan *plan, bool narrate) {
    struct posting *messages = world.messages;
    char *arena = world.arena;
    memset(&world, 0, sizeof world);
    world.messages = messages;
    world.arena = arena;
    world.plan = *plan;
    world.narrate = narrate;
    world.wall_set = true;
    for (int i = 0; i < OFFICES_MAX; i++) {
        world.office_stepped_ms[i] = -1;
        world.office_offset_ms[i] = i * OFFICES_APART_MS;
    }
    world.strikes_left = -1;
    queue_count = 0;
    queue_order = 0;
    office_reset();
    broker_reset();
    voice_reset();
    journal_reset();
    oracle_reset();
}

static void schedule_plan(const struct plan *plan) {
    for (size_t i = 0; i < plan->items_count; i++) {
        world_schedule(plan->items[i].at_ms, HAPPEN_ITEM, (int64_t)i, 0);
    }
    for (int i = 0; i < plan->manners.halls; i++) {
        if (plan->manners.beats) {
            world_schedule(500 + 130 * i, HAPPEN_BEAT, i, 0);
        }
        if (plan->manners.snapshots) {
            world_schedule(300 + 170 * i, HAPPEN_SNAPSHOT, 0, i);
        }
    }
    if (plan->manners.neighbour) {
        world_schedule(700, HAPPEN_NEIGHBOUR, 0, 0);
    }
}

/* The next moment at which anything can be different. */
static int64_t next_moment(void) {
    int64_t next_ms = queue_count > 0 ? queue[0].at_ms : INT64_MAX;
    if (world.running != NULL) {
        int64_t turn_ms = world_letters_wait() ? world.now_ms : world.wake_ms;
        turn_ms = turn_ms > world.busy_until_ms ? turn_ms : world.busy_until_ms;
        next_ms = turn_ms < next_ms ? turn_ms : next_ms;
    }
    return next_ms;
}

static void step(int64_t next_ms) {
    world.now_ms = next_ms > world.now_ms ? next_ms : world.now_ms;
    while (queue_count > 0 && queue[0].at_ms <= world.now_ms && !world.failed) {
        struct scheduled now = take_first();
        happen(&now);
    }
    if (world.running != NULL && world.strikes_left == 0 && !world.dead) {
        bury_hall();
    }
    if (world.now_ms >= world.plan.heal_ms && world.strikes_left != 0) {
        world.strikes_left = -1; /* it never came to that call */
        world.dies_after_words = false;
    }
    bool awake = world.running != NULL && world.now_ms >= world.busy_until_ms;
    if (awake && (world.now_ms >= world.wake_ms || world_letters_wait())) {
        turn_hall();
    } else if (!world.failed) {
        oracle_watch();
    }
}

void world_live(const struct plan *plan, bool narrate) {
    reset(plan, narrate);
    start_hall();
    schedule_plan(plan);
    int64_t end_ms = plan->last_ms + SETTLED_MS;
    while (!world.failed && world.now_ms < STORY_MS_MAX) {
        int64_t next_ms = next_moment();
        if (next_ms > end_ms && !oracle_waits()) {
            break;
        }
        step(next_ms);
    }
    if (world.turns > (uint64_t)(world.now_ms / 1000 + 10) * TURNS_PER_S_MAX) {
        world_fail("bounded work", "%llu turns in %lld ms", (unsigned long long)world.turns,
                   (long long)world.now_ms);
    }
    oracle_end();
    if (journal_kept()) {
        mark(MARK_JOURNAL_KEPT);
    }
    if (world.running != NULL) {
        world.last_view = hall->view;
        const struct announcer *announcer = &hall->board.announcer;
        mark_add(MARK_SHED_LANGUAGE, announcer->shed_languages);
        mark_add(MARK_SHED_CHIME, announcer->shed_chimes);
        mark_add(MARK_SHED_REPEAT, announcer->shed_repeats);
        mark_add(MARK_STALE_AFTER_OUTAGE, announcer->stale);
        inbox_destroy(hall->inbox);
        contract_finish(&hall->contract);
        world.running = NULL;
    }
}

/* The second hall's counters have the ids of the first one's, and labels of their own. */
static void add_counters(struct hall *settings) {
    for (int i = 0; i < DESKS_MAX; i++) {
        struct counter *counter = &settings->counters[settings->counters_count++];
        *counter = (struct counter){.noun = settings->noun, .floor = FLOOR_NONE, .labels_count = 1};
        snprintf(counter->hall, sizeof counter->hall, "%s", settings->halls.names[1]);
        snprintf(counter->id, sizeof counter->id, "%d", i + 1);
        snprintf(counter->labels[0].text, LABEL_BYTES, "%d", OFFICE_LABELS + i + 1);
    }
}

/* The languages that the tree has, and one more, so that there is something to shed. */
static void add_language(struct hall *settings) {
    struct language *added = &settings->languages[settings->languages_count++];
    *added = settings->languages[0];
    snprintf(added->tag, sizeof added->tag, "de");
}

bool world_prepare(void) {
    static const char *const sets[] = {"display.site=demo", "display.hall=main, registry",
                                       "hall.languages=en, uk"};
    static struct diagnostics diagnostics;
    const char *source = getenv("HALLCALL_SOURCE");
    setenv("HALLCALL_SHARE", source != NULL ? source : ".", 1);
    if (!config_load("/dev/null", sets, sizeof sets / sizeof sets[0], &config, &diagnostics)) {
        diagnostics_print(&diagnostics, stderr);
        return false;
    }
    add_language(&config.hall);
    add_counters(&config.hall);
    hall = calloc(1, sizeof *hall);
    world.messages = calloc(MESSAGES_MAX, sizeof *world.messages);
    world.arena = malloc(ARENA_BYTES);
    return hall != NULL && world.messages != NULL && world.arena != NULL;
}

void world_finish(void) {
    free(hall);
    free(world.messages);
    free(world.arena);
}
