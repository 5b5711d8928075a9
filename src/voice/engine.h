/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parent's side of the engine child: one segment at a time, asked without waiting.
 *
 * The child is started by the first turn and again whenever it died or was late. Nothing
 * here blocks: put engine_fd and engine_deadline_us into poll and call engine_turn after it. One
 * thread.
 */
#ifndef HALLCALL_VOICE_ENGINE_H
#define HALLCALL_VOICE_ENGINE_H

#include "core/phrase.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    ENGINE_DEADLINE_US = 2000000,  /* for one segment; a normal one takes 5 ms */
    ENGINE_ATTEMPTS = 2,           /* a segment is tried once more with a new child */
    ENGINE_FAILURES_MAX = 3,       /* in a row; then the engine rests before the next start */
    ENGINE_REST_US = 500000,       /* doubled for each further failure ... */
    ENGINE_REST_MAX_US = 30000000, /* ... up to this */
};

enum engine_state {
    ENGINE_IDLE,
    ENGINE_BUSY,  /* asked, no whole answer yet */
    ENGINE_DONE,  /* engine_speech has the answer */
    ENGINE_FAILED /* engine_reason says why */
};

struct speech {
    const int16_t *samples; /* mono; the engine's, until the next engine_ask */
    size_t count;
    int rate_hz;
};

struct engine;

/* path "" is this program itself. The first child is started by the first engine_turn, so that it
 * belongs to the thread that uses it (it dies with that thread). NULL when memory is exhausted. */
struct engine *engine_create(const char *path);
/* Kills the child. Accepts NULL. */
void engine_destroy(struct engine *engine);
/* Asks for one segment; forgets what was asked before. The answer, or the failure, comes from
 * engine_turn. */
void engine_ask(struct engine *engine, const struct script *script, size_t segment, int64_t now_us);
/* Forgets what was asked, if anything. */
void engine_forget(struct engine *engine);
/* Reads what the child sent, replaces a dead or late child, and says how the question stands. */
enum engine_state engine_turn(struct engine *engine, int64_t now_us);
struct speech engine_speech(const struct engine *engine);
/* What was said in the last answer, in IPA; "" before the first. */
const char *engine_phonemes(const struct engine *engine);
/* Why the last question failed, in words for staff. */
const char *engine_reason(const struct engine *engine);
/* Readable when engine_turn has something to do; -1 while no child runs. */
int engine_fd(const struct engine *engine);
/* When engine_turn must be called even so; INT64_MAX for never. */
int64_t engine_deadline_us(const struct engine *engine);
/* The child's process id, 0 while none runs: for tests and `hallcall check`. */
pid_t engine_pid(const struct engine *engine);

#endif
