/* SPDX-License-Identifier: MIT */
#include "app/service/series/outcome_series.h"

#include <string.h>

#include "app/core/mem.h"
#include "app/survey/people.h"

enum { FIRST_ROWS = 16 };

/* What the walk over the outcomes needs. The whole organisation's values wait in a row of their
 * own until it is known that no team has any. */
struct filling {
    const struct outcome_wanted *wanted;
    struct outcome_series *to;
    size_t capacity; /* in rows */
    double *whole_values;
    double *whole_weights;
    bool has_no_memory;
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

static bool grow(struct filling *filling)
{
    struct outcome_series *to = filling->to;
    size_t wanted = filling->capacity == 0 ? FIRST_ROWS : 2 * filling->capacity;
    size_t periods = to->periods.count;
    struct team_id *teams = mem_resize(to->teams, wanted, sizeof *teams);
    to->teams = teams != NULL ? teams : to->teams;
    double *values = mem_resize(to->values, wanted * periods + 1, sizeof *values);
    to->values = values != NULL ? values : to->values;
    double *weights = mem_resize(to->weights, wanted * periods + 1, sizeof *weights);
    to->weights = weights != NULL ? weights : to->weights;
    filling->has_no_memory = teams == NULL || values == NULL || weights == NULL;
    filling->capacity = wanted;
    return !filling->has_no_memory;
}

static void open_row(double *cells, size_t row, size_t rows, size_t periods)
{
    memmove(cells + (row + 1) * periods, cells + row * periods,
            (rows - row) * periods * sizeof *cells);
    memset(cells + row * periods, 0, periods * sizeof *cells);
}

/* The first period names most teams in their order, so rows are seldom moved. */
static bool insert_row(struct filling *filling, size_t row, struct team_id team)
{
    struct outcome_series *to = filling->to;
    if (to->rows == filling->capacity && !grow(filling)) {
        return false;
    }
    memmove(to->teams + row + 1, to->teams + row, (to->rows - row) * sizeof *to->teams);
    to->teams[row] = team;
    open_row(to->values, row, to->rows, to->periods.count);
    open_row(to->weights, row, to->rows, to->periods.count);
    to->rows++;
    return true;
}

/* Adds value times weight; divide() makes means of the sums. */
static bool add_value(const struct outcome *outcome, void *context)
{
    struct filling *filling = context;
    struct outcome_series *to = filling->to;
    bool is_whole = outcome->team.value == TEAM_ROOT;
    size_t t = 0;
    if (!is_of_kind(outcome, filling)) {
        return true;
    }
    size_t row = is_whole ? 0 : row_of(to, outcome->team);
    if (!is_whole && !has_row(to, row, outcome->team)) {
        if (to->rows == OUTCOME_SERIES_TEAMS_MAX) {
            return true;
        }
        if (!insert_row(filling, row, outcome->team)) {
            return false;
        }
    }
    bool has_enough = !outcome->has_n || outcome->n >= OUTCOME_SERIES_N_MIN;
    if (!has_enough || !periods_find(&to->periods, outcome->period_start, &t)) {
        return true;
    }
    size_t at = row * to->periods.count + t;
    double weight = outcome->has_n ? (double)outcome->n : 1.0;
    (is_whole ? filling->whole_values : to->values)[at] += outcome->value * weight;
    (is_whole ? filling->whole_weights : to->weights)[at] += weight;
    return true;
}

static void divide(struct outcome_series *series)
{
    for (size_t i = 0; i < series->rows * series->periods.count; i++) {
        bool is_known = series->weights[i] > 0.0;
        series->values[i] = is_known ? series->values[i] / series->weights[i] : NUMBER_NONE;
    }
}

static dp_err take_whole(struct filling *filling)
{
    struct outcome_series *to = filling->to;
    if (!insert_row(filling, 0, (struct team_id){ TEAM_ROOT })) {
        return err_make(DP_NO_MEMORY);
    }
    memcpy(to->values, filling->whole_values, to->periods.count * sizeof *to->values);
    memcpy(to->weights, filling->whole_weights, to->periods.count * sizeof *to->weights);
    to->is_whole = true;
    return DP_SUCCESS;
}

static dp_err read_in(struct store_txn *office, struct filling *filling)
{
    struct outcome_series *to = filling->to;
    MEM_AUTO double *values = mem_new(to->periods.count + 1, sizeof *values);
    MEM_AUTO double *weights = mem_new(to->periods.count + 1, sizeof *weights);
    if (values == NULL || weights == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    filling->whole_values = values;
    filling->whole_weights = weights;
    DP_TRY(outcome_record_each_of(office, filling->wanted->metric, filling->wanted->source,
                                  add_value, filling));
    if (filling->has_no_memory) {
        return err_make(DP_NO_MEMORY);
    }
    if (to->rows == 0) {
        DP_TRY(take_whole(filling));
    }
    divide(to);
    return DP_SUCCESS;
}

dp_err outcome_series_read(struct store_txn *office, const struct outcome_wanted *wanted,
                           struct outcome_series *out)
{
    *out = (struct outcome_series){ .periods = wanted->periods };
    struct filling filling = { .wanted = wanted, .to = out };
    dp_err done = read_in(office, &filling);
    if (!err_is_ok(done)) {
        outcome_series_free(out);
    }
    return done;
}
