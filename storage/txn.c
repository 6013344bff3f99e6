/* SPDX-License-Identifier: MIT */
/*
 * Snapshots, and what can be done inside a transaction. The same functions serve snapshots
 * and jobs.
 *
 * A failed write leaves an LMDB transaction in a state that must not be committed; so it
 * sticks in `spoiled`, later writes fail at once, and commit.c rolls the batch back whatever
 * the job says.
 */
#include "storage/store_lmdb.h"

#include <errno.h>
#include <string.h>

#include "app/core/mem.h"
#include "storage/key.h"

struct store_range {
    struct store_txn *txn;
    struct store_range *next;
    MDB_cursor *cursor;
    uint8_t start[STORE_KEY_MAX];
    size_t start_len;
    uint8_t prefix[STORE_KEY_MAX];
    size_t prefix_len;
    bool is_under_way;
    bool is_over;
    int failed;
};

/* The snapshots that this thread has open, newest first. */
static _Thread_local struct store_txn *open_here;

enum dp_code txn_code(int rc)
{
    switch (rc) {
    case MDB_SUCCESS:
        return DP_OK;
    case MDB_NOTFOUND:
        return DP_NOT_FOUND;
    case MDB_PAGE_NOTFOUND:
    case MDB_CORRUPTED:
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH:
    case MDB_INCOMPATIBLE:
        return DP_CORRUPT;
    case MDB_MAP_FULL:
    case MDB_TXN_FULL:
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return DP_FULL;
    case MDB_READERS_FULL:
        return DP_BUSY;
    case MDB_BAD_VALSIZE:
        return DP_TOO_LONG;
    case ENOMEM:
        return DP_NO_MEMORY;
    case EACCES:
    case EPERM:
    case EROFS:
        return DP_FORBIDDEN;
    default:
        return DP_IO;
    }
}

bool txn_is_reading(void)
{
    return open_here != NULL;
}

static MDB_val val_of(struct bytes bytes)
{
    /* LMDB only reads what a key or a value to be stored points at. */
    void *data = NULL;
    memcpy(&data, &bytes.ptr, sizeof data);
    return (MDB_val){ .mv_size = bytes.len, .mv_data = data };
}

static struct bytes bytes_of_val(MDB_val val)
{
    return bytes_of(val.mv_data, val.mv_size);
}

/* ---- Snapshots ---- */

static bool has_snapshot_of(const struct store *store)
{
    for (const struct store_txn *txn = open_here; txn != NULL; txn = txn->next_here) {
        if (txn->store == store) {
            return true;
        }
    }
    return false;
}

