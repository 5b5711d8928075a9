/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which files on this display are the importer's: their paths, one a line, in "installed" of the
 * state folder. A purge of the package removes those, with what they replaced (.old), and leaves
 * what staff brought by hand.
 */
#ifndef HALLCALL_COMMAND_IMPORT_LIST_H
#define HALLCALL_COMMAND_IMPORT_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* Adds names, which will be in the folder `to`, to the list in an open folder, each once. Called
 * before they are there, so that a power cut leaves none that is not listed. False with a reason
 * (FILE_REASON_BYTES). */
bool import_list_add(int folder, const char *to, const char *const names[], size_t count,
                     char *reason);

#endif
