/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Column by column, never as a dump of memory: a file written by another compiler, or edited by a
 * curious person, must be read for what it says or not at all. Every text that comes back is
 * checked as if it had come from outside, because a card can turn bits in it.
 *
 * The known ids change one at a time and there are a thousand of them, so only the slots that
 * differ from what was written last are written. The rows change together (a new one moves all the
 * others) and there are a few dozen, so they are written whole.
 */
#include "journal/tables.h"

#include "core/text.h"
#include "journal/stamp.h"

#include <stdlib.h>
#include <string.h>

enum { LANGS_BYTES = LANGS_PER_CALL_MAX * LANG_BYTES };

/* Sets boot, mono and wall at three parameters in a row. */
static void set_stamp(struct store *store, enum statement statement, int first,
                      const struct stamp *stamp) {
    store_set_integer(store, statement, first, stamp->boot);
    store_set_integer(store, statement, first + 1, stamp->mono);
    if (stamp->wall == TIME_UNKNOWN) {
        store_set_null(store, statement, first + 2);
    } else {
        store_set_integer(store, statement, first + 2, stamp->wall);
    }
}

static struct stamp get_stamp(struct store *store, enum statement statement, int first) {
    bool known = !store_is_null(store, statement, first + 2);
    return (struct stamp){.boot = store_integer(store, statement, first),
                          .mono = store_integer(store, statement, first + 1),
                          .wall =
                              known ? store_integer(store, statement, first + 2) : TIME_UNKNOWN};
}

static bool put_record(struct store *store, const struct journal_record *record) {
    if (record->at == TIME_UNKNOWN) {
        store_set_null(store, PUT_RECORD, 1);
    } else {
        store_set_integer(store, PUT_RECORD, 1, record->at);
    }
    store_set_integer(store, PUT_RECORD, 2, record->step);
    store_set_integer(store, PUT_RECORD, 3, record->kind);
    store_set_text(store, PUT_RECORD, 4, record->id);
    store_set_integer(store, PUT_RECORD, 5, record->n);
    store_set_text(store, PUT_RECORD, 6, record->ticket);
    store_set_text(store, PUT_RECORD, 7, record->counter);
    store_set_text(store, PUT_RECORD, 8, record->lang);
    if (record->latency_ms < 0) {
        store_set_null(store, PUT_RECORD, 9);
    } else {
        store_set_integer(store, PUT_RECORD, 9, record->latency_ms);
    }
    store_set_text(store, PUT_RECORD, 10, record->reason);
    store_set_text(store, PUT_RECORD, 11, record->hall);
    return store_run(store, PUT_RECORD);
}

static bool put_marks(struct store *store, const struct halls *halls, const struct batch *batch,
                      int64_t boot) {
    for (size_t i = 0; i < batch->marks_count; i++) {
        const struct mark *mark = &batch->marks[i];
        struct stamp stamp = stamp_make(boot, mark->at.mono, mark->at);
        store_set_text(store, PUT_MARK, 1, mark->id);
        store_set_integer(store, PUT_MARK, 2, mark->n);
        set_stamp(store, PUT_MARK, 3, &stamp);
        store_set_text(store, PUT_MARK, 6, halls_name(halls, mark->from));
        if (!store_run(store, PUT_MARK)) {
            return false;
        }
    }
    if (batch->marks_count == 0) {
        return true;
    }
    store_set_integer(store, TRIM_MARKS, 1, SPOKEN_MAX);
    return store_run(store, TRIM_MARKS);
}

