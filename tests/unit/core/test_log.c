/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/core/log.h"
#include "tests/support/support.h"

/* Standard error goes to a file between these two. */
struct capture {
    const char *dir;
    const char *path;
    int kept_fd;
};

static struct capture capture_start(void)
{
    struct capture capture = { .dir = support_tempdir() };
    capture.path = support_path(capture.dir, "log");
    int fd = open(capture.path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    assert_true(fd >= 0);
    (void)fflush(stderr);
    capture.kept_fd = dup(STDERR_FILENO);
    assert_true(capture.kept_fd >= 0 && dup2(fd, STDERR_FILENO) >= 0);
    (void)close(fd);
    return capture;
}

static const char *capture_end(struct capture *capture)
{
    (void)dup2(capture->kept_fd, STDERR_FILENO);
    (void)close(capture->kept_fd);
    const char *text = support_read_file(capture->path, NULL);
    support_remove_tree(capture->dir);
    return text;
}

/* Control characters can't start a line of their own or move a terminal's cursor. */
static void test_log_control_characters_become_question_marks(void **state)
{
    (void)state;
    struct capture capture = capture_start();
    log_warning("%s", "a\nb\x1b[2J\x7f\tc \xc3\xa4");
    assert_string_equal(capture_end(&capture), "<4>daypulse: a?b?[2J??c \xc3\xa4\n");
}

/* A line without end is cut and still ends in a newline. */
static void test_log_long_line_is_cut(void **state)
{
    (void)state;
    static char text[10000];
    memset(text, 'x', sizeof text - 1);
    struct capture capture = capture_start();
    log_error("%s", text);
    log_error("%s", "next");
    const char *lines = capture_end(&capture);
    const char *end = strchr(lines, '\n');
    assert_non_null(end);
    assert_in_range(end - lines, 1000, 2200);
    assert_string_equal(end + 1, "<3>daypulse: next\n");
}

/* Each level has its priority, and lines below the level set are dropped. */
static void test_log_set_level_drops_lesser_lines(void **state)
{
    (void)state;
    static const char *const wanted[] = {
        "<3>daypulse: e\n",
        "<3>daypulse: e\n<4>daypulse: w\n",
        "<3>daypulse: e\n<4>daypulse: w\n<6>daypulse: i\n",
        "<3>daypulse: e\n<4>daypulse: w\n<6>daypulse: i\n<7>daypulse: d\n",
    };
    for (enum log_level level = LOG_LEVEL_ERROR; level <= LOG_LEVEL_DEBUG; level++) {
        struct capture capture = capture_start();
        log_set_level(level);
        log_error("e");
        log_warning("w");
        log_info("i");
        log_debug("d");
        log_set_level(LOG_LEVEL_INFO);
        assert_string_equal(capture_end(&capture), wanted[level]);
    }
}

/* The part of the program stands in front. */
static void test_log_set_part_names_the_process(void **state)
{
    (void)state;
    struct capture capture = capture_start();
    log_set_part("flush");
    log_info("closed %d", 7);
    log_set_part("daypulse");
    assert_string_equal(capture_end(&capture), "<6>flush: closed 7\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log_control_characters_become_question_marks),
        cmocka_unit_test(test_log_long_line_is_cut),
        cmocka_unit_test(test_log_set_level_drops_lesser_lines),
        cmocka_unit_test(test_log_set_part_names_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
