/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The only file that knows SQLite, and the only one that knows the tables.
 *
 * One file in WAL mode with synchronous=NORMAL: a commit goes to the page cache, where it is safe
 * from a kill of this program, and is synced by a checkpoint. That is not left to SQLite's commit
 * but asked for by the caller, after it has told everyone who waits for that commit: two seconds
 * after the first thing that is not synced (journal.c), or when the log has grown to
 * STORE_WAL_PAGES. So a power cut may cost the last seconds of history, never the file.
 *
 * Halls are kept by their names, because a display's list of them may be written anew. history is
 * numbered in order of arrival; it is cut by number, so a clock that was wrong for an
 * hour cannot tear holes. spoken holds the marks, known what the board knew, by slot of its ring:
 * a changed board rewrites the slots that changed and the rows, a page or two in all.
 *
 * Considered and refused: the board as one blob (a new version could not read it, and nobody could
 * look at it with sqlite3), and a file per board written with rename and fsync (a sync per call).
 */
#include "journal/store.h"

#include "core/text.h"
#include "core/utf8.h"
#include "journal/journal.h"
#include "system/clock.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    APPLICATION = 0x68616C6C, /* "hall": application_id of our files */
    CACHE_KB = 512,
    WAL_LIMIT_BYTES = 8 << 20,
    SHRINK_PAGES = 256,
    STEPS_BETWEEN_LOOKS = 1000 /* virtual machine steps between two looks at the clock */
};

struct store {
    sqlite3 *db;
    char path[JOURNAL_PATH_BYTES];
    sqlite3_stmt *prepared[STATEMENTS];
    struct trouble trouble;
    int64_t until_ms;
    int wal_pages;
};

static const char schema[] =
    "CREATE TABLE history(number INTEGER PRIMARY KEY, at_ms INTEGER, step INTEGER NOT NULL,"
    " kind INTEGER NOT NULL, id TEXT NOT NULL, n INTEGER NOT NULL, ticket TEXT NOT NULL,"
    " counter TEXT NOT NULL, lang TEXT NOT NULL, latency_ms INTEGER, reason TEXT NOT NULL,"
    " hall TEXT NOT NULL);"
    "CREATE INDEX history_ticket ON history(ticket);"
    "CREATE TABLE spoken(number INTEGER PRIMARY KEY, id TEXT NOT NULL, n INTEGER NOT NULL,"
    " boot INTEGER NOT NULL, mono_ms INTEGER NOT NULL, wall_ms INTEGER, hall TEXT NOT NULL,"
    " UNIQUE(hall, id, n));"
    "CREATE TABLE known(slot INTEGER PRIMARY KEY, id TEXT NOT NULL, n INTEGER NOT NULL,"
    " boot INTEGER NOT NULL, mono_ms INTEGER NOT NULL, wall_ms INTEGER, hall TEXT NOT NULL);"
    "CREATE TABLE row(place INTEGER PRIMARY KEY, id TEXT NOT NULL, n INTEGER NOT NULL,"
    " ticket TEXT NOT NULL, counter TEXT NOT NULL, label TEXT NOT NULL, langs TEXT NOT NULL,"
    " epoch TEXT NOT NULL, seq INTEGER NOT NULL, boot INTEGER NOT NULL, mono_ms INTEGER NOT NULL,"
    " wall_ms INTEGER, announced INTEGER NOT NULL, again INTEGER NOT NULL, ended INTEGER NOT NULL,"
    " superseded INTEGER NOT NULL, moved INTEGER NOT NULL, priority INTEGER NOT NULL,"
    " hall TEXT NOT NULL);"
    "CREATE TABLE numbering(hall TEXT PRIMARY KEY, epoch TEXT NOT NULL, seq INTEGER NOT NULL);";

#define HISTORY_COLUMNS "at_ms, step, kind, id, n, ticket, counter, lang, latency_ms, reason, hall"
#define ROW_COLUMNS                                                                                \
    "id, n, ticket, counter, label, langs, epoch, seq, boot, mono_ms, wall_ms, announced, again,"  \
    " ended, superseded, moved, priority, hall"

