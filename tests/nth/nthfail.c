/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A library to preload (LD_PRELOAD) that lets the n-th call of a kind fail.
 *
 * The calls of a program into the C library go through here, from its own code and from the
 * libraries it uses. Each is counted by kind; those that are to fail return what the C library
 * returns when a machine has no memory, descriptors, disk or threads left, and touch nothing.
 *
 * NTHFAIL_CONTROL names a file of the size of struct control, which the driver (parts.py) makes,
 * maps and may change at any time. Without it everything is passed on and nothing is counted. Only
 * processes of the role that the control names are counted: the hall, or the speech engine that it
 * starts from the same binary.
 *
 * A call is the program's own when the first caller outside the C library is the executable: so
 * what getline, strdup or posix_spawn allocate for the program counts as the program's. Calls that
 * the C library makes from its inside to its inside (the write of a printf) are not seen.
 *
 * Any thread. Considered and refused: a fault injector of the kernel (needs root and a debugging
 * kernel), ptrace (slow, and changes the timing of threads), malloc hooks (gone from glibc).
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* The order is known to parts.py. */
enum kind {
    KIND_ALLOC,
    KIND_MAP,
    KIND_OPEN,
    KIND_READ,
    KIND_WRITE,
    KIND_SYNC,
    KIND_STAT,
    KIND_PATH,
    KIND_LOCK,
    KIND_SOCKET,
    KIND_CONNECT,
    KIND_TALK,
    KIND_RESOLVE,
    KIND_EVENT,
    KIND_POLL,
    KIND_SPAWN,
    KIND_THREAD,
    KIND_RANDOM,
    KINDS
};

static const int errors[KINDS] = {
    [KIND_ALLOC] = ENOMEM,   [KIND_MAP] = ENOMEM,          [KIND_OPEN] = EMFILE,
    [KIND_READ] = EIO,       [KIND_WRITE] = ENOSPC,        [KIND_SYNC] = EIO,
    [KIND_STAT] = EACCES,    [KIND_PATH] = ENOSPC,         [KIND_LOCK] = ENOLCK,
    [KIND_SOCKET] = EMFILE,  [KIND_CONNECT] = ENETUNREACH, [KIND_TALK] = ECONNRESET,
    [KIND_RESOLVE] = EAGAIN, [KIND_EVENT] = EMFILE,        [KIND_POLL] = ENOMEM,
    [KIND_SPAWN] = EAGAIN,   [KIND_THREAD] = EAGAIN,       [KIND_RANDOM] = ENOSYS,
};

enum { SCOPE_ANY, SCOPE_OWN, SCOPES };
enum { ROLE_HALL, ROLE_ENGINE };
enum { FRAMES_MAX = 24, TRAIL_BYTES = 4096 };

struct control {
    /* Written by the driver. Calls first to first + times - 1 of the kind and scope fail; with
     * first 0, none. */
    _Atomic uint64_t role, kind, scope, first, times;
    /* Written here: how many failed, how many there were, and who made the first that failed
     * ("object offset symbol" a line, innermost first). */
    _Atomic uint64_t failed;
    _Atomic uint64_t counts[SCOPES][KINDS];
    char trail[TRAIL_BYTES];
    char crash[TRAIL_BYTES]; /* the same of a SIGSEGV, whose place is not always a library's */
};

struct range {
    uintptr_t first, end;
};

static struct control *control; /* NULL: pass everything on */
static struct range program, library;
/* Our own calls are passed on uncounted. Its model needs no malloc to reach it. */
static _Thread_local bool inside __attribute__((tls_model("initial-exec")));

/* The C library's (or the next preloaded library's) function of a name. Each wrapper keeps its
 * own. Pedantic C knows no way from dlsym's object pointer to a function but its bytes. */
typedef void (*function)(void);

