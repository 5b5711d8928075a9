/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading: the board at the start of a run, the history for a person.
 *
 * Both open the file for reading only. A write-ahead log that a killed process left is read with
 * it; SQLite rebuilds its index for that, beside the file or, where nothing may be written, in
 * memory. The board's reading has a deadline, because a hall that stays dark for the sake of its
 * past would be worse than one that has forgotten it.
 */
#include "journal/reading.h"

#include "journal/stamp.h"
#include "journal/tables.h"
#include "system/clock.h"
#include "system/log.h"

#include <string.h>

enum { RESTORE_MS_MAX = 200 }; /* journal.h */

/* A board that is there and cannot be read is somebody's loss; none at all is a first start. */
static bool lack_board(char *reason, const struct trouble *trouble) {
    if (trouble->kind != TROUBLE_NOTHING) {
        log_line(LOG_WARN, "journal", "the board of before is not read: %s", trouble->reason);
    }
    memcpy(reason, trouble->reason, REASON_BYTES);
    return false;
}

static bool fail(char *reason, const struct trouble *trouble) {
    memcpy(reason, trouble->reason, REASON_BYTES);
    return false;
}

static void forget(struct journal_memory *memory) {
    memset(memory, 0, sizeof *memory);
    for (size_t i = 0; i < HALLS_MAX; i++) {
        memory->numberings[i].seq = -1;
    }
}

bool journal_restore(const struct journal_options *options, struct moment now,
                     struct journal_memory *memory, char *reason) {
    static const struct trouble none = {TROUBLE_NOTHING, "no journal is kept"};
    static const struct trouble empty = {TROUBLE_NOTHING, "the journal holds no calls"};
    struct trouble trouble;
    mono_ms until = clock_mono_ms() + RESTORE_MS_MAX;
    forget(memory);
    reason[0] = '\0';
    if (options->path[0] == '\0') {
        return lack_board(reason, &none);
    }
    struct store *store = store_open(options->path, STORE_READ, &trouble);
    if (store == NULL) {
        return lack_board(reason, &trouble);
    }
    store_hurry(store, until);
    bool good = tables_read_memory(store, &options->halls, stamp_boot(), now, memory);
    trouble = *store_trouble(store);
    store_close(store);
    if (!good || trouble.kind != TROUBLE_NONE) {
        forget(memory);
        return lack_board(reason, &trouble);
    }
    return (memory->calls_count > 0 || memory->known_count > 0) || lack_board(reason, &empty);
}

bool journal_read(const struct journal_query *query, journal_reader *reader, void *context,
                  char *reason) {
    struct journal_record record;
    struct trouble trouble;
    enum statement statement = query->ticket[0] != '\0' ? GET_HISTORY_OF : GET_HISTORY;
    struct store *store = store_open(query->path, STORE_READ, &trouble);
    if (store == NULL) {
        return fail(reason, &trouble);
    }
    if (statement == GET_HISTORY_OF) {
        store_set_text(store, statement, 1, query->ticket);
    }
    bool more = true;
    while (more && store_next(store, statement)) {
        bool wanted = tables_read_record(store, statement, &record) &&
                      (query->since == TIME_UNKNOWN || record.at >= query->since);
        more = !wanted || reader(context, &record);
    }
    trouble = *store_trouble(store);
    store_close(store);
    reason[0] = '\0';
    return trouble.kind == TROUBLE_NONE || fail(reason, &trouble);
}
