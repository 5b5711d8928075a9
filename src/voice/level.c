/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Levels: trimming, gain, the peak guard, fades, and a loudness meter.
 *
 * Each voice's loudness was measured once and is in its language file, so a segment needs one gain
 * and no analysis of its own; measuring each segment would make "A" as loud as a sentence. At -23
 * LUFS no voice of Debian 12 reaches -1 dBTP (speech.md section 7), so the guard normally does
 * nothing; it is there for a language file whose level is wrong. It bends the gain 3 ms ahead of a
 * peak and lets it back over 60 ms, computed on the whole segment, which is in memory anyway.
 *
 * The meter is for our chimes, rendered from scores that anyone may edit. It implements the
 * standard's filters for 48 kHz; tests compare it with libebur128.
 *
 * Considered and refused: a compressor (nothing needs it at -23); a high-pass filter (the voices'
 * DC is 57 dB down, and the fades make it inaudible).
 */
#include "voice/level.h"

#include <math.h>
#include <stdlib.h>

enum {
    SILENT_LSB = 60, /* speech.md section 11 */
    GUARD_MS = 10,
    BLOCK_FRAMES = STREAM_RATE_HZ * 4 / 10,
    HOP_FRAMES = STREAM_RATE_HZ / 10,
    BLOCKS_MAX = 1024
};

static const float PEAK_MAX = 0.891F;       /* -1 dBTP */
static const float SAMPLE_PEAK_MAX = 0.84F; /* leaves 0.5 dB for what is between samples */
static const double SILENCE_LUFS = -70.0;

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

bool level_speech(const struct resampler *resampler, const int16_t *samples, size_t count,
                  int level_centilufs, struct clip *clip) {
    *clip = (struct clip){0};
    size_t guard = (size_t)(resampler_rate_hz(resampler) * GUARD_MS / 1000);
    size_t begin = 0, end = 0;
    level_trim(samples, count, guard, &begin, &end);
    size_t out_count = resampler_count(resampler, end - begin);
    float *out = out_count > 0 ? malloc(out_count * sizeof out[0]) : NULL;
    if (out == NULL) {
        return out_count == 0;
    }
    float gain = powf(10.0F, (float)(LEVEL_CENTILUFS - level_centilufs) / 2000.0F);
    resampler_run(resampler, samples + begin, end - begin, gain, out);
    level_clip(out, out_count, clip);
    free(out);
    return clip->count > 0;
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

void level_clip(float *samples, size_t count, struct clip *clip) {
    *clip = (struct clip){0};
    if (count == 0) {
        return;
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

struct biquad {
    double b0, b1, b2, a1, a2;
    double z1, z2;
};

static double biquad_run(struct biquad *filter, double x) {
    double y = filter->b0 * x + filter->z1;
    filter->z1 = filter->b1 * x - filter->a1 * y + filter->z2;
    filter->z2 = filter->b2 * x - filter->a2 * y;
    return y;
}

/* Mean square of each 400 ms block, a new one every 100 ms, of the K-weighted signal. The filters'
 * coefficients are those of ITU-R BS.1770-4, tables 1 and 2, for 48 kHz. */
static size_t measure_blocks(const float *samples, size_t count, double *blocks) {
    struct biquad shelf = {.b0 = 1.53512485958697,
                           .b1 = -2.69169618940638,
                           .b2 = 1.19839281085285,
                           .a1 = -1.69065929318241,
                           .a2 = 0.73248077421585};
    struct biquad high_pass = {
        .b0 = 1.0, .b1 = -2.0, .b2 = 1.0, .a1 = -1.99004745483398, .a2 = 0.99007225036621};
    double hops[4] = {0};
    double sum = 0.0;
    size_t hops_count = 0, blocks_count = 0;
    for (size_t i = 0; i < count && blocks_count < BLOCKS_MAX; i++) {
        double y = biquad_run(&high_pass, biquad_run(&shelf, (double)samples[i]));
        sum += y * y;
        if ((i + 1) % HOP_FRAMES == 0) {
            hops[hops_count++ % 4] = sum;
            sum = 0.0;
            if (hops_count >= 4) {
                blocks[blocks_count++] = (hops[0] + hops[1] + hops[2] + hops[3]) / BLOCK_FRAMES;
            }
        }
    }
    return blocks_count;
}

static double mean_above(const double *blocks, size_t count, double threshold) {
    double sum = 0.0;
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (blocks[i] > threshold) {
            sum += blocks[i];
            used++;
        }
    }
    return used > 0 ? sum / (double)used : 0.0;
}

double level_loudness(const float *samples, size_t count) {
    double blocks[BLOCKS_MAX];
    size_t blocks_count = measure_blocks(samples, count, blocks);
    double absolute = pow(10.0, (SILENCE_LUFS + 0.691) / 10.0);
    double relative = mean_above(blocks, blocks_count, absolute) / 10.0;
    double mean = mean_above(blocks, blocks_count, fmax(absolute, relative));
    return mean > 0.0 ? 10.0 * log10(mean) - 0.691 : SILENCE_LUFS;
}
