/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every language that comes with the program at the same loudness: whole calls, as a hall would
 * hear them, measured with libebur128, which shares no code with the meter that levelled them.
 *
 * Prints the table of docs/voices.md ("loudness" there); tests/speech/tables.py writes it in.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/language_file.h"
#include "voice/recording.h"

#include <dirent.h>
#include <ebur128.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CALLS = 6 };

/* standards.md, "Loudness": -23 LUFS within 0.5, true peak at most -1 dBTP. */
static const double LUFS = -23.0, LUFS_OFF_MAX = 0.5, PEAK_MAX_DBTP = -1.0;
/* A step of the membrane that is heard as a click: speech.md section 11 has 8 LSB for an edge. */
enum { EDGE_MAX_LSB = 8 };
/* Direct current that moves the membrane: 60 dB below full scale. */
static const double DC_MAX_LSB = 32.0;

struct figures {
    double lufs_min, lufs_max, peak_dbtp, dc_lsb;
    int edge_lsb;
};

static const struct {
    const char *ticket, *counter;
} calls[CALLS] = {{"A107", "3"}, {"B 7", "12"},  {"К-105", "204"},
                  {"В12", "3"},  {"0042", "12"}, {"3B", "204"}};

static const char *source_dir(void) {
    const char *source = getenv("HALLCALL_SOURCE");
    return source != NULL ? source : ".";
}

static double max_double(double a, double b) {
    return a > b ? a : b;
}

/* Both channels of a centred stream are alike: one of them, 3 dB up, is what was levelled; both
 * together are what is measured. */
static void meter(const int16_t *frames, size_t count, struct figures *figures) {
    ebur128_state *meter =
        ebur128_init(STREAM_CHANNELS, STREAM_RATE_HZ, EBUR128_MODE_I | EBUR128_MODE_TRUE_PEAK);
    double lufs = 0.0, peak = 0.0;
    assert_non_null(meter);
    assert_int_equal(ebur128_add_frames_short(meter, frames, count), EBUR128_SUCCESS);
    assert_int_equal(ebur128_loudness_global(meter, &lufs), EBUR128_SUCCESS);
    assert_int_equal(ebur128_true_peak(meter, 0, &peak), EBUR128_SUCCESS);
    ebur128_destroy(&meter);
    figures->lufs_min = fmin(figures->lufs_min, lufs);
    figures->lufs_max = max_double(figures->lufs_max, lufs);
    figures->peak_dbtp = max_double(figures->peak_dbtp, 20.0 * log10(peak));
}

/* The first and last sample of each piece, and the mean of all. */
static void look_at_pieces(const struct stream *stream, struct figures *figures) {
    for (size_t i = 0; i < stream->count; i++) {
        const struct clip *clip = &stream->pieces[i].clip;
        double sum = 0.0;
        for (size_t k = 0; k < clip->count; k++) {
            sum += clip->samples[k];
        }
        int first = abs(clip->samples[0]), last = abs(clip->samples[clip->count - 1]);
        int edge = first > last ? first : last;
        figures->edge_lsb = edge > figures->edge_lsb ? edge : figures->edge_lsb;
        figures->dc_lsb = max_double(figures->dc_lsb, fabs(sum / (double)clip->count));
    }
}

static void measure(const struct script *script, struct figures *figures) {
    static struct recording recording;
    struct voice_options options = {.volume_percent = 100};
    char reason[REASON_BYTES] = "";
    const char *build = getenv("HALLCALL_BUILD");
    snprintf(options.sounds_dir, sizeof options.sounds_dir, "%s/sounds", source_dir());
    snprintf(options.engine_path, sizeof options.engine_path, "%s/hallcall",
             build != NULL ? build : "build");
    if (!recording_make(&recording, &options, script, reason)) {
        fail_msg("%s: %s", script->voice, reason);
    }
    const struct stream *stream = &recording.player.stream;
    size_t count = (size_t)stream->end;
    int16_t *frames = malloc(count * STREAM_CHANNELS * sizeof frames[0]);
    assert_non_null(frames);
    stream_render(stream, 0, count, frames);
    meter(frames, count, figures);
    look_at_pieces(stream, figures);
    free(frames);
    recording_finish(&recording);
}

