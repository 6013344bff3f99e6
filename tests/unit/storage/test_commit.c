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
#include <sys/resource.h>
#include <unistd.h>

#include "storage/store.h"
#include "tests/support/disk_fault.h"
#include "tests/support/support.h"

enum { BIG_BYTES = 20000 };

struct fixture {
    const char *dir;
    struct store_options options;
    struct store *store;
};

static int open_fixture(void **state)
{
    static struct fixture fixture;
    struct dp_problem problem = { 0 };
    fixture.dir = support_tempdir();
    fixture.options = (struct store_options){ .path = support_path(fixture.dir, "store"),
                                              .schema_version = 1,
                                              .kind = "box",
                                              .may_create = true,
                                              .file_mode = 0600,
                                              .first_map_bytes = 1 << 20,
                                              .max_map_bytes = 2 << 20 };
    *state = &fixture;
    return err_is_ok(store_open(&fixture.options, &problem, &fixture.store)) ? 0 : -1;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    disk_fault_set(DISK_WELL);
    store_close(fixture->store);
    support_remove_tree(fixture->dir);
    return 0;
}

static void reopen(struct fixture *fixture)
{
    struct dp_problem problem = { 0 };
    store_close(fixture->store);
    assert_ok(store_open(&fixture->options, &problem, &fixture->store));
}

/* ---- Jobs ---- */

/* Stores a number under a number; then, if asked to, fails. */
struct job {
    uint32_t number;
    enum dp_code result;
    size_t value_bytes;
    unsigned runs;
};

static struct bytes number_key(uint32_t number, char space[16])
{
    int len = snprintf(space, 16, "n%010u", number);
    return bytes_of(space, (size_t)len);
}

static dp_err put_number(struct store_txn *txn, void *context)
{
    static const uint8_t value[BIG_BYTES];
    struct job *job = context;
    char space[16];
    job->runs++;
    DP_TRY(store_put(txn, number_key(job->number, space), bytes_of(value, job->value_bytes)));
    return err_make(job->result);
}

/* Fails before it has written anything. */
static dp_err refuse(struct store_txn *txn, void *context)
{
    char space[16];
    struct bytes value;
    const struct job *job = context;
    dp_err found = store_get(txn, number_key(job->number, space), &value);
    return err_is_ok(found) ? err_make(DP_EXISTS) : err_make(job->result);
}

static dp_err put_one(struct store *store, uint32_t number)
{
    struct job job = { .number = number, .value_bytes = 8 };
    return store_write(store, put_number, &job);
}

static bool has(struct store *store, uint32_t number)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    char space[16];
    struct bytes value;
    assert_ok(store_read(store, &txn));
    return err_is_ok(store_get(txn, number_key(number, space), &value));
}

static uint64_t count(struct store *store)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    uint64_t found = 0;
    assert_ok(store_read(store, &txn));
    assert_ok(store_count(txn, bytes_of("n", 1), &found));
    return found;
}

/* ---- Results of jobs ---- */

/* The caller gets exactly what its job returned. */
static void test_write_gives_the_result_of_the_job(void **state)
{
    struct fixture *fixture = *state;
    struct job job = { .number = 1, .result = DP_CLOSED };
    assert_err(store_write(fixture->store, refuse, &job), DP_CLOSED);
    assert_ok(put_one(fixture->store, 1));
    assert_err(store_write(fixture->store, refuse, &job), DP_EXISTS);
}

/* What a job wrote before it failed is undone. */
static void test_write_undoes_a_job_that_fails_after_writing(void **state)
{
    struct fixture *fixture = *state;
    struct job job = { .number = 1, .result = DP_CONFLICT, .value_bytes = 8 };
    assert_err(store_write(fixture->store, put_number, &job), DP_CONFLICT);
    assert_int_equal(job.runs, 1); /* it isn't tried again */
    assert_false(has(fixture->store, 1));
    assert_ok(put_one(fixture->store, 2));
    assert_false(has(fixture->store, 1));
}

struct writer {
    struct store *store;
    pthread_barrier_t *start;
    uint32_t number;
    enum dp_code result; /* that the job shall have */
    dp_err got;
};

static void *write_at_once(void *argument)
{
    struct writer *writer = argument;
    struct job job = { .number = writer->number, .result = writer->result, .value_bytes = 8 };
    pthread_barrier_wait(writer->start);
    writer->got = store_write(writer->store, put_number, &job);
    return NULL;
}

/* Many at once, every third of whom fails after writing: the others are kept, each gets its own
 * result, and nothing of those that failed is left. */
