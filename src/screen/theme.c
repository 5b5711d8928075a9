/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Themes and their contrast gates.
 *
 * A theme is one INI file of roles. It is refused as a whole when one pair of colours is below its
 * gate: a city may choose its own colours, but not ones that people in the last row cannot read.
 * The ratio is that of WCAG 2.2 (relative luminance of sRGB), the gates are those of the project's
 * table of standards: 9:1 for what carries a call, 7:1 for the rest.
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
    {COLOUR_ACCENT_INK, COLOUR_ACCENT, 9},
    {COLOUR_INK, COLOUR_GROUND, 9},
    {COLOUR_INK, COLOUR_PANEL, 9},
    {COLOUR_INK, COLOUR_CARD, 9},
    {COLOUR_SOFT, COLOUR_GROUND, 7},
    {COLOUR_SOFT, COLOUR_PANEL, 7},
    {COLOUR_SOFT, COLOUR_CARD, 7},
    {COLOUR_ALARM_INK, COLOUR_ALARM, 7},
    {COLOUR_URGENT_INK, COLOUR_URGENT, 9},
    /* The fresh row's marker is a graphic: WCAG 2.2, 1.4.11 asks for 3. */
    {COLOUR_ACCENT, COLOUR_PANEL, 3},
};

const char *colour_name(enum colour colour) {
    return names[colour];
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

bool theme_check(const struct theme *theme, const char *path, struct diagnostics *diagnostics) {
    bool good = true;
    for (size_t i = 0; i < sizeof gates / sizeof gates[0]; i++) {
        const struct gate *gate = &gates[i];
        double ratio = theme_contrast(theme->colours[gate->text], theme->colours[gate->ground]);
        if (ratio < gate->least) {
            good = false;
            diagnostics_add(diagnostics, path, 0, "colours", names[gate->text], NULL,
                            "expected a contrast of at least %.0f:1 on %s, it is %.1f:1",
                            gate->least, names[gate->ground], ratio);
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
    good = read_roles(&ini, &fresh, diagnostics) && good;
    good = good && theme_check(&fresh, path, diagnostics);
    if (good) {
        *theme = fresh;
    }
    ini_finish(&ini);
    return good;
}
