/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The network thread's state machine: DOWN, LOOKING_UP, CONNECTING, SUBSCRIBING, UP.
 *
 * Every step is driven by a report of Paho's or a deadline on the monotonic clock; nothing polls.
 * A report of an older handle, or one that does not fit the phase, is dropped: Paho tells some
 * losses twice and in either order.
 *
 * Reconnecting waits a uniformly random time from half a second up to a bound that doubles to 20 s
 * ("full jitter": ten thousand displays come back to a restarted broker over 20 s, not at once).
 * MQTT 5 is tried first; a broker that refuses it, or twice hangs up without an answer, gets 3.1.1
 * at once. After a failure of that, and after its loss, MQTT 5 comes first again: the broker that
 * answers then may be another one, and one that only hung up while it was starting.
 *
 * Another display that uses our id and we would throw each other out for ever. A broker that says
 * so (DISCONNECT 142) is believed, and we wait a minute. mosquitto 2.0.11 closes without a word, as
 * one does that is restarted again and again: after three connections that were closed within 10 s
 * we say that it may be so, and wait no longer than for a broker that is away.
 */
#include "feed/link_state.h"

#include "feed/link_words.h"
#include "system/clock.h"
#include "system/log.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>

enum {
    DELAY_MIN_MS = 500,
    DELAY_BASE_MS = 1000,
    DELAY_MAX_MS = 20000,
    WELL_AFTER_MS = 60000,
    CONNECT_HANGS_MS = (PAHO_CONNECT_TIMEOUT_S + 10) * 1000,
    SUBACK_HANGS_MS = 10000,
    SHORT_LIFE_MS = 10000,
    SHORT_LIVES_MAX = 3,
    BACK_OFF_MS = 60000,
    NAME_HANGS_MS = 4000, /* a lookup that takes longer is told; link_visit waits 12 s */
    COMPLETIONS_MAX = 2,
    SEND_STALL_MS = 200,
    REASON_CODE_REFUSED = 0x80
};

/* Uniform from min to max. */
static mono_ms random_between(mono_ms min, mono_ms max) {
    uint32_t chance = (uint32_t)clock_chance();
    return min + (max - min) * (mono_ms)chance / (mono_ms)UINT32_MAX;
}

static mono_ms next_delay(const struct link *link) {
    mono_ms bound = link->attempts < 5 ? (mono_ms)DELAY_BASE_MS << link->attempts : DELAY_MAX_MS;
    return random_between(DELAY_MIN_MS, bound < DELAY_MAX_MS ? bound : DELAY_MAX_MS);
}

/* Tells main, unless it knows already. */
static void tell(struct link *link, enum link_state state, const char *reason) {
    struct link_change *last = &link->told_last;
    if (link->told && last->state == state && strcmp(last->reason, reason) == 0) {
        return;
    }
    link->told = true;
    last->state = state;
    snprintf(last->reason, sizeof last->reason, "%s", reason);
    if (state == LINK_UP) {
        log_line(LOG_INFO, "link", "up broker=%s mqtt=%s", link->address.host_port,
                 link->version == 5 ? "5" : "3.1.1");
    } else {
        log_line(LOG_WARN, "link", "down: %s", reason);
    }
    struct letter letter = {.kind = LETTER_LINK, .link = *last};
    pthread_mutex_lock(&link->lock);
    link->facts.up = state == LINK_UP;
    link->facts.mqtt_version = link->version;
    if (!link->deaf) {
        inbox_put(link->inbox, &letter);
    }
    pthread_mutex_unlock(&link->lock);
}

static void tell_down(struct link *link, const char *reason) {
    tell(link, link->ever_up ? LINK_DOWN : LINK_STARTING, reason);
}

static void enter(struct link *link, enum link_phase phase, mono_ms now) {
    link->phase = phase;
    link->phase_since = now;
}

