/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The simulator's command: many seeds on both cores, or one seed told in full.
 *
 *   sim --seeds N [--from K] [--workers W]   lives through N seeds; the first failure is shortened
 *   sim --seed K [--trace]                   one seed; --trace tells its story
 *
 * --view FILE.json writes the failing view for `hallcall render`. --plain does not shorten. --kind
 * does not ask for the marks. --all goes on after a failure and tells every seed that fails.
 *
 * Workers are forked, so that each has a world of its own, and take every W-th seed; their marks
 * come back through a pipe. Every SECOND_LIFE_EACH-th seed is lived twice and must give the same
 * digest. The digest of the last line is over all seeds and the same on every processor. Exit: 0
 * all well, 1 a rule was broken or a mark not reached, 64 usage.
 */
#include "marks.h"
#include "oracle.h"
#include "shrink.h"
#include "system/log.h"
#include "view_json.h"
#include "world.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    SECOND_LIFE_EACH = 25,
    WORKERS_MAX = 16,
    MARKS_NEED_SEEDS = 2000,
    EXIT_USE = 64,
    ITEMS_TOLD_MAX = 40
};

struct wishes {
    uint64_t seeds, from, seed;
    int workers;
    bool one, trace, kind, plain, all;
    const char *view_path;
};

/* What a worker reports. */
struct result {
    uint64_t lived, turns, messages, failures, failed_seed;
    uint64_t digests; /* of all stories; a sum, so that it does not depend on who lived them */
    bool failed;
    char rule[RULE_BYTES];
    char words[WORDS_BYTES];
    uint64_t marks[MARK_KINDS];
};

static struct plan plan;

/* Lives through a seed, now and then twice. False when a rule was broken. */
static bool live(uint64_t seed) {
    plan_make(&plan, seed);
    world_live(&plan, false);
    if (!world.failed && seed % SECOND_LIFE_EACH == 0) {
        uint64_t digest = world.digest;
        world_live(&plan, false);
        if (world.digest != digest) {
            world_fail("two lives of one seed are equal", "their digests differ");
        }
    }
    return !world.failed;
}

/* What went wrong in the world that has just been lived in, in one line. */
static void tell_failed(uint64_t seed) {
    printf("FAILED seed %llu at %.3f s, turn %llu: %s: %s\n", (unsigned long long)seed,
           (double)world.failed_ms / 1000, (unsigned long long)world.turns, world.rule,
           world.words);
    fflush(stdout);
}

/* The first failure of a worker is the one that is kept. */
static void note_failure(struct result *result, uint64_t seed) {
    result->failures++;
    if (!result->failed) {
        result->failed = true;
        result->failed_seed = seed;
        memcpy(result->rule, world.rule, sizeof result->rule);
        memcpy(result->words, world.words, sizeof result->words);
    }
}

static void work(const struct wishes *wishes, int worker, struct result *result) {
    uint64_t stride = (uint64_t)wishes->workers;
    for (uint64_t i = (uint64_t)worker; i < wishes->seeds; i += stride) {
        uint64_t seed = wishes->from + i;
        bool well = live(seed);
        result->lived++;
        result->turns += world.turns;
        result->messages += world.messages_count;
        result->digests += world.digest;
        if (well) {
            continue;
        }
        note_failure(result, seed);
        if (!wishes->all) {
            break;
        }
        tell_failed(seed);
    }
    for (enum mark which = 0; which < MARK_KINDS; which++) {
        result->marks[which] = mark_count(which);
    }
}

static bool read_result(int fd, struct result *result) {
    size_t got = 0;
    while (got < sizeof *result) {
        ssize_t bytes = read(fd, (char *)result + got, sizeof *result - got);
        if (bytes <= 0) {
            return false;
        }
        got += (size_t)bytes;
    }
    return true;
}

static void add_result(struct result *sum, const struct result *one) {
    sum->lived += one->lived;
    sum->turns += one->turns;
    sum->messages += one->messages;
    sum->digests += one->digests;
    sum->failures += one->failures;
    for (enum mark which = 0; which < MARK_KINDS; which++) {
        sum->marks[which] += one->marks[which];
    }
    if (one->failed && (!sum->failed || one->failed_seed < sum->failed_seed)) {
        sum->failed = true;
        sum->failed_seed = one->failed_seed;
        memcpy(sum->rule, one->rule, sizeof sum->rule);
        memcpy(sum->words, one->words, sizeof sum->words);
    }
}

