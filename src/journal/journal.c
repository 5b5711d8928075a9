/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The journal's thread: opens the store, writes what main has put down, tells how it went.
 *
 * Main and the thread meet in the queue, under one mutex that is held for copying and never while
 * the disk is touched. The thread writes all that waits in one transaction, answers the marks in
 * it, and only then does what may take long: a checkpoint, which syncs, and a step of tidying. What
 * was written is synced SYNC_MS later, once for all that came meanwhile: a power cut costs no more
 * than that, and a card is spared a sync for each of the five records of a call. In a quiet hall it
 * sleeps without a timer.
 *
 * A trouble of the disk closes the store; it is opened again after 1, 2, 4 ... 60 s, with all that
 * is not yet written still in the queue. A mark is then answered at once with "not well", because
 * nobody may wait for a disk: the call is spoken all the same. A damaged or foreign file is moved
 * aside and a new one begun.
 *
 * Considered and refused: a commit per record (ten transactions for a burst of ten calls), waiting
 * a moment for more to come (a killed process would lose what waits), and vacuuming the whole file
 * (it writes all of it anew, on a card).
 */
#include "journal/journal.h"

#include "core/text.h"
#include "journal/aside.h"
#include "journal/stamp.h"
#include "journal/tables.h"
#include "system/check.h"
#include "system/clock.h"
#include "system/log.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    RETRY_FIRST_MS = 1000,
    RETRY_MAX_MS = 60000,
    STOP_MS = 500,  /* journal.h: what is queued is written for so long at most */
    SYNC_MS = 2000, /* own */
    TIDY_EVERY_MS = 60 * 60 * 1000,
    TIDY_EVERY_RECORDS = 2000, /* so that a flood between two hours stays within 1 MB or so */
    TIDY_RECORDS = 500         /* removed in one step: some 10 ms on a card */
};

/* STARTING: not opened yet; marks wait for it. */
enum health { HEALTH_STARTING, HEALTH_WELL, HEALTH_UNWELL };

struct journal {
    struct journal_options options;
    pthread_t thread;
    bool threaded; /* false: no journal is kept */

    pthread_mutex_t mutex; /* everything in this group */
    pthread_cond_t changed;
    struct inbox *inbox; /* NULL once main has gone without waiting */
    enum health health;
    char reason[REASON_BYTES];
    struct queue queue;
    bool stop, ended;

    /* The thread's own. */
    struct store *store;
    int64_t boot;
    struct batch batch;
    struct written written;
    mono_ms stop_at; /* MONO_NEVER while nobody asked to stop */
    mono_ms retry_at;
    int64_t retry_ms;
    bool broken;     /* the file was found damaged while it was in use */
    mono_ms sync_at; /* MONO_NEVER: nothing is written that is not synced */
    mono_ms tidy_at;
    int64_t untidy_records;
    uint64_t dropped_told;
};

/* Needs the mutex. */
static void post(struct journal *journal, uint32_t token, bool good, const char *reason) {
    struct letter letter = {.kind = LETTER_JOURNAL};
    letter.journal.token = token;
    letter.journal.well = good;
    text_copy(letter.journal.reason, sizeof letter.journal.reason, reason);
    if (journal->inbox != NULL) {
        inbox_put(journal->inbox, &letter);
    }
}

/* After something was written, not when the file could be opened: a disk that is nearly full opens
 * well each time. */
static void tell_well(struct journal *journal) {
    pthread_mutex_lock(&journal->mutex);
    enum health before = journal->health;
    journal->health = HEALTH_WELL;
    journal->reason[0] = '\0';
    uint64_t dropped = journal->queue.dropped;
    if (before != HEALTH_WELL) {
        post(journal, 0, true, "");
    }
    pthread_mutex_unlock(&journal->mutex);
    if (before == HEALTH_UNWELL) {
        log_line(LOG_WARN, "journal", "written again dropped=%llu",
                 (unsigned long long)(dropped - journal->dropped_told));
    }
    journal->dropped_told = dropped;
    journal->retry_ms = RETRY_FIRST_MS;
}