dp_err store_read(struct store *store, struct store_txn **out)
{
    DP_CHECK(!has_snapshot_of(store));
    struct store_txn *txn = mem_new(1, sizeof *txn);
    if (txn == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    txn->store = store;
    int rc = map_begin(store, MDB_RDONLY, &txn->txn);
    if (rc == MDB_READERS_FULL && store_clear_dead_readers(store) > 0) {
        rc = map_begin(store, MDB_RDONLY, &txn->txn);
    }
    if (rc != MDB_SUCCESS) {
        mem_free(txn);
        return err_make(txn_code(rc));
    }
    txn->next_here = open_here;
    open_here = txn;
    *out = txn;
    return DP_SUCCESS;
}

void txn_end_ranges(struct store_txn *txn)
{
    while (txn->ranges != NULL) {
        err_ignore(store_range_end(txn->ranges)); /* nobody asked how the walk ended */
    }
}

void store_read_end(struct store_txn *txn)
{
    if (txn == NULL) {
        return;
    }
    DP_CHECK(!txn->is_job);
    struct store_txn **at = &open_here;
    while (*at != NULL && *at != txn) {
        at = &(*at)->next_here;
    }
    DP_CHECK(*at == txn); /* else another thread started it */
    *at = txn->next_here;
    txn_end_ranges(txn);
    mdb_txn_abort(txn->txn);
    map_leave(txn->store);
    mem_free(txn);
}

void store_read_end_at(struct store_txn **txn)
{
    store_read_end(*txn);
    *txn = NULL;
}

uint64_t store_version(const struct store_txn *txn)
{
    return mdb_txn_id(txn->txn);
}

/* ---- One key ---- */

static enum dp_code check_key(struct bytes key)
{
    if (key.len > STORE_KEY_MAX) {
        return DP_TOO_LONG;
    }
    return key.len == 0 || key.ptr[0] == KEY_STAMP ? DP_USAGE : DP_OK;
}

dp_err store_get(struct store_txn *txn, struct bytes key, struct bytes *value)
{
    enum dp_code code = check_key(key);
    if (code != DP_OK) {
        return err_make(code == DP_TOO_LONG ? DP_NOT_FOUND : code);
    }
    MDB_val wanted = val_of(key);
    MDB_val found;
    int rc = mdb_get(txn->txn, txn->store->dbi, &wanted, &found);
    if (rc == MDB_SUCCESS) {
        *value = bytes_of_val(found);
    }
    return err_make(txn_code(rc));
}

/* Keeps the first failed write. */
static dp_err wrote(struct store_txn *txn, int rc)
{
    if (rc == MDB_SUCCESS) {
        txn->writes++;
    } else if (rc != MDB_NOTFOUND && txn->spoiled == MDB_SUCCESS) {
        txn->spoiled = rc;
    }
    return err_make(txn_code(rc));
}

dp_err store_put(struct store_txn *txn, struct bytes key, struct bytes value)
{
    DP_CHECK(txn->is_job);
    DP_CHECK(txn->ranges == NULL);
    if (txn->spoiled != MDB_SUCCESS) {
        return err_make(txn_code(txn->spoiled));
    }
    DP_TRY(err_make(check_key(key)));
    MDB_val at = val_of(key);
    MDB_val what = val_of(value);
    return wrote(txn, mdb_put(txn->txn, txn->store->dbi, &at, &what, 0));
}

dp_err store_delete(struct store_txn *txn, struct bytes key)
{
    DP_CHECK(txn->is_job);
    DP_CHECK(txn->ranges == NULL);
    if (txn->spoiled != MDB_SUCCESS) {
        return err_make(txn_code(txn->spoiled));
    }
    enum dp_code code = check_key(key);
    if (code != DP_OK) {
        return err_make(code == DP_TOO_LONG ? DP_NOT_FOUND : code);
    }
    MDB_val at = val_of(key);
    return wrote(txn, mdb_del(txn->txn, txn->store->dbi, &at, NULL));
}

/* ---- Walks ---- */

static bool has_prefix(MDB_val key, const uint8_t *prefix, size_t prefix_len)
{
    return key.mv_size >= prefix_len && memcmp(key.mv_data, prefix, prefix_len) == 0;
}

/* The later of the two in key order. */
static struct bytes later(struct bytes a, struct bytes b)
{
    int order = str_compare((struct str){ (const char *)a.ptr, a.len },
                            (struct str){ (const char *)b.ptr, b.len });
    return order >= 0 ? a : b;
}

dp_err store_range_start(struct store_txn *txn, struct bytes prefix, struct bytes from,
                         struct store_range **out)
{
    static const uint8_t first[1] = { KEY_STAMP + 1 };
    struct bytes start = later(later(prefix, from), bytes_of(first, sizeof first));
    if (prefix.len > STORE_KEY_MAX || start.len > STORE_KEY_MAX) {
        return err_make(DP_TOO_LONG);
    }
    struct store_range *range = mem_new(1, sizeof *range);
    if (range == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    int rc = mdb_cursor_open(txn->txn, txn->store->dbi, &range->cursor);
    if (rc != MDB_SUCCESS) {
        mem_free(range);
        return err_make(txn_code(rc));
    }
    memcpy(range->start, start.ptr, start.len);
    range->start_len = start.len;
    if (prefix.len > 0) {
        memcpy(range->prefix, prefix.ptr, prefix.len);
    }
    range->prefix_len = prefix.len;
    range->txn = txn;
    range->next = txn->ranges;
    txn->ranges = range;
    *out = range;
    return DP_SUCCESS;
}

bool store_range_next(struct store_range *range, struct bytes *key, struct bytes *value)
{
    if (range->is_over) {
        return false;
    }
    MDB_val at = { .mv_size = range->start_len, .mv_data = range->start };
    MDB_val what;
    int rc = mdb_cursor_get(range->cursor, &at, &what,
                            range->is_under_way ? MDB_NEXT : MDB_SET_RANGE);
    range->is_under_way = true;
    if (rc != MDB_SUCCESS || !has_prefix(at, range->prefix, range->prefix_len)) {
        range->is_over = true;
        range->failed = rc == MDB_NOTFOUND ? MDB_SUCCESS : rc;
        return false;
    }
    *key = bytes_of_val(at);
    *value = bytes_of_val(what);
    return true;
}

dp_err store_range_end(struct store_range *range)
{
    struct store_range **at = &range->txn->ranges;
    while (*at != range) {
        DP_CHECK(*at != NULL);
        at = &(*at)->next;
    }
    *at = range->next;
    enum dp_code code = txn_code(range->failed);
    mdb_cursor_close(range->cursor);
    mem_free(range);
    return err_make(code);
}

/* Puts the cursor on the last key before everything that sorts behind the prefix. */
static int seek_last(MDB_cursor *cursor, struct bytes prefix, MDB_val *key, MDB_val *value)
{
    uint8_t behind[STORE_KEY_MAX];
    size_t len = prefix.len;
    while (len > 0 && prefix.ptr[len - 1] == 0xff) {
        len--;
    }
    if (len == 0) {
        return mdb_cursor_get(cursor, key, value, MDB_LAST);
    }
    memcpy(behind, prefix.ptr, len);
    behind[len - 1]++;
    *key = (MDB_val){ .mv_size = len, .mv_data = behind };
    int rc = mdb_cursor_get(cursor, key, value, MDB_SET_RANGE);
    if (rc == MDB_NOTFOUND) {
        return mdb_cursor_get(cursor, key, value, MDB_LAST);
    }
    return rc != MDB_SUCCESS ? rc : mdb_cursor_get(cursor, key, value, MDB_PREV);
}

dp_err store_last(struct store_txn *txn, struct bytes prefix, struct bytes *key,
                  struct bytes *value)
{
    MDB_cursor *cursor = NULL;
    MDB_val at;
    MDB_val what;
    if (prefix.len > STORE_KEY_MAX) {
        return err_make(DP_NOT_FOUND);
    }
    int rc = mdb_cursor_open(txn->txn, txn->store->dbi, &cursor);
    if (rc != MDB_SUCCESS) {
        return err_make(txn_code(rc));
    }
    rc = seek_last(cursor, prefix, &at, &what);
    mdb_cursor_close(cursor);
    if (rc != MDB_SUCCESS) {
        return err_make(txn_code(rc));
    }
    *key = bytes_of_val(at);
    *value = bytes_of_val(what);
    bool is_stamp = key->len > 0 && key->ptr[0] == KEY_STAMP;
    bool is_there = !is_stamp && has_prefix(at, prefix.ptr, prefix.len);
    return err_make(is_there ? DP_OK : DP_NOT_FOUND);
}

dp_err store_count(struct store_txn *txn, struct bytes prefix, uint64_t *count)
{
    struct store_range *range = NULL;
    struct bytes key;
    struct bytes value;
    *count = 0;
    DP_TRY(store_range_start(txn, prefix, prefix, &range));
    while (store_range_next(range, &key, &value)) {
        (*count)++;
    }
    return store_range_end(range);
}
