/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Chimes and levels: what standards.md asks of a chime, measured on our three, and a score's
 * errors.
 *
 * Loudness and true peak are measured with libebur128, which shares no code with the meter that set
 * them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "voice/chime.h"
#include "voice/meter.h"
#include "voice/stream.h"

#include <ebur128.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct clip chimes[CHIME_KINDS];

static int read_ours(void **state) {
    (void)state;
    const char *source = getenv("HALLCALL_SOURCE");
    char directory[512], reason[REASON_BYTES] = "";
    snprintf(directory, sizeof directory, "%s/sounds", source != NULL ? source : ".");
    struct score scores[CHIME_KINDS];
    if (!chimes_read(directory, scores, reason) || !chimes_render(scores, chimes)) {
        print_error("%s\n", reason);
        return -1;
    }
    return 0;
}

static int forget_ours(void **state) {
    (void)state;
    chimes_finish(chimes);
    return 0;
}

/* As heard: rendered through the stream, centred, at full volume. */
static void measure(const struct clip *clip, double *lufs, double *peak_db) {
    static struct stream stream;
    int16_t *out = malloc(clip->count * STREAM_CHANNELS * sizeof out[0]);
    assert_non_null(out);
    stream_begin(&stream, 0, 0.0F, 1.0F);
    stream_add(&stream, *clip, true, 0, 0);
    stream_render(&stream, 0, clip->count, out);
    stream_finish(&stream);
    ebur128_state *meter =
        ebur128_init(STREAM_CHANNELS, STREAM_RATE_HZ, EBUR128_MODE_I | EBUR128_MODE_TRUE_PEAK);
    assert_non_null(meter);
    ebur128_add_frames_short(meter, out, clip->count);
    double peaks[STREAM_CHANNELS];
    assert_int_equal(ebur128_loudness_global(meter, lufs), EBUR128_SUCCESS);
    for (unsigned c = 0; c < STREAM_CHANNELS; c++) {
        assert_int_equal(ebur128_true_peak(meter, c, &peaks[c]), EBUR128_SUCCESS);
    }
    *peak_db = 20.0 * log10(fmax(peaks[0], peaks[1]));
    ebur128_destroy(&meter);
    free(out);
}

/* Energy from low to high Hz, by a plain transform in steps of 10 Hz. */
static double band_energy(const struct clip *clip, double low_hz, double high_hz) {
    double energy = 0.0;
    for (double hz = low_hz; hz < high_hz; hz += 10.0) {
        double re = 0.0, im = 0.0;
        double step = 6.283185307179586 * hz / STREAM_RATE_HZ;
        for (size_t i = 0; i < clip->count; i += 3) { /* 16 kHz is enough for what is below 4 */
            re += clip->samples[i] * cos(step * (double)i);
            im += clip->samples[i] * sin(step * (double)i);
        }
        energy += re * re + im * im;
    }
    return energy;
}

static int highest(const struct clip *clip, size_t from, size_t to) {
    int height = 0;
    for (size_t i = from; i < to; i++) {
        height = abs(clip->samples[i]) > height ? abs(clip->samples[i]) : height;
    }
    return height;
}

static void test_ours_meet_the_standard(void **state) {
    (void)state;
    for (int kind = CHIME_CALL; kind < CHIME_KINDS; kind++) {
        const struct clip *clip = &chimes[kind];
        double lufs = 0.0, peak_db = 0.0;
        measure(clip, &lufs, &peak_db);
        double seconds = (double)clip->count / STREAM_RATE_HZ;
        double share = band_energy(clip, 400, 2500) /
                       (band_energy(clip, 20, 400) + band_energy(clip, 400, 2500) +
                        band_energy(clip, 2500, 7900));
        print_message("%s: %.2f s, %.2f LUFS, %.1f dBTP, %.1f %% in 400-2500 Hz\n",
                      chime_file((enum chime)kind), seconds, lufs, peak_db, share * 100.0);
        /* The brief one is what overload leaves of the call's. */
        assert_true(kind == CHIME_BRIEF ? seconds <= 0.5 : seconds >= 0.8 && seconds <= 1.5);
        assert_true(fabs(lufs - -23.0) <= 0.5);
        assert_true(peak_db <= -1.0);
        assert_true(share >= 0.9);
        /* The onset: a tenth of the height is not reached in the first 2 ms, half of it not in the
         * first 4 ms; the end is soft. */
        int height = highest(clip, 0, clip->count);
        assert_true(highest(clip, 0, 96) < height / 10);
        assert_true(highest(clip, 0, 192) < height / 2);
        assert_true(highest(clip, clip->count - 480, clip->count) < height / 20);
        assert_in_range(abs(clip->samples[0]), 0, 8);
        assert_in_range(abs(clip->samples[clip->count - 1]), 0, 8);
    }
}

