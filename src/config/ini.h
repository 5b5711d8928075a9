/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An INI file as a list of entries with their places.
 *
 * UTF-8, one "key = value" or "[section]" a line, "#" or ";" opens a comment at the start of a
 * line, values hold any character (no comment behind a value, no continuation lines). Indentation,
 * a byte order mark and CRLF do no harm. Everything that is wrong with the file's form is told at
 * once: lines that are neither, too long, not UTF-8, and keys set twice.
 *
 * inih is known to ini.c only.
 */
#ifndef HALLCALL_CONFIG_INI_H
#define HALLCALL_CONFIG_INI_H

#include "config/diagnostics.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
    INI_NAME_BYTES = 80,     /* a section or key, including the NUL */
    INI_VALUE_BYTES = 512,   /* a value, including the NUL */
    INI_ENTRIES_MAX = 4096,  /* more is not a configuration */
    INI_LINE_BYTES_MAX = 700 /* a line without its end */
};

/* A setting, or a section's heading (key and value are ""), in the order of the file. */
struct ini_entry {
    int line;
    char section[INI_NAME_BYTES]; /* blanks inside are single: "counter 4" */
    char key[INI_NAME_BYTES];
    char value[INI_VALUE_BYTES];
};

struct ini {
    char path[256]; /* as given, for diagnostics */
    size_t count;
    struct ini_entry *entries; /* owned */
};

/* Reads a file. True when its form is good; else every fault is in diagnostics and *ini still holds
 * the good lines, so that their values can be checked in the same pass. Release with ini_finish in
 * either case. A file that cannot be opened is one diagnostic. */
bool ini_read(struct ini *ini, const char *path, struct diagnostics *diagnostics);
/* The same from an open stream; path is for diagnostics only. */
bool ini_read_stream(struct ini *ini, FILE *stream, const char *path,
                     struct diagnostics *diagnostics);
/* Reads one "section.key=value" of a command line as an entry with a number in place of a line.
 * False with a diagnostic when it is not of that form. */
bool ini_read_setting(const char *text, int number, struct ini_entry *entry,
                      struct diagnostics *diagnostics);
/* The value of a key, or NULL when it is not set. */
const struct ini_entry *ini_find(const struct ini *ini, const char *section, const char *key);
/* Accepts an *ini that is all zero. */
void ini_finish(struct ini *ini);

#endif
