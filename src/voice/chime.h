/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Chimes: from a score to samples.
 */
#ifndef HALLCALL_VOICE_CHIME_H
#define HALLCALL_VOICE_CHIME_H

#include "core/utterance.h"
#include "voice/level.h"
#include "voice/score.h"

#include <stdbool.h>

/* Renders a score at LEVEL_CENTILUFS. *clip is empty only when memory is exhausted. */
void chime_render(const struct score *score, struct clip *clip);
/* The file name of a chime without its directory: "call.score"; NULL for CHIME_NONE. */
const char *chime_file(enum chime chime);
/* Reads every score of a directory into scores[CHIME_KINDS] (CHIME_NONE's stays empty): a
 * millisecond. False with a reason (REASON_BYTES) when one of them cannot be. */
bool chimes_read(const char *directory, struct score *scores, char *reason);
/* Renders them into clips[CHIME_KINDS]: some 35 ms. False, and nothing kept, when memory is
 * exhausted. */
bool chimes_render(const struct score *scores, struct clip *clips);
void chimes_finish(struct clip *clips);

#endif
