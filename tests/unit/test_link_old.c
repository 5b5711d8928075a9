/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The link against brokers of MQTT 3.1.1 that are played here, byte for byte, for what mosquitto
 * does not do: an old version only, a session handed out late, a topic that is refused.
 */
#include "link_fixture.h"

#include <signal.h>
#include <sys/wait.h>

static int listen_to(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 4), 0);
    return listener;
}

/* A broker of MQTT 3.1.1 that answers a CONNECT of version 5 with "unacceptable version", and the
 * others with success: enough to see which version is tried. Runs in a child process. */
static pid_t start_old_broker(int port) {
    int listener = listen_to(port);
    pid_t child = fork();
    if (child != 0) {
        close(listener);
        return child;
    }
    for (;;) {
        unsigned char connect_packet[512];
        int fd = accept(listener, NULL, NULL);
        ssize_t length = recv(fd, connect_packet, sizeof connect_packet, 0);
        bool old = length > 8 && connect_packet[8] == 4; /* the protocol level */
        const unsigned char connack[] = {0x20, 2, 0, old ? 0 : 1};
        send(fd, connack, sizeof connack, 0);
        while (old && recv(fd, connect_packet, sizeof connect_packet, 0) > 0) {
        }
        close(fd);
    }
}

static void test_falls_back_to_older_version(void **state) {
    (void)state;
    int port = free_port();
    pid_t broker = start_old_broker(port);
    struct link_options options = options_for(port, "hall");
    struct link_visit found = visit(&options);
    kill(broker, SIGKILL);
    waitpid(broker, NULL, 0);
    assert_true(found.accepted);
    assert_int_equal(found.mqtt_version, 4);
}

/* A broker of 3.1.1 that remembers a session and hands out what it kept after the SUBACK; then,
 * after a pause, something new. Runs in a child process. */
static pid_t start_remembering_broker(int port) {
    static const unsigned char connack[] = {0x20, 2, 1, 0};
    static const unsigned char kept[] = {0x32, 9, 0, 3, 't', '/', 'e', 0, 1, '{', '}'};
    static const unsigned char fresh[] = {0x32, 9, 0, 3, 't', '/', 'e', 0, 2, '[', ']'};
    int listener = listen_to(port);
    pid_t child = fork();
    if (child != 0) {
        close(listener);
        return child;
    }
    unsigned char in[512];
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        bool old = recv(fd, in, sizeof in, 0) > 8 && in[8] == 4;
        const unsigned char refusal[] = {0x20, 2, 0, 1};
        send(fd, old ? connack : refusal, sizeof connack, 0);
        if (old && recv(fd, in, sizeof in, 0) > 4) {
            const unsigned char suback[] = {0x90, 3, in[2], in[3], 1};
            send(fd, suback, sizeof suback, 0);
            send(fd, kept, sizeof kept, 0);
            poll(NULL, 0, 1000);
            send(fd, fresh, sizeof fresh, 0);
        }
        while (old && recv(fd, in, sizeof in, 0) > 0) {
        }
        close(fd);
    }
}

static void test_late_backlog_of_an_old_broker_is_not_live(void **state) {
    (void)state;
    int port = free_port();
    pid_t broker = start_remembering_broker(port);
    struct link_options listening = options_for(port, "hall");
    listening.session_expiry_s = 300;
    add_topic(&listening, "t/e");
    struct party hall = join(&listening);
    assert_false(await_payload(&hall, "t/e", "{}").live);
    assert_true(await_payload(&hall, "t/e", "[]").live);
    part(&hall);
    kill(broker, SIGKILL);
    waitpid(broker, NULL, 0);
}

/* A broker of 3.1.1 that takes the first of three topics and refuses the one at a place. Runs in a
 * child process. */
static pid_t start_refusing_broker(int port, int refused) {
    static const unsigned char connack[] = {0x20, 2, 0, 0};
    int listener = listen_to(port);
    pid_t child = fork();
    if (child != 0) {
        close(listener);
        return child;
    }
    unsigned char in[512];
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        bool old = recv(fd, in, sizeof in, 0) > 8 && in[8] == 4;
        const unsigned char refusal[] = {0x20, 2, 0, 1};
        send(fd, old ? connack : refusal, sizeof connack, 0);
        while (old && recv(fd, in, sizeof in, 0) > 4) {
            unsigned char suback[] = {0x90, 5, in[2], in[3], 1, 1, 1};
            suback[4 + refused] = 0x80;
            if (in[0] == 0x82) {
                send(fd, suback, sizeof suback, 0);
            }
        }
        close(fd);
    }
}

/* Of two halls and a topic that the hall can do without, one is refused at a time. */
static void test_a_refused_topic_of_each_hall_is_told(void **state) {
    static const char *const topics[] = {"main/event", "registry/event", "notice"};
    (void)state;
    for (int refused = 0; refused < 3; refused++) {
        int port = free_port();
        pid_t broker = start_refusing_broker(port, refused);
        struct link_options options = options_for(port, "hall");
        for (int i = 0; i < 3; i++) {
            add_topic(&options, topics[i]);
        }
        options.topics_needed = 2;
        struct party hall = join(&options);
        struct letter letter;
        do { /* version 5 is tried first, and told */
            letter = await_letter(&hall, LETTER_LINK);
        } while (letter.link.state != LINK_UP && strstr(letter.link.reason, "refuses") == NULL);
        assert_int_equal(letter.link.state == LINK_UP, refused == 2);
        assert_true(refused == 2 || strstr(letter.link.reason, topics[refused]) != NULL);
        part(&hall);
        kill(broker, SIGKILL);
        waitpid(broker, NULL, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_falls_back_to_older_version),
        cmocka_unit_test(test_late_backlog_of_an_old_broker_is_not_live),
        cmocka_unit_test(test_a_refused_topic_of_each_hall_is_told),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
