/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/core/file.h"
#include "tests/support/support.h"

enum { NOBODY = 65534 };

static size_t names_in(const char *dir)
{
    DIR *folder = opendir(dir);
    assert_non_null(folder);
    size_t count = 0;
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): a test has one thread */
    for (struct dirent *entry = readdir(folder); entry != NULL;) {
        count += entry->d_name[0] != '.';
        entry = readdir(folder); /* NOLINT(concurrency-mt-unsafe) */
    }
    (void)closedir(folder);
    return count;
}

static mode_t mode_of(const char *path)
{
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    return info.st_mode & 07777;
}

/* Runs a check as a user who owns nothing; as that user, if we are root. */
static void run_as_nobody(int (*check)(const char *path), const char *path)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0)) {
            _exit(99);
        }
        _exit(check(path));
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* A file that is not there is not found, and the problem names it. */
static void test_file_read_missing_is_not_found(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = buf_new(10);
    struct dp_problem problem = { 0 };
    assert_err(file_read("/nonexistent/x", &out, &problem), DP_NOT_FOUND);
    assert_string_equal(problem.sentence,
                        "could not read /nonexistent/x: No such file or directory");
    assert_err(file_read("/nonexistent/x", &out, NULL), DP_NOT_FOUND);
}

static int is_reading_forbidden(const char *path)
{
    struct buf out BUF_AUTO = buf_new(10);
    struct dp_problem problem = { 0 };
    bool is_forbidden = err_is(file_read(path, &out, &problem), DP_FORBIDDEN);
    bool says_mode = strstr(problem.sentence, "mode 0000") != NULL;
    bool says_owner = strstr(problem.sentence, "it belongs to user ") != NULL;
    return is_forbidden && says_mode && says_owner ? 0 : 1;
}

/* A file that may not be read is forbidden, and the problem says whose it is. */
static void test_file_read_unreadable_says_owner_and_mode(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    const char *path = support_path(dir, "secret");
    support_write_file(path, "x", 1);
    assert_int_equal(chmod(path, 0), 0);
    assert_int_equal(chmod(dir, 0755), 0);
    run_as_nobody(is_reading_forbidden, path);
    support_remove_tree(dir);
}

static int is_writing_forbidden(const char *path)
{
    return err_is(file_write_atomic(path, bytes_of("x", 1), 0600, NULL), DP_FORBIDDEN) &&
                   err_is(file_make_dir(path, 0700, NULL), DP_FORBIDDEN)
               ? 0
               : 1;
}

/* Writing where one may not is forbidden. */
static void test_file_write_atomic_foreign_folder_is_forbidden(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    assert_int_equal(chmod(dir, 0555), 0);
    run_as_nobody(is_writing_forbidden, support_path(dir, "x"));
    assert_int_equal(names_in(dir), 0);
    support_remove_tree(dir);
}

/* A folder is no file. */
static void test_file_read_folder_is_refused(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    struct buf out BUF_AUTO = buf_new(10);
    assert_err(file_read(dir, &out, NULL), DP_IO);
    support_remove_tree(dir);
}

/* One byte more than the buffer may hold is refused; exactly as much is read. */
static void test_file_read_too_long_is_full(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    const char *path = support_path(dir, "x");
    struct buf out BUF_AUTO = buf_new(5);
    struct dp_problem problem = { 0 };
    support_write_file(path, "123456", 6);
    assert_err(file_read(path, &out, &problem), DP_FULL);
    assert_non_null(strstr(problem.sentence, "longer than 5 bytes"));
    support_write_file(path, "12345", 5);
    assert_ok(file_read(path, &out, &problem));
    assert_true(str_equal(buf_str(&out), STR("12345")));
    support_write_file(path, "", 0);
    assert_ok(file_read(path, &out, &problem));
    assert_int_equal(out.len, 0);
    support_remove_tree(dir);
}

