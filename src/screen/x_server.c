/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Outliving the X server.
 *
 * When its connection breaks, Xlib ends the process, unless each Display has an exit handler of its
 * own (XSetIOErrorExitHandler, libX11 1.7): then every call on that Display just fails. SDL opens
 * two Displays and shows one. And SDL waits with XIfEvent for a window to come or go, which on a
 * broken Display never returns (seen with libX11 1.8.4: the processor is busy for ever).
 *
 * So this file has functions named XOpenDisplay and XIfEvent. The linker gives a program's own
 * definition to the libraries it is linked with, so SDL calls these; the first passes on to Xlib
 * and sets the handlers, the second is XIfEvent with an end. An SDL that was built to load libX11
 * by itself does not find them: then a lost X server ends the process as before, and the service
 * manager starts it again with the board from the journal.
 *
 * Considered and refused: leaving SDL's functions by longjmp from the error handler (SDL cannot be
 * started again afterwards); putting a forged UnmapNotify into Xlib's queue (mends one wait of
 * two, and the second Display not at all); a process of its own for the screen (the picture would
 * be a copy later, and the board would have to be told to both).
 */
#include "screen/x_server.h"

#include "system/log.h"

#include <X11/Xlib.h>
#include <dlfcn.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>

enum { LOOK_MS = 50 };

static bool lost;
static bool known;
static bool opening; /* in XOpenDisplay: a Display that has no exit handler yet */

bool x_server_lost(void) {
    return lost;
}

bool x_server_known(void) {
    return known;
}

void x_server_forget(void) {
    lost = false;
}

/* In place of Xlib's words on stderr: the hall says it itself, unless Xlib is about to exit. */
static int note_broken(Display *display) {
    (void)display;
    lost = true;
    if (opening) {
        log_line(LOG_ERR, "screen", "the X server has gone while it was being connected to");
    }
    return 0;
}

/* In place of exit. */
static void stay(Display *display, void *context) {
    (void)display;
    (void)context;
}

Display *XOpenDisplay(const char *name) {
    Display *(*real)(const char *);
    void *symbol = dlsym(RTLD_NEXT, "XOpenDisplay");
    if (symbol == NULL) {
        return NULL;
    }
    memcpy(&real, &symbol, sizeof real);
    (void)XSetIOErrorHandler(note_broken);
    opening = true;
    Display *display = real(name);
    opening = false;
    if (display != NULL) {
        known = true;
        XSetIOErrorExitHandler(display, stay, NULL);
    }
    return display;
}

/* Waits for an event that a function picks. When the server is lost there is none: the event is
 * all zero, and SDL, which only wanted to wait, goes on. */
int XIfEvent(Display *display, XEvent *event, Bool (*wanted)(Display *, XEvent *, XPointer),
             XPointer context) {
    memset(event, 0, sizeof *event);
    while (!lost && !XCheckIfEvent(display, event, wanted, context)) {
        struct pollfd wait = {.fd = ConnectionNumber(display), .events = POLLIN};
        (void)poll(&wait, 1, LOOK_MS);
    }
    return 0;
}
