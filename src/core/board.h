/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The board: everything a hall knows and shows, as one value.
 *
 * Inputs go in through board_apply, time through board_tick; effects come out; the view is a
 * function of it. A plain value without pointers, so that it can be copied, hashed and compared.
 * About 600 kB; keep it in static or heap memory, not on a stack.
 *
 * Rules it keeps (design.md, "The MQTT contract"):
 *   - shown = snapshot plus newer events; a call is a row in the same turn in which it arrives;
 *   - what several halls of a display have alike (a ticket, an id, a counter's number, an epoch) is
 *     not the same: every rule below holds within one hall;
 *   - each (id, n) is announced at most once, and only if fresh on arrival (freshness.h);
 *   - a recall is the same call with a higher n: spoken again, marked in words, one row;
 *   - a ticket that is called to another counter than the row before says is marked as moved, from
 *     then on: whoever missed that call may still stand at the first counter;
 *   - a row stays at least policy.listed_min_ms unless withdrawn, and until it is superseded at its
 *     counter or ended;
 *   - a full list drops its oldest row, never the newest call;
 *   - a display of some counters only (hall.group) keeps the rows of all of them, so that what is
 *     right for the hall is right for its part, and shows and announces its own.
 */
#ifndef HALLCALL_CORE_BOARD_H
#define HALLCALL_CORE_BOARD_H

#include "core/announcer.h"
#include "core/hall.h"
#include "core/input.h"
#include "core/sender.h"

enum {
    SPOKEN_MEMORY_MS = 6 * 60 * 60 * 1000, /* an id is known this long; then a queue system that
                                              uses ticket numbers as ids may start a new day */
    LINK_GRACE_MS = 4000,                  /* a broker's restart is no news for visitors; own */
    LINK_STARTING_GRACE_MS = 1500,
    LINK_STARTING_LONG_MS = 60000, /* "in a moment" is no longer true; own */
    REMOTE_IDS_MAX = 16,           /* commands that are known when they come twice; own */
    UNNUMBERED_RACE_MS = 10000 /* a call without seq outlives a snapshot that may not know it yet */
};

struct call {
    size_t from;       /* its hall: the place in struct halls */
    char id[ID_BYTES]; /* the event's, or "=" and the ticket when it had none */
    uint32_t n;
    char ticket[TICKET_BYTES];
    char counter[NAME_BYTES];
    char label[LABEL_BYTES];
    struct lang_list langs; /* loaded languages' own tags, first one first */
    char epoch[EPOCH_BYTES];
    int64_t seq; /* -1 when unknown */
    mono_ms called_at;
    bool announced;  /* came as an event in this run: highlighted for a while */
    bool again;      /* a recall */
    bool moved;      /* to another counter than it was called to before */
    bool priority;   /* its visitor is served out of turn */
    bool unnumbered; /* its last event had no n of its own (contract rule 9) */
    bool ended;      /* served, no-show, or missing in a newer snapshot */
    bool superseded; /* its counter has called another ticket */
};

struct known {
    size_t from;
    char id[ID_BYTES];
    uint32_t n;
    mono_ms at;
    int64_t ended_seq; /* place in the sequence of what took it back or ended it; -1: nothing */
};

struct pager {
    size_t rows_per_page;
    size_t notice_characters; /* of a notice have room at a time */
    size_t page;              /* from 0 */
    size_t next;     /* the page that follows the first one: a call that brings the first page does
                        not begin the round anew */
    mono_ms flip_at; /* MONO_NEVER while there is one page */
};

/* Which words of the notices are on the screen. */
struct notice_page {
    size_t notice, text, part; /* which of them, in which of its languages, and how far */
    mono_ms flip_at;
};

struct board_counts {
    uint64_t calls, duplicates, stale;
    uint64_t elsewhere; /* calls to counters of other displays ... */
    uint64_t gone;      /* ... and those of them that had a row here until then */
};

struct board {
    size_t calls_count;
    struct call calls[CALLS_MAX]; /* newest first */

    size_t known_count, known_next;
    struct known known[SPOKEN_MAX]; /* ring: (id, n) already accepted */

    struct sender senders[HALLS_MAX]; /* by the places of the halls */
    struct announcer announcer;

    size_t notices_count;
    struct notice notices[NOTICES_MAX]; /* highest priority first, then newest */
    struct notice_page notice_page;     /* on the screen */

    struct urgent urgent;
    mono_ms urgent_repeat_at; /* MONO_NEVER when it is not repeated */

    enum link_state link;
    mono_ms link_since;
    bool met; /* the broker has been there in this run, or there was something to show */
    enum clock_state clock; /* of the clock on the wall */

    mono_ms unmute_at; /* MONO_NEVER while the voice is not muted */
    int volume_asked;  /* from afar, VOLUME_UNASKED */
    size_t remote_next;
    char remote_ids[REMOTE_IDS_MAX][ID_BYTES]; /* ring */

    char voice_reason[REASON_BYTES];  /* "" while the voice is well */
    char screen_reason[REASON_BYTES]; /* "" while the screen is well */

    struct pager pager;
    struct board_counts counts;
};

/* Everything stands on one page until board_set_page. */
void board_init(struct board *board, struct moment now);
/* Takes one input. Effects are added to *effects (set its count to 0 before). What is due for the
 * voice begins with the board_tick that must follow the inputs of a turn. */
void board_apply(struct board *board, const struct hall *hall, const struct input *input,
                 struct moment now, struct effects *effects);
/* Lets time pass and the announcer go on: call after the inputs of a turn and when board_deadline
 * has come. Idempotent at one moment. */
void board_tick(struct board *board, const struct hall *hall, struct moment now,
                struct effects *effects);
/* When the board changes by itself next; MONO_NEVER when only an input can change it. */
mono_ms board_deadline(const struct board *board, const struct hall *hall, struct moment now);
/* How much has room on the screen changed: rows of the list, characters of a notice. */
void board_set_page(struct board *board, size_t rows_per_page, size_t notice_characters);
/* Whether a notice is within its validity. Unknown wall time: valid. */
bool notice_valid(const struct notice *notice, wall_ms now);
/* Whether a call is of this display, or only known of. */
bool board_shows(const struct hall *hall, const struct call *call);
/* How many rows are of this display. */
size_t board_shown(const struct board *board, const struct hall *hall);
/* Whether the clock on the wall is to be believed: an hour that may be yesterday's is not shown. */
bool board_knows_time(const struct board *board, wall_ms now);
/* Whether this hall is still waiting for its first sign of the broker, with nothing to show
 * meanwhile, and long enough that whoever stands in front of it wants to know why. Never again
 * after the first sign. */
bool board_starting(const struct board *board, mono_ms now);
/* Whether the first connection can still be a matter of a moment. */
bool board_starts_soon(const struct board *board, mono_ms now);
/* Whether visitors must be told that calls may be missing. */
bool board_link_bad(const struct board *board, mono_ms now);
/* This machine's time since which they may be: the last message of the queue system whose
 * heartbeats are missing, else of any. TIME_UNKNOWN when there was none. */
wall_ms board_heard_wall(const struct board *board, mono_ms now);
/* Whether heartbeats of a hall's queue system are missing on a link that is up. */
bool board_beats_late(const struct board *board, size_t from, mono_ms now);

#endif
