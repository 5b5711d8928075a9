/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The link against a real mosquitto, started here on a free loopback port.
 *
 * Every wait is for a letter or a fact with a deadline. A second, publish-only link plays the queue
 * system, a third one listens to the presence topic, so the test needs no client of another make.
 */
#include "link_fixture.h"

#include <arpa/inet.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    int port;
    pid_t broker;
    char directory[64];
    char config[96];
};

static bool port_answers(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool answers = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    return answers;
}

static void start_broker(struct fixture *fixture) {
    fixture->broker = fork();
    assert_true(fixture->broker >= 0);
    if (fixture->broker == 0) {
        execlp("mosquitto", "mosquitto", "-c", fixture->config, (char *)NULL);
        execl("/usr/sbin/mosquitto", "mosquitto", "-c", fixture->config, (char *)NULL);
        _exit(127);
    }
    mono_ms deadline = clock_mono_ms() + WAIT_MS;
    while (!port_answers(fixture->port)) {
        assert_true(clock_mono_ms() < deadline);
        assert_int_equal(waitpid(fixture->broker, NULL, WNOHANG), 0);
        poll(NULL, 0, 10);
    }
}

static void stop_broker(struct fixture *fixture, int signal_number) {
    kill(fixture->broker, signal_number);
    waitpid(fixture->broker, NULL, 0);
}

static int set_up(void **state) {
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    snprintf(fixture->directory, sizeof fixture->directory, "/tmp/hallcall-link-XXXXXX");
    assert_non_null(mkdtemp(fixture->directory));
    /* A mosquitto started by root reads the list as a user of its own. */
    assert_int_equal(chmod(fixture->directory, 0755), 0);
    fixture->port = free_port();
    snprintf(fixture->config, sizeof fixture->config, "%s/broker.conf", fixture->directory);
    FILE *file = fopen(fixture->config, "w");
    assert_non_null(file);
    fprintf(file,
            "listener %d 127.0.0.1\nallow_anonymous true\npersistence false\nlog_type none\n"
            "acl_file %s/acl\n",
            fixture->port, fixture->directory);
    fclose(file);
    char path[96];
    snprintf(path, sizeof path, "%s/acl", fixture->directory);
    file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "topic readwrite t/#\n");
    fclose(file);
    start_broker(fixture);
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    char path[96];
    stop_broker(fixture, SIGTERM);
    snprintf(path, sizeof path, "%s/acl", fixture->directory);
    unlink(path);
    unlink(fixture->config);
    rmdir(fixture->directory);
    free(fixture);
    return 0;
}

static void await_state(struct party *party, enum link_state state) {
    while (await_letter(party, LETTER_LINK).link.state != state) {
    }
}

static int port_of(void **state) {
    const struct fixture *fixture = *state;
    return fixture->port;
}

static void publish(struct party *party, struct publication publication, const char *payload) {
    publication.payload = payload;
    publication.payload_bytes = strlen(payload);
    assert_true(link_publish(party->link, &publication));
}

static void assert_delivered(struct party *party, uint32_t token) {
    struct letter letter = await_letter(party, LETTER_DELIVERED);
    assert_int_equal(letter.delivered.token, token);
    assert_true(letter.delivered.ok);
}

static void test_message_arrives_live(void **state) {
    struct link_options listening = options_for(port_of(state), "hall");
    add_topic(&listening, "t/event");
    struct party hall = join(&listening);
    await_state(&hall, LINK_UP);
    struct link_options sending = options_for(port_of(state), "desk");
    struct party desk = join(&sending);
    publish(&desk, (struct publication){.token = 7, .topic = "t/event", .qos = 1, .expiry_s = 60},
            "{}");
    assert_delivered(&desk, 7);
    struct arrival arrival = await_payload(&hall, "t/event", "{}");
    assert_true(arrival.live);
    assert_false(arrival.retained);
    assert_in_range(arrival.expiry_left_ms, 50000, 60000);
    struct link_facts facts;
    link_read_facts(hall.link, &facts);
    assert_true(facts.up);
    assert_int_equal(facts.mqtt_version, 5);
    assert_int_equal(facts.connects, 1);
    assert_int_equal(facts.received, 1);
    part(&desk);
    part(&hall);
}

