/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any ticket, label, text and pronunciation of a site as an utterance, in every language that comes
 * along.
 *
 * Three bytes choose language, kind and counter, then come lines. The first ones are from outside:
 * ticket, counter, label, an event's own words, text. Then what a person at the site wrote and the
 * configuration has checked: template, an entry for the language file (the name of a letter, a
 * number, a noun), and "shown=spoken" for each [say]. What the configuration would have refused is
 * left out here.
 *
 * Segments stay within their limits and are clean UTF-8 without control characters; brackets always
 * close, what stands in them is, as it is, in a file or a setting, and neither the written form nor
 * that for clips has any; a ticket or a text that has something to say is said, and a text whole.
 *
 * Language files are read once: they are what is shipped, and reading them is another target's
 * work.
 */
#include "config/language_file.h"
#include "core/phrase.h"
#include "core/spelling.h"
#include "core/template.h"
#include "core/utf8.h"
#include "core/written.h"
#include "system/check.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILES_MAX = 40, FILES_LEAST = 21, SAYINGS_TRIED = 8, PAUSE_MS_MAX = 2000 };

static struct language files[FILES_MAX];
static size_t files_count;
static struct hall hall;
static struct script script;
static char template[TEMPLATE_BYTES + 8];

struct source {
    const uint8_t *data;
    size_t size;
};

static int is_language(const struct dirent *entry) {
    return strstr(entry->d_name, ".ini") != NULL;
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    static struct diagnostics diagnostics;
    struct dirent **entries;
    char folder[400];
    const char *source = getenv("HALLCALL_SOURCE");
    snprintf(folder, sizeof folder, "%s/config/languages", source != NULL ? source : ".");
    int count = scandir(folder, &entries, is_language, alphasort);
    CHECK(count >= FILES_LEAST && count <= FILES_MAX);
    for (int i = 0; i < count; i++) {
        char path[800], tag[LANG_BYTES];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        snprintf(tag, sizeof tag, "%.*s", (int)strcspn(entries[i]->d_name, "."),
                 entries[i]->d_name);
        CHECK(language_file_read(path, tag, &files[files_count++], &diagnostics));
        free(entries[i]);
    }
    free(entries);
    return 0;
}

static uint8_t take_byte(struct source *source) {
    if (source->size == 0) {
        return 0;
    }
    source->size--;
    return *source->data++;
}

/* Takes the next line of at most room - 1 bytes off the input. */
static void take_line(struct source *source, char *out, size_t room) {
    size_t used = 0;
    while (source->size > 0) {
        uint8_t byte = take_byte(source);
        if (byte == '\n') {
            break;
        }
        if (byte != '\0' && used + 1 < room) {
            out[used++] = (char)byte;
        }
    }
    out[used] = '\0';
}

static bool has_control(const char *text) {
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7F) {
            return true;
        }
    }
    return false;
}

/* Whether the configuration takes a text as something to say in a field of so many bytes. */
static bool is_spoken(const char *text, size_t room) {
    return text[0] != '\0' && strlen(text) < room && utf8_valid(text) && !has_control(text) &&
           words_balanced(text);
}

/* An entry in place of one that the file has, where it has one. */
static void change_language(struct language *language, uint8_t choice, const char *entry) {
    if (is_spoken(entry, LETTER_BYTES) && language->letters_count > 0) {
        memcpy(language->letters[choice % language->letters_count].spoken, entry,
               strlen(entry) + 1);
    }
    if (is_spoken(entry, NUMBER_BYTES) && language->numbers_count > 0) {
        memcpy(language->numbers[choice % language->numbers_count].spoken, entry,
               strlen(entry) + 1);
    }
    if (is_spoken(entry, WORD_BYTES)) {
        memcpy(language->nouns[choice % NOUN_KINDS].spoken, entry, strlen(entry) + 1);
        memcpy(language->ways[choice % WAY_KINDS].spoken, entry, strlen(entry) + 1);
    }
}

