/* SPDX-License-Identifier: MIT */
/*
 * Durable jobs a second: 64 threads that store one answer after the other through
 * store_write(), beside one bare LMDB loop that commits the same bytes in groups of the same
 * size. Both as they are on this disk, and with one fsync made to take 5 ms.
 *
 *   bench_store [FOLDER] [MS]   FOLDER (default: the current one) decides which disk is measured;
 *                               MS is how long a run lasts (default: 1500)
 *
 * Five runs of each, in turns; printed are the medians and the spread. Bars: the ratio is at
 * least 0.8, and at 5 ms there are at least 5,000 jobs a second.
 */
#include <errno.h>
#include <lmdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "app/core/file.h"
#include "app/core/random.h"
#include "storage/store.h"

enum {
    THREADS = 64,
    RUNS = 5,
    RUN_MS = 1500,
    RUN_MS_MAX = 60000,
    DELAY_US = 5000,
    KEY_BYTES = 17,
    MARKER_BYTES = 16,
    BALLOT_BYTES = 96,
};

static int run_ms = RUN_MS;

struct run {
    double jobs_a_second;
    double group;  /* jobs a commit */
    double cpu_us; /* of the process, a job */
};

static double now_s(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void die(const char *what, const char *why)
{
    (void)fprintf(stderr, "bench_store: %s: %s\n", what, why);
    exit(1);
}

/* One answer: a marker looked up and put, a ballot put. */
struct answer {
    uint8_t marker_key[KEY_BYTES];
    uint8_t ballot_key[KEY_BYTES];
    uint8_t ballot[BALLOT_BYTES];
};

/* Random keys from a small generator, so that the kernel's source is not what is measured. */
static void fill(struct answer *answer, uint64_t *state)
{
    uint8_t *bytes = (uint8_t *)answer;
    for (size_t i = 0; i < sizeof *answer; i++) {
        *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
        bytes[i] = (uint8_t)(*state >> 56);
    }
    answer->marker_key[0] = 0x62;
    answer->ballot_key[0] = 0x63;
}

/* ---- The store ---- */

struct writers {
    struct store *store;
    atomic_bool is_over;
    atomic_ullong jobs;
};

static dp_err put_answer(struct store_txn *txn, void *context)
{
    const struct answer *answer = context;
    struct bytes found;
    dp_err got = store_get(txn, bytes_of(answer->marker_key, KEY_BYTES), &found);
    if (!err_is(got, DP_NOT_FOUND)) {
        return got;
    }
    DP_TRY(store_put(txn, bytes_of(answer->marker_key, KEY_BYTES),
                     bytes_of(answer->ballot_key + 1, MARKER_BYTES)));
    return store_put(txn, bytes_of(answer->ballot_key, KEY_BYTES),
                     bytes_of(answer->ballot, BALLOT_BYTES));
}

static void *write_on(void *argument)
{
    struct writers *writers = argument;
    struct answer answer;
    uint64_t state = 0;
    random_secret(&state, sizeof state);
    while (!atomic_load(&writers->is_over)) {
        fill(&answer, &state);
        if (!err_is_ok(store_write(writers->store, put_answer, &answer))) {
            die("store_write", "failed");
        }
        atomic_fetch_add(&writers->jobs, 1);
    }
    return NULL;
}

static struct run run_store(const char *path, int64_t delay_us)
{
    struct writers writers = { 0 };
    struct dp_problem problem = { 0 };
    struct store_options options = { .path = path,
                                     .kind = "box",
                                     .schema_version = 1,
                                     .may_create = true,
                                     .file_mode = 0600,
                                     .fsync_delay_us = delay_us };
    if (!err_is_ok(store_open(&options, &problem, &writers.store))) {
        die("store_open", problem.sentence);
    }
    pthread_t threads[THREADS];
    double start = now_s(CLOCK_MONOTONIC);
    double cpu = now_s(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, write_on, &writers) != 0) {
            die("pthread_create", "failed");
        }
    }
    usleep((useconds_t)run_ms * 1000);
    atomic_store(&writers.is_over, true);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    double seconds = now_s(CLOCK_MONOTONIC) - start;
    cpu = now_s(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    struct store_status status;
    store_status(writers.store, &status);
    store_close(writers.store);
    double jobs = (double)atomic_load(&writers.jobs);
    return (struct run){ jobs / seconds, jobs / (double)status.commits, cpu * 1e6 / jobs };
}

/* ---- Bare LMDB ---- */

