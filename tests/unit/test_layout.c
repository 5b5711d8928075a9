/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The layout's promises, on thousands of random views and many sizes of screen: nothing leaves the
 * screen, no two texts overlap, a ticket is always whole. A ruler of equal boxes stands in for
 * faces, so these tests need no font.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/layout.h"
#include "core/pulse.h"

#include <stdio.h>
#include <string.h>

static const struct {
    int width, height;
} sizes[] = {
    {320, 180},   {321, 240},   {640, 480},  {800, 480},   {1024, 600},  {1024, 768},
    {1280, 720},  {1280, 1024}, {1366, 768}, {1920, 1080}, {1920, 1200}, {2560, 1080},
    {3840, 2160}, {1080, 1920}, {720, 1280}, {768, 1024},  {1200, 1920}, {2160, 3840},
    {1920, 360},  {1920, 540},  {3840, 600}, {1080, 1080}, {320, 1200},  {180 * 2, 360},
};
enum { SIZES = sizeof sizes / sizeof sizes[0], VIEWS = 400 };

static struct scene scene;
static struct view view;
static uint64_t state;

static uint32_t draw(uint32_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 20) % below);
}

/* Every character is as wide as a wide one of a real face. */
static int ruler(void *context, enum face face, int cap_px, const char *text) {
    (void)context;
    int characters = 0;
    for (; *text != '\0'; text++) {
        characters += ((unsigned char)*text & 0xC0u) != 0x80u;
    }
    return characters * cap_px * (face == FACE_TICKET ? 92 : 84) / 100 + 1;
}

static const struct metrics metrics = {NULL, ruler};

/* Words of Latin, Cyrillic and Greek up to a length, sometimes one endless word, sometimes none. */
static void random_text(char *out, size_t bytes) {
    static const char *const words[] = {"Counter", "Вікно",      "Γραφείο", "to",
                                        "the",     "реєстрації", "ground",  "поверх",
                                        "Ё",       "a",          "14",      "Straßenverkehrsamt"};
    size_t used = 0;
    size_t most = draw(4) == 0 ? bytes - 1 : draw((uint32_t)bytes);
    bool blanks = draw(8) != 0;
    out[0] = '\0';
    for (;;) {
        const char *word = words[draw(sizeof words / sizeof words[0])];
        size_t length = strlen(word);
        if (used + length + 1 > most) {
            return;
        }
        if (used > 0 && blanks) {
            out[used++] = ' ';
        }
        memcpy(out + used, word, length + 1);
        used += length;
    }
}

static void random_ticket(char *out) {
    static const char *const characters[] = {"A", "W", "0", "7", "8", "Щ", "Й", "-", "Ω"};
    uint32_t count = 1 + draw(TICKET_CHARACTERS);
    size_t used = 0;
    for (uint32_t i = 0; i < count; i++) {
        used += (size_t)snprintf(out + used, TICKET_BYTES - used, "%s", characters[draw(9)]);
    }
}

static void random_label(char *out, size_t bytes) {
    if (draw(3) > 0) {
        (void)snprintf(out, bytes, "%u", draw(300));
    } else {
        random_text(out, bytes);
    }
}

static void random_hero(struct view_hero *hero) {
    hero->state = (enum hero_state)draw(3);
    random_ticket(hero->ticket);
    hero->direction = (enum direction)draw(6);
    hero->strong = draw(3) == 0;
    hero->pulse = (int)draw(PULSE_TOP + 1);
    hero->lines_count = 1 + draw(VIEW_LANGS_MAX);
    for (size_t i = 0; i < hero->lines_count; i++) {
        struct view_line *line = &hero->lines[i];
        random_text(line->title, sizeof line->title);
        random_text(line->noun, sizeof line->noun);
        random_label(line->label, sizeof line->label);
        random_text(line->way, sizeof line->way);
        random_text(line->again, sizeof line->again);
        random_text(line->moved, sizeof line->moved);
        random_text(line->priority, sizeof line->priority);
    }
}