static void take_sayings(struct source *source, const char *tag) {
    char line[NAME_BYTES + LABEL_BYTES];
    hall.sayings_count = 0;
    while (source->size > 0 && hall.sayings_count < SAYINGS_TRIED) {
        take_line(source, line, sizeof line);
        char *spoken = strchr(line, '=');
        size_t bytes = spoken != NULL ? (size_t)(spoken - line) : 0;
        if (bytes == 0 || bytes >= NAME_BYTES || !is_spoken(spoken + 1, LABEL_BYTES)) {
            continue;
        }
        *spoken++ = '\0';
        if (!utf8_valid(line) || has_control(line)) {
            continue;
        }
        struct saying *saying = &hall.sayings[hall.sayings_count++];
        memset(saying, 0, sizeof *saying);
        memcpy(saying->shown, line, bytes + 1);
        memcpy(saying->spoken[0].text, spoken, strlen(spoken) + 1);
        saying->spoken_count = 1;
        if (hall.sayings_count % 2 == 0) { /* the others are for any language */
            memcpy(saying->spoken[0].tag, tag, strlen(tag) + 1);
        }
    }
}

static void make_counter(struct counter *counter, const char *id, uint8_t choice) {
    counter->noun = (enum noun)(choice % NOUN_KINDS);
    counter->direction = (enum direction)(choice % (DIRECTION_AHEAD + 1));
    counter->floor =
        choice % 4 == 0 ? FLOOR_NONE : FLOOR_MIN + choice % (FLOOR_MAX - FLOOR_MIN + 1);
    memcpy(counter->id, id, NAME_BYTES);
    hall.counters_count = choice % 8 == 7 ? 0 : 1;
    hall.noun = counter->noun;
    hall.policy.say_ways = choice % 16 < 12;
}

/* Fills the hall from the input; returns what is to be said. */
static struct utterance make_hall(struct source *source) {
    const struct language *file = &files[take_byte(source) % files_count];
    uint8_t choice = take_byte(source), place = take_byte(source);
    static const enum spoken_template templates[] = {
        [UTTERANCE_CALL] = SPOKEN_CALL,
        [UTTERANCE_RECALL] = SPOKEN_RECALL,
        [UTTERANCE_NOTICE] = SPOKEN_NOTICE,
        [UTTERANCE_URGENT] = SPOKEN_URGENT,
    };
    struct utterance utterance = {.serial = 1,
                                  .kind = (enum utterance_kind)(choice % 4),
                                  .chime = (enum chime)(choice / 4 % CHIME_BRIEF),
                                  .brisk = choice % 32 >= 16};
    bool brief = utterance.brisk && utterance.kind == UTTERANCE_CALL;
    enum spoken_template kind = brief ? SPOKEN_BRIEF : templates[utterance.kind];
    struct language *language = &hall.languages[0];
    char entry[WORD_BYTES + 8];
    hall.languages_count = 1;
    *language = *file;
    memcpy(utterance.lang, file->tag, sizeof utterance.lang);
    take_line(source, utterance.ticket, sizeof utterance.ticket);
    take_line(source, utterance.counter, sizeof utterance.counter);
    take_line(source, utterance.label, sizeof utterance.label);
    take_line(source, utterance.spoken, sizeof utterance.spoken);
    take_line(source, utterance.text, sizeof utterance.text);
    take_line(source, template, sizeof template);
    take_line(source, entry, sizeof entry);
    change_language(language, place, entry);
    if (template_error(kind, template) == NULL && !has_control(template)) {
        memcpy(language->spoken[kind], template, strlen(template) + 1);
        language->written[kind][0] = '\0';
    }
    take_sayings(source, file->tag);
    make_counter(&hall.counters[0], utterance.counter, place);
    return utterance;
}

