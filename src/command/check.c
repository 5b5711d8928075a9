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
#include "screen/faces.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { CERTIFICATE_DAYS_MIN = 30 }; /* own: time for somebody to come with another one */

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

/* What the access list lets this display do. */
static void tell_access(struct checking *checking, const struct link_visit *visit) {
    if (!visit->reported) {
        checking_tell(checking, VERDICT_PROBLEM, "reports",
                      "%s: is [display] id \"%s\" the name in its certificate or its user name?",
                      visit->report_words, checking->config.settings.display.id);
    }
    for (size_t i = 0; i < visit->boards_count; i++) {
        bool several = visit->boards_count > 1;
        if (visit->boards[i]) {
            checking_tell(checking, VERDICT_OK, "board", "received%s%s",
                          several ? " from hall " : "",
                          several ? halls_name(&checking->config.hall.halls, i) : "");
        } else {
            checking_tell(
                checking, VERDICT_WARNING, "board",
                "no board received on %s: does the queue system keep one there, and does the "
                "broker's access list (ACL) let this display read it?",
                visit->board_topics[i]);
        }
    }
}

/* How long a certificate lasts, when there is one. */
static void tell_days(struct checking *checking, const char *whose,
                      const struct link_validity *validity) {
    if (validity->until[0] != '\0') {
        bool soon = validity->days_left < CERTIFICATE_DAYS_MIN;
        checking_tell(checking, soon ? VERDICT_WARNING : VERDICT_OK, "certificate",
                      "%s is valid until %s, %d days%s", whose, validity->until,
                      validity->days_left, soon ? ": renew it" : "");
    }
}

static void check_broker(struct checking *checking) {
    const struct settings *settings = &checking->config.settings;
    struct link_options options;
    struct topic_names names;
    struct link_visit visit = {0};
    const struct topic_address report = {.topic = TOPIC_VISIT};
    wire_topics(settings, &names);
    wire_hall_link(settings, &names, &options);
    for (size_t i = 0; i < names.halls.count; i++) {
        struct topic_address board = {.topic = TOPIC_BOARD, .from = i};
        topic_write(&names, &board, visit.board_topics[visit.boards_count++]);
    }
    topic_write(&names, &report, visit.report_topic);
    link_visit(&options, &visit);
    if (!visit.accepted) {
        checking_tell(checking, VERDICT_PROBLEM, "broker", "%s", visit.words);
        return;
    }
    tell_days(checking, "this display's", &visit.own);
    tell_days(checking, "that of ca_file", &visit.authority);
    checking_tell(checking, VERDICT_OK, "broker", "%s accepts us (MQTT %s)", settings->broker.url,
                  visit.mqtt_version == 5 ? "5" : "3.1.1");
    tell_access(checking, &visit);
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
    checking_halls(checking);
    check_faces(checking);
    checking_look(checking);
    checking_display(checking);
    checking_voices(checking);
    checking_outside(checking);
    checking_sound(checking);
    checking_machine(checking);
    check_broker(checking);
    int code = checking->well ? EXIT_OK : EXIT_RUNTIME;
    free(checking);
    return code;
}

const struct command command_check = {
    .name = "check", .summary = "say what works and what to do", .usage = usage, .run = run};
