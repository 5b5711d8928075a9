/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A loudness meter: ITU-R BS.1770-4, integrated, gated, for mono sound at STREAM_RATE_HZ.
 */
#ifndef HALLCALL_VOICE_METER_H
#define HALLCALL_VOICE_METER_H

#include <stddef.h>

enum { METER_HOPS = 4, METER_BLOCKS_MAX = 1200 /* two minutes; what comes after is not counted */ };

struct meter_filter {
    double z1, z2;
};

/* Empty when all is zero. */
struct meter {
    struct meter_filter shelf, high_pass;
    double hops[METER_HOPS]; /* energy of the last hops of 100 ms, a ring */
    double hop_energy;       /* of the hop under way */
    double energy;           /* of everything */
    size_t frames, loud_frames;
    size_t blocks_count;
    double blocks[METER_BLOCKS_MAX]; /* mean square of each block of 400 ms, one every 100 ms */
};

/* Hears more samples, 1.0 is full scale. */
void meter_add(struct meter *meter, const float *samples, size_t count);
/* Hears a silence. */
void meter_silence(struct meter *meter, size_t frames);
/* Loudness in LUFS of all that was heard; -70 for silence. Of sound too short for a block of 400 ms
 * it is the mean without gates, silences left out. */
double meter_lufs(const struct meter *meter);

#endif
