/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The link: its network thread, and the doors other threads use.
 *
 * Three kinds of threads meet in struct link (link_state.h says who owns what). Paho's threads run
 * the hooks: they copy a message into the inbox or a report into a ring, and wake. The network
 * thread takes reports out and is the only one to call Paho. Everyone else uses link_publish,
 * link_read_facts and link_destroy, which take the lock for a moment and never wait for the
 * network.
 *
 * Messages go from Paho's thread to the inbox directly; a detour over the network thread would add
 * a wake-up to every call's way to the screen and order nothing better.
 *
 * Considered and refused: an eventfd for the network thread. It waits for nothing but its own
 * condition, and a condition variable on the monotonic clock needs no descriptor.
 */
#include "feed/link.h"

#include "feed/link_state.h"
#include "system/clock.h"
#include "system/log.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LEAVE_STEP_MS = 200,   /* for "offline" to be acknowledged, then for the DISCONNECT */
    DESTROY_WAIT_MS = 900, /* of the second that a service may take to stop */
    QUIET_US = 500 * 1000  /* a pause this long ends a backlog */
};

void link_on_report(void *context, const struct paho_report *report) {
    struct link *link = context;
    pthread_mutex_lock(&link->lock);
    if (report->kind == PAHO_CONNECTED) {
        link->late_backlog = report->session_present && report->version == 4;
    } else if (report->kind == PAHO_SUBSCRIBED) {
        link->acknowledged = true;
        link->last_message_us = clock_mono_us();
    } else if (report->kind == PAHO_LOST) {
        link->acknowledged = false;
    }
    if (link->reports_count < REPORTS_MAX) {
        size_t last = (link->reports_first + link->reports_count) % REPORTS_MAX;
        link->reports[last] = *report;
        link->reports_count++;
    } else {
        log_line(LOG_ERR, "link", "report lost kind=%d", (int)report->kind);
    }
    pthread_cond_signal(&link->wake);
    pthread_mutex_unlock(&link->lock);
}

/* Whether a message came live: after this connection's SUBACK, neither retained nor redelivered.
 * mosquitto hands out a session's backlog before it reads our SUBSCRIBE, but no more than the
 * Receive Maximum at once; when that many came early the rest is still on its way. aedes and
 * RabbitMQ, which speak 3.1.1, hand it out after the SUBACK as well. In both cases messages count
 * as live only after a pause. Called with the lock. */
static bool came_live(struct link *link, const struct paho_message *message, int64_t now_us) {
    bool pause = now_us - link->last_message_us >= QUIET_US;
    link->last_message_us = now_us;
    if (!link->acknowledged) {
        link->early_messages += message->retained ? 0 : 1;
        return false;
    }
    bool backlog = link->early_messages >= PAHO_IN_FLIGHT_MAX || link->late_backlog;
    if (backlog && !pause) {
        return false;
    }
    link->early_messages = 0;
    link->late_backlog = false;
    return !message->retained && !message->redelivered;
}

/* Fills the payload; false when memory is out. Too large a message has none, on purpose. */
static bool copy_payload(struct letter *letter, const struct paho_message *message) {
    letter->message.payload_bytes = message->payload_bytes;
    if (message->payload_bytes > PAYLOAD_BYTES_MAX) {
        return true;
    }
    letter->message.payload = malloc(message->payload_bytes + 1);
    if (letter->message.payload == NULL) {
        return false;
    }
    if (message->payload_bytes > 0) {
        memcpy(letter->message.payload, message->payload, message->payload_bytes);
    }
    letter->message.payload[message->payload_bytes] = '\0';
    return true;
}

void link_on_name(void *context) {
    struct link *link = context;
    pthread_mutex_lock(&link->lock);
    pthread_cond_signal(&link->wake);
    pthread_mutex_unlock(&link->lock);
}

