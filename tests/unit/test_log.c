/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The log's defences: what comes from outside cannot forge a line, and a flood is held back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/text.h"
#include "system/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void outside_text_is_printable_and_bounded(void **state) {
    (void)state;
    char out[32];
    assert_string_equal(log_quote(out, sizeof out, "A107", 4), "A107");
    assert_string_equal(log_quote(out, sizeof out, "a\n\"\\\x1b", 5), "a\\x0A\\x22\\x5C\\x1B");
    assert_string_equal(log_quote(out, sizeof out, "\xD0\x96", 2), "\\xD0\\x96");
    log_quote(out, sizeof out, "0123456789012345678901234567890123456789", 40);
    assert_true(strlen(out) < sizeof out);
    assert_string_equal(out + strlen(out) - 3, "...");
}

static void a_gate_holds_back_and_tells(void **state) {
    (void)state;
    struct log_gate gate = {0};
    uint32_t held;
    assert_int_equal(log_gate_open(&gate, 2, &held), 1);
    assert_int_equal(log_gate_open(&gate, 2, &held), 1);
    assert_int_equal(log_gate_open(&gate, 2, &held), 0);
    gate.window_start_ms -= 10001;
    assert_int_equal(log_gate_open(&gate, 2, &held), 1);
    assert_int_equal(held, 1);
}

/* Reads what there is, without waiting. */
static size_t read_all(int fd, char *out, size_t out_bytes) {
    size_t used = 0;
    ssize_t got;
    while ((got = read(fd, out + used, out_bytes - 1 - used)) > 0) {
        used += (size_t)got;
    }
    out[used] = '\0';
    return used;
}

/* Whoever waits for such a reader never returns. */
static void a_log_that_nobody_reads_is_not_waited_for(void **state) {
    (void)state;
    static char text[1 << 20];
    int ends[2], before = dup(STDERR_FILENO);
    assert_true(before >= 0);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    alarm(20);
    for (int i = 0; i < 5000; i++) {
        log_line(LOG_INFO, "test", "line %d", i);
    }
    size_t first = read_all(ends[0], text, sizeof text);
    log_line(LOG_INFO, "test", "read again");
    alarm(0);
    assert_true(dup2(before, STDERR_FILENO) >= 0);
    close(before);
    assert_true(first > 4096 && first < 5000 * strlen("info: test: line 0000\n"));
    assert_int_equal(text[first - 1], '\n'); /* no line was cut */
    unsigned written = 0;
    for (size_t i = 0; i < first; i++) {
        written += text[i] == '\n';
    }
    char told[128];
    (void)snprintf(told, sizeof told,
                   "warn: log: nobody read it lines_lost=%u\ninfo: test: read again\n",
                   5000 - written);
    (void)read_all(ends[0], text, sizeof text);
    assert_string_equal(text, told);
    close(ends[0]);
    close(ends[1]);
}

static void levels_have_names(void **state) {
    (void)state;
    assert_int_equal(log_level_from("err"), LOG_ERR);
    assert_int_equal(log_level_from("debug"), LOG_DEBUG);
    assert_int_equal(log_level_from("loud"), LOG_INFO);
}

static void texts_are_cut_between_characters(void **state) {
    (void)state;
    char out[6];
    text_copy(out, sizeof out, "abcdef");
    assert_string_equal(out, "abcde");
    text_copy(out, sizeof out, "abc\xD0\x96");
    assert_string_equal(out, "abc\xD0\x96");
    text_copy(out, sizeof out, "abcd\xD0\x96");
    assert_string_equal(out, "abcd");
    text_copy(out, sizeof out, "ab");
    text_append(out, sizeof out, "cd\xD0\x96");
    assert_string_equal(out, "abcd");
}

static void patterns_are_filled(void **state) {
    (void)state;
    char out[16];
    const struct text_value values[] = {{"page", "1"}, {"pages", "12"}};
    text_fill("{page} of {pages}", values, 2, out, sizeof out);
    assert_string_equal(out, "1 of 12");
    text_fill("{other} {page", values, 2, out, sizeof out);
    assert_string_equal(out, "{other} {page");
    text_fill("{pages}{pages}{pages}{pages}{pages}{pages}{pages}{pages}", values, 2, out,
              sizeof out);
    assert_string_equal(out, "121212121212121");
}

static void texts_come_in_parts(void **state) {
    char out[64];
    (void)state;
    assert_int_equal(text_part("", 5, 0, out), 0);
    assert_string_equal(out, "");
    assert_int_equal(text_part("one two  three", 7, 0, out), 2);
    assert_string_equal(out, "one two");
    assert_int_equal(text_part("one two  three", 7, 1, out), 2);
    assert_string_equal(out, "three");
    assert_int_equal(text_part("one two  three", 7, 2, out), 2);
    assert_string_equal(out, "");
    assert_int_equal(text_part("one two", 6, 0, out), 2);
    assert_string_equal(out, "one");
    /* A word that alone is too long is cut between two characters. */
    assert_int_equal(text_part("Вікно", 3, 0, out), 2);
    assert_string_equal(out, "Вік");
    assert_int_equal(text_part("Вікно", 3, 1, out), 2);
    assert_string_equal(out, "но");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outside_text_is_printable_and_bounded),
        cmocka_unit_test(a_gate_holds_back_and_tells),
        cmocka_unit_test(a_log_that_nobody_reads_is_not_waited_for),
        cmocka_unit_test(levels_have_names),
        cmocka_unit_test(texts_are_cut_between_characters),
        cmocka_unit_test(patterns_are_filled),
        cmocka_unit_test(texts_come_in_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
