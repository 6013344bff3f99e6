/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What the product needs of a store, without a word of LMDB: ordered keys and values,
 * snapshot reads, and writes that are durable when the call returns.
 *
 * Writes go through group commit. store_write() queues a job and sleeps; one commit thread a
 * store takes whatever has queued up, runs the jobs one after the other in one transaction,
 * makes it durable with one fsync, and wakes everybody with their own result. So a hundred
 * people who answer in the same moment share one fsync, and nobody is told "stored" before
 * it is true.
 *
 * A job should check first and write last. One that returns an error after it wrote is
 * undone all the same, by rolling the batch back and running the others again; that costs,
 * so it is for surprises. For this reason, and because the whole batch is tried again when
 * the map was full and grew, a job may run more than once and must set its outputs anew each
 * time.
 *
 *   job returns        the job's writes    its caller gets
 *   success            kept                success, after the fsync
 *   an error           undone              that error, after the fsync
 *   (commit fails)     none of the batch   DP_READ_ONLY for ever: the disk's state is unknown
 *   (no space left)    none of the batch   DP_FULL; reading goes on, a later write may work
 *
 * Several processes may have the same store open; a process opens it once, and a second
 * store_open() of the same folder gives the same handle. Values point into the store and are
 * valid until the transaction ends or, inside a job, until its next write.
 *
 * Growing the map waits until no snapshot is open in this process, so snapshots must be
 * short, and these rules hold (each is checked, and breaking it stops the program):
 *   - a thread has at most one snapshot of a store, and ends it itself;
 *   - a thread that has a snapshot of any store open doesn't call store_write();
 *   - a job doesn't call store_write().
 * A fork()ed child must not use the stores of its parent.
 */

#include <sys/types.h>

#include "app/core/err.h"
#include "app/core/str.h"

enum { STORE_KEY_MAX = 500 };

struct store;
struct store_txn;

struct store_options {
    const char *path;        /* the folder */
    uint32_t schema_version; /* what this program reads and writes */
    const char *kind;        /* "office", "results", "box", "tally": another kind is refused */
    bool may_create;         /* else a missing store is DP_NOT_FOUND */
    mode_t file_mode;        /* of its files; 0660 for what several users share */
    size_t first_map_bytes;  /* 0: 16 MiB; grows by itself */
    size_t max_map_bytes;    /* 0: 64 GiB */
    int64_t fsync_delay_us;  /* for the bench alone: pretends a slow disk */
};

/** Opens a store. A new one (and its folder, whose parent exists) is stamped with kind and
 * schema version.
 * Fails: DP_NOT_FOUND, DP_SCHEMA_OLDER, DP_SCHEMA_NEWER, DP_CONFLICT (another kind),
 * DP_CORRUPT (not a store), DP_FORBIDDEN, DP_UNSUPPORTED (a network file system), DP_FULL,
 * DP_NO_MEMORY, DP_IO; each with a sentence.
 * Owns: the caller; end with store_close(). */
dp_err store_open(const struct store_options *options, struct dp_problem *problem,
                  struct store **out);

/** Waits for queued writes, then closes. NULL is fine. No transaction may be open. */
void store_close(struct store *store);

/** Starts a snapshot. Keep it short: a long reader makes the file grow, and holds up growth.
 * Fails: DP_BUSY (all reader slots in use even after clearing dead ones), DP_IO. */
dp_err store_read(struct store *store, struct store_txn **out);

/** Ends a snapshot; NULL is fine. */
void store_read_end(struct store_txn *txn);

/** For the cleanup attribute. */
void store_read_end_at(struct store_txn **txn);
#define STORE_READ_AUTO __attribute__((cleanup(store_read_end_at)))

/** Which state of the store a transaction sees: two snapshots with the same number see the same. */
uint64_t store_version(const struct store_txn *txn);

typedef dp_err (*store_job)(struct store_txn *txn, void *context);

/** Runs a job and returns when it is on the disk. See the table above.
 * Fails: what the job returned; DP_FULL, DP_READ_ONLY, DP_IO.
 * Threads: any number at once; the job runs in the store's own thread. */
dp_err store_write(struct store *store, store_job job, void *context);

/** Takes: a key of 1..STORE_KEY_MAX bytes that doesn't begin with a zero byte (the store's
 * own).
 * Fails: DP_NOT_FOUND, DP_USAGE (such a key), DP_IO, DP_CORRUPT. */
dp_err store_get(struct store_txn *txn, struct bytes key, struct bytes *value);

/** Inserts or replaces; only inside a job. DP_FULL and DP_IO spoil the whole batch, whatever
 * the job returns then. Fails: DP_TOO_LONG (key), DP_USAGE (key), DP_FULL, DP_IO. */
dp_err store_put(struct store_txn *txn, struct bytes key, struct bytes value);

/** Only inside a job. Fails: DP_NOT_FOUND, DP_USAGE (key), DP_FULL, DP_IO. */
dp_err store_delete(struct store_txn *txn, struct bytes key);

/** A walk over keys in order. Deleting or putting during a walk is not allowed. */
struct store_range;

/** All keys that begin with `prefix`, from `from` (inclusive; empty = from the first) on.
 * Owns: the caller; end with store_range_end(). Fails: DP_IO, DP_NO_MEMORY. */
dp_err store_range_start(struct store_txn *txn, struct bytes prefix, struct bytes from,
                         struct store_range **out);

/** The next pair; false at the end or after an error. */
bool store_range_next(struct store_range *range, struct bytes *key, struct bytes *value);

/** Ends the walk. Fails: DP_IO, DP_CORRUPT when the walk stopped because of an error. */
dp_err store_range_end(struct store_range *range);

/** The last key that begins with `prefix`. Fails: DP_NOT_FOUND, DP_IO. */
dp_err store_last(struct store_txn *txn, struct bytes prefix, struct bytes *key,
                  struct bytes *value);

/** Counts the keys that begin with `prefix`. Fails: DP_IO. */
dp_err store_count(struct store_txn *txn, struct bytes prefix, uint64_t *count);

struct store_status {
    uint64_t map_bytes;
    uint64_t used_bytes;
    uint64_t commits; /* since it was opened here */
    uint64_t jobs;
    uint32_t readers; /* reader slots that were ever in use at once, by all processes, of 512 */
    bool is_read_only; /* after a failed fsync */
};

/** Not inside a job, nor while the thread has a snapshot open (checked). */
void store_status(struct store *store, struct store_status *out);

/** Clears the reader slots of processes that died; call at start and once a minute. Gives how
 * many. */
uint32_t store_clear_dead_readers(struct store *store);
