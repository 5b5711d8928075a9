/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Themes and their contrast gates.
 *
 * A theme is one INI file of roles. It is refused as a whole when one pair of colours is below its
 * gate: a city may choose its own colours, but not ones that people in the last row cannot read.
 * The ratio is that of WCAG 2.2 (relative luminance of sRGB), the gates are those of the project's
 * table of standards: 9:1 for what carries a call, 7:1 for the rest, 3:1 for a shape that tells
 * something by where it ends (WCAG 2.2, 1.4.11). Whoever chose the colours is told the nearest
 * lighter or darker one that would pass, because a ratio alone leaves them guessing.
 *
 * Refused: colours by name or with alpha (a contrast could not be calculated), themes inheriting
 * from each other (twelve lines are easier to read whole).
 */
#include "screen/theme.h"

#include "config/ini.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[COLOUR_KINDS] = {
    [COLOUR_GROUND] = "ground",
    [COLOUR_PANEL] = "panel",
    [COLOUR_CARD] = "card",
    [COLOUR_INK] = "ink",
    [COLOUR_SOFT] = "soft",
    [COLOUR_ACCENT] = "accent",
    [COLOUR_ACCENT_INK] = "accent-ink",
    [COLOUR_LINE] = "line",
    [COLOUR_ALARM] = "alarm",
    [COLOUR_ALARM_INK] = "alarm-ink",
    [COLOUR_URGENT] = "urgent",
    [COLOUR_URGENT_INK] = "urgent-ink",
};

static const struct gate {
    enum colour text, ground;
    double least;
} gates[] = {
    /* Words, arrows, the marks of what is being heard, the pill "called again". A pill's words are
       the card's ground on the card's ink: the same pair. */
    {COLOUR_ACCENT_INK, COLOUR_ACCENT, 9},
    {COLOUR_INK, COLOUR_GROUND, 9},
    {COLOUR_INK, COLOUR_PANEL, 9},
    {COLOUR_INK, COLOUR_CARD, 9},
    {COLOUR_SOFT, COLOUR_GROUND, 7},
    {COLOUR_SOFT, COLOUR_PANEL, 7},
    {COLOUR_SOFT, COLOUR_CARD, 7},
    {COLOUR_ALARM_INK, COLOUR_ALARM, 7},
    {COLOUR_URGENT_INK, COLOUR_URGENT, 9},
    /* The edges of a calling card and of a fresh row's marker. */
    {COLOUR_ACCENT, COLOUR_GROUND, 3},
    {COLOUR_ACCENT, COLOUR_PANEL, 3},
};

enum { GATES = sizeof gates / sizeof gates[0], LEVELS = 255 };

const char *colour_name(enum colour colour) {
    return names[colour];
}

double theme_gate(enum colour a, enum colour b) {
    for (size_t i = 0; i < GATES; i++) {
        const struct gate *gate = &gates[i];
        if ((gate->text == a && gate->ground == b) || (gate->text == b && gate->ground == a)) {
            return gate->least;
        }
    }
    return 0;
}

