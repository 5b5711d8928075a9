/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A view from a JSON file: what `hallcall render` draws and the golden pictures are made from.
 */
#ifndef HALLCALL_SCREEN_VIEW_FILE_H
#define HALLCALL_SCREEN_VIEW_FILE_H

#include "config/diagnostics.h"
#include "core/view.h"

#include <stdbool.h>

/* Reads a view; members are named as in core/view.h, all may be absent. False with diagnostics when
 * the file is not JSON, a member is unknown or of the wrong kind, or a text or list is too long;
 * *view is then not to be used. */
bool view_file_read(const char *path, struct view *view, struct diagnostics *diagnostics);

#endif
