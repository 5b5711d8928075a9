/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The simulated world: one time, one queue of what is to happen, one hall in it.
 *
 * The hall is the real turn (running_turn) and the real core; its adapters are the sim_*.c files
 * here, which implement the headers of feed/link, voice, screen, journal and clock. One thread: the
 * world moves its time to the next happening or to the end of the hall's sleep, whichever is
 * sooner, and nothing ever waits.
 *
 * There is one world per process, because the adapters' headers have no place for a context.
 */
#ifndef HALLCALL_SIM_WORLD_H
#define HALLCALL_SIM_WORLD_H

#include "command/running.h"
#include "plan.h"

enum {
    MESSAGES_MAX = 16384,
    ARENA_BYTES = 24 * 1024 * 1024, /* of payloads */
    RULE_BYTES = 64,
    WORDS_BYTES = 320,
    NOTICES = 3,         /* ids of each hall */
    OFFICE_LABELS = 100, /* counter 4 of the second hall is called 104 */
    NOBODY = -1
};

enum message_kind {
    MESSAGE_EVENT,
    MESSAGE_BOARD,
    MESSAGE_NOTICE,
    MESSAGE_URGENT,
    MESSAGE_BEAT,
    MESSAGE_NEIGHBOUR, /* a heartbeat of another hall's queue system */
    MESSAGE_RUBBISH
};

/* One publication of the office, with the truth about it. */
struct posting {
    enum message_kind kind;
    enum event_type type; /* MESSAGE_EVENT */
    int hall;
    int visitor, desk;
    uint32_t n; /* 0: not given */
    bool has_id, has_time;
    int64_t seq;     /* -1: not given */
    int64_t ttl_ms;  /* -1: not given */
    int64_t made_ms; /* when it happened in the office */
    bool active;     /* MESSAGE_URGENT */
    int notice;      /* MESSAGE_NOTICE: which */
    char *payload;   /* in the arena */
    size_t payload_bytes;
};

/* What the world has to do at a time. */
enum happening {
    HAPPEN_ITEM,         /* a: index in the plan */
    HAPPEN_BEAT,         /* the heartbeat of an office; a: its hall */
    HAPPEN_NEIGHBOUR,    /* that of another hall's */
    HAPPEN_SNAPSHOT,     /* an office publishes its board; a: 1 when this one was asked for, b: its
                            hall */
    HAPPEN_TAKE,         /* a: a message reaches the broker */
    HAPPEN_TRY,          /* the link connects; a: attempt's generation */
    HAPPEN_SUBACK,       /* a: generation */
    HAPPEN_LOST,         /* a: generation; the link notices a loss */
    HAPPEN_UNHEARD,      /* a: generation; the link notices silence if there still is */
    HAPPEN_ARRIVE,       /* a: generation, b: delivery */
    HAPPEN_ACK,          /* the same */
    HAPPEN_AGAIN,        /* the same: redelivered on the same connection */
    HAPPEN_VOICE,        /* a: kind, b: serial */
    HAPPEN_VOICE_CHECK,  /* is the device there again? */
    HAPPEN_MARKED,       /* b: token */
    HAPPEN_BOARD_STORED, /* the journal commits */
    HAPPEN_JOURNAL_WELL,
    HAPPEN_RESTART
};

struct world {
    struct plan plan;
    int64_t now_ms;         /* since the story's beginning */
    int64_t wall_offset_ms; /* the display's wall clock against the truth */
    bool wall_set;
    int64_t office_offset_ms[OFFICES_MAX];  /* an office's clock against the truth */
    int64_t office_stepped_ms[OFFICES_MAX]; /* when it last stepped, -1: never */

    struct running *running; /* NULL while the program does not run */
    uint32_t incarnation;    /* how many times it was started */
    bool dead;               /* killed in this turn: what it still does has no effect */
    int strikes_left;        /* calls of adapters until it is killed, -1: not to be */
    bool dies_after_words;   /* it is killed as soon as it has handed out an utterance */
    int64_t down_ms;         /* how long until it is started again */
    int64_t busy_until_ms;   /* the main thread hangs in the display */
    int64_t wake_ms;         /* the end of its sleep */
    uint64_t turns;

    size_t messages_count;
    struct posting *messages;
    size_t arena_used;
    char *arena;

    uint64_t digest;
    struct view last_view; /* on the screen in the end */
    bool failed;
    int64_t failed_ms;
    char rule[RULE_BYTES];
    char words[WORDS_BYTES];
    bool narrate;
};

extern struct world world;

/* Once per process: memory and the configuration. False when the configuration cannot be read. */
bool world_prepare(void);
void world_finish(void);
/* Lives through a plan (copied). What came of it is in world. */
void world_live(const struct plan *plan, bool narrate);
/* Puts something into the queue of happenings; in its own order among those of one moment. */
void world_schedule(int64_t at_ms, enum happening what, int64_t a, int64_t b);
/* An adapter is called: whether the program is dead by now and the call must have no effect. */
bool world_struck(void);
/* The voice has been given an utterance. */
void world_spoke(void);
/* A rule is broken; only the first one counts. */
__attribute__((format(printf, 2, 3))) void world_fail(const char *rule, const char *format, ...);
/* One line of the story, when it is wanted. */
__attribute__((format(printf, 1, 2))) void world_tell(const char *format, ...);
/* Whether the hall's inbox holds letters. */
bool world_letters_wait(void);
/* The display's own clock. */
mono_ms world_mono(void);
wall_ms world_wall(void);

#endif
