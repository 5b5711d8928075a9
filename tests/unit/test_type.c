/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text of every script with the real faces: what stands where, what joins, what turns, that it
 * stays in its box and that nothing is drawn as the box of a missing glyph.
 *
 * Where something stands is judged by ink: a part painted on its own must be found at the left or
 * right end of the line that holds it. There it may begin between two pixels, so most of the ink
 * and not all of it must be the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/utf8.h"
#include "screen/shaping.h"
#include "screen/text.h"
#include "source_path.h"
#include "supported_scripts.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 1600, HEIGHT = 120, CAP = 40, SAME_PER_CENT = 75, LANGUAGES_SHIPPED = 21 };

static struct diagnostics diagnostics;
static struct faces *faces;
static struct text *text;
static uint32_t pixels[WIDTH * HEIGHT];
static uint32_t part_pixels[WIDTH * HEIGHT];

static int open_faces(void **context) {
    char path[PATH_BYTES];
    (void)context;
    faces = faces_create(source_path(path, "fonts/faces.ini"), &diagnostics);
    text = faces != NULL ? text_create(faces, 1 << 20) : NULL;
    diagnostics_print(&diagnostics, stderr);
    return text != NULL ? 0 : -1;
}

static int close_faces(void **context) {
    (void)context;
    text_destroy(text);
    faces_destroy(faces);
    return 0;
}

static int width_of(enum face face, const char *words) {
    struct metrics metrics = text_metrics(text);
    return metrics.width(metrics.context, face, CAP, words);
}

/* A node with the room that the layout gives a line, or with more. */
static struct node text_node(enum face face, const char *words, int width, int more) {
    struct node node;
    bool ticket = face == FACE_TICKET;
    memset(&node, 0, sizeof node);
    int above = (CAP * (ticket ? TICKET_ABOVE_PER_CENT : TEXT_ABOVE_PER_CENT) + 99) / 100;
    int below = (CAP * (ticket ? TICKET_BELOW_PER_CENT : TEXT_BELOW_PER_CENT) + 99) / 100;
    node.kind = NODE_TEXT;
    node.box = (struct box){10, 20 - more, width, above + CAP + below + 2 * more};
    node.text.face = face;
    node.text.cap_px = CAP;
    node.text.baseline_px = above + CAP + more;
    (void)snprintf(node.text.text, sizeof node.text.text, "%s", words);
    return node;
}

/* Paints in white on black and returns the box of what was touched. */
static struct box paint(const struct node *node, uint32_t *out) {
    struct canvas canvas;
    struct box ink = {0, 0, 0, 0};
    memset(out, 0, sizeof pixels);
    canvas_init(&canvas, out, WIDTH, HEIGHT, WIDTH);
    text_paint(text, &canvas, node, 0xffffffffu);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            if (out[y * WIDTH + x] != 0) {
                ink = box_union(ink, (struct box){x, y, 1, 1});
            }
        }
    }
    return ink;
}

/* Whether the line's picture ends, at the left or the right, with the picture of the part. */
static bool ends_with(enum face face, const char *line, int line_width, const char *part,
                      bool left) {
    struct node whole = text_node(face, line, line_width, 0);
    struct node piece = text_node(face, part, WIDTH - 20, 0);
    struct box a = paint(&whole, pixels);
    struct box b = paint(&piece, part_pixels);
    int shift = left ? a.x - b.x : a.x + a.width - b.x - b.width;
    long least = 0, most = 0;
    assert_true(b.width > 0 && a.width >= b.width);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = b.x; x < b.x + b.width; x++) {
            int one = (int)(pixels[y * WIDTH + x + shift] & 0xff);
            int other = (int)(part_pixels[y * WIDTH + x] & 0xff);
            least += one < other ? one : other;
            most += one > other ? one : other;
        }
    }
    return least * 100 > most * SAME_PER_CENT;
}

static void test_visual_order(void **context) {
    static const struct {
        enum face face;
        const char *line, *left, *right;
    } cases[] = {
        {FACE_STRONG, "Counter 4", "Counter", "4"},
        {FACE_STRONG, "דלפק A107", "A107", "דלפק"},
        {FACE_STRONG, "שלום 12 world", "world", "שלום"},
        {FACE_STRONG, "Room שלום 12", "Room", "שלום"},
        {FACE_STRONG, "107 שלום", "שלום", "107"},
        {FACE_STRONG, "الرقم A107", "A107", "الرقم"},
        {FACE_STRONG, "الرقم A-107", "A-107", "الرقم"},
        {FACE_STRONG, "شباك 14", "14", "شباك"},
        {FACE_STRONG, "14 شباك", "شباك", "14"},
        {FACE_STRONG, "\u200E14 شباك", "14", "شباك"},
        {FACE_STRONG, "\u200EA107 שלום", "A107", "שלום"},
        {FACE_STRONG, "\u200FA107 שלום", "שלום", "A107"},
        {FACE_STRONG, "في 14:05", "14:05", "في"},
        {FACE_STRONG, "שלום, Room 12", "Room 12", "שלום"},
        {FACE_TICKET, "א107", "107", "א"},
        {FACE_TICKET, "A107", "A", "7"},
    };
    (void)context;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (!ends_with(cases[i].face, cases[i].line, WIDTH - 20, cases[i].left, true) ||
            !ends_with(cases[i].face, cases[i].line, WIDTH - 20, cases[i].right, false)) {
            fail_msg("%s", cases[i].line);
        }
    }
    /* And what would be wrong is seen to be wrong. */
    assert_false(ends_with(FACE_STRONG, "דלפק A107", WIDTH - 20, "A107", false));
}

