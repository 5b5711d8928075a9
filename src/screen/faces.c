/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fonts through fontconfig; their glyphs come from shaping.c and outlines.c.
 *
 * fontconfig is asked once at start, with FcFontList for exactly the families and weights of
 * faces.ini, and given back at once: its caches would cost memory for the whole day. Each font is
 * opened only when a character needs it, and answers all questions of width in its own units
 * (widths scale, since hinting never moves an advance here). Rendered glyphs live in the cache of
 * masks.c, so memory has one bound.
 *
 * Arabic and Hebrew have no capitals, and their letters may reach higher and deeper than Latin ones
 * beside the same H: Arabic in DejaVu Sans 141 % of it above the baseline and 34 % below. So that a
 * line of any script keeps one pitch, they are set as much smaller as their tallest and deepest
 * letters need.
 *
 * Refused: FcFontMatch (it always answers, with some other family when ours is missing), font files
 * of our own (Debian packages them).
 */
#include "screen/faces.h"

#include "config/ini.h"
#include "core/reading.h"
#include "core/text.h"
#include "core/utf8.h"
#include "system/shortage.h"

#include <errno.h>
#include <fcntl.h>
#include <fontconfig/fontconfig.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A cell as wide as the widest digit looks letter-spaced; at 97 % the closest points of two digits
 * are 10 % of a capital apart or more (text.c). Hinting may move the edge of a letter by half a
 * pixel, 2 % of small text. */
enum {
    FONTS_MAX = 16,
    FAMILY_BYTES = 64,
    FEATURE_BYTES = 64,
    REFERENCE_PX = 400,
    CELL_PER_CENT = 97,
    HINTING_PER_CENT = 2
};

struct font {
    char family[FAMILY_BYTES];
    int weight;                   /* fontconfig's */
    char features[FEATURE_BYTES]; /* OpenType's */
    char *file;
    void *bytes; /* the file, mapped on first use; NULL before */
    size_t bytes_count;
    long index;
    struct shaping *shaping;
    struct outlines *outlines;
    double cap;   /* height of capitals at REFERENCE_PX; 0 before it is known */
    double digit; /* width of a digit's cell there */
    bool broken;
};

struct role {
    char features[FEATURE_BYTES];
    size_t count;
    int fonts[FONTS_MAX];
};

struct faces {
    bool fell_short;
    size_t count;
    struct font fonts[FONTS_MAX];
    struct role roles[FACE_KINDS];
};

static const char *const role_names[FACE_KINDS] = {"ticket", "strong", "text"};

static bool weight_from_name(const char *name, int *weight) {
    static const struct {
        const char *name;
        int weight;
    } weights[] = {{"regular", FC_WEIGHT_REGULAR},
                   {"medium", FC_WEIGHT_MEDIUM},
                   {"semibold", FC_WEIGHT_SEMIBOLD},
                   {"bold", FC_WEIGHT_BOLD}};
    for (size_t i = 0; i < sizeof weights / sizeof weights[0]; i++) {
        if (strcmp(name, weights[i].name) == 0) {
            *weight = weights[i].weight;
            return true;
        }
    }
    return false;
}

