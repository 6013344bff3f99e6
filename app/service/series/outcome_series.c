/* SPDX-License-Identifier: MIT */
#include "app/service/series/outcome_series.h"

#include <string.h>

#include "app/core/mem.h"
#include "app/survey/people.h"

/* What the walks over the outcomes need. */
struct filling {
    const struct outcome_wanted *wanted;
    struct outcome_series *to;
};

void outcome_series_free(struct outcome_series *series)
{
    mem_free(series->teams);
    mem_free(series->values);
    mem_free(series->weights);
    *series = (struct outcome_series){ 0 };
}

static bool is_of_kind(const struct outcome *outcome, const struct filling *filling)
{
    return (outcome->period_kind == PERIOD_MONTH) == filling->wanted->is_monthly;
}

/* The row of a team, or where it would have to stand. */
static size_t row_of(const struct outcome_series *series, struct team_id team)
{
    size_t low = 0;
    size_t high = series->rows;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (series->teams[middle].value < team.value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool has_row(const struct outcome_series *series, size_t row, struct team_id team)
{
    return row < series->rows && series->teams[row].value == team.value;
}

size_t outcome_series_row(const struct outcome_series *series, struct team_id team)
{
    size_t row = row_of(series, team);
    return has_row(series, row, team) ? row : series->rows;
}

static bool note_team(const struct outcome *outcome, void *context)
{
    struct filling *filling = context;
    struct outcome_series *to = filling->to;
    if (outcome->team.value == TEAM_ROOT || !is_of_kind(outcome, filling)) {
        return true;
    }
    size_t at = row_of(to, outcome->team);
    if (has_row(to, at, outcome->team) || to->rows == OUTCOME_SERIES_TEAMS_MAX) {
        return true;
    }
    memmove(to->teams + at + 1, to->teams + at, (to->rows - at) * sizeof *to->teams);
    to->teams[at] = outcome->team;
    to->rows++;
    return true;
}

/* Adds value times weight; divide() makes means of the sums. */
static bool add_value(const struct outcome *outcome, void *context)
{
    struct filling *filling = context;
    struct outcome_series *to = filling->to;
    size_t t = 0;
    size_t row = row_of(to, outcome->team);
    bool has_enough = !outcome->has_n || outcome->n >= OUTCOME_SERIES_N_MIN;
    if (!has_enough || !is_of_kind(outcome, filling) || !has_row(to, row, outcome->team) ||
        !periods_find(&to->periods, outcome->period_start, &t)) {
        return true;
    }
    size_t at = row * to->periods.count + t;
    double weight = outcome->has_n ? (double)outcome->n : 1.0;
    to->values[at] += outcome->value * weight;
    to->weights[at] += weight;
    to->last = (int32_t)t > to->last ? (int32_t)t : to->last;
    return true;
}

static void divide(struct outcome_series *series)
{
    for (size_t i = 0; i < series->rows * series->periods.count; i++) {
        series->values[i] = series->weights[i] > 0.0 ? series->values[i] / series->weights[i]
                                                     : NUMBER_NONE;
    }
}

static dp_err read_in(struct store_txn *office, struct filling *filling)
{
    struct outcome_series *to = filling->to;
    to->teams = mem_new(OUTCOME_SERIES_TEAMS_MAX, sizeof *to->teams);
    if (to->teams == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(outcome_record_each_of(office, filling->wanted->metric, filling->wanted->source,
                                  note_team, filling));
    if (to->rows == 0) {
        to->is_whole = true;
        to->rows = 1;
        to->teams[0] = (struct team_id){ TEAM_ROOT };
    }
    to->values = mem_new(to->rows * to->periods.count + 1, sizeof(double));
    to->weights = mem_new(to->rows * to->periods.count + 1, sizeof(double));
    if (to->values == NULL || to->weights == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(outcome_record_each_of(office, filling->wanted->metric, filling->wanted->source,
                                  add_value, filling));
    divide(to);
    return DP_SUCCESS;
}

dp_err outcome_series_read(struct store_txn *office, const struct outcome_wanted *wanted,
                           struct outcome_series *out)
{
    *out = (struct outcome_series){ .periods = wanted->periods, .last = -1 };
    struct filling filling = { wanted, out };
    dp_err done = read_in(office, &filling);
    if (!err_is_ok(done)) {
        outcome_series_free(out);
    }
    return done;
}
