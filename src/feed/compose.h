/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages that the publishing commands send: the writing side of contract version 1.
 */
#ifndef HALLCALL_FEED_COMPOSE_H
#define HALLCALL_FEED_COMPOSE_H

#include "core/input.h"

#include <stdbool.h>
#include <stddef.h>

/* Each writes JSON into out and returns its length, or 0 when it does not fit in out_bytes (or
 * memory is out). Members that are "", 0 or unknown are left out. Texts are sent as given; the
 * sender reads them back through the contract before publishing, so nothing is checked here. */
size_t compose_event(const struct event *event, char *out, size_t out_bytes);
size_t compose_notice(const struct notice *notice, char *out, size_t out_bytes);
size_t compose_urgent(const struct urgent *urgent, char *out, size_t out_bytes);

size_t compose_remote(const struct remote *remote, char *out, size_t out_bytes);

/* A fresh id for a call: 9 characters of time and 8 of chance in Crockford's base 32, so that ids
 * sort by time. */
enum { COMPOSE_ID_BYTES = 18 };
void compose_id(wall_ms now, uint64_t chance, char out[COMPOSE_ID_BYTES]);

#endif