static void test_write_undone_jobs_do_not_spoil_their_batch(void **state)
{
    struct fixture *fixture = *state;
    enum { COUNT = 24, ROUNDS = 8 };
    for (uint32_t round = 0; round < ROUNDS; round++) {
        pthread_t threads[COUNT];
        struct writer writers[COUNT];
        pthread_barrier_t start;
        assert_int_equal(pthread_barrier_init(&start, NULL, COUNT), 0);
        for (uint32_t i = 0; i < COUNT; i++) {
            writers[i] = (struct writer){ .store = fixture->store,
                                          .start = &start,
                                          .number = round * COUNT + i,
                                          .result = i % 3 == 0 ? DP_CONFLICT : DP_OK };
            assert_int_equal(pthread_create(&threads[i], NULL, write_at_once, &writers[i]), 0);
        }
        for (uint32_t i = 0; i < COUNT; i++) {
            pthread_join(threads[i], NULL);
            assert_err(writers[i].got, i % 3 == 0 ? DP_CONFLICT : DP_OK);
        }
        for (uint32_t i = 0; i < COUNT; i++) {
            assert_int_equal(has(fixture->store, writers[i].number), i % 3 != 0);
        }
        pthread_barrier_destroy(&start);
    }
}

/* ---- Sharing ---- */

struct series {
    struct store *store;
    uint32_t first;
    uint32_t count;
    atomic_uint *failures;
};

static void *write_series(void *argument)
{
    const struct series *series = argument;
    for (uint32_t i = 0; i < series->count; i++) {
        if (!err_is_ok(put_one(series->store, series->first + i))) {
            atomic_fetch_add(series->failures, 1);
        }
    }
    return NULL;
}

