/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The screen: present (window), faces, theme and painter put together.
 *
 * It keeps the scene that is on the display and paints the difference to the next one. Video is
 * opened before the fonts are looked for, because the display server works on the window meanwhile.
 */
#include "screen/screen.h"

#include "core/text.h"
#include "screen/paint.h"
#include "screen/present.h"
#include "system/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WARM_SIZES_MAX = 12 };

/* Heights of ticket capitals to have ready. */
struct sizes {
    size_t count;
    int caps[WARM_SIZES_MAX];
};

struct screen {
    struct present *present;
    struct faces *faces;
    struct text *text;
    struct theme themes[SCREEN_THEMES_MAX];
    size_t theme;      /* in use */
    struct logo *logo; /* NULL: there is none */
    bool shown_valid;  /* shown is what the canvas holds */
    struct scene shown;
    bool incomplete; /* screen.h */
    struct diagnostics diagnostics;
    struct sizes warm;
    size_t warm_next; /* counts characters times sizes */
};

/* Rendered texts may take as much as three quarters of a picture of the screen. */
static size_t cache_bytes(const struct present *present) {
    int width = 0;
    int height = 0;
    present_size(present, &width, &height);
    return (size_t)width * (size_t)height * 3;
}

static bool read_themes(struct screen *screen, const struct screen_options *options) {
    bool good = true;
    for (size_t i = 0; i < options->themes_count; i++) {
        good =
            theme_read(options->theme_files[i], &screen->themes[i], &screen->diagnostics) && good;
    }
    return good;
}

/* The hall is worth more than its logo. */
static void read_logo(struct screen *screen, const char *path) {
    if (path[0] == '\0') {
        return;
    }
    memset(&screen->diagnostics, 0, sizeof screen->diagnostics);
    screen->logo = logo_read(path, &screen->diagnostics);
    if (screen->logo == NULL) {
        log_line(LOG_ERR, "screen", "no logo: %s", screen->diagnostics.lines[0]);
    }
}

static bool open_parts(struct screen *screen, const struct screen_options *options, char *reason) {
    screen->present = present_create(options, reason);
    if (screen->present == NULL) {
        return false;
    }
    screen->faces = faces_create(options->fonts_file, &screen->diagnostics);
    if (screen->faces == NULL || !read_themes(screen, options)) {
        (void)snprintf(reason, REASON_BYTES, "%.*s", REASON_BYTES - 1,
                       screen->diagnostics.lines[0]);
        return false;
    }
    screen->text = text_create(screen->faces, cache_bytes(screen->present));
    if (screen->text == NULL) {
        (void)snprintf(reason, REASON_BYTES, "out of memory");
        return false;
    }
    read_logo(screen, options->logo_file);
    return true;
}

struct screen *screen_create(const struct screen_options *options, char *reason) {
    struct screen *screen = calloc(1, sizeof *screen);
    if (screen == NULL) {
        (void)snprintf(reason, REASON_BYTES, "out of memory");
        return NULL;
    }
    if (!open_parts(screen, options, reason)) {
        screen_destroy(screen);
        return NULL;
    }
    return screen;
}

void screen_destroy(struct screen *screen) {
    if (screen != NULL) {
        text_destroy(screen->text);
        logo_destroy(screen->logo);
        faces_destroy(screen->faces);
        present_destroy(screen->present);
        free(screen);
    }
}

void screen_size(const struct screen *screen, int *width_px, int *height_px) {
    present_size(screen->present, width_px, height_px);
}

double screen_diagonal_in(const struct screen *screen) {
    return present_diagonal_in(screen->present);
}

void screen_mode_words(const struct screen *screen, char words[SCREEN_MODE_BYTES]) {
    present_mode_words(screen->present, words);
}

const char *screen_mode_reason(const struct screen *screen) {
    return present_mode_reason(screen->present);
}

struct metrics screen_metrics(struct screen *screen) {
    return text_metrics(screen->text);
}

struct view_logo screen_logo(const struct screen *screen) {
    struct view_logo logo;
    logo_size(screen->logo, &logo.width, &logo.height);
    return logo;
}

