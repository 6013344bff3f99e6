/* SPDX-License-Identifier: MIT */
#include "storage/box.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/core/file.h"
#include "app/core/mem.h"
#include "storage/dated.h"
#include "storage/key.h"
#include "storage/record.h"
#include "storage/unit_record.h"

static const char BOX_KIND[] = "box";
static const char MAKING[] = ".making-";
static const char GONE[] = ".gone-";

enum {
    META_HEAD = 1,
    META_CLOSED = 2,
    PLAN_UNIT = 1,
    PLAN_PERSON = 2,
    HEAD_VERSION = 1,
    HEAD_MAX = 128,
    FOLDER_MODE = 0750,
    FILE_MODE = 0660,
    FIRST_MAP_BYTES = 4 * 1024 * 1024,
};

struct box {
    struct store *store;
    struct box_head head;
};

/* ---- Bytes ---- */

static void head_encode(struct wire_writer *writer, const struct box_head *head)
{
    wire_put_u8(writer, HEAD_VERSION);
    wire_put_date(writer, head->epoch.date);
    wire_put_raw(writer, head->public_key, sizeof head->public_key);
    wire_put_i64(writer, head->open_s);
    wire_put_i64(writer, head->close_s);
    wire_demand(writer, head->open_s < head->close_s, DP_INVALID);
    wire_put_u16(writer, head->question.value);
    wire_demand(writer, head->question.value != 0, DP_INVALID);
    wire_put_u16(writer, head->question_version);
    wire_put_bool(writer, head->is_anchor);
    wire_put_u32(writer, head->min_people);
    wire_demand(writer, head->min_people != 0, DP_INVALID);
    wire_put_u32(writer, head->units_count);
    wire_put_u32(writer, head->people_count);
}

static dp_err head_decode(struct bytes value, struct box_head *out)
{
    struct wire_reader reader = wire_read(value);
    *out = (struct box_head){ 0 };
    wire_get_version(&reader, HEAD_VERSION);
    out->epoch.date = wire_get_date(&reader);
    wire_get_raw(&reader, out->public_key, sizeof out->public_key);
    out->open_s = wire_get_i64(&reader);
    out->close_s = wire_get_i64(&reader);
    wire_expect(&reader, out->open_s < out->close_s);
    out->question.value = wire_get_u16(&reader);
    wire_expect(&reader, out->question.value != 0);
    out->question_version = wire_get_u16(&reader);
    out->is_anchor = wire_get_bool(&reader);
    out->min_people = wire_get_u32(&reader);
    wire_expect(&reader, out->min_people != 0);
    out->units_count = wire_get_u32(&reader);
    out->people_count = wire_get_u32(&reader);
    return wire_end(&reader);
}

static struct key key_of_head(void)
{
    return key_u8(KEY_BOX_META, META_HEAD);
}

static struct key key_of_closed(void)
{
    return key_u8(KEY_BOX_META, META_CLOSED);
}

static struct key key_of_unit(struct unit_id id)
{
    struct key key = key_u8(KEY_BOX_PLAN, PLAN_UNIT);
    key_add_u32(&key, id.value);
    return key;
}

static struct key key_of_person(struct person_id person)
{
    struct key key = key_u8(KEY_BOX_PLAN, PLAN_PERSON);
    key_add_u64(&key, person.value);
    return key;
}

/* ---- Building ---- */

static struct store_options options_of(const char *path)
{
    return (struct store_options){
        .path = path,
        .schema_version = BOX_SCHEMA,
        .kind = BOX_KIND,
        .file_mode = FILE_MODE,
        .first_map_bytes = FIRST_MAP_BYTES,
    };
}

static dp_err put_head(struct store_txn *txn, const struct box_plan *plan)
{
    uint8_t space[HEAD_MAX];
    struct wire_writer writer = wire_write(space, sizeof space);
    struct box_head head = plan->head;
    head.units_count = (uint32_t)plan->units_count;
    head.people_count = (uint32_t)plan->people_count;
    head_encode(&writer, &head);
    struct key key = key_of_head();
    return record_put(txn, &key, &writer);
}

static dp_err put_unit(struct store_txn *txn, const struct unit *unit)
{
    uint8_t space[UNIT_RECORD_MAX];
    struct wire_writer writer = wire_write(space, sizeof space);
    unit_record_encode(&writer, unit);
    struct key key = key_of_unit(unit->id);
    return record_put(txn, &key, &writer);
}

static dp_err put_person(struct store_txn *txn, const struct box_person *person)
{
    uint8_t space[sizeof(uint32_t)];
    struct wire_writer writer = wire_write(space, sizeof space);
    wire_demand(&writer, person->person.value != 0, DP_INVALID);
    wire_put_u32(&writer, person->unit.value);
    struct key key = key_of_person(person->person);
    return record_put(txn, &key, &writer);
}

