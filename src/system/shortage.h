/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shortage: the machine has no memory, descriptors, threads or disk left, or its disk fails.
 *
 * Nobody's mistake and perhaps soon over, so it must not be told as a mistake in a file or in a
 * message, and what it spoiled is done again. Libraries often say only that something did not work;
 * what they asked the C library for has then left its reason in errno. So the errno that stood at 0
 * before a call tells afterwards whether a failure was a shortage.
 */
#ifndef HALLCALL_SYSTEM_SHORTAGE_H
#define HALLCALL_SYSTEM_SHORTAGE_H

#include <stdbool.h>

/* Whether an errno says so. Any thread. */
bool shortage(int error);

#endif
