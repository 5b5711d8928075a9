/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Preloaded into a program: its wall clock is off by the milliseconds in a file, at every moment as
 * many as the file says then, so that a test can step the clock of one program while it runs. The
 * monotonic clock is left alone.
 *
 * HALLCALL_CLOCK_FILE names a file of 8 bytes (int64, the machine's own order), which is mapped: a
 * sandboxed child may not open files. Waits for a moment of the wall clock are made in slices and
 * end early with a spurious wakeup, which their callers must cope with anyway; so a wait that had
 * begun before a step ends as it does on a machine whose clock is set.
 *
 * Which clock a condition waits by is read from glibc's own bit for it (2.25 and later).
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <dlfcn.h>

enum { SLICE_NS = 50000000, COND_MONOTONIC = 2 };

#define NS_PER_S INT64_C(1000000000)

typedef int cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex,
                      const struct timespec *until);

static const _Atomic int64_t *offset_ms;
static cond_wait *real_cond_timedwait;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("HALLCALL_CLOCK_FILE");
    int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *page = fd >= 0 ? mmap(NULL, sizeof *offset_ms, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
    offset_ms = page != MAP_FAILED ? page : NULL;
    if (fd >= 0) {
        close(fd);
    }
    /* Where two versions are exported, the older one is of another kind of condition. */
    void *found = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
    *(void **)&real_cond_timedwait =
        found != NULL ? found : dlsym(RTLD_NEXT, "pthread_cond_timedwait");
}

static int64_t to_ns(const struct timespec *time) {
    return (int64_t)time->tv_sec * NS_PER_S + time->tv_nsec;
}

static struct timespec from_ns(int64_t ns) {
    int64_t part = (ns % NS_PER_S + NS_PER_S) % NS_PER_S;
    return (struct timespec){.tv_sec = (time_t)((ns - part) / NS_PER_S), .tv_nsec = (long)part};
}

static int64_t real_ns(void) {
    struct timespec now;
    syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
    return to_ns(&now);
}

static int64_t stepped_ns(void) {
    return real_ns() + (offset_ms != NULL ? atomic_load(offset_ms) * 1000000 : 0);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    if (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE) {
        return (int)syscall(SYS_clock_gettime, clock, now);
    }
    *now = from_ns(stepped_ns());
    return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    (void)zone;
    struct timespec exact = from_ns(stepped_ns());
    *now = (struct timeval){.tv_sec = exact.tv_sec, .tv_usec = exact.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *out) {
    time_t now = from_ns(stepped_ns()).tv_sec;
    if (out != NULL) {
        *out = now;
    }
    return now;
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict until) {
    if ((condition->__data.__wrefs & COND_MONOTONIC) != 0) {
        return real_cond_timedwait(condition, mutex, until);
    }
    int64_t left = to_ns(until) - stepped_ns();
    if (left <= 0) {
        return ETIMEDOUT;
    }
    struct timespec slice = from_ns(real_ns() + (left < SLICE_NS ? left : SLICE_NS));
    int rc = real_cond_timedwait(condition, mutex, &slice);
    return rc == ETIMEDOUT && left > SLICE_NS ? 0 : rc;
}
