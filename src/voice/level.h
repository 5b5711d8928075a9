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

/* One segment at the engine's own level, mono at STREAM_RATE_HZ, 1.0 is full scale; freed with
 * take_finish. */
struct take {
    float *samples; /* NULL when count is 0 */
    size_t count;
};

void take_finish(struct take *take);
void clip_finish(struct clip *clip);

/* Where the sound in count samples begins and ends, leaving guard samples on both sides: the
 * engine's own silence is 400 ms at an end and ours is placed exactly. Both 0 for pure silence. */
void level_trim(const int16_t *samples, size_t count, size_t guard, size_t *begin, size_t *end);
/* Makes a take of what the engine said. *take is empty when that is silent. False, and *take empty,
 * when memory is exhausted. */
bool level_take(const struct resampler *resampler, const int16_t *samples, size_t count,
                struct take *take);
/* The gain that brings sound of this loudness to LEVEL_CENTILUFS; at most 12 dB. */
float level_gain(double lufs);
/* Turns samples (1.0 is full scale; they are changed) into a clip: gain applied, peaks above
 * -1 dBTP bent down smoothly, both ends faded over 5 ms. *clip is empty when memory is exhausted.
 */
void level_clip(float *samples, size_t count, float gain, struct clip *clip);
/* The gain of a volume setting: (percent / 100) cubed, which a person hears as even steps; 100 is
 * the calibrated level, 50 is 18 dB less, 0 is silence. */
float level_volume(int percent);

#endif
