/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a program said, kept on disk.
 *
 * A file is a line that says what it is, who spoke, the text, the rate and the number of samples,
 * then the samples. It is written whole and renamed, but not forced to the disk: a lost file is
 * made again, and a card in a small computer wears with each write.
 *
 * Considered and refused: a database (its files grow and never shrink by themselves); WAV files
 * (nowhere to keep the text that a file is for).
 */
#include "voice/cache.h"

#include "core/limits.h"
#include "voice/protocol.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PATH_BYTES = CACHE_DIR_BYTES + 48, HEAD_BYTES = 1024, FRESH_S = 24 * 3600 };

#define SUFFIX ".speech"

static uint64_t hash_text(uint64_t hash, const char *text) {
    const unsigned char *byte = (const unsigned char *)text;
    do {
        hash = (hash ^ *byte) * UINT64_C(0x100000001B3); /* FNV-1a, the NUL included */
    } while (*byte++ != '\0');
    return hash;
}

static void path_of(const struct cache *cache, const char *who, const char *text,
                    char path[PATH_BYTES]) {
    uint64_t hash = hash_text(hash_text(UINT64_C(0xCBF29CE484222325), who), text);
    snprintf(path, PATH_BYTES, "%s/%016" PRIx64 SUFFIX, cache->dir, hash);
}

/* The head of a file, without the rate and the number. */
static int write_name(const char *who, const char *text, char head[HEAD_BYTES]) {
    return snprintf(head, HEAD_BYTES, "hallcall speech 1\n%s\n%s\n", who, text);
}

static bool is_ours(const char *name) {
    size_t bytes = strlen(name);
    return bytes == 16 + strlen(SUFFIX) && strcmp(name + 16, SUFFIX) == 0;
}

/* Adds up the folder and finds the file that was not used for longest (oldest may be NULL). */
static int64_t survey(const struct cache *cache, char *oldest) {
    DIR *dir = opendir(cache->dir);
    int64_t bytes = 0;
    time_t since = 0;
    if (oldest != NULL) {
        oldest[0] = '\0';
    }
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        struct stat file;
        if (!is_ours(entry->d_name) || fstatat(dirfd(dir), entry->d_name, &file, 0) != 0) {
            continue;
        }
        bytes += (int64_t)file.st_blocks * 512;
        if (oldest != NULL && (oldest[0] == '\0' || file.st_mtime < since)) {
            snprintf(oldest, PATH_BYTES, "%s/%.40s", cache->dir, entry->d_name);
            since = file.st_mtime;
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
    return bytes;
}

bool cache_init(struct cache *cache, const char *dir, int megabytes, char *reason) {
    memset(cache, 0, sizeof *cache);
    if (dir[0] == '\0') {
        return true;
    }
    bool made = mkdir(dir, 0755) == 0 || errno == EEXIST;
    if (!made || access(dir, R_OK | W_OK | X_OK) != 0) {
        snprintf(reason, REASON_BYTES, "%.80s cannot be used: %s", dir, strerror(errno));
        return false;
    }
    snprintf(cache->dir, sizeof cache->dir, "%s", dir);
    cache->bytes_max = (int64_t)megabytes * 1000000;
    cache->bytes = survey(cache, NULL);
    return true;
}

bool cache_has(const struct cache *cache, const char *who, const char *text) {
    char path[PATH_BYTES];
    if (cache->dir[0] == '\0') {
        return false;
    }
    path_of(cache, who, text, path);
    return access(path, R_OK) == 0;
}

/* Marks it as used, at most once a day. */
static void touch(int fd) {
    struct stat file;
    if (fstat(fd, &file) == 0 && time(NULL) - file.st_mtime > FRESH_S) {
        (void)futimens(fd, NULL);
    }
}

/* Reads and checks everything but the samples. Returns how many there are, 0 when it is not the
 * file that is looked for. */
static size_t read_head(FILE *file, const char *name, int *rate_hz) {
    char head[HEAD_BYTES] = "";
    size_t bytes = strlen(name);
    char *end = NULL;
    if (fread(head, 1, bytes, file) != bytes || memcmp(head, name, bytes) != 0 ||
        fgets(head, sizeof head, file) == NULL) {
        return 0;
    }
    long rate = strtol(head, &end, 10);
    long count = end != NULL && *end == ' ' ? strtol(end, NULL, 10) : 0;
    bool good = rate >= SPEECH_RATE_MIN_HZ && rate <= SPEECH_RATE_MAX_HZ && count > 0 &&
                count <= SPEECH_SAMPLES_MAX;
    *rate_hz = (int)rate;
    return good ? (size_t)count : 0;
}

bool cache_load(const struct cache *cache, const char *who, const char *text, struct sound *sound) {
    char path[PATH_BYTES], name[HEAD_BYTES];
    if (!cache_has(cache, who, text)) {
        return false;
    }
    path_of(cache, who, text, path);
    (void)write_name(who, text, name);
    FILE *file = fopen(path, "re");
    size_t count = file != NULL ? read_head(file, name, &sound->rate_hz) : 0;
    bool good = count > 0 && sound_append(sound, NULL, count) &&
                fread(sound->samples, sizeof sound->samples[0], count, file) == count;
    if (file != NULL) {
        touch(fileno(file));
        (void)fclose(file);
    }
    if (!good) {
        (void)unlink(path);
        sound_finish(sound);
    }
    return good;
}

static void make_room(struct cache *cache, int64_t bytes) {
    char oldest[PATH_BYTES];
    while (cache->bytes + bytes > cache->bytes_max) {
        cache->bytes = survey(cache, oldest);
        if (cache->bytes + bytes <= cache->bytes_max || oldest[0] == '\0' || unlink(oldest) != 0) {
            return;
        }
        cache->bytes = survey(cache, NULL);
    }
}

void cache_store(struct cache *cache, const char *who, const char *text,
                 const struct sound *sound) {
    char path[PATH_BYTES], aside[PATH_BYTES + 8], head[HEAD_BYTES];
    int64_t bytes = (int64_t)(sound->count * sizeof sound->samples[0]) + HEAD_BYTES;
    int name_bytes = write_name(who, text, head);
    if (cache->dir[0] == '\0' || bytes > cache->bytes_max || name_bytes >= HEAD_BYTES - 32) {
        return;
    }
    make_room(cache, bytes);
    path_of(cache, who, text, path);
    snprintf(aside, sizeof aside, "%s.new", path);
    FILE *file = fopen(aside, "we");
    if (file == NULL) {
        return;
    }
    bool good =
        fprintf(file, "%s%d %zu\n", head, sound->rate_hz, sound->count) > 0 &&
        fwrite(sound->samples, sizeof sound->samples[0], sound->count, file) == sound->count;
    good = fclose(file) == 0 && good;
    if (!good || rename(aside, path) != 0) {
        (void)unlink(aside);
        return;
    }
    cache->bytes += bytes;
}