static void test_ours_are_distinct(void **state) {
    (void)state;
    for (int a = CHIME_CALL; a <= CHIME_URGENT; a++) {
        for (int b = a + 1; b <= CHIME_URGENT; b++) {
            double product = 0.0, a2 = 0.0, b2 = 0.0;
            size_t count = chimes[a].count < chimes[b].count ? chimes[a].count : chimes[b].count;
            for (size_t i = 0; i < count; i++) {
                product += (double)chimes[a].samples[i] * chimes[b].samples[i];
                a2 += (double)chimes[a].samples[i] * chimes[a].samples[i];
                b2 += (double)chimes[b].samples[i] * chimes[b].samples[i];
            }
            assert_true(fabs(product) / sqrt(a2 * b2) < 0.6);
        }
    }
}

static void test_meter_agrees_with_libebur128(void **state) {
    (void)state;
    for (int kind = CHIME_CALL; kind < CHIME_KINDS; kind++) {
        const struct clip *clip = &chimes[kind];
        float *samples = malloc(clip->count * sizeof samples[0]);
        assert_non_null(samples);
        for (size_t i = 0; i < clip->count; i++) {
            samples[i] = (float)clip->samples[i] / 32768.0F;
        }
        ebur128_state *meter = ebur128_init(1, STREAM_RATE_HZ, EBUR128_MODE_I);
        ebur128_set_channel(meter, 0, EBUR128_LEFT);
        ebur128_add_frames_float(meter, samples, clip->count);
        double lufs = 0.0;
        ebur128_loudness_global(meter, &lufs);
        ebur128_destroy(&meter);
        struct meter own = {0};
        meter_add(&own, samples, clip->count / 3);
        meter_add(&own, samples + clip->count / 3, clip->count - clip->count / 3);
        assert_true(fabs(lufs - meter_lufs(&own)) < 0.1);
        free(samples);
    }
}

static void test_scores(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *wrong; /* NULL: good */
    } rows[] = {
        {"length_ms 100\nnote pitch=A4 length_ms=50", NULL},
        {"# only\r\n\r\nlength_ms 3000\r\nnote pitch=200 length_ms=50\r\n", NULL},
        {"length_ms 900\npartials 1:0 0.25:-80 16:0\nnote pitch=Bb4 length_ms=400\n", NULL},
        {"length_ms 900\nnote pitch=A4 length_ms=400 attack_ms=10\n", NULL},
        {"length_ms 900\nnote pitch=A4 length_ms=400 attack_ms=9.9\n", "line 2: expected a number"},
        {"length_ms 99\nnote pitch=A4 length_ms=50", "line 1: expected a number"},
        {"length_ms 3001\nnote pitch=A4 length_ms=50", "line 1: expected a number"},
        {"length_ms 900 x\nnote pitch=A4 length_ms=50", "line 1: expected nothing"},
        {"note pitch=A4 length_ms=50", "expected a length_ms line"},
        {"length_ms 900\n", "expected a note"},
        {"", "expected a length_ms line"},
        {"length_ms 900\nnote pitch=H4 length_ms=50", "line 2: expected a number"},
        {"length_ms 900\nnote pitch=199 length_ms=50", "line 2: expected a pitch"},
        {"length_ms 900\nnote pitch=3001 length_ms=50", "line 2: expected a pitch"},
        {"length_ms 900\nnote pitch=A4", "line 2: expected a note to have"},
        {"length_ms 900\nnote pitch=A4length_ms=50", "line 2: expected a blank"},
        {"length_ms 900\nnote volume=3", "line 2: expected start_ms="},
        {"length_ms 900\npartials 1\n", "line 2: expected ratio:level"},
        {"length_ms 900\npartials \n", "line 2: expected"},
        {"tempo 120\n", "line 1: expected length_ms, partials"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct score score = {.length_ms = 77.0F};
        char reason[REASON_BYTES] = "";
        bool good = score_parse(rows[i].text, strlen(rows[i].text), &score, reason);
        if (good != (rows[i].wrong == NULL) || (!good && strstr(reason, rows[i].wrong) == NULL)) {
            fail_msg("row %zu: %s, \"%s\"", i, good ? "accepted" : "refused", reason);
        }
        if (!good) {
            assert_true(score.length_ms == 77.0F && score.notes_count == 0);
        }
    }
}

