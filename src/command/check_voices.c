/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The voices' part of `hallcall check`.
 *
 * Everything is really said by the engine and judged by the phonemes that it reports: a part
 * without phonemes is silent (Hebrew numbers in eSpeak NG 1.51), and one with a mark such as "(en)"
 * is said by another voice than the language's. A silent language is a problem; prefixes that rhyme
 * are a warning, because a site may have reasons for them, and so are words of the site (labels,
 * [say]) in letters that the voice leaves to another.
 *
 * Considered and refused: trying every ticket that the pattern allows (millions); letters and
 * numbers are segments of their own, so each is the same in every ticket.
 */
#include "command/checking.h"
#include "command/wiring.h"
#include "core/alike.h"
#include "core/phrase.h"
#include "core/spelling.h"
#include "core/text.h"
#include "core/utf8.h"
#include "feed/contract.h"
#include "system/clock.h"
#include "voice/engine.h"
#include "voice/protocol.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum {
    LETTERS_TRIED_MAX = 160,
    WORDS_TRIED_MAX = HALLS_MAX * COUNTERS_MAX + SAYINGS_MAX + NOUN_KINDS,
    LIST_BYTES = 240,
    KEY_BYTES = 64 + NAME_BYTES + LANG_BYTES,
    WAIT_MS_MAX = 1000
};

/* Single figures, the irregular teens, tens and hundreds, and a gap in the middle. */
static const char *const numbers[] = {"0",  "1",  "2",  "3",   "4",   "5",   "6",   "7",  "8",
                                      "9",  "10", "11", "12",  "19",  "20",  "21",  "40", "70",
                                      "80", "90", "99", "100", "107", "204", "340", "999"};
enum { NUMBERS = sizeof numbers / sizeof numbers[0] };

struct trying {
    struct checking *checking;
    struct engine *engine;
    const struct language *language;
    size_t letters_count;
    char letters[LETTERS_TRIED_MAX][PREFIX_BYTES]; /* those of the site's tickets */
    char sounds[PREFIXES_MAX][PHONEMES_BYTES];     /* of the site's prefixes, in one language */
    size_t words_count;
    const char *words[WORDS_TRIED_MAX]; /* of the site, judged in one language */
};

/* What came of a call that was said into memory. */
struct heard {
    bool failed;
    bool foreign;                  /* some of it in another voice */
    int64_t lasts_ms;              /* 0: something of it is silent */
    char silent[SEGMENT_BYTES];    /* what */
    char phonemes[PHONEMES_BYTES]; /* of its first letters, else of its first number */
};

/* Waits for the engine's answer to one segment; its deadline ends the wait. */
static enum engine_state answer(struct engine *engine) {
    enum engine_state state;
    while ((state = engine_turn(engine, clock_mono_us())) == ENGINE_BUSY) {
        struct pollfd fd = {.fd = engine_fd(engine), .events = POLLIN};
        int64_t left_us = engine_deadline_us(engine) - clock_mono_us();
        int64_t left_ms = left_us < 0 ? 0 : left_us / 1000 + 1;
        (void)poll(&fd, 1, left_ms > WAIT_MS_MAX ? WAIT_MS_MAX : (int)left_ms);
    }
    return state;
}

static bool is_code(enum segment_role role) {
    return role == SEGMENT_LETTERS || role == SEGMENT_NUMBER;
}

static void listen_to(const struct trying *trying, const struct segment *segment,
                      struct heard *heard) {
    struct speech speech = engine_speech(trying->engine);
    const char *phonemes = engine_phonemes(trying->engine);
    if (speech.count == 0 || speech.rate_hz <= 0 || phonemes[0] == '\0') {
        text_copy(heard->silent, sizeof heard->silent, segment->text);
        return;
    }
    heard->lasts_ms += (int64_t)speech.count * 1000 / speech.rate_hz;
    heard->foreign = heard->foreign || strchr(phonemes, '(') != NULL;
    if (is_code(segment->role) && heard->phonemes[0] == '\0') {
        text_copy(heard->phonemes, sizeof heard->phonemes, phonemes);
    }
}

