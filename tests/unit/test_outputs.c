/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Volume, place, the second output, rest and the noise of a lead-in, judged from what two
 * loudspeakers recorded (tests/sink). Loudness is measured with libebur128. This program is also
 * the engine child.
 */
#include "voice_fixture.h"

#include <ebur128.h>

/* What a loudspeaker recorded from one moment to another. */
struct figures {
    double left_rms, right_rms, lufs;
};

static struct figures measure(const struct capture *capture, int64_t from_us, int64_t to_us) {
    size_t from = frame_at(capture, from_us), to = frame_at(capture, to_us);
    double squares[2] = {0.0, 0.0};
    for (size_t i = from; i < to; i++) {
        for (size_t c = 0; c < 2; c++) {
            squares[c] += (double)capture->samples[2 * i + c] * capture->samples[2 * i + c];
        }
    }
    struct figures figures = {.left_rms = sqrt(squares[0] / (double)(to - from)),
                              .right_rms = sqrt(squares[1] / (double)(to - from))};
    ebur128_state *meter = ebur128_init(STREAM_CHANNELS, STREAM_RATE_HZ, EBUR128_MODE_I);
    assert_non_null(meter);
    assert_int_equal(ebur128_add_frames_short(meter, capture->samples + 2 * from, to - from),
                     EBUR128_SUCCESS);
    assert_int_equal(ebur128_loudness_global(meter, &figures.lufs), EBUR128_SUCCESS);
    ebur128_destroy(&meter);
    return figures;
}

/* Both figures of a script that was heard wholly. */
static struct figures measure_script(const struct capture *capture, uint32_t serial) {
    return measure(capture, hall.reports[await(VOICE_STARTED, serial)].at_us,
                   hall.reports[await(VOICE_FINISHED, serial)].at_us);
}

/* Says it until it was heard without a hole. Returns the serial of that time. */
static uint32_t say_whole(struct script *script) {
    static uint32_t serial;
    for (int tries = 0; tries < 8; tries++) {
        int before = underruns();
        script->serial = ++serial;
        voice_speak(hall.voice, script);
        int64_t until_us = clock_mono_us() + PATIENCE_MS * 1000LL;
        while (finals_of(serial) == 0 && clock_mono_us() < until_us) {
            await_time(clock_mono_us() + 5000);
        }
        bool heard = false;
        for (size_t i = 0; i < hall.count; i++) {
            heard = heard ||
                    (hall.reports[i].serial == serial && hall.reports[i].kind == VOICE_FINISHED);
        }
        if (heard && underruns() == before) {
            return serial;
        }
    }
    fail_msg("this machine is too busy to play a sound");
    return 0;
}

/* Waits until the second output was reported well (or lost) so many times. */
static void await_seconds(const int *count, int wanted) {
    int64_t until_us = clock_mono_us() + PATIENCE_MS * 1000LL;
    while (*count < wanted && clock_mono_us() < until_us) {
        await_time(clock_mono_us() + 10000);
    }
    assert_true(*count >= wanted);
}

static struct capture load_second(void) {
    char sound[PATH_BYTES + 16];
    snprintf(sound, sizeof sound, "%s.second", hall.sound);
    return load_capture_of(sound);
}

/* A place moves loudness from one side to the other and changes nothing of all of it. */
static void test_place_keeps_the_loudness(void **state) {
    (void)state;
    static const float pans[] = {0.0F, -1.0F, -0.5F, 0.5F, 1.0F};
    enum { PANS = sizeof pans / sizeof pans[0] };
    open_voice("hallsink", own_engine());
    await(VOICE_WELL, 0);
    uint32_t serials[PANS];
    for (uint32_t i = 0; i < PANS; i++) {
        struct script script = script_of(1, CHIME_CALL, "Ticket,", "one hundred and seven.");
        script.pan = pans[i];
        serials[i] = say_whole(&script);
    }
    await_time(clock_mono_us() + 500000);
    close_voice(NULL);
    struct capture capture = load_capture();
    struct figures middle = measure_script(&capture, serials[0]);
    assert_true(fabs(middle.left_rms - middle.right_rms) < 0.01 * middle.left_rms);
    for (uint32_t i = 0; i < PANS; i++) {
        struct figures heard = measure_script(&capture, serials[i]);
        double angle = (pans[i] + 1.0) * 3.14159265 / 4.0;
        double both = hypot(heard.left_rms, heard.right_rms);
        print_message("pan %+.1f: left %.1f dB, right %.1f dB of both, %.2f LUFS\n",
                      (double)pans[i], 20.0 * log10(fmax(heard.left_rms, 0.1) / both),
                      20.0 * log10(fmax(heard.right_rms, 0.1) / both), heard.lufs);
        assert_true(fabs(heard.left_rms / both - cos(angle)) < 0.02);
        assert_true(fabs(heard.right_rms / both - sin(angle)) < 0.02);
        assert_true(fabs(heard.lufs - middle.lufs) < 0.5);
    }
    free(capture.samples);
}

