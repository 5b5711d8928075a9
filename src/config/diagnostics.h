/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is wrong with a file, all of it, each with its place: "path:line: [section] key: "value":
 * expected ...".
 */
#ifndef HALLCALL_CONFIG_DIAGNOSTICS_H
#define HALLCALL_CONFIG_DIAGNOSTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { DIAGNOSTICS_MAX = 64, DIAGNOSTIC_BYTES = 512 };

struct diagnostics {
    size_t count;  /* found, may exceed DIAGNOSTICS_MAX; then the rest is only counted */
    bool shortage; /* one of them is no mistake in a file: system/shortage.h */
    char lines[DIAGNOSTICS_MAX][DIAGNOSTIC_BYTES];
};

/* Adds one error. line 0: the whole file. section, key and value may be NULL. */
__attribute__((format(printf, 7, 8))) void
diagnostics_add(struct diagnostics *diagnostics, const char *path, int line, const char *section,
                const char *key, const char *value, const char *format, ...);
/* Adds that a file (or what path names instead) could not be read, for an errno. */
void diagnostics_unreadable(struct diagnostics *diagnostics, const char *path, int error);
/* Prints each on its own line, then how many there were if some were only counted. */
void diagnostics_print(const struct diagnostics *diagnostics, FILE *out);

#endif