static void test_retained_is_not_live(void **state) {
    struct link_options sending = options_for(port_of(state), "desk");
    struct party desk = join(&sending);
    publish(&desk, (struct publication){.token = 1, .topic = "t/board", .qos = 1, .retained = true},
            "{\"calls\":[]}");
    assert_delivered(&desk, 1);
    struct link_options listening = options_for(port_of(state), "hall");
    add_topic(&listening, "t/board");
    struct party hall = join(&listening);
    struct arrival arrival = await_payload(&hall, "t/board", "{\"calls\":[]}");
    assert_true(arrival.retained);
    assert_false(arrival.live);
    assert_int_equal(arrival.expiry_left_ms, -1);
    part(&hall);
    part(&desk);
}

static void test_oversized_comes_without_payload(void **state) {
    enum { LARGE = PAYLOAD_BYTES_MAX + 100 };
    struct link_options listening = options_for(port_of(state), "hall");
    add_topic(&listening, "t/event");
    struct party hall = join(&listening);
    await_state(&hall, LINK_UP);
    struct link_options sending = options_for(port_of(state), "desk");
    struct party desk = join(&sending);
    char *large = malloc(LARGE + 1);
    assert_non_null(large);
    memset(large, 'x', LARGE);
    large[LARGE] = '\0';
    publish(&desk, (struct publication){.token = 1, .topic = "t/event", .qos = 1}, large);
    assert_delivered(&desk, 1);
    struct letter letter = await_letter(&hall, LETTER_MESSAGE);
    assert_null(letter.message.payload);
    assert_int_equal(letter.message.payload_bytes, LARGE);
    free(large);
    part(&desk);
    part(&hall);
}

static void test_presence(void **state) {
    struct link_options watching = options_for(port_of(state), "watcher");
    add_topic(&watching, "t/online");
    struct party watcher = join(&watching);
    await_state(&watcher, LINK_UP);
    struct link_options shown = options_for(port_of(state), "hall");
    snprintf(shown.online_topic, sizeof shown.online_topic, "t/online");
    struct party hall = join(&shown);
    assert_true(await_payload(&watcher, "t/online", "online").live);
    part(&hall);
    assert_true(await_payload(&watcher, "t/online", "offline").live);
    part(&watcher);
}

static void test_order_and_replacement(void **state) {
    struct link_options listening = options_for(port_of(state), "hall");
    add_topic(&listening, "t/order/+");
    struct party hall = join(&listening);
    await_state(&hall, LINK_UP);
    struct link_options sending = options_for(port_of(state), "desk");
    sending.first_connect_jitter_ms = 300; /* the outbox fills before the connection stands */
    struct party desk = join(&sending);
    publish(&desk, (struct publication){.topic = "t/order/status", .qos = 0, .replace = true},
            "old");
    for (int i = 0; i < 30; i++) {
        char payload[8];
        snprintf(payload, sizeof payload, "%d", i);
        publish(&desk, (struct publication){.topic = "t/order/n", .qos = 1}, payload);
    }
    publish(&desk, (struct publication){.topic = "t/order/status", .qos = 0, .replace = true},
            "new");
    for (int i = 0; i < 30; i++) {
        char payload[8];
        snprintf(payload, sizeof payload, "%d", i);
        struct letter letter = await_letter(&hall, LETTER_MESSAGE);
        if (strcmp(letter.message.topic, "t/order/status") == 0) {
            assert_string_not_equal((char *)letter.message.payload, "old");
            i--;
        } else {
            assert_string_equal((char *)letter.message.payload, payload);
        }
        free(letter.message.payload);
    }
    part(&desk);
    part(&hall);
}