/* The connection is no more; tries again after the delay. */
static void go_down(struct link *link, mono_ms now, mono_ms delay) {
    enter(link, PHASE_DOWN, now);
    link->next_attempt = now + delay;
    link->resubscribe_at = MONO_NEVER;
    pthread_mutex_lock(&link->lock);
    outbox_rewind(&link->outbox);
    link->acknowledged = false;
    link->facts.up = false;
    pthread_mutex_unlock(&link->lock);
}

/* A handle that has spoken 3.1.1 refuses to go back to 5, so that way it is a new one. */
static void change_version(struct link *link, int version) {
    link->version = version;
    link->completions = 0;
    if (version == 5 && link->paho != NULL) {
        paho_abandon(link->paho);
        link->paho = NULL;
    }
    log_line(LOG_INFO, "link", "broker=%s next attempt with mqtt=%s", link->address.host_port,
             version == 5 ? "5" : "3.1.1");
}

/* Whoever answers next may be another broker. */
static void begin_anew(struct link *link) {
    if (link->version == 4) {
        change_version(link, 5);
    }
}

/* An attempt has come to nothing; the next one comes later than this one did. */
static void give_up(struct link *link, mono_ms now, const char *words) {
    go_down(link, now, next_delay(link));
    link->attempts++;
    begin_anew(link);
    tell_down(link, words);
}

/* A handle that does not do what it should is left to a thread of its own. */
static void replace_handle(struct link *link, mono_ms now, const char *words) {
    if (link->paho != NULL) {
        paho_abandon(link->paho);
        link->paho = NULL;
    }
    give_up(link, now, words);
}

static bool ensure_handle(struct link *link) {
    if (link->paho == NULL) {
        struct paho_setup setup = {.options = &link->options,
                                   .address = &link->address,
                                   .password = link->password,
                                   .hooks = {link, link_on_report, link_on_message}};
        link->paho = paho_create(&setup);
    }
    return link->paho != NULL;
}

static void look_up(struct link *link, mono_ms now) {
    lookup_end(link->lookup);
    link->lookup = lookup_begin(&link->address, link_on_name, link);
    link->name_told = false;
    if (link->lookup != NULL) {
        enter(link, PHASE_LOOKING_UP, now);
    } else {
        give_up(link, now, "the broker's name cannot be looked up: out of memory or threads");
    }
}

static void try_connect(struct link *link, mono_ms now) {
    pthread_mutex_lock(&link->lock);
    link->acknowledged = false;
    link->early_messages = 0;
    pthread_mutex_unlock(&link->lock);
    enter(link, PHASE_CONNECTING, now);
    if (!ensure_handle(link) || !paho_connect(link->paho, link->version)) {
        replace_handle(link, now, "the MQTT library would not connect: trying again");
    }
}

/* The lookup has finished, or takes so long that staff must know. */
static void step_lookup(struct link *link, mono_ms now) {
    char words[REASON_BYTES];
    bool finished = lookup_finished(link->lookup);
    int error = finished ? lookup_error(link->lookup) : EAI_AGAIN;
    if (error == 0) {
        try_connect(link, now);
        return;
    }
    broker_address_explain_name(&link->address, error, words);
    if (finished) {
        give_up(link, now, words);
    } else {
        link->name_told = true;
        tell_down(link, words);
    }
}

/* Whether the refusal may be only about the protocol's version, in which case the next attempt is
 * due at once and nobody needs to be told. A broker that was an old one is believed at once. */
static bool refused_for_version(struct link *link, const struct paho_report *report) {
    enum refused_how how = link_refused_how(report);
    if (link->version == 4 || (how != REFUSED_VERSION && how != REFUSED_COMPLETION)) {
        link->completions = 0;
        return false;
    }
    link->completions++;
    if (how == REFUSED_VERSION || link->old_broker || link->completions >= COMPLETIONS_MAX) {
        change_version(link, 4);
    }
    return true;
}

/* Whether a refusal leaves open what is wrong, so that the address must be tried to know. A broker
 * that refuses our certificate in TLS 1.3 looks to Paho like one that hangs up. */
