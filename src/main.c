/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * argv to command; the only place that exits.
 *
 * `--voice-engine` is not a command: it is how the voice thread starts its sandboxed child from
 * this same binary (voice/engine.h). Nor is `--ended`, which the service manager runs after the
 * hall has ended (command/endings.h).
 */
#include "command/command.h"
#include "command/endings.h"
#include "voice/espeak.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command *const commands[] = {
    &command_run,      &command_demo,   &command_call,   &command_recall,  &command_withdraw,
    &command_announce, &command_urgent, &command_mute,   &command_volume,  &command_repeat,
    &command_check,    &command_speak,  &command_render, &command_journal, &command_config,
    &command_testcard, &command_import,
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void print_help(FILE *out) {
    fputs("hallcall " HALLCALL_VERSION ": the screen and the voice of a waiting hall\n"
          "\n"
          "usage: hallcall COMMAND [--config FILE] [--set section.key=value]... [...]\n"
          "\n",
          out);
    for (size_t i = 0; i < COMMANDS; i++) {
        fprintf(out, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
    }
    fputs("\n`hallcall COMMAND --help` tells more. Manuals: hallcall(1), hallcall.ini(5),\n"
          "hallcall-mqtt(7).\n",
          out);
}

static const struct command *find_command(const char *name) {
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(commands[i]->name, name) == 0) {
            return commands[i];
        }
    }
    return NULL;
}

int main(int argc, char **argv) {
    const char *name = argc > 1 ? argv[1] : "";
    if (strcmp(name, "--voice-engine") == 0) {
        return espeak_main();
    }
    if (strcmp(name, "--ended") == 0) {
        return endings_note();
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        print_help(stdout);
        return EXIT_OK;
    }
    if (strcmp(name, "--version") == 0) {
        puts("hallcall " HALLCALL_VERSION);
        return EXIT_OK;
    }
    const struct command *command = find_command(name);
    if (command == NULL) {
        fprintf(stderr, "hallcall: %s%s%s\n", argc > 1 ? "no command \"" : "a command is needed",
                name, argc > 1 ? "\"" : "");
        print_help(stderr);
        return EXIT_USAGE;
    }
    return command->run(argc - 1, argv + 1);
}