static void test_brackets_turn(void **context) {
    (void)context;
    assert_true(ends_with(FACE_STRONG, "קומה 2 (אגף B)", WIDTH - 20, "(", true));
    assert_false(ends_with(FACE_STRONG, "קומה 2 (אגף B)", WIDTH - 20, ")", true));
    assert_true(ends_with(FACE_STRONG, "floor 2 (wing ב)", WIDTH - 20, ")", false));
}

static void test_the_ellipsis_ends_the_reading(void **context) {
    static const char *const lines[] = {"الاستقبال والاستعلامات في الطابق الأول",
                                        "הקבלה והמידע בקומה הראשונה",
                                        "הקבלה Room 214 Building North"};
    (void)context;
    for (size_t i = 0; i < 3; i++) {
        for (int width = 260; width < 300; width += 13) {
            assert_true(ends_with(FACE_STRONG, lines[i], width, "…", true));
            assert_false(ends_with(FACE_STRONG, lines[i], width, "…", false));
        }
    }
    assert_true(ends_with(FACE_STRONG, "Information and payments", 300, "…", false));
    assert_true(ends_with(FACE_STRONG, "Information הקבלה והמידע", 380, "…", false));
}

static struct shaping *open_shaping(char **bytes) {
    FILE *file = fopen("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "rb");
    size_t count = 0;
    int c;
    assert_non_null(file);
    FILE *memory = open_memstream(bytes, &count);
    assert_non_null(memory);
    while ((c = fgetc(file)) != EOF) {
        (void)fputc(c, memory);
    }
    (void)fclose(memory);
    (void)fclose(file);
    return shaping_create(*bytes, count, 0, "");
}

static void test_arabic_joins(void **context) {
    static struct shaped alone, word, ligature, latin;
    char *bytes = NULL;
    struct shaping *shaping = open_shaping(&bytes);
    (void)context;
    assert_non_null(shaping);
    assert_true(shaping_run(shaping, "ب", true, &alone));
    assert_true(shaping_run(shaping, "ببب", true, &word));
    assert_true(shaping_run(shaping, "لا", true, &ligature));
    assert_int_equal(alone.count, 1);
    assert_int_equal(word.count, 3);
    /* From the left: final, medial, initial; none is the isolated one. */
    for (size_t i = 0; i < 3; i++) {
        assert_int_not_equal(word.glyphs[i].number, alone.glyphs[0].number);
        assert_int_not_equal(word.glyphs[i].number, word.glyphs[(i + 1) % 3].number);
        assert_true(i == 0 || word.glyphs[i].x > word.glyphs[i - 1].x);
    }
    assert_int_equal(ligature.count, 1);
    assert_true(shaping_run(shaping, "(", false, &latin));
    assert_true(shaping_run(shaping, ")", true, &word));
    assert_int_equal(word.glyphs[0].number, latin.glyphs[0].number);
    shaping_destroy(shaping);
    free(bytes);
}

static void test_joined_words_join_in_tickets_too(void **context) {
    (void)context;
    assert_true(width_of(FACE_TICKET, "ببب") < 3 * width_of(FACE_TICKET, "ب"));
    assert_int_equal(width_of(FACE_TICKET, "ב111"), width_of(FACE_TICKET, "ב888"));
    assert_int_equal(width_of(FACE_TICKET, "ب111"), width_of(FACE_TICKET, "ب888"));
}

/* Whether all of a text's ink is in the box of its line. */
static void assert_in_its_box(enum face face, const char *words) {
    struct node tight = text_node(face, words, width_of(face, words), 0);
    struct node loose = text_node(face, words, WIDTH - 30, 18);
    struct box a = paint(&tight, pixels);
    struct box b = paint(&loose, part_pixels);
    if (memcmp(&a, &b, sizeof a) != 0) {
        fail_msg("%s: %d %d %d %d, would be %d %d %d %d", words, a.x, a.y, a.width, a.height, b.x,
                 b.y, b.width, b.height);
    }
}

static void test_arabic_stays_in_its_line(void **context) {
    static const char *const words[] = {"أ إ آ ؤ ئ لأ لإ", "ج ح خ ع غ ق ي س ش م",
                                        "مكتب خدمات المواطنين", "الطابق الأول، إلى اليسار",
                                        "שלום לכם ץךףן"};
    (void)context;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        for (enum face face = 0; face < FACE_KINDS; face++) {
            assert_in_its_box(face, words[i]);
        }
    }
}

