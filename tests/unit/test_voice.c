/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The voice thread against a loudspeaker that keeps real time (tests/sink): what is heard, when,
 * and what happens when the loudspeaker or the engine fails.
 *
 * Everything is judged from the captured samples, placed in time by the capture's own clock, and
 * from the reports in the inbox. This program is also the engine child.
 */
#include "voice_fixture.h"

#include <dirent.h>

/* Whether no queue has run empty: only then do sounds and latencies say something about the voice
 * rather than about the machine. */
static bool undisturbed(void) {
    int count = underruns();
    if (count > 0) {
        print_message("this machine was too busy to play without holes: %d\n", count);
    }
    return count == 0;
}

static void test_call_is_heard_at_once(void **state) {
    (void)state;
    open_voice("hallsink", own_engine());
    await(VOICE_WELL, 0);
    int64_t asked_us[5], worst_us = 0;
    for (uint32_t i = 0; i < 5; i++) {
        struct script script =
            script_of(i + 1, CHIME_CALL, i == 4 ? "Ticket," : NULL, i == 4 ? "forty-two." : NULL);
        await_time(clock_mono_us() + 137000 * (int64_t)i); /* anywhere in the queue's cycle */
        asked_us[i] = clock_mono_us();
        voice_speak(hall.voice, &script);
        await(VOICE_FINISHED, i + 1);
    }
    await_time(clock_mono_us() + 400000); /* let the capture catch up */
    close_voice(NULL);
    struct capture capture = load_capture();
    for (uint32_t i = 0; i < 5; i++) {
        const struct voice_report *started = &hall.reports[await(VOICE_STARTED, i + 1)];
        double fit = 0.0;
        size_t at = find_chime(&capture, CHIME_CALL, frame_at(&capture, started->at_us), &fit);
        int64_t latency_us = time_of(&capture, at) - asked_us[i];
        worst_us = latency_us > worst_us ? latency_us : worst_us;
        if (undisturbed()) {
            assert_true(fit > 0.99);
            assert_in_range(latency_us, 0, 40000);
            assert_true(llabs(time_of(&capture, at) - started->at_us) < 3000);
        }
    }
    print_message("chime at the loudspeaker at most %.1f ms after voice_speak\n",
                  (double)worst_us / 1e3);
    /* The words: 300 ms of silence after the chime, then speech, silence again at the end. */
    size_t chime = frame_at(&capture, hall.reports[await(VOICE_STARTED, 5)].at_us);
    size_t chime_end = chime + hall.chimes[CHIME_CALL].count;
    size_t words = frame_at(&capture, hall.reports[await(VOICE_SEGMENT, 5)].at_us);
    size_t end = frame_at(&capture, hall.reports[await(VOICE_FINISHED, 5)].at_us);
    assert_true(llabs((int64_t)(words - chime_end) - 14400) < 200);
    assert_in_range(loudest(&capture, chime_end + 96, words - 96), 0, 2);
    assert_true(loudest(&capture, words, words + 14400) > 500);
    assert_true(loudest(&capture, end - 2400, end) > 30);
    assert_in_range(loudest(&capture, end + 200, end + 9600), 0, 2);
    free(capture.samples);
}

