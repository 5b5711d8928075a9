/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the program's own files are.
 *
 * The same four folders are in an installed tree (share/languages) and in the source tree
 * (config/languages), under names that suit each; which of the two a directory is shows in what it
 * holds, so nothing has to be configured for either.
 *
 * Considered and refused: the working directory. A service's is "/", and a person's is anything.
 */
#include "config/share.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef HALLCALL_SHARE_DIR
#define HALLCALL_SHARE_DIR "/usr/local/share/hallcall"
#endif

static const struct {
    const char *installed, *source;
} folders[SHARE_KINDS] = {
    [SHARE_LANGUAGES] = {"languages", "config/languages"},
    [SHARE_THEMES] = {"themes", "config/themes"},
    [SHARE_SOUNDS] = {"sounds", "sounds"},
    [SHARE_FONTS] = {"fonts", "fonts"},
    [SHARE_SITES] = {"sites", "config/sites"},
};

static bool is_source_tree(const char *dir) {
    char path[CONFIG_PATH_BYTES + 32];
    snprintf(path, sizeof path, "%s/%s", dir, folders[SHARE_LANGUAGES].source);
    return access(path, R_OK) == 0;
}

/* The nearest folder above the running program that is a source tree. */
static bool find_source_tree(char dir[CONFIG_PATH_BYTES]) {
    ssize_t bytes = readlink("/proc/self/exe", dir, CONFIG_PATH_BYTES - 1);
    if (bytes <= 0 || bytes == CONFIG_PATH_BYTES - 1) {
        return false;
    }
    dir[bytes] = '\0';
    for (char *slash = strrchr(dir, '/'); slash != NULL && slash != dir;
         slash = strrchr(dir, '/')) {
        *slash = '\0';
        if (is_source_tree(dir)) {
            return true;
        }
    }
    return false;
}

void share_find(char *dir) {
    const char *wanted = getenv("HALLCALL_SHARE");
    if (wanted != NULL && wanted[0] != '\0') {
        snprintf(dir, CONFIG_PATH_BYTES, "%s", wanted);
    } else if (!find_source_tree(dir)) {
        snprintf(dir, CONFIG_PATH_BYTES, "%s", HALLCALL_SHARE_DIR);
    }
}

bool share_path(const struct settings *settings, enum share_kind kind, const char *name,
                char *out) {
    /* Only a folder that is not there makes it an installation: one that could not be looked at
     * would send the display to files that do not exist. */
    bool source = is_source_tree(settings->share_dir) || errno != ENOENT;
    const char *folder = source ? folders[kind].source : folders[kind].installed;
    int bytes = snprintf(out, CONFIG_PATH_BYTES, "%s/%s%s%s", settings->share_dir, folder,
                         name[0] != '\0' ? "/" : "", name);
    if (bytes < 0 || bytes >= CONFIG_PATH_BYTES || strchr(name, '/') != NULL) {
        out[0] = '\0';
        return false;
    }
    return access(out, R_OK) == 0;
}
