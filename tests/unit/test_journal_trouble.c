/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The journal in trouble: damaged and foreign files, a disk that is full, held or not there; and
 * how much of history is kept.
 */
#include "journal_fixture.h"

#include <signal.h>
#include <sys/stat.h>

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
    by_hand(path, "PRAGMA user_version=4711");
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

/* The next word of trouble: of a mark, or of what the journal does between two. */
static void wait_trouble(struct inbox *inbox) {
    mono_ms until = clock_mono_ms() + DEADLINE_MS;
    struct letter letter;
    while (clock_mono_ms() < until) {
        struct pollfd fd = {.fd = inbox_fd(inbox), .events = POLLIN};
        (void)poll(&fd, 1, 100);
        while (inbox_take(inbox, &letter)) {
            if (letter.kind == LETTER_JOURNAL && !letter.journal.well) {
                return;
            }
        }
    }
    fail_msg("no trouble was told");
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
    journal_mark(journal, 0, "lost", 1, 2);
    wait_trouble(place->inbox);
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
    journal_mark(journal, 0, "early", 1, 5);
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
        journal_mark(journal, 0, id, token, token);
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
    assert_true(clock_mono_us() - asked < 400000); /* 200 ms, and a busy machine */
    assert_non_null(strstr(reason, "busy"));
    assert_int_equal(place->memory.known_count, 0);

    journal = start(place);
    journal_mark(journal, 0, "meanwhile", 1, 9);
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
    journal_mark(journal, 0, "a", 1, 3);
    assert_false(wait_letter(place->inbox, 3).journal.well);
    journal_destroy(journal);
    assert_false(restore(place, reason));
    assert_string_equal(reason, "no journal is kept");
    journal_put(NULL, &record);
    journal_mark(NULL, 0, "a", 1, 1);
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
