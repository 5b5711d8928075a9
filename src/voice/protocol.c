/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checking and measuring the packets between the voice and its engine child.
 *
 * Both directions go through here, so that one fuzz target covers what either side can be made to
 * believe. The voice id is matched against a pattern rather than a list: "mb-" voices make eSpeak
 * NG run another program and leave it broken (speech.md, "Voices"), file ids such as "gmw/en" with
 * an optional variant do not.
 *
 * Considered and refused: a length-prefixed byte stream (needs reassembly and has a state to get
 * wrong; the kernel keeps packet borders for us) and shared memory (the child could change samples
 * after they were checked).
 */
#include "voice/protocol.h"

#include <string.h>

static bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

static bool is_alnum(char c) {
    return is_lower(c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* "fam/voice-Name+variant", or a bare language of two or three letters. A family has three, which
 * leaves out "mb/". */
static bool voice_id_valid(const char *id) {
    size_t i = 0;
    while (is_lower(id[i])) {
        i++;
    }
    if (i < 2 || i > 3) {
        return false;
    }
    if (id[i] == '/') {
        if (i != 3) {
            return false;
        }
        i++;
        size_t start = i;
        while (is_alnum(id[i]) || id[i] == '-') {
            i++;
        }
        if (i == start) {
            return false;
        }
    }
    if (id[i] == '+') {
        i++;
        size_t start = i;
        while (is_alnum(id[i])) {
            i++;
        }
        if (i == start) {
            return false;
        }
    }
    return id[i] == '\0';
}

static bool text_valid(const char *text) {
    for (const char *c = text; *c != '\0'; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte < 0x20 || byte == 0x7f) {
            return false;
        }
    }
    return text[0] != '\0';
}

bool request_make(struct engine_request *request, uint32_t number, const struct script *script,
                  size_t segment) {
    const struct segment *words = &script->segments[segment];
    *request = (struct engine_request){.magic = PROTOCOL_MAGIC,
                                       .number = number,
                                       .rate = script->rate,
                                       .phonemes = words->phonemes ? 1 : 0};
    bool other_voice = words->phonemes && script->phoneme_voice[0] != '\0';
    memcpy(request->voice, other_voice ? script->phoneme_voice : script->voice,
           sizeof request->voice);
    memcpy(request->text, words->text, sizeof request->text);
    return request_valid(request, sizeof *request);
}

bool request_valid(const void *packet, size_t bytes) {
    struct engine_request request;
    if (bytes != sizeof request) {
        return false;
    }
    memcpy(&request, packet, sizeof request);
    return request.magic == PROTOCOL_MAGIC && request.number != 0 && request.phonemes <= 1 &&
           request.rate >= SPEAKING_RATE_MIN && request.rate <= SPEAKING_RATE_MAX &&
           memchr(request.voice, '\0', sizeof request.voice) != NULL &&
           memchr(request.text, '\0', sizeof request.text) != NULL &&
           voice_id_valid(request.voice) && text_valid(request.text);
}

size_t reply_bytes(const struct engine_reply *reply) {
    size_t head = offsetof(struct engine_reply, samples);
    switch (reply->kind) {
    case REPLY_SAMPLES:
        return head + reply->value * sizeof reply->samples[0];
    case REPLY_ERROR:
        return head + sizeof reply->words;
    case REPLY_END:
        return head + sizeof reply->phonemes;
    default:
        return head;
    }
}

bool reply_valid(const void *packet, size_t bytes) {
    struct engine_reply head = {0};
    size_t head_bytes = offsetof(struct engine_reply, samples);
    if (bytes < head_bytes || bytes > sizeof head) {
        return false;
    }
    memcpy(&head, packet, head_bytes);
    if (head.magic != PROTOCOL_MAGIC || head.kind >= REPLY_KINDS) {
        return false;
    }
    if (head.kind == REPLY_SAMPLES && (head.value == 0 || head.value > PROTOCOL_SAMPLES_MAX)) {
        return false;
    }
    if (head.kind == REPLY_READY &&
        (head.value < SPEECH_RATE_MIN_HZ || head.value > SPEECH_RATE_MAX_HZ)) {
        return false;
    }
    if (head.kind == REPLY_END && head.value > SPEECH_SAMPLES_MAX) {
        return false;
    }
    if (bytes != reply_bytes(&head)) {
        return false;
    }
    bool text = head.kind == REPLY_ERROR || head.kind == REPLY_END;
    return !text || memchr((const char *)packet + head_bytes, '\0', bytes - head_bytes) != NULL;
}
