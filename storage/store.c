/* SPDX-License-Identifier: MIT */
/*
 * Opening and closing. LMDB must not be opened twice by one process (closing the second
 * would drop the locks of the first), so open stores stand in a list, known by device and
 * inode of their folder. Each store begins with a stamp under a key of its own: kind and
 * schema version.
 */
#include "storage/store_lmdb.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/core/mem.h"
#include "storage/key.h"
#include "storage/place.h"
#include "storage/wire.h"

enum {
    READERS_MAX = 512,
    STAMP_VERSION = 1,
    STAMP_MAX = 64,
    FIRST_MAP_BYTES = 16 * 1024 * 1024,
    MAP_STEP_BYTES = 65536, /* a multiple of every page size */
};
static const size_t MAX_MAP_BYTES = (size_t)64 << 30;

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct store *list_first;

static dp_err refuse(struct dp_problem *problem, enum dp_code code, const char *sentence)
{
    err_ignore(problem_set(problem, 0, 0, "%s", sentence));
    return err_make(code);
}

/* ---- The place ---- */

static dp_err fail_errno(struct dp_problem *problem, const char *path, int error)
{
    char reason[128];
    err_ignore(problem_set(problem, 0, 0, "the store in %.255s can't be opened: %s", path,
                           strerror_r(error, reason, sizeof reason)));
    return err_make(txn_code(error == ENOENT ? MDB_NOTFOUND : error));
}

/* Search rights where there are read rights. */
static mode_t folder_mode(mode_t file_mode)
{
    return file_mode | (file_mode & 0444) >> 2;
}

/* Fills in device and inode of the folder, making it if need be. */
static dp_err find_place(const struct store_options *options, struct dp_problem *problem,
                         struct store *place)
{
    struct stat info;
    if (stat(options->path, &info) != 0 && errno == ENOENT && options->may_create) {
        DP_TRY(file_make_dir(options->path, folder_mode(options->file_mode), problem));
    }
    DP_TRY(place_check(options->path, problem));
    if (stat(options->path, &info) != 0) {
        return fail_errno(problem, options->path, errno);
    }
    place->device = info.st_dev;
    place->inode = info.st_ino;
    return DP_SUCCESS;
}

/* Without may_create there must be a data file already, as LMDB would make one. */
static dp_err check_file(const struct store_options *options, struct dp_problem *problem,
                         bool *is_new)
{
    char file[FILE_PATH_MAX];
    struct stat info;
    DP_TRY(file_join(file, sizeof file, options->path, "data.mdb"));
    *is_new = stat(file, &info) != 0;
    if (*is_new && errno != ENOENT) {
        return fail_errno(problem, options->path, errno);
    }
    if (*is_new && !options->may_create) {
        err_ignore(problem_set(problem, 0, 0, "there is no store in %.255s", options->path));
        return err_make(DP_NOT_FOUND);
    }
    if (!*is_new && info.st_size == 0 && !options->may_create) {
        err_ignore(problem_set(problem, 0, 0,
                               "the store in %.255s is empty: it was never finished",
                               options->path));
        return err_make(DP_CORRUPT);
    }
    return DP_SUCCESS;
}

/* LMDB's mode goes through the umask; what several users share must not. */
static void set_modes(const struct store_options *options)
{
    static const char *const names[] = { "data.mdb", "lock.mdb" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char file[FILE_PATH_MAX];
        struct stat info;
        if (err_is_ok(file_join(file, sizeof file, options->path, names[i])) &&
            stat(file, &info) == 0 && info.st_uid == geteuid() &&
            (info.st_mode & 07777) != options->file_mode) {
            chmod(file, options->file_mode);
        }
    }
}

/* ---- The stamp ---- */

static const uint8_t stamp_key[1] = { KEY_STAMP };

