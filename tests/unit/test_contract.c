/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The contract: single members with their boundaries, then every hostile message of tests/hostile
 * and every example of docs/schemas/examples.
 */
#include "feed/compose.h"
#include "feed/contract.h"
#include "feed/timestamp.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct topic_names names = {
    "hallcall", "townhall", {2, {"main", "registry"}}, "north"};
/* What [ticket] pattern is by default: letters beyond ASCII one by one. */
static const char pattern[] =
    "^[A-ZÄÖÜАБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ]{0,4}[- ]?[0-9]{0,5}[A-Z]?$";

/* The contract under test and where its answers go; inputs are too large for a stack frame each. */
static struct contract contract;
static struct input input;
static char reason[REASON_BYTES];

static int set_up(void **state) {
    (void)state;
    assert_true(contract_init(&contract, &names, pattern, reason, sizeof reason));
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    contract_finish(&contract);
    return 0;
}

static enum refusal read_bytes(const char *kind, const void *payload, size_t bytes) {
    const struct {
        const char *kind, *topic;
    } topics[] = {
        {"event", "hallcall/1/townhall/hall/main/event"},
        {"event-registry", "hallcall/1/townhall/hall/registry/event"},
        {"board-registry", "hallcall/1/townhall/hall/registry/board"},
        {"notice-registry", "hallcall/1/townhall/hall/registry/notice/lunch"},
        {"event-retained", "hallcall/1/townhall/hall/main/event"},
        {"board", "hallcall/1/townhall/hall/main/board"},
        {"notice", "hallcall/1/townhall/hall/main/notice/lunch"},
        {"urgent", "hallcall/1/townhall/urgent"},
        {"clock", "hallcall/1/townhall/clock"},
        {"status", "hallcall/1/townhall/display/north/state/status"},
        {"other", "hallcall/1/townhall/hall/other/event"},
        {"mute", "hallcall/1/townhall/display/north/command/mute"},
        {"mute-retained", "hallcall/1/townhall/display/north/command/mute"},
        {"volume", "hallcall/1/townhall/display/north/command/volume"},
        {"repeat", "hallcall/1/townhall/display/north/command/repeat"},
        {"repeat-replayed", "hallcall/1/townhall/display/north/command/repeat"},
    };
    struct arrival arrival = {.live = true, .expiry_left_ms = 5000};
    arrival.retained = strstr(kind, "-retained") != NULL;
    arrival.live = strstr(kind, "-replayed") == NULL;
    for (size_t i = 0; i < sizeof topics / sizeof topics[0]; i++) {
        if (strcmp(topics[i].kind, kind) == 0) {
            struct message message = {topics[i].topic, payload, bytes, &arrival};
            return contract_read(&contract, &message, &input, reason);
        }
    }
    fail_msg("unknown kind %s", kind);
    return REFUSAL_KINDS;
}

static enum refusal read_text(const char *kind, const char *payload) {
    return read_bytes(kind, payload, strlen(payload));
}

static void test_smallest_event(void **state) {
    (void)state;
    assert_int_equal(read_text("event", "{\"ticket\":\"A107\",\"counter\":\"4\"}"), REFUSAL_NONE);
    const struct event *event = &input.event;
    assert_int_equal(input.kind, INPUT_EVENT);
    assert_int_equal(event->type, EVENT_CALL);
    assert_string_equal(event->ticket, "A107");
    assert_string_equal(event->counter, "4");
    assert_string_equal(event->id, "");
    assert_int_equal(event->n, 0);
    assert_int_equal(event->langs.count, 0);
    assert_true(event->seq == -1);
    assert_true(event->ttl_ms == -1);
    assert_true(event->time == TIME_UNKNOWN);
    assert_true(event->arrival.live);
    assert_true(event->arrival.expiry_left_ms == 5000);
}

