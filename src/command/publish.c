/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands that publish an event: call, recall and withdraw.
 *
 * For a clerk without a queue system, for scripts, and for trying a hall out. They differ in the
 * event's type and in how many operands they take, so they are one file.
 *
 * Only a call carries an id: it is what makes a redelivery of the same call silent. A recall or a
 * withdrawal by hand names the ticket, and the board knows which call that is.
 */
#include "command/sending.h"
#include "feed/compose.h"
#include "system/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct event_arguments {
    const char *id, *lang, *label, *ttl, *hall;
    bool priority;
};

static void set_fresh_id(struct event *event) {
    struct moment now = clock_moment();
    compose_id(now.wall != TIME_UNKNOWN ? now.wall : 0, clock_chance(), event->id);
}

/* "uk,en" into tags. Their form is the contract's business. */
static bool read_langs(const char *text, struct lang_list *langs) {
    while (text != NULL && *text != '\0') {
        size_t length = strcspn(text, ",");
        if (langs->count == LANGS_PER_CALL_MAX || length >= LANG_BYTES) {
            return false;
        }
        snprintf(langs->tags[langs->count++], LANG_BYTES, "%.*s", (int)length, text);
        text += length + (text[length] == ',');
    }
    return true;
}

static bool fill_event(struct sending *sending, struct event *event,
                       const struct event_arguments *arguments, char **operands) {
    event->seq = -1;
    event->priority = arguments->priority;
    event->time = clock_moment().wall;
    event->ttl_ms = sending->config.hall.policy.ttl_default_ms;
    if (arguments->ttl != NULL && !sending_read_seconds(arguments->ttl, 1, 86400, &event->ttl_ms)) {
        sending_complain(sending->command, "--ttl: expected seconds from 1 to 86400");
        return false;
    }
    if (!read_langs(arguments->lang, &event->langs)) {
        sending_complain(sending->command, "--lang: expected up to 4 tags such as uk,en");
        return false;
    }
    if (!sending_copy(event->ticket, sizeof event->ticket, operands[0]) ||
        !sending_copy(event->counter, sizeof event->counter,
                      operands[0] != NULL ? operands[1] : NULL) ||
        !sending_copy(event->id, sizeof event->id, arguments->id) ||
        !sending_copy(event->label, sizeof event->label, arguments->label)) {
        sending_complain(sending->command, "an argument is too long");
        return false;
    }
    if (event->type == EVENT_CALL) {
        event->n = 1;
        if (event->id[0] == '\0') {
            set_fresh_id(event);
        }
    }
    return true;
}

static int send_event(struct sending *sending, struct event *event,
                      const struct topic_address *address) {
    static const char *const done[] = {
        [EVENT_CALL] = "called", [EVENT_RECALL] = "called again", [EVENT_WITHDRAW] = "withdrawn"};
    sending->publication.payload_bytes =
        compose_event(event, sending->message, sizeof sending->message);
    sending->publication.expiry_s = (uint32_t)(event->ttl_ms / 1000);
    snprintf(sending->said, sizeof sending->said, "%s %s%s%s", event->ticket, done[event->type],
             event->counter[0] != '\0' ? " to counter " : "", event->counter);
    return sending_deliver(sending, address);
}

/* How many operands a command takes. */
struct operand_count {
    int min, max;
};

static int run_event(const struct command *command, enum event_type type,
                     struct operand_count expected, int argc, char **argv) {
    struct event_arguments arguments = {0};
    const struct option_spec specs[] = {
        {.name = "--ttl", .takes_value = true, .value = &arguments.ttl},
        {.name = type == EVENT_CALL ? "--id" : NULL, .takes_value = true, .value = &arguments.id},
        {.name = "--lang", .takes_value = true, .value = &arguments.lang},
        {.name = "--label", .takes_value = true, .value = &arguments.label},
        {.name = "--priority", .flag = &arguments.priority},
        {.name = "--hall", .takes_value = true, .value = &arguments.hall},
        {.name = NULL},
    };
    struct common_options common = {0};
    if (!options_parse(command, argc, argv, specs, &common)) {
        return common.code;
    }
    int code;
    struct sending *sending = calloc(1, sizeof *sending);
    if (sending == NULL) {
        return command_no_memory();
    }
    struct event event = {.type = type};
    struct topic_address address = {.topic = TOPIC_EVENT};
    sending->command = command->name;
    int given = argc - common.operands;
    if (given < expected.min || given > expected.max) {
        code = sending_complain(sending->command,
                                given < expected.min ? "something is missing" : "too much");
    } else if (!options_load(&common, &sending->config)) {
        code = common.code;
    } else if (!fill_event(sending, &event, &arguments, argv + common.operands) ||
               !sending_find_hall(sending, arguments.hall, &address.from)) {
        code = EXIT_USAGE;
    } else {
        code = send_event(sending, &event, &address);
    }
    free(sending);
    return code;
}

static int run_call(int argc, char **argv) {
    return run_event(&command_call, EVENT_CALL, (struct operand_count){2, 2}, argc, argv);
}

static int run_recall(int argc, char **argv) {
    return run_event(&command_recall, EVENT_RECALL, (struct operand_count){1, 2}, argc, argv);
}

static int run_withdraw(int argc, char **argv) {
    return run_event(&command_withdraw, EVENT_WITHDRAW, (struct operand_count){1, 1}, argc, argv);
}

const struct command command_call = {
    .name = "call",
    .summary = "call a ticket to a counter",
    .usage =
        "usage: hallcall call TICKET COUNTER [--lang uk,en] [--label TEXT] [--priority]\n"
        "                     [--ttl S] [--id ID] [--hall NAME]\n"
        "\n"
        "Calls a ticket: it is shown and spoken in the hall of the configuration.\n"
        "\n"
        "  --lang TAGS    the visitor's languages, at most 4, first one first\n"
        "  --label TEXT   what the counter is called this time\n"
        "  --priority     mark the visitor as served out of turn; the words spoken are the same\n"
        "  --ttl S        not spoken when it arrives later than this (1 to 86400)\n"
        "  --id ID        the call's id; without it a new one is made\n"
        "  --hall NAME    in this hall, where the display shows several; else in its first\n"
        "  --config FILE, --set section.key=value   as for every command\n",
    .run = run_call,
};

const struct command command_recall = {
    .name = "recall",
    .summary = "call a ticket again",
    .usage = "usage: hallcall recall TICKET [COUNTER] [--ttl S] [--hall NAME]\n"
             "\n"
             "Calls a ticket again, to the counter where it was called or to another one.\n"
             "\n"
             "  --ttl S        not spoken when it arrives later than this (1 to 86400)\n"
             "  --hall NAME    in this hall, where the display shows several; else in its first\n"
             "  --config FILE, --set section.key=value   as for every command\n",
    .run = run_recall,
};

const struct command command_withdraw = {
    .name = "withdraw",
    .summary = "take a call back",
    .usage = "usage: hallcall withdraw TICKET [--hall NAME]\n"
             "\n"
             "Takes a call off the screen; if it has not been spoken yet it will not be.\n"
             "\n"
             "  --ttl S        ignored when it arrives later than this (1 to 86400)\n"
             "  --hall NAME    in this hall, where the display shows several; else in its first\n"
             "  --config FILE, --set section.key=value   as for every command\n",
    .run = run_withdraw,
};