static const char *const texts[STATEMENTS] = {
    [PUT_RECORD] =
        "INSERT INTO history(" HISTORY_COLUMNS ") VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [PUT_MARK] = "INSERT OR REPLACE INTO spoken(id, n, boot, mono_ms, wall_ms, hall)"
                 " VALUES(?, ?, ?, ?, ?, ?)",
    [TRIM_MARKS] = "DELETE FROM spoken WHERE number <="
                   " (SELECT number FROM spoken ORDER BY number DESC LIMIT 1 OFFSET ?)",
    [CLEAR_ROWS] = "DELETE FROM row",
    [PUT_ROW] = "INSERT INTO row(" ROW_COLUMNS ", place)"
                " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [CLEAR_KNOWN] = "DELETE FROM known",
    [PUT_KNOWN] = "INSERT OR REPLACE INTO known(id, n, boot, mono_ms, wall_ms, hall, slot)"
                  " VALUES(?, ?, ?, ?, ?, ?, ?)",
    [PUT_NUMBERING] = "INSERT OR REPLACE INTO numbering(hall, epoch, seq) VALUES(?, ?, ?)",
    [FIRST_KEPT] = "SELECT number FROM history WHERE at_ms >= ? ORDER BY number LIMIT 1",
    [DELETE_OLD] = "DELETE FROM history WHERE number IN"
                   " (SELECT number FROM history WHERE number < ? ORDER BY number LIMIT ?)",
    [DELETE_OLDEST] = "DELETE FROM history WHERE number IN"
                      " (SELECT number FROM history ORDER BY number LIMIT ?)",
    [GET_ROWS] = "SELECT " ROW_COLUMNS " FROM row ORDER BY place",
    [GET_KNOWN] = "SELECT id, n, boot, mono_ms, wall_ms, hall FROM known"
                  " UNION ALL SELECT id, n, boot, mono_ms, wall_ms, hall FROM spoken",
    [GET_NUMBERING] = "SELECT hall, epoch, seq FROM numbering",
    [GET_HISTORY] = "SELECT " HISTORY_COLUMNS " FROM history ORDER BY number",
    [GET_HISTORY_OF] = "SELECT " HISTORY_COLUMNS " FROM history WHERE ticket = ? ORDER BY number",
};

/* A path that is too long to be told whole is told by its end. */
static const char *tail(const char *path) {
    enum { SHOWN = 72 };
    size_t bytes = strlen(path);
    return bytes > SHOWN ? path + bytes - SHOWN : path;
}

/* The folder of a path, for staff who have to look after it. */
static const char *folder(const char *path, char *out, size_t bytes) {
    const char *slash = strrchr(path, '/');
    text_copy(out, bytes, slash == NULL ? "." : path);
    if (slash != NULL && (size_t)(slash - path) < bytes) {
        out[slash == path ? 1 : slash - path] = '\0';
    }
    return tail(out);
}

static enum trouble_kind kind_of(int code, int error) {
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
        return TROUBLE_DAMAGED;
    }
    if (code == SQLITE_FULL || error == ENOSPC || error == EDQUOT || error == EFBIG) {
        return TROUBLE_FULL;
    }
    bool denied = error == EROFS || error == EACCES || error == EPERM;
    if (code == SQLITE_READONLY || code == SQLITE_PERM || denied) {
        return TROUBLE_READ_ONLY;
    }
    if (code == SQLITE_INTERRUPT || code == SQLITE_BUSY) {
        return TROUBLE_SLOW;
    }
    return error == ENOENT || error == ENOTDIR ? TROUBLE_MISSING : TROUBLE_OTHER;
}