static void test_full_event(void **state) {
    (void)state;
    assert_int_equal(
        read_text("event", "{\"v\":1,\"id\":\"01JD7Q8Z6K3W\",\"type\":\"recall\",\"n\":2,"
                           "\"ticket\":107,\"counter\":\"Room-4\",\"label\":\" Room  4 \","
                           "\"spoken\":{\"uk\":\" [[ka]]  7\"},"
                           "\"priority\":true,"
                           "\"lang\":[\"uk\",\"de-AT\",\"uk\"],\"epoch\":\"2026-11-22\",\"seq\":0,"
                           "\"time\":\"2026-11-22T10:15:30.120+02:00\",\"ttl\":2.5}"),
        REFUSAL_NONE);
    const struct event *event = &input.event;
    assert_int_equal(event->type, EVENT_RECALL);
    assert_string_equal(event->id, "01JD7Q8Z6K3W");
    assert_int_equal(event->n, 2);
    assert_string_equal(event->ticket, "107");
    assert_string_equal(event->counter, "room-4");
    assert_string_equal(event->label, "Room 4");
    assert_true(event->priority);
    assert_int_equal(event->spoken.count, 1);
    assert_string_equal(event->spoken.texts[0].tag, "uk");
    assert_null(strstr(event->spoken.texts[0].text, "[["));
    assert_int_equal(event->langs.count, 2);
    assert_string_equal(event->langs.tags[1], "de-AT");
    assert_string_equal(event->epoch, "2026-11-22");
    assert_true(event->seq == 0);
    assert_true(event->time == INT64_C(1795335330120));
    assert_true(event->ttl_ms == 2500);
}

static void test_event_boundaries(void **state) {
    (void)state;
    const struct {
        const char *members; /* after ticket and counter */
        enum refusal refusal;
    } rows[] = {
        {",\"n\":1", REFUSAL_NONE},
        {",\"n\":1000000", REFUSAL_NONE},
        {",\"n\":0", REFUSAL_MEMBER},
        {",\"n\":1000001", REFUSAL_MEMBER},
        {",\"ttl\":1", REFUSAL_NONE},
        {",\"ttl\":0.999", REFUSAL_MEMBER},
        {",\"ttl\":86400", REFUSAL_NONE},
        {",\"ttl\":86400.1", REFUSAL_MEMBER},
        {",\"seq\":0", REFUSAL_NONE},
        {",\"seq\":9223372036854775807", REFUSAL_NONE},
        {",\"seq\":9223372036854775808", REFUSAL_JSON},
        {",\"seq\":-1", REFUSAL_MEMBER},
        {",\"seq\":1.0", REFUSAL_MEMBER},
        {",\"lang\":[]", REFUSAL_NONE},
        {",\"lang\":[\"aa\",\"ab\",\"ac\",\"ad\"]", REFUSAL_NONE},
        {",\"lang\":\"x\"", REFUSAL_MEMBER},
        {",\"lang\":\"abcd\"", REFUSAL_MEMBER},
        {",\"lang\":\"ab-\"", REFUSAL_MEMBER},
        {",\"lang\":\"ab-c\"", REFUSAL_MEMBER},
        {",\"lang\":\"ab-cd\"", REFUSAL_NONE},
        {",\"lang\":\"ab-cdefghij\"", REFUSAL_NONE},
        {",\"lang\":\"ab-cdefghijk\"", REFUSAL_MEMBER},
        {",\"lang\":\"a1-cd\"", REFUSAL_MEMBER},
        {",\"priority\":true", REFUSAL_NONE},
        {",\"priority\":false", REFUSAL_NONE},
        {",\"priority\":1", REFUSAL_MEMBER},
        {",\"priority\":\"true\"", REFUSAL_MEMBER},
        {",\"label\":\"\"", REFUSAL_NONE},
        {",\"spoken\":\"VIP seven\"", REFUSAL_NONE},
        {",\"spoken\":{\"en\":\"VIP\",\"uk\":\"VIP\"}", REFUSAL_NONE},
        {",\"spoken\":{}", REFUSAL_NONE},
        {",\"spoken\":\"\"", REFUSAL_MEMBER},
        {",\"spoken\":7", REFUSAL_MEMBER},
        {",\"spoken\":{\"english\":\"VIP\"}", REFUSAL_MEMBER},
        {",\"spoken\":{\"en\":[]}", REFUSAL_MEMBER},
        {",\"spoken\":{\"aa\":\"1\",\"ab\":\"1\",\"ac\":\"1\",\"ad\":\"1\",\"ae\":\"1\"}",
         REFUSAL_LIMIT},
        {",\"id\":\"x\"", REFUSAL_NONE},
        {",\"v\":1", REFUSAL_NONE},
        {",\"v\":0", REFUSAL_VERSION},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char payload[256];
        snprintf(payload, sizeof payload, "{\"ticket\":\"A107\",\"counter\":\"4\"%s}",
                 rows[i].members);
        enum refusal refusal = read_text("event", payload);
        if (refusal != rows[i].refusal) {
            fail_msg("%s: %s (%s)", payload, refusal_name(refusal), reason);
        }
    }
}

