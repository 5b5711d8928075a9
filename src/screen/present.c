/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Window, events and the two ways to the display, each straight or turned.
 *
 * X11: SDL's window surface without its renderer is memory shared with the X server. It is the
 * canvas itself, so a picture exists once in our memory, and only damaged boxes are copied by the
 * server. XSync at the end of SDL's update means that when it returns the server has the pixels.
 * A turned picture has a canvas of its own, of which damaged boxes are turned into that surface.
 *
 * Without such a surface, or where SDL_RENDER_DRIVER in the environment names a renderer: a
 * streaming texture (renderer.c).
 *
 * Refused: SDL_INIT_EVERYTHING (audio, joysticks and haptics cost start time and wakeups), SDL's
 * signal handlers (the run loop has its own), an accelerated surface on X11 (a GL context is 60 MB
 * and a copy more), following a mode by SDL's own events (without a window manager there are none,
 * and SDL's list of displays stays as it was). An X server that dies is survived: x_server.c.
 */
#include "screen/present.h"

#include "screen/kms_mode.h"
#include "screen/kms_outputs.h"
#include "screen/renderer.h"
#include "screen/turn.h"
#include "screen/x_outputs.h"
#include "screen/x_server.h"

#include <SDL.h>
#include <SDL_syswm.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH_MIN = 320, HEIGHT_MIN = 180 }; /* the layout's (sheet.h) */

struct present {
    SDL_Window *window;
    SDL_Surface *surface;   /* the window's, borrowed from SDL; NULL after a change of size */
    SDL_Renderer *renderer; /* NULL on the surface way */
    SDL_Texture *texture;
    uint32_t *pixels;  /* our own canvas where the window's cannot be painted on */
    int width, height; /* the window's */
    int turns;         /* the picture's in it: turn.h */
    char wanted[OUTPUT_NAME_BYTES];
    enum outputs_of outputs_of;
    struct output output;           /* that the window is on; no name: not known */
    int display;                    /* SDL's number of it; -1: SDL sees no such display */
    char mode_reason[REASON_BYTES]; /* why it is not in the mode that was asked for */
    bool watched;                   /* whether another mode of the output means another window */
    bool outputs_changed;           /* some output did */
    bool fullscreen_due;            /* to be asked for once the first picture is up */
    bool shown;                     /* a picture is up */
    bool stale;                     /* the canvas must be made again */
    bool exposed;                   /* the display wants all of the picture once more */
};

__attribute__((format(printf, 2, 3))) static bool fail(char *reason, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(reason, REASON_BYTES, format, arguments);
    va_end(arguments);
    return false;
}

/* Real displays only: SDL would otherwise fall back to drivers that draw for nobody. Wayland is
 * asked only where there can be one, because its library complains on stderr when there is none.
 * Who has had an X server waits for the next one: while it starts again, KMS would answer, and
 * taking the card would keep the server from ever coming back. SDL_VIDEODRIVER in the environment
 * wins. */
static void set_hints(const struct screen_options *options) {
    char card[16];
    bool wayland = getenv("WAYLAND_DISPLAY") != NULL || getenv("XDG_RUNTIME_DIR") != NULL;
    const char *drivers = wayland ? "x11,wayland,kmsdrm" : "x11,kmsdrm";
    SDL_SetHint(SDL_HINT_VIDEODRIVER, x_server_known() ? "x11" : drivers);
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    SDL_SetHint(SDL_HINT_VIDEO_MINIMIZE_ON_FOCUS_LOSS, "0");
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "0");
    renderer_hints();
    int number = kms_outputs_card(KMS_FOLDER, options->output);
    if (number >= 0) {
        /* SDL takes the last card that it finds, also one that no monitor is connected to, and only
         * that card's outputs exist for it. */
        (void)snprintf(card, sizeof card, "%d", number);
        SDL_SetHint(SDL_HINT_KMSDRM_DEVICE_INDEX, card);
    }
}

