/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is said as other voices than eSpeak NG get it: words, and tokens of clips.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/language_file.h"
#include "core/phrase.h"
#include "core/template.h"
#include "core/written.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EN, UK, LANGUAGES };

static struct hall hall;
static struct script script;

/* All segments in words, or as tokens of clips: "Ticket, | A, | ...", "pTicket; | lA; | ...". */
static const char *forms_of(const char *lang, const char *ticket, const char *counter, bool clips) {
    static char text[SEGMENTS_MAX * (SEGMENT_BYTES + 8)];
    size_t used = 0;
    struct utterance utterance = {.serial = 7, .kind = UTTERANCE_CALL};
    snprintf(utterance.lang, sizeof utterance.lang, "%s", lang);
    snprintf(utterance.ticket, sizeof utterance.ticket, "%s", ticket);
    snprintf(utterance.counter, sizeof utterance.counter, "%s", counter);
    assert_true(phrase_make(&hall, &utterance, &script));
    for (size_t i = 0; i < script.segments_count; i++) {
        const struct segment *segment = &script.segments[i];
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i > 0 ? " | " : "",
                                 clips ? segment->clips : segment->written);
    }
    for (char *at = text; *at != '\0'; at++) {
        *at = *at == CLIP_END ? ';' : *at;
    }
    return text;
}

