/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See files.h. The name aside is ".NAME.new": the same each time, so that what a power cut left
 * behind is used up by the next try and never collects.
 *
 * Considered and refused: O_TMPFILE with linkat, which cannot replace a file that is there and does
 * not exist on FAT.
 */
#include "system/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ASIDE_BYTES = 300 };

static bool refuse(char *reason, const char *words, int error) {
    (void)snprintf(reason, FILE_REASON_BYTES, "%s%s%s", words, error != 0 ? ": " : "",
                   error != 0 ? strerror(error) : "");
    errno = error;
    return false;
}

/* Reads until the end or until there is no more room. */
static ssize_t read_all(int fd, char *bytes, size_t room) {
    size_t count = 0;
    while (count < room) {
        ssize_t got = read(fd, bytes + count, room - count);
        if (got < 0 && errno != EINTR) {
            return -1;
        }
        if (got == 0) {
            break;
        }
        count += got > 0 ? (size_t)got : 0;
    }
    return (ssize_t)count;
}

static bool read_open(int fd, size_t most, struct file_text *text, char *reason) {
    struct stat facts;
    char words[64];
    if (fstat(fd, &facts) != 0) {
        return refuse(reason, "cannot be read", errno);
    }
    if (!S_ISREG(facts.st_mode)) {
        return refuse(reason, S_ISDIR(facts.st_mode) ? "is a folder" : "is no plain file", 0);
    }
    size_t bytes = facts.st_size > 0 ? (size_t)facts.st_size : 0;
    /* One byte more than allowed tells whether it grew while it was read. */
    size_t room = (bytes < most ? bytes : most) + 1;
    text->bytes = malloc(room + 1);
    if (text->bytes == NULL) {
        return refuse(reason, "cannot be read", ENOMEM);
    }
    ssize_t got = bytes > most ? 0 : read_all(fd, text->bytes, room);
    if (got < 0) {
        return refuse(reason, "cannot be read", errno);
    }
    if (bytes > most || (size_t)got > most) {
        (void)snprintf(words, sizeof words, "is larger than %zu bytes", most);
        return refuse(reason, words, 0);
    }
    text->count = (size_t)got;
    text->bytes[text->count] = '\0';
    return true;
}

bool file_read(int folder, const char *name, size_t most, struct file_text *text, char *reason) {
    *text = (struct file_text){.bytes = NULL};
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 && errno == ELOOP) {
        return refuse(reason, "is a symbolic link", 0);
    }
    if (fd < 0) {
        return refuse(reason, "cannot be read", errno);
    }
    bool good = read_open(fd, most, text, reason);
    int error = errno;
    close(fd);
    if (!good) {
        file_release(text);
    }
    errno = good ? 0 : error;
    return good;
}

void file_release(struct file_text *text) {
    free(text->bytes);
    *text = (struct file_text){.bytes = NULL};
}

static bool write_all(int fd, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t put = write(fd, bytes, count);
        if (put < 0 && errno != EINTR) {
            return false;
        }
        bytes += put > 0 ? put : 0;
        count -= put > 0 ? (size_t)put : 0;
    }
    return true;
}

static bool give_rights(int fd, const struct file_rights *rights) {
    struct stat facts;
    if (fstat(fd, &facts) != 0) {
        return false;
    }
    bool group = rights->group != (gid_t)-1 && rights->group != facts.st_gid;
    return (!group || fchown(fd, (uid_t)-1, rights->group) == 0) && fchmod(fd, rights->mode) == 0;
}

/* A file that is nobody's yet, for nobody else to read until it has its rights. */
static bool write_aside(int folder, const char *aside, const struct file_text *text,
                        const struct file_rights *rights) {
    (void)unlinkat(folder, aside, 0);
    int fd = openat(folder, aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return false;
    }
    bool good =
        give_rights(fd, rights) && write_all(fd, text->bytes, text->count) && fsync(fd) == 0;
    int error = errno;
    good = close(fd) == 0 && good;
    errno = good ? 0 : error;
    return good;
}

bool file_replace(int folder, const char *name, const struct file_text *text,
                  const struct file_rights *rights, char *reason) {
    char aside[ASIDE_BYTES];
    int bytes = snprintf(aside, sizeof aside, ".%s.new", name);
    if (bytes < 0 || (size_t)bytes >= sizeof aside) {
        return refuse(reason, "cannot be written", ENAMETOOLONG);
    }
    if (!write_aside(folder, aside, text, rights) || renameat(folder, aside, folder, name) != 0) {
        int error = errno;
        (void)unlinkat(folder, aside, 0);
        return refuse(reason, "cannot be written", error);
    }
    /* The rename stands whatever becomes of the folder's sync: at worst a power cut undoes it. */
    (void)fsync(folder);
    return true;
}

bool file_overwrite(int folder, const char *name, const struct file_text *text, off_t at) {
    int fd = openat(folder, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        return false;
    }
    bool good =
        lseek(fd, at, SEEK_SET) == at && write_all(fd, text->bytes, text->count) && fsync(fd) == 0;
    int error = errno;
    good = close(fd) == 0 && good;
    errno = good ? 0 : error;
    return good;
}
