/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hallcall journal: what a clerk, a spreadsheet and a script get to read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "command/command.h"
#include "command/story.h"
#include "command/wiring.h"
#include "journal/journal.h"
#include "system/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 12, PRINTED_BYTES = 8192 };

static char dir[64], file[128];

static void in_dir(const char *name, char out[128]) {
    snprintf(out, 128, "%s/%s", dir, name);
}

/* 2026-11-22T08:15:30.120Z and what happened after it. */
static void put_stories(struct journal *journal) {
    static const struct {
        enum journal_step step;
        enum utterance_kind kind;
        const char *id, *ticket, *counter, *lang, *reason;
        uint32_t n;
        int64_t after_ms, latency_ms;
    } rows[] = {
        {JOURNAL_RECEIVED, UTTERANCE_CALL, "01JD", "A107", "4", "", "", 1, 0, -1},
        {JOURNAL_SHOWN, UTTERANCE_CALL, "01JD", "A107", "4", "", "", 1, 12, 12},
        {JOURNAL_HEARD, UTTERANCE_CALL, "01JD", "A107", "4", "en", "", 1, 18, 18},
        {JOURNAL_RECEIVED, UTTERANCE_CALL, "=B7", "B7", "2", "", "", 1, 2000, -1},
        {JOURNAL_SHOWN, UTTERANCE_CALL, "=B7", "B7", "2", "", "", 1, 2999, 999},
        {JOURNAL_HEARD, UTTERANCE_CALL, "01JD", "A107", "4", "uk", "", 1, 6218, 6218},
        {JOURNAL_NOT_HEARD, UTTERANCE_CALL, "=B7", "B7", "2", "",
         "the loudspeaker was unplugged, \"hw\" is gone", 1, 30000, -1},
        {JOURNAL_RECEIVED, UTTERANCE_RECALL, "01JD", "A107", "4", "", "", 2, 70000, -1},
        {JOURNAL_SHOWN, UTTERANCE_RECALL, "01JD", "A107", "4", "", "", 2, 71000, 1000},
        {JOURNAL_HEARD, UTTERANCE_RECALL, "01JD", "A107", "4", "xx", "", 2, 82345, 12345},
        {JOURNAL_NOT_HEARD, UTTERANCE_RECALL, "01JD", "A107", "4", "", "cut short", 2, 83000, -1},
        {JOURNAL_ENDED, UTTERANCE_CALL, "01JD", "A107", "4", "", "served", 0, 200000, -1},
        {JOURNAL_RECEIVED, UTTERANCE_NOTICE, "closing", "", "", "", "=1+1", 0, 86400000, -1},
        {JOURNAL_RECEIVED, UTTERANCE_CALL, "01JD", "A107", "5", "", "", 1, 86400001, -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct journal_record record = {.step = rows[i].step,
                                        .kind = rows[i].kind,
                                        .n = rows[i].n,
                                        .at = 1795335330120 + rows[i].after_ms,
                                        .latency_ms = rows[i].latency_ms};
        snprintf(record.id, sizeof record.id, "%s", rows[i].id);
        snprintf(record.ticket, sizeof record.ticket, "%s", rows[i].ticket);
        snprintf(record.counter, sizeof record.counter, "%s", rows[i].counter);
        snprintf(record.lang, sizeof record.lang, "%s", rows[i].lang);
        snprintf(record.reason, sizeof record.reason, "%s", rows[i].reason);
        journal_put(journal, &record);
    }
}

static int setup(void **state) {
    struct journal_options options = {.keep_days = 3650, .keep_mb = 50, .halls = {1, {"main"}}};
    const char *source = getenv("HALLCALL_SOURCE");
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/hallcall-telling-XXXXXX");
    assert_non_null(mkdtemp(dir));
    in_dir("journal.db", file);
    setenv("HALLCALL_SHARE", source != NULL ? source : ".", 1);
    setenv("HALLCALL_CONFIG", "/dev/null", 1);
    setenv("STATE_DIRECTORY", dir, 1);
    setenv("TZ", "UTC", 1);
    tzset();
    snprintf(options.path, sizeof options.path, "%s", file);
    struct inbox *inbox = inbox_create();
    assert_non_null(inbox);
    struct journal *journal = journal_create(&options, inbox);
    assert_non_null(journal);
    put_stories(journal);
    journal_destroy(journal);
    inbox_destroy(inbox);
    return 0;
}

static int teardown(void **state) {
    static const char *const names[] = {"journal.db", "journal.db-wal", "journal.db-shm", "out"};
    char path[128];
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        in_dir(names[i], path);
        (void)unlink(path);
    }
    return rmdir(dir);
}

