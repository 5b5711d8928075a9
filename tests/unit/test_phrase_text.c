/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What of a text from outside is said in the words of the site and of the language file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/language_file.h"
#include "core/phrase.h"
#include "core/written.h"

#include <stdlib.h>
#include <string.h>

static struct hall hall;
static struct script script;

enum { EN, UK, BG, LANGUAGES };

/* All segments of the script: "Вікно, | [[od'yn]]."; written, as many as another voice says. */
static const char *listed(bool written) {
    static char text[SEGMENTS_MAX * (SEGMENT_BYTES + 8)];
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < script.segments_count; i++) {
        const struct segment *segment = &script.segments[i];
        if (written && segment->joined) {
            assert_string_equal(segment->written, "");
            continue;
        }
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i > 0 ? " | " : "",
                                 written ? segment->written : segment->text);
    }
    return text;
}

static const char *say(const char *lang, const char *words) {
    struct utterance utterance = {.serial = 7, .kind = UTTERANCE_NOTICE};
    snprintf(utterance.lang, sizeof utterance.lang, "%s", lang);
    snprintf(utterance.text, sizeof utterance.text, "%s", words);
    assert_true(phrase_make(&hall, &utterance, &script));
    return listed(false);
}

static void add_saying(const char *shown, const char *tag, const char *spoken) {
    struct saying *saying = &hall.sayings[hall.sayings_count++];
    memset(saying, 0, sizeof *saying);
    snprintf(saying->shown, sizeof saying->shown, "%s", shown);
    snprintf(saying->spoken[0].tag, LANG_BYTES, "%s", tag);
    snprintf(saying->spoken[0].text, LABEL_BYTES, "%s", spoken);
    saying->spoken_count = 1;
}

static int forget_sayings(void **state) {
    (void)state;
    hall.sayings_count = 0;
    return 0;
}

static void test_numbers_in_ukrainian(void **state) {
    (void)state;
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"Вікно 11, 14 і 12 не працюють",
         "Вікно, | [[odyn'Ad;ts;At;]], [[tSotyrn'Ad;ts;At;]], | і, | [[dvAn'Ad;ts;At;]], | не "
         "працюють"},
        {"7", "[[s|;'i:m]]"},
        {"0", "[[n'ul^]]"},
        {"1042.", "[[t'ys|;AtSA]] [[s'orok]] [[dv'A]]."},
        {"9999!", "[[d'EwjAt; t'ys|;AtS_|]] [[dEwjAts"
                  "s'ot]] [[dEwjAn'osto]] [[d'EwjAt;]]!"},
        {"№5", "№, | [[pj'At;]]"},
        {"№\xC2\xA0"
         "5",
         "№\xC2\xA0, | [[pj'At;]]"},
        {"(5)", "([[pj'At;]])"},
        {"«5».", "«[[pj'At;]]»."},
        {"з 9 до 18", "з, | [[d'EwjAt;]], | до, | [[vi:s|;i:mn'Ad;ts;At;]]"},
        {"15 березня", "[[pjAtn'Ad;ts;At;]], | березня"},
        {"5 - 7", "[[pj'At;]] - [[s|;'i:m]]"},
        {"каб. 3", "каб. | [[tr'y]]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(say("uk", cases[i].text), cases[i].said);
        for (size_t j = 0; j < script.segments_count; j++) {
            const struct segment *segment = &script.segments[j];
            assert_int_equal(segment->role, SEGMENT_TEXT);
            assert_int_equal(segment->phonemes, strstr(segment->text, "[[") != NULL);
        }
    }
}

/* No part of what is more than a cardinal. */
static void test_numbers_left_to_the_voice(void **state) {
    (void)state;
    static const char *const texts[] = {
        "о 9:00",
        "9.30",
        "01.12.2026",
        "3,5 км",
        "9-18",
        "9–18",
        "10 000 гривень",
        "12345",
        "044 123 45 67",
        "007",
        "5-й",
        "11-го",
        "-5",
        "+380 44 12",
        "12%",
        "A107",
        "3B",
        "12/14",
        "1\xC2\xA0"
        "200",
        "пункт 4.2",
        "12'5",
        "x2",
        "½ 5½",
        "5° тепла",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_string_equal(say("uk", texts[i]), texts[i]);
        assert_false(script.segments[0].phonemes);
        assert_string_equal(script.segments[0].written, texts[i]);
    }
}

