/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any template, ticket, label and text as an utterance.
 *
 * The first byte chooses what is announced, then come lines: template, ticket, counter, label,
 * text. Segments stay within their limits and are clean UTF-8; brackets of phonemes always close;
 * and where the template holds none of them, no character that the engine could read as a command
 * is ever said, whatever came from outside.
 */
#include "core/phrase.h"
#include "core/template.h"
#include "core/utf8.h"
#include "core/written.h"
#include "system/check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Takes the next line of at most room - 1 bytes off the input. */
static void take_line(const uint8_t **data, size_t *size, char *out, size_t room) {
    size_t used = 0;
    while (*size > 0) {
        uint8_t byte = *(*data)++;
        (*size)--;
        if (byte == '\n') {
            break;
        }
        if (byte != '\0' && used + 1 < room) {
            out[used++] = (char)byte;
        }
    }
    out[used] = '\0';
}

static void make_language(struct language *language, uint8_t choice) {
    memset(language, 0, sizeof *language);
    memcpy(language->tag, "en", 3);
    language->digits = (enum digit_style)(choice / 4 % 3);
    memcpy(language->oh, "oh", 3);
    language->letters_count = 2;
    language->letters[0] = (struct letter_name){.codepoint = 'A', .spoken = "ay"};
    language->letters[1] = (struct letter_name){.codepoint = 0x416, .spoken = "zheh"};
    for (size_t i = 0; i < NOUN_KINDS; i++) {
        memcpy(language->nouns[i].spoken, "counter", 8);
    }
}

/* Whole tokens, each of something, and nothing else. */
static void check_tokens(const struct segment *segment) {
    struct clip_token token;
    const char *at = segment->clips;
    CHECK(memchr(segment->clips, '\0', SEGMENT_BYTES) != NULL && utf8_valid(segment->clips));
    while (clips_next(&at, &token)) {
        CHECK(token.bytes > 0);
        CHECK(token.kind == CLIP_PHRASE || token.kind == CLIP_LETTER || token.kind == CLIP_NUMBER);
    }
    CHECK(*at == '\0');
}

static void check_segment(const struct segment *segment, bool plain) {
    CHECK(memchr(segment->text, '\0', SEGMENT_BYTES) != NULL);
    CHECK(segment->text[0] != '\0');
    CHECK(utf8_valid(segment->text));
    CHECK(segment->pause_ms >= 0);
    CHECK(memchr(segment->written, '\0', SEGMENT_BYTES) != NULL && utf8_valid(segment->written));
    CHECK(strstr(segment->written, "[[") == NULL);
    check_tokens(segment);
    CHECK(segment->phonemes == (strstr(segment->text, "[[") != NULL));
    for (const char *at = segment->text; *at != '\0'; at++) {
        CHECK(!plain || ((unsigned char)*at >= 0x20 && strchr("<>&[]{}\x7F", *at) == NULL));
    }
    for (const char *at = strstr(segment->text, "[["); at != NULL; at = strstr(at, "[[")) {
        at = strstr(at, "]]");
        CHECK(at != NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct hall hall;
    static struct script script;
    static const char *const fallbacks[SPOKEN_KINDS] = {
        "Ticket, | {letters} | {number}. | To {noun} | {counter}.",
        "Again. | {letters} | {number}. | To {noun} | {counter}.", "{text}", "Attention. | {text}"};
    if (size == 0) {
        return 0;
    }
    uint8_t choice = *data++;
    size--;
    struct language *language = &hall.languages[0];
    hall.languages_count = 1;
    make_language(language, choice);
    enum spoken_template kind = (enum spoken_template)(choice % SPOKEN_KINDS);
    char template[TEMPLATE_BYTES + 8];
    struct utterance utterance = {.serial = 1, .kind = (enum utterance_kind)kind, .lang = "en"};
    take_line(&data, &size, template, sizeof template);
    take_line(&data, &size, utterance.ticket, sizeof utterance.ticket);
    take_line(&data, &size, utterance.counter, sizeof utterance.counter);
    take_line(&data, &size, utterance.label, sizeof utterance.label);
    take_line(&data, &size, utterance.text, sizeof utterance.text);
    const char *used = template_error(kind, template) == NULL ? template : fallbacks[kind];
    memcpy(language->spoken[kind], used, strlen(used) + 1);
    bool plain = used != template;
    bool good = phrase_make(&hall, &utterance, &script);
    CHECK(good == (script.segments_count > 0));
    CHECK(script.segments_count <= SEGMENTS_MAX);
    for (size_t i = 0; i < script.segments_count; i++) {
        check_segment(&script.segments[i], plain);
    }
    return 0;
}
