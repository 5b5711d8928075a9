/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The resampler, by tones: what goes through, what must not come out; and the stream it feeds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "voice/resample.h"
#include "voice/stream.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double TURN = 6.283185307179586;

enum { IN_RATE_HZ = 22050, IN_COUNT = 22050 };

/* Level of one frequency in the middle of a signal, in dB of full scale; Hann-windowed, so that a
 * strong neighbour does not leak into it. */
static double level_at(const float *samples, size_t count, double hz) {
    double re = 0.0, im = 0.0;
    size_t skip = count / 8, length = count - 2 * skip;
    for (size_t i = 0; i < length; i++) {
        double window = 1.0 - cos(TURN * (double)i / (double)length);
        double x = (double)samples[skip + i] * window;
        re += x * cos(TURN * hz * (double)i / STREAM_RATE_HZ);
        im += x * sin(TURN * hz * (double)i / STREAM_RATE_HZ);
    }
    return 20.0 * log10(2.0 * sqrt(re * re + im * im) / (double)length + 1e-12);
}

static float *convert_tone(double hz, size_t *count) {
    struct resampler *resampler = resampler_create(IN_RATE_HZ);
    int16_t *in = malloc(IN_COUNT * sizeof in[0]);
    assert_non_null(resampler);
    assert_non_null(in);
    for (size_t i = 0; i < IN_COUNT; i++) {
        in[i] = (int16_t)lrint(16384.0 * sin(TURN * hz * (double)i / IN_RATE_HZ));
    }
    *count = resampler_count(resampler, IN_COUNT);
    float *out = malloc(*count * sizeof out[0]);
    assert_non_null(out);
    resampler_run(resampler, in, IN_COUNT, out);
    free(in);
    resampler_destroy(resampler);
    return out;
}

static void test_tones_pass_and_images_do_not(void **state) {
    (void)state;
    static const double rows[] = {125, 440, 1000, 3000, 5000, 8000, 9400};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t count = 0;
        float *out = convert_tone(rows[i], &count);
        double level = level_at(out, count, rows[i]);
        double image = level_at(out, count, IN_RATE_HZ - rows[i]);
        print_message("%5.0f Hz: %+.2f dB, image at %.0f Hz %.1f dB below\n", rows[i], level + 6.02,
                      IN_RATE_HZ - rows[i], level - image);
        assert_true(fabs(level + 6.02) < 0.5);
        assert_true(level - image >= 70.0);
        free(out);
    }
}

static void test_lengths_and_time(void **state) {
    (void)state;
    struct resampler *resampler = resampler_create(IN_RATE_HZ);
    static const size_t rows[][2] = {{0, 0}, {1, 3}, {147, 320}, {148, 323}, {22050, 48000}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(resampler_count(resampler, rows[i][0]), rows[i][1]);
    }
    /* A step in the middle stays in the middle: the filter's delay is taken out. */
    int16_t in[294];
    float out[640];
    for (size_t i = 0; i < 294; i++) {
        in[i] = i < 147 ? -8192 : 8192;
    }
    resampler_run(resampler, in, 294, out);
    size_t crossing = 200;
    while (crossing < 640 && out[crossing] < 0.0F) {
        crossing++;
    }
    assert_in_range(crossing, 318, 321);
    resampler_destroy(resampler);
}

