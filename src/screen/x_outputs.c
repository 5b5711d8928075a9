/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Outputs by RandR's monitors.
 *
 * A monitor (RandR 1.5) is what a person sees as one screen: mostly one output by its name, but
 * also a wall of several outputs or half of a wide one, if somebody has said so with `xrandr
 * --setmonitor`. Its size is taken from the EDID of its first output, because a server that knows
 * none invents one for 96 dots per inch; of a monitor that somebody has set, what they have said is
 * taken.
 *
 * An output may go between two questions. The server then answers with an error, for which Xlib
 * would end the process: errors are not listened to here.
 */
#include "screen/x_outputs.h"

#include "core/text.h"

#include <X11/Xatom.h>
#include <X11/Xlib.h>
#include <X11/extensions/Xrandr.h>
#include <string.h>

static int randr_events = -1; /* number of RandR's first event; -1: not watched */

static int no_error(Display *display, XErrorEvent *error) {
    (void)display;
    (void)error;
    return 0;
}

static void read_edid(Display *display, RROutput from, struct output *output) {
    Atom name = XInternAtom(display, RR_PROPERTY_RANDR_EDID, True);
    Atom type = None;
    int format = 0;
    unsigned long count = 0;
    unsigned long left = 0;
    unsigned char *bytes = NULL;
    struct edid edid;
    if (name == None ||
        XRRGetOutputProperty(display, from, name, 0, EDID_BYTES / 4, False, False, AnyPropertyType,
                             &type, &format, &count, &left, &bytes) != Success ||
        bytes == NULL) {
        return;
    }
    if (type == XA_INTEGER && format == 8 && edid_read(bytes, count, &edid)) {
        memcpy(output->monitor, edid.monitor, sizeof output->monitor);
        output->width_mm = edid.width_mm;
        output->height_mm = edid.height_mm;
    }
    XFree(bytes);
}

static void read_monitor(Display *display, const XRRMonitorInfo *from, struct output *output) {
    char *name = XGetAtomName(display, from->name);
    *output = (struct output){.box = {from->x, from->y, from->width, from->height}};
    if (name != NULL) {
        text_copy(output->name, sizeof output->name, name);
        XFree(name);
    }
    if (from->noutput > 0) {
        read_edid(display, from->outputs[0], output);
    }
    if (!from->automatic) {
        output->width_mm = from->mwidth;
        output->height_mm = from->mheight;
    }
}

static void read_monitors(Display *display, struct outputs *outputs) {
    int event = 0, error = 0, major = 0, minor = 0, count = 0;
    if (!XRRQueryExtension(display, &event, &error) || !XRRQueryVersion(display, &major, &minor) ||
        major * 100 + minor < 105) {
        return;
    }
    XRRMonitorInfo *monitors = XRRGetMonitors(display, DefaultRootWindow(display), True, &count);
    for (int primary = 1; primary >= 0; primary--) {
        for (int i = 0; monitors != NULL && i < count && outputs->count < OUTPUTS_MAX; i++) {
            if ((monitors[i].primary != 0) == (primary != 0)) {
                read_monitor(display, &monitors[i], &outputs->list[outputs->count++]);
            }
        }
    }
    if (monitors != NULL) {
        XRRFreeMonitors(monitors);
    }
}

bool x_outputs_list(struct outputs *outputs) {
    Display *display = XOpenDisplay(NULL);
    outputs->count = 0;
    if (display == NULL) {
        return false;
    }
    XErrorHandler before = XSetErrorHandler(no_error);
    read_monitors(display, outputs);
    (void)XCloseDisplay(display);
    (void)XSetErrorHandler(before);
    return true;
}

void x_outputs_watch(void *display) {
    int error = 0;
    randr_events = -1;
    if (XRRQueryExtension(display, &randr_events, &error)) {
        /* SDL has asked for outputs only. An X server (21.1) keeps the first wish of a connection
         * until it is taken back, whatever is asked for later. */
        Window root = DefaultRootWindow((Display *)display);
        XRRSelectInput(display, root, 0);
        XRRSelectInput(display, root,
                       RRScreenChangeNotifyMask | RRCrtcChangeNotifyMask |
                           RROutputChangeNotifyMask);
    }
}

bool x_outputs_changed(const void *event) {
    int type = ((const XEvent *)event)->type;
    return randr_events >= 0 &&
           (type == randr_events + RRScreenChangeNotify || type == randr_events + RRNotify);
}
