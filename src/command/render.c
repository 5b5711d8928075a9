/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hallcall render: a board from JSON as a picture, without a screen, a broker or a sound.
 *
 * It uses the layout, the painter and the faces that a hall uses, so a picture made here is what
 * hangs there, pixel for pixel. Golden pictures and the README's are made with it, and a site can
 * try its names and languages before anything is installed.
 */
#include "command/command.h"
#include "command/drawing.h"
#include "command/wiring.h"
#include "screen/scene_print.h"
#include "screen/view_file.h"

#include <stdlib.h>

struct rendering {
    struct config config;
    struct screen_options screen;
    struct view view;
    struct sheet sheet;
    bool words; /* the configuration has labels of words */
    struct scene scene;
    struct drawing drawing;
};

static int render(struct rendering *rendering, const char *view_path, const char *output,
                  bool scene) {
    struct drawing *drawing = &rendering->drawing;
    bool good = view_file_read(view_path, &rendering->view, &drawing->diagnostics);
    good = drawing_open(drawing, &rendering->screen) && good;
    int code = drawing->diagnostics.shortage ? EXIT_RUNTIME : EXIT_CONFIG;
    if (good) {
        struct metrics metrics = text_metrics(drawing->text);
        struct view *view = &rendering->view;
        logo_size(drawing->logo, &view->logo.width, &view->logo.height);
        /* A board may hold labels that no configuration tells of. */
        rendering->sheet.words = rendering->words || view_has_words(view);
        layout_make(view, &rendering->sheet, &metrics, &rendering->scene);
        code = EXIT_OK;
        if (scene) {
            scene_print(&rendering->scene, stdout);
        }
        if (output != NULL &&
            !drawing_write(drawing, &rendering->scene, output, command_render.name)) {
            code = EXIT_RUNTIME;
        }
    }
    drawing_close(drawing);
    return code;
}

static int render_run(int argc, char **argv) {
    const char *size = "1920x1080";
    const char *output = NULL;
    bool scene = false;
    const struct option_spec specs[] = {
        {.name = "--size", .takes_value = true, .value = &size},
        {.name = "--output", .takes_value = true, .value = &output},
        {.name = "--scene", .flag = &scene},
        {.name = NULL},
    };
    struct common_options common;
    if (!options_parse(&command_render, argc, argv, specs, &common)) {
        return common.code;
    }
    struct rendering *rendering = calloc(1, sizeof *rendering);
    if (rendering == NULL) {
        return command_no_memory();
    }
    int width = 0;
    int height = 0;
    if (argc - common.operands != 1 || !drawing_size(size, &width, &height) ||
        (output == NULL && !scene)) {
        (void)fprintf(stderr, "hallcall render: expected one VIEW.json, --output FILE or --scene, "
                              "and a size from 320x180 to 8192x8192\n");
        free(rendering);
        return EXIT_USAGE;
    }
    bool loaded = options_load(&common, &rendering->config);
    int code = common.code;
    if (loaded) {
        wire_screen(&rendering->config.settings, &rendering->screen);
        struct mounting mounting;
        wire_mounting(&rendering->config.settings, &mounting);
        rendering->sheet =
            sheet_make(rendering->config.settings.display.layout, width, height, &mounting);
        rendering->words = hall_has_words(&rendering->config.hall);
        code = render(rendering, argv[common.operands], output, scene);
    }
    free(rendering);
    return code;
}

const struct command command_render = {
    .name = "render",
    .summary = "draw a board from JSON as a picture",
    .usage =
        "usage: hallcall render VIEW.json [--size 1920x1080] [--output FILE.png] [--scene]\n"
        "                       [--config FILE] [--set section.key=value ...]\n"
        "\n"
        "Draws what a screen of that size would show, with the faces and the theme of a hall.\n"
        "Layout, theme and sizes are those of [display]: --set display.layout=list.\n"
        "--output writes a PNG, --scene prints every box and text with its place and size.\n"
        "\n"
        "VIEW.json is one object. All members are optional; texts are shown as they are.\n"
        "  hall, clock, date      the header: \"Citizens' Office\", \"14:05\", \"Sunday, ...\"\n"
        "  hero                   the card: {\"state\": \"none\" | \"calling\" | \"resting\",\n"
        "                         \"ticket\": \"A107\", \"strong\": true when the voice is lost,\n"
        "                         \"direction\": \"none\" | \"left\" | \"right\" | \"up\" | "
        "\"down\" |\n"
        "                         \"ahead\", \"lines\": [one per language: {\"tag\", \"title\",\n"
        "                         \"noun\", \"label\", \"way\", \"again\", \"moved\",\n"
        "                         \"priority\"}], \"pulse\": 0 to 7, the ring round the card}\n"
        "  welcome, welcome_hint  lists of texts, shown while the hero's state is \"none\"\n"
        "  called, called_first   head of the list, in all languages and in the first\n"
        "  rows                   the list: [{\"ticket\", \"noun\", \"label\", \"again\",\n"
        "                         \"noun_needed\": true, \"moved\", \"priority\",\n"
        "                         \"fresh\": true}]\n"
        "  page_text              \"1 of 2\"\n"
        "  notice                 the line at the foot\n"
        "  alarm, alarm_texts     \"none\" | \"link\" | \"voice\", and the honest line's words in\n"
        "                         one or two languages\n"
        "  trouble                a list of lines for staff, above the foot\n"
        "  urgent                 true: urgent_head and urgent_texts take the whole screen\n"
        "\n"
        "Exit status: 0 drawn, 1 not written, 64 usage, 78 a file with mistakes.\n",
    .run = render_run,
};