static void assert_drawn(const char *words) {
    for (enum face face = 0; face < FACE_KINDS; face++) {
        uint32_t missing = text_missing(text, face, words);
        if (missing != 0) {
            fail_msg("U+%04X of %s has no face", (unsigned)missing, words);
        }
    }
}

/* Every line of a language file, whatever it means. */
static void assert_file_drawn(const char *name) {
    char path[PATH_BYTES], folder[300], line[TEXT_BYTES];
    (void)snprintf(folder, sizeof folder, "config/languages/%s", name);
    FILE *file = fopen(source_path(path, folder), "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        assert_drawn(line);
    }
    (void)fclose(file);
}

static void test_no_language_lacks_a_glyph(void **context) {
    char path[PATH_BYTES];
    size_t count = 0;
    (void)context;
    DIR *folder = opendir(source_path(path, "config/languages"));
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (strstr(entry->d_name, ".ini") != NULL) {
            assert_file_drawn(entry->d_name);
            count++;
        }
    }
    (void)closedir(folder);
    assert_true(count >= LANGUAGES_SHIPPED);
}

/* Letters of the supported scripts in any order, with blanks, figures and marks between them. */
static void test_random_text_lacks_no_glyph(void **context) {
    uint64_t state = 88172645463325252u;
    (void)context;
    for (int round = 0; round < 4000; round++) {
        char words[TEXT_BYTES];
        size_t used = 0;
        while (used < 60) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            used +=
                utf8_write(supported_character(state >> 40, (uint32_t)(state >> 20)), words + used);
        }
        assert_drawn(words);
    }
    assert_int_equal(text_missing(text, FACE_TEXT, "Room 市 12"), 0x5E02);
}

static void test_characters_are_written_as_they_are_read(void **context) {
    static const uint32_t characters[] = {1,      'A',    0x7F,   0x80,    0x7FF,   0x800,
                                          0x5E02, 0xFFFD, 0xFFFF, 0x10000, 0x1F5FA, 0x10FFFF};
    (void)context;
    for (size_t i = 0; i < sizeof characters / sizeof characters[0]; i++) {
        char bytes[UTF8_BYTES];
        uint32_t read = 0;
        size_t count = utf8_write(characters[i], bytes);
        assert_int_equal(strlen(bytes), count);
        assert_int_equal(utf8_read(bytes, &read), count);
        assert_int_equal(read, characters[i]);
    }
}

static void test_features_must_make_sense(void **context) {
    (void)context;
    assert_true(shaping_reads_features(""));
    assert_true(shaping_reads_features("ss01, ss04"));
    assert_true(shaping_reads_features("a=1,b,c,d,e,f,g,h"));
    assert_false(shaping_reads_features("a,b,c,d,e,f,g,h,i"));
    assert_false(shaping_reads_features("ss01, figures"));
    assert_false(shaping_reads_features(", ss01"));
}

/* What the test card shows of a language: its own letters, each of which some face has. */
static void test_alphabets_are_whole(void **context) {
    (void)context;
    static const struct {
        const char *tag, *some;
    } languages[] = {{"uk", "Ґґ"}, {"de", "ß"},  {"de-AT", "ß"}, {"lt", "Įį"}, {"tr", "ı"},
                     {"el", "ώ"},  {"pl", "Łł"}, {"ar", "ء آ"},  {"ro", "Țț"}, {"bg", "Щ"}};
    char alphabet[TEXT_BYTES];
    for (size_t i = 0; i < sizeof languages / sizeof languages[0]; i++) {
        faces_alphabet(languages[i].tag, alphabet);
        if (strstr(alphabet, languages[i].some) == NULL) {
            fail_msg("%s: %s is not in \"%s\"", languages[i].tag, languages[i].some, alphabet);
        }
        assert_int_equal(text_missing(text, FACE_TEXT, alphabet), 0);
    }
    faces_alphabet("de", alphabet);
    assert_string_equal(alphabet, "ÄÖÜßäöü");
    faces_alphabet("xx", alphabet);
    assert_string_equal(alphabet, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_characters_are_written_as_they_are_read),
        cmocka_unit_test(test_features_must_make_sense),
        cmocka_unit_test(test_visual_order),
        cmocka_unit_test(test_brackets_turn),
        cmocka_unit_test(test_the_ellipsis_ends_the_reading),
        cmocka_unit_test(test_arabic_joins),
        cmocka_unit_test(test_joined_words_join_in_tickets_too),
        cmocka_unit_test(test_arabic_stays_in_its_line),
        cmocka_unit_test(test_no_language_lacks_a_glyph),
        cmocka_unit_test(test_alphabets_are_whole),
        cmocka_unit_test(test_random_text_lacks_no_glyph),
    };
    return cmocka_run_group_tests(tests, open_faces, close_faces);
}
