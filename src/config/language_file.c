/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A language file into a language.
 *
 * The file is read into a list, each entry finds its field, and a table of what must be there is
 * walked afterwards, so that a translator sees all that is missing at once. Fields are found by
 * name through core/language.h's own tables; a new label of the screen needs no change here.
 *
 * Considered and refused: falling back to English for what is missing. A hall that speaks half a
 * language is worse than a file that says what it lacks.
 */
#include "config/language_file.h"

#include "config/ini.h"
#include "config/suggest.h"
#include "core/template.h"
#include "core/utf8.h"
#include "core/words.h"
#include "system/shortage.h"

#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

/* eSpeak NG's own range starts at 80; above 300 no hall can follow. */
enum { RATE_MIN = 80, RATE_MAX = 300 };

struct reading {
    struct ini ini;
    const char *tag;
    struct language language;
    struct diagnostics *diagnostics;
    size_t faults_before;
};

static const char *const spoken_names[SPOKEN_KINDS] = {
    [SPOKEN_CALL] = "call",
    [SPOKEN_BRIEF] = "brief",
    [SPOKEN_RECALL] = "recall",
    [SPOKEN_NOTICE] = "notice",
    [SPOKEN_URGENT] = "urgent",
};

static const char *const sections[] = {"language", "letters", "numbers", "spoken",
                                       "nouns",    "ways",    "screen",  "date"};
static const char *const language_keys[] = {"tag",  "name",   "voice", "phoneme_voice",
                                            "rate", "digits", "oh"};
static const char *const date_keys[] = {"weekdays", "months", "date", "time"};
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void tell(struct reading *reading, const struct ini_entry *entry, const char *words) {
    const char *section = entry->section[0] != '\0' ? entry->section : NULL;
    const char *key = entry->key[0] != '\0' ? entry->key : NULL;
    diagnostics_add(reading->diagnostics, reading->ini.path, entry->line, section, key,
                    key != NULL ? entry->value : NULL, "%s", words);
}

static void tell_unknown(struct reading *reading, const struct ini_entry *entry, const char *what,
                         const char *const *names, size_t count) {
    struct suggestion suggestion;
    char words[160];
    suggestion_init(&suggestion, entry->key[0] != '\0' ? entry->key : entry->section);
    for (size_t i = 0; i < count; i++) {
        suggestion_offer(&suggestion, names[i]);
    }
    if (suggestion.best != NULL) {
        snprintf(words, sizeof words, "unknown %s; did you mean \"%s\"?", what, suggestion.best);
    } else {
        snprintf(words, sizeof words, "unknown %s", what);
    }
    tell(reading, entry, words);
}

static void copy_text(struct reading *reading, const struct ini_entry *entry, char *field,
                      size_t room) {
    char words[80];
    size_t bytes = strlen(entry->value);
    if (bytes == 0 || bytes >= room) {
        snprintf(words, sizeof words, "expected 1 to %zu bytes of text", room - 1);
        tell(reading, entry, words);
        return;
    }
    memcpy(field, entry->value, bytes + 1);
}

static void copy_spoken(struct reading *reading, const struct ini_entry *entry, char *field,
                        size_t room) {
    if (!words_balanced(entry->value)) {
        tell(reading, entry, "expected phonemes in [[double brackets]]");
        return;
    }
    copy_text(reading, entry, field, room);
}

static void read_tag(struct reading *reading, const struct ini_entry *entry) {
    char words[80];
    if (strcmp(entry->value, reading->tag) != 0) {
        snprintf(words, sizeof words, "expected %s, as the file is called", reading->tag);
        tell(reading, entry, words);
        return;
    }
    copy_text(reading, entry, reading->language.tag, sizeof reading->language.tag);
}

/* eSpeak NG tries to run other programs for some voice names; only plain ones get through
 * (speech.md, section 2). */
