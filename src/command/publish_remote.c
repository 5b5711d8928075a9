/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands that ask something of one display: mute, volume and repeat.
 *
 * They go to the display of the configuration (--set display.id=... for another one). The broker
 * keeps none of them: what is not obeyed within half a minute is no longer wanted.
 */
#include "command/sending.h"
#include "feed/compose.h"
#include "feed/timestamp.h"
#include "system/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REMOTE_EXPIRY_S = 30 /* the contract's */ };

/* One of the commands: how its operand becomes a message. */
struct remote_command {
    const struct command *command;
    enum topic topic;
    /* Fills *remote and said from the operand (NULL: none) and --until (NULL: none); false when
     * they are not understood, which expected says. */
    bool (*read)(const char *operand, const char *until, struct remote *remote, char *said);
    const char *expected;
};

static bool read_mute(const char *operand, const char *until, struct remote *remote, char *said) {
    int64_t ms = 0;
    remote->kind = REMOTE_MUTE;
    if (until != NULL) {
        snprintf(said, TEXT_BYTES, "muted until %s", until);
        return operand == NULL && timestamp_read(until, &remote->mute_until);
    }
    if (operand == NULL || !sending_read_seconds(operand, 0, REMOTE_MUTE_MS_MAX / 60000, &ms)) {
        return false;
    }
    remote->mute_ms = ms * 60; /* they were minutes */
    if (ms > 0) {
        snprintf(said, TEXT_BYTES, "muted for %s min", operand);
    } else {
        snprintf(said, TEXT_BYTES, "speaks again");
    }
    return true;
}

static bool read_volume(const char *operand, const char *until, struct remote *remote, char *said) {
    int64_t ms = 0;
    (void)until;
    remote->kind = REMOTE_VOLUME;
    if (operand != NULL && strcmp(operand, "reset") == 0) {
        snprintf(said, TEXT_BYTES, "volume as configured");
        return true;
    }
    if (operand == NULL || !sending_read_seconds(operand, 0, 100, &ms)) {
        return false;
    }
    remote->percent = (int)(ms / 1000);
    snprintf(said, TEXT_BYTES, "volume %d %%", remote->percent);
    return true;
}

static bool read_repeat(const char *operand, const char *until, struct remote *remote, char *said) {
    int64_t ms = 1000;
    (void)until;
    remote->kind = REMOTE_REPEAT;
    if (operand != NULL && !sending_read_seconds(operand, 1, REMOTE_REPEAT_MAX, &ms)) {
        return false;
    }
    remote->count = (int)(ms / 1000);
    snprintf(said, TEXT_BYTES,
             remote->count == 1 ? "the last call is repeated" : "the last %d calls are repeated",
             remote->count);
    return true;
}

static int send_remote(const struct remote_command *which, struct sending *sending,
                       struct remote *remote) {
    struct moment now = clock_moment();
    compose_id(now.wall != TIME_UNKNOWN ? now.wall : 0, clock_chance(), remote->id);
    sending->publication.payload_bytes =
        compose_remote(remote, sending->message, sizeof sending->message);
    sending->publication.expiry_s = REMOTE_EXPIRY_S;
    return sending_deliver(sending, &(struct topic_address){.topic = which->topic});
}

static int run_remote(const struct remote_command *which, int argc, char **argv) {
    const char *until = NULL;
    const struct option_spec specs[] = {
        {.name = which->topic == TOPIC_MUTE ? "--until" : NULL,
         .takes_value = true,
         .value = &until},
        {.name = NULL},
    };
    struct common_options common = {0};
    if (!options_parse(which->command, argc, argv, specs, &common)) {
        return common.code;
    }
    struct sending *sending = calloc(1, sizeof *sending);
    if (sending == NULL) {
        return EXIT_RUNTIME;
    }
    struct remote remote = {.mute_until = TIME_UNKNOWN, .percent = VOLUME_UNASKED};
    const char *operand = common.operands < argc ? argv[common.operands] : NULL;
    int code;
    sending->command = which->command->name;
    if (argc - common.operands > 1 || !which->read(operand, until, &remote, sending->said)) {
        code = sending_complain(sending->command, which->expected);
    } else if (!options_load(&common, &sending->config)) {
        code = EXIT_CONFIG;
    } else {
        code = send_remote(which, sending, &remote);
    }
    free(sending);
    return code;
}

static int run_mute(int argc, char **argv) {
    static const struct remote_command which = {
        &command_mute, TOPIC_MUTE, read_mute,
        "expected MINUTES from 0 to 1440, or --until a time such as 2026-11-22T18:00:00+02:00"};
    return run_remote(&which, argc, argv);
}

static int run_volume(int argc, char **argv) {
    static const struct remote_command which = {&command_volume, TOPIC_VOLUME, read_volume,
                                                "expected PERCENT from 0 to 100, or reset"};
    return run_remote(&which, argc, argv);
}

static int run_repeat(int argc, char **argv) {
    static const struct remote_command which = {&command_repeat, TOPIC_REPEAT, read_repeat,
                                                "expected COUNT from 1 to 3"};
    return run_remote(&which, argc, argv);
}

const struct command command_mute = {
    .name = "mute",
    .summary = "let the voice be silent for a while",
    .usage = "usage: hallcall mute MINUTES\n"
             "       hallcall mute --until TIME\n"
             "\n"
             "Calls are shown and not spoken for so long, at most a day (1440); 0 ends it now. An\n"
             "urgent text is spoken all the same.\n"
             "\n"
             "  --until TIME   until then, such as 2026-11-22T18:00:00+02:00\n"
             "  --config FILE, --set section.key=value   as for every command\n",
    .run = run_mute,
};

const struct command command_volume = {
    .name = "volume",
    .summary = "set the volume until it is reset",
    .usage = "usage: hallcall volume PERCENT\n"
             "       hallcall volume reset\n"
             "\n"
             "Sets the volume instead of the configured one, within [audio] volume_min and\n"
             "volume_max, until it is reset or the display is restarted.\n"
             "\n"
             "  --config FILE, --set section.key=value   as for every command\n",
    .run = run_volume,
};

const struct command command_repeat = {
    .name = "repeat",
    .summary = "say the last calls once more",
    .usage = "usage: hallcall repeat [COUNT]\n"
             "\n"
             "Says the last call once more, or up to 3, newest first. Stops at once for a new "
             "call.\n"
             "\n"
             "  --config FILE, --set section.key=value   as for every command\n",
    .run = run_repeat,
};
