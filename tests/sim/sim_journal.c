/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The journal (journal/journal.h) in memory that survives the program's death.
 *
 * What is put in becomes safe a little later, as with a thread and a disk: a kill in between loses
 * it. A mark is told when it is safe; late when the disk is slow; at once and unsafe when it is
 * broken.
 */
#include "journal/journal.h"

#include "actors.h"
#include "chance.h"
#include "marks.h"

#include <stdio.h>
#include <string.h>

enum { MARKS_MAX = 64 };

struct journal {
    struct inbox *inbox;
};

struct pending_mark {
    uint32_t token;
    size_t from;
    char id[ID_BYTES];
    uint32_t n;
};

static struct {
    struct journal journal;
    bool running, ever, broken, told;
    uint64_t chance;
    size_t marks_count;
    struct pending_mark marks[MARKS_MAX];
    bool board_waits;
    size_t known_next;           /* of the board that was given last */
    struct journal_memory board; /* not yet safe */
    struct journal_memory disk;
} state;

void journal_reset(void) {
    state.running = state.ever = state.broken = state.board_waits = false;
    state.marks_count = 0;
    state.board.calls_count = 0;
    state.board.known_count = SIZE_MAX; /* no board has been given yet */
    state.disk.calls_count = state.disk.known_count = 0;
    for (size_t i = 0; i < HALLS_MAX; i++) {
        state.disk.numberings[i] = (struct numbering){.seq = -1};
    }
    state.chance = chance_mix(world.plan.seed, 61, 0);
}

bool journal_trouble(void) {
    return state.running && state.broken;
}

bool journal_kept(void) {
    return state.ever;
}

static bool on(enum fault fault) {
    return plan_fault(&world.plan, fault, world.now_ms) > 0;
}

static void put_letter(uint32_t token, bool well) {
    struct letter letter = {.kind = LETTER_JOURNAL, .at_us = world_mono() * 1000};
    letter.journal.token = token;
    letter.journal.well = well;
    if (!well) {
        snprintf(letter.journal.reason, sizeof letter.journal.reason, "the disk is full");
    }
    inbox_put(state.journal.inbox, &letter);
}

static void keep_known(size_t from, const char *id, uint32_t n) {
    struct journal_memory *disk = &state.disk;
    if (disk->known_count == SPOKEN_MAX) {
        memmove(&disk->known[0], &disk->known[1], (SPOKEN_MAX - 1) * sizeof disk->known[0]);
        disk->known_count--;
    }
    struct known *known = &disk->known[disk->known_count++];
    known->from = from;
    snprintf(known->id, sizeof known->id, "%s", id);
    known->n = n;
    known->at = world_mono();
    known->ended_seq = -1;
}

static void mark_safe(uint32_t token) {
    for (size_t i = 0; i < state.marks_count; i++) {
        if (state.marks[i].token == token) {
            keep_known(state.marks[i].from, state.marks[i].id, state.marks[i].n);
            state.marks[i] = state.marks[--state.marks_count];
            put_letter(token, true);
            return;
        }
    }
}

static bool is_known(const struct journal_memory *memory, const struct known *known) {
    for (size_t i = 0; i < memory->known_count; i++) {
        const struct known *other = &memory->known[i];
        if (other->from == known->from && other->n == known->n &&
            strcmp(other->id, known->id) == 0) {
            return true;
        }
    }
    return false;
}

/* Copies what is used of a memory; the rest is never read. */
static void copy_memory(struct journal_memory *to, const struct journal_memory *from) {
    to->calls_count = from->calls_count;
    memcpy(to->calls, from->calls, from->calls_count * sizeof from->calls[0]);
    to->known_count = from->known_count;
    memcpy(to->known, from->known, from->known_count * sizeof from->known[0]);
    memcpy(to->numberings, from->numberings, sizeof to->numberings);
}

/* The board replaces the last one; marks that it does not know yet stay. */
static void store_board(void) {
    static struct journal_memory old;
    if (!state.board_waits) {
        return;
    }
    state.board_waits = false;
    copy_memory(&old, &state.disk);
    copy_memory(&state.disk, &state.board);
    for (size_t i = 0; i < old.known_count; i++) {
        if (!is_known(&state.disk, &old.known[i])) {
            keep_known(old.known[i].from, old.known[i].id, old.known[i].n);
        }
    }
}

