/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is said for a call, in which segments and with which silences.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/language_file.h"
#include "core/phrase.h"
#include "core/template.h"
#include "core/utf8.h"

#include <stdlib.h>
#include <string.h>

static struct hall hall;
static struct script script;

/* The languages of the hall: two from their files, the others made here for their word order. */
enum { EN, UK, TR, FR, LANGUAGES };

static struct utterance call_of(const char *lang, const char *ticket, const char *counter) {
    struct utterance utterance = {.serial = 7, .kind = UTTERANCE_CALL, .chime = CHIME_CALL};
    snprintf(utterance.lang, sizeof utterance.lang, "%s", lang);
    snprintf(utterance.ticket, sizeof utterance.ticket, "%s", ticket);
    snprintf(utterance.counter, sizeof utterance.counter, "%s", counter);
    return utterance;
}

/* All segments of the script, with their silences: "400 Ticket, | 150 A, | ...". */
static const char *said(bool pauses) {
    static char text[SEGMENTS_MAX * (SEGMENT_BYTES + 8)];
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < script.segments_count; i++) {
        const struct segment *segment = &script.segments[i];
        char pause[16] = "";
        if (pauses) {
            snprintf(pause, sizeof pause, "%d ", segment->pause_ms);
        }
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s%s", i > 0 ? " | " : "",
                                 pause, segment->text);
    }
    return text;
}

static const char *say(const char *lang, const char *ticket, const char *counter) {
    struct utterance utterance = call_of(lang, ticket, counter);
    bool good = phrase_make(&hall, &utterance, &script);
    assert_int_equal(good, script.segments_count > 0);
    return said(false);
}

