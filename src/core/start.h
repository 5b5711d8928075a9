/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The start screen: what a display that has not found its broker yet says to whoever hangs it.
 *
 * Visitors keep their welcome and the honest line; beside it, where the list of calls would be,
 * stands in plain words which display this is, where it looks for its broker, why it is not there,
 * and what of the machine one asks first on the telephone: addresses, cable, sound, clock, serial
 * number. It is gone for good with the first sign of the broker (board_starting).
 *
 * Words for staff are English, as in the log, the status and `hallcall check`, which says the same
 * words. Facts are gathered by command/starting.c; here they become lines.
 */
#ifndef HALLCALL_CORE_START_H
#define HALLCALL_CORE_START_H

#include "core/limits.h"
#include "core/moment.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    START_LINKS_MAX = 3,
    START_ADDRESSES_MAX = 8,
    START_LINES_MAX = 9 + START_LINKS_MAX + START_ADDRESSES_MAX,
    START_NAME_BYTES = 12,
    START_MACHINE_BYTES = 65 /* a host's name, a serial number */
};

/* A network card. */
struct start_link {
    char name[17]; /* "eth0" */
    char mac[24];  /* "b8:27:eb:01:02:03", "" when it has none */
    bool up;       /* its cable is in, or it is in a radio network */
    bool radio;
};

struct start_facts {
    char site[NAME_BYTES], display[NAME_BYTES];
    char halls[HALLS_MAX * (NAME_BYTES + 2)]; /* "main, registry" */
    char version[32];
    char host[START_MACHINE_BYTES];
    char serial[START_MACHINE_BYTES]; /* "" when nobody knows */
    size_t links_count;
    struct start_link links[START_LINKS_MAX];
    size_t addresses_count;
    char addresses[START_ADDRESSES_MAX][72]; /* "192.168.1.4 (eth0)" */
    char broker[LABEL_BYTES];                /* host:port */
    char link_reason[REASON_BYTES];          /* why the link is not up; "" before the first try */
    char voice_reason[REASON_BYTES];         /* "" when the sound is well */
    enum clock_state clock;
    char time[24]; /* what that clock reads, "" when it is not set */
};

struct start_line {
    char name[START_NAME_BYTES]; /* "broker", "" for one more of the line above */
    char value[REASON_BYTES];
    bool trouble; /* somebody must do something about it: marked by a sign */
};

struct view_start {
    char display[NAME_BYTES];    /* the display's own name, large */
    char place[2 * LABEL_BYTES]; /* the hall and the site it is in */
    size_t lines_count;
    struct start_line lines[START_LINES_MAX]; /* the most important first */
};

/* Writes the lines; every byte of *start is written. */
void start_lines(const struct start_facts *facts, struct view_start *start);
/* What is said of a clock, and whether that is trouble. */
bool start_clock_words(enum clock_state clock, const char *time, char words[REASON_BYTES]);
/* What is said of a network card. */
void start_link_words(const struct start_link *link, char words[REASON_BYTES]);

#endif
