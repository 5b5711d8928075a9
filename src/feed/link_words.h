/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A failed connection in plain words for staff: what is wrong and what to do. Internal to feed/.
 */
#ifndef HALLCALL_FEED_LINK_WORDS_H
#define HALLCALL_FEED_LINK_WORDS_H

#include "feed/paho.h"

/* Which of the failures that need different answers a refusal is. */
enum refused_how {
    REFUSED_VERSION,    /* the broker does not speak MQTT 5 */
    REFUSED_COMPLETION, /* TCP stood, then closed without a CONNACK: an old broker, or TLS */
    REFUSED_UNREACHED,  /* no TCP or TLS connection */
    REFUSED_TIMEOUT,    /* TCP stood, nothing was said */
    REFUSED_BY_BROKER   /* a CONNACK with a reason */
};

enum refused_how link_refused_how(const struct paho_report *report);
/* Opens a connection to the addresses found, with TLS if that is how we connect, and says what is
 * wrong with it; takes 5 s at most for one address. False, and words is "", when nothing is. */
bool link_words_unreached(const struct link_options *options, const struct broker_address *address,
                          const struct addrinfo *found, char words[REASON_BYTES]);
/* What the refusal itself says. */
void link_words_refused(const struct broker_address *address, const struct paho_report *report,
                        char words[REASON_BYTES]);
/* again: the broker has closed several young connections without a word. */
void link_words_lost(const struct broker_address *address, const char *client_id,
                     const struct paho_report *report, bool again, char words[REASON_BYTES]);

#endif