static dp_err write_plan(struct store_txn *txn, void *context)
{
    const struct box_plan *plan = context;
    for (size_t i = 0; i < plan->units_count; i++) {
        DP_TRY(put_unit(txn, &plan->units[i]));
    }
    for (size_t i = 0; i < plan->people_count; i++) {
        DP_TRY(put_person(txn, &plan->people[i]));
    }
    return put_head(txn, plan);
}

static dp_err fill(const char *path, const struct box_plan *plan, struct dp_problem *problem)
{
    struct store *store = NULL;
    struct store_options options = options_of(path);
    options.may_create = true;
    DP_TRY(file_remove_tree(path));
    DP_TRY(file_make_dir(path, FOLDER_MODE, problem));
    DP_TRY(store_open(&options, problem, &store));
    /* The job only reads the plan; store_write() has one type of context for all. */
    struct box_plan copy = *plan;
    dp_err err = store_write(store, write_plan, &copy);
    store_close(store);
    DP_TRY(err);
    return file_sync_dir(path);
}

static dp_err publish(const char *folder, const char *from, const char *to,
                      struct dp_problem *problem)
{
    if (rename(from, to) != 0) {
        int error = errno;
        err_ignore(problem_set(problem, 0, 0, "could not rename %s", from));
        return err_make(file_code_of_errno(error));
    }
    return file_sync_dir(folder);
}

dp_err box_build(const char *folder, const struct box_plan *plan, struct dp_problem *problem)
{
    char path[FILE_PATH_MAX];
    char making[FILE_PATH_MAX];
    DP_TRY(dated_path(path, folder, "", plan->head.epoch.date));
    DP_TRY(dated_path(making, folder, MAKING, plan->head.epoch.date));
    if (file_exists(path)) {
        err_ignore(problem_set(problem, 0, 0, "%s is there already", path));
        return err_make(DP_EXISTS);
    }
    dp_err err = fill(making, plan, problem);
    if (err_is_ok(err)) {
        err = publish(folder, making, path, problem);
    }
    if (!err_is_ok(err)) {
        err_ignore(file_remove_tree(making)); /* the first error is the one to tell */
    }
    return err;
}

/* ---- Opening ---- */

static dp_err read_head(struct box *box)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    struct bytes value;
    struct key key = key_of_head();
    DP_TRY(store_read(box->store, &txn));
    dp_err err = store_get(txn, key_bytes(&key), &value);
    if (err_is(err, DP_NOT_FOUND)) {
        return err_make(DP_CORRUPT);
    }
    DP_TRY(err);
    return head_decode(value, &box->head);
}

dp_err box_open(const char *folder, struct epoch_id epoch, struct dp_problem *problem,
                struct box **out)
{
    *out = NULL;
    char path[FILE_PATH_MAX];
    DP_TRY(dated_path(path, folder, "", epoch.date));
    if (!file_exists(path)) {
        err_ignore(problem_set(problem, 0, 0, "there is no box %s", path));
        return err_make(DP_NOT_FOUND);
    }
    BOX_AUTO struct box *box = mem_new(1, sizeof *box);
    if (box == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct store_options options = options_of(path);
    DP_TRY(store_open(&options, problem, &box->store));
    dp_err err = read_head(box);
    if (err_is_ok(err) && !date_equal(box->head.epoch.date, epoch.date)) {
        err = err_make(DP_CORRUPT);
    }
    if (err_is(err, DP_CORRUPT)) {
        err_ignore(problem_set(problem, 0, 0, "the box %s is damaged", path));
    }
    DP_TRY(err);
    *out = box;
    box = NULL;
    return DP_SUCCESS;
}

void box_close(struct box *box)
{
    if (box != NULL) {
        store_close(box->store);
        mem_free(box);
    }
}

void box_close_at(struct box **box)
{
    box_close(*box);
}

const struct box_head *box_head(const struct box *box)
{
    return &box->head;
}

/* ---- The plan ---- */

dp_err box_find_person(struct box *box, struct person_id person, struct unit_id *unit)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    struct bytes value;
    struct key key = key_of_person(person);
    DP_TRY(store_read(box->store, &txn));
    DP_TRY(store_get(txn, key_bytes(&key), &value));
    struct wire_reader reader = wire_read(value);
    unit->value = wire_get_u32(&reader);
    return wire_end(&reader);
}

dp_err box_find_unit(struct box *box, struct unit_id id, struct unit *out)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    struct bytes value;
    struct key key = key_of_unit(id);
    DP_TRY(store_read(box->store, &txn));
    DP_TRY(store_get(txn, key_bytes(&key), &value));
    return unit_record_decode(value, out);
}

