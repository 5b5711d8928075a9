/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Window, events and the two ways to the display.
 *
 * X11: SDL's window surface without its renderer is memory shared with the X server. It is the
 * canvas itself, so a picture exists once in our memory, and only damaged boxes are copied by the
 * server. XSync at the end of SDL's update means that when it returns the server has the pixels.
 *
 * Without such a surface: a streaming texture under OpenGL ES 2. Two silent failures are known of
 * SDL 2.26 on KMS/DRM: its `opengl` renderer draws no texture at all when libGL is missing, and its
 * `software` renderer draws nothing. So the renderer is named, and before the first picture a texel
 * is drawn and read back; a display that does not answer with it is refused with a reason, because
 * a black screen that believes itself well is the worst state a hall can be in.
 *
 * Refused: SDL_INIT_EVERYTHING (audio, joysticks and haptics cost start time and wakeups), SDL's
 * signal handlers (the run loop has its own), an accelerated surface on X11 (a GL context is 60 MB
 * and a copy more). An X server that dies is survived: x_server.c.
 */
#include "screen/present.h"

#include "screen/x_server.h"

#include <SDL.h>
#include <SDL_syswm.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct present {
    SDL_Window *window;
    SDL_Surface *surface;   /* the window's, borrowed from SDL; NULL after a change of size */
    SDL_Renderer *renderer; /* NULL on the surface way */
    SDL_Texture *texture;
    uint32_t *pixels; /* our own canvas where the window's cannot be painted on */
    int width, height;
    bool fullscreen_due; /* to be asked for once the first picture is up */
    bool shown;          /* a picture is up */
    bool stale;          /* the canvas must be made again */
    bool exposed;        /* the display wants all of the picture once more */
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
static void set_hints(void) {
    bool wayland = getenv("WAYLAND_DISPLAY") != NULL || getenv("XDG_RUNTIME_DIR") != NULL;
    const char *drivers = wayland ? "x11,wayland,kmsdrm" : "x11,kmsdrm";
    SDL_SetHint(SDL_HINT_VIDEODRIVER, x_server_known() ? "x11" : drivers);
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    SDL_SetHint(SDL_HINT_VIDEO_MINIMIZE_ON_FOCUS_LOSS, "0");
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "0");
    SDL_SetHint(SDL_HINT_RENDER_DRIVER, "opengles2");
    SDL_SetHint(SDL_HINT_RENDER_SCALE_QUALITY, "0");
}

/* Drivers whose window surface is plain memory. */
static bool has_surface(void) {
    const char *driver = SDL_GetCurrentVideoDriver();
    return driver != NULL && (strcmp(driver, "x11") == 0 || strcmp(driver, "dummy") == 0);
}

static bool open_window(struct present *present, const struct screen_options *options,
                        char *reason) {
    bool windowed = options->windowed || (options->width > 0 && options->height > 0);
    SDL_DisplayMode mode = {.w = 1280, .h = 720};
    (void)SDL_GetDesktopDisplayMode(0, &mode);
    int width = options->width > 0 ? options->width : windowed ? mode.w * 2 / 3 : mode.w;
    int height = options->height > 0 ? options->height : windowed ? mode.h * 2 / 3 : mode.h;
    /* A display smaller than the layout can serve is shown a part of the picture. */
    width = width < 320 ? 320 : width;
    height = height < 180 ? 180 : height;
    /* Without a window manager SDL waits 100 ms for one to answer a wish for fullscreen. A window
     * without a border and as large as the display looks the same, so the first picture comes
     * first and the wish afterwards. */
    present->fullscreen_due = !windowed && has_surface();
    uint32_t flags = windowed                  ? SDL_WINDOW_RESIZABLE
                     : present->fullscreen_due ? SDL_WINDOW_BORDERLESS
                                               : SDL_WINDOW_FULLSCREEN_DESKTOP;
    int position = windowed ? (int)SDL_WINDOWPOS_CENTERED : 0;
    present->window = SDL_CreateWindow("hallcall", position, position, width, height, flags);
    if (present->window == NULL) {
        return fail(reason, "no window could be opened: %.100s", SDL_GetError());
    }
    SDL_SetWindowMinimumSize(present->window, 320, 180);
    (void)SDL_ShowCursor(options->windowed ? SDL_ENABLE : SDL_DISABLE);
    return true;
}