/* Drivers whose window surface is plain memory. */
static bool has_surface(void) {
    const char *driver = SDL_GetCurrentVideoDriver();
    return getenv("SDL_RENDER_DRIVER") == NULL && driver != NULL &&
           (strcmp(driver, "x11") == 0 || strcmp(driver, "dummy") == 0);
}

static bool same_box(struct box a, struct box b) {
    return a.x == b.x && a.y == b.y && a.width == b.width && a.height == b.height;
}

static struct box display_box(int display) {
    SDL_Rect bounds = {0, 0, 1280, 720};
    (void)SDL_GetDisplayBounds(display, &bounds);
    return (struct box){bounds.x, bounds.y, bounds.w, bounds.h};
}

/* SDL's display that is just an output; a part of one, or a wall of several, is none. */
static int display_at(struct box box) {
    for (int i = 0; i < SDL_GetNumVideoDisplays(); i++) {
        if (same_box(display_box(i), box)) {
            return i;
        }
    }
    return -1;
}

/* Finds the output that the window belongs on: the one that is wanted, or the first. */
static bool find_output(struct present *present, char *reason) {
    struct outputs outputs;
    present->outputs_of = outputs_list(&outputs);
    const struct output *output = outputs_named(&outputs, present->wanted);
    if (output != NULL) {
        present->output = *output;
        present->display =
            present->outputs_of == OUTPUTS_OF_X11 ? display_at(output->box) : output->number;
    } else if (present->wanted[0] != '\0') {
        char names[REASON_BYTES];
        outputs_names(&outputs, names, sizeof names);
        bool modeless = present->outputs_of == OUTPUTS_OF_KMS &&
                        kms_outputs_modeless(KMS_FOLDER, present->wanted);
        return fail(reason,
                    modeless
                        ? "the monitor at the output \"%s\" is connected, but tells no picture "
                          "size; one that does is at: %s"
                        : "no monitor at the output \"%s\"; there is one at: %s",
                    present->wanted, names);
    }
    return true;
}

/* Makes a hidden window fullscreen: in a mode of its own, or on a display that is not the first.
 * SDL 2.26 on KMS/DRM opens a window on the first, unless it is moved while it is hidden and not
 * yet fullscreen. */
static void unfold(struct present *present, const struct screen_mode *mode) {
    struct box box = display_box(present->display);
    SDL_SetWindowPosition(present->window, box.x, box.y);
    if (mode->width == 0 ||
        !kms_mode_set(present->window, present->display, mode, present->mode_reason)) {
        (void)SDL_SetWindowFullscreen(present->window, SDL_WINDOW_FULLSCREEN_DESKTOP);
    }
    SDL_ShowWindow(present->window);
}

/* The window's place, and how it is opened there. */
static SDL_Rect place_window(struct present *present, const struct screen_options *options) {
    bool known = present->outputs_of == OUTPUTS_OF_X11 && present->output.name[0] != '\0';
    struct box on = known ? present->output.box : display_box(present->display);
    bool windowed = options->windowed || (options->width > 0 && options->height > 0);
    int width = options->width > 0 ? options->width : windowed ? on.width * 2 / 3 : on.width;
    int height = options->height > 0 ? options->height : windowed ? on.height * 2 / 3 : on.height;
    /* A display smaller than the layout can serve is shown a part of the picture. */
    bool sideways = present->turns % 2 != 0;
    int least_width = sideways ? HEIGHT_MIN : WIDTH_MIN;
    int least_height = sideways ? WIDTH_MIN : HEIGHT_MIN;
    width = width < least_width ? least_width : width;
    height = height < least_height ? least_height : height;
    present->watched = !windowed;
    if (windowed) {
        on.x += (on.width - width) / 2;
        on.y += (on.height - height) / 2;
    }
    return (SDL_Rect){on.x, on.y, width, height};
}

