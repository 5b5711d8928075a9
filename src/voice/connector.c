/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state is the word in /sys/class/drm/card*-NAME/status, which the kernel keeps up to date and
 * gives without asking the cable. The number of the graphics card is not part of the name, because
 * it changes from one start to the next; if several cards have a connector of that name, one with a
 * screen is enough.
 *
 * Considered and refused: ALSA's "ELD" and "Jack" controls (not every driver has them, nor says at
 * which connector they are; the ELD may outlive the cable); udev's events (a socket and a library
 * more for a word that is read twice a second); opening the device to see (the very thing that
 * must not be done, and an error line in the kernel's log each time).
 */
#include "voice/connector.h"

#include "core/limits.h"
#include "core/text.h"
#include "system/parts.h"
#include "voice/devices.h"

#include <stdio.h>
#include <string.h>

enum { ENTRIES_MAX = 64 };

static const char folder[] = "/sys/class/drm";

/* The connector of a card's id; "" when it does not tell. */
static const char *connector_of(const char *id) {
    static const struct {
        const char *id, *name;
    } known[] = {{"vc4hdmi", "HDMI-A-1"}, {"vc4hdmi0", "HDMI-A-1"}, {"vc4hdmi1", "HDMI-A-2"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(id, known[i].id) == 0) {
            return known[i].name;
        }
    }
    return "";
}

void connector_init(struct connector *connector, const char *root, const char *setting,
                    const char *device) {
    char id[DEVICE_NAME_BYTES];
    *connector = (struct connector){.root = root, .told = strcmp(setting, "auto") != 0};
    if (!connector->told) {
        device_card(device, id);
        text_copy(connector->name, sizeof connector->name, connector_of(id));
    } else if (strcmp(setting, "none") != 0) {
        text_copy(connector->name, sizeof connector->name, setting);
    }
}

void connector_met(struct connector *connector, int card) {
    char file[PART_NAME_BYTES], path[PART_PATH_BYTES], id[CONNECTOR_BYTES];
    if (connector->told) {
        return;
    }
    snprintf(file, sizeof file, "card%d/id", card);
    if (part_path(connector->root, "/proc/asound", file, path) && part_words(path, id, sizeof id)) {
        text_copy(connector->name, sizeof connector->name, connector_of(id));
    }
}

/* Whether an entry of the folder, "card1-HDMI-A-1", is a connector of this name. */
static bool is_named(const char *entry, const char *name) {
    size_t digits = strspn(entry + strlen("card"), "0123456789");
    const char *rest = entry + strlen("card") + digits;
    return digits > 0 && rest[0] == '-' && strcmp(rest + 1, name) == 0;
}

/* Whether every connector of this name says that nothing is connected, and there is one. */
static bool is_away(const struct connector *connector) {
    char entries[ENTRIES_MAX][PART_NAME_BYTES], path[PART_PATH_BYTES], words[32];
    bool away = false;
    if (!part_path(connector->root, folder, "", path)) {
        return false;
    }
    size_t count = part_list(path, "card", entries, ENTRIES_MAX);
    for (size_t i = 0; i < count; i++) {
        char file[PART_NAME_BYTES + 8];
        if (!is_named(entries[i], connector->name)) {
            continue;
        }
        snprintf(file, sizeof file, "%s/status", entries[i]);
        if (!part_path(connector->root, folder, file, path) ||
            !part_words(path, words, sizeof words) || strcmp(words, "disconnected") != 0) {
            return false;
        }
        away = true;
    }
    return away;
}

bool connector_away(struct connector *connector, int64_t now_us) {
    if (connector->name[0] == '\0') {
        return false;
    }
    if (now_us >= connector->look_at_us) {
        connector->look_at_us = now_us + CONNECTOR_LOOK_US;
        connector->away = is_away(connector);
    }
    return connector->away;
}

void connector_reason(const struct connector *connector, char *reason) {
    snprintf(reason, REASON_BYTES,
             "the screen that carries the sound is not connected (%s); check its cable and power",
             connector->name);
}
