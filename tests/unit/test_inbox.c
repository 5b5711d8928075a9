/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inbox: order, bounds, what is dropped and what never is, with a second thread.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "system/inbox.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct letter message(int number) {
    struct letter letter = {.kind = LETTER_MESSAGE};
    snprintf(letter.message.topic, TOPIC_BYTES, "%d", number);
    letter.message.payload = malloc(8);
    letter.message.payload_bytes = 7;
    return letter;
}

static int take_number(struct inbox *inbox) {
    struct letter letter;
    if (!inbox_take(inbox, &letter) || letter.kind != LETTER_MESSAGE) {
        return -1;
    }
    free(letter.message.payload);
    return (int)strtol(letter.message.topic, NULL, 10);
}

static bool readable(const struct inbox *inbox) {
    struct pollfd fd = {.fd = inbox_fd(inbox), .events = POLLIN};
    return poll(&fd, 1, 0) == 1;
}

static void letters_come_out_in_order_and_wake(void **state) {
    (void)state;
    struct inbox *inbox = inbox_create();
    assert_non_null(inbox);
    assert_false(readable(inbox));
    for (int i = 0; i < 3; i++) {
        struct letter letter = message(i);
        inbox_put(inbox, &letter);
    }
    for (int i = 0; i < 3; i++) {
        assert_true(readable(inbox));
        assert_int_equal(take_number(inbox), i);
    }
    assert_false(readable(inbox));
    assert_int_equal(take_number(inbox), -1);
    inbox_destroy(inbox);
}

static void a_flood_drops_the_oldest_message_but_no_report(void **state) {
    (void)state;
    struct inbox *inbox = inbox_create();
    assert_non_null(inbox);
    struct letter report = {.kind = LETTER_VOICE, .voice = {.serial = 77}};
    inbox_put(inbox, &report);
    for (int i = 0; i < INBOX_LETTERS_MAX + 10; i++) {
        struct letter letter = message(i);
        inbox_put(inbox, &letter);
    }
    assert_int_equal(inbox_dropped(inbox), 10);
    struct letter first;
    assert_true(inbox_take(inbox, &first));
    assert_int_equal(first.kind, LETTER_VOICE);
    assert_int_equal(first.voice.serial, 77);
    for (int i = 10; i < INBOX_LETTERS_MAX + 10; i++) {
        assert_int_equal(take_number(inbox), i);
    }
    inbox_destroy(inbox);
}

static void what_was_never_taken_is_freed(void **state) {
    (void)state;
    struct inbox *inbox = inbox_create();
    assert_non_null(inbox);
    struct letter letter = message(1);
    inbox_put(inbox, &letter);
    inbox_destroy(inbox);
    inbox_destroy(NULL);
}

enum { SENT = 20000 };

static void *send_many(void *context) {
    for (int i = 0; i < SENT; i++) {
        struct letter letter = {.kind = LETTER_VOICE, .voice = {.serial = (uint32_t)i + 1}};
        if (i % 2 == 0) {
            letter = message(i);
        }
        inbox_put(context, &letter);
    }
    return NULL;
}

static void two_threads_lose_nothing_silently(void **state) {
    (void)state;
    struct inbox *inbox = inbox_create();
    pthread_t thread;
    assert_non_null(inbox);
    assert_int_equal(pthread_create(&thread, NULL, send_many, inbox), 0);
    uint64_t taken = 0;
    struct letter letter;
    while (taken + inbox_dropped(inbox) < SENT) {
        struct pollfd fd = {.fd = inbox_fd(inbox), .events = POLLIN};
        assert_true(poll(&fd, 1, 10000) >= 0);
        while (inbox_take(inbox, &letter)) {
            taken++;
            if (letter.kind == LETTER_MESSAGE) {
                free(letter.message.payload);
            }
        }
    }
    pthread_join(thread, NULL);
    assert_int_equal(taken + inbox_dropped(inbox), SENT);
    inbox_destroy(inbox);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_come_out_in_order_and_wake),
        cmocka_unit_test(a_flood_drops_the_oldest_message_but_no_report),
        cmocka_unit_test(what_was_never_taken_is_freed),
        cmocka_unit_test(two_threads_lose_nothing_silently),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
