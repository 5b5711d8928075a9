/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands of the contract: what is read from each, and that only what comes at once is obeyed. */
#include "feed/compose.h"
#include "feed/contract.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct topic_names names = {"hallcall", "townhall", {1, {"main"}}, "north"};
static struct contract contract;
static struct input input;
static char reason[REASON_BYTES];

static int set_up(void **state) {
    (void)state;
    assert_true(contract_init(&contract, &names, "^[A-Z]?[0-9]+$", reason, sizeof reason));
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    contract_finish(&contract);
    return 0;
}

static enum refusal read_text(const char *command, const char *payload) {
    char topic[TOPIC_BYTES];
    struct arrival live = {.live = true, .expiry_left_ms = -1};
    snprintf(topic, sizeof topic, "hallcall/1/townhall/display/north/command/%s", command);
    struct message message = {topic, payload, strlen(payload), &live};
    return contract_read(&contract, &message, &input, reason);
}

static void test_commands(void **state) {
    (void)state;
    const struct remote *remote = &input.remote;
    assert_int_equal(read_text("mute", "{\"minutes\":0.5,\"id\":\"c1\"}"), REFUSAL_NONE);
    assert_int_equal(input.kind, INPUT_REMOTE);
    assert_int_equal(remote->kind, REMOTE_MUTE);
    assert_string_equal(remote->id, "c1");
    assert_true(remote->mute_ms == 30000 && remote->mute_until == TIME_UNKNOWN);
    assert_int_equal(read_text("mute", "{\"minutes\":1440}"), REFUSAL_NONE);
    assert_true(remote->mute_ms == REMOTE_MUTE_MS_MAX);
    assert_int_equal(read_text("mute", "{\"minutes\":1440.01}"), REFUSAL_MEMBER);
    assert_int_equal(read_text("mute", "{\"until\":\"2026-11-22T10:15:30+02:00\"}"), REFUSAL_NONE);
    assert_true(remote->mute_until == INT64_C(1795335330000));
    assert_int_equal(read_text("volume", "{\"percent\":0}"), REFUSAL_NONE);
    assert_int_equal(remote->kind, REMOTE_VOLUME);
    assert_int_equal(remote->percent, 0);
    assert_int_equal(read_text("volume", "{\"reset\":true}"), REFUSAL_NONE);
    assert_int_equal(remote->percent, VOLUME_UNASKED);
    assert_int_equal(read_text("repeat", "{}"), REFUSAL_NONE);
    assert_int_equal(remote->kind, REMOTE_REPEAT);
    assert_int_equal(remote->count, 1);
    assert_int_equal(read_text("repeat", "{\"count\":3}"), REFUSAL_NONE);
    assert_int_equal(remote->count, 3);
}

/* Only what comes at once is obeyed: not retained, not flagged as a redelivery, over a live link.
 */
static void test_old_commands_are_refused(void **state) {
    (void)state;
    const struct {
        struct arrival arrival;
        enum refusal refusal;
    } rows[] = {
        {{.live = true, .expiry_left_ms = -1}, REFUSAL_NONE},
        {{.live = true, .expiry_left_ms = 1000}, REFUSAL_NONE},
        {{.live = false, .expiry_left_ms = 29000}, REFUSAL_REPLAYED},
        {{.live = true, .redelivered = true, .expiry_left_ms = -1}, REFUSAL_REPLAYED},
        {{.live = true, .retained = true, .expiry_left_ms = -1}, REFUSAL_RETAINED},
        {{.live = false, .retained = true, .expiry_left_ms = -1}, REFUSAL_RETAINED},
    };
    const struct {
        const char *name, *payload;
    } commands[] = {{"mute", "{\"minutes\":5}"}, {"volume", "{\"percent\":5}"}, {"repeat", "{}"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t j = 0; j < 3; j++) {
            char topic[TOPIC_BYTES];
            snprintf(topic, sizeof topic, "hallcall/1/townhall/display/north/command/%s",
                     commands[j].name);
            struct message message = {topic, commands[j].payload, strlen(commands[j].payload),
                                      &rows[i].arrival};
            assert_int_equal(contract_read(&contract, &message, &input, reason), rows[i].refusal);
        }
    }
}

static void composed_command(enum topic topic, const struct remote *remote) {
    char text[300], name[TOPIC_BYTES];
    struct arrival live = {.live = true, .expiry_left_ms = -1};
    size_t bytes = compose_remote(remote, text, sizeof text);
    assert_true(bytes > 0);
    topic_write(&names, &(struct topic_address){.topic = topic}, name);
    struct message message = {name, text, bytes, &live};
    memset(&input, 0, sizeof input);
    assert_int_equal(contract_read(&contract, &message, &input, reason), REFUSAL_NONE);
    assert_int_equal(input.remote.kind, remote->kind);
    assert_string_equal(input.remote.id, remote->id);
    assert_true(input.remote.mute_ms == remote->mute_ms);
    assert_true(input.remote.mute_until == remote->mute_until);
    assert_int_equal(input.remote.percent, remote->percent);
    assert_int_equal(input.remote.count, remote->count);
}

static void test_composed_commands(void **state) {
    (void)state;
    struct remote remote = {.kind = REMOTE_MUTE,
                            .id = "c1",
                            .mute_ms = 900000,
                            .mute_until = TIME_UNKNOWN,
                            .percent = VOLUME_UNASKED};
    composed_command(TOPIC_MUTE, &remote);
    remote.mute_ms = 0;
    composed_command(TOPIC_MUTE, &remote);
    remote.mute_until = INT64_C(1795335330120);
    composed_command(TOPIC_MUTE, &remote);
    remote.mute_until = TIME_UNKNOWN;
    remote.kind = REMOTE_VOLUME;
    composed_command(TOPIC_VOLUME, &remote);
    remote.percent = 60;
    composed_command(TOPIC_VOLUME, &remote);
    remote.percent = VOLUME_UNASKED;
    remote.kind = REMOTE_REPEAT;
    remote.count = 3;
    composed_command(TOPIC_REPEAT, &remote);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_old_commands_are_refused),
        cmocka_unit_test(test_composed_commands),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
