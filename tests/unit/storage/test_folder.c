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
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/folder.h"
#include "tests/support/support.h"

struct fixture {
    const char *dir;
    const char *path;
    struct folder folder;
    struct dp_problem problem;
};

static int start(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){ .dir = support_tempdir(), .folder = { .lock_fd = -1 } };
    fixture.path = support_path(fixture.dir, "data");
    *state = &fixture;
    return 0;
}

static int end(void **state)
{
    struct fixture *fixture = *state;
    folder_close(&fixture->folder);
    support_remove_tree(fixture->dir);
    return 0;
}

static void assert_says(const struct fixture *fixture, const char *words)
{
    if (strstr(fixture->problem.sentence, words) == NULL) {
        fail_msg("'%s' does not say '%s'", fixture->problem.sentence, words);
    }
}

static void assert_create_fails(struct fixture *fixture, const char *path, enum dp_code code,
                                const char *words)
{
    assert_err(folder_create(path, false, &fixture->problem, &fixture->folder), code);
    assert_says(fixture, words);
    assert_int_equal(fixture->folder.lock_fd, -1);
}

static void assert_open_fails(struct fixture *fixture, const char *path, enum dp_code code,
                              const char *words)
{
    struct folder folder;
    assert_err(folder_open(path, FOLDER_LOCK_SHARED, &fixture->problem, &folder), code);
    assert_says(fixture, words);
    assert_int_equal(folder.lock_fd, -1);
    folder_close(&folder); /* does nothing */
}

static mode_t mode_of(const char *path)
{
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    return info.st_mode & 07777;
}

/* ---- Refusals ---- */

/* Only an existing, finished data folder of this or an older format is opened; each other
 * case has its sentence and nothing is changed. */
static void test_open_what_is_no_data_folder_is_refused(void **state)
{
    struct fixture *fixture = *state;
    const char *mark = support_path(fixture->path, "daypulse.folder");
    static const char newer[] = "Daypulse data folder\nformat 2\nstate ready\n";
    static const char making[] = "Daypulse data folder\nformat 1\nstate making\n";
    assert_open_fails(fixture, fixture->path, DP_NOT_FOUND, "daypulse init");
    assert_int_equal(mkdir(fixture->path, 0700), 0);
    assert_open_fails(fixture, fixture->path, DP_CONFLICT, "is not a data folder of Daypulse");
    assert_int_equal(rmdir(fixture->path), 0); /* still empty */
    assert_int_equal(mkdir(fixture->path, 0700), 0);

    support_write_file(mark, "something else\n", 15);
    assert_open_fails(fixture, fixture->path, DP_CONFLICT,
                      "a mark that Daypulse did not write");
    support_write_file(mark, newer, sizeof newer - 1);
    assert_open_fails(fixture, fixture->path, DP_SCHEMA_NEWER, "newer version of Daypulse");
    support_write_file(mark, making, sizeof making - 1);
    support_write_file(support_path(fixture->path, "lock"), "", 0);
    assert_open_fails(fixture, fixture->path, DP_CONFLICT, "never finished");
}

/* Nothing is made in a folder that holds something else, over a file, or without a parent. */
static void test_create_in_a_foreign_place_is_refused(void **state)
{
    struct fixture *fixture = *state;
    assert_create_fails(fixture, support_path(fixture->dir, "no/data"), DP_NOT_FOUND,
                        "no/data");
    support_write_file(fixture->path, "a file", 6);
    assert_create_fails(fixture, fixture->path, DP_CONFLICT, "not a folder");
    assert_int_equal(unlink(fixture->path), 0);

    assert_int_equal(mkdir(fixture->path, 0700), 0);
    support_write_file(support_path(fixture->path, "thesis.tex"), "x", 1);
    assert_create_fails(fixture, fixture->path, DP_CONFLICT, "holds other files (thesis.tex)");
    assert_int_not_equal(access(support_path(fixture->path, "office"), F_OK), 0);
    assert_int_equal(access(support_path(fixture->path, "thesis.tex"), F_OK), 0);
}