static function find(_Atomic(function) *kept, const char *name) {
    function found = atomic_load_explicit(kept, memory_order_relaxed);
    if (found == NULL) {
        void *at = dlsym(RTLD_NEXT, name);
        memcpy(&found, &at, sizeof found);
        atomic_store_explicit(kept, found, memory_order_relaxed);
    }
    return found;
}

#define NEXT(kept, name) ((__typeof__(&name))find(&(kept), #name))
#define CALLER ((uintptr_t)__builtin_return_address(0))

static bool holds(struct range range, uintptr_t address) {
    return address >= range.first && address < range.end;
}

/* The executable comes first; of the others the one that has dlsym's neighbours is the C library.
 */
static int note_object(struct dl_phdr_info *info, size_t bytes, void *context) {
    struct range range = {UINTPTR_MAX, 0};
    (void)bytes;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        if (info->dlpi_phdr[i].p_type == PT_LOAD) {
            uintptr_t first = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
            uintptr_t end = first + info->dlpi_phdr[i].p_memsz;
            range.first = first < range.first ? first : range.first;
            range.end = end > range.end ? end : range.end;
        }
    }
    if (program.end == 0) {
        program = range;
    }
    if (holds(range, *(uintptr_t *)context)) {
        library = range;
    }
    return 0;
}

/* Whether the program's own code made this call, perhaps through the C library. */
static bool is_own(uintptr_t caller) {
    if (!holds(library, caller)) {
        return holds(program, caller);
    }
    void *frames[FRAMES_MAX];
    int count = backtrace(frames, FRAMES_MAX);
    bool met = false;
    for (int i = 0; i < count; i++) {
        uintptr_t frame = (uintptr_t)frames[i];
        met = met || frame == caller;
        if (met && !holds(library, frame)) {
            return holds(program, frame);
        }
    }
    return false;
}

static void write_trail(char *out, int skipped) {
    void *frames[FRAMES_MAX];
    int count = backtrace(frames, FRAMES_MAX);
    size_t used = 0;
    for (int i = skipped; i < count && used + 1 < TRAIL_BYTES; i++) {
        Dl_info facts = {.dli_fname = NULL};
        (void)dladdr(frames[i], &facts);
        uintptr_t offset = (uintptr_t)frames[i] - (uintptr_t)facts.dli_fbase;
        int length =
            snprintf(out + used, TRAIL_BYTES - used, "%s %lx %s\n",
                     facts.dli_fname != NULL ? facts.dli_fname : "?", (unsigned long)offset,
                     facts.dli_sname != NULL ? facts.dli_sname : "?");
        used += length > 0 ? (size_t)length : 0;
    }
}

/* Counts a call. True: it is to fail, and errno says how. */
static bool fails(enum kind kind, uintptr_t caller) {
    if (control == NULL || inside) {
        return false;
    }
    inside = true;
    int before = errno;
    bool own = is_own(caller);
    uint64_t number[SCOPES] = {0, 0};
    number[SCOPE_ANY] = 1 + atomic_fetch_add(&control->counts[SCOPE_ANY][kind], 1);
    if (own) {
        number[SCOPE_OWN] = 1 + atomic_fetch_add(&control->counts[SCOPE_OWN][kind], 1);
    }
    uint64_t first = control->first;
    uint64_t mine = number[control->scope == SCOPE_OWN];
    bool hit = kind == control->kind && first > 0 && mine >= first && mine < first + control->times;
    if (hit && atomic_fetch_add(&control->failed, 1) == 0) {
        write_trail(control->trail, 2);
    }
    errno = hit ? errors[kind] : before;
    inside = false;
    return hit;
}

/* Says where it was and lets the signal end the process as it would have. */
static void note_crash(int number) {
    inside = true;
    write_trail(control->crash, 2);
    (void)raise(number);
}

