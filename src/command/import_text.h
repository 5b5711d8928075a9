/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the text of a boot partition's hallcall.ini to what is installed: the password taken out,
 * the files beside it named by where they will be. Line by line, so that a mistake is told with the
 * line that staff see.
 */
#ifndef HALLCALL_COMMAND_IMPORT_TEXT_H
#define HALLCALL_COMMAND_IMPORT_TEXT_H

#include "config/diagnostics.h"
#include "system/files.h"

#include <stdbool.h>
#include <stddef.h>

/* Behind the name of a file that was replaced. */
#define IMPORT_OLD ".old"

enum {
    IMPORT_BYTES_MAX = 1 << 20, /* of hallcall.ini; the example with 256 counters has 60 kB */
    IMPORT_NAME_BYTES = 64,     /* of a file beside it, and of its own name */
    IMPORT_FILES_MAX = 5,       /* one for each of enum import_setting */
    IMPORT_PASSWORD_BYTES = 257 /* feed/secrets.h reads as many */
};

/* The settings that may name a file beside the configuration. */
enum import_setting { IMPORT_CA, IMPORT_CERT, IMPORT_KEY, IMPORT_PASSWORD, IMPORT_LOGO };

/* A file that the configuration names and that stands beside it. */
struct import_file {
    char name[IMPORT_NAME_BYTES];
    bool secret;
    int line;
    const char *section, *key;
};

struct import_text {
    struct file_text text; /* to be installed; lines as in the boot file */
    bool has_password;
    char password[IMPORT_PASSWORD_BYTES];
    size_t password_at, password_bytes; /* the line that holds it, in the boot file, without end */
    bool wants_password; /* a user name, but neither a password nor a password_file */
    size_t files_count;
    struct import_file files[IMPORT_FILES_MAX];
    /* By enum import_setting: 1 + which of the files it names (0: none of them), in which line. */
    struct {
        size_t file;
        int line;
    } uses[IMPORT_FILES_MAX];
};

/* Makes *made of a boot file called name, whose things will be in the folder `to`. What is wrong
 * with the file's form is left for whoever reads made->text as a configuration; only what that
 * cannot see (a password or a name of a file that cannot be) is told in diagnostics. False when
 * memory is out. Release with import_text_release. */
bool import_text_make(const struct file_text *boot, const char *name, const char *to,
                      struct import_text *made, struct diagnostics *diagnostics);
/* The key of a setting that may name a file, in its section. */
const char *import_text_key(enum import_setting setting, const char **section);
/* Lets the configuration refer to the password of an earlier import. False when memory is out. */
bool import_text_keep_password(struct import_text *made, const char *to);
/* What is written over the line of the password: a comment of exactly so many bytes. */
void import_text_blank(char *out, size_t bytes);
/* Wipes the password and releases the text. */
void import_text_release(struct import_text *made);

#endif