/* The file of a family in a weight, or NULL when it is not installed. */
static char *find_file(FcConfig *config, const char *family, int weight, long *index) {
    FcPattern *wanted = FcPatternCreate();
    FcObjectSet *objects = FcObjectSetBuild(FC_FILE, FC_INDEX, (char *)NULL);
    FcFontSet *set = NULL;
    char *file = NULL;
    if (wanted != NULL && objects != NULL) {
        FcPatternAddString(wanted, FC_FAMILY, (const FcChar8 *)family);
        FcPatternAddInteger(wanted, FC_WEIGHT, weight);
        FcPatternAddInteger(wanted, FC_SLANT, FC_SLANT_ROMAN);
        FcPatternAddInteger(wanted, FC_WIDTH, FC_WIDTH_NORMAL);
        FcPatternAddBool(wanted, FC_SCALABLE, FcTrue);
        set = FcFontList(config, wanted, objects);
    }
    for (int i = 0; set != NULL && i < set->nfont && file == NULL; i++) {
        FcChar8 *name = NULL;
        int number = 0;
        if (FcPatternGetString(set->fonts[i], FC_FILE, 0, &name) == FcResultMatch) {
            FcPatternGetInteger(set->fonts[i], FC_INDEX, 0, &number);
            file = strdup((const char *)name);
            *index = number & 0xffff;
        }
    }
    if (set != NULL) {
        FcFontSetDestroy(set);
    }
    if (objects != NULL) {
        FcObjectSetDestroy(objects);
    }
    if (wanted != NULL) {
        FcPatternDestroy(wanted);
    }
    return file;
}

void faces_fall_short(struct faces *faces) {
    faces->fell_short = true;
}

bool faces_fell_short(struct faces *faces) {
    bool fell_short = faces->fell_short;
    faces->fell_short = false;
    return fell_short;
}

/* After something failed before which errno was 0. Answers whether a shortage was the reason. */
static bool note_shortage(struct faces *faces) {
    bool here = shortage(errno);
    faces->fell_short = faces->fell_short || here;
    return here;
}

/* Adds "Family:weight" to a role if it is installed. False when the words make no sense. */
static bool add_face(struct faces *faces, FcConfig *config, enum face role, const char *words) {
    char family[FAMILY_BYTES];
    int weight = 0;
    const char *colon = strrchr(words, ':');
    if (colon == NULL || colon == words || (size_t)(colon - words) >= sizeof family ||
        !weight_from_name(colon + 1, &weight)) {
        return false;
    }
    memcpy(family, words, (size_t)(colon - words));
    family[colon - words] = '\0';
    struct role *list = &faces->roles[role];
    for (size_t i = 0; i < faces->count; i++) {
        const struct font *other = &faces->fonts[i];
        if (strcmp(other->family, family) == 0 && other->weight == weight &&
            strcmp(other->features, list->features) == 0) {
            if (list->count < FONTS_MAX) {
                list->fonts[list->count++] = (int)i;
            }
            return true;
        }
    }
    long index = 0;
    errno = 0;
    char *file = find_file(config, family, weight, &index);
    if (file == NULL) {
        note_shortage(faces);
        return true;
    }
    if (faces->count == FONTS_MAX) {
        free(file);
        return true;
    }
    struct font *font = &faces->fonts[faces->count];
    (void)snprintf(font->family, sizeof font->family, "%s", family);
    font->weight = weight;
    memcpy(font->features, list->features, sizeof font->features);
    font->file = file;
    font->index = index;
    list->fonts[list->count++] = (int)faces->count++;
    return true;
}

/* The features of a role, before its faces are added. False when they make no sense. */
static bool read_features(struct faces *faces, enum face role, const struct ini_entry *entry) {
    const char *words = entry != NULL ? entry->value : "";
    char *out = faces->roles[role].features;
    int bytes = snprintf(out, FEATURE_BYTES, "%s", words);
    return bytes >= 0 && bytes < FEATURE_BYTES && shaping_reads_features(words);
}

/* The list of one role: "Inter:bold, DejaVu Sans:bold". */
static bool read_role(struct faces *faces, FcConfig *config, enum face role,
                      const struct ini_entry *entry) {
    const char *rest = entry->value;
    while (*rest != '\0') {
        char words[FAMILY_BYTES + 16];
        rest += strspn(rest, " \t,");
        size_t length = strcspn(rest, ",");
        const char *next = rest + length;
        while (length > 0 && (rest[length - 1] == ' ' || rest[length - 1] == '\t')) {
            length--;
        }
        if (length >= sizeof words) {
            return false;
        }
        memcpy(words, rest, length);
        words[length] = '\0';
        if (length > 0 && !add_face(faces, config, role, words)) {
            return false;
        }
        rest = next;
    }
    return true;
}

