/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <lmdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/store.h"
#include "tests/support/disk_fault.h"
#include "tests/support/support.h"

/* ---- A store of its own for each test ---- */

struct fixture {
    const char *dir;
    const char *path;
    struct store *store;
};

static struct store_options options_for(const char *path)
{
    return (struct store_options){ .path = path,
                                   .schema_version = 3,
                                   .kind = "office",
                                   .may_create = true,
                                   .file_mode = 0660 };
}

static int open_fixture(void **state)
{
    static struct fixture fixture;
    struct dp_problem problem = { 0 };
    fixture.dir = support_tempdir();
    fixture.path = support_path(fixture.dir, "store");
    struct store_options options = options_for(fixture.path);
    dp_err err = store_open(&options, &problem, &fixture.store);
    *state = &fixture;
    return err_is_ok(err) ? 0 : -1;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    disk_fault_set(DISK_WELL);
    store_close(fixture->store);
    support_remove_tree(fixture->dir);
    return 0;
}

static struct bytes text(const char *words)
{
    return bytes_of(words, strlen(words));
}

struct pair {
    struct bytes key;
    struct bytes value;
};

static dp_err put_pair(struct store_txn *txn, void *context)
{
    const struct pair *pair = context;
    return store_put(txn, pair->key, pair->value);
}

static dp_err put(struct store *store, struct bytes key, const char *value)
{
    struct pair pair = { key, text(value) };
    return store_write(store, put_pair, &pair);
}

static dp_err delete_key(struct store_txn *txn, void *context)
{
    const struct bytes *key = context;
    return store_delete(txn, *key);
}

static void assert_value(struct store *store, struct bytes key, const char *wanted)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    struct bytes value;
    assert_ok(store_read(store, &txn));
    assert_ok(store_get(txn, key, &value));
    assert_true(bytes_equal(value, text(wanted)));
}

/* ---- Opening: refusals ---- */

static void assert_open_fails(const struct store_options *options, enum dp_code code,
                              const char *part_of_sentence)
{
    struct dp_problem problem = { 0 };
    struct store *store = (struct store *)&problem;
    assert_err(store_open(options, &problem, &store), code);
    assert_null(store);
    if (strstr(problem.sentence, part_of_sentence) == NULL) {
        fail_msg("'%s' does not say '%s'", problem.sentence, part_of_sentence);
    }
}

/* Without may_create a missing folder, a folder without data and an empty data file are
 * refused, and nothing is made. */
static void test_open_missing_is_not_found(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    struct store_options options = options_for(support_path(dir, "none"));
    options.may_create = false;
    assert_open_fails(&options, DP_NOT_FOUND, "none");
    options.path = dir;
    assert_open_fails(&options, DP_NOT_FOUND, "there is no store in");
    assert_int_not_equal(access(support_path(dir, "data.mdb"), F_OK), 0);
    support_write_file(support_path(dir, "data.mdb"), "", 0);
    assert_open_fails(&options, DP_CORRUPT, "never finished");
    support_remove_tree(dir);
}

/* A file that is not a database at all. */
static void test_open_garbage_is_corrupt(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    char garbage[20000];
    memset(garbage, 'g', sizeof garbage);
    support_write_file(support_path(dir, "data.mdb"), garbage, sizeof garbage);
    struct store_options options = options_for(dir);
    assert_open_fails(&options, DP_CORRUPT, "restore a backup");
    support_write_file(support_path(dir, "data.mdb"), garbage, 100);
    assert_open_fails(&options, DP_CORRUPT, "restore a backup");
    support_remove_tree(dir);
}

