/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The engine child from its parent's side: right answers, hostile texts, death, deafness, absence.
 *
 * This program is also the child: it is started again as `test_engine --voice-engine`.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "own_engine.h"
#include "system/clock.h"
#include "voice/engine.h"
#include "voice/espeak.h"
#include "voice/protocol.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_US = 15000000, FEW_MS = 1000 };

static struct script script_of(const char *voice, const char *text, bool phonemes) {
    struct script script = {.serial = 1, .rate = 150, .segments_count = 1};
    snprintf(script.voice, sizeof script.voice, "%s", voice);
    snprintf(script.segments[0].text, sizeof script.segments[0].text, "%s", text);
    script.segments[0].phonemes = phonemes;
    return script;
}

/* Turns until the question is decided. */
static enum engine_state await(struct engine *engine) {
    int64_t until_us = clock_mono_us() + PATIENCE_US;
    enum engine_state state;
    while ((state = engine_turn(engine, clock_mono_us())) == ENGINE_BUSY) {
        int64_t now_us = clock_mono_us();
        assert_true(now_us < until_us);
        int64_t wait_us = engine_deadline_us(engine) - now_us;
        struct pollfd waker = {.fd = engine_fd(engine), .events = POLLIN};
        (void)poll(&waker, 1, wait_us > 100000 ? 100 : wait_us > 0 ? (int)(wait_us / 1000) + 1 : 0);
    }
    return state;
}

static enum engine_state ask(struct engine *engine, const char *voice, const char *text) {
    struct script script = script_of(voice, text, false);
    engine_ask(engine, &script, 0, clock_mono_us());
    return await(engine);
}

static void assert_speaks(struct engine *engine) {
    assert_int_equal(ask(engine, "gmw/en", "Counter four."), ENGINE_DONE);
    struct speech speech = engine_speech(engine);
    assert_int_equal(speech.rate_hz, 22050);
    assert_in_range(speech.count, 22050 / 3, 22050 * 3);
}

static void test_speaks(void **state) {
    (void)state;
    struct engine *engine = engine_create(own_engine());
    int64_t before_us = clock_mono_us();
    assert_speaks(engine);
    int64_t first_us = clock_mono_us() - before_us;
    before_us = clock_mono_us();
    for (int i = 0; i < 20; i++) {
        assert_speaks(engine);
    }
    print_message("start and first segment %.1f ms, then %.2f ms each\n", (double)first_us / 1e3,
                  (double)(clock_mono_us() - before_us) / 20e3);
    pid_t pid = engine_pid(engine);
    assert_int_equal(ask(engine, "zle/uk", "Вікно номер чотири."), ENGINE_DONE);
    assert_int_equal(ask(engine, "gmw/de", "Schalter drei."), ENGINE_DONE);
    assert_int_equal(engine_pid(engine), pid);
    engine_destroy(engine);
}

static void test_phonemes_only_when_trusted(void **state) {
    (void)state;
    struct engine *engine = engine_create(own_engine());
    struct script trusted = script_of("gmw/en", "[[t'aIm]]", true);
    engine_ask(engine, &trusted, 0, clock_mono_us());
    assert_int_equal(await(engine), ENGINE_DONE);
    size_t spoken = engine_speech(engine).count;
    assert_int_equal(ask(engine, "gmw/en", "[[t'aIm]]"), ENGINE_DONE);
    assert_true(engine_speech(engine).count > spoken); /* spelled out is longer */
    engine_destroy(engine);
}

static void test_refusals_are_answers(void **state) {
    (void)state;
    static const struct {
        const char *voice, *text;
    } rows[] = {
        {"xyz/none", "four"},
        {"gmw/en+nonsense", "four"},
        {"mb-en1", "four"},
        {"mb/mb-en1", "four"},
        {"../etc/passwd", "four"},
        {"gmw/../en", "four"},
        {"", "four"},
        {"g", "four"},
        {"gmw/", "four"},
        {"gmw/en+", "four"},
        {"gmw/en", ""},
        {"gmw/en", "\x01"
                   "300S four"},
        {"gmw/en", "a\nb"},
        {"gmw/en", "\x7f"},
        {"gmw/en en", "four"},
    };
    struct engine *engine = engine_create(own_engine());
    assert_speaks(engine);
    pid_t pid = engine_pid(engine);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (ask(engine, rows[i].voice, rows[i].text) != ENGINE_FAILED) {
            fail_msg("row %zu was spoken", i);
        }
        assert_true(engine_reason(engine)[0] != '\0');
    }
    assert_speaks(engine);
    assert_int_equal(engine_pid(engine), pid); /* none of it cost a child */
    engine_destroy(engine);
}

static void test_rates(void **state) {
    (void)state;
    static const int rows[][2] = {{79, 0}, {80, 1}, {449, 1}, {450, 0}, {-1, 0}, {0, 0}};
    struct engine *engine = engine_create(own_engine());
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct script script = script_of("gmw/en", "four", false);
        script.rate = rows[i][0];
        engine_ask(engine, &script, 0, clock_mono_us());
        assert_int_equal(await(engine), rows[i][1] ? ENGINE_DONE : ENGINE_FAILED);
    }
    engine_destroy(engine);
}

