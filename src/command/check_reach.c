/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `hallcall check`: from how far the screen can be read, and what to change when that is not far
 * enough.
 *
 * The reach is asked of the layout itself (layout_reach_m), so it is the very calculation that the
 * hall is laid out with. What is proposed has been tried on the same calculation: another layout on
 * this screen, or the diagonal of a screen of the same shape on which this one reaches.
 */
#include "command/checking.h"
#include "command/wiring.h"
#include "core/layout.h"
#include "core/shift.h"

#include <math.h>

enum { USUAL_WIDTH_PX = 1920, USUAL_HEIGHT_PX = 1080 };

/* What is asked, in one piece. */
struct question {
    struct sheet sheet;
    struct mounting mounting;
};

static double reach_of(const struct question *question, enum layout_kind kind) {
    struct sheet like = question->sheet;
    like.kind = kind;
    return layout_reach_m(&like, &question->mounting);
}

/* Screens grow in proportion, so does the distance from which they are read. */
static double inches_for(const struct question *question, double reach_m) {
    return ceil(question->mounting.diagonal_in * question->mounting.distance_m / reach_m);
}

static void tell_too_small(struct checking *checking, const struct question *question,
                           double reach_m) {
    double list_m = reach_of(question, LAYOUT_LIST);
    if (question->sheet.kind != LAYOUT_LIST && list_m >= question->mounting.distance_m) {
        checking_tell(checking, VERDICT_PROBLEM, "reach",
                      "readable to %.1f m, not to %.1f m ([display] viewing_distance_m): set "
                      "[display] layout = list, or take a screen of %.0f inches",
                      reach_m, question->mounting.distance_m, inches_for(question, reach_m));
        return;
    }
    checking_tell(checking, VERDICT_PROBLEM, "reach",
                  "readable to %.1f m, not to %.1f m ([display] viewing_distance_m): take a screen "
                  "of %.0f inches, or a second one nearer to the seats",
                  reach_m, question->mounting.distance_m, inches_for(question, reach_m));
}

static void tell_told(struct checking *checking, const struct question *question, double reach_m) {
    switch (layout_fit(&question->sheet)) {
    case LAYOUT_FITS:
        checking_tell(checking, VERDICT_OK, "reach",
                      "readable from all seats to %.1f m; this layout could reach %.1f m",
                      question->mounting.distance_m, reach_m);
        break;
    case LAYOUT_REARRANGED:
        checking_tell(checking, VERDICT_WARNING, "reach",
                      "readable to %.1f m, but card and list do not fit side by side at that size: "
                      "the list stands below the call, as with [display] layout = list",
                      question->mounting.distance_m);
        break;
    case LAYOUT_IN_TURNS:
        checking_tell(checking, VERDICT_WARNING, "reach",
                      "readable to %.1f m, but call and list do not fit together at that size: "
                      "they take turns%s",
                      question->mounting.distance_m,
                      layout_has_notices(&question->sheet) ? "" : ", and notices are not shown");
        break;
    case LAYOUT_BARE:
        checking_tell(checking, VERDICT_WARNING, "reach",
                      "readable to %.1f m, but nothing else fits beside the call at that size: "
                      "notices are not shown",
                      question->mounting.distance_m);
        break;
    case LAYOUT_TOO_SMALL:
        tell_too_small(checking, question, reach_m);
        break;
    }
}

static struct question ask(const struct config *config, const struct output *output) {
    const struct settings *settings = &config->settings;
    struct question question;
    int width = USUAL_WIDTH_PX;
    int height = USUAL_HEIGHT_PX;
    wire_mounting(settings, &question.mounting);
    if (output != NULL && output->box.width > 0 && output->box.height > 0) {
        width = output->box.width;
        height = output->box.height;
    }
    if (settings->display.width_px > 0) {
        width = settings->display.width_px;
        height = settings->display.height_px;
    }
    if (question.mounting.diagonal_in <= 0 && output != NULL) {
        question.mounting.diagonal_in = output_diagonal_in(output);
    }
    bool turned = settings->display.turns % 2 != 0;
    question.sheet = sheet_make(settings->display.layout, turned ? height : width,
                                turned ? width : height, &question.mounting);
    if (settings->display.pixel_shift) {
        question.sheet.width -= SHIFT_SPAN_PX;
        question.sheet.height -= SHIFT_SPAN_PX;
    }
    question.sheet.words = hall_has_words(&config->hall);
    return question;
}

void checking_reach(struct checking *checking, const struct output *output) {
    struct question question = ask(&checking->config, output);
    if (question.mounting.diagonal_in <= 0) {
        checking_tell(
            checking, question.mounting.distance_m > 0 ? VERDICT_WARNING : VERDICT_OK, "reach",
            "readable to %d times the screen's short side; how far that is cannot be said "
            "before [display] diagonal_in is set",
            question.sheet.kind == LAYOUT_NEAR ? SIDES_AWAY_NEAR : SIDES_AWAY);
        return;
    }
    double reach_m = reach_of(&question, question.sheet.kind);
    if (question.mounting.distance_m > 0) {
        tell_told(checking, &question, reach_m);
        return;
    }
    checking_tell(checking, VERDICT_OK, "reach",
                  "readable to %.1f m; if seats are farther away set [display] "
                  "viewing_distance_m, at most %.1f",
                  sheet_usual_distance(question.sheet.kind, question.sheet.width,
                                       question.sheet.height, &question.mounting),
                  reach_m);
}