/* The role of this process, from its arguments. */
static uint64_t role_here(void) {
    char words[256] = "";
    int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    ssize_t bytes = fd >= 0 ? read(fd, words, sizeof words - 1) : 0;
    if (fd >= 0) {
        close(fd);
    }
    const char *second = bytes > 0 ? words + strlen(words) + 1 : words;
    return strcmp(second, "--voice-engine") == 0 ? ROLE_ENGINE : ROLE_HALL;
}

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("NTHFAIL_CONTROL");
    uintptr_t neighbour = (uintptr_t)&getenv;
    void *frame;
    (void)dl_iterate_phdr(note_object, &neighbour);
    (void)backtrace(&frame, 1); /* loads what it needs now, not in the middle of a malloc */
    int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd >= 0) {
        void *at = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        struct control *mapped = at != MAP_FAILED ? at : NULL;
        close(fd);
        if (mapped != NULL && mapped->role == role_here()) {
            struct sigaction crash = {.sa_handler = note_crash, .sa_flags = (int)SA_RESETHAND};
            (void)sigaction(SIGSEGV, &crash, NULL);
            control = mapped;
        }
    }
}

/* --- memory -------------------------------------------------------------------------------------
 */

void *malloc(size_t bytes) {
    static _Atomic(function) kept;
    return fails(KIND_ALLOC, CALLER) ? NULL : NEXT(kept, malloc)(bytes);
}

void *calloc(size_t count, size_t bytes) {
    static _Atomic(function) kept;
    return fails(KIND_ALLOC, CALLER) ? NULL : NEXT(kept, calloc)(count, bytes);
}

