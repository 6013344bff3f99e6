/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/support.h"

/* Two folders differ, are private, and are gone after removal with what was put in. */
static void test_support_tempdir_twice_gives_private_folders(void **state)
{
    (void)state;
    const char *first = support_tempdir();
    const char *second = support_tempdir();
    struct stat status;

    assert_string_not_equal(first, second);
    assert_int_equal(stat(first, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    assert_int_equal(mkdir(support_path(first, "deep"), 0700), 0);
    support_write_file(support_path(first, "deep/file"), "x", 1);
    support_remove_tree(first);
    assert_int_not_equal(stat(first, &status), 0);
    assert_int_equal(stat(second, &status), 0);
    support_remove_tree(second);
}

/* What is written is read back byte for byte, empty files and zero bytes included. */
static void test_support_files_round_trip(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    const char bytes[4] = { 'a', '\0', 'b', '\n' };
    size_t count = 9;

    support_write_file(support_path(dir, "some"), bytes, sizeof(bytes));
    const char *back = support_read_file(support_path(dir, "some"), &count);
    assert_int_equal(count, sizeof(bytes));
    assert_memory_equal(back, bytes, sizeof(bytes));
    assert_int_equal(back[count], '\0');

    support_write_file(support_path(dir, "some"), NULL, 0);
    (void)support_read_file(support_path(dir, "some"), &count);
    assert_int_equal(count, 0);
    support_remove_tree(dir);
}

/* The asserts accept what they are told to expect. */
static void test_support_asserts_accept_the_wanted_code(void **state)
{
    (void)state;
    assert_ok(DP_SUCCESS);
    assert_err(err_make(DP_INVALID), DP_INVALID);
}

/* Fails on purpose when asked to by an argument: ctest looks for the sentence. */
static void test_support_assert_ok_names_the_error(void **state)
{
    (void)state;
    assert_ok(err_make(DP_INVALID));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_support_tempdir_twice_gives_private_folders),
        cmocka_unit_test(test_support_files_round_trip),
        cmocka_unit_test(test_support_asserts_accept_the_wanted_code),
    };
    const struct CMUnitTest failing[] = {
        cmocka_unit_test(test_support_assert_ok_names_the_error),
    };
    if (argc > 1 && strcmp(argv[1], "fail") == 0) {
        return cmocka_run_group_tests(failing, NULL, NULL);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