/* Whether a texture really arrives: one texel drawn and read back. */
static bool texel_arrives(SDL_Renderer *renderer) {
    const uint32_t drawn = 0xff3c9f5au;
    uint32_t read = 0;
    SDL_Rect at = {0, 0, 1, 1};
    SDL_Texture *texture =
        SDL_CreateTexture(renderer, SDL_PIXELFORMAT_ARGB8888, SDL_TEXTUREACCESS_STREAMING, 1, 1);
    bool good =
        texture != NULL && SDL_UpdateTexture(texture, NULL, &drawn, sizeof drawn) == 0 &&
        SDL_RenderClear(renderer) == 0 && SDL_RenderCopy(renderer, texture, NULL, &at) == 0 &&
        SDL_RenderReadPixels(renderer, &at, SDL_PIXELFORMAT_ARGB8888, &read, sizeof read) == 0;
    if (texture != NULL) {
        SDL_DestroyTexture(texture);
    }
    return good && (read & 0x00ffffffu) == (drawn & 0x00ffffffu);
}

static bool open_renderer(struct present *present, char *reason) {
    present->renderer = SDL_CreateRenderer(present->window, -1, SDL_RENDERER_ACCELERATED);
    if (present->renderer == NULL) {
        return fail(reason, "no OpenGL ES 2: %.60s; apt install libgles2 libegl1 libgl1-mesa-dri",
                    SDL_GetError());
    }
    if (!texel_arrives(present->renderer)) {
        return fail(reason, "the display's driver draws nothing; apt install libgles2 libegl1 "
                            "libgl1-mesa-dri");
    }
    return true;
}

struct present *present_create(const struct screen_options *options, char *reason) {
    struct present *present = calloc(1, sizeof *present);
    if (present == NULL) {
        fail(reason, "out of memory");
        return NULL;
    }
    set_hints();
    x_server_forget();
    if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0) {
        fail(reason, "no display: neither X11, Wayland nor KMS answers; is a screen connected?");
        free(present);
        return NULL;
    }
    present->stale = true;
    if (!open_window(present, options, reason) ||
        (!has_surface() && !open_renderer(present, reason))) {
        present_destroy(present);
        return NULL;
    }
    SDL_GetWindowSize(present->window, &present->width, &present->height);
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
    *width_px = present->width < 320 ? 320 : present->width;
    *height_px = present->height < 180 ? 180 : present->height;
}

static bool own_pixels(struct present *present, int width, int height, char *reason) {
    free(present->pixels);
    present->pixels = calloc((size_t)width * (size_t)height, sizeof *present->pixels);
    return present->pixels != NULL || fail(reason, "out of memory for a picture");
}

/* Whether the window's surface holds pixels of the canvas's form and size. */
static bool surface_is_canvas(const SDL_Surface *surface, int width, int height) {
    uint32_t format = surface->format->format;
    return (format == SDL_PIXELFORMAT_RGB888 || format == SDL_PIXELFORMAT_ARGB8888) &&
           surface->pitch % 4 == 0 && surface->w == width && surface->h == height;
}

