/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `hallcall check`: would this display work? Each line is ok, or says what to do.
 *
 * It tries the very parts that `run` uses, with the options that `run` would use (wiring.h): every
 * language is really spoken by the engine, the device is really opened, the broker really asked.
 * All lines are printed even when an early one fails, because a person on a ladder wants one list.
 */
#include "command/checking.h"
#include "command/command.h"
#include "command/wiring.h"
#include "config/lists.h"
#include "config/value.h"
#include "screen/faces.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: hallcall check [--config FILE] [--set section.key=value]...\n"
    "\n"
    "Tries everything a display needs: configuration, faces, themes, logo, voices, sound, broker.\n"
    "Each line is ok or says what to do. Exits 0 when all is well or only warned of, 1 when "
    "something "
    "is\n"
    "not, 78 when the configuration cannot be used.\n";

void checking_tell(struct checking *checking, enum verdict verdict, const char *what,
                   const char *format, ...) {
    static const char *const words[] = {"ok", "WARNING", "PROBLEM"};
    va_list arguments;
    va_start(arguments, format);
    printf("%-8s %-14s ", words[verdict], what);
    vprintf(format, arguments);
    putchar('\n');
    va_end(arguments);
    checking->well = checking->well && verdict != VERDICT_PROBLEM;
}

void checking_diagnostics(struct checking *checking, const char *what,
                          const struct diagnostics *diagnostics) {
    size_t kept = diagnostics->count < DIAGNOSTICS_MAX ? diagnostics->count : DIAGNOSTICS_MAX;
    for (size_t i = 0; i < kept; i++) {
        checking_tell(checking, VERDICT_PROBLEM, what, "%s", diagnostics->lines[i]);
    }
}

/* Whose calls it shows. */
static void tell_group(struct checking *checking) {
    const struct counter_group *group = &checking->config.hall.group;
    char counters[VALUE_TEXT_BYTES];
    if (group->count > 0) {
        lists_write_group(group, counters, sizeof counters);
        checking_tell(checking, VERDICT_OK, "counters", "only calls to %s are shown and spoken",
                      counters);
    }
}

static void check_faces(struct checking *checking) {
    struct screen_options options;
    static struct diagnostics diagnostics;

    wire_screen(&checking->config.settings, &options);
    memset(&diagnostics, 0, sizeof diagnostics);
    struct faces *faces = faces_create(options.fonts_file, &diagnostics);
    if (faces == NULL) {
        checking_diagnostics(checking, "faces", &diagnostics);
    } else {
        checking_tell(checking, VERDICT_OK, "faces", "%s", options.fonts_file);
        checking_type(checking, faces);
    }
    faces_destroy(faces);
}

static void check_broker(struct checking *checking) {
    struct link_options options;
    struct topic_names names;
    char words[REASON_BYTES * 2] = "";
    wire_topics(&checking->config.settings, &names);
    wire_sender_link(&checking->config.settings, &options);
    bool well = link_probe(&options, words, sizeof words);
    checking_tell(checking, well ? VERDICT_OK : VERDICT_PROBLEM, "broker", "%s", words);
}

static int run(int argc, char **argv) {
    struct common_options common = {0};
    if (!options_parse(&command_check, argc, argv, NULL, &common)) {
        return common.code;
    }
    struct checking *checking = calloc(1, sizeof *checking);
    if (checking == NULL) {
        return command_no_memory();
    }
    if (!options_load(&common, &checking->config)) {
        free(checking);
        return common.code;
    }
    checking->well = true;
    checking_tell(checking, VERDICT_OK, "configuration", "%s, display %s in hall %s",
                  checking->config.settings.display.site, checking->config.settings.display.id,
                  checking->config.settings.display.hall);
    tell_group(checking);
    check_faces(checking);
    checking_look(checking);
    checking_display(checking);
    checking_voices(checking);
    checking_outside(checking);
    checking_sound(checking);
    check_broker(checking);
    int code = checking->well ? EXIT_OK : EXIT_RUNTIME;
    free(checking);
    return code;
}

const struct command command_check = {
    .name = "check", .summary = "say what works and what to do", .usage = usage, .run = run};
