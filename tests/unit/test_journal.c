/*
 * The journal: what comes back after a stop, a kill, a damaged file, a full disk; how much is kept.
 *
 * SQLite is used here by hand only to look at a file with other eyes than ours.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "journal/aside.h"
#include "journal/journal.h"
#include "journal/queue.h"
#include "journal/reading.h"
#include "journal/stamp.h"
#include "journal/tables.h"
#include "system/clock.h"
#include "system/log.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEADLINE_MS = 20000, KILLS = 60, DAY_MS = 24 * 60 * 60 * 1000 };

/* One folder, one journal, and what listens to it. */
struct place {
    char dir[64];
    struct journal_options options;
    struct inbox *inbox;
    struct journal_memory memory;
    struct board board;
    uint64_t chance;
};

static void in_dir(const struct place *place, const char *name, char out[128]) {
    snprintf(out, 128, "%s/%s", place->dir, name);
}

static int setup(void **state) {
    struct place *place = calloc(1, sizeof *place);
    assert_non_null(place);
    snprintf(place->dir, sizeof place->dir, "/tmp/hallcall-journal-XXXXXX");
    assert_non_null(mkdtemp(place->dir));
    snprintf(place->options.path, sizeof place->options.path, "%s/journal.db", place->dir);
    place->options.keep_days = 30;
    place->options.keep_mb = 50;
    place->inbox = inbox_create();
    assert_non_null(place->inbox);
    place->chance = 88172645463325252u;
    board_init(&place->board, 5, clock_moment());
    log_set_level(LOG_ERR);
    *state = place;
    return 0;
}

