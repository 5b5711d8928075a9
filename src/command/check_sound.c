/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The part of `hallcall check` that plays: each configured output, and which others there are.
 *
 * A device that opens proves little (a monitor that is switched off opens), so a moment of
 * near-silence is played and looked at. Listed is what a person can plug something into, with the
 * name to write into the configuration.
 */
#include "command/checking.h"
#include "system/clock.h"
#include "voice/devices.h"
#include "voice/outlet.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { PLAY_US = 1000000, PLAY_LOOK_MS = 20 };

static bool plays(struct sink *sink) {
    char reason[REASON_BYTES];
    int64_t gap_us = 0, until_us = clock_mono_us() + PLAY_US;
    while (sink_heard(sink) <= 0 && clock_mono_us() < until_us) {
        outlet_fill(sink, NULL);
        (void)poll(NULL, 0, PLAY_LOOK_MS);
        if (sink_update(sink, &gap_us, reason) == SINK_LOST) {
            return false;
        }
    }
    return sink_heard(sink) > 0;
}

/* Lists what can be chosen, with a mark at what is. */
static void list_devices(const struct device *used, size_t used_count) {
    static struct device list[DEVICES_MAX];
    size_t count = devices_list(list);
    for (size_t i = 0; i < count; i++) {
        bool chosen = false;
        for (size_t j = 0; j < used_count; j++) {
            chosen = chosen || (list[i].card == used[j].card && list[i].number == used[j].number);
        }
        printf("%-8s %-14s %s: %s%s\n", "", "device", list[i].name, list[i].title,
               chosen ? " (used)" : "");
    }
    if (count == 0) {
        printf("%-8s %-14s no sound card is here, or this user is not in the group audio\n", "",
               "device");
    }
}

/* Opens one output and says how it is, and which hardware it is when that is known. */
static void check_output(struct checking *checking, const char *what, const char *device,
                         struct device *used) {
    char reason[REASON_BYTES] = "";
    int error = 0;
    struct sink *sink = sink_open(device, clock_mono_us(), reason, &error);
    if (sink == NULL) {
        checking_tell(checking, VERDICT_PROBLEM, what, "%s", reason);
    } else if (strcmp(device, "none") == 0) {
        checking_tell(checking, VERDICT_OK, what, "none: this output is silent by configuration");
    } else if (!plays(sink)) {
        checking_tell(checking, VERDICT_PROBLEM, what,
                      "%s opens but does not play: check its cable and power", device);
    } else {
        checking_tell(checking, VERDICT_OK, what,
                      "%s plays; hear it with: hallcall speak A107 --set audio.device=%s", device,
                      device);
    }
    if (sink != NULL) {
        (void)sink_hardware(sink, &used->card, &used->number);
    }
    sink_close(sink);
}

void checking_sound(struct checking *checking) {
    const struct settings *settings = &checking->config.settings;
    struct device used[2] = {{.card = -1, .number = -1}, {.card = -1, .number = -1}};
    bool second = settings->audio.second_device[0] != '\0';
    check_output(checking, "sound", settings->audio.device, &used[0]);
    if (second) {
        check_output(checking, "second output", settings->audio.second_device, &used[1]);
    }
    list_devices(used, second ? 2 : 1);
}