static bool read_faces(struct faces *faces, const struct ini *ini,
                       struct diagnostics *diagnostics) {
    bool good = true;
    FcConfig *config = FcInitLoadConfigAndFonts();
    if (config == NULL) {
        diagnostics_add(diagnostics, ini->path, 0, NULL, NULL, NULL, "fontconfig does not start");
        return false;
    }
    for (enum face role = 0; role < FACE_KINDS; role++) {
        const char *name = role_names[role];
        const struct ini_entry *entry = ini_find(ini, name, "faces");
        const struct ini_entry *features = ini_find(ini, name, "features");
        if (!read_features(faces, role, features)) {
            good = false;
            diagnostics_add(diagnostics, ini->path, features->line, name, "features",
                            features->value,
                            "expected up to 8 OpenType features, separated by commas");
        }
        if (entry == NULL) {
            good = false;
            diagnostics_add(diagnostics, ini->path, 0, name, "faces", NULL,
                            "expected a list of faces, it is missing");
        } else if (!read_role(faces, config, role, entry)) {
            good = false;
            diagnostics_add(diagnostics, ini->path, entry->line, name, "faces", entry->value,
                            "expected Family:weight, separated by commas; weight is regular, "
                            "medium, semibold or bold");
        } else if (faces->roles[role].count == 0 && !faces->fell_short) {
            good = false;
            diagnostics_add(diagnostics, ini->path, entry->line, name, "faces", entry->value,
                            "expected at least one installed face: apt install fonts-inter "
                            "fonts-dejavu-core");
        }
    }
    FcConfigDestroy(config);
    if (faces_fell_short(faces)) {
        good = false;
        diagnostics_unreadable(diagnostics, "the list of fonts", ENOMEM);
    }
    return good;
}

static void font_close(struct font *font) {
    shaping_destroy(font->shaping);
    outlines_destroy(font->outlines);
    if (font->bytes != NULL) {
        (void)munmap(font->bytes, font->bytes_count);
    }
    free(font->file);
}

struct faces *faces_create(const char *path, struct diagnostics *diagnostics) {
    struct faces *faces = calloc(1, sizeof *faces);
    if (faces == NULL) {
        diagnostics_unreadable(diagnostics, path, ENOMEM);
        return NULL;
    }
    struct ini ini = {.count = 0};
    bool good = ini_read(&ini, path, diagnostics);
    good = read_faces(faces, &ini, diagnostics) && good;
    ini_finish(&ini);
    if (!good) {
        faces_destroy(faces);
        return NULL;
    }
    return faces;
}

void faces_destroy(struct faces *faces) {
    if (faces == NULL) {
        return;
    }
    for (size_t i = 0; i < faces->count; i++) {
        font_close(&faces->fonts[i]);
    }
    free(faces);
}

/* Maps the file, so that drawing a glyph never reads: FreeType would fetch each outline from the
 * file in pieces, in the middle of a call's frame. Packages replace font files by renaming, which
 * leaves a mapping whole. */
static bool map_font(struct font *font) {
    if (font->bytes != NULL) {
        return true;
    }
    struct stat facts;
    int fd = open(font->file, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &facts) == 0 && facts.st_size > 0) {
        void *bytes = mmap(NULL, (size_t)facts.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        font->bytes = bytes != MAP_FAILED ? bytes : NULL;
        font->bytes_count = (size_t)facts.st_size;
    }
    if (fd >= 0) {
        close(fd);
    }
    return font->bytes != NULL;
}

/* After something failed, or may have, before which errno was 0. HarfBuzz keeps a table that it had
 * no memory for as one that the font lacks: what it has read is read again. */
static bool note_font_shortage(struct faces *faces, struct font *font) {
    bool here = note_shortage(faces);
    if (here) {
        shaping_destroy(font->shaping);
        font->shaping = NULL;
    }
    return here;
}