bool link_on_message(void *context, const struct paho_message *message) {
    struct link *link = context;
    struct letter letter = {.kind = LETTER_MESSAGE, .at_us = clock_mono_us()};
    snprintf(letter.message.topic, sizeof letter.message.topic, "%.*s",
             (int)(message->topic_bytes < TOPIC_BYTES ? message->topic_bytes : TOPIC_BYTES - 1),
             message->topic);
    if (!copy_payload(&letter, message)) {
        static struct log_gate gate;
        uint32_t held = 0;
        if (log_gate_open(&gate, 1, &held)) {
            log_line(LOG_ERR, "link", "no memory for a message yet bytes=%zu held_back=%u",
                     message->payload_bytes, held);
        }
        return false;
    }
    letter.message.arrival.retained = message->retained;
    letter.message.arrival.redelivered = message->redelivered;
    letter.message.arrival.expiry_left_ms = message->expiry_left_ms;
    pthread_mutex_lock(&link->lock);
    link->facts.received++;
    link->facts.oversized += letter.message.payload == NULL;
    letter.message.arrival.live = came_live(link, message, letter.at_us);
    if (link->deaf) {
        free(letter.message.payload);
    } else {
        inbox_put(link->inbox, &letter);
    }
    pthread_mutex_unlock(&link->lock);
    return true;
}

/* Waits for a condition until a monotonic time, MONO_NEVER for as long as it takes. */
static void wait_until(pthread_cond_t *condition, pthread_mutex_t *lock, mono_ms deadline) {
    if (deadline == MONO_NEVER) {
        pthread_cond_wait(condition, lock);
        return;
    }
    struct timespec until = {.tv_sec = deadline / 1000, .tv_nsec = deadline % 1000 * 1000000};
    pthread_cond_timedwait(condition, lock, &until);
}

/* Takes the oldest report; false when there is none. Called with the lock. */
static bool take_report(struct link *link, struct paho_report *report) {
    if (link->reports_count == 0) {
        return false;
    }
    *report = link->reports[link->reports_first];
    link->reports_first = (link->reports_first + 1) % REPORTS_MAX;
    link->reports_count--;
    return true;
}

/* Waits for a report of one kind, handling none, so long at most. */
static bool await_report(struct link *link, enum paho_report_kind kind, mono_ms wait_ms) {
    struct paho_report report;
    mono_ms deadline = clock_mono_ms() + wait_ms;
    bool found = false;
    pthread_mutex_lock(&link->lock);
    while (!found && clock_mono_ms() < deadline) {
        if (take_report(link, &report)) {
            found = report.kind == kind;
        } else {
            wait_until(&link->wake, &link->lock, deadline);
        }
    }
    pthread_mutex_unlock(&link->lock);
    return found;
}

/* A clean DISCONNECT makes the broker forget our will, so "offline" is said by ourselves first. */
static void leave(struct link *link) {
    if (link->phase == PHASE_UP || link->phase == PHASE_SUBSCRIBING) {
        int token;
        struct publication offline = {
            .payload = "offline", .payload_bytes = 7, .qos = 1, .retained = true};
        memcpy(offline.topic, link->options.online_topic, sizeof offline.topic);
        bool answers = true;
        if (offline.topic[0] != '\0' && paho_publish(link->paho, &offline, &token)) {
            answers = await_report(link, PAHO_SENT, LEAVE_STEP_MS);
        }
        /* A broker that did not take the one will not answer the other in time. */
        if (paho_disconnect(link->paho) && answers) {
            await_report(link, PAHO_DISCONNECTED, LEAVE_STEP_MS);
        }
    }
    lookup_end(link->lookup);
    link->lookup = NULL;
    paho_destroy(link->paho);
    link->paho = NULL;
}

/* Whether a publication waits that may be sent now. Called with the lock. */
static bool can_send(struct link *link) {
    return link->phase == PHASE_UP && link->stalled_until == 0 &&
           outbox_next(&link->outbox, LINK_IN_FLIGHT_MAX) != NULL;
}

/* Whether the broker's name has just been looked up. */
static bool named(const struct link *link) {
    return link->phase == PHASE_LOOKING_UP && lookup_finished(link->lookup);
}

/* Sleeps until there is a report, a name, something to send, a deadline or an end. */
static bool await_work(struct link *link, struct paho_report *report, bool *stopping) {
    mono_ms now = clock_mono_ms();
    atomic_store_explicit(&link->alive_us, now * 1000, memory_order_relaxed);
    pthread_mutex_lock(&link->lock);
    mono_ms deadline = link_deadline(link);
    if (link->options.beat_ms > 0 && deadline - now > link->options.beat_ms) {
        deadline = now + link->options.beat_ms;
    }
    while (!link->stopping && link->reports_count == 0 && !named(link) && !can_send(link) &&
           clock_mono_ms() < deadline) {
        wait_until(&link->wake, &link->lock, deadline);
    }
    *stopping = link->stopping;
    bool taken = take_report(link, report);
    pthread_mutex_unlock(&link->lock);
    return taken;
}

