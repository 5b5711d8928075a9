/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See wiring.h. Client ids: a display's is stable, so that the broker keeps its session across a
 * restart and two displays with one identity notice each other; a sender's is random, so that two
 * clerks can publish at once.
 */
#include "command/wiring.h"

#include "config/share.h"
#include "core/text.h"
#include "screen/theme.h"
#include "system/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void wire_topics(const struct settings *settings, struct topic_names *names) {
    memset(names, 0, sizeof *names);
    memcpy(names->root, settings->broker.root, sizeof names->root);
    memcpy(names->site, settings->display.site, sizeof names->site);
    names->halls = settings->display.halls;
    memcpy(names->display, settings->display.id, sizeof names->display);
}

static void wire_broker(const struct settings *settings, struct link_options *options) {
    memset(options, 0, sizeof *options);
    memcpy(options->url, settings->broker.url, sizeof options->url);
    memcpy(options->username, settings->broker.username, sizeof options->username);
    memcpy(options->password_file, settings->broker.password_file, sizeof options->password_file);
    memcpy(options->ca_file, settings->broker.ca_file, sizeof options->ca_file);
    memcpy(options->cert_file, settings->broker.cert_file, sizeof options->cert_file);
    memcpy(options->key_file, settings->broker.key_file, sizeof options->key_file);
    options->keepalive_s = settings->broker.keepalive_s;
}

void wire_sender_link(const struct settings *settings, struct link_options *options) {
    wire_broker(settings, options);
    snprintf(options->client_id, sizeof options->client_id, "hallcall-send-%012llx",
             (unsigned long long)(clock_chance() & 0xFFFFFFFFFFFF));
}

void wire_hall_link(const struct settings *settings, const struct topic_names *names,
                    struct link_options *options) {
    static const enum topic subscribed[] = {TOPIC_EVENT, TOPIC_BOARD, TOPIC_NOTICE, TOPIC_URGENT,
                                            TOPIC_CLOCK, TOPIC_MUTE,  TOPIC_VOLUME, TOPIC_REPEAT};
    const struct topic_address online = {.topic = TOPIC_ONLINE};
    wire_broker(settings, options);
    snprintf(options->client_id, sizeof options->client_id, "hallcall-%s-%s",
             settings->display.site, settings->display.id);
    options->session_expiry_s = settings->broker.session_expiry_s;
    options->topics_needed = names->halls.count; /* each hall's events come first */
    for (size_t i = 0; i < sizeof subscribed / sizeof subscribed[0]; i++) {
        size_t owners = topic_is_of_hall(subscribed[i]) ? names->halls.count : 1;
        for (size_t from = 0; from < owners; from++) {
            struct topic_address address = {.topic = subscribed[i], .from = from};
            topic_write(names, &address, options->topics[options->topics_count++]);
        }
    }
    topic_write(names, &online, options->online_topic);
}

/* A service manager may name several folders, the first of which is ours. */
static void find_state(const char *name, char *path, size_t path_bytes) {
    const char *folders = getenv("STATE_DIRECTORY");
    int length = folders != NULL ? (int)strcspn(folders, ":") : 0;
    int bytes = snprintf(path, path_bytes, "%.*s/%s", length, folders != NULL ? folders : "", name);
    if (length == 0 || bytes < 0 || (size_t)bytes >= path_bytes) {
        path[0] = '\0';
    }
}

static void wire_outside(const struct settings *settings, struct outside_options *options) {
    for (size_t i = 0; i < settings->voices_count; i++) {
        const struct voice_choice *choice = &settings->voices[i];
        struct outside_voice *voice = &options->voices[options->voices_count++];
        memcpy(voice->tag, choice->tag, sizeof voice->tag);
        memcpy(voice->clips, choice->clips, sizeof voice->clips);
        memcpy(voice->command, choice->command, sizeof voice->command);
        voice->raw_rate_hz = choice->rate_hz;
        voice->limit_ms = choice->limit_ms;
    }
    options->cache_mb = settings->audio.cache_mb;
    if (settings->audio.cache[0] == '\0') {
        find_state("speech", options->cache_dir, sizeof options->cache_dir);
    } else if (strcmp(settings->audio.cache, "off") != 0) {
        text_copy(options->cache_dir, sizeof options->cache_dir, settings->audio.cache);
    }
}

