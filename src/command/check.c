/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `hallcall check`: would this display work? Each line is ok, or says what to do.
 *
 * It tries the very parts that `run` uses, with the options that `run` would use (wiring.h): every
 * language is really spoken by the engine, the device is really opened, the broker really asked.
 * All lines are printed even when an early one fails, because a person on a ladder wants one list.
 */
#include "command/command.h"
#include "command/wiring.h"
#include "core/phrase.h"
#include "screen/faces.h"
#include "screen/theme.h"
#include "system/clock.h"
#include "voice/engine.h"
#include "voice/sink.h"

#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: hallcall check [--config FILE] [--set section.key=value]...\n"
    "\n"
    "Tries everything a display needs: configuration, faces, theme, voices, sound, broker. Each\n"
    "line is ok or says what to do. Exits 0 when all is well, 1 when something is not, 78 when "
    "the\n"
    "configuration cannot be used.\n";

struct checking {
    struct config config;
    bool well;
};

__attribute__((format(printf, 4, 5))) static void tell(struct checking *checking, bool well,
                                                       const char *what, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    printf("%-8s %-14s ", well ? "ok" : "PROBLEM", what);
    vprintf(format, arguments);
    putchar('\n');
    va_end(arguments);
    checking->well = checking->well && well;
}

static void tell_diagnostics(struct checking *checking, const char *what,
                             const struct diagnostics *diagnostics) {
    size_t kept = diagnostics->count < DIAGNOSTICS_MAX ? diagnostics->count : DIAGNOSTICS_MAX;
    for (size_t i = 0; i < kept; i++) {
        tell(checking, false, what, "%s", diagnostics->lines[i]);
    }
}

static void check_screen_files(struct checking *checking) {
    struct screen_options options;
    struct theme theme;
    static struct diagnostics diagnostics;

    wire_screen(&checking->config.settings, &options);
    memset(&diagnostics, 0, sizeof diagnostics);
    struct faces *faces = faces_create(options.fonts_file, &diagnostics);
    if (faces == NULL) {
        tell_diagnostics(checking, "faces", &diagnostics);
    } else {
        tell(checking, true, "faces", "%s", options.fonts_file);
    }
    faces_destroy(faces);

    memset(&diagnostics, 0, sizeof diagnostics);
    if (theme_read(options.theme_file, &theme, &diagnostics)) {
        tell(checking, true, "theme", "%s", options.theme_file);
    } else {
        tell_diagnostics(checking, "theme", &diagnostics);
    }
}

/* Waits for the engine's answer to one segment; its deadline ends the wait. */
static enum engine_state answer(struct engine *engine) {
    enum engine_state state;
    while ((state = engine_turn(engine, clock_mono_us())) == ENGINE_BUSY) {
        struct pollfd fd = {.fd = engine_fd(engine), .events = POLLIN};
        int64_t left_us = engine_deadline_us(engine) - clock_mono_us();
        int64_t left_ms = left_us < 0 ? 0 : left_us / 1000 + 1;
        (void)poll(&fd, 1, left_ms > 1000 ? 1000 : (int)left_ms);
    }
    return state;
}

/* Speaks a whole call into memory. Returns its length in ms; -1 when the engine fails. */
static int64_t speak_sample(struct engine *engine, const struct script *script) {
    int64_t total_ms = 0;
    for (size_t i = 0; i < script->segments_count; i++) {
        engine_ask(engine, script, i, clock_mono_us());
        if (answer(engine) != ENGINE_DONE) {
            return -1;
        }
        struct speech speech = engine_speech(engine);
        if (speech.count == 0 || speech.rate_hz <= 0) {
            return 0;
        }
        total_ms += (int64_t)speech.count * 1000 / speech.rate_hz;
    }
    return total_ms;
}

static void check_voice(struct checking *checking, struct engine *engine,
                        const struct language *language) {
    struct utterance utterance = {
        .serial = 1, .kind = UTTERANCE_CALL, .n = 1, .ticket = "A107", .counter = "4"};
    struct script script;
    memcpy(utterance.lang, language->tag, sizeof utterance.lang);
    if (!phrase_make(&checking->config.hall, &utterance, &script)) {
        tell(checking, false, "voice", "%s: nothing would be said: check its [spoken] call",
             language->tag);
        return;
    }
    int64_t ms = speak_sample(engine, &script);
    if (ms < 0) {
        tell(checking, false, "voice", "%s: %s", language->tag, engine_reason(engine));
    } else if (ms == 0) {
        tell(checking, false, "voice",
             "%s: the engine is silent with the voice %s: choose another in languages/%s.ini",
             language->tag, language->voice, language->tag);
    } else {
        tell(checking, true, "voice", "%s: %s says a call in %lld.%lld s of speech", language->tag,
             language->voice, (long long)ms / 1000, (long long)ms % 1000 / 100);
    }
}

static void check_voices(struct checking *checking) {
    struct voice_options options;
    const struct hall *hall = &checking->config.hall;
    wire_voice(&checking->config.settings, &options);
    struct engine *engine = engine_create(options.engine_path);
    if (engine == NULL) {
        tell(checking, false, "voice", "no memory for the engine");
        return;
    }
    for (size_t i = 0; i < hall->languages_count; i++) {
        check_voice(checking, engine, &hall->languages[i]);
    }
    engine_destroy(engine);
}

static void check_sound(struct checking *checking) {
    const char *device = checking->config.settings.audio.device;
    char reason[REASON_BYTES] = "";
    int error = 0;
    struct sink *sink = sink_open(device, clock_mono_us(), reason, &error);
    if (sink == NULL) {
        tell(checking, false, "sound", "%s", reason);
    } else if (strcmp(device, "none") == 0) {
        tell(checking, true, "sound", "none: this display is silent by configuration");
    } else {
        tell(checking, true, "sound", "%s opens; hear it with: hallcall speak A107", device);
    }
    sink_close(sink);
}

static void check_broker(struct checking *checking) {
    struct link_options options;
    struct topic_names names;
    char words[REASON_BYTES * 2] = "";
    wire_topics(&checking->config.settings, &names);
    wire_sender_link(&checking->config.settings, &options);
    bool well = link_probe(&options, words, sizeof words);
    tell(checking, well, "broker", "%s", words);
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
    tell(checking, true, "configuration", "%s, display %s in hall %s",
         checking->config.settings.display.site, checking->config.settings.display.id,
         checking->config.settings.display.hall);
    check_screen_files(checking);
    check_voices(checking);
    check_sound(checking);
    check_broker(checking);
    int code = checking->well ? EXIT_OK : EXIT_RUNTIME;
    free(checking);
    return code;
}

const struct command command_check = {
    .name = "check", .summary = "say what works and what to do", .usage = usage, .run = run};
