/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Child processes of the demo: started, watched, stopped.
 */
#ifndef HALLCALL_COMMAND_PROCESS_H
#define HALLCALL_COMMAND_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

/* Starts argv (NULL-terminated, searched in PATH and the sbin folders). The child gets SIGTERM when
 * we die, and unblocked signals. -1 when it cannot be started (told in errno). Main thread, before
 * other threads start. */
pid_t process_start(char *const argv[]);
/* Whether it has not ended yet. */
bool process_alive(pid_t pid);
/* SIGTERM, at most 2 s of patience, then SIGKILL. Accepts pid <= 0. */
void process_stop(pid_t pid);

#endif