static bool open_window(struct present *present, const struct screen_options *options,
                        char *reason) {
    SDL_Rect at = place_window(present, options);
    bool windowed = !present->watched;
    bool forced = !windowed && options->mode.width > 0;
    bool hidden =
        !windowed && present->outputs_of == OUTPUTS_OF_KMS && (present->display > 0 || forced);
    bool bare = !windowed && (present->outputs_of == OUTPUTS_OF_X11 ||
                              present->outputs_of == OUTPUTS_OF_WAYLAND);
    /* Without a window manager SDL waits 100 ms for one to answer a wish for fullscreen. A window
     * without a border and as large as the display looks the same, so the first picture comes
     * first and the wish afterwards. Under Wayland an earlier wish is lost when SDL makes the
     * window again for its renderer (2.26). */
    present->fullscreen_due = bare && present->display >= 0;
    uint32_t flags = windowed ? SDL_WINDOW_RESIZABLE
                     : hidden ? SDL_WINDOW_HIDDEN
                     : bare   ? SDL_WINDOW_BORDERLESS
                              : SDL_WINDOW_FULLSCREEN_DESKTOP;
    present->window = SDL_CreateWindow("hallcall", at.x, at.y, at.w, at.h, flags);
    if (present->window == NULL) {
        if (present->outputs_of == OUTPUTS_OF_KMS && renderer_lacking(SDL_GetError(), reason)) {
            return false;
        }
        return fail(reason, "no window could be opened: %.100s", SDL_GetError());
    }
    if (hidden) {
        unfold(present, &options->mode);
    } else if (forced) {
        (void)fail(present->mode_reason, "%s", modes_of_desktop);
    }
    bool sideways = present->turns % 2 != 0;
    SDL_SetWindowMinimumSize(present->window, sideways ? HEIGHT_MIN : WIDTH_MIN,
                             sideways ? WIDTH_MIN : HEIGHT_MIN);
    (void)SDL_ShowCursor(options->windowed ? SDL_ENABLE : SDL_DISABLE);
    return true;
}

static bool open_renderer(struct present *present, char *reason) {
    present->renderer =
        renderer_create(present->window, present->outputs_of == OUTPUTS_OF_KMS, reason);
    return present->renderer != NULL;
}

/* Why no driver answers. A machine that has had an X server waits for that one. */
static void tell_no_video(const char *output, char *reason) {
    if (!x_server_known() && kms_outputs_modeless(KMS_FOLDER, output)) {
        (void)fail(reason,
                   "the monitor at the output \"%s\" is connected, but tells no picture size",
                   output);
        return;
    }
    (void)fail(reason, "no display: neither X11, Wayland nor KMS answers; is a screen connected?");
}

/* Asks an X server to tell of its outputs. Its events come through SDL, and wake through
 * present_fd. */
static void watch_outputs(struct present *present) {
    SDL_SysWMinfo info;
    SDL_VERSION(&info.version);
#ifdef SDL_VIDEO_DRIVER_X11
    if (present->watched && SDL_GetWindowWMInfo(present->window, &info) &&
        info.subsystem == SDL_SYSWM_X11) {
        (void)SDL_EventState(SDL_SYSWMEVENT, SDL_ENABLE);
        x_outputs_watch(info.info.x11.display);
    }
#endif
}

struct present *present_create(const struct screen_options *options, char *reason) {
    struct present *present = calloc(1, sizeof *present);
    if (present == NULL) {
        fail(reason, "out of memory");
        return NULL;
    }
    memcpy(present->wanted, options->output, sizeof present->wanted);
    present->turns = options->turns;
    set_hints(options);
    x_server_forget();
    if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0) {
        tell_no_video(present->wanted, reason);
        free(present);
        return NULL;
    }
    present->stale = true;
    if (!find_output(present, reason) || !open_window(present, options, reason) ||
        (!has_surface() && !open_renderer(present, reason))) {
        present_destroy(present);
        return NULL;
    }
    SDL_GetWindowSize(present->window, &present->width, &present->height);
    watch_outputs(present);
    if (x_server_lost()) {
        present_destroy(present);
        fail(reason, "the X server has gone");
        return NULL;
    }
    return present;
}

