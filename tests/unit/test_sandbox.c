/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The engine child's walls, tried from inside: each probe runs in a process of its own, which
 * enters the sandbox and then does what an intruder would.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "voice/sandbox.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LET_IN = 0, REFUSED = 1, NO_SANDBOX = 2, NO_LANDLOCK = 3, MEMORY_BYTES = 256 << 20 };

static int pair[2];

static const char *readable(void) {
    const char *source = getenv("HALLCALL_SOURCE");
    return source != NULL ? source : ".";
}

/* Probes answer true when they got what they wanted. */
static bool try_socket(void) {
    return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool try_exec(void) {
    execl("/bin/true", "true", (char *)NULL);
    return false;
}

static bool try_fork(void) {
    return fork() >= 0;
}

static void *do_nothing(void *argument) {
    return argument;
}

static bool try_thread(void) {
    pthread_t thread;
    return pthread_create(&thread, NULL, do_nothing, NULL) == 0;
}

static bool try_create(void) {
    return open("/tmp/hallcall-sandbox-probe", O_WRONLY | O_CREAT | O_EXCL, 0600) >= 0;
}

static bool try_write_null(void) {
    return open("/dev/null", O_RDWR) >= 0;
}

static bool try_unlink(void) {
    return unlink("/tmp/hallcall-sandbox-probe") == 0;
}

static bool try_read_passwd(void) {
    return open("/etc/passwd", O_RDONLY) >= 0;
}

static bool try_list_root(void) {
    return open("/", O_RDONLY | O_DIRECTORY) >= 0;
}

static bool try_machine_code(void) {
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                0) != MAP_FAILED;
}

static bool try_make_executable(void) {
    static char page[8192];
    return mprotect((void *)(((uintptr_t)page + 4095) & ~(uintptr_t)4095), 4096,
                    PROT_READ | PROT_EXEC) == 0;
}

static bool try_kill_parent(void) {
    return kill(getppid(), 0) == 0;
}

static bool try_ptrace(void) {
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
}

static bool try_write_elsewhere(void) {
    return write(STDIN_FILENO, "x", 1) == 1 || write(STDOUT_FILENO, "", 0) == 0;
}

static bool do_send(void) {
    return send(pair[0], "x", 1, MSG_NOSIGNAL) == 1;
}

static bool do_read(void) {
    char path[512];
    char byte;
    snprintf(path, sizeof path, "%s/sounds/call.score", readable());
    int fd = open(path, O_RDONLY);
    return fd >= 0 && read(fd, &byte, 1) == 1;
}

static bool do_allocate(void) {
    void *memory = malloc(8 << 20);
    if (memory == NULL) {
        return false;
    }
    memset(memory, 1, 8 << 20);
    free(memory);
    return true;
}

static bool try_much_memory(void) {
    return mmap(NULL, (size_t)1 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                0) != MAP_FAILED;
}

/* Runs a probe inside; a killed process was refused. */
static int run_inside(bool (*probe)(void)) {
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        const char *const directories[] = {readable(), "/nonexistent"};
        sandbox_limits(MEMORY_BYTES);
        bool files = sandbox_files(directories, 2);
        if (!sandbox_calls(pair[0])) {
            _exit(NO_SANDBOX);
        }
        bool reads = probe == try_read_passwd || probe == try_list_root;
        if (reads && !files) {
            _exit(NO_LANDLOCK);
        }
        _exit(probe() ? LET_IN : REFUSED);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFSIGNALED(status)) {
        assert_int_equal(WTERMSIG(status), SIGSYS);
        return REFUSED;
    }
    return WEXITSTATUS(status);
}

static void test_intruder_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *name;
        bool (*probe)(void);
    } rows[] = {
        {"socket", try_socket},
        {"exec", try_exec},
        {"fork", try_fork},
        {"thread", try_thread},
        {"create a file", try_create},
        {"open for writing", try_write_null},
        {"unlink", try_unlink},
        {"read /etc/passwd", try_read_passwd},
        {"list /", try_list_root},
        {"map machine code", try_machine_code},
        {"make machine code", try_make_executable},
        {"signal the parent", try_kill_parent},
        {"trace", try_ptrace},
        {"write elsewhere", try_write_elsewhere},
        {"map 1 GiB", try_much_memory},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int result = run_inside(rows[i].probe);
        if (result == NO_LANDLOCK) {
            print_message("this kernel has no Landlock: \"%s\" is not refused\n", rows[i].name);
        } else if (result != REFUSED) {
            fail_msg("%s: %d", rows[i].name, result);
        }
    }
}

static void test_synthesis_is_not_hindered(void **state) {
    (void)state;
    assert_int_equal(run_inside(do_send), LET_IN);
    assert_int_equal(run_inside(do_read), LET_IN);
    assert_int_equal(run_inside(do_allocate), LET_IN);
}

/* The probes can succeed at all: outside, they do. */
static void test_probes_work_outside(void **state) {
    (void)state;
    assert_true(try_read_passwd());
    assert_true(try_list_root());
    assert_true(try_write_null());
    assert_true(try_socket());
    assert_true(try_kill_parent());
    assert_true(try_write_elsewhere());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_intruder_is_refused),
        cmocka_unit_test(test_synthesis_is_not_hindered),
        cmocka_unit_test(test_probes_work_outside),
    };
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
