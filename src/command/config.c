/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hallcall config: the settings as text.
 *
 * The example file and the manual's list of settings are printed by the program that reads them,
 * so that what is checked in can be compared with what is true.
 */
#include "command/command.h"

#include <stdlib.h>

static const char usage[] =
    "Usage: hallcall config --example | --manual | --show [--config FILE]\n"
    "                       [--set SECTION.KEY=VALUE]...\n"
    "\n"
    "Prints settings.\n"
    "\n"
    "  --example                the commented file with every setting, to start from\n"
    "  --show                   the settings in force, from the file and --set\n"
    "  --manual                 the settings part of hallcall.ini(5), for scdoc\n"
    "  --config FILE            read this file instead of /etc/hallcall/hallcall.ini\n"
    "  --set SECTION.KEY=VALUE  set one value; wins over the file, may be repeated\n"
    "  --help                   this text\n";

static int show(struct common_options *common) {
    struct config *config = calloc(1, sizeof *config);
    if (config == NULL) {
        return command_no_memory();
    }
    bool good = options_load(common, config);
    if (good) {
        config_write_settings(stdout, config);
    }
    free(config);
    return common->code;
}

static int run(int argc, char **argv) {
    bool example = false, manual = false, shown = false;
    const struct option_spec specs[] = {{.name = "--example", .flag = &example},
                                        {.name = "--manual", .flag = &manual},
                                        {.name = "--show", .flag = &shown},
                                        {.name = NULL}};
    struct common_options common;
    if (!options_parse(&command_config, argc, argv, specs, &common)) {
        return common.code;
    }
    if (common.operands != argc || (int)example + (int)manual + (int)shown != 1) {
        fputs("hallcall config: expected one of --example, --show and --manual\n", stderr);
        return EXIT_USAGE;
    }
    int code = EXIT_OK;
    if (example) {
        config_write_example(stdout);
    } else if (manual) {
        config_write_manual(stdout);
    } else {
        code = show(&common);
    }
    if (fflush(stdout) != 0) {
        fputs("hallcall config: standard output cannot be written\n", stderr);
        return EXIT_RUNTIME;
    }
    return code;
}

const struct command command_config = {
    .name = "config",
    .summary = "print the example file, or the settings in force",
    .usage = usage,
    .run = run,
};
