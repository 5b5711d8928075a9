/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A chime as written down, one file each in sounds (the format is described in sounds/README.md).
 */
#ifndef HALLCALL_VOICE_SCORE_H
#define HALLCALL_VOICE_SCORE_H

#include "core/limits.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    SCORE_BYTES_MAX = 8192, /* of a file */
    SCORE_NOTES_MAX = 16,
    SCORE_PARTIALS_MAX = 12,
    SCORE_LENGTH_MS_MAX = 3000,
};

struct partial {
    float ratio;    /* of the note's own frequency */
    float level_db; /* against the note */
};

struct note {
    float start_ms;
    float pitch_hz;
    float length_ms;
    float level_db;  /* against the loudest note; the whole is set to -23 LUFS afterwards */
    float attack_ms; /* from silence to full level, along half a cosine */
    float decay_ms;  /* time in which the fundamental falls by 20 dB; partials fall faster */
};

struct score {
    float length_ms;
    size_t partials_count;
    struct partial partials[SCORE_PARTIALS_MAX];
    size_t notes_count; /* at least 1 */
    struct note notes[SCORE_NOTES_MAX];
};

/* Reads a score from bytes. False with "line N: what was expected" in reason (REASON_BYTES), and
 * *score untouched, when anything in it is wrong. */
bool score_parse(const char *text, size_t bytes, struct score *score, char *reason);
/* The same from a file; reason then begins with the path. */
bool score_read(const char *path, struct score *score, char *reason);

#endif
