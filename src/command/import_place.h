/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The folder that staff reach with a laptop: the FAT partition that the machine boots from, with
 * one hallcall.ini on it, perhaps files that it names, and our report.
 */
#ifndef HALLCALL_COMMAND_IMPORT_PLACE_H
#define HALLCALL_COMMAND_IMPORT_PLACE_H

#include "command/import_text.h"

struct import_place {
    int folder; /* a descriptor; -1: there is none */
    char path[64];
    char name[IMPORT_NAME_BYTES]; /* of the configuration, as it is written there */
};

enum import_found { IMPORT_NOTHING, IMPORT_ONE, IMPORT_SEVERAL };

/* Whether a file's name is that of a configuration: hallcall.ini or hallcall.conf in any case, also
 * with the suffix that an editor has put behind it (hallcall.ini.txt). */
bool import_place_takes(const char *name);
/* Looks into a folder. *place holds it open unless IMPORT_NOTHING is returned; with IMPORT_SEVERAL
 * reason [FILE_REASON_BYTES] names two of them. */
enum import_found import_place_open(const char *path, struct import_place *place, char *reason);
/* Overwrites the password's line in the file, which keeps its length. False with errno. */
bool import_place_blank(const struct import_place *place, const struct import_text *made);
/* Overwrites a file of so many bytes and removes it. False with errno. */
bool import_place_remove(const struct import_place *place, const char *name, size_t bytes);
/* Leaves words as hallcall-import.txt, with the line ends of Windows, unless it is there already.
 * False with errno. */
bool import_place_report(const struct import_place *place, const char *words);
void import_place_close(struct import_place *place);

#endif