static bool renew(struct present *present, char *reason) {
    int width = 0;
    int height = 0;
    present_size(present, &width, &height);
    if (present->renderer == NULL) {
        present->surface = SDL_GetWindowSurface(present->window);
        if (present->surface == NULL) {
            return fail(reason, "the window has no surface: %.100s", SDL_GetError());
        }
        if (!surface_is_canvas(present->surface, width, height)) {
            return own_pixels(present, width, height, reason);
        }
        free(present->pixels);
        present->pixels = NULL;
        return true;
    }
    if (present->texture != NULL) {
        SDL_DestroyTexture(present->texture);
    }
    present->texture = SDL_CreateTexture(present->renderer, SDL_PIXELFORMAT_ARGB8888,
                                         SDL_TEXTUREACCESS_STREAMING, width, height);
    if (present->texture == NULL) {
        return fail(reason, "no texture for the picture: %.100s", SDL_GetError());
    }
    return own_pixels(present, width, height, reason);
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

/* Copies our canvas into a surface of another form. */
static void convert(struct present *present, SDL_Rect *boxes, int count) {
    int width = 0;
    int height = 0;
    present_size(present, &width, &height);
    SDL_Surface *from = SDL_CreateRGBSurfaceWithFormatFrom(present->pixels, width, height, 32,
                                                           width * 4, SDL_PIXELFORMAT_RGB888);
    for (int i = 0; from != NULL && i < count; i++) {
        SDL_Rect to = boxes[i];
        (void)SDL_BlitSurface(from, &boxes[i], present->surface, &to);
    }
    if (from != NULL) {
        SDL_FreeSurface(from);
    }
}

static bool show_surface(struct present *present, SDL_Rect *boxes, int count, char *reason) {
    if (present->pixels != NULL) {
        convert(present, boxes, count);
    }
    if (SDL_UpdateWindowSurfaceRects(present->window, boxes, count) != 0) {
        return fail(reason, "the picture could not be shown: %.100s", SDL_GetError());
    }
    return true;
}

static bool show_texture(struct present *present, const SDL_Rect *boxes, int count, char *reason) {
    int width = 0;
    int height = 0;
    present_size(present, &width, &height);
    bool good = true;
    for (int i = 0; i < count; i++) {
        const uint32_t *from = present->pixels + (ptrdiff_t)boxes[i].y * width + boxes[i].x;
        good = SDL_UpdateTexture(present->texture, &boxes[i], from, width * 4) == 0 && good;
    }
    good = SDL_RenderCopy(present->renderer, present->texture, NULL, NULL) == 0 && good;
    if (!good) {
        return fail(reason, "the picture could not be shown: %.100s", SDL_GetError());
    }
    SDL_RenderPresent(present->renderer);
    return true;
}

bool present_show(struct present *present, const struct damage *damage, char *reason) {
    SDL_Rect boxes[DAMAGE_MAX];
    int count = 0;
    for (size_t i = 0; i < damage->count; i++) {
        struct box box = damage->boxes[i];
        boxes[count++] = (SDL_Rect){box.x, box.y, box.width, box.height};
    }
    if (present->exposed) {
        present_size(present, &boxes[0].w, &boxes[0].h);
        boxes[0].x = boxes[0].y = 0;
        count = 1;
    }
    if (count == 0) {
        return true;
    }
    present->exposed = false;
    present->shown = true;
    bool good = present->renderer == NULL ? show_surface(present, boxes, count, reason)
                                          : show_texture(present, boxes, count, reason);
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

void present_poll(struct present *present, struct screen_events *events) {
    SDL_Event event;
    if (present->fullscreen_due && present->shown) {
        present->fullscreen_due = false;
        (void)SDL_SetWindowFullscreen(present->window, SDL_WINDOW_FULLSCREEN_DESKTOP);
    }
    while (SDL_PollEvent(&event) != 0) {
        if (event.type == SDL_QUIT) {
            events->quit = true;
        } else if (event.type == SDL_WINDOWEVENT) {
            handle_window(present, &event.window, events);
        } else if (event.type == SDL_RENDER_TARGETS_RESET ||
                   event.type == SDL_RENDER_DEVICE_RESET) {
            present->stale = true;
            events->resized = true;
        }
    }
    if (present->exposed && !present->stale) {
        char reason[REASON_BYTES];
        struct damage none = {.count = 0};
        (void)present_show(present, &none, reason);
    }
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
