/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the files of the source tree are, for tests that read them.
 */
#ifndef HALLCALL_TESTS_SOURCE_PATH_H
#define HALLCALL_TESTS_SOURCE_PATH_H

#include <stdio.h>
#include <stdlib.h>

enum { PATH_BYTES = 512 };

/* Writes the path of a file of the source tree ($HALLCALL_SOURCE, else the working directory) into
 * path, of PATH_BYTES. Returns path. */
static inline const char *source_path(char *path, const char *name) {
    const char *source = getenv("HALLCALL_SOURCE");
    (void)snprintf(path, PATH_BYTES, "%s/%s", source != NULL ? source : ".", name);
    return path;
}

#endif
