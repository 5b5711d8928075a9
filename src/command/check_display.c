/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `hallcall check`: the outputs, and whether the one that is wanted is among them.
 *
 * Nothing is opened that could be seen: the display may be running while somebody checks. Whoever
 * checks from afar has no display server of their own; what then cannot be asked is said, and is no
 * problem of the display.
 */
#include "command/checking.h"
#include "command/wiring.h"
#include "screen/kms_outputs.h"
#include "screen/modes.h"
#include "screen/outputs.h"

#include <stdio.h>

static void list_outputs(const struct outputs *outputs, const struct output *used) {
    char words[OUTPUT_WORDS_BYTES];
    for (size_t i = 0; i < outputs->count; i++) {
        const struct output *output = &outputs->list[i];
        output_words(output, words);
        if (output != used) {
            printf("%-8s %-14s %s\n", "", "output", words);
        }
    }
}

/* A size that is needed and that the monitor has wrong. */
static void check_size(struct checking *checking, const struct output *output) {
    if (checking->config.settings.display.diagonal_in > 0 || output_diagonal_in(output) > 0) {
        return;
    }
    if (output->width_mm > 0 && output->height_mm > 0) {
        checking_tell(checking, VERDICT_WARNING, "display",
                      "%s says that it is %.1f x %.1f cm, which is not believed: set [display] "
                      "diagonal_in",
                      output->name, output->width_mm / 10.0, output->height_mm / 10.0);
    }
}

/* Whether the mode that is wanted can be had. */
static void check_mode(struct checking *checking, enum outputs_of of, const struct output *used) {
    const struct display_mode *wanted = &checking->config.settings.display.mode;
    if (wanted->width == 0) {
        return;
    }
    if (of != OUTPUTS_OF_KMS) {
        checking_tell(checking, VERDICT_WARNING, "mode", "%s", modes_of_desktop);
    } else if (!kms_outputs_size(KMS_FOLDER, used, wanted->width, wanted->height)) {
        checking_tell(checking, VERDICT_WARNING, "mode",
                      "[display] mode: %s has no mode of %dx%d, it keeps the one that it has",
                      used->name, wanted->width, wanted->height);
    }
}

void checking_display(struct checking *checking) {
    const char *wanted = checking->config.settings.display.output;
    char words[OUTPUT_WORDS_BYTES];
    struct outputs outputs;
    enum outputs_of of = outputs_survey(&outputs);
    bool asked = of != OUTPUTS_OF_NOBODY;
    const struct output *used = outputs_named(&outputs, wanted);
    if (used != NULL) {
        output_words(used, words);
        checking_tell(checking, VERDICT_OK, "display", "%s", words);
        check_size(checking, used);
        check_mode(checking, of, used);
    } else if (!asked) {
        checking_tell(
            checking, VERDICT_OK, "display",
            "cannot be asked from here: neither X11, Wayland nor a graphics card answers");
    } else if (wanted[0] != '\0') {
        outputs_names(&outputs, words, sizeof words);
        checking_tell(checking, VERDICT_PROBLEM, "display",
                      "[display] output: no monitor at \"%s\"; there is one at: %s", wanted, words);
    } else {
        checking_tell(checking, VERDICT_OK, "display", "its server names no outputs");
    }
    list_outputs(&outputs, used);
    checking_reach(checking, used);
}