static bool must_try(const struct link *link, enum refused_how how) {
    return how == REFUSED_UNREACHED ||
           (link->address.tls && (how == REFUSED_COMPLETION || how == REFUSED_TIMEOUT));
}

static void handle_refused(struct link *link, const struct paho_report *report, mono_ms now) {
    char words[REASON_BYTES];
    log_line(LOG_DEBUG, "link", "refused code=%d text=%s", report->code, report->text);
    if (must_try(link, link_refused_how(report)) &&
        link_words_unreached(&link->options, &link->address, lookup_found(link->lookup), words)) {
        link->completions = 0;
        give_up(link, clock_mono_ms(), words);
        return;
    }
    if (refused_for_version(link, report)) {
        go_down(link, now, DELAY_MIN_MS);
        return;
    }
    link_words_refused(&link->address, report, words);
    give_up(link, now, words);
}

static void publish_presence(struct link *link, const char *state) {
    if (link->options.online_topic[0] == '\0') {
        return;
    }
    struct publication presence = {
        .payload = state, .payload_bytes = strlen(state), .qos = 1, .retained = true};
    memcpy(presence.topic, link->options.online_topic, sizeof presence.topic);
    if (!paho_publish(link->paho, &presence, &link->presence_sent_as)) {
        log_line(LOG_WARN, "link", "presence could not be published state=%s", state);
    }
}

static void become_up(struct link *link, mono_ms now) {
    enter(link, PHASE_UP, now);
    link->ever_up = true;
    link->resubscribe_at = MONO_NEVER;
    tell(link, LINK_UP, "");
    publish_presence(link, "online");
    link_flush(link);
}

static void begin_subscribing(struct link *link, mono_ms now) {
    enter(link, PHASE_SUBSCRIBING, now);
    if (!paho_subscribe(link->paho)) {
        replace_handle(link, now, "the MQTT library would not subscribe: trying again");
    }
}

static void handle_connected(struct link *link, const struct paho_report *report, mono_ms now) {
    link->connected_at = now;
    link->completions = 0;
    link->old_broker = link->version == 4;
    pthread_mutex_lock(&link->lock);
    link->facts.connects++;
    link->facts.mqtt_version = link->version;
    pthread_mutex_unlock(&link->lock);
    log_line(LOG_DEBUG, "link", "connected session_present=%d", report->session_present);
    if (link->options.topics_count > 0) {
        begin_subscribing(link, now);
    } else {
        become_up(link, now);
    }
}

/* The broker refuses what we cannot do without. We stay connected (the other topics may work) and
 * ask again in a minute: access lists are changed while brokers run. */
static void stay_refused(struct link *link, const char *topic, mono_ms now) {
    char words[REASON_BYTES];
    enter(link, PHASE_UP, now);
    link->resubscribe_at = now + BACK_OFF_MS;
    snprintf(words, sizeof words, "the broker refuses the topic %.80s: check its access list (ACL)",
             topic);
    tell_down(link, words);
    publish_presence(link, "online");
    link_flush(link);
}

static void handle_subscribed(struct link *link, const struct paho_report *report, mono_ms now) {
    const struct link_options *options = &link->options;
    const char *needed = report->kind == PAHO_SUBSCRIBED ? NULL : options->topics[0];
    for (size_t i = 0; i < report->codes_count && i < options->topics_count; i++) {
        bool refused = report->codes[i] >= REASON_CODE_REFUSED;
        if (refused && needed == NULL && i < options->topics_needed) {
            needed = options->topics[i];
        } else if (refused && i > 0) {
            log_line(LOG_WARN, "link", "the broker refuses topic=%s code=%d: check its ACL",
                     options->topics[i], report->codes[i]);
        }
    }
    if (needed == NULL) {
        become_up(link, now);
    } else {
        stay_refused(link, needed, now);
    }
}

