/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is spoken next, and which call the card shows meanwhile: one decision, so that hero and
 * voice cannot disagree.
 *
 * A first-in-first-out queue of announcements. The current one is shown as the hero from the turn
 * in which its first utterance is handed out until its last utterance has been heard. An
 * announcement is a row of utterances: each of the call's languages, then the repetitions. What is
 * left of the row is decided again after each utterance from how many others wait (standards.md,
 * "Overload, derived"): repetitions go first, then second languages; a first utterance is never
 * shed.
 *
 * While the voice is lost, announcements go on in silence, each on the card for a longer time; a
 * call that is still fresh when the voice returns is then spoken. Time that a call spent waiting
 * behind other calls does not make it stale (its visitor is being called right now), time spent
 * waiting for a lost voice or behind an urgent text does: promise 3, "never a stale call aloud".
 *
 * Muted is like a lost voice that comes back by itself, except that an urgent text is spoken all
 * the same: a mute is for a ceremony in the hall, and must not cost anybody the way out.
 *
 * A television that was silent for a while swallows the start of what it hears. Where a hall has a
 * lead-in, the loudspeaker is woken first and the announcement, card and voice together, begins
 * that much later; so does what comes meanwhile, and nothing waits in mid-queue. An urgent text is
 * on the screen at once, and is spoken as late as the others: its first words are the ones that
 * must not be swallowed. What cannot be spoken does not wait.
 *
 * Pure and clockless: `now` comes in, effects go out, announcer_deadline says when to call again.
 */
#ifndef HALLCALL_CORE_ANNOUNCER_H
#define HALLCALL_CORE_ANNOUNCER_H

#include "core/caption.h"
#include "core/effects.h"
#include "core/hall.h"

enum {
    SILENT_HERO_MS = 12000,     /* on the card without a voice, when nobody waits; own */
    SILENT_HERO_BUSY_MS = 6000, /* the same while others wait: about as long as a spoken call */
    UTTERANCE_MS_MAX = 60000,   /* no report for so long: the voice is taken for hung */
    SHED_LANGUAGES_AT = 2,      /* calls waiting at which second languages are left out; own */
    SHED_CHIME_AT = 3,          /* and at which calls are brisk: 15 s of calls; own */
    BRISK_GAP_MS = 200,         /* silence after a brisk call, if the hall's own is longer; own */
    SECOND_LANGUAGE_PAUSE_MS = 1000, /* speech.md section 6: 700 to 1000 */
    REPETITION_PAUSE_MS = 1500,      /* standards.md, "Pauses" */
    LEAD_IN_SILENCE_MS = 6000,       /* silence after which there is a lead-in: longer than any gap
                                        between two calls of a queue; own */
    ATTEMPTS_MAX = 2,                /* tries of one utterance while the voice says it is well */
};

/* One thing in the queue. A notice or urgent text carries its id only; its words are looked up
 * when its turn comes, so a corrected text is spoken as corrected. */
struct announcement {
    enum utterance_kind kind;
    size_t from; /* its hall: the place in struct halls */
    char id[ID_BYTES];
    uint32_t n;
    char ticket[TICKET_BYTES];
    char counter[NAME_BYTES];
    char label[LABEL_BYTES];
    struct spoken_ticket spoken;
    struct lang_list langs; /* loaded languages' own tags, first one first; at least one */
    bool moved, priority;   /* as in struct call; shown, not spoken */
    int64_t age_ms;         /* how old the event was when it arrived */
    int64_t ttl_ms;         /* min(ttl, fresh_max) */
    int64_t outage_mark_ms; /* the announcer's outage total when it was put in */
    mono_ms queued_at;
    bool repeat; /* the last calls once more: makes way for everything else, counts as nothing */
};

enum announcer_state {
    ANNOUNCER_IDLE,
    ANNOUNCER_SPEAKING, /* an utterance is with the voice */
    ANNOUNCER_SILENT    /* on the card without a voice */
};

struct announcer {
    enum announcer_state state;
    struct announcement current; /* valid unless IDLE */
    bool over;                   /* served meanwhile: may end, is not begun again */
    size_t part;                 /* which utterance of the current announcement */
    int attempts;                /* of this utterance */
    uint32_t serial;             /* of the utterance with the voice */
    uint32_t last_serial;
    struct caption caption; /* of the utterance with the voice */
    mono_ms started_at;     /* when the current announcement became the hero */
    mono_ms pulse_at;       /* when its pulse begins: then, or a while after the one before */
    mono_ms utterance_at;   /* when its utterance was handed out */
    mono_ms next_at;        /* nothing starts before */
    mono_ms sounded_at; /* when the last utterance ended; the end of a lead-in, if that is later */