/* A worker that dies has crashed in some seed, which is a failure of its own. */
static bool run_workers(const struct wishes *wishes, struct result *sum) {
    int pipes[WORKERS_MAX][2];
    bool sound = true;
    fflush(stdout);
    for (int i = 0; i < wishes->workers; i++) {
        if (pipe(pipes[i]) != 0) {
            return false;
        }
        pid_t pid = fork();
        if (pid == 0) {
            static struct result result;
            work(wishes, i, &result);
            ssize_t written = write(pipes[i][1], &result, sizeof result);
            _exit(written == (ssize_t)sizeof result ? 0 : 1);
        }
        close(pipes[i][1]);
        sound = sound && pid > 0;
    }
    for (int i = 0; i < wishes->workers; i++) {
        struct result result;
        if (read_result(pipes[i][0], &result)) {
            add_result(sum, &result);
        } else {
            printf("sim: a worker died (try its seeds one by one: from %llu, every %d)\n",
                   (unsigned long long)wishes->from + (unsigned)i, wishes->workers);
            sound = false;
        }
        close(pipes[i][0]);
    }
    while (wait(NULL) > 0) {
    }
    return sound;
}

static void tell_plan(void) {
    char words[128];
    const struct manners *manners = &plan.manners;
    printf(
        "  hall: %s%d counters, ids %s, n %s, seq %s, time %s, expiry %s, beats %s, snapshots %s,"
        " ttl %d s, repeat %d, %d languages, %d rows a page\n",
        manners->halls > 1 ? "two, each with " : "", manners->desks,
        manners->ids         ? "all"
        : manners->mixed_ids ? "some"
                             : "none",
        manners->numbers ? "yes" : "no", manners->seqs ? "yes" : "no",
        manners->times ? "yes" : "no", manners->expiry ? "yes" : "no",
        manners->beats ? "yes" : "no", manners->snapshots ? "yes" : "no", manners->ttl_s,
        manners->repeat, manners->languages, manners->rows);
    size_t told = 0;
    for (size_t i = 0; i < plan.items_count; i++) {
        if (!plan.items[i].off && told++ < ITEMS_TOLD_MAX) {
            plan_describe(&plan.items[i], words, sizeof words);
            printf("  %s\n", words);
        }
    }
    if (told > ITEMS_TOLD_MAX) {
        printf("  ... and %zu more\n", told - ITEMS_TOLD_MAX);
    }
}

static void write_view(const char *path) {
    FILE *out = path != NULL ? fopen(path, "we") : NULL;
    if (out != NULL) {
        view_json_write(&world.last_view, out);
        fclose(out);
        printf("the view is in %s\n", path);
    }
}

/* Makes a failure short and tells it. */
static void tell_failure(uint64_t seed, const struct wishes *wishes) {
    char rule[RULE_BYTES];
    plan_make(&plan, seed);
    world_live(&plan, false);
    if (!world.failed) {
        printf("sim: seed %llu is well when it is lived alone\n", (unsigned long long)seed);
        return;
    }
    tell_failed(seed);
    if (wishes->plain) {
        write_view(wishes->view_path);
        return;
    }
    memcpy(rule, world.rule, sizeof rule);
    size_t left = shrink(&plan, rule);
    world_live(&plan, false);
    printf("shortened to %zu of %zu items, at %.3f s: %s\n", left, plan.items_count,
           (double)world.failed_ms / 1000, world.words);
    tell_plan();
    write_view(wishes->view_path);
    printf("replay: make sim SEED=%llu TRACE=1\n", (unsigned long long)seed);
}

static bool tell_marks(const struct result *sum, const struct wishes *wishes) {
    bool all = true;
    bool journal = sum->marks[MARK_JOURNAL_KEPT] > 0;
    for (enum mark which = 0; which < MARK_KINDS; which++) {
        bool wanted = journal || !mark_needs_journal(which);
        printf("  %10llu  %s%s\n", (unsigned long long)sum->marks[which], mark_name(which),
               wanted ? "" : " (no journal is kept)");
        all = all && (sum->marks[which] > 0 || !wanted);
    }
    if (!all && wishes->seeds >= MARKS_NEED_SEEDS && !wishes->kind) {
        printf("FAILED: too kind: a mark was never reached\n");
        return false;
    }
    return true;
}

