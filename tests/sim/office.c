/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The queue systems, one for each hall of the display: they know who is called where, and publishes
 * events, snapshots, heartbeats, notices and urgent texts as JSON, in the manners of its seed.
 *
 * Their state is the truth that the board is compared with at the end. Payloads are written with
 * snprintf and not with feed/compose.c: the two ends of the contract must not share a mistake.
 */
#include "actors.h"
#include "chance.h"
#include "feed/timestamp.h"
#include "marks.h"
#include "system/check.h"

#include <stdio.h>
#include <string.h>

enum { BEAT_MS = 5000, EPOCH_SHIFT_MS = 1000 };
/* 2026-11-22T08:00:00Z: when every story begins. */
#define STORY_WALL_MS INT64_C(1795334400000)

struct visitor {
    bool called, ended;
    int desk;
    bool moved; /* called to more than one */
    uint32_t n;
    int64_t last_seq;
    int64_t called_ms;
};

static struct {
    struct visitor visitors[VISITORS_MAX];
    int notices;
    struct {
        int current[DESKS_MAX]; /* NOBODY */
        int64_t seq;
        int64_t busy_until_ms; /* the office's own connection keeps its order */
        bool snapshot_asked;
    } halls[OFFICES_MAX];
} office;

void office_reset(void) {
    memset(&office, 0, sizeof office);
    for (int i = 0; i < DESKS_MAX * OFFICES_MAX; i++) {
        office.halls[i / DESKS_MAX].current[i % DESKS_MAX] = NOBODY;
    }
}

const char *office_ticket(int visitor) {
    static char texts[8][16];
    static unsigned next;
    char *text = texts[next++ % 8];
    int number = plan_number(&world.plan, visitor);
    snprintf(text, sizeof texts[0], "%c%03d", 'A' + number % 5, number);
    return text;
}

int office_visitor(const char *ticket, int hall) {
    int visitor = 0;
    for (const char *at = ticket; *at != '\0'; at++) {
        visitor = at > ticket && *at >= '0' && *at <= '9' ? visitor * 10 + (*at - '0') : visitor;
    }
    visitor = visitor * world.plan.manners.halls + hall;
    bool same = visitor < VISITORS_MAX && strcmp(office_ticket(visitor), ticket) == 0;
    return same ? visitor : NOBODY;
}

int office_current(int hall, int desk) {
    return office.halls[hall].current[desk];
}

int64_t office_called_ms(int visitor) {
    return office.visitors[visitor].called_ms;
}

bool office_moved(int visitor) {
    return office.visitors[visitor].moved;
}

bool office_has_id(int visitor) {
    const struct manners *manners = &world.plan.manners;
    return manners->ids ||
           (manners->mixed_ids && chance_mix(world.plan.seed, 11, (uint64_t)visitor) % 2 == 0);
}

/* Room for a payload of at most `bytes`. */
static char *arena_take(size_t bytes) {
    CHECK(world.arena_used + bytes <= ARENA_BYTES);
    return world.arena + world.arena_used;
}

static struct posting *new_message(enum message_kind kind, size_t payload_room) {
    CHECK(world.messages_count < MESSAGES_MAX);
    struct posting *message = &world.messages[world.messages_count++];
    *message = (struct posting){.kind = kind,
                                .visitor = NOBODY,
                                .seq = -1,
                                .ttl_ms = -1,
                                .made_ms = world.now_ms,
                                .payload = arena_take(payload_room)};
    return message;
}

