/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Small files, read whole and written so that a power cut leaves the old one or the new one.
 *
 * A folder is a descriptor and a file a name in it, so that nobody can swap the folder meanwhile.
 * Nothing here follows a symbolic link or waits for a pipe's other end. Main thread.
 */
#ifndef HALLCALL_SYSTEM_FILES_H
#define HALLCALL_SYSTEM_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { FILE_REASON_BYTES = 120 };

/* The content of a file; bytes is owned and has a NUL behind the last one. */
struct file_text {
    char *bytes;
    size_t count;
};

/* What a written file gets. */
struct file_rights {
    mode_t mode;
    gid_t group; /* (gid_t)-1: as it comes */
};

/* Reads a plain file of at most `most` bytes. False with errno (0 when it is no plain file or too
 * large) and a reason (FILE_REASON_BYTES); *text is then empty. Release with file_release. */
bool file_read(int folder, const char *name, size_t most, struct file_text *text, char *reason);
void file_release(struct file_text *text);
/* Puts a file of this content in the place of `name`: written aside, synced, renamed, the folder
 * synced. False with errno and a reason; the old file is then as it was. */
bool file_replace(int folder, const char *name, const struct file_text *text,
                  const struct file_rights *rights, char *reason);
/* Writes over bytes of a file that stay as many as they are, and syncs. False with errno. */
bool file_overwrite(int folder, const char *name, const struct file_text *text, off_t at);

#endif