/* Says a call, or only its ticket. False when nothing would be said or the engine fails. */
static bool say(const struct trying *trying, const char *ticket, bool whole, struct heard *heard) {
    struct utterance utterance = {.serial = 1, .kind = UTTERANCE_CALL, .n = 1, .counter = "4"};
    struct script script;
    memset(heard, 0, sizeof *heard);
    text_copy(utterance.ticket, sizeof utterance.ticket, ticket);
    memcpy(utterance.lang, trying->language->tag, sizeof utterance.lang);
    if (!phrase_make(&trying->checking->config.hall, &utterance, &script)) {
        return false;
    }
    for (size_t i = 0; i < script.segments_count && heard->silent[0] == '\0'; i++) {
        if (!whole && !is_code(script.segments[i].role)) {
            continue;
        }
        engine_ask(trying->engine, &script, i, clock_mono_us());
        heard->failed = answer(trying->engine) != ENGINE_DONE;
        if (heard->failed) {
            return false;
        }
        listen_to(trying, &script.segments[i], heard);
    }
    return true;
}

/* A whole call. False when this language cannot be spoken at all. */
static bool try_call(const struct trying *trying) {
    const struct language *language = trying->language;
    struct checking *checking = trying->checking;
    struct heard heard;
    if (!say(trying, "A107", true, &heard)) {
        checking_tell(checking, VERDICT_PROBLEM, "voice", "%s: %s", language->tag,
                      heard.failed ? engine_reason(trying->engine)
                                   : "nothing would be said: check its [spoken] call");
        return false;
    }
    if (heard.silent[0] != '\0') {
        checking_tell(checking, VERDICT_PROBLEM, "voice",
                      "%s: the engine is silent with the voice %s at \"%s\": choose another in "
                      "languages/%s.ini, or leave this language out",
                      language->tag, language->voice, heard.silent, language->tag);
        return false;
    }
    checking_tell(checking, VERDICT_OK, "voice", "%s: %s says a call in %lld.%lld s of speech",
                  language->tag, language->voice, (long long)heard.lasts_ms / 1000,
                  (long long)heard.lasts_ms % 1000 / 100);
    return true;
}

static void add_to_list(char list[LIST_BYTES], const char *word) {
    text_append(list, LIST_BYTES, list[0] != '\0' ? ", " : "");
    text_append(list, LIST_BYTES, word);
}

/* Says each of the codes alone and lists those that are silent and those in another voice. */
static void try_codes(const struct trying *trying, const char *code, char silent[LIST_BYTES],
                      char foreign[LIST_BYTES]) {
    struct heard heard;
    if (!say(trying, code, false, &heard) || heard.silent[0] != '\0') {
        add_to_list(silent, code);
    } else if (heard.foreign) {
        add_to_list(foreign, code);
    }
}

static void try_alphabet(const struct trying *trying) {
    char silent[LIST_BYTES] = "", foreign[LIST_BYTES] = "";
    const char *tag = trying->language->tag;
    for (size_t i = 0; i < NUMBERS; i++) {
        try_codes(trying, numbers[i], silent, foreign);
    }
    for (size_t i = 0; i < trying->letters_count; i++) {
        try_codes(trying, trying->letters[i], silent, foreign);
    }
    if (silent[0] != '\0') {
        checking_tell(trying->checking, VERDICT_PROBLEM, "voice",
                      "%s: silent: %s: name them under [letters] or [numbers] of "
                      "languages/%s.ini",
                      tag, silent, tag);
    }
    if (foreign[0] != '\0') {
        checking_tell(trying->checking, VERDICT_WARNING, "voice",
                      "%s: said in another language's voice: %s: name them under [letters] of "
                      "languages/%s.ini",
                      tag, foreign, tag);
    }
}

/* Says words as a segment of their own. False when the engine fails. */
static bool say_words(const struct trying *trying, const char *words, struct heard *heard) {
    const struct language *language = trying->language;
    struct script script = {.serial = 1, .rate = language->rate, .segments_count = 1};
    struct segment *segment = &script.segments[0];
    memset(heard, 0, sizeof *heard);
    memcpy(script.lang, language->tag, sizeof script.lang);
    memcpy(script.voice, language->voice, sizeof script.voice);
    memcpy(script.phoneme_voice, language->phoneme_voice, sizeof script.phoneme_voice);
    text_copy(segment->text, sizeof segment->text, words);
    segment->phonemes = strstr(words, "[[") != NULL;
    engine_ask(trying->engine, &script, 0, clock_mono_us());
    heard->failed = answer(trying->engine) != ENGINE_DONE;
    if (!heard->failed) {
        listen_to(trying, segment, heard);
    }
    return !heard->failed;
}

/* Whether words have not been judged in this language yet; they are from now on. */
static bool is_new(struct trying *trying, const char *words) {
    for (size_t i = 0; i < trying->words_count; i++) {
        if (strcmp(trying->words[i], words) == 0) {
            return false;
        }
    }
    if (trying->words_count < WORDS_TRIED_MAX) {
        trying->words[trying->words_count++] = words;
    }
    return true;
}

