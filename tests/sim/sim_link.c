/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The broker and the link to it (feed/link.h), in virtual time.
 *
 * The broker keeps a session for the display: each QoS 1 message is a delivery that stays until it
 * is acknowledged; what was sent and not acknowledged when a connection ends is sent again on the
 * next one, flagged DUP, in order or (when that fault is on) not. Retained messages come after each
 * subscription. The link reports as the real one does: up after SUBACK, down when it notices;
 * messages are live when they came after SUBACK, were neither retained nor redelivered, and did not
 * come from the session's backlog.
 *
 * A connection has a generation; whatever was under way on an older one is lost with it.
 */
#include "actors.h"
#include "chance.h"
#include "feed/link.h"
#include "marks.h"
#include "oracle.h"
#include "system/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DELIVERIES_MAX = 4096, LETTERS_KEPT = 1024, NOTICE_SILENCE_MS = 10000 };

/* One message on its way to the display. */
struct delivery {
    int64_t name;
    size_t message;
    bool sent, dup, backlog, retained;
    int64_t taken_ms; /* when the broker got it */
};

/* A letter in the inbox, known by its stamp. */
struct letter_truth {
    int64_t at_us;
    size_t message;
    struct arrival arrival;
};

struct link {
    struct inbox *inbox;
};

static struct {
    bool session, subscribed;
    size_t count;
    struct delivery deliveries[DELIVERIES_MAX];
    int64_t last_name;
    /* Retained messages, NOBODY. */
    int64_t urgent, boards[OFFICES_MAX], notices[OFFICES_MAX][NOTICES];
} broker;

static struct {
    struct link link;
    bool running, connected, up, ever_up, told;
    enum link_state told_state;
    int64_t generation;
    int64_t last_arrival_ms;
    int64_t unheard_since;
    unsigned attempts;
    struct link_facts facts;
    uint64_t put; /* letters into this run's inbox */
    uint64_t chance;
    size_t letters_next;
    struct letter_truth letters[LETTERS_KEPT];
    int64_t stamp_ms;
    int stamps;
} client;

void broker_reset(void) {
    memset(&broker, 0, sizeof broker);
    memset(&client, 0, sizeof client);
    broker.urgent = NOBODY;
    for (int i = 0; i < OFFICES_MAX; i++) {
        broker.boards[i] = NOBODY;
    }
    for (int i = 0; i < OFFICES_MAX * NOTICES; i++) {
        broker.notices[i / NOTICES][i % NOTICES] = NOBODY;
    }
    client.chance = chance_mix(world.plan.seed, 21, 0);
}

static bool on(enum fault fault) {
    return plan_fault(&world.plan, fault, world.now_ms) > 0;
}

static bool reachable(void) {
    return !on(FAULT_BROKER_DOWN) && !on(FAULT_NETWORK_HOLE);
}

int64_t broker_unheard_since(void) {
    return client.up && reachable() ? MONO_NEVER : client.unheard_since;
}

static void note_unheard(void) {
    if (client.up && reachable()) {
        client.unheard_since = MONO_NEVER;
    } else if (client.unheard_since == MONO_NEVER) {
        client.unheard_since = world.now_ms;
    }
}

static void tell(enum link_state state, const char *reason) {
    struct letter letter = {.kind = LETTER_LINK, .at_us = world_mono() * 1000};
    if (client.told && client.told_state == state) {
        return;
    }
    client.told = true;
    client.told_state = state;
    letter.link.state = state;
    snprintf(letter.link.reason, sizeof letter.link.reason, "%s", reason);
    inbox_put(client.link.inbox, &letter);
    world_tell("link: %s", state == LINK_UP ? "up" : "down");
}

static int64_t draw(int64_t low, int64_t high) {
    return chance_between(&client.chance, low, high);
}

static void try_later(void) {
    int64_t most = 500 << (client.attempts < 4 ? client.attempts : 4);
    client.attempts++;
    world_schedule(world.now_ms + draw(50, most), HAPPEN_TRY, ++client.generation, 0);
}

static void lose_connection(const char *reason) {
    client.connected = false;
    client.up = false;
    client.facts.losses++;
    note_unheard();
    tell(client.ever_up ? LINK_DOWN : LINK_STARTING, reason);
    try_later();
}

static struct delivery *find(int64_t name) {
    for (size_t i = 0; i < broker.count; i++) {
        if (broker.deliveries[i].name == name) {
            return &broker.deliveries[i];
        }
    }
    return NULL;
}

