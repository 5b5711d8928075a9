/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A language file into a language.
 */
#ifndef HALLCALL_CONFIG_LANGUAGE_FILE_H
#define HALLCALL_CONFIG_LANGUAGE_FILE_H

#include "config/diagnostics.h"
#include "core/language.h"

#include <stdbool.h>
#include <stdio.h>

/* Reads a file that is to hold the language of tag. True when it is complete and right; else every
 * fault and every missing key is in diagnostics and *language is untouched. */
bool language_file_read(const char *path, const char *tag, struct language *language,
                        struct diagnostics *diagnostics);
/* The same from an open stream; path is for diagnostics only. */
bool language_file_read_stream(FILE *stream, const char *path, const char *tag,
                               struct language *language, struct diagnostics *diagnostics);

#endif