void screen_use_theme(struct screen *screen, size_t number) {
    if (number != screen->theme) {
        screen->theme = number;
        screen->shown_valid = false;
    }
}

bool screen_show(struct screen *screen, const struct scene *scene, char *reason) {
    struct canvas canvas;
    struct damage damage;
    bool fresh = false;
    if (!present_canvas(screen->present, &canvas, &fresh, reason)) {
        return false;
    }
    bool known = screen->shown_valid && !fresh;
    damage_between(known ? &screen->shown : NULL, scene, &damage);
    struct painter painter = {screen->text, &screen->themes[screen->theme], screen->logo};
    paint_scene(&painter, scene, &damage, &canvas);
    screen->shown = *scene;
    screen->incomplete = faces_fell_short(screen->faces) || logo_lacking(screen->logo);
    screen->shown_valid = !screen->incomplete;
    return present_show(screen->present, &damage, reason);
}

bool screen_incomplete(const struct screen *screen) {
    return screen->incomplete;
}

void screen_poll(struct screen *screen, struct screen_events *events) {
    memset(events, 0, sizeof *events);
    present_poll(screen->present, events);
}

int screen_fd(const struct screen *screen) {
    return present_fd(screen->present);
}

bool screen_pending(const struct screen *screen) {
    return present_pending(screen->present);
}

/* Adds the sizes of tickets in a scene that are not in the list yet. */
static void add_sizes(const struct scene *scene, struct sizes *sizes) {
    for (size_t i = 0; i < scene->nodes_count; i++) {
        const struct node *node = &scene->nodes[i];
        bool known = node->kind != NODE_TEXT || node->text.face != FACE_TICKET;
        for (size_t j = 0; j < sizes->count && !known; j++) {
            known = sizes->caps[j] == node->text.cap_px;
        }
        if (!known && sizes->count < WARM_SIZES_MAX) {
            sizes->caps[sizes->count++] = node->text.cap_px;
        }
    }
}

/* The sizes of an ordinary call, for a hall that has not had its first one. */
static void add_usual_sizes(struct screen *screen, const struct sheet *sheet) {
    struct view *view = calloc(1, sizeof *view);
    struct scene *scene = calloc(1, sizeof *scene);
    struct metrics metrics = text_metrics(screen->text);
    for (size_t lines = 2; view != NULL && scene != NULL && lines > 0; lines--) {
        view->hero.state = HERO_CALLING;
        view->hero.lines_count = lines;
        for (size_t i = 0; i < lines; i++) {
            text_copy(view->hero.lines[i].title, sizeof view->hero.lines[i].title, "Ticket");
            text_copy(view->hero.lines[i].noun, sizeof view->hero.lines[i].noun, "Counter");
            text_copy(view->hero.lines[i].label, sizeof view->hero.lines[i].label, "8");
        }
        text_copy(view->hero.ticket, sizeof view->hero.ticket, "A100");
        view->rows_count = 1;
        text_copy(view->rows[0].ticket, sizeof view->rows[0].ticket, "A100");
        text_copy(view->rows[0].label, sizeof view->rows[0].label, "8");
        layout_make(view, sheet, &metrics, scene);
        add_sizes(scene, &screen->warm);
    }
    free(view);
    free(scene);
}

bool screen_warm(struct screen *screen, const struct sheet *sheet, const struct scene *like) {
    static const char characters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-";
    enum { SLICE = 3 };
    if (screen->warm.count == 0) {
        add_sizes(like, &screen->warm);
        add_usual_sizes(screen, sheet);
    }
    size_t total = screen->warm.count * (sizeof characters - 1);
    for (int i = 0; i < SLICE && screen->warm_next < total; i++, screen->warm_next++) {
        /* Digits of all sizes before letters: they are in every ticket. */
        char one[2] = {characters[screen->warm_next / screen->warm.count], '\0'};
        text_warm(screen->text, screen->warm.caps[screen->warm_next % screen->warm.count], one);
    }
    return screen->warm_next < total;
}
