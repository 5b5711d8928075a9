/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as what a monitor says about itself. They are also tried with the header and the sum
 * repaired, or hardly any of them would be looked at.
 */
#include "screen/edid.h"
#include "system/check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool look(const uint8_t *data, size_t size) {
    struct edid edid;
    if (!edid_read(data, size, &edid)) {
        CHECK(edid.monitor[0] == '\0' && edid.width_mm == 0 && edid.height_mm == 0);
        return false;
    }
    CHECK(edid.width_mm >= 0 && edid.width_mm <= 4095);
    CHECK(edid.height_mm >= 0 && edid.height_mm <= 4095);
    CHECK(memchr(edid.monitor, '\0', sizeof edid.monitor) != NULL);
    for (const char *at = edid.monitor; *at != '\0'; at++) {
        CHECK(*at >= ' ' && *at <= '~');
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const uint8_t header[] = {0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0};
    uint8_t repaired[EDID_BYTES] = {0};
    uint8_t sum = 0;
    (void)look(data, size);
    memcpy(repaired, data, size < EDID_BYTES ? size : EDID_BYTES);
    memcpy(repaired, header, sizeof header);
    for (size_t i = 0; i < EDID_BYTES - 1; i++) {
        sum = (uint8_t)(sum + repaired[i]);
    }
    repaired[EDID_BYTES - 1] = (uint8_t)(256 - sum);
    CHECK(look(repaired, sizeof repaired));
    return 0;
}
