/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sending one message and saying what became of it.
 *
 * The message is read back through the contract with this site's own ticket pattern first, so that
 * what a display would refuse is told here and now, in the display's words. Success is said only
 * when the broker has acknowledged the message.
 *
 * Considered and refused: trying for longer than ten seconds. Whoever stands at a counter needs an
 * answer, and a call that comes minutes late is worse than none.
 */
#include "command/sending.h"

#include "command/wiring.h"
#include "feed/contract.h"
#include "system/clock.h"
#include "system/log.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEND_WAIT_MS = 10000, SEND_TOKEN = 1 };

int sending_complain(const char *command, const char *words) {
    fprintf(stderr, "hallcall %s: %s\nTry \"hallcall %s --help\".\n", command, words, command);
    return EXIT_USAGE;
}

bool sending_read_seconds(const char *text, long min, long max, int64_t *ms) {
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    *ms = (int64_t)value * 1000;
    return errno == 0 && end != text && *end == '\0' && value >= min && value <= max;
}

/* Whether a display of this site would take the message; complains in its words when not. */
static bool would_be_accepted(const struct sending *sending) {
    char reason[REASON_BYTES];
    struct topic_names names;
    struct contract contract;
    wire_topics(&sending->config.settings, &names);
    if (!contract_init(&contract, &names, sending->config.settings.ticket.pattern, reason,
                       sizeof reason)) {
        fprintf(stderr, "hallcall %s: [ticket] pattern: %s\n", sending->command, reason);
        return false;
    }
    struct input *input = malloc(sizeof *input);
    struct arrival live = {.live = true, .expiry_left_ms = -1};
    struct message message = {sending->publication.topic, sending->message,
                              sending->publication.payload_bytes, &live};
    enum refusal refusal =
        input != NULL ? contract_read(&contract, &message, input, reason) : REFUSAL_LIMIT;
    if (refusal != REFUSAL_NONE) {
        fprintf(stderr, "hallcall %s: not sent, a display would refuse it: %s\n", sending->command,
                reason);
    }
    free(input);
    contract_finish(&contract);
    return refusal == REFUSAL_NONE;
}

/* Waits for the broker's answer, telling troubles as they come. */
static bool await_delivery(const struct sending *sending, struct inbox *inbox) {
    struct letter letter;
    mono_ms deadline = clock_mono_ms() + SEND_WAIT_MS;
    for (mono_ms now = clock_mono_ms(); now < deadline; now = clock_mono_ms()) {
        while (inbox_take(inbox, &letter)) {
            if (letter.kind == LETTER_LINK && letter.link.state != LINK_UP) {
                fprintf(stderr, "hallcall %s: %s\n", sending->command, letter.link.reason);
            } else if (letter.kind == LETTER_DELIVERED && !letter.delivered.ok) {
                fprintf(stderr, "hallcall %s: %s\n", sending->command, letter.delivered.reason);
                return false;
            } else if (letter.kind == LETTER_DELIVERED) {
                return true;
            }
        }
        struct pollfd wait = {.fd = inbox_fd(inbox), .events = POLLIN};
        poll(&wait, 1, (int)(deadline - now));
    }
    fprintf(stderr, "hallcall %s: not sent: no answer from the broker within %d s\n",
            sending->command, SEND_WAIT_MS / 1000);
    return false;
}

static int deliver(struct sending *sending) {
    char reason[REASON_BYTES] = "";
    struct link_options options;
    struct inbox *inbox = inbox_create();
    log_set_level(LOG_ERR); /* the letters tell the same in this command's own words */
    wire_sender_link(&sending->config.settings, &options);
    struct link *link = inbox != NULL ? link_create(&options, inbox, reason) : NULL;
    bool delivered = false;
    if (link == NULL) {
        fprintf(stderr, "hallcall %s: %s\n", sending->command, reason);
    } else {
        sending->publication.payload = sending->message;
        delivered = link_publish(link, &sending->publication) && await_delivery(sending, inbox);
    }
    link_destroy(link);
    inbox_destroy(inbox);
    if (delivered) {
        printf("%s\n", sending->said);
    }
    return delivered ? EXIT_OK : EXIT_RUNTIME;
}

bool sending_find_hall(const struct sending *sending, const char *name, size_t *from) {
    const struct halls *halls = &sending->config.settings.display.halls;
    *from = name != NULL ? halls_find(halls, name) : 0;
    if (*from == halls->count) {
        sending_complain(sending->command, "--hall: expected a hall of [display] hall");
    }
    return *from < halls->count;
}

int sending_deliver(struct sending *sending, const struct topic_address *address) {
    struct topic_names names;
    wire_topics(&sending->config.settings, &names);
    topic_write(&names, address, sending->publication.topic);
    sending->publication.token = SEND_TOKEN;
    sending->publication.qos = 1;
    if (!would_be_accepted(sending)) {
        return EXIT_USAGE;
    }
    return deliver(sending);
}

bool sending_copy(char *out, size_t bytes, const char *argument) {
    int length = snprintf(out, bytes, "%s", argument != NULL ? argument : "");
    return length >= 0 && (size_t)length < bytes;
}
