/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A failing story made short.
 */
#ifndef HALLCALL_SIM_SHRINK_H
#define HALLCALL_SIM_SHRINK_H

#include "plan.h"

/* Switches off items of a plan that breaks `rule` while it still breaks it. Lives through the plan
 * at most a few hundred times. Returns how many items are left. */
size_t shrink(struct plan *plan, const char *rule);

#endif
