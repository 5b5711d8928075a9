/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Templates: cutting them into parts, and what may be wrong with one.
 *
 * A part keeps its place in the template and is read again, character by character, each time it is
 * said: it is short, and nothing has to be allocated.
 */
#include "core/template.h"

#include "core/utf8.h"

#include <string.h>

static const char *const placeholders[] = {"letters", "number", "counter", "noun", "text"};
enum placeholder template_placeholder(const char *at, size_t left, size_t *bytes) {
    for (unsigned i = 0; i < HOLDS_KINDS; i++) {
        size_t length = strlen(placeholders[i]);
        if (length + 2 <= left && strncmp(at + 1, placeholders[i], length) == 0 &&
            at[length + 1] == '}') {
            *bytes = length + 2;
            return (enum placeholder)i;
        }
    }
    *bytes = 1;
    return HOLDS_KINDS;
}

/* Counts placeholders and finds faults. */
static void part_examine(struct part *part) {
    bool phonemes = false;
    for (size_t i = 0; i < part->bytes; i++) {
        size_t bytes = 1;
        if (part->text[i] == '{' || part->text[i] == '}') {
            enum placeholder found = template_placeholder(part->text + i, part->bytes - i, &bytes);
            if (found == HOLDS_KINDS || phonemes) {
                part->error = "unknown placeholder";
                return;
            }
            part->holds[found]++;
            i += bytes - 1;
        } else if (part->text[i] == '[' || part->text[i] == ']') {
            char expected = phonemes ? ']' : '[';
            if (i + 1 >= part->bytes || part->text[i] != expected ||
                part->text[i + 1] != expected) {
                part->error = "phonemes must stand in [[double brackets]]";
                return;
            }
            part->phonemes = true;
            phonemes = !phonemes;
            i++;
        }
    }
    if (phonemes) {
        part->error = "phonemes must stand in [[double brackets]]";
    }
}

size_t template_cut(const char *template, struct part parts[TEMPLATE_SEGMENTS_MAX]) {
    size_t count = 0;
    for (;;) {
        size_t bytes = strcspn(template, "|");
        const char *next = template + bytes;
        while (bytes > 0 && *template == ' ') {
            template ++;
            bytes--;
        }
        while (bytes > 0 && template[bytes - 1] == ' ') {
            bytes--;
        }
        if (count < TEMPLATE_SEGMENTS_MAX) {
            parts[count] = (struct part){.text = template, .bytes = bytes};
            part_examine(&parts[count]);
        }
        count++;
        if (*next == '\0') {
            return count;
        }
        template = next + 1;
    }
}

/* What a call's template must hold, and how. */
static const char *call_error(const struct part *parts, size_t count) {
    size_t seen[HOLDS_KINDS] = {0};
    for (size_t i = 0; i < count; i++) {
        const unsigned *holds = parts[i].holds;
        if (holds[HOLDS_TEXT] > 0) {
            return "{text} is for notices; expected {letters} {number} {counter} {noun}";
        }
        if (holds[HOLDS_LETTERS] + holds[HOLDS_NUMBER] + holds[HOLDS_COUNTER] > 1) {
            return "{letters}, {number} and {counter} need a segment each, cut off with \"|\"";
        }
        if (holds[HOLDS_LETTERS] > 0 && seen[HOLDS_NUMBER] > 0) {
            return "{letters} must stand before {number}";
        }
        for (unsigned kind = 0; kind < HOLDS_KINDS; kind++) {
            seen[kind] += holds[kind];
        }
    }
    if (seen[HOLDS_LETTERS] != 1 || seen[HOLDS_NUMBER] != 1 || seen[HOLDS_COUNTER] != 1) {
        return "expected {letters}, {number} and {counter} once each";
    }
    return NULL;
}

static const char *text_error(const struct part *parts, size_t count) {
    size_t texts = 0;
    for (size_t i = 0; i < count; i++) {
        const unsigned *holds = parts[i].holds;
        if (holds[HOLDS_LETTERS] + holds[HOLDS_NUMBER] + holds[HOLDS_COUNTER] + holds[HOLDS_NOUN]) {
            return "only calls have a ticket and a counter; expected {text}";
        }
        if (holds[HOLDS_TEXT] > 0 && parts[i].bytes != strlen("{text}")) {
            return "{text} needs a segment of its own, cut off with \"|\"";
        }
        texts += holds[HOLDS_TEXT];
    }
    return texts == 1 ? NULL : "expected {text} once";
}

static bool of_call(enum spoken_template kind) {
    return kind == SPOKEN_CALL || kind == SPOKEN_BRIEF || kind == SPOKEN_RECALL;
}

const char *template_error(enum spoken_template kind, const char *template) {
    struct part parts[TEMPLATE_SEGMENTS_MAX];
    if (strlen(template) >= TEMPLATE_BYTES || !utf8_valid(template)) {
        return "expected at most 191 bytes of UTF-8";
    }
    size_t count = template_cut(template, parts);
    if (count > TEMPLATE_SEGMENTS_MAX) {
        return "expected at most 8 segments";
    }
    for (size_t i = 0; i < count; i++) {
        if (parts[i].error != NULL) {
            bool unknown = strchr(parts[i].error, '[') == NULL;
            const char *known = of_call(kind)
                                    ? "unknown placeholder; expected {letters}, {number}, "
                                      "{counter} or {noun}"
                                    : "unknown placeholder; expected {text}";
            return unknown ? known : parts[i].error;
        }
        if (parts[i].bytes == 0) {
            return "a segment between two \"|\" is empty";
        }
    }
    return of_call(kind) ? call_error(parts, count) : text_error(parts, count);
}

const char *template_written_error(const char *template, const char *written) {
    struct part parts[TEMPLATE_SEGMENTS_MAX], others[TEMPLATE_SEGMENTS_MAX];
    size_t count = template_cut(template, parts);
    bool same = template_cut(written, others) == count && count <= TEMPLATE_SEGMENTS_MAX;
    for (size_t i = 0; i < count && same; i++) {
        same = others[i].error == NULL && others[i].bytes > 0 &&
               memcmp(parts[i].holds, others[i].holds, sizeof parts[i].holds) == 0;
    }
    if (!same) {
        return "expected the segments of the spoken form, with the same placeholders";
    }
    return strchr(written, '[') == NULL ? NULL : "expected words, without phonemes";
}