static void test_hush_is_quick(void **state) {
    (void)state;
    open_voice("hallsink", own_engine());
    await(VOICE_WELL, 0);
    struct script script = script_of(7, CHIME_NONE,
                                     "One hundred and twenty-seven thousand "
                                     "four hundred and fifty-six, seven, eight.",
                                     "Nine.");
    struct script waiting = script_of(8, CHIME_CALL, "Ten.", NULL);
    struct script after = script_of(9, CHIME_NONE, "Eleven.", NULL);
    voice_speak(hall.voice, &script);
    voice_speak(hall.voice, &waiting);
    int64_t started_us = hall.reports[await(VOICE_STARTED, 7)].at_us;
    await_time(started_us + 700000);
    int64_t hushed_us = clock_mono_us();
    voice_hush(hall.voice);
    voice_speak(hall.voice, &after);
    size_t at = await(VOICE_HUSHED, 7);
    assert_in_range(hall.arrived_us[at] - hushed_us, 0, 150000);
    await(VOICE_HUSHED, 8);
    size_t finished = await(VOICE_FINISHED, 9);
    await_time(clock_mono_us() + 400000);
    close_voice(NULL);
    assert_true(finals_of(7) == 1 && finals_of(8) == 1 && finals_of(9) == 1);
    assert_int_equal(hall.reports[finished].serial, 9);
    struct capture capture = load_capture();
    size_t from = frame_at(&capture, hushed_us);
    size_t next = frame_at(&capture, hall.reports[await(VOICE_STARTED, 9)].at_us);
    assert_true(loudest(&capture, from - 9600, from) > 500);
    size_t quiet = from;
    while (quiet < next && loudest(&capture, quiet, next) > 2) {
        quiet += 48;
    }
    print_message("silent %.1f ms after voice_hush\n", (double)(quiet - from) / 48.0);
    assert_true(quiet - from < 4800);
    free(capture.samples);
}

static void test_ten_in_order_each_once(void **state) {
    (void)state;
    static const char *const words[] = {"One.", "Two.",   "Three.", "Four.", "Five.",
                                        "Six.", "Seven.", "Eight.", "Nine.", "Ten."};
    open_voice("hallsink", own_engine());
    await(VOICE_WELL, 0);
    for (uint32_t i = 0; i < 10; i++) {
        struct script script = script_of(100 + i, CHIME_NONE, words[i], NULL);
        voice_speak(hall.voice, &script);
    }
    int64_t before_us = 0;
    for (uint32_t i = 0; i < 10; i++) {
        int64_t started_us = hall.reports[await(VOICE_STARTED, 100 + i)].at_us;
        int64_t finished_us = hall.reports[await(VOICE_FINISHED, 100 + i)].at_us;
        assert_true(started_us >= before_us && finished_us > started_us);
        before_us = finished_us;
    }
    close_voice(NULL);
    for (uint32_t i = 0; i < 10; i++) {
        assert_int_equal(finals_of(100 + i), 1);
    }
}

static void test_more_than_the_mailbox_holds(void **state) {
    (void)state;
    open_voice("none", own_engine());
    for (uint32_t i = 1; i <= 30; i++) {
        struct script script = script_of(i, CHIME_NONE, "One.", NULL);
        voice_speak(hall.voice, &script);
    }
    await(VOICE_FAILED, 30);
    voice_hush(hall.voice);
    for (uint32_t i = 1; i <= 30; i++) {
        int64_t until_us = clock_mono_us() + PATIENCE_MS * 1000LL;
        while (finals_of(i) == 0 && clock_mono_us() < until_us) {
            await_time(clock_mono_us() + 10000);
        }
        assert_int_equal(finals_of(i), 1);
    }
}

static void test_busy_device_is_told_and_heals(void **state) {
    (void)state;
    set_fault("busy");
    open_voice("hallsink", own_engine());
    size_t lost = await(VOICE_LOST, 0);
    assert_non_null(strstr(hall.reports[lost].reason, "in use by another program"));
    struct script script = script_of(1, CHIME_CALL, "One.", NULL);
    int64_t asked_us = clock_mono_us();
    voice_speak(hall.voice, &script);
    size_t failed = await(VOICE_FAILED, 1);
    assert_in_range(hall.arrived_us[failed] - asked_us, 0, 100000);
    set_fault(NULL);
    await(VOICE_WELL, 0);
    script.serial = 2;
    voice_speak(hall.voice, &script);
    await(VOICE_FINISHED, 2);
    close_voice(NULL);
    assert_true(finals_of(1) == 1 && finals_of(2) == 1);
}