static void test_which_members_an_event_needs(void **state) {
    (void)state;
    const struct {
        const char *payload;
        enum refusal refusal;
    } rows[] = {
        {"{\"type\":\"call\",\"ticket\":\"A1\"}", REFUSAL_MEMBER},
        {"{\"type\":\"call\",\"id\":\"x\",\"counter\":\"1\"}", REFUSAL_MEMBER},
        {"{\"type\":\"recall\",\"ticket\":\"A1\"}", REFUSAL_NONE},
        {"{\"type\":\"recall\",\"id\":\"x\"}", REFUSAL_MEMBER},
        {"{\"type\":\"withdraw\",\"ticket\":\"A1\"}", REFUSAL_NONE},
        {"{\"type\":\"withdraw\",\"id\":\"x\"}", REFUSAL_NONE},
        {"{\"type\":\"withdraw\"}", REFUSAL_MEMBER},
        {"{\"type\":\"served\",\"id\":\"x\"}", REFUSAL_NONE},
        {"{\"type\":\"no-show\",\"ticket\":\"A1\"}", REFUSAL_NONE},
        {"{\"type\":\"no-show\"}", REFUSAL_MEMBER},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(read_text("event", rows[i].payload), rows[i].refusal);
    }
}

static void test_board(void **state) {
    (void)state;
    assert_int_equal(read_text("board",
                               "{\"v\":1,\"epoch\":\"d\",\"seq\":12,\"calls\":[{\"ticket\":\"B2\","
                               "\"counter\":\"2\",\"id\":\"b\",\"n\":3},{\"ticket\":\"A1\","
                               "\"counter\":1}],\"counters\":[{\"id\":\"1\",\"open\":true},"
                               "{\"id\":\"9\",\"open\":false},{\"id\":\"3\"}]}"),
                     REFUSAL_NONE);
    const struct snapshot *snapshot = &input.snapshot;
    assert_int_equal(input.kind, INPUT_SNAPSHOT);
    assert_true(snapshot->seq == 12);
    assert_string_equal(snapshot->epoch, "d");
    assert_int_equal(snapshot->calls_count, 2);
    assert_string_equal(snapshot->calls[0].ticket, "B2");
    assert_int_equal(snapshot->calls[0].n, 3);
    assert_string_equal(snapshot->calls[1].counter, "1");
    assert_int_equal(snapshot->closed_count, 1);
    assert_string_equal(snapshot->closed[0], "9");
}

static void test_largest_board(void **state) {
    (void)state;
    for (int calls = CALLS_MAX; calls <= CALLS_MAX + 1; calls++) {
        char payload[PAYLOAD_BYTES_MAX];
        size_t length = (size_t)snprintf(payload, sizeof payload, "{\"calls\":[");
        for (int i = 0; i < calls; i++) {
            length += (size_t)snprintf(payload + length, sizeof payload - length,
                                       "%s{\"ticket\":%d,\"counter\":%d}", i > 0 ? "," : "", i, i);
        }
        length += (size_t)snprintf(payload + length, sizeof payload - length, "]}");
        assert_int_equal(read_bytes("board", payload, length),
                         calls <= CALLS_MAX ? REFUSAL_NONE : REFUSAL_LIMIT);
    }
    assert_int_equal(input.snapshot.calls_count, CALLS_MAX);
}

