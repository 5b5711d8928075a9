/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * /proc/asound/cardN/pcmMp/subK/status has a line "owner_pid : T" while somebody has the device
 * open. T is the thread that opened it; /proc/T is there for threads too, though it is not listed.
 *
 * Considered and refused: looking through every program's descriptors for /dev/snd (needs the
 * rights of each); a file in which a running hall writes what it holds (would say so after a kill).
 */
#include "voice/holder.h"

#include "system/parts.h"
#include "voice/devices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CARDS_MAX = 32, PARTS_MAX = 32, LINE_BYTES = 128 };

static const char folder[] = "/proc/asound";

struct found {
    long *threads;
    size_t count;
};

static void read_owner(const char *path, struct found *found) {
    char line[LINE_BYTES];
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "owner_pid", strlen("owner_pid")) == 0 && colon != NULL &&
            found->count < HOLDERS_MAX) {
            found->threads[found->count++] = strtol(colon + 1, NULL, 10);
        }
    }
    if (file != NULL) {
        (void)fclose(file);
    }
}

/* Every part of a playback device, "pcm0p"; what records is "pcm0c". */
static void read_device(const char *path, struct found *found) {
    char parts[PARTS_MAX][PART_NAME_BYTES], status[PART_PATH_BYTES];
    if (path[strlen(path) - 1] != 'p') {
        return;
    }
    size_t count = part_list(path, "sub", parts, PARTS_MAX);
    for (size_t i = 0; i < count; i++) {
        char file[PART_NAME_BYTES + 8];
        snprintf(file, sizeof file, "%s/status", parts[i]);
        if (part_path(path, "/", file, status)) {
            read_owner(status, found);
        }
    }
}

static void read_card(const char *path, struct found *found) {
    char devices[PARTS_MAX][PART_NAME_BYTES], device[PART_PATH_BYTES];
    size_t count = part_list(path, "pcm", devices, PARTS_MAX);
    for (size_t i = 0; i < count; i++) {
        if (part_path(path, "/", devices[i], device)) {
            read_device(device, found);
        }
    }
}

/* Whether a card, by its folder, has the id; any has "". */
static bool is_card(const char *path, const char *id) {
    char file[PART_PATH_BYTES], words[DEVICE_NAME_BYTES];
    return id[0] == '\0' || (part_path(path, "/id", "", file) &&
                             part_words(file, words, sizeof words) && strcmp(words, id) == 0);
}

size_t holders_list(const char *root, const char *device, long threads[HOLDERS_MAX]) {
    char cards[CARDS_MAX][PART_NAME_BYTES], path[PART_PATH_BYTES], id[DEVICE_NAME_BYTES];
    struct found found = {.threads = threads};
    device_card(device, id);
    if (!part_path(root, folder, "", path)) {
        return 0;
    }
    size_t count = part_list(path, "card", cards, CARDS_MAX);
    for (size_t i = 0; i < count; i++) {
        if (part_path(root, folder, cards[i], path) && is_card(path, id)) {
            read_card(path, &found);
        }
    }
    return found.count;
}

bool holder_read(const char *root, long thread, struct holder *holder) {
    char path[PART_PATH_BYTES], name[32];
    snprintf(name, sizeof name, "%ld/cmdline", thread);
    FILE *file = part_path(root, "/proc", name, path) ? fopen(path, "rbe") : NULL;
    size_t count = file != NULL ? fread(holder->bytes, 1, HOLDER_BYTES, file) : 0;
    holder->words_count = 0;
    if (file != NULL) {
        (void)fclose(file);
    }
    if (count == 0 || count == HOLDER_BYTES || holder->bytes[count - 1] != '\0') {
        return false;
    }
    for (size_t at = 0; at < count; at += strlen(holder->bytes + at) + 1) {
        if (holder->words_count == HOLDER_WORDS_MAX) {
            return false;
        }
        holder->words[holder->words_count++] = holder->bytes + at;
    }
    holder->words[holder->words_count] = NULL;
    return true;
}
