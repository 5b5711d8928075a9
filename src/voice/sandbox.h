/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The walls around the engine child. Linux only; libseccomp is known to this file alone.
 */
#ifndef HALLCALL_VOICE_SANDBOX_H
#define HALLCALL_VOICE_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

/* Gives up new privileges and, where the kernel has Landlock, every file but what can be read
 * beneath the directories given (those that do not exist are skipped). Call before a library
 * starts threads: only threads started later share it. Returns whether Landlock is in force. */
bool sandbox_files(const char *const *directories, size_t count);
/* Bounds memory, file sizes, descriptors and core dumps. memory_bytes is what may be mapped beyond
 * what is mapped already. */
void sandbox_limits(size_t memory_bytes);
/* From now on only the system calls that synthesising needs, in every thread: no socket, no
 * program, no process, no file opened for writing, no code made at run time, writing to
 * write_fd and stderr only. False when the filter cannot be installed: do not go on. */
bool sandbox_calls(int write_fd);

#endif