void present_destroy(struct present *present) {
    if (present == NULL) {
        return;
    }
    if (present->texture != NULL) {
        SDL_DestroyTexture(present->texture);
    }
    if (present->renderer != NULL) {
        SDL_DestroyRenderer(present->renderer);
    }
    if (present->window != NULL) {
        SDL_DestroyWindow(present->window);
    }
    free(present->pixels);
    SDL_QuitSubSystem(SDL_INIT_VIDEO);
    free(present);
}

void present_size(const struct present *present, int *width_px, int *height_px) {
    bool sideways = present->turns % 2 != 0;
    int width = sideways ? present->height : present->width;
    int height = sideways ? present->width : present->height;
    *width_px = width < WIDTH_MIN ? WIDTH_MIN : width;
    *height_px = height < HEIGHT_MIN ? HEIGHT_MIN : height;
}

double present_diagonal_in(const struct present *present) {
    return output_diagonal_in(&present->output);
}

void present_mode_words(const struct present *present, char words[SCREEN_MODE_BYTES]) {
    struct screen_mode mode = kms_mode_now(present->display);
    words[0] = '\0';
    if (mode.width > 0) {
        modes_words(&mode, words);
    }
}

const char *present_mode_reason(const struct present *present) {
    return present->mode_reason;
}

static bool own_pixels(struct present *present, int width, int height, char *reason) {
    free(present->pixels);
    present->pixels = calloc((size_t)width * (size_t)height, sizeof *present->pixels);
    return present->pixels != NULL || fail(reason, "out of memory for a picture");
}

/* Whether a surface holds pixels of the canvas's form. */
static bool surface_is_plain(const SDL_Surface *surface) {
    uint32_t format = surface->format->format;
    return (format == SDL_PIXELFORMAT_RGB888 || format == SDL_PIXELFORMAT_ARGB8888) &&
           surface->pitch % 4 == 0;
}

static bool renew_surface(struct present *present, int width, int height, char *reason) {
    present->surface = SDL_GetWindowSurface(present->window);
    if (present->surface == NULL) {
        return fail(reason, "the window has no surface: %.100s", SDL_GetError());
    }
    if (present->turns != 0 || !surface_is_plain(present->surface) ||
        present->surface->w != width || present->surface->h != height) {
        return own_pixels(present, width, height, reason);
    }
    free(present->pixels);
    present->pixels = NULL;
    return true;
}

static bool renew_texture(struct present *present, int width, int height, char *reason) {
    bool sideways = present->turns % 2 != 0;
    if (present->texture != NULL) {
        SDL_DestroyTexture(present->texture);
    }
    present->texture =
        SDL_CreateTexture(present->renderer, SDL_PIXELFORMAT_ARGB8888, SDL_TEXTUREACCESS_STREAMING,
                          sideways ? height : width, sideways ? width : height);
    if (present->texture == NULL) {
        return fail(reason, "no texture for the picture: %.100s", SDL_GetError());
    }
    return own_pixels(present, width, height, reason);
}

static bool renew(struct present *present, char *reason) {
    int width = 0;
    int height = 0;
    present_size(present, &width, &height);
    return present->renderer == NULL ? renew_surface(present, width, height, reason)
                                     : renew_texture(present, width, height, reason);
}

bool present_canvas(struct present *present, struct canvas *canvas, bool *fresh, char *reason) {
    int width = 0;
    int height = 0;
    *fresh = present->stale;
    if (present->stale && !renew(present, reason)) {
        return false;
    }
    present->stale = false;
    present_size(present, &width, &height);
    if (present->pixels != NULL) {
        canvas_init(canvas, present->pixels, width, height, width);
    } else {
        canvas_init(canvas, present->surface->pixels, width, height, present->surface->pitch / 4);
    }
    return true;
}

/* A damaged box of the picture and where it is in the window. */
struct move {
    struct box from;
    SDL_Rect to;
};

