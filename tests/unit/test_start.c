/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The start screen: when it is there, what it says, and how it is set. And the clock on the wall,
 * which is not shown while nobody vouches for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "board_world.h"
#include "core/layout.h"
#include "core/text.h"
#include "core/view.h"

/* --- when it is there --- */

/* A hall that was switched on a moment ago. */
static int set_up(void **state) {
    int result = world_set_up(state);
    board_init(&world->board, world->now);
    board_set_page(&world->board, 4, 200);
    return result;
}

static bool starting(void) {
    return board_starting(&world->board, world->now.mono);
}

static void link_is(enum link_state state) {
    struct input input = {.kind = INPUT_LINK, .link = {.state = state}};
    give(&input);
}

/* A start that goes well shows nothing of it. */
static void it_waits_a_moment(void **state) {
    (void)state;
    assert_false(starting());
    tick(LINK_STARTING_GRACE_MS - 1);
    assert_false(starting());
    tick(1);
    assert_true(starting());
    link_is(LINK_DOWN);
    tick(LINK_GRACE_MS);
    assert_true(starting());
}

static void the_first_connection_ends_it_for_good(void **state) {
    (void)state;
    tick(MONO_NEVER / 4);
    assert_true(starting());
    link_is(LINK_UP);
    assert_false(starting());
    link_is(LINK_DOWN);
    tick(3600000);
    assert_true(board_link_bad(&world->board, world->now.mono));
    assert_false(starting());
}

static void the_first_message_ends_it_for_good(void **state) {
    (void)state;
    tick(5000);
    assert_true(starting());
    event(EVENT_CALL, "1", "A107", "4");
    assert_false(starting());
    event(EVENT_WITHDRAW, "1", "A107", "4");
    assert_int_equal(world->board.calls_count, 0);
    tick(5000);
    assert_false(starting());
}

/* Calls of the run before, which the journal has brought back. */
static void a_hall_with_calls_shows_them(void **state) {
    (void)state;
    world->board.calls_count = 1;
    tick(5000);
    assert_false(starting());
}

/* --- the clock on the wall --- */

static void clock_is(enum clock_state state) {
    struct input input = {.kind = INPUT_CLOCK_STATE, .clock_state = state};
    give(&input);
}

static const struct view *look(void) {
    static struct view view;
    view_make(&world->board, &world->hall, world->now, 0, &view);
    return &view;
}

static void a_clock_that_may_show_yesterday_is_not_shown(void **state) {
    (void)state;
    static const struct {
        enum clock_state state;
        const char *clock;
    } rows[] = {{CLOCK_SYNCHRONISED, "08:15"},
                {CLOCK_BATTERY, "08:15"},
                {CLOCK_TRUSTED, "08:15"},
                {CLOCK_DOUBTED, ""},
                {CLOCK_UNSET, ""}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        clock_is(rows[i].state);
        assert_string_equal(look()->clock, rows[i].clock);
        assert_int_equal(look()->date[0] == '\0', rows[i].clock[0] == '\0');
    }
}

/* Nor is the time since which there are no calls. */
static void no_line_tells_its_time(void **state) {
    (void)state;
    link_is(LINK_UP);
    event(EVENT_CALL, "1", "A107", "4");
    link_is(LINK_DOWN);
    tick(LINK_GRACE_MS);
    assert_string_equal(look()->alarm_texts[0], "since 08:15");
    clock_is(CLOCK_DOUBTED);
    assert_string_equal(look()->alarm_texts[0], "since --:--");
}

/* "In a moment" is said for a minute; then a visitor is sent to a counter, at the minute and not
 * with the next thing that happens. */
