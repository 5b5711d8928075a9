/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rhymes: the engine's own phonemes of letters' names.
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rhymes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