static void check(int rc, const char *what)
{
    if (rc != MDB_SUCCESS) {
        die(what, mdb_strerror(rc));
    }
}

static void put_bare(MDB_txn *txn, MDB_dbi dbi, struct answer *answer)
{
    MDB_val marker = { KEY_BYTES, answer->marker_key };
    MDB_val slot = { MARKER_BYTES, answer->ballot_key + 1 };
    MDB_val key = { KEY_BYTES, answer->ballot_key };
    MDB_val ballot = { BALLOT_BYTES, answer->ballot };
    MDB_val found;
    if (mdb_get(txn, dbi, &marker, &found) != MDB_NOTFOUND) {
        die("bare", "a random key came twice");
    }
    check(mdb_put(txn, dbi, &marker, &slot, 0), "bare put");
    check(mdb_put(txn, dbi, &key, &ballot, 0), "bare put");
}

static struct run run_bare(const char *path, int64_t delay_us, double group)
{
    MDB_env *env = NULL;
    MDB_txn *txn = NULL;
    MDB_dbi dbi = 0;
    struct answer answer;
    uint64_t state = 0;
    random_secret(&state, sizeof state);
    struct dp_problem problem;
    if (!err_is_ok(file_make_dir(path, 0700, &problem))) {
        die("bare", problem.sentence);
    }
    check(mdb_env_create(&env), "bare create");
    check(mdb_env_set_mapsize(env, (size_t)1 << 30), "bare size");
    check(mdb_env_open(env, path, 0, 0600), "bare open");
    uint64_t jobs = 0;
    uint64_t commits = 0;
    double start = now_s(CLOCK_MONOTONIC);
    double cpu = now_s(CLOCK_PROCESS_CPUTIME_ID);
    while (now_s(CLOCK_MONOTONIC) - start < run_ms / 1e3) {
        check(mdb_txn_begin(env, NULL, 0, &txn), "bare begin");
        check(mdb_dbi_open(txn, NULL, 0, &dbi), "bare dbi");
        for (commits++; (double)jobs < (double)commits * group; jobs++) {
            fill(&answer, &state);
            put_bare(txn, dbi, &answer);
        }
        check(mdb_txn_commit(txn), "bare commit");
        if (delay_us > 0) {
            usleep((useconds_t)delay_us);
        }
    }
    double seconds = now_s(CLOCK_MONOTONIC) - start;
    cpu = now_s(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    mdb_env_close(env);
    return (struct run){ (double)jobs / seconds, (double)jobs / (double)commits,
                         cpu * 1e6 / (double)jobs };
}

/* ---- Both ---- */

static int by_value(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;
    return (*x > *y) - (*x < *y);
}

static void print(const char *name, double values[RUNS], const char *unit)
{
    qsort(values, RUNS, sizeof values[0], by_value);
    printf("  %-34s %12.2f %s (%.2f to %.2f)\n", name, values[RUNS / 2], unit, values[0],
           values[RUNS - 1]);
}

static void compare(const char *folder, int64_t delay_us)
{
    double ours[RUNS];
    double bare[RUNS];
    double ratio[RUNS];
    double group[RUNS];
    double cpu[RUNS];
    for (int i = 0; i < RUNS; i++) {
        char path[FILE_PATH_MAX];
        (void)snprintf(path, sizeof path, "%s/bench-store-%d", folder, (int)getpid());
        struct run store = run_store(path, delay_us);
        if (!err_is_ok(file_remove_tree(path))) {
            die("removing", path);
        }
        struct run loop = run_bare(path, delay_us, store.group);
        if (!err_is_ok(file_remove_tree(path))) {
            die("removing", path);
        }
        ours[i] = store.jobs_a_second;
        bare[i] = loop.jobs_a_second;
        ratio[i] = store.jobs_a_second / loop.jobs_a_second;
        group[i] = store.group;
        cpu[i] = store.cpu_us;
    }
    printf("durable jobs, %d writers, one fsync %s\n", THREADS,
           delay_us == 0 ? "as it is" : "5 ms longer");
    print("store", ours, "jobs/s");
    print("bare LMDB, same group size", bare, "jobs/s");
    print("ratio (bar 0.80)", ratio, "");
    print("jobs a commit", group, "");
    print("CPU a job", cpu, "us");
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : ".";
    run_ms = argc > 2 ? atoi(argv[2]) : RUN_MS;
    if (run_ms < 1 || run_ms > RUN_MS_MAX) {
        die("usage", "bench_store [FOLDER] [MS]");
    }
    compare(folder, 0);
    compare(folder, DELAY_US);
    return 0;
}