/* Nobody waits any longer for a mark. */
static void tell_unwell(struct journal *journal, const char *reason) {
    uint32_t token;
    pthread_mutex_lock(&journal->mutex);
    bool news = journal->health != HEALTH_UNWELL || strcmp(journal->reason, reason) != 0;
    journal->health = HEALTH_UNWELL;
    text_copy(journal->reason, sizeof journal->reason, reason);
    if (news) {
        post(journal, 0, false, reason);
    }
    while ((token = queue_next_token(&journal->queue)) != 0) {
        post(journal, token, false, reason);
    }
    pthread_mutex_unlock(&journal->mutex);
    if (news) {
        log_line(LOG_ERR, "journal", "history is not written: %s", reason);
    }
}

/* The store is given up until the next try. */
static void lose(struct journal *journal, const struct trouble *trouble) {
    journal->broken = trouble->kind == TROUBLE_DAMAGED && journal->store != NULL;
    journal->retry_at = clock_mono_ms() + (journal->broken ? 0 : journal->retry_ms);
    journal->retry_ms = journal->retry_ms * 2 < RETRY_MAX_MS ? journal->retry_ms * 2 : RETRY_MAX_MS;
    tell_unwell(journal, trouble->reason);
    store_close(journal->store);
    journal->store = NULL;
}

static bool move_aside(struct journal *journal, const char *reason, struct trouble *trouble) {
    const char *path = journal->options.path;
    if (!aside_move(path)) {
        char words[REASON_BYTES];
        text_copy(words, sizeof words, reason);
        snprintf(trouble->reason, sizeof trouble->reason, "%.110s, and cannot be moved aside",
                 words);
        return false;
    }
    log_line(LOG_WARN, "journal", "%s; moved aside and begun anew file=\"%s.damaged-1\"", reason,
             path);
    return true;
}

static void open_store(struct journal *journal) {
    struct trouble trouble = {.kind = TROUBLE_DAMAGED, .reason = "damaged"};
    bool bad = journal->broken;
    if (!bad) {
        journal->store = store_open(journal->options.path, STORE_WRITE, &trouble);
        bad = trouble.kind == TROUBLE_DAMAGED || trouble.kind == TROUBLE_FOREIGN;
    }
    journal->broken = false;
    if (journal->store == NULL && bad && move_aside(journal, trouble.reason, &trouble)) {
        journal->store = store_open(journal->options.path, STORE_WRITE, &trouble);
    }
    if (journal->store == NULL) {
        lose(journal, &trouble);
        return;
    }
    journal->written.sure = false;
    journal->sync_at = MONO_NEVER;
    journal->tidy_at = 0;
    pthread_mutex_lock(&journal->mutex);
    queue_renew_board(&journal->queue);
    pthread_mutex_unlock(&journal->mutex);
}

/* Removes the batch from the queue and answers its marks: they are safe now. */
static void acknowledge(struct journal *journal) {
    const struct batch *batch = &journal->batch;
    pthread_mutex_lock(&journal->mutex);
    queue_done(&journal->queue, batch);
    for (size_t i = 0; i < batch->marks_count; i++) {
        if (batch->marks[i].token != 0) {
            post(journal, batch->marks[i].token, true, "");
        }
    }
    pthread_mutex_unlock(&journal->mutex);
}

static void write_batch(struct journal *journal) {
    pthread_mutex_lock(&journal->mutex);
    queue_take(&journal->queue, &journal->batch);
    bool nothing = queue_empty(&journal->queue);
    pthread_mutex_unlock(&journal->mutex);
    if (nothing) {
        tell_well(journal);
        return;
    }
    if (!tables_write(journal->store, &journal->options.halls, &journal->batch, journal->boot,
                      &journal->written)) {
        lose(journal, store_trouble(journal->store));
        return;
    }
    acknowledge(journal);
    tell_well(journal);
    journal->sync_at =
        journal->sync_at == MONO_NEVER ? clock_mono_ms() + SYNC_MS : journal->sync_at;
    journal->untidy_records += (int64_t)journal->batch.records_count;
    if (journal->untidy_records >= TIDY_EVERY_RECORDS) {
        journal->tidy_at = 0;
    }
    if (!store_checkpoint(journal->store)) {
        lose(journal, store_trouble(journal->store));
    }
}