static int put_stamp(struct store *store, MDB_txn *txn)
{
    uint8_t space[STAMP_MAX];
    uint8_t key_space[1] = { stamp_key[0] };
    struct bytes bytes = { 0 };
    struct wire_writer writer = wire_write(space, sizeof space);
    wire_put_u8(&writer, STAMP_VERSION);
    wire_put_u32(&writer, store->schema_version);
    wire_put_text(&writer, store->kind, sizeof store->kind);
    DP_CHECK(err_is_ok(wire_finish(&writer, &bytes)));
    MDB_val key = { .mv_size = sizeof key_space, .mv_data = key_space };
    MDB_val value = { .mv_size = bytes.len, .mv_data = space };
    return mdb_put(txn, store->dbi, &key, &value, 0);
}

static dp_err compare_stamp(const struct store *store, const char *kind,
                            uint32_t schema_version, struct dp_problem *problem)
{
    char sentence[PROBLEM_SENTENCE_MAX];
    if (strcmp(store->kind, kind) != 0) {
        (void)snprintf(sentence, sizeof sentence, "%.255s holds the %s store, not the %s store",
                       store->path, kind, store->kind);
        return refuse(problem, DP_CONFLICT, sentence);
    }
    if (schema_version > store->schema_version) {
        (void)snprintf(
            sentence, sizeof sentence,
            "%.255s was written by a newer version of Daypulse (format %u; this program knows "
            "%u): upgrade the program",
            store->path, schema_version, store->schema_version);
        return refuse(problem, DP_SCHEMA_NEWER, sentence);
    }
    if (schema_version < store->schema_version) {
        (void)snprintf(
            sentence, sizeof sentence,
            "%.255s was written by an older version of Daypulse (format %u; this program needs "
            "%u): migrate it first",
            store->path, schema_version, store->schema_version);
        return refuse(problem, DP_SCHEMA_OLDER, sentence);
    }
    return DP_SUCCESS;
}

static dp_err read_stamp(const struct store *store, MDB_val value, struct dp_problem *problem)
{
    char kind[STORE_KIND_MAX];
    struct wire_reader reader = wire_read(bytes_of(value.mv_data, value.mv_size));
    wire_get_version(&reader, STAMP_VERSION);
    uint32_t schema_version = wire_get_u32(&reader);
    wire_get_text(&reader, kind, sizeof kind);
    if (!err_is_ok(wire_end(&reader))) {
        char sentence[PROBLEM_SENTENCE_MAX];
        (void)snprintf(sentence, sizeof sentence, "%.255s holds data, but not of Daypulse",
                       store->path);
        return refuse(problem, DP_CORRUPT, sentence);
    }
    return compare_stamp(store, kind, schema_version, problem);
}

/* Whether the file has a stamp at all; another process may be about to write one. */
static int find_stamp(struct store *store, MDB_txn *txn, MDB_val *value)
{
    uint8_t key_space[1] = { stamp_key[0] };
    MDB_val key = { .mv_size = sizeof key_space, .mv_data = key_space };
    int rc = mdb_dbi_open(txn, NULL, 0, &store->dbi);
    return rc == MDB_SUCCESS ? mdb_get(txn, store->dbi, &key, value) : rc;
}

static dp_err fail_lmdb(struct dp_problem *problem, const char *path, int rc)
{
    if (txn_code(rc) == DP_CORRUPT) {
        err_ignore(problem_set(
            problem, 0, 0,
            "%.255s is not a store of Daypulse or is damaged (%s): restore a backup", path,
            mdb_strerror(rc)));
        return err_make(DP_CORRUPT);
    }
    return fail_errno(problem, path, rc);
}

