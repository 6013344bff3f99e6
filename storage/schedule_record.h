/* SPDX-License-Identifier: MIT */
#pragma once

/* When exports run, by name. See record.h. */

#include "app/core/file.h"
#include "app/survey/ids.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { SCHEDULE_RECORD_MAX = 1280 };

/* Part of the format: append only. */
enum schedule_kind { SCHEDULE_DAILY, SCHEDULE_WEEKLY, SCHEDULE_MONTHLY, SCHEDULE_KIND_COUNT };

struct schedule {
    char name[CODE_MAX];
    enum schedule_kind kind;
    uint8_t weekday;   /* weekly: 1 Monday .. 7 Sunday; else 0 */
    uint8_t month_day; /* monthly: 1..31, the last day in shorter months; else 0 */
    uint16_t minute;   /* of the local day, 0..1439 */
    char out_dir[FILE_PATH_MAX];
    uint16_t keep; /* snapshots */
    bool is_enabled;
};

void schedule_record_encode(struct wire_writer *writer, const struct schedule *schedule);
dp_err schedule_record_decode(struct bytes value, struct schedule *out);

/** Fails: DP_OUT_OF_RANGE when a number is not as said above. */
dp_err schedule_record_put(struct store_txn *txn, const struct schedule *schedule);
dp_err schedule_record_get(struct store_txn *txn, struct str name, struct schedule *out);
dp_err schedule_record_delete(struct store_txn *txn, struct str name);

/** All, by name. */
dp_err schedule_record_each(struct store_txn *txn,
                            bool (*visit)(const struct schedule *schedule, void *context),
                            void *context);