/* Where a box of the picture goes in a window of this size, and how much of it is seen there. */
static struct move move_of(const struct present *present, struct box box, int width, int height) {
    int across = 0, down = 0;
    present_size(present, &across, &down);
    struct box there = turn_box(box, present->turns, across, down);
    there = box_intersect(there, (struct box){0, 0, width, height});
    bool sideways = present->turns % 2 != 0;
    struct box from = turn_box(there, (4 - present->turns) % 4, sideways ? down : across,
                               sideways ? across : down);
    return (struct move){from, {there.x, there.y, there.width, there.height}};
}

static struct canvas own_canvas(const struct present *present) {
    struct canvas canvas;
    int width = 0, height = 0;
    present_size(present, &width, &height);
    canvas_init(&canvas, present->pixels, width, height, width);
    return canvas;
}

/* Moves a box of our canvas into a surface. */
static bool move_to_surface(struct present *present, const struct move *move, char *reason) {
    struct canvas canvas = own_canvas(present);
    SDL_Surface *onto = present->surface;
    SDL_Rect to = move->to;
    if (surface_is_plain(onto)) {
        uint32_t *pixels = (uint32_t *)onto->pixels + (ptrdiff_t)to.y * (onto->pitch / 4) + to.x;
        turn_pixels(&canvas, move->from, present->turns, pixels, onto->pitch / 4);
        return true;
    }
    SDL_Surface *between =
        SDL_CreateRGBSurfaceWithFormat(0, to.w, to.h, 32, SDL_PIXELFORMAT_RGB888);
    if (between == NULL) {
        return fail(reason, "out of memory for a picture");
    }
    turn_pixels(&canvas, move->from, present->turns, between->pixels, between->pitch / 4);
    bool good = SDL_BlitSurface(between, NULL, onto, &to) == 0;
    SDL_FreeSurface(between);
    return good || fail(reason, "the picture could not be shown: %.100s", SDL_GetError());
}

static bool show_surface(struct present *present, const struct damage *damage, char *reason) {
    SDL_Rect boxes[DAMAGE_MAX];
    int count = 0;
    for (size_t i = 0; i < damage->count; i++) {
        struct move move =
            move_of(present, damage->boxes[i], present->surface->w, present->surface->h);
        if (move.to.w <= 0 || move.to.h <= 0) {
            continue;
        }
        if (present->pixels != NULL && !move_to_surface(present, &move, reason)) {
            return false;
        }
        boxes[count++] = move.to;
    }
    if (count > 0 && SDL_UpdateWindowSurfaceRects(present->window, boxes, count) != 0) {
        return fail(reason, "the picture could not be shown: %.100s", SDL_GetError());
    }
    return true;
}

static bool move_to_texture(struct present *present, struct box box, int width, int height) {
    struct move move = move_of(present, box, width, height);
    struct canvas canvas = own_canvas(present);
    void *pixels = NULL;
    int pitch = 0;
    if (SDL_LockTexture(present->texture, &move.to, &pixels, &pitch) != 0) {
        return false;
    }
    turn_pixels(&canvas, move.from, present->turns, pixels, pitch / 4);
    SDL_UnlockTexture(present->texture);
    return true;
}

static bool show_texture(struct present *present, const struct damage *damage, char *reason) {
    int width = 0, height = 0;
    bool good = SDL_QueryTexture(present->texture, NULL, NULL, &width, &height) == 0;
    for (size_t i = 0; i < damage->count && good; i++) {
        good = move_to_texture(present, damage->boxes[i], width, height);
    }
    good = good && SDL_RenderCopy(present->renderer, present->texture, NULL, NULL) == 0;
    if (!good) {
        return fail(reason, "the picture could not be shown: %.100s", SDL_GetError());
    }
    SDL_RenderPresent(present->renderer);
    return true;
}