static void read_voice(struct reading *reading, const struct ini_entry *entry,
                       char voice[VOICE_BYTES]) {
    regex_t pattern;
    errno = 0;
    int result =
        regcomp(&pattern, "^[a-z]{3}/[a-zA-Z-]+(\\+[a-z0-9]+)?$", REG_EXTENDED | REG_NOSUB);
    if (result == 0) {
        result = regexec(&pattern, entry->value, 0, NULL, 0);
        regfree(&pattern);
    }
    if (result != 0 && shortage(errno)) { /* regexec calls that "no match" */
        diagnostics_unreadable(reading->diagnostics, reading->ini.path, errno);
        return;
    }
    if (result != 0) {
        tell(reading, entry, "expected a voice file such as gmw/en");
        return;
    }
    copy_text(reading, entry, voice, VOICE_BYTES);
}

static void read_rate(struct reading *reading, const struct ini_entry *entry) {
    char words[80];
    size_t digits = strspn(entry->value, "0123456789");
    long rate = digits > 0 && digits < 5 ? strtol(entry->value, NULL, 10) : 0;
    if (entry->value[digits] != '\0' || rate < RATE_MIN || rate > RATE_MAX) {
        snprintf(words, sizeof words, "expected a whole number from %d to %d", RATE_MIN, RATE_MAX);
        tell(reading, entry, words);
        return;
    }
    reading->language.rate = (int)rate;
}

static void read_digits(struct reading *reading, const struct ini_entry *entry) {
    static const char *const names[] = {
        [DIGITS_WHOLE] = "whole", [DIGITS_PAIRS] = "pairs", [DIGITS_SINGLE] = "single"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (strcmp(names[i], entry->value) == 0) {
            reading->language.digits = (enum digit_style)i;
            return;
        }
    }
    tell(reading, entry, "expected whole, pairs or single");
}

static void read_language(struct reading *reading, const struct ini_entry *entry) {
    struct language *language = &reading->language;
    if (strcmp(entry->key, "tag") == 0) {
        read_tag(reading, entry);
    } else if (strcmp(entry->key, "name") == 0) {
        copy_text(reading, entry, language->name, sizeof language->name);
    } else if (strcmp(entry->key, "voice") == 0) {
        read_voice(reading, entry, language->voice);
    } else if (strcmp(entry->key, "phoneme_voice") == 0) {
        read_voice(reading, entry, language->phoneme_voice);
    } else if (strcmp(entry->key, "rate") == 0) {
        read_rate(reading, entry);
    } else if (strcmp(entry->key, "digits") == 0) {
        read_digits(reading, entry);
    } else if (strcmp(entry->key, "oh") == 0) {
        copy_spoken(reading, entry, language->oh, sizeof language->oh);
    } else {
        tell_unknown(reading, entry, "key", language_keys, COUNT_OF(language_keys));
    }
}

static void read_letter(struct reading *reading, const struct ini_entry *entry) {
    struct language *language = &reading->language;
    uint32_t codepoint = 0;
    size_t bytes = utf8_read(entry->key, &codepoint);
    if (bytes == 0 || entry->key[bytes] != '\0') {
        tell(reading, entry, "expected one letter before the \"=\"");
        return;
    }
    if (codepoint >= '0' && codepoint <= '9') {
        tell(reading, entry, "expected letters here; digits belong to [numbers]");
        return;
    }
    if (language_letter(language, codepoint) != NULL) {
        tell(reading, entry, "expected this letter once, capital or small");
        return;
    }
    if (language->letters_count == LETTERS_MAX) {
        tell(reading, entry, "expected at most 192 letters");
        return;
    }
    struct letter_name *letter = &language->letters[language->letters_count];
    copy_spoken(reading, entry, letter->spoken, sizeof letter->spoken);
    if (letter->spoken[0] != '\0') {
        letter->codepoint = codepoint;
        language->letters_count++;
    }
}

static void read_number(struct reading *reading, const struct ini_entry *entry) {
    struct language *language = &reading->language;
    size_t digits = strspn(entry->key, "0123456789");
    bool number = entry->key[digits] == '\0' && digits > 0 && digits <= 4;
    unsigned value = number ? (unsigned)strtoul(entry->key, NULL, 10) : 0;
    if (!number || (entry->key[0] == '0' && digits > 1)) {
        tell(reading, entry, "expected a number from 0 to 9999 before the \"=\"");
        return;
    }
    if (language->numbers_count == NUMBERS_MAX) {
        tell(reading, entry, "expected at most 64 numbers");
        return;
    }
    struct number_name *name = &language->numbers[language->numbers_count];
    copy_spoken(reading, entry, name->spoken, sizeof name->spoken);
    if (name->spoken[0] != '\0') {
        name->value = (uint16_t)value;
        language->numbers_count++;
    }
}

