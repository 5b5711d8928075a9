/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands that publish texts: announce and urgent.
 *
 * Both are retained states, replaced or cleared by a later message, and both take a text per
 * language. A notice is cleared by the empty message that makes a broker forget it; an urgent
 * message by one that says so, because "nothing is wrong any more" must reach every display that
 * is listening.
 */
#include "command/sending.h"
#include "feed/compose.h"
#include "feed/timestamp.h"
#include "system/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text_arguments {
    size_t texts_count;
    struct lang_text texts[LANGUAGES_MAX];
    bool clear, speak;
    const char *until, *priority, *repeat, *hall;
};

/* The length of the tag before '=' in "uk=...", 0 when there is none. */
static size_t tag_length(const char *text) {
    size_t letters = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    size_t length = strcspn(text, "=");
    bool region = text[letters] == '-' && length < LANG_BYTES;
    return letters >= 2 && letters <= 3 && text[length] == '=' && (length == letters || region)
               ? length
               : 0;
}

static bool add_text(struct text_arguments *arguments, const char *text) {
    if (arguments->texts_count == LANGUAGES_MAX) {
        return false;
    }
    struct lang_text *entry = &arguments->texts[arguments->texts_count++];
    size_t length = tag_length(text);
    snprintf(entry->tag, sizeof entry->tag, "%.*s", (int)length, text);
    return sending_copy(entry->text, sizeof entry->text, length > 0 ? text + length + 1 : text);
}

/* Takes every --text out of argv, since an option that is given twice has one value for
 * options_parse. Returns the new argc, or -1 when a text is too long, or one too many. */
static int take_texts(int argc, char **argv, struct text_arguments *arguments) {
    int kept = 0;
    for (int i = 0; i < argc; i++) {
        const char *text = NULL;
        if (strncmp(argv[i], "--text=", 7) == 0) {
            text = argv[i] + 7;
        } else if (strcmp(argv[i], "--text") == 0 && i + 1 < argc) {
            text = argv[++i];
        }
        if (text == NULL) {
            argv[kept++] = argv[i];
        } else if (!add_text(arguments, text)) {
            return -1;
        }
    }
    return kept;
}

/* Either texts or --clear; a text without a language stands alone. */
static bool texts_sound(const struct sending *sending, const struct text_arguments *arguments) {
    if (arguments->clear == (arguments->texts_count > 0)) {
        sending_complain(sending->command, "expected either --text or --clear");
        return false;
    }
    for (size_t i = 0; arguments->texts_count > 1 && i < arguments->texts_count; i++) {
        if (arguments->texts[i].tag[0] == '\0') {
            sending_complain(sending->command,
                             "--text: expected a language before each, such as uk=...");
            return false;
        }
    }
    return true;
}

/* Until when a notice holds, and so for how long the broker keeps it. */
static bool read_until(struct sending *sending, const char *text, struct notice *notice) {
    if (text == NULL) {
        return true;
    }
    wall_ms now = clock_moment().wall;
    if (!timestamp_read(text, &notice->valid_until)) {
        sending_complain(sending->command,
                         "--until: expected a time such as 2026-11-22T18:00:00+02:00");
        return false;
    }
    if (now != TIME_UNKNOWN && notice->valid_until <= now) {
        sending_complain(sending->command, "--until: expected a time to come");
        return false;
    }
    if (now != TIME_UNKNOWN && notice->valid_until - now < (int64_t)UINT32_MAX * 1000) {
        sending->publication.expiry_s = (uint32_t)((notice->valid_until - now) / 1000 + 1);
    }
    return true;
}

static int send_notice(struct sending *sending, const struct text_arguments *arguments,
                       const char *id) {
    struct notice notice = {.speak = arguments->speak,
                            .valid_from = TIME_UNKNOWN,
                            .valid_until = TIME_UNKNOWN,
                            .texts_count = arguments->texts_count};
    memcpy(notice.texts, arguments->texts, sizeof notice.texts);
    struct topic_address address = {.topic = TOPIC_NOTICE};
    if (!topic_name_valid(id)) {
        return sending_complain(sending->command,
                                "the notice's id: expected 1 to 32 of a-z, 0-9 and -");
    }
    memcpy(address.notice_id, id, strlen(id));
    if (!sending_find_hall(sending, arguments->hall, &address.from)) {
        return EXIT_USAGE;
    }
    if (!read_until(sending, arguments->until, &notice)) {
        return EXIT_USAGE;
    }
    if (arguments->priority != NULL) {
        int64_t priority_ms;
        if (!sending_read_seconds(arguments->priority, 0, 9, &priority_ms)) {
            return sending_complain(sending->command, "--priority: expected 0 to 9");
        }
        notice.priority = (int)(priority_ms / 1000);
    }
    sending->publication.retained = true;
    sending->publication.payload_bytes =
        arguments->clear ? 0 : compose_notice(&notice, sending->message, sizeof sending->message);
    snprintf(sending->said, sizeof sending->said, "notice %.40s %s", id,
             arguments->clear ? "taken down" : "put up");
    return sending_deliver(sending, &address);
}