static void test_tickets(void **state) {
    (void)state;
    static const struct {
        const char *ticket, *said; /* between "Ticket, | " and the destination */
    } cases[] = {
        {"A107", "A, | 1 oh 7."},
        {"A142", "A, | 1 42."},
        {"A110", "A, | 1 10."},
        {"A100", "A, | 100."},
        {"A101", "A, | 1 oh 1."},
        {"A99", "A, | 99."},
        {"42", "42."},
        {"042", "42."},
        {"0042", "42."},
        {"7", "7."},
        {"0", "0."},
        {"000", "0."},
        {"1042", "10 42."},
        {"1007", "10 oh 7."},
        {"1000", "1000."},
        {"1100", "1100."},
        {"9999", "99 99."},
        {"10000", "1 0 0 0 0."},
        {"12345", "1 2 3 4 5."},
        {"AB", "A, B,"},
        {"AB-12", "A, B, | 12."},
        {"A-B12", "A, B, | 12."},
        {"A 12", "A, | 12."},
        {"12-34", "12, | 34."},
        {"3B", "3, | B,"},
        {"B12C", "B, | 12, | C,"},
        {"1A2B3", "1, | A, | 2, | B, | 3."},
        {"Ж12", "zheh, | 12."},
        {"В12", "B, | 12."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char expected[256];
        snprintf(expected, sizeof expected, "Ticket, | %s | Please go to counter | 4.",
                 cases[i].said);
        assert_string_equal(say("en", cases[i].ticket, "4"), expected);
    }
}

static void test_counters(void **state) {
    (void)state;
    static const struct {
        const char *counter, *said; /* behind "Please go to " */
    } cases[] = {
        {"4", "counter | 4."},        {"12", "counter | 12."},   {"112", "counter | 1 12."},
        {"1042", "counter | 10 42."}, {"b", "room | 12 A."},     {"info", "desk | Information."},
        {"a", "counter | a."},        {"a1", "counter | a, 1."}, {"north", "counter | north."},
        {"g-2", "counter | g, 2."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char expected[256];
        snprintf(expected, sizeof expected, "Ticket, | A, | 7. | Please go to %s", cases[i].said);
        assert_string_equal(say("en", "A7", cases[i].counter), expected);
    }
}

static void test_word_orders(void **state) {
    (void)state;
    assert_string_equal(say("tr", "A42", "3"), "Sıra numarası, | A, | 42. | Lütfen | 3 numaralı "
                                               "gişeye geçiniz.");
    assert_string_equal(say("fr", "A107", "3"),
                        "Numéro, | A, | 1 0 7. | Guichet | 3, s'il vous plaît.");
    static const char *const go = "[[projd;'i:t; b'ud; L'AskA do]]";
    char expected[SEGMENT_BYTES];
    snprintf(expected, sizeof expected,
             "[[tAL'on]], | [['A]], | [[st'o]] [[s|;'i:m]]. | %s [[vi:kn'A]] [[n'omEr]] | "
             "[[dvAn'Ad;ts;At;]].",
             go);
    assert_string_equal(say("uk", "А107", "12"), expected);
    snprintf(expected, sizeof expected,
             "[[tAL'on]], | [[v'E]], | [[t'ys|;AtSA]] [[s|;'i:m]]. | %s [[vi:kn'A]] [[n'omEr]] | "
             "[[tr'y]].",
             go);
    assert_string_equal(say("uk", "В1007", "3"), expected);
    snprintf(expected, sizeof expected,
             "[[tAL'on]], | [[t'ys|;AtSA]]. | %s [[rob'otSoQo m'i:sts;A]] [[n'omEr]] | Довідка.",
             go);
    assert_string_equal(say("uk", "1000", "info"), expected);
}

static void test_styles(void **state) {
    (void)state;
    struct language *language = &hall.languages[FR];
    static const struct {
        enum digit_style style;
        const char *ticket, *said;
    } cases[] = {
        {DIGITS_WHOLE, "107", "107."},     {DIGITS_WHOLE, "999", "999."},
        {DIGITS_WHOLE, "1042", "10 42."},  {DIGITS_WHOLE, "1007", "10 0 7."},
        {DIGITS_WHOLE, "1000", "10 0 0."}, {DIGITS_WHOLE, "1100", "11 0 0."},
        {DIGITS_PAIRS, "107", "1 0 7."},   {DIGITS_PAIRS, "200", "200."},
        {DIGITS_SINGLE, "42", "4 2."},     {DIGITS_SINGLE, "1042", "1 0 4 2."},
        {DIGITS_SINGLE, "0107", "1 0 7."},
    };
    enum digit_style before = language->digits;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char expected[128];
        language->digits = cases[i].style;
        snprintf(expected, sizeof expected, "Numéro, | %s | Guichet | 3, s'il vous plaît.",
                 cases[i].said);
        assert_string_equal(say("fr", cases[i].ticket, "3"), expected);
    }
    language->digits = before;
}

static void name_number(struct language *language, unsigned value, const char *spoken) {
    struct number_name *name = &language->numbers[language->numbers_count++];
    name->value = (uint16_t)value;
    snprintf(name->spoken, sizeof name->spoken, "%s", spoken);
}

/* What the file names is said in its words; a number with a nameless part is left to the voice. */
static void test_named_numbers(void **state) {
    (void)state;
    struct language *language = &hall.languages[FR];
    static const struct {
        const char *ticket, *said;
    } cases[] = {
        {"0", "nil."},
        {"7", "seven."},
        {"8", "8."},
        {"17", "17."},
        {"40", "forty."},
        {"47", "forty seven."},
        {"48", "48."},
        {"100", "cent."},
        {"107", "cent seven."},
        {"147", "cent forty seven."},
        {"307", "307."},
        {"1000", "thousand."},
        {"1147", "thousand cent forty seven."},
        {"1042", "1042."},
        {"0007", "seven."},
        {"11111", "one one one one one."},
    };
    const enum digit_style before = language->digits;
    language->digits = DIGITS_WHOLE;
    name_number(language, 0, "nil");
    name_number(language, 1, "one");
    name_number(language, 7, "seven");
    name_number(language, 40, "forty");
    name_number(language, 100, "cent");
    name_number(language, 1000, "thousand");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char expected[128];
        snprintf(expected, sizeof expected, "Numéro, | %s | Guichet | 3, s'il vous plaît.",
                 cases[i].said);
        assert_string_equal(say("fr", cases[i].ticket, "3"), expected);
    }
    language->digits = DIGITS_PAIRS;
    assert_string_equal(say("fr", "1047", "7"), "Numéro, | 10 forty seven. | Guichet | seven, s'il "
                                                "vous plaît.");
    language->digits = before;
    language->numbers_count = 0;
}

static void test_ways(void **state) {
    (void)state;
    struct counter *counter = &hall.counters[0];
    const struct counter before = *counter;
    counter->floor = 2;
    counter->direction = DIRECTION_LEFT;
    assert_null(strstr(say("en", "A7", counter->id), "floor"));
    hall.policy.say_ways = true;
    assert_non_null(strstr(say("en", "A7", counter->id), " | on the second floor, to the left."));
    assert_int_equal(script.segments[script.segments_count - 1].role, SEGMENT_DESTINATION);
    counter->floor = FLOOR_NONE;
    assert_non_null(strstr(say("en", "A7", counter->id), " | to the left."));
    counter->direction = DIRECTION_NONE;
    assert_null(strstr(say("en", "A7", counter->id), "left"));
    hall.policy.say_ways = false;
    *counter = before;
}

