/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A visit to the broker for `hallcall check`: the link itself, with the options that the display
 * would use, for a few seconds. What it finds and the words are therefore those of `run`.
 *
 * It leaves no trace: a client id of its own, no session, no presence. What the display may read
 * shows in the board, since an access list seldom refuses a subscription and only delivers nothing;
 * what it may write shows in the answer to one message that nobody listens to. A broker of 3.1.1
 * cannot say that it refuses a message, so with it the second is not known.
 */
#include "feed/link.h"

#include "feed/secrets.h"
#include "feed/tls_probe.h"
#include "system/clock.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    ANSWER_WAIT_MS = 12000, /* Paho's six seconds, and what is tried after them */
    REPORT_WAIT_MS = 3000,
    BOARD_WAIT_MS = 1000, /* a retained message comes right behind the SUBACK */
    REPORT_TOKEN = 1
};

static struct link_options visit_options(const struct link_options *options) {
    struct link_options visit = *options;
    visit.online_topic[0] = '\0';
    visit.session_expiry_s = 0;
    visit.first_connect_jitter_ms = 0;
    snprintf(visit.client_id, sizeof visit.client_id, "%.60s-check-%u", options->client_id,
             (unsigned)getpid() % 100000);
    return visit;
}

/* Takes a letter before a deadline; its payload is freed already and only tells whether there was
 * one. */
static bool take_letter(struct inbox *inbox, mono_ms deadline, struct letter *letter) {
    for (mono_ms now = clock_mono_ms(); now < deadline; now = clock_mono_ms()) {
        if (inbox_take(inbox, letter)) {
            if (letter->kind == LETTER_MESSAGE) {
                free(letter->message.payload);
            }
            return true;
        }
        struct pollfd wait = {.fd = inbox_fd(inbox), .events = POLLIN};
        poll(&wait, 1, (int)(deadline - now));
    }
    return false;
}

/* Notes which board a letter is, if it is one. */
static void note_board(const struct letter *letter, struct link_visit *visit) {
    for (size_t i = 0; i < visit->boards_count && letter->kind == LETTER_MESSAGE; i++) {
        bool board = strcmp(letter->message.topic, visit->board_topics[i]) == 0 &&
                     letter->message.payload_bytes > 0;
        visit->boards[i] = visit->boards[i] || board;
    }
}

static bool lacks_board(const struct link_visit *visit) {
    bool lacks = false;
    for (size_t i = 0; i < visit->boards_count; i++) {
        lacks = lacks || !visit->boards[i];
    }
    return lacks;
}

/* Waits for the link's first word. */
static void await_answer(struct inbox *inbox, struct link_visit *visit) {
    mono_ms deadline = clock_mono_ms() + ANSWER_WAIT_MS;
    struct letter letter;
    snprintf(visit->words, sizeof visit->words,
             "the broker does not answer: check its address, the network and the firewall");
    while (take_letter(inbox, deadline, &letter)) {
        if (letter.kind == LETTER_LINK) {
            visit->accepted = letter.link.state == LINK_UP;
            memcpy(visit->words, letter.link.reason, sizeof visit->words);
            return;
        }
        note_board(&letter, visit);
    }
}

/* Publishes a report and waits for the answer to it. */
static void try_report(struct link *link, struct inbox *inbox, struct link_visit *visit) {
    struct publication report = {
        .token = REPORT_TOKEN, .payload = "check", .payload_bytes = 5, .qos = 1, .expiry_s = 1};
    mono_ms deadline = clock_mono_ms() + REPORT_WAIT_MS;
    struct letter letter = {.kind = LETTER_LINK};
    memcpy(report.topic, visit->report_topic, sizeof report.topic);
    bool sent = link_publish(link, &report);
    snprintf(visit->report_words, sizeof visit->report_words,
             "the broker does not say whether it has a message of ours");
    while (sent && take_letter(inbox, deadline, &letter)) {
        note_board(&letter, visit);
        if (letter.kind == LETTER_DELIVERED) {
            visit->reported = letter.delivered.ok;
            memcpy(visit->report_words, letter.delivered.reason, sizeof visit->report_words);
            return;
        }
    }
}

static void await_boards(struct inbox *inbox, struct link_visit *visit) {
    mono_ms deadline = clock_mono_ms() + BOARD_WAIT_MS;
    struct letter letter;
    while (lacks_board(visit) && take_letter(inbox, deadline, &letter)) {
        note_board(&letter, visit);
    }
}

/* How long certificates last; a file that cannot be read is told with the connection. */
static void look_at_days(struct link_options own, struct link_visit *visit) {
    char reason[REASON_BYTES];
    if (secrets_check(&own, reason)) {
        tls_probe_until(own.cert_file, &visit->own);
        tls_probe_until_last(own.ca_file, &visit->authority);
    }
}

void link_visit(const struct link_options *options, struct link_visit *visit) {
    struct link_options own = visit_options(options);
    struct inbox *inbox = inbox_create();
    struct link *link = NULL;
    look_at_days(own, visit);
    snprintf(visit->words, sizeof visit->words, "out of memory or descriptors");
    if (inbox != NULL) {
        link = link_create(&own, inbox, visit->words);
    }
    if (link != NULL) {
        await_answer(inbox, visit);
    }
    if (visit->accepted) {
        struct link_facts facts;
        link_read_facts(link, &facts);
        visit->mqtt_version = facts.mqtt_version;
        try_report(link, inbox, visit);
        await_boards(inbox, visit);
    }
    link_destroy(link);
    inbox_destroy(inbox);
}