static void make_foreign(const char *dir, const char *key, size_t key_len)
{
    MDB_env *env = NULL;
    MDB_txn *txn = NULL;
    MDB_dbi dbi = 0;
    char copy[16];
    memcpy(copy, key, key_len);
    MDB_val k = { key_len, copy };
    MDB_val v = { 1, copy };
    assert_int_equal(mdb_env_create(&env), 0);
    assert_int_equal(mdb_env_open(env, dir, 0, 0600), 0);
    assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
    assert_int_equal(mdb_dbi_open(txn, NULL, 0, &dbi), 0);
    assert_int_equal(mdb_put(txn, dbi, &k, &v, 0), 0);
    assert_int_equal(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
}

/* A database of somebody else's is not stamped over, whether or not it has our stamp's key. */
static void test_open_foreign_database_is_corrupt(void **state)
{
    (void)state;
    static const char *const keys[] = { "key", "\0" };
    static const size_t lens[] = { 3, 1 };
    for (size_t i = 0; i < 2; i++) {
        const char *dir = support_tempdir();
        make_foreign(dir, keys[i], lens[i]);
        struct store_options options = options_for(dir);
        assert_open_fails(&options, DP_CORRUPT, "not");
        options.may_create = false;
        assert_open_fails(&options, DP_CORRUPT, "not");
        support_remove_tree(dir);
    }
}

/* Another kind, an older and a newer schema are refused with a sentence each: on the disk,
 * and also while this process has the store open. */
static void test_open_other_kind_or_schema_is_refused(void **state)
{
    struct fixture *fixture = *state;
    for (int is_open = 1; is_open >= 0; is_open--) {
        struct store_options options = options_for(fixture->path);
        options.kind = "results";
        assert_open_fails(&options, DP_CONFLICT,
                          "holds the office store, not the results store");
        options = options_for(fixture->path);
        options.schema_version = 2;
        assert_open_fails(&options, DP_SCHEMA_NEWER,
                          "newer version of Daypulse (format 3; this program knows 2)");
        options.schema_version = 4;
        assert_open_fails(&options, DP_SCHEMA_OLDER,
                          "older version of Daypulse (format 3; this program needs 4)");
        if (is_open == 1) {
            store_close(fixture->store);
            fixture->store = NULL;
        }
    }
}

/* A network file system is refused before anything is made. */
static void test_open_network_file_system_is_unsupported(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    struct store_options options = options_for(dir);
    disk_fault_set(DISK_IS_NFS);
    assert_open_fails(&options, DP_UNSUPPORTED, "network file system");
    assert_int_not_equal(access(support_path(dir, "data.mdb"), F_OK), 0);
    disk_fault_set(DISK_WELL);
    support_remove_tree(dir);
}

/* What a child that ran `body` ended with: its exit code, or minus its signal. */
static int outcome_of_child(int (*body)(const char *dir), const char *dir)
{
    (void)fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        /* What the child says on its way down is not the test's. */
        if (freopen("/dev/null", "w", stderr) == NULL) {
            _exit(99);
        }
        _exit(body(dir));
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int open_as_nobody(const char *path)
{
    struct dp_problem problem = { 0 };
    struct store *store = NULL;
    struct store_options options = options_for(path);
    options.may_create = false;
    if (geteuid() == 0 && setuid(65534) != 0) {
        return 98;
    }
    dp_err err = store_open(&options, &problem, &store);
    return (int)err.code;
}

/* A store whose files may not be opened says so. */
static void test_open_without_rights_is_forbidden(void **state)
{
    struct fixture *fixture = *state;
    store_close(fixture->store);
    fixture->store = NULL;
    assert_int_equal(chmod(fixture->dir, 0711), 0);
    assert_int_equal(chmod(fixture->path, 0755), 0);
    assert_int_equal(chmod(support_path(fixture->path, "data.mdb"), 0), 0);
    assert_int_equal(chmod(support_path(fixture->path, "lock.mdb"), 0), 0);
    assert_int_equal(outcome_of_child(open_as_nobody, fixture->path), DP_FORBIDDEN);
}

/* ---- Opening ---- */

/* Files are as open as asked for, whatever the umask. */
static void test_open_sets_modes_against_the_umask(void **state)
{
    (void)state;
    const char *dir = support_tempdir();
    struct dp_problem problem = { 0 };
    struct store *store = NULL;
    struct stat info;
    struct store_options options = options_for(support_path(dir, "shared"));
    mode_t before = umask(0177);
    assert_ok(store_open(&options, &problem, &store));
    umask(before);
    assert_int_equal(stat(support_path(options.path, "data.mdb"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0660);
    assert_int_equal(stat(support_path(options.path, "lock.mdb"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0660);
    assert_int_equal(stat(options.path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0770);
    store_close(store);
    support_remove_tree(dir);
}

/* A second open in this process is the same store, by whatever name, and lives until both
 * close. */
static void test_open_twice_gives_the_same_store(void **state)
{
    struct fixture *fixture = *state;
    struct dp_problem problem = { 0 };
    struct store *second = NULL;
    char name[512];
    (void)snprintf(name, sizeof name, "%s/../store/.", fixture->path);
    struct store_options options = options_for(name);
    assert_ok(store_open(&options, &problem, &second));
    assert_ptr_equal(second, fixture->store);
    store_close(second);
    assert_ok(put(fixture->store, text("key"), "still open"));
    assert_value(fixture->store, text("key"), "still open");
}

/* What was written is there after closing and opening again. */
static void test_open_again_finds_what_was_written(void **state)
{
    struct fixture *fixture = *state;
    struct dp_problem problem = { 0 };
    struct store_options options = options_for(fixture->path);
    options.may_create = false;
    for (int i = 0; i < 3; i++) {
        assert_ok(put(fixture->store, text("key"), "value"));
        store_close(fixture->store);
        assert_ok(store_open(&options, &problem, &fixture->store));
        assert_value(fixture->store, text("key"), "value");
    }
}

/* Closing nothing is fine. */
static void test_close_null_does_nothing(void **state)
{
    (void)state;
    store_close(NULL);
    store_read_end(NULL);
}

/* ---- One key ---- */

/* The empty key and those of the store itself can't be used; 500 bytes can, 501 can't. */
static void test_put_unfit_keys_are_refused(void **state)
{
    struct fixture *fixture = *state;
    uint8_t key[STORE_KEY_MAX + 1];
    memset(key, 'k', sizeof key);
    assert_err(put(fixture->store, bytes_of(key, 0), "x"), DP_USAGE);
    assert_err(put(fixture->store, bytes_of("\0abc", 4), "x"), DP_USAGE);
    assert_err(put(fixture->store, bytes_of(key, STORE_KEY_MAX + 1), "x"), DP_TOO_LONG);
    assert_ok(put(fixture->store, bytes_of(key, STORE_KEY_MAX), "longest"));
    assert_ok(put(fixture->store, bytes_of(key, 1), "shortest"));
    assert_value(fixture->store, bytes_of(key, STORE_KEY_MAX), "longest");
    assert_value(fixture->store, bytes_of(key, 1), "shortest");

    STORE_READ_AUTO struct store_txn *txn = NULL;
    struct bytes value;
    assert_ok(store_read(fixture->store, &txn));
    assert_err(store_get(txn, bytes_of("\0", 1), &value), DP_USAGE);
    assert_err(store_get(txn, bytes_of(key, 0), &value), DP_USAGE);
    assert_err(store_get(txn, bytes_of(key, STORE_KEY_MAX + 1), &value), DP_NOT_FOUND);
}

/* Putting replaces; deleting takes away, once. */
static void test_put_replaces_and_delete_removes(void **state)
{
    struct fixture *fixture = *state;
    struct bytes key = text("key");
    assert_err(store_write(fixture->store, delete_key, &key), DP_NOT_FOUND);
    assert_ok(put(fixture->store, key, "one"));
    assert_ok(put(fixture->store, key, "second"));
    assert_value(fixture->store, key, "second");
    assert_ok(put(fixture->store, key, ""));
    assert_value(fixture->store, key, "");
    assert_ok(store_write(fixture->store, delete_key, &key));
    assert_err(store_write(fixture->store, delete_key, &key), DP_NOT_FOUND);
}

static void *write_late(void *argument)
{
    assert_ok(put(argument, text("key"), "new"));
    return NULL;
}

/* A snapshot goes on seeing what was there when it began. */
static void test_read_snapshot_does_not_change(void **state)
{
    struct fixture *fixture = *state;
    struct store_txn *txn = NULL;
    struct bytes value;
    pthread_t thread;
    assert_ok(put(fixture->store, text("key"), "old"));
    assert_ok(store_read(fixture->store, &txn));
    assert_int_equal(pthread_create(&thread, NULL, write_late, fixture->store), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_ok(store_get(txn, text("key"), &value));
    assert_true(bytes_equal(value, text("old")));
    store_read_end(txn);
    assert_value(fixture->store, text("key"), "new");
}

/* ---- Walks ---- */

static dp_err put_many(struct store_txn *txn, void *context)
{
    (void)context;
    static const char *const keys[] = { "a", "aa",   "ab",       "abc",
                                        "b", "\xff", "\xff\xff", "\xff\xff\x01" };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        DP_TRY(store_put(txn, text(keys[i]), text(keys[i])));
    }
    return DP_SUCCESS;
}

/* The keys of a walk with commas between, in the order met. */
static void assert_walk(struct store_txn *txn, const char *prefix, const char *from,
                        const char *wanted)
{
    struct store_range *range = NULL;
    struct bytes key;
    struct bytes value;
    char met[256] = "";
    size_t len = 0;
    uint64_t count = 0;
    uint64_t counted = 0;
    assert_ok(store_range_start(txn, text(prefix), text(from), &range));
    while (store_range_next(range, &key, &value)) {
        assert_true(bytes_equal(key, value));
        memcpy(met + len, key.ptr, key.len);
        len += key.len;
        met[len++] = ',';
        count++;
    }
    assert_false(store_range_next(range, &key, &value)); /* the end stays the end */
    assert_ok(store_range_end(range));
    met[len] = '\0';
    assert_string_equal(met, wanted);
    if (from[0] == '\0') {
        assert_ok(store_count(txn, text(prefix), &counted));
        assert_int_equal(counted, count);
    }
}

/* Walks keep to their prefix and start where they should; the store's own stamp is never
 * seen. */
static void test_range_keeps_prefix_and_start(void **state)
{
    struct fixture *fixture = *state;
    STORE_READ_AUTO struct store_txn *txn = NULL;
    assert_ok(store_read(fixture->store, &txn));
    assert_walk(txn, "", "", "");
    assert_walk(txn, "a", "", "");
    store_read_end_at(&txn);

    assert_ok(store_write(fixture->store, put_many, NULL));
    assert_ok(store_read(fixture->store, &txn));
    assert_walk(txn, "", "", "a,aa,ab,abc,b,\xff,\xff\xff,\xff\xff\x01,");
    assert_walk(txn, "a", "", "a,aa,ab,abc,");
    assert_walk(txn, "ab", "", "ab,abc,");
    assert_walk(txn, "a", "ab", "ab,abc,");
    assert_walk(txn, "a", "aba", "abc,");
    assert_walk(txn, "ab", "a", "ab,abc,"); /* a start before the prefix */
    assert_walk(txn, "a", "b", "");         /* and behind it */
    assert_walk(txn, "", "b", "b,\xff,\xff\xff,\xff\xff\x01,");
    assert_walk(txn, "\xff", "", "\xff,\xff\xff,\xff\xff\x01,");
    assert_walk(txn, "\xff\xff", "", "\xff\xff,\xff\xff\x01,");
    assert_walk(txn, "c", "", "");
    assert_walk(txn, "\xff\xff\xff", "", "");
}

/* A prefix or start longer than any key is an error, not a crash. */
static void test_range_too_long_is_refused(void **state)
{
    struct fixture *fixture = *state;
    STORE_READ_AUTO struct store_txn *txn = NULL;
    struct store_range *range = NULL;
    uint8_t key[STORE_KEY_MAX + 1];
    struct bytes found;
    memset(key, 'k', sizeof key);
    assert_ok(store_read(fixture->store, &txn));
    struct bytes longer = bytes_of(key, sizeof key);
    assert_err(store_range_start(txn, longer, text(""), &range), DP_TOO_LONG);
    assert_err(store_range_start(txn, text(""), longer, &range), DP_TOO_LONG);
    assert_err(store_last(txn, longer, &found, &found), DP_NOT_FOUND);
}

/* The last key of a prefix, also where nothing can sort behind it. */
static void test_last_finds_the_greatest(void **state)
{
    struct fixture *fixture = *state;
    STORE_READ_AUTO struct store_txn *txn = NULL;
    struct bytes key;
    struct bytes value;
    assert_ok(store_read(fixture->store, &txn));
    assert_err(store_last(txn, text("a"), &key, &value), DP_NOT_FOUND);
    assert_err(store_last(txn, text(""), &key, &value), DP_NOT_FOUND); /* only the stamp */
    store_read_end_at(&txn);
    assert_ok(store_write(fixture->store, put_many, NULL));
    assert_ok(store_read(fixture->store, &txn));
    static const struct {
        const char *prefix;
        const char *wanted;
    } cases[] = { { "a", "abc" },
                  { "aa", "aa" },
                  { "b", "b" },
                  { "", "\xff\xff\x01" },
                  { "\xff", "\xff\xff\x01" },
                  { "\xff\xff", "\xff\xff\x01" } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_ok(store_last(txn, text(cases[i].prefix), &key, &value));
        assert_true(bytes_equal(key, text(cases[i].wanted)));
        assert_true(bytes_equal(value, text(cases[i].wanted)));
    }
    assert_err(store_last(txn, text("ac"), &key, &value), DP_NOT_FOUND);
    assert_err(store_last(txn, text("c"), &key, &value), DP_NOT_FOUND);
    assert_err(store_last(txn, text("A"), &key, &value), DP_NOT_FOUND);
    assert_err(store_last(txn, text("\xff\xff\xff"), &key, &value), DP_NOT_FOUND);
}

/* A walk that nobody ended goes with its snapshot (the leak checker watches). */
static void test_range_left_open_ends_with_the_snapshot(void **state)
{
    struct fixture *fixture = *state;
    struct store_txn *txn = NULL;
    struct store_range *first = NULL;
    struct store_range *second = NULL;
    struct store_range *third = NULL;
    assert_ok(store_read(fixture->store, &txn));
    assert_ok(store_range_start(txn, text("a"), text(""), &first));
    assert_ok(store_range_start(txn, text("b"), text(""), &second));
    assert_ok(store_range_start(txn, text("c"), text(""), &third));
    assert_ok(store_range_end(second));
    store_read_end(txn);
}

/* ---- Rules for programmers: breaking one stops the program ---- */

static struct store *open_in_child(const char *dir, const char *name)
{
    char path[512];
    struct dp_problem problem;
    struct store *store = NULL;
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    struct store_options options = options_for(path);
    return err_is_ok(store_open(&options, &problem, &store)) ? store : NULL;
}

static dp_err do_nothing(struct store_txn *txn, void *context)
{
    (void)txn;
    (void)context;
    return DP_SUCCESS;
}

static int read_twice(const char *dir)
{
    struct store_txn *txn = NULL;
    struct store *store = open_in_child(dir, "a");
    err_ignore(store_read(store, &txn));
    err_ignore(store_read(store, &txn));
    return 0;
}

static int write_while_reading_another(const char *dir)
{
    struct store_txn *txn = NULL;
    struct store *store = open_in_child(dir, "a");
    err_ignore(store_read(open_in_child(dir, "b"), &txn));
    err_ignore(store_write(store, do_nothing, NULL));
    return 0;
}

static dp_err write_again(struct store_txn *txn, void *context)
{
    (void)txn;
    return store_write(context, do_nothing, NULL);
}

static int write_within_a_job(const char *dir)
{
    struct store *store = open_in_child(dir, "a");
    err_ignore(store_write(store, write_again, store));
    return 0;
}

static int put_into_a_snapshot(const char *dir)
{
    struct store_txn *txn = NULL;
    err_ignore(store_read(open_in_child(dir, "a"), &txn));
    err_ignore(store_put(txn, text("key"), text("value")));
    return 0;
}

static dp_err put_while_walking(struct store_txn *txn, void *context)
{
    (void)context;
    struct store_range *range = NULL;
    DP_TRY(store_range_start(txn, text(""), text(""), &range));
    return store_put(txn, text("key"), text("value"));
}

static int put_during_a_walk(const char *dir)
{
    err_ignore(store_write(open_in_child(dir, "a"), put_while_walking, NULL));
    return 0;
}

static void *end_elsewhere(void *txn)
{
    store_read_end(txn);
    return NULL;
}

static int end_in_another_thread(const char *dir)
{
    pthread_t thread;
    struct store_txn *txn = NULL;
    err_ignore(store_read(open_in_child(dir, "a"), &txn));
    if (pthread_create(&thread, NULL, end_elsewhere, txn) == 0) {
        pthread_join(thread, NULL);
    }
    return 0;
}

static int close_while_reading(const char *dir)
{
    struct store_txn *txn = NULL;
    struct store *store = open_in_child(dir, "a");
    err_ignore(store_read(store, &txn));
    store_close(store);
    return 0;
}

static int keep_the_rules(const char *dir)
{
    struct store_txn *txn = NULL;
    struct store_txn *other = NULL;
    struct store *store = open_in_child(dir, "a");
    struct store *second = open_in_child(dir, "b");
    err_ignore(store_read(store, &txn));
    err_ignore(store_read(second, &other)); /* of two stores is fine */
    store_read_end(txn);
    store_read_end(other);
    err_ignore(store_write(store, do_nothing, NULL));
    store_close(store);
    store_close(second);
    return 0;
}

static void test_rules_broken_stop_the_program(void **state)
{
    (void)state;
    int (*const broken[])(const char *dir) = {
        read_twice,          write_while_reading_another, write_within_a_job,
        put_into_a_snapshot, put_during_a_walk,           end_in_another_thread,
        close_while_reading,
    };
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        const char *dir = support_tempdir();
        assert_int_equal(outcome_of_child(broken[i], dir), -SIGABRT);
        support_remove_tree(dir);
    }
    const char *dir = support_tempdir();
    assert_int_equal(outcome_of_child(keep_the_rules, dir), 0);
    support_remove_tree(dir);
}

/* ---- Status ---- */

/* The status counts what happened since the store was opened. */
static void test_status_tells_commits_and_sizes(void **state)
{
    struct fixture *fixture = *state;
    struct store_status before;
    struct store_status after;
    store_status(fixture->store, &before);
    assert_int_equal(before.map_bytes, 16 << 20);
    assert_false(before.is_read_only);
    assert_ok(put(fixture->store, text("key"), "value"));
    struct bytes key = text("none");
    assert_err(store_write(fixture->store, delete_key, &key), DP_NOT_FOUND);
    store_status(fixture->store, &after);
    assert_int_equal(after.commits,
                     before.commits + 1); /* a job that wrote nothing needs none */
    assert_int_equal(after.jobs, before.jobs + 2);
    assert_true(after.used_bytes >= before.used_bytes && after.used_bytes < after.map_bytes);
    assert_int_equal(store_clear_dead_readers(fixture->store), 0);
}

#define WITH_STORE(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_missing_is_not_found),
        cmocka_unit_test(test_open_garbage_is_corrupt),
        cmocka_unit_test(test_open_foreign_database_is_corrupt),
        WITH_STORE(test_open_other_kind_or_schema_is_refused),
        cmocka_unit_test(test_open_network_file_system_is_unsupported),
        WITH_STORE(test_open_without_rights_is_forbidden),
        cmocka_unit_test(test_open_sets_modes_against_the_umask),
        WITH_STORE(test_open_twice_gives_the_same_store),
        WITH_STORE(test_open_again_finds_what_was_written),
        cmocka_unit_test(test_close_null_does_nothing),
        WITH_STORE(test_put_unfit_keys_are_refused),
        WITH_STORE(test_put_replaces_and_delete_removes),
        WITH_STORE(test_read_snapshot_does_not_change),
        WITH_STORE(test_range_keeps_prefix_and_start),
        WITH_STORE(test_range_too_long_is_refused),
        WITH_STORE(test_last_finds_the_greatest),
        WITH_STORE(test_range_left_open_ends_with_the_snapshot),
        cmocka_unit_test(test_rules_broken_stop_the_program),
        WITH_STORE(test_status_tells_commits_and_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
