/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fonts through fontconfig, glyphs through SDL_ttf.
 *
 * fontconfig is asked once at start, with FcFontList for exactly the families and weights of
 * faces.ini, and given back at once: its caches would cost memory for the whole day. Each font is
 * opened twice at most, and only when a character needs it: one handle stays at a large reference
 * size and answers all questions of width (widths scale, since hinting never moves an advance
 * here), the other is set to whatever size is rendered. Rendered glyphs live in the cache of
 * masks.c, not in SDL_ttf's own, which forgets at each change of size; so memory has one bound.
 *
 * Refused: FcFontMatch (it always answers, with some other family when ours is missing), one
 * TTF_Font per size (a few hundred kilobytes each), font files of our own (Debian packages them).
 */
#include "screen/faces.h"

#include "config/ini.h"
#include "core/utf8.h"
#include "system/shortage.h"

#include <SDL_ttf.h>
#include <errno.h>
#include <fcntl.h>
#include <fontconfig/fontconfig.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A cell as wide as the widest digit looks letter-spaced; at 95 % no two digits touch. */
enum { FONTS_MAX = 16, FAMILY_BYTES = 64, REFERENCE_PX = 400, CELL_PER_CENT = 95 };

struct font {
    char family[FAMILY_BYTES];
    int weight; /* fontconfig's */
    char *file;
    void *bytes; /* the file, mapped on first use; NULL before */
    size_t bytes_count;
    long index;
    TTF_Font *ruler; /* at REFERENCE_PX */
    TTF_Font *pencil;
    int pencil_size; /* in pixels * FINE */
    double cap;      /* capital height of the ruler, pixels */
    double digit;
    bool broken;
};

