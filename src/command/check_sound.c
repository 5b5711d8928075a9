/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The part of `hallcall check` that plays: each configured output, and which others there are.
 *
 * A device that opens proves little (a monitor that is switched off opens), so a moment of
 * near-silence is played and looked at. Listed is what a person can plug something into, with the
 * name to write into the configuration.
 *
 * A device that takes one program only (HDMI on a Raspberry Pi) is busy while the hall runs, which
 * is how it should be. So whoever holds it is asked about: it is well if that is `hallcall run` for
 * this very display with this very device, by its command line and what that configures.
 */
#include "command/checking.h"
#include "command/command.h"
#include "system/clock.h"
#include "voice/connector.h"
#include "voice/devices.h"
#include "voice/holder.h"
#include "voice/outlet.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
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

static const char *root_of(const struct checking *checking) {
    return checking->root != NULL ? checking->root : "";
}

/* Whether a configuration is of this display and plays on the device. */
static bool is_ours(const struct checking *checking, const struct settings *theirs,
                    const char *device) {
    const struct settings *ours = &checking->config.settings;
    return strcmp(theirs->display.site, ours->display.site) == 0 &&
           strcmp(theirs->display.id, ours->display.id) == 0 &&
           (strcmp(theirs->audio.device, device) == 0 ||
            strcmp(theirs->audio.second_device, device) == 0);
}

/* Whether a program is `hallcall run` for this display on the device. Its options are good, or it
 * would not run; what it was configured with is read as it is now. */
static bool is_our_hall(const struct checking *checking, struct holder *holder,
                        const char *device) {
    const char *trace = NULL;
    const struct option_spec specs[] = {{.name = "--trace", .takes_value = true, .value = &trace},
                                        {.name = NULL}};
    struct common_options common;
    const char *slash = strrchr(holder->words[0], '/');
    const char *program = slash != NULL ? slash + 1 : holder->words[0];
    if (strcmp(program, "hallcall") != 0 || holder->words_count < 2 ||
        strcmp(holder->words[1], command_run.name) != 0 ||
        !options_parse(&command_run, holder->words_count - 1, holder->words + 1, specs, &common)) {
        return false;
    }
    struct config *config = calloc(1, sizeof *config);
    struct diagnostics *diagnostics = calloc(1, sizeof *diagnostics);
    bool ours =
        config != NULL && diagnostics != NULL &&
        config_load(common.config_path, common.sets, common.sets_count, config, diagnostics) &&
        is_ours(checking, &config->settings, device);
    free(config);
    free(diagnostics);
    return ours;
}

static bool held_by_the_hall(const struct checking *checking, const char *device) {
    static struct holder holder;
    long threads[HOLDERS_MAX];
    size_t count = holders_list(root_of(checking), device, threads);
    for (size_t i = 0; i < count; i++) {
        if (holder_read(root_of(checking), threads[i], &holder) &&
            is_our_hall(checking, &holder, device)) {
            return true;
        }
    }
    return false;
}

/* One of the outputs. */
struct output_check {
    const char *what, *device, *connector;
    struct device *used; /* which hardware it is, when that is known */
};

static void tell_closed(struct checking *checking, const struct output_check *output, int error,
                        const char *reason) {
    if (error == EBUSY && held_by_the_hall(checking, output->device)) {
        checking_tell(checking, VERDICT_OK, output->what,
                      "%s is in use by this display's own hall, which is running; its status says "
                      "whether it plays",
                      output->device);
    } else {
        checking_tell(checking, VERDICT_PROBLEM, output->what, "%s", reason);
    }
}

static void tell_open(struct checking *checking, const struct output_check *output,
                      struct sink *sink) {
    const char *device = output->device;
    if (strcmp(device, "none") == 0) {
        checking_tell(checking, VERDICT_OK, output->what,
                      "none: this output is silent by configuration");
    } else if (!plays(sink)) {
        checking_tell(checking, VERDICT_PROBLEM, output->what,
                      "%s opens but does not play: check its cable and power", device);
    } else {
        checking_tell(checking, VERDICT_OK, output->what,
                      "%s plays; hear it with: hallcall speak A107 --set audio.device=%s", device,
                      device);
    }
}

/* Opens one output, unless its screen is away, and says how it is. */
static void check_output(struct checking *checking, const struct output_check *output) {
    char reason[REASON_BYTES] = "";
    struct connector connector;
    struct sink *sink = NULL;
    int error = 0;
    connector_init(&connector, root_of(checking), output->connector, output->device);
    if (connector_away(&connector, clock_mono_us())) {
        connector_reason(&connector, reason);
    } else {
        sink = sink_open(output->device, clock_mono_us(), reason, &error);
    }
    if (sink == NULL) {
        tell_closed(checking, output, error, reason);
        return;
    }
    tell_open(checking, output, sink);
    (void)sink_hardware(sink, &output->used->card, &output->used->number);
    sink_close(sink);
}

void checking_sound(struct checking *checking) {
    const struct settings *settings = &checking->config.settings;
    struct device used[2] = {{.card = -1, .number = -1}, {.card = -1, .number = -1}};
    bool second = settings->audio.second_device[0] != '\0';
    const struct output_check outputs[2] = {
        {"sound", settings->audio.device, settings->audio.connector, &used[0]},
        {"second output", settings->audio.second_device, "auto", &used[1]}};
    for (size_t i = 0; i < (second ? 2 : 1); i++) {
        check_output(checking, &outputs[i]);
    }
    list_devices(used, second ? 2 : 1);
}
