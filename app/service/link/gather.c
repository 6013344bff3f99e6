/* SPDX-License-Identifier: MIT */
#include "app/service/link/gather.h"

#include <string.h>

#include "app/core/mem.h"
#include "app/service/series/series.h"
#include "app/survey/people.h"
#include "storage/outcome_record.h"

enum { OUTCOME_N_MIN = 5, PANEL_TEAMS = PANELSCAN_TEAMS_MIN };

/* What the walk over the outcomes needs. Row 0 is the whole organisation while `is_whole`. */
struct filling {
    struct gathered *to;
    enum period_kind kind;
    bool is_whole;
    struct team_id *teams; /* of the rows, ascending */
};

void gather_free(struct gathered *gathered)
{
    mem_free(gathered->engagement);
    mem_free(gathered->outcome);
    mem_free(gathered->answers);
    mem_free(gathered->weight);
    *gathered = (struct gathered){ 0 };
}

static int months_between(struct date from, struct date to)
{
    struct date_parts a = date_parts_of(from);
    struct date_parts b = date_parts_of(to);
    return (b.year - a.year) * 12 + b.month - a.month;
}

/* The period that a date falls into; may lie outside. */
static int32_t period_of(const struct gathered *gathered, struct date date)
{
    if (gathered->unit == LAG_UNIT_MONTH) {
        return months_between(gathered->first, date);
    }
    return (date_monday(date).days - gathered->first.days) / 7;
}

struct date gather_start(const struct gathered *gathered, size_t t)
{
    if (gathered->unit != LAG_UNIT_MONTH) {
        return date_add(gathered->first, (int32_t)t * 7);
    }
    struct date month = gathered->first;
    for (size_t i = 0; i < t; i++) {
        month = date_next_month(month);
    }
    return month;
}

static bool is_counted(const struct outcome *outcome, const struct filling *filling)
{
    bool is_monthly = outcome->period_kind == PERIOD_MONTH;
    bool is_wanted_unit = is_monthly == (filling->kind == PERIOD_MONTH);
    bool is_wanted_team = (outcome->team.value == TEAM_ROOT) == filling->is_whole;
    bool has_enough = !outcome->has_n || outcome->n >= OUTCOME_N_MIN;
    return is_wanted_unit && is_wanted_team && has_enough;
}