static void test_hostile_texts_are_survived(void **state) {
    (void)state;
    static const char *const rows[] = {
        "<audio src=\"/etc/passwd\">",
        "<speak><audio src='a$(touch /tmp/pwned)'/></speak>",
        "<break time=\"999999s\">",
        "<voice name=\"mb-en1\">four",
        "[[;;;;%%%]] [[",
        "\xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80 \xff\xfe",
        "Ticket 4..",
        "..........................................",
        "\xe2\x80\xae\xe2\x80\x8b 4",
        "00000000000000000000000000000000000000000000000000000000000000000000000000",
        "999999999999999999999999999999999999999999999999999999999999999999999999999999",
        "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀",
        "11-а Ж B ж 4 ά ש ع",
        "%s%n%s%n",
    };
    static const char *const voices[] = {"gmw/en", "zle/uk", "bat/lt", "sem/he"};
    struct engine *engine = engine_create(own_engine());
    for (size_t v = 0; v < sizeof voices / sizeof voices[0]; v++) {
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            enum engine_state result = ask(engine, voices[v], rows[i]);
            assert_true(result == ENGINE_DONE || result == ENGINE_FAILED);
            if (result == ENGINE_DONE) {
                assert_true(engine_speech(engine).count <= 22050 * SPEECH_SECONDS_MAX);
            }
        }
    }
    assert_speaks(engine);
    engine_destroy(engine);
}

/* A language may have its phonemes spoken by another voice than its words. */
static void test_voice_of_phonemes(void **state) {
    (void)state;
    struct engine *engine = engine_create(own_engine());
    struct script script = script_of("gmw/en", "[[tSot'yry]].", true);
    snprintf(script.phoneme_voice, sizeof script.phoneme_voice, "zle/ru");
    engine_ask(engine, &script, 0, clock_mono_us());
    assert_int_equal(await(engine), ENGINE_DONE);
    assert_string_equal(engine_phonemes(engine), "tʃotˈyry");
    char own[64];
    assert_int_equal(ask(engine, "gmw/en", "Counter four."), ENGINE_DONE);
    snprintf(own, sizeof own, "%s", engine_phonemes(engine));
    script = script_of("gmw/en", "Counter four.", false);
    snprintf(script.phoneme_voice, sizeof script.phoneme_voice, "zle/ru");
    engine_ask(engine, &script, 0, clock_mono_us());
    assert_int_equal(await(engine), ENGINE_DONE);
    assert_string_equal(engine_phonemes(engine), own);
    engine_destroy(engine);
}

static void test_length_is_capped(void **state) {
    (void)state;
    char text[SEGMENT_BYTES];
    memset(text, '8', sizeof text);
    for (size_t i = 1; i < sizeof text; i += 2) {
        text[i] = ' ';
    }
    text[sizeof text - 1] = '\0';
    struct engine *engine = engine_create(own_engine());
    struct script script = script_of("gmw/en", text, false);
    script.rate = SPEAKING_RATE_MIN;
    engine_ask(engine, &script, 0, clock_mono_us());
    assert_int_equal(await(engine), ENGINE_DONE);
    assert_int_equal(engine_speech(engine).count, 22050 * SPEECH_SECONDS_MAX);
    assert_speaks(engine); /* and the next synthesis is clean */
    engine_destroy(engine);
}

static void test_killed_child_costs_one_retry(void **state) {
    (void)state;
    struct engine *engine = engine_create(own_engine());
    assert_speaks(engine);
    for (int i = 0; i < 5; i++) {
        pid_t pid = engine_pid(engine);
        struct script script = script_of("gmw/en", "Ticket forty-two.", false);
        assert_int_equal(kill(pid, i % 2 == 0 ? SIGSTOP : SIGKILL), 0);
        engine_ask(engine, &script, 0, clock_mono_us());
        (void)kill(pid, SIGKILL); /* in mid-call; when it was dead before, it may be reaped */
        assert_int_equal(await(engine), ENGINE_DONE);
        assert_true(engine_pid(engine) != pid);
    }
    engine_destroy(engine);
}

static void test_stopped_child_is_replaced_in_time(void **state) {
    (void)state;
    struct engine *engine = engine_create(own_engine());
    assert_speaks(engine);
    struct script script = script_of("gmw/en", "Ticket forty-two.", false);
    assert_int_equal(kill(engine_pid(engine), SIGSTOP), 0);
    int64_t before_us = clock_mono_us();
    engine_ask(engine, &script, 0, before_us);
    assert_int_equal(await(engine), ENGINE_DONE);
    int64_t took_us = clock_mono_us() - before_us;
    print_message("a stopped child was replaced after %.1f ms\n", (double)took_us / 1e3);
    assert_in_range(took_us, ENGINE_DEADLINE_US, ENGINE_DEADLINE_US + FEW_MS * 1000);
    engine_destroy(engine);
}

