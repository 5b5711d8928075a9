/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The trace: what happened and when, one JSON object a line, for tests and for measuring.
 *
 * `hallcall run --trace FILE`. Every line has "us" (CLOCK_MONOTONIC microseconds) and "what":
 *   ready     the first frame is on the display
 *   received  a message came out of the inbox: topic
 *   refused   it was not accepted: topic, refusal, reason
 *   link      state
 *   speak     an utterance was handed out: serial, kind, lang, from, id, n, ticket,
 *             counter
 *   started, segment, finished, hushed, failed, well, lost    the voice reports: serial, at_us
 *   speaker   a language's voice is well or is not: lang, well, fallbacks, reason
 *   shown     a frame with something new to read was presented: hero, hero_state, hero_again,
 *             hero_moved, hero_priority, rows (place, ticket, label, again, moved, priority,
 *             fresh), page, pages, alarm, notice, urgent
 * A trace that cannot be written is a runtime error at start and ignored afterwards.
 */
#ifndef HALLCALL_COMMAND_TRACE_H
#define HALLCALL_COMMAND_TRACE_H

#include "core/input.h"
#include "core/utterance.h"
#include "core/view.h"

#include <stdio.h>

/* out may be NULL in all of these: then nothing is traced. */
void trace_ready(FILE *out);
void trace_received(FILE *out, const char *topic, int64_t at_us);
void trace_refused(FILE *out, const char *topic, const char *refusal, const char *reason);
void trace_link(FILE *out, const struct link_change *change);
void trace_speak(FILE *out, const struct utterance *utterance);
void trace_voice(FILE *out, const struct voice_report *report);
void trace_speaker(FILE *out, const struct speaker *speaker);
void trace_shown(FILE *out, const struct view *view);

#endif
