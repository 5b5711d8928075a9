/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writing a WAV file: 16 bit, STREAM_RATE_HZ, stereo.
 */
#ifndef HALLCALL_VOICE_WAV_H
#define HALLCALL_VOICE_WAV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { WAV_HEADER_BYTES = 44 };

/* The header of a file of frames stereo frames. */
void wav_header(uint32_t frames, unsigned char header[WAV_HEADER_BYTES]);
/* Appends interleaved stereo samples, little-endian whatever the machine. False when not all of
 * it could be written. */
bool wav_write(FILE *file, const int16_t *samples, size_t frames);

#endif
