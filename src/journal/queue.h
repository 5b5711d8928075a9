/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What main has put down and the disk has not taken yet.
 *
 * A plain value; whoever shares it guards it (journal.c). History is a ring that loses its oldest
 * record when it is full, marks are a ring of their own that a flood of history cannot reach, and
 * of boards there is one, the newest. Nothing leaves before it is written: a batch is a copy of the
 * oldest things, and queue_done removes them afterwards, even if some were dropped meanwhile.
 */
#ifndef HALLCALL_JOURNAL_QUEUE_H
#define HALLCALL_JOURNAL_QUEUE_H

#include "journal/journal.h"

enum { BATCH_RECORDS = 64, BATCH_MARKS = 64 };

struct mark {
    size_t from;
    char id[ID_BYTES];
    uint32_t n;
    uint32_t token; /* 0: nobody waits for it (any more) */
    struct moment at;
};

/* A board as it was at a moment. */
struct saved_board {
    struct moment at;
    struct journal_memory memory;
};

struct queue {
    uint64_t records_first, records_end; /* numbers since creation: [first, end) wait */
    struct journal_record records[JOURNAL_QUEUE_MAX];
    uint64_t marks_first, marks_end;
    struct mark marks[SPOKEN_MAX];
    uint64_t board_put, board_done; /* versions; 0: there has been none */
    struct saved_board board;
    uint64_t dropped; /* records lost to a full ring */
};

struct batch {
    uint64_t records_end;
    size_t records_count;
    struct journal_record records[BATCH_RECORDS];
    uint64_t marks_end;
    size_t marks_count;
    struct mark marks[BATCH_MARKS];
    uint64_t board_version; /* 0: no board in this batch */
    struct saved_board board;
};

void queue_put_record(struct queue *queue, const struct journal_record *record);
void queue_put_mark(struct queue *queue, const struct mark *mark);
/* Copies the rows and known ids; the same board again is not put. Returns whether it was. */
bool queue_put_board(struct queue *queue, const struct board *board, struct moment now);
/* The board has to be written (again), because the file that held it is gone. */
void queue_renew_board(struct queue *queue);
bool queue_empty(const struct queue *queue);
/* Copies what is to be written next. */
void queue_take(const struct queue *queue, struct batch *batch);
/* Removes what has been written. */
void queue_done(struct queue *queue, const struct batch *batch);
/* The next token somebody waits for, which from then on nobody does; 0 when there is none. */
uint32_t queue_next_token(struct queue *queue);

#endif