static void test_device_that_goes_away_is_told_and_returns(void **state) {
    (void)state;
    open_voice("hallsink", own_engine());
    await(VOICE_WELL, 0);
    struct script script = script_of(1, CHIME_CALL, "One hundred and seventy-seven.", NULL);
    voice_speak(hall.voice, &script);
    await_time(hall.reports[await(VOICE_STARTED, 1)].at_us + 300000);
    set_fault("enodev");
    size_t lost = await(VOICE_LOST, 0);
    size_t failed = await(VOICE_FAILED, 1);
    assert_true(lost < failed); /* the board must not try again in between */
    set_fault(NULL);
    size_t well = await_from(failed, VOICE_WELL, 0);
    script.serial = 2;
    voice_speak(hall.voice, &script);
    await_from(well, VOICE_FINISHED, 2);
    close_voice(NULL);
    assert_true(finals_of(1) == 1 && finals_of(2) == 1);
}

static void test_device_that_stands_still_is_lost(void **state) {
    (void)state;
    open_voice("hallsink", own_engine());
    await(VOICE_WELL, 0);
    struct script script = script_of(1, CHIME_CALL, "One.", NULL);
    voice_speak(hall.voice, &script);
    await(VOICE_STARTED, 1);
    int64_t stalled_us = clock_mono_us();
    set_fault("stall");
    size_t lost = await(VOICE_LOST, 0);
    assert_in_range(hall.arrived_us[lost] - stalled_us, 1500000, 4000000);
    await(VOICE_FAILED, 1);
    set_fault(NULL);
    await_from(lost, VOICE_WELL, 0);
    close_voice(NULL);
    assert_int_equal(finals_of(1), 1);
}

/* Looked for often enough, however long it was away. */
static void test_device_that_was_away_long_is_soon_back(void **state) {
    (void)state;
    set_fault("enodev");
    open_voice("hallsink", own_engine());
    size_t lost = await(VOICE_LOST, 0);
    await_time(hall.arrived_us[lost] + 3700000); /* with doubled delays up to 4 s: back at 7.5 s */
    set_fault(NULL);
    int64_t back_us = clock_mono_us();
    size_t well = await(VOICE_WELL, 0);
    assert_in_range(hall.arrived_us[well] - back_us, 0, 3200000);
}

static void test_device_that_slept_is_opened_again(void **state) {
    (void)state;
    open_voice("hallsink", own_engine());
    await(VOICE_WELL, 0);
    struct script script = script_of(1, CHIME_CALL, "One hundred and seventy-seven.", NULL);
    voice_speak(hall.voice, &script);
    await_time(hall.reports[await(VOICE_STARTED, 1)].at_us + 300000);
    int64_t slept_us = clock_mono_us();
    set_fault("suspend");
    size_t lost = await(VOICE_LOST, 0);
    assert_in_range(hall.arrived_us[lost] - slept_us, 0, 1500000); /* not a device that stalls */
    assert_non_null(strstr(hall.reports[lost].reason, "put to sleep"));
    await(VOICE_FAILED, 1);
    size_t well = await_from(lost, VOICE_WELL, 0);
    script.serial = 2;
    voice_speak(hall.voice, &script);
    await_from(well, VOICE_FINISHED, 2);
    close_voice(NULL);
    assert_true(finals_of(1) == 1 && finals_of(2) == 1);
}

/* ALSA reads the definitions of the cards that are there. */
static void test_card_that_comes_after_the_start(void **state) {
    (void)state;
    char card[PATH_BYTES], hook[PATH_BYTES], away[PATH_BYTES];
    snprintf(card, sizeof card, "%s/asoundrc", hall.directory);
    snprintf(away, sizeof away, "%s/unplugged", hall.directory);
    snprintf(hook, sizeof hook, "%s/alsa.conf", hall.directory);
    FILE *file = fopen(hook, "w");
    assert_non_null(file);
    fprintf(file, "@hooks [ { func load files [ \"%s\" ] errors false } ]\n", card);
    fclose(file);
    setenv("ALSA_CONFIG_PATH", hook, 1);
    assert_int_equal(rename(card, away), 0);
    open_voice("hallsink", own_engine());
    size_t lost = await(VOICE_LOST, 0);
    assert_int_equal(rename(away, card), 0);
    assert_non_null(strstr(hall.reports[lost].reason, "there is no such device"));
    await_from(lost, VOICE_WELL, 0);
    close_voice(NULL);
    setenv("ALSA_CONFIG_PATH", card, 1);
}