static int run_many(const struct wishes *wishes) {
    static struct result sum;
    struct timespec begun, ended;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    bool sound = run_workers(wishes, &sum);
    clock_gettime(CLOCK_MONOTONIC, &ended);
    double lasted_s =
        (double)(ended.tv_sec - begun.tv_sec) + (double)(ended.tv_nsec - begun.tv_nsec) / 1e9;
    if (sum.failed && wishes->all) {
        printf("sim: %llu seeds, %.1f s, %llu FAILED\n", (unsigned long long)sum.lived, lasted_s,
               (unsigned long long)sum.failures);
        return 1;
    }
    if (sum.failed) {
        tell_failure(sum.failed_seed, wishes);
        return 1;
    }
    bool marks = tell_marks(&sum, wishes);
    printf("sim: %llu seeds, %llu messages, %llu turns, digest %016llx, %.1f s, %s\n",
           (unsigned long long)sum.lived, (unsigned long long)sum.messages,
           (unsigned long long)sum.turns, (unsigned long long)sum.digests, lasted_s,
           sound && marks ? "all well" : "FAILED");
    return sound && marks ? 0 : 1;
}

/* One seed in full; when it fails, the short story is told instead of the long one. */
static int run_one(const struct wishes *wishes) {
    bool well = live(wishes->seed);
    if (!well) {
        tell_failure(wishes->seed, wishes);
    }
    if (wishes->trace) {
        world_live(&plan, true);
        write_view(well ? wishes->view_path : NULL);
    }
    printf("seed %llu: %s, digest %016llx\n", (unsigned long long)wishes->seed,
           well ? "well" : "FAILED", (unsigned long long)world.digest);
    return well ? 0 : 1;
}

/* Whether it is a wish without a value. */
static bool read_flag(const char *word, struct wishes *wishes) {
    if (strcmp(word, "--trace") == 0) {
        wishes->trace = true;
    } else if (strcmp(word, "--kind") == 0) {
        wishes->kind = true;
    } else if (strcmp(word, "--plain") == 0) {
        wishes->plain = true;
    } else if (strcmp(word, "--all") == 0) {
        wishes->all = true;
    } else {
        return false;
    }
    return true;
}

static bool read_value(const char *word, const char *value, struct wishes *wishes) {
    if (strcmp(word, "--seeds") == 0) {
        wishes->seeds = strtoull(value, NULL, 10);
    } else if (strcmp(word, "--from") == 0) {
        wishes->from = strtoull(value, NULL, 10);
    } else if (strcmp(word, "--workers") == 0) {
        wishes->workers = (int)strtol(value, NULL, 10);
    } else if (strcmp(word, "--seed") == 0) {
        wishes->seed = strtoull(value, NULL, 10);
        wishes->one = true;
    } else if (strcmp(word, "--view") == 0) {
        wishes->view_path = value;
    } else {
        return false;
    }
    return true;
}

static bool read_wishes(int argc, char **argv, struct wishes *wishes) {
    *wishes = (struct wishes){.seeds = 2000, .from = 1, .workers = 2};
    for (int i = 1; i < argc; i++) {
        if (read_flag(argv[i], wishes)) {
            continue;
        }
        if (i + 1 == argc || !read_value(argv[i], argv[i + 1], wishes)) {
            return false;
        }
        i++;
    }
    return wishes->workers > 0 && wishes->workers <= WORKERS_MAX;
}

int main(int argc, char **argv) {
    struct wishes wishes;
    if (!read_wishes(argc, argv, &wishes)) {
        fprintf(stderr, "usage: sim --seeds N [--from K] [--workers W] [--plain] [--kind] [--all]"
                        " [--view FILE.json]\n"
                        "       sim --seed K [--trace] [--plain] [--view FILE.json]\n");
        return EXIT_USE;
    }
    /* The hall's own log would be gigabytes; a failed CHECK still says where it was. */
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    log_set_level(LOG_ERR);
    if (!world_prepare()) {
        return 1;
    }
    if (getenv("HALLCALL_SIM_LOG") == NULL && nowhere >= 0) {
        dup2(nowhere, STDERR_FILENO);
    }
    int code = wishes.one ? run_one(&wishes) : run_many(&wishes);
    world_finish();
    return code;
}