void journal_happen(enum happening what, int64_t a, int64_t b) {
    if (!state.running || a != world.incarnation) {
        return;
    }
    if (what == HAPPEN_JOURNAL_WELL) {
        bool broken = on(FAULT_JOURNAL_BROKEN);
        if (broken != state.broken || !state.told) {
            state.broken = broken;
            state.told = true;
            put_letter(0, !broken);
        }
    } else if (what == HAPPEN_MARKED) {
        mark_safe((uint32_t)b);
    } else if (!state.broken) {
        store_board();
    }
}

void journal_fault(const struct item *item) {
    if (item->fault == FAULT_JOURNAL_BROKEN) {
        world_schedule(world.now_ms, HAPPEN_JOURNAL_WELL, world.incarnation, 0);
        world_schedule(item->at_ms + item->lasts_ms + 1000, HAPPEN_JOURNAL_WELL, world.incarnation,
                       0);
    }
}

void journal_gone(void) {
    state.running = false;
    state.marks_count = 0;
    state.board_waits = false;
    state.board.known_count = SIZE_MAX; /* the next board is another program's */
}

struct journal *journal_create(const struct journal_options *options, struct inbox *inbox) {
    (void)options;
    state.running = state.ever = true;
    state.journal.inbox = inbox;
    state.broken = state.told = false;
    world_schedule(world.now_ms + 1, HAPPEN_JOURNAL_WELL, world.incarnation, 0);
    return &state.journal;
}

void journal_destroy(struct journal *journal) {
    (void)journal;
}

void journal_put(struct journal *journal, const struct journal_record *record) {
    (void)journal;
    (void)record;
    (void)world_struck();
}

void journal_mark(struct journal *journal, size_t from, const char *id, uint32_t n,
                  uint32_t token) {
    if (journal == NULL || world_struck()) {
        return;
    }
    if (on(FAULT_JOURNAL_BROKEN)) {
        put_letter(token, false);
        return;
    }
    int64_t wait_ms = chance_between(&state.chance, 0, 6);
    if (on(FAULT_JOURNAL_SLOW)) {
        wait_ms = chance_between(&state.chance, 0, 500);
    }
    if (wait_ms > JOURNAL_MARK_WAIT_MS) {
        mark(MARK_MARK_WAITED);
    }
    if (state.marks_count == MARKS_MAX) {
        world_fail("bounded work", "more than %d marks wait for the journal", MARKS_MAX);
        return;
    }
    struct pending_mark *pending = &state.marks[state.marks_count++];
    pending->token = token;
    pending->from = from;
    pending->n = n;
    snprintf(pending->id, sizeof pending->id, "%s", id);
    world_schedule(world.now_ms + wait_ms, HAPPEN_MARKED, world.incarnation, token);
}

void journal_board(struct journal *journal, const struct board *board, struct moment now) {
    (void)now;
    if (journal == NULL || world_struck()) {
        return;
    }
    struct journal_memory *next = &state.board;
    size_t calls_bytes = board->calls_count * sizeof board->calls[0];
    bool known = next->known_count != board->known_count || state.known_next != board->known_next;
    bool same = !known && next->calls_count == board->calls_count &&
                memcmp(next->calls, board->calls, calls_bytes) == 0;
    for (size_t i = 0; i < HALLS_MAX; i++) {
        same = same && next->numberings[i].seq == board->senders[i].newest.seq;
    }
    if (same) {
        return;
    }
    if (known) { /* most of the bytes, and seldom different */
        next->known_count = board->known_count;
        state.known_next = board->known_next;
        memcpy(next->known, board->known, board->known_count * sizeof board->known[0]);
    }
    next->calls_count = board->calls_count;
    memcpy(next->calls, board->calls, calls_bytes);
    for (size_t i = 0; i < HALLS_MAX; i++) {
        next->numberings[i] = board->senders[i].newest;
    }
    if (!state.board_waits) {
        state.board_waits = true;
        int64_t wait_ms = chance_between(&state.chance, 0, on(FAULT_JOURNAL_SLOW) ? 3000 : 60);
        world_schedule(world.now_ms + wait_ms, HAPPEN_BOARD_STORED, world.incarnation, 0);
    }
}

bool journal_restore(const struct journal_options *options, struct moment now,
                     struct journal_memory *memory, char *reason) {
    (void)options;
    (void)now;
    state.ever = true;
    if (on(FAULT_JOURNAL_BROKEN)) {
        memset(memory, 0, sizeof *memory);
        for (size_t i = 0; i < HALLS_MAX; i++) {
            memory->numberings[i].seq = -1;
        }
        snprintf(reason, REASON_BYTES, "the disk is full");
        return false;
    }
    copy_memory(memory, &state.disk);
    if (memory->calls_count > 0) {
        mark(MARK_RESTORED);
    }
    return true;
}
