/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Programs that speak, good ones and bad ones, and what is kept of their words.
 */
#include "own_voice_fixture.h"

#include "system/clock.h"
#include "voice/cache.h"
#include "voice/program.h"

/* Runs a shell script as the program. */
static enum program_result run_script(const char *script, int limit_ms, struct sound *sound,
                                      char *reason) {
    struct program program;
    char command[PATH_BYTES];
    write_text("script", script);
    snprintf(command, sizeof command, "/bin/sh %s/script --option", folder);
    assert_true(program_init(&program, command, 0));
    struct program_task task = {.text = "Ticket, $(touch no)",
                                .deadline_us = clock_mono_us() + limit_ms * 1000,
                                .stop_fd = -1};
    return program_speak(&program, &task, sound, reason);
}

static void test_commands_are_cut(void **state) {
    (void)state;
    static const struct {
        const char *command;
        bool good;
        const char *second;
    } cases[] = {{"/bin/cat", true, NULL},
                 {"  /bin/cat   -u  ", true, "-u"},
                 {"/bin/cat;x $HOME", true, "$HOME"},
                 {"cat", false, NULL},
                 {"", false, NULL},
                 {"   ", false, NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct program program;
        assert_int_equal(program_init(&program, cases[i].command, 0), cases[i].good);
        if (cases[i].second != NULL) {
            assert_string_equal(program.arguments[1], cases[i].second);
            assert_null(program.arguments[2]);
        }
    }
    char many[PROGRAM_COMMAND_BYTES] = "/a";
    for (int i = 0; i < PROGRAM_WORDS_MAX; i++) {
        strncpy(many + 2 + 2 * i, " b", 3);
    }
    struct program program;
    assert_false(program_init(&program, many, 0));
}

static void test_programs_speak(void **state) {
    (void)state;
    struct sound sound = {0};
    char reason[REASON_BYTES], script[PATH_BYTES];
    write_wav("tone.wav", RATE_HZ, TONE_SAMPLES);
    snprintf(script, sizeof script,
             "test \"$1\" = --option || exit 9\ncat > %s/text\ncat %s/tone.wav", folder, folder);
    assert_int_equal(run_script(script, 10000, &sound, reason), PROGRAM_DONE);
    assert_int_equal(sound.count, TONE_SAMPLES);
    assert_int_equal(sound.rate_hz, RATE_HZ);
    sound_finish(&sound);
    char text[64] = "";
    FILE *file = fopen(path_of("text"), "r");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    fclose(file);
    assert_string_equal(text, "Ticket, $(touch no)\n");
    /* A program that reads nothing hangs nobody; one that starts others takes them along. */
    snprintf(script, sizeof script, "sleep 900 & cat %s/tone.wav", folder);
    int64_t before_us = clock_mono_us();
    assert_int_equal(run_script(script, 3000, &sound, reason), PROGRAM_FAILED);
    assert_true(clock_mono_us() - before_us < 20000000);
    assert_string_equal(reason, "the program was not ready in time");
}

static void test_bad_programs_are_told(void **state) {
    (void)state;
    static const struct {
        const char *script, *reason;
    } cases[] = {
        {"sleep 900", "not ready in time"},
        {"exec >&-; sleep 900", "did not end in time"},
        {"kill -SEGV $$", "died of signal 11"},
        {"echo first >&2; echo no model >&2; exit 7", "ended with 7: no model"},
        {"exit 0", "wrote no WAV file"},
        {"echo nonsense", "wrote no WAV file"},
        {"exec yes", "does not end"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sound sound = {0};
        char reason[REASON_BYTES] = "";
        assert_int_equal(run_script(cases[i].script, i < 2 ? 300 : 20000, &sound, reason),
                         PROGRAM_FAILED);
        if (strstr(reason, cases[i].reason) == NULL) {
            fail_msg("\"%s\": \"%s\"", cases[i].script, reason);
        }
        assert_int_equal(sound.count, 0);
    }
}

static void test_a_program_is_stopped(void **state) {
    (void)state;
    struct program program;
    struct sound sound = {0};
    char reason[REASON_BYTES];
    int stop[2];
    assert_int_equal(pipe(stop), 0);
    assert_int_equal(write(stop[1], "x", 1), 1);
    assert_true(program_init(&program, "/bin/sleep 900", 0));
    int64_t before_us = clock_mono_us();
    struct program_task task = {.text = "", .deadline_us = INT64_MAX, .stop_fd = stop[0]};
    assert_int_equal(program_speak(&program, &task, &sound, reason), PROGRAM_STOPPED);
    assert_true(clock_mono_us() - before_us < 20000000);
    close(stop[0]);
    close(stop[1]);
}

static struct sound tone_of(size_t count) {
    struct sound sound = {.rate_hz = RATE_HZ};
    assert_true(sound_append(&sound, NULL, count));
    for (size_t i = 0; i < count; i++) {
        sound.samples[i] = (int16_t)(i % 200 < 100 ? 5000 : -5000);
    }
    return sound;
}

/* The only file that is kept. */
static const char *kept_file(const char *dir) {
    static char path[PATH_BYTES + 300];
    DIR *open = opendir(dir);
    path[0] = '\0';
    for (struct dirent *entry; open != NULL && (entry = readdir(open)) != NULL;) {
        if (entry->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
        }
    }
    closedir(open);
    return path;
}

static void test_what_is_kept_comes_back(void **state) {
    (void)state;
    char dir[PATH_BYTES], reason[REASON_BYTES];
    struct cache cache;
    struct sound sound = tone_of(1000), back = {0};
    snprintf(dir, sizeof dir, "%s", path_of("kept"));
    assert_true(cache_init(&cache, dir, 1, reason));
    assert_false(cache_has(&cache, "piper 0", "Ticket,"));
    cache_store(&cache, "piper 0", "Ticket,", &sound);
    assert_true(cache_has(&cache, "piper 0", "Ticket,"));
    assert_false(cache_has(&cache, "piper 0", "Ticket"));
    assert_false(cache_has(&cache, "piper 1", "Ticket,"));
    assert_true(cache_load(&cache, "piper 0", "Ticket,", &back));
    assert_int_equal(back.count, 1000);
    assert_int_equal(back.rate_hz, RATE_HZ);
    assert_memory_equal(back.samples, sound.samples, 2000);
    sound_finish(&back);
    /* Cut by a power failure: neither believed nor kept. */
    assert_int_equal(truncate(kept_file(dir), 1500), 0);
    assert_false(cache_load(&cache, "piper 0", "Ticket,", &back));
    assert_int_equal(back.count, 0);
    assert_false(cache_has(&cache, "piper 0", "Ticket,"));
    /* A file of another text under this one's name. */
    cache_store(&cache, "piper 0", "Window", &sound);
    char other[PATH_BYTES + 300];
    snprintf(other, sizeof other, "%s", kept_file(dir));
    cache_store(&cache, "piper 0", "Ticket,", &sound);
    const char *found = kept_file(dir);
    char name[PATH_BYTES + 300];
    snprintf(name, sizeof name, "%s", strcmp(found, other) == 0 ? "" : found);
    if (name[0] == '\0') { /* listed in the other order */
        assert_int_equal(rename(other, path_of("aside")), 0);
        snprintf(name, sizeof name, "%s", kept_file(dir));
        assert_int_equal(rename(path_of("aside"), other), 0);
    }
    assert_int_equal(rename(other, name), 0);
    assert_true(cache_has(&cache, "piper 0", "Ticket,"));
    assert_false(cache_load(&cache, "piper 0", "Ticket,", &back));
    sound_finish(&sound);
}

static void test_what_is_kept_is_bounded(void **state) {
    (void)state;
    char dir[PATH_BYTES], reason[REASON_BYTES], text[16];
    struct cache cache;
    struct sound sound = tone_of(50000); /* 100 kB */
    snprintf(dir, sizeof dir, "%s", path_of("full"));
    assert_true(cache_init(&cache, dir, 1, reason));
    for (int i = 0; i < 30; i++) {
        snprintf(text, sizeof text, "%d", i);
        cache_store(&cache, "p", text, &sound);
    }
    size_t count = 0;
    for (int i = 0; i < 30; i++) {
        snprintf(text, sizeof text, "%d", i);
        count += cache_has(&cache, "p", text);
    }
    assert_in_range(count, 8, 10);
    assert_true(cache_has(&cache, "p", "29"));
    assert_false(cache_init(&cache, "/proc/none/here", 1, reason));
    cache_store(&cache, "p", "x", &sound);
    assert_false(cache_has(&cache, "p", "x"));
    assert_true(cache_init(&cache, "", 1, reason));
    assert_false(cache_has(&cache, "p", "x"));
    sound_finish(&sound);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commands_are_cut),
        cmocka_unit_test(test_programs_speak),
        cmocka_unit_test(test_bad_programs_are_told),
        cmocka_unit_test(test_a_program_is_stopped),
        cmocka_unit_test(test_what_is_kept_comes_back),
        cmocka_unit_test(test_what_is_kept_is_bounded),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
