/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Values that are lists: "en, uk", "A, KB", "1, 5-8", "main, registry".
 */
#ifndef HALLCALL_CONFIG_LISTS_H
#define HALLCALL_CONFIG_LISTS_H

#include "config/settings.h"
#include "core/group.h"
#include "core/halls.h"

/* Each reads a value, items between commas, into *list; false, and *list as before, when it is not
 * one: an item that is none, one that is there twice, or more than there is room for. */
bool lists_parse_tags(const char *value, bool may_be_none, struct tag_list *list);
bool lists_parse_prefixes(const char *value, struct prefix_list *list);
bool lists_parse_group(const char *value, struct counter_group *list);
bool lists_parse_halls(const char *value, struct halls *list);
/* Each writes the list as it would stand in a file. */
void lists_write_tags(const struct tag_list *list, char *out, size_t out_bytes);
void lists_write_prefixes(const struct prefix_list *list, char *out, size_t out_bytes);
void lists_write_group(const struct counter_group *list, char *out, size_t out_bytes);
void lists_write_halls(const struct halls *list, char *out, size_t out_bytes);

#endif
