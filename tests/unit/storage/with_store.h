/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A fresh store for each test of a record. Records are written through `run()` with a job,
 * or with PUT(), and read inside a snapshot that `reading()` opened. Include after cmocka.h.
 */

#include <stdio.h>
#include <string.h>

#include "app/core/date.h"
#include "storage/store.h"
#include "tests/support/support.h"

struct with_store {
    const char *dir;
    struct store *store;
    struct store_txn *txn; /* of reading() */
};

static inline int with_store_open(void **state)
{
    static struct with_store with;
    struct dp_problem problem = { 0 };
    with = (struct with_store){ .dir = support_tempdir() };
    struct store_options options = { .path = support_path(with.dir, "store"),
                                     .schema_version = 1,
                                     .kind = "office",
                                     .may_create = true,
                                     .file_mode = 0600 };
    *state = &with;
    return err_is_ok(store_open(&options, &problem, &with.store)) ? 0 : -1;
}

static inline void stop_reading(struct with_store *with)
{
    store_read_end_at(&with->txn);
}

static inline int with_store_close(void **state)
{
    struct with_store *with = *state;
    stop_reading(with);
    store_close(with->store);
    support_remove_tree(with->dir);
    return 0;
}

/* Ends the snapshot, if there is one, and runs a job. */
static inline dp_err run(struct with_store *with, store_job job, const void *context)
{
    void *pointer = NULL;
    memcpy(&pointer, &context, sizeof pointer);
    stop_reading(with);
    return store_write(with->store, job, pointer);
}

/* The snapshot to read from, opened when first asked for after a job. */
static inline struct store_txn *reading(struct with_store *with)
{
    if (with->txn == NULL) {
        assert_ok(store_read(with->store, &with->txn));
    }
    return with->txn;
}

static inline struct date day(const char *text)
{
    struct date date = { 0 };
    assert_ok(date_parse(str_of(text), &date));
    return date;
}

/* Makes a job put_<name> that puts one record. */
#define PUT_JOB(name, tag)                                         \
    static dp_err put_##name(struct store_txn *txn, void *context) \
    {                                                              \
        const struct tag *record = context;                        \
        return name##_record_put(txn, record);                     \
    }

/* Collects what a walk shows, as text with commas, and may stop it after some. */
struct seen {
    char text[512];
    unsigned stop_after; /* 0: never */
    unsigned count;
};

static inline bool see(struct seen *seen, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static inline bool see(struct seen *seen, const char *format, ...)
{
    size_t len = strlen(seen->text);
    va_list args;
    va_start(args, format);
    int more = vsnprintf(seen->text + len, sizeof seen->text - len, format, args);
    va_end(args);
    assert_true(more >= 0 && len + (size_t)more + 2 < sizeof seen->text);
    memcpy(seen->text + len + (size_t)more, ",", 2);
    seen->count++;
    return seen->stop_after == 0 || seen->count < seen->stop_after;
}

#define WITH_STORE(name) \
    cmocka_unit_test_setup_teardown(name, with_store_open, with_store_close)
