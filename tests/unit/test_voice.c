/*
 * The voice thread against a loudspeaker that keeps real time (tests/sink): what is heard, when,
 * and what happens when the loudspeaker or the engine fails.
 *
 * Everything is judged from the captured samples, placed in time by the capture's own clock, and
 * from the reports in the inbox. This program is also the engine child.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "system/clock.h"
#include "voice/chime.h"
#include "voice/espeak.h"
#include "voice/stream.h"
#include "voice/voice.h"

#include <dirent.h>
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
    assert_true(chimes_read(hall.sounds_dir, hall.chimes, reason));
    return 0;
}

static int take_down_hall(void **state) {
    (void)state;
    char command[PATH_BYTES];
    chimes_finish(hall.chimes);
    DIR *directory = opendir(hall.directory);
    struct dirent *entry;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        snprintf(command, sizeof command, "%s/%.200s", hall.directory, entry->d_name);
        (void)unlink(command);
    }
    if (directory != NULL) {
        closedir(directory);
    }
    return rmdir(hall.directory);
}

static void set_fault(const char *word) {
    if (word == NULL) {
        (void)unlink(hall.control);
        return;
    }
    char fresh[PATH_BYTES + 8]; /* renamed into place, so that it is never read half written */
    snprintf(fresh, sizeof fresh, "%s.new", hall.control);
    FILE *file = fopen(fresh, "w");
    assert_non_null(file);
    fputs(word, file);
    fclose(file);
    assert_int_equal(rename(fresh, hall.control), 0);
}

static void remove_beside(const char *suffix) {
    char path[PATH_BYTES + 16];
    snprintf(path, sizeof path, "%s%s", hall.sound, suffix);
    (void)unlink(path);
}

static void open_voice(const char *device, const char *engine_path) {
    struct voice_options options = {.volume_percent = 100};
    char reason[REASON_BYTES];
    remove_beside("");
    remove_beside(".time");
    remove_beside(".events");
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
    set_fault(NULL);
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
    struct script script = {
        .serial = serial, .chime = chime, .rate = 150, .level_centilufs = -2050};
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

static struct capture load_capture(void) {
    char path[PATH_BYTES + 16], line[64] = "";
    struct capture capture = {0};
    snprintf(path, sizeof path, "%s.time", hall.sound);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    capture.start_us = strtoll(line + strlen("start_ns "), NULL, 10) / 1000;
    file = fopen(hall.sound, "rb");
    assert_non_null(file);
    capture.samples = malloc(CAPTURE_SECONDS_MAX * STREAM_RATE_HZ * 4);
    assert_non_null(capture.samples);
    capture.count = fread(capture.samples, 4, CAPTURE_SECONDS_MAX * STREAM_RATE_HZ, file);
    fclose(file);
    return capture;
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

static void test_call_is_heard_at_once(void **state) {
    (void)state;
    open_voice("hallsink", "");
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
        assert_true(fit > 0.99);
        assert_in_range(latency_us, 0, 40000);
        assert_true(llabs(time_of(&capture, at) - started->at_us) < 3000);
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
    open_voice("hallsink", "");
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
    open_voice("hallsink", "");
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
    open_voice("none", "");
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
    open_voice("hallsink", "");
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
    open_voice("hallsink", "");
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
    open_voice("hallsink", "");
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

static void test_small_gap_does_not_end_a_call(void **state) {
    (void)state;
    open_voice("hallsink", "");
    await(VOICE_WELL, 0);
    struct script script = script_of(1, CHIME_CALL, "One hundred and seventy-seven.", "Two.");
    voice_speak(hall.voice, &script);
    await_time(hall.reports[await(VOICE_STARTED, 1)].at_us + 1000000);
    set_fault("xrun");
    await(VOICE_FINISHED, 1);
    close_voice(NULL);
    assert_int_equal(finals_of(1), 1);
    char path[PATH_BYTES + 16], line[128];
    snprintf(path, sizeof path, "%s.events", hall.sound);
    FILE *events = fopen(path, "r");
    assert_non_null(events);
    bool dry = false;
    while (fgets(line, sizeof line, events) != NULL) {
        dry = dry || strstr(line, "underrun") != NULL;
    }
    fclose(events);
    assert_true(dry);
}

static void test_device_without_rewind(void **state) {
    (void)state;
    set_fault("norewind");
    open_voice("hallsink", "");
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
    assert_true(fit > 0.99);
    assert_in_range(latency_us, 0, 120000);
    assert_true(llabs(time_of(&capture, at) - started->at_us) < 3000);
    free(capture.samples);
}

static void test_none_takes_its_time_in_silence(void **state) {
    (void)state;
    open_voice("none", "");
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
    assert_true(fit > 0.99); /* all of it, before the failure was told */
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
    open_voice("hallsink", "");
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
        cmocka_unit_test_teardown(test_small_gap_does_not_end_a_call, close_voice),
        cmocka_unit_test_teardown(test_device_without_rewind, close_voice),
        cmocka_unit_test_teardown(test_none_takes_its_time_in_silence, close_voice),
        cmocka_unit_test_teardown(test_without_engine_the_chime_sounds, close_voice),
        cmocka_unit_test_teardown(test_idle_sleeps, close_voice),
        cmocka_unit_test(test_bad_scores_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up_hall, take_down_hall);
}
