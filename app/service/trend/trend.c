/* SPDX-License-Identifier: MIT */
#include "app/service/trend/trend.h"

#include <math.h>

#include "app/core/mem.h"

#define BAND_SDS     1.96
#define SCALE_LENGTH 4.0 /* from 1 to 5 */

static dp_err check_team(const struct released *cells, struct team_id scope,
                         struct team_id team, struct trend *out)
{
    size_t count = 0;
    const struct team *teams = released_teams(cells, &count);
    const struct team *found = NULL;
    DP_TRY(people_find_within(teams, count, team, scope, &found));
    out->team = *found;
    return people_path(teams, count, team, out->path);
}

/* The weeks from the first evening on, or the newest TREND_WEEKS_MAX of them. */
static dp_err choose_weeks(const struct released *cells, struct date today, struct trend *out)
{
    struct date first;
    struct date last;
    dp_err found = released_extent(cells, &first, &last);
    if (err_is(found, DP_NOT_FOUND)) {
        return DP_SUCCESS;
    }
    DP_TRY(found);
    struct date monday = date_monday(last);
    size_t weeks = (size_t)((monday.days - date_monday(first).days) / 7) + 1;
    out->weeks = weeks < TREND_WEEKS_MAX ? weeks : TREND_WEEKS_MAX;
    out->first_monday = date_add(monday, -7 * (int32_t)(out->weeks - 1));
    bool is_complete = false;
    DP_TRY(released_is_week_complete(cells, monday, &is_complete));
    out->is_running = !is_complete && date_is_before(today, date_add(monday, 7));
    return DP_SUCCESS;
}

/* ---- Line -------------------------------------------------------------------------------- */

struct line_arrays {
    double *y; /* what has a known noise */
    double *variance;
    double *filtered;
    double *filtered_var;
    double *smoothed;
    double *smoothed_var;
};

static bool take_arrays(struct arena *arena, size_t weeks, struct line_arrays *arrays)
{
    double **each[] = { &arrays->y,        &arrays->variance,
                        &arrays->filtered, &arrays->filtered_var,
                        &arrays->smoothed, &arrays->smoothed_var };
    for (size_t i = 0; i < sizeof each / sizeof each[0]; i++) {
        *each[i] = arena_take(arena, weeks + 1, sizeof(double));
        if (*each[i] == NULL) {
            return false;
        }
    }
    return true;
}

/* A line needs each week's noise; a week whose noise is not known counts as missing for it. */
static void fill_line_input(const struct trend *trend, size_t weeks_over,
                            const struct line_arrays *arrays)
{
    for (size_t i = 0; i < weeks_over; i++) {
        const struct series_point *point = &trend->points[i];
        bool is_usable = point->is_shown && number_is_known(point->se) && point->se > 0.0;
        arrays->y[i] = is_usable ? point->mean : NUMBER_NONE;
        arrays->variance[i] = is_usable ? point->se * point->se : NUMBER_NONE;
    }
}

/* Between the first and the last week with a figure; before and behind there is no line. */
static void give_band(struct trend *out, const struct line_arrays *arrays, size_t weeks_over)
{
    size_t from = 0;
    size_t to = weeks_over;
    while (from < to && !number_is_known(arrays->y[from])) {
        from++;
    }
    while (to > from && !number_is_known(arrays->y[to - 1])) {
        to--;
    }
    for (size_t i = 0; i < out->weeks; i++) {
        bool is_inside = out->has_line && i >= from && i < to;
        double half = is_inside ? BAND_SDS * sqrt(arrays->smoothed_var[i]) : NUMBER_NONE;
        arrays->smoothed[i] = is_inside ? arrays->smoothed[i] : NUMBER_NONE;
        arrays->filtered[i] = arrays->smoothed[i] - half;
        arrays->filtered_var[i] = arrays->smoothed[i] + half;
    }
    out->level = arrays->smoothed;
    out->level_lo = arrays->filtered;
    out->level_hi = arrays->filtered_var;
}

/* No index can rise or fall further than the scale is long. */
static void cut_to_scale(struct gls_estimate *per_quarter)
{
    per_quarter->lo = fmax(per_quarter->lo, -SCALE_LENGTH);
    per_quarter->hi = fmin(per_quarter->hi, SCALE_LENGTH);
}

