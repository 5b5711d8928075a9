/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a service manager is told, read from the other end of its socket; and that a hung thread
 * takes the sign of life away. The threads are two numbers here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "command/manager.h"
#include "system/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int64_t voice_at_us;
static int64_t link_at_us;
static struct link_facts link_facts;

int64_t voice_alive_us(const struct voice *voice) {
    (void)voice;
    return voice_at_us;
}

int64_t link_alive_us(const struct link *link) {
    (void)link;
    return link_at_us;
}

void link_read_facts(const struct link *link, struct link_facts *facts) {
    (void)link;
    *facts = link_facts;
}

/* The manager's end, at an abstract address: nothing to remove afterwards. */
static int open_manager(void **state) {
    static int fd;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char name[64];
    int length = snprintf(name, sizeof name, "@hallcall-unit-%d", (int)getpid());
    memcpy(address.sun_path + 1, name + 1, (size_t)length - 1);
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address,
                       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)length)) != 0) {
        return -1;
    }
    setenv("NOTIFY_SOCKET", name, 1);
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    *state = &fd;
    return 0;
}

static int close_manager(void **state) {
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    return close(*(int *)*state);
}

/* The oldest thing said that was not read yet, "" when there is none. */
static const char *said(void **state) {
    static char words[2048];
    ssize_t length = recv(*(int *)*state, words, sizeof words - 1, 0);
    words[length > 0 ? length : 0] = '\0';
    return words;
}

static void test_ready_and_stopping_are_said_once(void **state) {
    struct service service;
    service_init(&service);
    assert_string_equal(said(state), "");
    service_ready(&service);
    service_ready(&service);
    service_stopping();
    assert_string_equal(said(state), "READY=1");
    assert_string_equal(said(state), "STOPPING=1");
    assert_string_equal(said(state), "");
}

static void test_a_status_is_said_when_it_changes(void **state) {
    struct service service;
    service_init(&service);
    service_status(&service, "Link up");
    service_status(&service, "Link up");
    service_status(&service, "Link down");
    assert_string_equal(said(state), "STATUS=Link up");
    assert_string_equal(said(state), "STATUS=Link down");
    assert_string_equal(said(state), "");
}

static void test_a_status_cannot_say_anything_else(void **state) {
    struct service service;
    char expected[SERVICE_WORDS_BYTES + sizeof "STATUS="] = "STATUS=";
    char flood[SERVICE_WORDS_BYTES + 10];
    service_init(&service);
    service_status(&service, "Link down: x\nMAINPID=1\r\tend");
    assert_string_equal(said(state), "STATUS=Link down: x MAINPID=1  end");
    memset(flood, 'x', sizeof flood);
    flood[sizeof flood - 1] = '\0';
    service_status(&service, flood);
    memcpy(expected + strlen("STATUS="), flood, SERVICE_WORDS_BYTES - 1);
    assert_string_equal(said(state), expected);
}

static void test_nobody_watches_unless_asked(void **state) {
    static const char *const values[] = {NULL, "", "0", "-1", "words"};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct service service;
        if (values[i] != NULL) {
            setenv("WATCHDOG_USEC", values[i], 1);
        }
        service_init(&service);
        assert_int_equal(service.sign_every, 0);
        assert_false(service_sign_due(&service, INT64_MAX - 1));
        service_sign(&service, true, 1000);
        assert_string_equal(said(state), "");
    }
    char other[16];
    struct service service;
    snprintf(other, sizeof other, "%d", (int)getppid());
    setenv("WATCHDOG_USEC", "2000000", 1);
    setenv("WATCHDOG_PID", other, 1);
    service_init(&service);
    assert_int_equal(service.sign_every, 0);
}

static void test_signs_come_at_half_of_the_time_allowed(void **state) {
    struct service service;
    setenv("WATCHDOG_USEC", "2000000", 1);
    service_init(&service);
    assert_true(service_sign_due(&service, 5000));
    service_sign(&service, true, 5000);
    assert_string_equal(said(state), "WATCHDOG=1");
    assert_false(service_sign_due(&service, 5999));
    assert_true(service_sign_due(&service, 6000));
    service_sign(&service, false, 6000);
    assert_string_equal(said(state), "");
    assert_true(service_sign_due(&service, 7000));
}

