/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of sysfs and of the device tree are read in one go: they hold a line, they are in memory,
 * and reading them waits for no disk. The device tree ends its texts with a NUL instead of a line
 * end, which ends a text here as well.
 */
#include "system/parts.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool part_path(const char *root, const char *folder, const char *entry,
               char path[PART_PATH_BYTES]) {
    const char *between = entry[0] != '\0' ? "/" : "";
    int bytes = snprintf(path, PART_PATH_BYTES, "%s%s%s%s", root, folder, between, entry);
    return bytes > 0 && bytes < PART_PATH_BYTES;
}

bool part_words(const char *path, char *words, size_t words_bytes) {
    char bytes[256];
    FILE *file = fopen(path, "rbe");
    size_t count = 0;
    size_t kept = 0;
    if (file != NULL) {
        count = fread(bytes, 1, sizeof bytes, file);
        (void)fclose(file);
    }
    for (size_t i = 0; i < count && bytes[i] != '\0' && bytes[i] != '\n'; i++) {
        if (bytes[i] >= ' ' && bytes[i] <= '~' && kept + 1 < words_bytes) {
            words[kept++] = bytes[i];
        }
    }
    words[kept] = '\0';
    return kept > 0;
}

bool part_number(const char *path, long *number) {
    char words[32];
    char *end = words;
    if (!part_words(path, words, sizeof words)) {
        return false;
    }
    errno = 0;
    long value = strtol(words, &end, 10);
    if (end == words || *end != '\0' || errno != 0) {
        return false;
    }
    *number = value;
    return true;
}

static int compare(const void *left, const void *right) {
    return strcmp(left, right);
}

size_t part_list(const char *path, const char *prefix, char (*names)[PART_NAME_BYTES],
                 size_t most) {
    DIR *entries = opendir(path);
    struct dirent *entry = NULL;
    size_t count = 0;
    while (entries != NULL && count < most && (entry = readdir(entries)) != NULL) {
        size_t bytes = strlen(entry->d_name);
        if (entry->d_name[0] != '.' && bytes < PART_NAME_BYTES &&
            strncmp(entry->d_name, prefix, strlen(prefix)) == 0) {
            memcpy(names[count++], entry->d_name, bytes + 1);
        }
    }
    if (entries != NULL) {
        (void)closedir(entries);
    }
    qsort(names, count, sizeof names[0], compare);
    return count;
}
