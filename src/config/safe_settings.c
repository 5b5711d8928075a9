/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The settings of safe mode: whatever reads a file or starts a program of the site's own is as if
 * it had never been set.
 *
 * A display that was told to be silent stays so: beside another one it would say everything twice.
 * The broker, the names, the counters, the languages and how the screen hangs stay too, or it would
 * be another hall.
 */
#include "config/settings.h"

#include <stdlib.h>
#include <string.h>

bool config_make_safe(struct config *config) {
    struct draft *draft = calloc(1, sizeof *draft);
    if (draft == NULL || !settings_defaults(NULL, draft)) {
        free(draft);
        return false;
    }
    const struct settings *plain = &draft->config.settings;
    struct settings *settings = &config->settings;
    settings->display.layout = plain->display.layout;
    memcpy(settings->display.theme, plain->display.theme, sizeof plain->display.theme);
    settings->display.theme_schedule = plain->display.theme_schedule;
    memcpy(settings->display.logo, plain->display.logo, sizeof plain->display.logo);
    if (strcmp(settings->audio.device, "none") != 0) {
        memcpy(settings->audio.device, plain->audio.device, sizeof plain->audio.device);
    }
    memcpy(settings->audio.connector, plain->audio.connector, sizeof plain->audio.connector);
    memcpy(settings->audio.second_device, plain->audio.second_device,
           sizeof plain->audio.second_device);
    settings->voices_count = 0;
    free(draft);
    return true;
}
