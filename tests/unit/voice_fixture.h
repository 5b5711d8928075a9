/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A hall with nothing but a voice: the voice thread, an inbox, and a loudspeaker that keeps real
 * time (tests/sink), for test_voice.c. One at a time, in `hall`.
 *
 * Tests open a voice, wait for reports, close it (which completes the capture) and then look for
 * what was heard and when.
 */
#ifndef HALLCALL_TESTS_VOICE_FIXTURE_H
#define HALLCALL_TESTS_VOICE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "own_engine.h"
#include "system/clock.h"
#include "voice/chime.h"
#include "voice/espeak.h"
#include "voice/stream.h"
#include "voice/voice.h"

#include <ftw.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 400, PATIENCE_MS = 20000, REPORTS_MAX = 512, CAPTURE_SECONDS_MAX = 60 };

static struct {
    char directory[64];
    char sound[PATH_BYTES], control[PATH_BYTES], sounds_dir[PATH_BYTES];
    struct clip chimes[CHIME_KINDS];
    struct inbox *inbox;
    struct voice *voice;
    const char *second_device; /* of the next open_voice; NULL: none */
    const char *connector;     /* the same */
    int volume_percent;        /* of the next open_voice */
    int seconds_well, seconds_lost;
    size_t count;
    struct voice_report reports[REPORTS_MAX];
    int64_t arrived_us[REPORTS_MAX];
} hall;

static const char *env_or(const char *name, const char *otherwise) {
    const char *value = getenv(name);
    return value != NULL ? value : otherwise;
}

/* Copies the template, with @WORDS@ replaced. */
static void write_asoundrc(const char *path, const char *plugin) {
    char template_path[PATH_BYTES], line[512];
    snprintf(template_path, sizeof template_path, "%s/tests/sink/asoundrc.in",
             env_or("HALLCALL_SOURCE", "."));
    FILE *in = fopen(template_path, "r"), *out = fopen(path, "w");
    assert_non_null(in);
    assert_non_null(out);
    const struct {
        const char *word, *value;
    } words[] = {{"@PLUGIN@", plugin}, {"@FILE@", hall.sound}, {"@CONTROL@", hall.control}};
    while (fgets(line, sizeof line, in) != NULL) {
        char *at = line;
        for (size_t i = 0; i < 3 && line[0] != '#'; i++) {
            char *found = strstr(at, words[i].word);
            if (found != NULL) {
                fprintf(out, "%.*s%s", (int)(found - at), at, words[i].value);
                at = found + strlen(words[i].word);
            }
        }
        fputs(at, out);
    }
    fclose(in);
    fclose(out);
}

static int set_up_hall(void **state) {
    (void)state;
    char asoundrc[PATH_BYTES], plugin[PATH_BYTES], resolved[4096], reason[REASON_BYTES];
    snprintf(hall.directory, sizeof hall.directory, "/tmp/hallcall-voice-XXXXXX");
    assert_non_null(mkdtemp(hall.directory));
    snprintf(hall.sound, sizeof hall.sound, "%s/heard.raw", hall.directory);
    snprintf(hall.control, sizeof hall.control, "%s/control", hall.directory);
    snprintf(hall.sounds_dir, sizeof hall.sounds_dir, "%s/sounds", env_or("HALLCALL_SOURCE", "."));
    snprintf(asoundrc, sizeof asoundrc, "%s/asoundrc", hall.directory);
    snprintf(plugin, sizeof plugin, "%s/tests/sink/libasound_module_pcm_hallsink.so",
             env_or("HALLCALL_BUILD", "build"));
    if (realpath(plugin, resolved) == NULL) {
        print_error("%s is missing: run \"make sink\"\n", plugin);
        return -1;
    }
    write_asoundrc(asoundrc, resolved);
    setenv("ALSA_CONFIG_PATH", asoundrc, 1);
    struct score scores[CHIME_KINDS];
    assert_true(chimes_read(hall.sounds_dir, scores, reason));
    assert_true(chimes_render(scores, hall.chimes));
    hall.volume_percent = 100;
    return 0;
}

static int remove_one(const char *path, const struct stat *facts, int kind, struct FTW *place) {
    (void)facts;
    (void)kind;
    (void)place;
    return remove(path);
}