static void a_moment_is_no_more_than_a_minute(void **state) {
    (void)state;
    char(*labels)[PHRASE_BYTES] = world->hall.languages[0].labels;
    text_copy(labels[LABEL_LINK_STARTING], PHRASE_BYTES, "in a moment");
    text_copy(labels[LABEL_LINK_NO_BOARD], PHRASE_BYTES, "ask");
    mono_ms ends = world->now.mono + LINK_STARTING_LONG_MS;
    tick(LINK_STARTING_GRACE_MS);
    assert_string_equal(look()->alarm_texts[0], "in a moment");
    assert_int_equal(board_deadline(&world->board, &world->hall, world->now), ends);
    tick(ends - world->now.mono - 1);
    assert_string_equal(look()->alarm_texts[0], "in a moment");
    tick(1);
    assert_string_equal(look()->alarm_texts[0], "ask");
    assert_int_equal(board_deadline(&world->board, &world->hall, world->now), MONO_NEVER);
}

/* --- what it says --- */

static struct start_facts usual_facts(void) {
    struct start_facts facts = {
        .site = "city",
        .halls = "main",
        .display = "screen-1",
        .version = "1.2",
        .host = "pi-3",
        .serial = "10000000a74e1c92",
        .links_count = 2,
        .links = {{.name = "eth0", .mac = "b8:27:eb:4e:1c:92", .up = true},
                  {.name = "wlan0", .mac = "b8:27:eb:1b:49:c7", .radio = true}},
        .addresses_count = 2,
        .addresses = {"192.168.1.24 (eth0)", "2001:db8::2 (eth0)"},
        .broker = "broker:1883",
        .link_reason = "broker broker:1883 refuses connections: does it run?",
        .clock = CLOCK_SYNCHRONISED,
        .time = "2026-11-22 08:15"};
    return facts;
}

static const struct start_line *line_of(const struct view_start *start, const char *name) {
    for (size_t i = 0; i < start->lines_count; i++) {
        if (strcmp(start->lines[i].name, name) == 0) {
            return &start->lines[i];
        }
    }
    fail_msg("there is no line \"%s\"", name);
    return NULL;
}

static void assert_line(const struct view_start *start, const char *name, const char *value,
                        bool trouble) {
    const struct start_line *line = line_of(start, name);
    assert_string_equal(line->value, value);
    assert_int_equal(line->trouble, trouble);
}

static void facts_become_lines(void **state) {
    (void)state;
    struct view_start start;
    struct start_facts facts = usual_facts();
    start_lines(&facts, &start);
    assert_string_equal(start.display, "screen-1");
    assert_string_equal(start.place, "hall main, site city");
    assert_line(&start, "broker", "broker:1883", false);
    assert_line(&start, "link", facts.link_reason, true);
    assert_line(&start, "network", "eth0, cable connected, b8:27:eb:4e:1c:92", false);
    assert_line(&start, "address", "192.168.1.24 (eth0)", false);
    assert_line(&start, "sound", "well", false);
    assert_line(&start, "clock", "synchronised, it reads 2026-11-22 08:15", false);
    assert_line(&start, "computer", "pi-3, serial 10000000a74e1c92", false);
    assert_line(&start, "program", "hallcall 1.2", false);
    assert_int_equal(start.lines_count, 10);
}

static void what_is_wrong_is_marked(void **state) {
    (void)state;
    struct view_start start;
    struct start_facts facts = usual_facts();
    facts.links[0].up = false;
    facts.addresses_count = 0;
    facts.clock = CLOCK_DOUBTED;
    snprintf(facts.voice_reason, REASON_BYTES, "unplugged");
    start_lines(&facts, &start);
    assert_line(&start, "network", "eth0, no cable, or nothing at its other end, b8:27:eb:4e:1c:92",
                true);
    assert_line(&start, "address", "none yet", true);
    assert_line(&start, "sound", "unplugged", true);
    assert_line(&start, "clock",
                "not synchronised, it reads 2026-11-22 08:15: no time server answers; it is not "
                "shown to visitors",
                true);
    facts.link_reason[0] = '\0';
    facts.links_count = 0;
    facts.serial[0] = '\0';
    start_lines(&facts, &start);
    assert_line(&start, "link", "connecting", false);
    assert_line(&start, "network", "this machine has no network card", true);
    assert_line(&start, "computer", "pi-3", false);
}

