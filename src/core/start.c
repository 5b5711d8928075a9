/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From facts to lines. What is asked first comes first, because a low screen has no room for all.
 *
 * A line is trouble when somebody on the spot must do something: a link that was tried in vain, no
 * cable in any socket, no address, no sound, a clock that is not shown. Refused: saying what to do
 * about each (the reasons of link and sound do so already, and a screen is no manual).
 */
#include "core/start.h"

#include "core/text.h"

#include <stdio.h>
#include <string.h>

static struct start_line *add(struct view_start *start, const char *name, const char *value) {
    struct start_line *line = &start->lines[start->lines_count];
    if (start->lines_count < START_LINES_MAX) {
        start->lines_count++;
        text_copy(line->name, sizeof line->name, name);
        text_copy(line->value, sizeof line->value, value);
    }
    return line;
}

static void add_broker(const struct start_facts *facts, struct view_start *start) {
    bool tried = facts->link_reason[0] != '\0';
    add(start, "broker", facts->broker);
    add(start, "link", tried ? facts->link_reason : "connecting")->trouble = tried;
}

void start_link_words(const struct start_link *link, char words[REASON_BYTES]) {
    const char *state = link->up ? "cable connected" : "no cable, or nothing at its other end";
    if (link->radio) {
        state = link->up ? "in a radio network" : "in no radio network";
    }
    snprintf(words, REASON_BYTES, "%s, %s%s%s", link->name, state, link->mac[0] != '\0' ? ", " : "",
             link->mac);
}

/* One socket with a cable is enough: the others are only told. */
static void add_network(const struct start_facts *facts, struct view_start *start) {
    char words[REASON_BYTES];
    bool up = false;
    for (size_t i = 0; i < facts->links_count; i++) {
        up = up || facts->links[i].up;
    }
    for (size_t i = 0; i < facts->links_count; i++) {
        start_link_words(&facts->links[i], words);
        add(start, i == 0 ? "network" : "", words)->trouble = !up;
    }
    if (facts->links_count == 0) {
        add(start, "network", "this machine has no network card")->trouble = true;
    }
    for (size_t i = 0; i < facts->addresses_count; i++) {
        add(start, i == 0 ? "address" : "", facts->addresses[i]);
    }
    if (facts->addresses_count == 0) {
        add(start, "address", "none yet")->trouble = true;
    }
}

bool start_clock_words(enum clock_state clock, const char *time, char words[REASON_BYTES]) {
    const char *reads = time[0] != '\0' ? ", it reads " : "";
    switch (clock) {
    case CLOCK_SYNCHRONISED:
        snprintf(words, REASON_BYTES, "synchronised%s%s", reads, time);
        return false;
    case CLOCK_BATTERY:
        snprintf(words, REASON_BYTES, "not synchronised, kept by its battery%s%s", reads, time);
        return false;
    case CLOCK_TRUSTED:
        snprintf(words, REASON_BYTES, "not synchronised, shown by configuration%s%s", reads, time);
        return false;
    case CLOCK_DOUBTED:
        snprintf(words, REASON_BYTES,
                 "not synchronised%s%s: no time server answers; it is not shown to visitors", reads,
                 time);
        return true;
    case CLOCK_UNSET:
        break;
    }
    snprintf(words, REASON_BYTES, "not set: no time server answers; it is not shown to visitors");
    return true;
}

static void add_machine(const struct start_facts *facts, struct view_start *start) {
    char words[REASON_BYTES];
    snprintf(words, sizeof words, "%s%s%s", facts->host,
             facts->serial[0] != '\0' ? ", serial " : "", facts->serial);
    add(start, "computer", words);
    snprintf(words, sizeof words, "hallcall %s", facts->version);
    add(start, "program", words);
}

void start_lines(const struct start_facts *facts, struct view_start *start) {
    char words[REASON_BYTES];
    memset(start, 0, sizeof *start);
    text_copy(start->display, sizeof start->display, facts->display);
    snprintf(start->place, sizeof start->place, "hall %s, site %s", facts->halls, facts->site);
    add_broker(facts, start);
    add_network(facts, start);
    bool silent = facts->voice_reason[0] != '\0';
    add(start, "sound", silent ? facts->voice_reason : "well")->trouble = silent;
    bool doubted = start_clock_words(facts->clock, facts->time, words);
    add(start, "clock", words)->trouble = doubted;
    add_machine(facts, start);
}
