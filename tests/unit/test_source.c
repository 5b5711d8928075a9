/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A call comes from one voice: the one chosen, or eSpeak NG as a whole.
 */
#include "own_voice_fixture.h"

#include "own_engine.h"
#include "system/clock.h"
#include "voice/espeak.h"
#include "voice/source.h"

#include <poll.h>

static struct script call_script(void) {
    struct script script = {.serial = 7, .lang = "en", .voice = "gmw/en", .rate = 150};
    static const char *const texts[] = {"Ticket,", "A,", "107."};
    static const char *const clips[] = {"pTicket\n", "lA\n", "n107\n"};
    script.segments_count = 3;
    for (size_t i = 0; i < 3; i++) {
        script.segments[i].role = (enum segment_role)i;
        snprintf(script.segments[i].text, SEGMENT_BYTES, "%s", texts[i]);
        snprintf(script.segments[i].written, SEGMENT_BYTES, "%s", texts[i]);
        snprintf(script.segments[i].clips, SEGMENT_BYTES, "%s", clips[i]);
    }
    return script;
}

/* Asks for every segment. Returns how many came from another voice; -1 when one failed. */
static int say(struct source *source, const struct script *script, size_t samples[3]) {
    int outside = 0;
    for (size_t i = 0; i < script->segments_count; i++) {
        enum engine_state state;
        source_ask(source, script, i, clock_mono_us());
        while ((state = source_turn(source, clock_mono_us())) == ENGINE_BUSY) {
            int fds[SOURCE_FDS];
            source_fds(source, fds);
            struct pollfd wakers[] = {{.fd = fds[0], .events = POLLIN},
                                      {.fd = fds[1], .events = POLLIN}};
            (void)poll(wakers, SOURCE_FDS, 20);
            struct speaker speaker;
            (void)source_news(source, &speaker);
        }
        if (state != ENGINE_DONE) {
            return -1;
        }
        samples[i] = source_speech(source).count;
        outside += source_is_outside(source) ? 1 : 0;
    }
    return outside;
}

static struct source *source_of(const char *clips, const char *script, int limit_ms) {
    struct outside_options options = {.voices_count = 1};
    struct outside_voice *voice = &options.voices[0];
    snprintf(voice->tag, sizeof voice->tag, "en");
    snprintf(voice->clips, sizeof voice->clips, "%s", clips);
    if (script != NULL) {
        write_text("script", script);
        snprintf(voice->command, sizeof voice->command, "/bin/sh %s/script", folder);
    }
    voice->limit_ms = limit_ms;
    struct source *source = source_create(own_engine(), &options);
    assert_non_null(source);
    return source;
}

static void test_a_call_is_all_clips_or_all_espeak(void **state) {
    (void)state;
    struct script script = call_script();
    size_t samples[3];
    for (int i = 0; i < 4; i++) {
        char name[8];
        snprintf(name, sizeof name, "%d.wav", i);
        write_wav(name, RATE_HZ, TONE_SAMPLES);
    }
    bank_destroy(make_bank("[letters]\n0.wav = A\n[numbers]\n1.wav = 100\n2.wav = 7\n"
                           "[phrases]\n3.wav = Ticket\n"));
    struct source *source = source_of(folder, NULL, 20000);
    assert_int_equal(say(source, &script, samples), 3);
    assert_int_equal(samples[0], TONE_SAMPLES);
    assert_int_equal(samples[2], 2 * TONE_SAMPLES);
    assert_string_equal(source_fallback(source), "");
    /* The last word is missing: the first is eSpeak NG's too. */
    snprintf(script.segments[2].clips, SEGMENT_BYTES, "n108\n");
    assert_int_equal(say(source, &script, samples), 0);
    assert_int_not_equal(samples[0], TONE_SAMPLES);
    assert_string_equal(source_fallback(source), "no clip of \"8\"");
    /* A notice is no business of clips, and another language none of this voice. */
    script = call_script();
    script.segments[2].role = SEGMENT_TEXT;
    assert_int_equal(say(source, &script, samples), 0);
    assert_string_equal(source_fallback(source), "");
    script = call_script();
    snprintf(script.lang, sizeof script.lang, "uk");
    assert_int_equal(say(source, &script, samples), 0);
    /* Only phonemes for a part. */
    script = call_script();
    script.segments[1].written[0] = script.segments[1].clips[0] = '\0';
    assert_int_equal(say(source, &script, samples), 0);
    assert_non_null(strstr(source_fallback(source), ".written"));
    source_destroy(source);
}

static void test_a_late_program_costs_its_limit(void **state) {
    (void)state;
    struct script script = call_script();
    size_t samples[3];
    struct source *source = source_of("", "sleep 900", 300);
    for (int i = 1; i <= 3; i++) {
        int64_t before_us = clock_mono_us();
        assert_int_equal(say(source, &script, samples), 0);
        int64_t took_us = clock_mono_us() - before_us;
        assert_in_range(took_us, 290000, 10000000);
    }
    assert_non_null(strstr(source_fallback(source), "rests for 60 s"));
    /* It rests: not asked, not waited for. */
    int64_t before_us = clock_mono_us();
    assert_int_equal(say(source, &script, samples), 0);
    assert_true(clock_mono_us() - before_us < 290000 || getenv("ASAN_OPTIONS") != NULL);
    source_destroy(source);
}

static void test_a_question_forgotten_frees_the_voice(void **state) {
    (void)state;
    struct script script = call_script();
    size_t samples[3];
    char lines[PATH_BYTES];
    write_wav("tone.wav", RATE_HZ, TONE_SAMPLES);
    snprintf(lines, sizeof lines, "read text; test \"$text\" = slow && sleep 900; cat %s/tone.wav",
             folder);
    struct source *source = source_of("", lines, 10000);
    snprintf(script.segments[1].written, SEGMENT_BYTES, "slow");
    source_ask(source, &script, 0, clock_mono_us());
    assert_int_equal(source_turn(source, clock_mono_us()), ENGINE_BUSY);
    source_forget(source);
    script = call_script();
    int64_t before_us = clock_mono_us();
    assert_int_equal(say(source, &script, samples), 3);
    assert_true(clock_mono_us() - before_us < 9000000);
    assert_int_equal(samples[1], TONE_SAMPLES);
    source_destroy(source);
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "--voice-engine") == 0) {
        return espeak_main();
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_call_is_all_clips_or_all_espeak),
        cmocka_unit_test(test_a_late_program_costs_its_limit),
        cmocka_unit_test(test_a_question_forgotten_frees_the_voice),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