/* Words of a setting: where they stand, what is said for them, and what to write. */
static void judge_words(const struct trying *trying, const char *key, const char *words,
                        const char *remedy) {
    struct heard heard;
    if (say_words(trying, words, &heard) && (heard.foreign || heard.silent[0] != '\0')) {
        checking_tell(trying->checking, VERDICT_WARNING, "voice", "%s: %s: \"%s\" is %s: %s",
                      trying->language->tag, key, words,
                      heard.foreign ? "said in another language's voice" : "silent", remedy);
    }
}

static void try_sayings(struct trying *trying) {
    const struct hall *hall = &trying->checking->config.hall;
    const char *tag = trying->language->tag;
    for (size_t i = 0; i < hall->sayings_count; i++) {
        const struct saying *saying = &hall->sayings[i];
        char key[KEY_BYTES], remedy[LIST_BYTES];
        const char *spoken = hall_saying(hall, saying->shown, strlen(saying->shown), tag);
        for (size_t j = 0; j < saying->spoken_count && spoken != NULL; j++) {
            const char *of = saying->spoken[j].tag;
            if (spoken == saying->spoken[j].text) {
                snprintf(key, sizeof key, "[say %s] spoken%s%s", saying->shown,
                         of[0] != '\0' ? "." : "", of);
            }
        }
        if (spoken != NULL) {
            snprintf(remedy, sizeof remedy,
                     "write spoken.%s in the letters of that language, or as [[phonemes]]", tag);
            judge_words(trying, key, spoken, remedy);
        }
    }
}

static void try_label(struct trying *trying, const struct counter *counter, const char *label) {
    const char *tag = trying->language->tag, *of = NULL;
    char key[KEY_BYTES], remedy[LIST_BYTES], text[SEGMENT_BYTES];
    struct words words = words_start(text, sizeof text);
    for (size_t i = 0; i < counter->labels_count; i++) {
        of = label == counter->labels[i].text ? counter->labels[i].tag : of;
    }
    snprintf(key, sizeof key, "[counter %s%s%s]%s%s%s", counter->hall,
             counter->hall[0] != '\0' ? "/" : "", counter->id, of != NULL ? " label" : "",
             of != NULL && of[0] != '\0' ? "." : "", of != NULL ? of : "");
    snprintf(remedy, sizeof remedy,
             "write label.%s in the letters of that language, or [say %s] with spoken.%s", tag,
             label, tag);
    spelling_label(trying->language, label, &words);
    judge_words(trying, key, text, remedy);
}

/* Numbers have been tried, and what is said for a label by [say] is judged there. */
static void try_labels(struct trying *trying, size_t from) {
    const struct hall *hall = &trying->checking->config.hall;
    const char *tag = trying->language->tag;
    for (size_t i = 0; i < hall->counters_count; i++) {
        const char *id = hall->counters[i].id;
        const struct counter *counter = hall_counter(hall, from, id);
        const char *label = hall_counter_label(hall, from, id, "", tag);
        bool number = strspn(label, "0123456789") == strlen(label);
        if (counter != NULL && !number && hall_saying(hall, label, strlen(label), tag) == NULL &&
            is_new(trying, label)) {
            try_label(trying, counter, label);
        }
    }
}

static void try_noun(struct trying *trying, enum noun noun) {
    char key[KEY_BYTES];
    const char *spoken = trying->language->nouns[noun].spoken;
    snprintf(key, sizeof key, "languages/%s.ini: [nouns] %s.spoken", trying->language->tag,
             noun_name(noun));
    if (is_new(trying, spoken)) {
        judge_words(trying, key, spoken,
                    "write it in the letters of that language, or as [[phonemes]]");
    }
}

/* What the site itself has said: labels, nouns, [say]. */
static void try_words(struct trying *trying) {
    const struct hall *hall = &trying->checking->config.hall;
    trying->words_count = 0;
    try_noun(trying, hall->noun);
    for (size_t i = 0; i < hall->counters_count; i++) {
        try_noun(trying, hall->counters[i].noun);
    }
    for (size_t from = 0; from < hall->halls.count; from++) {
        try_labels(trying, from);
    }
    try_sayings(trying);
}