/* A hall that has not found its broker: no calls, words for staff of any length. */
static void random_start(void) {
    struct view_start *start = &view.start;
    start->lines_count = 1 + draw(START_LINES_MAX);
    random_text(start->display, sizeof start->display);
    random_text(start->place, sizeof start->place);
    for (size_t i = 0; i < start->lines_count; i++) {
        random_text(start->lines[i].name, sizeof start->lines[i].name);
        random_text(start->lines[i].value, sizeof start->lines[i].value);
        start->lines[i].trouble = draw(2) == 0;
    }
    view.hero.state = HERO_NONE;
    view.rows_count = 0;
}

static void random_view(void) {
    memset(&view, 0, sizeof view);
    random_text(view.hall, sizeof view.hall);
    (void)snprintf(view.clock, sizeof view.clock, "%s", draw(5) == 0 ? "" : "14:05");
    random_text(view.date, sizeof view.date);
    if (draw(2) == 0) {
        view.logo = (struct view_logo){1 + (int)draw(2000), 1 + (int)draw(2000)};
    }
    random_hero(&view.hero);
    for (size_t i = 0; i < draw(VIEW_LANGS_MAX + 1); i++) {
        random_text(view.welcome[i], sizeof view.welcome[i]);
        random_text(view.welcome_hint[i], sizeof view.welcome_hint[i]);
    }
    random_text(view.called, sizeof view.called);
    view.rows_count = draw(VIEW_ROWS_MAX + 1);
    for (size_t i = 0; i < view.rows_count; i++) {
        struct view_row *row = &view.rows[i];
        random_ticket(row->ticket);
        random_text(row->noun, sizeof row->noun);
        random_label(row->label, sizeof row->label);
        random_text(row->again, sizeof row->again);
        random_text(row->moved, sizeof row->moved);
        random_text(row->priority, sizeof row->priority);
        row->fresh = draw(2) == 0;
    }
    random_text(view.page_text, sizeof view.page_text);
    random_text(view.notice, sizeof view.notice);
    view.alarm = (enum view_alarm)draw(3);
    random_text(view.alarm_texts[0], sizeof view.alarm_texts[0]);
    random_text(view.alarm_texts[1], sizeof view.alarm_texts[1]);
    view.urgent = draw(6) == 0;
    random_text(view.urgent_head, sizeof view.urgent_head);
    view.urgent_count = draw(VIEW_TEXTS_MAX + 1);
    for (size_t i = 0; i < view.urgent_count; i++) {
        random_text(view.urgent_texts[i], sizeof view.urgent_texts[i]);
    }
    uint32_t trouble = draw(2) == 0 ? draw(VIEW_TROUBLE_MAX + 1) : 0;
    for (size_t i = 0; i < trouble; i++) {
        random_text(view.trouble[i], sizeof view.trouble[i]);
    }
    if (draw(4) == 0) {
        random_start();
    }
}

static const struct mounting nowhere = {0, 0, 0};

static struct sheet layout(enum layout_kind kind, int width, int height) {
    struct sheet sheet = sheet_make(kind, width, height, &nowhere);
    memset(&scene, 0xA5, sizeof scene);
    layout_make(&view, &sheet, &metrics, &scene);
    return sheet;
}

static bool overlap(struct box a, struct box b) {
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height &&
           b.y < a.y + a.height;
}

static void assert_inside(const struct node *node) {
    struct box box = node->box;
    if (box.x < 0 || box.y < 0 || box.width <= 0 || box.height <= 0 ||
        box.x + box.width > scene.width || box.y + box.height > scene.height) {
        fail_msg("%dx%d: a node of kind %d at %d,%d of %dx%d leaves the screen: %s", scene.width,
                 scene.height, (int)node->kind, box.x, box.y, box.width, box.height,
                 node->kind == NODE_TEXT ? node->text.text : "");
    }
}

/* Whether a node is something to read; what is under it is not. */
static bool is_read(const struct node *node) {
    return node->kind != NODE_FILL && node->kind != NODE_RING;
}

