/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `hallcall demo`: a private mosquitto on a free loopback port, the hall itself as `hallcall run`,
 * and a believable morning published to it over real MQTT. Nothing is simulated: what the demo
 * shows is what an office gets.
 *
 * Three processes: this one tells the story, mosquitto carries it, the hall shows it. They end
 * together, whoever ends first.
 */
#include "command/command.h"
#include "command/morning.h"
#include "command/process.h"
#include "command/wiring.h"
#include "config/share.h"
#include "feed/compose.h"
#include "feed/timestamp.h"
#include "system/clock.h"
#include "system/log.h"
#include "system/signals.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    BEAT_EVERY_MS = 5000, /* design.md, "clock" */
    NOTICE_AFTER_MS = 12000,
    BROKER_START_MS = 5000,
    DEMO_TTL_S = 60,
    RUN_ARGUMENTS_MAX = 12 + 2 * SETS_MAX
};

static const char usage[] =
    "usage: hallcall demo [--config FILE] [--set section.key=value]... [--seconds N] [--seed N]\n"
    "                     [--trace FILE]\n"
    "\n"
    "Starts a private broker on a free loopback port and a hall, and plays a morning in an office\n"
    "to it. Ends with Ctrl-C, when the window is closed, or after N seconds.\n"
    "\n"
    "  --seconds N    end after N seconds\n"
    "  --seed N       play another morning (default 1)\n"
    "  --trace FILE   as `hallcall run --trace`\n";

struct demo {
    struct common_options common;
    char config_path[CONFIG_PATH_BYTES];
    char url[LINK_URL_BYTES];
    char url_set[LINK_URL_BYTES + 16];
    char folder[64];
    char broker_file[128];
    int port;
    pid_t broker, hall;
    struct config *config;
    struct topic_names names;
    struct inbox *inbox;
    struct link *link;
    struct morning morning;
    mono_ms ends_at, beat_at, notice_at;
};

/* A port that was free a moment ago; mosquitto cannot be handed an open socket. */
static int free_port(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int port = -1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&address, length) == 0 &&
        getsockname(fd, (struct sockaddr *)&address, &length) == 0) {
        port = ntohs(address.sin_port);
    }
    if (fd >= 0) {
        close(fd);
    }
    return port;
}

/* Whether the broker takes connections, waiting for it to start. */
static bool broker_listens(const struct demo *demo) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons((uint16_t)demo->port)};
    mono_ms deadline = clock_mono_ms() + BROKER_START_MS;
    bool listens = false;
    while (!listens && clock_mono_ms() < deadline && process_alive(demo->broker)) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        listens = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
        if (fd >= 0) {
            close(fd);
        }
        if (!listens) {
            (void)poll(NULL, 0, 20);
        }
    }
    return listens;
}

static bool write_broker_file(struct demo *demo) {
    snprintf(demo->folder, sizeof demo->folder, "/tmp/hallcall-demo-XXXXXX");
    if (mkdtemp(demo->folder) == NULL) {
        return false;
    }
    snprintf(demo->broker_file, sizeof demo->broker_file, "%s/mosquitto.conf", demo->folder);
    FILE *out = fopen(demo->broker_file, "we");
    if (out == NULL) {
        return false;
    }
    fprintf(out, "listener %d 127.0.0.1\nallow_anonymous true\npersistence false\n", demo->port);
    fprintf(out, "log_type error\n%s", geteuid() == 0 ? "user root\n" : "");
    return fclose(out) == 0;
}

static bool start_broker(struct demo *demo) {
    char *in_path[] = {"mosquitto", "-c", demo->broker_file, NULL};
    char *in_sbin[] = {"/usr/sbin/mosquitto", "-c", demo->broker_file, NULL};
    demo->port = free_port();
    if (demo->port < 0 || !write_broker_file(demo)) {
        fprintf(stderr, "hallcall demo: cannot prepare a broker: %s\n", strerror(errno));
        return false;
    }
    snprintf(demo->url, sizeof demo->url, "mqtt://127.0.0.1:%d", demo->port);
    snprintf(demo->url_set, sizeof demo->url_set, "broker.url=%s", demo->url);
    demo->broker = process_start(in_path);
    if (demo->broker < 0) {
        demo->broker = process_start(in_sbin);
    }
    if (demo->broker < 0) {
        fprintf(stderr, "hallcall demo: cannot start mosquitto (package mosquitto): %s\n",
                strerror(errno));
    }
    if (demo->broker > 0 && !broker_listens(demo)) {
        fputs("hallcall demo: the broker does not start\n", stderr);
        return false;
    }
    return demo->broker > 0;
}