/* Each group of prefixes that rhyme in this language, once. */
static void compare_sounds(struct trying *trying) {
    const struct prefix_list *list = &trying->checking->config.settings.ticket.prefixes;
    bool told[PREFIXES_MAX] = {false};
    for (size_t i = 0; i < list->count; i++) {
        struct heard heard;
        (void)say(trying, list->prefixes[i], false, &heard);
        memcpy(trying->sounds[i], heard.phonemes, PHONEMES_BYTES);
    }
    for (size_t i = 0; i < list->count; i++) {
        char group[LIST_BYTES] = "";
        for (size_t k = i + 1; k < list->count && !told[i] && trying->sounds[i][0] != '\0'; k++) {
            if (!told[k] && alike_in_sound(trying->sounds[i], trying->sounds[k])) {
                add_to_list(group, list->prefixes[k]);
                told[k] = true;
            }
        }
        if (group[0] != '\0') {
            checking_tell(trying->checking, VERDICT_WARNING, "prefixes",
                          "%s: %s sounds like %s: in a noisy hall they are taken for each other",
                          trying->language->tag, list->prefixes[i], group);
        }
    }
}

/* Keeps a letter that a ticket may have, once. */
static void keep_letter(struct trying *trying, const char *letter, size_t bytes) {
    char text[PREFIX_BYTES] = "";
    memcpy(text, letter, bytes);
    for (size_t i = 0; i < trying->letters_count; i++) {
        if (strcmp(trying->letters[i], text) == 0) {
            return;
        }
    }
    if (trying->letters_count < LETTERS_TRIED_MAX && (bytes > 1 || text[0] > '9')) {
        memcpy(trying->letters[trying->letters_count++], text, sizeof text);
    }
}

static void keep_letters_of(struct trying *trying, const char *text) {
    uint32_t codepoint;
    size_t bytes;
    for (; (bytes = utf8_read(text, &codepoint)) > 0; text += bytes) {
        keep_letter(trying, text, bytes);
    }
}

/* Without prefixes: A to Z and whatever the pattern lists beyond ASCII, where it takes a ticket of
 * that letter and a number. */
static void keep_letters_of_pattern(struct trying *trying, const struct contract *contract) {
    uint32_t codepoint;
    size_t bytes;
    for (int letter = 'A'; letter <= 'Z'; letter++) {
        const char ticket[] = {(char)letter, '1', '\0'};
        if (contract_takes_ticket(contract, ticket)) {
            keep_letter(trying, ticket, 1);
        }
    }
    const char *at = trying->checking->config.settings.ticket.pattern;
    for (; (bytes = utf8_read(at, &codepoint)) > 0; at += bytes) {
        char ticket[PREFIX_BYTES] = "";
        memcpy(ticket, at, bytes);
        ticket[bytes] = '1';
        if (codepoint >= 0x80 && contract_takes_ticket(contract, ticket)) {
            keep_letter(trying, ticket, bytes);
        }
    }
}

/* The letters of the site's tickets; prefixes that the pattern would refuse are told. */
static void find_letters(struct trying *trying) {
    const struct settings *settings = &trying->checking->config.settings;
    const struct prefix_list *list = &settings->ticket.prefixes;
    struct topic_names names;
    struct contract contract;
    char reason[REASON_BYTES] = "";
    wire_topics(settings, &names);
    if (!contract_init(&contract, &names, settings->ticket.pattern, reason, sizeof reason)) {
        checking_tell(trying->checking, VERDICT_PROBLEM, "tickets", "[ticket] pattern: %s", reason);
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        char ticket[PREFIX_BYTES + 1];
        snprintf(ticket, sizeof ticket, "%s1", list->prefixes[i]);
        if (!contract_takes_ticket(&contract, ticket)) {
            checking_tell(trying->checking, VERDICT_PROBLEM, "prefixes",
                          "[ticket] pattern refuses %s, so calls with the prefix %s", ticket,
                          list->prefixes[i]);
        }
        keep_letters_of(trying, list->prefixes[i]);
    }
    if (list->count == 0) {
        keep_letters_of_pattern(trying, &contract);
    }
    contract_finish(&contract);
}

void checking_voices(struct checking *checking) {
    struct voice_options options;
    const struct hall *hall = &checking->config.hall;
    wire_voice(&checking->config.settings, &options);
    struct trying *trying = calloc(1, sizeof *trying);
    struct engine *engine = trying != NULL ? engine_create(options.engine_path) : NULL;
    if (engine == NULL) {
        checking_tell(checking, VERDICT_PROBLEM, "voice", "no memory for the engine");
        free(trying);
        return;
    }
    trying->checking = checking;
    trying->engine = engine;
    find_letters(trying);
    for (size_t i = 0; i < hall->languages_count; i++) {
        trying->language = &hall->languages[i];
        if (try_call(trying)) {
            try_alphabet(trying);
            try_words(trying);
            compare_sounds(trying);
        }
    }
    engine_destroy(engine);
    free(trying);
}