static int take_down_hall(void **state) {
    (void)state;
    chimes_finish(hall.chimes);
    return nftw(hall.directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void set_fault_at(const char *control, const char *word) {
    if (word == NULL) {
        (void)unlink(control);
        return;
    }
    char fresh[PATH_BYTES + 24]; /* renamed into place, so that it is never read half written */
    snprintf(fresh, sizeof fresh, "%s.new", control);
    FILE *file = fopen(fresh, "w");
    assert_non_null(file);
    fputs(word, file);
    fclose(file);
    assert_int_equal(rename(fresh, control), 0);
}

static void set_fault(const char *word) {
    set_fault_at(hall.control, word);
}

/* The same for the device "hallsink2". */
static void set_second_fault(const char *word) {
    char control[PATH_BYTES + 16];
    snprintf(control, sizeof control, "%s.second", hall.control);
    set_fault_at(control, word);
}

static void remove_beside(const char *suffix) {
    char path[PATH_BYTES + 16];
    snprintf(path, sizeof path, "%s%s", hall.sound, suffix);
    (void)unlink(path);
}

static void open_voice(const char *device, const char *engine_path) {
    struct voice_options options = {.volume_percent = hall.volume_percent};
    char reason[REASON_BYTES];
    remove_beside("");
    remove_beside(".time");
    remove_beside(".events");
    remove_beside(".second");
    remove_beside(".second.time");
    remove_beside(".second.events");
    hall.seconds_well = hall.seconds_lost = 0;
    options.root = hall.directory;
    snprintf(options.connector, sizeof options.connector, "%s",
             hall.connector != NULL ? hall.connector : "none");
    snprintf(options.second_device, sizeof options.second_device, "%s",
             hall.second_device != NULL ? hall.second_device : "");
    snprintf(options.device, sizeof options.device, "%s", device);
    snprintf(options.sounds_dir, sizeof options.sounds_dir, "%.255s", hall.sounds_dir);
    snprintf(options.engine_path, sizeof options.engine_path, "%s", engine_path);
    hall.count = 0;
    hall.inbox = inbox_create();
    hall.voice = voice_create(&options, hall.inbox, reason);
    assert_non_null(hall.voice);
}

/* Once the voice is closed, what was reported is what there is. */
static void drain(void) {
    struct letter letter;
    while (hall.inbox != NULL && inbox_take(hall.inbox, &letter)) {
        if (letter.kind == LETTER_SECOND) {
            hall.seconds_well += letter.second.well;
            hall.seconds_lost += !letter.second.well;
            continue;
        }
        assert_int_equal(letter.kind, LETTER_VOICE);
        assert_true(hall.count < REPORTS_MAX);
        hall.arrived_us[hall.count] = clock_mono_us();
        hall.reports[hall.count++] = letter.voice;
    }
}

static int close_voice(void **state) {
    (void)state;
    int64_t before_us = clock_mono_us();
    voice_destroy(hall.voice);
    int64_t took_us = clock_mono_us() - before_us;
    if (hall.inbox != NULL) {
        drain();
        inbox_destroy(hall.inbox);
    }
    hall.voice = NULL;
    hall.inbox = NULL;
    hall.second_device = hall.connector = NULL;
    hall.volume_percent = 100;
    set_fault(NULL);
    set_second_fault(NULL);
    return took_us < 1000000 ? 0 : -1;
}

/* Waits until the inbox has brought such a report at index from or later; its index. */
static size_t await_from(size_t from, enum voice_report_kind kind, uint32_t serial) {
    int64_t until_us = clock_mono_us() + PATIENCE_MS * 1000LL;
    size_t i = from;
    while (true) {
        drain();
        for (; i < hall.count; i++) {
            if (hall.reports[i].kind == kind && hall.reports[i].serial == serial) {
                return i;
            }
        }
        int64_t left_us = until_us - clock_mono_us();
        if (left_us <= 0 || hall.inbox == NULL) {
            fail_msg("no report %d of %u", (int)kind, serial);
        }
        struct pollfd waker = {.fd = inbox_fd(hall.inbox), .events = POLLIN};
        (void)poll(&waker, 1, (int)(left_us / 1000) + 1);
    }
}

static size_t await(enum voice_report_kind kind, uint32_t serial) {
    return await_from(0, kind, serial);
}

/* Lets reports come in until the clock has reached a time. */
static void await_time(int64_t until_us) {
    int64_t left_us;
    while ((left_us = until_us - clock_mono_us()) > 0) {
        struct pollfd waker = {.fd = inbox_fd(hall.inbox), .events = POLLIN};
        (void)poll(&waker, 1, (int)(left_us / 1000) + 1);
        drain();
    }
}

static size_t finals_of(uint32_t serial) {
    size_t finals = 0;
    for (size_t i = 0; i < hall.count; i++) {
        enum voice_report_kind kind = hall.reports[i].kind;
        finals += hall.reports[i].serial == serial &&
                  (kind == VOICE_FINISHED || kind == VOICE_HUSHED || kind == VOICE_FAILED);
    }
    return finals;
}

static struct script script_of(uint32_t serial, enum chime chime, const char *first,
                               const char *second) {
    struct script script = {.serial = serial, .chime = chime, .rate = 150};
    const char *const texts[] = {first, second};
    snprintf(script.voice, sizeof script.voice, "gmw/en");
    for (size_t i = 0; i < 2 && texts[i] != NULL; i++) {
        struct segment *segment = &script.segments[script.segments_count++];
        segment->role = SEGMENT_NUMBER;
        segment->pause_ms = 300;
        snprintf(segment->text, sizeof segment->text, "%s", texts[i]);
    }
    return script;
}

struct capture {
    int64_t start_us; /* of sample 0 */
    size_t count;     /* frames */
    int16_t *samples;
};

static struct capture load_capture_of(const char *sound) {
    char path[PATH_BYTES + 32], line[64] = "";
    struct capture capture = {0};
    snprintf(path, sizeof path, "%s.time", sound);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    capture.start_us = strtoll(line + strlen("start_ns "), NULL, 10) / 1000;
    file = fopen(sound, "rb");
    assert_non_null(file);
    capture.samples = malloc(CAPTURE_SECONDS_MAX * STREAM_RATE_HZ * 4);
    assert_non_null(capture.samples);
    capture.count = fread(capture.samples, 4, CAPTURE_SECONDS_MAX * STREAM_RATE_HZ, file);
    fclose(file);
    return capture;
}

static struct capture load_capture(void) {
    return load_capture_of(hall.sound);
}

static size_t frame_at(const struct capture *capture, int64_t at_us) {
    int64_t frame = (at_us - capture->start_us) * STREAM_RATE_HZ / 1000000;
    assert_in_range(frame, 0, (int64_t)capture->count);
    return (size_t)frame;
}

static int64_t time_of(const struct capture *capture, size_t frame) {
    return capture->start_us + (int64_t)frame * 1000000 / STREAM_RATE_HZ;
}

static int loudest(const struct capture *capture, size_t from, size_t to) {
    int height = 0;
    for (size_t i = from; i < to && i < capture->count; i++) {
        int value = abs(capture->samples[2 * i]);
        height = value > height ? value : height;
    }
    return height;
}

static double correlate(const struct capture *capture, size_t at, const struct clip *clip) {
    double product = 0.0, energy = 1e-9, clip_energy = 1e-9;
    for (size_t i = 0; i < clip->count && at + i < capture->count; i++) {
        double x = capture->samples[2 * (at + i)], y = clip->samples[i];
        product += x * y;
        energy += x * x;
        clip_energy += y * y;
    }
    return product / sqrt(energy * clip_energy);
}

/* How often something happened to the loudspeaker (tests/sink). */
static size_t events(const char *what) {
    char path[PATH_BYTES + 16], line[128];
    size_t count = 0;
    snprintf(path, sizeof path, "%s.events", hall.sound);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        count += strstr(line, what) != NULL;
    }
    fclose(file);
    return count;
}

/* How often the device was opened; it also starts again behind each hole. */
static size_t openings(void) {
    return events("start") - events("underrun");
}

/* How often a queue has run empty: a busy machine tears holes into a sound. */
static int underruns(void) {
    static const char *const sounds[] = {"", ".second"};
    int count = 0;
    for (size_t i = 0; i < 2; i++) {
        char path[PATH_BYTES + 32], line[128];
        snprintf(path, sizeof path, "%s%s.events", hall.sound, sounds[i]);
        FILE *file = fopen(path, "r");
        while (file != NULL && fgets(line, sizeof line, file) != NULL) {
            count += strstr(line, "underrun") != NULL;
        }
        if (file != NULL) {
            fclose(file);
        }
    }
    return count;
}

/* The frame within 30 ms of guess where a chime fits best; how well it fits. */
static size_t find_chime(const struct capture *capture, enum chime chime, size_t guess,
                         double *fit) {
    size_t best = 0, from = guess > 1440 ? guess - 1440 : 0;
    *fit = -1.0;
    for (size_t at = from; at <= guess + 1440; at++) {
        /* The first 200 ms decide where; the whole chime then says how well. */
        struct clip onset = {hall.chimes[chime].samples, STREAM_RATE_HZ / 5};
        double value = correlate(capture, at, &onset);
        if (value > *fit) {
            *fit = value;
            best = at;
        }
    }
    *fit = correlate(capture, best, &hall.chimes[chime]);
    return best;
}

#endif