static void test_sayings(void **state) {
    (void)state;
    struct saying *sayings = hall.sayings;
    hall.sayings_count = 2;
    snprintf(sayings[0].shown, NAME_BYTES, "VIP");
    sayings[0].spoken_count = 2;
    snprintf(sayings[0].spoken[0].text, LABEL_BYTES, "guest");
    snprintf(sayings[0].spoken[1].tag, LANG_BYTES, "fr");
    snprintf(sayings[0].spoken[1].text, LABEL_BYTES, "[[Envit'e]]");
    snprintf(sayings[1].shown, NAME_BYTES, "Information");
    sayings[1].spoken_count = 1;
    snprintf(sayings[1].spoken[0].tag, LANG_BYTES, "en");
    snprintf(sayings[1].spoken[0].text, LABEL_BYTES, "enquiries");
    assert_string_equal(say("en", "VIP7", "info"),
                        "Ticket, | guest, | 7. | Please go to desk | enquiries.");
    assert_string_equal(say("fr", "VIP7", "3"),
                        "Numéro, | [[Envit'e]], | 7. | Guichet | 3, s'il vous plaît.");
    assert_string_equal(say("en", "VI7", "3"), "Ticket, | V, I, | 7. | Please go to counter | 3.");
    assert_null(hall_saying(&hall, "Information", 11, "fr"));
    hall.sayings_count = 0;
}

static void test_an_events_own_words(void **state) {
    (void)state;
    struct utterance utterance = call_of("en", "VIP7", "4");
    snprintf(utterance.spoken, sizeof utterance.spoken, "guest [[x]] seven");
    assert_true(phrase_make(&hall, &utterance, &script));
    assert_string_equal(said(false), "Ticket, | guest x seven. | Please go to counter | 4.");
    assert_false(script.segments[1].phonemes);
    assert_int_equal(script.segments[1].role, SEGMENT_NUMBER);
    /* Of these nothing can be said: the ticket itself is. */
    snprintf(utterance.spoken, sizeof utterance.spoken, "[<...>]");
    assert_true(phrase_make(&hall, &utterance, &script));
    assert_string_equal(said(false), "Ticket, | V, I, P, | 7. | Please go to counter | 4.");
}

static void test_pauses(void **state) {
    (void)state;
    struct utterance utterance = call_of("en", "A107", "4");
    assert_true(phrase_make(&hall, &utterance, &script));
    assert_string_equal(said(true), "400 Ticket, | 150 A, | 250 1 oh 7. | 500 Please go to counter "
                                    "| 120 4.");
    utterance.brisk = true;
    assert_true(phrase_make(&hall, &utterance, &script));
    assert_int_equal(script.chime, CHIME_BRIEF);
    assert_int_equal(script.rate, hall.languages[EN].rate);
    assert_string_equal(said(true), "240 A, | 150 1 oh 7. | 300 counter | 72 4.");
    utterance.kind = UTTERANCE_RECALL; /* keeps what makes it one */
    assert_true(phrase_make(&hall, &utterance, &script));
    assert_string_equal(said(true), "240 Called again. | 90 Ticket, | 90 A, | 150 1 oh 7. | "
                                    "300 Please go to counter | 72 4.");
    utterance.brisk = false;
    utterance.chime = CHIME_NONE;
    utterance.pause_ms = 1500;
    utterance.kind = UTTERANCE_RECALL;
    snprintf(utterance.ticket, sizeof utterance.ticket, "7");
    assert_true(phrase_make(&hall, &utterance, &script));
    assert_string_equal(said(true), "1500 Called again. | 150 Ticket, | 150 7. | 500 Please go to "
                                    "counter | 120 4.");
    snprintf(utterance.ticket, sizeof utterance.ticket, "3B");
    assert_true(phrase_make(&hall, &utterance, &script));
    assert_string_equal(said(true),
                        "1500 Called again. | 150 Ticket, | 150 3, | 250 B, | 500 Please "
                        "go to counter | 120 4.");
}

