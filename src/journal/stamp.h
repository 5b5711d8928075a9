/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A moment that can be understood after a restart, or after another boot.
 */
#ifndef HALLCALL_JOURNAL_STAMP_H
#define HALLCALL_JOURNAL_STAMP_H

#include "core/moment.h"

#include <stdbool.h>

enum {
    STAMP_TRUST_MS = 24 * 60 * 60 * 1000,  /* two walls further apart: one of them was wrong; own */
    STAMP_LONG_AGO_MS = 2 * 60 * 60 * 1000 /* what is taken for a moment nobody can tell; own */
};

struct stamp {
    int64_t boot; /* stamp_boot() of the machine then, 0 when it could not be read */
    mono_ms mono;
    wall_ms wall; /* TIME_UNKNOWN while the clock was not set */
};

/* Names this boot of the machine; 0 when the kernel does not tell. Never waits for a disk. */
int64_t stamp_boot(void);
/* The stamp of a moment of this boot, told at now. */
struct stamp stamp_make(int64_t boot, mono_ms at, struct moment now);
/* The same moment in this boot's time: exact within one boot, else by the two walls. False when
 * nobody can tell: *at is then STAMP_LONG_AGO_MS before now. */
bool stamp_read(const struct stamp *stamp, int64_t boot, struct moment now, mono_ms *at);

#endif
