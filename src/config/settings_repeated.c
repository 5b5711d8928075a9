/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings of the sections of which there may be many: [counter ID], [say TEXT], [voice LANGUAGE].
 *
 * Each is an element of its own kind, so an offset here is one in that element, not in the draft.
 * Elements are made as their headings are met, with the defaults of this table.
 */
#include "config/settings_parts.h"

static const char *const directions[] = {
    [DIRECTION_NONE] = "none",    [DIRECTION_LEFT] = "left", [DIRECTION_RIGHT] = "right",
    [DIRECTION_UP] = "up",        [DIRECTION_DOWN] = "down", [DIRECTION_AHEAD] = "ahead",
    [DIRECTION_AHEAD + 1] = NULL,
};

_Static_assert(sizeof(enum direction) == sizeof(int), "an enumeration is stored as an int");

static const struct setting table[] = {
    {.section = "counter",
     .key = "noun",
     .kind = KIND_NOUN,
     .offset = COUNTER(noun),
     .fallback = "counter",
     .example = "room",
     .help = "What this counter is, when it is not what [hall] noun says."},
    {.section = "counter",
     .key = "label",
     .kind = KIND_TEXTS,
     .offset = COUNTER(labels),
     .room = LABEL_BYTES,
     .count_offset = COUNTER(labels_count),
     .stride = COUNTER_STRIDE(labels),
     .example = "12A",
     .help = "What is shown and spoken in place of the id."},
    {.section = "counter",
     .key = "direction",
     .kind = KIND_CHOICE,
     .choices = directions,
     .offset = COUNTER(direction),
     .fallback = "none",
     .example = "left",
     .help = "Which way to go, seen from in front of the screen; up and down are stairs."},
    {.section = "counter",
     .key = "floor",
     .kind = KIND_FLOOR,
     .offset = COUNTER(floor),
     .fallback = "none",
     .example = "2",
     .help = "The floor it is on, counted from that of the entrance, which is 0. Told in words "
             "where [calls] ways says so."},
    {.section = "counter",
     .key = "way",
     .kind = KIND_TEXTS,
     .offset = COUNTER(ways),
     .room = LABEL_BYTES,
     .count_offset = COUNTER(ways_count),
     .stride = COUNTER_STRIDE(ways),
     .example = "2nd floor, to the left",
     .help = "Where it is, in the site's own words; shown below the counter, not spoken."},
    {.section = "counter",
     .key = "pan",
     .kind = KIND_FRACTION,
     .offset = COUNTER(pan),
     .min = -100,
     .max = 100,
     .fallback = "0.00",
     .example = "-0.50",
     .help = "From which side its calls sound: -1 is left, 0 the middle, 1 right."},
    {.section = "say",
     .key = "spoken",
     .kind = KIND_SPOKEN,
     .offset = offsetof(struct saying, spoken),
     .room = LABEL_BYTES,
     .count_offset = offsetof(struct saying, spoken_count),
     .stride = sizeof(((struct saying *)0)->spoken[0]),
     .example = "vee eye pea",
     .help = "What is said for it, in words or as eSpeak phonemes in [[double brackets]]."},
    {.section = "voice",
     .key = "clips",
     .kind = KIND_TEXT,
     .offset = CHOICE(clips),
     .room = CONFIG_PATH_BYTES,
     .fallback = "",
     .example = "/etc/hallcall/clips/en",
     .help =
         "Folder of recorded clips with their manifest, clips.ini. \"hallcall check\" lists the "
         "clips that are missing."},
    {.section = "voice",
     .key = "command",
     .kind = KIND_TEXT,
     .offset = CHOICE(command),
     .room = sizeof(((struct voice_choice *)0)->command),
     .fallback = "",
     .example = "/opt/piper/piper --model /opt/piper/en.onnx --output_raw",
     .help = "A program that reads text on its standard input and writes sound on its standard "
             "output, with its path and options. It is run by no shell; a blank parts two words."},
    {.section = "voice",
     .key = "rate",
     .kind = KIND_INTEGER,
     .offset = CHOICE(rate_hz),
     .max = 48000,
     .unit = "hertz",
     .fallback = "0",
     .example = "22050",
     .help = "Sample rate of a program that writes raw samples (mono, 16 bit). 0: it writes WAV."},
    {.section = "voice",
     .key = "limit_ms",
     .kind = KIND_INTEGER,
     .offset = CHOICE(limit_ms),
     .min = 200,
     .max = 10000,
     .unit = "milliseconds",
     .fallback = "2500", /* own: the chime and its pause take 1.9 s */
     .help = "How long a call may wait for this voice, counted from the start of the chime."},
};

const struct settings_part settings_repeated = {table, sizeof table / sizeof table[0]};
