/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What to draw, where: a flat list of boxes and texts in pixels, painted in order.
 *
 * The layout makes a scene from a view; the screen folder paints it; a test prints it. Nothing here
 * knows a font, a colour value or a library: faces and colours are roles. Plain value; every unused
 * byte is zero, so two nodes may be compared with memcmp.
 */
#ifndef HALLCALL_CORE_SCENE_H
#define HALLCALL_CORE_SCENE_H

#include "core/hall.h"
#include "core/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NODES_MAX = 416 };

enum face {
    FACE_TICKET, /* tickets and counter numbers: bold, equal-width numerals, distinct shapes */
    FACE_STRONG, /* nouns, heads, the clock */
    FACE_TEXT,   /* everything else */
    FACE_KINDS
};

/* Colour roles; a theme gives each a value. The contrast gates between them are in
 * standards.md ("Contrast"): ..._TEXT and INK at least 9:1 on their ground for calls, 7:1 else. */
enum colour {
    COLOUR_GROUND,     /* behind everything */
    COLOUR_PANEL,      /* header, footer, list ground */
    COLOUR_CARD,       /* a resting hero's ground */
    COLOUR_INK,        /* text on ground, panel and card */
    COLOUR_SOFT,       /* secondary text on the same */
    COLOUR_ACCENT,     /* the calling hero's ground, a fresh row's marker */
    COLOUR_ACCENT_INK, /* text on accent */
    COLOUR_LINE,       /* separators: carries no meaning */
    COLOUR_ALARM,      /* ground of the honest line */
    COLOUR_ALARM_INK,
    COLOUR_URGENT, /* ground of an urgent text */
    COLOUR_URGENT_INK,
    COLOUR_KINDS
};

/* What a line of text has above and below its capitals, in per cent of their height: marks on
 * capitals and ascenders, descenders. A line of tickets, which are capitals and figures, has less:
 * a breve (Й), a tail (Щ). */
enum {
    TEXT_ABOVE_PER_CENT = 36,
    TEXT_BELOW_PER_CENT = 30,
    TICKET_ABOVE_PER_CENT = 30,
    TICKET_BELOW_PER_CENT = 26
};

struct box {
    int x, y, width, height; /* pixels, origin at the top left */
};

enum node_kind { NODE_FILL, NODE_TEXT, NODE_ARROW, NODE_RING, NODE_SIGN, NODE_PICTURE, NODE_GREY };

/* Shapes that say what their words say, for eyes that cannot tell the colour or read the words. */
enum sign {
    SIGN_AGAIN,   /* an arrow that comes back to where it began */
    SIGN_MOVED,   /* two arrows, one in each direction */
    SIGN_PRIORITY /* the diamond of a road that has priority */
};

struct ring {
    int radius; /* of the outer corners, at least width */
    int width;  /* from the outer edge to the inner one */
};

enum align { ALIGN_LEFT, ALIGN_CENTER, ALIGN_RIGHT };

struct node {
    enum node_kind kind;
    enum colour colour;
    struct box box; /* no pixel outside it is touched. A text stands in it: capitals are box.height
                       minus room above and below, see layout.c */
    union {
        int radius;       /* NODE_FILL: corner radius, 0 for square */
        struct ring ring; /* NODE_RING: the frame inside its box */
        struct { /* NODE_TEXT: one line, never wrapped; cut with an ellipsis at box.width */
            enum face face;
            enum align align;
            int cap_px;      /* height of a capital H */
            int baseline_px; /* from box.y down to the baseline */
            char text[TEXT_BYTES];
        } text;
        struct {                      /* NODE_ARROW: fills its box */
            enum direction direction; /* it points that way */
            bool onward; /* it points where reading goes on, and turns when the scene is mirrored */
        };
        enum sign sign; /* NODE_SIGN: in the middle of its box */
        int grey; /* NODE_GREY: a box of this grey, 0 black to 255 white, of no theme (testcard.h)
                   */
        /* NODE_PICTURE: the site's logo, scaled to the box. It has no colour: COLOUR_GROUND. */
    };
};

struct scene {
    int width, height;
    size_t nodes_count;
    struct node nodes[NODES_MAX];
};

#endif
