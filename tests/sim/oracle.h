/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The oracle: what must be true of a hall, kept apart from the code that makes it true.
 *
 * It watches through the trace (sim_trace.c), the calls of the adapters and the view that is on the
 * screen, and keeps its own books: which message was read when, how old it truly was, what the
 * voice was given and what became of it. It shares no function with src/core, only its types.
 */
#ifndef HALLCALL_SIM_ORACLE_H
#define HALLCALL_SIM_ORACLE_H

#include "world.h"

enum {
    TOLD_MAX = 4096,
    RECALLS_MAX = 64,
    ORACLE_LANGS = 8,
    STALL_MS_MAX = 4100 /* of the screen */
};

/* Whether something is broken that staff must know of. */
enum trouble { TROUBLE_NO, TROUBLE_YES, TROUBLE_UNSURE };
/* Whether a call has to be spoken. */
enum say { SAY_MUST, SAY_MAY, SAY_NOT };

/* One (id, n) as one run of the program accepted it. */
struct told {
    int visitor;
    uint32_t n;
    size_t message;
    uint32_t incarnation;
    int64_t read_ms;
    int64_t age_ms;    /* when it was read, as far as a display can know */
    int64_t limit_ms;  /* it may be spoken while younger */
    int64_t outage_ms; /* the total of outages when it was read */
    enum say say;
    bool ours;           /* to a counter that the display shows */
    bool away;           /* called to another display's counter since */
    bool show;           /* must be a row */
    bool again;          /* must be marked as a recall */
    bool moved;          /* must be marked as called to another counter than before */
    bool over;           /* withdrawn, served or no-show: not to be begun any more */
    int64_t over_ms;     /* since then */
    bool started;        /* its first utterance was handed out */
    bool started_before; /* by an earlier run of the program */
    bool may_retry;      /* what was handed out last was not heard to its end */
    bool cut;            /* by an urgent text */
    unsigned rounds;     /* how often each language may be said */
    size_t langs_count;
    struct {
        char tag[LANG_BYTES];
        unsigned heard;
    } langs[ORACLE_LANGS];
};

/* What is known about a visitor. */
struct file {
    bool confused;  /* messages came in an order that says nothing certain */
    bool withdrawn; /* and nothing newer was read */
    bool ended;
    bool moved;   /* a newer snapshot names another counter than the newest call that was read */
    int moved_to; /* the counter, when the sequence proves it; NOBODY */
    bool revived; /* named by a snapshot that is older than its withdrawal */
    int64_t newest_made_ms;
    uint32_t last_n; /* in this run of the program */
    int64_t told;    /* the newest; -1 */
};

struct utterance_truth {
    struct utterance utterance;
    int64_t told; /* -1: not a call */
    int64_t since_ms;
    bool active;
};

/* What is known of an office from its messages. */
struct hearing {
    int64_t beat_ms; /* when the last heartbeat was read; -1 */
    int64_t delays_ms[8];
    size_t delays_count, delays_next, samples_since_step;
    unsigned late_in_row; /* live calls older than their ttl, all by the same */
    int64_t late_since_ms, late_ms;
    bool doubt;         /* the office's clock may have been set back */
    int64_t sampled_ms; /* the first of those samples */
    int64_t step_ms;    /* of the office's clock, the last one that was noticed */
    int64_t snapshot_seq, event_seq;
    bool snapshot_read;
};

struct oracle {
    size_t told_count;
    struct told told[TOLD_MAX];
    struct file files[VISITORS_MAX];
    bool message_read[MESSAGES_MAX];
    uint32_t message_incarnation[MESSAGES_MAX];
    int64_t message_told[MESSAGES_MAX];

    struct utterance planned; /* traced, not yet given to the voice */
    struct utterance_truth speaking;
    int64_t quiet_since_ms;
    int64_t
        awake_ms; /* the end of the loudspeaker's last lead-in; -1: none, or it was lost since */
    int64_t last_started; /* told, -1 */
    bool blind;           /* the screen was lost: since when the card shows what is not known */
    int card;             /* who is being called on it; NOBODY */
    int card_before;      /* who was so last */
    int64_t card_ms;      /* since when */
    bool disturbed;       /* outage or urgent text since then */
    bool card_excused;    /* it was disturbed since this visitor came */
    size_t next_due;      /* every told before it is started or need not be */

    bool voice_lost, urgent;
    int64_t outage_since_ms; /* -1 */
    int64_t outage_total_ms;

    enum link_state link;
    int64_t link_ms; /* when the change was read */
    struct hearing hearings[OFFICES_MAX];

    const struct posting *reading; /* the message in the turn's hands */
    bool refused;
    uint64_t received;     /* letters with messages, in this run of the program */
    bool read_something;   /* in this turn */
    bool screen_lost_ever; /* in this run of the program */
    int64_t alive_ms, killed_ms;
    int64_t full_ms; /* when the list was last full; -1 */
    size_t page;
    int pulse;                 /* level of the ring on the card */
    bool pulse_grows;          /* it was growing when it last changed */
    int64_t pulse_ms;          /* when that was */
    int64_t pulse_rises_ms[2]; /* when it began to grow, the last but one first; -1 */
    int64_t pulse_motion_ms;   /* since when there has been no rest */
};

extern struct oracle oracle;

void oracle_reset(void);
/* The program starts, or is killed. */
void oracle_started(void);
void oracle_killed(void);
/* After each turn, and whenever time has passed. */
void oracle_turn(void);
void oracle_watch(void);
/* When the story is over. */
void oracle_end(void);
/* Whether something still has to be spoken. */
bool oracle_waits(void);

/* From the trace. */
void oracle_received(int64_t at_us);
void oracle_refused(const char *reason);
void oracle_link(const struct link_change *change);
void oracle_planned(const struct utterance *utterance);
void oracle_reported(const struct voice_report *report);
void oracle_shown(const struct view *view);
/* From the link: the hall publishes its status. */
void oracle_published(const char *payload, size_t payload_bytes);
/* From the voice. */
void oracle_spoken(uint32_t serial);
void oracle_hushed(void);
void oracle_woken(int lead_in_ms);

/* Between the oracle's own files. */
void oracle_check_view(void);
void oracle_staff_started(void);
void oracle_staff_voice(const struct voice_report *report, bool mine);
void oracle_staff_hung(enum trouble trouble);
void oracle_staff_watch(void);
void oracle_read_message(const struct posting *message, const struct arrival *arrival,
                         size_t index);
bool oracle_due(const struct told *told);
int64_t oracle_outage(void);
void oracle_urgent_changed(bool active);

#endif