static void test_empty_messages_clear(void **state) {
    (void)state;
    assert_int_equal(read_bytes("board", NULL, 0), REFUSAL_NONE);
    assert_int_equal(input.snapshot.calls_count, 0);
    assert_true(input.snapshot.seq == -1);
    assert_int_equal(read_bytes("notice", NULL, 0), REFUSAL_NONE);
    assert_string_equal(input.notice.id, "lunch");
    assert_int_equal(input.notice.texts_count, 0);
    assert_int_equal(read_bytes("urgent", NULL, 0), REFUSAL_NONE);
    assert_false(input.urgent.active);
    assert_int_equal(read_bytes("event", NULL, 0), REFUSAL_EMPTY);
    assert_int_equal(read_bytes("clock", NULL, 0), REFUSAL_EMPTY);
}

static void test_notice_and_urgent(void **state) {
    (void)state;
    assert_int_equal(read_text("notice",
                               "{\"texts\":{\"uk\":\"Обід\",\"en\":\"Lunch\"},\"speak\":true,"
                               "\"priority\":9,\"valid_until\":\"1970-01-01T00:00:01Z\"}"),
                     REFUSAL_NONE);
    assert_int_equal(input.notice.texts_count, 2);
    assert_string_equal(input.notice.texts[0].tag, "uk");
    assert_string_equal(input.notice.texts[1].text, "Lunch");
    assert_true(input.notice.speak);
    assert_int_equal(input.notice.priority, 9);
    assert_true(input.notice.valid_from == TIME_UNKNOWN);
    assert_true(input.notice.valid_until == 1000);
    assert_int_equal(read_text("urgent", "{\"active\":true,\"text\":\"Fire\",\"repeat\":3600}"),
                     REFUSAL_NONE);
    assert_true(input.urgent.active);
    assert_string_equal(input.urgent.texts[0].tag, "");
    assert_true(input.urgent.repeat_ms == 3600000);
    assert_int_equal(read_text("urgent", "{\"active\":false}"), REFUSAL_NONE);
    assert_false(input.urgent.active);
}

static void test_clock(void **state) {
    (void)state;
    assert_int_equal(read_text("clock", "{\"time\":\"2026-11-22T08:15:30Z\",\"halls\":{\"main\":"
                                        "{\"seq\":4711,\"epoch\":\"x\"},\"other\":{\"seq\":1}}}"),
                     REFUSAL_NONE);
    assert_true(input.beat.time == INT64_C(1795335330000));
    assert_true(input.beat.halls[0].last.seq == 4711);
    assert_string_equal(input.beat.halls[0].last.epoch, "x");
    assert_true(input.beat.halls[0].named);
    assert_int_equal(read_text("clock", "{\"time\":\"2026-11-22T08:15:30Z\",\"halls\":{\"up\":"
                                        "{\"seq\":4711}}}"),
                     REFUSAL_NONE);
    assert_false(input.beat.halls[0].named);
    assert_true(input.beat.halls[0].last.seq == -1);
    assert_int_equal(read_text("clock", "{\"time\":\"2026-11-22T08:15:30Z\",\"halls\":{}}"),
                     REFUSAL_NONE);
    assert_true(input.beat.halls[0].last.seq == -1);
}

static void test_halls_are_told_apart(void **state) {
    (void)state;
    static const char board[] = "{\"calls\":[{\"ticket\":\"B2\",\"counter\":\"2\"}]}";
    assert_int_equal(read_text("event", "{\"ticket\":\"A1\",\"counter\":1}"), REFUSAL_NONE);
    assert_int_equal(input.event.from, 0);
    assert_int_equal(read_text("event-registry", "{\"ticket\":\"A1\",\"counter\":1}"),
                     REFUSAL_NONE);
    assert_int_equal(input.event.from, 1);
    assert_int_equal(read_text("board-registry", board), REFUSAL_NONE);
    assert_int_equal(input.snapshot.from, 1);
    assert_int_equal(input.snapshot.calls[0].from, 1);
    assert_int_equal(read_text("notice-registry", "{\"text\":\"Lunch\"}"), REFUSAL_NONE);
    assert_int_equal(input.notice.from, 1);
    assert_string_equal(input.notice.id, "lunch");
}

