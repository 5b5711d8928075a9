/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a stream to a sink: what every open output does, the hall's loudspeaker and the second one.
 */
#ifndef HALLCALL_VOICE_OUTLET_H
#define HALLCALL_VOICE_OUTLET_H

#include "voice/sink.h"
#include "voice/stream.h"

enum { OUTLET_FRAMES = STREAM_RATE_HZ / 10 /* rendered and written at once */ };

/* Writes until the queue is as deep as it should be. */
void outlet_fill(struct sink *sink, const struct stream *stream);
/* The stream sounds different from frame on: renders it anew in place of what is queued. */
void outlet_replace(struct sink *sink, const struct stream *stream, int64_t frame);
/* When the queue has to be filled again, given that it is now_us. */
int64_t outlet_due_us(const struct sink *sink, int64_t now_us);

#endif