/* A disk that takes no file larger than this. */
static void set_file_limit(rlim_t bytes) {
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static int teardown(void **state) {
    set_file_limit(RLIM_INFINITY); /* a failed test may have left it */
    static const char *const names[] = {"journal.db",
                                        "journal.db-wal",
                                        "journal.db-shm",
                                        "journal.db.damaged-1",
                                        "journal.db.damaged-2",
                                        "journal.db.damaged-1-wal",
                                        "other.db",
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

static uint64_t chance(struct place *place, uint64_t below) {
    place->chance ^= place->chance << 13;
    place->chance ^= place->chance >> 7;
    place->chance ^= place->chance << 17;
    return place->chance % below;
}

static bool exists(const char *path) {
    return access(path, F_OK) == 0;
}

/* Waits for the letter of a token (0: of health) and returns it. */
static struct letter wait_letter(struct inbox *inbox, uint32_t token) {
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

static void wait_health(struct inbox *inbox, bool well) {
    while (wait_letter(inbox, 0).journal.well != well) {
    }
}

static void mark_and_wait(struct place *place, struct journal *journal, uint32_t token) {
    char id[ID_BYTES];
    snprintf(id, sizeof id, "mark-%u", token);
    journal_mark(journal, id, token, token);
    assert_true(wait_letter(place->inbox, token).journal.well);
}

static struct journal *start(struct place *place) {
    struct journal *journal = journal_create(&place->options, place->inbox);
    assert_non_null(journal);
    return journal;
}

static bool restore(struct place *place, char *reason) {
    return journal_restore(&place->options, clock_moment(), &place->memory, reason);
}

static bool known(const struct journal_memory *memory, const char *id, uint32_t n) {
    for (size_t i = 0; i < memory->known_count; i++) {
        if (memory->known[i].n == n && strcmp(memory->known[i].id, id) == 0) {
            return true;
        }
    }
    return false;
}

static struct journal_record record_of(enum journal_step step, const char *ticket, wall_ms at) {
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

static bool count_record(void *context, const struct journal_record *record) {
    struct counted *counted = context;
    if (counted->count++ == 0) {
        memcpy(counted->first, record->ticket, sizeof counted->first);
    }
    memcpy(counted->last, record->ticket, sizeof counted->last);
    return true;
}

static struct counted count_history(const struct place *place, const char *ticket) {
    char reason[REASON_BYTES];
    struct counted counted = {.count = 0};
    struct journal_query query = {
        .path = place->options.path, .ticket = ticket, .since = TIME_UNKNOWN};
    assert_true(journal_read(&query, count_record, &counted, reason));
    return counted;
}

/* SQLite's own full check. */
static void assert_whole(const char *path) {
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

static void by_hand(const char *path, const char *sql) {
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* --- moments --------------------------------------------------------------------------------- */

static void a_moment_is_read_in_another_boot(void **state) {
    const struct moment now = {.mono = 50000, .wall = 1800000000000};
    const struct moment blind = {.mono = 50000, .wall = TIME_UNKNOWN};
    static const struct {
        struct stamp stamp;
        int64_t boot;
        bool blind, sure;
        mono_ms at;
    } rows[] = {
        {{7, 49000, TIME_UNKNOWN}, 7, true, true, 49000},
        {{7, 50000, TIME_UNKNOWN}, 7, true, true, 50000},
        {{7, 50001, TIME_UNKNOWN}, 7, true, false, 50000 - STAMP_LONG_AGO_MS},
        {{7, -900000, 5}, 7, false, true, -900000},
        {{8, 49000, 1799999999000}, 7, false, true, 49000},
        {{8, 49000, 1799999999000}, 7, true, false, 50000 - STAMP_LONG_AGO_MS},
        {{8, 49000, 1800000000000}, 7, false, true, 50000},
        {{8, 49000, 1800000000001}, 7, false, false, 50000 - STAMP_LONG_AGO_MS},
        {{8, 49000, 1800000000000 - DAY_MS}, 7, false, true, 50000 - DAY_MS},
        {{8, 49000, 1799999999999 - DAY_MS}, 7, false, false, 50000 - STAMP_LONG_AGO_MS},
        {{8, 49000, TIME_UNKNOWN}, 7, false, false, 50000 - STAMP_LONG_AGO_MS},
        {{0, 49000, TIME_UNKNOWN}, 0, false, false, 50000 - STAMP_LONG_AGO_MS},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mono_ms at = 0;
        struct moment then = rows[i].blind ? blind : now;
        assert_int_equal(stamp_read(&rows[i].stamp, rows[i].boot, then, &at), rows[i].sure);
        assert_int_equal(at, rows[i].at);
    }
    struct stamp stamp = stamp_make(7, 48000, now);
    assert_int_equal(stamp.wall, 1799999998000);
    assert_int_equal(stamp_make(7, 48000, blind).wall, TIME_UNKNOWN);
    assert_true(stamp_boot() > 0);
    assert_int_equal(stamp_boot(), stamp_boot());
}

/* --- the queue ------------------------------------------------------------------------------- */

static void a_full_queue_loses_history_but_no_mark(void **state) {
    struct queue *queue = calloc(1, sizeof *queue);
    struct batch *batch = calloc(1, sizeof *batch);
    (void)state;
    assert_non_null(queue);
    assert_non_null(batch);
    assert_true(queue_empty(queue));
    for (uint32_t i = 0; i < JOURNAL_QUEUE_MAX + 1; i++) {
        struct journal_record record = {.n = i};
        struct mark mark = {.n = i, .token = i};
        queue_put_record(queue, &record);
        if (i % 100 == 1) {
            queue_put_mark(queue, &mark);
        }
        assert_int_equal(queue->dropped, i == JOURNAL_QUEUE_MAX ? 1 : 0);
    }
    queue_take(queue, batch);
    assert_int_equal(batch->records_count, BATCH_RECORDS);
    assert_int_equal(batch->records[0].n, 1);
    assert_int_equal(batch->marks_count, 6);
    assert_int_equal(batch->marks[5].n, 501);
    assert_int_equal(batch->board_version, 0);
    /* While it is being written, records of the batch are dropped by newer ones. */
    for (uint32_t i = 0; i < 10; i++) {
        struct journal_record record = {.n = 1000 + i};
        queue_put_record(queue, &record);
    }
    assert_int_equal(queue_next_token(queue), 1);
    assert_int_equal(queue_next_token(queue), 101);
    queue_done(queue, batch);
    assert_int_equal(queue_next_token(queue), 0);
    assert_int_equal(queue->records_end - queue->records_first, JOURNAL_QUEUE_MAX - 54);
    queue_take(queue, batch);
    assert_int_equal(batch->records[0].n, 65);
    assert_int_equal(batch->marks_count, 0);
    for (int i = 0; i < 20 && !queue_empty(queue); i++) {
        queue_take(queue, batch);
        queue_done(queue, batch);
    }
    assert_true(queue_empty(queue));
    free(batch);
    free(queue);
}

static void the_newest_marks_and_board_stay(void **state) {
    struct place *place = *state;
    struct queue *queue = calloc(1, sizeof *queue);
    struct batch *batch = calloc(1, sizeof *batch);
    assert_non_null(queue);
    assert_non_null(batch);
    for (uint32_t i = 1; i <= SPOKEN_MAX + 1; i++) {
        struct mark mark = {.n = i};
        queue_put_mark(queue, &mark);
    }
    queue_take(queue, batch);
    assert_int_equal(batch->marks[0].n, 2);
    assert_true(queue_put_board(queue, &place->board, clock_moment()));
    assert_false(queue_put_board(queue, &place->board, clock_moment()));
    queue_take(queue, batch);
    place->board.seq = 5;
    assert_true(queue_put_board(queue, &place->board, clock_moment()));
    queue_done(queue, batch);
    queue_take(queue, batch);
    assert_int_equal(batch->board.memory.seq, 5);
    queue_done(queue, batch);
    queue_take(queue, batch);
    assert_int_equal(batch->board_version, 0);
    queue_renew_board(queue);
    queue_take(queue, batch);
    assert_int_equal(batch->board_version, 2);
    free(batch);
    free(queue);
}

/* --- the board ------------------------------------------------------------------------------- */

static void random_text(struct place *place, char *out, size_t bytes) {
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

static void random_call(struct place *place, struct call *call, size_t number, mono_ms now) {
    static const char *const tags[] = {"en", "uk", "de-AT", "ar"};
    memset(call, 0, sizeof *call);
    random_text(place, call->id, sizeof call->id - 8);
    snprintf(call->id + strlen(call->id), 8, "-%zu", number);
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
    call->ended = chance(place, 2) == 0;
    call->superseded = chance(place, 2) == 0;
}

static void random_board(struct place *place, struct moment now) {
    static const size_t counts[] = {0, 1, 17, CALLS_MAX - 1, CALLS_MAX};
    struct board *board = &place->board;
    board->calls_count = counts[chance(place, 5)];
    for (size_t i = 0; i < board->calls_count; i++) {
        random_call(place, &board->calls[i], i, now.mono);
    }
    board->known_count = chance(place, 3) == 0 ? SPOKEN_MAX : chance(place, SPOKEN_MAX);
    for (size_t i = 0; i < board->known_count; i++) {
        memset(&board->known[i], 0, sizeof board->known[i]);
        snprintf(board->known[i].id, ID_BYTES, "k%zu", i);
        board->known[i].n = (uint32_t)(1 + chance(place, 3));
        board->known[i].at = now.mono - (mono_ms)chance(place, 100000);
    }
    random_text(place, board->epoch, sizeof board->epoch);
    board->seq = (int64_t)chance(place, 100000) - 1;
}

static void assert_same_call(const struct call *a, const struct call *b) {
    assert_string_equal(a->id, b->id);
    assert_int_equal(a->n, b->n);
    assert_string_equal(a->ticket, b->ticket);
    assert_string_equal(a->counter, b->counter);
    assert_string_equal(a->label, b->label);
    assert_memory_equal(&a->langs, &b->langs, sizeof a->langs);
    assert_string_equal(a->epoch, b->epoch);
    assert_int_equal(a->seq, b->seq);
    assert_int_equal(a->called_at, b->called_at);
    assert_int_equal(a->announced, b->announced);
    assert_int_equal(a->again, b->again);
    assert_int_equal(a->ended, b->ended);
    assert_int_equal(a->superseded, b->superseded);
}

static void assert_same_board(const struct board *board, const struct journal_memory *memory) {
    assert_int_equal(memory->calls_count, board->calls_count);
    assert_string_equal(memory->epoch, board->epoch);
    assert_int_equal(memory->seq, board->seq);
    for (size_t i = 0; i < board->calls_count; i++) {
        assert_same_call(&memory->calls[i], &board->calls[i]);
    }
    assert_int_equal(memory->known_count, board->known_count);
    for (size_t i = 0; i < board->known_count; i++) {
        assert_true(known(memory, board->known[i].id, board->known[i].n));
        assert_true(i == 0 || memory->known[i - 1].at <= memory->known[i].at);
    }
}

static void any_board_comes_back_as_it_was(void **state) {
    struct place *place = *state;
    char reason[REASON_BYTES];
    assert_false(restore(place, reason));
    assert_non_null(strstr(reason, "no journal yet"));
    assert_false(exists(place->options.path));
    for (int i = 0; i < 12; i++) {
        struct journal *journal = start(place);
        for (int again = 0; again < 3; again++) {
            random_board(place, clock_moment());
            journal_board(journal, &place->board, clock_moment());
            mark_and_wait(place, journal, 1); /* the same each time: one known more */
        }
        journal_destroy(journal);
        bool some = restore(place, reason);
        assert_true(some);
        if (place->board.known_count < SPOKEN_MAX) {
            assert_true(known(&place->memory, "mark-1", 1));
            snprintf(place->board.known[place->board.known_count].id, ID_BYTES, "mark-1");
            place->board.known[place->board.known_count++].n = 1;
        } else {
            /* One of a thousand had to go: the oldest. */
            assert_int_equal(place->memory.known_count, SPOKEN_MAX);
            place->board.known_count = place->memory.known_count = 0;
        }
        assert_same_board(&place->board, &place->memory);
    }
    assert_whole(place->options.path);
}

static void in_another_boot_the_walls_count(void **state) {
    struct place *place = *state;
    struct trouble trouble;
    struct batch *batch = calloc(1, sizeof *batch);
    struct written *written = calloc(1, sizeof *written);
    assert_non_null(batch);
    assert_non_null(written);
    struct store *store = store_open(place->options.path, STORE_WRITE, &trouble);
    assert_non_null(store);
    batch->board_version = 1;
    batch->board.at = (struct moment){.mono = 900000, .wall = 1800000000000};
    batch->board.memory.calls_count = 1;
    random_call(place, &batch->board.memory.calls[0], 0, 900000);
    batch->board.memory.calls[0].called_at = 890000;
    batch->board.memory.calls[0].announced = true;
    assert_true(tables_write(store, batch, 11, written));

    struct moment later = {.mono = 5000, .wall = 1800000020000};
    memset(&place->memory, 0, sizeof place->memory);
    assert_true(tables_read_memory(store, 12, later, &place->memory));
    assert_int_equal(place->memory.calls[0].called_at, 5000 - 30000);
    assert_true(place->memory.calls[0].announced);

    later.wall = TIME_UNKNOWN;
    memset(&place->memory, 0, sizeof place->memory);
    assert_true(tables_read_memory(store, 12, later, &place->memory));
    assert_int_equal(place->memory.calls[0].called_at, 5000 - STAMP_LONG_AGO_MS);
    assert_false(place->memory.calls[0].announced);
    store_close(store);
    free(written);
    free(batch);
}

static void rows_that_make_no_sense_are_left_out(void **state) {
    static const char *const harm[] = {
        "UPDATE row SET id = '' WHERE place = 0",
        "UPDATE row SET ticket = printf('%.40c', 'A') WHERE place = 1",
        "UPDATE row SET langs = 'en,,uk' WHERE place = 2",
        "UPDATE row SET langs = '' WHERE place = 3",
        "UPDATE row SET n = 0 WHERE place = 4",
        "UPDATE row SET n = 4294967296 WHERE place = 5",
        "UPDATE row SET label = CAST(x'ff' AS TEXT) WHERE place = 6",
        "UPDATE row SET counter = CAST(x'410a' AS TEXT) WHERE place = 7",
        "UPDATE row SET epoch = CAST(x'410041' AS TEXT) WHERE place = 8",
        "UPDATE row SET id = (SELECT id FROM row WHERE place = 15) WHERE place = 16",
        "UPDATE known SET id = '' WHERE slot = 0",
    };
    struct place *place = *state;
    char reason[REASON_BYTES];
    struct journal *journal = start(place);
    do {
        random_board(place, clock_moment());
    } while (place->board.calls_count != 17 || place->board.known_count < 2 ||
             place->board.known_count == SPOKEN_MAX);
    journal_board(journal, &place->board, clock_moment());
    journal_destroy(journal);
    for (size_t i = 0; i < sizeof harm / sizeof harm[0]; i++) {
        by_hand(place->options.path, harm[i]);
    }
    assert_true(restore(place, reason));
    assert_int_equal(place->memory.calls_count, 17 - 10);
    assert_same_call(&place->memory.calls[0], &place->board.calls[9]);
    assert_int_equal(place->memory.known_count, place->board.known_count - 1);
}

/* --- marks and kills ------------------------------------------------------------------------- */

static void a_mark_is_safe_before_its_letter(void **state) {
    struct place *place = *state;
    char reason[REASON_BYTES], id[ID_BYTES];
    struct journal *journal = start(place);
    for (uint32_t token = 1; token <= 20; token++) {
        mark_and_wait(place, journal, token);
        snprintf(id, sizeof id, "mark-%u", token);
        assert_true(restore(place, reason)); /* while the journal is open */
        assert_true(known(&place->memory, id, token));
        assert_false(known(&place->memory, id, token + 1));
    }
    journal_destroy(journal);
}

static void only_the_newest_marks_are_kept(void **state) {
    struct place *place = *state;
    char reason[REASON_BYTES], id[ID_BYTES];
    struct journal *journal = start(place);
    for (uint32_t n = 1; n <= SPOKEN_MAX + 10; n++) {
        snprintf(id, sizeof id, "m%u", n);
        journal_mark(journal, id, 1, n % 100 == 0 ? n : 0);
        if (n % 100 == 0) {
            (void)wait_letter(place->inbox, n);
        }
    }
    journal_destroy(journal);
    assert_true(restore(place, reason));
    assert_int_equal(place->memory.known_count, SPOKEN_MAX);
    assert_false(known(&place->memory, "m10", 1));
    assert_true(known(&place->memory, "m11", 1));
    assert_true(known(&place->memory, "m1034", 1));
}

/* The child: records, boards and marks as fast as it can; what is acknowledged goes down a pipe. */
static void hammer(struct place *place, uint32_t first, int out) {
    char id[ID_BYTES];
    struct letter letter;
    struct journal *journal = journal_create(&place->options, place->inbox);
    for (uint32_t token = first; journal != NULL; token++) {
        struct journal_record record = record_of(JOURNAL_RECEIVED, "A107", clock_moment().wall);
        snprintf(id, sizeof id, "mark-%u", token);
        place->board.seq = token;
        random_call(place, &place->board.calls[token % 20], token % 20, clock_mono_ms());
        place->board.calls_count = 20;
        journal_put(journal, &record);
        journal_board(journal, &place->board, clock_moment());
        journal_mark(journal, id, token, token);
        do {
            struct pollfd fd = {.fd = inbox_fd(place->inbox), .events = POLLIN};
            (void)poll(&fd, 1, 1000);
        } while (!inbox_take(place->inbox, &letter) || letter.journal.token != token);
        if (!letter.journal.well || write(out, &token, sizeof token) != sizeof token) {
            break;
        }
    }
    _exit(1);
}

static uint32_t kill_once(struct place *place, uint32_t first) {
    int ends[2], status;
    uint32_t token, last = first - 1;
    char reason[REASON_BYTES], id[ID_BYTES];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(ends[0]);
        hammer(place, first, ends[1]);
    }
    close(ends[1]);
    /* The first acknowledgement, or not even that, then a random moment. */
    struct pollfd fd = {.fd = ends[0], .events = POLLIN};
    (void)poll(&fd, 1, chance(place, 4) == 0 ? (int)chance(place, 10) : DEADLINE_MS);
    int64_t until = clock_mono_us() + (int64_t)chance(place, 20000);
    while (clock_mono_us() < until) {
        (void)poll(NULL, 0, 1);
    }
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));

    bool some = restore(place, reason);
    while (read(ends[0], &token, sizeof token) == sizeof token) {
        assert_int_equal(token, last + 1);
        last = token;
    }
    close(ends[0]);
    uint32_t oldest = last > SPOKEN_MAX ? last - SPOKEN_MAX + 2 : 1;
    assert_true(some || last == 0);
    for (token = oldest; token <= last; token++) {
        snprintf(id, sizeof id, "mark-%u", token);
        assert_true(known(&place->memory, id, token));
    }
    assert_true(last < first || place->memory.seq >= (int64_t)last);
    return last + 1;
}

static void a_kill_loses_no_acknowledged_mark(void **state) {
    struct place *place = *state;
    char path[128];
    uint32_t next = 1;
    for (int i = 0; i < KILLS; i++) {
        /* A mark that was written but not acknowledged may stand before the next round's. */
        next = kill_once(place, next);
        if (exists(place->options.path)) {
            assert_whole(place->options.path);
        }
    }
    assert_true(next > KILLS);
    print_message("%d kills, %u acknowledged marks\n", KILLS, next - 1);
    in_dir(place, "journal.db.damaged-1", path);
    assert_false(exists(path));
    assert_true(count_history(place, "A107").count >= next - 1);
}

/* --- damage ---------------------------------------------------------------------------------- */

static void spoil_whole(const char *path) {
    by_hand(path, "PRAGMA wal_checkpoint(TRUNCATE)"); /* a log alone would bring it all back */
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < 5000; i++) {
        fputs("not a database", file);
    }
    fclose(file);
}

static void spoil_middle(const char *path) {
    struct stat file;
    by_hand(path, "PRAGMA wal_checkpoint(TRUNCATE)");
    assert_int_equal(stat(path, &file), 0);
    assert_true(file.st_size > 3 * 4096);
    FILE *open = fopen(path, "r+");
    assert_non_null(open);
    for (long page = 2; page * 4096 < file.st_size; page++) {
        fseek(open, page * 4096, SEEK_SET);
        fputs("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", open);
    }
    fclose(open);
}

static void spoil_length(const char *path) {
    by_hand(path, "PRAGMA wal_checkpoint(TRUNCATE)");
    assert_int_equal(truncate(path, 3 * 4096 + 100), 0);
}

static void spoil_version(const char *path) {
    by_hand(path, "PRAGMA user_version=2");
}

static void spoil_owner(const char *path) {
    assert_int_equal(unlink(path), 0);
    by_hand(path, "CREATE TABLE cakes(name TEXT)");
}

static void a_bad_file_is_moved_aside(void **state) {
    static void (*const spoils[])(const char *path) = {spoil_whole, spoil_middle, spoil_length,
                                                       spoil_version, spoil_owner};
    struct place *place = *state;
    char one[128], two[128], three[128], reason[REASON_BYTES];
    in_dir(place, "journal.db.damaged-1", one);
    in_dir(place, "journal.db.damaged-2", two);
    in_dir(place, "journal.db.damaged-3", three);
    log_set_level(LOG_ERR);
    for (size_t i = 0; i < sizeof spoils / sizeof spoils[0]; i++) {
        struct journal *journal = start(place);
        for (uint32_t token = 1; token <= 30; token++) {
            struct journal_record record = record_of(JOURNAL_RECEIVED, "A1", 1800000000000);
            journal_put(journal, &record);
            mark_and_wait(place, journal, token);
        }
        journal_destroy(journal);
        spoils[i](place->options.path);
        assert_false(restore(place, reason) && i != 1 && i != 2);
        journal = start(place);
        mark_and_wait(place, journal, 77);
        journal_destroy(journal);
        assert_true(exists(one));
        assert_int_equal(exists(two), i > 0);
        assert_false(exists(three));
        assert_true(restore(place, reason));
        assert_int_equal(place->memory.known_count, 1);
        assert_whole(place->options.path);
    }
}

static void damage_while_running_is_survived(void **state) {
    struct place *place = *state;
    char one[128], reason[REASON_BYTES];
    in_dir(place, "journal.db.damaged-1", one);
    struct journal *journal = start(place);
    random_board(place, clock_moment());
    place->board.known_count = 3;
    journal_board(journal, &place->board, clock_moment());
    mark_and_wait(place, journal, 1);
    by_hand(place->options.path, "DROP TABLE row; PRAGMA writable_schema=ON;"
                                 "UPDATE sqlite_master SET sql='x' WHERE name='history'");
    journal_mark(journal, "lost", 1, 2);
    assert_false(wait_letter(place->inbox, 2).journal.well);
    wait_health(place->inbox, true);
    mark_and_wait(place, journal, 3);
    journal_destroy(journal);
    assert_true(exists(one));
    assert_true(restore(place, reason));
    assert_true(known(&place->memory, "lost", 1));
    assert_int_equal(place->memory.calls_count, place->board.calls_count);
}

static void a_removed_file_is_begun_anew(void **state) {
    struct place *place = *state;
    char wal[128], shm[128], reason[REASON_BYTES];
    in_dir(place, "journal.db-wal", wal);
    in_dir(place, "journal.db-shm", shm);
    struct journal *journal = start(place);
    random_board(place, clock_moment());
    journal_board(journal, &place->board, clock_moment());
    mark_and_wait(place, journal, 1);
    assert_int_equal(unlink(place->options.path), 0);
    assert_int_equal(unlink(wal), 0);
    assert_int_equal(unlink(shm), 0);
    mark_and_wait(place, journal, 2);
    journal_destroy(journal);
    assert_true(restore(place, reason));
    assert_int_equal(place->memory.calls_count, place->board.calls_count);
}

/* --- a disk that is not there, full, or held ------------------------------------------------- */

static void a_missing_folder_is_told_and_heals(void **state) {
    struct place *place = *state;
    char in[128], reason[REASON_BYTES];
    in_dir(place, "in", in);
    FILE *file = fopen(in, "w"); /* a path through a file: root cannot write there either */
    assert_non_null(file);
    fclose(file);
    snprintf(place->options.path, sizeof place->options.path, "%s/journal.db", in);
    struct journal *journal = start(place);
    struct letter letter = wait_letter(place->inbox, 0);
    assert_false(letter.journal.well);
    snprintf(reason, sizeof reason, "no such folder: %s: create it", in);
    assert_non_null(strstr(letter.journal.reason, reason));

    int64_t asked = clock_mono_us();
    journal_mark(journal, "early", 1, 5);
    letter = wait_letter(place->inbox, 5);
    assert_false(letter.journal.well);
    assert_string_not_equal(letter.journal.reason, "");
    assert_true(clock_mono_us() - asked < 1000000);

    random_board(place, clock_moment());
    journal_board(journal, &place->board, clock_moment());
    for (int i = 0; i < JOURNAL_QUEUE_MAX + 100; i++) {
        char ticket[TICKET_BYTES];
        snprintf(ticket, sizeof ticket, "T%d", i);
        struct journal_record record = record_of(JOURNAL_RECEIVED, ticket, 1800000000000 + i);
        journal_put(journal, &record);
    }
    assert_int_equal(unlink(in), 0);
    assert_int_equal(mkdir(in, 0700), 0);
    wait_health(place->inbox, true);
    mark_and_wait(place, journal, 6);
    journal_destroy(journal);
    assert_true(restore(place, reason));
    assert_true(known(&place->memory, "early", 1) || place->board.known_count == SPOKEN_MAX);
    assert_int_equal(place->memory.calls_count, place->board.calls_count);
    struct counted counted = count_history(place, "");
    assert_int_equal(counted.count, JOURNAL_QUEUE_MAX);
    assert_string_equal(counted.first, "T100");
}

static void a_full_disk_is_told_and_heals(void **state) {
    struct place *place = *state;
    char reason[REASON_BYTES], id[ID_BYTES];
    uint32_t token = 0;
    struct letter letter;
    (void)signal(SIGXFSZ, SIG_IGN);
    struct journal *journal = start(place);
    mark_and_wait(place, journal, 1000000);
    set_file_limit(300000);
    do {
        token++;
        snprintf(id, sizeof id, "mark-%u", token);
        journal_mark(journal, id, token, token);
        letter = wait_letter(place->inbox, token);
    } while (letter.journal.well && token < 5000);
    assert_false(letter.journal.well);
    snprintf(reason, sizeof reason, "disk full: %s: free some space", place->dir);
    assert_string_equal(letter.journal.reason, reason);
    assert_true(token > 1 && token < 1000);
    set_file_limit(RLIM_INFINITY);
    wait_health(place->inbox, true);
    mark_and_wait(place, journal, ++token);
    journal_destroy(journal);
    assert_true(restore(place, reason));
    for (uint32_t i = 1; i <= token; i++) {
        snprintf(id, sizeof id, "mark-%u", i);
        assert_true(known(&place->memory, id, i));
    }
    assert_whole(place->options.path);
}

static void a_held_file_delays_nobody(void **state) {
    struct place *place = *state;
    char reason[REASON_BYTES];
    sqlite3 *db;
    struct journal *journal = start(place);
    mark_and_wait(place, journal, 1);
    journal_destroy(journal);
    assert_int_equal(sqlite3_open(place->options.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE;"
                                  "DELETE FROM row",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    int64_t asked = clock_mono_us();
    assert_false(restore(place, reason));
    assert_true(clock_mono_us() - asked < 1000000);
    assert_non_null(strstr(reason, "busy"));
    assert_int_equal(place->memory.known_count, 0);

    journal = start(place);
    journal_mark(journal, "meanwhile", 1, 9);
    assert_false(wait_letter(place->inbox, 9).journal.well);
    assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    wait_health(place->inbox, true);
    mark_and_wait(place, journal, 10);
    journal_destroy(journal);
    assert_true(restore(place, reason));
    assert_true(known(&place->memory, "meanwhile", 1));
    assert_true(known(&place->memory, "mark-1", 1));
}

static void without_a_path_nothing_is_kept(void **state) {
    struct place *place = *state;
    char reason[REASON_BYTES];
    place->options.path[0] = '\0';
    struct journal_record record = record_of(JOURNAL_RECEIVED, "A1", 0);
    struct journal *journal = start(place);
    journal_put(journal, &record);
    journal_board(journal, &place->board, clock_moment());
    journal_mark(journal, "a", 1, 3);
    assert_false(wait_letter(place->inbox, 3).journal.well);
    journal_destroy(journal);
    assert_false(restore(place, reason));
    assert_string_equal(reason, "no journal is kept");
    journal_put(NULL, &record);
    journal_mark(NULL, "a", 1, 1);
    journal_board(NULL, &place->board, clock_moment());
    journal_destroy(NULL);
}

/* --- how much is kept ------------------------------------------------------------------------ */

static void put_many(struct place *place, struct journal *journal, int count, wall_ms first) {
    static uint32_t token = 500000;
    for (int i = 0; i < count; i++) {
        char ticket[TICKET_BYTES];
        snprintf(ticket, sizeof ticket, "T%d", i);
        struct journal_record record = record_of(JOURNAL_RECEIVED, ticket, first + i);
        snprintf(record.reason, sizeof record.reason, "%0100d", i);
        journal_put(journal, &record);
        if (i % 50 == 49) { /* a batch takes no more, so the queue stays short */
            mark_and_wait(place, journal, ++token);
        }
    }
}

static void history_is_cut_by_days(void **state) {
    struct place *place = *state;
    wall_ms now = clock_moment().wall;
    struct journal *journal = start(place);
    struct journal_record unknown = record_of(JOURNAL_RECEIVED, "U", TIME_UNKNOWN);
    journal_put(journal, &unknown);
    put_many(place, journal, 1200, now - (wall_ms)31 * DAY_MS);
    struct journal_record young = record_of(JOURNAL_RECEIVED, "Y", now - (wall_ms)29 * DAY_MS);
    journal_put(journal, &young);
    journal_put(journal, &unknown);
    mark_and_wait(place, journal, 1);
    journal_destroy(journal);
    assert_int_equal(count_history(place, "").count, 1203);
    journal = start(place);
    mono_ms until = clock_mono_ms() + DEADLINE_MS;
    while (count_history(place, "").count != 2 && clock_mono_ms() < until) {
        mark_and_wait(place, journal, 2);
    }
    journal_destroy(journal);
    assert_string_equal(count_history(place, "").first, "Y");
    assert_string_equal(count_history(place, "").last, "U");
}

static void history_is_cut_by_size(void **state) {
    struct place *place = *state;
    struct stat file;
    place->options.keep_mb = 1;
    struct journal *journal = start(place);
    put_many(place, journal, 20000, clock_moment().wall - 20000);
    journal_destroy(journal);
    struct counted counted = count_history(place, "");
    print_message("1 MB holds %zu records\n", counted.count);
    assert_true(counted.count > 3000 && counted.count < 12000);
    assert_string_equal(counted.last, "T19999");
    by_hand(place->options.path, "PRAGMA wal_checkpoint(TRUNCATE)");
    assert_int_equal(stat(place->options.path, &file), 0);
    assert_true(file.st_size < 2 * 1024 * 1024);
    assert_whole(place->options.path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_moment_is_read_in_another_boot),
        cmocka_unit_test(a_full_queue_loses_history_but_no_mark),
        cmocka_unit_test_setup_teardown(the_newest_marks_and_board_stay, setup, teardown),
        cmocka_unit_test_setup_teardown(any_board_comes_back_as_it_was, setup, teardown),
        cmocka_unit_test_setup_teardown(in_another_boot_the_walls_count, setup, teardown),
        cmocka_unit_test_setup_teardown(rows_that_make_no_sense_are_left_out, setup, teardown),
        cmocka_unit_test_setup_teardown(a_mark_is_safe_before_its_letter, setup, teardown),
        cmocka_unit_test_setup_teardown(only_the_newest_marks_are_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(a_kill_loses_no_acknowledged_mark, setup, teardown),
        cmocka_unit_test_setup_teardown(a_bad_file_is_moved_aside, setup, teardown),
        cmocka_unit_test_setup_teardown(damage_while_running_is_survived, setup, teardown),
        cmocka_unit_test_setup_teardown(a_removed_file_is_begun_anew, setup, teardown),
        cmocka_unit_test_setup_teardown(a_missing_folder_is_told_and_heals, setup, teardown),
        cmocka_unit_test_setup_teardown(a_full_disk_is_told_and_heals, setup, teardown),
        cmocka_unit_test_setup_teardown(a_held_file_delays_nobody, setup, teardown),
        cmocka_unit_test_setup_teardown(without_a_path_nothing_is_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(history_is_cut_by_days, setup, teardown),
        cmocka_unit_test_setup_teardown(history_is_cut_by_size, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
