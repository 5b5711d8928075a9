/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The number on the board, else the beginning of the machine's id: eight digits tell the displays
 * of a site apart and can be read out over a telephone.
 *
 * A link is a network card of its own, or where there is none (a container) whatever is not the
 * loopback. Whether a cable is in is `carrier`; a card that is switched off has none. The device
 * tree is read where /proc links to, because a service may see less of /proc.
 */
#include "system/machine.h"

#include "core/text.h"
#include "system/addresses.h"
#include "system/parts.h"

#include <string.h>
#include <unistd.h>

enum { CARDS_MAX = 32, ID_DIGITS = 8 };

static void read_serial(const char *root, struct start_facts *facts) {
    char path[PART_PATH_BYTES];
    if (part_path(root, "/sys/firmware/devicetree/base", "serial-number", path) &&
        part_words(path, facts->serial, sizeof facts->serial)) {
        return;
    }
    if (part_path(root, "/etc", "machine-id", path) &&
        part_words(path, facts->serial, sizeof facts->serial)) {
        facts->serial[ID_DIGITS] = '\0';
    }
}

/* Whether a network card is one, and what it says. own: only cards with hardware behind them. */
static bool read_link(const char *folder, const char *name, bool own, struct start_link *link) {
    char card[PART_PATH_BYTES], path[PART_PATH_BYTES];
    long carrier = 0;
    if (strcmp(name, "lo") == 0 || !part_path("", folder, name, card) ||
        (own && (!part_path("", card, "device", path) || access(path, F_OK) != 0))) {
        return false;
    }
    memset(link, 0, sizeof *link);
    text_copy(link->name, sizeof link->name, name);
    if (part_path("", card, "address", path)) {
        (void)part_words(path, link->mac, sizeof link->mac);
    }
    link->up = part_path("", card, "carrier", path) && part_number(path, &carrier) && carrier == 1;
    link->radio = part_path("", card, "wireless", path) && access(path, F_OK) == 0;
    return true;
}

static void read_links(const char *root, bool own, struct start_facts *facts) {
    char folder[PART_PATH_BYTES], names[CARDS_MAX][PART_NAME_BYTES];
    size_t count =
        part_path(root, "/sys/class/net", "", folder) ? part_list(folder, "", names, CARDS_MAX) : 0;
    facts->links_count = 0;
    for (size_t i = 0; i < count && facts->links_count < START_LINKS_MAX; i++) {
        struct start_link *link = &facts->links[facts->links_count];
        facts->links_count += read_link(folder, names[i], own, link);
    }
}

static void read_addresses(struct start_facts *facts) {
    struct addresses addresses;
    addresses_list(&addresses);
    facts->addresses_count = addresses.count;
    for (size_t i = 0; i < addresses.count; i++) {
        text_copy(facts->addresses[i], sizeof facts->addresses[i], addresses.list[i]);
    }
}

_Static_assert((int)START_ADDRESSES_MAX == (int)ADDRESSES_MAX, "each has a place");

void machine_read(const char *root, struct start_facts *facts) {
    facts->serial[0] = '\0';
    read_serial(root, facts);
    read_links(root, true, facts);
    if (facts->links_count == 0) {
        read_links(root, false, facts);
    }
    read_addresses(facts);
    if (gethostname(facts->host, sizeof facts->host) != 0) {
        facts->host[0] = '\0';
    }
    facts->host[sizeof facts->host - 1] = '\0';
}
