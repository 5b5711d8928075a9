/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a script's words come from: the voice chosen for its language, else eSpeak NG.
 *
 * Asked like the engine, a segment at a time from the first. What answers the first segment answers
 * all: another voice is asked for the whole script, and if it cannot say all of it in time, eSpeak
 * NG says it from the beginning. One thread; nothing here waits.
 */
#ifndef HALLCALL_VOICE_SOURCE_H
#define HALLCALL_VOICE_SOURCE_H

#include "voice/engine.h"
#include "voice/outside.h"

struct source;

/* engine_path as for engine_create. NULL when memory, descriptors or threads are exhausted. Main
 * thread; afterwards it belongs to the thread that uses it. */
struct source *source_create(const char *engine_path, const struct outside_options *options);
/* Accepts NULL. */
void source_destroy(struct source *source);
/* Asks for one segment; forgets what was asked before. Segments come in order from 0. Borrows the
 * script until source_forget, or until another is asked for. */
void source_ask(struct source *source, const struct script *script, size_t segment, int64_t now_us);
void source_forget(struct source *source);
/* How the question stands; the words are ENGINE_DONE's alone. Keeps the engine's child well, also
 * while nothing is asked. */
enum engine_state source_turn(struct source *source, int64_t now_us);
/* The answer, until the next source_ask. */
struct speech source_speech(struct source *source);
/* IPA of the last answer; "" when it was not eSpeak NG's. */
const char *source_phonemes(const struct source *source);
/* Why the last question failed, in words for staff. */
const char *source_reason(const struct source *source);
/* Why eSpeak NG speaks the script in place of the voice that was chosen; "" when it does not. */
const char *source_fallback(const struct source *source);
/* Whether the script is spoken by another voice than eSpeak NG. */
bool source_is_outside(const struct source *source);

enum { SOURCE_FDS = 2 };

/* What may become readable when source_turn or source_news has something to do; -1: nothing. */
void source_fds(const struct source *source, int fds[SOURCE_FDS]);
/* When source_turn must be called even so; INT64_MAX for never. */
int64_t source_deadline_us(const struct source *source);
/* The next voice whose state has changed since it was told last; false when there is none. */
bool source_news(struct source *source, struct speaker *speaker);

#endif
