/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ukrainian numbers: the words put together from config/languages/uk.ini are the right ones for
 * every number from 0 to 9999. The phonemes of each word are compared by tests/e2e/
 * test_ukrainian.py; here tests/golden/uk.phonemes turns them back into written words with stress.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/language_file.h"
#include "core/spelling.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS_BYTES = 160 };

static struct language language;
static char written[NUMBER_MAX + 1][NUMBER_BYTES]; /* by value; empty where the file has no name */

static FILE *open_source(const char *name) {
    char path[512];
    const char *source = getenv("HALLCALL_SOURCE");
    snprintf(path, sizeof path, "%s/%s", source != NULL ? source : ".", name);
    FILE *in = fopen(path, "re");
    assert_non_null(in);
    return in;
}

static int read_files(void **state) {
    (void)state;
    static struct diagnostics diagnostics;
    FILE *in = open_source("config/languages/uk.ini");
    assert_true(language_file_read_stream(in, "uk.ini", "uk", &language, &diagnostics));
    fclose(in);
    in = open_source("tests/golden/uk.phonemes");
    char line[256];
    while (fgets(line, sizeof line, in) != NULL) {
        static const char kind[] = "numbers ";
        if (strncmp(line, kind, sizeof kind - 1) != 0) {
            continue;
        }
        char *words;
        unsigned long value = strtoul(line + sizeof kind - 1, &words, 10);
        assert_in_range(value, 0, NUMBER_MAX);
        assert_int_equal(*words, '\t');
        words++;
        words[strcspn(words, "\t")] = '\0';
        snprintf(written[value], sizeof written[value], "%s", words);
    }
    fclose(in);
    return 0;
}

static void append(char *words, const char *word) {
    size_t used = strlen(words);
    assert_true(used + strlen(word) + 1 < WORDS_BYTES);
    snprintf(words + used, WORDS_BYTES - used, "%s%s", used > 0 ? " " : "", word);
}

/* The number in Ukrainian, from the grammar: one thousand is feminine and inflected, the rest is
 * counted in the masculine. */
static void name_number(unsigned value, char words[WORDS_BYTES]) {
    static const char *const units[] = {
        "нуль",        "оди́н",        "два",        "три",          "чоти́ри",
        "п'ять",       "шість",       "сім",        "ві́сім",        "де́в'ять",
        "де́сять",      "одина́дцять",  "двана́дцять", "трина́дцять",   "чотирна́дцять",
        "п'ятна́дцять", "шістна́дцять", "сімна́дцять", "вісімна́дцять", "дев'ятна́дцять"};
    static const char *const tens[] = {"",           "",          "два́дцять",  "три́дцять",
                                       "со́рок",      "п'ятдеся́т", "шістдеся́т", "сімдеся́т",
                                       "вісімдеся́т", "дев'яно́сто"};
    static const char *const hundreds[] = {"",        "сто",     "дві́сті", "три́ста",   "чоти́риста",
                                           "п'ятсо́т", "шістсо́т", "сімсо́т", "вісімсо́т", "дев'ятсо́т"};
    unsigned thousands = value / 1000;
    words[0] = '\0';
    if (thousands > 1) {
        append(words, thousands == 2 ? "дві" : units[thousands]);
    }
    if (thousands > 0) {
        append(words, thousands == 1 ? "ти́сяча" : thousands < 5 ? "ти́сячі" : "ти́сяч");
    }
    if (value / 100 % 10 > 0) {
        append(words, hundreds[value / 100 % 10]);
    }
    if (value % 100 >= 20) {
        append(words, tens[value % 100 / 10]);
        value %= 10;
    }
    if (value % 100 > 0 || words[0] == '\0') {
        append(words, units[value % 100]);
    }
}

/* The phoneme strings of a spoken number as written words. */
static void read_back(const char *spoken, char words[WORDS_BYTES]) {
    words[0] = '\0';
    while (*spoken != '\0') {
        size_t found = 0;
        size_t bytes = 0;
        for (; found < language.numbers_count; found++) {
            bytes = strlen(language.numbers[found].spoken);
            if (strncmp(spoken, language.numbers[found].spoken, bytes) == 0) {
                break;
            }
        }
        if (found == language.numbers_count) {
            fail_msg("no such number word: %s", spoken);
        }
        append(words, written[language.numbers[found].value]);
        spoken += bytes + (spoken[bytes] == ' ');
    }
}

static void test_every_number(void **state) {
    (void)state;
    for (unsigned value = 0; value <= NUMBER_MAX; value++) {
        struct spelling_run run = {.digits = true};
        snprintf(run.text, sizeof run.text, "%u", value);
        run.characters = strlen(run.text);
        char spoken[SEGMENT_BYTES];
        struct words words = words_start(spoken, sizeof spoken);
        spelling_number(&language, &run, &words);
        char said[WORDS_BYTES];
        char right[WORDS_BYTES];
        read_back(spoken, said);
        name_number(value, right);
        assert_string_equal(said, right);
    }
}

/* The grammar above, against numbers written by hand. */
static void test_grammar(void **state) {
    (void)state;
    static const struct {
        unsigned value;
        const char *words;
    } cases[] = {{0, "нуль"},
                 {7, "сім"},
                 {10, "де́сять"},
                 {19, "дев'ятна́дцять"},
                 {20, "два́дцять"},
                 {42, "со́рок два"},
                 {100, "сто"},
                 {107, "сто сім"},
                 {250, "дві́сті п'ятдеся́т"},
                 {1000, "ти́сяча"},
                 {1001, "ти́сяча оди́н"},
                 {2000, "дві ти́сячі"},
                 {4215, "чоти́ри ти́сячі дві́сті п'ятна́дцять"},
                 {5060, "п'ять ти́сяч шістдеся́т"},
                 {9999, "де́в'ять ти́сяч дев'ятсо́т дев'яно́сто де́в'ять"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char words[WORDS_BYTES];
        name_number(cases[i].value, words);
        assert_string_equal(words, cases[i].words);
    }
}

/* Leading zeros are not spoken, and five digits go one by one. */
static void test_other_digits(void **state) {
    (void)state;
    static const struct {
        const char *digits, *words;
    } cases[] = {{"0042", "со́рок два"}, {"000", "нуль"}, {"10305", "оди́н нуль три нуль п'ять"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct spelling_run run = {.digits = true, .characters = strlen(cases[i].digits)};
        snprintf(run.text, sizeof run.text, "%s", cases[i].digits);
        char spoken[SEGMENT_BYTES];
        struct words words = words_start(spoken, sizeof spoken);
        spelling_number(&language, &run, &words);
        char said[WORDS_BYTES];
        read_back(spoken, said);
        assert_string_equal(said, cases[i].words);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grammar),
        cmocka_unit_test(test_every_number),
        cmocka_unit_test(test_other_digits),
    };
    return cmocka_run_group_tests(tests, read_files, NULL);
}