static void test_rates(void **state) {
    (void)state;
    static const struct {
        int rate_hz;
        bool good;
    } rows[] = {{7999, false}, {8000, true},  {16000, true},  {22050, true}, {24000, true},
                {44100, true}, {48000, true}, {48001, false}, {0, false},    {22051, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct resampler *resampler = resampler_create(rows[i].rate_hz);
        assert_int_equal(resampler != NULL, rows[i].good);
        resampler_destroy(resampler);
    }
}

static void test_true_peak(void **state) {
    (void)state;
    float samples[4800];
    /* A quarter of the rate, shifted by an eighth of a turn: samples reach 0.707 of the wave. */
    for (size_t i = 0; i < 4800; i++) {
        samples[i] = 0.5F * sinf(1.5707963F * (float)i + 0.7853981F);
    }
    float peak = true_peak(samples + 100, 4600);
    assert_true(peak > 0.48F && peak < 0.54F);
    assert_true(true_peak(samples, 0) == 0.0F);
}

static struct clip make_clip(size_t count, int16_t value) {
    struct clip clip = {malloc(count * sizeof(int16_t)), count};
    assert_non_null(clip.samples);
    for (size_t i = 0; i < count; i++) {
        clip.samples[i] = value;
    }
    return clip;
}

static void test_stream_places_and_repeats(void **state) {
    (void)state;
    static struct stream stream;
    int16_t once[400 * STREAM_CHANNELS], again[400 * STREAM_CHANNELS];
    stream_begin(&stream, 1000, 0.0F, 1.0F);
    assert_int_equal(stream_add(&stream, make_clip(100, 10000), false, 0, 0), 1000);
    assert_int_equal(stream_add(&stream, make_clip(50, -10000), false, 20, 0), 1120);
    assert_int_equal(stream_add(&stream, make_clip(50, 10000), false, 20, 1300), 1300);
    assert_int_equal(stream.end, 1350);
    stream_render(&stream, 980, 400, once);
    for (size_t cut = 1; cut < 400; cut += 37) { /* in two parts: the same */
        stream_render(&stream, 980, cut, again);
        stream_render(&stream, 980 + (int64_t)cut, 400 - cut, again + cut * STREAM_CHANNELS);
        assert_memory_equal(once, again, sizeof once);
    }
    static const struct {
        int64_t frame;
        int value;
    } rows[] = {{999, 0},  {1000, 7071},  {1099, 7071},  {1100, 0},
                {1119, 0}, {1120, -7071}, {1169, -7071}, {1170, 0},
                {1299, 0}, {1300, 7071},  {1349, 7071},  {1350, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int value = once[(rows[i].frame - 980) * STREAM_CHANNELS];
        assert_true(abs(value - rows[i].value) <= 2);
    }
    stream_move(&stream, 5000);
    assert_int_equal(stream.end, 5350);
    stream_finish(&stream);
}

static void test_stream_cut_and_pan(void **state) {
    (void)state;
    static struct stream stream;
    int16_t out[2000 * STREAM_CHANNELS];
    stream_begin(&stream, 0, -1.0F, 1.0F);
    stream_add(&stream, make_clip(2000, 20000), false, 0, 0);
    stream_cut(&stream, 1000);
    assert_int_equal(stream.end, 1000 + FADE_FRAMES);
    stream_render(&stream, 0, 2000, out);
    int before = 20001;
    for (size_t i = 0; i < 2000; i++) {
        int value = out[i * STREAM_CHANNELS];
        assert_true(abs(out[i * STREAM_CHANNELS + 1]) <= 1); /* nothing on the right */
        assert_true(i >= 1000 || abs(value - 20000) <= 1);
        assert_true(i < 1000 + FADE_FRAMES || abs(value) <= 1);
        assert_true(before - value < 200); /* no click */
        before = value;
    }
    stream_finish(&stream);
}

static void test_silence_is_dithered(void **state) {
    (void)state;
    int16_t out[48000];
    int counts[3] = {0};
    stream_render(NULL, 123456789, 24000, out);
    for (size_t i = 0; i < 48000; i++) {
        assert_in_range(out[i] + 1, 0, 2);
        counts[out[i] + 1]++;
    }
    assert_in_range(counts[0], 10000, 14000);
    assert_in_range(counts[2], 10000, 14000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tones_pass_and_images_do_not),
        cmocka_unit_test(test_lengths_and_time),
        cmocka_unit_test(test_rates),
        cmocka_unit_test(test_true_peak),
        cmocka_unit_test(test_stream_places_and_repeats),
        cmocka_unit_test(test_stream_cut_and_pan),
        cmocka_unit_test(test_silence_is_dithered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
