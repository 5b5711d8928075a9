/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The window: scenes in, pixels out. SDL is known to this folder only.
 *
 * Everything is painted by the CPU into one canvas (canvas.h), so that a hall, a test, a golden
 * picture and `hallcall render` show the same pixels on every machine; only what differs from the
 * scene before is painted and only that is sent to the display. No frame is made when nothing
 * changes.
 */
#ifndef HALLCALL_SCREEN_SCREEN_H
#define HALLCALL_SCREEN_SCREEN_H

#include "core/layout.h"
#include "core/limits.h"

#include <stdbool.h>
#include <stdint.h>

/* One for each span of a schedule, and the one that holds outside of them. */
enum { SCREEN_THEMES_MAX = 17, SCREEN_MODE_BYTES = 32 };

/* A mode of a display; width 0: none, hz 0: any rate. */
struct screen_mode {
    int width, height, hz;
};

struct screen_options {
    bool windowed;           /* for trying out; a hall is fullscreen */
    int width, height;       /* of a window; 0: fullscreen at the display's own mode */
    struct screen_mode mode; /* that the display is to be driven in where it is ours */
    int turns;               /* quarters of a circle, clockwise, by which the picture is turned */
    char output[32];         /* that a monitor is connected to: "HDMI-1"; "": the first one */
    char fonts_file[256];    /* fonts/faces.ini */
    size_t themes_count;     /* at least 1; the first is used until screen_use_theme */
    char theme_files[SCREEN_THEMES_MAX][256]; /* config/themes/night.ini */
    char logo_file[256];                      /* "": there is none */
};

struct screen_events {
    bool quit;    /* a person closed the window */
    bool key;     /* a key was pressed */
    bool lost;    /* the display server has gone: destroy and create again */
    bool moved;   /* the output has gone or has another mode: destroy and create again at once */
    bool resized; /* the size changed: lay out again */
};

struct screen;

/* Opens video, window, faces, all themes and the logo. NULL with a reason (REASON_BYTES) for staff;
 * a logo that cannot be read is only logged. Main thread, as everything here. */
struct screen *screen_create(const struct screen_options *options, char *reason);
void screen_destroy(struct screen *screen);
/* Of the picture: of a screen on its side, width and height are the turned screen's. */
void screen_size(const struct screen *screen, int *width_px, int *height_px);
/* The monitor's diagonal in inches as it says itself; 0 when it does not say or says nonsense. */
double screen_diagonal_in(const struct screen *screen);
/* The mode that the display is in, "1920x1080@60"; "" when it does not tell. */
void screen_mode_words(const struct screen *screen, char words[SCREEN_MODE_BYTES]);
/* Why the display is not in the mode that was asked for; "" when it is, or none was. */
const char *screen_mode_reason(const struct screen *screen);
struct metrics screen_metrics(struct screen *screen);
/* The logo's proportions for the view; 0 without one. */
struct view_logo screen_logo(const struct screen *screen);
/* Uses the theme of this number in screen_options. The next scene is painted whole. */
void screen_use_theme(struct screen *screen, size_t number);
/* Paints what changed since the last scene and puts it on the display. Returns when the display
 * server has it. False with a reason when the display is lost: destroy and create again. */
bool screen_show(struct screen *screen, const struct scene *scene, char *reason);
/* Whether the scene shown last lacks characters, or shows them in another face, because the machine
 * ran short: show it again, laid out anew. */
bool screen_incomplete(const struct screen *screen);
/* Handles what the display server sent. Call every turn. */
void screen_poll(struct screen *screen, struct screen_events *events);
/* A descriptor that becomes readable when screen_poll has something to do, or -1: then poll at
 * least each screen_poll_ms. */
int screen_fd(const struct screen *screen);
/* Whether events have been read off that descriptor already and wait for screen_poll: then do not
 * sleep. Call last before sleeping. */
bool screen_pending(const struct screen *screen);
enum { SCREEN_POLL_MS = 250 };
/* Draws every glyph that tickets can need into the cache, a slice (a few ms) at a time; returns
 * whether more is left. Called by the run loop when it is idle after the first frame, so that the
 * first call is as fast as the hundredth. */
bool screen_warm(struct screen *screen, const struct sheet *sheet, const struct scene *like);

#endif