static void handle_lost(struct link *link, const struct paho_report *report, mono_ms now) {
    char words[REASON_BYTES];
    bool was_connected = link->phase == PHASE_SUBSCRIBING || link->phase == PHASE_UP;
    if (!was_connected) {
        return;
    }
    bool short_life = report->code == 0 && now - link->connected_at < SHORT_LIFE_MS;
    link->short_lives += short_life ? 1 : 0;
    bool again = short_life && link->short_lives >= SHORT_LIVES_MAX;
    pthread_mutex_lock(&link->lock);
    link->facts.losses++;
    pthread_mutex_unlock(&link->lock);
    mono_ms delay = again ? random_between(DELAY_MAX_MS / 2, DELAY_MAX_MS) : next_delay(link);
    go_down(link, now, report->code == DISCONNECT_TAKEN_OVER ? BACK_OFF_MS : delay);
    link->attempts++;
    begin_anew(link);
    link_words_lost(&link->address, link->options.client_id, report, again, words);
    tell_down(link, words);
}

/* Presence is the one thing that a display publishes with an answer: who may not do that may not
 * report anything. */
static void tell_presence_refused(const struct link *link) {
    log_line(
        LOG_WARN, "link",
        "the broker refuses the topic %s: is [display] id the name in this display's certificate "
        "or its user name (access list)?",
        link->options.online_topic);
}

/* The broker has a publication, or refuses it; whoever waits for it is told. */
static void handle_sent(struct link *link, const struct paho_report *report) {
    struct letter letter = {.kind = LETTER_DELIVERED};
    pthread_mutex_lock(&link->lock);
    struct outbox_slot *slot = outbox_sent_as(&link->outbox, report->token);
    bool refused = report->kind == PAHO_SEND_FAILED && report->code >= REASON_CODE_REFUSED;
    bool over = slot != NULL && (report->kind == PAHO_SENT || refused);
    if (over) {
        letter.delivered.token = slot->publication.token;
        letter.delivered.ok = !refused;
        if (refused) {
            snprintf(letter.delivered.reason, sizeof letter.delivered.reason,
                     "the broker refuses the topic %.80s (its access list?)",
                     slot->publication.topic);
        }
        outbox_release(slot);
    } else if (slot != NULL) {
        slot->state = OUTBOX_WAITING;
    }
    if (over && letter.delivered.token != 0 && !link->deaf) {
        inbox_put(link->inbox, &letter);
    }
    pthread_mutex_unlock(&link->lock);
    if (over && refused && letter.delivered.token == 0) {
        log_line(LOG_WARN, "link", "%s", letter.delivered.reason);
    } else if (slot == NULL && refused && report->token == link->presence_sent_as) {
        tell_presence_refused(link);
    }
}

void link_handle_report(struct link *link, const struct paho_report *report, mono_ms now) {
    if (report->from != link->paho) {
        return;
    }
    switch (report->kind) {
    case PAHO_CONNECTED:
        if (link->phase == PHASE_CONNECTING) {
            handle_connected(link, report, now);
        }
        break;
    case PAHO_REFUSED:
        if (link->phase == PHASE_CONNECTING) {
            handle_refused(link, report, now);
        }
        break;
    case PAHO_SUBSCRIBED:
    case PAHO_SUBSCRIBE_FAILED:
        if (link->phase == PHASE_SUBSCRIBING) {
            handle_subscribed(link, report, now);
        }
        break;
    case PAHO_LOST:
        handle_lost(link, report, now);
        break;
    case PAHO_SENT:
    case PAHO_SEND_FAILED:
        handle_sent(link, report);
        break;
    case PAHO_DISCONNECTED:
        break;
    }
}

/* Marks the next waiting publication as being sent, so that nobody else touches its slot. */
static struct outbox_slot *take_next(struct link *link) {
    pthread_mutex_lock(&link->lock);
    struct outbox_slot *slot = outbox_next(&link->outbox, LINK_IN_FLIGHT_MAX);
    if (slot != NULL) {
        slot->state = OUTBOX_SENDING;
        slot->sent_as = -1;
    }
    pthread_mutex_unlock(&link->lock);
    return slot;
}

