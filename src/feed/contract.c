/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Contract version 1: from bytes to an input.
 *
 * The gates stand in order of cost, so that the cheapest refusal comes first: topic, size, the
 * retained flag, UTF-8, nesting depth by a scan of brackets (jansson's own limit is 2048, and its
 * recursion is stack), and only then the parser, with duplicate keys refused. What the members of
 * each message are is written below, one function per message; what a member may be is
 * contract_members.c's business.
 *
 * Each reader fills a value of its own and the input is written last, so a refused message leaves
 * no half-read trace. Two leniencies are deliberate: an empty payload clears a board, a
 * notice or an urgent text whatever its retained flag (a live subscriber sees a clearing message
 * without the flag), and a recall may come without a counter (the board knows where the ticket was
 * called to).
 *
 * Considered and refused: validating against the JSON Schemas of docs/schemas at run time. They
 * cannot express cleaning or the site's pattern, and would be a second truth; the tests keep both
 * equal instead.
 */
#include "feed/contract.h"

#include "feed/contract_members.h"
#include "feed/contract_remote.h"
#include "feed/text.h"
#include "system/check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { DEPTH_MAX = 8, N_MAX = 1000000, TTL_MAX_S = 86400, REPEAT_MAX_S = 3600, PRIORITY_MAX = 9 };

const char *refusal_name(enum refusal refusal) {
    static const char *const names[REFUSAL_KINDS] = {
        [REFUSAL_NONE] = "none",       [REFUSAL_TOPIC] = "topic",
        [REFUSAL_SIZE] = "size",       [REFUSAL_EMPTY] = "empty",
        [REFUSAL_UTF8] = "utf8",       [REFUSAL_JSON] = "json",
        [REFUSAL_VERSION] = "version", [REFUSAL_MEMBER] = "member",
        [REFUSAL_TICKET] = "ticket",   [REFUSAL_COUNTER] = "counter",
        [REFUSAL_LIMIT] = "limit",     [REFUSAL_RETAINED] = "retained",
        [REFUSAL_MEMORY] = "memory",   [REFUSAL_REPLAYED] = "replayed",
    };
    CHECK(refusal < REFUSAL_KINDS);
    return names[refusal];
}

bool contract_init(struct contract *contract, const struct topic_names *names,
                   const char *ticket_pattern, char *reason, size_t reason_bytes) {
    contract->names = *names;
    contract->characters = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (contract->characters == (locale_t)0) {
        snprintf(reason, reason_bytes,
                 "the locale C.UTF-8 cannot be had (%s): is libc-bin installed?", strerror(errno));
        return false;
    }
    locale_t before = uselocale(contract->characters);
    int rc = regcomp(&contract->ticket, ticket_pattern, REG_EXTENDED);
    if (rc == REG_ECOLLATE) {
        /* C.UTF-8 has no collation, and glibc wants some for a range of letters beyond ASCII. */
        snprintf(reason, reason_bytes, "ranges are for A-Z and 0-9: list other letters one by one");
    } else if (rc != 0) {
        regerror(rc, &contract->ticket, reason, reason_bytes);
    }
    uselocale(before);
    if (rc != 0) {
        freelocale(contract->characters);
    }
    return rc == 0;
}

void contract_finish(struct contract *contract) {
    regfree(&contract->ticket);
    freelocale(contract->characters);
}

/* POSIX matches the longest text from the leftmost place, so a match of the whole, if there is one,
 * is the one found. */
bool contract_takes_ticket(const struct contract *contract, const char *ticket) {
    regmatch_t match;
    locale_t before = uselocale(contract->characters);
    int rc = regexec(&contract->ticket, ticket, 1, &match, 0);
    uselocale(before);
    return rc == 0 && match.rm_so == 0 && (size_t)match.rm_eo == strlen(ticket);
}

/* Whether brackets outside of strings nest at most DEPTH_MAX deep. Says nothing about whether they
 * match: that is the parser's business. */
static bool depth_sound(const char *text, size_t bytes) {
    int depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < bytes; i++) {
        char c = text[i];
        if (in_string) {
            i += c == '\\';
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
        }
        if (depth > DEPTH_MAX) {
            return false;
        }
    }
    return true;
}