/* What the kernel says of the connector HDMI-A-1. */
static void set_screen(const char *status) {
    static const char *const folders[] = {"sys", "sys/class", "sys/class/drm",
                                          "sys/class/drm/card1-HDMI-A-1"};
    char path[PATH_BYTES];
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", hall.directory, folders[i]);
        (void)mkdir(path, 0700);
    }
    snprintf(path, sizeof path, "%s/%s/status", hall.directory, folders[3]);
    set_fault_at(path, status);
}

/* Closed within a second in mid-call, not tried while the screen is away, and open again soon. */
static void test_screen_that_is_unplugged_closes_the_device(void **state) {
    (void)state;
    set_screen("connected\n");
    hall.connector = "HDMI-A-1";
    open_voice("hallsink", own_engine());
    await(VOICE_WELL, 0);
    struct script script = script_of(1, CHIME_CALL, "One hundred and seventy-seven.", NULL);
    voice_speak(hall.voice, &script);
    await_time(hall.reports[await(VOICE_STARTED, 1)].at_us + 300000);
    int64_t unplugged_us = clock_mono_us();
    set_screen("disconnected\n");
    size_t lost = await(VOICE_LOST, 0);
    assert_in_range(hall.arrived_us[lost] - unplugged_us, 0, 1100000);
    print_message("closed %.2f s after the screen went\n",
                  (double)(hall.arrived_us[lost] - unplugged_us) / 1e6);
    assert_non_null(strstr(hall.reports[lost].reason,
                           "the screen that carries the sound is not connected (HDMI-A-1)"));
    size_t failed = await(VOICE_FAILED, 1);
    assert_true(lost < failed);
    assert_int_equal(events("stop"), 1);
    script.serial = 2; /* told at once, as of a device that is gone */
    voice_speak(hall.voice, &script);
    await(VOICE_FAILED, 2);
    await_time(unplugged_us + 2500000);
    assert_int_equal(openings(), 1);
    int64_t back_us = clock_mono_us();
    set_screen("connected\n");
    size_t well = await_from(failed, VOICE_WELL, 0);
    print_message("open %.2f s after it came back\n",
                  (double)(hall.arrived_us[well] - back_us) / 1e6);
    assert_in_range(hall.arrived_us[well] - back_us, 0, 1100000);
    script.serial = 3;
    voice_speak(hall.voice, &script);
    await(VOICE_FINISHED, 3);
    close_voice(NULL);
    assert_true(finals_of(1) == 1 && finals_of(2) == 1 && finals_of(3) == 1);
    assert_int_equal(openings(), 2);
}

/* A hall that starts before its television: nothing is opened. */
static void test_screen_that_is_not_there_at_the_start(void **state) {
    (void)state;
    set_screen("disconnected\n");
    hall.connector = "HDMI-A-1";
    open_voice("hallsink", own_engine());
    size_t lost = await(VOICE_LOST, 0);
    assert_int_not_equal(access(hall.sound, F_OK), 0);
    set_screen("connected\n");
    await_from(lost, VOICE_WELL, 0);
    close_voice(NULL);
}

static void test_small_gap_does_not_end_a_call(void **state) {
    (void)state;
    open_voice("hallsink", own_engine());
    await(VOICE_WELL, 0);
    struct script script = script_of(1, CHIME_CALL, "One hundred and seventy-seven.", "Two.");
    voice_speak(hall.voice, &script);
    await_time(hall.reports[await(VOICE_STARTED, 1)].at_us + 1000000);
    set_fault("xrun");
    await(VOICE_FINISHED, 1);
    close_voice(NULL);
    assert_int_equal(finals_of(1), 1);
    assert_true(events("underrun") > 0);
}

