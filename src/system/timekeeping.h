/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether this machine's clock can be believed.
 *
 * A Raspberry Pi has no clock battery: after a power cut it goes on where it was, and shows
 * yesterday until the first answer of a time server (enum clock_state in core/moment.h).
 */
#ifndef HALLCALL_SYSTEM_TIMEKEEPING_H
#define HALLCALL_SYSTEM_TIMEKEEPING_H

#include "core/moment.h"

#include <stdbool.h>

/* What the kernel, and the files below root ("" for the machine itself), say of the clock that
 * reads wall. Waits for nothing. */
enum clock_state timekeeping_read(const char *root, wall_ms wall);
/* The same for a kernel that says that its clock is synchronised, or is not or cannot be asked. */
enum clock_state timekeeping_judge(const char *root, bool kernel_synchronised, wall_ms wall);

#endif
