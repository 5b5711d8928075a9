/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Damaged journals are kept, because somebody may want to know what was called that morning and
 * tools exist that read half a database; but two of them at most, because a card that damages
 * files would otherwise be filled with them.
 *
 * The write-ahead log goes with its database: left behind, it would be taken for the new one's.
 * Considered and refused: a time in the name, since a machine whose files are damaged often does
 * not know the time either.
 */
#include "journal/aside.h"

#include "journal/journal.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { ASIDE_PATH_BYTES = JOURNAL_PATH_BYTES + 32 };

static bool move(const char *path, const char *suffix) {
    char from[ASIDE_PATH_BYTES], first[ASIDE_PATH_BYTES], second[ASIDE_PATH_BYTES];
    snprintf(from, sizeof from, "%s%s", path, suffix);
    snprintf(first, sizeof first, "%s.damaged-1%s", path, suffix);
    snprintf(second, sizeof second, "%s.damaged-2%s", path, suffix);
    if (rename(first, second) != 0 && errno == ENOENT) {
        (void)unlink(second);
    }
    return rename(from, first) == 0 || errno == ENOENT;
}

bool aside_move(const char *path) {
    char index[ASIDE_PATH_BYTES];
    if (!move(path, "-wal") || !move(path, "")) {
        return false;
    }
    snprintf(index, sizeof index, "%s-shm", path);
    return unlink(index) == 0 || errno == ENOENT;
}
