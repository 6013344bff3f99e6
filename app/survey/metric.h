/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Outcomes: what customers, absence lists and call systems say, as imported. A metric has a unit, a
 * range and a direction; a value belongs to a period and a team or the whole organisation, and to
 * the source that measured it. Sources stand side by side and are never merged.
 */

#include "app/core/err.h"
#include "app/core/str.h"
#include "app/survey/ids.h"

enum metric_better { BETTER_HIGHER, BETTER_LOWER };
enum metric_shape { METRIC_MEAN, METRIC_SHARE_PCT, METRIC_NPS, METRIC_RATE, METRIC_SECONDS };
enum period_kind { PERIOD_DAY, PERIOD_WEEK, PERIOD_MONTH, PERIOD_KIND_COUNT };

struct metric {
    char code[CODE_MAX]; /* "csat_mean" */
    char name[LANGUAGE_COUNT][NAME_MAX_BYTES];
    char unit[CODE_MAX]; /* "1-5", "%", "s", "per 1,000" */
    enum metric_shape shape;
    enum metric_better better;
    double min;
    double max;
    bool is_custom;
};

struct outcome {
    char metric[CODE_MAX];
    char source[CODE_MAX];
    enum period_kind period_kind;
    struct date period_start; /* the day, the Monday, or the first of the month */
    struct team_id team;      /* TEAM_ROOT for "*", the whole organisation */
    double value;
    bool has_n;
    uint32_t n; /* how many ratings or cases stand behind it */
    struct import_id import;
};

/** The metrics that are known at once (product.md P4). */
const struct metric *metric_defaults(size_t *count);

/** A known metric by code, or NULL. */
const struct metric *metric_find(struct str code);

/** "2026-03-09", "2026-W10" or "2026-03". Fails: DP_INVALID, DP_OUT_OF_RANGE. */
dp_err period_parse(struct str text, enum period_kind *kind, struct date *start);

/** The text that period_parse() reads; out holds DATE_TEXT_MAX. */
void period_text(enum period_kind kind, struct date start, char out[DATE_TEXT_MAX]);