/* A constant sound: each step of it is the ramp's. */
static void test_volume_ramps(void **state) {
    (void)state;
    enum { COUNT = 30000, HEIGHT = 10000 };
    static int16_t constant[COUNT], out[COUNT * STREAM_CHANNELS];
    struct stream stream = {0};
    for (size_t i = 0; i < COUNT; i++) {
        constant[i] = HEIGHT;
    }
    stream_begin(&stream, 0, 0.0F, 1.0F);
    stream_add(&stream, (struct clip){constant, COUNT}, true, 0, 0);
    stream_volume(&stream, 5000, 0.125F);
    stream_volume(&stream, 7400, 0.5F); /* in the middle of the ramp before */
    stream_render(&stream, 7400, 20000 - 7400, out + 7400 * 2);
    stream_volume(&stream, 20000, 0.0F);
    stream_render(&stream, 20000, COUNT - 20000, out + 20000 * 2);
    double step_max = HEIGHT * 0.70711 / VOLUME_RAMP_FRAMES + 3.0; /* 3: dither */
    for (size_t i = 7401; i < COUNT; i++) {
        assert_true(abs(out[2 * i] - out[2 * i - 2]) <= step_max);
    }
    assert_true(abs(out[2 * 7400] - (int)(HEIGHT * 0.70711 * 0.5625)) < 3); /* half-way down */
    assert_true(abs(out[2 * 19999] - (int)(HEIGHT * 0.70711 * 0.5)) < 3);
    assert_in_range(abs(out[2 * (20000 + VOLUME_RAMP_FRAMES)]), 0, 1);
    /* What is rendered again after a rewind is the same. */
    int16_t again[200];
    stream_render(&stream, 20100, 100, again);
    assert_memory_equal(again, out + 2 * 20100, sizeof again);
    stream_finish(&stream);
}

static void test_volume_is_obeyed_at_once(void **state) {
    (void)state;
    open_voice("hallsink", own_engine());
    await(VOICE_WELL, 0);
    struct script script = script_of(1, CHIME_CALL, NULL, NULL);
    uint32_t loud = say_whole(&script);
    voice_set_volume(hall.voice, 50);
    uint32_t soft = say_whole(&script);
    voice_set_volume(hall.voice, 100);
    struct script words = script_of(1000, CHIME_NONE,
                                    "One hundred and twenty-seven thousand "
                                    "four hundred and fifty-six, seven, eight.",
                                    NULL);
    voice_speak(hall.voice, &words);
    await_time(hall.reports[await(VOICE_STARTED, 1000)].at_us + 700000);
    int64_t changed_us = clock_mono_us();
    voice_set_volume(hall.voice, 0);
    int64_t end_us = hall.reports[await(VOICE_FINISHED, 1000)].at_us;
    await_time(clock_mono_us() + 500000);
    close_voice(NULL);
    struct capture capture = load_capture();
    double ratio =
        measure_script(&capture, soft).left_rms / measure_script(&capture, loud).left_rms;
    print_message("volume 50: %.3f of the sound\n", ratio);
    assert_true(fabs(ratio - 0.125) < 0.005); /* level.h: (percent / 100) cubed */
    size_t changed = frame_at(&capture, changed_us), quiet = changed;
    size_t end = frame_at(&capture, end_us);
    assert_true(loudest(&capture, changed - 9600, changed) > 500);
    while (quiet < end && loudest(&capture, quiet, end) > 2) {
        quiet += 48;
    }
    print_message("silent %.1f ms after volume 0\n", (double)(quiet - changed) / 48.0);
    assert_true(quiet - changed < 48 * 250);
    assert_true(end > quiet + 9600); /* the words went on in silence */
    free(capture.samples);
}

