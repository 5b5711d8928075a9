/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mono samples with their rate, and what a program wrote read into them.
 *
 * A program that writes WAV into a pipe cannot know its length when it writes the header; so the
 * samples go on to the end of what was written. What a program writes is read here and not by
 * libsndfile: two formats are all there is to it, and nothing that came out of another process
 * meets a parser of thirty formats.
 */
#include "voice/sound.h"

#include "core/limits.h"
#include "voice/protocol.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAPACITY_FIRST = 32 * 1024, FORMAT_PCM = 1, FORMAT_EXTENSIBLE = 0xFFFE };

void sound_finish(struct sound *sound) {
    free(sound->samples);
    *sound = (struct sound){0};
}

bool sound_append(struct sound *sound, const int16_t *samples, size_t count) {
    if (count > SPEECH_SAMPLES_MAX || sound->count + count > SPEECH_SAMPLES_MAX) {
        return false;
    }
    size_t needed = sound->count + count, capacity = sound->capacity;
    while (capacity < needed) {
        capacity = capacity == 0 ? CAPACITY_FIRST : capacity * 2;
    }
    if (capacity > sound->capacity) {
        int16_t *grown = realloc(sound->samples, capacity * sizeof grown[0]);
        if (grown == NULL) {
            return false;
        }
        sound->samples = grown;
        sound->capacity = capacity;
    }
    if (count > 0 && samples != NULL) {
        memcpy(sound->samples + sound->count, samples, count * sizeof samples[0]);
    } else if (count > 0) {
        memset(sound->samples + sound->count, 0, count * sizeof samples[0]);
    }
    sound->count = needed;
    return true;
}

static unsigned read_16(const unsigned char *at) {
    return (unsigned)at[0] | (unsigned)at[1] << 8;
}

static uint32_t read_32(const unsigned char *at) {
    return (uint32_t)read_16(at) | (uint32_t)read_16(at + 2) << 16;
}

/* What the chunks before the samples say. */
struct wav {
    unsigned format, channels, bits;
    uint32_t rate_hz;
    const unsigned char *samples; /* NULL: there is no chunk of them */
    size_t bytes;
};

static struct wav read_chunks(const unsigned char *bytes, size_t count) {
    struct wav wav = {0};
    for (size_t at = 12; count - at >= 8 && wav.samples == NULL;) {
        const unsigned char *chunk = bytes + at;
        size_t left = count - at - 8;
        size_t length = read_32(chunk + 4) < left ? read_32(chunk + 4) : left;
        if (memcmp(chunk, "fmt ", 4) == 0 && length >= 16) {
            wav.format = read_16(chunk + 8);
            wav.channels = read_16(chunk + 10);
            wav.rate_hz = read_32(chunk + 12);
            wav.bits = read_16(chunk + 22);
        } else if (memcmp(chunk, "data", 4) == 0) {
            wav.samples = chunk + 8;
            wav.bytes = length;
        }
        at += 8 + length + (length % 2 != 0 && length < left ? 1 : 0);
    }
    return wav;
}

/* Little-endian samples, the channels of each frame mixed. */
static bool mix(struct sound *sound, const unsigned char *bytes, size_t frames, unsigned channels) {
    if (!sound_append(sound, NULL, frames)) {
        return false;
    }
    for (size_t i = 0; i < frames; i++) {
        int sum = 0;
        for (unsigned c = 0; c < channels; c++) {
            sum += (int16_t)read_16(bytes + (i * channels + c) * 2);
        }
        sound->samples[i] = (int16_t)(sum / (int)channels);
    }
    return true;
}

static bool rate_good(uint32_t rate_hz) {
    return rate_hz >= SPEECH_RATE_MIN_HZ && rate_hz <= SPEECH_RATE_MAX_HZ;
}

bool sound_read(const unsigned char *bytes, size_t count, int raw_rate_hz, struct sound *sound,
                char *reason) {
    struct wav wav = {.format = FORMAT_PCM,
                      .channels = 1,
                      .bits = 16,
                      .rate_hz = (uint32_t)raw_rate_hz,
                      .samples = bytes,
                      .bytes = count};
    if (count >= 12 && memcmp(bytes, "RIFF", 4) == 0 && memcmp(bytes + 8, "WAVE", 4) == 0) {
        wav = read_chunks(bytes, count);
    } else if (raw_rate_hz == 0) {
        snprintf(reason, REASON_BYTES, "the program wrote no WAV file");
        return false;
    }
    bool pcm = wav.format == FORMAT_PCM || wav.format == FORMAT_EXTENSIBLE;
    bool known = pcm && wav.bits == 16 && (wav.channels == 1 || wav.channels == 2);
    if (wav.samples == NULL || !known || !rate_good(wav.rate_hz)) {
        snprintf(reason, REASON_BYTES,
                 "the program's sound is not 16 bit PCM of 8000 to 48000 Hz, one channel or two");
        return false;
    }
    sound->rate_hz = (int)wav.rate_hz;
    if (!mix(sound, wav.samples, wav.bytes / (2 * (size_t)wav.channels), wav.channels)) {
        sound_finish(sound);
        snprintf(reason, REASON_BYTES, "the program's sound is longer than %d s",
                 SPEECH_SECONDS_MAX);
        return false;
    }
    return true;
}
