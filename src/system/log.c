/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The log. A line is made in a buffer on the stack and leaves in one write(2), so lines of several
 * threads cannot mix. A log that nobody reads (a journald that hangs, a full pipe) costs lines, not
 * the hall: what is ready for writing takes a page at least, which is more than a line.
 *
 * Considered and refused: syslog(3) and libsystemd. A service manager takes stderr as it is, levels
 * included, and staff who start hallcall by hand see the same lines.
 */
#include "system/log.h"

#include "system/clock.h"

#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 1024, GATE_WINDOW_MS = 10000 };

static const char *const level_names[] = {"err", "warn", "info", "debug"};
static const char *const prefixes[] = {"<3>", "<4>", "<6>", "<7>"};
static enum log_level level_max = LOG_INFO;
static atomic_uint lost; /* lines that nobody took */

enum log_level log_level_from(const char *name) {
    for (int level = LOG_ERR; level <= LOG_DEBUG; level++) {
        if (strcmp(level_names[level], name) == 0) {
            return (enum log_level)level;
        }
    }
    return LOG_INFO;
}

void log_set_level(enum log_level level) {
    level_max = level;
}

static const char *prefix_of(enum log_level level) {
    return getenv("JOURNAL_STREAM") != NULL ? prefixes[level] : "";
}

/* Whether a line can be written without waiting. A closed log takes everything. */
static bool ready(void) {
    struct pollfd log = {.fd = STDERR_FILENO, .events = POLLOUT};
    return poll(&log, 1, 0) != 0;
}

static void write_out(const char *line, size_t bytes) {
    ssize_t ignored = write(STDERR_FILENO, line, bytes);
    (void)ignored;
}

/* Also tells what was lost before it. */
static void put(const char *line, size_t bytes) {
    if (!ready()) {
        atomic_fetch_add_explicit(&lost, 1, memory_order_relaxed);
        return;
    }
    unsigned count = atomic_exchange_explicit(&lost, 0, memory_order_relaxed);
    if (count > 0) {
        char words[80];
        int length = snprintf(words, sizeof words, "%swarn: log: nobody read it lines_lost=%u\n",
                              prefix_of(LOG_WARN), count);
        write_out(words, (size_t)length);
    }
    write_out(line, bytes);
}

void log_line(enum log_level level, const char *module, const char *format, ...) {
    if (level > level_max) {
        return;
    }
    char line[LINE_BYTES];
    int head =
        snprintf(line, sizeof line, "%s%s: %s: ", prefix_of(level), level_names[level], module);
    size_t used = head > 0 && (size_t)head < sizeof line ? (size_t)head : 0;

    va_list arguments;
    va_start(arguments, format);
    int body = vsnprintf(line + used, sizeof line - used - 1, format, arguments);
    va_end(arguments);
    if (body > 0) {
        size_t room = sizeof line - used - 2;
        used += (size_t)body < room ? (size_t)body : room;
    }
    line[used++] = '\n';
    put(line, used);
}

int log_gate_open(struct log_gate *gate, uint32_t burst, uint32_t *held_back) {
    int64_t now = clock_mono_ms();
    *held_back = 0;
    if (gate->window_start_ms == 0 || now - gate->window_start_ms >= GATE_WINDOW_MS) {
        *held_back = gate->held;
        gate->window_start_ms = now;
        gate->passed = 0;
        gate->held = 0;
    }
    if (gate->passed < burst) {
        gate->passed++;
        return 1;
    }
    gate->held++;
    return 0;
}

/* Printable as it is: ASCII without quotes and backslashes. Everything else is escaped, letters of
 * other scripts too: a log line must look the same in every terminal and encoding. */
static int plain(unsigned char byte) {
    return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
}

const char *log_quote(char *out, size_t out_bytes, const void *text, size_t text_bytes) {
    const unsigned char *bytes = text;
    size_t used = 0;
    for (size_t i = 0; i < text_bytes; i++) {
        char piece[8];
        int length = plain(bytes[i]) ? snprintf(piece, sizeof piece, "%c", bytes[i])
                                     : snprintf(piece, sizeof piece, "\\x%02X", bytes[i]);
        if (used + (size_t)length + 4 > out_bytes) {
            snprintf(out + used, out_bytes - used, "...");
            return out;
        }
        memcpy(out + used, piece, (size_t)length);
        used += (size_t)length;
    }
    out[used] = '\0';
    return out;
}
