/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The hall as its service manager sees it.
 *
 * Ready is the first picture, or knowing that there is no display: a hall without a screen speaks,
 * and a unit that waits for it must not wait for a monitor to be plugged in.
 *
 * The sign of life comes from the main turn and only while the two threads that can hang in other
 * people's code (a sound driver, a resolver) have come round lately. A thread that hangs is told
 * once; the sign is left out, and the manager restarts us with the board from the journal. If the
 * thread comes back before that, so does the sign.
 *
 * Considered and refused: watching the journal thread (a card that stalls for a minute costs a
 * line of history, a restart costs the hall); counting a lost link or voice as ill (they heal by
 * themselves, a restart would not help them and would blacken the screen).
 */
#include "command/manager.h"

#include "system/log.h"

#include <stdio.h>
#include <string.h>

void manager_init(struct manager *manager) {
    memset(manager, 0, sizeof *manager);
    service_init(&manager->service);
}

int manager_beat_ms(const struct manager *manager) {
    return manager->service.sign_every > 0 ? MANAGER_BEAT_MS : 0;
}

/* The first language whose own voice does not speak; NULL when all is as it was chosen. */
static const struct speaker *ill_speaker(const struct running *running) {
    for (size_t i = 0; i < running->speakers_count; i++) {
        if (!running->speakers[i].well) {
            return &running->speakers[i];
        }
    }
    return NULL;
}

/* Whether the link has been up for a minute and nothing has ever come. */
static bool unheard(const struct running *running) {
    struct link_facts facts;
    link_read_facts(running->link, &facts);
    return facts.silent && facts.received == 0;
}

void manager_words(const struct running *running, char words[SERVICE_WORDS_BYTES]) {
    const struct board *board = &running->board;
    char link[REASON_BYTES + 16] = "Link up";
    char voice[REASON_BYTES + 48] = "voice well";
    char screen[REASON_BYTES + 16];
    char journal[REASON_BYTES + 24] = "";
    char safe[REASON_BYTES + 16] = "", config[REASON_BYTES + 2] = "";
    const char *power = running->health.undervoltage ? "; power supply too weak" : "";
    if (!running->link_up) {
        (void)snprintf(
            link, sizeof link, "Link %s%s",
            running->link_reason[0] == '\0' ? "starting" : "down: ", running->link_reason);
    } else if (unheard(running)) {
        (void)snprintf(link, sizeof link,
                       "Link up, but no board received: check the queue system and the broker's "
                       "access list (ACL)");
    }
    if (board->voice_reason[0] != '\0') {
        (void)snprintf(voice, sizeof voice, "voice lost: %s", board->voice_reason);
    } else if (board->announcer.muted) {
        (void)snprintf(voice, sizeof voice, "voice muted");
    }
    const struct speaker *ill = ill_speaker(running);
    if (board->voice_reason[0] == '\0' && ill != NULL) {
        (void)snprintf(voice, sizeof voice, "voice well, %s by eSpeak NG: %s", ill->tag,
                       ill->reason);
    }
    if (running->screen != NULL) {
        (void)snprintf(screen, sizeof screen, "screen %dx%d", running->scene.width,
                       running->scene.height);
    } else {
        (void)snprintf(screen, sizeof screen, "no screen: %s", board->screen_reason);
    }
    if (!running->journal_well && running->journal_reason[0] != '\0') {
        (void)snprintf(journal, sizeof journal, "; journal not kept: %s", running->journal_reason);
    }
    if (running->safe_reason[0] != '\0') {
        (void)snprintf(safe, sizeof safe, "SAFE MODE, %s; ", running->safe_reason);
    }
    if (running->config_reason[0] != '\0') {
        (void)snprintf(config, sizeof config, "%s ", running->config_reason);
    }
    (void)snprintf(words, SERVICE_WORDS_BYTES, "%s%s%s; %s%s; %s%s%s%s", safe, config, link, voice,
                   board->announcer.behind ? ", calls wait too long to be spoken" : "", screen,
                   running->screen != NULL && running->view.off ? " (black by its timetable)" : "",
                   power, journal);
}

/* Whether a thread has come round lately enough; complains of one that has not. */
static bool alive(struct manager *manager, const char *thread, int64_t at_us, mono_ms now,
                  mono_ms hangs_ms) {
    mono_ms silent_ms = now - at_us / 1000;
    if (silent_ms < hangs_ms) {
        return true;
    }
    if (!manager->complained) {
        manager->complained = true;
        log_line(LOG_ERR, "hall",
                 "the %s thread hangs: waiting for the service manager silent_s=%d", thread,
                 (int)(silent_ms / 1000));
    }
    return false;
}

static bool threads_alive(struct manager *manager, const struct running *running, mono_ms now) {
    bool voice =
        alive(manager, "voice", voice_alive_us(running->voice), now, MANAGER_VOICE_HANGS_MS);
    bool link = alive(manager, "network", link_alive_us(running->link), now, MANAGER_LINK_HANGS_MS);
    manager->complained = manager->complained && !(voice && link);
    return voice && link;
}

void manager_tell(struct manager *manager, const struct running *running, mono_ms now) {
    /* Before the first report of a thread its part of the line would be a guess. */
    if (running->ready || running->screen == NULL) {
        char words[SERVICE_WORDS_BYTES];
        manager_words(running, words);
        bool status = service_status(&manager->service, words);
        bool ready = service_ready(&manager->service);
        manager->owes = !status || !ready;
    }
    if (service_sign_due(&manager->service, now)) {
        service_sign(&manager->service, threads_alive(manager, running, now), now);
    }
}

int manager_sleep_ms(const struct manager *manager, int sleep_ms, mono_ms now) {
    mono_ms due = manager->service.sign_at;
    if (manager->owes && due > now + SERVICE_AGAIN_MS) {
        due = now + SERVICE_AGAIN_MS;
    }
    if (due == MONO_NEVER || due - now >= sleep_ms) {
        return sleep_ms;
    }
    return due > now ? (int)(due - now) : 0;
}
