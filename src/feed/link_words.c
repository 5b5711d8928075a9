/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why there is no connection, in words for the staff of an office.
 *
 * Three sources: the number in the broker's answer, which is exact; what happens when the address
 * is tried again without Paho; and Paho's text, which only says which of these to ask. The texts
 * compared with here are those of 1.3.12; with one that is not known the address is tried, so a
 * newer library makes the words poorer but never wrong.
 */
#include "feed/link_words.h"

#include "feed/tls_probe.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { CONNACK_BAD_VERSION_3 = 1, CONNACK_BAD_VERSION_5 = 132 };

enum refused_how link_refused_how(const struct paho_report *report) {
    if (report->code == CONNACK_BAD_VERSION_3 || report->code == CONNACK_BAD_VERSION_5) {
        return REFUSED_VERSION;
    }
    if (report->code > 0) {
        return REFUSED_BY_BROKER;
    }
    if (strstr(report->text, "connect completion failure") != NULL) {
        return REFUSED_COMPLETION;
    }
    if (strstr(report->text, "timeout") != NULL) {
        return REFUSED_TIMEOUT;
    }
    return REFUSED_UNREACHED;
}

/* Both protocols' CONNACK codes, as far as they need different words. */
static const char *code_words(int code) {
    switch (code) {
    case 2:
    case 133:
        return "does not accept this display's id: check [display] id";
    case 3:
    case 136:
    case 137:
        return "is not available now: it will be tried again";
    case 4:
    case 134:
        return "refuses the user name or password: check [broker] username and password_file";
    case 5:
    case 135:
        return "does not let us in: check [broker] username, password_file and its access list";
    case 138:
        return "has banned this display: ask who runs the broker";
    case 149:
        return "allows too small packets: raise its max_packet_size";
    default:
        return NULL;
    }
}

/* What the broker's number means. */
static void words_of_code(const struct broker_address *address, int code,
                          char words[REASON_BYTES]) {
    const char *known = code_words(code);
    if (known != NULL) {
        snprintf(words, REASON_BYTES, "broker %.60s %s", address->host_port, known);
    } else {
        snprintf(words, REASON_BYTES, "broker %.60s refuses us with code %d", address->host_port,
                 code);
    }
}

bool link_words_unreached(const struct link_options *options, const struct broker_address *address,
                          const struct addrinfo *found, char words[REASON_BYTES]) {
    int fd = broker_address_reach(address, found, words);
    if (fd >= 0) {
        if (address->tls) {
            tls_probe_explain(address, options, fd, words);
        }
        close(fd);
    }
    return words[0] != '\0';
}

void link_words_refused(const struct broker_address *address, const struct paho_report *report,
                        char words[REASON_BYTES]) {
    switch (link_refused_how(report)) {
    case REFUSED_VERSION:
        snprintf(words, REASON_BYTES, "broker %.80s speaks neither MQTT 5 nor 3.1.1",
                 address->host_port);
        return;
    case REFUSED_BY_BROKER:
        words_of_code(address, report->code, words);
        return;
    case REFUSED_COMPLETION:
        snprintf(words, REASON_BYTES,
                 "broker %.60s hangs up without an answer: does this port expect %s?",
                 address->host_port, address->tls ? "another protocol" : "TLS (mqtts://)");
        return;
    case REFUSED_TIMEOUT:
        snprintf(words, REASON_BYTES,
                 "broker %.60s does not answer: check its address, the network and the firewall",
                 address->host_port);
        return;
    case REFUSED_UNREACHED:
        snprintf(words, REASON_BYTES,
                 "broker %.60s could not be reached a moment ago: trying again",
                 address->host_port);
    }
}

void link_words_lost(const struct broker_address *address, const char *client_id,
                     const struct paho_report *report, bool again, char words[REASON_BYTES]) {
    if (report->code == DISCONNECT_TAKEN_OVER) {
        snprintf(words, REASON_BYTES,
                 "another display uses the id \"%.60s\": give each its own [display] id",
                 client_id);
    } else if (report->code > 0) {
        snprintf(words, REASON_BYTES, "broker %.60s has ended the connection (reason %d)",
                 address->host_port, report->code);
    } else if (again) {
        snprintf(words, REASON_BYTES,
                 "broker %.36s closes the connection again and again: perhaps another display "
                 "uses the id \"%.36s\"",
                 address->host_port, client_id);
    } else {
        snprintf(words, REASON_BYTES, "the connection to broker %.60s is lost", address->host_port);
    }
}
