/* SPDX-License-Identifier: MIT */
#include "app/service/schedule/process.h"

#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

#include "app/core/log.h"

static void waited_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGHUP);
}

void process_prepare(const char *part)
{
    const struct rlimit none = { 0, 0 };
    sigset_t waited;
    log_set_part(part);
    waited_signals(&waited);
    pthread_sigmask(SIG_BLOCK, &waited, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    char name[16]; /* as ps and top show it; longer names are cut by the kernel */
    (void)snprintf(name, sizeof name, "daypulse-%s", part);
    (void)prctl(PR_SET_NAME, name);
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0) {
        log_warning("core dumps could not be switched off");
    }
}

enum process_wake process_wait(int64_t seconds)
{
    const struct timespec time = { .tv_sec = seconds };
    sigset_t waited;
    waited_signals(&waited);
    int number = sigtimedwait(&waited, NULL, &time);
    if (number == SIGTERM || number == SIGINT) {
        return PROCESS_STOP;
    }
    return number == SIGHUP ? PROCESS_RELOAD : PROCESS_TIME;
}
