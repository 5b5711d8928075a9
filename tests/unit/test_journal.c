/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The journal: what comes back after a stop, another boot, and a kill at any moment.
 */
#include "journal_fixture.h"

#include "journal/queue.h"
#include "journal/stamp.h"
#include "journal/tables.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum { KILLS = 60 };

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

/* What the database has without its log is what it has after a power cut. */
static void what_was_written_is_synced_soon(void **state) {
    struct place *place = *state;
    struct journal *journal = start(place);
    char log[128];
    in_dir(place, "journal.db-wal", log);
    mark_and_wait(place, journal, 1);
    mono_ms until = clock_mono_ms() + DEADLINE_MS;
    int64_t found = 0;
    while (found == 0 && clock_mono_ms() < until) {
        sqlite3 *db = NULL;
        char uri[160];
        snprintf(uri, sizeof uri, "file:%s?immutable=1", place->options.path);
        assert_int_equal(sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL),
                         SQLITE_OK);
        sqlite3_stmt *statement = NULL;
        if (sqlite3_prepare_v2(db, "SELECT count(*) FROM spoken", -1, &statement, NULL) ==
                SQLITE_OK &&
            sqlite3_step(statement) == SQLITE_ROW) {
            found = sqlite3_column_int64(statement, 0);
        }
        sqlite3_finalize(statement);
        sqlite3_close(db);
        (void)poll(NULL, 0, 20);
    }
    assert_int_equal(found, 1);
    assert_true(exists(log)); /* the journal is still open */
    journal_destroy(journal);
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
    place->board.senders[0].newest.seq = 5;
    assert_true(queue_put_board(queue, &place->board, clock_moment()));
    queue_done(queue, batch);
    queue_take(queue, batch);
    assert_int_equal(batch->board.memory.numberings[0].seq, 5);
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

/* --- the board ------------------------------------------------------------------------------- */

static void assert_same_call(const struct call *a, const struct call *b) {
    assert_int_equal(a->from, b->from);
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
    assert_int_equal(a->moved, b->moved);
    assert_int_equal(a->priority, b->priority);
    assert_int_equal(a->ended, b->ended);
    assert_int_equal(a->superseded, b->superseded);
}

static void assert_same_board(const struct board *board, const struct journal_memory *memory) {
    assert_int_equal(memory->calls_count, board->calls_count);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(memory->numberings[i].epoch, board->senders[i].newest.epoch);
        assert_int_equal(memory->numberings[i].seq, board->senders[i].newest.seq);
    }
    for (size_t i = 0; i < board->calls_count; i++) {
        assert_same_call(&memory->calls[i], &board->calls[i]);
    }
    assert_int_equal(memory->known_count, board->known_count);
    for (size_t i = 0; i < board->known_count; i++) {
        const struct known *was = &board->known[i];
        assert_true(known_in(memory, was->from, was->id, was->n));
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
            place->board.known[place->board.known_count].from = 0;
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

/* What is kept names its hall: the list of halls may be written anew. */
static void halls_are_known_by_their_names(void **state) {
    struct place *place = *state;
    char reason[REASON_BYTES];
    struct journal *journal = start(place);
    place->board.calls_count = 2;
    for (size_t i = 0; i < 2; i++) {
        struct call *call = &place->board.calls[i];
        random_call(place, call, 0, clock_mono_ms());
        call->from = i;
        snprintf(call->id, sizeof call->id, "the-same");
        place->board.senders[i].newest.seq = 10 + (int64_t)i;
    }
    journal_board(journal, &place->board, clock_moment());
    journal_mark(journal, 1, "the-same", 1, 7);
    assert_true(wait_letter(place->inbox, 7).journal.well);
    journal_destroy(journal);
    assert_true(restore(place, reason));
    assert_int_equal(place->memory.calls_count, 2);
    assert_true(known_in(&place->memory, 1, "the-same", 1));
    assert_false(known_in(&place->memory, 0, "the-same", 1));

    place->options.halls = (struct halls){2, {"registry", "cellar"}};
    assert_true(restore(place, reason));
    assert_int_equal(place->memory.calls_count, 1); /* nobody shows the main hall here any more */
    assert_int_equal(place->memory.calls[0].from, 0);
    assert_string_equal(place->memory.calls[0].ticket, place->board.calls[1].ticket);
    assert_int_equal(place->memory.numberings[0].seq, 11);
    assert_int_equal(place->memory.numberings[1].seq, -1);
    assert_true(known_in(&place->memory, 0, "the-same", 1));
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
    assert_true(tables_write(store, &place->options.halls, batch, 11, written));

    struct moment later = {.mono = 5000, .wall = 1800000020000};
    memset(&place->memory, 0, sizeof place->memory);
    assert_true(tables_read_memory(store, &place->options.halls, 12, later, &place->memory));
    assert_int_equal(place->memory.calls[0].called_at, 5000 - 30000);
    assert_true(place->memory.calls[0].announced);

    later.wall = TIME_UNKNOWN;
    memset(&place->memory, 0, sizeof place->memory);
    assert_true(tables_read_memory(store, &place->options.halls, 12, later, &place->memory));
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
        "UPDATE row SET (id, hall) = (SELECT id, hall FROM row WHERE place = 15)"
        " WHERE place = 16",
        "UPDATE row SET hall = 'cellar' WHERE place = 14",
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
    assert_int_equal(place->memory.calls_count, 17 - 11);
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
        journal_mark(journal, 0, id, 1, n % 100 == 0 ? n : 0);
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
        place->board.senders[0].newest.seq = token;
        random_call(place, &place->board.calls[token % 20], token % 20, clock_mono_ms());
        place->board.calls_count = 20;
        journal_put(journal, &record);
        journal_board(journal, &place->board, clock_moment());
        journal_mark(journal, 0, id, token, token);
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
    assert_true(last < first || place->memory.numberings[0].seq >= (int64_t)last);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_moment_is_read_in_another_boot),
        cmocka_unit_test(a_full_queue_loses_history_but_no_mark),
        cmocka_unit_test_setup_teardown(the_newest_marks_and_board_stay, setup, teardown),
        cmocka_unit_test_setup_teardown(what_was_written_is_synced_soon, setup, teardown),
        cmocka_unit_test_setup_teardown(any_board_comes_back_as_it_was, setup, teardown),
        cmocka_unit_test_setup_teardown(halls_are_known_by_their_names, setup, teardown),
        cmocka_unit_test_setup_teardown(in_another_boot_the_walls_count, setup, teardown),
        cmocka_unit_test_setup_teardown(rows_that_make_no_sense_are_left_out, setup, teardown),
        cmocka_unit_test_setup_teardown(a_mark_is_safe_before_its_letter, setup, teardown),
        cmocka_unit_test_setup_teardown(only_the_newest_marks_are_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(a_kill_loses_no_acknowledged_mark, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