static void write_from_many(struct store *store, uint32_t threads_count, uint32_t each)
{
    pthread_t threads[64];
    struct series series[64];
    atomic_uint failures = 0;
    for (uint32_t i = 0; i < threads_count; i++) {
        series[i] = (struct series){ store, i * each, each, &failures };
        assert_int_equal(pthread_create(&threads[i], NULL, write_series, &series[i]), 0);
    }
    for (uint32_t i = 0; i < threads_count; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(atomic_load(&failures), 0);
}

/* Where an fsync takes its time, writers share them: many jobs a commit, and an fsync a
 * commit. */
static void test_write_many_writers_share_commits(void **state)
{
    struct fixture *fixture = *state;
    enum { THREADS = 32, EACH = 20 };
    struct store_status status;
    store_close(fixture->store);
    struct dp_problem problem = { 0 };
    fixture->options.fsync_delay_us = 2000;
    assert_ok(store_open(&fixture->options, &problem, &fixture->store));
    unsigned syncs = disk_fault_syncs();
    write_from_many(fixture->store, THREADS, EACH);
    syncs = disk_fault_syncs() - syncs;
    store_status(fixture->store, &status);
    assert_int_equal(status.jobs, THREADS * EACH);
    assert_int_equal(count(fixture->store), THREADS * EACH);
    assert_true(status.commits * 5 <= status.jobs);
    assert_int_equal(syncs, status.commits);
}

/* ---- Growing ---- */

/* A full map grows while jobs run; everyone's write is there, and jobs that ran twice wrote
 * once. */
static void test_write_full_map_grows(void **state)
{
    struct fixture *fixture = *state;
    enum { COUNT = 60 };
    struct store_status status;
    unsigned runs = 0;
    for (uint32_t i = 0; i < COUNT; i++) {
        struct job job = { .number = i, .value_bytes = BIG_BYTES };
        assert_ok(store_write(fixture->store, put_number, &job));
        runs += job.runs;
    }
    store_status(fixture->store, &status);
    assert_int_equal(status.map_bytes, 2 << 20);
    assert_int_equal(runs, COUNT + 1);
    assert_int_equal(count(fixture->store), COUNT);
    reopen(fixture);
    store_status(fixture->store, &status);
    assert_int_equal(status.map_bytes, 2 << 20); /* the file remembers */
}

static dp_err delete_number(struct store_txn *txn, void *context)
{
    const uint32_t *number = context;
    char space[16];
    return store_delete(txn, number_key(*number, space));
}

/* At the maximum a write is DP_FULL; reading goes on, and after deleting, writing does too. */
static void test_write_at_the_maximum_is_full(void **state)
{
    struct fixture *fixture = *state;
    uint32_t next = 0;
    struct job job = { .value_bytes = BIG_BYTES };
    dp_err err = DP_SUCCESS;
    while (err_is_ok(err) && next < 1000) {
        job.number = next++;
        err = store_write(fixture->store, put_number, &job);
    }
    assert_err(err, DP_FULL);
    assert_int_equal(count(fixture->store), next - 1);
    assert_err(store_write(fixture->store, put_number, &job), DP_FULL);
    for (uint32_t i = 0; i < 8; i++) {
        assert_ok(store_write(fixture->store, delete_number, &i));
    }
    assert_ok(store_write(fixture->store, put_number, &job));
    assert_true(has(fixture->store, job.number));
}

/* ---- Failing disks ---- */

/* A failed fsync answers with an error, stops writing for good, and leaves reading alone; a
 * restart finds everything that was acknowledged and nothing else. */
static void test_write_failed_fsync_stops_writing(void **state)
{
    struct fixture *fixture = *state;
    struct store_status status;
    assert_ok(put_one(fixture->store, 1));
    disk_fault_set(DISK_SYNC_FAILS);
    assert_err(put_one(fixture->store, 2), DP_READ_ONLY);
    disk_fault_set(DISK_WELL);
    assert_err(put_one(fixture->store, 3), DP_READ_ONLY); /* the disk is well, but who knows */
    store_status(fixture->store, &status);
    assert_true(status.is_read_only);
    assert_true(has(fixture->store, 1));
    assert_false(has(fixture->store, 2));
    reopen(fixture);
    assert_true(has(fixture->store, 1));
    assert_false(has(fixture->store, 2));
    assert_ok(put_one(fixture->store, 4));
}

/* The same when the very last write of a commit fails. Then LMDB itself stops, reading
 * included. */
static void test_write_failed_meta_page_stops_everything(void **state)
{
    struct fixture *fixture = *state;
    struct store_txn *txn = NULL;
    assert_ok(put_one(fixture->store, 1));
    disk_fault_set(DISK_META_FAILS);
    assert_err(put_one(fixture->store, 2), DP_READ_ONLY);
    disk_fault_set(DISK_WELL);
    assert_err(put_one(fixture->store, 3), DP_READ_ONLY);
    assert_err(store_read(fixture->store, &txn), DP_IO);
    reopen(fixture);
    assert_true(has(fixture->store, 1));
    assert_false(has(fixture->store, 2));
    assert_ok(put_one(fixture->store, 4));
}

/* A full disk is DP_FULL whether it says so or writes short; nothing is lost, and when there
 * is room again writing goes on without a restart. */
static void test_write_full_disk_recovers(void **state)
{
    struct fixture *fixture = *state;
    const enum disk_fault faults[] = { DISK_FULL, DISK_SHORT };
    for (uint32_t i = 0; i < 2; i++) {
        struct store_status status;
        assert_ok(put_one(fixture->store, i * 10));
        disk_fault_set(faults[i]);
        assert_err(put_one(fixture->store, i * 10 + 1), DP_FULL);
        assert_err(put_one(fixture->store, i * 10 + 2), DP_FULL);
        assert_true(has(fixture->store, i * 10));
        disk_fault_set(DISK_WELL);
        store_status(fixture->store, &status);
        assert_false(status.is_read_only);
        assert_ok(put_one(fixture->store, i * 10 + 3));
        assert_false(has(fixture->store, i * 10 + 1));
        assert_true(has(fixture->store, i * 10 + 3));
    }
    reopen(fixture);
    assert_int_equal(count(fixture->store), 4);
}

/* A limit on the size of files ends as DP_FULL too, and not as a signal that ends the
 * program. */
static void test_write_file_size_limit_is_full(void **state)
{
    struct fixture *fixture = *state;
    struct rlimit before;
    struct job job = { .value_bytes = BIG_BYTES };
    dp_err err = DP_SUCCESS;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    struct rlimit small = { .rlim_cur = 300000, .rlim_max = before.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    for (job.number = 0; err_is_ok(err) && job.number < 100; job.number++) {
        err = store_write(fixture->store, put_number, &job);
    }
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_err(err, DP_FULL);
    assert_int_equal(count(fixture->store), job.number - 1);
    assert_ok(store_write(fixture->store, put_number, &job));
    assert_int_equal(count(fixture->store), job.number);
}

/* ---- Closing ---- */

/* Closing right behind the last answer loses nothing. */
static void test_close_after_the_last_answer_loses_nothing(void **state)
{
    struct fixture *fixture = *state;
    for (uint32_t i = 0; i < 20; i++) {
        assert_ok(put_one(fixture->store, i));
        reopen(fixture);
        assert_int_equal(count(fixture->store), i + 1);
    }
}

#define WITH_STORE(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(test_write_gives_the_result_of_the_job),
        WITH_STORE(test_write_undoes_a_job_that_fails_after_writing),
        WITH_STORE(test_write_undone_jobs_do_not_spoil_their_batch),
        WITH_STORE(test_write_many_writers_share_commits),
        WITH_STORE(test_write_full_map_grows),
        WITH_STORE(test_write_at_the_maximum_is_full),
        WITH_STORE(test_write_failed_fsync_stops_writing),
        WITH_STORE(test_write_failed_meta_page_stops_everything),
        WITH_STORE(test_write_full_disk_recovers),
        WITH_STORE(test_write_file_size_limit_is_full),
        WITH_STORE(test_close_after_the_last_answer_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