static void test_a_beat_may_be_of_several_halls(void **state) {
    (void)state;
    static const char both[] = "{\"time\":\"2026-11-22T08:15:30Z\",\"halls\":{\"registry\":"
                               "{\"seq\":7,\"epoch\":\"r\"},\"main\":{\"seq\":4711}}}";
    static const char other[] = "{\"time\":\"2026-11-22T08:15:30Z\",\"halls\":{\"registry\":{}}}";
    assert_int_equal(read_text("clock", both), REFUSAL_NONE);
    assert_true(input.beat.halls[0].named && input.beat.halls[1].named);
    assert_true(input.beat.halls[0].last.seq == 4711);
    assert_true(input.beat.halls[1].last.seq == 7);
    assert_string_equal(input.beat.halls[0].last.epoch, "");
    assert_string_equal(input.beat.halls[1].last.epoch, "r");
    assert_int_equal(read_text("clock", other), REFUSAL_NONE);
    assert_false(input.beat.halls[0].named);
    assert_true(input.beat.halls[1].named && input.beat.halls[1].last.seq == -1);
    assert_int_equal(read_text("clock", "{\"time\":\"2026-11-22T08:15:30Z\"}"), REFUSAL_NONE);
    assert_true(input.beat.halls[0].named && input.beat.halls[1].named);
    assert_false(input.beat.halls[2].named);
    assert_int_equal(read_text("clock", "{\"time\":\"2026-11-22T08:15:30Z\",\"halls\":{"
                                        "\"main\":{},\"registry\":{\"seq\":-1}}}"),
                     REFUSAL_MEMBER);
}

static void test_refused_message_leaves_input(void **state) {
    (void)state;
    static struct input before;
    memset(&input, 0x5A, sizeof input);
    before = input;
    assert_int_equal(read_text("event", "{\"ticket\":\"A1\",\"counter\":\"4\",\"n\":0}"),
                     REFUSAL_MEMBER);
    assert_int_equal(read_text("board", "{\"calls\":[{\"ticket\":\"A1\",\"counter\":\"4\"},1]}"),
                     REFUSAL_MEMBER);
    assert_memory_equal(&input, &before, sizeof input);
}

/* A pattern's own letters work in any locale, and the whole ticket must match. */
static void test_patterns(void **state) {
    (void)state;
    const struct {
        const char *pattern, *ticket;
        enum refusal refusal;
    } rows[] = {
        {"[АБЖЯ][0-9]+", "Ж12", REFUSAL_NONE},   {"[АБЖЯ][0-9]+", "Ж", REFUSAL_TICKET},
        {"[АБЖЯ][0-9]+", "А1Я", REFUSAL_TICKET}, {"^.{2}$", "ЖЇ", REFUSAL_NONE},
        {"^.{2}$", "ЖЇ1", REFUSAL_TICKET},       {"A|AB|ABC", "ABC", REFUSAL_NONE},
        {"A|AB", "ABC", REFUSAL_TICKET},         {".*", "12345678", REFUSAL_NONE},
        {".*", "123456789", REFUSAL_TICKET},     {".*", "", REFUSAL_TICKET},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char payload[128];
        struct contract other;
        struct arrival arrival = {.expiry_left_ms = -1};
        assert_true(contract_init(&other, &names, rows[i].pattern, reason, sizeof reason));
        snprintf(payload, sizeof payload, "{\"ticket\":\"%s\",\"counter\":1}", rows[i].ticket);
        struct message message = {"hallcall/1/townhall/hall/main/event", payload, strlen(payload),
                                  &arrival};
        assert_int_equal(contract_read(&other, &message, &input, reason), rows[i].refusal);
        contract_finish(&other);
    }
    struct contract broken;
    reason[0] = '\0';
    assert_false(contract_init(&broken, &names, "[A-", reason, sizeof reason));
    assert_string_not_equal(reason, "");
    assert_false(contract_init(&broken, &names, "[А-Я]", reason, sizeof reason));
    assert_non_null(strstr(reason, "one by one"));
}