/* Runs the command; what it printed is in out[PRINTED_BYTES]. */
static int ask(const char *const *arguments, char *out) {
    char path[128], words[ARGUMENTS_MAX][64], *argv[ARGUMENTS_MAX + 1];
    static const char *const common[] = {"journal", "--set", "hall.languages=en,uk"};
    int argc = 0;
    for (size_t i = 0; i < 3; i++) {
        snprintf(words[argc++], sizeof words[0], "%s", common[i]);
    }
    for (size_t i = 0; arguments[i] != NULL && argc < ARGUMENTS_MAX; i++) {
        snprintf(words[argc++], sizeof words[0], "%s", arguments[i]);
    }
    for (int i = 0; i < argc; i++) {
        argv[i] = words[i];
    }
    in_dir("out", path);
    fflush(stdout);
    int before = dup(STDOUT_FILENO);
    FILE *printed = fopen(path, "w+");
    assert_non_null(printed);
    assert_true(dup2(fileno(printed), STDOUT_FILENO) >= 0);
    int code = command_journal.run(argc, argv);
    fflush(stdout);
    assert_true(dup2(before, STDOUT_FILENO) >= 0);
    close(before);
    rewind(printed);
    out[fread(out, 1, PRINTED_BYTES - 1, printed)] = '\0';
    fclose(printed);
    return code;
}

#define ASK(out, ...) ask((const char *const[]){__VA_ARGS__, NULL}, out)

static const char first_day[] =
    "Sunday, 22 November 2026\n"
    "  08:15:30  A107  called to counter 4 · shown after 12 ms · heard in English at 08:15:30"
    " (18 ms later), in Українська at 08:15:36 (6.2 s later)\n";
static const char b7[] =
    "  08:15:32  B7  called to counter 2 · shown after 999 ms · not heard: the loudspeaker was"
    " unplugged, \"hw\" is gone\n";
static const char again[] =
    "  08:16:40  A107  called again to counter 4 · shown after 1.0 s · heard in xx at 08:16:52"
    " (12 s later) · not heard to its end: cut short · served at 08:18:50\n";
static const char second_day[] = "\nMonday, 23 November 2026\n";
static const char notice[] =
    "  08:15:30  notice closing · no record of it on the screen · no record"
    " of it being heard\n";
static const char next[] = "  08:15:30  A107  called to counter 5 · no record of it on the screen ·"
                           " no record of it being heard\n";

static void the_table_tells_the_story(void **state) {
    char out[PRINTED_BYTES], expected[PRINTED_BYTES];
    (void)state;
    assert_int_equal(ASK(out, "a107"), EXIT_OK);
    snprintf(expected, sizeof expected, "%s%s%s%s", first_day, again, second_day, next);
    assert_string_equal(out, expected);
    assert_int_equal(ASK(out, "--since", "2026-11-22"), EXIT_OK);
    snprintf(expected, sizeof expected, "%s%s%s%s%s%s", first_day, b7, again, second_day, notice,
             next);
    assert_string_equal(out, expected);
    assert_int_equal(ASK(out, "C1"), EXIT_OK);
    assert_string_equal(out, "C1 was not called, as far as the journal goes back.\n");
    assert_int_equal(ASK(out, "--since", "2026-11-24 09:05"), EXIT_OK);
    assert_string_equal(
        out, "Nothing was called since 2026-11-24 09:05, as far as the journal goes back.\n");
}

static void since_is_a_border(void **state) {
    static const struct {
        const char *since;
        int code;
        size_t lines;
    } rows[] = {
        {"2026-11-23T08:15:30.120Z", EXIT_OK, 3},
        {"2026-11-23T08:15:30.121Z", EXIT_OK, 2},
        {"2026-11-23T08:15:30.122Z", EXIT_OK, 1},
        {"2026-11-23T10:15:30.121+02:00", EXIT_OK, 2},
        {"2026-11-23 08:15", EXIT_OK, 3},
        {"2026-11-23T08:16", EXIT_OK, 1},
        {"2026-11-23", EXIT_OK, 3},
        {"2026-11-24", EXIT_OK, 1},
        {"1999-01-01", EXIT_OK, 15},
        {"yesterday", EXIT_USAGE, 0},
        {"2026-11-23 ", EXIT_USAGE, 0},
        {"25:00", EXIT_USAGE, 0},
        {"2026-13-01", EXIT_USAGE, 0},
        {"8", EXIT_USAGE, 0},
    };
    char out[PRINTED_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int code = ASK(out, "--format=csv", "--since", rows[i].since);
        size_t lines = 0;
        for (const char *at = out; *at != '\0'; at++) {
            lines += *at == '\n';
        }
        if (code != rows[i].code || lines != rows[i].lines) {
            fail_msg("--since %s: code %d, %zu lines", rows[i].since, code, lines);
        }
    }
    assert_int_equal(ASK(out, "--format=csv", "--since", "today"), EXIT_OK);
    assert_int_equal(ASK(out, "--format=csv", "--since", "00:00"), EXIT_OK);
}

