/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Levels: trimming, the high-pass filter, gain, the peak guard and fades.
 *
 * All words of an utterance get one gain, from the loudness of the whole (player.c measures it):
 * measuring each segment would make "A" as loud as a sentence. At -23 LUFS no voice of Debian 12
 * reaches -1 dBTP (speech.md section 7), so the guard normally does nothing; it is there for other
 * voices. It bends the gain 3 ms ahead of a peak and lets it back over 60 ms, computed on the whole
 * segment, which is in memory anyway.
 *
 * Considered and refused: a calibrated level in each language file (single calls were up to 0.7 LU
 * off, and every change of a template called for a new calibration); a compressor (nothing needs it
 * at -23).
 */
#include "voice/level.h"

#include <math.h>
#include <stdlib.h>

enum {
    SILENT_LSB = 60, /* speech.md section 11 */
    GUARD_MS = 10,
    HIGH_PASS_HZ = 20 /* far below every voice; speech.md section 7 measured up to 48 LSB of DC */
};

static const float PEAK_MAX = 0.891F;       /* -1 dBTP */
static const float SAMPLE_PEAK_MAX = 0.84F; /* leaves 0.5 dB for what is between samples */
static const double GAIN_MAX_DB = 12.0;     /* a voice that is nearly silent is broken, not quiet */

void take_finish(struct take *take) {
    free(take->samples);
    *take = (struct take){0};
}

void clip_finish(struct clip *clip) {
    free(clip->samples);
    *clip = (struct clip){0};
}

void level_trim(const int16_t *samples, size_t count, size_t guard, size_t *begin, size_t *end) {
    size_t first = 0, last = count;
    while (first < count && abs(samples[first]) <= SILENT_LSB) {
        first++;
    }
    if (first == count) {
        *begin = *end = 0;
        return;
    }
    while (abs(samples[last - 1]) <= SILENT_LSB) {
        last--;
    }
    *begin = first > guard ? first - guard : 0;
    *end = last + guard < count ? last + guard : count;
}

/* One pole: takes off what is not sound. */
static void high_pass(float *samples, size_t count) {
    const float keep = 1.0F - 6.2831853F * HIGH_PASS_HZ / STREAM_RATE_HZ;
    float before = 0.0F, out = 0.0F;
    for (size_t i = 0; i < count; i++) {
        out = keep * (out + samples[i] - before);
        before = samples[i];
        samples[i] = out;
    }
}

bool level_take(const struct resampler *resampler, const int16_t *samples, size_t count,
                struct take *take) {
    *take = (struct take){0};
    size_t guard = (size_t)(resampler_rate_hz(resampler) * GUARD_MS / 1000);
    size_t begin = 0, end = 0;
    level_trim(samples, count, guard, &begin, &end);
    size_t out_count = resampler_count(resampler, end - begin);
    take->samples = out_count > 0 ? malloc(out_count * sizeof take->samples[0]) : NULL;
    if (take->samples == NULL) {
        return out_count == 0;
    }
    take->count = out_count;
    resampler_run(resampler, samples + begin, end - begin, take->samples);
    high_pass(take->samples, out_count);
    return true;
}

float level_gain(double lufs) {
    double gain_db = LEVEL_CENTILUFS / 100.0 - lufs;
    return (float)pow(10.0, fmin(gain_db, GAIN_MAX_DB) / 20.0);
}

/* One pole each way: going backwards the gain comes down before a peak, going forwards it recovers
 * after it. A gain is never above what its own sample needs. */
static void bend_peaks(float *samples, size_t count) {
    float *gains = malloc(count * sizeof gains[0]);
    if (gains == NULL) {
        return; /* converting clips what is above full scale */
    }
    const float attack = 1.0F / (0.003F * STREAM_RATE_HZ);
    const float release = 1.0F / (0.060F * STREAM_RATE_HZ);
    for (size_t i = 0; i < count; i++) {
        float height = fabsf(samples[i]);
        gains[i] = height > SAMPLE_PEAK_MAX ? SAMPLE_PEAK_MAX / height : 1.0F;
    }
    for (size_t i = 1; i < count; i++) {
        gains[i] = fminf(gains[i], gains[i - 1] + release);
    }
    for (size_t i = count - 1; i > 0; i--) {
        gains[i - 1] = fminf(gains[i - 1], gains[i] + attack);
    }
    for (size_t i = 0; i < count; i++) {
        samples[i] *= gains[i];
    }
    free(gains);
}

static void fade_ends(float *samples, size_t count) {
    size_t length = count / 2 < FADE_FRAMES ? count / 2 : FADE_FRAMES;
    for (size_t i = 0; i < length; i++) {
        float ramp = 0.5F - 0.5F * cosf(3.14159265F * (float)i / (float)length);
        samples[i] *= ramp;
        samples[count - 1 - i] *= ramp;
    }
}

void level_clip(float *samples, size_t count, float gain, struct clip *clip) {
    *clip = (struct clip){0};
    if (count == 0) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        samples[i] *= gain;
    }
    if (true_peak(samples, count) > PEAK_MAX) {
        bend_peaks(samples, count);
    }
    fade_ends(samples, count);
    clip->samples = malloc(count * sizeof clip->samples[0]);
    if (clip->samples == NULL) {
        return;
    }
    clip->count = count;
    for (size_t i = 0; i < count; i++) {
        float value = fmaxf(-32768.0F, fminf(32767.0F, samples[i] * 32768.0F));
        clip->samples[i] = (int16_t)lrintf(value);
    }
}

float level_volume(int percent) {
    float part = (float)percent / 100.0F;
    return part * part * part;
}
