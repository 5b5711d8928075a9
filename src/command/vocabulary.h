/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Everything that the calls of a site are made of: its letters, numbers, counters and phrases.
 *
 * What may be called is only known as a pattern of tickets, so letters and numbers are tried
 * against it. Counters are those of the configuration; where it names none, 1 to 20. Numbers go to
 * 999.
 */
#ifndef HALLCALL_COMMAND_VOCABULARY_H
#define HALLCALL_COMMAND_VOCABULARY_H

#include "config/config.h"
#include "core/phrase.h"
#include "voice/voice.h"

enum { VOCABULARY_NUMBER_MAX = 999, VOCABULARY_COUNTERS = 20 };

typedef void vocabulary_visit(void *context, const struct segment *segment);

/* Visits every segment that calls and recalls in a language can be made of; the same ones many
 * times over. Phrases come first, then counters, letters and numbers. */
void vocabulary_walk(const struct config *config, const char *tag, vocabulary_visit *visit,
                     void *context);
/* Gives each program of options what it is to say ahead. The texts are the caller's, to be given
 * back with vocabulary_release when voice_create has copied them. */
void vocabulary_fill(const struct config *config, struct voice_options *options);
void vocabulary_release(struct voice_options *options);

#endif
