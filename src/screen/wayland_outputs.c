/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Outputs by wl_output, whose version 4 has the connector's name (Wayland 1.20). A compositor that
 * is older tells the monitor's model only, and that is the name then.
 *
 * SDL numbers its displays in the order in which the compositor announces them, and so are they
 * here. Refused: SDL_GetDisplayName, which under SDL 2.26 is the model: two televisions of one kind
 * could not be told from each other.
 */
#include "screen/wayland_outputs.h"

#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wayland-client.h>

struct listing {
    struct outputs *outputs;
    struct wl_output *asked[OUTPUTS_MAX];
};

static void on_geometry(void *data, struct wl_output *of, int32_t x, int32_t y, int32_t width_mm,
                        int32_t height_mm, int32_t subpixel, const char *make, const char *model,
                        int32_t transform) {
    struct output *output = data;
    (void)of;
    (void)subpixel;
    (void)transform;
    output->box.x = x;
    output->box.y = y;
    output->width_mm = width_mm;
    output->height_mm = height_mm;
    (void)snprintf(output->monitor, sizeof output->monitor, "%.20s %.20s", make, model);
    if (output->name[0] == '\0') {
        text_copy(output->name, sizeof output->name, model);
    }
}

static void on_mode(void *data, struct wl_output *of, uint32_t flags, int32_t width, int32_t height,
                    int32_t refresh) {
    struct output *output = data;
    (void)of;
    (void)refresh;
    if ((flags & WL_OUTPUT_MODE_CURRENT) != 0) {
        output->box.width = width;
        output->box.height = height;
    }
}

static void on_done(void *data, struct wl_output *of) {
    (void)data;
    (void)of;
}

static void on_scale(void *data, struct wl_output *of, int32_t factor) {
    (void)data;
    (void)of;
    (void)factor;
}

static void on_name(void *data, struct wl_output *of, const char *name) {
    struct output *output = data;
    (void)of;
    text_copy(output->name, sizeof output->name, name);
}

static void on_description(void *data, struct wl_output *of, const char *description) {
    (void)data;
    (void)of;
    (void)description;
}

static void on_global(void *data, struct wl_registry *registry, uint32_t id, const char *interface,
                      uint32_t version) {
    static const struct wl_output_listener listener = {.geometry = on_geometry,
                                                       .mode = on_mode,
                                                       .done = on_done,
                                                       .scale = on_scale,
                                                       .name = on_name,
                                                       .description = on_description};
    struct listing *listing = data;
    size_t count = listing->outputs->count;
    if (strcmp(interface, wl_output_interface.name) != 0 || count == OUTPUTS_MAX) {
        return;
    }
    uint32_t known =
        version < WL_OUTPUT_NAME_SINCE_VERSION ? version : WL_OUTPUT_NAME_SINCE_VERSION;
    struct wl_output *output = wl_registry_bind(registry, id, &wl_output_interface, known);
    if (output != NULL) {
        listing->asked[count] = output;
        listing->outputs->list[count] = (struct output){.number = (int)count};
        (void)wl_output_add_listener(output, &listener, &listing->outputs->list[count]);
        listing->outputs->count++;
    }
}

static void on_global_remove(void *data, struct wl_registry *registry, uint32_t id) {
    (void)data;
    (void)registry;
    (void)id;
}

/* Once for the globals, once for what they say. */
static void ask(struct wl_display *display, struct wl_registry *registry, struct listing *listing) {
    static const struct wl_registry_listener listener = {.global = on_global,
                                                         .global_remove = on_global_remove};
    (void)wl_registry_add_listener(registry, &listener, listing);
    if (wl_display_roundtrip(display) < 0 || wl_display_roundtrip(display) < 0) {
        listing->outputs->count = 0;
    }
}

bool wayland_outputs_list(struct outputs *outputs) {
    struct listing listing = {.outputs = outputs};
    outputs->count = 0;
    struct wl_display *display =
        getenv("WAYLAND_DISPLAY") != NULL ? wl_display_connect(NULL) : NULL;
    if (display == NULL) {
        return false;
    }
    struct wl_registry *registry = wl_display_get_registry(display);
    if (registry != NULL) {
        ask(display, registry, &listing);
        for (size_t i = 0; i < OUTPUTS_MAX && listing.asked[i] != NULL; i++) {
            wl_output_destroy(listing.asked[i]);
        }
        wl_registry_destroy(registry);
    }
    wl_display_disconnect(display);
    return true;
}