/* Stamps an empty store. Takes: a write transaction, ended here. */
static dp_err stamp_new(struct store *store, MDB_txn *txn, struct dp_problem *problem)
{
    MDB_stat stat;
    MDB_val value;
    int rc = find_stamp(store, txn, &value);
    if (rc == MDB_SUCCESS) {
        dp_err err = read_stamp(store, value, problem);
        mdb_txn_abort(txn);
        return err;
    }
    if (rc == MDB_NOTFOUND) {
        rc = mdb_stat(txn, store->dbi, &stat);
    }
    if (rc == MDB_SUCCESS && stat.ms_entries > 0) {
        rc = MDB_INVALID;
    }
    if (rc == MDB_SUCCESS) {
        rc = put_stamp(store, txn);
    }
    if (rc != MDB_SUCCESS) {
        mdb_txn_abort(txn);
        return fail_lmdb(problem, store->path, rc);
    }
    rc = mdb_txn_commit(txn);
    return rc == MDB_SUCCESS ? DP_SUCCESS : fail_lmdb(problem, store->path, rc);
}

static dp_err check_stamp(struct store *store, bool may_create, struct dp_problem *problem)
{
    MDB_txn *txn = NULL;
    MDB_val value;
    int rc = map_begin(store, MDB_RDONLY, &txn);
    if (rc != MDB_SUCCESS) {
        return fail_lmdb(problem, store->path, rc);
    }
    rc = find_stamp(store, txn, &value);
    dp_err err = rc == MDB_SUCCESS ? read_stamp(store, value, problem) : DP_SUCCESS;
    /* Committing, not aborting: that keeps the handle of the database open. */
    int ended = mdb_txn_commit(txn);
    map_leave(store);
    if (rc == MDB_SUCCESS || (rc == MDB_NOTFOUND && !may_create)) {
        return rc == MDB_SUCCESS ? err : fail_lmdb(problem, store->path, MDB_INVALID);
    }
    if (rc != MDB_NOTFOUND || ended != MDB_SUCCESS) {
        return fail_lmdb(problem, store->path, rc);
    }
    rc = map_begin(store, 0, &txn);
    if (rc != MDB_SUCCESS) {
        return fail_lmdb(problem, store->path, rc);
    }
    err = stamp_new(store, txn, problem);
    map_leave(store);
    return err;
}

/* ---- Opening ---- */

static size_t round_up(size_t bytes)
{
    return (bytes + MAP_STEP_BYTES - 1) / MAP_STEP_BYTES * MAP_STEP_BYTES;
}

/* The size that the file names, at least the one wished for. */
static int size_map(struct store *store, size_t first_bytes)
{
    MDB_envinfo info;
    int rc = mdb_env_info(store->env, &info);
    if (rc == MDB_SUCCESS && info.me_mapsize < first_bytes) {
        rc = mdb_env_set_mapsize(store->env, first_bytes);
    }
    return rc;
}

static int open_environment(struct store *store, const struct store_options *options,
                            bool is_new)
{
    size_t first = round_up(options->first_map_bytes == 0 ? FIRST_MAP_BYTES
                                                          : options->first_map_bytes);
    int rc = mdb_env_create(&store->env);
    if (rc != MDB_SUCCESS) {
        store->env = NULL;
        return rc;
    }
    rc = mdb_env_set_maxreaders(store->env, READERS_MAX);
    if (rc == MDB_SUCCESS && is_new) {
        rc = mdb_env_set_mapsize(store->env, first);
    }
    if (rc == MDB_SUCCESS) {
        rc = mdb_env_open(store->env, options->path, MDB_NOTLS, options->file_mode);
    }
    return rc == MDB_SUCCESS ? size_map(store, first) : rc;
}

static void destroy(struct store *store)
{
    if (store->env != NULL) {
        mdb_env_close(store->env);
    }
    map_stop(store);
    mem_free(store);
}

static dp_err open_new(const struct store_options *options, struct dp_problem *problem,
                       struct store *store)
{
    bool is_new = false;
    DP_TRY(check_file(options, problem, &is_new));
    int rc = open_environment(store, options, is_new);
    if (rc != MDB_SUCCESS) {
        return fail_lmdb(problem, options->path, rc);
    }
    set_modes(options);
    store_clear_dead_readers(store);
    DP_TRY(check_stamp(store, options->may_create, problem));
    if (is_new) {
        DP_TRY(file_sync_dir(options->path));
    }
    return commit_start(store);
}

