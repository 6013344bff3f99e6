/* SPDX-License-Identifier: MIT */
#pragma once

/* How hard a question is, one wording of it each: what app/service/theme takes off a cell's mean
 * before questions are compared. All of them come from one fit over the whole organisation. See
 * record.h. */

#include "app/survey/ids.h"
#include "storage/store.h"
#include "storage/wire.h"

enum { DIFFICULTY_RECORD_MAX = 96 };

struct difficulty {
    struct question_id question;
    uint16_t version;
    double effect; /* above 0: it gets better answers than the average question; 0 if unused */
    uint64_t answers; /* behind it */
    uint32_t weeks;   /* different weeks in which it was asked */
    bool is_used;     /* in two weeks at least, and the fit was not refused */
    struct date fitted;
    double
        var_item; /* of the fit: between questions, and what is left; 0 when it was refused */
    double var_resid;
};

void difficulty_record_encode(struct wire_writer *writer, const struct difficulty *difficulty);
dp_err difficulty_record_decode(struct bytes value, struct difficulty *out);

/** Fails: DP_INVALID for question or version 0, a variance below 0, or an effect that is not used. */
dp_err difficulty_record_put(struct store_txn *txn, const struct difficulty *difficulty);
dp_err difficulty_record_get(struct store_txn *txn, struct question_id question,
                             uint16_t version, struct difficulty *out);
dp_err difficulty_record_delete(struct store_txn *txn, struct question_id question,
                                uint16_t version);

/** All, by question and version. */
dp_err difficulty_record_each(struct store_txn *txn,
                              bool (*visit)(const struct difficulty *difficulty, void *context),
                              void *context);
