/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The loudspeaker as a timeline: frames are written ahead, and taken back while they are not yet
 * heard.
 *
 * ALSA is known to sink.c, and to devices.c for listing. Nothing here waits. Frames are numbered
 * from 0 at the opening and never reused for something heard: what was played keeps its number
 * through an underrun. One thread.
 */
#ifndef HALLCALL_VOICE_SINK_H
#define HALLCALL_VOICE_SINK_H

#include "core/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SINK_BUFFER_MS = 500,    /* asked of the device; a rewind makes its length harmless */
    SINK_DEEP_MS = 440,      /* kept queued where the device can take frames back ... */
    SINK_SHALLOW_MS = 80,    /* ... and where it cannot, so that a call need not wait for more */
    SINK_SAFETY_MS = 8,      /* not taken back: the hardware may already be fetching it */
    SINK_STALL_US = 2000000, /* a pointer that stands still so long is a dead device */
};

enum sink_health {
    SINK_WELL,
    SINK_UNDERRUN, /* all that was queued has been played; writing begins anew */
    SINK_LOST      /* close it; reason says why */
};

struct sink;

/* Opens an ALSA device by name, or "none": a silent one that runs by the clock and never fails.
 * NULL with a reason for staff: what is wrong and what to do. error is the errno. */
struct sink *sink_open(const char *device, int64_t now_us, char *reason, int *error);
/* Drops what is queued. Accepts NULL. */
void sink_close(struct sink *sink);

/* Asks the device where it is; everything below answers as of then, by the clock when it answered
 * (a driver may take its time). On SINK_UNDERRUN *gap_us is how long nothing was played. reason has
 * REASON_BYTES. */
enum sink_health sink_update(struct sink *sink, int64_t *gap_us, char *reason);
/* The frame that is at the loudspeaker. */
int64_t sink_heard(const struct sink *sink);
/* The frame that the next sink_write begins with. */
int64_t sink_written(const struct sink *sink);
/* The first frame that can still be (re)written: as soon as something can be heard. */
int64_t sink_earliest(const struct sink *sink);
/* Frames in the device's buffer; what is on its way behind the buffer cannot be taken back. */
int64_t sink_queued(const struct sink *sink);
/* How many frames to keep queued, and at how few to write again. */
int64_t sink_depth(const struct sink *sink);
int64_t sink_low_water(const struct sink *sink);
/* Takes back queued frames, down to frame (at least sink_earliest). Returns sink_written. */
int64_t sink_rewind(struct sink *sink, int64_t frame);
/* Appends interleaved S16 stereo; starts a device that is not running. Returns the frames taken,
 * fewer when the buffer is full or the device is in trouble (sink_update will tell). */
size_t sink_write(struct sink *sink, const int16_t *samples, size_t frames);
/* Which hardware is behind it, by ALSA's numbers. False when that is not known (a sound server). */
bool sink_hardware(const struct sink *sink, int *card, int *number);
/* CLOCK_MONOTONIC microseconds when a frame is or was at the loudspeaker. */
int64_t sink_time_us(const struct sink *sink, int64_t frame);

#endif