    bool voice_well;
    bool screen_well;        /* without a screen each call is said once more (promise 1) */
    bool behind;             /* a call waits longer than policy.voice_lag_ms; until half of that */
    bool hung;               /* an utterance was given up; none has been heard since */
    bool muted;              /* by a person: only urgent texts are spoken */
    bool held;               /* by an urgent text: only that is spoken */
    mono_ms outage_since;    /* voice lost, muted or held; MONO_NEVER while neither */
    int64_t outage_total_ms; /* of all finished outages */

    size_t first, waiting; /* ring */
    struct announcement queue[ANNOUNCEMENTS_MAX];

    uint64_t spoken, stale, unspoken, muted_calls, shed_repeats, shed_languages, shed_chimes;
    uint64_t late; /* calls that were begun after more than policy.voice_lag_ms */
};

/* The words of a notice or urgent text: writes the text in the language of `tag` into out
 * (TEXT_BYTES) and returns true, or returns false when it is gone or has no such language. */
struct announcer_words {
    const void *context;
    bool (*find)(const void *context, const struct announcement *announcement, const char *tag,
                 char *out);
};

/* Everything a step needs to know, given anew each turn. */
struct announcer_turn {
    const struct hall *hall;
    struct announcer_words words;
    mono_ms now;
    struct effects *effects;
};

void announcer_init(struct announcer *announcer, mono_ms now);
/* Puts an announcement at the end of the queue (a call; a notice behind all calls as well).
 * Returns false when the queue is full. queued_at and outage_mark_ms are set here. */
bool announcer_add(struct announcer *announcer, const struct announcement *announcement,
                   mono_ms now);
/* Takes a call, which an id of a hall names, out of the queue. If it is the current one it leaves
 * the card, cut in mid-word when hush is set; without hush an utterance that is on may end, but is
 * not tried again. */
void announcer_cancel(struct announcer *announcer, const struct announcer_turn *turn, size_t from,
                      const char *id, bool hush);
/* A call that waits is for another counter now; one that is being said may end, but is not begun
 * again. counter has NAME_BYTES, label LABEL_BYTES. */
void announcer_redirect(struct announcer *announcer, size_t from, const char *id,
                        const char *counter, const char *label);
/* An urgent text takes the voice at once: what was being said is cut and, if it was a call that had
 * not been heard once, put back to the front. announcement is the urgent text; NULL ends the
 * hold. */
void announcer_hold(struct announcer *announcer, const struct announcer_turn *turn,
                    const struct announcement *urgent);
/* Mutes the voice or lets it speak again. What is being said is cut, unless it is urgent. */
void announcer_mute(struct announcer *announcer, const struct announcer_turn *turn, bool muted);
/* Ends repeats: those that wait are forgotten, the one that is being said is cut in mid-word. */
void announcer_drop_repeats(struct announcer *announcer, const struct announcer_turn *turn);
/* The voice reports: the utterance it speaks of ends, and the next one of the same call begins. */
void announcer_report(struct announcer *announcer, const struct announcer_turn *turn,
                      const struct voice_report *report);
/* Goes on: ends silent times, starts what is due, notes whether the voice is behind. Call once
 * after the inputs of a turn and at each deadline. */
void announcer_step(struct announcer *announcer, const struct announcer_turn *turn);
/* What of the current call is being heard at a moment. */
enum said announcer_said(const struct announcer *announcer, mono_ms now);
/* When announcer_step or announcer_said has something new next; MONO_NEVER when only a report or a
 * call can. */
mono_ms announcer_deadline(const struct announcer *announcer, mono_ms now);
/* When the voice will be behind if nothing is begun; MONO_NEVER when it is so already or nobody
 * waits. */
mono_ms announcer_behind_at(const struct announcer *announcer, const struct policy *policy);
/* Age of the oldest call that waits for its first utterance, 0 when none: the voice's lag. */
int64_t announcer_lag(const struct announcer *announcer, mono_ms now);
/* Whether the next announcement waits for its lead-in: nobody is to see or hear it yet. */
bool announcer_leads_in(const struct announcer *announcer, mono_ms now);
/* Whether this call is being announced or waits for it. */
bool announcer_has(const struct announcer *announcer, size_t from, const char *id);
/* Whether the current announcement is of this call. */
bool announcer_is_current(const struct announcer *announcer, size_t from, const char *id);

#endif
