/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mono samples with their rate: what a clip, a program or the cache gives.
 */
#ifndef HALLCALL_VOICE_SOUND_H
#define HALLCALL_VOICE_SOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sound {
    int16_t *samples; /* owned; NULL when capacity is 0 */
    size_t count, capacity;
    int rate_hz;
};

/* Accepts one that is all zero, and leaves it so. */
void sound_finish(struct sound *sound);
/* Appends count samples, or silence when samples is NULL. False when memory is exhausted or it
 * would be longer than SPEECH_SAMPLES_MAX; then it is as before. */
bool sound_append(struct sound *sound, const int16_t *samples, size_t count);
/* Reads what a program wrote: a WAV file of 16 bit PCM, one channel or two, whose sizes are not
 * believed beyond what is there; else raw 16 bit little-endian samples, mono, of raw_rate_hz.
 * False with a reason (REASON_BYTES) when it is neither; *sound is all zero before. */
bool sound_read(const unsigned char *bytes, size_t count, int raw_rate_hz, struct sound *sound,
                char *reason);

#endif
