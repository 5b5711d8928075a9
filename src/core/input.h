/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Everything that can happen to a hall, as plain values.
 *
 * feed/contract.c makes these from bytes, the run loop from its threads' reports; the board is the
 * only consumer. An input is fully validated before it is one: ids, tickets and texts are clean
 * UTF-8 within their limits, numbers are in range.
 */
#ifndef HALLCALL_CORE_INPUT_H
#define HALLCALL_CORE_INPUT_H

#include "core/caption.h"
#include "core/halls.h"
#include "core/language.h"
#include "core/limits.h"
#include "core/moment.h"
#include "core/volume.h"

struct lang_list {
    size_t count;
    char tags[LANGS_PER_CALL_MAX][LANG_BYTES];
};

enum event_type { EVENT_CALL, EVENT_RECALL, EVENT_WITHDRAW, EVENT_SERVED, EVENT_NO_SHOW };

/* How a message reached us: the facts from which its age is judged (freshness.h). */
struct arrival {
    bool retained;
    bool redelivered;       /* the DUP flag */
    bool live;              /* after the subscription was acknowledged on a link that was well */
    int64_t expiry_left_ms; /* remaining Message Expiry, -1 when absent */
};

/* What the event says for its ticket in place of its letters and digits. */
struct spoken_ticket {
    size_t count; /* 0: nothing of its own */
    struct {
        char tag[LANG_BYTES]; /* "" = any language; comes first */
        char text[SPOKEN_BYTES];
    } texts[LANGS_PER_CALL_MAX];
};

struct event {
    enum event_type type;
    size_t from;               /* its hall: the place in struct halls */
    char id[ID_BYTES];         /* "" when the event has none */
    uint32_t n;                /* 0 when the event has none */
    char ticket[TICKET_BYTES]; /* never "" for a call or recall */
    char counter[NAME_BYTES];  /* never "" for a call or recall */
    char label[LABEL_BYTES];   /* overrides the counter's label; "" when absent */
    struct spoken_ticket spoken;
    struct lang_list langs;  /* the visitor's languages; count 0 when absent */
    bool priority;           /* the visitor is served out of turn */
    char epoch[EPOCH_BYTES]; /* "" when absent */
    int64_t seq;             /* -1 when absent */
    int64_t ttl_ms;          /* -1 when absent */
    wall_ms time;            /* the sender's clock when it was published; TIME_UNKNOWN */
    struct arrival arrival;
};

/* A place in a queue system's numbering of its events. */
struct numbering {
    char epoch[EPOCH_BYTES]; /* which numbering; "" when it has no name */
    int64_t seq;             /* -1 when unknown */
};

/* A queue system's snapshot of its hall: the truth a late joiner draws. Never spoken. */
struct snapshot {
    size_t from;
    char epoch[EPOCH_BYTES];
    int64_t seq; /* -1 when absent */
    size_t calls_count;
    struct event calls[CALLS_MAX]; /* type EVENT_CALL, newest first */
    size_t closed_count;
    char closed[COUNTERS_MAX][NAME_BYTES]; /* counters that are closed */
};

struct notice {
    size_t from;
    char id[NAME_BYTES]; /* one of its hall */
    size_t texts_count;  /* 0: the notice is taken down */
    struct lang_text texts[LANGUAGES_MAX];
    bool speak;
    int priority;        /* higher first, 0 to 9 */
    wall_ms valid_from;  /* TIME_UNKNOWN: at once */
    wall_ms valid_until; /* TIME_UNKNOWN: until taken down */
    struct arrival arrival;
};

struct urgent {
    bool active;
    size_t texts_count;
    struct lang_text texts[LANGUAGES_MAX];
    int64_t repeat_ms; /* spoken again so often while active; 0: once */
    struct arrival arrival;
};

/* A queue system's heartbeat: of the halls that it names, or of all when it names none. Another
 * queue system may have a clock of its own. */
struct clock_beat {
    wall_ms time;
    struct {
        bool named;
        struct numbering last; /* the last number that was given, seq -1 when absent */
    } halls[HALLS_MAX];        /* by the places of the display's halls */
};

enum link_state {
    LINK_STARTING, /* never been up in this run */
    LINK_UP,
    LINK_DOWN
};

struct link_change {
    enum link_state state;
    char reason[REASON_BYTES]; /* for staff: what is wrong and what to do; "" when up */
};

enum voice_report_kind {
    VOICE_STARTED,  /* the first sample is at the loudspeaker */
    VOICE_SEGMENT,  /* the first sample of a segment is at the loudspeaker */
    VOICE_FINISHED, /* the last sample has been at the loudspeaker */
    VOICE_HUSHED,   /* cut short because it was asked to be quiet */
    VOICE_FAILED,   /* this utterance could not be (wholly) heard */
    VOICE_WELL,     /* the loudspeaker works (again); serial is 0 */
    VOICE_LOST      /* the loudspeaker does not work; serial is 0 */
};

struct voice_report {
    enum voice_report_kind kind;
    uint32_t serial; /* of the utterance, as given to voice_speak */
    enum said said;  /* VOICE_SEGMENT: what of a call it is; nothing for other words */
    int64_t at_us;   /* CLOCK_MONOTONIC microseconds when it was or will be at the loudspeaker */
    char reason[REASON_BYTES];
};

/* What a person asks of this display from afar (contract: .../command/<name>). */
enum remote_kind {
    REMOTE_MUTE,   /* no calls are spoken for a while */
    REMOTE_VOLUME, /* another volume than the configured one */
    REMOTE_REPEAT  /* the last calls once more */
};

enum { REMOTE_REPEAT_MAX = 3, REMOTE_MUTE_MS_MAX = 24 * 60 * 60 * 1000 };

struct remote {
    enum remote_kind kind;
    char id[ID_BYTES];  /* "" when the command has none */
    int64_t mute_ms;    /* REMOTE_MUTE: for how long, 0 ends it now; not used with mute_until */
    wall_ms mute_until; /* REMOTE_MUTE: until when, TIME_UNKNOWN: mute_ms counts */
    int percent;        /* REMOTE_VOLUME: 0 to 100, VOLUME_UNASKED: as configured */
    int count;          /* REMOTE_REPEAT: how many calls, 1 to REMOTE_REPEAT_MAX */
};

/* Which voice speaks a language, and how it is. Its trouble is no trouble of the hall: eSpeak NG
 * speaks in its place. */
struct speaker {
    char tag[LANG_BYTES];
    enum { SPEAKER_ESPEAK, SPEAKER_CLIPS, SPEAKER_COMMAND } chosen;
    bool well;                 /* what is chosen speaks; else eSpeak NG does */
    uint64_t fallbacks;        /* utterances that eSpeak NG spoke in its place */
    char reason[REASON_BYTES]; /* for staff; "" when well */
};

/* The display works, or does not: then the voice says each call once more. */
struct screen_change {
    bool well;
    char reason[REASON_BYTES]; /* for staff; "" when well */
};

enum input_kind {
    INPUT_EVENT,
    INPUT_SNAPSHOT,
    INPUT_NOTICE,
    INPUT_URGENT,
    INPUT_CLOCK_BEAT,
    INPUT_LINK,
    INPUT_VOICE,
    INPUT_SCREEN,
    INPUT_REMOTE,
    INPUT_CLOCK_STATE
};

struct input {
    enum input_kind kind;
    union {
        struct event event;
        struct snapshot snapshot;
        struct notice notice;
        struct urgent urgent;
        struct clock_beat beat;
        struct link_change link;
        struct voice_report voice;
        struct screen_change screen;
        struct remote remote;
        enum clock_state clock_state;
    };
};

#endif