static bool read_type(struct reading *reading, const json_t *object, enum event_type *type) {
    static const char *const names[] = {[EVENT_CALL] = "call",
                                        [EVENT_RECALL] = "recall",
                                        [EVENT_WITHDRAW] = "withdraw",
                                        [EVENT_SERVED] = "served",
                                        [EVENT_NO_SHOW] = "no-show"};
    *type = EVENT_CALL;
    const json_t *member = json_object_get(object, "type");
    if (member == NULL) {
        return true;
    }
    const char *name = json_string_value(member);
    for (size_t i = 0; name != NULL && i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0) {
            *type = (enum event_type)i;
            return true;
        }
    }
    return reading_refuse(reading, REFUSAL_MEMBER,
                          "type: expected call, recall, withdraw, served or no-show");
}

/* The members that an event must have, which depend on its type. */
static bool event_complete(struct reading *reading, const struct event *event) {
    switch (event->type) {
    case EVENT_CALL:
        if (event->ticket[0] == '\0' || event->counter[0] == '\0') {
            return reading_refuse(reading, REFUSAL_MEMBER, "a call needs ticket and counter");
        }
        return true;
    case EVENT_RECALL:
        return event->ticket[0] != '\0' ||
               reading_refuse(reading, REFUSAL_MEMBER, "a recall needs a ticket");
    default:
        return event->ticket[0] != '\0' || event->id[0] != '\0' ||
               reading_refuse(reading, REFUSAL_MEMBER, "expected an id or a ticket");
    }
}

/* An event, or an entry of a board's calls. */
static bool read_event(struct reading *reading, const json_t *object, struct event *event) {
    int64_t n = 0;
    *event = (struct event){
        .from = reading->from, .seq = -1, .ttl_ms = -1, .arrival = *reading->arrival};
    if (!read_type(reading, object, &event->type) ||
        !member_ticket(reading, object, "ticket", event->ticket) ||
        !member_counter(reading, object, "counter", event->counter) ||
        !member_word(reading, object, "id", event->id, sizeof event->id) ||
        !member_whole(reading, object, "n", (struct whole_range){1, N_MAX}, &n) ||
        !member_text(reading, object, "label", event->label, sizeof event->label) ||
        !member_spoken(reading, object, &event->spoken) ||
        !member_langs(reading, object, &event->langs) ||
        !member_boolean(reading, object, "priority", &event->priority) ||
        !member_word(reading, object, "epoch", event->epoch, sizeof event->epoch) ||
        !member_whole(reading, object, "seq", (struct whole_range){0, INT64_MAX}, &event->seq) ||
        !member_time(reading, object, "time", &event->time) ||
        !member_seconds(reading, object, "ttl", (struct whole_range){1, TTL_MAX_S},
                        &event->ttl_ms)) {
        return false;
    }
    event->n = (uint32_t)n;
    return event_complete(reading, event);
}

static bool read_board_calls(struct reading *reading, const json_t *object,
                             struct snapshot *snapshot) {
    const json_t *calls = json_object_get(object, "calls");
    if (!json_is_array(calls)) {
        return reading_refuse(reading, REFUSAL_MEMBER, "calls: expected a list");
    }
    if (json_array_size(calls) > CALLS_MAX) {
        return reading_refuse(reading, REFUSAL_LIMIT, "calls: more than %d", CALLS_MAX);
    }
    for (size_t i = 0; i < json_array_size(calls); i++) {
        const json_t *call = json_array_get(calls, i);
        struct event *event = &snapshot->calls[i];
        if (!member_object_sound(reading, call, "calls") || !read_event(reading, call, event)) {
            return false;
        }
        if (event->type != EVENT_CALL) {
            return reading_refuse(reading, REFUSAL_MEMBER, "calls: expected type call only");
        }
        snapshot->calls_count++;
    }
    return true;
}

static bool read_board_counter(struct reading *reading, const json_t *counter,
                               struct snapshot *snapshot) {
    char id[NAME_BYTES];
    bool open = true;
    if (!member_object_sound(reading, counter, "counters") ||
        !member_counter(reading, counter, "id", id) ||
        !member_boolean(reading, counter, "open", &open)) {
        return false;
    }
    if (id[0] == '\0') {
        return reading_refuse(reading, REFUSAL_MEMBER, "counters: expected an id in each");
    }
    if (!open) {
        memcpy(snapshot->closed[snapshot->closed_count++], id, sizeof id);
    }
    return true;
}