dp_err box_each_unit(struct box *box, bool (*visit)(const struct unit *unit, void *context),
                     void *context)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(box->store, &txn));
    struct unit unit;
    struct key prefix = key_u8(KEY_BOX_PLAN, PLAN_UNIT);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk) &&
           record_walk_ok(&walk, unit_record_decode(walk.value, &unit))) {
        if (!visit(&unit, context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}

/* ---- Ballots ---- */

static dp_err put_entry(struct store_txn *txn, void *context)
{
    const struct box_entry *entry = context;
    struct bytes value;
    struct key closed = key_of_closed();
    dp_err err = store_get(txn, key_bytes(&closed), &value);
    if (err_is_ok(err)) {
        return err_make(DP_CLOSED);
    }
    if (!err_is(err, DP_NOT_FOUND)) {
        return err;
    }
    uint8_t slot[BOX_SLOT_BYTES];
    memcpy(slot, entry->slot, sizeof slot);
    struct key marker = key_raw(KEY_BOX_MARKER, entry->marker, sizeof entry->marker);
    err = store_get(txn, key_bytes(&marker), &value);
    bool is_first = err_is(err, DP_NOT_FOUND);
    if (!is_first) {
        DP_TRY(err);
        if (value.len != sizeof slot) {
            return err_make(DP_CORRUPT);
        }
        memcpy(slot, value.ptr, sizeof slot);
    }
    struct key ballot = key_raw(KEY_BOX_BALLOT, slot, sizeof slot);
    if (is_first) {
        DP_TRY(store_put(txn, key_bytes(&marker), bytes_of(slot, sizeof slot)));
    }
    return store_put(txn, key_bytes(&ballot), bytes_of(entry->ballot, sizeof entry->ballot));
}

dp_err box_put(struct box *box, const struct box_entry *entry)
{
    struct box_entry copy = *entry;
    return store_write(box->store, put_entry, &copy);
}

static dp_err put_closed(struct store_txn *txn, void *context)
{
    (void)context;
    struct key key = key_of_closed();
    return store_put(txn, key_bytes(&key), bytes_of("", 0));
}

dp_err box_mark_closed(struct box *box)
{
    return store_write(box->store, put_closed, NULL);
}

dp_err box_is_closed(struct box *box, bool *is_closed)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    struct bytes value;
    struct key key = key_of_closed();
    DP_TRY(store_read(box->store, &txn));
    dp_err err = store_get(txn, key_bytes(&key), &value);
    *is_closed = err_is_ok(err);
    return err_is(err, DP_NOT_FOUND) ? DP_SUCCESS : err;
}

dp_err box_count(struct box *box, uint64_t *markers, uint64_t *ballots)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    struct key marker = key_of(KEY_BOX_MARKER);
    struct key ballot = key_of(KEY_BOX_BALLOT);
    DP_TRY(store_read(box->store, &txn));
    DP_TRY(store_count(txn, key_bytes(&marker), markers));
    return store_count(txn, key_bytes(&ballot), ballots);
}

/* A walk over keys of 16 bytes with values of one size. */
struct pair_walk {
    enum key_class class;
    size_t value_len;
    bool (*visit)(const uint8_t *key, const uint8_t *value, void *context);
    void *context;
};

static dp_err walk_pairs(struct box *box, const struct pair_walk *pairs)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(box->store, &txn));
    struct key prefix = key_of(pairs->class);
    struct record_walk walk = record_walk_start(txn, &prefix, NULL);
    while (record_walk_next(&walk)) {
        bool is_sound = walk.key.len == 1 + BOX_SLOT_BYTES &&
                        walk.value.len == pairs->value_len;
        if (!record_walk_ok(&walk, err_make(is_sound ? DP_OK : DP_CORRUPT)) ||
            !pairs->visit(walk.key.ptr + 1, walk.value.ptr, pairs->context)) {
            break;
        }
    }
    return record_walk_end(&walk);
}

dp_err box_each_marker(struct box *box,
                       bool (*visit)(const uint8_t marker[BOX_MARKER_BYTES],
                                     const uint8_t slot[BOX_SLOT_BYTES], void *context),
                       void *context)
{
    struct pair_walk pairs = { KEY_BOX_MARKER, BOX_SLOT_BYTES, visit, context };
    return walk_pairs(box, &pairs);
}

dp_err box_each_ballot(struct box *box,
                       bool (*visit)(const uint8_t slot[BOX_SLOT_BYTES],
                                     const uint8_t ballot[BOX_BALLOT_BYTES], void *context),
                       void *context)
{
    struct pair_walk pairs = { KEY_BOX_BALLOT, BOX_BALLOT_BYTES, visit, context };
    return walk_pairs(box, &pairs);
}

/* ---- The folder ---- */

dp_err box_destroy(const char *folder, struct epoch_id epoch)
{
    return dated_remove(folder, GONE, epoch.date);
}

dp_err box_list(const char *folder, struct epoch_id out[BOX_EPOCHS_MAX], size_t *count)
{
    struct date dates[BOX_EPOCHS_MAX];
    DP_TRY(dated_list(folder, dates, BOX_EPOCHS_MAX, count));
    for (size_t i = 0; i < *count; i++) {
        out[i] = (struct epoch_id){ dates[i] };
    }
    return DP_SUCCESS;
}

dp_err box_sweep(const char *folder)
{
    DP_TRY(dated_sweep(folder, MAKING));
    return dated_sweep(folder, GONE);
}