/* A path too long for what lies inside. */
static void test_create_path_too_long_is_refused(void **state)
{
    struct fixture *fixture = *state;
    char path[FILE_PATH_MAX + 1];
    size_t len = strlen(fixture->dir);
    memcpy(path, fixture->dir, len);
    while (len + 201 < FILE_PATH_MAX - 10) {
        path[len] = '/';
        memset(path + len + 1, 'd', 200);
        len += 201;
        path[len] = '\0';
        assert_int_equal(mkdir(path, 0700), 0);
    }
    path[len] = '/';
    memset(path + len + 1, 'e', FILE_PATH_MAX - 12 - len);
    path[FILE_PATH_MAX - 11] = '\0';
    assert_create_fails(fixture, path, DP_TOO_LONG, "too long");
    assert_int_not_equal(access(path, F_OK), 0);
}

/* ---- Making and opening ---- */

/* Everything is there with its mode, whatever the umask; the stores open, and only as what
 * they are. */
static void test_create_makes_all_with_its_mode(void **state)
{
    struct fixture *fixture = *state;
    struct store *office = NULL;
    struct store *results = NULL;
    mode_t before = umask(0177);
    assert_ok(folder_create(fixture->path, false, &fixture->problem, &fixture->folder));
    umask(before);
    const struct folder *folder = &fixture->folder;
    assert_false(folder->is_demo);
    assert_int_equal(mode_of(folder->path), 0750);
    assert_int_equal(mode_of(folder->office), 0770);
    assert_int_equal(mode_of(folder->results), 0770);
    assert_int_equal(mode_of(folder->box), 0750);
    assert_int_equal(mode_of(folder->epoch), 0700);
    assert_int_equal(mode_of(folder->daykey), 0750);
    assert_int_equal(mode_of(folder->tally), 0700);
    assert_int_equal(mode_of(folder->certs), 0700);
    assert_int_equal(mode_of(folder->exports), 0750);
    assert_int_equal(mode_of(folder->backup), 0700);
    assert_int_equal(mode_of(folder->run), 0700);
    assert_int_equal(mode_of(support_path(folder->office, "data.mdb")), 0660);
    assert_ok(folder_open_office(folder, &fixture->problem, &office));
    assert_ok(folder_open_results(folder, &fixture->problem, &results));
    assert_ptr_not_equal(office, results);
    store_close(results);
    store_close(office);
}

/* Making it again is refused, open or closed; opening gives the same paths. */
static void test_open_finds_what_was_made(void **state)
{
    struct fixture *fixture = *state;
    struct folder again;
    assert_ok(folder_create(fixture->path, false, &fixture->problem, &fixture->folder));
    assert_err(folder_create(fixture->path, false, &fixture->problem, &again), DP_EXISTS);
    assert_says(fixture, "is a data folder already");
    char other[FILE_PATH_MAX];
    (void)snprintf(other, sizeof other, "%s/../data/", fixture->path);
    assert_ok(folder_open(other, FOLDER_LOCK_SHARED, &fixture->problem, &again));
    assert_string_equal(again.path, fixture->folder.path);
    assert_string_equal(again.results, fixture->folder.results);
    assert_string_equal(again.run, fixture->folder.run);
    assert_false(again.is_demo);
    folder_close(&again);
}

/* A folder that was there empty is taken, with the lost+found of a fresh disk too. */
static void test_create_in_an_empty_folder_works(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(mkdir(fixture->path, 0700), 0);
    assert_int_equal(mkdir(support_path(fixture->path, "lost+found"), 0700), 0);
    assert_ok(folder_create(fixture->path, false, &fixture->problem, &fixture->folder));
}

