/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writing a WAV file.
 *
 * The length is known before the first sample, because a stream is laid out before it is rendered;
 * so the header is written once and a pipe is as good as a file. RIFF, plain PCM: the one format
 * that every player, meter and announcement system reads.
 *
 * Considered and refused: libsndfile (44 bytes do not need it); patching the header at the end
 * (fails on a pipe).
 */
#include "voice/wav.h"

#include "voice/resample.h"
#include "voice/stream.h"

#include <string.h>

enum { FRAME_BYTES = STREAM_CHANNELS * 2, WRITE_FRAMES = 1024 };

static void put_32(unsigned char *out, uint32_t value) {
    for (int i = 0; i < 4; i++) {
        out[i] = (unsigned char)(value >> (8 * i));
    }
}

static void put_16(unsigned char *out, uint16_t value) {
    out[0] = (unsigned char)(value & 0xff);
    out[1] = (unsigned char)(value >> 8);
}

void wav_header(uint32_t frames, unsigned char header[WAV_HEADER_BYTES]) {
    uint32_t bytes = frames * FRAME_BYTES;
    memcpy(header, "RIFF", 4);
    put_32(header + 4, bytes + WAV_HEADER_BYTES - 8);
    memcpy(header + 8, "WAVEfmt ", 8);
    put_32(header + 16, 16); /* of the format chunk */
    put_16(header + 20, 1);  /* PCM */
    put_16(header + 22, STREAM_CHANNELS);
    put_32(header + 24, STREAM_RATE_HZ);
    put_32(header + 28, STREAM_RATE_HZ * FRAME_BYTES);
    put_16(header + 32, FRAME_BYTES);
    put_16(header + 34, 16); /* bits */
    memcpy(header + 36, "data", 4);
    put_32(header + 40, bytes);
}

bool wav_write(FILE *file, const int16_t *samples, size_t frames) {
    unsigned char bytes[WRITE_FRAMES * FRAME_BYTES];
    while (frames > 0) {
        size_t part = frames < WRITE_FRAMES ? frames : WRITE_FRAMES;
        for (size_t i = 0; i < part * STREAM_CHANNELS; i++) {
            put_16(bytes + i * 2, (uint16_t)samples[i]);
        }
        if (fwrite(bytes, FRAME_BYTES, part, file) != part) {
            return false;
        }
        samples += part * STREAM_CHANNELS;
        frames -= part;
    }
    return true;
}
