/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Watches an X screen and publishes calls, on one clock: when did the picture become right?
 *
 *     latency PORT FRAMEBUFFER TOP LEFT <commands >results
 *
 * Only what is below TOP and right of LEFT, parts of the screen's height and width, is watched.
 * Each line of standard input is "TOPIC PAYLOAD"; it is published with QoS 1 and answered with one
 * line: microseconds (CLOCK_MONOTONIC) of the publish, of the first change and of the moment from
 * which all that is watched stayed as it was when it had been quiet for SETTLE_MS. XDamage tells of
 * each change after it is drawn, and a change's time is when it was told; what it led to is read
 * when a burst of changes is over, from Xvfb's own framebuffer file, so that looking costs the X
 * server nothing and delays no time. The last moment is that of the first burst after which every
 * pixel was as it stayed: hero, list and header, not only a first dot.
 *
 * Refused: an MQTT library (a CONNECT and a PUBLISH are forty lines, and this program must not
 * share code with what it measures); polling the pixels (it would take a core from the program).
 */
#include <X11/Xlib.h>
#include <X11/extensions/Xdamage.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SETTLE_MS = 120, BURST_MS = 4, LINE_BYTES = 4096, LOOKS_MAX = 512 };

struct look {
    int64_t first_us, last_us; /* of a burst of changes */
    uint64_t seen;
};

struct watch {
    Display *display;
    Damage damage;
    int event_base;
    size_t left, top;                      /* pixels that are not watched */
    const unsigned char *pixels;           /* the first that is */
    size_t rows, row_bytes, watched_bytes; /* of a row */
    int broker;
    size_t looks_count;
    struct look looks[LOOKS_MAX];
};

