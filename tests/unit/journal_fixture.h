/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A folder with a journal in it, an inbox that hears it, boards to put there, and SQLite used by
 * hand: to look at a file with other eyes than ours, and to spoil it.
 */
#ifndef HALLCALL_TESTS_UNIT_JOURNAL_FIXTURE_H
#define HALLCALL_TESTS_UNIT_JOURNAL_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "journal/journal.h"
#include "journal/reading.h"
#include "system/clock.h"
#include "system/log.h"

#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { DEADLINE_MS = 20000, DAY_MS = 24 * 60 * 60 * 1000 };

/* One folder, one journal, and what listens to it. */
struct place {
    char dir[64];
    struct journal_options options;
    struct inbox *inbox;
    struct journal_memory memory;
    struct board board;
    uint64_t chance;
};

static inline void in_dir(const struct place *place, const char *name, char out[128]) {
    snprintf(out, 128, "%s/%s", place->dir, name);
}

static inline int setup(void **state) {
    struct place *place = calloc(1, sizeof *place);
    assert_non_null(place);
    snprintf(place->dir, sizeof place->dir, "/tmp/hallcall-journal-XXXXXX");
    assert_non_null(mkdtemp(place->dir));
    snprintf(place->options.path, sizeof place->options.path, "%s/journal.db", place->dir);
    place->options.keep_days = 30;
    place->options.keep_mb = 50;
    place->options.halls = (struct halls){2, {"main", "registry"}};
    place->inbox = inbox_create();
    assert_non_null(place->inbox);
    place->chance = 88172645463325252u;
    board_init(&place->board, clock_moment());
    board_set_page(&place->board, 5, 200);
    log_set_level(LOG_ERR);
    *state = place;
    return 0;
}

/* A disk that takes no file larger than this. */
static inline void set_file_limit(rlim_t bytes) {
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static inline int teardown(void **state) {
    set_file_limit(RLIM_INFINITY); /* a failed test may have left it */
    static const char *const names[] = {"journal.db",
                                        "journal.db-wal",
                                        "journal.db-shm",
                                        "journal.db.damaged-1",
                                        "journal.db.damaged-2",
                                        "journal.db.damaged-1-wal",
                                        "journal.db.damaged-2-wal",
                                        "in/journal.db",
                                        "in/journal.db-wal",
                                        "in/journal.db-shm"};
    struct place *place = *state;
    char path[128];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        in_dir(place, names[i], path);
        (void)unlink(path);
    }
    in_dir(place, "in", path);
    (void)rmdir(path);
    assert_int_equal(rmdir(place->dir), 0);
    inbox_destroy(place->inbox);
    free(place);
    return 0;
}

static inline uint64_t chance(struct place *place, uint64_t below) {
    place->chance ^= place->chance << 13;
    place->chance ^= place->chance >> 7;
    place->chance ^= place->chance << 17;
    return place->chance % below;
}

static inline bool exists(const char *path) {
    return access(path, F_OK) == 0;
}

/* Waits for the letter of a token (0: of health) and returns it. */
static inline struct letter wait_letter(struct inbox *inbox, uint32_t token) {
    mono_ms until = clock_mono_ms() + DEADLINE_MS;
    struct letter letter = {.kind = LETTER_MESSAGE};
    while (clock_mono_ms() < until) {
        struct pollfd fd = {.fd = inbox_fd(inbox), .events = POLLIN};
        (void)poll(&fd, 1, 100);
        while (inbox_take(inbox, &letter)) {
            if (letter.kind == LETTER_JOURNAL && letter.journal.token == token) {
                return letter;
            }
        }
    }
    fail_msg("no letter with token %u came", token);
    return letter;
}

static inline void wait_health(struct inbox *inbox, bool well) {
    while (wait_letter(inbox, 0).journal.well != well) {
    }
}

static inline void mark_and_wait(struct place *place, struct journal *journal, uint32_t token) {
    char id[ID_BYTES];
    snprintf(id, sizeof id, "mark-%u", token);
    journal_mark(journal, 0, id, token, token);
    assert_true(wait_letter(place->inbox, token).journal.well);
}

static inline struct journal *start(struct place *place) {
    struct journal *journal = journal_create(&place->options, place->inbox);
    assert_non_null(journal);
    return journal;
}

static inline bool restore(struct place *place, char *reason) {
    return journal_restore(&place->options, clock_moment(), &place->memory, reason);
}

static inline bool known_in(const struct journal_memory *memory, size_t from, const char *id,
                            uint32_t n) {
    for (size_t i = 0; i < memory->known_count; i++) {
        const struct known *known = &memory->known[i];
        if (known->from == from && known->n == n && strcmp(known->id, id) == 0) {
            return true;
        }
    }
    return false;
}

static inline bool known(const struct journal_memory *memory, const char *id, uint32_t n) {
    return known_in(memory, 0, id, n);
}

