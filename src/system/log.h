/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The log: one fact a line, "level: module: words key=value", to stderr.
 *
 * Levels by who must act: err, someone must come; warn, it healed, look later; info, state changes;
 * debug, for us. Under a service manager (JOURNAL_STREAM set) lines carry the <3> <4> <6> <7>
 * prefixes that journald understands. Values from outside are written with log_quote, so that no
 * message can forge a line or a terminal sequence. Any thread; one write(2) per line, and never a
 * wait: what cannot be written at once is counted, and told when somebody reads again.
 */
#ifndef HALLCALL_SYSTEM_LOG_H
#define HALLCALL_SYSTEM_LOG_H

#include <stddef.h>
#include <stdint.h>

enum log_level { LOG_ERR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* The level of a name ("err", "warn", "info", "debug"); LOG_INFO for any other. */
enum log_level log_level_from(const char *name);
/* Everything above this level is dropped. Default LOG_INFO. Call before threads start. */
void log_set_level(enum log_level level);

__attribute__((format(printf, 3, 4))) void log_line(enum log_level level, const char *module,
                                                    const char *format, ...);

/* Lets at most `burst` lines through per 10 s for one call site (a static struct there), and says
 * how many were held back when it opens again. Returns whether to log now. Any thread. */
struct log_gate {
    int64_t window_start_ms;
    uint32_t passed, held;
};
int log_gate_open(struct log_gate *gate, uint32_t burst, uint32_t *held_back);

/* Copies outside bytes as printable ASCII: control and non-ASCII bytes become \xNN, quotes and
 * backslashes are escaped, a text that does not fit ends in "...". Returns out. */
const char *log_quote(char *out, size_t out_bytes, const void *text, size_t text_bytes);

#endif
