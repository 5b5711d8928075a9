/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The end of the process after a bug of ours.
 *
 * Written with write(2) and abort(3) only, so that it works in any thread, in the sandboxed child
 * and with a damaged heap. Considered and refused: assert(3), which a release build can switch off.
 */
#include "system/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

_Noreturn void check_failed(const char *file, int line, const char *condition) {
    char words[512];
    int length = snprintf(words, sizeof words, "%s:%d: check failed: %s\n", file, line, condition);
    if (length > 0) {
        size_t bytes = (size_t)length < sizeof words ? (size_t)length : sizeof words - 1;
        ssize_t ignored = write(STDERR_FILENO, words, bytes);
        (void)ignored;
    }
    abort();
}
