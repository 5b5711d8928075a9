/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading a command's arguments, the same way for every command.
 *
 * Options may stand anywhere before "--", as "--name value" or "--name=value". There are no short
 * ones: these commands are written into scripts and units, where words are read more often than
 * typed. argv is put in order (options first), so that a command finds its operands together.
 *
 * Considered and refused: getopt_long, which accepts shortened names (a script would break when an
 * option with the same beginning is added) and cannot say which option was meant.
 */
#include "command/command.h"
#include "config/suggest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT_MAX = 1000000 };

/* One pass over argv. */
struct parsing {
    const struct command *command;
    int argc, next; /* next argument to look at */
    char **argv;
    const struct option_spec *specs;
    struct common_options *common;
    bool help;
};

static void complain(const struct parsing *parsing, const char *argument, const char *words) {
    fprintf(stderr, "hallcall %s: %s: %s\nTry \"hallcall %s --help\".\n", parsing->command->name,
            argument, words, parsing->command->name);
}

static void complain_unknown(const struct parsing *parsing, const char *argument,
                             const char *name) {
    static const char *const common[] = {"--config", "--set", "--help"};
    struct suggestion suggestion;
    char words[120];
    suggestion_init(&suggestion, name);
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++) {
        suggestion_offer(&suggestion, common[i]);
    }
    for (size_t i = 0; parsing->specs[i].name != NULL; i++) {
        suggestion_offer(&suggestion, parsing->specs[i].name);
    }
    if (suggestion.best != NULL) {
        snprintf(words, sizeof words, "unknown option; did you mean %s?", suggestion.best);
    } else {
        snprintf(words, sizeof words, "unknown option");
    }
    complain(parsing, argument, words);
}

/* The value of the option at next - 1: behind its "=", or the next argument. */
static const char *take_value(struct parsing *parsing, const char *argument, const char *equals) {
    if (equals != NULL) {
        return equals + 1;
    }
    if (parsing->next < parsing->argc) {
        return parsing->argv[parsing->next++];
    }
    complain(parsing, argument, "expected a value behind it");
    return NULL;
}

static bool read_common(struct parsing *parsing, const char *argument, bool config,
                        const char *equals) {
    const char *value = take_value(parsing, argument, equals);
    if (value == NULL) {
        return false;
    }
    if (config) {
        parsing->common->config_path = value;
        return true;
    }
    if (parsing->common->sets_count == SETS_MAX) {
        complain(parsing, argument, "expected at most 64 of these");
        return false;
    }
    parsing->common->sets[parsing->common->sets_count++] = value;
    return true;
}

static bool read_own(struct parsing *parsing, const struct option_spec *spec, const char *argument,
                     const char *equals) {
    if (!spec->takes_value) {
        if (equals != NULL) {
            complain(parsing, argument, "expected no value");
            return false;
        }
        *spec->flag = true;
        return true;
    }
    const char *value = take_value(parsing, argument, equals);
    if (value != NULL) {
        *spec->value = value;
    }
    return value != NULL;
}

/* Reads one option, which stands at next. */
static bool read_option(struct parsing *parsing) {
    const char *argument = parsing->argv[parsing->next++];
    const char *equals = strchr(argument, '=');
    size_t bytes = equals != NULL ? (size_t)(equals - argument) : strlen(argument);
    char name[64] = "";
    if (bytes < sizeof name) {
        memcpy(name, argument, bytes);
        name[bytes] = '\0';
    }
    if (strcmp(name, "--help") == 0 || strcmp(argument, "-h") == 0) {
        parsing->help = true;
        return true;
    }
    if (strcmp(name, "--config") == 0 || strcmp(name, "--set") == 0) {
        return read_common(parsing, argument, strcmp(name, "--config") == 0, equals);
    }
    for (size_t i = 0; parsing->specs[i].name != NULL; i++) {
        if (strcmp(name, parsing->specs[i].name) == 0) {
            return read_own(parsing, &parsing->specs[i], argument, equals);
        }
    }
    complain_unknown(parsing, argument, name);
    return false;
}

/* Whether an argument is an option: "-" alone and negative numbers are not. */
static bool is_option(const char *argument) {
    return argument[0] == '-' && argument[1] != '\0' && strchr("0123456789.", argument[1]) == NULL;
}

/* Moves what was read as an option before the operands that were met so far. */
static void put_before(char **argv, int operands, int first, int end) {
    for (int i = first; i < end; i++) {
        char *option = argv[i];
        memmove(argv + operands + 1, argv + operands, (size_t)(i - operands) * sizeof *argv);
        argv[operands++] = option;
    }
}

static bool read_all(struct parsing *parsing, int *operands) {
    bool literal = false; /* after "--" */
    parsing->next = *operands = 1;
    while (parsing->next < parsing->argc) {
        int first = parsing->next;
        if (literal || !is_option(parsing->argv[first])) {
            parsing->next++;
            continue;
        }
        if (strcmp(parsing->argv[first], "--") == 0) {
            literal = true;
            parsing->next++;
        } else if (!read_option(parsing)) {
            return false;
        }
        put_before(parsing->argv, *operands, first, parsing->next);
        *operands += parsing->next - first;
    }
    return true;
}

bool options_parse(const struct command *command, int argc, char **argv,
                   const struct option_spec *specs, struct common_options *common) {
    static const struct option_spec none = {.name = NULL};
    struct parsing parsing = {.command = command,
                              .argc = argc,
                              .argv = argv,
                              .specs = specs != NULL ? specs : &none,
                              .common = common};
    memset(common, 0, sizeof *common);
    if (!read_all(&parsing, &common->operands)) {
        common->code = EXIT_USAGE;
        return false;
    }
    if (parsing.help) {
        fputs(command->usage, stdout);
        common->code = EXIT_OK;
        return false;
    }
    return true;
}

bool options_count(const struct command *command, const char *name, const char *text,
                   int64_t *value) {
    char *end = NULL;
    errno = 0;
    long long number = text != NULL ? strtoll(text, &end, 10) : 0;
    if (text == NULL) {
        return true;
    }
    if (errno != 0 || end == text || *end != '\0' || number < 1 || number > COUNT_MAX) {
        fprintf(stderr, "hallcall %s: %s: \"%s\": expected a number from 1 to %d\n", command->name,
                name, text, COUNT_MAX);
        return false;
    }
    *value = number;
    return true;
}

int command_no_memory(void) {
    fputs("hallcall: out of memory\n", stderr);
    return EXIT_RUNTIME;
}

bool options_load(struct common_options *common, struct config *config) {
    struct diagnostics *diagnostics = calloc(1, sizeof *diagnostics);
    if (diagnostics == NULL) {
        common->code = command_no_memory();
        return false;
    }
    bool good =
        config_load(common->config_path, common->sets, common->sets_count, config, diagnostics);
    diagnostics_print(diagnostics, stderr);
    common->code = good ? EXIT_OK : diagnostics->shortage ? EXIT_RUNTIME : EXIT_CONFIG;
    free(diagnostics);
    return good;
}
