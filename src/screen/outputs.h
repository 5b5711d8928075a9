/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The outputs that a monitor is connected to, by the names that people and `xrandr` give them.
 * Main thread.
 */
#ifndef HALLCALL_SCREEN_OUTPUTS_H
#define HALLCALL_SCREEN_OUTPUTS_H

#include "core/scene.h"
#include "screen/edid.h"

enum {
    OUTPUTS_MAX = 16,
    OUTPUT_NAME_BYTES = 32,
    OUTPUT_WORDS_BYTES = 160 /* a name, a size, a monitor */
};

struct output {
    char name[OUTPUT_NAME_BYTES];     /* "HDMI-1" */
    char monitor[EDID_MONITOR_BYTES]; /* "Samsung U28E590"; "": it does not say */
    struct box box;                   /* pixels, on the desktop; x and y 0 where there is none */
    int width_mm, height_mm;          /* as the monitor says (edid.h); 0: it does not */
    int card;                         /* KMS: the graphics card's number */
    int number;                       /* Wayland, KMS: SDL's of the display */
};

struct outputs {
    size_t count;
    struct output list[OUTPUTS_MAX]; /* the desktop's first one first */
};

/* Who is asked for outputs. */
enum outputs_of { OUTPUTS_OF_NOBODY, OUTPUTS_OF_X11, OUTPUTS_OF_WAYLAND, OUTPUTS_OF_KMS };

/* The outputs under SDL's video driver, which has been started. */
enum outputs_of outputs_list(struct outputs *outputs);
/* The same for who has not started SDL's video, by the display server if one answers and else by
 * the graphics cards. Draws nothing. */
enum outputs_of outputs_survey(struct outputs *outputs);
/* The output of this name; "" is the first one. NULL when there is none. */
const struct output *outputs_named(const struct outputs *outputs, const char *name);
/* The monitor's diagonal in inches; 0 when it does not say or is not believed. */
double output_diagonal_in(const struct output *output);
/* "HDMI-1, 1920x1080, 55 inches, Samsung U28E590". */
void output_words(const struct output *output, char words[OUTPUT_WORDS_BYTES]);
/* All names: "HDMI-1, DP-1"; "none". */
void outputs_names(const struct outputs *outputs, char *names, size_t names_bytes);

#endif
