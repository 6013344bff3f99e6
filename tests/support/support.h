/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What every cmocka test may use beside cmocka itself: asserts on dp_err that say which error came
 * instead, and folders and files for one test.
 *
 *     static void test_csv_read_empty_file_is_refused(void **state)
 *     {
 *         const char *dir = support_tempdir();
 *         support_write_file(support_path(dir, "a.csv"), "", 0);
 *         assert_err(csv_read(...), DP_INVALID);
 *         support_remove_tree(dir);
 *     }
 *
 * Include stdarg.h, stddef.h, stdint.h, setjmp.h and cmocka.h first. Strings that these functions give belong to
 * this module and stay valid until the program ends, so a test never frees them. A folder that a failing
 * test leaves behind is removed when its program ends.
 */

#include <stddef.h>
#include <stdint.h>

#include "app/core/err.h"

/** Fails the test, naming the error that came, unless `call` succeeds. */
#define assert_ok(call) support_assert_code((call), DP_OK, #call, __FILE__, __LINE__)

/** Fails the test, naming the error that came, unless `call` fails with exactly `code`. */
#define assert_err(call, code) support_assert_code((call), (code), #call, __FILE__, __LINE__)

void support_assert_code(dp_err err, enum dp_code wanted, const char *call, const char *file,
                         int line);

/** The next of a row of numbers that is the same in every run (xorshift64*). Takes: *state starts as
 * anything but 0. */
uint64_t support_random(uint64_t *state);

/** Makes a fresh empty folder, mode 0700, under TMPDIR or /tmp. Fails the test when it can't. */
const char *support_tempdir(void);

/** Removes a folder made by support_tempdir() with all that is in it. */
void support_remove_tree(const char *dir);

/** Gives "dir/name". */
const char *support_path(const char *dir, const char *name);

/** Writes a whole file, replacing what was there. Fails the test when it can't. */
void support_write_file(const char *path, const void *bytes, size_t bytes_count);

/** Reads a whole file; the result has one zero byte after its end.
 * Takes: bytes_count may be NULL. Fails the test when the file can't be read. */
const char *support_read_file(const char *path, size_t *bytes_count);