/* A demo is marked for ever. */
static void test_create_demo_stays_a_demo(void **state)
{
    struct fixture *fixture = *state;
    assert_ok(folder_create(fixture->path, true, &fixture->problem, &fixture->folder));
    assert_true(fixture->folder.is_demo);
    folder_close(&fixture->folder);
    assert_ok(
        folder_open(fixture->path, FOLDER_LOCK_SHARED, &fixture->problem, &fixture->folder));
    assert_true(fixture->folder.is_demo);
}

/* What an earlier try left half made is made anew. */
static void test_create_after_a_crash_is_mended(void **state)
{
    struct fixture *fixture = *state;
    static const char making[] = "Daypulse data folder\nformat 1\nstate making\n";
    struct store *office = NULL;
    assert_ok(folder_create(fixture->path, true, &fixture->problem, &fixture->folder));
    support_write_file(support_path(fixture->folder.office, "data.mdb"), "torn", 4);
    support_write_file(support_path(fixture->path, "daypulse.folder"), making,
                       sizeof making - 1);
    folder_close(&fixture->folder);
    assert_open_fails(fixture, fixture->path, DP_CONFLICT, "never finished");
    assert_ok(folder_create(fixture->path, false, &fixture->problem, &fixture->folder));
    assert_ok(folder_open_office(&fixture->folder, &fixture->problem, &office));
    store_close(office);
    folder_close(&fixture->folder);
    assert_ok(
        folder_open(fixture->path, FOLDER_LOCK_SHARED, &fixture->problem, &fixture->folder));
    assert_false(fixture->folder.is_demo); /* the earlier try's wish is forgotten */
}

/* ---- Locks ---- */

/* Many may share; exclusive is alone; closing frees. */
static void test_open_locks_shared_and_exclusive(void **state)
{
    struct fixture *fixture = *state;
    struct folder second;
    struct folder third;
    assert_ok(folder_create(fixture->path, false, &fixture->problem, &fixture->folder));
    assert_ok(folder_open(fixture->path, FOLDER_LOCK_SHARED, &fixture->problem, &second));
    assert_err(folder_open(fixture->path, FOLDER_LOCK_EXCLUSIVE, &fixture->problem, &third),
               DP_BUSY);
    assert_says(fixture, "is in use: stop the Daypulse");
    folder_close(&second);
    folder_close(&fixture->folder);
    assert_ok(folder_open(fixture->path, FOLDER_LOCK_EXCLUSIVE, &fixture->problem, &third));
    assert_err(folder_open(fixture->path, FOLDER_LOCK_SHARED, &fixture->problem, &second),
               DP_BUSY);
    assert_says(fixture, "restored or migrated right now");
    folder_close(&third);
    assert_ok(folder_open(fixture->path, FOLDER_LOCK_SHARED, &fixture->problem, &second));
    folder_close(&second);
    folder_close(&second); /* twice is fine */
}

/* The lock of a process that was killed is free. */
static void test_open_after_a_kill_is_not_busy(void **state)
{
    struct fixture *fixture = *state;
    int ready[2];
    char said = 0;
    assert_ok(folder_create(fixture->path, false, &fixture->problem, &fixture->folder));
    folder_close(&fixture->folder);
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct folder folder;
        dp_err err = folder_open(fixture->path, FOLDER_LOCK_EXCLUSIVE, &fixture->problem,
                                 &folder);
        if (err_is_ok(err) && write(ready[1], "r", 1) == 1) {
            pause();
        }
        _exit(1);
    }
    assert_int_equal(read(ready[0], &said, 1), 1);
    assert_open_fails(fixture, fixture->path, DP_BUSY, "right now");
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_ok(
        folder_open(fixture->path, FOLDER_LOCK_EXCLUSIVE, &fixture->problem, &fixture->folder));
    close(ready[0]);
    close(ready[1]);
}

/* ---- Sockets ---- */

