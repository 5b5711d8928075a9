/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sound devices of this machine.
 *
 * Cards are named by their id (CARD=Headphones), because numbers are given in the order in which
 * drivers happen to load. plughw takes the device itself and converts what it cannot do. The HDMI
 * driver of the Raspberry Pi knows one format that plughw cannot make, so there ALSA's definition
 * of the card is used (sysdefault).
 *
 * Considered and refused: snd_device_name_hint, which is what aplay -L prints: thirty names for one
 * plug, most of which do not open.
 */
#include "voice/devices.h"

#include "core/text.h"

#include <alsa/asoundlib.h>
#include <stdio.h>
#include <string.h>

/* Offsets in an ELD (HDA specification, "ELD Memory Structure"). */
enum { ELD_NAME_LENGTH = 4, ELD_NAME = 20, ELD_BYTES_MAX = 256 };

void device_name(const char *driver, const char *card_id, int number, char out[DEVICE_NAME_BYTES]) {
    if (strcmp(driver, "vc4-hdmi") == 0) {
        snprintf(out, DEVICE_NAME_BYTES, "sysdefault:CARD=%.40s", card_id);
    } else if (number == 0) {
        snprintf(out, DEVICE_NAME_BYTES, "plughw:CARD=%.40s", card_id);
    } else {
        snprintf(out, DEVICE_NAME_BYTES, "plughw:CARD=%.40s,DEV=%d", card_id, number);
    }
}

void device_card(const char *device, char id[DEVICE_NAME_BYTES]) {
    const char *at = strstr(device, "CARD=");
    const char *colon = strchr(device, ':');
    at = at != NULL ? at + strlen("CARD=") : colon != NULL ? colon + 1 : "";
    size_t bytes = strcspn(at, ",\"' ");
    bytes = bytes < DEVICE_NAME_BYTES ? bytes : DEVICE_NAME_BYTES - 1;
    memcpy(id, at, bytes);
    id[bytes] = '\0';
}

bool device_monitor(const unsigned char *eld, size_t bytes, char out[MONITOR_BYTES]) {
    out[0] = '\0';
    if (bytes <= ELD_NAME || (eld[0] >> 3) == 0) {
        return false;
    }
    size_t length = eld[ELD_NAME_LENGTH] & 31U, used = 0;
    for (size_t i = 0; i < length && ELD_NAME + i < bytes && used + 1 < MONITOR_BYTES; i++) {
        unsigned char c = eld[ELD_NAME + i];
        if (c >= ' ' && c < 0x7F) {
            out[used++] = (char)c;
        }
    }
    out[used] = '\0';
    return true;
}

/* Tells which display is behind a connector; nothing for a device that has none. */
static void add_monitor(snd_ctl_t *control, int number, char *title) {
    snd_ctl_elem_info_t *info;
    snd_ctl_elem_value_t *value;
    snd_ctl_elem_id_t *id;
    snd_ctl_elem_info_alloca(&info);
    snd_ctl_elem_value_alloca(&value);
    snd_ctl_elem_id_alloca(&id);
    snd_ctl_elem_id_set_interface(id, SND_CTL_ELEM_IFACE_PCM);
    snd_ctl_elem_id_set_device(id, (unsigned)number);
    snd_ctl_elem_id_set_name(id, "ELD");
    snd_ctl_elem_info_set_id(info, id);
    snd_ctl_elem_value_set_id(value, id);
    if (snd_ctl_elem_info(control, info) < 0 ||
        snd_ctl_elem_info_get_type(info) != SND_CTL_ELEM_TYPE_BYTES ||
        snd_ctl_elem_read(control, value) < 0) {
        return;
    }
    char monitor[MONITOR_BYTES];
    unsigned count = snd_ctl_elem_info_get_count(info);
    size_t bytes = count < ELD_BYTES_MAX ? count : ELD_BYTES_MAX;
    if (!device_monitor(snd_ctl_elem_value_get_bytes(value), bytes, monitor)) {
        text_append(title, DEVICE_TITLE_BYTES, ", no display connected");
    } else if (monitor[0] != '\0') {
        text_append(title, DEVICE_TITLE_BYTES, ", display ");
        text_append(title, DEVICE_TITLE_BYTES, monitor);
    }
}

/* One device of an open card; false when it cannot play. */
static bool describe(snd_ctl_t *control, const snd_ctl_card_info_t *card, int number,
                     struct device *device) {
    snd_pcm_info_t *info;
    snd_pcm_info_alloca(&info);
    snd_pcm_info_set_device(info, (unsigned)number);
    snd_pcm_info_set_subdevice(info, 0);
    snd_pcm_info_set_stream(info, SND_PCM_STREAM_PLAYBACK);
    if (snd_ctl_pcm_info(control, info) < 0) {
        return false;
    }
    const char *name = snd_ctl_card_info_get_name(card), *part = snd_pcm_info_get_name(info);
    device->card = snd_ctl_card_info_get_card(card);
    device->number = number;
    device_name(snd_ctl_card_info_get_driver(card), snd_ctl_card_info_get_id(card), number,
                device->name);
    text_copy(device->title, sizeof device->title, name);
    if (strstr(name, part) == NULL) {
        text_append(device->title, sizeof device->title, ", ");
        text_append(device->title, sizeof device->title, part);
    }
    add_monitor(control, number, device->title);
    return true;
}

static size_t list_card(int card, struct device *list, size_t count) {
    char hardware[32];
    snd_ctl_t *control;
    snd_ctl_card_info_t *info;
    snd_ctl_card_info_alloca(&info);
    snprintf(hardware, sizeof hardware, "hw:%d", card);
    if (snd_ctl_open(&control, hardware, SND_CTL_NONBLOCK) < 0) {
        return count;
    }
    int number = -1;
    bool open = snd_ctl_card_info(control, info) >= 0;
    while (open && count < DEVICES_MAX && snd_ctl_pcm_next_device(control, &number) >= 0 &&
           number >= 0) {
        count += describe(control, info, number, &list[count]);
    }
    (void)snd_ctl_close(control);
    return count;
}

size_t devices_list(struct device list[DEVICES_MAX]) {
    size_t count = 0;
    int card = -1;
    while (count < DEVICES_MAX && snd_card_next(&card) >= 0 && card >= 0) {
        count = list_card(card, list, count);
    }
    return count;
}
