/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading the history of a journal, while the hall that writes it is running.
 */
#ifndef HALLCALL_JOURNAL_READING_H
#define HALLCALL_JOURNAL_READING_H

#include "journal/journal.h"

struct journal_query {
    const char *path;
    const char *ticket; /* "": all of them */
    wall_ms since;      /* TIME_UNKNOWN: from the beginning, with records of unknown time */
};

/* Takes one record. False: no more of them. */
typedef bool journal_reader(void *context, const struct journal_record *record);

/* Gives the records of a query in order. False with a reason (REASON_BYTES) when the journal cannot
 * be read (to its end), or there is none. */
bool journal_read(const struct journal_query *query, journal_reader *reader, void *context,
                  char *reason);

#endif