/* Whether a key is a name, a dot and something. */
static bool key_starts(const struct ini_entry *entry, const char *name) {
    size_t bytes = strlen(name);
    return strncmp(entry->key, name, bytes) == 0 && entry->key[bytes] == '.';
}

/* "call.written": the words of a template that is given in phonemes. */
static bool read_written(struct reading *reading, const struct ini_entry *entry) {
    for (unsigned i = 0; i < SPOKEN_KINDS; i++) {
        if (key_starts(entry, spoken_names[i]) &&
            strcmp(strchr(entry->key, '.'), ".written") == 0) {
            copy_text(reading, entry, reading->language.written[i], TEMPLATE_BYTES);
            return true;
        }
    }
    return false;
}

static void read_spoken(struct reading *reading, const struct ini_entry *entry) {
    if (read_written(reading, entry)) {
        return;
    }
    for (unsigned i = 0; i < SPOKEN_KINDS; i++) {
        if (strcmp(entry->key, spoken_names[i]) != 0) {
            continue;
        }
        const char *error = template_error((enum spoken_template)i, entry->value);
        char *field = reading->language.spoken[i];
        if (error != NULL) {
            tell(reading, entry, error);
            return;
        }
        copy_text(reading, entry, field, TEMPLATE_BYTES);
        return;
    }
    tell_unknown(reading, entry, "key", spoken_names, SPOKEN_KINDS);
}

/* Reads "NAME.screen" or "NAME.spoken" into a pair of fields of WORD_BYTES. False when the key ends
 * in neither. */
static bool read_forms(struct reading *reading, const struct ini_entry *entry, char *screen,
                       char *spoken) {
    const char *dot = strrchr(entry->key, '.');
    if (dot != NULL && strcmp(dot, ".screen") == 0) {
        copy_text(reading, entry, screen, WORD_BYTES);
        return true;
    }
    if (dot != NULL && strcmp(dot, ".spoken") == 0) {
        copy_spoken(reading, entry, spoken, WORD_BYTES);
        return true;
    }
    return false;
}

/* The written form of something that is given in phonemes. */
static void read_words(struct reading *reading, const struct ini_entry *entry,
                       char field[WORD_BYTES]) {
    if (strchr(entry->value, '[') != NULL) {
        tell(reading, entry, "expected words, without phonemes");
        return;
    }
    copy_text(reading, entry, field, WORD_BYTES);
}

static void read_noun(struct reading *reading, const struct ini_entry *entry) {
    for (unsigned i = 0; i < NOUN_KINDS; i++) {
        struct noun_words *words = &reading->language.nouns[i];
        bool named = key_starts(entry, noun_name((enum noun)i));
        if (named && strcmp(strchr(entry->key, '.'), ".written") == 0) {
            read_words(reading, entry, words->written);
            return;
        }
        if (named && strcmp(strchr(entry->key, '.'), ".moved") == 0) {
            copy_text(reading, entry, words->moved, WORD_BYTES);
            return;
        }
        if (named && read_forms(reading, entry, words->screen, words->spoken)) {
            return;
        }
    }
    tell(reading, entry,
         "unknown key; expected counter, window, desk, room, door or office, then .screen, "
         ".moved, .spoken or .written");
}

static void read_way(struct reading *reading, const struct ini_entry *entry) {
    for (unsigned i = 0; i < WAY_KINDS; i++) {
        struct way_words *words = &reading->language.ways[i];
        if (key_starts(entry, way_name((enum way)i)) &&
            read_forms(reading, entry, words->screen, words->spoken)) {
            return;
        }
    }
    tell(reading, entry,
         "unknown key; expected left, right, up, down, ahead or \"floor -3\" to \"floor 9\", then "
         ".screen or .spoken");
}

