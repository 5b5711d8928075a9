/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cleaning of text: what goes, what stays, what is refused, and that cleaning twice is cleaning
 * once. */
#include "feed/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_utf8_validity(void **state) {
    (void)state;
    const struct {
        const char *bytes;
        size_t count;
        bool valid;
    } rows[] = {
        {"", 0, true},
        {"a", 1, true},
        {"\xD0\x96", 2, true},
        {"\xD0", 1, false},
        {"\x7F", 1, true},
        {"\x80", 1, false},
        {"\xC1\xBF", 2, false},         /* overlong */
        {"\xC2\x80", 2, true},          /* U+0080 */
        {"\xE0\x9F\xBF", 3, false},     /* overlong */
        {"\xE0\xA0\x80", 3, true},      /* U+0800 */
        {"\xED\x9F\xBF", 3, true},      /* U+D7FF */
        {"\xED\xA0\x80", 3, false},     /* U+D800 */
        {"\xEE\x80\x80", 3, true},      /* U+E000 */
        {"\xF0\x8F\xBF\xBF", 4, false}, /* overlong */
        {"\xF4\x8F\xBF\xBF", 4, true},  /* U+10FFFF */
        {"\xF4\x90\x80\x80", 4, false}, /* past it */
        {"\xFF", 1, false},
        {"a\0b", 3, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(text_utf8_valid(rows[i].bytes, rows[i].count), rows[i].valid);
    }
}

static void test_cleaning(void **state) {
    (void)state;
    const struct {
        const char *text;
        bool keep_joiners;
        const char *cleaned;
    } rows[] = {
        {"", false, ""},
        {"Births & Deaths", false, "Births & Deaths"},
        {" \t a \n\r b  ", false, "a b"},
        {"a\xC2\x85"
         "b\u2028c\u2029d\u00A0e",
         false, "a b c d e"},
        {"A\u030A", false, "\u00C5"},
        {"\u200EA\u200F\u202A\u202EB\u2066\u2069\u061C", false, "AB"},
        {"a\u200Bb\u2060c\uFEFFd\u00ADe\uFE0F\U000E0041\uFFF9", false, "abcde"},
        {"a\uE000\uF8FF\U000F0000\U0010FFFDb\uFDD0\uFFFE\U0001FFFF", false, "ab"},
        {"\u0645\u200C\u0646\u200D", false, "\u0645\u0646"},
        {"\u0645\u200C\u0646\u200D", true, "\u0645\u200C\u0646\u200D"},
        {"x\u0316\u0316\u0316y", false, "x\u0316\u0316\u0316y"},
        {"x\u0316\u0316\u0316\u0316y", false, "x\u0316\u0316\u0316y"},
        {"x\u0316\u0316\u200B\u0316\u0316y", false, "x\u0316\u0316\u0316y"},
        {"\u1F600", false, "\u1F600"},
        {"\uFF21", false, "\uFF21"}, /* NFC keeps compatibility forms */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char once[128];
        char twice[128];
        assert_true(text_clean(rows[i].text, rows[i].keep_joiners, once, sizeof once));
        assert_string_equal(once, rows[i].cleaned);
        assert_true(text_clean(once, rows[i].keep_joiners, twice, sizeof twice));
        assert_string_equal(twice, once);
    }
}

static void test_length(void **state) {
    (void)state;
    char out[5];
    assert_true(text_clean("abcd", false, out, sizeof out));
    assert_string_equal(out, "abcd");
    assert_false(text_clean("abcde", false, out, sizeof out));
    assert_string_equal(out, "");
    assert_true(text_clean("  ab\u200B\u200B  ", false, out, sizeof out));
    assert_string_equal(out, "ab");
    assert_true(text_clean("abc ", false, out, sizeof out));
    assert_false(text_clean("abc d", false, out, sizeof out));
    assert_false(text_clean("abc\u00E4", false, out, sizeof out));
    assert_true(text_clean("ab\u00E4", false, out, sizeof out));
    assert_false(text_clean("a\xFF", false, out, sizeof out));
    assert_string_equal(out, "");
    char one[1];
    assert_true(text_clean("", false, one, sizeof one));
    assert_false(text_clean("a", false, one, sizeof one));
}

static void test_tickets(void **state) {
    (void)state;
    const struct {
        const char *text;
        const char *cleaned; /* NULL: refused */
    } rows[] = {
        {"a107", "A107"},
        {"\uFF21\uFF11", "A1"},
        {"\u0430\u0457107", "\u0410\u0407107"},
        {"\u00E4-7", "\u00C4-7"},
        {"A\u202E321", "A321"},
        {"A\u0410", NULL},      /* Latin with Cyrillic */
        {"\u0410\u0391", NULL}, /* Cyrillic with Greek */
        {"A\u05D0", NULL},      /* Latin with Hebrew */
        {"1\u0410-2", "1\u0410-2"},
        {"\u2460", "1"}, /* a digit in a circle */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[33];
        assert_int_equal(text_clean_ticket(rows[i].text, out, sizeof out), rows[i].cleaned != NULL);
        assert_string_equal(out, rows[i].cleaned != NULL ? rows[i].cleaned : "");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8_validity),
        cmocka_unit_test(test_cleaning),
        cmocka_unit_test(test_length),
        cmocka_unit_test(test_tickets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
