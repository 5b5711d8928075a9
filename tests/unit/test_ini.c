/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The form of INI files: what is read, what is refused, and with which line number.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/ini.h"
#include "config/suggest.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* Reads text as a file called "t.ini"; the result and its diagnostics are the caller's. */
static bool read_bytes(const char *text, size_t bytes, struct ini *ini,
                       struct diagnostics *diagnostics) {
    FILE *stream = fmemopen((void *)(uintptr_t)text, bytes, "r");
    assert_non_null(stream);
    memset(diagnostics, 0, sizeof *diagnostics);
    bool good = ini_read_stream(ini, stream, "t.ini", diagnostics);
    fclose(stream);
    return good;
}

static bool read_text(const char *text, struct ini *ini, struct diagnostics *diagnostics) {
    return read_bytes(text, strlen(text), ini, diagnostics);
}

struct good_case {
    const char *text, *section, *key, *value;
    int line;
};

static void test_good_lines(void **state) {
    (void)state;
    static const struct good_case cases[] = {
        {"[a]\nk = v\n", "a", "k", "v", 2},
        {"[a]\nk = v", "a", "k", "v", 2},
        {"[a]\nk=v\n", "a", "k", "v", 2},
        {"[a]\r\nk = v\r\n", "a", "k", "v", 2},
        {"\xEF\xBB\xBF[a]\nk = v\n", "a", "k", "v", 2},
        {"  [ a ]  \n\t k\t=  v \t\n", "a", "k", "v", 2},
        {"[a] # comment\nk = v\n", "a", "k", "v", 2},
        {"[counter   4]\nk = v\n", "counter 4", "k", "v", 2},
        {"# c\n; c\n\n[a]\n# c\nk = v\n", "a", "k", "v", 6},
        /* An indented line is a setting of its own, not more of the value before. */
        {"[a]\nj = 1\n  k = v\n", "a", "k", "v", 3},
        {"[a]\nk = mqtt://h:1 ; # x=y\n", "a", "k", "mqtt://h:1 ; # x=y", 2},
        {"[a]\nk =\n", "a", "k", "", 2},
        {"[a]\nk = \"v\"\n", "a", "k", "\"v\"", 2},
        {"[a]\nk: v\n", "a", "k", "v", 2},
        {"[a]\nЖ = [[Ze]], Ґ\n", "a", "Ж", "[[Ze]], Ґ", 2},
        {"[a]\nx = 1\n[b]\n[a]\nk = v\n", "a", "k", "v", 5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ini ini;
        struct diagnostics diagnostics;
        if (!read_text(cases[i].text, &ini, &diagnostics)) {
            fail_msg("case %zu: %s", i, diagnostics.lines[0]);
        }
        const struct ini_entry *entry = ini_find(&ini, cases[i].section, cases[i].key);
        assert_non_null(entry);
        assert_string_equal(entry->value, cases[i].value);
        assert_int_equal(entry->line, cases[i].line);
        ini_finish(&ini);
    }
}

static void test_bad_lines(void **state) {
    (void)state;
    static const struct {
        const char *text, *told;
    } cases[] = {
        {"[a]\nnonsense\n", "t.ini:2: [a]: expected \"key = value\""},
        {"[a\nk = v\n", "t.ini:1: expected a heading"},
        {"[]\n", "t.ini:1: expected a section name"},
        {"[a] k = v\n", "t.ini:1: expected a heading"},
        {"[a]\n= v\n", "t.ini:2: [a]: expected a key"},
        {"[a]\nk = \xFF\n", "t.ini:2: [a]: the line is not UTF-8"},
        {"[a]\nk = \xC0\xAF\n", "t.ini:2: [a]: the line is not UTF-8"},
        {"[a]\nk = \xED\xA0\x80\n", "t.ini:2: [a]: the line is not UTF-8"},
        {"[a]\nk = a\x01\n", "t.ini:2: [a]: the line holds a control character"},
        {"[a]\nk = a\xC2\x9B\n", "t.ini:2: [a]: the line holds a control character"},
        {"[a]\nk = 1\nk = 2\n", "t.ini:3: [a] k: expected this key once; it is already set "
                                "in line 2"},
        {"[a]\nk = 1\n[b]\nk = 1\n[a]\nk = 2\n", "t.ini:6: [a] k: expected this key once"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ini ini;
        struct diagnostics diagnostics;
        assert_false(read_text(cases[i].text, &ini, &diagnostics));
        assert_int_equal(diagnostics.count, 1);
        if (strstr(diagnostics.lines[0], cases[i].told) != diagnostics.lines[0]) {
            fail_msg("case %zu: %s", i, diagnostics.lines[0]);
        }
        ini_finish(&ini);
    }
}

static void test_all_faults_in_one_pass(void **state) {
    (void)state;
    struct ini ini;
    struct diagnostics diagnostics;
    assert_false(read_text("[a]\nx\nk = 1\ny\n[\nk = 2\nj = \xFF\nm = 3\n", &ini, &diagnostics));
    assert_int_equal(diagnostics.count, 5);
    assert_non_null(strstr(diagnostics.lines[4], "t.ini:7:"));
    assert_string_equal(ini_find(&ini, "a", "m")->value, "3");
    ini_finish(&ini);
}

static void test_nul_byte(void **state) {
    (void)state;
    struct ini ini;
    struct diagnostics diagnostics;
    assert_false(read_bytes("[a]\nk = v\0w\n", 12, &ini, &diagnostics));
    assert_int_equal(diagnostics.count, 1);
    assert_non_null(strstr(diagnostics.lines[0], "t.ini:2: [a]: the line holds a NUL byte"));
    ini_finish(&ini);
}

/* Whether a file whose section, key and value have these lengths is read whole. */
static bool lengths_good(size_t section, size_t key, size_t value) {
    static char text[4096];
    memset(text, 'x', sizeof text);
    size_t at = 0;
    text[at] = '[';
    at += 1 + section;
    memcpy(text + at, "]\n", 2);
    at += 2 + key;
    text[at] = '=';
    at += 1 + value;
    text[at++] = '\n';
    text[at] = '\0';
    struct ini ini;
    struct diagnostics diagnostics;
    bool good = read_text(text, &ini, &diagnostics);
    if (good) {
        assert_int_equal(ini.count, 2);
        assert_int_equal(strlen(ini.entries[1].section), section);
        assert_int_equal(strlen(ini.entries[1].key), key);
        assert_int_equal(strlen(ini.entries[1].value), value);
    }
    ini_finish(&ini);
    return good;
}

static void test_lengths(void **state) {
    (void)state;
    assert_true(lengths_good(1, 1, 0));
    assert_true(lengths_good(INI_NAME_BYTES - 1, 1, 1));
    assert_false(lengths_good(INI_NAME_BYTES, 1, 1));
    assert_true(lengths_good(1, INI_NAME_BYTES - 1, 1));
    assert_false(lengths_good(1, INI_NAME_BYTES, 1));
    assert_true(lengths_good(1, 1, INI_VALUE_BYTES - 1));
    assert_false(lengths_good(1, 1, INI_VALUE_BYTES));
    assert_true(lengths_good(INI_NAME_BYTES - 1, INI_NAME_BYTES - 1, INI_VALUE_BYTES - 1));
    assert_false(lengths_good(1, 1, 2000));
}

static void test_entries_limit(void **state) {
    (void)state;
    for (int extra = 0; extra <= 1; extra++) {
        char *text = NULL;
        size_t bytes = 0;
        FILE *out = open_memstream(&text, &bytes);
        fprintf(out, "[a]\n");
        for (int i = 0; i < INI_ENTRIES_MAX - 1 + extra; i++) {
            fprintf(out, "k%d = 1\n", i);
        }
        fclose(out);
        struct ini ini;
        struct diagnostics diagnostics;
        assert_int_equal(read_text(text, &ini, &diagnostics), extra == 0);
        assert_int_equal(ini.count, INI_ENTRIES_MAX);
        ini_finish(&ini);
        free(text);
    }
}

static void test_file_that_is_missing(void **state) {
    (void)state;
    struct ini ini;
    struct diagnostics diagnostics = {0};
    assert_false(ini_read(&ini, "/nonexistent/x.ini", &diagnostics));
    assert_int_equal(diagnostics.count, 1);
    assert_non_null(strstr(diagnostics.lines[0], "/nonexistent/x.ini: cannot be read: "));
    ini_finish(&ini);
    assert_false(ini_read(&ini, "/", &diagnostics));
    assert_int_equal(diagnostics.count, 2);
    ini_finish(&ini);
}

/* No descriptors left is the machine's trouble; a missing file is somebody's mistake. */
static void test_a_shortage_is_no_mistake(void **state) {
    (void)state;
    struct ini ini;
    struct diagnostics diagnostics = {0};
    struct rlimit before, none;
    assert_false(ini_read(&ini, "/nonexistent/x.ini", &diagnostics));
    assert_false(diagnostics.shortage);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = (struct rlimit){.rlim_cur = 0, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    bool good = ini_read(&ini, "/etc/passwd", &diagnostics);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_false(good);
    assert_true(diagnostics.shortage);
    assert_non_null(strstr(diagnostics.lines[1], "/etc/passwd: cannot be read: "));
}

static void test_settings_of_a_command_line(void **state) {
    (void)state;
    static const struct {
        const char *text, *section, *key, *value; /* section NULL: refused */
    } cases[] = {
        {"broker.url=mqtt://h:1", "broker", "url", "mqtt://h:1"},
        {"broker.url=", "broker", "url", ""},
        {" broker . url = a=b.c ", "broker", "url", "a=b.c"},
        {"counter 4.label.uk=Вікно", "counter 4", "label.uk", "Вікно"},
        {"broker.url", NULL, NULL, NULL},
        {"url=x", NULL, NULL, NULL},
        {"url=x.y", NULL, NULL, NULL},
        {".url=x", NULL, NULL, NULL},
        {"broker.=x", NULL, NULL, NULL},
        {"broker.url=\xFF", NULL, NULL, NULL},
        {"broker.url=a\nb", NULL, NULL, NULL},
        {"", NULL, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ini_entry entry;
        struct diagnostics diagnostics = {0};
        bool good = ini_read_setting(cases[i].text, 7, &entry, &diagnostics);
        assert_int_equal(good, cases[i].section != NULL);
        assert_int_equal(diagnostics.count, good ? 0 : 1);
        if (good) {
            assert_string_equal(entry.section, cases[i].section);
            assert_string_equal(entry.key, cases[i].key);
            assert_string_equal(entry.value, cases[i].value);
            assert_int_equal(entry.line, 7);
        } else {
            assert_int_equal(strncmp(diagnostics.lines[0], "--set:7: ", 9), 0);
        }
    }
}

static void test_diagnostics(void **state) {
    (void)state;
    static struct diagnostics diagnostics;
    diagnostics_add(&diagnostics, "a.ini", 3, "s", "k", "v\x1B[31m\n\xFF", "expected %d", 7);
    assert_string_equal(diagnostics.lines[0], "a.ini:3: [s] k: \"v?[31m??\": expected 7");
    diagnostics_add(&diagnostics, "a.ini", 0, NULL, NULL, NULL, "gone");
    assert_string_equal(diagnostics.lines[1], "a.ini: gone");
    char value[600];
    memset(value, 'v', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    diagnostics_add(&diagnostics, "a.ini", 1, "s", "k", value, "%s", value);
    assert_true(strlen(diagnostics.lines[2]) == DIAGNOSTIC_BYTES - 1);
    assert_non_null(strstr(diagnostics.lines[2], "v...\": v"));
    while (diagnostics.count < DIAGNOSTICS_MAX + 5) {
        diagnostics_add(&diagnostics, "a.ini", 9, NULL, NULL, NULL, "x");
    }
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    diagnostics_print(&diagnostics, out);
    fclose(out);
    assert_non_null(strstr(text, "\n... and 5 more\n"));
    free(text);
}

static void test_suggestions(void **state) {
    (void)state;
    assert_int_equal(suggestion_distance("", ""), 0);
    assert_int_equal(suggestion_distance("abc", ""), 3);
    assert_int_equal(suggestion_distance("device", "devcie"), 1);
    assert_int_equal(suggestion_distance("device", "devise"), 1);
    assert_int_equal(suggestion_distance("device", "divices"), 2);
    struct suggestion suggestion;
    suggestion_init(&suggestion, "volme");
    suggestion_offer(&suggestion, "device");
    assert_null(suggestion.best);
    suggestion_offer(&suggestion, "volumes");
    suggestion_offer(&suggestion, "volume");
    suggestion_offer(&suggestion, "value");
    assert_string_equal(suggestion.best, "volume");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_lines),
        cmocka_unit_test(test_bad_lines),
        cmocka_unit_test(test_all_faults_in_one_pass),
        cmocka_unit_test(test_nul_byte),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_entries_limit),
        cmocka_unit_test(test_file_that_is_missing),
        cmocka_unit_test(test_a_shortage_is_no_mistake),
        cmocka_unit_test(test_settings_of_a_command_line),
        cmocka_unit_test(test_diagnostics),
        cmocka_unit_test(test_suggestions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