static double channel(uint32_t value) {
    double c = (double)(value & 0xffu) / 255.0;
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double luminance(uint32_t colour) {
    return 0.2126 * channel(colour >> 16) + 0.7152 * channel(colour >> 8) +
           0.0722 * channel(colour);
}

double theme_contrast(uint32_t a, uint32_t b) {
    double la = luminance(a) + 0.05;
    double lb = luminance(b) + 0.05;
    return la > lb ? la / lb : lb / la;
}

static double gate_ratio(const struct theme *theme, const struct gate *gate) {
    return theme_contrast(theme->colours[gate->text], theme->colours[gate->ground]);
}

/* Whether a role passes all the gates that it is part of. */
static bool passes(const struct theme *theme, enum colour role) {
    for (size_t i = 0; i < GATES; i++) {
        bool part = gates[i].text == role || gates[i].ground == role;
        if (part && gate_ratio(theme, &gates[i]) < gates[i].least) {
            return false;
        }
    }
    return true;
}

/* step of LEVELS on the way from a colour to another. */
static uint32_t mixed(uint32_t from, uint32_t to, uint32_t step) {
    uint32_t result = 0xff000000u;
    for (int shift = 0; shift < 24; shift += 8) {
        uint32_t sum = (from >> shift & 0xffu) * (LEVELS - step) + (to >> shift & 0xffu) * step;
        result |= (sum + LEVELS / 2) / LEVELS << shift;
    }
    return result;
}

static int distance(uint32_t a, uint32_t b) {
    int sum = 0;
    for (int shift = 0; shift < 24; shift += 8) {
        sum += abs((int)(a >> shift & 0xffu) - (int)(b >> shift & 0xffu));
    }
    return sum;
}

/* The nearest lighter or darker colour with which a role passes, all others left as they are. */
static bool nearest(const struct theme *theme, enum colour role, uint32_t *colour) {
    static const uint32_t ends[] = {0xffffffffu, 0xff000000u};
    uint32_t before = theme->colours[role];
    bool found = false;
    for (size_t i = 0; i < 2; i++) {
        struct theme tried = *theme;
        for (uint32_t step = 1; step <= LEVELS; step++) {
            tried.colours[role] = mixed(before, ends[i], step);
            if (passes(&tried, role)) {
                break;
            }
        }
        uint32_t now = tried.colours[role];
        if (passes(&tried, role) && (!found || distance(before, now) < distance(before, *colour))) {
            *colour = now;
            found = true;
        }
    }
    return found;
}

/* What to write instead: for the text, or where no text would do, for its ground. */
static void suggest(const struct theme *theme, const struct gate *gate, char *words, size_t bytes) {
    uint32_t colour = 0;
    enum colour role = gate->text;
    bool found = nearest(theme, role, &colour);
    if (!found) {
        role = gate->ground;
        found = nearest(theme, role, &colour);
    }
    if (found) {
        (void)snprintf(words, bytes, "%s = #%06x would do", names[role],
                       (unsigned)(colour & 0xffffffu));
    } else {
        (void)snprintf(words, bytes, "both must change");
    }
}

bool theme_check(const struct theme *theme, const char *path, struct diagnostics *diagnostics) {
    bool good = true;
    for (size_t i = 0; i < GATES; i++) {
        const struct gate *gate = &gates[i];
        double ratio = gate_ratio(theme, gate);
        if (ratio < gate->least) {
            char words[64];
            good = false;
            suggest(theme, gate, words, sizeof words);
            /* Cut, not rounded: 8.96 must not be told as 9. */
            diagnostics_add(diagnostics, path, 0, "colours", names[gate->text], NULL,
                            "expected a contrast of at least %.0f:1 on %s, it is %.1f:1; %s",
                            gate->least, names[gate->ground], floor(ratio * 10) / 10, words);
        }
    }
    return good;
}

static bool parse_colour(const char *text, uint32_t *colour) {
    if (strlen(text) != 7 || text[0] != '#') {
        return false;
    }
    for (size_t i = 1; i < 7; i++) {
        if (!isxdigit((unsigned char)text[i])) {
            return false;
        }
    }
    *colour = 0xff000000u | (uint32_t)strtoul(text + 1, NULL, 16);
    return true;
}

static bool read_roles(const struct ini *ini, struct theme *theme,
                       struct diagnostics *diagnostics) {
    bool found[COLOUR_KINDS] = {false};
    bool good = true;
    for (size_t i = 0; i < ini->count; i++) {
        const struct ini_entry *entry = &ini->entries[i];
        size_t role = 0;
        while (role < COLOUR_KINDS && strcmp(names[role], entry->key) != 0) {
            role++;
        }
        if (strcmp(entry->section, "colours") != 0 ||
            (entry->key[0] != '\0' && role == COLOUR_KINDS)) {
            good = false;
            diagnostics_add(diagnostics, ini->path, entry->line, entry->section, entry->key, NULL,
                            "expected only [colours] with the roles of a theme");
        } else if (entry->key[0] != '\0') {
            found[role] = true;
            if (!parse_colour(entry->value, &theme->colours[role])) {
                good = false;
                diagnostics_add(diagnostics, ini->path, entry->line, entry->section, entry->key,
                                entry->value, "expected a colour like #f4f7fa");
            }
        }
    }
    for (size_t role = 0; role < COLOUR_KINDS; role++) {
        if (!found[role]) {
            good = false;
            diagnostics_add(diagnostics, ini->path, 0, "colours", names[role], NULL,
                            "expected a value, it is missing");
        }
    }
    return good;
}

bool theme_read(const char *path, struct theme *theme, struct diagnostics *diagnostics) {
    struct ini ini = {.count = 0};
    struct theme fresh = {{0}};
    bool good = ini_read(&ini, path, diagnostics);
    /* Of a file that is not there nothing else is to be told. */
    good = (good || ini.count > 0) && read_roles(&ini, &fresh, diagnostics) && good;
    good = good && theme_check(&fresh, path, diagnostics);
    if (good) {
        *theme = fresh;
    }
    ini_finish(&ini);
    return good;
}