/* The same words at the same time, from the middle, at the calibrated level. */
static void test_second_output_is_not_turned_down(void **state) {
    (void)state;
    hall.second_device = "hallsink2";
    hall.volume_percent = 30;
    open_voice("hallsink", own_engine());
    await(VOICE_WELL, 0);
    await_seconds(&hall.seconds_well, 1);
    struct script script = script_of(1, CHIME_CALL, "Ticket,", "one hundred and seven.");
    script.pan = -1.0F;
    uint32_t serials[3];
    for (int i = 0; i < 3; i++) {
        serials[i] = say_whole(&script);
    }
    await_time(clock_mono_us() + 500000);
    close_voice(NULL);
    struct capture first = load_capture(), second = load_second();
    for (int i = 0; i < 3; i++) {
        uint32_t serial = serials[i];
        int64_t started_us = hall.reports[await(VOICE_STARTED, serial)].at_us;
        double fit = 0.0;
        size_t at = find_chime(&second, CHIME_CALL, frame_at(&second, started_us), &fit);
        assert_true(fit > 0.99);
        int64_t late_us = time_of(&second, at) - started_us;
        struct figures here = measure_script(&first, serial);
        struct figures there = measure_script(&second, serial);
        print_message("second output %+.1f ms, %.2f LUFS (loudspeaker %.2f LUFS)\n",
                      (double)late_us / 1e3, there.lufs, here.lufs);
        assert_in_range(late_us + 5000, 0, 35000);
        assert_true(fabs(there.lufs + 23.0) < 0.5);
        assert_true(fabs(here.lufs - there.lufs - 60.0 * log10(0.30)) < 1.0);
        assert_true(fabs(there.left_rms - there.right_rms) < 0.01 * there.left_rms);
        assert_true(here.right_rms < 2.0);
    }
    free(first.samples);
    free(second.samples);
}

static void test_hush_reaches_the_second_output(void **state) {
    (void)state;
    hall.second_device = "hallsink2";
    open_voice("hallsink", own_engine());
    await(VOICE_WELL, 0);
    await_seconds(&hall.seconds_well, 1);
    struct script script = script_of(1000, CHIME_NONE,
                                     "One hundred and twenty-seven thousand "
                                     "four hundred and fifty-six, seven, eight.",
                                     NULL);
    struct script after = script_of(2, CHIME_CALL, NULL, NULL);
    voice_speak(hall.voice, &script);
    await_time(hall.reports[await(VOICE_STARTED, 1000)].at_us + 700000);
    int64_t hushed_us = clock_mono_us();
    voice_hush(hall.voice);
    await(VOICE_HUSHED, 1000);
    await_time(hushed_us + 400000);
    uint32_t next = say_whole(&after);
    int64_t next_us = hall.reports[await(VOICE_STARTED, next)].at_us;
    await_time(clock_mono_us() + 500000);
    close_voice(NULL);
    struct capture second = load_second();
    size_t from = frame_at(&second, hushed_us), until = from + 19200;
    assert_true(loudest(&second, from - 9600, from) > 500);
    assert_in_range(loudest(&second, from + 4800, until), 0, 2);
    double fit = 0.0;
    (void)find_chime(&second, CHIME_CALL, frame_at(&second, next_us), &fit);
    assert_true(fit > 0.99);
    free(second.samples);
}

