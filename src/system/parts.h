/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The small files in which the kernel tells of the machine, and folders of them. Any thread.
 *
 * Every path is below a root, "" for the machine itself, so that a test can be another machine.
 */
#ifndef HALLCALL_SYSTEM_PARTS_H
#define HALLCALL_SYSTEM_PARTS_H

#include <stdbool.h>
#include <stddef.h>

enum { PART_PATH_BYTES = 320, PART_NAME_BYTES = 64 };

/* The path of an entry of a folder, or of the folder itself when entry is "". False when it is too
 * long. */
bool part_path(const char *root, const char *folder, const char *entry, char path[PART_PATH_BYTES]);
/* The first line of a file, cleaned of what is not printable ASCII and cut to the room. False, and
 * words is "", when the file is not there, cannot be read or is empty. */
bool part_words(const char *path, char *words, size_t words_bytes);
/* A whole number in a file. False when there is none. */
bool part_number(const char *path, long *number);
/* The entries of a folder whose names begin so, in the order of their names, at most `most`.
 * Returns how many. */
size_t part_list(const char *path, const char *prefix, char (*names)[PART_NAME_BYTES], size_t most);

#endif
