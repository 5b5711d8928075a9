/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Language files: the ones that come with the program are right, and what is wrong is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/language_file.h"
#include "core/utf8.h"

#include <stdlib.h>
#include <string.h>

static struct language language;
static struct diagnostics diagnostics;

static char *read_file(const char *tag) {
    char path[512];
    const char *source = getenv("HALLCALL_SOURCE");
    snprintf(path, sizeof path, "%s/config/languages/%s.ini", source != NULL ? source : ".", tag);
    FILE *in = fopen(path, "re");
    assert_non_null(in);
    char *text = NULL;
    size_t room = 0;
    assert_true(getdelim(&text, &room, '\0', in) > 0);
    fclose(in);
    return text;
}

static bool read_text(const char *text, const char *tag) {
    FILE *in = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
    assert_non_null(in);
    memset(&diagnostics, 0, sizeof diagnostics);
    bool good = language_file_read_stream(in, "l.ini", tag, &language, &diagnostics);
    fclose(in);
    assert_int_equal(good, diagnostics.count == 0);
    return good;
}

static void test_own_files(void **state) {
    (void)state;
    static const struct {
        const char *tag, *voice;
        enum digit_style digits;
    } cases[] = {{"en", "gmw/en-US", DIGITS_PAIRS}, {"uk", "zle/uk", DIGITS_WHOLE}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = read_file(cases[i].tag);
        if (!read_text(text, cases[i].tag)) {
            fail_msg("%s: %s", cases[i].tag, diagnostics.lines[0]);
        }
        free(text);
        assert_string_equal(language.tag, cases[i].tag);
        assert_string_equal(language.voice, cases[i].voice);
        assert_int_equal(language.digits, cases[i].digits);
        assert_in_range(language.rate, 100, 160);
    }
}

/* Every capital of the two alphabets has a name where the voice cannot be trusted with it. */
static void test_letters_are_named(void **state) {
    (void)state;
    char *text = read_file("uk");
    assert_true(read_text(text, "uk"));
    free(text);
    for (uint32_t letter = 'A'; letter <= 'Z'; letter++) {
        assert_non_null(language_letter(&language, letter));
    }
    static const char alphabet[] = "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯ";
    uint32_t letter;
    size_t length;
    text = read_file("en");
    for (int i = 0; i < 2; i++) {
        for (const char *at = alphabet; (length = utf8_read(at, &letter)) > 0; at += length) {
            assert_non_null(language_letter(&language, letter));
        }
        assert_true(read_text(text, "en"));
    }
    free(text);
    assert_string_equal(language_letter(&language, 0x412), "B"); /* В looks like it */
    assert_null(language_letter(&language, 'Q'));
}

/* The English file with the line of a key replaced. */
static char *changed(const char *key, const char *line) {
    char *text = read_file("en"), *out = NULL;
    char start[64];
    snprintf(start, sizeof start, "\n%s = ", key);
    char *at = strstr(text, start);
    assert_non_null(at);
    char *end = strchr(at + 1, '\n');
    assert_non_null(end);
    *at = '\0';
    assert_true(asprintf(&out, "%s\n%s%s", text, line, end) > 0);
    free(text);
    return out;
}

