/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See import_place.h. What is on the partition was put there by anybody who had the card, so
 * nothing is followed, nothing is waited for and everything has a largest size.
 *
 * A secret is overwritten in place: FAT has no way to replace a file at once, and a line that keeps
 * its length needs no new block, no room on a full card, and leaves a whole file whatever happens.
 * A flash card may still keep the old block for a while where no file system can reach it; the
 * report says so.
 */
#include "command/import_place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REPORT "hallcall-import.txt"

enum { REPORT_BYTES_MAX = 1 << 17 };

bool import_place_takes(const char *name) {
    static const char *const names[] = {"hallcall.ini", "hallcall.conf"};
    static const char *const suffixes[] = {"", ".txt", ".ini", ".conf"};
    char whole[40];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        for (size_t j = 0; j < sizeof suffixes / sizeof suffixes[0]; j++) {
            snprintf(whole, sizeof whole, "%s%s", names[i], suffixes[j]);
            if (strcasecmp(whole, name) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* Searches an open folder. */
static enum import_found search(DIR *entries, struct import_place *place, char *reason) {
    enum import_found found = IMPORT_NOTHING;
    const struct dirent *entry;
    while (found != IMPORT_SEVERAL && (entry = readdir(entries)) != NULL) {
        if (!import_place_takes(entry->d_name)) {
            continue;
        }
        if (found == IMPORT_ONE) {
            snprintf(reason, FILE_REASON_BYTES, "is there twice, also as %.40s: leave one of them",
                     entry->d_name);
            found = IMPORT_SEVERAL;
        } else {
            snprintf(place->name, sizeof place->name, "%.40s", entry->d_name);
            found = IMPORT_ONE;
        }
    }
    return found;
}

enum import_found import_place_open(const char *path, struct import_place *place, char *reason) {
    *place = (struct import_place){.folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    snprintf(place->path, sizeof place->path, "%s", path);
    int copy = place->folder >= 0 ? dup(place->folder) : -1;
    DIR *entries = copy >= 0 ? fdopendir(copy) : NULL;
    enum import_found found = IMPORT_NOTHING;
    if (entries != NULL) {
        found = search(entries, place, reason);
        closedir(entries);
    } else if (copy >= 0) {
        close(copy);
    }
    if (found == IMPORT_NOTHING) {
        import_place_close(place);
    }
    return found;
}

bool import_place_blank(const struct import_place *place, const struct import_text *made) {
    struct file_text blank = {malloc(made->password_bytes), made->password_bytes};
    if (blank.bytes == NULL) {
        errno = ENOMEM;
        return false;
    }
    import_text_blank(blank.bytes, blank.count);
    bool good = file_overwrite(place->folder, place->name, &blank, (off_t)made->password_at);
    int error = errno;
    free(blank.bytes);
    errno = error;
    return good;
}

bool import_place_remove(const struct import_place *place, const char *name, size_t bytes) {
    struct file_text zeros = {calloc(1, bytes > 0 ? bytes : 1), bytes};
    if (zeros.bytes == NULL) {
        errno = ENOMEM;
        return false;
    }
    bool good =
        file_overwrite(place->folder, name, &zeros, 0) && unlinkat(place->folder, name, 0) == 0;
    int error = errno;
    free(zeros.bytes);
    (void)fsync(place->folder);
    errno = error;
    return good;
}

/* Each line end becomes CR LF. NULL when memory is out. */
static char *with_carriage_returns(const char *words, size_t *count) {
    char *out = malloc(strlen(words) * 2 + 1);
    *count = 0;
    for (const char *at = words; out != NULL && *at != '\0'; at++) {
        if (*at == '\n') {
            out[(*count)++] = '\r';
        }
        out[(*count)++] = *at;
    }
    return out;
}

bool import_place_report(const struct import_place *place, const char *words) {
    struct file_text before, text;
    char reason[FILE_REASON_BYTES];
    const struct file_rights rights = {0644, (gid_t)-1};
    text.bytes = with_carriage_returns(words, &text.count);
    if (text.bytes == NULL) {
        errno = ENOMEM;
        return false;
    }
    bool same = file_read(place->folder, REPORT, REPORT_BYTES_MAX, &before, reason) &&
                before.count == text.count && memcmp(before.bytes, text.bytes, text.count) == 0;
    file_release(&before);
    bool good = same || file_replace(place->folder, REPORT, &text, &rights, reason);
    int error = errno;
    free(text.bytes);
    errno = error;
    return good;
}

void import_place_close(struct import_place *place) {
    if (place->folder >= 0) {
        close(place->folder);
    }
    place->folder = -1;
}