static void test_times(void **state) {
    (void)state;
    const struct {
        const char *text;
        wall_ms value; /* -1: refused */
    } rows[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01t00:00:00.001z", 1},
        {"1970-01-01 00:00:00.0019Z", 1},
        {"2000-02-29T23:59:59Z", INT64_C(951868799000)},
        {"2100-02-29T00:00:00Z", -1},
        {"2024-02-29T12:00:00+05:30", INT64_C(1709188200000)},
        {"2024-02-29T12:00:00-05:30", INT64_C(1709227800000)},
        {"2016-12-31T23:59:60Z", INT64_C(1483228800000)},
        {"9999-12-31T23:59:59.999Z", INT64_C(253402300799999)},
        {"1969-12-31T23:59:59Z", -1},
        {"2026-13-01T00:00:00Z", -1},
        {"2026-04-31T00:00:00Z", -1},
        {"2026-04-30T24:00:00Z", -1},
        {"2026-04-30T23:60:00Z", -1},
        {"2026-04-30T23:59:61Z", -1},
        {"2026-04-30T23:59:59.Z", -1},
        {"2026-04-30T23:59:59", -1},
        {"2026-04-30T23:59:59+0200", -1},
        {"2026-04-30T23:59:59Zx", -1},
        {"2026-4-30T23:59:59Z", -1},
        {"", -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        wall_ms value = -1;
        assert_int_equal(timestamp_read(rows[i].text, &value), rows[i].value >= 0);
        if (rows[i].value >= 0) {
            char text[TIMESTAMP_BYTES];
            wall_ms again;
            assert_true(value == rows[i].value);
            timestamp_write(value < INT64_C(253402214400000) ? value : 0, text);
            assert_true(timestamp_read(text, &again));
            assert_true(again == (value < INT64_C(253402214400000) ? value : 0));
        }
    }
}

/* What the commands write is what a display reads. */
static void test_composed_messages(void **state) {
    (void)state;
    char text[4096];
    struct event event = {.type = EVENT_CALL,
                          .n = 1,
                          .ticket = "A107",
                          .counter = "4",
                          .label = "Room \"4\"",
                          .langs = {.count = 2, .tags = {"uk", "en"}},
                          .priority = true,
                          .epoch = "e",
                          .seq = 3,
                          .ttl_ms = 60000,
                          .time = INT64_C(1795335330120),
                          .arrival = {.live = true, .expiry_left_ms = 5000}};
    compose_id(event.time, 12345, event.id);
    size_t length = compose_event(&event, text, sizeof text);
    assert_int_equal(read_bytes("event", text, length), REFUSAL_NONE);
    assert_memory_equal(&input.event, &event, sizeof event);
    struct notice notice = {.texts_count = 1,
                            .texts = {{"", "Lunch"}},
                            .speak = true,
                            .priority = 2,
                            .valid_from = TIME_UNKNOWN,
                            .valid_until = 86400000};
    length = compose_notice(&notice, text, sizeof text);
    assert_int_equal(read_bytes("notice", text, length), REFUSAL_NONE);
    assert_string_equal(input.notice.texts[0].text, "Lunch");
    assert_true(input.notice.speak && input.notice.priority == 2);
    assert_true(input.notice.valid_until == 86400000);
    struct urgent urgent = {
        .active = true, .texts_count = 2, .texts = {{"uk", "Вихід"}, {"en", "Leave"}}};
    urgent.repeat_ms = 30000;
    length = compose_urgent(&urgent, text, sizeof text);
    assert_int_equal(read_bytes("urgent", text, length), REFUSAL_NONE);
    assert_int_equal(input.urgent.texts_count, 2);
    assert_true(input.urgent.repeat_ms == 30000);
    assert_int_equal(compose_urgent(&urgent, text, length - 1), 0);
}

static const char *source_path(char *out, size_t bytes, const char *folder, const char *file) {
    const char *root = getenv("HALLCALL_SOURCE");
    snprintf(out, bytes, "%s/%s/%s", root != NULL ? root : ".", folder, file);
    return out;
}

/* A whole file; the caller frees it. */
static char *read_file(const char *path, size_t *bytes) {
    enum { FILE_BYTES_MAX = 1 << 20 };
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("%s cannot be opened (is HALLCALL_SOURCE right?)", path);
    }
    char *content = malloc(FILE_BYTES_MAX);
    assert_non_null(content);
    *bytes = fread(content, 1, FILE_BYTES_MAX - 1, file);
    content[*bytes] = '\0';
    fclose(file);
    return content;
}