static void test_pitches(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double hz;
    } rows[] = {{"A4", 440.0}, {"A5", 880.0}, {"C5", 523.251}, {"F#5", 739.989}, {"Bb4", 466.164}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[128], reason[REASON_BYTES];
        struct score score;
        snprintf(text, sizeof text, "length_ms 900\nnote pitch=%s length_ms=400\n", rows[i].name);
        assert_true(score_parse(text, strlen(text), &score, reason));
        assert_true(fabs((double)score.notes[0].pitch_hz - rows[i].hz) < 0.01);
    }
}

static void test_limits_of_a_score(void **state) {
    (void)state;
    for (int notes = SCORE_NOTES_MAX; notes <= SCORE_NOTES_MAX + 1; notes++) {
        char text[2048] = "length_ms 900\n", reason[REASON_BYTES];
        struct score score;
        size_t bytes = strlen(text);
        for (int i = 0; i < notes; i++) {
            bytes +=
                (size_t)snprintf(text + bytes, sizeof text - bytes, "note pitch=A4 length_ms=50\n");
        }
        assert_int_equal(score_parse(text, bytes, &score, reason), notes <= SCORE_NOTES_MAX);
    }
}

static void test_volume_curve(void **state) {
    (void)state;
    assert_true(level_volume(100) == 1.0F);
    assert_true(level_volume(0) == 0.0F);
    assert_true(fabs(20.0 * log10((double)level_volume(50)) - -18.06) < 0.01);
    for (int percent = 1; percent <= 100; percent++) {
        assert_true(level_volume(percent) > level_volume(percent - 1));
    }
}

static void test_trim(void **state) {
    (void)state;
    static const struct {
        int16_t samples[8];
        size_t guard, begin, end;
    } rows[] = {
        {{0, 0, 0, 0, 0, 0, 0, 0}, 1, 0, 0},       {{60, -60, 60, 60, 60, 60, 60, 60}, 0, 0, 0},
        {{0, 0, 61, 0, 0, 0, 0, 0}, 0, 2, 3},      {{0, 0, -61, 0, 0, 0, 0, 0}, 1, 1, 4},
        {{0, 0, 61, 0, 0, -32768, 0, 0}, 9, 0, 8}, {{61, 0, 0, 0, 0, 0, 0, 61}, 0, 0, 8},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t begin = 99, end = 99;
        level_trim(rows[i].samples, 8, rows[i].guard, &begin, &end);
        assert_int_equal(begin, rows[i].begin);
        assert_int_equal(end, rows[i].end);
    }
}

static void test_peaks_are_bent_not_clipped(void **state) {
    (void)state;
    enum { COUNT = STREAM_RATE_HZ };
    float *samples = malloc(COUNT * sizeof samples[0]);
    assert_non_null(samples);
    for (size_t i = 0; i < COUNT; i++) {
        float level = i < COUNT / 2 ? 0.4F : 2.0F;
        samples[i] = level * sinf(6.2831853F * 440.0F * (float)i / STREAM_RATE_HZ);
    }
    struct clip clip;
    level_clip(samples, COUNT, 1.0F, &clip);
    double lufs = 0.0, peak_db = 0.0;
    measure(&clip, &lufs, &peak_db);
    assert_true(peak_db <= -1.0 - 3.0); /* centred: 3 dB less in each channel */
    assert_true(highest(&clip, COUNT / 4, COUNT / 4 + 480) > 0.39 * 32768);
    assert_true(highest(&clip, COUNT - 4800, COUNT - 2400) > 0.75 * 32768);
    clip_finish(&clip);
    free(samples);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ours_meet_the_standard),
        cmocka_unit_test(test_ours_are_distinct),
        cmocka_unit_test(test_meter_agrees_with_libebur128),
        cmocka_unit_test(test_scores),
        cmocka_unit_test(test_pitches),
        cmocka_unit_test(test_limits_of_a_score),
        cmocka_unit_test(test_volume_curve),
        cmocka_unit_test(test_trim),
        cmocka_unit_test(test_peaks_are_bent_not_clipped),
    };
    return cmocka_run_group_tests(tests, read_ours, forget_ours);
}