static void assert_apart(const struct node *a, const struct node *b) {
    if (is_read(a) && is_read(b) && overlap(a->box, b->box)) {
        fail_msg("%dx%d: \"%s\" at %d,%d of %dx%d overlaps \"%s\" at %d,%d of %dx%d", scene.width,
                 scene.height, a->kind == NODE_TEXT ? a->text.text : "arrow", a->box.x, a->box.y,
                 a->box.width, a->box.height, b->kind == NODE_TEXT ? b->text.text : "arrow",
                 b->box.x, b->box.y, b->box.width, b->box.height);
    }
}

static void assert_scene_sound(void) {
    for (size_t i = 0; i < scene.nodes_count; i++) {
        const struct node *node = &scene.nodes[i];
        assert_inside(node);
        if (node->kind == NODE_TEXT) {
            assert_true(node->text.cap_px >= 3);
            assert_true(node->text.baseline_px >= node->text.cap_px);
            assert_true(node->text.baseline_px <= node->box.height);
        }
        for (size_t j = i + 1; j < scene.nodes_count; j++) {
            assert_apart(node, &scene.nodes[j]);
        }
    }
}

/* Whether a ticket stands somewhere, whole. */
static bool ticket_whole(const char *ticket) {
    for (size_t i = 0; i < scene.nodes_count; i++) {
        const struct node *node = &scene.nodes[i];
        if (node->kind == NODE_TEXT && node->text.face == FACE_TICKET &&
            strcmp(node->text.text, ticket) == 0 &&
            ruler(NULL, FACE_TICKET, node->text.cap_px, ticket) <= node->box.width) {
            return true;
        }
    }
    return false;
}

/* Whether a text, or its first line, stands somewhere. */
static bool text_shown(const char *text) {
    for (size_t i = 0; i < scene.nodes_count; i++) {
        const struct node *node = &scene.nodes[i];
        size_t bytes = node->kind == NODE_TEXT ? strlen(node->text.text) : 0;
        if (bytes > 0 && strncmp(node->text.text, text, bytes) == 0) {
            return true;
        }
    }
    return false;
}

/* At sizes of every distance, told or not, each layout. */
static struct sheet random_sheet(int width, int height) {
    const struct mounting mounting = {10 + draw(90), 0.5 + draw(20), draw(4000)};
    enum layout_kind kind = (enum layout_kind)draw(LAYOUT_KINDS);
    struct sheet sheet = sheet_make(kind, width, height, draw(2) == 0 ? &nowhere : &mounting);
    sheet.words = draw(2) == 0;
    return sheet;
}

/* Where call and list take turns, and a large alarm with them, one of the three is on the screen.
 */
static bool is_in_turns(const struct sheet *sheet) {
    enum layout_fit fit = layout_fit(sheet);
    return fit == LAYOUT_IN_TURNS || fit == LAYOUT_BARE || fit == LAYOUT_TOO_SMALL;
}

static void assert_tickets_whole(const struct sheet *sheet) {
    bool listed = sheet->kind != LAYOUT_COUNTER;
    bool turns = is_in_turns(sheet);
    bool calling = view.hero.state == HERO_CALLING;
    size_t fit = layout_rows(&view, sheet, &metrics);
    assert_true(fit >= 1 && fit <= VIEW_ROWS_MAX);
    if (turns && view.alarm != ALARM_NONE && !calling) {
        return;
    }
    if (calling || (view.hero.state == HERO_RESTING && !turns)) {
        assert_true(ticket_whole(view.hero.ticket));
    }
    for (size_t row = 0; row < view.rows_count && row < fit && listed && !(turns && calling);
         row++) {
        if (!ticket_whole(view.rows[row].ticket)) {
            fail_msg("%dx%d, layout %s, %d/%d: %s is not whole", sheet->width, sheet->height,
                     layout_names[sheet->kind], sheet->call_cap, sheet->text_cap,
                     view.rows[row].ticket);
        }
    }
}

