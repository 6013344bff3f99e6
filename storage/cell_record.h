/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A cell of the results: what a unit said to a question in a day or a week, and only what
 * may leave (privacy.md 2). The store refuses what may not be kept: figures in a hidden
 * cell, a mean outside 1.3..4.7, a favourable share outside 5..95 %, bins that don't add up
 * to n. See record.h.
 */

#include "app/survey/metric.h"
#include "app/survey/question.h"
#include "storage/store.h"
#include "storage/wire.h"

enum {
    CELL_BINS = 5,
    CELL_RECORD_MAX = 64,
    CELL_MEAN_MIN = 130, /* hundredths */
    CELL_MEAN_MAX = 470,
    CELL_FAVOURABLE_MIN = 5, /* per cent */
    CELL_FAVOURABLE_MAX = 95,
};

/* Part of the format: append only. */
enum cell_status { CELL_OK, CELL_HIDDEN, CELL_STATUS_COUNT };

struct cell {
    struct unit_id unit;
    enum period_kind period_kind; /* PERIOD_DAY or PERIOD_WEEK */
    struct date period_start;     /* the day, or the Monday */
    struct question_id question;
    uint16_t question_version;
    enum cell_status status; /* CELL_HIDDEN: everything below headcount is 0 */
    uint32_t headcount;
    uint32_t n;               /* people with an answer 1-5; in a week cell: answers */
    uint16_t mean_hundredths; /* rounded and clamped by who forms the cell */
    uint8_t favourable_pct;   /* the same */
    bool has_sd;
    uint8_t sd_tenths;
    bool has_bins;
    uint32_t bins[CELL_BINS]; /* answers 1..5 */
};

void cell_record_encode(struct wire_writer *writer, const struct cell *cell);
dp_err cell_record_decode(struct bytes value, struct cell *out);

/** Fails: DP_INVALID (a rule above), DP_OUT_OF_RANGE. */
dp_err cell_record_put(struct store_txn *txn, const struct cell *cell);

/** Which cell: a unit, a period and a question. */
struct cell_place {
    struct unit_id unit;
    enum period_kind period_kind;
    struct date period_start;
    struct question_id question;
};

dp_err cell_record_get(struct store_txn *txn, const struct cell_place *place, struct cell *out);
dp_err cell_record_delete(struct store_txn *txn, const struct cell_place *place);

/** All, by unit, period kind, period start, question. */
dp_err cell_record_each(struct store_txn *txn,
                        bool (*visit)(const struct cell *cell, void *context), void *context);

/** The cells of one unit and period kind whose period starts in from..to, both included. With
 * `class_of` (by question id, CELL_QUESTIONS of them) only those of questions of class `class`: the key
 * tells, so that the others are never read. */
enum { CELL_QUESTIONS = 65536 };
struct cell_range {
    struct unit_id unit;
    enum period_kind period_kind;
    struct date from;
    struct date to;
    const uint8_t *class_of;
    uint8_t class;
};

dp_err cell_record_each_of_unit(struct store_txn *txn, const struct cell_range *range,
                                bool (*visit)(const struct cell *cell, void *context),
                                void *context);