static bool read_board_counters(struct reading *reading, const json_t *object,
                                struct snapshot *snapshot) {
    const json_t *counters = json_object_get(object, "counters");
    if (counters == NULL) {
        return true;
    }
    if (!json_is_array(counters)) {
        return reading_refuse(reading, REFUSAL_MEMBER, "counters: expected a list");
    }
    if (json_array_size(counters) > COUNTERS_MAX) {
        return reading_refuse(reading, REFUSAL_LIMIT, "counters: more than %d", COUNTERS_MAX);
    }
    for (size_t i = 0; i < json_array_size(counters); i++) {
        if (!read_board_counter(reading, json_array_get(counters, i), snapshot)) {
            return false;
        }
    }
    return true;
}

/* object is NULL for an empty payload, which clears; so in the two readers below. */
static bool read_board(struct reading *reading, const json_t *object, struct snapshot *snapshot) {
    snapshot->from = reading->from;
    snapshot->epoch[0] = '\0';
    snapshot->seq = -1;
    snapshot->calls_count = 0;
    snapshot->closed_count = 0;
    if (object == NULL) {
        return true;
    }
    return member_word(reading, object, "epoch", snapshot->epoch, sizeof snapshot->epoch) &&
           member_whole(reading, object, "seq", (struct whole_range){0, INT64_MAX},
                        &snapshot->seq) &&
           read_board_calls(reading, object, snapshot) &&
           read_board_counters(reading, object, snapshot);
}

static bool read_notice(struct reading *reading, const json_t *object, struct notice *notice) {
    int64_t priority = 0;
    notice->from = reading->from;
    notice->valid_from = TIME_UNKNOWN;
    notice->valid_until = TIME_UNKNOWN;
    notice->arrival = *reading->arrival;
    if (object == NULL) {
        return true;
    }
    if (!member_texts(reading, object, notice->texts, &notice->texts_count) ||
        !member_boolean(reading, object, "speak", &notice->speak) ||
        !member_whole(reading, object, "priority", (struct whole_range){0, PRIORITY_MAX},
                      &priority) ||
        !member_time(reading, object, "valid_from", &notice->valid_from) ||
        !member_time(reading, object, "valid_until", &notice->valid_until)) {
        return false;
    }
    notice->priority = (int)priority;
    if (notice->texts_count == 0) {
        return reading_refuse(reading, REFUSAL_MEMBER,
                              "a notice needs text or texts (an empty message takes it down)");
    }
    if (notice->valid_until != TIME_UNKNOWN && notice->valid_from >= notice->valid_until) {
        return reading_refuse(reading, REFUSAL_MEMBER, "valid_until: expected after valid_from");
    }
    return true;
}

static bool read_urgent(struct reading *reading, const json_t *object, struct urgent *urgent) {
    urgent->arrival = *reading->arrival;
    if (object == NULL) {
        return true;
    }
    if (!json_is_boolean(json_object_get(object, "active"))) {
        return reading_refuse(reading, REFUSAL_MEMBER, "active: expected true or false");
    }
    urgent->active = json_is_true(json_object_get(object, "active"));
    if (!member_texts(reading, object, urgent->texts, &urgent->texts_count) ||
        !member_seconds(reading, object, "repeat", (struct whole_range){0, REPEAT_MAX_S},
                        &urgent->repeat_ms)) {
        return false;
    }
    if (urgent->active && urgent->texts_count == 0) {
        return reading_refuse(reading, REFUSAL_MEMBER, "an urgent message needs text or texts");
    }
    return true;
}

/* What a heartbeat says of one of our halls. */
static bool read_clock_hall(struct reading *reading, const json_t *hall, struct numbering *last) {
    return member_object_sound(reading, hall, "halls") &&
           member_whole(reading, hall, "seq", (struct whole_range){0, INT64_MAX}, &last->seq) &&
           member_word(reading, hall, "epoch", last->epoch, sizeof last->epoch);
}