static const struct {
    const char *key, *line, *told; /* told NULL: good */
} value_cases[] = {
    {"tag", "tag = uk", "[language] tag: \"uk\": expected en, as the file is called"},
    {"name", "name =", "expected 1 to 63 bytes of text"},
    {"voice", "voice = gmw/en-US+f2", NULL},
    {"voice", "voice = mb-en1", "expected a voice file such as gmw/en"},
    {"voice", "voice = gmw/en;x", "expected a voice file"},
    {"voice", "voice = ../gmw/en", "expected a voice file"},
    {"voice", "voice = gmw/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "expected 1 to 31 bytes"},
    {"rate", "rate = 150\nphoneme_voice = zle/ru", NULL},
    {"rate", "rate = 150\nphoneme_voice = mb-ru1", "expected a voice file such as gmw/en"},
    {"rate", "rate = 80", NULL},
    {"rate", "rate = 300", NULL},
    {"rate", "rate = 79", "expected a whole number from 80 to 300"},
    {"rate", "rate = 301", "expected a whole number from 80 to 300"},
    {"rate", "rate = 15o", "expected a whole number from 80 to 300"},
    {"digits", "digits = single", NULL},
    {"digits", "digits = pair", "expected whole, pairs or single"},
    {"oh", "oh = [[oU]]", NULL},
    {"oh", "# no oh", NULL},
    {"oh", "oh = [[oU", "expected phonemes in [[double brackets]]"},
    {"oh", "oh = [oU]", "expected phonemes in [[double brackets]]"},
    {"oh", "ho = oh", "unknown key; did you mean \"oh\"?"},
    {"Б", "Б = [[bE]]", NULL},
    {"Б", "ББ = beh", "expected one letter before the \"=\""},
    {"Б", "в = beh", "expected this letter once, capital or small"},
    {"Б", "Б = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "expected 1 to 31 bytes of text"},
    {"Б", "Б =", "expected 1 to 31 bytes of text"},
    {"Б", "7 = seven", "expected letters here; digits belong to [numbers]"},
    {"oh", "oh = oh\n[numbers]\n0 = nil\n11 = [[x]]\n9000 = nine thousand\n[language]", NULL},
    {"oh", "[numbers]\n10000 = many\n[language]", "expected a number from 0 to 9999"},
    {"oh", "[numbers]\n07 = seven\n[language]", "expected a number from 0 to 9999"},
    {"oh", "[numbers]\nten = ten\n[language]", "expected a number from 0 to 9999"},
    {"oh", "[numbers]\n1 = one\n1 = uno\n[language]", "expected this key once"},
    {"oh", "[numbers]\n1 = [[w0n\n[language]", "expected phonemes"},
    {"left.spoken", "left.spoken = [[lEft]]", NULL},
    {"left.spoken", "lift.spoken = x", "unknown key; expected left, right"},
    {"floor -1.spoken", "floor -1.spoken = [[x", "expected phonemes"},
    {"floor 9.screen", "floor 10.screen = x", "\"floor -3\" to \"floor 9\""},
    {"call", "call = {letters} | {number} | {counter}", NULL},
    {"call", "call = {letters} | {number}", "expected {letters}, {number} and {counter}"},
    {"notice", "notice = {txt}", "unknown placeholder; expected {text}"},
    {"notice", "note = {text}", "unknown key"},
    {"counter.spoken", "counter.spoken = [[k]]", NULL},
    {"counter.spoken", "counter.spoken = [[k", "expected phonemes"},
    {"counter.spoken", "counter.said = x", "unknown key; expected counter, window"},
    {"counter.spoken", "gate.spoken = x", "unknown key; expected counter, window"},
    {"counter.spoken", "counter = x", "unknown key; expected counter, window"},
    {"page", "page = {pages}: {page}", NULL},
    {"page", "page = {page}", "expected {page} {pages} once and no other placeholder"},
    {"page", "page = {page} {pages} {x}", "expected {page} {pages} once"},
    {"link_down", "link_down = Nothing", "expected {time} once and no other placeholder"},
    {"called", "called = {time}", "expected no placeholder"},
    {"called", "caled = x", "unknown key; did you mean \"called\"?"},
    {"weekdays", "weekdays = a, b, c, d, e, f, g", NULL},
    {"weekdays", "weekdays = a, b, c, d, e, f", "expected 7 words"},
    {"weekdays", "weekdays = a, b, c, d, e, f, g, h", "expected 7 words"},
    {"weekdays", "weekdays = a, b, , d, e, f, g", "expected 7 words"},
    {"months", "months = a", "expected 12 words"},
    {"date", "date = {weekday} {day}", "expected {weekday} {day} {month} once"},
    {"date", "date = {month} {day} {weekday}", NULL},
    {"time", "time = {hour}.{minute}", NULL},
    {"time", "time = {hour}", "expected {hour} {minute} once"},
    {"date", "dote = x", "unknown key; did you mean \"date\"?"},
};

static void test_values(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof value_cases / sizeof value_cases[0]; i++) {
        char *text = changed(value_cases[i].key, value_cases[i].line);
        bool good = read_text(text, "en");
        free(text);
        if (good != (value_cases[i].told == NULL)) {
            fail_msg("%s: %s", value_cases[i].line, diagnostics.lines[0]);
        }
        if (!good && strstr(diagnostics.lines[0], value_cases[i].told) == NULL) {
            fail_msg("%s: told: %s", value_cases[i].line, diagnostics.lines[0]);
        }
    }
}

static void test_everything_missing_is_told(void **state) {
    (void)state;
    language.rate = 4711;
    assert_false(read_text("# nothing\n", "en"));
    /* 5 of [language], 5 of [spoken], 18 of [nouns], the ways, the labels, 4 of [date]. */
    assert_int_equal(diagnostics.count, 5 + 5 + 18 + 2 * WAY_KINDS + LABEL_KINDS + 4);
    assert_string_equal(diagnostics.lines[0],
                        "l.ini: [language] tag: expected this key; it is missing");
    assert_int_equal(language.rate, 4711);
}

static void test_unknown_section(void **state) {
    (void)state;
    char *text = changed("tag", "tag = en\n[leters]\nA = ay\n[language]");
    assert_false(read_text(text, "en"));
    free(text);
    assert_int_equal(diagnostics.count, 1);
    assert_non_null(strstr(diagnostics.lines[0], "unknown section; did you mean \"letters\"?"));
}

static void test_tags_match(void **state) {
    (void)state;
    static const struct {
        const char *a, *b;
        bool match;
    } cases[] = {{"de", "de", true}, {"de", "de-AT", true}, {"de-CH", "de-AT", true},
                 {"DE", "de", true}, {"de", "den", false},  {"de", "d", false},
                 {"", "", true},     {"", "de", false},     {"-", "-", false},
                 {"de", "da", false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(language_tag_matches(cases[i].a, cases[i].b), cases[i].match);
        assert_int_equal(language_tag_matches(cases[i].b, cases[i].a), cases[i].match);
    }
}

static void test_names(void **state) {
    (void)state;
    for (unsigned i = 0; i < NOUN_KINDS; i++) {
        assert_int_equal(noun_from_name(noun_name((enum noun)i)), i);
    }
    assert_null(noun_name(NOUN_KINDS));
    assert_int_equal(noun_from_name("gate"), NOUN_KINDS);
    for (unsigned i = 0; i < LABEL_KINDS; i++) {
        assert_non_null(label_name((enum label)i));
    }
    assert_null(label_name(LABEL_KINDS));
    assert_string_equal(way_name(WAY_FLOORS), "floor -3");
    assert_string_equal(way_name((enum way)(WAY_KINDS - 1)), "floor 9");
    assert_null(way_name(WAY_KINDS));
}

static void test_letters_fold_case(void **state) {
    (void)state;
    static const struct {
        uint32_t stored, asked;
        bool found;
    } cases[] = {{'A', 'a', true},     {'a', 'A', true},     {0xC4, 0xE4, true},
                 {0x416, 0x436, true}, {0x407, 0x457, true}, {0x490, 0x491, true},
                 {0x141, 0x142, true}, {0x17B, 0x17C, true}, {0x218, 0x219, true},
                 {0x3A9, 0x3C9, true}, {0xD7, 0xF7, false},  {'A', 'B', false},
                 {0x410, 'A', false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        memset(&language, 0, sizeof language);
        language.letters_count = 1;
        language.letters[0].codepoint = cases[i].stored;
        assert_int_equal(language_letter(&language, cases[i].asked) != NULL, cases[i].found);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_own_files),       cmocka_unit_test(test_letters_are_named),
        cmocka_unit_test(test_values),          cmocka_unit_test(test_everything_missing_is_told),
        cmocka_unit_test(test_unknown_section), cmocka_unit_test(test_tags_match),
        cmocka_unit_test(test_names),           cmocka_unit_test(test_letters_fold_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