/* As many of everything as there can be, each as long as can be. */
static void nothing_is_too_much(void **state) {
    (void)state;
    struct view_start start;
    struct start_facts facts;
    memset(&facts, 'W', sizeof facts);
    facts.site[NAME_BYTES - 1] = facts.display[NAME_BYTES - 1] = '\0';
    facts.halls[sizeof facts.halls - 1] = '\0';
    facts.version[sizeof facts.version - 1] = facts.broker[sizeof facts.broker - 1] = '\0';
    facts.host[START_MACHINE_BYTES - 1] = facts.serial[START_MACHINE_BYTES - 1] = '\0';
    facts.link_reason[REASON_BYTES - 1] = facts.voice_reason[REASON_BYTES - 1] = '\0';
    facts.time[sizeof facts.time - 1] = '\0';
    facts.clock = CLOCK_DOUBTED;
    facts.links_count = START_LINKS_MAX;
    facts.addresses_count = START_ADDRESSES_MAX;
    for (size_t i = 0; i < START_LINKS_MAX; i++) {
        facts.links[i].name[sizeof facts.links[i].name - 1] = '\0';
        facts.links[i].mac[sizeof facts.links[i].mac - 1] = '\0';
        facts.links[i].up = facts.links[i].radio = false;
    }
    for (size_t i = 0; i < START_ADDRESSES_MAX; i++) {
        facts.addresses[i][sizeof facts.addresses[i] - 1] = '\0';
    }
    start_lines(&facts, &start);
    assert_int_equal(start.lines_count, 6 + START_LINKS_MAX + START_ADDRESSES_MAX);
    assert_true(start.lines_count <= START_LINES_MAX);
    line_of(&start, "program");
}

/* --- how it is set --- */

/* Every character is as wide as a wide one of a real face. */
static int ruler(void *context, enum face face, int cap_px, const char *text) {
    (void)context;
    (void)face;
    int characters = 0;
    for (; *text != '\0'; text++) {
        characters += ((unsigned char)*text & 0xC0u) != 0x80u;
    }
    return characters * cap_px * 70 / 100 + 1;
}

static struct scene scene;
static struct view shown;

static void show(enum layout_kind kind, int width, int height, bool from_right) {
    static const struct metrics metrics = {NULL, ruler};
    static const struct mounting mounting = {0, 0, 0};
    struct start_facts facts = usual_facts();
    struct sheet sheet = sheet_make(kind, width, height, &mounting);
    memset(&shown, 0, sizeof shown);
    snprintf(shown.welcome[0], PHRASE_BYTES, "Welcome");
    snprintf(shown.called, sizeof shown.called, from_right ? "النداءات" : "Called");
    shown.alarm = ALARM_LINK;
    snprintf(shown.alarm_texts[0], PHRASE_BYTES, "Starting up.");
    start_lines(&facts, &shown.start);
    layout_make(&shown, &sheet, &metrics, &scene);
}

static const struct node *node_of(const char *text) {
    for (size_t i = 0; i < scene.nodes_count; i++) {
        const struct node *node = &scene.nodes[i];
        if (node->kind == NODE_TEXT && strcmp(node->text.text, text) == 0) {
            return node;
        }
    }
    return NULL;
}

static const struct {
    enum layout_kind kind;
    int width, height;
} screens[] = {
    {LAYOUT_MAIN, 1920, 1080}, {LAYOUT_MAIN, 1280, 720},     {LAYOUT_MAIN, 1080, 1920},
    {LAYOUT_MAIN, 3840, 2160}, {LAYOUT_LIST, 1920, 1080},    {LAYOUT_LIST, 1080, 1920},
    {LAYOUT_NEAR, 1920, 1080}, {LAYOUT_COUNTER, 1920, 1080}, {LAYOUT_COUNTER, 1080, 1920},
    {LAYOUT_BAR, 1920, 360},   {LAYOUT_BAR, 3840, 600},      {LAYOUT_MAIN, 1024, 768},
};
enum { SCREENS = sizeof screens / sizeof screens[0] };

