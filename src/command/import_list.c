/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See import_list.h. The list only grows: a file that the next configuration no longer names is
 * still ours, and still perhaps a key.
 *
 * Considered and refused: a folder of their own, because staff look for password and certificates
 * where the guide puts those that are brought by hand; digests, to leave what staff have replaced
 * meanwhile, because whoever purges wants secrets gone.
 */
#include "command/import_list.h"

#include "system/files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST "installed"

enum { LIST_BYTES_MAX = 1 << 16, PATH_BYTES = 400 };

/* Whether one of the text's lines is this one, which ends in a line feed. */
static bool has_line(const char *text, const char *line) {
    for (const char *at = strstr(text, line); at != NULL; at = strstr(at + 1, line)) {
        if (at == text || at[-1] == '\n') {
            return true;
        }
    }
    return false;
}

bool import_list_add(int folder, const char *to, const char *const names[], size_t count,
                     char *reason) {
    const struct file_rights rights = {0644, (gid_t)-1};
    struct file_text before, text;
    bool there = file_read(folder, LIST, LIST_BYTES_MAX, &before, reason);
    if (!there && errno != ENOENT) {
        return false;
    }
    FILE *out = open_memstream(&text.bytes, &text.count);
    if (out == NULL) {
        snprintf(reason, FILE_REASON_BYTES, "%s", strerror(errno));
        file_release(&before);
        return false;
    }
    const char *known = there ? before.bytes : "";
    fputs(known, out);
    for (size_t i = 0; i < count; i++) {
        char line[PATH_BYTES];
        snprintf(line, sizeof line, "%s/%s\n", to, names[i]);
        if (!has_line(known, line)) {
            fputs(line, out);
        }
    }
    bool good = fclose(out) == 0 && file_replace(folder, LIST, &text, &rights, reason);
    free(text.bytes);
    file_release(&before);
    return good;
}
