/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One message from a command line to the broker: what the publishing commands share.
 */
#ifndef HALLCALL_COMMAND_SENDING_H
#define HALLCALL_COMMAND_SENDING_H

#include "command/command.h"
#include "feed/link.h"
#include "feed/topics.h"

enum { MESSAGE_BYTES = 16384 };

/* One message on its way from the command line to the broker. */
struct sending {
    const char *command;
    struct config config;
    struct publication publication;
    char message[MESSAGE_BYTES];
    char said[TEXT_BYTES]; /* what is told when it is done */
};

/* Tells a mistake in the arguments; returns EXIT_USAGE. */
int sending_complain(const char *command, const char *words);
/* A whole number of seconds from min to max, as milliseconds. */
bool sending_read_seconds(const char *text, long min, long max, int64_t *ms);
/* Copies an argument (NULL: ""); false when it does not fit. */
bool sending_copy(char *out, size_t bytes, const char *argument);
/* Reads the message back as a display of this site would, sends it to a topic and waits at most
 * 10 s for the broker to acknowledge it. Tells what was done on stdout, or why not on stderr;
 * returns the exit code. message, publication's payload_bytes, retained and expiry_s, and said are
 * the caller's. */
int sending_deliver(struct sending *sending, const struct topic_address *address);
/* The place of the hall that --hall names, NULL: the display's own. False, told on stderr, when the
 * display has no such hall. */
bool sending_find_hall(const struct sending *sending, const char *name, size_t *from);

#endif
