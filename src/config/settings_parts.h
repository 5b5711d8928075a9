/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parts that the table of settings is written in, each in a file of its own.
 *
 * Private to config/settings*.c; everyone else asks settings.h.
 */
#ifndef HALLCALL_CONFIG_SETTINGS_PARTS_H
#define HALLCALL_CONFIG_SETTINGS_PARTS_H

#include "config/settings.h"

#define DRAFT(member) offsetof(struct draft, config.member)
#define DRAFT_ROOM(member) sizeof(((struct draft *)0)->config.member)
#define COUNTER(member) offsetof(struct counter, member)
#define CHOICE(member) offsetof(struct voice_choice, member)
#define COUNTER_STRIDE(member) sizeof(((struct counter *)0)->member[0])

struct settings_part {
    const struct setting *settings;
    size_t count;
};

extern const struct settings_part settings_network, settings_screen, settings_calls,
    settings_repeated;

#endif
