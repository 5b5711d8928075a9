/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a part of `hallcall check` prints. */
#ifndef HALLCALL_TESTS_UNIT_CHECK_FIXTURE_H
#define HALLCALL_TESTS_UNIT_CHECK_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "command/checking.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct checking checking;
static char said[8192];

/* Runs a part with the built-in configuration and settings, which end with NULL; below root, NULL:
 * of this machine. */
static void check(void (*part)(struct checking *), const char *root_folder,
                  const char *const *sets) {
    static struct diagnostics diagnostics;
    size_t count = 0;
    while (sets[count] != NULL) {
        count++;
    }
    memset(&diagnostics, 0, sizeof diagnostics);
    memset(&checking, 0, sizeof checking);
    if (!config_load("/dev/null", sets, count, &checking.config, &diagnostics)) {
        fail_msg("%s", diagnostics.lines[0]);
    }
    checking.root = root_folder;
    checking.well = true;
    FILE *printed = tmpfile();
    assert_non_null(printed);
    fflush(stdout);
    int before = dup(STDOUT_FILENO);
    assert_true(dup2(fileno(printed), STDOUT_FILENO) >= 0);
    part(&checking);
    fflush(stdout);
    assert_true(dup2(before, STDOUT_FILENO) >= 0);
    close(before);
    rewind(printed);
    said[fread(said, 1, sizeof said - 1, printed)] = '\0';
    fclose(printed);
}

#endif