/* Whatever becomes of the second output's device, the loudspeaker does not notice. */
static void test_second_output_fails_alone(void **state) {
    (void)state;
    hall.second_device = "hallsink2";
    set_second_fault("busy");
    open_voice("hallsink", own_engine());
    await(VOICE_WELL, 0);
    await_seconds(&hall.seconds_lost, 1);
    struct script script = script_of(1, CHIME_CALL, "One hundred and seven.", NULL);
    voice_speak(hall.voice, &script);
    await(VOICE_FINISHED, 1);
    set_second_fault(NULL);
    await_seconds(&hall.seconds_well, 1);
    script.serial = 2;
    voice_speak(hall.voice, &script);
    await_time(hall.reports[await(VOICE_STARTED, 2)].at_us + 500000);
    set_second_fault("enodev");
    await(VOICE_FINISHED, 2);
    await_seconds(&hall.seconds_lost, 2);
    set_second_fault(NULL);
    await_seconds(&hall.seconds_well, 2);
    script.serial = 3;
    voice_speak(hall.voice, &script);
    await(VOICE_FINISHED, 3);
    await_time(clock_mono_us() + 500000);
    close_voice(NULL);
    struct capture first = load_capture(), second = load_second();
    for (uint32_t serial = 1; serial <= 3; serial++) {
        double fit = 0.0;
        int64_t started_us = hall.reports[await(VOICE_STARTED, serial)].at_us;
        (void)find_chime(&first, CHIME_CALL, frame_at(&first, started_us), &fit);
        assert_true(fit > 0.99);
        assert_int_equal(finals_of(serial), 1);
    }
    double fit = 0.0; /* the one that came when it was well again */
    (void)find_chime(&second, CHIME_CALL,
                     frame_at(&second, hall.reports[await(VOICE_STARTED, 3)].at_us), &fit);
    assert_true(fit > 0.99);
    for (size_t i = 0; i < hall.count; i++) {
        assert_int_not_equal(hall.reports[i].kind, VOICE_LOST);
    }
    free(first.samples);
    free(second.samples);
}

static void await_events(const char *what, size_t count) {
    int64_t until_us = clock_mono_us() + 3000000;
    while (events(what) < count && clock_mono_us() < until_us) {
        await_time(clock_mono_us() + 5000);
    }
    assert_int_equal(events(what), count);
}

/* Says a chime and returns how long after it was asked for its first sample was heard. */
static int64_t chime_after_us(uint32_t serial) {
    struct script script = script_of(serial, CHIME_CALL, NULL, NULL);
    int64_t asked_us = clock_mono_us();
    voice_speak(hall.voice, &script);
    await(VOICE_FINISHED, serial);
    return hall.reports[await(VOICE_STARTED, serial)].at_us - asked_us;
}

/* Closed when what is being said is over; open again by the time of the script, or by the script;
 * and neither is told as a loss. */
static void test_rest_closes_the_devices(void **state) {
    (void)state;
    hall.second_device = "hallsink2";
    open_voice("hallsink", own_engine());
    await(VOICE_WELL, 0);
    await_seconds(&hall.seconds_well, 1);
    struct script script = script_of(1, CHIME_CALL, "One hundred and seventy-seven.", NULL);
    voice_speak(hall.voice, &script);
    await(VOICE_STARTED, 1);
    voice_rest(hall.voice, true);
    await(VOICE_FINISHED, 1);
    await_events("stop", 1);
    await_time(clock_mono_us() + 2500000); /* longer than a lost device is left alone */
    assert_int_equal(openings(), 1);
    voice_rest(hall.voice, false);
    await_time(clock_mono_us() + 15000); /* the frame that shows the call */
    int64_t woken_us = chime_after_us(2);
    voice_rest(hall.voice, true);
    await_events("stop", 2);
    int64_t opened_us = chime_after_us(3);
    await_events("stop", 3);
    print_message(
        "chime out of the rest %.1f ms after voice_speak, %.1f ms without a word before\n",
        (double)woken_us / 1e3, (double)opened_us / 1e3);
    await_time(clock_mono_us() + 500000);
    close_voice(NULL);
    struct capture first = load_capture(), second = load_second();
    bool whole = underruns() == 0;
    for (uint32_t serial = 1; serial <= 3; serial++) {
        int64_t started_us = hall.reports[await(VOICE_STARTED, serial)].at_us;
        double fit = 0.0, second_fit = 0.0;
        (void)find_chime(&first, CHIME_CALL, frame_at(&first, started_us), &fit);
        /* Opening its own device may make the second output late on a busy machine. */
        for (int late_ms = 0; late_ms <= 300 && second_fit <= 0.99; late_ms += 50) {
            size_t guess = frame_at(&second, started_us + late_ms * 1000);
            (void)find_chime(&second, CHIME_CALL, guess, &second_fit);
        }
        assert_true((fit > 0.99 && second_fit > 0.99) || !whole);
        assert_int_equal(finals_of(serial), 1);
    }
    assert_true(!whole || (woken_us < 40000 && opened_us < 60000));
    assert_int_equal(hall.seconds_lost, 0);
    for (size_t i = 0; i < hall.count; i++) {
        assert_int_not_equal(hall.reports[i].kind, VOICE_LOST);
    }
    free(first.samples);
    free(second.samples);
}

