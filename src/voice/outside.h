/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The voices that are not eSpeak NG: banks of clips and programs, each for one language.
 *
 * A thread of its own does all that may wait: it reads clips, runs programs and keeps what they
 * said on disk, ahead of the calls where it can. The voice thread asks it for a whole script at a
 * time and gets all of its segments or none, so that no call is ever said in two voices. All
 * functions but outside_create and outside_destroy belong to the voice thread and never wait.
 */
#ifndef HALLCALL_VOICE_OUTSIDE_H
#define HALLCALL_VOICE_OUTSIDE_H

#include "core/input.h"
#include "core/phrase.h"
#include "voice/engine.h"
#include "voice/program.h"

enum {
    OUTSIDE_FAILURES_MAX = 3,        /* of a program in a row; then it rests ... */
    OUTSIDE_REST_US = 60000000,      /* ... doubled for each further failure ... */
    OUTSIDE_REST_MAX_US = 600000000, /* ... up to this */
    OUTSIDE_AHEAD_US = 30000000,     /* what a program may take for a text that nobody waits for */
    OUTSIDE_GRACE_US = 200000        /* what the thread may be late itself */
};

struct outside_voice {
    char tag[LANG_BYTES];
    char clips[256];                     /* the folder of a bank; "": it is a program */
    char command[PROGRAM_COMMAND_BYTES]; /* see program_init */
    int raw_rate_hz;
    int limit_ms; /* from the question to the answer; later, eSpeak NG speaks */
    char *texts;  /* what a program is to say ahead, a line each; NULL: nothing */
};

struct outside_options {
    size_t voices_count;
    struct outside_voice voices[LANGUAGES_MAX];
    char cache_dir[256]; /* "": what programs say is not kept */
    int cache_mb;
};

struct outside;

/* Copies the options with their texts; reads the manifests of banks. A voice that cannot be used
 * is told (outside_news) and never speaks. NULL when memory, descriptors or threads are exhausted.
 * Main thread. */
struct outside *outside_create(const struct outside_options *options);
/* Stops what is running and joins. Accepts NULL. */
void outside_destroy(struct outside *outside);
/* Asks for a script; forgets what was asked before. False when it is none of these voices'
 * business: no voice of its language, or a free text for a bank. */
bool outside_ask(struct outside *outside, const struct script *script, int64_t now_us);
void outside_forget(struct outside *outside);
/* ENGINE_BUSY, ENGINE_DONE (outside_speech has all segments) or ENGINE_FAILED (outside_reason). */
enum engine_state outside_turn(struct outside *outside, int64_t now_us);
/* Until the next outside_ask or outside_forget. A segment that is joined to the one before has no
 * samples. */
struct speech outside_speech(const struct outside *outside, size_t segment);
const char *outside_reason(const struct outside *outside);
/* Readable when outside_turn or outside_news has something to tell. */
int outside_fd(const struct outside *outside);
/* When outside_turn must be called even so; INT64_MAX for never. */
int64_t outside_deadline_us(const struct outside *outside);
/* The next voice whose state has changed since it was told last; false when there is none. */
bool outside_news(struct outside *outside, struct speaker *speaker);

#endif