static void test_child_that_dies_idle_is_started_again(void **state) {
    (void)state;
    struct engine *engine = engine_create(own_engine());
    assert_speaks(engine);
    pid_t pid = engine_pid(engine);
    assert_int_equal(kill(pid, SIGKILL), 0);
    int64_t until_us = clock_mono_us() + PATIENCE_US;
    while (engine_pid(engine) == pid || engine_pid(engine) == 0) {
        struct pollfd waker = {.fd = engine_fd(engine), .events = POLLIN};
        (void)poll(&waker, 1, 10);
        (void)engine_turn(engine, clock_mono_us());
        assert_true(clock_mono_us() < until_us);
    }
    assert_speaks(engine);
    engine_destroy(engine);
}

static void test_absent_engine_fails_and_rests(void **state) {
    (void)state;
    static const char *const paths[] = {"/nonexistent/hallcall", "/bin/false", "/bin/true"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct engine *engine = engine_create(paths[i]);
        int64_t before_us = clock_mono_us();
        for (int k = 0; k < 10; k++) {
            assert_int_equal(ask(engine, "gmw/en", "four"), ENGINE_FAILED);
            assert_true(engine_reason(engine)[0] != '\0');
        }
        assert_true(clock_mono_us() - before_us < FEW_MS * 1000); /* resting, not waiting */
        assert_true(engine_deadline_us(engine) > clock_mono_us());
        engine_destroy(engine);
    }
}

static void test_forgetting(void **state) {
    (void)state;
    struct engine *engine = engine_create(own_engine());
    assert_speaks(engine);
    size_t expected = engine_speech(engine).count;
    struct script script = script_of("gmw/en", "One hundred and twenty-seven thousand.", false);
    for (int i = 0; i < 10; i++) {
        engine_ask(engine, &script, 0, clock_mono_us());
        engine_forget(engine);
        assert_int_equal(engine_turn(engine, clock_mono_us()), ENGINE_IDLE);
        assert_speaks(engine); /* none of the forgotten answer is in it */
        assert_in_range(engine_speech(engine).count, expected * 8 / 10, expected * 12 / 10);
    }
    engine_destroy(engine);
}

static void test_replies_are_checked(void **state) {
    (void)state;
    struct engine_reply good = {.magic = PROTOCOL_MAGIC, .kind = REPLY_SAMPLES, .value = 10};
    size_t bytes = reply_bytes(&good);
    assert_true(reply_valid(&good, bytes));
    assert_false(reply_valid(&good, bytes - 1));
    assert_false(reply_valid(&good, bytes + 1));
    assert_false(reply_valid(&good, 0));
    static const struct {
        uint32_t kind, value;
        bool good;
    } rows[] = {
        {REPLY_SAMPLES, 0, false},
        {REPLY_SAMPLES, PROTOCOL_SAMPLES_MAX, true},
        {REPLY_READY, SPEECH_RATE_MIN_HZ - 1, false},
        {REPLY_READY, SPEECH_RATE_MIN_HZ, true},
        {REPLY_READY, SPEECH_RATE_MAX_HZ, true},
        {REPLY_READY, SPEECH_RATE_MAX_HZ + 1, false},
        {REPLY_END, SPEECH_SAMPLES_MAX, true},
        {REPLY_END, SPEECH_SAMPLES_MAX + 1, false},
        {REPLY_KINDS, 0, false},
        {REPLY_ERROR, 0, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct engine_reply reply = {
            .magic = PROTOCOL_MAGIC, .kind = rows[i].kind, .value = rows[i].value};
        if (reply_valid(&reply, reply_bytes(&reply)) != rows[i].good) {
            fail_msg("row %zu", i);
        }
    }
    struct engine_reply many = {
        .magic = PROTOCOL_MAGIC, .kind = REPLY_SAMPLES, .value = PROTOCOL_SAMPLES_MAX + 1};
    assert_false(reply_valid(&many, sizeof many));
    struct engine_reply endless = {.magic = PROTOCOL_MAGIC, .kind = REPLY_ERROR};
    memset(endless.words, 'x', sizeof endless.words);
    assert_false(reply_valid(&endless, reply_bytes(&endless)));
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "--voice-engine") == 0) {
        return espeak_main();
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_speaks),
        cmocka_unit_test(test_phonemes_only_when_trusted),
        cmocka_unit_test(test_refusals_are_answers),
        cmocka_unit_test(test_rates),
        cmocka_unit_test(test_hostile_texts_are_survived),
        cmocka_unit_test(test_voice_of_phonemes),
        cmocka_unit_test(test_length_is_capped),
        cmocka_unit_test(test_killed_child_costs_one_retry),
        cmocka_unit_test(test_stopped_child_is_replaced_in_time),
        cmocka_unit_test(test_child_that_dies_idle_is_started_again),
        cmocka_unit_test(test_absent_engine_fails_and_rests),
        cmocka_unit_test(test_forgetting),
        cmocka_unit_test(test_replies_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
