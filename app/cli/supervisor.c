/* SPDX-License-Identifier: MIT */
#include "app/cli/supervisor.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "app/cli/command.h"
#include "app/core/clock.h"
#include "app/core/log.h"

enum { PAUSE_MAX_S = 30, STEADY_S = 1, STOP_PATIENCE_S = 20 };

struct running {
    const struct supervisor_part *part;
    pid_t pid;         /* 0: not running */
    int64_t started_s; /* monotonic */
    int64_t due_s;     /* when to start it again */
    int64_t pause_s;
};

static int64_t now_s(void)
{
    struct clock clock = clock_system();
    return clock_monotonic_ms(&clock) / 1000;
}

/* The child gets the default handlers and an empty mask back, and dies with its parent. */
static _Noreturn void become(const char *program, const struct supervisor_part *part,
                             pid_t parent)
{
    char *arguments[SUPERVISOR_ARGUMENTS_MAX + 1];
    memcpy(arguments, part->arguments, sizeof arguments);
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) {
        _exit(EXIT_FAILED);
    }
    execv(program, arguments);
    log_error("could not start %s: %s", part->name, strerrordesc_np(errno));
    _exit(EXIT_USAGE);
}

static void start(const char *program, struct running *one)
{
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        become(program, one->part, parent);
    }
    one->started_s = now_s();
    one->pid = pid > 0 ? pid : 0;
    if (pid < 0) {
        log_error("could not fork for %s: %s", one->part->name, strerrordesc_np(errno));
        one->due_s = now_s() + PAUSE_MAX_S;
    }
}

static void pass_on(const struct running *all, size_t count, int signal_number)
{
    for (size_t i = 0; i < count; i++) {
        if (all[i].pid > 0) {
            kill(all[i].pid, signal_number);
        }
    }
}

static bool is_hopeless(int status)
{
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    return code == EXIT_USAGE || code == EXIT_NOT_FOUND || code == EXIT_INVALID;
}

static int64_t longer(int64_t pause_s)
{
    int64_t twice_s = pause_s == 0 ? 1 : pause_s * 2;
    return twice_s < PAUSE_MAX_S ? twice_s : PAUSE_MAX_S;
}

/* Decides when a part that has ended starts again. */
static void put_off(struct running *one, int status)
{
    bool is_signal = WIFSIGNALED(status);
    one->pause_s = now_s() - one->started_s >= STEADY_S ? 0 : one->pause_s;
    one->due_s = now_s() + one->pause_s;
    log_warning("%s ended (%s %d); it starts again in %d s", one->part->name,
                is_signal ? "signal" : "exit code",
                is_signal ? WTERMSIG(status) : WEXITSTATUS(status), (int)one->pause_s);
    one->pause_s = longer(one->pause_s);
}

static struct running *find_pid(struct running *all, size_t count, pid_t pid)
{
    for (size_t i = 0; i < count; i++) {
        if (all[i].pid == pid) {
            return &all[i];
        }
    }
    return NULL;
}

/* Collects what has ended. Gives the exit code of a part that can't start, or EXIT_OK. */
static int collect(struct running *all, size_t count, bool is_stopping)
{
    int status = 0;
    pid_t pid = 0;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        struct running *one = find_pid(all, count, pid);
        if (one == NULL) {
            continue;
        }
        one->pid = 0;
        if (!is_stopping && is_hopeless(status)) {
            log_error("%s can't run; the lines above say why", one->part->name);
            return WEXITSTATUS(status);
        }
        if (!is_stopping) {
            put_off(one, status);
        }
    }
    return EXIT_OK;
}

static void start_due(const char *program, struct running *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (all[i].pid == 0 && all[i].due_s <= now_s()) {
            start(program, &all[i]);
        }
    }
}

static bool has_running(const struct running *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (all[i].pid > 0) {
            return true;
        }
    }
    return false;
}

/* Asks all to stop, waits, and ends by force what does not. */
static void stop(struct running *all, size_t count, const sigset_t *waited)
{
    const struct timespec second = { .tv_sec = 1 };
    pass_on(all, count, SIGTERM);
    for (int i = 0; i < STOP_PATIENCE_S && has_running(all, count); i++) {
        collect(all, count, true);
        if (has_running(all, count)) {
            sigtimedwait(waited, NULL, &second);
        }
    }
    pass_on(all, count, SIGKILL);
    while (waitpid(-1, NULL, 0) > 0) {
    }
}

int supervisor_run(const char *program, const struct supervisor_part *parts, size_t count)
{
    struct running all[SUPERVISOR_PARTS_MAX] = { 0 };
    DP_CHECK(count <= SUPERVISOR_PARTS_MAX);
    for (size_t i = 0; i < count; i++) {
        all[i] = (struct running){ .part = &parts[i] };
    }
    sigset_t waited;
    sigemptyset(&waited);
    sigaddset(&waited, SIGTERM);
    sigaddset(&waited, SIGINT);
    sigaddset(&waited, SIGHUP);
    sigaddset(&waited, SIGCHLD);
    pthread_sigmask(SIG_BLOCK, &waited, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    const struct timespec second = { .tv_sec = 1 };
    int code = EXIT_OK;
    while (code == EXIT_OK) {
        start_due(program, all, count);
        int signal_number = sigtimedwait(&waited, NULL, &second);
        if (signal_number == SIGTERM || signal_number == SIGINT) {
            break;
        }
        if (signal_number == SIGHUP) {
            pass_on(all, count, SIGHUP);
        }
        code = collect(all, count, false);
    }
    stop(all, count, &waited);
    return code;
}