static const char *deep_path(const char *dir)
{
    char name[128];
    memset(name, 'l', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    return support_path(dir, name);
}

/* Where the path is too long for a socket, run/ lies elsewhere, private, the same each time. */
static void test_run_of_a_long_path_lies_elsewhere(void **state)
{
    struct fixture *fixture = *state;
    struct folder again;
    const char *path = deep_path(fixture->dir);
    struct sockaddr_un address;
    assert_ok(folder_create(path, false, &fixture->problem, &fixture->folder));
    assert_null(strstr(fixture->folder.run, "lll"));
    assert_true(strlen(fixture->folder.run) + 27 < sizeof address.sun_path);
    assert_int_equal(mode_of(fixture->folder.run), 0700);
    size_t count = 0;
    assert_string_equal(support_read_file(support_path(path, "run.path"), &count),
                        fixture->folder.run);
    assert_ok(folder_open(path, FOLDER_LOCK_SHARED, &fixture->problem, &again));
    assert_string_equal(again.run, fixture->folder.run);
    folder_close(&again);

    /* Gone after a reboot, or no longer private: a new one is made. */
    char first[FOLDER_RUN_MAX];
    memcpy(first, fixture->folder.run, sizeof first);
    assert_int_equal(chmod(first, 0777), 0);
    assert_ok(folder_open(path, FOLDER_LOCK_SHARED, &fixture->problem, &again));
    assert_string_not_equal(again.run, first);
    assert_int_equal(rmdir(first), 0);
    memcpy(first, again.run, sizeof first);
    folder_close(&again);
    assert_int_equal(rmdir(first), 0);
    assert_ok(folder_open(path, FOLDER_LOCK_SHARED, &fixture->problem, &again));
    assert_int_equal(mode_of(again.run), 0700);
    assert_int_equal(rmdir(again.run), 0);
    folder_close(&again);
}

/* ---- Whose it is ---- */

enum { SOMEBODY = 12345, SOME_GROUP = 23456 };

static int become(const char *path)
{
    struct dp_problem problem;
    if (!err_is_ok(folder_become_owner(path, &problem))) {
        return 1;
    }
    gid_t groups[8];
    bool is_changed = getuid() == SOMEBODY && geteuid() == SOMEBODY && getgid() == SOME_GROUP &&
                      getegid() == SOME_GROUP && getgroups(8, groups) == 1 &&
                      groups[0] == SOME_GROUP;
    return is_changed && setuid(0) != 0 ? 0 : 2;
}

/* Root becomes the folder's owner for good; nothing happens where root owns it. */
static void test_become_owner_leaves_root_behind(void **state)
{
    struct fixture *fixture = *state;
    int status = 0;
    assert_err(folder_become_owner(support_path(fixture->dir, "none"), &fixture->problem),
               DP_NOT_FOUND);
    assert_ok(folder_become_owner(fixture->dir, &fixture->problem)); /* our own */
    if (geteuid() != 0) {
        skip();
    }
    assert_int_equal(mkdir(fixture->path, 0700), 0);
    assert_int_equal(chown(fixture->path, SOMEBODY, SOME_GROUP), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        _exit(become(fixture->path));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(geteuid(), 0);
}

#define IN_DIR(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(test_open_what_is_no_data_folder_is_refused),
        IN_DIR(test_create_in_a_foreign_place_is_refused),
        IN_DIR(test_create_path_too_long_is_refused),
        IN_DIR(test_create_makes_all_with_its_mode),
        IN_DIR(test_open_finds_what_was_made),
        IN_DIR(test_create_in_an_empty_folder_works),
        IN_DIR(test_create_demo_stays_a_demo),
        IN_DIR(test_create_after_a_crash_is_mended),
        IN_DIR(test_open_locks_shared_and_exclusive),
        IN_DIR(test_open_after_a_kill_is_not_busy),
        IN_DIR(test_run_of_a_long_path_lies_elsewhere),
        IN_DIR(test_become_owner_leaves_root_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
