/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shapes into pixels, by the CPU.
 *
 * A full screen of 1920 x 1080 is filled in well under a millisecond, and only what changed is
 * painted at all, so this needs no graphics library: the same bytes come out on every machine,
 * which is what golden pictures need. Polygons are sampled on a grid of 8 x 8 points a pixel;
 * arrows are small and rare enough.
 *
 * Refused: SDL_Renderer for shapes (another picture on each driver, and under the software renderer
 * slower than this), gamma-correct blending (twice the work for edges nobody can tell apart from
 * where a hall screen is read).
 */
#include "screen/canvas.h"

#include <math.h>
#include <string.h>

enum { GRID = 8, POINTS_MAX = 32 };

struct point {
    double x, y;
};

bool box_empty(struct box box) {
    return box.width <= 0 || box.height <= 0;
}

struct box box_intersect(struct box a, struct box b) {
    int left = a.x > b.x ? a.x : b.x;
    int top = a.y > b.y ? a.y : b.y;
    int right = a.x + a.width < b.x + b.width ? a.x + a.width : b.x + b.width;
    int bottom = a.y + a.height < b.y + b.height ? a.y + a.height : b.y + b.height;
    struct box both = {left, top, right - left, bottom - top};
    return box_empty(both) ? (struct box){left, top, 0, 0} : both;
}

struct box box_union(struct box a, struct box b) {
    if (box_empty(a)) {
        return b;
    }
    if (box_empty(b)) {
        return a;
    }
    int left = a.x < b.x ? a.x : b.x;
    int top = a.y < b.y ? a.y : b.y;
    int right = a.x + a.width > b.x + b.width ? a.x + a.width : b.x + b.width;
    int bottom = a.y + a.height > b.y + b.height ? a.y + a.height : b.y + b.height;
    return (struct box){left, top, right - left, bottom - top};
}

void canvas_init(struct canvas *canvas, uint32_t *pixels, int width, int height, int stride) {
    *canvas = (struct canvas){pixels, width, height, stride, {0, 0, width, height}};
}

void canvas_clip(struct canvas *canvas, struct box box) {
    canvas->clip = box_intersect(box, (struct box){0, 0, canvas->width, canvas->height});
}

static uint32_t *row_at(struct canvas *canvas, int x, int y) {
    return canvas->pixels + (size_t)y * (size_t)canvas->stride + x;
}

/* ground + (ink - ground) * alpha / 255 for red with blue, and green, two channels at once. */
static uint32_t blend(uint32_t ground, uint32_t ink, uint32_t alpha) {
    uint32_t weight = alpha + (alpha >> 7); /* 0 to 256, so that 255 is exactly the ink */
    uint32_t rb = ground & 0xff00ffu;
    uint32_t g = ground & 0x00ff00u;
    rb += (((ink & 0xff00ffu) - rb) * weight) >> 8;
    g += (((ink & 0x00ff00u) - g) * weight) >> 8;
    return 0xff000000u | (rb & 0xff00ffu) | (g & 0x00ff00u);
}

static void fill_square(struct canvas *canvas, struct box box, uint32_t colour) {
    struct box area = box_intersect(box, canvas->clip);
    if (box_empty(area)) {
        return;
    }
    uint32_t *first = row_at(canvas, area.x, area.y);
    for (int x = 0; x < area.width; x++) {
        first[x] = colour;
    }
    /* Copying a row is several times faster than writing it pixel by pixel. */
    for (int y = area.y + 1; y < area.y + area.height; y++) {
        memcpy(row_at(canvas, area.x, y), first, (size_t)area.width * sizeof first[0]);
    }
}

/* How much of the pixel (x, y), counted from the corner's outer edges, lies in the quarter circle.
 */
static uint32_t corner_cover(int x, int y, int radius) {
    /* In units of half a sample: pixel side 2 * GRID, circle centre at the inner corner. */
    int side = 2 * GRID;
    int inside = 0;
    int64_t limit = (int64_t)radius * side * radius * side;
    for (int j = 0; j < GRID; j++) {
        int64_t dy = (int64_t)(radius - y) * side - (2 * j + 1);
        for (int i = 0; i < GRID; i++) {
            int64_t dx = (int64_t)(radius - x) * side - (2 * i + 1);
            inside += dx * dx + dy * dy <= limit;
        }
    }
    return (uint32_t)(inside * 255 / (GRID * GRID));
}

static void put(struct canvas *canvas, int x, int y, uint32_t colour, uint32_t alpha) {
    struct box clip = canvas->clip;
    if (alpha > 0 && x >= clip.x && y >= clip.y && x < clip.x + clip.width &&
        y < clip.y + clip.height) {
        uint32_t *pixel = row_at(canvas, x, y);
        *pixel = blend(*pixel, colour, alpha);
    }
}

