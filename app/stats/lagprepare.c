/* SPDX-License-Identifier: MIT */
#include "app/stats/lagprepare.h"

#include <math.h>
#include <string.h>

#include "app/stats/number.h"
#include "app/stats/series.h"

enum { GAP_MAX = 4, MISSING_PCT_MAX = 15 };

/* ---- which teams and which stretch of time ---- */

static bool both_known(const struct lag_data *data, size_t team, size_t t)
{
    size_t place = team * data->periods + t;
    return number_is_known(data->x[place]) && number_is_known(data->y[place]);
}

struct team_span {
    size_t first;
    size_t past;
    size_t complete;
    size_t longest_gap;
};

static struct team_span span_of(const struct lag_data *data, size_t team)
{
    struct team_span span = { .first = data->periods };
    size_t gap = 0;
    for (size_t t = 0; t < data->periods; t++) {
        if (!both_known(data, team, t)) {
            gap++;
            continue;
        }
        if (span.complete == 0) {
            span.first = t;
        } else if (gap > span.longest_gap) {
            span.longest_gap = gap;
        }
        gap = 0;
        span.complete++;
        span.past = t + 1;
    }
    if (span.complete == 0) {
        span.first = 0;
    }
    return span;
}

static enum refusal judge_team(const struct lag_data *data, size_t team,
                               const struct team_span *span)
{
    if (span->complete < LINK_PERIODS_SCAN) {
        return REFUSAL_TOO_FEW_PERIODS;
    }
    size_t length = span->past - span->first;
    if ((length - span->complete) * 100 > length * MISSING_PCT_MAX ||
        span->longest_gap > GAP_MAX) {
        return REFUSAL_TOO_MANY_MISSING;
    }
    const double *x = data->x + team * data->periods + span->first;
    const double *y = data->y + team * data->periods + span->first;
    if (series_summarise(x, length).is_constant || series_summarise(y, length).is_constant) {
        return REFUSAL_CONSTANT_SERIES;
    }
    return REFUSAL_NONE;
}

/* The reason of the whole, when too few teams are left: the team's own if it is the only one. */
static enum refusal judge_whole(const struct lag_data *data, const struct lag_choice *choice,
                                size_t teams_min)
{
    if (choice->used >= teams_min) {
        return REFUSAL_NONE;
    }
    if (data->teams < teams_min) {
        return REFUSAL_NO_CONTROLS;
    }
    size_t counts[REFUSAL_COUNT] = { 0 };
    for (size_t j = 0; j < data->teams; j++) {
        counts[choice->refusals[j]]++;
    }
    enum refusal most = REFUSAL_TOO_FEW_PERIODS;
    for (int i = REFUSAL_TOO_FEW_PERIODS; i < REFUSAL_COUNT; i++) {
        most = counts[i] > counts[most] ? (enum refusal)i : most;
    }
    return most;
}

void lagprepare_choose(const struct lag_data *data, size_t teams_min, struct scratch *scratch,
                       struct lag_choice *choice)
{
    *choice = (struct lag_choice){ 0 };
    choice->team = scratch_indices(scratch, data->teams);
    choice->first = scratch_indices(scratch, data->teams);
    choice->past = scratch_indices(scratch, data->teams);
    uint32_t *refusals = scratch_indices(scratch, data->teams);
    choice->refusals = (enum refusal *)(void *)refusals;
    double *completes = scratch_doubles(scratch, data->teams);
    size_t from = data->periods;
    size_t past = 0;
    size_t most = 0;
    for (size_t j = 0; j < data->teams; j++) {
        struct team_span span = span_of(data, j);
        choice->refusals[j] = judge_team(data, j, &span);
        most = span.complete > most ? span.complete : most;
        if (choice->refusals[j] != REFUSAL_NONE) {
            continue;
        }
        completes[choice->used] = (double)span.complete;
        choice->team[choice->used] = (uint32_t)j;
        choice->first[choice->used] = (uint32_t)span.first;
        choice->past[choice->used] = (uint32_t)span.past;
        choice->used++;
        from = span.first < from ? span.first : from;
        past = span.past > past ? span.past : past;
    }
    choice->refusal = judge_whole(data, choice, teams_min);
    choice->complete = most;
    if (choice->refusal != REFUSAL_NONE) {
        choice->span = data->periods;
        return;
    }
    for (size_t i = 0; i < choice->used; i++) {
        choice->first[i] -= (uint32_t)from;
        choice->past[i] -= (uint32_t)from;
    }
    choice->from = from;
    choice->span = past - from;
    series_sort(completes, choice->used);
    choice->complete = (size_t)completes[(choice->used - 1) / 2];
}

/* ---- from raw values to surprises ---- */

void lagprepare_room(const struct lag_choice *choice, struct scratch *scratch,
                     struct lag_surprises *out)
{
    *out = (struct lag_surprises){ .stride = choice->span };
    out->ex = scratch_doubles(scratch, choice->used * choice->span);
    out->ey = scratch_doubles(scratch, choice->used * choice->span);
    size_t fits = choice->used * sizeof(struct ar_fit) / sizeof(double) + 1;
    out->fit_x = (struct ar_fit *)(void *)scratch_doubles(scratch, fits);
    out->fit_y = (struct ar_fit *)(void *)scratch_doubles(scratch, fits);
}

