/* SPDX-License-Identifier: MIT */
/*
 * Group commit. Callers append a job that lives on their stack and sleep on its semaphore;
 * the store's thread takes the whole queue as one batch, runs it in one transaction,
 * commits, and wakes them. While it syncs, the next batch queues up by itself, so the slower
 * the disk, the larger the batches.
 *
 * How one try at a batch can end:
 *
 *   all jobs ran, committed      each caller gets what the job returned
 *   a job failed after writing   that job is set aside with its error, the others run again
 *   the map is full              it grows and all run again; at its maximum all get DP_FULL
 *   no space, quota, limit       nothing was committed, all get DP_FULL; the store is well, as
 *                                LMDB wrote only to pages that nobody refers to
 *   no memory                    all get DP_NO_MEMORY
 *   anything else                what is on the disk is unknown (a failed fsync may have lost
 *                                pages): all get DP_READ_ONLY, now and until a restart
 */
#include "storage/store_lmdb.h"

#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "app/core/log.h"

enum { BATCH_MAX = 4096 };

struct commit_job {
    store_job run;
    void *context;
    dp_err result;
    bool is_set_aside; /* failed after writing; it doesn't run again */
    struct commit_job *next;
    sem_t is_done;
};

enum outcome { COMMITTED, TRY_AGAIN, MAP_IS_FULL, NO_SPACE, NO_MEMORY, FAILED };

static _Thread_local bool is_commit_thread;

dp_err store_write(struct store *store, store_job job, void *context)
{
    DP_CHECK(!is_commit_thread);
    DP_CHECK(!txn_is_reading());
    DP_CHECK(store->pid == getpid());
    struct commit_job item = { .run = job, .context = context };
    if (sem_init(&item.is_done, 0, 0) != 0) {
        return err_make(DP_IO);
    }
    pthread_mutex_lock(&store->queue_lock);
    DP_CHECK(!store->is_stopping);
    bool was_empty = store->queue_first == NULL;
    *store->queue_end = &item;
    store->queue_end = &item.next;
    pthread_mutex_unlock(&store->queue_lock);
    if (was_empty) {
        pthread_cond_signal(&store->queue_filled);
    }
    while (sem_wait(&item.is_done) != 0) {
        /* a signal; wait on */
    }
    sem_destroy(&item.is_done);
    return item.result;
}

/* Runs one job. Gives what to do with the batch: COMMITTED stands for "go on". */
static enum outcome run_job(struct store_txn *txn, struct commit_job *job)
{
    txn->writes = 0;
    job->result = job->run(txn, job->context);
    txn_end_ranges(txn);
    if (txn->spoiled == MDB_MAP_FULL) {
        return MAP_IS_FULL;
    }
    if (txn->spoiled != MDB_SUCCESS) {
        job->result = err_make(txn_code(txn->spoiled));
        job->is_set_aside = true;
        return TRY_AGAIN;
    }
    if (!err_is_ok(job->result) && txn->writes > 0) {
        job->is_set_aside = true;
        return TRY_AGAIN;
    }
    return COMMITTED;
}

static enum outcome run_jobs(struct store_txn *txn, struct commit_job *batch, uint64_t *writes)
{
    for (struct commit_job *job = batch; job != NULL; job = job->next) {
        if (job->is_set_aside) {
            continue;
        }
        enum outcome outcome = run_job(txn, job);
        if (outcome != COMMITTED) {
            return outcome;
        }
        *writes += txn->writes;
    }
    return COMMITTED;
}

static void say_full(struct store *store)
{
    if (!store->has_said_full) {
        log_warning("%s: there is no space left to write", store->path);
    }
    store->has_said_full = true;
}

/* LMDB calls a short write EIO, as it does a failed fsync; but only the latter set errno. */
static enum outcome commit(struct store *store, MDB_txn *txn)
{
    errno = 0;
    int rc = mdb_txn_commit(txn);
    int error = errno;
    if (rc == MDB_SUCCESS) {
        atomic_fetch_add(&store->commits, 1);
        store->has_said_full = false;
        return COMMITTED;
    }
    if (rc == MDB_MAP_FULL) {
        return MAP_IS_FULL;
    }
    if (rc == ENOMEM) {
        return NO_MEMORY;
    }
    bool is_short_write = rc == EIO && error != EIO;
    if (is_short_write || txn_code(rc) == DP_FULL) {
        say_full(store);
        return NO_SPACE;
    }
    log_error("%s: writing failed (%s), so nothing more is written until a restart",
              store->path, mdb_strerror(rc));
    return FAILED;
}

static void pretend_slow_disk(int64_t delay_us)
{
    struct timespec left = { .tv_sec = delay_us / 1000000,
                             .tv_nsec = delay_us % 1000000 * 1000 };
    while (delay_us > 0 && nanosleep(&left, &left) != 0 && errno == EINTR) {
        /* a signal; sleep on */
    }
}

