/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A running hall: the board, and the adapters it listens to and speaks through.
 *
 * run.c builds one and sleeps; running.c is the turn: read the clock once, drain the inbox, apply,
 * hand out effects, and paint if the view has changed. All of it belongs to the main thread; the
 * network and voice threads meet it only in the inbox.
 */
#ifndef HALLCALL_COMMAND_RUNNING_H
#define HALLCALL_COMMAND_RUNNING_H

#include "command/witness.h"
#include "config/config.h"
#include "core/board.h"
#include "core/layout.h"
#include "core/view.h"
#include "feed/contract.h"
#include "feed/link.h"
#include "screen/screen.h"
#include "system/health.h"
#include "system/inbox.h"
#include "voice/voice.h"

#include <stdbool.h>
#include <stdio.h>

enum {
    LETTERS_PER_TURN_MAX = 64,   /* a flood cannot keep the picture waiting */
    STATUS_EVERY_MS = 60000,     /* design.md, "state/status" */
    STATUS_MIN_GAP_MS = 1000,    /* changes of health within a second go out together */
    STATUS_COUNTS_GAP_MS = 5000, /* and refusals within five */
    SCREEN_RETRY_MS = 1000,      /* a display that is not there is asked for again */
    REPAINT_MS = 250             /* a picture that lacks something is drawn again */
};

/* What is wrong when a picture lacks a character for want of memory. */
#define INCOMPLETE_PICTURE "the picture is incomplete, memory or descriptors are out"

struct running {
    struct config config;
    struct screen_options screen_options;
    struct contract contract;
    bool contract_made;
    struct inbox *inbox;
    struct link *link;
    struct voice *voice;
    struct journal *journal;
    struct screen *screen; /* NULL while there is no display */
    FILE *trace;

    struct board board;
    struct utterance utterance; /* to be given to the voice after the next frame */
    bool to_speak;
    uint32_t mark;      /* token of its mark in the journal; 0: not asked for yet */
    bool marked;        /* the mark is safe, or nobody can make it so */
    mono_ms mark_until; /* no longer than this is waited for it */
    int volume_percent; /* what the voice was told last */
    bool muted;         /* as the status said last */
    bool resting;       /* as the voice was told last */
    bool second_well;   /* the second output plays */
    char second_reason[REASON_BYTES];
    struct utterance spoken; /* the last one given to the voice */
    struct witness witness;
    char voice_told[REASON_BYTES]; /* the voice's trouble as staff know it, "" for none */
    bool late_told[HALLS_MAX];     /* staff know that heartbeats of this hall are missing */
    bool behind_told;              /* staff know that calls wait too long for the voice */
    bool journal_well;
    char journal_reason[REASON_BYTES];
    size_t speakers_count; /* of the hall's languages, in their order */
    struct speaker speakers[LANGUAGES_MAX];
    struct input input; /* of the letter being read: too large for a stack */
    struct view view;   /* on the screen now */
    struct view next;   /* being made */
    struct sheet sheet; /* of the display as it is */
    struct mounting mounting;
    char trouble[VIEW_TROUBLE_MAX][TEXT_BYTES]; /* for staff; see fallback.h */
    char safe_reason[REASON_BYTES];             /* why in safe mode, "": it is not */
    char config_reason[REASON_BYTES];           /* why another configuration is in use, "" */
    struct scene scene;                         /* of view */
    bool shown;                                 /* view and scene are on the screen */
    size_t theme;                               /* in use, as screen_use_theme numbers them */
    bool ready;                                 /* the first frame has been shown */
    bool warming;                               /* the screen still has glyphs to prepare */
    bool shifting;                              /* the picture moves about ... */
    size_t place;                               /* ... and is at this place of its path ... */
    mono_ms shift_at; /* ... until then, and until no call is being announced */
    bool quit;        /* a person closed the window */

    mono_ms started_at;
    mono_ms deadline; /* of the board or the clock on the wall */
    mono_ms screen_retry_at;
    mono_ms repaint_at; /* the picture is incomplete; 0: it is whole */
    mono_ms status_at;  /* the next status goes out */
    mono_ms status_sent_at;
    char status_topic[TOPIC_BYTES];
    bool link_up;
    char link_reason[REASON_BYTES]; /* why not, "" before the first try */
    uint64_t refused[REFUSAL_KINDS];

    const char *root;   /* of the machine's small files; NULL: its own (system/parts.h) */
    mono_ms clock_at;   /* the machine's clock is asked about not before */
    mono_ms machine_at; /* the same of the facts of the start screen, while it is shown */
    struct start_facts facts;
    mono_ms health_at; /* the same of temperature and power */
    struct health health;
};

/* What a hall remembers of the run before this one, before the first turn. */
void running_restore(struct running *running, const struct journal_memory *memory);
/* One turn. */
void running_turn(struct running *running);
/* How long to sleep until something is due, in ms; 0 when work is left. */
int running_sleep_ms(const struct running *running);
/* Opens the display, or notes why not and when to try again. */
void running_open_screen(struct running *running, mono_ms now);

#endif