/* Sends it to the broker: at once, or when the office's own troubles are over, in order. */
static void dispatch(struct posting *message, uint64_t chance) {
    size_t index = (size_t)(message - world.messages);
    int64_t at_ms = world.now_ms + chance_between(&chance, 0, 3);
    unsigned delayed = plan_fault(&world.plan, FAULT_DELAYED, world.now_ms);
    world.arena_used += message->payload_bytes + 1;
    if (delayed > 0 && message->kind != MESSAGE_BEAT && chance_hits(&chance, delayed)) {
        at_ms += chance_between(&chance, 500, 45000);
    }
    int cut_off = world.plan.manners.cut_off;
    int64_t *busy_until_ms = &office.halls[message->hall].busy_until_ms;
    bool out = cut_off == message->hall || cut_off == OFFICES_MAX;
    if (out && plan_fault(&world.plan, FAULT_OFFICE_OUT, at_ms) > 0) {
        at_ms = plan_fault_end(&world.plan, FAULT_OFFICE_OUT, at_ms);
        if (*busy_until_ms == at_ms) {
            mark(MARK_OFFICE_BURST);
        }
    }
    if (plan_fault(&world.plan, FAULT_BROKER_DOWN, at_ms) > 0) {
        at_ms = plan_fault_end(&world.plan, FAULT_BROKER_DOWN, at_ms) + 50;
    }
    at_ms = at_ms > *busy_until_ms ? at_ms : *busy_until_ms;
    *busy_until_ms = at_ms;
    if (message->kind == MESSAGE_BEAT && at_ms > world.now_ms + 500) {
        return; /* QoS 0: not kept for later */
    }
    world_schedule(at_ms, HAPPEN_TAKE, (int64_t)index, 0);
    unsigned twice = plan_fault(&world.plan, FAULT_TWICE, world.now_ms);
    bool safe = message->kind != MESSAGE_EVENT ||
                (message->has_id && (message->n > 0 || message->type != EVENT_RECALL));
    if (twice > 0 && safe && chance_hits(&chance, twice)) {
        world_schedule(at_ms + chance_between(&chance, 0, 9000), HAPPEN_TAKE, (int64_t)index, 0);
    }
    unsigned hostile = plan_fault(&world.plan, FAULT_HOSTILE, world.now_ms);
    if (hostile > 0 && message->kind != MESSAGE_RUBBISH && chance_hits(&chance, hostile)) {
        static const char *const rubbish[] = {"",
                                              "{",
                                              "[1,2]",
                                              "{\"ticket\":\"<b>\",\"counter\":\"1\"}",
                                              "{\"ticket\":\"A1\"}",
                                              "{\"v\":2,\"ticket\":\"A001\",\"counter\":\"1\"}",
                                              "\xff\xfe",
                                              "null"};
        struct posting *noise = new_message(MESSAGE_RUBBISH, 64);
        noise->hall = message->hall;
        int length = snprintf(noise->payload, 64, "%s", rubbish[chance_between(&chance, 0, 7)]);
        noise->payload_bytes = (size_t)length;
        dispatch(noise, chance_next(&chance));
    }
}

static void office_time(int hall, char out[TIMESTAMP_BYTES]) {
    timestamp_write(STORY_WALL_MS + world.now_ms + world.office_offset_ms[hall], out);
}

/* How a hall's queue system names its numbering. */
static const char *epoch_of(int hall) {
    return hall > 0 && !world.plan.manners.same_epoch ? "night" : "day";
}

/* "en" or "de","en" and the like, by visitor; "" for none. */
static const char *langs_of(int visitor) {
    static const char *const langs[] = {
        "", "\"en\"", "\"uk\"", "\"uk\",\"en\"", "\"de\",\"uk\"", "\"fr\""};
    return langs[chance_mix(world.plan.seed, 12, (uint64_t)visitor) % 6];
}

/* The members that an event and an entry of a board share. */
static int write_call(char *out, size_t bytes, int visitor, uint32_t n) {
    const struct visitor *who = &office.visitors[visitor];
    int used = snprintf(out, bytes, "\"ticket\":\"%s\",\"counter\":\"%d\"", office_ticket(visitor),
                        who->desk + 1);
    if (office_has_id(visitor)) {
        used += snprintf(out + used, bytes - (size_t)used, ",\"id\":\"c%d\"",
                         plan_number(&world.plan, visitor));
    }
    if (n > 0) {
        used += snprintf(out + used, bytes - (size_t)used, ",\"n\":%u", n);
    }
    if (langs_of(visitor)[0] != '\0') {
        used += snprintf(out + used, bytes - (size_t)used, ",\"lang\":[%s]", langs_of(visitor));
    }
    return used;
}

