/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is said, for voices other than eSpeak NG.
 *
 * Numbers go to another engine as digits, because every one of them knows the numbers of its own
 * language, and names such as "tausend" in a language file are there to mend eSpeak NG.
 *
 * Considered and refused: tokens named after places in the language file ("call 4"): a file that is
 * changed later would make a bank say other words than the screen shows. A phrase's token is its
 * words, so a changed phrase is a missing clip, which is told. Also refused: a second language file
 * for each other engine; most of it would be the first one again.
 */
#include "core/written.h"

#include "core/utf8.h"

#include <string.h>

const char *written_form(const char *spoken, const char *written) {
    if (written[0] != '\0') {
        return written;
    }
    return strstr(spoken, "[[") == NULL ? spoken : NULL;
}

static void part_from_last(struct words *words) {
    if (words->bytes > 0 && words_last(words) != ' ') {
        words_put(words, " ");
    }
}

void written_letters(const struct language *language, const struct spelling_run *run,
                     struct words *words) {
    uint32_t codepoint;
    size_t length;
    for (const char *at = run->text; (length = utf8_read(at, &codepoint)) > 0; at += length) {
        const char *name = language_letter(language, codepoint);
        name = name != NULL ? written_form(name, "") : NULL;
        part_from_last(words);
        if (name != NULL) {
            words_put(words, name);
        } else {
            words_put_bytes(words, at, length);
        }
        words_put(words, ",");
    }
}

void written_number(const struct language *language, const struct spelling_run *run,
                    struct words *words) {
    struct spelling_item items[SPELLING_ITEMS_MAX];
    size_t count = spelling_items(language, run, items);
    for (size_t i = 0; i < count; i++) {
        const char *oh = items[i].oh ? written_form(language->oh, "") : NULL;
        words_put(words, i > 0 ? " " : "");
        if (oh != NULL) {
            words_put(words, oh);
        } else {
            words_put_bytes(words, items[i].digits, items[i].count);
        }
    }
}

void written_label(const struct language *language, const char *label, struct words *words) {
    struct spelling_run runs[SPELLING_RUNS_MAX];
    size_t count = spelling_code(label, runs);
    if (count == 0) {
        words_put_outside(words, label);
    }
    for (size_t i = 0; i < count; i++) {
        part_from_last(words);
        if (runs[i].digits) {
            written_number(language, &runs[i], words);
        } else {
            written_letters(language, &runs[i], words);
        }
    }
}

static bool put_token(char kind, const char *text, size_t bytes, struct words *clips) {
    if (clips->bytes + bytes + 2 >= clips->room) {
        return false;
    }
    words_put_bytes(clips, &kind, 1);
    words_put_bytes(clips, text, bytes);
    words_put_bytes(clips, &(char){CLIP_END}, 1);
    return true;
}

static bool is_edge(char c) {
    return c != '\0' && strchr(" ,.;:!?", c) != NULL;
}

bool clips_phrase(const char *text, struct words *clips) {
    while (is_edge(*text)) {
        text++;
    }
    size_t bytes = strlen(text);
    while (bytes > 0 && is_edge(text[bytes - 1])) {
        bytes--;
    }
    return bytes == 0 || put_token(CLIP_PHRASE, text, bytes, clips);
}

bool clips_letters(const struct spelling_run *run, struct words *clips) {
    uint32_t codepoint;
    size_t length;
    bool good = true;
    for (const char *at = run->text; (length = utf8_read(at, &codepoint)) > 0; at += length) {
        good = good && put_token(CLIP_LETTER, at, length, clips);
    }
    return good;
}

bool clips_number(const struct language *language, const struct spelling_run *run,
                  struct words *clips) {
    struct spelling_item items[SPELLING_ITEMS_MAX];
    size_t count = spelling_items(language, run, items);
    bool good = true;
    for (size_t i = 0; i < count && good; i++) {
        good = items[i].oh ? put_token(CLIP_NUMBER, CLIP_OH, strlen(CLIP_OH), clips)
                           : put_token(CLIP_NUMBER, items[i].digits, items[i].count, clips);
    }
    return good;
}

bool clips_label(const struct language *language, const char *label, struct words *clips) {
    struct spelling_run runs[SPELLING_RUNS_MAX];
    char text[SEGMENT_BYTES];
    struct words phrase = words_start(text, sizeof text);
    size_t count = spelling_code(label, runs);
    words_put_outside(&phrase, label);
    bool good = count > 0 || clips_phrase(text, clips);
    for (size_t i = 0; i < count && good; i++) {
        good = runs[i].digits ? clips_number(language, &runs[i], clips)
                              : clips_letters(&runs[i], clips);
    }
    return good;
}

bool clips_next(const char **at, struct clip_token *token) {
    const char *end = strchr(*at, CLIP_END);
    if (end == NULL || end == *at) {
        return false;
    }
    *token = (struct clip_token){.kind = **at, .text = *at + 1, .bytes = (size_t)(end - *at - 1)};
    *at = end + 1;
    return true;
}
