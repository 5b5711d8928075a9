/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes on any topic: whatever contract_read accepts is within its limits, and whatever it
 * refuses has a reason that can be logged.
 *
 * The first byte chooses the topic (low three bits, 64 for commands) and how the message arrived
 * (the three between);
 * the rest is the payload. tests/hostile/make_corpus.py writes the corpus in this form.
 */
#include "feed/contract.h"
#include "feed/text.h"
#include "system/check.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char pattern[] =
    "^[A-ZÄÖÜАБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ]{0,4}[- ]?[0-9]{0,5}[A-Z]?$";

static const struct contract *the_contract(void) {
    static struct contract contract;
    static bool ready;
    if (!ready) {
        static const struct topic_names names = {
            "hallcall", "townhall", {2, {"main", "registry"}}, "north"};
        char reason[REASON_BYTES];
        CHECK(contract_init(&contract, &names, pattern, reason, sizeof reason));
        ready = true;
    }
    return &contract;
}

/* NUL-terminated within its bytes, UTF-8, and unchanged by cleaning. */
static void check_text(const char *text, size_t bytes) {
    char cleaned[TEXT_BYTES];
    CHECK(memchr(text, '\0', bytes) != NULL);
    CHECK(text_utf8_valid(text, strlen(text)));
    CHECK(text_clean(text, true, cleaned, sizeof cleaned));
    CHECK(strcmp(cleaned, text) == 0);
}

static void check_remote(const struct remote *remote) {
    check_text(remote->id, sizeof remote->id);
    switch (remote->kind) {
    case REMOTE_MUTE:
        CHECK(remote->mute_ms >= 0 && remote->mute_ms <= REMOTE_MUTE_MS_MAX);
        return;
    case REMOTE_VOLUME:
        CHECK(remote->percent >= VOLUME_UNASKED && remote->percent <= 100);
        return;
    case REMOTE_REPEAT:
        CHECK(remote->count >= 1 && remote->count <= REMOTE_REPEAT_MAX);
        return;
    }
    CHECK(!"a command that there is not");
}

static void check_event(const struct event *event) {
    regmatch_t match;
    check_text(event->ticket, sizeof event->ticket);
    check_text(event->label, sizeof event->label);
    check_text(event->id, sizeof event->id);
    check_text(event->epoch, sizeof event->epoch);
    CHECK(event->counter[0] == '\0' || topic_name_valid(event->counter));
    CHECK(event->type != EVENT_CALL || (event->ticket[0] != '\0' && event->counter[0] != '\0'));
    CHECK(event->type != EVENT_RECALL || event->ticket[0] != '\0');
    CHECK(event->ticket[0] != '\0' || event->id[0] != '\0');
    if (event->ticket[0] != '\0') {
        locale_t before = uselocale(the_contract()->characters);
        CHECK(regexec(&the_contract()->ticket, event->ticket, 1, &match, 0) == 0);
        CHECK(match.rm_so == 0 && (size_t)match.rm_eo == strlen(event->ticket));
        uselocale(before);
    }
    CHECK(event->n <= 1000000);
    CHECK(event->seq >= -1);
    CHECK(event->ttl_ms == -1 || (event->ttl_ms >= 1000 && event->ttl_ms <= 86400000));
    CHECK(event->langs.count <= LANGS_PER_CALL_MAX);
    for (size_t i = 0; i < event->langs.count; i++) {
        CHECK(memchr(event->langs.tags[i], '\0', LANG_BYTES) != NULL);
    }
}

static void check_snapshot(const struct snapshot *snapshot) {
    CHECK(snapshot->calls_count <= CALLS_MAX);
    CHECK(snapshot->closed_count <= COUNTERS_MAX);
    for (size_t i = 0; i < snapshot->calls_count; i++) {
        CHECK(snapshot->calls[i].type == EVENT_CALL);
        check_event(&snapshot->calls[i]);
    }
    for (size_t i = 0; i < snapshot->closed_count; i++) {
        CHECK(topic_name_valid(snapshot->closed[i]));
    }
}

