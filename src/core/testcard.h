/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The test card: what whoever hangs a screen looks at, once, before visitors do.
 *
 * A frame on the outermost pixels and marks in the corners show overscan, a circle shows a picture
 * that is stretched, rulers in millimetres show a diagonal that was told wrongly, sixteen greys and
 * the theme's colours show a monitor that is set wrongly, capitals at the sheet's sizes are walked
 * away from, and the letters of each language show what a face lacks.
 *
 * Pure. Words are English, for staff. Apart from the two samples its text is smaller than a hall's:
 * it is read by whoever stands before it.
 */
#ifndef HALLCALL_CORE_TESTCARD_H
#define HALLCALL_CORE_TESTCARD_H

#include "core/layout.h"

enum {
    TESTCARD_FACTS_MAX = 14,
    TESTCARD_FACT_BYTES = 24,
    TESTCARD_GREYS = 16 /* equal steps of the signal from black to white */
};

/* On which side the loudspeaker is heard. */
enum testcard_side { TESTCARD_LEFT, TESTCARD_RIGHT, TESTCARD_SIDES, TESTCARD_NO_SIDE };

/* Texts are shown as they are, "" where there is nothing to say. */
struct testcard {
    double diagonal_in;       /* of the screen; 0: not known, then there is no ruler */
    char display[NAME_BYTES]; /* its id, the largest word */
    char hall[LABEL_BYTES];   /* its hall's name */
    char call[TICKET_BYTES];  /* a sample at the size of calls, cut where it is too wide */
    char text[LABEL_BYTES];   /* a sample at the size of text */
    char reach[LABEL_BYTES];  /* "readable to 8.4 m" */
    char sizes[LABEL_BYTES];  /* how high the samples are */
    size_t facts_count;
    struct {
        char name[TESTCARD_FACT_BYTES]; /* "broker" */
        char value[LABEL_BYTES * 2];
    } facts[TESTCARD_FACTS_MAX];
    size_t languages_count;
    struct {
        char name[WORD_BYTES];    /* in itself */
        char letters[TEXT_BYTES]; /* its special letters, or some of its words */
    } languages[LANGUAGES_MAX];
    char sides[TESTCARD_SIDES][WORD_BYTES]; /* "left", "right" */
    enum testcard_side side;                /* that is heard now */
};

/* Pixels from the edge to a millimetre of the ruler on a sheet whose diagonal is known: the same
 * along both edges. */
double testcard_pixels(const struct sheet *sheet, double diagonal_in, int mm);
/* The sizes of the samples: what the layout sets on this sheet, which is less than the sheet asks
 * for where that does not fit. Pixels. */
void testcard_caps(const struct sheet *sheet, int *call_cap, int *text_cap);
/* Fills *scene; every byte of it is overwritten. */
void testcard_make(const struct testcard *card, const struct sheet *sheet,
                   const struct metrics *metrics, struct scene *scene);

#endif