/* A store that is known but not opened yet, or NULL. */
static struct store *prepare(const struct store_options *options, struct dp_problem *problem)
{
    DP_CHECK(options->path != NULL && options->kind != NULL);
    struct store *store = mem_new(1, sizeof *store);
    if (store == NULL || !err_is_ok(map_start(store))) {
        mem_free(store);
        return NULL;
    }
    size_t max = options->max_map_bytes == 0 ? MAX_MAP_BYTES : options->max_map_bytes;
    store->max_map_bytes = round_up(max);
    store->fsync_delay_us = options->fsync_delay_us;
    store->schema_version = options->schema_version;
    store->pid = getpid();
    store->references = 1;
    bool fits = str_copy(str_of(options->path), store->path, sizeof store->path) &&
                str_copy(str_of(options->kind), store->kind, sizeof store->kind);
    if (!fits) {
        err_ignore(problem_set(problem, 0, 0, "the path of the store is too long"));
        destroy(store);
        return NULL;
    }
    return store;
}

static struct store *find_open(const struct store *wanted)
{
    struct store *store = list_first;
    while (store != NULL && (store->device != wanted->device || store->inode != wanted->inode ||
                             store->pid != wanted->pid)) {
        store = store->next;
    }
    return store;
}

/* With the list locked. Takes the new store over, or frees it. */
static dp_err open_listed(const struct store_options *options, struct dp_problem *problem,
                          struct store *fresh, struct store **out)
{
    dp_err err = find_place(options, problem, fresh);
    struct store *known = err_is_ok(err) ? find_open(fresh) : NULL;
    if (known != NULL) {
        err = compare_stamp(fresh, known->kind, known->schema_version, problem);
        known->references += err_is_ok(err) ? 1 : 0;
    }
    if (err_is_ok(err) && known == NULL) {
        err = open_new(options, problem, fresh);
    }
    if (!err_is_ok(err) || known != NULL) {
        destroy(fresh);
        *out = err_is_ok(err) ? known : NULL;
        return err;
    }
    fresh->next = list_first;
    list_first = fresh;
    *out = fresh;
    return DP_SUCCESS;
}

dp_err store_open(const struct store_options *options, struct dp_problem *problem,
                  struct store **out)
{
    *out = NULL;
    struct store *fresh = prepare(options, problem);
    if (fresh == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    pthread_mutex_lock(&list_lock);
    dp_err err = open_listed(options, problem, fresh, out);
    pthread_mutex_unlock(&list_lock);
    return err;
}

void store_close(struct store *store)
{
    if (store == NULL) {
        return;
    }
    pthread_mutex_lock(&list_lock);
    DP_CHECK(store->references > 0);
    store->references--;
    if (store->references == 0) {
        struct store **at = &list_first;
        while (*at != store) {
            at = &(*at)->next;
        }
        *at = store->next;
        commit_stop(store);
        DP_CHECK(store->inside == 0);
        destroy(store);
    }
    pthread_mutex_unlock(&list_lock);
}

void store_status(struct store *store, struct store_status *out)
{
    MDB_envinfo info;
    MDB_stat stat;
    DP_CHECK(!txn_is_reading());
    map_info(store, &info, &stat);
    *out = (struct store_status){
        .map_bytes = info.me_mapsize,
        .used_bytes = ((uint64_t)info.me_last_pgno + 1) * stat.ms_psize,
        .commits = atomic_load(&store->commits),
        .jobs = atomic_load(&store->jobs),
        .readers = info.me_numreaders,
        .is_read_only = atomic_load(&store->health) != STORE_WELL,
    };
}

uint32_t store_clear_dead_readers(struct store *store)
{
    int dead = 0;
    int rc = mdb_reader_check(store->env, &dead);
    return rc == MDB_SUCCESS && dead > 0 ? (uint32_t)dead : 0;
}