/* Finds out the height of capitals and the widest digit. False when the machine ran short: then
 * neither is known yet. */
static bool measure(struct faces *faces, struct font *font) {
    int digit_width = 0;
    struct shaped shaped;
    errno = 0;
    bool sized = outlines_size(font->outlines, REFERENCE_PX * 24);
    int top = sized ? outlines_top(font->outlines, shaping_glyph(font->shaping, 'H')) : 0;
    for (int digit = '0'; digit <= '9'; digit++) {
        const char words[] = {(char)digit, '\0'};
        (void)shaping_run(font->shaping, words, false, &shaped);
        digit_width = shaped.advance > digit_width ? shaped.advance : digit_width;
    }
    double pixels = (double)REFERENCE_PX / shaping_em(font->shaping);
    double cap = top > 0 ? top : REFERENCE_PX * 0.7;
    if (note_font_shortage(faces, font)) {
        return false;
    }
    font->cap = cap;
    font->digit = floor(digit_width * pixels) * CELL_PER_CENT / 100.0;
    return true;
}

/* Opens the font on first use. False when the file does not open (any more). */
static bool font_open(struct faces *faces, struct font *font) {
    if (font->broken) {
        return false;
    }
    errno = 0;
    if (font->shaping == NULL && map_font(font)) {
        font->shaping =
            shaping_create(font->bytes, font->bytes_count, (unsigned)font->index, font->features);
    }
    if (font->outlines == NULL && font->shaping != NULL) {
        font->outlines = outlines_create(font->bytes, font->bytes_count, font->index);
    }
    if (font->outlines == NULL) {
        font->broken = !note_shortage(faces);
        return false;
    }
    return font->shaping != NULL && (font->cap > 0 || measure(faces, font));
}

bool faces_has(struct faces *faces, int font, uint32_t codepoint) {
    struct font *f = &faces->fonts[font];
    if (!font_open(faces, f)) {
        return false;
    }
    errno = 0;
    bool has = shaping_glyph(f->shaping, codepoint) != 0;
    return !note_font_shortage(faces, f) && has;
}

int faces_find(struct faces *faces, enum face role, uint32_t codepoint) {
    const struct role *list = &faces->roles[role];
    for (size_t i = 0; i < list->count; i++) {
        if (faces_has(faces, list->fonts[i], codepoint)) {
            return list->fonts[i];
        }
    }
    return list->fonts[0];
}

static bool shape(struct faces *faces, const struct span *span, struct shaped *shaped) {
    struct font *font = &faces->fonts[span->font];
    if (!font_open(faces, font)) {
        return false;
    }
    errno = 0;
    bool good = shaping_run(font->shaping, span->text, span->from_right, shaped);
    return !note_font_shortage(faces, font) && good;
}

double faces_width(struct faces *faces, const struct span *span) {
    const struct font *font = &faces->fonts[span->font];
    struct shaped shaped;
    if (!shape(faces, span, &shaped)) {
        return 0;
    }
    double pixels = (double)REFERENCE_PX / shaping_em(font->shaping);
    double left = shaped.left < 0 ? shaped.left * pixels : 0;
    double right = fmax(shaped.advance, shaped.right) * pixels;
    return (floor(right) - floor(left)) / font->cap * span->per_cent / 100;
}

bool faces_draws(struct faces *faces, const struct span *span) {
    struct shaped shaped;
    if (!shape(faces, span, &shaped)) {
        return false;
    }
    for (size_t i = 0; i < shaped.count; i++) {
        if (shaped.glyphs[i].number == 0) {
            return false;
        }
    }
    return true;
}

double faces_digit_width(struct faces *faces, int font) {
    struct font *f = &faces->fonts[font];
    return font_open(faces, f) ? f->digit / f->cap : 0;
}