static void publish_event(enum event_type type, int visitor, uint64_t chance) {
    static const char *const types[] = {"call", "recall", "withdraw", "served", "no-show"};
    enum { ROOM = 512 };
    const struct manners *manners = &world.plan.manners;
    const struct visitor *who = &office.visitors[visitor];
    struct posting *message = new_message(MESSAGE_EVENT, ROOM);
    bool calls = type <= EVENT_RECALL;
    char time[TIMESTAMP_BYTES];
    message->type = type;
    message->hall = plan_hall(&world.plan, visitor);
    message->visitor = visitor;
    message->desk = who->desk;
    message->has_id = office_has_id(visitor);
    message->n = manners->numbers && message->has_id && calls ? who->n : 0;
    int used = snprintf(message->payload, ROOM, "{\"v\":1,\"type\":\"%s\",", types[type]);
    used += write_call(message->payload + used, ROOM - (size_t)used, visitor, message->n);
    if (manners->seqs) {
        message->seq = ++office.halls[message->hall].seq;
        used +=
            snprintf(message->payload + used, ROOM - (size_t)used, ",\"epoch\":\"%s\",\"seq\":%lld",
                     epoch_of(message->hall), (long long)message->seq);
    }
    if (manners->times) {
        message->has_time = true;
        office_time(message->hall, time);
        used += snprintf(message->payload + used, ROOM - (size_t)used, ",\"time\":\"%s\"", time);
    }
    if (manners->ttl_s > 0) {
        message->ttl_ms = manners->ttl_s * 1000;
        used +=
            snprintf(message->payload + used, ROOM - (size_t)used, ",\"ttl\":%d", manners->ttl_s);
    }
    used += snprintf(message->payload + used, ROOM - (size_t)used, "}");
    message->payload_bytes = (size_t)used;
    world_tell("office: %s %s to counter %d%s", types[type], office_ticket(visitor), who->desk + 1,
               message->hall > 0 ? " of the second hall" : "");
    dispatch(message, chance);
}

/* A board soon after a change, but not for each of many. */
static void ask_snapshot(int hall, uint64_t chance) {
    if (world.plan.manners.snapshots && !office.halls[hall].snapshot_asked) {
        office.halls[hall].snapshot_asked = true;
        world_schedule(world.now_ms + chance_between(&chance, 100, 4000), HAPPEN_SNAPSHOT, 1, hall);
    }
}

static void act_event(const struct item *item) {
    static const enum event_type types[] = {[ITEM_CALL] = EVENT_CALL,
                                            [ITEM_RECALL] = EVENT_RECALL,
                                            [ITEM_WITHDRAW] = EVENT_WITHDRAW,
                                            [ITEM_SERVED] = EVENT_SERVED,
                                            [ITEM_NO_SHOW] = EVENT_NO_SHOW};
    struct visitor *who = &office.visitors[item->visitor];
    int hall = plan_hall(&world.plan, item->visitor);
    int *current = office.halls[hall].current;
    if (item->kind != ITEM_CALL && (!who->called || who->ended)) {
        return; /* its beginning was left out */
    }
    if (item->kind == ITEM_CALL) {
        *who = (struct visitor){.called = true, .desk = item->desk};
    }
    if (item->kind <= ITEM_RECALL) {
        who->moved = who->moved || who->desk != item->desk;
        who->desk = item->desk;
        who->n++;
        who->called_ms = world.now_ms;
        for (int i = 0; i < DESKS_MAX; i++) {
            current[i] = current[i] == item->visitor ? NOBODY : current[i];
        }
        current[who->desk] = item->visitor;
    } else {
        who->ended = true;
        if (current[who->desk] == item->visitor) {
            current[who->desk] = NOBODY;
        }
    }
    publish_event(types[item->kind], item->visitor, item->chance);
    who->last_seq = office.halls[hall].seq;
    ask_snapshot(hall, item->chance);
}

