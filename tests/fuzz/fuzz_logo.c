/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a logo's PNG file.
 *
 * Whatever is taken is within its limits and scales to any size, with no colour stronger than its
 * coverage; whatever is refused is told in one line.
 */
#include "screen/logo.h"
#include "system/check.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_scaled(struct logo *logo, int width, int height) {
    const struct picture *picture = logo_scaled(logo, width, height);
    if (picture == NULL) {
        return;
    }
    CHECK(picture->width == width && picture->height == height);
    for (int i = 0; i < width * height; i++) {
        uint32_t pixel = picture->pixels[i];
        uint32_t alpha = pixel >> 24;
        CHECK((pixel >> 16 & 0xffu) <= alpha);
        CHECK((pixel >> 8 & 0xffu) <= alpha);
        CHECK((pixel & 0xffu) <= alpha);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct diagnostics diagnostics;
    int width = 0, height = 0;
    memset(&diagnostics, 0, sizeof diagnostics);
    struct logo *logo = logo_decode(data, size, "fuzz.png", &diagnostics);
    CHECK((logo != NULL) == (diagnostics.count == 0));
    logo_size(logo, &width, &height);
    if (logo != NULL) {
        CHECK(width >= 1 && height >= 1 && width <= LOGO_SIDE_MAX && height <= LOGO_SIDE_MAX);
        CHECK((int64_t)width * height <= LOGO_PIXELS_MAX);
        check_scaled(logo, 1, 1);
        check_scaled(logo, 37, 5);
        check_scaled(logo, width < 64 ? width * 2 : 64, height < 64 ? height : 63);
    } else {
        CHECK(diagnostics.count == 1 && strlen(diagnostics.lines[0]) > strlen("fuzz.png: "));
    }
    logo_destroy(logo);
    return 0;
}
