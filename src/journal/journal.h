/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The journal: what was called, shown and heard, and the board across a restart.
 *
 * SQLite in WAL mode, owned by one thread of its own: the screen never waits for a disk. Main puts
 * records in a bounded queue; commits are written to the page cache at once (a killed process loses
 * nothing that was acknowledged) and synced rarely, because an SD card lives behind it. A disk that
 * is full, read-only or damaged is told once with what to do, tried again with backoff, and healed
 * without a restart; the hall goes on without it meanwhile.
 *
 * No names of persons: ticket, counter, times. The only file that knows SQLite is store.c.
 */
#ifndef HALLCALL_JOURNAL_JOURNAL_H
#define HALLCALL_JOURNAL_JOURNAL_H

#include "core/board.h"
#include "system/inbox.h"

enum {
    JOURNAL_PATH_BYTES = 256,
    JOURNAL_QUEUE_MAX = 512,   /* records not yet written; then the oldest history is dropped */
    JOURNAL_MARK_WAIT_MS = 20, /* how long an utterance waits for its mark, see journal_mark */
};

struct journal_options {
    char path[JOURNAL_PATH_BYTES]; /* "" : no journal is kept */
    int keep_days;                 /* history older than this is removed */
    int keep_mb;                   /* and the oldest beyond this size */
    struct halls halls;            /* of the display: what is kept names them */
};

/* What happened to a call or notice. The story of a call is its records in order. */
enum journal_step {
    JOURNAL_RECEIVED,  /* accepted as an event */
    JOURNAL_SHOWN,     /* on the display, latency_ms after it was received */
    JOURNAL_HEARD,     /* its first utterance began at the loudspeaker, latency_ms after */
    JOURNAL_NOT_HEARD, /* it will not be heard: reason */
    JOURNAL_ENDED      /* withdrawn, served, no-show: reason names which */
};

struct journal_record {
    enum journal_step step;
    enum utterance_kind kind;
    char hall[NAME_BYTES]; /* "": the site's */
    char id[ID_BYTES];
    uint32_t n;
    char ticket[TICKET_BYTES];
    char counter[NAME_BYTES];
    char lang[LANG_BYTES]; /* HEARD */
    wall_ms at;            /* TIME_UNKNOWN while the clock is not set */
    int64_t latency_ms;    /* -1 when it does not apply */
    char reason[REASON_BYTES];
};

/* What survives a restart, of the halls that the display still has. Ages, not times: a monotonic
 * clock begins anew with each boot. */
struct journal_memory {
    size_t calls_count;
    struct call calls[CALLS_MAX]; /* newest first; called_at is in this boot's mono_ms */
    size_t known_count;
    struct known known[SPOKEN_MAX]; /* at is in this boot's mono_ms */
    struct numbering numberings[HALLS_MAX];
};

struct journal;

/* Starts the journal's thread; never waits for the disk. LETTER_JOURNAL letters go to inbox: each
 * acknowledged mark, and each change between well and not. NULL when memory is exhausted. */
struct journal *journal_create(const struct journal_options *options, struct inbox *inbox);
/* Writes what is queued, at most 500 ms, and joins. Accepts NULL, as everything below. */
void journal_destroy(struct journal *journal);
/* Copies a record into the queue. Never waits. Main thread. */
void journal_put(struct journal *journal, const struct journal_record *record);
/* Marks (id, n) of a hall as about to be spoken, before it is: after a kill it must not be said
 * twice. LETTER_JOURNAL with this token comes when the mark is safe from a kill. Never waits. */
void journal_mark(struct journal *journal, size_t from, const char *id, uint32_t n, uint32_t token);
/* Copies the rows and the known ids; a newer board replaces one not yet written. Never waits. */
void journal_board(struct journal *journal, const struct board *board, struct moment now);

/* Reads back what survived, before journal_create. Bounded (200 ms): false with a reason when there
 * is nothing, or nothing readable; *memory is then empty. now is this moment in this boot. */
bool journal_restore(const struct journal_options *options, struct moment now,
                     struct journal_memory *memory, char *reason);

#endif