/* The hall gets our own options, and the private broker last, which wins. Its clock is shown
 * whoever vouches for it: whoever looks at a demo has another one. */
static bool start_hall(struct demo *demo, const char *trace) {
    char self[PATH_MAX];
    char *argv[RUN_ARGUMENTS_MAX] = {self, "run", "--config", demo->config_path};
    size_t count = 4;
    argv[count++] = "--set";
    argv[count++] = "display.clock=always";
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length > 0 ? length : 0] = '\0';
    for (size_t i = 0; i < demo->common.sets_count; i++) {
        argv[count++] = "--set";
        argv[count++] = (char *)(uintptr_t)demo->common.sets[i];
    }
    argv[count++] = "--set";
    argv[count++] = demo->url_set;
    if (trace != NULL) {
        argv[count++] = "--trace";
        argv[count++] = (char *)(uintptr_t)trace;
    }
    argv[count] = NULL;
    demo->hall = process_start(argv);
    return demo->hall > 0;
}

static const struct topic_address event_topic = {.topic = TOPIC_EVENT};

/* Publishes to the site, or to the display's own hall. */
static void publish(struct demo *demo, const struct topic_address *address, const char *text,
                    size_t bytes) {
    struct publication publication = {.payload = text, .payload_bytes = bytes, .qos = 1};
    publication.expiry_s = address->topic == TOPIC_EVENT ? DEMO_TTL_S : 0;
    topic_write(&demo->names, address, publication.topic);
    (void)link_publish(demo->link, &publication);
}

static void tell_event(struct demo *demo, struct moment now) {
    char text[1024];
    struct event event;
    morning_tell(&demo->morning, now.mono, &event);
    event.ttl_ms = DEMO_TTL_S * 1000;
    event.time = now.wall;
    publish(demo, &event_topic, text, compose_event(&event, text, sizeof text));
}

static void tell_beat(struct demo *demo, struct moment now) {
    char text[256], time[TIMESTAMP_BYTES];
    timestamp_write(now.wall == TIME_UNKNOWN ? 0 : now.wall, time);
    int bytes = snprintf(text, sizeof text, "{\"v\":1,\"time\":\"%s\",\"halls\":{\"%s\":{}}}", time,
                         halls_name(&demo->names.halls, 0));
    publish(demo, &(struct topic_address){.topic = TOPIC_CLOCK}, text, (size_t)bytes);
    demo->beat_at = now.mono + BEAT_EVERY_MS;
}

static void tell_notice(struct demo *demo) {
    static const struct lang_text texts[] = {
        {"en", "Passport photos: the booth is on the ground floor, beside the entrance."},
        {"uk", "Фото на паспорт: кабіна на першому поверсі, біля входу."}};
    char text[1024];
    struct notice notice = {.id = "photos",
                            .texts_count = 2,
                            .texts = {texts[0], texts[1]},
                            .valid_from = TIME_UNKNOWN,
                            .valid_until = TIME_UNKNOWN};
    struct topic_address address = {.topic = TOPIC_NOTICE};
    memcpy(address.notice_id, notice.id, sizeof address.notice_id);
    publish(demo, &address, text, compose_notice(&notice, text, sizeof text));
    demo->notice_at = MONO_NEVER;
}

static void tell_what_is_due(struct demo *demo) {
    struct letter letter;
    struct moment now = clock_moment();
    while (inbox_take(demo->inbox, &letter)) {
        /* A private loopback broker has nothing to tell us that the hall does not show. */
    }
    if (now.mono >= morning_next_at(&demo->morning)) {
        tell_event(demo, now);
    }
    if (now.mono >= demo->beat_at) {
        tell_beat(demo, now);
    }
    if (now.mono >= demo->notice_at) {
        tell_notice(demo);
    }
}

static int sleep_ms(const struct demo *demo) {
    mono_ms now = clock_mono_ms();
    mono_ms next = morning_next_at(&demo->morning);
    next = demo->beat_at < next ? demo->beat_at : next;
    next = demo->notice_at < next ? demo->notice_at : next;
    next = demo->ends_at < next ? demo->ends_at : next;
    return next <= now ? 0 : next - now > 500 ? 500 : (int)(next - now);
}

