/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pty.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/cli/progress.h"
#include "app/core/str.h"
#include "tests/support/support.h"

/* A pipe or a file gets no bar. */
static void test_progress_show_file_stays_empty(void **state)
{
    (void)state;
    FILE *file = tmpfile();
    assert_non_null(file);
    struct progress bar = progress_start(file, "Making", clock_system());
    progress_show(&bar, 1, 2);
    progress_show(&bar, 2, 2);
    progress_end(&bar);
    assert_int_equal(ftell(file), 0);
    (void)fclose(file);
}

/* A terminal gets one, at most every tenth of a second, and it is wiped away. */
static void test_progress_show_terminal_gets_a_bar(void **state)
{
    (void)state;
    int64_t now_s = 1000;
    int master = -1;
    int slave = -1;
    char text[512] = "";
    if (openpty(&master, &slave, NULL, NULL, NULL) != 0) {
        skip(); /* a machine without pseudo-terminals, such as a bare chroot */
    }
    FILE *terminal = fdopen(slave, "w");
    assert_non_null(terminal);
    struct progress bar = progress_start(terminal, "Making", clock_fixed(&now_s));
    progress_show(&bar, 0, 0); /* nothing to do: no bar */
    progress_show(&bar, 1, 2);
    progress_show(&bar, 2, 2); /* at the same moment: not drawn */
    progress_end(&bar);
    (void)fclose(terminal);
    ssize_t len = read(master, text, sizeof text - 1);
    close(master);
    assert_true(len > 0);
    assert_non_null(strstr(text, "Making [################................] 50%"));
    assert_null(strstr(text, "100%"));
    assert_non_null(strstr(text, "\033[K"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_progress_show_file_stays_empty),
        cmocka_unit_test(test_progress_show_terminal_gets_a_bar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