/* A driver that holds the voice for longer than the queue lasts: the call is said again whole. */
static void test_driver_that_hangs_tears_no_call(void **state) {
    (void)state;
    open_voice("hallsink", own_engine());
    await(VOICE_WELL, 0);
    struct script script = script_of(1, CHIME_CALL, NULL, NULL);
    voice_speak(hall.voice, &script);
    await_time(hall.reports[await(VOICE_STARTED, 1)].at_us + 200000);
    set_fault("hang");
    await_time(clock_mono_us() + 1500000);
    set_fault(NULL);
    int64_t held_us = clock_mono_us();
    size_t finished = await(VOICE_FINISHED, 1);
    await_time(clock_mono_us() + 400000);
    close_voice(NULL);
    assert_int_equal(finals_of(1), 1);
    struct capture capture = load_capture();
    double fit = 0.0;
    size_t end = frame_at(&capture, hall.reports[finished].at_us);
    size_t at = find_chime(&capture, CHIME_CALL, end - hall.chimes[CHIME_CALL].count, &fit);
    assert_true(fit > 0.99);
    assert_true(time_of(&capture, at) > held_us);
    free(capture.samples);
}

static void test_device_without_rewind(void **state) {
    (void)state;
    set_fault("norewind");
    open_voice("hallsink", own_engine());
    await(VOICE_WELL, 0);
    await_time(clock_mono_us() + 500000);
    struct script script = script_of(1, CHIME_CALL, "One.", NULL);
    int64_t asked_us = clock_mono_us();
    voice_speak(hall.voice, &script);
    await(VOICE_FINISHED, 1);
    await_time(clock_mono_us() + 300000);
    close_voice(NULL);
    struct capture capture = load_capture();
    const struct voice_report *started = &hall.reports[await(VOICE_STARTED, 1)];
    double fit = 0.0;
    size_t at = find_chime(&capture, CHIME_CALL, frame_at(&capture, started->at_us), &fit);
    int64_t latency_us = time_of(&capture, at) - asked_us;
    print_message("without rewinding: chime after %.1f ms\n", (double)latency_us / 1e3);
    if (undisturbed()) {
        assert_true(fit > 0.99);
        assert_in_range(latency_us, 0, 120000);
        assert_true(llabs(time_of(&capture, at) - started->at_us) < 3000);
    }
    free(capture.samples);
}

static void test_none_takes_its_time_in_silence(void **state) {
    (void)state;
    open_voice("none", own_engine());
    await(VOICE_WELL, 0);
    struct script script = script_of(1, CHIME_CALL, NULL, NULL);
    voice_speak(hall.voice, &script);
    size_t started = await(VOICE_STARTED, 1), finished = await(VOICE_FINISHED, 1);
    int64_t took_us = hall.reports[finished].at_us - hall.reports[started].at_us;
    int64_t chime_us = (int64_t)hall.chimes[CHIME_CALL].count * 1000000 / STREAM_RATE_HZ;
    assert_true(llabs(took_us - chime_us) < 2000);
    assert_true(hall.arrived_us[finished] >= hall.reports[finished].at_us);
}

static void test_without_engine_the_chime_sounds(void **state) {
    (void)state;
    open_voice("hallsink", "/bin/false");
    await(VOICE_WELL, 0);
    struct script script = script_of(1, CHIME_CALL, "One.", NULL);
    voice_speak(hall.voice, &script);
    size_t failed = await(VOICE_FAILED, 1);
    assert_true(hall.reports[failed].reason[0] != '\0');
    await_time(clock_mono_us() + 400000);
    close_voice(NULL);
    assert_int_equal(finals_of(1), 1);
    struct capture capture = load_capture();
    double fit = 0.0;
    (void)find_chime(&capture, CHIME_CALL,
                     frame_at(&capture, hall.reports[await(VOICE_STARTED, 1)].at_us), &fit);
    assert_true(fit > 0.99 || !undisturbed()); /* all of it, before the failure was told */
    free(capture.samples);
}