void wire_voice(const struct settings *settings, struct voice_options *options) {
    wall_ms now = clock_moment().wall;
    memset(options, 0, sizeof *options);
    memcpy(options->device, settings->audio.device, sizeof options->device);
    memcpy(options->connector, settings->audio.connector, sizeof options->connector);
    memcpy(options->second_device, settings->audio.second_device, sizeof options->second_device);
    options->volume_percent =
        volume_at(&settings->audio.volume, VOLUME_UNASKED, now, clock_utc_offset_s(now));
    (void)share_path(settings, SHARE_SOUNDS, "", options->sounds_dir);
    wire_outside(settings, &options->outside);
}

/* A name is a theme that came with the program; with a slash it is a path. */
static void wire_theme(const struct settings *settings, const char *theme,
                       struct screen_options *options) {
    char file[CONFIG_PATH_BYTES];
    char *out = options->theme_files[options->themes_count++];
    if (strchr(theme, '/') != NULL) {
        text_copy(out, CONFIG_PATH_BYTES, theme);
    } else {
        snprintf(file, sizeof file, "%.200s.ini", theme);
        (void)share_path(settings, SHARE_THEMES, file, out);
    }
}

_Static_assert(SCREEN_THEMES_MAX == WEEK_SPANS_MAX + 1, "one for each span, and the plain one");

void wire_screen(const struct settings *settings, struct screen_options *options) {
    const struct theme_plan *plan = &settings->display.theme_schedule;
    memset(options, 0, sizeof *options);
    options->windowed = settings->display.windowed;
    options->width = settings->display.width_px;
    options->height = settings->display.height_px;
    options->turns = settings->display.turns;
    options->mode = (struct screen_mode){settings->display.mode.width,
                                         settings->display.mode.height, settings->display.mode.hz};
    memcpy(options->output, settings->display.output, sizeof options->output);
    (void)share_path(settings, SHARE_FONTS, "faces.ini", options->fonts_file);
    wire_theme(settings, settings->display.theme, options);
    for (size_t i = 0; i < plan->week.count; i++) {
        wire_theme(settings, plan->themes[i], options);
    }
    memcpy(options->logo_file, settings->display.logo, sizeof options->logo_file);
}

bool wire_theme_again(const struct screen_options *options, size_t number) {
    size_t first = 0;
    while (strcmp(options->theme_files[first], options->theme_files[number]) != 0) {
        first++;
    }
    return first < number;
}

bool wire_themes_good(const struct settings *settings, struct diagnostics *diagnostics) {
    struct screen_options options;
    struct theme theme;
    bool good = true;
    wire_screen(settings, &options);
    for (size_t i = 0; i < options.themes_count; i++) {
        good = (wire_theme_again(&options, i) ||
                theme_read(options.theme_files[i], &theme, diagnostics)) &&
               good;
    }
    return good;
}

void wire_mounting(const struct settings *settings, struct mounting *mounting) {
    mounting->diagonal_in = (double)settings->display.diagonal_in;
    mounting->distance_m = (double)settings->display.viewing_distance_m;
    mounting->mount_top_mm = settings->display.mount_top_mm;
}

void wire_journal(const struct settings *settings, struct journal_options *options) {
    memset(options, 0, sizeof *options);
    options->keep_days = settings->journal.keep_days;
    options->keep_mb = settings->journal.keep_mb;
    options->halls = settings->display.halls;
    if (settings->journal.path[0] == '\0') {
        find_state("journal.db", options->path, sizeof options->path);
    } else if (strcmp(settings->journal.path, "off") != 0) {
        text_copy(options->path, sizeof options->path, settings->journal.path);
    }
}