static void test_random_views_are_sound(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= VIEWS; seed++) {
        state = seed * 0x9E3779B97F4A7C15u;
        random_view();
        for (size_t i = 0; i < SIZES; i++) {
            struct sheet sheet = random_sheet(sizes[i].width, sizes[i].height);
            memset(&scene, 0xA5, sizeof scene);
            layout_make(&view, &sheet, &metrics, &scene);
            assert_scene_sound();
            if (!view.urgent) {
                assert_tickets_whole(&sheet);
            }
        }
    }
}

static size_t rows_of(enum layout_kind kind, int width, int height) {
    struct sheet sheet = sheet_make(kind, width, height, &nowhere);
    memset(&view, 0, sizeof view);
    return layout_rows(&view, &sheet, &metrics);
}

static void test_rows_follow_the_shape(void **context) {
    (void)context;
    size_t rows = rows_of(LAYOUT_MAIN, 1920, 1080);
    assert_true(rows >= 4);
    assert_int_equal(rows_of(LAYOUT_MAIN, 1280, 720), rows);
    assert_int_equal(rows_of(LAYOUT_MAIN, 3840, 2160), rows);
    assert_true(rows_of(LAYOUT_LIST, 1920, 1080) > rows);
    assert_true(rows_of(LAYOUT_NEAR, 1920, 1080) < rows);
    assert_true(rows_of(LAYOUT_MAIN, 1080, 2400) > rows_of(LAYOUT_MAIN, 1080, 1920));
}

/* An alarm takes the header's place and, if it is long, a row. */
static void test_an_alarm_leaves_whole_rows(void **context) {
    (void)context;
    struct sheet sheet = sheet_make(LAYOUT_MAIN, 1920, 1080, &nowhere);
    size_t rows = rows_of(LAYOUT_MAIN, 1920, 1080);
    view.alarm = ALARM_VOICE;
    (void)snprintf(view.alarm_texts[0], PHRASE_BYTES, "Calls are on the screen only.");
    assert_int_equal(layout_rows(&view, &sheet, &metrics), rows);
    memset(view.alarm_texts, 0, sizeof view.alarm_texts);
    for (size_t i = 0; i < VIEW_ALARM_MAX; i++) {
        (void)snprintf(view.alarm_texts[i], PHRASE_BYTES, "%s",
                       "words words words words words words words words words words words words");
    }
    size_t less = layout_rows(&view, &sheet, &metrics);
    assert_true(less < rows && less >= 2);
}

static void usual_view(bool alarm);

static size_t texts_like(const char *beginning) {
    size_t count = 0;
    for (size_t i = 0; i < scene.nodes_count; i++) {
        const struct node *node = &scene.nodes[i];
        count += node->kind == NODE_TEXT &&
                 strncmp(node->text.text, beginning, strlen(beginning)) == 0;
    }
    return count;
}

/* Lines for staff are all there on a full HD screen, take no more than a quarter of it, cost rows
 * and nothing else; on a screen without room calls come first. */
static void test_lines_for_staff(void **context) {
    (void)context;
    struct sheet sheet = sheet_make(LAYOUT_MAIN, 1920, 1080, &nowhere);
    size_t rows = rows_of(LAYOUT_MAIN, 1920, 1080);
    usual_view(true);
    for (size_t i = 0; i < VIEW_TROUBLE_MAX; i++) {
        (void)snprintf(view.trouble[i], TEXT_BYTES, "line %zu: [broker] url: expected mqtt://", i);
    }
    size_t less = layout_rows(&view, &sheet, &metrics);
    assert_true(less < rows && less >= 2);
    (void)layout(LAYOUT_MAIN, 1920, 1080);
    assert_scene_sound();
    assert_int_equal(texts_like("line "), VIEW_TROUBLE_MAX);
    assert_true(ticket_whole("W888"));
    const struct mounting far = {55, 13.5, 2200};
    struct sheet low = sheet_make(LAYOUT_MAIN, 640, 360, &far);
    layout_make(&view, &low, &metrics, &scene);
    assert_int_equal(texts_like("line "), 0);
    assert_true(ticket_whole("W888"));
}

