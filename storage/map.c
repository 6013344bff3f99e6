/* SPDX-License-Identifier: MIT */
/*
 * LMDB may only be given another map size while no transaction of this process is open. So
 * every transaction enters through a gate; whoever changes the map shuts the gate, waits
 * until all inside have left, changes, and opens it again. A thread has at most one snapshot
 * of a store and never waits for the commit thread while it has one (txn.c and commit.c see
 * to that), so all inside do leave.
 */
#include "storage/store_lmdb.h"

#include "app/core/log.h"

dp_err map_start(struct store *store)
{
    if (pthread_mutex_init(&store->gate_lock, NULL) != 0) {
        return err_make(DP_NO_MEMORY);
    }
    if (pthread_cond_init(&store->gate_changed, NULL) != 0) {
        pthread_mutex_destroy(&store->gate_lock);
        return err_make(DP_NO_MEMORY);
    }
    return DP_SUCCESS;
}

void map_stop(struct store *store)
{
    pthread_cond_destroy(&store->gate_changed);
    pthread_mutex_destroy(&store->gate_lock);
}

static void enter(struct store *store)
{
    pthread_mutex_lock(&store->gate_lock);
    while (store->is_shut) {
        pthread_cond_wait(&store->gate_changed, &store->gate_lock);
    }
    store->inside++;
    pthread_mutex_unlock(&store->gate_lock);
}

void map_leave(struct store *store)
{
    pthread_mutex_lock(&store->gate_lock);
    DP_CHECK(store->inside > 0);
    store->inside--;
    if (store->inside == 0 && store->is_shut) {
        pthread_cond_broadcast(&store->gate_changed);
    }
    pthread_mutex_unlock(&store->gate_lock);
}

static void shut_and_wait(struct store *store)
{
    pthread_mutex_lock(&store->gate_lock);
    while (store->is_shut) {
        pthread_cond_wait(&store->gate_changed, &store->gate_lock);
    }
    store->is_shut = true;
    while (store->inside > 0) {
        pthread_cond_wait(&store->gate_changed, &store->gate_lock);
    }
    pthread_mutex_unlock(&store->gate_lock);
}

static void reopen(struct store *store)
{
    pthread_mutex_lock(&store->gate_lock);
    store->is_shut = false;
    pthread_cond_broadcast(&store->gate_changed);
    pthread_mutex_unlock(&store->gate_lock);
}

/* 0 adopts the size that the file names. When it fails there is no map any more. */
static int set_size(struct store *store, size_t bytes)
{
    if (atomic_load(&store->health) == STORE_BROKEN) {
        return MDB_PANIC;
    }
    int rc = mdb_env_set_mapsize(store->env, bytes);
    if (rc != MDB_SUCCESS) {
        atomic_store(&store->health, STORE_BROKEN);
        log_error("%s: the memory map could not be made larger (%s); restart Daypulse",
                  store->path, mdb_strerror(rc));
    }
    return rc;
}

static int adopt(struct store *store)
{
    shut_and_wait(store);
    int rc = set_size(store, 0);
    reopen(store);
    return rc;
}

int map_begin(struct store *store, unsigned flags, MDB_txn **out)
{
    for (;;) {
        enter(store);
        int rc = MDB_PANIC;
        if (atomic_load(&store->health) != STORE_BROKEN) {
            rc = mdb_txn_begin(store->env, NULL, flags, out);
        }
        if (rc == MDB_SUCCESS) {
            return rc;
        }
        map_leave(store);
        if (rc == MDB_MAP_RESIZED) {
            rc = adopt(store);
        }
        if (rc != MDB_SUCCESS) {
            return rc;
        }
    }
}

void map_info(struct store *store, MDB_envinfo *info, MDB_stat *stat)
{
    *info = (MDB_envinfo){ 0 };
    *stat = (MDB_stat){ 0 };
    enter(store);
    if (atomic_load(&store->health) != STORE_BROKEN) {
        mdb_env_info(store->env, info);
        mdb_env_stat(store->env, stat);
    }
    map_leave(store);
}

dp_err map_grow(struct store *store)
{
    MDB_envinfo info;
    shut_and_wait(store);
    int rc = mdb_env_info(store->env, &info);
    enum dp_code code = DP_FULL;
    if (rc == MDB_SUCCESS && info.me_mapsize < store->max_map_bytes) {
        size_t half = store->max_map_bytes / 2;
        size_t wanted = info.me_mapsize > half ? store->max_map_bytes : info.me_mapsize * 2;
        rc = set_size(store, wanted);
        code = rc == MDB_SUCCESS ? DP_OK : DP_IO;
    }
    reopen(store);
    return err_make(code);
}