static bool put_row(struct store *store, const struct halls *halls, const struct call *call,
                    const struct stamp *stamp, size_t place) {
    char langs[LANGS_BYTES] = "";
    for (size_t i = 0; i < call->langs.count; i++) {
        text_append(langs, sizeof langs, i > 0 ? "," : "");
        text_append(langs, sizeof langs, call->langs.tags[i]);
    }
    store_set_text(store, PUT_ROW, 1, call->id);
    store_set_integer(store, PUT_ROW, 2, call->n);
    store_set_text(store, PUT_ROW, 3, call->ticket);
    store_set_text(store, PUT_ROW, 4, call->counter);
    store_set_text(store, PUT_ROW, 5, call->label);
    store_set_text(store, PUT_ROW, 6, langs);
    store_set_text(store, PUT_ROW, 7, call->epoch);
    store_set_integer(store, PUT_ROW, 8, call->seq);
    set_stamp(store, PUT_ROW, 9, stamp);
    store_set_integer(store, PUT_ROW, 12, call->announced);
    store_set_integer(store, PUT_ROW, 13, call->again);
    store_set_integer(store, PUT_ROW, 14, call->ended);
    store_set_integer(store, PUT_ROW, 15, call->superseded);
    store_set_integer(store, PUT_ROW, 16, call->moved);
    store_set_integer(store, PUT_ROW, 17, call->priority);
    store_set_text(store, PUT_ROW, 18, halls_name(halls, call->from));
    store_set_integer(store, PUT_ROW, 19, (int64_t)place);
    return store_run(store, PUT_ROW);
}

static bool put_known(struct store *store, const struct halls *halls,
                      const struct saved_board *board, int64_t boot,
                      const struct written *written) {
    bool fresh = !written->sure || written->known_count > board->memory.known_count;
    if (fresh && !store_run(store, CLEAR_KNOWN)) {
        return false;
    }
    for (size_t i = 0; i < board->memory.known_count; i++) {
        const struct known *known = &board->memory.known[i];
        if (!fresh && i < written->known_count &&
            memcmp(known, &written->known[i], sizeof *known) == 0) {
            continue;
        }
        struct stamp stamp = stamp_make(boot, known->at, board->at);
        store_set_text(store, PUT_KNOWN, 1, known->id);
        store_set_integer(store, PUT_KNOWN, 2, known->n);
        set_stamp(store, PUT_KNOWN, 3, &stamp);
        store_set_text(store, PUT_KNOWN, 6, halls_name(halls, known->from));
        store_set_integer(store, PUT_KNOWN, 7, (int64_t)i);
        if (!store_run(store, PUT_KNOWN)) {
            return false;
        }
    }
    return true;
}

static bool put_numberings(struct store *store, const struct halls *halls,
                           const struct journal_memory *memory) {
    bool good = true;
    for (size_t i = 0; i < halls->count && good; i++) {
        store_set_text(store, PUT_NUMBERING, 1, halls->names[i]);
        store_set_text(store, PUT_NUMBERING, 2, memory->numberings[i].epoch);
        store_set_integer(store, PUT_NUMBERING, 3, memory->numberings[i].seq);
        good = store_run(store, PUT_NUMBERING);
    }
    return good;
}

static bool put_board(struct store *store, const struct halls *halls,
                      const struct saved_board *board, int64_t boot,
                      const struct written *written) {
    if (!store_run(store, CLEAR_ROWS)) {
        return false;
    }
    for (size_t i = 0; i < board->memory.calls_count; i++) {
        const struct call *call = &board->memory.calls[i];
        struct stamp stamp = stamp_make(boot, call->called_at, board->at);
        if (!put_row(store, halls, call, &stamp, i)) {
            return false;
        }
    }
    return put_numberings(store, halls, &board->memory) &&
           put_known(store, halls, board, boot, written);
}

bool tables_write(struct store *store, const struct halls *halls, const struct batch *batch,
                  int64_t boot, struct written *written) {
    bool good = store_begin(store) && put_marks(store, halls, batch, boot);
    for (size_t i = 0; i < batch->records_count && good; i++) {
        good = put_record(store, &batch->records[i]);
    }
    if (good && batch->board_version > 0) {
        good = put_board(store, halls, &batch->board, boot, written);
    }
    if (!good || !store_commit(store)) {
        written->sure = false;
        return false;
    }
    if (batch->board_version > 0) {
        written->sure = true;
        written->known_count = batch->board.memory.known_count;
        memcpy(written->known, batch->board.memory.known, sizeof written->known);
    }
    return true;
}

