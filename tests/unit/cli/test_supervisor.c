/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "app/cli/command.h"
#include "app/cli/supervisor.h"
#include "tests/support/support.h"

enum { PATIENCE_MS = 20000, STEP_MS = 20 };

#define SHELL "/bin/sh"

static const char *dir;

static int setup(void **state)
{
    (void)state;
    dir = support_tempdir();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    support_remove_tree(dir);
    return 0;
}

static struct supervisor_part part(const char *name, const char *script)
{
    return (struct supervisor_part){ .name = name, .arguments = { "sh", "-c", script } };
}

static void rest(void)
{
    const struct timespec step = { .tv_nsec = STEP_MS * 1000000L };
    nanosleep(&step, NULL);
}

/* The supervisor in a process of its own, quiet. */
static pid_t start(const struct supervisor_part *parts, size_t count)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (freopen("/dev/null", "w", stderr) == NULL || chdir(dir) != 0) {
            _exit(99);
        }
        _exit(supervisor_run(SHELL, parts, count));
    }
    return pid;
}

/* The exit code of a process, -1 when it does not end in time or ends by a signal. */
static int end_of(pid_t pid)
{
    int status = 0;
    for (int waited_ms = 0; waited_ms < PATIENCE_MS; waited_ms += STEP_MS) {
        if (waitpid(pid, &status, WNOHANG) == pid) {
            return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        }
        rest();
    }
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    return -1;
}

static size_t lines_in(const char *name)
{
    size_t lines = 0;
    FILE *file = fopen(support_path(dir, name), "r");
    for (int c = file == NULL ? EOF : fgetc(file); c != EOF; c = fgetc(file)) {
        lines += c == '\n' ? 1 : 0;
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return lines;
}

static bool wait_for_lines(const char *name, size_t lines)
{
    for (int waited_ms = 0; waited_ms < PATIENCE_MS; waited_ms += STEP_MS) {
        if (lines_in(name) >= lines) {
            return true;
        }
        rest();
    }
    return false;
}

/* Ended, even if nobody has asked for its exit code. */
static bool is_ended(pid_t pid)
{
    char path[64];
    char line[256] = "";
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return true;
    }
    char *got = fgets(line, sizeof line, file);
    (void)fclose(file);
    return got == NULL || strstr(line, ") Z ") != NULL;
}

/* A part whose arguments or folder are wrong ends everything with its exit code. */
static void test_supervisor_run_hopeless_part_ends_all(void **state)
{
    (void)state;
    static const int hopeless[] = { EXIT_USAGE, EXIT_NOT_FOUND, EXIT_INVALID };
    for (size_t i = 0; i < 3; i++) {
        char script[64];
        (void)snprintf(script, sizeof script, "exit %d", hopeless[i]);
        struct supervisor_part parts[] = { part("good", "exec sleep 60"), part("bad", script) };
        assert_int_equal(end_of(start(parts, 2)), hopeless[i]);
    }
}

/* A program that is not there can't be started at all. */
static void test_supervisor_run_missing_program_ends(void **state)
{
    (void)state;
    struct supervisor_part parts[] = { part("any", "exit 0") };
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (freopen("/dev/null", "w", stderr) == NULL) {
            _exit(99);
        }
        _exit(supervisor_run("/nonexistent/program", parts, 1));
    }
    assert_int_equal(end_of(pid), EXIT_USAGE);
}

/* A part that dies is started again, at once and then after a pause; the others are not touched. */
static void test_supervisor_run_dead_part_is_started_again(void **state)
{
    (void)state;
    struct supervisor_part parts[] = {
        part("steady", "echo $$ >> steady; exec sleep 60"),
        part("dying", "echo $$ >> dying; kill -9 $$"),
    };
    pid_t pid = start(parts, 2);
    assert_true(wait_for_lines("dying", 3));
    kill(pid, SIGTERM);
    assert_int_equal(end_of(pid), EXIT_OK);
    assert_int_equal(lines_in("steady"), 1);
}

/* The pause grows: within two seconds a part that dies at once is started three times at most. */
static void test_supervisor_run_pause_grows(void **state)
{
    (void)state;
    struct supervisor_part parts[] = { part("dying", "echo x >> dying; exit 1") };
    pid_t pid = start(parts, 1);
    assert_true(wait_for_lines("dying", 2));
    const struct timespec two = { .tv_sec = 2 };
    nanosleep(&two, NULL);
    kill(pid, SIGTERM);
    assert_int_equal(end_of(pid), EXIT_OK);
    assert_in_range(lines_in("dying"), 2, 4);
}

/* SIGTERM goes to every part, and the supervisor ends when they have. */
static void test_supervisor_run_stops_its_parts(void **state)
{
    (void)state;
    struct supervisor_part parts[] = {
        part("one", "trap 'echo end >> one.end; exit 0' TERM; echo up >> one; "
                    "while :; do sleep 0.1; done"),
        part("two", "trap 'echo end >> two.end; exit 0' TERM; echo up >> two; "
                    "while :; do sleep 0.1; done"),
    };
    pid_t pid = start(parts, 2);
    assert_true(wait_for_lines("one", 1) && wait_for_lines("two", 1));
    kill(pid, SIGTERM);
    assert_int_equal(end_of(pid), EXIT_OK);
    assert_int_equal(lines_in("one.end"), 1);
    assert_int_equal(lines_in("two.end"), 1);
    assert_int_equal(lines_in("one"), 1);
}

/* SIGHUP is passed on and ends nobody. */
static void test_supervisor_run_passes_sighup_on(void **state)
{
    (void)state;
    struct supervisor_part parts[] = {
        part("one", "trap 'echo again >> again' HUP; echo up >> one; "
                    "while :; do sleep 0.1; done"),
    };
    pid_t pid = start(parts, 1);
    assert_true(wait_for_lines("one", 1));
    kill(pid, SIGHUP);
    assert_true(wait_for_lines("again", 1));
    kill(pid, SIGINT);
    assert_int_equal(end_of(pid), EXIT_OK);
    assert_int_equal(lines_in("one"), 1);
}

/* When the supervisor is killed its parts end too, so that a second start finds no old ones. */
static void test_supervisor_run_killed_takes_its_parts_along(void **state)
{
    (void)state;
    struct supervisor_part parts[] = { part("one", "echo $$ >> one; exec sleep 60") };
    pid_t pid = start(parts, 1);
    assert_true(wait_for_lines("one", 1));
    const char *text = support_read_file(support_path(dir, "one"), NULL);
    pid_t child = (pid_t)strtol(text, NULL, 10);
    kill(pid, SIGKILL);
    assert_int_equal(end_of(pid), -1);
    bool is_gone = false;
    for (int waited_ms = 0; waited_ms < PATIENCE_MS && !is_gone; waited_ms += STEP_MS) {
        is_gone = is_ended(child);
        rest();
    }
    assert_true(is_gone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_supervisor_run_hopeless_part_ends_all, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_supervisor_run_missing_program_ends, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_supervisor_run_dead_part_is_started_again, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_supervisor_run_pause_grows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_supervisor_run_stops_its_parts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_supervisor_run_passes_sighup_on, setup, teardown),
        cmocka_unit_test_setup_teardown(test_supervisor_run_killed_takes_its_parts_along, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