int faces_fit_per_cent(struct faces *faces, const struct span *span, const struct line_room *room) {
    const struct font *font = &faces->fonts[span->font];
    struct shaped shaped;
    double least = 100;
    if (!shape(faces, span, &shaped)) {
        return 100;
    }
    double cap = font->cap * shaping_em(font->shaping) / REFERENCE_PX;
    double above = shaped.top / cap, below = -shaped.bottom / cap;
    if (above * 100 > 100 + room->above) {
        least = fmin(least, (100 + room->above) / above - HINTING_PER_CENT);
    }
    if (below * 100 > room->below) {
        least = fmin(least, room->below / below - HINTING_PER_CENT);
    }
    return (int)least;
}

bool faces_render(struct faces *faces, const struct span *span, int cap_px, struct glyphs *glyphs) {
    struct font *font = &faces->fonts[span->font];
    struct shaped shaped;
    memset(glyphs, 0, sizeof *glyphs);
    if (!shape(faces, span, &shaped)) {
        return false;
    }
    /* A run's box holds its ink: the pen stands at the left of what reaches out of it. */
    int out = shaped.left < 0 ? -shaped.left : 0;
    int em = shaping_em(font->shaping);
    double cap = cap_px * span->per_cent / 100.0;
    int em_24ths = (int)(cap * REFERENCE_PX / font->cap * 24 + 0.5);
    errno = 0;
    bool good = outlines_size(font->outlines, em_24ths) &&
                outlines_draw(font->outlines, &shaped, em, glyphs);
    glyphs->left += (int)lround(out * em_24ths / 24.0 / em);
    if (note_shortage(faces)) {
        free(glyphs->bytes);
        memset(glyphs, 0, sizeof *glyphs);
        return false;
    }
    return good;
}

/* The language's own, or that of the same language elsewhere: "de" for "de-AT". */
static const FcCharSet *find_orthography(const char *tag) {
    char base[LANG_BYTES];
    text_copy(base, sizeof base, tag);
    const FcCharSet *characters = FcLangGetCharSet((const FcChar8 *)base);
    if (characters == NULL) {
        base[strcspn(base, "-")] = '\0';
        characters = FcLangGetCharSet((const FcChar8 *)base);
    }
    return characters;
}

void faces_alphabet(const char *tag, char *out) {
    enum { FIRST_LETTER = 0xC0, TIMES = 0xD7, DIVIDED = 0xF7 };
    const FcCharSet *characters = find_orthography(tag);
    FcChar32 map[FC_CHARSET_MAP_SIZE], next = 0;
    out[0] = '\0';
    if (characters == NULL) {
        return;
    }
    FcChar32 base = FcCharSetFirstPage(characters, map, &next);
    for (; base != FC_CHARSET_DONE; base = FcCharSetNextPage(characters, map, &next)) {
        for (FcChar32 i = 0; i < FC_CHARSET_MAP_SIZE * 32; i++) {
            FcChar32 letter = base + i;
            bool has = (map[i / 32] >> i % 32 & 1) != 0;
            if (!has || letter < FIRST_LETTER || letter == TIMES || letter == DIVIDED) {
                continue;
            }
            char character[UTF8_BYTES];
            (void)utf8_write(letter, character);
            bool joins = reading_of(character) == READING_FROM_RIGHT;
            text_append(out, TEXT_BYTES, joins && out[0] != '\0' ? " " : "");
            text_append(out, TEXT_BYTES, character);
        }
    }
}

void faces_print(const struct faces *faces, FILE *out) {
    for (size_t role = 0; role < FACE_KINDS; role++) {
        (void)fprintf(out, "%s:", role_names[role]);
        for (size_t i = 0; i < faces->roles[role].count; i++) {
            const struct font *font = &faces->fonts[faces->roles[role].fonts[i]];
            (void)fprintf(out, "%s %s", i == 0 ? "" : ",", font->family);
        }
        (void)fputc('\n', out);
    }
}
