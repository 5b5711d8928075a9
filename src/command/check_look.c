/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The looks of a display: the themes that it uses in the course of a week, and the logo.
 *
 * How large the logo comes out is asked of the layout itself, with a view that holds nothing else,
 * so that this cannot disagree with the screen.
 */
#include "command/checking.h"
#include "command/wiring.h"
#include "core/layout.h"
#include "screen/logo.h"
#include "screen/theme.h"

#include <stdlib.h>
#include <string.h>

enum { USUAL_WIDTH_PX = 1920, USUAL_HEIGHT_PX = 1080, UPSCALE_MAX = 2 };

static void check_theme(struct checking *checking, const char *path) {
    struct theme theme;
    static struct diagnostics diagnostics;
    memset(&diagnostics, 0, sizeof diagnostics);
    if (theme_read(path, &theme, &diagnostics)) {
        checking_tell(checking, VERDICT_OK, "theme", "%s", path);
    } else {
        checking_diagnostics(checking, "theme", &diagnostics);
    }
}

static int no_width(void *context, enum face face, int cap_px, const char *text) {
    (void)context;
    (void)face;
    (void)cap_px;
    (void)text;
    return 0;
}

/* How large a logo stands on the screen; width 0 in a layout without a header, or without memory.
 */
static struct box logo_box(const struct settings *settings, struct view_logo logo) {
    const struct metrics metrics = {.width = no_width};
    struct box box = {0};
    struct view *view = calloc(1, sizeof *view);
    struct scene *scene = calloc(1, sizeof *scene);
    if (view != NULL && scene != NULL) {
        bool told = settings->display.width_px > 0;
        struct mounting mounting;
        wire_mounting(settings, &mounting);
        struct sheet sheet =
            sheet_make(settings->display.layout, told ? settings->display.width_px : USUAL_WIDTH_PX,
                       told ? settings->display.height_px : USUAL_HEIGHT_PX, &mounting);
        view->logo = logo;
        layout_make(view, &sheet, &metrics, scene);
        for (size_t i = 0; i < scene->nodes_count; i++) {
            box = scene->nodes[i].kind == NODE_PICTURE ? scene->nodes[i].box : box;
        }
    }
    free(view);
    free(scene);
    return box;
}

static void check_logo(struct checking *checking, const char *path) {
    static struct diagnostics diagnostics;
    memset(&diagnostics, 0, sizeof diagnostics);
    struct logo *logo = logo_read(path, &diagnostics);
    if (logo == NULL) {
        checking_diagnostics(checking, "logo", &diagnostics);
        return;
    }
    struct view_logo size;
    logo_size(logo, &size.width, &size.height);
    struct box box = logo_box(&checking->config.settings, size);
    bool soft = box.width > UPSCALE_MAX * size.width || box.height > UPSCALE_MAX * size.height;
    if (box.width == 0) {
        checking_tell(checking, VERDICT_OK, "logo", "%s, which this layout does not show", path);
    } else if (soft) {
        checking_tell(checking, VERDICT_WARNING, "logo",
                      "%s: %d x %d pixels are shown as %d x %d and look blurred: use a picture of "
                      "at least that size",
                      path, size.width, size.height, box.width, box.height);
    } else {
        checking_tell(checking, VERDICT_OK, "logo", "%s, %d x %d pixels, shown as %d x %d", path,
                      size.width, size.height, box.width, box.height);
    }
    logo_destroy(logo);
}

void checking_look(struct checking *checking) {
    struct screen_options options;
    wire_screen(&checking->config.settings, &options);
    for (size_t i = 0; i < options.themes_count; i++) {
        if (!wire_theme_again(&options, i)) {
            check_theme(checking, options.theme_files[i]);
        }
    }
    if (options.logo_file[0] != '\0') {
        check_logo(checking, options.logo_file);
    }
}
