/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The walls around the engine child: Landlock for files, seccomp for system calls, rlimits.
 *
 * eSpeak NG 1.51 has run shell commands and crashed on text (speech.md section 3). Our text is
 * filtered and flags are off, so this is the second wall: what still wins control of the child
 * finds no network, no program to run, no file but the voice data and a parent that replaces it.
 *
 * Two stages because eSpeak NG starts an idle thread in its initialisation: files are closed off
 * before (the thread inherits it), system calls after, for all threads at once (TSYNC).
 *
 * What nobody would do by accident (exec, fork, sockets, tracing) kills the process; everything
 * else that is not listed answers EPERM, because a libc update may ask a harmless new question and
 * a hall must not lose its voice over it.
 *
 * Considered and refused: a mount namespace with only the voice data (needs privileges or user
 * namespaces, which Debian lets sites switch off); seccomp's strict mode (eSpeak NG opens a
 * dictionary on each change of language).
 */
#include "voice/sandbox.h"

#include "system/log.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Every right of Landlock's first version: all that are handled and not granted are refused. */
static const uint64_t FILE_RIGHTS =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
    LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
    LANDLOCK_ACCESS_FS_MAKE_SYM;

static void allow_reading(int ruleset, const char *directory) {
    int fd = open(directory, O_PATH | O_CLOEXEC);
    if (fd < 0) {
        return;
    }
    struct landlock_path_beneath_attr beneath = {
        .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
        .parent_fd = fd,
    };
    if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) != 0) {
        log_line(LOG_DEBUG, "voice", "landlock refuses %s: %s", directory, strerror(errno));
    }
    close(fd);
}

bool sandbox_files(const char *const *directories, size_t count) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return false;
    }
    struct landlock_ruleset_attr attributes = {.handled_access_fs = FILE_RIGHTS};
    long ruleset = syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
    if (ruleset < 0) {
        log_line(LOG_DEBUG, "voice", "engine without landlock (%s): files can be read",
                 strerror(errno));
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        allow_reading((int)ruleset, directories[i]);
    }
    bool closed = syscall(SYS_landlock_restrict_self, (int)ruleset, 0) == 0;
    close((int)ruleset);
    return closed;
}

/* Bytes of address space in use. RLIMIT_AS is set relative to it, because a build with a sanitizer
 * begins with terabytes of reserved shadow. */
static size_t mapped_bytes(void) {
    FILE *file = fopen("/proc/self/statm", "re");
    if (file == NULL) {
        return 0;
    }
    size_t pages = 0;
    int c;
    while ((c = fgetc(file)) >= '0' && c <= '9') {
        pages = pages * 10 + (size_t)(c - '0');
    }
    fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void limit(int resource, rlim_t value) {
    struct rlimit limits = {.rlim_cur = value, .rlim_max = value};
    (void)setrlimit((__rlimit_resource_t)resource, &limits); /* a lower one may be in force */
}

void sandbox_limits(size_t memory_bytes) {
    size_t mapped = mapped_bytes();
    if (mapped > 0) {
        limit(RLIMIT_AS, mapped + memory_bytes);
    }
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, 32);
    limit(RLIMIT_MEMLOCK, 0);
}

/* Allowed whatever their arguments. rseq and set_robust_list are a new thread's first calls: eSpeak
 * NG's idle thread may make them only after the filter has come into force. */
static const int ALLOWED[] = {
    SCMP_SYS(rseq),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(readv),
    SCMP_SYS(close),
    SCMP_SYS(lseek),
    SCMP_SYS(_llseek),
    SCMP_SYS(fstat),
    SCMP_SYS(fstat64),
    SCMP_SYS(newfstatat),
    SCMP_SYS(fstatat64),
    SCMP_SYS(stat),
    SCMP_SYS(stat64),
    SCMP_SYS(lstat),
    SCMP_SYS(lstat64),
    SCMP_SYS(statx),
    SCMP_SYS(getdents64),
    SCMP_SYS(getdents),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(futex_time64),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(clock_gettime64),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(tgkill),
    SCMP_SYS(sched_yield),
    SCMP_SYS(getrandom),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

/* What only an attack asks for. */
static const int FATAL[] = {
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(socket),  SCMP_SYS(connect), SCMP_SYS(fork),
    SCMP_SYS(vfork),  SCMP_SYS(clone),    SCMP_SYS(clone3),  SCMP_SYS(ptrace),  SCMP_SYS(bind),
    SCMP_SYS(bpf),    SCMP_SYS(mount),    SCMP_SYS(unshare), SCMP_SYS(setns),
};

static bool add_lists(scmp_filter_ctx filter) {
    bool good = true;
    for (size_t i = 0; i < sizeof ALLOWED / sizeof ALLOWED[0]; i++) {
        good &= seccomp_rule_add(filter, SCMP_ACT_ALLOW, ALLOWED[i], 0) == 0;
    }
    for (size_t i = 0; i < sizeof FATAL / sizeof FATAL[0]; i++) {
        good &= seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, FATAL[i], 0) == 0;
    }
    return good;
}

/* Calls that are harmless with some arguments only. */
static bool add_conditional(scmp_filter_ctx filter, int write_fd) {
    const scmp_datum_t no_write = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND;
    struct scmp_arg_cmp read_only_at = SCMP_A2(SCMP_CMP_MASKED_EQ, no_write, O_RDONLY);
    struct scmp_arg_cmp read_only = SCMP_A1(SCMP_CMP_MASKED_EQ, no_write, O_RDONLY);
    struct scmp_arg_cmp no_code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    const int writing[] = {SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(sendto), SCMP_SYS(sendmsg)};
    const scmp_datum_t outlets[] = {(scmp_datum_t)write_fd, STDERR_FILENO};
    bool good = true;
    good &= seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, &read_only_at) == 0;
    good &= seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(open), 1, &read_only) == 0;
    good &= seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, &no_code) == 0;
    good &= seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap2), 1, &no_code) == 0;
    good &= seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, &no_code) == 0;
    for (size_t i = 0; i < sizeof writing / sizeof writing[0]; i++) {
        for (size_t k = 0; k < sizeof outlets / sizeof outlets[0]; k++) {
            struct scmp_arg_cmp outlet = SCMP_A0(SCMP_CMP_EQ, outlets[k]);
            good &= seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, writing[i], 1, &outlet) == 0;
        }
    }
    return good;
}

bool sandbox_calls(int write_fd) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter == NULL) {
        return false;
    }
    bool good = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 && add_lists(filter) &&
                add_conditional(filter, write_fd) && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return good;
}