static void test_roles_and_script(void **state) {
    (void)state;
    static const enum segment_role roles[] = {SEGMENT_LABEL, SEGMENT_LETTERS, SEGMENT_NUMBER,
                                              SEGMENT_DESTINATION, SEGMENT_COUNTER};
    struct utterance utterance = call_of("uk", "А42", "b");
    assert_true(phrase_make(&hall, &utterance, &script));
    assert_int_equal(script.segments_count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(script.segments[i].role, roles[i]);
        assert_int_equal(script.segments[i].phonemes,
                         strstr(script.segments[i].text, "[[") != NULL);
    }
    assert_int_equal(script.serial, 7);
    assert_int_equal(script.chime, CHIME_CALL);
    assert_string_equal(script.voice, "zle/uk");
    assert_string_equal(script.phoneme_voice, "zle/ru");
    assert_int_equal(script.rate, hall.languages[UK].rate);
    assert_true(script.pan == -0.5F);
    utterance = call_of("en", "A42", "b");
    assert_true(phrase_make(&hall, &utterance, &script));
    assert_false(script.segments[2].phonemes);
}

static void test_nothing_to_say(void **state) {
    (void)state;
    struct utterance utterance = call_of("qq", "A42", "4");
    assert_false(phrase_make(&hall, &utterance, &script));
    assert_int_equal(script.segments_count, 0);
    utterance = call_of("en", "", "");
    utterance.kind = UTTERANCE_URGENT;
    assert_false(phrase_make(&hall, &utterance, &script));
    assert_int_equal(script.segments_count, 0);
    snprintf(utterance.text, sizeof utterance.text, " <[[{}]]>\x01\x7F ");
    assert_false(phrase_make(&hall, &utterance, &script));
    snprintf(utterance.lang, sizeof utterance.lang, "en-US");
    snprintf(utterance.text, sizeof utterance.text, "Fire drill.");
    assert_true(phrase_make(&hall, &utterance, &script));
    assert_string_equal(said(true), "400 Attention, please. | 400 Fire drill.");
}

static void test_outside_text(void **state) {
    (void)state;
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"The office closes at 4.", "The office closes at 4."},
        {"a [[d'E]] b", "a d'E b"},
        {"a<audio src='x'>b", "a audio src='x' b"},
        {"a\x01"
         "300Sb\x7F"
         "c\xC2\x85"
         "d",
         "a 300Sb c d"},
        {"wait....... now", "wait. now"},
        {"a  &  {b}", "a b"},
        {"a\xFF\xC0\xAF"
         "b",
         "a b"},
        {"Ґанок — ї", "Ґанок — ї"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct utterance utterance = call_of("en", "", "");
        utterance.kind = UTTERANCE_NOTICE;
        snprintf(utterance.text, sizeof utterance.text, "%s", cases[i].text);
        assert_true(phrase_make(&hall, &utterance, &script));
        assert_string_equal(said(false), cases[i].said);
        assert_int_equal(script.segments[0].role, SEGMENT_TEXT);
        assert_false(script.segments[0].phonemes);
    }
    /* The label that an event brings is outside text as well. */
    struct utterance utterance = call_of("uk", "А1", "4");
    snprintf(utterance.label, sizeof utterance.label, "[[d'E]]<b>Зал");
    assert_true(phrase_make(&hall, &utterance, &script));
    assert_string_equal(script.segments[4].text, "d'E b Зал.");
    assert_false(script.segments[4].phonemes);
    /* And so is a ticket, whatever the site's pattern lets through. */
    assert_string_equal(say("en", "[[A]]&<1>", "4"),
                        "Ticket, | A, | 1. | Please go to counter | 4.");
}

/* Fills a notice's text with count bytes of one unit. */
static void fill(struct utterance *utterance, const char *unit, size_t count) {
    size_t length = strlen(unit);
    utterance->text[0] = '\0';
    for (size_t at = 0; at + length <= count; at += length) {
        memcpy(utterance->text + at, unit, length + 1);
    }
}