static void drop(struct delivery *delivery) {
    size_t index = (size_t)(delivery - broker.deliveries);
    broker.count--;
    memmove(delivery, delivery + 1, (broker.count - index) * sizeof *delivery);
}

static void launch(struct delivery *delivery) {
    int64_t at_ms = world.now_ms + draw(1, 12);
    at_ms = at_ms > client.last_arrival_ms ? at_ms : client.last_arrival_ms;
    client.last_arrival_ms = at_ms;
    delivery->sent = true;
    world_schedule(at_ms, HAPPEN_ARRIVE, client.generation, delivery->name);
}

/* QoS 0: kept for nobody. */
static bool at_most_once(size_t message) {
    enum message_kind kind = world.messages[message].kind;
    return kind == MESSAGE_BEAT || kind == MESSAGE_NEIGHBOUR;
}

static struct delivery *new_delivery(size_t message) {
    CHECK(broker.count < DELIVERIES_MAX);
    struct delivery *delivery = &broker.deliveries[broker.count++];
    *delivery =
        (struct delivery){.name = ++broker.last_name, .message = message, .taken_ms = world.now_ms};
    return delivery;
}

static void keep_retained(size_t index) {
    const struct posting *message = &world.messages[index];
    if (message->kind == MESSAGE_BOARD) {
        broker.boards[message->hall] = (int64_t)index;
    } else if (message->kind == MESSAGE_URGENT) {
        broker.urgent = (int64_t)index;
    } else if (message->kind == MESSAGE_NOTICE) {
        broker.notices[message->hall][message->notice] =
            message->payload_bytes > 0 ? (int64_t)index : (int64_t)NOBODY;
    }
}

void broker_take(size_t message) {
    if (on(FAULT_BROKER_DOWN)) {
        world_schedule(plan_fault_end(&world.plan, FAULT_BROKER_DOWN, world.now_ms) + 20,
                       HAPPEN_TAKE, (int64_t)message, 0);
        return;
    }
    keep_retained(message);
    if (!broker.subscribed) {
        return;
    }
    if (at_most_once(message) && !client.connected) {
        return;
    }
    struct delivery *delivery = new_delivery(message);
    if (client.connected) {
        launch(delivery);
    }
}

static void forget_session(void) {
    if (broker.count > 0) {
        mark(MARK_SESSION_LOST);
        world_tell("broker: session lost with %zu messages", broker.count);
    }
    broker.count = 0;
    broker.session = false;
    broker.subscribed = false;
}

/* What the session holds is sent from the beginning. */
static void resume_session(void) {
    size_t kept = 0;
    for (size_t i = 0; i < broker.count; i++) {
        struct delivery *delivery = &broker.deliveries[i];
        if (!delivery->retained && !at_most_once(delivery->message)) {
            delivery->dup = delivery->dup || delivery->sent;
            delivery->backlog = true;
            broker.deliveries[kept++] = *delivery;
        }
    }
    broker.count = kept;
    if (on(FAULT_REORDERED)) {
        for (size_t i = kept; i > 1; i--) {
            size_t other = (size_t)draw(0, (int64_t)i - 1);
            struct delivery moved = broker.deliveries[i - 1];
            broker.deliveries[i - 1] = broker.deliveries[other];
            broker.deliveries[other] = moved;
        }
    }
    for (size_t i = 0; i < broker.count; i++) {
        launch(&broker.deliveries[i]);
    }
}

static void try_connecting(int64_t generation) {
    if (!client.running || client.connected || generation != client.generation) {
        return;
    }
    if (!reachable()) {
        tell(client.ever_up ? LINK_DOWN : LINK_STARTING, "the broker does not answer");
        try_later();
        return;
    }
    client.connected = true;
    client.last_arrival_ms = world.now_ms;
    client.facts.connects++;
    if (!broker.session || on(FAULT_SESSION_LOST)) {
        forget_session();
    }
    broker.session = true;
    resume_session();
    world_schedule(world.now_ms + draw(5, 150), HAPPEN_SUBACK, generation, 0);
    if (on(FAULT_FLAPPING)) {
        world_schedule(world.now_ms + draw(200, 6000), HAPPEN_LOST, generation, 0);
    }
}

static void replay(int64_t message) {
    if (message != NOBODY) {
        struct delivery *delivery = new_delivery((size_t)message);
        delivery->retained = true;
        launch(delivery);
    }
}