static bool read_clock(struct reading *reading, const json_t *object, struct clock_beat *beat) {
    const struct halls *ours = &reading->contract->names.halls;
    const json_t *halls = json_object_get(object, "halls");
    if (!member_time(reading, object, "time", &beat->time)) {
        return false;
    }
    if (beat->time == TIME_UNKNOWN) {
        return reading_refuse(reading, REFUSAL_MEMBER, "a clock message needs time");
    }
    if (halls != NULL && !member_object_sound(reading, halls, "halls")) {
        return false;
    }
    bool of_all = halls == NULL || json_object_size(halls) == 0;
    for (size_t i = 0; i < ours->count; i++) {
        const json_t *hall = json_object_get(halls, ours->names[i]);
        beat->halls[i].named = of_all || hall != NULL;
        beat->halls[i].last.seq = -1;
        if (hall != NULL && !read_clock_hall(reading, hall, &beat->halls[i].last)) {
            return false;
        }
    }
    return true;
}

/* What every message has in common: an object of sound size and our version. */
static bool read_envelope(struct reading *reading, const json_t *object) {
    if (!json_is_object(object)) {
        return reading_refuse(reading, REFUSAL_JSON, "expected a JSON object");
    }
    if (!member_object_sound(reading, object, "message")) {
        return false;
    }
    const json_t *version = json_object_get(object, "v");
    return version == NULL || (json_is_integer(version) && json_integer_value(version) == 1) ||
           reading_refuse(reading, REFUSAL_VERSION, "v: expected 1");
}

/* The message's own value, then the input. A snapshot is large, so it gets a frame of its own. */
static bool read_snapshot_input(struct reading *reading, const json_t *object,
                                struct input *input) {
    struct snapshot snapshot;
    if (!read_board(reading, object, &snapshot)) {
        return false;
    }
    input->kind = INPUT_SNAPSHOT;
    input->snapshot = snapshot;
    return true;
}

static bool read_notice_input(struct reading *reading, const json_t *object, const char *id,
                              struct input *input) {
    struct notice notice = {0};
    snprintf(notice.id, sizeof notice.id, "%s", id);
    if (!read_notice(reading, object, &notice)) {
        return false;
    }
    input->kind = INPUT_NOTICE;
    input->notice = notice;
    return true;
}

static bool read_urgent_input(struct reading *reading, const json_t *object, struct input *input) {
    struct urgent urgent = {0};
    if (!read_urgent(reading, object, &urgent)) {
        return false;
    }
    input->kind = INPUT_URGENT;
    input->urgent = urgent;
    return true;
}

static bool read_event_input(struct reading *reading, const json_t *object, struct input *input) {
    struct event event;
    if (!read_event(reading, object, &event)) {
        return false;
    }
    input->kind = INPUT_EVENT;
    input->event = event;
    return true;
}

static bool read_clock_input(struct reading *reading, const json_t *object, struct input *input) {
    struct clock_beat beat = {0};
    if (!read_clock(reading, object, &beat)) {
        return false;
    }
    input->kind = INPUT_CLOCK_BEAT;
    input->beat = beat;
    return true;
}

static bool read_input(struct reading *reading, const struct topic_address *address,
                       const json_t *object, struct input *input) {
    switch (address->topic) {
    case TOPIC_EVENT:
        return read_event_input(reading, object, input);
    case TOPIC_BOARD:
        return read_snapshot_input(reading, object, input);
    case TOPIC_NOTICE:
        return read_notice_input(reading, object, address->notice_id, input);
    case TOPIC_URGENT:
        return read_urgent_input(reading, object, input);
    case TOPIC_CLOCK:
        return read_clock_input(reading, object, input);
    case TOPIC_MUTE:
    case TOPIC_VOLUME:
    case TOPIC_REPEAT:
        return read_remote(reading, object, address->topic, input);
    default:
        return reading_refuse(reading, REFUSAL_TOPIC, "not a topic that a display listens to");
    }
}