static int64_t now_us(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static _Noreturn void fail(const char *what) {
    perror(what);
    exit(1);
}

static void hash_row(uint64_t lanes[4], const unsigned char *bytes, size_t count) {
    for (size_t i = 0; i + 32 <= count; i += 32) {
        uint64_t words[4];
        memcpy(words, bytes + i, sizeof words);
        for (int lane = 0; lane < 4; lane++) {
            uint64_t mixed = (lanes[lane] ^ words[lane]) * 0x9E3779B97F4A7C15u;
            lanes[lane] = mixed ^ (mixed >> 29);
        }
    }
}

/* Four lanes of multiply and rotate: about a millisecond for 8 MB, and any changed pixel shows. */
static uint64_t hash_pixels(const struct watch *watch) {
    uint64_t lanes[4] = {1, 2, 3, 4};
    for (size_t row = 0; row < watch->rows; row++) {
        hash_row(lanes, watch->pixels + row * watch->row_bytes, watch->watched_bytes);
    }
    return lanes[0] ^ (lanes[1] << 1) ^ (lanes[2] << 2) ^ (lanes[3] << 3);
}

/* --- the broker ------------------------------------------------------------------------------ */

static size_t put_text(unsigned char *out, const char *text) {
    size_t length = strlen(text);
    out[0] = (unsigned char)(length >> 8);
    out[1] = (unsigned char)length;
    memcpy(out + 2, text, length);
    return length + 2;
}

static void send_packet(int broker, unsigned char type, const unsigned char *body, size_t length) {
    unsigned char packet[LINE_BYTES * 2 + 8] = {type};
    size_t at = 1;
    size_t left = length;
    do {
        packet[at++] = (unsigned char)((left & 127) | (left > 127 ? 128 : 0));
        left >>= 7;
    } while (left > 0);
    memcpy(packet + at, body, length);
    if (write(broker, packet, at + length) != (ssize_t)(at + length)) {
        fail("latency: write to the broker");
    }
}

static int broker_connect(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int broker = socket(AF_INET, SOCK_STREAM, 0);
    if (broker < 0 || connect(broker, (struct sockaddr *)&address, sizeof address) != 0) {
        fail("latency: connect to the broker");
    }
    static const unsigned char connect_body[] = {0, 4, 'M', 'Q', 'T', 'T', 4,   2,  0,
                                                 0, 0, 5,   'b', 'e', 'n', 'c', 'h'};
    send_packet(broker, 0x10, connect_body, sizeof connect_body);
    unsigned char answer[4];
    if (recv(broker, answer, sizeof answer, MSG_WAITALL) != sizeof answer || answer[3] != 0) {
        fail("latency: the broker refused");
    }
    return broker;
}

static void publish(int broker, const char *topic, const char *payload) {
    static uint16_t packet_id = 0;
    unsigned char body[LINE_BYTES * 2];
    size_t at = put_text(body, topic);
    packet_id = (uint16_t)(packet_id % 65535 + 1);
    body[at++] = (unsigned char)(packet_id >> 8);
    body[at++] = (unsigned char)packet_id;
    memcpy(body + at, payload, strlen(payload));
    send_packet(broker, 0x32, body, at + strlen(payload));
}

/* PUBACKs are of no interest but must not fill the socket. */
static void drain_broker(int broker) {
    unsigned char waste[256];
    while (recv(broker, waste, sizeof waste, MSG_DONTWAIT) > 0) {
    }
}

/* --- the screen ------------------------------------------------------------------------------ */

static void map_framebuffer(struct watch *watch, const char *path, double top, double left) {
    int file = open(path, O_RDONLY);
    struct stat facts;
    if (file < 0 || fstat(file, &facts) != 0) {
        fail(path);
    }
    const unsigned char *bytes = mmap(NULL, (size_t)facts.st_size, PROT_READ, MAP_SHARED, file, 0);
    if (bytes == MAP_FAILED) {
        fail(path);
    }
    /* XWD's header is big-endian words: its own size, ... width (5th), height (6th), bits a pixel
     * (12th), bytes a row (13th), colours (20th). A row is hashed in pieces of 8 pixels. */
    uint32_t words[20];
    memcpy(words, bytes, sizeof words);
    size_t offset = ntohl(words[0]) + (size_t)ntohl(words[19]) * 12;
    size_t height = ntohl(words[5]);
    size_t skipped = 0;
    watch->top = (size_t)(top * (double)height);
    watch->left = (size_t)(left * (double)ntohl(words[4])) / 8 * 8;
    skipped = watch->left * ntohl(words[11]) / 8;
    watch->row_bytes = ntohl(words[12]);
    watch->rows = height - watch->top;
    watch->watched_bytes = watch->row_bytes - skipped;
    watch->pixels = bytes + offset + watch->top * watch->row_bytes + skipped;
    close(file);
}

static void watch_open(struct watch *watch) {
    watch->display = XOpenDisplay(NULL);
    int error_base;
    if (watch->display == NULL ||
        !XDamageQueryExtension(watch->display, &watch->event_base, &error_base)) {
        fputs("latency: no X display with XDamage\n", stderr);
        exit(1);
    }
    watch->damage = XDamageCreate(watch->display, DefaultRootWindow(watch->display),
                                  XDamageReportRawRectangles);
    XSync(watch->display, False);
}

/* Takes every damage event that has arrived; returns whether one was of what is watched. */
static bool drain_damage(struct watch *watch) {
    bool any = false;
    while (XPending(watch->display) > 0) {
        XEvent event;
        XNextEvent(watch->display, &event);
        if (event.type == watch->event_base + XDamageNotify) {
            const XRectangle *area = &((const XDamageNotifyEvent *)&event)->area;
            any |= (size_t)(area->x + area->width) > watch->left &&
                   (size_t)(area->y + area->height) > watch->top;
        }
    }
    return any;
}

/* Notes what the pixels are after a burst of changes. Its moments are those at which the changes
 * were told: reading 8 MB takes longer than some of them. */
static void look(struct watch *watch, int64_t first_us, int64_t last_us) {
    if (watch->looks_count < LOOKS_MAX) {
        uint64_t seen = hash_pixels(watch);
        watch->looks[watch->looks_count++] = (struct look){first_us, last_us, seen};
    }
}

static void wait_until_quiet(struct watch *watch, int64_t began_us) {
    struct pollfd waiting = {.fd = ConnectionNumber(watch->display), .events = POLLIN};
    int64_t first_us = -1; /* of a burst that is going on */
    int64_t last_us = began_us;
    /* The first change may take its time; after it, quiet means done. */
    for (;;) {
        int64_t limit_us = watch->looks_count > 0 ? SETTLE_MS * 1000 : 2000000;
        int64_t left_us = last_us + (first_us >= 0 ? BURST_MS * 1000 : limit_us) - now_us();
        if (left_us <= 0 && first_us < 0) {
            return;
        }
        if (left_us <= 0) {
            look(watch, first_us, last_us);
            first_us = -1;
            continue;
        }
        poll(&waiting, 1, (int)(left_us / 1000) + 1);
        if (drain_damage(watch)) {
            last_us = now_us();
            first_us = first_us < 0 ? last_us : first_us;
        }
    }
}

static void run_command(struct watch *watch, const char *topic, const char *payload) {
    drain_damage(watch);
    drain_broker(watch->broker);
    watch->looks_count = 0;
    uint64_t before = hash_pixels(watch);
    int64_t began_us = now_us();
    publish(watch->broker, topic, payload);
    wait_until_quiet(watch, began_us);
    int64_t first_us = -1;
    int64_t done_us = -1;
    uint64_t final = hash_pixels(watch);
    for (size_t i = watch->looks_count; i > 0; i--) {
        const struct look *seen = &watch->looks[i - 1];
        done_us = seen->seen == final ? seen->last_us : done_us;
        first_us = seen->seen != before ? seen->first_us : first_us;
    }
    if (final == before) {
        first_us = done_us = -1;
    }
    printf("%lld %lld %lld %zu\n", (long long)began_us, (long long)first_us, (long long)done_us,
           watch->looks_count);
    fflush(stdout);
}

int main(int argc, char **argv) {
    static struct watch watch;
    if (argc != 5) {
        fputs("usage: latency PORT FRAMEBUFFER TOP LEFT\n", stderr);
        return 64;
    }
    map_framebuffer(&watch, argv[2], strtod(argv[3], NULL), strtod(argv[4], NULL));
    watch_open(&watch);
    watch.broker = broker_connect((int)strtol(argv[1], NULL, 10));
    char line[LINE_BYTES];
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *space = strchr(line, ' ');
        if (space != NULL) {
            *space = '\0';
            run_command(&watch, line, space + 1);
        }
    }
    XCloseDisplay(watch.display);
    return 0;
}