/* Whether a text holds each of names (up to a NULL) once and no other opening brace. */
static bool braces_good(const char *text, const char *const *names) {
    size_t count = 0, found = 0, braces = 0;
    for (; names[count] != NULL; count++) {
        found += strstr(text, names[count]) != NULL;
    }
    for (const char *at = strchr(text, '{'); at != NULL; at = strchr(at + 1, '{')) {
        braces++;
    }
    return found == count && braces == count;
}

/* Reads a text with the placeholders of names, NULL after the last. */
static void read_placed(struct reading *reading, const struct ini_entry *entry, char *field,
                        size_t room, const char *const *names) {
    char words[120] = "expected no placeholder in {braces}";
    if (!braces_good(entry->value, names)) {
        size_t used = 0;
        for (size_t i = 0; names[i] != NULL; i++) {
            used += (size_t)snprintf(words + used, sizeof words - used, "%s%s",
                                     i == 0 ? "expected " : " ", names[i]);
        }
        if (used > 0) {
            snprintf(words + used, sizeof words - used, " once and no other placeholder");
        }
        tell(reading, entry, words);
    }
    copy_text(reading, entry, field, room);
}

static void read_screen(struct reading *reading, const struct ini_entry *entry) {
    static const char *const page[] = {"{page}", "{pages}", NULL};
    static const char *const time[] = {"{time}", NULL};
    static const char *const none[] = {NULL};
    const char *names[LABEL_KINDS];
    for (unsigned i = 0; i < LABEL_KINDS; i++) {
        names[i] = label_name((enum label)i);
        if (strcmp(entry->key, names[i]) != 0) {
            continue;
        }
        char *field = reading->language.labels[i];
        if (i == LABEL_PAGE) {
            read_placed(reading, entry, field, PHRASE_BYTES, page);
        } else {
            read_placed(reading, entry, field, PHRASE_BYTES, i == LABEL_LINK_DOWN ? time : none);
        }
        return;
    }
    tell_unknown(reading, entry, "key", names, LABEL_KINDS);
}

/* Cuts a comma list into exactly count words. */
static void read_list(struct reading *reading, const struct ini_entry *entry,
                      char (*field)[WORD_BYTES], size_t count) {
    char words[80];
    const char *at = entry->value;
    for (size_t i = 0; i < count; i++) {
        at += strspn(at, " \t");
        size_t bytes = strcspn(at, ",");
        bool last = i + 1 == count;
        size_t length = bytes;
        while (length > 0 && at[length - 1] == ' ') {
            length--;
        }
        if (length == 0 || length >= WORD_BYTES || (at[bytes] == '\0') != last) {
            snprintf(words, sizeof words, "expected %zu words of 1 to %d bytes with commas", count,
                     WORD_BYTES - 1);
            tell(reading, entry, words);
            return;
        }
        memcpy(field[i], at, length);
        field[i][length] = '\0';
        at += bytes + 1;
    }
}

static void read_date(struct reading *reading, const struct ini_entry *entry) {
    static const char *const names[] = {"{weekday}", "{day}", "{month}", NULL};
    static const char *const times[] = {"{hour}", "{minute}", NULL};
    struct language *language = &reading->language;
    if (strcmp(entry->key, "weekdays") == 0) {
        read_list(reading, entry, language->weekdays, COUNT_OF(language->weekdays));
    } else if (strcmp(entry->key, "months") == 0) {
        read_list(reading, entry, language->months, COUNT_OF(language->months));
    } else if (strcmp(entry->key, "date") == 0) {
        read_placed(reading, entry, language->date, sizeof language->date, names);
    } else if (strcmp(entry->key, "time") == 0) {
        read_placed(reading, entry, language->time, sizeof language->time, times);
    } else {
        tell_unknown(reading, entry, "key", date_keys, COUNT_OF(date_keys));
    }
}