void *realloc(void *old, size_t bytes) {
    static _Atomic(function) kept;
    return fails(KIND_ALLOC, CALLER) ? NULL : NEXT(kept, realloc)(old, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes) {
    static _Atomic(function) kept;
    return fails(KIND_ALLOC, CALLER) ? NULL : NEXT(kept, aligned_alloc)(alignment, bytes);
}

int posix_memalign(void **out, size_t alignment, size_t bytes) {
    static _Atomic(function) kept;
    return fails(KIND_ALLOC, CALLER) ? ENOMEM : NEXT(kept, posix_memalign)(out, alignment, bytes);
}

void *mmap(void *at, size_t bytes, int protection, int flags, int fd, off_t offset) {
    static _Atomic(function) kept;
    return fails(KIND_MAP, CALLER) ? MAP_FAILED
                                   : NEXT(kept, mmap)(at, bytes, protection, flags, fd, offset);
}

void *mmap64(void *at, size_t bytes, int protection, int flags, int fd, off64_t offset) {
    static _Atomic(function) kept;
    return fails(KIND_MAP, CALLER) ? MAP_FAILED
                                   : NEXT(kept, mmap64)(at, bytes, protection, flags, fd, offset);
}

/* --- files --------------------------------------------------------------------------------------
 */

/* The third argument, which is there only when a file may be made. */
static mode_t mode_of(int flags, va_list more) {
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
}

int open(const char *path, int flags, ...) {
    static _Atomic(function) kept;
    va_list more;
    va_start(more, flags);
    mode_t mode = mode_of(flags, more);
    va_end(more);
    return fails(KIND_OPEN, CALLER) ? -1 : NEXT(kept, open)(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    static _Atomic(function) kept;
    va_list more;
    va_start(more, flags);
    mode_t mode = mode_of(flags, more);
    va_end(more);
    return fails(KIND_OPEN, CALLER) ? -1 : NEXT(kept, open64)(path, flags, mode);
}

FILE *fopen(const char *path, const char *how) {
    static _Atomic(function) kept;
    return fails(KIND_OPEN, CALLER) ? NULL : NEXT(kept, fopen)(path, how);
}

FILE *fopen64(const char *path, const char *how) {
    static _Atomic(function) kept;
    return fails(KIND_OPEN, CALLER) ? NULL : NEXT(kept, fopen64)(path, how);
}

DIR *opendir(const char *path) {
    static _Atomic(function) kept;
    return fails(KIND_OPEN, CALLER) ? NULL : NEXT(kept, opendir)(path);
}

/* Whether a descriptor is a file: sockets and counters fail in other ways, and standard error is
 * how a test hears what happened. */
static bool is_file(int fd) {
    static _Atomic(function) kept;
    struct stat facts;
    return control != NULL && fd != STDERR_FILENO && NEXT(kept, fstat)(fd, &facts) == 0 &&
           S_ISREG(facts.st_mode);
}

ssize_t read(int fd, void *out, size_t bytes) {
    static _Atomic(function) kept;
    return is_file(fd) && fails(KIND_READ, CALLER) ? -1 : NEXT(kept, read)(fd, out, bytes);
}

ssize_t pread64(int fd, void *out, size_t bytes, off64_t offset) {
    static _Atomic(function) kept;
    return fails(KIND_READ, CALLER) ? -1 : NEXT(kept, pread64)(fd, out, bytes, offset);
}

ssize_t write(int fd, const void *in, size_t bytes) {
    static _Atomic(function) kept;
    return is_file(fd) && fails(KIND_WRITE, CALLER) ? -1 : NEXT(kept, write)(fd, in, bytes);
}

ssize_t pwrite64(int fd, const void *in, size_t bytes, off64_t offset) {
    static _Atomic(function) kept;
    return fails(KIND_WRITE, CALLER) ? -1 : NEXT(kept, pwrite64)(fd, in, bytes, offset);
}

int ftruncate64(int fd, off64_t length) {
    static _Atomic(function) kept;
    return fails(KIND_WRITE, CALLER) ? -1 : NEXT(kept, ftruncate64)(fd, length);
}

int fsync(int fd) {
    static _Atomic(function) kept;
    return fails(KIND_SYNC, CALLER) ? -1 : NEXT(kept, fsync)(fd);
}

int fdatasync(int fd) {
    static _Atomic(function) kept;
    return fails(KIND_SYNC, CALLER) ? -1 : NEXT(kept, fdatasync)(fd);
}

int stat(const char *path, struct stat *out) {
    static _Atomic(function) kept;
    return fails(KIND_STAT, CALLER) ? -1 : NEXT(kept, stat)(path, out);
}

int stat64(const char *path, struct stat64 *out) {
    static _Atomic(function) kept;
    return fails(KIND_STAT, CALLER) ? -1 : NEXT(kept, stat64)(path, out);
}

int lstat(const char *path, struct stat *out) {
    static _Atomic(function) kept;
    return fails(KIND_STAT, CALLER) ? -1 : NEXT(kept, lstat)(path, out);
}

int fstat(int fd, struct stat *out) {
    static _Atomic(function) kept;
    return fails(KIND_READ, CALLER) ? -1 : NEXT(kept, fstat)(fd, out);
}

int fstat64(int fd, struct stat64 *out) {
    static _Atomic(function) kept;
    return fails(KIND_READ, CALLER) ? -1 : NEXT(kept, fstat64)(fd, out);
}

int access(const char *path, int how) {
    static _Atomic(function) kept;
    return fails(KIND_STAT, CALLER) ? -1 : NEXT(kept, access)(path, how);
}

int mkdir(const char *path, mode_t mode) {
    static _Atomic(function) kept;
    return fails(KIND_PATH, CALLER) ? -1 : NEXT(kept, mkdir)(path, mode);
}

int rename(const char *from, const char *to) {
    static _Atomic(function) kept;
    return fails(KIND_PATH, CALLER) ? -1 : NEXT(kept, rename)(from, to);
}

int unlink(const char *path) {
    static _Atomic(function) kept;
    return fails(KIND_PATH, CALLER) ? -1 : NEXT(kept, unlink)(path);
}

/* Only its locks: SQLite's. */
int fcntl64(int fd, int command, ...) {
    static _Atomic(function) kept;
    va_list more;
    va_start(more, command);
    void *argument = va_arg(more, void *);
    va_end(more);
    bool lock = command == F_SETLK || command == F_SETLKW;
    return lock && fails(KIND_LOCK, CALLER) ? -1 : NEXT(kept, fcntl64)(fd, command, argument);
}

/* --- the network
 * ---------------------------------------------------------------------------------- */

int socket(int domain, int type, int protocol) {
    static _Atomic(function) kept;
    return fails(KIND_SOCKET, CALLER) ? -1 : NEXT(kept, socket)(domain, type, protocol);
}

int socketpair(int domain, int type, int protocol, int pair[2]) {
    static _Atomic(function) kept;
    return fails(KIND_SOCKET, CALLER) ? -1 : NEXT(kept, socketpair)(domain, type, protocol, pair);
}

int connect(int fd, __CONST_SOCKADDR_ARG address, socklen_t bytes) {
    static _Atomic(function) kept;
    return fails(KIND_CONNECT, CALLER) ? -1 : NEXT(kept, connect)(fd, address, bytes);
}

ssize_t recv(int fd, void *out, size_t bytes, int flags) {
    static _Atomic(function) kept;
    return fails(KIND_TALK, CALLER) ? -1 : NEXT(kept, recv)(fd, out, bytes, flags);
}

ssize_t send(int fd, const void *in, size_t bytes, int flags) {
    static _Atomic(function) kept;
    return fails(KIND_TALK, CALLER) ? -1 : NEXT(kept, send)(fd, in, bytes, flags);
}

ssize_t writev(int fd, const struct iovec *pieces, int count) {
    static _Atomic(function) kept;
    return fails(KIND_TALK, CALLER) ? -1 : NEXT(kept, writev)(fd, pieces, count);
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **out) {
    static _Atomic(function) kept;
    return fails(KIND_RESOLVE, CALLER) ? EAI_AGAIN
                                       : NEXT(kept, getaddrinfo)(name, service, hints, out);
}

/* --- processes, threads, waiting
 * -------------------------------------------------------------------- */

int eventfd(unsigned value, int flags) {
    static _Atomic(function) kept;
    return fails(KIND_EVENT, CALLER) ? -1 : NEXT(kept, eventfd)(value, flags);
}

int signalfd(int fd, const sigset_t *set, int flags) {
    static _Atomic(function) kept;
    return fails(KIND_EVENT, CALLER) ? -1 : NEXT(kept, signalfd)(fd, set, flags);
}

int pipe2(int pair[2], int flags) {
    static _Atomic(function) kept;
    return fails(KIND_EVENT, CALLER) ? -1 : NEXT(kept, pipe2)(pair, flags);
}

int pipe(int pair[2]) {
    static _Atomic(function) kept;
    return fails(KIND_EVENT, CALLER) ? -1 : NEXT(kept, pipe)(pair);
}

int poll(struct pollfd *list, nfds_t count, int wait_ms) {
    static _Atomic(function) kept;
    return fails(KIND_POLL, CALLER) ? -1 : NEXT(kept, poll)(list, count, wait_ms);
}

int ppoll(struct pollfd *list, nfds_t count, const struct timespec *wait, const sigset_t *mask) {
    static _Atomic(function) kept;
    return fails(KIND_POLL, CALLER) ? -1 : NEXT(kept, ppoll)(list, count, wait, mask);
}

int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *attributes, char *const arguments[],
                char *const environment[]) {
    static _Atomic(function) kept;
    return fails(KIND_SPAWN, CALLER)
               ? EAGAIN
               : NEXT(kept, posix_spawn)(pid, path, actions, attributes, arguments, environment);
}

pid_t fork(void) {
    static _Atomic(function) kept;
    return fails(KIND_SPAWN, CALLER) ? -1 : NEXT(kept, fork)();
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                   void *argument) {
    static _Atomic(function) kept;
    return fails(KIND_THREAD, CALLER)
               ? EAGAIN
               : NEXT(kept, pthread_create)(thread, attributes, run, argument);
}

ssize_t getrandom(void *out, size_t bytes, unsigned flags) {
    static _Atomic(function) kept;
    return fails(KIND_RANDOM, CALLER) ? -1 : NEXT(kept, getrandom)(out, bytes, flags);
}