static void test_long_text(void **state) {
    (void)state;
    static const struct {
        const char *unit;
        size_t bytes, segments;
        int pause_ms; /* before the second */
    } cases[] = {
        {"x", 255, 1, 0},   {"x", 256, 2, 150},     {"x", 480, 2, 150},        {"ї", 254, 1, 0},
        {"ї", 256, 2, 150}, {"word ", 480, 2, 150}, {"A word. ", 480, 2, 400},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct utterance utterance = call_of("en", "", "");
        utterance.kind = UTTERANCE_NOTICE;
        fill(&utterance, cases[i].unit, cases[i].bytes);
        assert_true(phrase_make(&hall, &utterance, &script));
        assert_int_equal(script.segments_count, cases[i].segments);
        size_t letters = 0;
        for (size_t j = 0; j < script.segments_count; j++) {
            assert_true(utf8_valid(script.segments[j].text));
            assert_true(script.segments[j].text[0] != ' ');
            letters += strlen(script.segments[j].text);
        }
        /* Only blanks at the cuts and the end are lost. */
        assert_in_range(letters, cases[i].bytes - 2, cases[i].bytes);
        if (cases[i].segments > 1) {
            assert_int_equal(script.segments[1].pause_ms, cases[i].pause_ms);
        }
    }
}

/* Words that cannot fit are left out whole; brackets of phonemes close in any case. */
static void test_overlong_parts(void **state) {
    (void)state;
    struct language *language = &hall.languages[TR];
    struct language before = *language;
    static const char literal[] =
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    snprintf(language->spoken[SPOKEN_CALL], TEMPLATE_BYTES,
             "{letters} | {number} | %s {noun} {noun} {noun} {counter} [[%s]]", literal, literal);
    assert_null(template_error(SPOKEN_CALL, language->spoken[SPOKEN_CALL]));
    memset(language->nouns[NOUN_COUNTER].spoken, 'n', WORD_BYTES - 1);
    struct utterance utterance = call_of("tr", "A1", "4");
    memset(utterance.label, 'l', LABEL_BYTES - 1);
    assert_true(phrase_make(&hall, &utterance, &script));
    const char *text = script.segments[2].text;
    assert_true(strlen(text) < SEGMENT_BYTES);
    assert_non_null(strstr(text, "[[x"));
    assert_string_equal(text + strlen(text) - 3, "x]]");
    *language = before;
}