size_t lagprepare_scratch_bytes(size_t teams, size_t periods)
{
    size_t choice = 4 * scratch_need(teams, sizeof(uint32_t)) +
                    scratch_need(teams, sizeof(double));
    size_t fits = 2 * scratch_need(teams * sizeof(struct ar_fit) + sizeof(double), 1);
    size_t series = 3 * scratch_need(teams * periods, sizeof(double));
    return choice + fits + series + scratch_need(periods, sizeof(double)) + 256;
}

static void copy_in(const struct lag_data *data, const struct lag_choice *choice, size_t blank,
                    const double *source, double *out)
{
    for (size_t i = 0; i < choice->used; i++) {
        const double *from = source + choice->team[i] * data->periods + choice->from;
        double *to = out + i * choice->span;
        for (size_t t = 0; t < choice->span; t++) {
            bool is_inside = t >= choice->first[i] && t < choice->past[i] && t != blank;
            to[t] = is_inside && number_is_known(from[t]) ? from[t] : NUMBER_NONE;
        }
    }
}

static bool detrend_all(const struct lag_data *data, const struct lag_choice *choice,
                        double *values)
{
    for (size_t i = 0; i < choice->used; i++) {
        if (!series_detrend(values + i * choice->span, choice->span, data->season_period)) {
            return false;
        }
    }
    return true;
}

/* What all teams did in a period is taken from each of them; a team alone in a period has nothing
 * of its own there. */
static void subtract_common(const struct lag_choice *choice, double *values)
{
    for (size_t t = 0; t < choice->span; t++) {
        double sum = 0.0;
        size_t known = 0;
        for (size_t i = 0; i < choice->used; i++) {
            double value = values[i * choice->span + t];
            if (number_is_known(value)) {
                sum += value;
                known++;
            }
        }
        double common = known >= 2 ? sum / (double)known : NUMBER_NONE;
        for (size_t i = 0; i < choice->used; i++) {
            values[i * choice->span + t] -= common;
        }
    }
}

/* A remainder this small beside what it came from is rounding: the series is its own trend, or its
 * past foretells it exactly. */
static bool is_used_up(double squares_left, double squares_before)
{
    return !(squares_left > 1e-18 * squares_before);
}

static bool filter_all(const struct lag_choice *choice, double *values, double *room,
                       struct ar_fit *fits)
{
    for (size_t i = 0; i < choice->used; i++) {
        double *own = values + i * choice->span + choice->first[i];
        size_t length = choice->past[i] - choice->first[i];
        double before = series_summarise(own, length).squares;
        fits[i] = ar_select(own, length);
        ar_filter(own, length, &fits[i], room);
        memcpy(own, room, length * sizeof(double));
        if (is_used_up(series_summarise(own, length).squares, before)) {
            return false;
        }
    }
    return true;
}

static bool surprises_of(const struct lag_data *data, const struct lag_choice *choice,
                         struct scratch *scratch, double *values, struct ar_fit *fits)
{
    double before = 0.0;
    for (size_t i = 0; i < choice->used; i++) {
        before += series_summarise(values + i * choice->span, choice->span).squares;
    }
    if (!detrend_all(data, choice, values)) {
        return false;
    }
    if (data->is_time_demeaned) {
        subtract_common(choice, values);
        if (!detrend_all(data, choice, values)) {
            return false;
        }
    }
    for (size_t i = 0; i < choice->used; i++) {
        double squares = series_summarise(values + i * choice->span, choice->span).squares;
        if (is_used_up(squares, before / (double)choice->used)) {
            return false;
        }
    }
    size_t mark = scratch->used_bytes;
    double *room = scratch_doubles(scratch, choice->span);
    bool is_left = filter_all(choice, values, room, fits);
    scratch->used_bytes = mark;
    return is_left;
}

bool lagprepare_filter(const struct lag_data *data, const struct lag_choice *choice,
                       size_t blank, struct scratch *scratch, struct lag_surprises *out)
{
    copy_in(data, choice, blank, data->x, out->ex);
    copy_in(data, choice, blank, data->y, out->ey);
    if (!surprises_of(data, choice, scratch, out->ex, out->fit_x) ||
        !surprises_of(data, choice, scratch, out->ey, out->fit_y)) {
        return false;
    }
    /* The filters' run-in is cut off for all alike. */
    size_t start = 0;
    for (size_t i = 0; i < choice->used; i++) {
        start = out->fit_x[i].order > start ? out->fit_x[i].order : start;
        start = out->fit_y[i].order > start ? out->fit_y[i].order : start;
    }
    out->m = choice->span - start;
    for (size_t i = 0; i < choice->used; i++) {
        memmove(out->ex + i * out->stride, out->ex + i * out->stride + start,
                out->m * sizeof(double));
        memmove(out->ey + i * out->stride, out->ey + i * out->stride + start,
                out->m * sizeof(double));
    }
    return true;
}
