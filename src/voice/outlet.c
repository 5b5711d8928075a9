/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a stream to a sink.
 *
 * Everything that sounds is rendered by stream_render alone, so the loudspeaker, the second output
 * and a WAV file cannot differ in anything but level and place.
 *
 * Considered and refused: one block in the heap for each output; 19 kB on the stack of a thread of
 * ours cost nothing, and two outputs can never write into each other's.
 */
#include "voice/outlet.h"

void outlet_fill(struct sink *sink, const struct stream *stream) {
    int16_t block[OUTLET_FRAMES * STREAM_CHANNELS];
    int64_t missing = sink_depth(sink) - sink_queued(sink);
    while (missing > 0) {
        size_t count = missing < OUTLET_FRAMES ? (size_t)missing : OUTLET_FRAMES;
        stream_render(stream, sink_written(sink), count, block);
        size_t taken = sink_write(sink, block, count);
        if (taken == 0) {
            return;
        }
        missing -= (int64_t)taken;
    }
}

/* Rendered before it is taken back, so that the device never waits for us with an almost empty
 * queue. */
void outlet_replace(struct sink *sink, const struct stream *stream, int64_t frame) {
    int16_t block[OUTLET_FRAMES * STREAM_CHANNELS];
    if (frame >= sink_written(sink)) {
        return;
    }
    stream_render(stream, frame, OUTLET_FRAMES, block);
    int64_t begun = sink_rewind(sink, frame);
    if (begun != frame) { /* the device took back less than it promised */
        stream_render(stream, begun, OUTLET_FRAMES, block);
    }
    (void)sink_write(sink, block, OUTLET_FRAMES);
}

int64_t outlet_due_us(const struct sink *sink, int64_t now_us) {
    int64_t spare = sink_queued(sink) - sink_low_water(sink);
    spare = spare > STREAM_RATE_HZ / 200 ? spare : STREAM_RATE_HZ / 200; /* 5 ms: never spin */
    return now_us + spare * 1000000 / STREAM_RATE_HZ;
}
