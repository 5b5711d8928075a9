/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the hall's runs ended, kept in $RUNTIME_DIRECTORY: core/crashes.h decides what it means.
 *
 * Without that folder (started by hand) nothing is kept and every start is a normal one. Main
 * thread.
 */
#ifndef HALLCALL_COMMAND_ENDINGS_H
#define HALLCALL_COMMAND_ENDINGS_H

#include "core/crashes.h"
#include "core/limits.h"

struct endings {
    int folder; /* -1: nothing is kept */
    int64_t boot;
    struct crashes crashes;
    enum start_kind kind;    /* of this run */
    char last[REASON_BYTES]; /* how the last one ended, in words; "" when nobody knows */
};

/* Counts this start. */
void endings_begin(struct endings *endings);
/* The journal is about to be read back, or has been. */
void endings_reading(struct endings *endings, bool reading);
/* Whether safe mode has lasted long enough; then the next try is under way (kind). */
bool endings_retry(struct endings *endings);
/* How long safe mode lasts, in ms; INT64_MAX without it. */
int64_t endings_safe_ms(const struct endings *endings);
/* Why this run is in safe mode, for staff; "" when it is not. */
void endings_words(const struct endings *endings, char words[REASON_BYTES]);
/* The end is a good one: nothing is remembered. Accepts what was never begun. */
void endings_finish(struct endings *endings, bool well);
/* What a service manager runs after the hall has ended (ExecStopPost=): writes down what it says of
 * the end in SERVICE_RESULT, EXIT_CODE and EXIT_STATUS, and counts it if it was an abnormal one.
 * Returns an exit code. */
int endings_note(void);

#endif
