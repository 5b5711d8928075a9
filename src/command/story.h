/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The journal's records as the stories of calls, in words that a clerk understands.
 */
#ifndef HALLCALL_COMMAND_STORY_H
#define HALLCALL_COMMAND_STORY_H

#include "core/hall.h"
#include "journal/journal.h"

#include <stdbool.h>

enum { STORY_BYTES = 1024 };

/* One call (or recall, or notice) from its arrival to its end. */
struct story {
    enum utterance_kind kind;
    wall_ms at; /* TIME_UNKNOWN while the clock was not set */
    char hall[NAME_BYTES];
    char id[ID_BYTES];
    uint32_t n;
    char ticket[TICKET_BYTES];
    char counter[NAME_BYTES];
    bool shown;
    int64_t shown_ms;
    size_t heard_count;
    struct {
        char lang[LANG_BYTES];
        wall_ms at;
        int64_t latency_ms;
    } heard[LANGS_PER_CALL_MAX];
    bool unheard;
    char unheard_reason[REASON_BYTES];
    bool ended;
    wall_ms ended_at;
    char ended_reason[REASON_BYTES];
};

/* Zeroed memory is an empty one. */
struct stories {
    size_t count, room;
    struct story *list; /* in order of arrival */
};

/* Adds a record to the story it belongs to. False when memory is exhausted. */
bool stories_add(struct stories *stories, const struct journal_record *record);
void stories_finish(struct stories *stories);

/* Tells a story, without its time and ticket, in out[STORY_BYTES]. The hall names counters and
 * languages. */
void story_tell(const struct story *story, const struct hall *hall, char *out);
/* Local time of day, "08:15:30", or "--:--:--" when it is not known, in out[16]. */
const char *story_clock(wall_ms at, char *out);

#endif
