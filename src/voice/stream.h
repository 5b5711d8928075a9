/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One utterance as sound on a timeline of frames.
 *
 * A frame's number is its place in the device's life (or in a file, from 0); what sounds at a frame
 * is a function of the stream and that number alone. So the same frame can be rendered again after
 * a rewind, words can be laid down while the chime before them plays, and a hall, a test and a WAV
 * file get the same samples. No clock, no device, no thread.
 *
 * Between sounds it is not digital zero, at which some televisions mute and then swallow the start
 * of a chime, but triangular dither of one step of 16 bits: no sample above -90 dBFS, -93 dBFS in
 * all, which at the hall's level is far below what an ear or a microphone finds, without DC and
 * without a step at the edge of an utterance. A recording has it too: a second rendering without it
 * would no longer be what the loudspeaker gets.
 */
#ifndef HALLCALL_VOICE_STREAM_H
#define HALLCALL_VOICE_STREAM_H

#include "core/limits.h"
#include "voice/level.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STREAM_CHANNELS = 2,
    STREAM_PIECES_MAX = SEGMENTS_MAX + 1,
    VOLUME_RAMP_FRAMES = STREAM_RATE_HZ / 10 /* own: heard as a turn of a knob, not as a click */
};

#define FRAME_NEVER INT64_MAX

struct piece {
    int64_t start;    /* frame of its first sample */
    struct clip clip; /* samples belong to the stream unless borrowed */
    bool borrowed;    /* a chime's, which outlives the stream */
};

struct stream {
    size_t count;
    struct piece pieces[STREAM_PIECES_MAX]; /* in order of time, not overlapping */
    int64_t end;                            /* frame after the last piece */
    int64_t cut;                            /* faded to silence from here; FRAME_NEVER */
    float gains[STREAM_CHANNELS];           /* of the place between left and right */
    float volume, volume_before;            /* the one before until volume_at, then a ramp */
    int64_t volume_at;
};

/* Empties a stream (zeroed memory or one in use). Its timeline begins at frame start; pan -1 left
 * to 1 right is by equal power, so the loudness of both together does not depend on it. */
void stream_begin(struct stream *stream, int64_t start, float pan, float volume);
/* Frees what the stream owns. */
void stream_finish(struct stream *stream);
/* Adds a clip pause_frames after the end of what is there, but not before earliest. Returns the
 * frame where it begins. Takes the clip's samples unless borrowed. */
int64_t stream_add(struct stream *stream, struct clip clip, bool borrowed, int64_t pause_frames,
                   int64_t earliest);
/* Ends the sound with a fade of FADE_FRAMES from frame on. */
void stream_cut(struct stream *stream, int64_t frame);
/* Changes the volume from frame on, over VOLUME_RAMP_FRAMES. */
void stream_volume(struct stream *stream, int64_t frame, float volume);
/* Moves all of it so that it begins at frame start: said again from its beginning. */
void stream_move(struct stream *stream, int64_t start);
/* Renders frames [from, from + count) as interleaved S16 stereo. Where nothing sounds there is a
 * dither of one bit, which keeps displays and amplifiers from falling asleep and is 90 dB below
 * full scale. stream may be NULL: dither only. */
void stream_render(const struct stream *stream, int64_t from, size_t count, int16_t *out);

#endif