static void tell(struct trouble *trouble, enum trouble_kind kind, const char *path,
                 const char *words) {
    char place[JOURNAL_PATH_BYTES];
    size_t bytes = sizeof trouble->reason;
    trouble->kind = kind;
    switch (kind) {
    case TROUBLE_NONE:
        trouble->reason[0] = '\0';
        break;
    case TROUBLE_FULL:
        snprintf(trouble->reason, bytes, "disk full: %.72s: free some space",
                 folder(path, place, sizeof place));
        break;
    case TROUBLE_READ_ONLY:
        snprintf(
            trouble->reason, bytes,
            "cannot be written: %.72s: check its permissions, and whether the disk is read-only",
            tail(path));
        break;
    case TROUBLE_MISSING:
        snprintf(trouble->reason, bytes, "no such folder: %.72s: create it, or set [journal] path",
                 folder(path, place, sizeof place));
        break;
    case TROUBLE_SLOW:
        snprintf(trouble->reason, bytes,
                 "%.72s: busy: another program holds it, or the disk is slow", tail(path));
        break;
    case TROUBLE_NOTHING:
    case TROUBLE_DAMAGED:
    case TROUBLE_FOREIGN:
    case TROUBLE_OTHER:
        snprintf(trouble->reason, bytes, "%.72s: %.60s", tail(path), words);
        break;
    }
}

/* What the system said to the last failed access. SQLite's own answer is the thread's errno, which
 * tidying up has changed by now unless it could not even open the file; each file remembers. */
static int system_error(struct store *store) {
    sqlite3_file *log = NULL;
    int error = 0;
    (void)sqlite3_file_control(store->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (log != NULL && log->pMethods != NULL) {
        (void)log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &error);
    }
    if (error == 0) {
        (void)sqlite3_file_control(store->db, "main", SQLITE_FCNTL_LAST_ERRNO, &error);
    }
    return error != 0 ? error : sqlite3_system_errno(store->db);
}

/* Keeps the first trouble; whatever follows from it says less. */
static bool well(struct store *store, int code) {
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) {
        return store->trouble.kind == TROUBLE_NONE;
    }
    if (store->trouble.kind == TROUBLE_NONE) {
        int error = 0;
        if ((code & 0xFF) == SQLITE_CANTOPEN) {
            error = sqlite3_system_errno(store->db);
        } else if ((code & 0xFF) == SQLITE_IOERR) {
            error = system_error(store);
        }
        tell(&store->trouble, kind_of(code & 0xFF, error), store->path, sqlite3_errmsg(store->db));
    }
    return false;
}

/* Nothing is tried after the first trouble: each try could wait for a lock again. */
static bool execute(struct store *store, const char *text) {
    return store->trouble.kind == TROUBLE_NONE &&
           well(store, sqlite3_exec(store->db, text, NULL, NULL, NULL));
}

/* The one number that a question is answered with; -1 on trouble, and after it. */
static int64_t ask(struct store *store, const char *text) {
    sqlite3_stmt *statement = NULL;
    int64_t answer = -1;
    if (store->trouble.kind != TROUBLE_NONE) {
        return answer;
    }
    if (well(store, sqlite3_prepare_v2(store->db, text, -1, &statement, NULL)) &&
        well(store, sqlite3_step(statement))) {
        answer = sqlite3_column_int64(statement, 0);
    }
    sqlite3_finalize(statement);
    return answer;
}

static int look_at_clock(void *context) {
    const struct store *store = context;
    return clock_mono_ms() >= store->until_ms;
}

static int note_wal(void *context, sqlite3 *db, const char *name, int pages) {
    struct store *store = context;
    (void)db;
    (void)name;
    store->wal_pages = pages;
    return SQLITE_OK;
}

static void refuse(struct store *store, enum trouble_kind kind, const char *words) {
    if (store->trouble.kind == TROUBLE_NONE) {
        tell(&store->trouble, kind, store->path, words);
    }
}

/* Reading it whole finds what a dying card has done to it, before we build on it. */
static void check_whole(struct store *store) {
    sqlite3_stmt *statement = NULL;
    if (store_used_bytes(store) > (int64_t)STORE_QUICK_CHECK_MB << 20) {
        return;
    }
    if (well(store, sqlite3_prepare_v2(store->db, "PRAGMA quick_check(1)", -1, &statement, NULL)) &&
        well(store, sqlite3_step(statement))) {
        const char *answer = (const char *)sqlite3_column_text(statement, 0);
        if (answer == NULL || strcmp(answer, "ok") != 0) {
            refuse(store, TROUBLE_DAMAGED, "damaged");
        }
    }
    sqlite3_finalize(statement);
}