/* Whether phonemes, with their brackets, stand so in a text of a file or a setting. */
static bool stands_in(const char *text, const char *phonemes, size_t bytes) {
    for (const char *at = text; (at = strstr(at, "[[")) != NULL; at += 2) {
        if (strncmp(at, phonemes, bytes) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_from_file(const char *phonemes, size_t bytes) {
    const struct language *language = &hall.languages[0];
    bool found = stands_in(language->oh, phonemes, bytes);
    for (size_t i = 0; i < SPOKEN_KINDS && !found; i++) {
        found = stands_in(language->spoken[i], phonemes, bytes);
    }
    for (size_t i = 0; i < language->numbers_count && !found; i++) {
        found = stands_in(language->numbers[i].spoken, phonemes, bytes);
    }
    for (size_t i = 0; i < language->letters_count && !found; i++) {
        found = stands_in(language->letters[i].spoken, phonemes, bytes);
    }
    for (size_t i = 0; i < NOUN_KINDS && !found; i++) {
        found = stands_in(language->nouns[i].spoken, phonemes, bytes);
    }
    for (size_t i = 0; i < WAY_KINDS && !found; i++) {
        found = stands_in(language->ways[i].spoken, phonemes, bytes);
    }
    for (size_t i = 0; i < hall.sayings_count && !found; i++) {
        found = stands_in(hall.sayings[i].spoken[0].text, phonemes, bytes);
    }
    return found;
}

/* Whole tokens, each of something, and nothing else. */
static void check_tokens(const struct segment *segment) {
    struct clip_token token;
    const char *at = segment->clips;
    CHECK(memchr(segment->clips, '\0', SEGMENT_BYTES) != NULL && utf8_valid(segment->clips));
    CHECK(strpbrk(segment->clips, "[]") == NULL);
    while (clips_next(&at, &token)) {
        CHECK(token.bytes > 0);
        CHECK(token.kind == CLIP_PHRASE || token.kind == CLIP_LETTER || token.kind == CLIP_NUMBER);
    }
    CHECK(*at == '\0');
}

static void check_brackets(const char *text) {
    CHECK(words_balanced(text));
    for (const char *at = strstr(text, "[["); at != NULL; at = strstr(at, "[[")) {
        const char *end = strstr(at, "]]");
        CHECK(end != NULL && is_from_file(at, (size_t)(end + 2 - at)));
        at = end;
    }
}

static void check_segment(const struct segment *segment) {
    CHECK(memchr(segment->text, '\0', SEGMENT_BYTES) != NULL);
    CHECK(segment->text[0] != '\0');
    CHECK(utf8_valid(segment->text) && !has_control(segment->text));
    CHECK(segment->role <= SEGMENT_TEXT);
    CHECK(segment->pause_ms >= 0 && segment->pause_ms <= PAUSE_MS_MAX);
    CHECK(memchr(segment->written, '\0', SEGMENT_BYTES) != NULL && utf8_valid(segment->written));
    CHECK(strpbrk(segment->written, "[]") == NULL && !has_control(segment->written));
    check_tokens(segment);
    CHECK(segment->phonemes == (strstr(segment->text, "[[") != NULL));
    check_brackets(segment->text);
}

/* Nothing that an engine could read as a command, where no file says it. */
static void check_text(const struct segment *segment) {
    if (segment->role == SEGMENT_TEXT && hall.sayings_count == 0 && !segment->phonemes) {
        CHECK(strpbrk(segment->text, "<>&[]{}") == NULL);
    }
}

static size_t count_bytes(const char *text) {
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += *text != ' ';
    }
    return count;
}

/* Other voices get all of a text that the site has no words for. */
static void check_whole(const struct utterance *utterance) {
    char clean[TEXT_BYTES];
    struct words words = words_start(clean, sizeof clean);
    size_t said = 0;
    words_put_outside(&words, utterance->text);
    for (size_t i = 0; i < script.segments_count; i++) {
        bool text = script.segments[i].role == SEGMENT_TEXT;
        said += text ? count_bytes(script.segments[i].written) : 0;
    }
    CHECK(hall.sayings_count > 0 || said == count_bytes(clean));
}

/* What is joined follows its like, which has the words of both. */
static void check_joined(size_t i) {
    const struct segment *segment = &script.segments[i];
    CHECK(i > 0 && segment->role == segment[-1].role);
    CHECK(segment->written[0] == '\0' && segment->clips[0] == '\0');
    do {
        segment--;
    } while (segment->joined);
    CHECK(segment->written[0] != '\0');
}

static bool has_letters(const char *text) {
    struct spelling_run runs[SPELLING_RUNS_MAX];
    return spelling_cut(text, runs) > 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct source source = {.data = data, .size = size};
    struct utterance utterance = make_hall(&source);
    bool good = phrase_make(&hall, &utterance, &script);
    bool call = utterance.kind == UTTERANCE_CALL || utterance.kind == UTTERANCE_RECALL;
    CHECK(good == (script.segments_count > 0));
    /* A site may have a [say] of nothing but a mark. */
    CHECK(good || hall.sayings_count > 0 || !has_letters(call ? utterance.ticket : utterance.text));
    CHECK(script.segments_count <= SEGMENTS_MAX);
    CHECK(!good || strcmp(script.lang, utterance.lang) == 0);
    for (size_t i = 0; i < script.segments_count; i++) {
        check_segment(&script.segments[i]);
        check_text(&script.segments[i]);
        if (script.segments[i].joined) {
            check_joined(i);
        }
    }
    if (good && !call) {
        check_whole(&utterance);
    }
    return 0;
}
