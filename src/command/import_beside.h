/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What lies beside the boot partition's hallcall.ini and is named in it: certificates, key, logo,
 * password. Read, and looked at before any of it replaces what the display has.
 */
#ifndef HALLCALL_COMMAND_IMPORT_BESIDE_H
#define HALLCALL_COMMAND_IMPORT_BESIDE_H

#include "command/import_place.h"
#include "config/diagnostics.h"

/* The contents, as the files of an import_text; bytes NULL: not on the partition. */
struct import_beside {
    struct file_text texts[IMPORT_FILES_MAX];
};

/* Reads what made names. One that is neither there nor in the folder `to`, where an earlier import
 * has put it, is told at its line. Release with import_beside_release. */
void import_beside_read(const struct import_place *place, const struct import_text *made, int to,
                        struct import_beside *beside, struct diagnostics *diagnostics);
/* Loads certificates and key as a connection would, those from before too where they belong
 * together, and decodes the logo. Mistakes are told at their line of the file called name. */
void import_beside_check(const struct import_beside *beside, const struct import_text *made, int to,
                         const char *name, struct diagnostics *diagnostics);
/* Wipes and releases all of it. */
void import_beside_release(struct import_beside *beside);

#endif
