/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hallcall testcard: is this the right display, whole, at the right size, with its faces and its
 * two loudspeakers?
 *
 * Display, layout, faces and loudspeaker are those of `run` (wiring.h). The card is made anew every
 * two seconds and shown when something on it differs, so a network cable that is plugged in shows
 * its address, and a display that went comes back. Left and right are heard once, in the words of
 * the hall's first language.
 *
 * Refused: asking the broker (that is `hallcall check`: a card hangs for minutes, and two displays
 * of one identity would take each other's connection).
 */
#include "core/testcard.h"
#include "command/command.h"
#include "command/drawing.h"
#include "command/wiring.h"
#include "config/lists.h"
#include "core/text.h"
#include "system/addresses.h"
#include "system/clock.h"
#include "system/signals.h"

#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LOOK_MS = 2000, RETRY_MS = 1000, REPAINT_MS = 250, SHOWN_MAX = 4 };

struct arguments {
    const char *output, *size, *seconds;
    bool silent;
};

struct showing {
    struct config config;
    struct screen_options options;
    struct mounting mounting; /* the diagonal as the monitor says it, where nobody told */
    struct sheet sheet;
    struct testcard card, shown;
    struct scene scene;
    struct screen *screen; /* NULL: it went, and is asked for again */
    bool stale;            /* what is on the screen is not `shown` */
    struct inbox *inbox;
    struct voice *voice; /* NULL: nothing (more) is played */
    enum testcard_side asked, heard;
    char sound[REASON_BYTES]; /* how it is */
    int code;
};

/* --- what stands on the card --- */

__attribute__((format(printf, 3, 4))) static void add_fact(struct testcard *card, const char *name,
                                                           const char *format, ...) {
    va_list values;
    if (card->facts_count == TESTCARD_FACTS_MAX) {
        return;
    }
    va_start(values, format);
    (void)vsnprintf(card->facts[card->facts_count].value, sizeof card->facts[0].value, format,
                    values);
    va_end(values);
    text_copy(card->facts[card->facts_count++].name, sizeof card->facts[0].name, name);
}

/* The distance that the picture is really read from, metres; 0 when the diagonal is not known. */
static double reach_m(const struct showing *showing) {
    const struct mounting *mounting = &showing->mounting;
    const struct sheet *sheet = &showing->sheet;
    if (mounting->diagonal_in <= 0 || mounting->distance_m <= 0) {
        return sheet_usual_distance(sheet->kind, sheet->width, sheet->height, mounting);
    }
    return layout_fit(sheet) == LAYOUT_TOO_SMALL ? layout_reach_m(sheet, mounting)
                                                 : mounting->distance_m;
}

static void add_samples(struct showing *showing) {
    struct testcard *card = &showing->card;
    const struct hall *hall = &showing->config.hall;
    const struct prefix_list *prefixes = &showing->config.settings.ticket.prefixes;
    int call = 0, text = 0;
    double metres = reach_m(showing);
    (void)snprintf(card->call, sizeof card->call, "%s107",
                   prefixes->count > 0 ? prefixes->prefixes[0] : "A");
    (void)snprintf(card->text, sizeof card->text, "%s 4",
                   hall->languages[0].nouns[hall->noun].screen);
    testcard_caps(&showing->sheet, &call, &text);
    if (metres > 0) {
        double mm = 1 / testcard_pixels(&showing->sheet, showing->mounting.diagonal_in, 1);
        bool far = metres < showing->mounting.distance_m;
        (void)snprintf(card->reach, sizeof card->reach,
                       far ? "readable to %.1f m, not to %.1f m" : "readable to %.1f m", metres,
                       showing->mounting.distance_m);
        (void)snprintf(card->sizes, sizeof card->sizes,
                       "calls %d px, %.1f mm · text %d px, %.1f mm", call, call * mm, text,
                       text * mm);
    } else {
        (void)snprintf(card->reach, sizeof card->reach, "readable to %d times the short side",
                       showing->sheet.kind == LAYOUT_NEAR ? SIDES_AWAY_NEAR : SIDES_AWAY);
        (void)snprintf(card->sizes, sizeof card->sizes, "calls %d px · text %d px", call, text);
    }
}

static void add_languages(struct showing *showing) {
    struct testcard *card = &showing->card;
    const struct hall *hall = &showing->config.hall;
    for (size_t i = 0; i < hall->languages_count; i++) {
        const struct language *language = &hall->languages[i];
        char *letters = card->languages[i].letters;
        text_copy(card->languages[i].name, sizeof card->languages[i].name, language->name);
        faces_alphabet(language->tag, letters);
        if (letters[0] == '\0') {
            text_copy(letters, sizeof card->languages[i].letters, language->labels[LABEL_WELCOME]);
        }
    }
    card->languages_count = hall->languages_count;
    text_copy(card->sides[TESTCARD_LEFT], sizeof card->sides[0],
              hall->languages[0].ways[WAY_LEFT].screen);
    text_copy(card->sides[TESTCARD_RIGHT], sizeof card->sides[0],
              hall->languages[0].ways[WAY_RIGHT].screen);
}

static void add_screen(struct showing *showing) {
    static const char *const fits[] = {
        [LAYOUT_FITS] = "",
        [LAYOUT_REARRANGED] = ", the list below the call: side by side they do not fit",
        [LAYOUT_IN_TURNS] = ", the call and the list in turns: together they do not fit",
        [LAYOUT_BARE] = ", the call only: nothing else fits",
        [LAYOUT_TOO_SMALL] = ", which does not fit: see hallcall check",
    };
    struct testcard *card = &showing->card;
    const struct settings *settings = &showing->config.settings;
    const struct sheet *sheet = &showing->sheet;
    bool sideways = settings->display.turns % 2 != 0;
    int width = sideways ? sheet->height : sheet->width;
    int height = sideways ? sheet->width : sheet->height;
    add_fact(card, "mode", "%d × %d pixels, rotation %d°", width, height,
             settings->display.turns * 90);
    if (card->diagonal_in > 0) {
        add_fact(card, "size", "%.1f inches, %s: check it with a ruler", card->diagonal_in,
                 settings->display.diagonal_in > 0 ? "[display] diagonal_in"
                                                   : "as the monitor says");
    } else {
        add_fact(card, "size", "not known: set [display] diagonal_in");
    }
    add_fact(card, "layout", "%s%s", layout_names[sheet->kind], fits[layout_fit(sheet)]);
    if (showing->mounting.distance_m > 0) {
        add_fact(card, "farthest seat", "%.1f m", showing->mounting.distance_m);
    }
    add_fact(card, "theme", "%s", settings->display.theme);
}

/* Where the broker is, as configured: user and password have keys of their own and are not shown.
 */
static void add_network(struct showing *showing) {
    struct addresses addresses;
    addresses_list(&addresses);
    for (size_t i = 0; i < addresses.count && i < SHOWN_MAX; i++) {
        add_fact(&showing->card, i == 0 ? "address" : "", "%s", addresses.list[i]);
    }
    if (addresses.count == 0) {
        add_fact(&showing->card, "address", "none: no network");
    }
    add_fact(&showing->card, "broker", "%s", showing->config.settings.broker.url);
}

static void fill_card(struct showing *showing) {
    struct testcard *card = &showing->card;
    const struct settings *settings = &showing->config.settings;
    const struct hall *hall = &showing->config.hall;
    char halls[HALLS_MAX * (NAME_BYTES + 2)];
    lists_write_halls(&settings->display.halls, halls, sizeof halls);
    memset(card, 0, sizeof *card);
    card->diagonal_in = showing->mounting.diagonal_in;
    card->side = showing->heard;
    text_copy(card->display, sizeof card->display, settings->display.id);
    text_copy(card->hall, sizeof card->hall,
              lang_text_pick(hall->names, hall->names_count, hall->languages[0].tag));
    add_fact(card, "site · hall", "%s · %s", settings->display.site, halls);
    add_screen(showing);
    add_fact(card, "sound", "%s", showing->sound);
    add_network(showing);
    add_fact(card, "program", "hallcall " HALLCALL_VERSION);
    add_samples(showing);
    add_languages(showing);
}

/* What has room on a picture of this size. */
static void take_size(struct showing *showing, int width, int height, double monitor_in) {
    const struct settings *settings = &showing->config.settings;
    wire_mounting(settings, &showing->mounting);
    if (showing->mounting.diagonal_in <= 0) {
        showing->mounting.diagonal_in = monitor_in;
    }
    showing->sheet = sheet_make(settings->display.layout, width, height, &showing->mounting);
    showing->sheet.words = hall_has_words(&showing->config.hall);
}

/* --- the display --- */

static bool open_screen(struct showing *showing, char *reason) {
    const struct theme_plan *plan = &showing->config.settings.display.theme_schedule;
    wall_ms now = clock_moment().wall;
    int width = 0, height = 0;
    showing->screen = screen_create(&showing->options, reason);
    if (showing->screen == NULL) {
        return false;
    }
    int span = week_find(&plan->week, now, clock_utc_offset_s(now));
    screen_use_theme(showing->screen, span == WEEK_NONE ? 0 : (size_t)span + 1);
    screen_size(showing->screen, &width, &height);
    take_size(showing, width, height, screen_diagonal_in(showing->screen));
    showing->stale = true;
    return true;
}

static void lose_screen(struct showing *showing, const char *reason) {
    (void)fprintf(stderr, "hallcall testcard: no picture: %s; trying again\n", reason);
    screen_destroy(showing->screen);
    showing->screen = NULL;
}

/* Shows the card when it differs from what is there. */
static void show(struct showing *showing) {
    char reason[REASON_BYTES] = "";
    if (showing->screen == NULL && !open_screen(showing, reason)) {
        return;
    }
    fill_card(showing);
    if (!showing->stale && memcmp(&showing->card, &showing->shown, sizeof showing->card) == 0) {
        return;
    }
    struct metrics metrics = screen_metrics(showing->screen);
    testcard_make(&showing->card, &showing->sheet, &metrics, &showing->scene);
    if (!screen_show(showing->screen, &showing->scene, reason)) {
        lose_screen(showing, reason);
        return;
    }
    showing->shown = showing->card;
    showing->stale = screen_incomplete(showing->screen);
}

/* False when a person wants to end. */
static bool poll_screen(struct showing *showing) {
    struct screen_events events;
    int width = 0, height = 0;
    if (showing->screen == NULL) {
        return true;
    }
    screen_poll(showing->screen, &events);
    if (events.lost || events.moved) {
        lose_screen(showing,
                    events.lost ? "the display server has gone" : "the output has changed");
    } else if (events.resized) {
        screen_size(showing->screen, &width, &height);
        take_size(showing, width, height, screen_diagonal_in(showing->screen));
        showing->stale = true;
    }
    return !events.quit && !events.key;
}

/* --- left and right --- */

static void tell_sound(struct showing *showing, const char *how) {
    (void)snprintf(showing->sound, sizeof showing->sound, "%.80s: %.70s",
                   showing->config.settings.audio.device, how);
}

/* A chime and the side's name from that side alone. */
static void make_script(const struct showing *showing, enum testcard_side side,
                        struct script *script) {
    const struct language *language = &showing->config.hall.languages[0];
    const struct way_words *way = &language->ways[side == TESTCARD_LEFT ? WAY_LEFT : WAY_RIGHT];
    struct utterance utterance = {.serial = (uint32_t)side + 1, .kind = UTTERANCE_NOTICE};
    utterance.chime = CHIME_NOTICE;
    memcpy(utterance.lang, language->tag, sizeof utterance.lang);
    text_copy(utterance.text, sizeof utterance.text, way->screen);
    if (!phrase_make(&showing->config.hall, &utterance, script)) {
        *script = (struct script){.serial = utterance.serial, .chime = utterance.chime};
    }
    for (size_t i = 0; i < script->segments_count; i++) {
        struct segment *segment = &script->segments[i];
        if (segment->role == SEGMENT_TEXT && strstr(way->spoken, "[[") != NULL) {
            segment->phonemes = true;
            text_copy(segment->text, sizeof segment->text, way->spoken);
        }
    }
    script->pan = side == TESTCARD_LEFT ? -1 : 1;
}

static void play(struct showing *showing, enum testcard_side side) {
    struct script script;
    make_script(showing, side, &script);
    showing->asked = side;
    voice_speak(showing->voice, &script);
}

static void end_sound(struct showing *showing, const char *how) {
    tell_sound(showing, how);
    showing->heard = TESTCARD_NO_SIDE;
    voice_destroy(showing->voice);
    showing->voice = NULL;
}

static void fail_sound(struct showing *showing, const char *reason) {
    (void)fprintf(stderr, "hallcall testcard: no sound: %s\n", reason);
    showing->code = EXIT_RUNTIME;
    end_sound(showing, reason);
}

static void start_sound(struct showing *showing) {
    struct voice_options options;
    char reason[REASON_BYTES] = "not enough memory or descriptors";
    wire_voice(&showing->config.settings, &options);
    options.second_device[0] = '\0'; /* a hearing loop has one channel */
    showing->voice = voice_create(&options, showing->inbox, reason);
    if (showing->voice == NULL) {
        fail_sound(showing, reason);
        return;
    }
    tell_sound(showing, "left, then right");
    play(showing, TESTCARD_LEFT);
}

static void read_report(struct showing *showing, const struct voice_report *report) {
    switch (report->kind) {
    case VOICE_STARTED:
        showing->heard = showing->asked;
        break;
    case VOICE_FINISHED:
        showing->heard = TESTCARD_NO_SIDE;
        if (showing->asked == TESTCARD_LEFT) {
            play(showing, TESTCARD_RIGHT);
        } else {
            end_sound(showing, "left and right were played");
        }
        break;
    case VOICE_HUSHED:
    case VOICE_FAILED:
    case VOICE_LOST:
        fail_sound(showing, report->reason);
        break;
    default:
        break;
    }
}

static void drain(struct showing *showing) {
    struct letter letter;
    while (inbox_take(showing->inbox, &letter)) {
        if (letter.kind == LETTER_VOICE && showing->voice != NULL) {
            read_report(showing, &letter.voice);
        }
    }
}

/* --- the command --- */

static int sleep_ms(const struct showing *showing, mono_ms ends_at) {
    int64_t most = showing->screen == NULL ? RETRY_MS : showing->stale ? REPAINT_MS : LOOK_MS;
    int64_t left = ends_at - clock_mono_ms();
    if (showing->screen != NULL && screen_fd(showing->screen) < 0 && most > SCREEN_POLL_MS) {
        most = SCREEN_POLL_MS;
    }
    if (showing->screen != NULL && screen_pending(showing->screen)) {
        return 0;
    }
    most = left < most ? left : most;
    return most > 0 ? (int)most : 0;
}

/* Until a key, in the window or Enter in the terminal, a signal, or the time has come. */
static void go_on(struct showing *showing, int signals, mono_ms ends_at) {
    struct pollfd fds[] = {
        {.fd = signals, .events = POLLIN},
        {.fd = isatty(STDIN_FILENO) ? STDIN_FILENO : -1, .events = POLLIN},
        {.fd = inbox_fd(showing->inbox), .events = POLLIN},
        {.fd = -1, .events = POLLIN},
    };
    while (clock_mono_ms() < ends_at && poll_screen(showing)) {
        drain(showing);
        show(showing);
        fds[3].fd = showing->screen != NULL ? screen_fd(showing->screen) : -1;
        (void)poll(fds, sizeof fds / sizeof fds[0], sleep_ms(showing, ends_at));
        if ((fds[0].revents | fds[1].revents) != 0) {
            return;
        }
    }
}

static void hang_up(struct showing *showing, int64_t lasts_s, bool silent) {
    char reason[REASON_BYTES] = "not enough memory or descriptors";
    int signals = signals_open();
    showing->inbox = inbox_create();
    showing->code = EXIT_RUNTIME;
    if (signals < 0 || showing->inbox == NULL || !open_screen(showing, reason)) {
        (void)fprintf(stderr, "hallcall testcard: %s\n", reason);
    } else {
        showing->code = EXIT_OK;
        if (!silent) {
            start_sound(showing);
        }
        go_on(showing, signals, lasts_s > 0 ? clock_mono_ms() + lasts_s * 1000 : MONO_NEVER);
    }
    voice_destroy(showing->voice);
    screen_destroy(showing->screen);
    inbox_destroy(showing->inbox);
    if (signals >= 0) {
        close(signals);
    }
}

static void draw(struct showing *showing, const char *path, int width, int height) {
    struct drawing *drawing = calloc(1, sizeof *drawing);
    if (drawing == NULL) {
        showing->code = command_no_memory();
        return;
    }
    take_size(showing, width, height, 0);
    fill_card(showing);
    if (!drawing_open(drawing, &showing->options)) {
        showing->code = drawing->diagnostics.shortage ? EXIT_RUNTIME : EXIT_CONFIG;
    } else {
        struct metrics metrics = text_metrics(drawing->text);
        testcard_make(&showing->card, &showing->sheet, &metrics, &showing->scene);
        bool good = drawing_write(drawing, &showing->scene, path, command_testcard.name);
        showing->code = good ? EXIT_OK : EXIT_RUNTIME;
    }
    drawing_close(drawing);
    free(drawing);
}

static int testcard_run(int argc, char **argv) {
    struct arguments arguments = {.size = NULL};
    const struct option_spec specs[] = {
        {"--output", true, &arguments.output, NULL},
        {"--size", true, &arguments.size, NULL},
        {"--seconds", true, &arguments.seconds, NULL},
        {"--silent", false, NULL, &arguments.silent},
        {.name = NULL},
    };
    struct common_options common;
    int width = 1920, height = 1080;
    int64_t lasts_s = 0;
    if (!options_parse(&command_testcard, argc, argv, specs, &common)) {
        return common.code;
    }
    bool sized = arguments.size == NULL || drawing_size(arguments.size, &width, &height);
    if (common.operands != argc || !sized || (arguments.size != NULL && arguments.output == NULL)) {
        (void)fprintf(stderr, "hallcall testcard: expected no operand, and a size from 320x180 to "
                              "8192x8192 with --output only\n");
        return EXIT_USAGE;
    }
    if (!options_count(&command_testcard, "--seconds", arguments.seconds, &lasts_s)) {
        return EXIT_USAGE;
    }
    struct showing *showing = calloc(1, sizeof *showing);
    if (showing == NULL) {
        return command_no_memory();
    }
    int code = EXIT_OK;
    if (options_load(&common, &showing->config)) {
        wire_screen(&showing->config.settings, &showing->options);
        showing->heard = TESTCARD_NO_SIDE;
        tell_sound(showing, "not played");
        if (arguments.output != NULL) {
            draw(showing, arguments.output, width, height);
        } else {
            hang_up(showing, lasts_s, arguments.silent);
        }
        code = showing->code;
    } else {
        code = common.code;
    }
    free(showing);
    return code;
}

const struct command command_testcard = {
    .name = "testcard",
    .summary = "show a test card, and play left and right",
    .usage =
        "usage: hallcall testcard [--seconds N] [--silent]\n"
        "       hallcall testcard --output FILE.png [--size 1920x1080]\n"
        "                         [--config FILE] [--set section.key=value ...]\n"
        "\n"
        "For whoever hangs a screen: shows a test card on the display that `run` would use, and\n"
        "plays \"left\" and \"right\" in the hall's first language, each from its side. Ends on "
        "any\n"
        "key, Enter in the terminal, Ctrl-C, or SIGTERM.\n"
        "\n"
        "  --seconds N    end after N seconds\n"
        "  --silent       play nothing\n"
        "  --output FILE  draw the card as a PNG of --size, without a display and sound\n"
        "\n"
        "On the card: the outermost pixels (a frame and four corners, whole unless the screen\n"
        "cuts them off), a circle, rulers in millimetres (hold one against them: if they differ,\n"
        "[display] diagonal_in is wrong), capitals of the sizes of calls and text and how far\n"
        "they can be read, each language's special letters, the theme's colours, sixteen greys,\n"
        "of which each must differ from the next, and what the display is: its id, hall, mode,\n"
        "layout, addresses and broker.\n"
        "\n"
        "Exit status: 0 shown or drawn, 1 no display, no sound or not written, 64 usage, 78 a "
        "file\n"
        "with mistakes.\n",
    .run = testcard_run,
};