static bool read_langs(const char *text, struct lang_list *langs) {
    memset(langs, 0, sizeof *langs);
    while (*text != '\0') {
        size_t bytes = strcspn(text, ",");
        if (bytes == 0 || bytes >= LANG_BYTES || langs->count == LANGS_PER_CALL_MAX) {
            return false;
        }
        memcpy(langs->tags[langs->count++], text, bytes);
        text += bytes + (text[bytes] == ',');
    }
    return langs->count > 0;
}

/* Reads the place of the hall that a column names; false when the display has it no more. */
static bool read_hall(struct store *store, enum statement statement, int column,
                      const struct halls *halls, size_t *from) {
    char name[NAME_BYTES];
    bool text = store_text(store, statement, column, name, sizeof name);
    *from = halls_find(halls, name);
    return text && *from < halls->count;
}

static bool read_row(struct store *store, const struct halls *halls, int64_t boot,
                     struct moment now, struct call *call) {
    char langs[LANGS_BYTES];
    memset(call, 0, sizeof *call);
    int64_t n = store_integer(store, GET_ROWS, 1);
    bool texts = store_text(store, GET_ROWS, 0, call->id, sizeof call->id) &&
                 store_text(store, GET_ROWS, 2, call->ticket, sizeof call->ticket) &&
                 store_text(store, GET_ROWS, 3, call->counter, sizeof call->counter) &&
                 store_text(store, GET_ROWS, 4, call->label, sizeof call->label) &&
                 store_text(store, GET_ROWS, 5, langs, sizeof langs) &&
                 store_text(store, GET_ROWS, 6, call->epoch, sizeof call->epoch);
    if (!texts || !read_hall(store, GET_ROWS, 17, halls, &call->from) || call->id[0] == '\0' ||
        call->ticket[0] == '\0' || n < 1 || n > UINT32_MAX || !read_langs(langs, &call->langs)) {
        return false;
    }
    struct stamp stamp = get_stamp(store, GET_ROWS, 8);
    bool sure = stamp_read(&stamp, boot, now, &call->called_at);
    call->n = (uint32_t)n;
    call->seq = store_integer(store, GET_ROWS, 7);
    call->announced = store_integer(store, GET_ROWS, 11) != 0 && sure;
    call->again = store_integer(store, GET_ROWS, 12) != 0;
    call->ended = store_integer(store, GET_ROWS, 13) != 0;
    call->superseded = store_integer(store, GET_ROWS, 14) != 0;
    call->moved = store_integer(store, GET_ROWS, 15) != 0;
    call->priority = store_integer(store, GET_ROWS, 16) != 0;
    return true;
}

static bool listed(const struct journal_memory *memory, const struct call *call) {
    for (size_t i = 0; i < memory->calls_count; i++) {
        const struct call *other = &memory->calls[i];
        if (other->from == call->from && strcmp(other->id, call->id) == 0) {
            return true;
        }
    }
    return false;
}

static void read_rows(struct store *store, const struct halls *halls, int64_t boot,
                      struct moment now, struct journal_memory *memory) {
    struct call call;
    while (store_next(store, GET_ROWS)) {
        if (memory->calls_count < CALLS_MAX && read_row(store, halls, boot, now, &call) &&
            !listed(memory, &call)) {
            memory->calls[memory->calls_count++] = call;
        }
    }
}

/* Equal ones together, the newest of them first. */
static int by_identity(const void *a, const void *b) {
    const struct known *one = a, *other = b;
    int ids = strcmp(one->id, other->id);
    if (one->from != other->from) {
        return one->from < other->from ? -1 : 1;
    }
    if (ids != 0) {
        return ids;
    }
    if (one->n != other->n) {
        return one->n < other->n ? -1 : 1;
    }
    return (one->at < other->at) - (one->at > other->at);
}

static int by_age(const void *a, const void *b) {
    const struct known *one = a, *other = b;
    if (one->at != other->at) {
        return one->at < other->at ? -1 : 1;
    }
    return by_identity(a, b);
}

/* Whether two say the same of the same call. */
static bool same_known(const struct known *one, const struct known *other) {
    return one->from == other->from && one->n == other->n && strcmp(one->id, other->id) == 0;
}