static void test_templates(void **state) {
    (void)state;
    static const struct {
        enum spoken_template kind;
        const char *template, *error; /* error NULL: good */
    } cases[] = {
        {SPOKEN_CALL, "Ticket, | {letters} | {number}. | Go to {noun} | {counter}.", NULL},
        {SPOKEN_CALL, "{letters}|{number}|{counter} {noun}", NULL},
        {SPOKEN_CALL, "{counter} | {letters} | {number}", NULL},
        {SPOKEN_RECALL, "[[a]] | {letters} | {number} | {counter}", NULL},
        {SPOKEN_CALL, "{letters} | {number}", "once each"},
        {SPOKEN_CALL, "{letters} | {number} | {counter} | {counter}", "once each"},
        {SPOKEN_CALL, "{letters} {number} | {counter}", "need a segment each"},
        {SPOKEN_CALL, "{letters} | {number} {counter}", "need a segment each"},
        {SPOKEN_CALL, "{number} | {letters} | {counter}", "must stand before"},
        {SPOKEN_CALL, "{letters} | {number} | {counter} | {text}", "{text} is for notices"},
        {SPOKEN_CALL, "{letters} | {number} | {foo} | {counter}", "unknown placeholder"},
        {SPOKEN_CALL, "{letters} | {number} | {counter", "unknown placeholder"},
        {SPOKEN_CALL, "{letters} | {number} | counter} {counter}", "unknown placeholder"},
        {SPOKEN_CALL, "{letters} | | {number} | {counter}", "is empty"},
        {SPOKEN_CALL, "{letters} | {number} | {counter} |", "is empty"},
        {SPOKEN_CALL, "", "is empty"},
        {SPOKEN_CALL, "[[a | {letters} | {number} | {counter}", "[[double brackets]]"},
        {SPOKEN_CALL, "a]] | {letters} | {number} | {counter}", "[[double brackets]]"},
        {SPOKEN_CALL, "[a] | {letters} | {number} | {counter}", "[[double brackets]]"},
        {SPOKEN_CALL, "a | b | c | d | e | {letters} | {number} | {counter}", NULL},
        {SPOKEN_CALL, "a | b | c | d | e | f | {letters} | {number} | {counter}", "at most 8"},
        {SPOKEN_CALL, "\xFF | {letters} | {number} | {counter}", "UTF-8"},
        {SPOKEN_NOTICE, "{text}", NULL},
        {SPOKEN_URGENT, "Attention. | {text} | Thank you.", NULL},
        {SPOKEN_NOTICE, "Notice: {text}", "needs a segment of its own"},
        {SPOKEN_NOTICE, "Notice", "expected {text} once"},
        {SPOKEN_NOTICE, "{text} | {text}", "expected {text} once"},
        {SPOKEN_URGENT, "{text} | {noun}", "only calls have"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *error = template_error(cases[i].kind, cases[i].template);
        if (cases[i].error == NULL ? error != NULL
                                   : error == NULL || strstr(error, cases[i].error) == NULL) {
            fail_msg("\"%s\": %s", cases[i].template, error != NULL ? error : "taken");
        }
    }
    char template[TEMPLATE_BYTES + 1];
    snprintf(template, sizeof template, "{letters} | {number} | {counter} | ");
    size_t head = strlen(template);
    memset(template + head, 'x', sizeof template - head);
    template[TEMPLATE_BYTES - 1] = '\0';
    assert_null(template_error(SPOKEN_CALL, template));
    template[TEMPLATE_BYTES - 1] = 'x';
    template[TEMPLATE_BYTES] = '\0';
    assert_non_null(template_error(SPOKEN_CALL, template));
}

/* A language made for its word order, on the ground of English. */
static void make_language(enum noun noun, struct language *language, const char *tag,
                          const char *template, const char *spoken) {
    *language = hall.languages[EN];
    snprintf(language->tag, sizeof language->tag, "%s", tag);
    snprintf(language->spoken[SPOKEN_CALL], TEMPLATE_BYTES, "%s", template);
    snprintf(language->nouns[noun].spoken, WORD_BYTES, "%s", spoken);
    language->letters_count = 0;
    language->oh[0] = '\0';
}

static void add_counter(const char *id, const char *label, const char *tag, enum noun noun) {
    struct counter *counter = &hall.counters[hall.counters_count++];
    snprintf(counter->id, sizeof counter->id, "%s", id);
    snprintf(counter->labels[0].text, LABEL_BYTES, "%s", label);
    snprintf(counter->labels[0].tag, LANG_BYTES, "%s", tag);
    counter->labels_count = 1;
    counter->noun = noun;
}

static int set_up(void **state) {
    (void)state;
    static const char *const tags[] = {"en", "uk"};
    static struct diagnostics diagnostics;
    const char *source = getenv("HALLCALL_SOURCE");
    for (size_t i = 0; i < 2; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/config/languages/%s.ini", source != NULL ? source : ".",
                 tags[i]);
        if (!language_file_read(path, tags[i], &hall.languages[i], &diagnostics)) {
            diagnostics_print(&diagnostics, stderr);
            return 1;
        }
    }
    /* A notice's text alone; the files' own words before it are compared by tests/speech. */
    snprintf(hall.languages[EN].spoken[SPOKEN_NOTICE], TEMPLATE_BYTES, "{text}");
    make_language(NOUN_COUNTER, &hall.languages[TR], "tr",
                  "Sıra numarası, | {letters} | {number}. | Lütfen | {counter} numaralı {noun} "
                  "geçiniz.",
                  "gişeye");
    make_language(NOUN_COUNTER, &hall.languages[FR], "fr",
                  "Numéro, | {letters} | {number}. | {noun} | {counter}, s'il vous plaît.",
                  "Guichet");
    hall.languages_count = LANGUAGES;
    hall.noun = NOUN_COUNTER;
    add_counter("b", "12A", "", NOUN_ROOM);
    hall.counters[0].pan = -0.5F;
    add_counter("info", "Information", "en", NOUN_DESK);
    hall.counters[1].labels_count = 2;
    snprintf(hall.counters[1].labels[1].tag, LANG_BYTES, "uk");
    snprintf(hall.counters[1].labels[1].text, LABEL_BYTES, "Довідка");
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tickets),
        cmocka_unit_test(test_counters),
        cmocka_unit_test(test_word_orders),
        cmocka_unit_test(test_styles),
        cmocka_unit_test(test_pauses),
        cmocka_unit_test(test_roles_and_script),
        cmocka_unit_test(test_nothing_to_say),
        cmocka_unit_test(test_outside_text),
        cmocka_unit_test(test_long_text),
        cmocka_unit_test(test_overlong_parts),
        cmocka_unit_test(test_templates),
        cmocka_unit_test(test_named_numbers),
        cmocka_unit_test(test_ways),
        cmocka_unit_test(test_sayings),
        cmocka_unit_test(test_an_events_own_words),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