static void check_texts(const struct lang_text *texts, size_t count) {
    CHECK(count <= LANGUAGES_MAX);
    for (size_t i = 0; i < count; i++) {
        CHECK(texts[i].text[0] != '\0');
        CHECK(strstr(texts[i].text, "[[") == NULL && strstr(texts[i].text, "]]") == NULL);
        check_text(texts[i].text, sizeof texts[i].text);
    }
}

static void check_beat(const struct clock_beat *beat) {
    for (size_t i = 0; i < 2; i++) {
        CHECK(beat->halls[i].last.seq >= -1);
        check_text(beat->halls[i].last.epoch, sizeof beat->halls[i].last.epoch);
    }
    CHECK(!beat->halls[2].named);
}

static void check_input(const struct input *input) {
    switch (input->kind) {
    case INPUT_EVENT:
        CHECK(!input->event.arrival.retained && input->event.from < 2);
        check_event(&input->event);
        return;
    case INPUT_SNAPSHOT:
        check_snapshot(&input->snapshot);
        return;
    case INPUT_NOTICE:
        CHECK(strcmp(input->notice.id, "lunch") == 0);
        CHECK(input->notice.priority >= 0 && input->notice.priority <= 9);
        check_texts(input->notice.texts, input->notice.texts_count);
        return;
    case INPUT_URGENT:
        CHECK(!input->urgent.active || input->urgent.texts_count > 0);
        CHECK(input->urgent.repeat_ms >= 0 && input->urgent.repeat_ms <= 3600000);
        check_texts(input->urgent.texts, input->urgent.texts_count);
        return;
    case INPUT_CLOCK_BEAT:
        CHECK(input->beat.time != TIME_UNKNOWN);
        check_beat(&input->beat);
        return;
    case INPUT_REMOTE:
        check_remote(&input->remote);
        return;
    default:
        CHECK(!"a kind that the contract cannot make");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const topics[16] = {
        "hallcall/1/townhall/hall/main/event",
        "hallcall/1/townhall/hall/main/board",
        "hallcall/1/townhall/hall/main/notice/lunch",
        "hallcall/1/townhall/urgent",
        "hallcall/1/townhall/clock",
        "hallcall/1/townhall/display/north/state/status",
        "hallcall/1/townhall/hall/other/event",
        "hallcall/1/townhall/hall/main/notice/+",
        "hallcall/1/townhall/display/north/command/mute",
        "hallcall/1/townhall/display/north/command/volume",
        "hallcall/1/townhall/display/north/command/repeat",
        "hallcall/1/townhall/display/north/command/restart",
        "hallcall/1/townhall/display/south/command/mute",
        "hallcall/1/townhall/display/north/command/",
        "hallcall/1/townhall/hall/registry/board",
        "hallcall/1/townhall/hall/registry/event",
    };
    static struct input input;
    char reason[REASON_BYTES];
    if (size == 0) {
        return 0;
    }
    struct arrival arrival = {.retained = (data[0] & 8) != 0,
                              .live = (data[0] & 16) != 0,
                              .redelivered = (data[0] & 32) != 0,
                              .expiry_left_ms = -1};
    struct message message = {topics[(data[0] & 7) + ((data[0] & 64) != 0 ? 8 : 0)], data + 1,
                              size - 1, &arrival};
    enum refusal refusal = contract_read(the_contract(), &message, &input, reason);
    CHECK(refusal < REFUSAL_KINDS);
    if (refusal == REFUSAL_NONE) {
        check_input(&input);
        return 0;
    }
    CHECK(reason[0] != '\0');
    for (const char *c = reason; *c != '\0'; c++) {
        CHECK(*c >= 0x20 && *c < 0x7F);
    }
    return 0;
}
