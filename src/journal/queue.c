/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Three things wait here, each bounded in its own way, because each is worth something else: a lost
 * mark could be said twice after a kill, a lost board would come back old, and history that is lost
 * while a disk is full is history.
 *
 * Entries are found by a number that only grows, so that the writer's copy can be matched with what
 * is left of it after main went on putting things in. Considered and refused: one ring for all
 * kinds, where a flood of history would push out the marks.
 */
#include "journal/queue.h"

#include <string.h>

void queue_put_record(struct queue *queue, const struct journal_record *record) {
    if (queue->records_end - queue->records_first == JOURNAL_QUEUE_MAX) {
        queue->records_first++;
        queue->dropped++;
    }
    queue->records[queue->records_end++ % JOURNAL_QUEUE_MAX] = *record;
}

void queue_put_mark(struct queue *queue, const struct mark *mark) {
    if (queue->marks_end - queue->marks_first == SPOKEN_MAX) {
        queue->marks_first++;
    }
    queue->marks[queue->marks_end++ % SPOKEN_MAX] = *mark;
}

static bool same_numberings(const struct journal_memory *memory, const struct board *board) {
    bool same = true;
    for (size_t i = 0; i < HALLS_MAX && same; i++) {
        same = memcmp(&memory->numberings[i], &board->senders[i].newest,
                      sizeof memory->numberings[i]) == 0;
    }
    return same;
}

static bool same_board(const struct journal_memory *memory, const struct board *board) {
    return memory->calls_count == board->calls_count && memory->known_count == board->known_count &&
           same_numberings(memory, board) &&
           memcmp(memory->calls, board->calls, board->calls_count * sizeof board->calls[0]) == 0 &&
           memcmp(memory->known, board->known, board->known_count * sizeof board->known[0]) == 0;
}

bool queue_put_board(struct queue *queue, const struct board *board, struct moment now) {
    struct journal_memory *memory = &queue->board.memory;
    if (queue->board_put > 0 && same_board(memory, board)) {
        return false;
    }
    queue->board.at = now;
    memory->calls_count = board->calls_count;
    memcpy(memory->calls, board->calls, board->calls_count * sizeof board->calls[0]);
    memory->known_count = board->known_count;
    memcpy(memory->known, board->known, board->known_count * sizeof board->known[0]);
    for (size_t i = 0; i < HALLS_MAX; i++) {
        memory->numberings[i] = board->senders[i].newest;
    }
    queue->board_put++;
    return true;
}

void queue_renew_board(struct queue *queue) {
    queue->board_done = 0;
}

bool queue_empty(const struct queue *queue) {
    return queue->records_first == queue->records_end && queue->marks_first == queue->marks_end &&
           queue->board_put == queue->board_done;
}

void queue_take(const struct queue *queue, struct batch *batch) {
    uint64_t at = queue->records_first;
    for (batch->records_count = 0; batch->records_count < BATCH_RECORDS && at < queue->records_end;
         at++) {
        batch->records[batch->records_count++] = queue->records[at % JOURNAL_QUEUE_MAX];
    }
    batch->records_end = at;
    at = queue->marks_first;
    for (batch->marks_count = 0; batch->marks_count < BATCH_MARKS && at < queue->marks_end; at++) {
        batch->marks[batch->marks_count++] = queue->marks[at % SPOKEN_MAX];
    }
    batch->marks_end = at;
    batch->board_version = 0;
    if (queue->board_put != queue->board_done) {
        batch->board_version = queue->board_put;
        batch->board = queue->board;
    }
}

void queue_done(struct queue *queue, const struct batch *batch) {
    if (batch->records_end > queue->records_first) {
        queue->records_first = batch->records_end;
    }
    if (batch->marks_end > queue->marks_first) {
        queue->marks_first = batch->marks_end;
    }
    if (batch->board_version > 0) {
        queue->board_done = batch->board_version;
    }
}

uint32_t queue_next_token(struct queue *queue) {
    for (uint64_t at = queue->marks_first; at < queue->marks_end; at++) {
        struct mark *mark = &queue->marks[at % SPOKEN_MAX];
        if (mark->token != 0) {
            uint32_t token = mark->token;
            mark->token = 0;
            return token;
        }
    }
    return 0;
}
