/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Outputs by name, whoever knows them.
 *
 * SDL 2.26 numbers displays and names them after the monitor under X11, after nothing at all on
 * KMS/DRM, and in an order that changes with the plugs. A configuration needs what is printed
 * beside the socket and in `xrandr`: so X11 is asked by RandR (x_outputs.c), the kernel by sysfs
 * (kms_outputs.c), and only Wayland's are SDL's.
 *
 * Refused: displays by number (the numbers swap when the first monitor is switched on second).
 */
#include "screen/outputs.h"

#include "core/text.h"
#include "screen/kms_outputs.h"
#include "screen/x_outputs.h"

#include <SDL.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const double mm_per_inch = 25.4;

/* SDL says a monitor's size as dots per inch; a compositor that does not know it makes SDL fail. */
static void list_sdl(struct outputs *outputs) {
    int count = SDL_GetNumVideoDisplays();
    for (int i = 0; i < count && outputs->count < OUTPUTS_MAX; i++) {
        struct output *output = &outputs->list[outputs->count++];
        SDL_Rect bounds = {0, 0, 0, 0};
        float across = 0, down = 0;
        const char *name = SDL_GetDisplayName(i);
        *output = (struct output){.number = i};
        text_copy(output->name, sizeof output->name, name != NULL ? name : "");
        (void)SDL_GetDisplayBounds(i, &bounds);
        output->box = (struct box){bounds.x, bounds.y, bounds.w, bounds.h};
        if (SDL_GetDisplayDPI(i, NULL, &across, &down) == 0 && across > 0 && down > 0) {
            output->width_mm = (int)lround(bounds.w * mm_per_inch / (double)across);
            output->height_mm = (int)lround(bounds.h * mm_per_inch / (double)down);
        }
    }
}

enum outputs_of outputs_list(struct outputs *outputs) {
    const char *driver = SDL_GetCurrentVideoDriver();
    outputs->count = 0;
    if (driver == NULL) {
        return OUTPUTS_OF_NOBODY;
    }
    if (strcmp(driver, "x11") == 0) {
        x_outputs_list(outputs);
        return OUTPUTS_OF_X11;
    }
    if (strcmp(driver, "kmsdrm") == 0) {
        kms_outputs_list(KMS_FOLDER, outputs);
        return OUTPUTS_OF_KMS;
    }
    list_sdl(outputs);
    return OUTPUTS_OF_SDL;
}

enum outputs_of outputs_survey(struct outputs *outputs) {
    outputs->count = 0;
    if (x_outputs_list(outputs)) {
        return OUTPUTS_OF_X11;
    }
    if (SDL_getenv("WAYLAND_DISPLAY") != NULL && SDL_VideoInit("wayland") == 0) {
        list_sdl(outputs);
        SDL_VideoQuit();
        return OUTPUTS_OF_SDL;
    }
    kms_outputs_list(KMS_FOLDER, outputs);
    return outputs->count > 0 ? OUTPUTS_OF_KMS : OUTPUTS_OF_NOBODY;
}

const struct output *outputs_named(const struct outputs *outputs, const char *name) {
    for (size_t i = 0; i < outputs->count; i++) {
        if (name[0] == '\0' || strcmp(outputs->list[i].name, name) == 0) {
            return &outputs->list[i];
        }
    }
    return NULL;
}

double output_diagonal_in(const struct output *output) {
    bool believable = edid_size_believable(output->width_mm, output->height_mm);
    return believable ? hypot(output->width_mm, output->height_mm) / mm_per_inch : 0;
}

void output_words(const struct output *output, char words[OUTPUT_WORDS_BYTES]) {
    char inches[32] = "size not known";
    double diagonal_in = output_diagonal_in(output);
    if (diagonal_in > 0) {
        (void)snprintf(inches, sizeof inches, "%.0f inches", diagonal_in);
    }
    (void)snprintf(words, OUTPUT_WORDS_BYTES, "%s, %dx%d, %s%s%s", output->name, output->box.width,
                   output->box.height, inches, output->monitor[0] != '\0' ? ", " : "",
                   output->monitor);
}

void outputs_names(const struct outputs *outputs, char *names, size_t names_bytes) {
    text_copy(names, names_bytes, outputs->count == 0 ? "none" : "");
    for (size_t i = 0; i < outputs->count; i++) {
        text_append(names, names_bytes, i > 0 ? ", " : "");
        text_append(names, names_bytes, outputs->list[i].name);
    }
}