static dp_err fit(struct arena *arena, struct trend *out)
{
    struct line_arrays arrays;
    size_t weeks_over = out->weeks - (out->is_running ? 1 : 0);
    size_t line_bytes = trend_local_level_scratch_bytes(weeks_over);
    size_t slope_bytes = trend_find_slope_scratch_bytes();
    size_t bytes = line_bytes > slope_bytes ? line_bytes : slope_bytes;
    MEM_AUTO unsigned char *area = mem_new(bytes, 1);
    if (area == NULL || !take_arrays(arena, out->weeks, &arrays)) {
        return err_make(DP_NO_MEMORY);
    }
    fill_line_input(out, weeks_over, &arrays);
    struct trend_line line = { .filtered = arrays.filtered,
                               .filtered_var = arrays.filtered_var,
                               .smoothed = arrays.smoothed,
                               .smoothed_var = arrays.smoothed_var };
    struct scratch scratch = scratch_of(area, bytes);
    trend_local_level(arrays.y, arrays.variance, weeks_over, &scratch, &line);
    out->has_line = !line.is_refused;
    give_band(out, &arrays, weeks_over);
    for (size_t i = 0; i < weeks_over; i++) {
        arrays.y[i] = out->points[i].mean; /* NUMBER_NONE where hidden */
    }
    scratch = scratch_of(area, bytes);
    trend_find_slope(arrays.y, weeks_over, &scratch, &out->slope);
    cut_to_scale(&out->slope.per_quarter);
    return DP_SUCCESS;
}

/* ---- All of it --------------------------------------------------------------------------- */

static void find_last(struct trend *out)
{
    size_t weeks_over = out->weeks - (out->is_running ? 1 : 0);
    out->last = -1;
    for (size_t i = 0; i < weeks_over; i++) {
        out->last = out->points[i].is_shown ? (int32_t)i : out->last;
    }
    if (out->last < 0 && out->is_running && out->points[weeks_over].is_shown) {
        out->last = (int32_t)weeks_over;
    }
}

/* Leaves the newest weeks; the line through them stays what it was. */
static void keep_newest(struct trend *out, size_t weeks_max)
{
    if (weeks_max == 0 || out->weeks <= weeks_max) {
        return;
    }
    size_t older = out->weeks - weeks_max;
    out->first_monday = date_add(out->first_monday, 7 * (int32_t)older);
    out->weeks = weeks_max;
    out->points += older;
    out->level += older;
    out->level_lo += older;
    out->level_hi += older;
}

dp_err trend_in(const struct released *cells, const struct trend_wanted *wanted,
                struct arena *arena, struct trend *out)
{
    *out = (struct trend){ .last = -1 };
    DP_TRY(check_team(cells, wanted->scope, wanted->team, out));
    DP_TRY(choose_weeks(cells, wanted->today, out));
    struct series_point *points = arena_take(arena, out->weeks + 1, sizeof *points);
    if (points == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    out->points = points;
    if (out->weeks == 0) {
        return DP_SUCCESS;
    }
    struct series_wanted series = { wanted->team, out->first_monday, out->weeks };
    DP_TRY(series_index_of(cells, &series, points));
    DP_TRY(fit(arena, out));
    keep_newest(out, wanted->weeks_max);
    find_last(out);
    return DP_SUCCESS;
}

dp_err trend_of_team(const struct appliance *appliance, struct team_id scope,
                     struct team_id team, size_t weeks_max, struct arena *arena,
                     struct trend *out)
{
    RELEASED_AUTO struct released *cells = NULL;
    struct trend_wanted wanted = { scope, team, weeks_max, appliance_today(appliance) };
    DP_TRY(appliance_released(appliance, &cells));
    return trend_in(cells, &wanted, arena, out);
}

size_t trend_weeks_missing(const struct trend_slope *slope)
{
    if (slope->direction != TREND_UNKNOWN) {
        return 0;
    }
    return slope->n < TREND_PERIODS_MIN ? TREND_PERIODS_MIN - slope->n : 0;
}