/* A running hall without a screen, an hour after boot. */
static struct running *make_running(struct manager *manager) {
    struct running *running = calloc(1, sizeof *running);
    assert_non_null(running);
    memcpy(running->board.screen_reason, "no display", sizeof "no display");
    setenv("WATCHDOG_USEC", "2000000", 1);
    manager_init(manager);
    return running;
}

static void test_a_hung_thread_takes_the_sign_away(void **state) {
    static const struct {
        mono_ms voice_silent_ms, link_silent_ms;
        bool well;
    } cases[] = {
        {0, 0, true},
        {MANAGER_VOICE_HANGS_MS - 1, MANAGER_LINK_HANGS_MS - 1, true},
        {MANAGER_VOICE_HANGS_MS, 0, false},
        {0, MANAGER_LINK_HANGS_MS, false},
        {0, 60000, true}, /* a name that is looked up */
        {MANAGER_VOICE_HANGS_MS, MANAGER_LINK_HANGS_MS, false},
        {0, 0, true}, /* it came back */
    };
    struct manager manager;
    struct running *running = make_running(&manager);
    mono_ms now = 3600000;
    manager_tell(&manager, running, now);
    while (said(state)[0] != '\0') {
    }
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        now += 1000;
        voice_at_us = (now - cases[i].voice_silent_ms) * 1000;
        link_at_us = (now - cases[i].link_silent_ms) * 1000;
        manager_tell(&manager, running, now);
        assert_string_equal(said(state), cases[i].well ? "WATCHDOG=1" : "");
        assert_true(manager.complained != cases[i].well);
    }
    free(running);
}

static void test_a_hall_without_a_display_is_ready(void **state) {
    struct manager manager;
    struct running *running = make_running(&manager);
    voice_at_us = link_at_us = 1000000000;
    manager_tell(&manager, running, 1000000);
    assert_string_equal(said(state), "STATUS=Link starting; voice well; no screen: no display");
    assert_string_equal(said(state), "READY=1");
    assert_string_equal(said(state), "WATCHDOG=1");
    running->link_up = true;
    memcpy(running->board.voice_reason, "unplugged", sizeof "unplugged");
    manager_tell(&manager, running, 1000001);
    assert_string_equal(said(state),
                        "STATUS=Link up; voice lost: unplugged; no screen: no display");
    assert_string_equal(said(state), "");
    running->board.announcer.behind = true;
    memcpy(running->journal_reason, "disk full", sizeof "disk full");
    running->board.voice_reason[0] = '\0';
    manager_tell(&manager, running, 1000002);
    assert_string_equal(said(state),
                        "STATUS=Link up; voice well, calls wait too long to be spoken; no screen: "
                        "no display; journal not kept: disk full");
    free(running);
}

static void test_a_link_without_a_board_is_said(void **state) {
    struct manager manager;
    struct running *running = make_running(&manager);
    running->link_up = true;
    link_facts.silent = true;
    manager_tell(&manager, running, 1000000);
    char words[SERVICE_WORDS_BYTES];
    manager_words(running, words);
    assert_non_null(strstr(words, "Link up, but no board received: check the queue system and the "
                                  "broker's access list (ACL)"));
    link_facts.received = 1;
    manager_words(running, words);
    assert_null(strstr(words, "no board"));
    memset(&link_facts, 0, sizeof link_facts);
    while (said(state)[0] != '\0') {
    }
    free(running);
}

static void test_a_display_that_opens_is_waited_for(void **state) {
    struct manager manager;
    struct running *running = make_running(&manager);
    running->screen = (struct screen *)running; /* never looked into */
    voice_at_us = link_at_us = 1000000000;
    manager_tell(&manager, running, 1000000);
    assert_string_equal(said(state), "WATCHDOG=1");
    running->ready = true;
    running->scene.width = 1920;
    running->scene.height = 1080;
    manager_tell(&manager, running, 1000001);
    assert_string_equal(said(state), "STATUS=Link starting; voice well; screen 1920x1080");
    assert_string_equal(said(state), "READY=1");
    free(running);
}