static void subscribed(int64_t generation) {
    if (generation != client.generation || !client.connected) {
        return;
    }
    if (!reachable()) {
        world_schedule(world.now_ms + 500, HAPPEN_SUBACK, generation, 0);
        return;
    }
    client.up = true;
    client.ever_up = true;
    client.attempts = 0;
    broker.subscribed = true;
    note_unheard();
    tell(LINK_UP, "");
    for (int i = 0; i < OFFICES_MAX; i++) {
        replay(broker.boards[i]);
    }
    for (int i = 0; i < OFFICES_MAX * NOTICES; i++) {
        replay(broker.notices[i / NOTICES][i % NOTICES]);
    }
    replay(broker.urgent);
}

static void write_topic(const struct posting *message, char *out) {
    static const char *const names[] = {
        [MESSAGE_EVENT] = "event",   [MESSAGE_BOARD] = "board", [MESSAGE_NOTICE] = "notice/",
        [MESSAGE_URGENT] = "urgent", [MESSAGE_BEAT] = "clock",  [MESSAGE_NEIGHBOUR] = "clock",
        [MESSAGE_RUBBISH] = "event"};
    bool site = message->kind == MESSAGE_URGENT || message->kind == MESSAGE_BEAT ||
                message->kind == MESSAGE_NEIGHBOUR;
    const char *hall = message->hall > 0 ? "hall/registry/" : "hall/main/";
    int used =
        snprintf(out, TOPIC_BYTES, "hallcall/1/demo/%s%s", site ? "" : hall, names[message->kind]);
    if (message->kind == MESSAGE_NOTICE) {
        snprintf(out + used, (size_t)(TOPIC_BYTES - used), "n%d", message->notice);
    }
}

/* A stamp that no other letter has. */
static int64_t new_stamp_us(void) {
    client.stamps = client.stamp_ms == world_mono() ? client.stamps + 1 : 0;
    client.stamp_ms = world_mono();
    return world_mono() * 1000 + client.stamps;
}

static void put_message(const struct delivery *delivery, int64_t expiry_left_ms) {
    const struct posting *message = &world.messages[delivery->message];
    struct letter letter = {.kind = LETTER_MESSAGE, .at_us = new_stamp_us()};
    write_topic(message, letter.message.topic);
    letter.message.payload = malloc(message->payload_bytes + 1);
    CHECK(letter.message.payload != NULL);
    memcpy(letter.message.payload, message->payload, message->payload_bytes);
    letter.message.payload[message->payload_bytes] = '\0';
    letter.message.payload_bytes = message->payload_bytes;
    letter.message.arrival = (struct arrival){.retained = delivery->retained,
                                              .redelivered = delivery->dup,
                                              .live = client.up && !delivery->retained &&
                                                      !delivery->dup && !delivery->backlog,
                                              .expiry_left_ms = expiry_left_ms};
    client.letters[client.letters_next] =
        (struct letter_truth){letter.at_us, delivery->message, letter.message.arrival};
    client.letters_next = (client.letters_next + 1) % LETTERS_KEPT;
    client.facts.received++;
    client.put++;
    uint64_t dropped = inbox_dropped(client.link.inbox);
    inbox_put(client.link.inbox, &letter);
    if (inbox_dropped(client.link.inbox) > dropped) {
        mark(MARK_INBOX_OVERFLOW);
    }
}

uint64_t broker_letters(void) {
    return client.put;
}

const struct posting *broker_letter(int64_t at_us, struct arrival *arrival, size_t *index) {
    for (size_t i = 0; i < LETTERS_KEPT; i++) {
        if (client.letters[i].at_us == at_us) {
            *arrival = client.letters[i].arrival;
            *index = client.letters[i].message;
            return &world.messages[*index];
        }
    }
    return NULL;
}

/* What is left of a message's life at the broker; -1 when nobody counts. */
static int64_t expiry_left(const struct delivery *delivery) {
    const struct posting *message = &world.messages[delivery->message];
    if (!world.plan.manners.expiry || message->ttl_ms < 0) {
        return -1;
    }
    int64_t left = message->ttl_ms - (world.now_ms - delivery->taken_ms) / 1000 * 1000;
    return left > 0 ? left : 0;
}

