/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fork and exec with the manners a demo needs: no orphan broker stays behind when the terminal is
 * closed, and a failure to start is known to the parent (a pipe that a successful exec closes).
 *
 * Considered and refused: posix_spawn, which cannot ask for a signal at the parent's death.
 */
#include "command/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STOP_PATIENCE_MS = 2000 };

/* In the child: never returns. What went wrong goes up the pipe, which exec closes. */
static _Noreturn void become(char *const argv[], int report) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    execvpe(argv[0], argv, environ);
    int problem = errno;
    ssize_t ignored = write(report, &problem, sizeof problem);
    (void)ignored;
    _exit(127);
}

pid_t process_start(char *const argv[]) {
    int pipes[2], problem = 0;
    if (pipe2(pipes, O_CLOEXEC) != 0) {
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0) {
        become(argv, pipes[1]);
    }
    close(pipes[1]);
    if (pid > 0 && read(pipes[0], &problem, sizeof problem) == (ssize_t)sizeof problem) {
        waitpid(pid, NULL, 0);
        errno = problem;
        pid = -1;
    }
    close(pipes[0]);
    return pid;
}

bool process_alive(pid_t pid) {
    return pid > 0 && waitpid(pid, NULL, WNOHANG) == 0;
}

/* Waits for the end of a child through a pidfd, so without polling. */
static bool wait_end(pid_t pid, int patience_ms) {
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    struct pollfd ended = {.fd = fd, .events = POLLIN};
    bool gone = fd < 0 || poll(&ended, 1, patience_ms) != 0;
    if (fd >= 0) {
        close(fd);
    }
    return gone;
}

void process_stop(pid_t pid) {
    if (!process_alive(pid)) {
        return;
    }
    kill(pid, SIGTERM);
    if (!wait_end(pid, STOP_PATIENCE_MS)) {
        kill(pid, SIGKILL);
    }
    waitpid(pid, NULL, 0);
}
