/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The status message: what a display says about itself, as JSON (docs/asyncapi.yaml, Status).
 */
#ifndef HALLCALL_FEED_STATUS_H
#define HALLCALL_FEED_STATUS_H

#include "feed/contract.h"
#include "feed/link.h"
#include "system/health.h"

/* One hall of the display. */
struct status_hall {
    const char *name;
    bool heard;      /* something of its queue system came since the start */
    bool late;       /* its heartbeats are missing */
    uint64_t missed; /* gaps in its sequence */
    size_t listed;   /* its rows */
};

struct status {
    const char *version;
    int64_t uptime_s;
    struct link_facts link;
    bool voice_well;
    const char *voice_reason; /* "" when well */
    int64_t voice_lag_ms;     /* age of the oldest call still waiting for its first utterance */
    bool voice_behind;        /* that is longer than the configured voice_lag_s */
    unsigned waiting;         /* announcements waiting */
    int volume_percent;
    bool muted;
    wall_ms muted_until; /* TIME_UNKNOWN while it is not muted, or the time is not known */
    bool second_wanted;
    bool second_well;
    const char *second_reason; /* "" when well */
    size_t speakers_count;     /* of the hall's languages */
    const struct speaker *speakers;
    bool screen_well;
    const char *screen_reason;
    int screen_width, screen_height;
    bool screen_off;         /* it rests: black by its timetable */
    const char *screen_mode; /* "1920x1080@60", "" when it is not known */
    const char *mode_reason; /* why that is not the one that was asked for, "" when it is */
    struct health health;
    enum clock_state clock;
    uint64_t calls, spoken, stale, duplicates; /* since start */
    uint64_t unspoken;                         /* shown, but the voice failed */
    uint64_t late;                             /* spoken, but begun after more than voice_lag_s */
    uint64_t muted_calls;                      /* shown, while the voice was muted */
    uint64_t missed;                           /* gaps in the queue systems' sequences */
    uint64_t shed_repeats, shed_languages, shed_chimes; /* left out or shortened: overload */
    uint64_t refused[REFUSAL_KINDS];
    uint64_t dropped;   /* by the inbox */
    uint64_t elsewhere; /* calls to counters that this display does not show */
    size_t listed;      /* rows of this display */
    size_t halls_count;
    struct status_hall halls[HALLS_MAX];
    bool journal_kept;
    bool journal_well;
    const char *journal_reason; /* "" when well */
    const char *config_reason;  /* why another configuration is in use than the file's, "" */
    const char *safe_reason;    /* why the display is in safe mode, "" when it is not */
};

/* Writes JSON into out; returns its length, or 0 when it does not fit (out_bytes >= 9216 always
 * fits). */
size_t status_write(const struct status *status, char *out, size_t out_bytes);

#endif
