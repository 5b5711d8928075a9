/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the program's own files are: languages, themes, sounds, faces, example sites.
 *
 * $HALLCALL_SHARE if set; else the source tree that the running program stands in, so that a fresh
 * build never reads an older installation's files; else the directory it was installed to.
 */
#ifndef HALLCALL_CONFIG_SHARE_H
#define HALLCALL_CONFIG_SHARE_H

#include "config/config.h"

#include <stdbool.h>

enum share_kind {
    SHARE_LANGUAGES,
    SHARE_THEMES,
    SHARE_SOUNDS,
    SHARE_FONTS,
    SHARE_SITES,
    SHARE_KINDS
};

/* Fills dir[CONFIG_PATH_BYTES], the value of settings.share_dir. Never fails: whether a file is
 * there is known when it is asked for. */
void share_find(char *dir);
/* Writes the path of a file ("uk.ini"), or of the kind's folder when name is "", into
 * out[CONFIG_PATH_BYTES]. True when it can be read; else out is where it was looked for ("" when
 * that does not fit). name must not hold a '/'. */
bool share_path(const struct settings *settings, enum share_kind kind, const char *name, char *out);

#endif
