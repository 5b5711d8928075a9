/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the engine made, ready for the stream: trimmed, at the right level, 48 kHz, without clicks.
 */
#ifndef HALLCALL_VOICE_LEVEL_H
#define HALLCALL_VOICE_LEVEL_H

#include "voice/resample.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LEVEL_CENTILUFS = -2300, /* of everything that sounds: standards.md, "Loudness" */
    FADE_FRAMES = STREAM_RATE_HZ * 5 / 1000
};

/* Mono samples at STREAM_RATE_HZ; freed with clip_finish. */
struct clip {
    int16_t *samples; /* NULL when count is 0 */
    size_t count;
};

void clip_finish(struct clip *clip);

/* Where the sound in count samples begins and ends, leaving guard samples on both sides: the
 * engine's own silence is 400 ms at an end and ours is placed exactly. Both 0 for pure silence. */
void level_trim(const int16_t *samples, size_t count, size_t guard, size_t *begin, size_t *end);
/* Makes a clip of one segment of a voice that measures level_centilufs. *clip is empty when the
 * segment is silent. False, and *clip empty, when memory is exhausted. */
bool level_speech(const struct resampler *resampler, const int16_t *samples, size_t count,
                  int level_centilufs, struct clip *clip);
/* Turns samples (1.0 is full scale) into a clip: peaks above -1 dBTP are bent down smoothly, both
 * ends faded over 5 ms. */
void level_clip(float *samples, size_t count, struct clip *clip);
/* The gain of a volume setting: (percent / 100) cubed, which a person hears as even steps; 100 is
 * the calibrated level, 50 is 18 dB less, 0 is silence. */
float level_volume(int percent);
/* Integrated loudness in LUFS of mono samples at STREAM_RATE_HZ (ITU-R BS.1770-4, gated). Less
 * than 400 ms, or silence, is -70. */
double level_loudness(const float *samples, size_t count);

#endif
