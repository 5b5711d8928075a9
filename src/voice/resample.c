/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Polyphase windowed-sinc resampling of short pieces.
 *
 * 22,050 to 48,000 Hz is 320 phases stepping by 147. The table holds 48 taps for each phase of a
 * Kaiser-windowed sinc (beta 7.9, about 80 dB), each phase scaled to a sum of 1 so that the phases
 * do not differ in level. A call of 4 s costs about 10 million multiplications, hidden behind the
 * chime.
 *
 * Considered and refused: ALSA's rate plugin (linear interpolation by default: images 30 dB down
 * are heard as lisping, and it cannot rewind); a resampling library (a dependency for 80 lines).
 */
#include "voice/resample.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    TAPS = 48,
    LEAD = TAPS / 2 - 1, /* taps before the sample at an output's place */
    PHASES_MAX = 640,
    RATE_MIN_HZ = 8000,
    PEAK_PHASES = 4,
    PEAK_TAPS = 12,
    PEAK_LEAD = PEAK_TAPS / 2 - 1
};

static const double KAISER_BETA = 7.9;
static const double PI = 3.14159265358979323846;

struct resampler {
    int rate_hz;
    size_t phases; /* output samples per step input samples */
    size_t step;
    float taps[]; /* phases * TAPS */
};

/* Modified Bessel function of the first kind, order 0: the Kaiser window's. */
static double bessel(double x) {
    double sum = 1.0, term = 1.0;
    for (int k = 1; k < 40; k++) {
        term *= (x / (2.0 * k)) * (x / (2.0 * k));
        sum += term;
    }
    return sum;
}

static double windowed_sinc(double distance, double half_width, double cutoff) {
    double ratio = distance / half_width;
    if (fabs(ratio) >= 1.0) {
        return 0.0;
    }
    double window = bessel(KAISER_BETA * sqrt(1.0 - ratio * ratio)) / bessel(KAISER_BETA);
    double angle = PI * distance * cutoff;
    return window * (fabs(angle) < 1e-9 ? 1.0 : sin(angle) / angle);
}

static void fill_phase(float *taps, size_t count, double fraction, double cutoff) {
    double values[TAPS];
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        double distance = (double)i - ((double)count / 2.0 - 1.0) - fraction;
        values[i] = windowed_sinc(distance, (double)count / 2.0, cutoff);
        sum += values[i];
    }
    for (size_t i = 0; i < count; i++) {
        taps[i] = (float)(values[i] / sum);
    }
}

static int common_divisor(int a, int b) {
    while (b != 0) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

struct resampler *resampler_create(int rate_hz) {
    if (rate_hz < RATE_MIN_HZ || rate_hz > STREAM_RATE_HZ) {
        return NULL;
    }
    int divisor = common_divisor(rate_hz, STREAM_RATE_HZ);
    size_t phases = (size_t)(STREAM_RATE_HZ / divisor);
    if (phases > PHASES_MAX) {
        return NULL;
    }
    struct resampler *resampler =
        malloc(sizeof *resampler + phases * TAPS * sizeof resampler->taps[0]);
    if (resampler == NULL) {
        return NULL;
    }
    resampler->rate_hz = rate_hz;
    resampler->phases = phases;
    resampler->step = (size_t)(rate_hz / divisor);
    for (size_t phase = 0; phase < phases; phase++) {
        fill_phase(resampler->taps + phase * TAPS, TAPS, (double)phase / (double)phases, 0.97);
    }
    return resampler;
}

void resampler_destroy(struct resampler *resampler) {
    free(resampler);
}

int resampler_rate_hz(const struct resampler *resampler) {
    return resampler->rate_hz;
}

size_t resampler_count(const struct resampler *resampler, size_t count) {
    return (count * resampler->phases + resampler->step - 1) / resampler->step;
}

void resampler_run(const struct resampler *resampler, const int16_t *in, size_t count, float *out) {
    size_t out_count = resampler_count(resampler, count);
    for (size_t i = 0; i < out_count; i++) {
        size_t position = i * resampler->step;
        size_t centre = position / resampler->phases;
        const float *taps = resampler->taps + position % resampler->phases * TAPS;
        float sum = 0.0F;
        for (size_t k = 0; k < TAPS; k++) {
            size_t at = centre + k - LEAD; /* wraps to a huge one before the beginning */
            if (at < count) {
                sum += taps[k] * (float)in[at];
            }
        }
        out[i] = sum / 32768.0F;
    }
}

static float peak_around(float taps[PEAK_PHASES][PEAK_TAPS], const float *samples, size_t count,
                         size_t centre) {
    float highest = 0.0F;
    for (size_t phase = 0; phase < PEAK_PHASES; phase++) {
        float sum = 0.0F;
        for (size_t k = 0; k < PEAK_TAPS; k++) {
            size_t at = centre + k - PEAK_LEAD;
            if (at < count) {
                sum += taps[phase][k] * samples[at];
            }
        }
        highest = fmaxf(highest, fabsf(sum));
    }
    return highest;
}

float true_peak(const float *samples, size_t count) {
    float taps[PEAK_PHASES][PEAK_TAPS];
    for (size_t phase = 0; phase < PEAK_PHASES; phase++) {
        fill_phase(taps[phase], PEAK_TAPS, (double)phase / PEAK_PHASES, 1.0);
    }
    float highest = 0.0F;
    for (size_t i = 0; i < count; i++) {
        highest = fmaxf(highest, fabsf(samples[i]));
    }
    float worth_a_look = highest * 0.5F; /* a peak between samples stands beside a high one */
    float peak = highest;
    for (size_t i = 0; i < count; i++) {
        if (fabsf(samples[i]) >= worth_a_look && highest > 0.0F) {
            peak = fmaxf(peak, peak_around(taps, samples, count, i));
        }
    }
    return peak;
}
