/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rhymes and look-alikes: the engine's own phonemes of letters' names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/alike.h"

#include <stdbool.h>

static void test_rhymes(void **state) {
    (void)state;
    static const struct {
        const char *a, *b;
        bool alike;
    } cases[] = {
        {"bˈiː", "dˈiː", true},        /* B D */
        {"ˈiː", "vˈiː", true},         /* E V */
        {"ˈeɪ", "kˈeɪ", true},         /* A K */
        {"ˈeɪ", "ˈeɪtʃ", false},       /* A H */
        {"ˈɛf", "ˈɛs", false},         /* F S */
        {"ˈɛm", "ˈɛm", true},          /* the same */
        {"jˈuː", "dˈʌbəljˌuː", false}, /* U W: the stress is elsewhere */
        {"bˈiː", "zˈɛd", false},       /* B Z */
        {"ˈalfa", "vˈita", false},     /* Greek names end alike, but do not rhyme */
        {"bˈiː", "bˈi", true},         /* length alone is lost */
        {"tsˈirill bˈeː", "tsˈirill dˈeː", true},
        {"tsˈirill bˈeː", "bˈeː", false}, /* a word more */
        {"ˈeɪ bˈiː", "kˈeɪ dˈiː", true},  /* AB KD */
        {"ˈeɪ bˈiː", "ˈɛm dˈiː", false},  /* AB MD */
        {"bee", "dee", true},             /* without a stress: from the last vowels */
        {"batat", "kitit", false},
        {"", "", true},
        {"", "bˈiː", false},
        {"\xFF", "\xFE", true}, /* no vowel, no character: nothing to tell them by */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (alike_in_sound(cases[i].a, cases[i].b) != cases[i].alike ||
            alike_in_sound(cases[i].b, cases[i].a) != cases[i].alike) {
            fail_msg("%s and %s", cases[i].a, cases[i].b);
        }
    }
}

static void test_looks(void **state) {
    (void)state;
    static const struct {
        const char *a, *b;
        bool alike;
    } cases[] = {
        {"A", "А", true}, /* Latin and Cyrillic */
        {"B", "В", true},   {"B", "8", true},  {"O", "0", true},   {"О", "0", true},
        {"I", "1", true},   {"S", "5", true},  {"Z", "2", true},   {"З", "3", true},
        {"Χ", "X", true},   {"A", "B", false}, {"A", "AB", false}, {"AB", "A", false},
        {"AB", "А8", true}, {"Б", "B", false}, {"O", "Q", false},  {"", "", true},
        {"", "A", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (alike_in_looks(cases[i].a, cases[i].b) != cases[i].alike) {
            fail_msg("%s and %s", cases[i].a, cases[i].b);
        }
    }
}

static void test_figures(void **state) {
    (void)state;
    assert_int_equal(alike_figure("O"), '0');
    assert_int_equal(alike_figure("AО"), '0');
    assert_int_equal(alike_figure("I"), '1');
    assert_int_equal(alike_figure("З"), '3');
    assert_int_equal(alike_figure("OA"), '\0');
    assert_int_equal(alike_figure("B"), '\0'); /* told from 8 well enough beside it */
    assert_int_equal(alike_figure("3"), '\0'); /* it is one */
    assert_int_equal(alike_figure(""), '\0');
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rhymes),
        cmocka_unit_test(test_looks),
        cmocka_unit_test(test_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
