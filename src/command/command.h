/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands. main.c finds one by name; each owns its arguments and returns the exit code.
 */
#ifndef HALLCALL_COMMAND_COMMAND_H
#define HALLCALL_COMMAND_COMMAND_H

#include "config/config.h"

#include <stdbool.h>
#include <stdint.h>

/* sysexits.h numbers, named here because they are part of the interface (hallcall(1), EXIT STATUS).
 */
enum exit_code { EXIT_OK = 0, EXIT_RUNTIME = 1, EXIT_USAGE = 64, EXIT_CONFIG = 78 };

struct command {
    const char *name;
    const char *summary;               /* one line of `hallcall --help` */
    const char *usage;                 /* the whole of `hallcall NAME --help` */
    int (*run)(int argc, char **argv); /* argv[0] is the command's name */
};

extern const struct command command_run, command_demo, command_call, command_recall,
    command_withdraw, command_announce, command_urgent, command_mute, command_volume,
    command_repeat, command_check, command_speak, command_render, command_config, command_journal,
    command_testcard, command_import;

/* The --config FILE and --set section.key=value that every command takes. */
enum { SETS_MAX = 64 };
struct common_options {
    const char *config_path; /* NULL: the default */
    size_t sets_count;
    const char *sets[SETS_MAX];
    int operands; /* argv[operands] is the first operand */
    int code;     /* what the command is to return when an options_ function returns false */
};

/* One more option of a command, for options_parse. */
struct option_spec {
    const char *name; /* "--output" */
    bool takes_value;
    const char **value; /* set when takes_value */
    bool *flag;         /* set when not */
};

/* Reads argv: common options, the command's own (specs ends with one without a name; NULL for
 * none), then operands, which are left together from argv[common->operands] on. Returns true to go
 * on; false when the command is to return common->code at once (help was asked for: EXIT_OK; a
 * mistake, already told on stderr with the nearest option: EXIT_USAGE). */
bool options_parse(const struct command *command, int argc, char **argv,
                   const struct option_spec *specs, struct common_options *common);

/* Reads the value of an option that is a number from 1 to 1000000; NULL leaves *value as it is.
 * False when it is something else, told on stderr. */
bool options_count(const struct command *command, const char *name, const char *text,
                   int64_t *value);

/* Loads the configuration, printing every error to stderr. False when the command is to return
 * common->code at once: EXIT_CONFIG for mistakes, EXIT_RUNTIME when the machine ran short. */
bool options_load(struct common_options *common, struct config *config);
/* Says on stderr that memory is out. Returns EXIT_RUNTIME. */
int command_no_memory(void);

#endif
