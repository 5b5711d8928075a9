/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From settings to the options of each adapter, in one place for all commands: adapters know
 * nothing of the configuration file, and `check` must try exactly what `run` will use.
 */
#ifndef HALLCALL_COMMAND_WIRING_H
#define HALLCALL_COMMAND_WIRING_H

#include "config/config.h"
#include "feed/link.h"
#include "feed/topics.h"
#include "journal/journal.h"
#include "screen/screen.h"
#include "voice/voice.h"

void wire_topics(const struct settings *settings, struct topic_names *names);
/* A publish-only link, with a client id that no display uses. */
void wire_sender_link(const struct settings *settings, struct link_options *options);
/* The hall's link: its subscriptions, presence and stable client id. */
void wire_hall_link(const struct settings *settings, const struct topic_names *names,
                    struct link_options *options);
/* With the volume of this moment. */
void wire_voice(const struct settings *settings, struct voice_options *options);
void wire_screen(const struct settings *settings, struct screen_options *options);
/* Whether a theme of these options is an earlier one once more. */
bool wire_theme_again(const struct screen_options *options, size_t number);
/* Whether every theme that a configuration names can be used: without colours there is no picture.
 * Else diagnostics hold why not. */
bool wire_themes_good(const struct settings *settings, struct diagnostics *diagnostics);
/* How the screen hangs, as far as it was told. */
void wire_mounting(const struct settings *settings, struct mounting *mounting);
/* path is "" when no journal is kept. */
void wire_journal(const struct settings *settings, struct journal_options *options);

#endif