static void csv_holds_every_record(void **state) {
    char out[PRINTED_BYTES];
    (void)state;
    assert_int_equal(ASK(out, "B7", "--format", "csv"), EXIT_OK);
    assert_string_equal(out, "time,step,kind,ticket,counter,id,n,language,latency_ms,reason,hall\n"
                             "2026-11-22T08:15:32.120Z,received,call,B7,2,,1,,,,\n"
                             "2026-11-22T08:15:33.119Z,shown,call,B7,2,,1,,999,,\n"
                             "2026-11-22T08:16:00.120Z,not-heard,call,B7,2,,1,,,"
                             "\"the loudspeaker was unplugged, \"\"hw\"\" is gone\",\n");
    assert_int_equal(ASK(out, "--format", "csv", "--since", "2026-11-23"), EXIT_OK);
    assert_non_null(strstr(out, ",received,notice,,,closing,0,,,\" =1+1\",\n"));
}

static void json_holds_every_record(void **state) {
    char out[PRINTED_BYTES];
    (void)state;
    assert_int_equal(ASK(out, "b7", "--format", "json"), EXIT_OK);
    assert_string_equal(
        out,
        "[\n"
        "{\"step\":\"received\",\"kind\":\"call\",\"n\":1,\"time\":\"2026-11-22T08:15:32.120Z\""
        ",\"ticket\":\"B7\",\"counter\":\"2\"},\n"
        "{\"step\":\"shown\",\"kind\":\"call\",\"n\":1,\"time\":\"2026-11-22T08:15:33.119Z\""
        ",\"ticket\":\"B7\",\"counter\":\"2\",\"latency_ms\":999},\n"
        "{\"step\":\"not-heard\",\"kind\":\"call\",\"n\":1,\"time\":\"2026-11-22T08:16:00.120Z"
        "\",\"ticket\":\"B7\",\"counter\":\"2\",\"reason\":\"the loudspeaker was unplugged, "
        "\\\"hw\\\" is gone\"}\n"
        "]\n");
    assert_int_equal(ASK(out, "C1", "--format", "json"), EXIT_OK);
    assert_string_equal(out, "[\n]\n");
}

static void mistakes_are_told(void **state) {
    char out[PRINTED_BYTES];
    (void)state;
    assert_int_equal(ASK(out, "A107", "A108"), EXIT_USAGE);
    assert_int_equal(ASK(out, "--format", "xml"), EXIT_USAGE);
    assert_int_equal(ASK(out, ""), EXIT_USAGE);
    assert_int_equal(ASK(out, "A107", "--file", "/nonexistent/journal.db"), EXIT_RUNTIME);
    assert_int_equal(ASK(out, "A107", "--set", "journal.path=off"), EXIT_RUNTIME);
    assert_int_equal(ASK(out, "A107", "--set", "journal.keep_days=0"), EXIT_CONFIG);
    assert_int_equal(ASK(out, "--help"), EXIT_OK);
}

static void the_file_is_where_it_is_configured(void **state) {
    static const struct {
        const char *setting, *state_directory, *path;
    } rows[] = {
        {"", "/var/lib/hallcall", "/var/lib/hallcall/journal.db"},
        {"", "/var/lib/a:/var/lib/b", "/var/lib/a/journal.db"},
        {"", "", ""},
        {"", NULL, ""},
        {"off", "/var/lib/hallcall", ""},
        {"/data/j.db", "/var/lib/hallcall", "/data/j.db"},
    };
    struct settings settings = {.journal = {.keep_days = 3, .keep_mb = 7}};
    struct journal_options options;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        snprintf(settings.journal.path, CONFIG_PATH_BYTES, "%s", rows[i].setting);
        unsetenv("STATE_DIRECTORY");
        if (rows[i].state_directory != NULL) {
            setenv("STATE_DIRECTORY", rows[i].state_directory, 1);
        }
        wire_journal(&settings, &options);
        assert_string_equal(options.path, rows[i].path);
        assert_int_equal(options.keep_days, 3);
        assert_int_equal(options.keep_mb, 7);
    }
    setenv("STATE_DIRECTORY", dir, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_tells_the_story),
        cmocka_unit_test(since_is_a_border),
        cmocka_unit_test(csv_holds_every_record),
        cmocka_unit_test(json_holds_every_record),
        cmocka_unit_test(mistakes_are_told),
        cmocka_unit_test(the_file_is_where_it_is_configured),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