void link_flush(struct link *link) {
    struct outbox_slot *slot;
    if (link->phase != PHASE_UP || clock_mono_ms() < link->stalled_until) {
        return;
    }
    link->stalled_until = 0;
    while ((slot = take_next(link)) != NULL) {
        int token = 0;
        bool accepted = paho_publish(link->paho, &slot->publication, &token);
        pthread_mutex_lock(&link->lock);
        slot->sent_as = token;
        slot->state = accepted ? OUTBOX_SENDING : OUTBOX_WAITING;
        bool unacknowledged_kind = accepted && slot->publication.qos == 0;
        pthread_mutex_unlock(&link->lock);
        if (unacknowledged_kind) {
            /* QoS 0 has no token to wait for: given to the socket is all there is to know. */
            struct paho_report done = {.kind = PAHO_SENT, .token = token};
            handle_sent(link, &done);
        }
        if (!accepted) {
            /* Most likely a loss is about to be reported. */
            link->stalled_until = clock_mono_ms() + SEND_STALL_MS;
            return;
        }
    }
}

/* An access list that hides a topic refuses no subscription, it only delivers nothing. So a hall
 * that has heard nothing after a minute is told of once. */
static void ask_heard(struct link *link) {
    link->heard_asked = true;
    pthread_mutex_lock(&link->lock);
    bool silent = link->facts.received == 0;
    link->facts.silent = silent;
    pthread_mutex_unlock(&link->lock);
    if (silent) {
        log_line(LOG_WARN, "link",
                 "no board received within a minute, nor anything else: does the queue system keep "
                 "one beside %s, and does the broker's access list (ACL) let this display read it?",
                 link->options.topics[0]);
    }
}

static bool must_ask_heard(const struct link *link, mono_ms now) {
    return !link->heard_asked && link->options.topics_count > 0 &&
           now >= link->phase_since + WELL_AFTER_MS;
}

void link_step(struct link *link, mono_ms now) {
    if (now < link_deadline(link)) {
        return;
    }
    switch (link->phase) {
    case PHASE_DOWN:
        look_up(link, now);
        break;
    case PHASE_LOOKING_UP:
        step_lookup(link, now);
        break;
    case PHASE_CONNECTING:
        replace_handle(link, now, "the broker's answer hangs: trying again");
        break;
    case PHASE_SUBSCRIBING:
        replace_handle(link, now, "the broker does not answer our subscription: trying again");
        break;
    case PHASE_UP:
        if (must_ask_heard(link, now)) {
            ask_heard(link);
        }
        if (now >= link->resubscribe_at) {
            begin_subscribing(link, now);
        } else if (now >= link->phase_since + WELL_AFTER_MS) {
            link->attempts = 0;
            link->short_lives = 0;
        }
        break;
    }
}

mono_ms link_deadline(const struct link *link) {
    mono_ms well_at = MONO_NEVER;
    switch (link->phase) {
    case PHASE_DOWN:
        return link->next_attempt;
    case PHASE_LOOKING_UP:
        if (lookup_finished(link->lookup)) {
            return link->phase_since;
        }
        return link->name_told ? MONO_NEVER : link->phase_since + NAME_HANGS_MS;
    case PHASE_CONNECTING:
        return link->phase_since + CONNECT_HANGS_MS;
    case PHASE_SUBSCRIBING:
        return link->phase_since + SUBACK_HANGS_MS;
    case PHASE_UP:
        if (link->attempts > 0 || (!link->heard_asked && link->options.topics_count > 0)) {
            well_at = link->phase_since + WELL_AFTER_MS;
        }
        well_at = link->resubscribe_at < well_at ? link->resubscribe_at : well_at;
        return link->stalled_until > 0 && link->stalled_until < well_at ? link->stalled_until
                                                                        : well_at;
    }
    return MONO_NEVER;
}

void link_begin(struct link *link, mono_ms now) {
    link->version = 5;
    link->resubscribe_at = MONO_NEVER;
    enter(link, PHASE_DOWN, now);
    link->next_attempt = now + random_between(0, link->options.first_connect_jitter_ms);
}