/* Commands are for now: neither kept by the broker, nor come late. */
static bool came_at_once(struct reading *reading) {
    if (reading->arrival->retained) {
        return reading_refuse(reading, REFUSAL_RETAINED,
                              "a command must not be retained: publish it without -r");
    }
    return (reading->arrival->live && !reading->arrival->redelivered) ||
           reading_refuse(reading, REFUSAL_REPLAYED,
                          "a command that waited at the broker is not obeyed: send it again");
}

/* The gates before the parser. */
static bool gates_open(struct reading *reading, enum topic topic, const void *payload,
                       size_t bytes) {
    if (!topic_is_read(topic)) {
        return reading_refuse(reading, REFUSAL_TOPIC, "not a topic that a display listens to");
    }
    if (bytes > PAYLOAD_BYTES_MAX) {
        return reading_refuse(reading, REFUSAL_SIZE, "%zu bytes, expected at most %d", bytes,
                              PAYLOAD_BYTES_MAX);
    }
    if (topic == TOPIC_EVENT && reading->arrival->retained) {
        return reading_refuse(reading, REFUSAL_RETAINED,
                              "an event must not be retained: publish it without -r");
    }
    if (topic_is_command(topic) && !came_at_once(reading)) {
        return false;
    }
    if (bytes == 0) {
        bool clears = topic == TOPIC_BOARD || topic == TOPIC_NOTICE || topic == TOPIC_URGENT;
        return clears || reading_refuse(reading, REFUSAL_EMPTY, "empty, expected a JSON object");
    }
    CHECK(payload != NULL);
    if (!text_utf8_valid(payload, bytes)) {
        return reading_refuse(reading, REFUSAL_UTF8, "not valid UTF-8");
    }
    if (!depth_sound(payload, bytes)) {
        return reading_refuse(reading, REFUSAL_JSON, "nested deeper than %d", DEPTH_MAX);
    }
    return true;
}

/* The parser's own words may quote the message: only its place is passed on, with a kind. */
static bool refuse_json(struct reading *reading, const json_error_t *error) {
    const char *what = "not JSON";
    switch (json_error_code(error)) {
    case json_error_duplicate_key:
        what = "the same key twice";
        break;
    case json_error_numeric_overflow:
        what = "a number out of range";
        break;
    case json_error_premature_end_of_input:
        what = "JSON that ends too early";
        break;
    case json_error_end_of_input_expected:
        what = "something after the JSON object";
        break;
    case json_error_null_character:
        what = "a NUL character in a string";
        break;
    default:
        break;
    }
    return reading_refuse(reading, REFUSAL_JSON, "%s, at line %d column %d", what, error->line,
                          error->column);
}

static bool parse_and_read(struct reading *reading, const struct topic_address *address,
                           const struct message *message, struct input *input) {
    json_error_t error;
    json_t *object =
        json_loadb(message->payload, message->payload_bytes, JSON_REJECT_DUPLICATES, &error);
    if (object == NULL) {
        return refuse_json(reading, &error);
    }
    bool accepted = read_envelope(reading, object) && read_input(reading, address, object, input);
    json_decref(object);
    return accepted;
}

static enum refusal refuse_shortage(struct reading *reading) {
    reading->refusal = REFUSAL_NONE;
    (void)reading_refuse(reading, REFUSAL_MEMORY, "out of memory");
    return REFUSAL_MEMORY;
}

enum refusal contract_read(const struct contract *contract, const struct message *message,
                           struct input *input, char *reason) {
    struct reading reading = {.contract = contract,
                              .arrival = message->arrival,
                              .reason = reason,
                              .refusal = REFUSAL_NONE};
    struct topic_address address;
    reason[0] = '\0';
    (void)topic_read(&contract->names, message->topic, &address);
    reading.from = address.from;
    bool accepted = false;
    errno = 0;
    if (gates_open(&reading, address.topic, message->payload, message->payload_bytes)) {
        accepted = message->payload_bytes == 0 ? read_input(&reading, &address, NULL, input)
                                               : parse_and_read(&reading, &address, message, input);
    }
    CHECK(accepted == (reading.refusal == REFUSAL_NONE));
    if (!accepted && errno == ENOMEM) {
        /* Whatever seemed wrong with the message, memory was out when it was looked at. */
        return refuse_shortage(&reading);
    }
    return reading.refusal;
}