static void arrive(int64_t generation, int64_t name) {
    struct delivery *delivery = find(name);
    if (generation != client.generation || !client.connected || delivery == NULL) {
        return;
    }
    if (!reachable()) { /* the connection may outlive it: then what was sent comes after all */
        int64_t end = plan_fault_end(&world.plan, FAULT_NETWORK_HOLE, world.now_ms);
        world_schedule(end + 30, HAPPEN_ARRIVE, generation, name);
        return;
    }
    int64_t left = expiry_left(delivery);
    if (left == 0) {
        mark(MARK_EXPIRED_AT_BROKER);
        drop(delivery);
        return;
    }
    put_message(delivery, left);
    bool kept = !delivery->retained && !at_most_once(delivery->message);
    unsigned lost = plan_fault(&world.plan, FAULT_ACK_LOST, world.now_ms);
    if (kept && lost > 0 && chance_hits(&client.chance, lost)) {
        if (chance_hits(&client.chance, 50)) {
            world_schedule(world.now_ms + draw(500, 20000), HAPPEN_AGAIN, generation, name);
        }
    } else {
        world_schedule(world.now_ms + draw(1, 10), HAPPEN_ACK, generation, name);
    }
}

static void acknowledge(int64_t generation, int64_t name) {
    struct delivery *delivery = find(name);
    if (generation == client.generation && client.connected && delivery != NULL && reachable()) {
        drop(delivery);
    }
}

static void redeliver(int64_t generation, int64_t name) {
    struct delivery *delivery = find(name);
    if (generation == client.generation && client.connected && delivery != NULL) {
        delivery->dup = true;
        launch(delivery);
    }
}

void broker_happen(enum happening what, int64_t a, int64_t b) {
    switch (what) {
    case HAPPEN_TRY:
        try_connecting(a);
        break;
    case HAPPEN_SUBACK:
        subscribed(a);
        break;
    case HAPPEN_UNHEARD:
    case HAPPEN_LOST:
        if (a == client.generation && client.connected && (what == HAPPEN_LOST || !reachable())) {
            lose_connection("the connection is lost");
        }
        break;
    case HAPPEN_ARRIVE:
        arrive(a, b);
        break;
    case HAPPEN_ACK:
        acknowledge(a, b);
        break;
    default:
        redeliver(a, b);
        break;
    }
    note_unheard();
}

void broker_fault(const struct item *item) {
    int64_t now_ms = world.now_ms;
    if (item->fault == FAULT_BROKER_DOWN) {
        if (item->chance % 4 == 0) { /* its store is gone too */
            forget_session();
            broker.boards[0] = broker.boards[1] = broker.urgent = NOBODY;
        }
        world_schedule(now_ms + draw(0, 50), HAPPEN_LOST, client.generation, 0);
    } else if (item->fault == FAULT_NETWORK_HOLE) {
        world_schedule(now_ms + draw(2000, NOTICE_SILENCE_MS), HAPPEN_UNHEARD, client.generation,
                       0);
    } else if (item->fault == FAULT_FLAPPING) {
        world_schedule(now_ms + draw(0, 1000), HAPPEN_LOST, client.generation, 0);
    }
    note_unheard();
}

void broker_client_gone(void) {
    client.running = false;
    client.connected = false;
    client.up = false;
    client.generation++;
    note_unheard();
}

struct link *link_create(const struct link_options *options, struct inbox *inbox, char *reason) {
    (void)reason;
    CHECK(options->topics_count > 0);
    client.running = true;
    client.told = false;
    client.put = 0;
    client.ever_up = false;
    client.attempts = 0;
    client.link.inbox = inbox;
    client.unheard_since = world.now_ms;
    world_schedule(world.now_ms + draw(0, 300), HAPPEN_TRY, ++client.generation, 0);
    return &client.link;
}

void link_destroy(struct link *link) {
    (void)link;
}

bool link_publish(struct link *link, const struct publication *publication) {
    (void)link;
    CHECK(publication->payload_bytes <= PAYLOAD_BYTES_MAX);
    if (world_struck()) {
        return false;
    }
    oracle_published(publication->payload, publication->payload_bytes);
    return true;
}

void link_read_facts(const struct link *link, struct link_facts *facts) {
    (void)link;
    *facts = client.facts;
    facts->up = client.up;
    facts->mqtt_version = world.plan.manners.expiry ? 5 : 4;
}

int64_t link_alive_us(const struct link *link) {
    (void)link;
    return world_mono() * 1000;
}
