/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the voice and its engine child say to each other, one packet of a SOCK_SEQPACKET pair each.
 *
 * The voice sends one fixed-size request per segment. The child answers with SAMPLES packets and an
 * END with the phonemes, or an ERROR in words; its very first packet is READY. Packets never leave
 * the machine nor outlive the binary, so they are plain structs; but the child is where hostile
 * text could win, so everything it says is checked as if it came from a stranger, and so is every
 * request in the child.
 */
#ifndef HALLCALL_VOICE_PROTOCOL_H
#define HALLCALL_VOICE_PROTOCOL_H

#include "core/phrase.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ENGINE_FD = 3,               /* the child's end of the pair */
    PROTOCOL_SAMPLES_MAX = 4096, /* of one packet */
    PHONEMES_BYTES = 1024,       /* of one segment; longer ones are cut */
    SPEECH_SECONDS_MAX = 30,     /* of one segment; the child stops itself there */
    SPEECH_RATE_MIN_HZ = 8000,   /* what the resampler takes */
    SPEECH_RATE_MAX_HZ = 48000,
    SPEECH_SAMPLES_MAX = SPEECH_SECONDS_MAX * SPEECH_RATE_MAX_HZ,
    SPEAKING_RATE_MIN = 80,  /* eSpeak's nominal words per minute; below 80 it takes 80 */
    SPEAKING_RATE_MAX = 449, /* from 450 on another, untested, speed-up library works */
};

struct engine_request {
    uint32_t magic;
    uint32_t number;   /* comes back in each answer; never 0 */
    int32_t rate;      /* SPEAKING_RATE_MIN to _MAX */
    uint32_t phonemes; /* 1: [[...]] in text are phonemes */
    char voice[VOICE_BYTES];
    char text[SEGMENT_BYTES];
};

enum reply_kind { REPLY_READY, REPLY_SAMPLES, REPLY_END, REPLY_ERROR, REPLY_KINDS };

struct engine_reply {
    uint32_t magic;
    uint32_t number; /* of the request; 0 for READY and for an ERROR at the start */
    uint32_t kind;
    uint32_t value; /* READY: sample rate; SAMPLES: how many; END: how many in all; ERROR: 0 */
    union {
        int16_t samples[PROTOCOL_SAMPLES_MAX];
        char words[REASON_BYTES];
        char phonemes[PHONEMES_BYTES]; /* END: what was said, in IPA, as eSpeak NG writes it */
    };
};

/* Fills a request for one segment of a script. False when request_valid would refuse it. */
bool request_make(struct engine_request *request, uint32_t number, const struct script *script,
                  size_t segment);
/* Whether a packet is a request that the engine may be given: right size, terminated, a voice id
 * of the whitelist pattern, no control byte in the text (eSpeak takes 0x01 for a command). */
bool request_valid(const void *packet, size_t bytes);
/* Whether a packet is a whole reply whose numbers are in range and whose words and phonemes are
 * terminated. */
bool reply_valid(const void *packet, size_t bytes);
/* The size of a reply as sent. */
size_t reply_bytes(const struct engine_reply *reply);

enum { PROTOCOL_MAGIC = 0x31564348 };

#endif
