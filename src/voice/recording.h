/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A script as a WAV file: the hall's own player and stream, without a loudspeaker.
 */
#ifndef HALLCALL_VOICE_RECORDING_H
#define HALLCALL_VOICE_RECORDING_H

#include "voice/player.h"
#include "voice/protocol.h"
#include "voice/voice.h"

#include <stdbool.h>
#include <stdio.h>

struct recording {
    struct source *source;
    struct clip chimes[CHIME_KINDS];
    struct player player; /* its stream, from frame 0 to stream.end, is the recording */
    char phonemes[SEGMENTS_MAX][PHONEMES_BYTES]; /* IPA of each segment that eSpeak NG said */
    char fallback[REASON_BYTES]; /* why eSpeak NG speaks in place of the voice chosen, or "" */
    bool is_outside;             /* the voice chosen speaks, and it is not eSpeak NG */
};

/* What a meter says of it, at volume 100. */
struct recording_figures {
    double lufs;       /* integrated, of all, chime and pauses included */
    double words_lufs; /* the same without the chime; -70 when there are no words */
    double peak_dbtp;  /* true peak */
};

/* Lays down a whole script; waits for the engine (5 ms a segment, 4 s when it hangs). False with a
 * reason (REASON_BYTES) when something of it could not be said. recording_finish in any case. */
bool recording_make(struct recording *recording, const struct voice_options *options,
                    const struct script *script, char *reason);
struct recording_figures recording_measure(const struct recording *recording);
/* Writes it as 48 kHz stereo. False when not all of it could be written. */
bool recording_save(const struct recording *recording, FILE *file);
void recording_finish(struct recording *recording);

#endif