static void test_broker_killed_and_restarted(void **state) {
    struct fixture *fixture = *state;
    struct link_options listening = options_for(fixture->port, "hall");
    add_topic(&listening, "t/event");
    add_topic(&listening, "t/board");
    struct party hall = join(&listening);
    await_state(&hall, LINK_UP);
    struct link_options sending = options_for(fixture->port, "desk");
    struct party desk = join(&sending);
    await_state(&desk, LINK_UP);
    stop_broker(fixture, SIGKILL);
    struct letter letter = await_letter(&hall, LETTER_LINK);
    assert_int_equal(letter.link.state, LINK_DOWN);
    assert_string_not_equal(letter.link.reason, "");
    await_state(&desk, LINK_DOWN);
    publish(&desk, (struct publication){.token = 3, .topic = "t/event", .qos = 1}, "{}");
    /* A failed attempt names what is wrong and what to do. */
    do {
        letter = await_letter(&hall, LETTER_LINK);
    } while (strstr(letter.link.reason, "refuses the connection") == NULL);
    start_broker(fixture);
    await_state(&hall, LINK_UP);
    assert_delivered(&desk, 3);
    publish(&desk, (struct publication){.token = 4, .topic = "t/board", .qos = 1}, "[]");
    assert_delivered(&desk, 4);
    assert_true(await_payload(&hall, "t/board", "[]").live);
    struct link_facts facts;
    link_read_facts(hall.link, &facts);
    assert_int_equal(facts.connects, 2);
    assert_int_equal(facts.losses, 1);
    part(&desk);
    part(&hall);
}

static void test_backlog_of_a_session_is_not_live(void **state) {
    enum { BACKLOG = 60 };
    struct link_options listening = options_for(port_of(state), "sleeper");
    listening.session_expiry_s = 300;
    add_topic(&listening, "t/event");
    struct party hall = join(&listening);
    await_state(&hall, LINK_UP);
    part(&hall);
    struct link_options sending = options_for(port_of(state), "desk");
    struct party desk = join(&sending);
    await_state(&desk, LINK_UP);
    for (uint32_t i = 1; i <= BACKLOG; i++) {
        publish(&desk, (struct publication){.token = i, .topic = "t/event", .qos = 1}, "{}");
        assert_delivered(&desk, i);
    }
    hall = join(&listening);
    for (int i = 0; i < BACKLOG; i++) {
        assert_false(await_payload(&hall, "t/event", "{}").live);
    }
    part(&desk);
    part(&hall);
}

static void test_refused_publication_is_told(void **state) {
    struct link_options sending = options_for(port_of(state), "desk");
    struct party desk = join(&sending);
    publish(&desk, (struct publication){.token = 9, .topic = "forbidden", .qos = 1}, "{}");
    struct letter letter = await_letter(&desk, LETTER_DELIVERED);
    assert_int_equal(letter.delivered.token, 9);
    assert_false(letter.delivered.ok);
    assert_non_null(strstr(letter.delivered.reason, "forbidden"));
    part(&desk);
}

static void test_same_id_twice_is_told(void **state) {
    struct link_options twin = options_for(port_of(state), "twin");
    struct party first = join(&twin);
    await_state(&first, LINK_UP);
    struct party second = join(&twin);
    struct letter letter;
    do {
        struct party *either = &first;
        struct pollfd wait[2] = {{.fd = inbox_fd(first.inbox), .events = POLLIN},
                                 {.fd = inbox_fd(second.inbox), .events = POLLIN}};
        assert_true(poll(wait, 2, WAIT_MS) > 0);
        either = (wait[0].revents & POLLIN) != 0 ? &first : &second;
        letter = await_letter(either, LETTER_LINK);
    } while (strstr(letter.link.reason, "another display uses the id \"twin\"") == NULL);
    part(&second);
    part(&first);
}