/* A file without phonemes for its numbers: the voice is trusted with them. */
static void test_numbers_of_other_languages(void **state) {
    (void)state;
    struct language *language = &hall.languages[EN];
    const struct language before = *language;
    assert_string_equal(say("en", "Rooms 11, 14 and 1000."), "Rooms 11, 14 and 1000.");
    language->numbers_count = 2;
    language->numbers[0] = (struct number_name){.value = 7, .spoken = "[[s'Ev@n]]"};
    language->numbers[1] = (struct number_name){.value = 8, .spoken = "eight"};
    assert_string_equal(say("en", "Rooms 7, 8 and 27."), "Rooms [[s'Ev@n]], 8 and 27.");
    assert_int_equal(script.segments_count, 1);
    assert_true(script.segments[0].phonemes);
    assert_string_equal(script.segments[0].written, "Rooms 7, 8 and 27.");
    *language = before;
}

static void test_nouns(void **state) {
    (void)state;
    static const struct {
        const char *lang, *text, *said;
    } cases[] = {
        {"uk", "Підійдіть до вікна 4.", "Підійдіть до, | [[vi:kn'A]] [[tSot'yry]]."},
        {"uk", "до кабінету, до офісу", "до, | [[kAbi:n'Etu]], | до, | [['ofi:su]]"},
        {"uk", "біля робочого місця", "біля, | [[rob'otSoQo m'i:sts;A]]"},
        {"uk", "усі вікна зачинено", "усі вікна зачинено"}, /* another form, of another stress */
        {"uk", "вікна", "вікна"},
        {"uk", "до вікнами", "до вікнами"},
        {"uk", "сюдо вікна", "сюдо вікна"},
        {"bg", "Елате на гише 4", "Елате [[na giS'e]] 4"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(say(cases[i].lang, cases[i].text), cases[i].said);
    }
}

static void test_the_sites_words(void **state) {
    (void)state;
    static const struct {
        const char *lang, *text, *said;
    } cases[] = {
        {"uk", "Вікно 11: ЦНАП зачинено.",
         "[[vi:kn'o]] [[odyn'Ad;ts;At;]]: [[tsn'Ap]], | зачинено."},
        {"uk", "вікно, ЦНАПу, ЦНАП'у, зЦНАП", "вікно, ЦНАПу, ЦНАП'у, зЦНАП"},
        {"uk", "ЦНАП-центр", "[[tsn'Ap]]-, | центр"},
        {"uk", "Ласкаво просимо!", "[[L]]!"},
        {"uk", "А також гість", "А також гість"}, /* one letter names a ticket's */
        {"uk", "Каса 5, Каса 5.5", "каса п'ять, Каса 5.5"},
        {"uk", "12 і 12:30", "[[dv]], | і 12:30"},
        {"en", "The VIP room; VIPs, a VIP.", "The guest room; VIPs, a guest."},
        {"en", "VIP lounge", "[[l]]"}, /* the longest */
        {"en", "VIP، VIP؟", "guest، guest؟"},
    };
    add_saying("ЦНАП", "uk", "[[tsn'Ap]]");
    add_saying("Вікно", "uk", "[[vi:kn'o]]");
    add_saying("Ласкаво просимо", "uk", "[[L]]");
    add_saying("А", "", "[['A]]");
    add_saying("Каса 5", "uk", "каса п'ять");
    add_saying("12", "uk", "[[dv]]");
    add_saying("VIP", "", "guest");
    add_saying("VIP lounge", "en", "[[l]]");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(say(cases[i].lang, cases[i].text), cases[i].said);
    }
}

/* Other voices get words: of the site, else as the text has them. */
static void test_written_form(void **state) {
    (void)state;
    add_saying("ЦНАП", "uk", "[[tsn'Ap]]");
    add_saying("VIP", "uk", "гість");
    (void)say("uk", "ЦНАП [[x]] до вікна 12 (VIP).");
    assert_string_equal(listed(true), "ЦНАП x до вікна 12 (гість).");
    assert_int_equal(script.segments_count, 4);
    (void)say("uk", "VIP 3,5");
    assert_string_equal(listed(true), "гість 3,5");
    /* An end of the text's own stays one. */
    (void)say("uk", "ЦНАП до вікна 12. Каса, 7 зачинено.");
    assert_string_equal(listed(true), "ЦНАП до вікна 12. | Каса, | 7 зачинено.");
}

/* Brackets of a text stay outside, whatever stands beside them. */
static void test_brackets_from_outside(void **state) {
    (void)state;
    add_saying("12", "uk", "[[dv]]");
    assert_string_equal(say("uk", "[[12]], ]]12[[; [[x]]"), "[[dv]] , [[dv]] ; | x");
    assert_string_equal(say("en", "[[12]]"), "12");
}

