/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How different the characters of tickets look on the face we ship: the table at the end of
 * docs/typography.md. With --write it prints that table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/utf8.h"
#include "screen/likeness.h"
#include "source_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHARACTERS_MAX = 64 };

static const char marker[] = "<!-- Written by `make golden`. -->\n";

static const struct {
    const char *name, *characters;
} alphabets[] = {
    {"Figures", "0123456789"},
    {"Latin", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    {"Ukrainian", "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯ"},
    {"Bulgarian", "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЬЮЯ"},
    {"Greek", "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ"},
    {"Hebrew", "אבגדהוזחטיכלמנסעפצקרשת"},
    {"Arabic", "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"},
};

static struct diagnostics diagnostics;
static struct faces *faces;

static int open_faces(void **context) {
    char path[PATH_BYTES];
    (void)context;
    faces = faces_create(source_path(path, "fonts/faces.ini"), &diagnostics);
    diagnostics_print(&diagnostics, stderr);
    return faces != NULL ? 0 : -1;
}

static int close_faces(void **context) {
    (void)context;
    faces_destroy(faces);
    return 0;
}

static size_t read_characters(const char *text, uint32_t *characters) {
    size_t count = 0;
    for (size_t bytes; (bytes = utf8_read(text, &characters[count])) > 0; text += bytes) {
        count++;
        assert_true(count < CHARACTERS_MAX);
    }
    return count;
}

static size_t write_pair(FILE *out, uint32_t a, uint32_t b, size_t before) {
    int difference = likeness_difference(faces, a, b);
    char one[UTF8_BYTES], other[UTF8_BYTES];
    if (difference >= LIKENESS_DIFFERENCE_MIN) {
        return 0;
    }
    (void)utf8_write(a, one);
    (void)utf8_write(b, other);
    /* Marks of direction: in a row of Hebrew pairs each figure stays with its pair. */
    (void)fprintf(out, "%s%s\u200E %s\u200E %d", before > 0 ? ", " : "", one, other, difference);
    return 1;
}

/* The pairs of one alphabet that differ too little, among themselves and from the figures. */
static void write_row(FILE *out, size_t number) {
    uint32_t characters[CHARACTERS_MAX];
    size_t pairs = 0;
    size_t count = read_characters(alphabets[number].characters, characters);
    (void)fprintf(out, "| %s | ", alphabets[number].name);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = i + 1; k < count; k++) {
            pairs += write_pair(out, characters[i], characters[k], pairs);
        }
        for (uint32_t figure = '0'; figure <= '9' && number > 0; figure++) {
            pairs += write_pair(out, characters[i], figure, pairs);
        }
    }
    (void)fprintf(out, "%s |\n", pairs == 0 ? "none" : "");
}

static void write_table(FILE *out) {
    (void)fprintf(out, "| alphabet | pairs that differ by less than %d %%, and by how much |\n",
                  LIKENESS_DIFFERENCE_MIN);
    (void)fputs("|---|---|\n", out);
    for (size_t i = 0; i < sizeof alphabets / sizeof alphabets[0]; i++) {
        write_row(out, i);
    }
}

static void test_table(void **context) {
    static char page[1 << 16];
    char path[PATH_BYTES];
    char *table = NULL;
    size_t bytes = 0;
    (void)context;
    FILE *file = fopen(source_path(path, "docs/typography.md"), "r");
    assert_non_null(file);
    page[fread(page, 1, sizeof page - 1, file)] = '\0';
    (void)fclose(file);
    const char *written = strstr(page, marker);
    assert_non_null(written);
    FILE *memory = open_memstream(&table, &bytes);
    assert_non_null(memory);
    write_table(memory);
    (void)fclose(memory);
    assert_string_equal(written + sizeof marker - 1, table);
    free(table);
}

static void test_figures_are_told_apart(void **context) {
    (void)context;
    for (uint32_t a = '0'; a <= '9'; a++) {
        for (uint32_t b = a + 1; b <= '9'; b++) {
            assert_true(likeness_difference(faces, a, b) >= LIKENESS_DIFFERENCE_MIN);
        }
        assert_int_equal(likeness_difference(faces, a, a), 0);
    }
    /* I has serifs in the ticket's face, and 0 is narrower than O. */
    assert_true(likeness_difference(faces, '1', 'I') >= LIKENESS_DIFFERENCE_MIN);
    assert_true(likeness_difference(faces, '0', 'O') >= LIKENESS_DIFFERENCE_MIN);
}

static void test_the_measure(void **context) {
    (void)context;
    assert_int_equal(likeness_difference(faces, 'A', 0x0410), 0); /* the Cyrillic one */
    assert_int_equal(likeness_difference(faces, 'O', 'Q'), likeness_difference(faces, 'Q', 'O'));
    assert_true(likeness_difference(faces, 'W', 'I') > 50);
    assert_true(likeness_difference(faces, '-', '_') == 100); /* the baseline is kept */
    assert_int_equal(likeness_difference(faces, 'A', ' '), 100);
}

static void test_codes(void **context) {
    static const struct {
        const char *a, *b;
        bool alike;
    } cases[] = {
        {"A", "А", true}, /* Latin and Cyrillic */
        {"B", "В", true},     {"B", "8", true},   {"Χ", "X", true},   {"A", "B", false},
        {"A", "AB", false},   {"AB", "A", false}, {"AB", "А8", true}, {"O", "Q", true},
        {"ס", "ט", true},     {"", "", true},     {"", "A", false},   {"AD", "AT", false},
        {"\xFF", "A", false},
    };
    (void)context;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (likeness_of_codes(faces, cases[i].a, cases[i].b) != cases[i].alike) {
            fail_msg("%s and %s", cases[i].a, cases[i].b);
        }
    }
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_figures_are_told_apart),
        cmocka_unit_test(test_the_measure),
        cmocka_unit_test(test_codes),
    };
    if (argc == 2 && strcmp(argv[1], "--write") == 0) {
        if (open_faces(NULL) != 0) {
            return 1;
        }
        write_table(stdout);
        return close_faces(NULL);
    }
    return cmocka_run_group_tests(tests, open_faces, close_faces);
}