/* Content of several pieces comes back whole. */
static void test_file_read_large_round_trip(void **state)
{
    (void)state;
    enum { LARGE = 300001 };
    static uint8_t content[LARGE];
    uint64_t seed = 2;
    for (size_t i = 0; i < LARGE; i++) {
        content[i] = (uint8_t)support_random(&seed);
    }
    const char *dir = support_tempdir();
    const char *path = support_path(dir, "x");
    struct buf out BUF_AUTO = buf_new(LARGE);
    assert_ok(file_write_atomic(path, bytes_of(content, LARGE), 0640, NULL));
    assert_ok(file_read(path, &out, NULL));
    assert_int_equal(out.len, LARGE);
    assert_memory_equal(out.data, content, LARGE);
    support_remove_tree(dir);
}

/* When the new name can't be taken, nothing is left behind and the problem says why. */
static void test_file_write_atomic_failure_leaves_nothing(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    const char *taken = support_path(dir, "folder");
    struct dp_problem problem = { 0 };
    assert_int_equal(mkdir(taken, 0700), 0);
    assert_err(file_write_atomic(taken, bytes_of("x", 1), 0600, &problem), DP_IO);
    assert_non_null(strstr(problem.sentence, "could not write"));
    assert_int_equal(names_in(dir), 1);
    assert_err(file_write_atomic(support_path(dir, "no/x"), bytes_of("x", 1), 0600, &problem),
               DP_NOT_FOUND);
    char endless[FILE_PATH_MAX + 8];
    memset(endless, 'x', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    assert_err(file_write_atomic(endless, bytes_of("x", 1), 0600, &problem), DP_TOO_LONG);
    support_remove_tree(dir);
}

/* The old content is replaced, the mode is as asked whatever the umask, and no other name stays. */
static void test_file_write_atomic_replaces(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    const char *path = support_path(dir, "x");
    struct buf out BUF_AUTO = buf_new(10);
    mode_t before = umask(077);
    assert_ok(file_write_atomic(path, bytes_of("old", 3), 0664, NULL));
    assert_int_equal(mode_of(path), 0664);
    assert_ok(file_write_atomic(path, bytes_of("new", 3), 0600, NULL));
    (void)umask(before);
    assert_int_equal(mode_of(path), 0600);
    assert_ok(file_read(path, &out, NULL));
    assert_true(str_equal(buf_str(&out), STR("new")));
    assert_int_equal(names_in(dir), 1);
    support_remove_tree(dir);
}

/* A full device is told by its errno, and so is a descriptor that takes nothing. */
static void test_file_write_fully_full_device_gives_enospc(void **state)
{
    (void)state;
    FILE_FD_AUTO int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_true(full >= 0);
    assert_int_equal(file_write_fully(full, bytes_of("x", 1)), ENOSPC);
    assert_int_equal(file_write_fully(full, bytes_of("", 0)), 0);
    assert_int_equal(file_write_fully(-1, bytes_of("x", 1)), EBADF);
}

/* A folder may be there already; a file with its name may not. */
static void test_file_make_dir_taken_name_is_conflict(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    const char *file = support_path(dir, "file");
    const char *folder = support_path(dir, "folder");
    struct dp_problem problem = { 0 };
    support_write_file(file, "", 0);
    assert_err(file_make_dir(file, 0700, &problem), DP_CONFLICT);
    assert_non_null(strstr(problem.sentence, "is not a folder"));
    assert_err(file_make_dir(support_path(dir, "no/folder"), 0700, &problem), DP_NOT_FOUND);
    assert_ok(file_make_dir(folder, 0770, &problem));
    assert_int_equal(mode_of(folder), 0770);
    assert_ok(file_make_dir(folder, 0700, &problem));
    support_remove_tree(dir);
}

/* A destroyed file's bytes are zeros before its name goes: another name for it shows them. */
static void test_file_destroy_overwrites(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    const char *path = support_path(dir, "key");
    const char *other = support_path(dir, "other");
    static char content[10000];
    size_t len = 0;
    memset(content, 'k', sizeof content);
    support_write_file(path, content, sizeof content);
    assert_int_equal(link(path, other), 0);
    assert_ok(file_destroy(path));
    assert_false(file_exists(path));
    const char *left = support_read_file(other, &len);
    assert_int_equal(len, sizeof content);
    memset(content, 0, sizeof content);
    assert_memory_equal(left, content, sizeof content);
    assert_ok(file_destroy(path));
    support_remove_tree(dir);
}

/* A link is not followed: what it points at stays as it is. */
static void test_file_destroy_link_is_refused(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    const char *target = support_path(dir, "target");
    const char *path = support_path(dir, "link");
    support_write_file(target, "keep", 4);
    assert_int_equal(symlink(target, path), 0);
    assert_err(file_destroy(path), DP_IO);
    assert_string_equal(support_read_file(target, NULL), "keep");
    support_remove_tree(dir);
}

/* A tree goes with all its folders, and links out of it are cut, not followed. */
static void test_file_remove_tree_does_not_follow_links(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    const char *tree = support_path(dir, "tree");
    const char *outside = support_path(dir, "outside");
    assert_int_equal(mkdir(tree, 0700), 0);
    assert_int_equal(mkdir(outside, 0700), 0);
    assert_int_equal(mkdir(support_path(tree, "deep"), 0700), 0);
    support_write_file(support_path(tree, "deep/x"), "x", 1);
    support_write_file(support_path(outside, "keep"), "keep", 4);
    assert_int_equal(symlink(outside, support_path(tree, "deep/link")), 0);
    assert_ok(file_remove_tree(tree));
    assert_false(file_exists(tree));
    assert_string_equal(support_read_file(support_path(outside, "keep"), NULL), "keep");
    assert_ok(file_remove_tree(tree));
    support_remove_tree(dir);
}

/* Folders that are none can't be synced. */
static void test_file_sync_dir_missing_is_io(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    assert_ok(file_sync_dir(dir));
    assert_err(file_sync_dir(support_path(dir, "no")), DP_IO);
    support_write_file(support_path(dir, "file"), "", 0);
    assert_err(file_sync_dir(support_path(dir, "file")), DP_IO);
    support_remove_tree(dir);
}

/* A path that does not fit is refused; one that fits to the byte is not. */
static void test_file_join_too_long_is_refused(void **state)
{
    (void)state;
    char out[6];
    assert_err(file_join(out, sizeof out, "abc", "de"), DP_TOO_LONG);
    assert_ok(file_join(out, sizeof out, "ab", "de"));
    assert_string_equal(out, "ab/de");
}

/* Each errno that a person can do something about has its own code. */
static void test_file_code_of_errno_maps(void **state)
{
    (void)state;
    static const struct {
        int error;
        enum dp_code code;
    } cases[] = {
        { 0, DP_OK },
        { ENOENT, DP_NOT_FOUND },
        { EACCES, DP_FORBIDDEN },
        { EPERM, DP_FORBIDDEN },
        { EROFS, DP_FORBIDDEN },
        { ENOSPC, DP_FULL },
        { EDQUOT, DP_FULL },
        { EEXIST, DP_EXISTS },
        { ENOMEM, DP_NO_MEMORY },
        { ENAMETOOLONG, DP_TOO_LONG },
        { EIO, DP_IO },
        { EISDIR, DP_IO },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(file_code_of_errno(cases[i].error), cases[i].code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file_read_missing_is_not_found),
        cmocka_unit_test(test_file_read_unreadable_says_owner_and_mode),
        cmocka_unit_test(test_file_write_atomic_foreign_folder_is_forbidden),
        cmocka_unit_test(test_file_read_folder_is_refused),
        cmocka_unit_test(test_file_read_too_long_is_full),
        cmocka_unit_test(test_file_read_large_round_trip),
        cmocka_unit_test(test_file_write_atomic_failure_leaves_nothing),
        cmocka_unit_test(test_file_write_atomic_replaces),
        cmocka_unit_test(test_file_write_fully_full_device_gives_enospc),
        cmocka_unit_test(test_file_make_dir_taken_name_is_conflict),
        cmocka_unit_test(test_file_destroy_overwrites),
        cmocka_unit_test(test_file_destroy_link_is_refused),
        cmocka_unit_test(test_file_remove_tree_does_not_follow_links),
        cmocka_unit_test(test_file_sync_dir_missing_is_io),
        cmocka_unit_test(test_file_join_too_long_is_refused),
        cmocka_unit_test(test_file_code_of_errno_maps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
