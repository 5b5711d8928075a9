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
/* Reads and renders every chime of a directory into clips[CHIME_KINDS] (CHIME_NONE's stays empty).
 * False with a reason (REASON_BYTES), and nothing kept, when one of them cannot be. */
bool chimes_read(const char *directory, struct clip *clips, char *reason);
void chimes_finish(struct clip *clips);

#endif