static void fill_corners(struct canvas *canvas, struct box box, int radius, uint32_t colour) {
    struct box top = {box.x, box.y, box.width, radius};
    struct box foot = {box.x, box.y + box.height - radius, box.width, radius};
    if (box_empty(box_intersect(top, canvas->clip)) &&
        box_empty(box_intersect(foot, canvas->clip))) {
        return;
    }
    int right = box.x + box.width - 1;
    int bottom = box.y + box.height - 1;
    for (int y = 0; y < radius; y++) {
        for (int x = 0; x < radius; x++) {
            uint32_t alpha = corner_cover(x, y, radius);
            put(canvas, box.x + x, box.y + y, colour, alpha);
            put(canvas, right - x, box.y + y, colour, alpha);
            put(canvas, box.x + x, bottom - y, colour, alpha);
            put(canvas, right - x, bottom - y, colour, alpha);
        }
    }
}

void canvas_fill(struct canvas *canvas, struct box box, int radius, uint32_t colour) {
    uint32_t solid = colour | 0xff000000u;
    int shorter = box.width < box.height ? box.width : box.height;
    int r = radius * 2 > shorter ? shorter / 2 : radius;
    if (r <= 0) {
        fill_square(canvas, box, solid);
        return;
    }
    fill_square(canvas, (struct box){box.x + r, box.y, box.width - 2 * r, r}, solid);
    fill_square(canvas, (struct box){box.x, box.y + r, box.width, box.height - 2 * r}, solid);
    fill_square(canvas, (struct box){box.x + r, box.y + box.height - r, box.width - 2 * r, r},
                solid);
    fill_corners(canvas, box, r, solid);
}

/* As corner_cover, of the frame between a corner and the smaller one inside it. */
static uint32_t ring_cover(int x, int y, const struct ring *ring) {
    uint32_t outer = corner_cover(x, y, ring->radius);
    if (x < ring->width || y < ring->width) {
        return outer;
    }
    uint32_t inner = corner_cover(x - ring->width, y - ring->width, ring->radius - ring->width);
    return outer > inner ? outer - inner : 0;
}

static void ring_corners(struct canvas *canvas, struct box box, const struct ring *ring,
                         uint32_t colour) {
    int right = box.x + box.width - 1;
    int bottom = box.y + box.height - 1;
    for (int y = 0; y < ring->radius; y++) {
        for (int x = 0; x < ring->radius; x++) {
            uint32_t alpha = ring_cover(x, y, ring);
            put(canvas, box.x + x, box.y + y, colour, alpha);
            put(canvas, right - x, box.y + y, colour, alpha);
            put(canvas, box.x + x, bottom - y, colour, alpha);
            put(canvas, right - x, bottom - y, colour, alpha);
        }
    }
}

void canvas_ring(struct canvas *canvas, struct box box, const struct ring *ring, uint32_t colour) {
    uint32_t solid = colour | 0xff000000u;
    int r = ring->radius;
    int w = ring->width;
    int bottom = box.y + box.height - w;
    fill_square(canvas, (struct box){box.x + r, box.y, box.width - 2 * r, w}, solid);
    fill_square(canvas, (struct box){box.x + r, bottom, box.width - 2 * r, w}, solid);
    fill_square(canvas, (struct box){box.x, box.y + r, w, box.height - 2 * r}, solid);
    fill_square(canvas, (struct box){box.x + box.width - w, box.y + r, w, box.height - 2 * r},
                solid);
    ring_corners(canvas, box, ring, solid);
}

void canvas_mask(struct canvas *canvas, const struct mask *mask, int x, int y, uint32_t colour) {
    uint32_t ink = colour | 0xff000000u;
    struct box area = box_intersect((struct box){x, y, mask->width, mask->height}, canvas->clip);
    for (int row = area.y; row < area.y + area.height; row++) {
        const uint8_t *alpha = mask->bytes + (size_t)(row - y) * (size_t)mask->width + (area.x - x);
        uint32_t *pixels = row_at(canvas, area.x, row);
        for (int i = 0; i < area.width; i++) {
            if (alpha[i] == 255) {
                pixels[i] = ink;
            } else if (alpha[i] != 0) {
                pixels[i] = blend(pixels[i], ink, alpha[i]);
            }
        }
    }
}

/* A level of a ground under so much coverage. */
static uint32_t under(uint32_t ground, uint32_t alpha, int shift) {
    return ((ground >> shift & 0xffu) * (255 - alpha) + 127) / 255 << shift;
}