static void test_every_byte_is_defined(void **context) {
    (void)context;
    static struct scene first;
    state = 77;
    random_view();
    struct sheet sheet = layout(LAYOUT_MAIN, 1920, 1080);
    first = scene;
    memset(&scene, 0x5A, sizeof scene);
    layout_make(&view, &sheet, &metrics, &scene);
    assert_memory_equal(&first, &scene, sizeof scene);
}

/* A short ticket on a full HD screen is the size that is promised. */
static void test_ticket_is_large(void **context) {
    (void)context;
    memset(&view, 0, sizeof view);
    view.hero.state = HERO_CALLING;
    view.hero.lines_count = 1;
    (void)snprintf(view.hero.ticket, sizeof view.hero.ticket, "A7");
    (void)snprintf(view.hero.lines[0].noun, sizeof view.hero.lines[0].noun, "Desk");
    (void)snprintf(view.hero.lines[0].label, sizeof view.hero.lines[0].label, "4");
    (void)layout(LAYOUT_MAIN, 1920, 1080);
    int ticket = 0;
    int counter = 0;
    for (size_t i = 0; i < scene.nodes_count; i++) {
        const struct node *node = &scene.nodes[i];
        if (node->kind == NODE_TEXT && strcmp(node->text.text, "A7") == 0) {
            ticket = node->text.cap_px;
        } else if (node->kind == NODE_TEXT && strcmp(node->text.text, "4") == 0) {
            counter = node->text.cap_px;
        }
    }
    assert_true(ticket * 100 >= 1080 * 24);
    assert_true(counter * 100 >= ticket * 60);
}

/* A view of a well configured hall: tickets of 4 characters, counters of 2 digits. */
static void usual_view(bool alarm) {
    memset(&view, 0, sizeof view);
    (void)snprintf(view.hall, sizeof view.hall, "Hall");
    (void)snprintf(view.clock, sizeof view.clock, "14:05");
    (void)snprintf(view.date, sizeof view.date, "Sunday, 22 November");
    (void)snprintf(view.called, sizeof view.called, "Called");
    (void)snprintf(view.notice, sizeof view.notice, "The desk closes at 15:30.");
    view.hero.state = HERO_CALLING;
    view.hero.lines_count = 2;
    (void)snprintf(view.hero.ticket, sizeof view.hero.ticket, "W888");
    for (size_t i = 0; i < 2; i++) {
        struct view_line *line = &view.hero.lines[i];
        (void)snprintf(line->title, sizeof line->title, "Ticket");
        (void)snprintf(line->noun, sizeof line->noun, "Counter");
        (void)snprintf(line->label, sizeof line->label, "12");
        (void)snprintf(line->way, sizeof line->way, "Ground floor, to the left");
        (void)snprintf(line->again, sizeof line->again, "%s", alarm ? "Called again" : "");
    }
    view.rows_count = VIEW_ROWS_MAX;
    for (size_t i = 0; i < VIEW_ROWS_MAX; i++) {
        struct view_row *row = &view.rows[i];
        (void)snprintf(row->ticket, sizeof row->ticket, "W%03u", (unsigned)(800 + i));
        (void)snprintf(row->noun, sizeof row->noun, "Counter");
        (void)snprintf(row->label, sizeof row->label, "%u", (unsigned)(10 + i));
        row->fresh = i < 2;
    }
    view.alarm = alarm ? ALARM_VOICE : ALARM_NONE;
    (void)snprintf(view.alarm_texts[0], PHRASE_BYTES, "Please watch the screen.");
}

static void assert_sizes_kept(const struct sheet *sheet) {
    for (size_t i = 0; i < scene.nodes_count; i++) {
        const struct node *node = &scene.nodes[i];
        if (node->kind != NODE_TEXT) {
            continue;
        }
        int least = node->text.face == FACE_TICKET ? sheet->call_cap : sheet->text_cap;
        if (node->text.cap_px < least) {
            fail_msg("%dx%d, layout %s%s: \"%s\" is set with capitals of %d pixels, not %d",
                     sheet->width, sheet->height, layout_names[sheet->kind],
                     view.alarm != ALARM_NONE ? " with an alarm" : "", node->text.text,
                     node->text.cap_px, least);
        }
    }
}

