/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first block of an EDID.
 *
 * A monitor can say its size twice: in centimetres in bytes 21 and 22, in millimetres in its first
 * detailed timing. Either may be nonsense, so the first that is believable is taken, millimetres
 * before centimetres.
 *
 * Considered and refused: libdisplay-info, which is not in Debian 12; Xlib's sizes of an output,
 * which are the same two numbers without the second chance; the list of all 2,500 makers (hwdata's
 * pnp.ids), for one word in the output of `hallcall check`. Makers of what hangs in halls are here,
 * the others are told by their three letters.
 */
#include "screen/edid.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* VESA E-EDID A2: 3.1 header, 3.4.1 maker, 3.6.2 size, 3.10 the four descriptors. */
enum {
    MAKER_AT = 8,
    SIZE_AT = 21,
    DESCRIPTORS_AT = 54,
    DESCRIPTORS = 4,
    DESCRIPTOR_BYTES = 18,
    NAME_TAG = 0xfc,
    NAME_AT = 5,
    NAME_CHARACTERS = 13
};
enum { DIAGONAL_MM_MIN = 76, DIAGONAL_MM_MAX = 5000 }; /* own: 3 inches, and a wall */

struct maker {
    char letters[4];
    const char *name;
};

/* UEFI's list of PNP ids. */
static const struct maker makers[] = {
    {"ACI", "Asus"},      {"ACR", "Acer"},      {"AOC", "AOC"},     {"AUO", "AUO"},
    {"BNQ", "BenQ"},      {"BOE", "BOE"},       {"CMN", "Innolux"}, {"DEL", "Dell"},
    {"ENC", "Eizo"},      {"GSM", "LG"},        {"HEC", "Hisense"}, {"HPN", "HP"},
    {"HWP", "HP"},        {"IVM", "iiyama"},    {"LEN", "Lenovo"},  {"LGD", "LG"},
    {"MEI", "Panasonic"}, {"NEC", "NEC"},       {"PHL", "Philips"}, {"SAM", "Samsung"},
    {"SHP", "Sharp"},     {"SNY", "Sony"},      {"TCL", "TCL"},     {"TSB", "Toshiba"},
    {"VES", "Vestel"},    {"VSC", "ViewSonic"},
};

static bool whole(const uint8_t *bytes, size_t count) {
    static const uint8_t header[] = {0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0};
    uint8_t sum = 0;
    if (count < EDID_BYTES || memcmp(bytes, header, sizeof header) != 0) {
        return false;
    }
    for (size_t i = 0; i < EDID_BYTES; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    return sum == 0;
}

/* Three letters of five bits each, A is 1; "" when they are none. */
static void read_maker(const uint8_t *bytes, char letters[4]) {
    unsigned packed = (unsigned)bytes[MAKER_AT] << 8 | bytes[MAKER_AT + 1];
    for (unsigned i = 0; i < 3; i++) {
        unsigned letter = packed >> (10 - 5 * i) & 31;
        if (letter < 1 || letter > 26) {
            letters[0] = '\0';
            return;
        }
        letters[i] = (char)('A' + letter - 1);
    }
    letters[3] = '\0';
}

static const char *maker_name(const char *letters) {
    for (size_t i = 0; i < sizeof makers / sizeof makers[0]; i++) {
        if (strcmp(makers[i].letters, letters) == 0) {
            return makers[i].name;
        }
    }
    return letters;
}

/* The text of a descriptor without what it is filled up with. */
static void read_name(const uint8_t *descriptor, char name[NAME_CHARACTERS + 1]) {
    size_t length = 0;
    for (size_t i = 0; i < NAME_CHARACTERS && descriptor[NAME_AT + i] != '\n'; i++) {
        uint8_t byte = descriptor[NAME_AT + i];
        name[i] = (char)(byte < ' ' || byte > '~' ? '?' : byte);
        length = byte != ' ' ? i + 1 : length;
    }
    name[length] = '\0';
}

static void name_monitor(const uint8_t *bytes, const char *model, struct edid *edid) {
    char letters[4] = "";
    read_maker(bytes, letters);
    const char *maker = maker_name(letters);
    /* Many say their maker once more in the name, some say nothing else: "SAMSUNG". */
    bool again = strncasecmp(model, maker, strlen(maker)) == 0;
    const char *rest = again ? model + strlen(maker) : model;
    rest += strspn(rest, " ");
    (void)snprintf(edid->monitor, sizeof edid->monitor, "%s%s%s", maker,
                   maker[0] != '\0' && rest[0] != '\0' ? " " : "", rest);
}

static void offer_size(struct edid *edid, int width_mm, int height_mm) {
    bool have = edid_size_believable(edid->width_mm, edid->height_mm);
    bool nothing = edid->width_mm == 0 || edid->height_mm == 0;
    if (!have && (nothing || edid_size_believable(width_mm, height_mm))) {
        edid->width_mm = width_mm;
        edid->height_mm = height_mm;
    }
}

bool edid_read(const uint8_t *bytes, size_t count, struct edid *edid) {
    char model[NAME_CHARACTERS + 1] = "";
    memset(edid, 0, sizeof *edid);
    if (!whole(bytes, count)) {
        return false;
    }
    for (size_t i = 0; i < DESCRIPTORS; i++) {
        const uint8_t *at = bytes + DESCRIPTORS_AT + i * DESCRIPTOR_BYTES;
        bool timing = at[0] != 0 || at[1] != 0;
        if (timing) {
            offer_size(edid, at[12] | (at[14] & 0xf0) << 4, at[13] | (at[14] & 0x0f) << 8);
        } else if (at[3] == NAME_TAG) {
            read_name(at, model);
        }
    }
    /* One of the two alone is no size but a form, 16:9 as a number (E-EDID A2, 3.6.2). */
    if (bytes[SIZE_AT] != 0 && bytes[SIZE_AT + 1] != 0) {
        offer_size(edid, bytes[SIZE_AT] * 10, bytes[SIZE_AT + 1] * 10);
    }
    name_monitor(bytes, model, edid);
    return true;
}

bool edid_size_believable(int width_mm, int height_mm) {
    static const int forms[][2] = {{160, 90}, {160, 100}, {1600, 900}, {1600, 1000}};
    int64_t squared = (int64_t)width_mm * width_mm + (int64_t)height_mm * height_mm;
    if (width_mm <= 0 || height_mm <= 0 || width_mm > DIAGONAL_MM_MAX ||
        height_mm > DIAGONAL_MM_MAX) {
        return false;
    }
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (width_mm == forms[i][0] && height_mm == forms[i][1]) {
            return false;
        }
    }
    return squared >= (int64_t)DIAGONAL_MM_MIN * DIAGONAL_MM_MIN &&
           squared <= (int64_t)DIAGONAL_MM_MAX * DIAGONAL_MM_MAX;
}