/* auto_vacuum can only be chosen before anything else is written to a file. */
static void create_tables(struct store *store, const char *numbers) {
    if (execute(store, "PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL") &&
        execute(store, "BEGIN IMMEDIATE") && execute(store, schema) && execute(store, numbers)) {
        (void)execute(store, "COMMIT");
    }
}

static void open_for_writing(struct store *store, bool empty) {
    char settings[160], numbers[96];
    snprintf(numbers, sizeof numbers, "PRAGMA application_id=%d; PRAGMA user_version=%d",
             APPLICATION, STORE_SCHEMA);
    if (sqlite3_db_readonly(store->db, "main") == 1) {
        refuse(store, TROUBLE_READ_ONLY, "");
        return;
    }
    if (empty) {
        create_tables(store, numbers);
    } else {
        check_whole(store);
    }
    snprintf(settings, sizeof settings,
             "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=%d;"
             " PRAGMA wal_autocheckpoint=0",
             WAL_LIMIT_BYTES);
    (void)execute(store, settings);
    sqlite3_wal_hook(store->db, note_wal, store);
    /* Proves that the disk takes a write, before anybody is told that all is well. */
    (void)execute(store, numbers);
}

static void inspect(struct store *store, enum store_access access) {
    char settings[96];
    snprintf(settings, sizeof settings, "PRAGMA cache_size=-%d; PRAGMA temp_store=MEMORY",
             CACHE_KB);
    (void)execute(store, settings);
    int64_t application = ask(store, "PRAGMA application_id");
    int64_t version = ask(store, "PRAGMA user_version");
    bool empty = ask(store, "SELECT count(*) FROM sqlite_master") == 0 && application == 0;
    if (store->trouble.kind != TROUBLE_NONE) {
        return;
    }
    if (!empty && application != APPLICATION) {
        refuse(store, TROUBLE_FOREIGN, "the database of another program");
    } else if (!empty && version != STORE_SCHEMA) {
        refuse(store, TROUBLE_FOREIGN, "written by another version of hallcall");
    } else if (access == STORE_WRITE) {
        open_for_writing(store, empty);
    } else if (empty) {
        refuse(store, TROUBLE_NOTHING, "nothing written yet");
    }
}