struct role {
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
        if (strcmp(faces->fonts[i].family, family) == 0 && faces->fonts[i].weight == weight) {
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
    font->file = file;
    font->index = index;
    list->fonts[list->count++] = (int)faces->count++;
    return true;
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
    if (font->ruler != NULL) {
        TTF_CloseFont(font->ruler);
    }
    if (font->pencil != NULL) {
        TTF_CloseFont(font->pencil);
    }
    if (font->bytes != NULL) {
        (void)munmap(font->bytes, font->bytes_count);
    }
    free(font->file);
}

struct faces *faces_create(const char *path, struct diagnostics *diagnostics) {
    struct faces *faces = calloc(1, sizeof *faces);
    if (faces == NULL || TTF_Init() != 0) {
        diagnostics_add(diagnostics, path, 0, NULL, NULL, NULL, "the font library did not start");
        free(faces);
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
    TTF_Quit();
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

static TTF_Font *open_font(struct font *font, int size_px) {
    if (!map_font(font)) {
        return NULL;
    }
    SDL_RWops *bytes = SDL_RWFromConstMem(font->bytes, (int)font->bytes_count);
    TTF_Font *opened = TTF_OpenFontIndexRW(bytes, 1, size_px, font->index);
    if (opened != NULL) {
        TTF_SetFontHinting(opened, TTF_HINTING_LIGHT_SUBPIXEL);
    }
    return opened;
}

static double advance(TTF_Font *font, uint32_t codepoint) {
    int width = 0;
    (void)TTF_GlyphMetrics32(font, codepoint, NULL, NULL, NULL, NULL, &width);
    return width;
}

/* Finds out the height of capitals and the widest digit. False when the machine ran short: then
 * neither is known yet. */
static bool measure(struct faces *faces, struct font *font) {
    int top = 0;
    double digit_width = 0;
    errno = 0;
    (void)TTF_GlyphMetrics32(font->ruler, 'H', NULL, NULL, NULL, &top, NULL);
    for (uint32_t digit = '0'; digit <= '9'; digit++) {
        double width = advance(font->ruler, digit);
        digit_width = width > digit_width ? width : digit_width;
    }
    if (note_shortage(faces)) {
        return false;
    }
    font->cap = top > 0 ? top : REFERENCE_PX * 0.7;
    font->digit = digit_width * CELL_PER_CENT / 100.0;
    return true;
}

/* Opens the measuring handle on first use. NULL when the file does not open (any more). */
static TTF_Font *font_ruler(struct faces *faces, struct font *font) {
    if (font->ruler == NULL && !font->broken) {
        errno = 0;
        font->ruler = open_font(font, REFERENCE_PX);
        font->broken = font->ruler == NULL && !note_shortage(faces);
    }
    bool measured = font->ruler == NULL || font->cap > 0 || measure(faces, font);
    return measured ? font->ruler : NULL;
}

bool faces_has(struct faces *faces, int font, uint32_t codepoint) {
    TTF_Font *ruler = font_ruler(faces, &faces->fonts[font]);
    return ruler != NULL && TTF_GlyphIsProvided32(ruler, codepoint) != 0;
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

double faces_width(struct faces *faces, int font, const char *text) {
    struct font *f = &faces->fonts[font];
    TTF_Font *ruler = font_ruler(faces, f);
    int width = 0;
    errno = 0;
    if (ruler == NULL || TTF_SizeUTF8(ruler, text, &width, NULL) != 0) {
        (void)note_shortage(faces);
        return 0;
    }
    return width / f->cap;
}

double faces_digit_width(struct faces *faces, int font) {
    struct font *f = &faces->fonts[font];
    return font_ruler(faces, f) == NULL ? 0 : f->digit / f->cap;
}

/* Sizes are whole points, which would round an em of 52.4 pixels and make a long line several
 * pixels wider than was measured. At 3 dots per inch a point is a 24th of a pixel. */
enum { FINE_DPI = 3, FINE = 72 / FINE_DPI };

static TTF_Font *font_pencil(struct faces *faces, struct font *font, int cap_px) {
    if (font_ruler(faces, font) == NULL) {
        return NULL;
    }
    int size = (int)(cap_px * REFERENCE_PX / font->cap * FINE + 0.5);
    if (font->pencil == NULL) {
        font->pencil = open_font(font, cap_px);
        font->pencil_size = 0;
    }
    if (font->pencil != NULL && font->pencil_size != size) {
        if (TTF_SetFontSizeDPI(font->pencil, size, FINE_DPI, FINE_DPI) != 0) {
            return NULL;
        }
        font->pencil_size = size;
    }
    return font->pencil;
}

/* SDL_ttf moves the baseline down when a mark rises above the face's ascent: by how much. */
static int baseline_shift(TTF_Font *font, const SDL_Surface *surface) {
    int extra = surface->h - TTF_FontHeight(font);
    return extra > 0 ? extra : 0;
}

/* Copies the part of an 8-bit surface that holds ink. */
static bool trim(const SDL_Surface *surface, struct glyphs *glyphs) {
    const uint8_t *pixels = surface->pixels;
    int left = surface->w;
    int right = 0;
    int top = surface->h;
    int bottom = 0;
    for (int y = 0; y < surface->h; y++) {
        const uint8_t *row = pixels + (ptrdiff_t)y * surface->pitch;
        int first = 0;
        while (first < surface->w && row[first] == 0) {
            first++;
        }
        if (first == surface->w) {
            continue;
        }
        int last = surface->w - 1;
        while (row[last] == 0) {
            last--;
        }
        left = first < left ? first : left;
        right = last + 1 > right ? last + 1 : right;
        top = y < top ? y : top;
        bottom = y + 1;
    }
    if (right <= left) {
        return true;
    }
    size_t width = (size_t)(right - left);
    glyphs->bytes = malloc(width * (size_t)(bottom - top));
    if (glyphs->bytes == NULL) {
        return false;
    }
    for (int y = top; y < bottom; y++) {
        memcpy(glyphs->bytes + (size_t)(y - top) * width,
               pixels + (ptrdiff_t)y * surface->pitch + left, width);
    }
    glyphs->width = (int)width;
    glyphs->height = bottom - top;
    glyphs->left += left;
    glyphs->top -= top;
    return true;
}

static bool render(TTF_Font *pencil, const char *text, struct glyphs *glyphs) {
    /* Shaded is 8 bits a pixel, and between black and white its index is the coverage. */
    SDL_Color white = {255, 255, 255, 255};
    SDL_Color black = {0, 0, 0, 255};
    SDL_Surface *surface = TTF_RenderUTF8_Shaded(pencil, text, white, black);
    if (surface == NULL) {
        return false;
    }
    int bearing = 0;
    uint32_t first = ' ';
    (void)utf8_read(text, &first);
    (void)TTF_GlyphMetrics32(pencil, first, &bearing, NULL, NULL, NULL, NULL);
    glyphs->left = bearing < 0 ? bearing : 0;
    glyphs->top = TTF_FontAscent(pencil) + baseline_shift(pencil, surface);
    bool good = surface->format->BitsPerPixel == 8 && trim(surface, glyphs);
    SDL_FreeSurface(surface);
    return good;
}

bool faces_render(struct faces *faces, int font, int cap_px, const char *text,
                  struct glyphs *glyphs) {
    memset(glyphs, 0, sizeof *glyphs);
    errno = 0;
    TTF_Font *pencil = font_pencil(faces, &faces->fonts[font], cap_px);
    bool good = pencil != NULL && render(pencil, text, glyphs);
    /* Also when only its place could not be asked for. */
    if (note_shortage(faces)) {
        free(glyphs->bytes);
        memset(glyphs, 0, sizeof *glyphs);
        return false;
    }
    return good;
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
