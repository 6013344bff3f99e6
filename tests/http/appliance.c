/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/http/appliance.h"
#include "tests/support/shell.h"
#include "tests/support/support.h"

enum { WAIT_STEPS = 1000, WAIT_STEP_US = 10000 };

void appliance_run(const struct appliance *appliance, const char *command)
{
    char line[1024];
    int len = snprintf(line, sizeof line, "%s %s --dir %s >%s/said 2>&1", DP_PROGRAM, command,
                       appliance->data, appliance->dir);
    assert_true(len > 0 && (size_t)len < sizeof line);
    if (shell_run(line) != 0) {
        fail_msg("%s: %s", command,
                 support_read_file(support_path(appliance->dir, "said"), NULL));
    }
}

static void exec_web(const struct appliance *appliance)
{
    int log = open(appliance->log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    (void)dup2(log, STDOUT_FILENO);
    (void)dup2(log, STDERR_FILENO);
    (void)execl(DP_PROGRAM, "daypulse", "web", "--dir", appliance->data, "--port", "0",
                "--listen", "127.0.0.1", (char *)NULL);
    _exit(127);
}

const char *appliance_log(const struct appliance *appliance)
{
    return support_read_file(appliance->log, NULL);
}

void appliance_wait_log(const struct appliance *appliance, const char *text)
{
    for (int i = 0; i < WAIT_STEPS; i++) {
        if (strstr(appliance_log(appliance), text) != NULL) {
            return;
        }
        (void)usleep(WAIT_STEP_US);
    }
    fail_msg("no \"%s\" in the log:\n%s", text, appliance_log(appliance));
}

void appliance_start(struct appliance *appliance)
{
    static const char serving[] = "serving on port ";
    memset(appliance, 0, sizeof *appliance);
    appliance->dir = support_tempdir();
    appliance->data = support_path(appliance->dir, "data");
    appliance->log = support_path(appliance->dir, "log");
    support_write_file(appliance->log, "", 0);
    appliance_run(appliance, "init");
    appliance->web = fork();
    assert_true(appliance->web >= 0);
    if (appliance->web == 0) {
        exec_web(appliance);
    }
    appliance_wait_log(appliance, serving);
    const char *port = strstr(appliance_log(appliance), serving) + sizeof serving - 1;
    appliance->port = (uint16_t)strtoul(port, NULL, 10);
    assert_true(appliance->port > 0);
}

void appliance_stop(struct appliance *appliance)
{
    int status = 1;
    if (appliance->web <= 0) {
        return; /* it never started; the folder goes with the test program */
    }
    assert_int_equal(kill(appliance->web, SIGTERM), 0);
    assert_int_equal(waitpid(appliance->web, &status, 0), appliance->web);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fail_msg("daypulse web ended with %d:\n%s", status, appliance_log(appliance));
    }
    support_remove_tree(appliance->dir);
}

double appliance_cpu_ms(const struct appliance *appliance)
{
    clockid_t clock;
    struct timespec now;
    assert_int_equal(clock_getcpuclockid(appliance->web, &clock), 0);
    assert_int_equal(clock_gettime(clock, &now), 0);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}