void canvas_picture(struct canvas *canvas, const struct picture *picture, int x, int y) {
    struct box whole = {x, y, picture->width, picture->height};
    struct box area = box_intersect(whole, canvas->clip);
    for (int row = area.y; row < area.y + area.height; row++) {
        const uint32_t *from =
            picture->pixels + (size_t)(row - y) * (size_t)picture->width + (area.x - x);
        uint32_t *to = row_at(canvas, area.x, row);
        for (int i = 0; i < area.width; i++) {
            uint32_t alpha = from[i] >> 24;
            uint32_t ground =
                under(to[i], alpha, 16) | under(to[i], alpha, 8) | under(to[i], alpha, 0);
            to[i] = 0xff000000u | ((from[i] & 0xffffffu) + ground);
        }
    }
}

/* Where a level line through a polygon is inside it: pairs of entry and exit, left to right. */
struct crossings {
    size_t count;
    double x[POINTS_MAX];
};

static void find_crossings(const struct point *points, size_t count, double y,
                           struct crossings *crossings) {
    crossings->count = 0;
    for (size_t i = 0, j = count - 1; i < count; j = i++) {
        if ((points[i].y > y) == (points[j].y > y)) {
            continue;
        }
        double t = (y - points[i].y) / (points[j].y - points[i].y);
        double x = points[i].x + t * (points[j].x - points[i].x);
        size_t place = crossings->count++;
        for (; place > 0 && crossings->x[place - 1] > x; place--) {
            crossings->x[place] = crossings->x[place - 1];
        }
        crossings->x[place] = x;
    }
}

/* How much of the pixel at x, 0 to 1, lies on the inside of one line. */
static double line_cover(const struct crossings *crossings, int x) {
    double cover = 0;
    for (size_t i = 0; i + 1 < crossings->count; i += 2) {
        double from = crossings->x[i] > x ? crossings->x[i] : x;
        double to = crossings->x[i + 1] < x + 1 ? crossings->x[i + 1] : x + 1;
        cover += to > from ? to - from : 0;
    }
    return cover;
}

/* What of a row of pixels a polygon touches, and what of it is wholly inside: of the GRID lines
 * through the row, from the first entry to the last exit, and from the last entry to the first exit
 * where each line has just one of both. */
struct reach {
    int from, to;             /* touched; empty when to <= from */
    int solid_from, solid_to; /* inside; empty when solid_to <= solid_from */
};

static struct reach find_reach(const struct crossings *lines, struct box area) {
    double from = area.x + area.width, to = area.x;
    double solid_from = area.x, solid_to = area.x + area.width;
    for (int j = 0; j < GRID; j++) {
        size_t count = lines[j].count;
        if (count != 2) {
            solid_to = area.x;
        }
        if (count == 0) {
            continue;
        }
        double last = lines[j].x[count - 1];
        from = lines[j].x[0] < from ? lines[j].x[0] : from;
        to = last > to ? last : to;
        solid_from = lines[j].x[0] > solid_from ? lines[j].x[0] : solid_from;
        solid_to = last < solid_to ? last : solid_to;
    }
    return (struct reach){.from = from > area.x ? (int)from : area.x,
                          .to = to < area.x + area.width ? (int)ceil(to) : area.x + area.width,
                          .solid_from = (int)ceil(solid_from),
                          .solid_to = (int)solid_to};
}

/* Coverage is exact along a row and sampled on GRID lines down it. */
static void fill_polygon(struct canvas *canvas, const struct point *points, size_t count,
                         struct box box, uint32_t colour) {
    struct box area = box_intersect(box, canvas->clip);
    struct crossings lines[GRID];
    for (int y = area.y; y < area.y + area.height; y++) {
        for (int j = 0; j < GRID; j++) {
            find_crossings(points, count, y + (j + 0.5) / GRID, &lines[j]);
        }
        struct reach reach = find_reach(lines, area);
        for (int x = reach.from; x < reach.to; x++) {
            if (x >= reach.solid_from && x < reach.solid_to) {
                *row_at(canvas, x, y) = colour | 0xff000000u;
                continue;
            }
            double cover = 0;
            for (int j = 0; j < GRID; j++) {
                cover += line_cover(&lines[j], x);
            }
            put(canvas, x, y, colour, (uint32_t)(cover * 255 / GRID + 0.5));
        }
    }
}

/* A point of the arrow to the right, in a square of side 1, turned and put into the box. */
static struct point turned(struct point p, struct box square, enum direction direction) {
    struct point q = p;
    switch (direction) {
    case DIRECTION_LEFT:
        q = (struct point){1 - p.x, p.y};
        break;
    case DIRECTION_UP:
    case DIRECTION_AHEAD:
        q = (struct point){p.y, 1 - p.x};
        break;
    case DIRECTION_DOWN:
        q = (struct point){p.y, p.x};
        break;
    case DIRECTION_NONE:
    case DIRECTION_RIGHT:
    default:
        break;
    }
    return (struct point){square.x + q.x * square.width, square.y + q.y * square.height};
}

