/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A view as the JSON that `hallcall render` reads.
 */
#ifndef HALLCALL_SIM_VIEW_JSON_H
#define HALLCALL_SIM_VIEW_JSON_H

#include "core/view.h"

#include <stdio.h>

void view_json_write(const struct view *view, FILE *out);

#endif