static void read_entry(struct reading *reading, const struct ini_entry *entry) {
    static void (*const readers[])(struct reading *, const struct ini_entry *) = {
        read_language, read_letter, read_number, read_spoken,
        read_noun,     read_way,    read_screen, read_date};
    _Static_assert(COUNT_OF(readers) == COUNT_OF(sections), "one reader for each section");
    for (size_t i = 0; i < COUNT_OF(sections); i++) {
        if (strcmp(entry->section, sections[i]) == 0) {
            if (entry->key[0] != '\0') {
                readers[i](reading, entry);
            }
            return;
        }
    }
    if (entry->key[0] == '\0') {
        tell_unknown(reading, entry, "section", sections, COUNT_OF(sections));
    } else if (entry->section[0] == '\0') {
        tell(reading, entry, "expected a [section] heading before the first setting");
    }
}

/* A key that is there but wrong has been told already. */
static void require(struct reading *reading, const char *section, const char *key) {
    if (ini_find(&reading->ini, section, key) == NULL) {
        diagnostics_add(reading->diagnostics, reading->ini.path, 0, section, key, NULL,
                        "expected this key; it is missing");
    }
}

static void require_forms(struct reading *reading, const char *section, const char *name) {
    static const char *const forms[] = {"screen", "spoken"};
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        char key[INI_NAME_BYTES];
        snprintf(key, sizeof key, "%s.%s", name, forms[i]);
        require(reading, section, key);
    }
}

/* Everything but the letters and numbers, which most voices name rightly, "phoneme_voice" and "oh".
 */
static void require_all(struct reading *reading) {
    for (size_t i = 0; i < COUNT_OF(language_keys); i++) {
        if (strcmp(language_keys[i], "oh") != 0 && strcmp(language_keys[i], "phoneme_voice") != 0) {
            require(reading, "language", language_keys[i]);
        }
    }
    for (unsigned i = 0; i < SPOKEN_KINDS; i++) {
        require(reading, "spoken", spoken_names[i]);
    }
    for (unsigned i = 0; i < NOUN_KINDS; i++) {
        char moved[INI_NAME_BYTES];
        snprintf(moved, sizeof moved, "%s.moved", noun_name((enum noun)i));
        require_forms(reading, "nouns", noun_name((enum noun)i));
        require(reading, "nouns", moved);
    }
    for (unsigned i = 0; i < WAY_KINDS; i++) {
        require_forms(reading, "ways", way_name((enum way)i));
    }
    for (unsigned i = 0; i < LABEL_KINDS; i++) {
        require(reading, "screen", label_name((enum label)i));
    }
    for (size_t i = 0; i < COUNT_OF(date_keys); i++) {
        require(reading, "date", date_keys[i]);
    }
}

/* The written forms can be judged when the spoken ones are known. */
static void check_written(struct reading *reading) {
    for (unsigned i = 0; i < SPOKEN_KINDS; i++) {
        char key[INI_NAME_BYTES];
        snprintf(key, sizeof key, "%s.written", spoken_names[i]);
        const struct ini_entry *entry = ini_find(&reading->ini, "spoken", key);
        const struct language *language = &reading->language;
        if (entry == NULL || language->spoken[i][0] == '\0') {
            continue;
        }
        const char *error = template_written_error(language->spoken[i], language->written[i]);
        if (error != NULL) {
            tell(reading, entry, error);
        }
    }
}

bool language_file_read_stream(FILE *stream, const char *path, const char *tag,
                               struct language *language, struct diagnostics *diagnostics) {
    struct reading reading = {
        .tag = tag, .diagnostics = diagnostics, .faults_before = diagnostics->count};
    ini_read_stream(&reading.ini, stream, path, diagnostics);
    for (size_t i = 0; i < reading.ini.count; i++) {
        read_entry(&reading, &reading.ini.entries[i]);
    }
    require_all(&reading);
    check_written(&reading);
    ini_finish(&reading.ini);
    bool good = diagnostics->count == reading.faults_before;
    if (good) {
        *language = reading.language;
    }
    return good;
}

bool language_file_read(const char *path, const char *tag, struct language *language,
                        struct diagnostics *diagnostics) {
    FILE *stream = fopen(path, "re");
    if (stream == NULL) {
        diagnostics_unreadable(diagnostics, path, errno);
        return false;
    }
    bool good = language_file_read_stream(stream, path, tag, language, diagnostics);
    fclose(stream);
    return good;
}
