/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Links to a broker on a loopback port, and waiting for what they tell. */
#ifndef HALLCALL_TESTS_UNIT_LINK_FIXTURE_H
#define HALLCALL_TESTS_UNIT_LINK_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "feed/link.h"
#include "system/clock.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WAIT_MS = 20000 };

static int free_port(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    close(fd);
    return ntohs(address.sin_port);
}

static struct link_options options_for(int port, const char *client_id) {
    struct link_options options = {.keepalive_s = 10, .session_expiry_s = 0};
    snprintf(options.url, sizeof options.url, "mqtt://127.0.0.1:%d", port);
    snprintf(options.client_id, sizeof options.client_id, "%s", client_id);
    return options;
}

static void add_topic(struct link_options *options, const char *topic) {
    snprintf(options->topics[options->topics_count++], TOPIC_BYTES, "%s", topic);
    options->topics_needed = 1;
}

/* A link with its inbox. */
struct party {
    struct inbox *inbox;
    struct link *link;
};

static struct party join(const struct link_options *options) {
    char reason[REASON_BYTES] = "";
    struct party party = {.inbox = inbox_create()};
    assert_non_null(party.inbox);
    party.link = link_create(options, party.inbox, reason);
    assert_string_equal(reason, "");
    assert_non_null(party.link);
    return party;
}

static void part(struct party *party) {
    link_destroy(party->link);
    inbox_destroy(party->inbox);
}

/* The next letter of a kind; messages that were skipped are freed. Fails after WAIT_MS. */
static struct letter await_letter(struct party *party, enum letter_kind kind) {
    struct letter letter;
    mono_ms deadline = clock_mono_ms() + WAIT_MS;
    for (;;) {
        while (inbox_take(party->inbox, &letter)) {
            if (letter.kind == kind) {
                return letter;
            }
            if (letter.kind == LETTER_MESSAGE) {
                free(letter.message.payload);
            }
        }
        mono_ms now = clock_mono_ms();
        assert_true(now < deadline);
        struct pollfd wait = {.fd = inbox_fd(party->inbox), .events = POLLIN};
        poll(&wait, 1, (int)(deadline - now));
    }
}

/* Waits for a message with this payload, and tells how it arrived. */
static struct arrival await_payload(struct party *party, const char *topic, const char *payload) {
    for (;;) {
        struct letter letter = await_letter(party, LETTER_MESSAGE);
        assert_non_null(letter.message.payload);
        bool same = strcmp(letter.message.topic, topic) == 0 &&
                    letter.message.payload_bytes == strlen(payload) &&
                    memcmp(letter.message.payload, payload, strlen(payload)) == 0;
        free(letter.message.payload);
        if (same) {
            return letter.message.arrival;
        }
    }
}

static struct link_visit visit(const struct link_options *options) {
    struct link_visit visit = {
        .boards_count = 1, .board_topics = {"t/board"}, .report_topic = "t/report"};
    link_visit(options, &visit);
    return visit;
}

#endif
