/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What there may be many of in a configuration: [counter ID], [say TEXT], [voice LANGUAGE].
 *
 * Each finds the element of a section's heading, or makes it. NULL when the heading is none of its
 * kind, or when there are too many.
 */
#ifndef HALLCALL_CONFIG_ELEMENTS_H
#define HALLCALL_CONFIG_ELEMENTS_H

#include "config/settings.h"

/* "counter ID", or "counter HALL/ID". */
struct counter *elements_counter(struct hall *hall, const char *section);
struct saying *elements_saying(struct hall *hall, const char *section);
struct voice_choice *elements_voice(struct settings *settings, const char *section);

#endif
