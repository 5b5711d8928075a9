/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For tests of the configuration: one, loaded from a text and settings, and what was told of it.
 */
#ifndef HALLCALL_TESTS_UNIT_CONFIG_FIXTURE_H
#define HALLCALL_TESTS_UNIT_CONFIG_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct config config;
static struct diagnostics diagnostics;

/* Loads a file's text (NULL: no file) and a NULL-terminated list of --set. */
static inline bool load(const char *text, const char *const *sets) {
    char path[] = "/tmp/hallcall-test-XXXXXX";
    if (text != NULL) {
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, text, strlen(text)), strlen(text));
        close(fd);
    }
    size_t count = 0;
    while (sets != NULL && sets[count] != NULL) {
        count++;
    }
    memset(&diagnostics, 0, sizeof diagnostics);
    bool good = config_load(text != NULL ? path : NULL, sets, count, &config, &diagnostics);
    if (text != NULL) {
        unlink(path);
    }
    assert_int_equal(good, diagnostics.count == 0);
    return good;
}

static inline bool load_set(const char *set) {
    const char *const sets[] = {set, NULL};
    return load(NULL, sets);
}

static inline void assert_told(const char *words) {
    for (size_t i = 0; i < diagnostics.count && i < DIAGNOSTICS_MAX; i++) {
        if (strstr(diagnostics.lines[i], words) != NULL) {
            return;
        }
    }
    fail_msg("not told: %s; the first of %zu is: %s", words, diagnostics.count,
             diagnostics.lines[0]);
}

#endif
