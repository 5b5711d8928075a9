/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Outputs of the machine's graphics cards, as the kernel tells. Any thread.
 */
#ifndef HALLCALL_SCREEN_KMS_OUTPUTS_H
#define HALLCALL_SCREEN_KMS_OUTPUTS_H

#include "screen/outputs.h"

#define KMS_FOLDER "/sys/class/drm"

/* Those with a monitor that tells a mode, by card and by the order of a card's sockets. The size in
 * pixels is the first of the monitor's modes. folder is KMS_FOLDER but in tests. */
void kms_outputs_list(const char *folder, struct outputs *outputs);
/* The number of the card that the wanted output is on; when name is "" or no monitor is there, of
 * the first one whose monitor tells a mode, else of the first one; -1 when no monitor is connected
 * to any card. */
int kms_outputs_card(const char *folder, const char *name);
/* Whether a monitor is connected to an output and tells no mode. */
bool kms_outputs_modeless(const char *folder, const char *name);
/* Whether the kernel knows a mode of this size for an output; at which rates it does not say. */
bool kms_outputs_size(const char *folder, const struct output *output, int width, int height);

#endif