static int send_urgent(struct sending *sending, const struct text_arguments *arguments,
                       const char *unused) {
    (void)unused;
    struct urgent urgent = {.active = !arguments->clear, .texts_count = arguments->texts_count};
    memcpy(urgent.texts, arguments->texts, sizeof urgent.texts);
    if (arguments->repeat != NULL &&
        !sending_read_seconds(arguments->repeat, 0, 3600, &urgent.repeat_ms)) {
        return sending_complain(sending->command, "--repeat: expected seconds from 0 to 3600");
    }
    sending->publication.retained = true;
    sending->publication.payload_bytes =
        compose_urgent(&urgent, sending->message, sizeof sending->message);
    snprintf(sending->said, sizeof sending->said, "urgent message %s",
             arguments->clear ? "ended" : "shown");
    return sending_deliver(sending, &(struct topic_address){.topic = TOPIC_URGENT});
}

/* What tells announce and urgent apart. */
struct text_command {
    const struct command *command;
    int operands;
    int (*send)(struct sending *, const struct text_arguments *, const char *operand);
};

static int load_and_send(const struct text_command *which, const struct text_arguments *arguments,
                         struct common_options *common, const char *operand) {
    int code;
    struct sending *sending = calloc(1, sizeof *sending);
    if (sending == NULL) {
        return command_no_memory();
    }
    sending->command = which->command->name;
    if (!texts_sound(sending, arguments)) {
        code = EXIT_USAGE;
    } else if (!options_load(common, &sending->config)) {
        code = common->code;
    } else {
        code = which->send(sending, arguments, operand);
    }
    free(sending);
    return code;
}

static int run_texts(const struct text_command *which, int argc, char **argv) {
    struct text_arguments arguments = {0};
    const char *text = NULL; /* only named here so that --text alone is told as a mistake */
    bool notice = which->operands > 0;
    const struct option_spec specs[] = {
        {.name = "--clear", .flag = &arguments.clear},
        {.name = "--text", .takes_value = true, .value = &text},
        {.name = notice ? "--until" : "--repeat",
         .takes_value = true,
         .value = notice ? &arguments.until : &arguments.repeat},
        {.name = notice ? "--speak" : NULL, .flag = &arguments.speak},
        {.name = "--priority", .takes_value = true, .value = &arguments.priority},
        {.name = "--hall", .takes_value = true, .value = &arguments.hall},
        {.name = NULL},
    };
    struct common_options common = {0};
    argc = take_texts(argc, argv, &arguments);
    if (argc < 0) {
        return sending_complain(which->command->name,
                                "--text: expected up to 8 of at most 480 bytes each");
    }
    if (!options_parse(which->command, argc, argv, specs, &common)) {
        return common.code;
    }
    if (argc - common.operands != which->operands) {
        return sending_complain(which->command->name,
                                notice ? "expected one id" : "expected no operand");
    }
    return load_and_send(which, &arguments, &common, argv[common.operands]);
}

static int run_announce(int argc, char **argv) {
    const struct text_command which = {&command_announce, 1, send_notice};
    return run_texts(&which, argc, argv);
}

static int run_urgent(int argc, char **argv) {
    const struct text_command which = {&command_urgent, 0, send_urgent};
    return run_texts(&which, argc, argv);
}

const struct command command_announce = {
    .name = "announce",
    .summary = "put up a notice, or take it down",
    .usage = "usage: hallcall announce ID --text TEXT [--speak] [--until TIME] [--priority N]\n"
             "       hallcall announce ID --text uk=TEXT --text en=TEXT ...\n"
             "       hallcall announce ID --clear\n"
             "\n"
             "Puts up a notice under an id (1 to 32 of a-z, 0-9 and -), or replaces it.\n"
             "\n"
             "  --text TEXT    the notice; with a language before it (uk=...) up to 8 times\n"
             "  --speak        read it out as well\n"
             "  --until TIME   taken down then, such as 2026-11-22T18:00:00+02:00\n"
             "  --priority N   0 to 9; the higher one is shown first\n"
             "  --hall NAME    for this hall, where the display shows several; else its first\n"
             "  --clear        take it down\n"
             "  --config FILE, --set section.key=value   as for every command\n",
    .run = run_announce,
};

const struct command command_urgent = {
    .name = "urgent",
    .summary = "take the whole screen for an urgent message, or end it",
    .usage = "usage: hallcall urgent --text TEXT [--repeat S]\n"
             "       hallcall urgent --text uk=TEXT --text en=TEXT ...\n"
             "       hallcall urgent --clear\n"
             "\n"
             "Shows an urgent message on every screen of the site and speaks it, until --clear.\n"
             "\n"
             "  --text TEXT    the message; with a language before it (uk=...) up to 8 times\n"
             "  --repeat S     speak it again every S seconds (0: once; at most 3600)\n"
             "  --clear        end it\n"
             "  --config FILE, --set section.key=value   as for every command\n",
    .run = run_urgent,
};
