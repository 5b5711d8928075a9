/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plan of one seed: what the hall is like, what its office will do, and what will go wrong.
 *
 * Everything that happens by intent is an item with a time of its own, made before the story
 * begins; everything that happens by chance during the story hangs on an item's or a message's own
 * stream of chance. So an item can be switched off and the others stay as they were: that is how a
 * failing story is made short.
 */
#ifndef HALLCALL_SIM_PLAN_H
#define HALLCALL_SIM_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ITEMS_MAX = 2048,
    FAULTS_MAX = 96,
    VISITORS_MAX = 400,
    DESKS_MAX = 20,      /* of a hall */
    OFFICES_MAX = 2,     /* halls of the display, each with a queue system of its own */
    CALM_MS = 40000,     /* traffic goes on so long after the last fault */
    SETTLED_MS = 130000, /* and so long after the last call the board must equal the truth */
    STORY_MS_MAX = 4 * 60 * 60 * 1000
};

enum item_kind {
    ITEM_CALL,
    ITEM_RECALL,
    ITEM_WITHDRAW,
    ITEM_SERVED,
    ITEM_NO_SHOW,
    ITEM_NOTICE,
    ITEM_URGENT,
    ITEM_CLEAR, /* of the urgent text */
    ITEM_FAULT,
    ITEM_KILL,
    ITEM_KINDS
};

/* A fault lasts from its item's time for `lasts_ms`, and strikes in `percent` of its occasions. */
enum fault {
    FAULT_BROKER_DOWN,    /* refuses connections; those it had are reset */
    FAULT_NETWORK_HOLE,   /* nothing passes, nobody is told */
    FAULT_FLAPPING,       /* connections live for seconds */
    FAULT_SESSION_LOST,   /* the broker forgets what it kept for us */
    FAULT_ACK_LOST,       /* an acknowledgement gets lost: the message comes again, flagged DUP */
    FAULT_TWICE,          /* the office sends a message a second time, unflagged */
    FAULT_REORDERED,      /* what is redelivered comes in another order */
    FAULT_DELAYED,        /* messages take seconds to the broker */
    FAULT_OFFICE_OUT,     /* the office's own connection is out: all comes in one burst later */
    FAULT_OFFICE_STEP,    /* the office's clock steps, once, at the beginning */
    FAULT_WALL_STEP,      /* the display's wall clock steps, or is not set at all */
    FAULT_HOSTILE,        /* rubbish between the messages */
    FAULT_VOICE_SLOW,     /* speaks several times slower */
    FAULT_VOICE_FAILS,    /* utterances fail while the device is said to be well */
    FAULT_VOICE_LOST,     /* the device is gone; also at the start */
    FAULT_VOICE_HANGS,    /* an utterance is never reported on */
    FAULT_VOICE_EARLY,    /* ends after a moment */
    FAULT_VOICE_OLD,      /* reports for utterances long over */
    FAULT_SCREEN_STALLS,  /* showing a frame takes seconds */
    FAULT_SCREEN_LOST,    /* the display is gone and cannot be opened */
    FAULT_JOURNAL_SLOW,   /* marks are acknowledged late */
    FAULT_JOURNAL_BROKEN, /* nothing is stored */
    FAULT_KINDS
};

struct item {
    int64_t at_ms;
    enum item_kind kind;
    int visitor; /* whom a call and what follows it is about */
    int desk;    /* ITEM_CALL, ITEM_RECALL: which counter calls */
    enum fault fault;
    int64_t lasts_ms;
    unsigned percent;
    uint64_t chance;
    bool off; /* left out while shortening */
};

/* How the seed's queue system speaks, and how its hall is set. */
struct manners {
    int halls;                   /* of the display */
    int cut_off;                 /* whose office FAULT_OFFICE_OUT strikes; OFFICES_MAX: all */
    bool same_epoch;             /* the halls name their numbering alike */
    int desks;                   /* in each */
    int shown_first, shown_last; /* the display is for these counters only */
    bool neighbour;              /* another queue system beats at the site, by a clock of its own */
    bool moves;                  /* a ticket may be called to another counter than before */
    bool ids;                    /* else each visitor by chance_mix */
    bool mixed_ids;              /* some visitors have ids, others not */
    bool numbers;                /* events carry n */
    bool seqs;                   /* events carry seq and epoch */
    bool times;                  /* events carry time */
    bool expiry;                 /* the broker counts Message Expiry down (MQTT 5) */
    bool beats;                  /* heartbeats each 5 s */
    bool snapshots;              /* a retained board each snapshot_ms and soon after changes */
    int64_t snapshot_ms;
    int ttl_s; /* -1: none given */
    int repeat;
    int lead_in_ms;
    int languages;
    int rows;
    bool journal;
    bool kills; /* then events carry ids and numbers: nothing else could be told apart */
};

struct plan {
    uint64_t seed;
    struct manners manners;
    int64_t heal_ms; /* no fault is left after this */
    int64_t stop_ms; /* the last visitor is called before this */
    int64_t last_ms; /* nothing is planned after this */
    size_t items_count;
    struct item items[ITEMS_MAX]; /* by time */
    size_t faults_count;
    size_t faults[FAULTS_MAX]; /* which of them are faults, by time */
};

/* Makes the plan of a seed. */
void plan_make(struct plan *plan, uint64_t seed);
/* The percentage at which a fault strikes at a time, 0 while it is not on. */
unsigned plan_fault(const struct plan *plan, enum fault fault, int64_t at_ms);
/* When the fault that is on at a time ends; at_ms when none is. */
int64_t plan_fault_end(const struct plan *plan, enum fault fault, int64_t at_ms);
/* Whether the plan has a fault of this kind at all that is not left out. */
bool plan_has(const struct plan *plan, enum fault fault);
const char *plan_fault_name(enum fault fault);
/* Whether the display shows calls to this counter, of any hall. */
bool plan_shows(const struct plan *plan, int desk);
/* The hall of a visitor: with two, every other one. */
int plan_hall(const struct plan *plan, int visitor);
/* The visitor's number in the own hall: the same numbers are given in each. */
int plan_number(const struct plan *plan, int visitor);
/* One line that tells an item to a person. */
void plan_describe(const struct item *item, char *out, size_t out_bytes);

#endif
