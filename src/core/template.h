/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A template of a language file, cut at '|' into parts: "Please go to {noun} | {counter}."
 */
#ifndef HALLCALL_CORE_TEMPLATE_H
#define HALLCALL_CORE_TEMPLATE_H

#include "core/language.h"

enum { TEMPLATE_SEGMENTS_MAX = 8 };

enum placeholder {
    HOLDS_LETTERS,
    HOLDS_NUMBER,
    HOLDS_COUNTER,
    HOLDS_NOUN,
    HOLDS_TEXT,
    HOLDS_KINDS
};

/* One segment of a template, still as written, without blanks at its ends. */
struct part {
    const char *text; /* in the template */
    size_t bytes;
    unsigned holds[HOLDS_KINDS]; /* how often each placeholder stands in it */
    bool phonemes;               /* some of it is in [[brackets]] */
    const char *error;           /* what is wrong with it, or NULL */
};

/* Cuts a template at '|'. Returns how many parts there are; more than fit are only counted. */
size_t template_cut(const char *template, struct part parts[TEMPLATE_SEGMENTS_MAX]);
/* Which placeholder stands at "{..." with left bytes to go, HOLDS_KINDS for none; *bytes is its
 * length with braces. */
enum placeholder template_placeholder(const char *at, size_t left, size_t *bytes);

/* Checks a template while a language file is read. Returns NULL when it is good, else what is
 * wrong with it, in words for the author ("unknown placeholder {foo}"). */
const char *template_error(enum spoken_template kind, const char *template);
/* The same for the written form of a template: it must have the same segments with the same
 * placeholders, and no phonemes. */
const char *template_written_error(const char *template, const char *written);

#endif