/* At this distance; returns whether the layout says that it holds its sizes. */
static bool prove_sizes(enum layout_kind kind, int width, int height, int metres) {
    const struct mounting mounting = {55, metres, 2200};
    struct sheet sheet = sheet_make(kind, width, height, &mounting);
    usual_view(metres % 2 == 0);
    layout_make(&view, &sheet, &metrics, &scene);
    if (layout_fit(&sheet) != LAYOUT_TOO_SMALL) {
        assert_sizes_kept(&sheet);
    }
    return layout_fit(&sheet) != LAYOUT_TOO_SMALL;
}

/* Wherever the layout says that it holds its sizes, it does. */
static void test_nothing_is_smaller_than_the_sheet_asks(void **context) {
    (void)context;
    size_t held = 0;
    for (size_t i = 0; i < SIZES * (size_t)LAYOUT_KINDS; i++) {
        enum layout_kind kind = (enum layout_kind)(i % LAYOUT_KINDS);
        size_t size = i / LAYOUT_KINDS;
        for (int metres = 1; metres <= 12; metres++) {
            held += prove_sizes(kind, sizes[size].width, sizes[size].height, metres);
        }
    }
    assert_true(held > SIZES * LAYOUT_KINDS * 2);
}

static const struct node *text_of(const char *text) {
    for (size_t i = 0; i < scene.nodes_count; i++) {
        if (scene.nodes[i].kind == NODE_TEXT && strcmp(scene.nodes[i].text.text, text) == 0) {
            return &scene.nodes[i];
        }
    }
    return NULL;
}

static void expect_lines(enum layout_kind kind, const char *label, const char *const *lines) {
    const struct mounting mounting = {55, 4, 0};
    struct sheet sheet = sheet_make(kind, 1920, 1080, &mounting);
    usual_view(false);
    view.rows_count = 0;
    view.hero.lines_count = 1;
    view.hero.lines[0].noun[0] = '\0';
    (void)snprintf(view.hero.lines[0].label, sizeof view.hero.lines[0].label, "%s", label);
    layout_make(&view, &sheet, &metrics, &scene);
    for (size_t i = 0; i < 2 && lines[i] != NULL; i++) {
        const struct node *node = text_of(lines[i]);
        if (node == NULL) {
            fail_msg("layout %s: no line \"%s\" of \"%s\"", layout_names[kind], lines[i], label);
            return;
        }
        assert_true(node->text.cap_px >= sheet.text_cap);
        assert_true(ruler(NULL, node->text.face, node->text.cap_px, lines[i]) <= node->box.width);
    }
}

/* A label wraps at blanks and behind its own hyphens, and shrinks before a word is broken; then the
 * word has a hyphen and three letters or more on either side, in letters of two bytes too. */
