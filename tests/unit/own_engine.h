/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which program a test lets the voice start as its engine.
 */
#ifndef HALLCALL_TESTS_OWN_ENGINE_H
#define HALLCALL_TESTS_OWN_ENGINE_H

#include <stdlib.h>

/* The test itself, which is given as ""; or what $HALLCALL_ENGINE names where a program cannot
 * start itself again, because it runs under emulation. */
static inline const char *own_engine(void) {
    const char *other = getenv("HALLCALL_ENGINE");
    return other != NULL ? other : "";
}

#endif