void canvas_arrow(struct canvas *canvas, struct box box, enum direction direction,
                  uint32_t colour) {
    static const struct point plain[] = {{0.00, 0.42}, {0.66, 0.42}, {0.41, 0.17},
                                         {0.52, 0.06}, {0.96, 0.50}, {0.52, 0.94},
                                         {0.41, 0.83}, {0.66, 0.58}, {0.00, 0.58}};
    static const struct point bar[] = {{0.00, 0.10}, {0.12, 0.10}, {0.12, 0.90}, {0.00, 0.90}};
    int side = box.width < box.height ? box.width : box.height;
    struct box square = {box.x + (box.width - side) / 2, box.y + (box.height - side) / 2, side,
                         side};
    bool floor_line = direction == DIRECTION_UP || direction == DIRECTION_DOWN;
    struct point points[POINTS_MAX];
    size_t count = sizeof plain / sizeof plain[0];
    for (size_t i = 0; i < count; i++) {
        struct point p = plain[i];
        if (floor_line && p.x < 0.24) {
            p.x = 0.24; /* leaves a gap between the line and the shaft */
        }
        points[i] = turned(p, square, direction);
    }
    fill_polygon(canvas, points, count, square, colour);
    if (floor_line) {
        size_t corners = sizeof bar / sizeof bar[0];
        for (size_t i = 0; i < corners; i++) {
            points[i] = turned(bar[i], square, direction);
        }
        fill_polygon(canvas, points, corners, square, colour);
    }
}

/* Points of a sign in a square of side 1; a polygon may touch itself, which makes a hole. */
struct outline {
    size_t count;
    struct point points[POINTS_MAX];
};

static void add_point(struct outline *outline, double x, double y) {
    outline->points[outline->count++] = (struct point){x, y};
}

/* On a circle round the middle of the square, clockwise from the top. */
static void add_turn(struct outline *outline, double degrees, double radius) {
    double angle = degrees * 3.14159265358979323846 / 180;
    add_point(outline, 0.5 + radius * sin(angle), 0.5 - radius * cos(angle));
}

/* Most of a circle, and a head at its end. */
static void outline_again(struct outline *outline) {
    enum { FROM = 60, TO = 345, PARTS = 12 };
    for (int i = 0; i <= PARTS; i++) {
        add_turn(outline, FROM + (double)(TO - FROM) * i / PARTS, 0.46);
    }
    add_turn(outline, TO, 0.60);
    add_turn(outline, TO + 52, 0.40);
    add_turn(outline, TO, 0.12);
    for (int i = PARTS; i >= 0; i--) {
        add_turn(outline, FROM + (double)(TO - FROM) * i / PARTS, 0.27);
    }
}

/* The lower arrow, to the right; the upper one is the same, turned by half a turn. */
static void outline_moved(struct outline *outline, bool upper) {
    static const struct point lower[] = {{0.00, 0.64}, {0.62, 0.64}, {0.62, 0.50}, {1.00, 0.73},
                                         {0.62, 0.96}, {0.62, 0.82}, {0.00, 0.82}};
    for (size_t i = 0; i < sizeof lower / sizeof lower[0]; i++) {
        struct point p = lower[i];
        add_point(outline, upper ? 1 - p.x : p.x, upper ? 1 - p.y : p.y);
    }
}

static void add_diamond(struct outline *outline, double radius) {
    for (int i = 0; i <= 4; i++) {
        add_turn(outline, i * 90, radius);
    }
}

static void fill_outline(struct canvas *canvas, struct outline *outline, struct box square,
                         uint32_t colour) {
    for (size_t i = 0; i < outline->count; i++) {
        outline->points[i] = turned(outline->points[i], square, DIRECTION_RIGHT);
    }
    fill_polygon(canvas, outline->points, outline->count, square, colour);
    outline->count = 0;
}

void canvas_sign(struct canvas *canvas, struct box box, enum sign sign, uint32_t colour) {
    struct outline outline = {.count = 0};
    int side = box.width < box.height ? box.width : box.height;
    struct box square = {box.x + (box.width - side) / 2, box.y + (box.height - side) / 2, side,
                         side};
    switch (sign) {
    case SIGN_AGAIN:
        outline_again(&outline);
        break;
    case SIGN_MOVED:
        outline_moved(&outline, true);
        fill_outline(canvas, &outline, square, colour);
        outline_moved(&outline, false);
        break;
    case SIGN_PRIORITY:
        add_diamond(&outline, 0.50);
        add_diamond(&outline, 0.39);
        fill_outline(canvas, &outline, square, colour);
        add_diamond(&outline, 0.27);
        break;
    }
    fill_outline(canvas, &outline, square, colour);
}
