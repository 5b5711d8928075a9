/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the engine's sample rate to the device's: a polyphase windowed-sinc filter.
 */
#ifndef HALLCALL_VOICE_RESAMPLE_H
#define HALLCALL_VOICE_RESAMPLE_H

#include <stddef.h>
#include <stdint.h>

enum { STREAM_RATE_HZ = 48000 };

struct resampler;

/* A filter from rate_hz (8000 to 48000) to STREAM_RATE_HZ. Images are at least 70 dB down; flat to
 * 0.43 of rate_hz within 0.5 dB. NULL when the rate is out of range, its ratio to 48000 needs more
 * than 640 phases, or memory is exhausted. */
struct resampler *resampler_create(int rate_hz);
/* Accepts NULL. */
void resampler_destroy(struct resampler *resampler);
int resampler_rate_hz(const struct resampler *resampler);
/* How many samples resampler_run makes of count. */
size_t resampler_count(const struct resampler *resampler, size_t count);
/* Converts a whole piece at once, with silence assumed before and after it; the filter's delay is
 * taken out, so input sample 0 and output sample 0 are the same moment. out has room for
 * resampler_count(count); 1.0 is full scale and may be exceeded. */
void resampler_run(const struct resampler *resampler, const int16_t *in, size_t count, float *out);
/* The height of a signal's peaks between its samples too, from four-fold interpolation
 * (ITU-R BS.1770-4, annex 2), as a ratio of full scale. */
float true_peak(const float *samples, size_t count);

#endif
