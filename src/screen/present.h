/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The window and the way of pixels onto the display.
 *
 * Two ways, chosen by what the video driver offers: the window's own surface (X11: memory shared
 * with the server, and our canvas at the same time), or a texture for drivers that have only a GPU
 * (KMS/DRM, Wayland).
 */
#ifndef HALLCALL_SCREEN_PRESENT_H
#define HALLCALL_SCREEN_PRESENT_H

#include "screen/canvas.h"
#include "screen/damage.h"
#include "screen/screen.h"

struct present;

/* Starts video and opens the window. NULL with a reason (REASON_BYTES). */
struct present *present_create(const struct screen_options *options, char *reason);
/* Accepts NULL. */
void present_destroy(struct present *present);
/* The pixels to paint on, valid until the window changes its size. *fresh is set when they hold
 * nothing of what was painted before. False with a reason when the display is lost. */
bool present_canvas(struct present *present, struct canvas *canvas, bool *fresh, char *reason);
/* Puts the damaged part of the canvas on the display; returns when the display server has it. */
bool present_show(struct present *present, const struct damage *damage, char *reason);
/* Of the canvas. */
void present_size(const struct present *present, int *width_px, int *height_px);
/* See screen_diagonal_in. */
double present_diagonal_in(const struct present *present);
/* See screen_mode_words and screen_mode_reason. */
void present_mode_words(const struct present *present, char words[SCREEN_MODE_BYTES]);
const char *present_mode_reason(const struct present *present);
/* Handles all events that wait. */
void present_poll(struct present *present, struct screen_events *events);
/* See screen_fd. */
int present_fd(const struct present *present);
/* See screen_pending. */
bool present_pending(const struct present *present);

#endif
