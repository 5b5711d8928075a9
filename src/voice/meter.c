/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A loudness meter.
 *
 * Fed piece by piece, because the words of an utterance lie apart in memory with silences between
 * them that count. Our own and not libebur128, which the tests compare it with: it measures every
 * call before it sounds, on a machine where each library is one more to keep, and for one channel
 * at one rate it is two filters and two gates.
 *
 * The filters' coefficients are those of ITU-R BS.1770-4, tables 1 and 2, for 48 kHz.
 */
#include "voice/meter.h"

#include "voice/resample.h"

#include <math.h>

enum { HOP_FRAMES = STREAM_RATE_HZ / 10, BLOCK_FRAMES = METER_HOPS * HOP_FRAMES };

static const double SILENCE_LUFS = -70.0;

struct coefficients {
    double b0, b1, b2, a1, a2;
};

static const struct coefficients shelf = {.b0 = 1.53512485958697,
                                          .b1 = -2.69169618940638,
                                          .b2 = 1.19839281085285,
                                          .a1 = -1.69065929318241,
                                          .a2 = 0.73248077421585};
static const struct coefficients high_pass = {
    .b0 = 1.0, .b1 = -2.0, .b2 = 1.0, .a1 = -1.99004745483398, .a2 = 0.99007225036621};

static double filter(const struct coefficients *c, struct meter_filter *state, double x) {
    double y = c->b0 * x + state->z1;
    state->z1 = c->b1 * x - c->a1 * y + state->z2;
    state->z2 = c->b2 * x - c->a2 * y;
    return y;
}

static void end_hop(struct meter *meter) {
    size_t hops = meter->frames / HOP_FRAMES;
    meter->hops[hops % METER_HOPS] = meter->hop_energy;
    meter->hop_energy = 0.0;
    if (hops >= METER_HOPS && meter->blocks_count < METER_BLOCKS_MAX) {
        double sum = 0.0;
        for (size_t i = 0; i < METER_HOPS; i++) {
            sum += meter->hops[i];
        }
        meter->blocks[meter->blocks_count++] = sum / BLOCK_FRAMES;
    }
}

static void hear(struct meter *meter, double sample) {
    double y = filter(&high_pass, &meter->high_pass, filter(&shelf, &meter->shelf, sample));
    meter->hop_energy += y * y;
    meter->energy += y * y;
    meter->frames++;
    if (meter->frames % HOP_FRAMES == 0) {
        end_hop(meter);
    }
}

void meter_add(struct meter *meter, const float *samples, size_t count) {
    for (size_t i = 0; i < count; i++) {
        hear(meter, (double)samples[i]);
    }
    meter->loud_frames += count;
}

void meter_silence(struct meter *meter, size_t frames) {
    for (size_t i = 0; i < frames; i++) {
        hear(meter, 0.0);
    }
}

static double mean_above(const struct meter *meter, double threshold) {
    double sum = 0.0;
    size_t used = 0;
    for (size_t i = 0; i < meter->blocks_count; i++) {
        if (meter->blocks[i] > threshold) {
            sum += meter->blocks[i];
            used++;
        }
    }
    return used > 0 ? sum / (double)used : 0.0;
}

double meter_lufs(const struct meter *meter) {
    double absolute = pow(10.0, (SILENCE_LUFS + 0.691) / 10.0);
    double mean = 0.0;
    if (meter->blocks_count > 0) {
        mean = mean_above(meter, fmax(absolute, mean_above(meter, absolute) / 10.0));
    } else if (meter->loud_frames > 0) {
        mean = meter->energy / (double)meter->loud_frames;
    }
    return mean > absolute ? 10.0 * log10(mean) - 0.691 : SILENCE_LUFS;
}
