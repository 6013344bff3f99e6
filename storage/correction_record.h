/* SPDX-License-Identifier: MIT */
#pragma once

/* Course corrections, registered before their effect is known. See record.h. */

#include "app/survey/ids.h"
#include "storage/store.h"
#include "storage/wire.h"

/* Limits of texts are characters; a character takes up to four bytes, and a NUL closes the text. */
enum {
    CORRECTION_TEAMS_MAX = 64,
    CORRECTION_TITLE_CHARACTERS = 100,
    CORRECTION_WHAT_CHARACTERS = 900,
    CORRECTION_WHY_CHARACTERS = 200,
    CORRECTION_TITLE_MAX = CORRECTION_TITLE_CHARACTERS * 4 + 1,
    CORRECTION_WHAT_MAX = CORRECTION_WHAT_CHARACTERS * 4 + 1,
    CORRECTION_WHY_MAX = CORRECTION_WHY_CHARACTERS * 4 + 1,
    CORRECTION_RECORD_MAX = 5632,
};

struct correction_id {
    uint32_t value;
};

/* Part of the format: append only. */
enum correction_category {
    CORRECTION_PROCESS,
    CORRECTION_TOOLS,
    CORRECTION_STAFFING, /* staffing and ratio */
    CORRECTION_TRAINING, /* training and mentoring */
    CORRECTION_RECOGNITION,
    CORRECTION_RULE_DROPPED,
    CORRECTION_CULTURE,
    CORRECTION_CATEGORY_COUNT
};

enum correction_target {
    CORRECTION_ON_THEME,
    CORRECTION_ON_OUTCOME,
    CORRECTION_ON_INDEX, /* the engagement index */
    CORRECTION_TARGET_COUNT
};
enum correction_direction { CORRECTION_UP, CORRECTION_DOWN, CORRECTION_DIRECTION_COUNT };

struct correction {
    struct correction_id id;
    char title[CORRECTION_TITLE_MAX];
    char what[CORRECTION_WHAT_MAX]; /* what was done and why */
    enum correction_category category;
    struct team_id teams[CORRECTION_TEAMS_MAX];
    uint32_t team_count; /* 0: the whole organisation */
    struct date start;
    enum correction_target target;
    char expected[CODE_MAX]; /* code of the theme or the metric; "index" */
    enum correction_direction direction;
    int64_t registered_s;
    char actor[EMAIL_MAX];
    int64_t withdrawn_s; /* 0: stands */
    char withdrawn_why[CORRECTION_WHY_MAX];
};

void correction_record_encode(struct wire_writer *writer, const struct correction *correction);
dp_err correction_record_decode(struct bytes value, struct correction *out);

dp_err correction_record_put(struct store_txn *txn, const struct correction *correction);
dp_err correction_record_get(struct store_txn *txn, struct correction_id id,
                             struct correction *out);
dp_err correction_record_delete(struct store_txn *txn, struct correction_id id);

/** All, by id. */
dp_err correction_record_each(struct store_txn *txn,
                              bool (*visit)(const struct correction *correction, void *context),
                              void *context);