static void judge(const char *name, const struct figures *figures) {
    print_message("| %s | %.1f … %.1f | %.1f | %d | %.0f |\n", name, figures->lufs_min,
                  figures->lufs_max, figures->peak_dbtp, figures->edge_lsb, figures->dc_lsb);
    bool good = fabs(figures->lufs_min - LUFS) <= LUFS_OFF_MAX &&
                fabs(figures->lufs_max - LUFS) <= LUFS_OFF_MAX &&
                figures->peak_dbtp <= PEAK_MAX_DBTP && figures->edge_lsb <= EDGE_MAX_LSB &&
                figures->dc_lsb <= DC_MAX_LSB;
    if (!good) {
        fail_msg("%s is out of bounds", name);
    }
}

static const struct figures nothing = {.lufs_min = 0.0, .lufs_max = -99.0, .peak_dbtp = -99.0};

static void measure_language(const char *tag) {
    static struct hall hall;
    static struct diagnostics diagnostics;
    static struct script script;
    char path[512];
    struct figures figures = nothing;
    memset(&diagnostics, 0, sizeof diagnostics);
    memset(&hall, 0, sizeof hall);
    snprintf(path, sizeof path, "%s/config/languages/%.16s.ini", source_dir(), tag);
    hall.languages_count = 1;
    if (!language_file_read(path, tag, &hall.languages[0], &diagnostics)) {
        fail_msg("%s", diagnostics.lines[0]);
    }
    for (size_t i = 0; i < 2 * CALLS; i++) {
        struct utterance utterance = {.serial = 1, .kind = UTTERANCE_CALL, .chime = CHIME_CALL};
        utterance.brisk = i >= CALLS; /* as it is said while many wait */
        snprintf(utterance.lang, sizeof utterance.lang, "%.11s", tag);
        snprintf(utterance.ticket, sizeof utterance.ticket, "%s", calls[i % CALLS].ticket);
        snprintf(utterance.counter, sizeof utterance.counter, "%s", calls[i % CALLS].counter);
        assert_true(phrase_make(&hall, &utterance, &script));
        measure(&script, &figures);
        if (i == 0) {
            script.chime = CHIME_NONE; /* the words alone, as a second language is heard */
            measure(&script, &figures);
        }
    }
    judge(tag, &figures);
}

static int is_language(const struct dirent *entry) {
    const char *dot = strrchr(entry->d_name, '.');
    return dot != NULL && strcmp(dot, ".ini") == 0;
}

static void test_languages(void **state) {
    (void)state;
    char folder[512];
    struct dirent **files = NULL;
    snprintf(folder, sizeof folder, "%s/config/languages", source_dir());
    int count = scandir(folder, &files, is_language, alphasort);
    assert_true(count >= 2);
    print_message("| sound | LUFS | true peak dBTP | edge LSB | DC LSB |\n");
    for (int i = 0; i < count; i++) {
        *strrchr(files[i]->d_name, '.') = '\0';
        measure_language(files[i]->d_name);
        free(files[i]);
    }
    free(files);
}

static void test_chimes(void **state) {
    (void)state;
    static const char *const names[CHIME_KINDS] = {NULL, "chime: call", "chime: notice",
                                                   "chime: urgent", "chime: brief"};
    for (unsigned chime = CHIME_CALL; chime < CHIME_KINDS; chime++) {
        struct figures figures = nothing;
        struct script script = {.serial = 1, .chime = (enum chime)chime};
        measure(&script, &figures);
        judge(names[chime], &figures);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_languages),
        cmocka_unit_test(test_chimes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
