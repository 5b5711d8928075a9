/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Outputs by name, whoever knows them.
 *
 * SDL 2.26 numbers displays, in an order that changes with the plugs, and names them after the
 * monitor under X11 and Wayland and after nothing at all on KMS/DRM. A configuration needs what is
 * printed beside the socket and in `xrandr`. So X11 is asked by RandR (x_outputs.c), a compositor
 * by wl_output (wayland_outputs.c), the kernel by sysfs (kms_outputs.c).
 *
 * Refused: displays by number (the numbers swap when the first monitor is switched on second).
 */
#include "screen/outputs.h"

#include "core/text.h"
#include "screen/kms_outputs.h"
#include "screen/wayland_outputs.h"
#include "screen/x_outputs.h"

#include <SDL.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const double mm_per_inch = 25.4;

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
    if (strcmp(driver, "wayland") == 0) {
        (void)wayland_outputs_list(outputs);
        return OUTPUTS_OF_WAYLAND;
    }
    /* SDL 2 calls it KMSDRM and takes it in any case. */
    if (SDL_strcasecmp(driver, "kmsdrm") == 0) {
        kms_outputs_list(KMS_FOLDER, outputs);
        return OUTPUTS_OF_KMS;
    }
    return OUTPUTS_OF_NOBODY;
}

enum outputs_of outputs_survey(struct outputs *outputs) {
    outputs->count = 0;
    if (x_outputs_list(outputs)) {
        return OUTPUTS_OF_X11;
    }
    if (wayland_outputs_list(outputs)) {
        return OUTPUTS_OF_WAYLAND;
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
