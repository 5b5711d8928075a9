/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How this program's last runs ended, and what the next one makes of it: safe mode after repeated
 * abnormal ends.
 *
 * A plain value, kept by command/endings.c where a restart finds it and a clean stop removes it.
 * Times are milliseconds since the machine booted, suspension included: the wall clock of a machine
 * without a clock battery jumps by years while a display starts.
 */
#ifndef HALLCALL_CORE_CRASHES_H
#define HALLCALL_CORE_CRASHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CRASHES_MAX = 5,                    /* so many abnormal ends ... */
    CRASHES_WITHIN_MS = 10 * 60 * 1000, /* ... within this: safe mode */
    SAFE_MODE_MS = 60 * 60 * 1000       /* then the normal way is tried again */
};

enum start_kind {
    START_NORMAL,
    START_TRIAL, /* normal, for the first time after safe mode: one abnormal end is enough */
    START_SAFE,
    START_KINDS
};

struct crashes {
    bool running; /* a start is under way; still so at the next one: it ended abnormally */
    bool ended;   /* abnormally, and no start has judged it yet */
    bool reading; /* it is reading the journal back */
    enum start_kind kind;
    int64_t started_at;
    int64_t safe_until; /* 0: not in safe mode */
    size_t count;
    int64_t ended_at[CRASHES_MAX]; /* abnormal ends, the newest first */
    bool journal_suspect;          /* the last one was while the journal was read back */
};

/* Counts an abnormal end of which somebody else knows, also one before the run could note its
 * start.
 */
void crashes_end(struct crashes *crashes, int64_t now);
/* Notes a start at a moment of this boot, counts the one before if it never ended well and nobody
 * has counted it, and decides how to start. *crashes is all zero when nothing is remembered. */
enum start_kind crashes_start(struct crashes *crashes, int64_t now);
/* The hall goes on in the same process with another try, at a moment of its own choice: what was
 * running has not crashed. Returns as crashes_start. */
enum start_kind crashes_restart(struct crashes *crashes, int64_t now);

#endif