/* Leaves each (id, n) of a hall once, oldest first, and of too many the newest. */
static void keep_known(struct known *all, size_t count, struct journal_memory *memory) {
    size_t kept = 0;
    qsort(all, count, sizeof *all, by_identity);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || !same_known(&all[kept - 1], &all[i])) {
            all[kept++] = all[i];
        }
    }
    qsort(all, kept, sizeof *all, by_age);
    size_t skipped = kept > SPOKEN_MAX ? kept - SPOKEN_MAX : 0;
    memory->known_count = kept - skipped;
    memcpy(memory->known, all + skipped, memory->known_count * sizeof *all);
}

/* What was marked and what the board knew, together. */
static bool read_known(struct store *store, const struct halls *halls, int64_t boot,
                       struct moment now, struct journal_memory *memory) {
    enum { BOTH = 2 * SPOKEN_MAX };
    size_t count = 0;
    struct known *all = calloc(BOTH, sizeof *all);
    if (all == NULL) {
        return false;
    }
    while (store_next(store, GET_KNOWN)) {
        struct known *known = &all[count < BOTH ? count : BOTH - 1];
        int64_t n = store_integer(store, GET_KNOWN, 1);
        struct stamp stamp = get_stamp(store, GET_KNOWN, 2);
        if (store_text(store, GET_KNOWN, 0, known->id, sizeof known->id) && known->id[0] != '\0' &&
            read_hall(store, GET_KNOWN, 5, halls, &known->from) && n > 0 && n <= UINT32_MAX &&
            count < BOTH) {
            known->n = (uint32_t)n;
            known->ended_seq = -1;
            (void)stamp_read(&stamp, boot, now, &known->at);
            count++;
        }
    }
    keep_known(all, count, memory);
    free(all);
    return store_trouble(store)->kind == TROUBLE_NONE;
}

static void read_numberings(struct store *store, const struct halls *halls,
                            struct journal_memory *memory) {
    size_t from;
    for (size_t i = 0; i < HALLS_MAX; i++) {
        memory->numberings[i].seq = -1;
    }
    while (store_next(store, GET_NUMBERING)) {
        struct numbering read = {.seq = -1};
        if (read_hall(store, GET_NUMBERING, 0, halls, &from) &&
            store_text(store, GET_NUMBERING, 1, read.epoch, sizeof read.epoch)) {
            read.seq = store_integer(store, GET_NUMBERING, 2);
            memory->numberings[from] = read;
        }
    }
}

bool tables_read_memory(struct store *store, const struct halls *halls, int64_t boot,
                        struct moment now, struct journal_memory *memory) {
    read_numberings(store, halls, memory);
    read_rows(store, halls, boot, now, memory);
    return read_known(store, halls, boot, now, memory);
}

bool tables_read_record(struct store *store, enum statement statement,
                        struct journal_record *record) {
    memset(record, 0, sizeof *record);
    int64_t step = store_integer(store, statement, 1), kind = store_integer(store, statement, 2);
    int64_t n = store_integer(store, statement, 4);
    if (step < JOURNAL_RECEIVED || step > JOURNAL_ENDED || kind < UTTERANCE_CALL ||
        kind > UTTERANCE_URGENT || n < 0 || n > UINT32_MAX) {
        return false;
    }
    record->step = (enum journal_step)step;
    record->kind = (enum utterance_kind)kind;
    record->n = (uint32_t)n;
    record->at =
        store_is_null(store, statement, 0) ? TIME_UNKNOWN : store_integer(store, statement, 0);
    record->latency_ms =
        store_is_null(store, statement, 8) ? -1 : store_integer(store, statement, 8);
    return store_text(store, statement, 3, record->id, sizeof record->id) &&
           store_text(store, statement, 5, record->ticket, sizeof record->ticket) &&
           store_text(store, statement, 6, record->counter, sizeof record->counter) &&
           store_text(store, statement, 7, record->lang, sizeof record->lang) &&
           store_text(store, statement, 9, record->reason, sizeof record->reason) &&
           store_text(store, statement, 10, record->hall, sizeof record->hall);
}
