/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From files and --set to a checked configuration, or to every error at once.
 *
 * settings.c holds the one table of settings: section, key, kind, unit, range, default, one help
 * line. From it come parsing, the commented example file and the man page. Reading goes into fresh
 * values that are handed over only when all of it is good, so a failed reload keeps the old ones.
 */
#ifndef HALLCALL_CONFIG_CONFIG_H
#define HALLCALL_CONFIG_CONFIG_H

#include "config/diagnostics.h"
#include "core/hall.h"
#include "core/sheet.h"
#include "core/volume.h"

#include <stdbool.h>

enum { CONFIG_PATH_BYTES = 256 };

/* What stands before the numbers of a site's tickets: "A", "KB". */
struct prefix_list {
    size_t count;
    char prefixes[PREFIXES_MAX][PREFIX_BYTES];
};

/* The voice of one language, where it is not eSpeak NG's: a bank of clips or a program. */
struct voice_choice {
    char tag[LANG_BYTES];
    char clips[CONFIG_PATH_BYTES];
    char command[512];
    int rate_hz;  /* of raw samples; 0: the program writes WAV */
    int limit_ms; /* later, eSpeak NG speaks */
};

/* Themes by weekday and hour. */
struct theme_plan {
    struct week_plan week;
    char themes[WEEK_SPANS_MAX][CONFIG_PATH_BYTES]; /* of its spans: names or paths */
};

/* A mode of the display; width 0: its own. */
struct display_mode {
    int width, height; /* pixels */
    int hz;            /* pictures a second, 0: as many as there are */
};

/* Whether the time is shown. */
enum clock_choice {
    CLOCK_AUTO,  /* while somebody vouches for the computer's clock (system/timekeeping.h) */
    CLOCK_ALWAYS /* whenever it is set */
};

struct settings {
    struct {
        char url[CONFIG_PATH_BYTES];
        char root[NAME_BYTES];
        char username[128];
        char password_file[CONFIG_PATH_BYTES];
        char ca_file[CONFIG_PATH_BYTES];
        char cert_file[CONFIG_PATH_BYTES];
        char key_file[CONFIG_PATH_BYTES];
        int keepalive_s;
        int session_expiry_s;
    } broker;
    struct {
        char site[NAME_BYTES];
        struct halls halls;
        char id[NAME_BYTES];
        bool windowed;
        int width_px, height_px;
        char output[32]; /* "": the first one */
        struct display_mode mode;
        int turns; /* of the picture, quarters of a circle, clockwise */
        enum layout_kind layout;
        float diagonal_in;             /* 0: as the display says */
        float viewing_distance_m;      /* of the farthest seat; 0: not told */
        int mount_top_mm;              /* upper edge above the floor; 0: not told */
        char theme[CONFIG_PATH_BYTES]; /* a name under themes/, or a path */
        struct theme_plan theme_schedule;
        char logo[CONFIG_PATH_BYTES]; /* "": there is none */
        enum clock_choice clock;
        bool pixel_shift;
    } display;
    struct {
        char device[128];
        char second_device[128]; /* "": there is none */
        char connector[32];      /* of the device's screen; or "auto", "none" */
        struct volume_plan volume;
        char cache[CONFIG_PATH_BYTES]; /* "": in $STATE_DIRECTORY; "off": nothing is kept */
        int cache_mb;
    } audio;
    size_t voices_count;
    struct voice_choice voices[LANGUAGES_MAX];
    struct {
        char pattern[256];
        struct prefix_list prefixes;
    } ticket;
    struct {
        char path[CONFIG_PATH_BYTES]; /* "": in $STATE_DIRECTORY; "off": no journal */
        int keep_days, keep_mb;
    } journal;
    struct {
        char level[8];
    } log;
    char share_dir[CONFIG_PATH_BYTES]; /* where languages/, themes/, sounds/, fonts/ are */
};

struct config {
    struct settings settings;
    struct hall hall;
};

/* Reads path (NULL: the default file if it exists, else defaults only), then each "section.key=
 * value" of sets, then the language files that it names. On success *config is complete and true is
 * returned; otherwise *config is untouched and diagnostics hold every error found. */
bool config_load(const char *path, const char *const *sets, size_t sets_count,
                 struct config *config, struct diagnostics *diagnostics);

/* The same from a text in memory, without --set; name is what diagnostics call the file. */
bool config_load_text(const char *name, const char *text, size_t bytes, struct config *config,
                      struct diagnostics *diagnostics);
/* The file that config_load reads for a path, or would read if it were there. */
const char *config_file(const char *path);
/* Takes away what a site can break a hall with: theme, logo, layout, voices and sound devices are
 * the defaults afterwards (safe_settings.c). False when memory is out. */
bool config_make_safe(struct config *config);

/* Writes the commented example file (every key with its help, unit, range and default). */
void config_write_example(FILE *out);
/* Writes the settings part of hallcall.ini(5) in scdoc. */
void config_write_manual(FILE *out);
/* Writes the settings in force in the form of a file, which read back gives the same. */
void config_write_settings(FILE *out, const struct config *config);

#endif