/* How often the voice thread has gone to sleep. */
static long sleeps_of_voice(void) {
    DIR *tasks = opendir("/proc/self/task");
    struct dirent *entry;
    long sleeps = -1;
    while ((entry = readdir(tasks)) != NULL) {
        char path[300], line[128];
        bool voice = false;
        snprintf(path, sizeof path, "/proc/self/task/%.200s/status", entry->d_name);
        FILE *file = fopen(path, "r");
        while (file != NULL && fgets(line, sizeof line, file) != NULL) {
            voice = voice || strcmp(line, "Name:\tvoice\n") == 0;
            if (voice && strncmp(line, "voluntary_ctxt_switches:", 24) == 0) {
                sleeps = strtol(line + 24, NULL, 10);
            }
        }
        if (file != NULL) {
            fclose(file);
        }
    }
    closedir(tasks);
    return sleeps;
}

static void test_idle_sleeps(void **state) {
    (void)state;
    open_voice("hallsink", own_engine());
    await(VOICE_WELL, 0);
    await_time(clock_mono_us() + 500000);
    long before = sleeps_of_voice();
    await_time(clock_mono_us() + 5000000);
    long sleeps = sleeps_of_voice() - before;
    assert_true(before >= 0);
    print_message("idle: %.1f wakeups a second\n", (double)sleeps / 5.0);
    assert_in_range(sleeps, 1, 25);
    close_voice(NULL);
    struct capture capture = load_capture(); /* and yet it never fell silent: the dither is there */
    size_t zeros = 0, longest = 0;
    for (size_t i = capture.count - 4 * STREAM_RATE_HZ; i < capture.count; i++) {
        zeros = capture.samples[2 * i] == 0 ? zeros + 1 : 0;
        longest = zeros > longest ? zeros : longest;
    }
    assert_in_range(longest, 1, 100);
    free(capture.samples);
}

static void test_bad_scores_are_refused(void **state) {
    (void)state;
    struct voice_options options = {.device = "none", .sounds_dir = "/nonexistent"};
    char reason[REASON_BYTES] = "";
    struct inbox *inbox = inbox_create();
    assert_null(voice_create(&options, inbox, reason));
    assert_non_null(strstr(reason, "/nonexistent/call.score"));
    inbox_destroy(inbox);
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "--voice-engine") == 0) {
        return espeak_main();
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_call_is_heard_at_once, close_voice),
        cmocka_unit_test_teardown(test_hush_is_quick, close_voice),
        cmocka_unit_test_teardown(test_ten_in_order_each_once, close_voice),
        cmocka_unit_test_teardown(test_more_than_the_mailbox_holds, close_voice),
        cmocka_unit_test_teardown(test_busy_device_is_told_and_heals, close_voice),
        cmocka_unit_test_teardown(test_device_that_goes_away_is_told_and_returns, close_voice),
        cmocka_unit_test_teardown(test_device_that_stands_still_is_lost, close_voice),
        cmocka_unit_test_teardown(test_device_that_was_away_long_is_soon_back, close_voice),
        cmocka_unit_test_teardown(test_device_that_slept_is_opened_again, close_voice),
        cmocka_unit_test_teardown(test_card_that_comes_after_the_start, close_voice),
        cmocka_unit_test_teardown(test_screen_that_is_unplugged_closes_the_device, close_voice),
        cmocka_unit_test_teardown(test_screen_that_is_not_there_at_the_start, close_voice),
        cmocka_unit_test_teardown(test_small_gap_does_not_end_a_call, close_voice),
        cmocka_unit_test_teardown(test_driver_that_hangs_tears_no_call, close_voice),
        cmocka_unit_test_teardown(test_device_without_rewind, close_voice),
        cmocka_unit_test_teardown(test_none_takes_its_time_in_silence, close_voice),
        cmocka_unit_test_teardown(test_without_engine_the_chime_sounds, close_voice),
        cmocka_unit_test_teardown(test_idle_sleeps, close_voice),
        cmocka_unit_test(test_bad_scores_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up_hall, take_down_hall);
}
