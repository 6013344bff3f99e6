/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/store.h"
#include "tests/support/support.h"

enum { FIRST_BYTES = 1 << 16, VALUE_BYTES = 12000 };

static struct store_options options_for(const char *path)
{
    return (struct store_options){ .path = path,
                                   .schema_version = 1,
                                   .kind = "box",
                                   .may_create = true,
                                   .file_mode = 0600,
                                   .first_map_bytes = FIRST_BYTES };
}

static struct store *open_store(const char *path)
{
    struct dp_problem problem = { 0 };
    struct store *store = NULL;
    struct store_options options = options_for(path);
    return err_is_ok(store_open(&options, &problem, &store)) ? store : NULL;
}

/* Puts a value and counts one up, so that values and counter agree in every snapshot. */
static dp_err put_and_count(struct store_txn *txn, void *context)
{
    static const uint8_t value[VALUE_BYTES];
    const uint32_t *number = context;
    uint32_t total = 0;
    char key[24];
    struct bytes found;
    dp_err err = store_get(txn, bytes_of("count", 5), &found);
    if (err_is_ok(err)) {
        memcpy(&total, found.ptr, sizeof total);
    } else if (!err_is(err, DP_NOT_FOUND)) {
        return err;
    }
    total++;
    int len = snprintf(key, sizeof key, "value-%010u", *number);
    DP_TRY(store_put(txn, bytes_of(key, (size_t)len), bytes_of(value, sizeof value)));
    return store_put(txn, bytes_of("count", 5), bytes_of(&total, sizeof total));
}

/* Gives the counter after checking that as many values are there; UINT32_MAX when not. */
static uint32_t check_snapshot(struct store *store)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    struct bytes found;
    uint64_t values = 0;
    uint32_t total = 0;
    if (!err_is_ok(store_read(store, &txn)) ||
        !err_is_ok(store_count(txn, bytes_of("value-", 6), &values))) {
        return UINT32_MAX;
    }
    if (err_is_ok(store_get(txn, bytes_of("count", 5), &found))) {
        memcpy(&total, found.ptr, sizeof total);
    }
    return values == total ? total : UINT32_MAX;
}

struct reader {
    struct store *store;
    atomic_bool is_over;
    atomic_uint snapshots;
    atomic_uint faults;
};

static void *read_on(void *argument)
{
    struct reader *reader = argument;
    uint32_t last = 0;
    while (!atomic_load(&reader->is_over)) {
        uint32_t seen = check_snapshot(reader->store);
        if (seen == UINT32_MAX || seen < last) {
            atomic_fetch_add(&reader->faults, 1);
        }
        last = seen;
        atomic_fetch_add(&reader->snapshots, 1);
    }
    return NULL;
}

/* The map grows seven times from 64 KiB while three threads read: every snapshot is whole. */
static void test_grow_with_readers_loses_nothing(void **state)
{
    (void)state;
    enum { READERS = 3, VALUES = 400 };
    const char *dir = support_tempdir();
    struct store_status status;
    pthread_t threads[READERS];
    struct reader reader = { .store = open_store(support_path(dir, "store")) };
    assert_non_null(reader.store);
    for (int i = 0; i < READERS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, read_on, &reader), 0);
    }
    for (uint32_t i = 0; i < VALUES; i++) {
        assert_ok(store_write(reader.store, put_and_count, &i));
    }
    atomic_store(&reader.is_over, true);
    for (int i = 0; i < READERS; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(atomic_load(&reader.faults), 0);
    assert_true(atomic_load(&reader.snapshots) > READERS);
    assert_int_equal(check_snapshot(reader.store), VALUES);
    store_status(reader.store, &status);
    assert_true(status.map_bytes >= (size_t)FIRST_BYTES << 7);
    store_close(reader.store);
    support_remove_tree(dir);
}

/* ---- Another process ---- */

/* The other process writes as many values as it is told through a pipe, then answers. */
struct other {
    pid_t pid;
    int to;
    int from;
};

static int serve(const char *path, int from, int to)
{
    uint32_t order[2]; /* first number, count */
    struct store *store = open_store(path);
    while (store != NULL && read(from, order, sizeof order) == (ssize_t)sizeof order) {
        uint32_t answer = 0;
        for (uint32_t i = 0; i < order[1]; i++) {
            uint32_t number = order[0] + i;
            answer += err_is_ok(store_write(store, put_and_count, &number)) ? 1 : 0;
        }
        if (check_snapshot(store) == UINT32_MAX) {
            answer = UINT32_MAX;
        }
        if (write(to, &answer, sizeof answer) != (ssize_t)sizeof answer) {
            break;
        }
    }
    store_close(store);
    return store == NULL ? 1 : 0;
}

static struct other start_other(const char *path)
{
    int there[2];
    int back[2];
    assert_int_equal(pipe(there), 0);
    assert_int_equal(pipe(back), 0);
    struct other other = { fork(), there[1], back[0] };
    assert_true(other.pid >= 0);
    if (other.pid == 0) {
        close(there[1]);
        close(back[0]);
        _exit(serve(path, there[0], back[1]));
    }
    close(there[0]);
    close(back[1]);
    return other;
}