/* The text that cleaning is about: a ticket, or the first text. */
static const char *cleaned_text(void) {
    switch (input.kind) {
    case INPUT_EVENT:
        return input.event.ticket;
    case INPUT_NOTICE:
        return input.notice.texts[0].text;
    case INPUT_URGENT:
        return input.urgent.texts[0].text;
    default:
        return "";
    }
}

static void replay_row(char *row) {
    char *fields[4] = {row, "", "", ""};
    for (int i = 1; i < 4; i++) {
        char *tab = strchr(fields[i - 1], '\t');
        if (tab == NULL) {
            break;
        }
        *tab = '\0';
        fields[i] = tab + 1;
    }
    char path[512];
    size_t bytes;
    char *payload = read_file(source_path(path, sizeof path, "tests/hostile", fields[0]), &bytes);
    enum refusal refusal = read_bytes(fields[1], payload, bytes);
    const char *name = refusal == REFUSAL_NONE ? "accepted" : refusal_name(refusal);
    if (strcmp(name, fields[2]) != 0) {
        fail_msg("%s: expected %s, was %s (%s)", fields[0], fields[2], name, reason);
    }
    assert_true(refusal == REFUSAL_NONE || reason[0] != '\0');
    if (refusal == REFUSAL_NONE && strcmp(cleaned_text(), fields[3]) != 0) {
        fail_msg("%s: expected \"%s\", was \"%s\"", fields[0], fields[3], cleaned_text());
    }
    for (const char *c = reason; *c != '\0'; c++) {
        assert_in_range(*c, 0x20, 0x7E); /* safe to log */
    }
    free(payload);
}

static void test_hostile_messages(void **state) {
    (void)state;
    enum { HOSTILE_MIN = 70 };
    char path[512];
    size_t bytes;
    int rows = 0;
    char *manifest =
        read_file(source_path(path, sizeof path, "tests/hostile", "manifest.tsv"), &bytes);
    for (char *row = manifest; *row != '\0'; rows++) {
        char *end = strchr(row, '\n');
        assert_non_null(end);
        *end = '\0';
        replay_row(row);
        row = end + 1;
    }
    assert_true(rows >= HOSTILE_MIN);
    free(manifest);
}

static void test_examples(void **state) {
    (void)state;
    char path[512];
    DIR *folder = opendir(source_path(path, sizeof path, "docs/schemas/examples", ""));
    assert_non_null(folder);
    int read = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char kind[64];
        size_t length = strcspn(entry->d_name, "-.");
        if (length == 0 || strncmp(entry->d_name, "status", length) == 0) {
            continue; /* a display sends its status and reads none */
        }
        snprintf(kind, sizeof kind, "%.*s", (int)length, entry->d_name);
        size_t bytes;
        char *payload = read_file(
            source_path(path, sizeof path, "docs/schemas/examples", entry->d_name), &bytes);
        if (read_bytes(kind, payload, bytes) != REFUSAL_NONE) {
            fail_msg("%s: %s", entry->d_name, reason);
        }
        free(payload);
        read++;
    }
    closedir(folder);
    assert_true(read >= 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_smallest_event),
        cmocka_unit_test(test_full_event),
        cmocka_unit_test(test_event_boundaries),
        cmocka_unit_test(test_which_members_an_event_needs),
        cmocka_unit_test(test_board),
        cmocka_unit_test(test_largest_board),
        cmocka_unit_test(test_empty_messages_clear),
        cmocka_unit_test(test_notice_and_urgent),
        cmocka_unit_test(test_clock),
        cmocka_unit_test(test_halls_are_told_apart),
        cmocka_unit_test(test_a_beat_may_be_of_several_halls),
        cmocka_unit_test(test_refused_message_leaves_input),
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_composed_messages),
        cmocka_unit_test(test_hostile_messages),
        cmocka_unit_test(test_examples),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
