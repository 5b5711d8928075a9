/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Outputs from /sys/class/drm: a folder each, card0-HDMI-A-1, with status, modes, edid and (since
 * Linux 6.0) connector_id.
 *
 * SDL numbers the outputs of one card in the order of their ids, and leaves out those without a
 * monitor or without a mode (and never sees a writeback connector, which writes pictures into
 * memory), so `number` is counted like that.
 *
 * A monitor has no modes here before somebody has asked the card for them; SDL does when it starts,
 * with the card that it was given. So a card may be chosen by an output that tells no mode yet, but
 * no window is put there.
 *
 * Refused: libdrm (the same by ioctls, and it has to open the card, of which there may be just one
 * opener), udev's events (four small files read each 250 ms are found out as soon, without a
 * library and a socket).
 */
#include "screen/kms_outputs.h"

#include "core/text.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_ROOM = 512, MODES_ROOM = 4096 };

struct found {
    struct output output;
    int connector;
};

/* How many bytes of a file in a folder of an output there are; 0 when it cannot be read. */
static size_t read_part(const char *folder, const char *part, void *bytes, size_t room) {
    char path[PATH_ROOM];
    int length = snprintf(path, sizeof path, "%s/%s", folder, part);
    FILE *file = length > 0 && length < PATH_ROOM ? fopen(path, "rbe") : NULL;
    size_t count = 0;
    if (file != NULL) {
        count = fread(bytes, 1, room, file);
        (void)fclose(file);
    }
    return count;
}

static void read_words(const char *folder, const char *part, char *words, size_t room) {
    words[read_part(folder, part, words, room - 1)] = '\0';
}

/* Whether the kernel knows a mode of the monitor's: without one SDL does not see it. */
static bool has_mode(const struct output *output) {
    return output->box.width > 0 && output->box.height > 0;
}

/* Whether a folder's name is an output's and a monitor is there. */
static bool read_output(const char *folder, const char *entry, struct found *found) {
    static const char writeback[] = "-Writeback-";
    char path[PATH_ROOM], words[64];
    uint8_t bytes[EDID_BYTES];
    struct edid edid;
    struct output *output = &found->output;
    *found = (struct found){.connector = 0};
    char *rest = NULL;
    if (strncmp(entry, "card", 4) != 0) {
        return false;
    }
    output->card = (int)strtol(entry + 4, &rest, 10);
    if (rest == entry + 4 || rest[0] != '-' || strncmp(rest, writeback, strlen(writeback)) == 0) {
        return false;
    }
    (void)snprintf(path, sizeof path, "%s/%s", folder, entry);
    read_words(path, "status", words, sizeof words);
    if (strncmp(words, "connected", strlen("connected")) != 0) {
        return false;
    }
    text_copy(output->name, sizeof output->name, rest + 1);
    read_words(path, "modes", words, sizeof words);
    output->box.width = (int)strtol(words, &rest, 10);
    output->box.height = rest[0] == 'x' ? (int)strtol(rest + 1, NULL, 10) : 0;
    read_words(path, "connector_id", words, sizeof words);
    found->connector = (int)strtol(words, NULL, 10);
    if (edid_read(bytes, read_part(path, "edid", bytes, sizeof bytes), &edid)) {
        memcpy(output->monitor, edid.monitor, sizeof output->monitor);
        output->width_mm = edid.width_mm;
        output->height_mm = edid.height_mm;
    }
    return true;
}

static int compare(const void *left, const void *right) {
    const struct found *a = left, *b = right;
    if (a->output.card != b->output.card) {
        return a->output.card < b->output.card ? -1 : 1;
    }
    if (a->connector != b->connector) {
        return a->connector < b->connector ? -1 : 1;
    }
    return strcmp(a->output.name, b->output.name);
}

/* All outputs with a monitor, in order. */
static size_t read_outputs(const char *folder, struct found found[OUTPUTS_MAX]) {
    size_t count = 0;
    DIR *entries = opendir(folder);
    struct dirent *entry = NULL;
    while (entries != NULL && count < OUTPUTS_MAX && (entry = readdir(entries)) != NULL) {
        count += read_output(folder, entry->d_name, &found[count]);
    }
    if (entries != NULL) {
        (void)closedir(entries);
    }
    qsort(found, count, sizeof found[0], compare);
    return count;
}

void kms_outputs_list(const char *folder, struct outputs *outputs) {
    struct found found[OUTPUTS_MAX];
    size_t count = read_outputs(folder, found);
    outputs->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (has_mode(&found[i].output)) {
            struct output *output = &outputs->list[outputs->count];
            *output = found[i].output;
            bool first = outputs->count == 0 || output->card != output[-1].card;
            output->number = first ? 0 : output[-1].number + 1;
            outputs->count++;
        }
    }
}

bool kms_outputs_size(const char *folder, const struct output *output, int width, int height) {
    char path[PATH_ROOM], modes[MODES_ROOM], wanted[32];
    (void)snprintf(path, sizeof path, "%s/card%d-%s", folder, output->card, output->name);
    int bytes = snprintf(wanted, sizeof wanted, "%dx%d", width, height);
    read_words(path, "modes", modes, sizeof modes);
    for (const char *at = modes; *at != '\0';) {
        size_t length = strcspn(at, "\n");
        if (length == (size_t)bytes && strncmp(at, wanted, length) == 0) {
            return true;
        }
        at += length + (at[length] != '\0');
    }
    return false;
}

bool kms_outputs_modeless(const char *folder, const char *name) {
    struct found found[OUTPUTS_MAX];
    size_t count = read_outputs(folder, found);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(found[i].output.name, name) == 0) {
            return !has_mode(&found[i].output);
        }
    }
    return false;
}

int kms_outputs_card(const char *folder, const char *name) {
    struct found found[OUTPUTS_MAX];
    size_t count = read_outputs(folder, found);
    const struct output *best = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct output *output = &found[i].output;
        if (strcmp(output->name, name) == 0) {
            return output->card;
        }
        if (best == NULL || (has_mode(output) && !has_mode(best))) {
            best = output;
        }
    }
    return best != NULL ? best->card : -1;
}
