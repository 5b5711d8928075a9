/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One utterance as sound on a timeline of frames.
 *
 * The dither is a hash of the frame's number instead of a random generator's state, for the same
 * reason the rest has no cursor: rendering a frame twice must give the same bytes.
 *
 * Considered and refused: a ring buffer of mixed samples (a rewind would need its history, a hush
 * its own copy to fade); mixing several utterances (never two voices at once is a promise).
 */
#include "voice/stream.h"

#include "system/check.h"

#include <math.h>
#include <string.h>

void stream_finish(struct stream *stream) {
    for (size_t i = 0; i < stream->count; i++) {
        if (!stream->pieces[i].borrowed) {
            clip_finish(&stream->pieces[i].clip);
        }
    }
    stream->count = 0;
}

void stream_begin(struct stream *stream, int64_t start, float pan, float volume) {
    stream_finish(stream);
    float angle = (fmaxf(-1.0F, fminf(1.0F, pan)) + 1.0F) * 0.78539816F;
    stream->end = start;
    stream->cut = FRAME_NEVER;
    stream->gains[0] = cosf(angle);
    stream->gains[1] = sinf(angle);
    stream->volume = stream->volume_before = volume;
    stream->volume_at = start;
}

int64_t stream_add(struct stream *stream, struct clip clip, bool borrowed, int64_t pause_frames,
                   int64_t earliest) {
    CHECK(stream->count < STREAM_PIECES_MAX);
    int64_t start = stream->end + pause_frames;
    start = start < earliest ? earliest : start;
    stream->pieces[stream->count++] =
        (struct piece){.start = start, .clip = clip, .borrowed = borrowed};
    stream->end = start + (int64_t)clip.count;
    return start;
}

void stream_cut(struct stream *stream, int64_t frame) {
    stream->cut = frame;
    if (stream->end > frame + FADE_FRAMES) {
        stream->end = frame + FADE_FRAMES;
    }
}

void stream_move(struct stream *stream, int64_t start) {
    if (stream->count == 0) {
        stream->end = start;
        return;
    }
    int64_t distance = start - stream->pieces[0].start;
    for (size_t i = 0; i < stream->count; i++) {
        stream->pieces[i].start += distance;
    }
    stream->end += distance;
}

static float volume_of(const struct stream *stream, int64_t frame) {
    if (frame >= stream->volume_at + VOLUME_RAMP_FRAMES) {
        return stream->volume;
    }
    float part = (float)(frame - stream->volume_at) / (float)VOLUME_RAMP_FRAMES;
    part = part > 0.0F ? part : 0.0F;
    return stream->volume_before + (stream->volume - stream->volume_before) * part;
}

void stream_volume(struct stream *stream, int64_t frame, float volume) {
    stream->volume_before = volume_of(stream, frame);
    stream->volume = volume;
    stream->volume_at = frame;
}

/* -1, 0 or 1, in triangular proportion. */
static int dither(int64_t frame, uint32_t channel) {
    uint32_t x = (uint32_t)frame * 2654435761U + channel * 0x9e3779b9U;
    x ^= x >> 16;
    x *= 0x7feb352dU;
    x ^= x >> 15;
    x *= 0x846ca68bU;
    x ^= x >> 16;
    return (int)(x & 1U) - (int)((x >> 1) & 1U);
}

static int16_t clamp(int value) {
    return (int16_t)(value > INT16_MAX ? INT16_MAX : value < INT16_MIN ? INT16_MIN : value);
}

static float fade_of(const struct stream *stream, int64_t frame) {
    if (frame < stream->cut) {
        return 1.0F;
    }
    float left = (float)(FADE_FRAMES - (frame - stream->cut)) / (float)FADE_FRAMES;
    return left > 0.0F ? left : 0.0F;
}

static void add_piece(const struct stream *stream, const struct piece *piece, int64_t from,
                      size_t count, int16_t *out) {
    int64_t first = piece->start > from ? piece->start : from;
    int64_t end = piece->start + (int64_t)piece->clip.count;
    int64_t last = end < from + (int64_t)count ? end : from + (int64_t)count;
    for (int64_t frame = first; frame < last; frame++) {
        float sample = (float)piece->clip.samples[frame - piece->start] * fade_of(stream, frame) *
                       volume_of(stream, frame);
        int16_t *at = out + (size_t)(frame - from) * STREAM_CHANNELS;
        for (size_t c = 0; c < STREAM_CHANNELS; c++) {
            at[c] = clamp(at[c] + (int)lrintf(sample * stream->gains[c]));
        }
    }
}

void stream_render(const struct stream *stream, int64_t from, size_t count, int16_t *out) {
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < STREAM_CHANNELS; c++) {
            out[i * STREAM_CHANNELS + c] = (int16_t)dither(from + (int64_t)i, (uint32_t)c);
        }
    }
    for (size_t i = 0; stream != NULL && i < stream->count; i++) {
        add_piece(stream, &stream->pieces[i], from, count, out);
    }
}