/* The number of the first record that is young enough; 0 when nobody can tell. */
static int64_t first_kept(struct store *store, int keep_days) {
    struct moment now = clock_moment();
    int64_t number = 0;
    if (now.wall == TIME_UNKNOWN) {
        return 0;
    }
    store_set_integer(store, FIRST_KEPT, 1, now.wall - (int64_t)keep_days * 24 * 60 * 60 * 1000);
    if (store_next(store, FIRST_KEPT)) {
        number = store_integer(store, FIRST_KEPT, 0);
        store_stop(store, FIRST_KEPT);
    }
    return number;
}

/* One step of removing what is too old or too much. Returns whether there is more to remove. */
static bool tidy_step(struct store *store, const struct journal_options *options) {
    int64_t first = first_kept(store, options->keep_days);
    int64_t removed = 0;
    if (first > 0) {
        store_set_integer(store, DELETE_OLD, 1, first);
        store_set_integer(store, DELETE_OLD, 2, TIDY_RECORDS);
        removed = store_run(store, DELETE_OLD) ? store_changes(store) : 0;
    }
    bool large = store_used_bytes(store) > (int64_t)options->keep_mb << 20;
    if (removed == 0 && large) {
        store_set_integer(store, DELETE_OLDEST, 1, TIDY_RECORDS);
        removed = store_run(store, DELETE_OLDEST) ? store_changes(store) : 0;
    }
    (void)store_shrink(store);
    return removed > 0;
}

static void tidy(struct journal *journal) {
    bool more = tidy_step(journal->store, &journal->options);
    if (store_trouble(journal->store)->kind != TROUBLE_NONE || !store_checkpoint(journal->store)) {
        lose(journal, store_trouble(journal->store));
    } else if (!more) {
        journal->tidy_at = clock_mono_ms() + TIDY_EVERY_MS;
        journal->untidy_records = 0;
    }
}

/* Needs the mutex. Whether the thread has something to do now. */
static bool due(const struct journal *journal, mono_ms now) {
    if (journal->store == NULL) {
        return now >= journal->retry_at;
    }
    return journal->tidy_at == 0 || now >= journal->sync_at || !queue_empty(&journal->queue);
}

/* Needs the mutex. Sleeps until something changes, or until it is time to sync or to try again. */
static void sleep_once(struct journal *journal) {
    mono_ms at = journal->store != NULL ? journal->sync_at : journal->retry_at;
    if (at == MONO_NEVER) {
        pthread_cond_wait(&journal->changed, &journal->mutex);
        return;
    }
    struct timespec until = {.tv_sec = (time_t)(at / 1000), .tv_nsec = (long)(at % 1000) * 1000000};
    (void)pthread_cond_timedwait(&journal->changed, &journal->mutex, &until);
}

/* Waits for work. False when it is time to end: asked to, and nothing is left or the time is over.
 * A disk that is not well gets one more try, since it may have healed since the last. */
static bool wait_for_work(struct journal *journal) {
    pthread_mutex_lock(&journal->mutex);
    while (!journal->stop && !due(journal, clock_mono_ms())) {
        sleep_once(journal);
    }
    bool go_on = true;
    if (journal->stop) {
        mono_ms now = clock_mono_ms();
        bool first = journal->stop_at == MONO_NEVER;
        journal->stop_at = first ? now + STOP_MS : journal->stop_at;
        go_on = now < journal->stop_at && !queue_empty(&journal->queue) &&
                (journal->store != NULL || first);
    }
    pthread_mutex_unlock(&journal->mutex);
    return go_on;
}

static bool tidy_is_due(const struct journal *journal) {
    return journal->store != NULL && journal->stop_at == MONO_NEVER &&
           clock_mono_ms() >= journal->tidy_at;
}

static void sync_written(struct journal *journal) {
    bool due_now = journal->store != NULL && clock_mono_ms() >= journal->sync_at;
    if (!due_now) {
        return;
    }
    journal->sync_at = MONO_NEVER;
    if (!store_sync(journal->store)) {
        lose(journal, store_trouble(journal->store));
    }
}