static void order(const struct other *other, uint32_t first, uint32_t count)
{
    const uint32_t words[2] = { first, count };
    assert_int_equal(write(other->to, words, sizeof words), sizeof words);
}

static uint32_t answer(const struct other *other)
{
    uint32_t done = 0;
    assert_int_equal(read(other->from, &done, sizeof done), sizeof done);
    return done;
}

static void stop(const struct other *other)
{
    int status = 0;
    close(other->to);
    close(other->from);
    assert_int_equal(waitpid(other->pid, &status, 0), other->pid);
    assert_int_equal(status, 0);
}

/* Each of two processes grows the file in turn; both go on reading and writing. */
static void test_grow_by_another_process_is_adopted(void **state)
{
    (void)state;
    enum { STEP = 16, TURNS = 6 };
    const char *dir = support_tempdir();
    const char *path = support_path(dir, "store");
    struct other other = start_other(path);
    order(&other, 0, 0);
    assert_int_equal(answer(&other), 0); /* it has made the store */
    struct store *store = open_store(path);
    assert_non_null(store);
    uint32_t written = 0;
    for (uint32_t turn = 1; turn <= TURNS; turn++) {
        uint32_t first = turn * 100000;
        order(&other, first, STEP * turn);
        assert_int_equal(answer(&other), STEP * turn);
        written += STEP * turn;
        assert_int_equal(check_snapshot(store), written); /* a reader adopts */
        order(&other, first + 10000, STEP * turn);
        assert_int_equal(answer(&other), STEP * turn);
        written += STEP * turn;
        for (uint32_t i = 0; i < STEP; i++) { /* a writer adopts, and grows for the other */
            uint32_t number = first + 50000 + i;
            assert_ok(store_write(store, put_and_count, &number));
        }
        written += STEP;
        assert_int_equal(check_snapshot(store), written);
    }
    store_close(store);
    stop(&other);
    support_remove_tree(dir);
}

/* Both processes write and grow at the same time, with readers on here. */
static void test_grow_by_two_processes_at_once_loses_nothing(void **state)
{
    (void)state;
    enum { VALUES = 150 };
    const char *dir = support_tempdir();
    const char *path = support_path(dir, "store");
    struct other other = start_other(path);
    order(&other, 0, 0);
    assert_int_equal(answer(&other), 0);
    pthread_t thread;
    struct reader reader = { .store = open_store(path) };
    assert_non_null(reader.store);
    assert_int_equal(pthread_create(&thread, NULL, read_on, &reader), 0);
    order(&other, 100000, VALUES);
    for (uint32_t i = 0; i < VALUES; i++) {
        assert_ok(store_write(reader.store, put_and_count, &i));
    }
    assert_int_equal(answer(&other), VALUES);
    atomic_store(&reader.is_over, true);
    pthread_join(thread, NULL);
    assert_int_equal(atomic_load(&reader.faults), 0);
    assert_int_equal(check_snapshot(reader.store), 2 * VALUES);
    store_close(reader.store);
    stop(&other);
    support_remove_tree(dir);
}

/* ---- Reader slots ---- */

/* Held by the test while the snapshots of the threads stay open. */
static pthread_mutex_t open_time = PTHREAD_MUTEX_INITIALIZER;

/* Opens many snapshots at once: more than there are slots is DP_BUSY, and ending one helps. */
static void *hold_snapshot(void *argument)
{
    struct reader *reader = argument;
    struct store_txn *txn = NULL;
    dp_err err = store_read(reader->store, &txn);
    atomic_fetch_add(&reader->faults, err_is(err, DP_BUSY) ? 1 : 0);
    atomic_fetch_add(&reader->snapshots, err_is_ok(err) ? 1 : 0);
    pthread_mutex_lock(&open_time);
    pthread_mutex_unlock(&open_time);
    store_read_end(txn);
    return NULL;
}

static void test_read_beyond_all_slots_is_busy(void **state)
{
    (void)state;
    enum { THREADS = 520, SLOTS = 512 };
    static pthread_t threads[THREADS];
    const char *dir = support_tempdir();
    pthread_attr_t attributes;
    struct reader reader = { .store = open_store(support_path(dir, "store")) };
    assert_non_null(reader.store);
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstacksize(&attributes, 256 * 1024), 0);
    pthread_mutex_lock(&open_time);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], &attributes, hold_snapshot, &reader), 0);
    }
    while (atomic_load(&reader.snapshots) + atomic_load(&reader.faults) < THREADS) {
        usleep(1000);
    }
    assert_int_equal(atomic_load(&reader.snapshots), SLOTS);
    pthread_mutex_unlock(&open_time);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    pthread_attr_destroy(&attributes);
    assert_int_equal(check_snapshot(reader.store), 0);
    store_close(reader.store);
    support_remove_tree(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grow_with_readers_loses_nothing),
        cmocka_unit_test(test_grow_by_another_process_is_adopted),
        cmocka_unit_test(test_grow_by_two_processes_at_once_loses_nothing),
        cmocka_unit_test(test_read_beyond_all_slots_is_busy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
