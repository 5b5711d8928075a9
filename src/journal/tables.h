/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Records, marks and boards as rows of the store, both ways.
 */
#ifndef HALLCALL_JOURNAL_TABLES_H
#define HALLCALL_JOURNAL_TABLES_H

#include "journal/queue.h"
#include "journal/store.h"

/* What the known table holds, so that only what has changed is written. */
struct written {
    bool sure; /* false: nobody knows, write all of it */
    size_t known_count;
    struct known known[SPOKEN_MAX];
};

/* Writes a batch in one transaction. False with the store's trouble, and nothing is written. */
bool tables_write(struct store *store, const struct halls *halls, const struct batch *batch,
                  int64_t boot, struct written *written);

/* Reads the board. False with the store's trouble. Rows that make no sense, or are of none of these
 * halls, are left out. */
bool tables_read_memory(struct store *store, const struct halls *halls, int64_t boot,
                        struct moment now, struct journal_memory *memory);
/* Reads the record at which a history statement stands; false when it makes no sense. */
bool tables_read_record(struct store *store, enum statement statement,
                        struct journal_record *record);

#endif
