/* SPDX-License-Identifier: MIT */
#pragma once

/* What the link page said last about a metric and a series, so that a change of mind is seen
 * and told. The figures behind it are kept as JSON, which this room does not read. See
 * record.h. */

#include "app/survey/ids.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { VERDICT_JSON_MAX = 4096 + 1, VERDICT_RECORD_MAX = 4608 };

struct verdict_memory {
    char metric[CODE_MAX];
    char source[CODE_MAX];
    char series[CODE_MAX]; /* "anchor" or a theme's code */
    struct date computed;
    uint8_t grade; /* the number of the grade, as app/stats has it */
    uint8_t previous_grade;
    uint32_t n;
    char json[VERDICT_JSON_MAX]; /* at most 4 KiB, "" for none */
};

void verdict_record_encode(struct wire_writer *writer, const struct verdict_memory *verdict);
dp_err verdict_record_decode(struct bytes value, struct verdict_memory *out);

dp_err verdict_record_put(struct store_txn *txn, const struct verdict_memory *verdict);
dp_err verdict_record_get(struct store_txn *txn, struct str metric, struct str source,
                          struct str series, struct verdict_memory *out);
dp_err verdict_record_delete(struct store_txn *txn, struct str metric, struct str source,
                             struct str series);

/** All, by metric, source, series. */
dp_err verdict_record_each(struct store_txn *txn,
                           bool (*visit)(const struct verdict_memory *verdict, void *context),
                           void *context);
