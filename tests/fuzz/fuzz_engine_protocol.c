/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a packet between the voice and its engine child, in both directions.
 */
#include "system/check.h"
#include "voice/protocol.h"

#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_reply(const uint8_t *data, size_t size) {
    struct engine_reply reply = {0};
    if (!reply_valid(data, size)) {
        return;
    }
    CHECK(size <= sizeof reply);
    memcpy(&reply, data, size);
    CHECK(reply_bytes(&reply) == size);
    CHECK(reply.kind != REPLY_SAMPLES || reply.value <= PROTOCOL_SAMPLES_MAX);
    CHECK(reply.kind != REPLY_ERROR || strlen(reply.words) < sizeof reply.words);
}

static void make_script(struct script *script, const char *voice, const char *text) {
    memset(script, 0, sizeof *script);
    script->rate = 150;
    script->segments_count = 1;
    snprintf(script->voice, sizeof script->voice, "%.*s", VOICE_BYTES - 1, voice);
    snprintf(script->segments[0].text, SEGMENT_BYTES, "%.*s", SEGMENT_BYTES - 1, text);
}

static void try_request(const uint8_t *data, size_t size) {
    struct engine_request request, again;
    struct script script;
    if (!request_valid(data, size)) {
        return;
    }
    memcpy(&request, data, sizeof request);
    CHECK(strlen(request.voice) < sizeof request.voice);
    CHECK(strlen(request.text) < sizeof request.text);
    CHECK(strchr(request.text, '\x01') == NULL && strchr(request.text, '\n') == NULL);
    CHECK(strchr(request.voice, '.') == NULL && strncmp(request.voice, "mb/", 3) != 0);
    make_script(&script, request.voice, request.text);
    CHECK(request_make(&again, request.number, &script, 0));
    CHECK(strcmp(again.text, request.text) == 0);
}

/* Voice and text as two lines: reaches the pattern without a packet's fixed layout. */
static void try_words(const uint8_t *data, size_t size) {
    char words[VOICE_BYTES + SEGMENT_BYTES];
    struct engine_request request;
    struct script script;
    size = size < sizeof words - 1 ? size : sizeof words - 1;
    memcpy(words, data, size);
    words[size] = '\0';
    char *text = strchr(words, '\n');
    if (text == NULL) {
        return;
    }
    *text++ = '\0';
    make_script(&script, words, text);
    if (request_make(&request, 1, &script, 0)) {
        CHECK(request_valid(&request, sizeof request));
        CHECK(strchr(request.voice, '.') == NULL && strncmp(request.voice, "mb/", 3) != 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    try_reply(data, size);
    try_request(data, size);
    try_words(data, size);
    return 0;
}