static void publish_notice(const struct item *item) {
    enum { ROOM = 256 };
    uint64_t chance = item->chance;
    struct posting *message = new_message(MESSAGE_NOTICE, ROOM);
    message->notice = (int)chance_between(&chance, 0, NOTICES - 1);
    message->hall =
        (int)(chance_mix(world.plan.seed, 15, item->chance) % (uint64_t)world.plan.manners.halls);
    bool down = chance_hits(&chance, 25);
    int used = 0;
    if (!down) {
        used = snprintf(message->payload, ROOM,
                        "{\"texts\":{\"en\":\"Notice %d\",\"uk\":\"Увага %d\"},\"speak\":%s,"
                        "\"priority\":%d}",
                        office.notices, office.notices, chance_hits(&chance, 70) ? "true" : "false",
                        message->notice);
        office.notices++;
    }
    message->payload_bytes = (size_t)used;
    world_tell("office: notice %d %s", message->notice, down ? "taken down" : "put up");
    dispatch(message, chance);
}

static void publish_urgent(bool active, uint64_t chance) {
    enum { ROOM = 256 };
    struct posting *message = new_message(MESSAGE_URGENT, ROOM);
    message->active = active;
    int used = active ? snprintf(message->payload, ROOM,
                                 "{\"active\":true,\"texts\":{\"en\":\"Leave the building\","
                                 "\"uk\":\"Залиште будівлю\"},\"repeat\":%d}",
                                 chance_hits(&chance, 50) ? 15 : 0)
                      : snprintf(message->payload, ROOM, "{\"active\":false}");
    message->payload_bytes = (size_t)used;
    world_tell("office: urgent text %s", active ? "on" : "cleared");
    dispatch(message, chance);
}

static void begin_fault(const struct item *item) {
    uint64_t chance = item->chance;
    char words[128];
    plan_describe(item, words, sizeof words);
    world_tell("fault: %s", words + 10);
    if (item->fault == FAULT_OFFICE_STEP) {
        uint64_t halls = (uint64_t)world.plan.manners.halls;
        int hall = (int)(chance_mix(world.plan.seed, 16, item->chance) % halls);
        world.office_offset_ms[hall] += chance_between(&chance, -200000, 200000);
        world.office_stepped_ms[hall] = world.now_ms;
    } else if (item->fault == FAULT_WALL_STEP) {
        world.wall_set = !chance_hits(&chance, 20);
        world.wall_offset_ms += chance_between(&chance, -7200000, 7200000);
    }
    broker_fault(item);
    voice_fault(item);
    journal_fault(item);
}

/* At once, at one of the next calls of an adapter, or when the next utterance has just been handed
 * out: what is not written down by then is forgotten. */
static void aim_kill(uint64_t chance) {
    if (chance % 4 == 3) {
        world.dies_after_words = true;
    } else {
        world.strikes_left = chance % 4 == 2 ? (int)(chance / 4 % 6) : 0;
    }
}

void office_act(size_t index) {
    const struct item *item = &world.plan.items[index];
    switch (item->kind) {
    case ITEM_NOTICE:
        publish_notice(item);
        break;
    case ITEM_URGENT:
    case ITEM_CLEAR:
        publish_urgent(item->kind == ITEM_URGENT, item->chance);
        break;
    case ITEM_FAULT:
        begin_fault(item);
        break;
    case ITEM_KILL:
        if (world.running != NULL) {
            aim_kill(item->chance);
            world.down_ms = item->lasts_ms;
        }
        break;
    default:
        act_event(item);
        break;
    }
}

void office_beat(int hall) {
    enum { ROOM = 160 };
    const char *name = hall > 0 ? "registry" : "main";
    char time[TIMESTAMP_BYTES];
    struct posting *message = new_message(MESSAGE_BEAT, ROOM);
    message->hall = hall;
    office_time(hall, time);
    int used = snprintf(message->payload, ROOM, "{\"v\":1,\"time\":\"%s\"", time);
    if (world.plan.manners.seqs) {
        used += snprintf(message->payload + used, ROOM - (size_t)used,
                         ",\"halls\":{\"%s\":{\"seq\":%lld,\"epoch\":\"%s\"}}", name,
                         (long long)office.halls[hall].seq, epoch_of(hall));
    } else if (world.plan.manners.halls > 1) {
        used +=
            snprintf(message->payload + used, ROOM - (size_t)used, ",\"halls\":{\"%s\":{}}", name);
    }
    used += snprintf(message->payload + used, ROOM - (size_t)used, "}");
    message->payload_bytes = (size_t)used;
    dispatch(message, chance_mix(world.plan.seed, 13, (uint64_t)world.now_ms));
    world_schedule(world.now_ms + BEAT_MS, HAPPEN_BEAT, hall, 0);
}