bool present_show(struct present *present, const struct damage *damage, char *reason) {
    struct damage all = {.count = 1};
    present_size(present, &all.boxes[0].width, &all.boxes[0].height);
    const struct damage *shown = present->exposed ? &all : damage;
    if (shown->count == 0) {
        return true;
    }
    present->exposed = false;
    present->shown = true;
    bool good = present->renderer == NULL ? show_surface(present, shown, reason)
                                          : show_texture(present, shown, reason);
    return good && (!x_server_lost() || fail(reason, "the X server has gone"));
}

static void handle_window(struct present *present, const SDL_WindowEvent *event,
                          struct screen_events *events) {
    switch (event->event) {
    case SDL_WINDOWEVENT_SIZE_CHANGED:
        /* SDL throws its surface away even when the size is the same in the end. */
        present->width = event->data1;
        present->height = event->data2;
        present->stale = true;
        events->resized = true;
        break;
    case SDL_WINDOWEVENT_EXPOSED:
        present->exposed = true;
        break;
    case SDL_WINDOWEVENT_CLOSE:
        events->quit = true;
        break;
    default:
        break;
    }
}

static void note_outputs(struct present *present, const SDL_SysWMmsg *message) {
#ifdef SDL_VIDEO_DRIVER_X11
    bool changed =
        message->subsystem == SDL_SYSWM_X11 && x_outputs_changed(&message->msg.x11.event);
    present->outputs_changed = present->outputs_changed || changed;
#endif
}

/* Whether the output that the window is on has gone, or has another place or mode. The kernel sends
 * SDL no word of it, so it is looked at each time. */
static bool has_moved(struct present *present) {
    struct outputs outputs;
    bool look = present->outputs_changed || present->outputs_of == OUTPUTS_OF_KMS;
    present->outputs_changed = false;
    if (!look || !present->watched || x_server_lost()) {
        return false;
    }
    (void)outputs_list(&outputs);
    const struct output *now = outputs_named(&outputs, present->wanted);
    const char *name = now != NULL ? now->name : "";
    return strcmp(name, present->output.name) != 0 ||
           (now != NULL && !same_box(now->box, present->output.box));
}

void present_poll(struct present *present, struct screen_events *events) {
    SDL_Event event;
    if (present->fullscreen_due && present->shown) {
        present->fullscreen_due = false;
        (void)SDL_SetWindowFullscreen(present->window, SDL_WINDOW_FULLSCREEN_DESKTOP);
    }
    while (SDL_PollEvent(&event) != 0) {
        if (event.type == SDL_QUIT) {
            events->quit = true;
        } else if (event.type == SDL_KEYDOWN) {
            events->key = true;
        } else if (event.type == SDL_WINDOWEVENT) {
            handle_window(present, &event.window, events);
        } else if (event.type == SDL_RENDER_TARGETS_RESET ||
                   event.type == SDL_RENDER_DEVICE_RESET) {
            present->stale = true;
            events->resized = true;
        } else if (event.type == SDL_DISPLAYEVENT) {
            present->outputs_changed = true;
        } else if (event.type == SDL_SYSWMEVENT) {
            note_outputs(present, event.syswm.msg);
        }
    }
    if (present->exposed && !present->stale) {
        char reason[REASON_BYTES];
        struct damage none = {.count = 0};
        (void)present_show(present, &none, reason);
    }
    events->moved = has_moved(present);
    events->lost = x_server_lost();
}

int present_fd(const struct present *present) {
    SDL_SysWMinfo info;
    SDL_VERSION(&info.version);
    if (!SDL_GetWindowWMInfo(present->window, &info)) {
        return -1;
    }
#ifdef SDL_VIDEO_DRIVER_X11
    if (info.subsystem == SDL_SYSWM_X11) {
        return ConnectionNumber(info.info.x11.display);
    }
#endif
    return -1;
}

bool present_pending(const struct present *present) {
    /* Showing a picture waits for the server's answer and may read events on the way. */
    SDL_PumpEvents();
    bool waits = present->window != NULL && SDL_HasEvents(SDL_FIRSTEVENT, SDL_LASTEVENT);
    return waits || x_server_lost();
}
