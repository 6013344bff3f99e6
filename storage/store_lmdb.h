/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The inside of a store, for storage/store.c, map.c, commit.c and txn.c alone: the only
 * header that sees lmdb.h. What the four files share:
 *
 *   store.c   opening, closing, the stamp with kind and schema version
 *   map.c     the gate through which every transaction enters, and growing the map behind it
 *   commit.c  the queue of jobs and the thread that commits them
 *   txn.c     snapshots, reading, writing, walking; LMDB's codes become ours
 */

#include <lmdb.h>
#include <pthread.h>
#include <stdatomic.h>

#include "app/core/file.h"
#include "storage/store.h"

enum { STORE_KIND_MAX = 32 };

/* Why a store no longer writes or reads. Only ever goes up. */
enum store_health {
    STORE_WELL,
    STORE_READ_ONLY,
    STORE_BROKEN /* not even a map to read from */
};

struct commit_job;

struct store {
    MDB_env *env;
    MDB_dbi dbi;
    char path[FILE_PATH_MAX];
    char kind[STORE_KIND_MAX];
    uint32_t schema_version;
    size_t max_map_bytes;
    int64_t fsync_delay_us;
    atomic_int health;
    atomic_ullong commits;
    atomic_ullong jobs;

    /* who has it open: store.c, under its own lock */
    struct store *next;
    dev_t device;
    ino_t inode;
    pid_t pid;
    unsigned references;

    /* the gate: map.c */
    pthread_mutex_t gate_lock;
    pthread_cond_t gate_changed;
    unsigned inside; /* transactions of this process */
    bool is_shut;    /* somebody changes the map, or waits to */

    /* the queue: commit.c */
    pthread_t thread;
    pthread_mutex_t queue_lock;
    pthread_cond_t queue_filled;
    struct commit_job *queue_first;
    struct commit_job **queue_end;
    bool is_stopping;
    bool has_said_full; /* the commit thread's: a full disk is told once, not at every try */
};

struct store_txn {
    struct store *store;
    MDB_txn *txn;
    struct store_txn *next_here; /* snapshots of this thread: txn.c */
    struct store_range *ranges;  /* walks that have not ended */
    bool is_job;
    uint64_t writes; /* of the job that runs */
    int spoiled;     /* LMDB's code of the first failed write; the batch can't be committed */
};

/* ---- txn.c ---- */

/** LMDB's code or errno as ours. */
enum dp_code txn_code(int rc);

/** True if this thread has a snapshot of any store open. */
bool txn_is_reading(void);

/** Ends the walks that a job left open. */
void txn_end_ranges(struct store_txn *txn);

/* ---- map.c ---- */

/** Makes lock and condition. */
dp_err map_start(struct store *store);
void map_stop(struct store *store);

/** Begins a transaction inside the gate, adopting a map that another process grew. Gives LMDB's
 * code; the gate is left again unless it is MDB_SUCCESS. */
int map_begin(struct store *store, unsigned flags, MDB_txn **out);

/** To be called after a transaction has ended. */
void map_leave(struct store *store);

/** What LMDB knows of the environment. The calling thread has no transaction open. */
void map_info(struct store *store, MDB_envinfo *info, MDB_stat *stat);

/** Doubles the map, within its maximum. The caller is not inside the gate.
 * Fails: DP_FULL (at its maximum), DP_IO. */
dp_err map_grow(struct store *store);

/* ---- commit.c ---- */

/** Starts the thread. Fails: DP_NO_MEMORY. */
dp_err commit_start(struct store *store);

/** Lets the thread finish the queue, and waits for its end. */
void commit_stop(struct store *store);