/* Its clock is ten minutes ahead, and it lives while the office is out. */
void office_neighbour(void) {
    enum { ROOM = 160, AHEAD_MS = 600000 };
    char time[TIMESTAMP_BYTES];
    world_schedule(world.now_ms + BEAT_MS, HAPPEN_NEIGHBOUR, 0, 0);
    if (plan_fault(&world.plan, FAULT_BROKER_DOWN, world.now_ms) > 0) {
        return;
    }
    struct posting *message = new_message(MESSAGE_NEIGHBOUR, ROOM);
    timestamp_write(STORY_WALL_MS + world.now_ms + AHEAD_MS, time);
    int used = snprintf(message->payload, ROOM,
                        "{\"v\":1,\"time\":\"%s\",\"halls\":{\"upstairs\":{\"seq\":%lld,"
                        "\"epoch\":\"day\"}}}",
                        time, (long long)world.now_ms);
    message->payload_bytes = (size_t)used;
    world.arena_used += message->payload_bytes + 1;
    world_schedule(world.now_ms, HAPPEN_TAKE, message - world.messages, 0);
}

/* Those being called in a hall, the latest first. */
static int sort_current(int hall, int order[DESKS_MAX]) {
    int count = 0;
    for (int desk = 0; desk < DESKS_MAX; desk++) {
        int visitor = office.halls[hall].current[desk];
        if (visitor == NOBODY) {
            continue;
        }
        int at = count++;
        while (at > 0 &&
               office.visitors[order[at - 1]].called_ms < office.visitors[visitor].called_ms) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = visitor;
    }
    return count;
}

void office_snapshot(bool asked, int hall) {
    enum { ROOM = 8192 };
    const struct manners *manners = &world.plan.manners;
    struct posting *message = new_message(MESSAGE_BOARD, ROOM);
    int order[DESKS_MAX];
    int count = sort_current(hall, order);
    message->hall = hall;
    int used = snprintf(message->payload, ROOM, "{\"v\":1,");
    if (manners->seqs) {
        message->seq = office.halls[hall].seq;
        used += snprintf(message->payload + used, ROOM - (size_t)used,
                         "\"epoch\":\"%s\",\"seq\":%lld,", epoch_of(hall), (long long)message->seq);
    }
    used += snprintf(message->payload + used, ROOM - (size_t)used, "\"calls\":[");
    for (int i = 0; i < count; i++) {
        const struct visitor *who = &office.visitors[order[i]];
        uint32_t n = manners->numbers && office_has_id(order[i]) ? who->n : 0;
        used += snprintf(message->payload + used, ROOM - (size_t)used, "%s{", i > 0 ? "," : "");
        used += write_call(message->payload + used, ROOM - (size_t)used, order[i], n);
        if (manners->seqs) {
            used += snprintf(message->payload + used, ROOM - (size_t)used,
                             ",\"epoch\":\"%s\",\"seq\":%lld", epoch_of(hall),
                             (long long)who->last_seq);
        }
        used += snprintf(message->payload + used, ROOM - (size_t)used, "}");
    }
    used += snprintf(message->payload + used, ROOM - (size_t)used, "]}");
    message->payload_bytes = (size_t)used;
    dispatch(message, chance_mix(world.plan.seed, 14, (uint64_t)world.now_ms));
    if (asked) {
        office.halls[hall].snapshot_asked = false;
    } else {
        bool calm = world.now_ms > world.plan.stop_ms;
        world_schedule(world.now_ms + (calm ? 60000 : manners->snapshot_ms), HAPPEN_SNAPSHOT, 0,
                       hall);
    }
}
