/* SPDX-License-Identifier: MIT */
#include "storage/tally.h"

#include "app/core/file.h"
#include "storage/dated.h"
#include "storage/record.h"

static const char TALLY_KIND[] = "tally";
static const char GONE[] = ".gone-";

enum {
    ROW_VERSION = 1,
    ROW_MAX = 64,
    FOLDER_MODE = 0700,
    FILE_MODE = 0600,
    FIRST_MAP_BYTES = 1024 * 1024,
};

static struct key key_of_epoch(struct epoch_id epoch)
{
    return key_date(KEY_TALLY_DAY, epoch.date);
}

static void row_encode(struct wire_writer *writer, const struct tally_row *row)
{
    wire_put_u8(writer, ROW_VERSION);
    wire_put_date(writer, row->epoch.date);
    wire_put_u32(writer, row->unit.value);
    wire_demand(writer, row->unit.value != 0, DP_INVALID);
    wire_put_u16(writer, row->question.value);
    wire_put_u16(writer, row->question_version);
    wire_put_u32(writer, row->headcount);
    for (size_t i = 0; i < TALLY_BINS; i++) {
        wire_put_u32(writer, row->bins[i]);
    }
}

static dp_err row_decode(struct bytes value, struct tally_row *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct tally_row){ 0 };
    wire_get_version(&reader, ROW_VERSION);
    out->epoch.date = wire_get_date(&reader);
    out->unit.value = wire_get_u32(&reader);
    wire_expect(&reader, out->unit.value != 0);
    out->question.value = wire_get_u16(&reader);
    out->question_version = wire_get_u16(&reader);
    out->headcount = wire_get_u32(&reader);
    for (size_t i = 0; i < TALLY_BINS; i++) {
        out->bins[i] = wire_get_u32(&reader);
    }
    return wire_end(&reader);
}

static dp_err open_week(const char *folder, struct date monday, bool may_create,
                        struct dp_problem *problem, struct store **out)
{
    char path[FILE_PATH_MAX];
    DP_TRY(dated_path(path, folder, "", monday));
    if (may_create) {
        DP_TRY(file_make_dir(path, FOLDER_MODE, problem));
    } else if (!file_exists(path)) {
        return err_make(DP_NOT_FOUND);
    }
    struct store_options options = {
        .path = path,
        .schema_version = TALLY_SCHEMA,
        .kind = TALLY_KIND,
        .may_create = may_create,
        .file_mode = FILE_MODE,
        .first_map_bytes = FIRST_MAP_BYTES,
    };
    return store_open(&options, problem, out);
}

/* ---- Writing ---- */

struct writing {
    struct epoch_id epoch;
    const struct tally_row *rows;
    size_t count;
};

/* The rows of an earlier run, one by one: a walk may not delete. */
static dp_err forget(struct store_txn *txn, const struct key *prefix)
{
    for (;;) {
        struct key found;
        bool is_found = false;
        struct record_walk walk = record_walk_start(txn, prefix, NULL);
        if (record_walk_next(&walk)) {
            found = (struct key){ 0 };
            key_add_raw(&found, walk.key.ptr, walk.key.len);
            is_found = true;
        }
        DP_TRY(record_walk_end(&walk));
        if (!is_found) {
            return DP_SUCCESS;
        }
        DP_TRY(record_delete(txn, &found));
    }
}

static dp_err write_rows(struct store_txn *txn, void *context)
{
    const struct writing *writing = context;
    struct key prefix = key_of_epoch(writing->epoch);
    DP_TRY(forget(txn, &prefix));
    for (size_t i = 0; i < writing->count; i++) {
        const struct tally_row *row = &writing->rows[i];
        uint8_t space[ROW_MAX];
        struct wire_writer writer = wire_write(space, sizeof space);
        wire_demand(&writer, date_equal(row->epoch.date, writing->epoch.date), DP_INVALID);
        row_encode(&writer, row);
        struct key key = prefix;
        key_add_u32(&key, row->unit.value);
        DP_TRY(record_put(txn, &key, &writer));
    }
    return DP_SUCCESS;
}

dp_err tally_write(const char *folder, struct epoch_id epoch, const struct tally_row *rows,
                   size_t count, struct dp_problem *problem)
{
    struct store *store = NULL;
    struct writing writing = { .epoch = epoch, .rows = rows, .count = count };
    DP_TRY(open_week(folder, date_monday(epoch.date), true, problem, &store));
    dp_err err = store_write(store, write_rows, &writing);
    store_close(store);
    return err;
}

/* ---- Reading ---- */

dp_err tally_each(const char *folder, struct date monday,
                  bool (*visit)(const struct tally_row *row, void *context), void *context)
{
    struct store *store = NULL;
    struct dp_problem problem = { 0 };
    dp_err err = open_week(folder, monday, false, &problem, &store);
    if (err_is(err, DP_NOT_FOUND)) {
        return DP_SUCCESS;
    }
    DP_TRY(err);
    struct store_txn *txn = NULL;
    err = store_read(store, &txn);
    if (err_is_ok(err)) {
        struct tally_row row;
        struct key prefix = key_of(KEY_TALLY_DAY);
        struct record_walk walk = record_walk_start(txn, &prefix, NULL);
        while (record_walk_next(&walk) && record_walk_ok(&walk, row_decode(walk.value, &row))) {
            if (!visit(&row, context)) {
                break;
            }
        }
        err = record_walk_end(&walk);
    }
    store_read_end(txn);
    store_close(store);
    return err;
}

/* ---- The folder ---- */

/* Counts are not sealed, so the bytes go before the name does. */
dp_err tally_destroy(const char *folder, struct date monday)
{
    char path[FILE_PATH_MAX];
    char file[FILE_PATH_MAX];
    DP_TRY(dated_path(path, folder, "", monday));
    DP_TRY(file_join(file, sizeof file, path, "data.mdb"));
    DP_TRY(file_destroy(file));
    DP_TRY(dated_sweep(folder, GONE));
    return dated_remove(folder, GONE, monday);
}

dp_err tally_list(const char *folder, struct date out[TALLY_WEEKS_MAX], size_t *count)
{
    return dated_list(folder, out, TALLY_WEEKS_MAX, count);
}