/* Visitors have their welcome and staff every fact, in each layout and direction, at sizes that the
 * sheet allows. */
static void everything_is_there_in_every_layout(void **state) {
    (void)state;
    for (size_t i = 0; i < SCREENS * 2; i++) {
        int width = screens[i / 2].width, height = screens[i / 2].height;
        show(screens[i / 2].kind, width, height, i % 2 != 0);
        const struct node *welcome = node_of("Welcome"), *name = node_of("screen-1");
        assert_non_null(welcome);
        assert_non_null(name);
        assert_non_null(node_of("Starting up."));
        int unit = sheet_unit(width, height);
        const struct node *least = node_of("program");
        assert_non_null(least); /* the last line: so all are there */
        assert_true(least->text.cap_px >= sheet_staff_cap(unit, welcome->text.cap_px));
        assert_true(name->text.cap_px > least->text.cap_px);
        assert_true(welcome->text.cap_px > name->text.cap_px);
        for (size_t j = 0; j < shown.start.lines_count; j++) {
            const struct start_line *line = &shown.start.lines[j];
            assert_true(line->name[0] == '\0' || node_of(line->name) != NULL);
        }
    }
}

/* In a hall that reads from the right the panel is on the left, and inside it name before value. */
static void english_stays_english_in_a_mirrored_hall(void **state) {
    (void)state;
    for (int from_right = 0; from_right < 2; from_right++) {
        show(LAYOUT_MAIN, 1920, 1080, from_right != 0);
        const struct node *name = node_of("program"), *value = node_of("hallcall 1.2");
        assert_non_null(name);
        assert_non_null(value);
        assert_true(name->box.x + name->box.width <= value->box.x);
        assert_int_equal(name->text.align, ALIGN_LEFT);
        assert_int_equal(value->text.align, ALIGN_LEFT);
        assert_int_equal(name->box.x < 960, from_right);
    }
}

/* Two and a half short sides away: the sizes of sheet.h. */
static void the_least_size_is_the_ladders(void **state) {
    (void)state;
    assert_int_equal(sheet_staff_cap(1080, 43), 18);
    assert_int_equal(sheet_staff_cap(720, 29), 12);
    assert_int_equal(sheet_staff_cap(1080, 15), 15); /* never more than visitors' text */
}

/* A picture of nothing. */
static void a_resting_screen_is_black(void **state) {
    (void)state;
    static const struct metrics metrics = {NULL, ruler};
    static const struct mounting mounting = {0, 0, 0};
    struct sheet sheet = sheet_make(LAYOUT_MAIN, 1920, 1080, &mounting);
    memset(&shown, 0, sizeof shown);
    shown.off = true;
    layout_make(&shown, &sheet, &metrics, &scene);
    assert_int_equal(scene.nodes_count, 1);
    assert_int_equal(scene.nodes[0].kind, NODE_GREY);
    assert_int_equal(scene.nodes[0].grey, 0);
    assert_int_equal(scene.nodes[0].box.width, 1920);
    assert_int_equal(scene.nodes[0].box.height, 1080);
}

#define OWN(test) cmocka_unit_test_setup_teardown(test, set_up, world_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        OWN(it_waits_a_moment),
        OWN(the_first_connection_ends_it_for_good),
        OWN(the_first_message_ends_it_for_good),
        OWN(a_hall_with_calls_shows_them),
        OWN(a_moment_is_no_more_than_a_minute),
        OWN(a_clock_that_may_show_yesterday_is_not_shown),
        OWN(no_line_tells_its_time),
        cmocka_unit_test(facts_become_lines),
        cmocka_unit_test(what_is_wrong_is_marked),
        cmocka_unit_test(nothing_is_too_much),
        cmocka_unit_test(everything_is_there_in_every_layout),
        cmocka_unit_test(english_stays_english_in_a_mirrored_hall),
        cmocka_unit_test(the_least_size_is_the_ladders),
        cmocka_unit_test(a_resting_screen_is_black),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