static inline struct journal_record record_of(enum journal_step step, const char *ticket,
                                              wall_ms at) {
    struct journal_record record = {.step = step, .n = 1, .at = at, .latency_ms = -1};
    snprintf(record.id, sizeof record.id, "id-%s", ticket);
    snprintf(record.ticket, sizeof record.ticket, "%s", ticket);
    snprintf(record.counter, sizeof record.counter, "4");
    return record;
}

struct counted {
    size_t count;
    char first[TICKET_BYTES], last[TICKET_BYTES];
};

static inline bool count_record(void *context, const struct journal_record *record) {
    struct counted *counted = context;
    if (counted->count++ == 0) {
        memcpy(counted->first, record->ticket, sizeof counted->first);
    }
    memcpy(counted->last, record->ticket, sizeof counted->last);
    return true;
}

static inline struct counted count_history(const struct place *place, const char *ticket) {
    char reason[REASON_BYTES];
    struct counted counted = {.count = 0};
    struct journal_query query = {
        .path = place->options.path, .ticket = ticket, .since = TIME_UNKNOWN};
    assert_true(journal_read(&query, count_record, &counted, reason));
    return counted;
}

/* SQLite's own full check. */
static inline void assert_whole(const char *path) {
    sqlite3 *db;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &statement, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(statement, 0), "ok");
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

static inline void by_hand(const char *path, const char *sql) {
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static inline void random_text(struct place *place, char *out, size_t bytes) {
    static const char *const letters[] = {"A", "7", " ", "\"", "'", ",", "ї", "№", "語", "😀"};
    size_t used = 0;
    size_t wanted = 1 + chance(place, bytes - 1);
    memset(out, 0, bytes);
    for (;;) {
        const char *letter = letters[chance(place, sizeof letters / sizeof letters[0])];
        if (used + strlen(letter) > wanted || used + strlen(letter) >= bytes) {
            break;
        }
        memcpy(out + used, letter, strlen(letter));
        used += strlen(letter);
    }
    if (used == 0) {
        out[0] = 'x';
    }
}

static inline void random_call(struct place *place, struct call *call, size_t number, mono_ms now) {
    static const char *const tags[] = {"en", "uk", "de-AT", "ar"};
    memset(call, 0, sizeof *call);
    call->from = chance(place, 2);
    random_text(place, call->id, sizeof call->id - 8);
    snprintf(call->id + strlen(call->id), 8, "-%u", (unsigned)number % 1000);
    call->n = (uint32_t)(chance(place, 3) == 0 ? UINT32_MAX : 1 + chance(place, 9));
    random_text(place, call->ticket, sizeof call->ticket);
    random_text(place, call->counter, sizeof call->counter);
    if (chance(place, 2) == 0) {
        random_text(place, call->label, sizeof call->label);
        random_text(place, call->epoch, sizeof call->epoch);
    }
    call->langs.count = 1 + chance(place, LANGS_PER_CALL_MAX);
    for (size_t i = 0; i < call->langs.count; i++) {
        snprintf(call->langs.tags[i], LANG_BYTES, "%s", tags[chance(place, 4)]);
    }
    call->seq = chance(place, 2) == 0 ? -1 : (int64_t)chance(place, UINT64_C(1) << 60);
    call->called_at = now - (mono_ms)chance(place, 7000000);
    call->announced = chance(place, 2) == 0;
    call->again = chance(place, 2) == 0;
    call->moved = chance(place, 2) == 0;
    call->priority = chance(place, 2) == 0;
    call->ended = chance(place, 2) == 0;
    call->superseded = chance(place, 2) == 0;
}

static inline void random_board(struct place *place, struct moment now) {
    static const size_t counts[] = {0, 1, 17, CALLS_MAX - 1, CALLS_MAX};
    struct board *board = &place->board;
    board->calls_count = counts[chance(place, 5)];
    for (size_t i = 0; i < board->calls_count; i++) {
        random_call(place, &board->calls[i], i, now.mono);
    }
    board->known_count = chance(place, 3) == 0 ? SPOKEN_MAX : chance(place, SPOKEN_MAX);
    for (size_t i = 0; i < board->known_count; i++) {
        memset(&board->known[i], 0, sizeof board->known[i]);
        board->known[i].from = i % 2;
        snprintf(board->known[i].id, ID_BYTES, "k%zu", i / 2 * 2); /* the same in both halls */
        board->known[i].n = (uint32_t)(1 + chance(place, 3));
        board->known[i].at = now.mono - (mono_ms)chance(place, 100000);
    }
    for (size_t i = 0; i < place->options.halls.count; i++) {
        struct numbering *newest = &board->senders[i].newest;
        random_text(place, newest->epoch, sizeof newest->epoch);
        newest->seq = (int64_t)chance(place, 100000) - 1;
    }
}

#endif