static size_t row_of(const struct filling *filling, struct team_id team)
{
    size_t low = 0;
    size_t high = filling->to->rows;
    while (!filling->is_whole && low < high) {
        size_t middle = low + (high - low) / 2;
        if (filling->teams[middle].value < team.value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Adds value times weight; divide_outcome() makes means of the sums. */
static bool add_outcome(const struct outcome *outcome, void *context)
{
    struct filling *filling = context;
    struct gathered *to = filling->to;
    int32_t period = period_of(to, outcome->period_start);
    size_t row = row_of(filling, outcome->team);
    bool has_row = filling->is_whole ||
                   (row < to->rows && filling->teams[row].value == outcome->team.value);
    if (!is_counted(outcome, filling) || period < 0 || (size_t)period >= to->periods ||
        !has_row) {
        return true;
    }
    size_t at = row * to->periods + (size_t)period;
    double weight = outcome->has_n ? (double)outcome->n : 1.0;
    to->outcome[at] += outcome->value * weight;
    to->weight[at] += weight;
    to->last = period > to->last ? period : to->last;
    return true;
}

static void divide(double *sums, const double *weights, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sums[i] = weights[i] > 0.0 ? sums[i] / weights[i] : NUMBER_NONE;
    }
}

/* A week belongs to the month of its Thursday. */
static dp_err add_engagement(const struct appliance *appliance, struct gathered *to, size_t row,
                             const struct series_wanted *wanted)
{
    MEM_AUTO struct series_point *points = mem_new(wanted->weeks, sizeof *points);
    if (points == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(series_index(appliance, wanted, points));
    for (size_t i = 0; i < wanted->weeks; i++) {
        int32_t period = period_of(to, date_add(points[i].start, 3));
        if (!points[i].is_shown || period < 0 || (size_t)period >= to->periods) {
            continue;
        }
        size_t at = row * to->periods + (size_t)period;
        to->engagement[at] += points[i].mean * (double)points[i].n;
        to->answers[at] += (double)points[i].n;
    }
    return DP_SUCCESS;
}

struct team_list {
    struct team_id *teams;
    size_t count;
    enum period_kind kind;
};

static bool note_team(const struct outcome *outcome, void *context)
{
    struct team_list *list = context;
    bool is_monthly = outcome->period_kind == PERIOD_MONTH;
    if (outcome->team.value == TEAM_ROOT || is_monthly != (list->kind == PERIOD_MONTH)) {
        return true;
    }
    size_t at = 0;
    while (at < list->count && list->teams[at].value < outcome->team.value) {
        at++;
    }
    bool is_known = at < list->count && list->teams[at].value == outcome->team.value;
    if (is_known || list->count == LINK_TEAMS_MAX) {
        return true;
    }
    memmove(list->teams + at + 1, list->teams + at, (list->count - at) * sizeof *list->teams);
    list->teams[at] = outcome->team;
    list->count++;
    return true;
}

static dp_err make_room(struct gathered *out)
{
    size_t cells = out->rows * out->periods;
    out->engagement = mem_new(cells, sizeof(double));
    out->outcome = mem_new(cells, sizeof(double));
    out->answers = mem_new(cells, sizeof(double));
    out->weight = mem_new(cells, sizeof(double));
    bool has_all = out->engagement != NULL && out->outcome != NULL && out->answers != NULL &&
                   out->weight != NULL;
    return err_make(has_all ? DP_OK : DP_NO_MEMORY);
}

static dp_err fill(const struct appliance *appliance, const struct link_pair *pair,
                   struct filling *filling, const struct series_wanted *extent)
{
    struct gathered *to = filling->to;
    DP_TRY(make_room(to));
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    DP_TRY(outcome_record_each_of(txn, str_of(pair->metric.code), str_of(pair->source),
                                  add_outcome, filling));
    store_read_end(txn);
    txn = NULL;
    for (size_t row = 0; row < to->rows; row++) {
        struct series_wanted wanted = *extent;
        wanted.team = filling->is_whole ? (struct team_id){ TEAM_ROOT } : filling->teams[row];
        DP_TRY(add_engagement(appliance, to, row, &wanted));
    }
    divide(to->outcome, to->weight, to->rows * to->periods);
    divide(to->engagement, to->answers, to->rows * to->periods);
    return DP_SUCCESS;
}

/* One or two teams make one pair: their weighted mean, in row 0. */
static void join_rows(struct gathered *gathered)
{
    for (size_t t = 0; t < gathered->periods; t++) {
        double sums[4] = { 0, 0, 0, 0 };
        for (size_t row = 0; row < gathered->rows; row++) {
            size_t at = row * gathered->periods + t;
            bool has_both = number_is_known(gathered->outcome[at]) &&
                            number_is_known(gathered->engagement[at]);
            if (has_both) {
                sums[0] += gathered->engagement[at] * gathered->answers[at];
                sums[1] += gathered->answers[at];
                sums[2] += gathered->outcome[at] * gathered->weight[at];
                sums[3] += gathered->weight[at];
            }
        }
        gathered->engagement[t] = sums[0];
        gathered->answers[t] = sums[1];
        gathered->outcome[t] = sums[2];
        gathered->weight[t] = sums[3];
    }
    gathered->rows = 1;
    divide(gathered->engagement, gathered->answers, gathered->periods);
    divide(gathered->outcome, gathered->weight, gathered->periods);
}

/* A week that is not over would change under the verdict's feet. */
static void leave_out_running_week(const struct appliance *appliance, struct series_wanted *extent)
{
    int32_t over = (date_monday(appliance_today(appliance)).days - extent->first_monday.days) / 7;
    if (extent->weeks > 0 && over < (int32_t)extent->weeks) {
        extent->weeks = over < 0 ? 0 : (size_t)over;
    }
}

dp_err gather(const struct appliance *appliance, const struct link_pair *pair,
              struct gathered *out)
{
    *out = (struct gathered){ .last = -1 };
    struct series_wanted extent = { 0 };
    DP_TRY(series_extent(appliance, &extent.first_monday, &extent.weeks));
    leave_out_running_week(appliance, &extent);
    if (extent.weeks == 0) {
        return DP_SUCCESS;
    }
    MEM_AUTO struct team_id *teams = mem_new(LINK_TEAMS_MAX, sizeof *teams);
    if (teams == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct team_list list = { .teams = teams, .kind = pair->period_kind };
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    DP_TRY(outcome_record_each_of(txn, str_of(pair->metric.code), str_of(pair->source), note_team,
                                  &list));
    store_read_end(txn);
    txn = NULL;
    struct filling filling = {
        .to = out, .kind = pair->period_kind, .is_whole = list.count == 0, .teams = teams
    };
    bool is_monthly = pair->period_kind == PERIOD_MONTH;
    struct date last = date_add(extent.first_monday, (int32_t)extent.weeks * 7 - 4);
    out->unit = is_monthly ? LAG_UNIT_MONTH : LAG_UNIT_WEEK;
    out->first = is_monthly ? date_month_start(date_add(extent.first_monday, 3))
                            : extent.first_monday;
    out->periods = is_monthly ? (size_t)months_between(out->first, last) + 1 : extent.weeks;
    out->rows = filling.is_whole ? 1 : list.count;
    out->is_panel = out->rows >= PANEL_TEAMS;
    DP_TRY(fill(appliance, pair, &filling, &extent));
    if (!filling.is_whole && !out->is_panel) {
        join_rows(out);
    }
    return DP_SUCCESS;
}

void gather_cut(struct gathered *gathered, int32_t last)
{
    for (size_t row = 0; row < gathered->rows; row++) {
        for (size_t t = (size_t)(last + 1); t < gathered->periods; t++) {
            gathered->engagement[row * gathered->periods + t] = NUMBER_NONE;
            gathered->outcome[row * gathered->periods + t] = NUMBER_NONE;
        }
    }
    gathered->last = last;
}

struct secret_hash gather_fingerprint(const struct gathered *gathered, int32_t last)
{
    struct secret_sha sha;
    secret_sha_start(&sha);
    for (size_t row = 0; row < gathered->rows && last >= 0; row++) {
        const double *engagement = gathered->engagement + row * gathered->periods;
        const double *outcome = gathered->outcome + row * gathered->periods;
        size_t bytes = ((size_t)last + 1) * sizeof(double);
        secret_sha_add(&sha, bytes_of(engagement, bytes));
        secret_sha_add(&sha, bytes_of(outcome, bytes));
    }
    return secret_sha_end(&sha);
}

uint64_t gather_curves(const struct gathered *gathered, struct link_point *points)
{
    double answers = 0;
    for (size_t t = 0; t < gathered->periods; t++) {
        double sums[4] = { 0, 0, 0, 0 };
        for (size_t row = 0; row < gathered->rows; row++) {
            size_t at = row * gathered->periods + t;
            if (number_is_known(gathered->engagement[at])) {
                sums[0] += gathered->engagement[at] * gathered->answers[at];
                sums[1] += gathered->answers[at];
            }
            if (number_is_known(gathered->outcome[at])) {
                sums[2] += gathered->outcome[at] * gathered->weight[at];
                sums[3] += gathered->weight[at];
            }
        }
        divide(&sums[0], &sums[1], 1);
        divide(&sums[2], &sums[3], 1);
        points[t] = (struct link_point){ gather_start(gathered, t), sums[0], sums[2] };
        answers += sums[1];
    }
    return (uint64_t)answers;
}
