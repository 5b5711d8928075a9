/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a chime's score: refused with a line number, or good enough to render.
 */
#include "system/check.h"
#include "voice/chime.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct score score = {0};
    char reason[REASON_BYTES] = "";
    if (size > SCORE_BYTES_MAX) {
        return 0;
    }
    if (!score_parse((const char *)data, size, &score, reason)) {
        CHECK(strncmp(reason, "line ", 5) == 0);
        CHECK(score.notes_count == 0);
        return 0;
    }
    CHECK(score.notes_count >= 1 && score.notes_count <= SCORE_NOTES_MAX);
    CHECK(score.partials_count >= 1 && score.partials_count <= SCORE_PARTIALS_MAX);
    /* Rendering costs a million sines for a long score; a short one shows as much. */
    if (score.length_ms <= 200.0F && score.notes_count <= 2) {
        struct clip clip;
        chime_render(&score, &clip);
        CHECK(clip.count > 0);
        clip_finish(&clip);
    }
    return 0;
}
