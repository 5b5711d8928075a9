/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file on the disk: a database, and the sentences that may be said to it.
 *
 * SQLite is known to store.c only. A statement is set, then run, or stepped through row by row; its
 * parameters and columns are in the order of its text in store.c, parameters from 1 and columns
 * from 0. The first thing that goes wrong is kept as the store's trouble, in words for staff. One
 * thread.
 */
#ifndef HALLCALL_JOURNAL_STORE_H
#define HALLCALL_JOURNAL_STORE_H

#include "core/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STORE_SCHEMA = 3,         /* user_version of the tables in store.c */
    STORE_BUSY_MS = 250,      /* patience with another program that writes or repairs */
    STORE_WAL_PAGES = 1000,   /* checkpointed at once when its log has grown to 4 MB */
    STORE_QUICK_CHECK_MB = 64 /* a larger file is not read whole at the start: too slow */
};

enum store_access { STORE_READ, STORE_WRITE };

enum trouble_kind {
    TROUBLE_NONE,
    TROUBLE_NOTHING,   /* to read: there is no file yet */
    TROUBLE_DAMAGED,   /* the file is no database, or a broken one */
    TROUBLE_FOREIGN,   /* another program's database, or a newer version's */
    TROUBLE_FULL,      /* no room on the disk */
    TROUBLE_READ_ONLY, /* the file or its folder cannot be written */
    TROUBLE_MISSING,   /* its folder is not there */
    TROUBLE_SLOW,      /* the time given to store_hurry is over */
    TROUBLE_OTHER
};

struct trouble {
    enum trouble_kind kind;
    char reason[REASON_BYTES]; /* "" when there is none */
};

enum statement {
    PUT_RECORD,
    PUT_MARK,
    TRIM_MARKS,
    CLEAR_ROWS,
    PUT_ROW,
    CLEAR_KNOWN,
    PUT_KNOWN,
    PUT_NUMBERING,
    FIRST_KEPT, /* number of the first record at or after a time */
    DELETE_OLD, /* at most so many records before a number */
    DELETE_OLDEST,
    GET_ROWS,
    GET_KNOWN,
    GET_NUMBERING,
    GET_HISTORY,
    GET_HISTORY_OF,
    STATEMENTS
};

struct store;

/* Opens a journal; for writing, creates it and checks it whole. NULL with *trouble. */
struct store *store_open(const char *path, enum store_access access, struct trouble *trouble);
/* Does not checkpoint, since that syncs: the log is read by whoever opens next. Accepts NULL. */
void store_close(struct store *store);
/* From now on nothing takes longer than until CLOCK_MONOTONIC milliseconds; it fails instead. */
void store_hurry(struct store *store, int64_t until_ms);
/* What went wrong first; kind TROUBLE_NONE while all is well. */
const struct trouble *store_trouble(const struct store *store);

/* A transaction. All of these are false when something is wrong. */
bool store_begin(struct store *store);
bool store_commit(struct store *store);

void store_set_integer(struct store *store, enum statement statement, int parameter, int64_t value);
/* text must outlive the run. */
void store_set_text(struct store *store, enum statement statement, int parameter, const char *text);
void store_set_null(struct store *store, enum statement statement, int parameter);
/* Runs a statement that gives no rows. */
bool store_run(struct store *store, enum statement statement);
/* Goes to the next row. False at the end and on trouble, and the statement is ready again. */
bool store_next(struct store *store, enum statement statement);
/* Ends the rows of a statement early. */
void store_stop(struct store *store, enum statement statement);

int64_t store_integer(struct store *store, enum statement statement, int column);
bool store_is_null(struct store *store, enum statement statement, int column);
/* Copies a text. False when it does not fit, or is not UTF-8 without control characters. */
bool store_text(struct store *store, enum statement statement, int column, char *out, size_t bytes);

/* Records removed by the last DELETE_OLD or DELETE_OLDEST. */
int64_t store_changes(struct store *store);
/* Bytes in use in the file, without what was freed; -1 on trouble. */
int64_t store_used_bytes(struct store *store);
/* Gives freed pages back to the file system, a few at a time. */
bool store_shrink(struct store *store);
/* Moves the log into the database and syncs, when the log has grown. Other work may wait. */
bool store_checkpoint(struct store *store);
/* The same, when the log holds anything: what was written survives a power cut from then on. */
bool store_sync(struct store *store);
/* Whether somebody has removed or replaced the file under us. */
bool store_moved(struct store *store);

#endif