/* What cannot be reached; certificates are the end-to-end tests' business. */
static void test_visit(void **state) {
    struct fixture *fixture = *state;
    struct link_options options = options_for(port_of(state), "hall");
    struct link_visit found = visit(&options);
    assert_true(found.accepted && found.reported && !found.boards[0]);
    assert_int_equal(found.mqtt_version, 5);
    snprintf(options.url, sizeof options.url, "mqtt://127.0.0.1:%d", free_port());
    found = visit(&options);
    assert_false(found.accepted);
    assert_non_null(strstr(found.words, "refuses the connection: is mosquitto running there?"));
    snprintf(options.url, sizeof options.url, "mqtt://broker.invalid:1883");
    found = visit(&options);
    assert_false(found.accepted);
    /* Which of the two depends on whether this machine has a name server. */
    assert_true(strstr(found.words, "name \"broker.invalid\" is not known") != NULL ||
                strstr(found.words, "no name server answers for \"broker.invalid\"") != NULL);
    snprintf(options.url, sizeof options.url, "mqtts://127.0.0.1:%d", fixture->port);
    found = visit(&options);
    assert_false(found.accepted);
    assert_non_null(strstr(found.words, "does not speak TLS on this port"));
}

static void test_visit_receives_the_board(void **state) {
    struct fixture *fixture = *state;
    struct link_options options = options_for(port_of(state), "hall");
    struct link_options sending = options_for(fixture->port, "queue");
    struct publication board = {
        .token = 9, .topic = "t/board", .payload = "{}", .payload_bytes = 2, .qos = 1};
    struct party queue = join(&sending);
    board.retained = true;
    assert_true(link_publish(queue.link, &board));
    assert_true(await_letter(&queue, LETTER_DELIVERED).delivered.ok);
    part(&queue);
    add_topic(&options, "t/event");
    add_topic(&options, "t/board");
    struct link_visit found = visit(&options);
    assert_true(found.accepted && found.reported && found.boards[0]);
}

static void test_unusable_options_are_refused(void **state) {
    struct fixture *fixture = *state;
    struct inbox *inbox = inbox_create();
    const struct {
        const char *url, *password_file, *ca_file, *expected;
    } rows[] = {
        {"", "", "", "url"},
        {"http://x", "", "", "url"},
        {"mqtt://", "", "", "url"},
        {"mqtt://user@host", "", "", "url"},
        {"mqtt://host:0", "", "", "url"},
        {"mqtt://host:65536", "", "", "url"},
        {"mqtt://host:1883x", "", "", "url"},
        {"mqtt://[::1", "", "", "url"},
        {"mqtt://127.0.0.1", "/nonexistent", "", "password_file"},
        {"mqtt://127.0.0.1", "/dev/zero", "", "password_file"},
        {"mqtt://127.0.0.1", fixture->config, "", "open to everyone: expected 0600 or 0640"},
        {"mqtt://127.0.0.1", "credential:x", "", "LoadCredential="},
        {"mqtts://127.0.0.1", "", "/nonexistent", "ca_file"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char reason[REASON_BYTES] = "";
        struct link_options options = options_for(fixture->port, "hall");
        snprintf(options.url, sizeof options.url, "%s", rows[i].url);
        snprintf(options.password_file, sizeof options.password_file, "%s", rows[i].password_file);
        snprintf(options.ca_file, sizeof options.ca_file, "%s", rows[i].ca_file);
        assert_null(link_create(&options, inbox, reason));
        assert_non_null(strstr(reason, rows[i].expected));
    }
    inbox_destroy(inbox);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_message_arrives_live),
        cmocka_unit_test(test_retained_is_not_live),
        cmocka_unit_test(test_oversized_comes_without_payload),
        cmocka_unit_test(test_presence),
        cmocka_unit_test(test_order_and_replacement),
        cmocka_unit_test(test_broker_killed_and_restarted),
        cmocka_unit_test(test_backlog_of_a_session_is_not_live),
        cmocka_unit_test(test_refused_publication_is_told),
        cmocka_unit_test(test_same_id_twice_is_told),
        cmocka_unit_test(test_visit),
        cmocka_unit_test(test_visit_receives_the_board),
        cmocka_unit_test(test_unusable_options_are_refused),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