static void test_pauses(void **state) {
    (void)state;
    static const int pauses[] = {0, 40, 400, 150, 40};
    (void)say("uk", "Вікно 5. Каса, 7 зачинено.");
    assert_string_equal(listed(false), "Вікно, | [[pj'At;]]. | Каса, | [[s|;'i:m]], | зачинено.");
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(script.segments[i].pause_ms, pauses[i]);
    }
}

/* A text that has too much of its own is left to the voice from some place on, and nothing of it is
 * lost. */
static void test_limits(void **state) {
    (void)state;
    char text[TEXT_BYTES] = "";
    size_t said = 0;
    for (size_t i = 0; strlen(text) + 8 < sizeof text; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%sщо 17", i > 0 ? " " : "");
    }
    (void)say("uk", text);
    assert_true(script.segments_count > 12);
    for (size_t i = 0; i < script.segments_count; i++) {
        said += script.segments[i].joined ? 0 : strlen(script.segments[i].written) + 1;
    }
    assert_int_equal(said, strlen(text) + 1);
    /* One voice: what does not fit into a segment goes into the next. */
    snprintf(text, sizeof text, "%s", "ab ab ab ab ab ab ab ab");
    add_saying("ab", "en", "[[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]]");
    (void)say("en", text);
    assert_int_equal(script.segments_count, 3);
    assert_string_equal(listed(true), "ab ab ab ab ab ab ab ab");
}

static const char *call(const char *lang, const char *spoken) {
    struct utterance utterance = {.serial = 7, .ticket = "A7", .counter = "3"};
    snprintf(utterance.lang, sizeof utterance.lang, "%s", lang);
    snprintf(utterance.spoken, sizeof utterance.spoken, "%s", spoken);
    assert_true(phrase_make(&hall, &utterance, &script));
    return listed(false);
}

/* An event's own words for its ticket are such a text as well. */
static void test_an_events_own_words(void **state) {
    (void)state;
    add_saying("VIP", "en", "guest");
    assert_string_equal(call("en", "VIP [[7]]"), "Ticket, | guest 7. | Please go to counter | 3.");
    assert_string_equal(script.segments[1].written, "guest 7.");
    assert_string_equal(script.segments[1].clips, "pguest 7\n");
    assert_non_null(strstr(call("uk", "сім'я 12"), "]], | сім'я, | [[dvAn'Ad;ts;At;]]. | [["));
    for (size_t i = 1; i < 3; i++) {
        assert_int_equal(script.segments[i].role, SEGMENT_NUMBER);
    }
    assert_string_equal(script.segments[1].written, "сім'я 12.");
    assert_string_equal(script.segments[1].clips, "pсім'я 12\n");
    assert_true(script.segments[2].joined);
    assert_string_equal(script.segments[2].clips, "");
}

static int read_languages(void **state) {
    (void)state;
    static const char *const tags[LANGUAGES] = {"en", "uk", "bg"};
    static struct diagnostics diagnostics;
    const char *source = getenv("HALLCALL_SOURCE");
    for (size_t i = 0; i < LANGUAGES; i++) {
        char path[400];
        snprintf(path, sizeof path, "%s/config/languages/%s.ini", source != NULL ? source : ".",
                 tags[i]);
        if (!language_file_read(path, tags[i], &hall.languages[i], &diagnostics)) {
            diagnostics_print(&diagnostics, stderr);
            return -1;
        }
        /* The words around a text are not meant here. */
        snprintf(hall.languages[i].spoken[SPOKEN_NOTICE], TEMPLATE_BYTES, "{text}");
        hall.languages[i].written[SPOKEN_NOTICE][0] = '\0';
    }
    hall.languages_count = LANGUAGES;
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_in_ukrainian),
        cmocka_unit_test(test_numbers_left_to_the_voice),
        cmocka_unit_test(test_numbers_of_other_languages),
        cmocka_unit_test(test_nouns),
        cmocka_unit_test_teardown(test_the_sites_words, forget_sayings),
        cmocka_unit_test_teardown(test_written_form, forget_sayings),
        cmocka_unit_test_teardown(test_brackets_from_outside, forget_sayings),
        cmocka_unit_test(test_pauses),
        cmocka_unit_test_teardown(test_limits, forget_sayings),
        cmocka_unit_test_teardown(test_an_events_own_words, forget_sayings),
    };
    return cmocka_run_group_tests(tests, read_languages, NULL);
}