static void say_hello(const struct demo *demo) {
    char topic[TOPIC_BYTES];
    topic_write(&demo->names, &event_topic, topic);
    printf("The hall is open. Its private broker listens on port %d; call somebody yourself:\n\n"
           "  mosquitto_pub -h 127.0.0.1 -p %d -q 1 -t %s \\\n"
           "    -m '{\"ticket\":\"A107\",\"counter\":\"4\"}'\n\n"
           "Ctrl-C ends it.\n",
           demo->port, demo->port, topic);
    fflush(stdout);
}

static int play(struct demo *demo) {
    int signals = signals_open();
    struct pollfd fds[] = {{.fd = signals, .events = POLLIN},
                           {.fd = inbox_fd(demo->inbox), .events = POLLIN}};
    int code = EXIT_OK;
    while (clock_mono_ms() < demo->ends_at) {
        tell_what_is_due(demo);
        if (poll(fds, 2, sleep_ms(demo)) < 0 || (fds[0].revents & POLLIN) != 0) {
            break;
        }
        if (!process_alive(demo->hall)) {
            break; /* the window was closed, or the hall has said why on stderr */
        }
        if (!process_alive(demo->broker)) {
            fputs("hallcall demo: the broker has ended\n", stderr);
            code = EXIT_RUNTIME;
            break;
        }
    }
    close(signals);
    return code;
}

static bool prepare(struct demo *demo, const char *trace) {
    struct link_options options;
    char reason[REASON_BYTES] = "";
    if (!start_broker(demo) || !start_hall(demo, trace)) {
        return false;
    }
    wire_topics(&demo->config->settings, &demo->names);
    wire_sender_link(&demo->config->settings, &options);
    memcpy(options.url, demo->url, sizeof options.url);
    demo->inbox = inbox_create();
    log_set_level(LOG_ERR); /* the hall tells of the same link */
    demo->link = demo->inbox != NULL ? link_create(&options, demo->inbox, reason) : NULL;
    if (demo->link == NULL) {
        fprintf(stderr, "hallcall demo: cannot publish: %s\n", reason);
    }
    return demo->link != NULL;
}

static void clean_up(struct demo *demo) {
    link_destroy(demo->link);
    inbox_destroy(demo->inbox);
    process_stop(demo->hall);
    process_stop(demo->broker);
    if (demo->broker_file[0] != '\0') {
        unlink(demo->broker_file);
        rmdir(demo->folder);
    }
    free(demo->config);
}

/* The demo's own office unless the user names a configuration. */
static bool load(struct demo *demo) {
    struct settings settings;
    share_find(settings.share_dir);
    if (demo->common.config_path != NULL) {
        snprintf(demo->config_path, sizeof demo->config_path, "%s", demo->common.config_path);
    } else {
        (void)share_path(&settings, SHARE_SITES, "demo.ini", demo->config_path);
    }
    demo->common.config_path = demo->config_path;
    demo->config = calloc(1, sizeof *demo->config);
    if (demo->config == NULL) {
        demo->common.code = command_no_memory();
        return false;
    }
    return options_load(&demo->common, demo->config);
}

static int run(int argc, char **argv) {
    const char *seconds = NULL, *seed = NULL, *trace = NULL;
    const struct option_spec specs[] = {
        {.name = "--seconds", .takes_value = true, .value = &seconds},
        {.name = "--seed", .takes_value = true, .value = &seed},
        {.name = "--trace", .takes_value = true, .value = &trace},
        {.name = NULL}};
    struct demo demo = {.port = -1};
    int64_t lasts_s = 0, chance = 1;

    if (!options_parse(&command_demo, argc, argv, specs, &demo.common)) {
        return demo.common.code;
    }
    if (!options_count(&command_demo, "--seconds", seconds, &lasts_s) ||
        !options_count(&command_demo, "--seed", seed, &chance)) {
        return EXIT_USAGE;
    }
    if (!load(&demo)) {
        free(demo.config);
        return demo.common.code;
    }
    int code = EXIT_RUNTIME;
    if (prepare(&demo, trace)) {
        mono_ms now = clock_mono_ms();
        morning_init(&demo.morning, (uint64_t)chance, now);
        demo.ends_at = lasts_s > 0 ? now + lasts_s * 1000 : MONO_NEVER;
        demo.beat_at = now;
        demo.notice_at = now + NOTICE_AFTER_MS;
        say_hello(&demo);
        code = play(&demo);
    }
    clean_up(&demo);
    return code;
}

const struct command command_demo = {
    .name = "demo", .summary = "play a morning in an office", .usage = usage, .run = run};