static void free_link(struct link *link) {
    pthread_cond_destroy(&link->wake);
    pthread_cond_destroy(&link->ended);
    pthread_mutex_destroy(&link->lock);
    outbox_finish(&link->outbox);
    explicit_bzero(link->password, sizeof link->password);
    free(link);
}

static void *network_thread(void *context) {
    struct link *link = context;
    struct paho_report report;
    bool stopping = false;
    link_begin(link, clock_mono_ms());
    while (!stopping) {
        bool reported = await_work(link, &report, &stopping);
        mono_ms now = clock_mono_ms();
        if (reported) {
            link_handle_report(link, &report, now);
        }
        if (!stopping) {
            link_step(link, now);
            link_flush(link);
        }
    }
    leave(link);
    pthread_mutex_lock(&link->lock);
    link->finished = true;
    bool left_behind = link->left_behind;
    pthread_cond_signal(&link->ended);
    pthread_mutex_unlock(&link->lock);
    if (left_behind) {
        free_link(link);
    }
    return NULL;
}

static bool read_options(struct link *link, char *reason) {
    struct link_options *options = &link->options;
    if (!broker_address_read(options->url, &link->address, reason) ||
        !secrets_check(options, reason) ||
        !secrets_read_password(options, link->password, reason)) {
        return false;
    }
    if (options->topics_count > LINK_TOPICS_MAX || options->client_id[0] == '\0') {
        snprintf(reason, REASON_BYTES, "too many topics, or no client id");
        return false;
    }
    return true;
}

/* Signals are main's: the network thread, and Paho's which it starts, inherit a full mask. */
static bool start_thread(struct link *link) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int rc = pthread_create(&link->thread, NULL, network_thread, link);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc == 0;
}

static void init_meeting_place(struct link *link) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&link->wake, &attributes);
    pthread_cond_init(&link->ended, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&link->lock, NULL);
}

struct link *link_create(const struct link_options *options, struct inbox *inbox, char *reason) {
    struct link *link = calloc(1, sizeof *link);
    if (link == NULL) {
        snprintf(reason, REASON_BYTES, "out of memory");
        return NULL;
    }
    link->options = *options;
    link->inbox = inbox;
    init_meeting_place(link);
    atomic_init(&link->alive_us, clock_mono_us());
    if (!read_options(link, reason)) {
        free_link(link);
        return NULL;
    }
    if (!start_thread(link)) {
        snprintf(reason, REASON_BYTES, "no network thread could be started");
        free_link(link);
        return NULL;
    }
    return link;
}

void link_leave(struct link *link) {
    if (link == NULL) {
        return;
    }
    pthread_mutex_lock(&link->lock);
    if (!link->stopping) {
        link->stopping = true;
        link->leave_by = clock_mono_ms() + DESTROY_WAIT_MS;
        pthread_cond_signal(&link->wake);
    }
    pthread_mutex_unlock(&link->lock);
}

void link_destroy(struct link *link) {
    if (link == NULL) {
        return;
    }
    link_leave(link);
    pthread_mutex_lock(&link->lock);
    while (!link->finished && clock_mono_ms() < link->leave_by) {
        wait_until(&link->ended, &link->lock, link->leave_by);
    }
    bool finished = link->finished;
    pthread_t thread = link->thread;
    link->deaf = true;
    link->left_behind = !finished; /* from here on it is the thread's */
    pthread_mutex_unlock(&link->lock);
    if (finished) {
        pthread_join(thread, NULL);
        free_link(link);
    } else {
        log_line(LOG_WARN, "link", "the network thread hangs and is left behind");
        pthread_detach(thread);
    }
}

bool link_publish(struct link *link, const struct publication *publication) {
    pthread_mutex_lock(&link->lock);
    bool taken = outbox_put(&link->outbox, publication);
    pthread_cond_signal(&link->wake);
    pthread_mutex_unlock(&link->lock);
    return taken;
}

int64_t link_alive_us(const struct link *link) {
    return atomic_load_explicit(&link->alive_us, memory_order_relaxed);
}

void link_read_facts(const struct link *link, struct link_facts *facts) {
    pthread_mutex_t *lock = (pthread_mutex_t *)&link->lock;
    pthread_mutex_lock(lock);
    *facts = link->facts;
    pthread_mutex_unlock(lock);
}
