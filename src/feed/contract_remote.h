/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commands of contract version 1: what people ask of one display. Internal to feed/.
 */
#ifndef HALLCALL_FEED_CONTRACT_REMOTE_H
#define HALLCALL_FEED_CONTRACT_REMOTE_H

#include "feed/contract_members.h"

/* Reads the command of a topic (topic_is_command) from a checked object. False, with *input
 * untouched, after the refusal has been noted. */
bool read_remote(struct reading *reading, const json_t *object, enum topic topic,
                 struct input *input);

#endif