static void *run(void *context) {
    struct journal *journal = context;
    (void)pthread_setname_np(pthread_self(), "journal");
    journal->boot = stamp_boot();
    while (wait_for_work(journal)) {
        if (journal->store != NULL && store_moved(journal->store)) {
            log_line(LOG_WARN, "journal", "the file was removed; begun anew");
            store_close(journal->store);
            journal->store = NULL;
        }
        if (journal->store == NULL) {
            open_store(journal);
        }
        if (journal->store != NULL) {
            write_batch(journal);
        }
        sync_written(journal);
        if (tidy_is_due(journal)) {
            tidy(journal);
        }
    }
    store_close(journal->store);
    pthread_mutex_lock(&journal->mutex);
    journal->ended = true;
    pthread_cond_broadcast(&journal->changed);
    pthread_mutex_unlock(&journal->mutex);
    return NULL;
}

static void free_journal(struct journal *journal) {
    pthread_cond_destroy(&journal->changed);
    pthread_mutex_destroy(&journal->mutex);
    free(journal);
}

/* Signals are the main thread's business. */
static bool start_thread(struct journal *journal) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&journal->thread, NULL, run, journal);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error == 0;
}

struct journal *journal_create(const struct journal_options *options, struct inbox *inbox) {
    pthread_condattr_t monotonic;
    CHECK(options->keep_days > 0 && options->keep_mb > 0);
    struct journal *journal = calloc(1, sizeof *journal);
    if (journal == NULL) {
        return NULL;
    }
    journal->options = *options;
    journal->inbox = inbox;
    journal->stop_at = MONO_NEVER;
    journal->retry_ms = RETRY_FIRST_MS;
    pthread_mutex_init(&journal->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&journal->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (options->path[0] == '\0') {
        journal->health = HEALTH_UNWELL;
        text_copy(journal->reason, sizeof journal->reason, "no journal is kept");
        return journal;
    }
    journal->threaded = start_thread(journal);
    if (!journal->threaded) {
        free_journal(journal);
        return NULL;
    }
    return journal;
}

/* Whether the thread ends in time. A disk that hangs holds it; then it keeps its memory, and the
 * inbox is taken from it. */
static bool wait_for_end(struct journal *journal) {
    mono_ms at = clock_mono_ms() + STOP_MS;
    struct timespec until = {.tv_sec = (time_t)(at / 1000), .tv_nsec = (long)(at % 1000) * 1000000};
    int error = 0;
    pthread_mutex_lock(&journal->mutex);
    journal->stop = true;
    pthread_cond_broadcast(&journal->changed);
    while (!journal->ended && error != ETIMEDOUT) {
        error = pthread_cond_timedwait(&journal->changed, &journal->mutex, &until);
    }
    bool ended = journal->ended;
    journal->inbox = ended ? journal->inbox : NULL;
    pthread_mutex_unlock(&journal->mutex);
    return ended;
}

void journal_destroy(struct journal *journal) {
    if (journal == NULL) {
        return;
    }
    if (journal->threaded && !wait_for_end(journal)) {
        log_line(LOG_WARN, "journal", "the disk does not let go");
        pthread_detach(journal->thread);
        return;
    }
    if (journal->threaded) {
        pthread_join(journal->thread, NULL);
    }
    free_journal(journal);
}

/* Ends main's access to the queue; the thread is woken when there is something for it. */
static void release(struct journal *journal, bool news) {
    if (news) {
        pthread_cond_broadcast(&journal->changed);
    }
    pthread_mutex_unlock(&journal->mutex);
}

void journal_put(struct journal *journal, const struct journal_record *record) {
    if (journal == NULL || !journal->threaded) {
        return;
    }
    pthread_mutex_lock(&journal->mutex);
    queue_put_record(&journal->queue, record);
    release(journal, true);
}

void journal_mark(struct journal *journal, size_t from, const char *id, uint32_t n,
                  uint32_t token) {
    struct mark mark = {.from = from, .n = n, .token = token, .at = clock_moment()};
    if (journal == NULL) {
        return;
    }
    text_copy(mark.id, sizeof mark.id, id);
    pthread_mutex_lock(&journal->mutex);
    if (journal->health == HEALTH_UNWELL && token != 0) {
        post(journal, token, false, journal->reason);
        mark.token = 0;
    }
    if (journal->threaded) {
        queue_put_mark(&journal->queue, &mark);
    }
    release(journal, journal->threaded);
}

void journal_board(struct journal *journal, const struct board *board, struct moment now) {
    if (journal == NULL || !journal->threaded) {
        return;
    }
    pthread_mutex_lock(&journal->mutex);
    release(journal, queue_put_board(&journal->queue, board, now));
}