struct store *store_open(const char *path, enum store_access access, struct trouble *trouble) {
    struct stat file;
    *trouble = (struct trouble){.kind = TROUBLE_NONE};
    if (access == STORE_READ && stat(path, &file) != 0 && errno == ENOENT) {
        tell(trouble, TROUBLE_NOTHING, path, "no journal yet");
        return NULL;
    }
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL) {
        tell(trouble, TROUBLE_OTHER, path, "out of memory");
        return NULL;
    }
    text_copy(store->path, sizeof store->path, path);
    store->until_ms = MONO_NEVER;
    int flags =
        access == STORE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    int code = sqlite3_open_v2(path, &store->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (well(store, code)) {
        sqlite3_busy_timeout(store->db, access == STORE_READ ? STORE_BUSY_MS / 2 : STORE_BUSY_MS);
        (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        sqlite3_progress_handler(store->db, STEPS_BETWEEN_LOOKS, look_at_clock, store);
        inspect(store, access);
    }
    if (store->trouble.kind != TROUBLE_NONE) {
        *trouble = store->trouble;
        store_close(store);
        return NULL;
    }
    return store;
}

void store_close(struct store *store) {
    if (store == NULL) {
        return;
    }
    for (int i = 0; i < STATEMENTS; i++) {
        sqlite3_finalize(store->prepared[i]);
    }
    (void)sqlite3_close(store->db);
    free(store);
}

void store_hurry(struct store *store, int64_t until_ms) {
    int64_t left = until_ms - clock_mono_ms();
    store->until_ms = until_ms;
    sqlite3_busy_timeout(store->db, left < 1               ? 1
                                    : left < STORE_BUSY_MS ? (int)left
                                                           : STORE_BUSY_MS);
}

const struct trouble *store_trouble(const struct store *store) {
    return &store->trouble;
}

bool store_begin(struct store *store) {
    return execute(store, "BEGIN IMMEDIATE");
}

bool store_commit(struct store *store) {
    return execute(store, "COMMIT");
}

/* Prepared at the first use: reading needs few of them. NULL on trouble. */
static sqlite3_stmt *ready(struct store *store, enum statement statement) {
    sqlite3_stmt **prepared = &store->prepared[statement];
    if (*prepared == NULL) {
        (void)well(store, sqlite3_prepare_v3(store->db, texts[statement], -1,
                                             SQLITE_PREPARE_PERSISTENT, prepared, NULL));
    }
    return *prepared;
}

void store_set_integer(struct store *store, enum statement statement, int parameter,
                       int64_t value) {
    (void)well(store, sqlite3_bind_int64(ready(store, statement), parameter, value));
}

void store_set_text(struct store *store, enum statement statement, int parameter,
                    const char *text) {
    (void)well(store,
               sqlite3_bind_text(ready(store, statement), parameter, text, -1, SQLITE_STATIC));
}

void store_set_null(struct store *store, enum statement statement, int parameter) {
    (void)well(store, sqlite3_bind_null(ready(store, statement), parameter));
}

bool store_run(struct store *store, enum statement statement) {
    bool done =
        store->trouble.kind == TROUBLE_NONE && well(store, sqlite3_step(ready(store, statement)));
    store_stop(store, statement);
    return done;
}

bool store_next(struct store *store, enum statement statement) {
    int code =
        store->trouble.kind == TROUBLE_NONE ? sqlite3_step(ready(store, statement)) : SQLITE_DONE;
    if (well(store, code) && code == SQLITE_ROW) {
        return true;
    }
    store_stop(store, statement);
    return false;
}

void store_stop(struct store *store, enum statement statement) {
    (void)sqlite3_reset(store->prepared[statement]); /* repeats the code of the step */
}

int64_t store_integer(struct store *store, enum statement statement, int column) {
    return sqlite3_column_int64(store->prepared[statement], column);
}

bool store_is_null(struct store *store, enum statement statement, int column) {
    return sqlite3_column_type(store->prepared[statement], column) == SQLITE_NULL;
}

bool store_text(struct store *store, enum statement statement, int column, char *out,
                size_t bytes) {
    const char *text = (const char *)sqlite3_column_text(store->prepared[statement], column);
    int length = sqlite3_column_bytes(store->prepared[statement], column);
    out[0] = '\0';
    if (text == NULL || (size_t)length >= bytes || strlen(text) != (size_t)length) {
        return false;
    }
    for (const char *at = text; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7F) {
            return false;
        }
    }
    if (!utf8_valid(text)) {
        return false;
    }
    memcpy(out, text, (size_t)length + 1);
    return true;
}

int64_t store_changes(struct store *store) {
    return sqlite3_changes(store->db);
}

int64_t store_used_bytes(struct store *store) {
    int64_t pages = ask(store, "PRAGMA page_count");
    int64_t unused = ask(store, "PRAGMA freelist_count");
    int64_t bytes = ask(store, "PRAGMA page_size");
    return store->trouble.kind == TROUBLE_NONE ? (pages - unused) * bytes : -1;
}

bool store_shrink(struct store *store) {
    char text[64];
    snprintf(text, sizeof text, "PRAGMA incremental_vacuum(%d)", SHRINK_PAGES);
    return execute(store, text);
}

bool store_sync(struct store *store) {
    if (store->wal_pages == 0) {
        return true;
    }
    store->wal_pages = 0;
    int code = sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return code == SQLITE_BUSY || well(store, code);
}

bool store_checkpoint(struct store *store) {
    return store->wal_pages < STORE_WAL_PAGES || store_sync(store);
}

bool store_moved(struct store *store) {
    int moved = 0;
    (void)sqlite3_file_control(store->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return moved != 0;
}