/* Says nothing of use to a manager that does not read, until it has no room. */
static void fill(void **state) {
    struct sockaddr_un address;
    socklen_t length = sizeof address;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(getsockname(*(int *)*state, (struct sockaddr *)&address, &length), 0);
    int sent = 0;
    while (sendto(fd, "x", 1, 0, (struct sockaddr *)&address, length) == 1) {
        sent++;
    }
    assert_true(sent > 0);
    close(fd);
}

/* Whoever waits for such a manager never returns. */
static void test_a_manager_that_does_not_read_is_not_waited_for(void **state) {
    struct manager manager;
    struct running *running = make_running(&manager);
    voice_at_us = link_at_us = 1000000000;
    fill(state);
    alarm(20);
    manager_tell(&manager, running, 1000000);
    service_stopping();
    alarm(0);
    assert_int_equal(manager_sleep_ms(&manager, 3600000, 1000000), SERVICE_AGAIN_MS);
    while (said(state)[0] == 'x') {
    }
    manager_tell(&manager, running, 1000000 + SERVICE_AGAIN_MS);
    assert_string_equal(said(state), "STATUS=Link starting; voice well; no screen: no display");
    assert_string_equal(said(state), "READY=1");
    assert_string_equal(said(state), "WATCHDOG=1");
    assert_string_equal(said(state), "");
    manager.service.sign_at = MONO_NEVER;
    assert_int_equal(manager_sleep_ms(&manager, 3600000, 1000000), 3600000);
    free(running);
}

/* Nor is one that is gone. */
static void test_a_manager_that_is_gone_is_told_nothing(void **state) {
    (void)state;
    static const char *const nobody[] = {"@hallcall-unit-nobody", "/nowhere/notify", "vsock:2:1",
                                         "@", ""};
    for (size_t i = 0; i < sizeof nobody / sizeof nobody[0]; i++) {
        struct service service;
        setenv("NOTIFY_SOCKET", nobody[i], 1);
        service_init(&service);
        assert_true(service_status(&service, "Link up"));
        assert_true(service_ready(&service));
    }
}

static void test_sleep_ends_when_a_sign_is_due(void **state) {
    (void)state;
    struct manager manager;
    memset(&manager, 0, sizeof manager);
    manager.service.sign_at = MONO_NEVER;
    assert_int_equal(manager_sleep_ms(&manager, 3600000, 5000), 3600000);
    manager.service.sign_at = 6000;
    assert_int_equal(manager_sleep_ms(&manager, 3600000, 5000), 1000);
    assert_int_equal(manager_sleep_ms(&manager, 999, 5000), 999);
    assert_int_equal(manager_sleep_ms(&manager, 1001, 5000), 1000);
    assert_int_equal(manager_sleep_ms(&manager, 10, 6001), 0);
}

int main(void) {
#define WITH_MANAGER(test) cmocka_unit_test_setup_teardown(test, open_manager, close_manager)
    const struct CMUnitTest tests[] = {
        WITH_MANAGER(test_ready_and_stopping_are_said_once),
        WITH_MANAGER(test_a_status_is_said_when_it_changes),
        WITH_MANAGER(test_a_status_cannot_say_anything_else),
        WITH_MANAGER(test_nobody_watches_unless_asked),
        WITH_MANAGER(test_signs_come_at_half_of_the_time_allowed),
        WITH_MANAGER(test_a_hung_thread_takes_the_sign_away),
        WITH_MANAGER(test_a_hall_without_a_display_is_ready),
        WITH_MANAGER(test_a_link_without_a_board_is_said),
        WITH_MANAGER(test_a_display_that_opens_is_waited_for),
        WITH_MANAGER(test_a_manager_that_does_not_read_is_not_waited_for),
        WITH_MANAGER(test_a_manager_that_is_gone_is_told_nothing),
        cmocka_unit_test(test_sleep_ends_when_a_sign_is_due),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