static enum outcome try_batch(struct store *store, struct commit_job *batch)
{
    struct store_txn txn = { .store = store, .is_job = true };
    int rc = map_begin(store, 0, &txn.txn);
    if (rc != MDB_SUCCESS) {
        log_error("%s: writing is not possible: %s", store->path, mdb_strerror(rc));
        return rc == ENOMEM ? NO_MEMORY : FAILED;
    }
    uint64_t writes = 0;
    enum outcome outcome = run_jobs(&txn, batch, &writes);
    bool has_written = outcome == COMMITTED && writes > 0;
    if (has_written) {
        outcome = commit(store, txn.txn);
    } else {
        mdb_txn_abort(txn.txn);
    }
    map_leave(store);
    if (has_written) {
        pretend_slow_disk(store->fsync_delay_us);
    }
    return outcome;
}

static void give_all(struct commit_job *batch, enum dp_code code)
{
    for (struct commit_job *job = batch; job != NULL; job = job->next) {
        job->result = err_make(code);
    }
}

static enum outcome grow(struct store *store)
{
    dp_err grown = map_grow(store);
    if (err_is_ok(grown)) {
        return TRY_AGAIN;
    }
    if (!err_is(grown, DP_FULL)) {
        return FAILED;
    }
    say_full(store);
    return NO_SPACE;
}

/* Afterwards every job has its result. */
static void finish_batch(struct store *store, struct commit_job *batch)
{
    enum outcome outcome = TRY_AGAIN;
    while (outcome == TRY_AGAIN && atomic_load(&store->health) == STORE_WELL) {
        outcome = try_batch(store, batch);
        if (outcome == MAP_IS_FULL) {
            outcome = grow(store);
        }
    }
    switch (outcome) {
    case COMMITTED:
        break;
    case NO_SPACE:
        give_all(batch, DP_FULL);
        break;
    case NO_MEMORY:
        give_all(batch, DP_NO_MEMORY);
        break;
    case TRY_AGAIN:
    case MAP_IS_FULL:
    case FAILED: {
        int well = STORE_WELL;
        atomic_compare_exchange_strong(&store->health, &well, STORE_READ_ONLY);
        give_all(batch, DP_READ_ONLY);
        break;
    }
    }
}

/* Waits for jobs. Gives NULL when the store closes and nothing is left. */
static struct commit_job *take_batch(struct store *store)
{
    pthread_mutex_lock(&store->queue_lock);
    while (store->queue_first == NULL && !store->is_stopping) {
        pthread_cond_wait(&store->queue_filled, &store->queue_lock);
    }
    struct commit_job *batch = store->queue_first;
    struct commit_job *last = batch;
    for (int taken = 1; last != NULL && last->next != NULL && taken < BATCH_MAX; taken++) {
        last = last->next;
    }
    store->queue_first = last == NULL ? NULL : last->next;
    if (store->queue_first == NULL) {
        store->queue_end = &store->queue_first;
    }
    if (last != NULL) {
        last->next = NULL;
    }
    pthread_mutex_unlock(&store->queue_lock);
    return batch;
}

static void wake_all(struct store *store, struct commit_job *batch)
{
    while (batch != NULL) {
        struct commit_job *next = batch->next; /* once awake, its caller takes the job away */
        atomic_fetch_add(&store->jobs, 1);
        sem_post(&batch->is_done);
        batch = next;
    }
}

static void *commit_thread(void *argument)
{
    struct store *store = argument;
    is_commit_thread = true;
    for (;;) {
        struct commit_job *batch = take_batch(store);
        if (batch == NULL) {
            return NULL;
        }
        finish_batch(store, batch);
        wake_all(store, batch);
    }
}

dp_err commit_start(struct store *store)
{
    sigset_t all;
    sigset_t before;
    store->queue_end = &store->queue_first;
    if (pthread_mutex_init(&store->queue_lock, NULL) != 0) {
        return err_make(DP_NO_MEMORY);
    }
    if (pthread_cond_init(&store->queue_filled, NULL) != 0) {
        pthread_mutex_destroy(&store->queue_lock);
        return err_make(DP_NO_MEMORY);
    }
    /* Signals are for the threads of the program; SIGXFSZ blocked becomes EFBIG here. */
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int rc = pthread_create(&store->thread, NULL, commit_thread, store);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc != 0) {
        pthread_cond_destroy(&store->queue_filled);
        pthread_mutex_destroy(&store->queue_lock);
        return err_make(DP_NO_MEMORY);
    }
    return DP_SUCCESS;
}

void commit_stop(struct store *store)
{
    pthread_mutex_lock(&store->queue_lock);
    store->is_stopping = true;
    pthread_cond_signal(&store->queue_filled);
    pthread_mutex_unlock(&store->queue_lock);
    pthread_join(store->thread, NULL);
    pthread_cond_destroy(&store->queue_filled);
    pthread_mutex_destroy(&store->queue_lock);
}