static void test_forms_for_other_voices(void **state) {
    (void)state;
    static const struct {
        const char *lang, *ticket, *written, *clips;
    } cases[] = {
        {"en", "A107", "Ticket, | A, | 1 oh 7. | Please go to counter | 3.",
         "pTicket; | lA; | n1;noh;n7; | pPlease go to counter; | n3;"},
        {"en", "AB42", "Ticket, | A, B, | 42. | Please go to counter | 3.",
         "pTicket; | lA;lB; | n42; | pPlease go to counter; | n3;"},
        {"en", "3B", "Ticket, | 3, | B, | Please go to counter | 3.",
         "pTicket; | n3; | lB; | pPlease go to counter; | n3;"},
        {"en", "1042", "Ticket, | 10 42. | Please go to counter | 3.",
         "pTicket; | n10;n42; | pPlease go to counter; | n3;"},
        {"en", "00500", "Ticket, | 500. | Please go to counter | 3.",
         "pTicket; | n500; | pPlease go to counter; | n3;"},
        {"uk", "Б107", "Талон, | Б, | 107. | Пройдіть, будь ласка, до вікна номер | 3.",
         "pТалон; | lБ; | n107; | pПройдіть, будь ласка, до вікна номер; | n3;"},
        {"uk", "1042", "Талон, | 1042. | Пройдіть, будь ласка, до вікна номер | 3.",
         "pТалон; | n1042; | pПройдіть, будь ласка, до вікна номер; | n3;"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(forms_of(cases[i].lang, cases[i].ticket, "3", false), cases[i].written);
        assert_string_equal(forms_of(cases[i].lang, cases[i].ticket, "3", true), cases[i].clips);
    }
}

static void test_phonemes_without_words_have_no_other_form(void **state) {
    (void)state;
    struct language *language = &hall.languages[UK];
    struct language kept = *language;
    language->written[SPOKEN_CALL][0] = '\0';
    assert_string_equal(forms_of("uk", "Б107", "3", false), " | Б, | 107. |  | 3.");
    assert_string_equal(forms_of("uk", "Б107", "3", true), " | lБ; | n107; |  | n3;");
    *language = kept;
    language->nouns[NOUN_COUNTER].written[0] = '\0';
    assert_string_equal(forms_of("uk", "Б107", "3", true), "pТалон; | lБ; | n107; |  | n3;");
    *language = kept;
}

static void test_a_text_has_words_and_no_clips(void **state) {
    (void)state;
    struct utterance utterance = {.serial = 1, .kind = UTTERANCE_NOTICE};
    snprintf(utterance.lang, sizeof utterance.lang, "en");
    snprintf(utterance.text, sizeof utterance.text, "We close at [[12]].\nThank you.");
    assert_true(phrase_make(&hall, &utterance, &script));
    assert_int_equal(script.segments_count, 2); /* "Notice." and the text */
    assert_int_not_equal(script.segments[0].clips[0], '\0');
    for (size_t i = 0; i < script.segments_count; i++) {
        assert_string_equal(script.segments[i].written, script.segments[i].text);
    }
    assert_string_equal(script.segments[1].clips, "");
}

static void test_own_words_of_an_event(void **state) {
    (void)state;
    struct utterance utterance = {.serial = 1, .kind = UTTERANCE_CALL};
    snprintf(utterance.lang, sizeof utterance.lang, "en");
    snprintf(utterance.ticket, sizeof utterance.ticket, "A107");
    snprintf(utterance.counter, sizeof utterance.counter, "3");
    snprintf(utterance.spoken, sizeof utterance.spoken, "Miss [[Smith]]");
    assert_true(phrase_make(&hall, &utterance, &script));
    assert_string_equal(script.segments[1].written, script.segments[1].text);
    assert_non_null(strstr(script.segments[1].written, "Miss Smith"));
    assert_string_equal(script.segments[1].clips, "pMiss Smith\n");
}

static void test_written_templates(void **state) {
    (void)state;
    static const struct {
        const char *spoken, *written;
        bool good;
    } cases[] = {
        {"[[a]] | {letters} | {number}. | {counter}", "A | {letters} | {number}. | {counter}",
         true},
        {"[[a]] | {letters} | {number}. | {counter}", "A | {letters} | {number}. | b {counter}",
         true},
        {"[[a]] | {letters} | {number}. | {counter}", "A | {letters} | {counter} | {number}",
         false},
        {"[[a]] | {letters} | {number}. | {counter}", "A {letters} | {number}. | {counter}", false},
        {"[[a]] | {letters} | {number}. | {counter}", "[[a]] | {letters} | {number}. | {counter}",
         false},
        {"[[a]] | {text}", "A | {text}", true},
        {"[[a]] | {text}", "A | {text", false},
        {"[[a]] | {text}", "| {text}", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(template_written_error(cases[i].spoken, cases[i].written) == NULL,
                         cases[i].good);
    }
}

/* No language of the program's own needs phonemes for what a call is made of. */
static void test_every_language_has_words(void **state) {
    (void)state;
    static struct diagnostics diagnostics;
    static struct language language;
    char folder[400];
    const char *source = getenv("HALLCALL_SOURCE");
    size_t count = 0;
    snprintf(folder, sizeof folder, "%s/config/languages", source != NULL ? source : ".");
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        char path[800], tag[LANG_BYTES];
        const char *dot = strstr(entry->d_name, ".ini");
        if (dot == NULL) {
            continue;
        }
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        snprintf(tag, sizeof tag, "%.*s", (int)(dot - entry->d_name), entry->d_name);
        assert_true(language_file_read(path, tag, &language, &diagnostics));
        for (size_t i = 0; i < NOUN_KINDS; i++) {
            assert_non_null(written_form(language.nouns[i].spoken, language.nouns[i].written));
        }
        for (size_t i = 0; i < SPOKEN_KINDS; i++) {
            if (written_form(language.spoken[i], language.written[i]) == NULL) {
                fail_msg("%s: a template has phonemes and no .written: %s", tag,
                         language.spoken[i]);
            }
        }
        count++;
    }
    closedir(dir);
    assert_true(count >= 20);
}

static int read_languages(void **state) {
    (void)state;
    static const char *const tags[LANGUAGES] = {"en", "uk"};
    static struct diagnostics diagnostics;
    const char *source = getenv("HALLCALL_SOURCE");
    for (size_t i = 0; i < LANGUAGES; i++) {
        char path[400];
        snprintf(path, sizeof path, "%s/config/languages/%s.ini", source != NULL ? source : ".",
                 tags[i]);
        if (!language_file_read(path, tags[i], &hall.languages[i], &diagnostics)) {
            return -1;
        }
    }
    hall.languages_count = LANGUAGES;
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms_for_other_voices),
        cmocka_unit_test(test_phonemes_without_words_have_no_other_form),
        cmocka_unit_test(test_a_text_has_words_and_no_clips),
        cmocka_unit_test(test_written_templates),
        cmocka_unit_test(test_own_words_of_an_event),
        cmocka_unit_test(test_every_language_has_words),
    };
    return cmocka_run_group_tests(tests, read_languages, NULL);
}