/* Until 1 ms of sound is louder than the dither. */
static size_t first_noise(const struct capture *capture, size_t from, size_t to) {
    while (from < to && loudest(capture, from, from + 48) <= 2) {
        from += 48;
    }
    return from;
}

/* Heard at once, soft, without a click, and gone with the first sample of the chime. */
static void test_noise_wakes_a_television(void **state) {
    (void)state;
    open_voice("hallsink", own_engine());
    await(VOICE_WELL, 0);
    int64_t woken_us = clock_mono_us();
    voice_wake(hall.voice, 800);
    await_time(woken_us + 800000);
    int64_t latency_us = chime_after_us(1);
    voice_wake(hall.voice, 1); /* nothing comes of it: it ends by itself */
    await_time(clock_mono_us() + 1700000);
    bool whole = underruns() == 0;
    close_voice(NULL);
    struct capture capture = load_capture();
    size_t at = frame_at(&capture, woken_us);
    size_t chime = frame_at(&capture, hall.reports[await(VOICE_STARTED, 1)].at_us);
    size_t heard = first_noise(&capture, at, chime);
    size_t end = frame_at(&capture, hall.reports[await(VOICE_FINISHED, 1)].at_us);
    double fit = 0.0;
    (void)find_chime(&capture, CHIME_CALL, chime, &fit);
    print_message("noise %.1f ms after voice_wake, chime %.1f ms after voice_speak\n",
                  (double)(heard - at) / 48.0, (double)latency_us / 1e3);
    if (whole) {
        assert_true(heard - at < 48 * 40);
        assert_in_range(loudest(&capture, at, chime - 480), 28, 34);
        assert_in_range(loudest(&capture, heard, heard + 96), 1, 8);
        assert_true(fit > 0.99 && latency_us < 40000);
        assert_in_range(loudest(&capture, end + 9600, end + 24000), 28, 34);
        assert_in_range(loudest(&capture, end + 57600, end + 67200), 0, 2);
    }
    free(capture.samples);
}

/* The first call of a night: the noise opens the device. */
static void test_noise_opens_the_device_in_closed_hours(void **state) {
    (void)state;
    open_voice("hallsink", own_engine());
    await(VOICE_WELL, 0);
    voice_rest(hall.voice, true);
    await_events("stop", 1);
    int64_t woken_us = clock_mono_us();
    voice_wake(hall.voice, 500);
    await_time(woken_us + 500000);
    (void)chime_after_us(1);
    bool whole = underruns() == 0;
    close_voice(NULL);
    struct capture capture = load_capture();
    size_t at = frame_at(&capture, woken_us);
    size_t chime = frame_at(&capture, hall.reports[await(VOICE_STARTED, 1)].at_us);
    assert_true(!whole || first_noise(&capture, at, chime) - at < 48 * 60);
    assert_int_equal(openings(), 2);
    free(capture.samples);
}

/* In the evening the loudspeaker is away: it is tried until it plays, and only then closed. */
static void test_what_is_lost_is_mended_before_the_rest(void **state) {
    (void)state;
    set_fault("busy");
    open_voice("hallsink", own_engine());
    await(VOICE_LOST, 0);
    voice_rest(hall.voice, true);
    set_fault(NULL);
    await(VOICE_WELL, 0);
    await_events("stop", 1);
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "--voice-engine") == 0) {
        return espeak_main();
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_place_keeps_the_loudness, close_voice),
        cmocka_unit_test(test_volume_ramps),
        cmocka_unit_test_teardown(test_volume_is_obeyed_at_once, close_voice),
        cmocka_unit_test_teardown(test_second_output_is_not_turned_down, close_voice),
        cmocka_unit_test_teardown(test_hush_reaches_the_second_output, close_voice),
        cmocka_unit_test_teardown(test_second_output_fails_alone, close_voice),
        cmocka_unit_test_teardown(test_rest_closes_the_devices, close_voice),
        cmocka_unit_test_teardown(test_noise_wakes_a_television, close_voice),
        cmocka_unit_test_teardown(test_noise_opens_the_device_in_closed_hours, close_voice),
        cmocka_unit_test_teardown(test_what_is_lost_is_mended_before_the_rest, close_voice),
    };
    return cmocka_run_group_tests(tests, set_up_hall, take_down_hall);
}
