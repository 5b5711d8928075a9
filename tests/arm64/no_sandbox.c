/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Instead of src/voice/sandbox.c in the engine that is tested under emulation.
 *
 * User-mode emulation has neither seccomp nor Landlock, and the product's engine rightly refuses to
 * speak without them. What the engine says and how its parent treats it can be tried all the same;
 * that the walls hold is shown on a real kernel only (tests/unit/test_sandbox.c).
 */
#include "voice/sandbox.h"

bool sandbox_files(const char *const *directories, size_t count) {
    (void)directories;
    (void)count;
    return false;
}

void sandbox_limits(size_t memory_bytes) {
    (void)memory_bytes;
}

bool sandbox_calls(int write_fd) {
    (void)write_fd;
    return true;
}