static void test_long_words_are_broken_last(void **context) {
    (void)context;
    static const struct {
        enum layout_kind kind;
        const char *label, *lines[2];
    } cases[] = {
        {LAYOUT_MAIN, "Sachbearbeiterplatz 12", {"Sachbearbeiterplatz", "12"}},
        {LAYOUT_MAIN, "Kfz-Zulassungsbehörde", {"Kfz-", "Zulassungsbehörde"}},
        {LAYOUT_MAIN, "Kfz-Zulassungsangelegenheiten", {"Kfz-", "Zulassungsangelegenheiten"}},
        {LAYOUT_MAIN, "An-/Abmeldungsangelegenheiten", {"An-/", "Abmeldungsangelegenheiten"}},
        {LAYOUT_MAIN,
         "Staatsbürgerschaftsangelegenheiten",
         {"Staatsbürgerschaf-", "tsangelegenheiten"}},
        {LAYOUT_NEAR,
         "Staatsbürgerschaftsangelegenheiten",
         {"Staatsbürgerschaftsan-", "gelegenheiten"}},
        {LAYOUT_NEAR, "Виконавчопровадженнєвідділення", {"Виконавчопровадженнєв-", "ідділення"}},
        {LAYOUT_NEAR, "99999999999999999999999999999", {"9999999999999999999999", "9999999"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect_lines(cases[i].kind, cases[i].label, cases[i].lines);
    }
}

/* Three letters at least are on the next line, in a notice whose size is what it is. */
static void test_no_single_letters_are_broken_off(void **context) {
    (void)context;
    const struct mounting mounting = {55, 4, 0};
    struct sheet sheet = sheet_make(LAYOUT_MAIN, 1920, 1080, &mounting);
    size_t broken = 0;
    for (size_t letters = 40; letters <= 70; letters++) {
        usual_view(false);
        memset(view.notice, 'n', letters);
        view.notice[letters] = '\0';
        layout_make(&view, &sheet, &metrics, &scene);
        const struct node *last = &scene.nodes[scene.nodes_count - 1];
        if (strlen(last->text.text) < letters) {
            const struct node *before = last - 1;
            size_t bytes = strlen(before->text.text);
            assert_int_equal(before->text.text[bytes - 1], '-');
            assert_true(strlen(last->text.text) >= 3);
            assert_int_equal(bytes - 1 + strlen(last->text.text), letters);
            broken++;
        }
    }
    assert_true(broken >= 10 && broken < 30);
}

static struct box logo_of(void) {
    for (size_t i = 0; i < scene.nodes_count; i++) {
        if (scene.nodes[i].kind == NODE_PICTURE) {
            return scene.nodes[i].box;
        }
    }
    return (struct box){0};
}

/* The hall's name beside a square logo on an upright screen: whether it is whole, and the logo. */
static bool name_whole(const char *name, int metres, struct box *logo) {
    const struct mounting mounting = {55, metres, 0};
    struct sheet sheet = sheet_make(LAYOUT_MAIN, 1080, 1920, &mounting);
    usual_view(false);
    (void)snprintf(view.hall, sizeof view.hall, "%s", name);
    view.logo = (struct view_logo){300, 300};
    layout_make(&view, &sheet, &metrics, &scene);
    assert_scene_sound();
    *logo = logo_of();
    const struct node *node = text_of(name);
    assert_non_null(node);
    assert_true(node->text.cap_px >= sheet.text_cap);
    return ruler(NULL, FACE_STRONG, node->text.cap_px, name) <= node->box.width;
}

/* First the clock goes down to the date, then the logo gets smaller, then it is left out. */
static void test_a_logo_gives_way_to_the_name(void **context) {
    (void)context;
    struct box whole;
    struct box beside;
    struct box logo;
    assert_true(name_whole("Hall", 4, &whole));
    assert_true(whole.height > 100 && whole.width == whole.height);
    assert_true(text_of("14:05")->box.y < text_of("Sunday, 22 November")->box.y);
    assert_true(name_whole("Citizens' Office 2", 4, &beside));
    assert_int_equal(beside.height, whole.height);
    assert_true(text_of("14:05")->box.y > text_of("Citizens' Office 2")->box.y + 30);
    assert_true(name_whole("Citizens' Office, annex B", 4, &logo));
    assert_true(logo.height < whole.height && logo.height * 2 >= whole.height);
    assert_true(name_whole("Citizens' Office, annex 101", 4, &logo));
    assert_int_equal(logo.height, 0);
    (void)name_whole("Bezirksamt Charlottenburg-Wilmersdorf", 4, &logo);
    assert_int_equal(logo.height, 0);
}

/* standards.md, "Seeing": 13.4 mm for each metre, of a 55-inch screen of 1217.6 mm. */
static void test_sizes_follow_the_distance(void **context) {
    (void)context;
    const struct mounting flat = {55, 4, 0};
    struct sheet sheet = sheet_make(LAYOUT_MAIN, 1920, 1080, &flat);
    assert_int_equal(sheet.call_cap, 85); /* 53.6 mm of 1.577 px */
    assert_int_equal(sheet.text_cap, 41); /* 26 mm */
    const struct mounting high = {55, 4, 3200};
    struct sheet far = sheet_make(LAYOUT_MAIN, 1920, 1080, &high);
    assert_int_equal(far.call_cap, 106); /* 2 m above the eyes: a quarter more */
    const struct mounting close = {55, 0.5, 0};
    struct sheet near = sheet_make(LAYOUT_MAIN, 1920, 1080, &close);
    assert_true(near.call_cap * 20 >= 1080);
    assert_int_equal(layout_fit(&sheet), LAYOUT_FITS);
    struct sheet turns = sheet_at(LAYOUT_MAIN, 1920, 1080, &flat, 10);
    assert_int_equal(layout_fit(&turns), LAYOUT_IN_TURNS);
    struct sheet too_far = sheet_at(LAYOUT_MAIN, 1920, 1080, &flat, 14);
    assert_int_equal(layout_fit(&too_far), LAYOUT_TOO_SMALL);
    double reach_m = layout_reach_m(&sheet, &flat);
    struct sheet just = sheet_at(LAYOUT_MAIN, 1920, 1080, &flat, reach_m);
    assert_int_not_equal(layout_fit(&just), LAYOUT_TOO_SMALL);
    struct sheet beyond = sheet_at(LAYOUT_MAIN, 1920, 1080, &flat, reach_m + 0.2);
    assert_int_equal(layout_fit(&beyond), LAYOUT_TOO_SMALL);
}

/* 43 inches at 10 m: call and list take turns, and so does an alarm that leaves a call no room. */
static void test_call_and_list_take_turns(void **context) {
    (void)context;
    const struct mounting far = {43, 10, 0};
    struct sheet sheet = sheet_make(LAYOUT_MAIN, 1920, 1080, &far);
    assert_int_equal(layout_fit(&sheet), LAYOUT_IN_TURNS);
    assert_false(layout_has_notices(&sheet));
    usual_view(false);
    view.hero.state = HERO_CALLING;
    (void)snprintf(view.hero.ticket, sizeof view.hero.ticket, "A107");
    (void)snprintf(view.rows[0].ticket, sizeof view.rows[0].ticket, "B12");
    (void)snprintf(view.page_text, sizeof view.page_text, "1/9");
    layout_make(&view, &sheet, &metrics, &scene);
    assert_true(ticket_whole("A107") && !ticket_whole("B12"));
    view.hero.state = HERO_RESTING;
    layout_make(&view, &sheet, &metrics, &scene);
    assert_true(ticket_whole("B12") && !ticket_whole("A107"));
    assert_true(text_shown("1/9"));
    usual_view(true);
    (void)snprintf(view.hero.ticket, sizeof view.hero.ticket, "A107");
    view.hero.state = HERO_CALLING;
    layout_make(&view, &sheet, &metrics, &scene);
    assert_true(ticket_whole("A107") && !text_shown(view.alarm_texts[0]));
    view.hero.state = HERO_RESTING;
    layout_make(&view, &sheet, &metrics, &scene);
    assert_int_equal(layout_rows(&view, &sheet, &metrics), 1);
    assert_false(ticket_whole("A107"));
    for (size_t i = 0; i < scene.nodes_count; i++) {
        assert_true(scene.nodes[i].kind != NODE_TEXT || scene.nodes[i].colour == COLOUR_ALARM_INK);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_views_are_sound),
        cmocka_unit_test(test_rows_follow_the_shape),
        cmocka_unit_test(test_every_byte_is_defined),
        cmocka_unit_test(test_ticket_is_large),
        cmocka_unit_test(test_nothing_is_smaller_than_the_sheet_asks),
        cmocka_unit_test(test_sizes_follow_the_distance),
        cmocka_unit_test(test_an_alarm_leaves_whole_rows),
        cmocka_unit_test(test_call_and_list_take_turns),
        cmocka_unit_test(test_lines_for_staff),
        cmocka_unit_test(test_long_words_are_broken_last),
        cmocka_unit_test(test_no_single_letters_are_broken_off),
        cmocka_unit_test(test_a_logo_gives_way_to_the_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
