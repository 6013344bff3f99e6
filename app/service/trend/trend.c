/* SPDX-License-Identifier: MIT */
#include "app/service/trend/trend.h"

#include <math.h>
#include <stdio.h>

#include "app/core/mem.h"

enum { OVERVIEW_WEEKS = 26 };

#define BAND_SDS 1.96

static dp_err check_team(const struct released *cells, struct team_id scope, struct team_id team,
                         struct trend *out)
{
    size_t count = 0;
    const struct team *teams = released_teams(cells, &count);
    const struct team *found = people_find_team(teams, count, team);
    if (found == NULL) {
        return err_make(DP_NOT_FOUND);
    }
    if (!people_is_within(teams, count, team, scope)) {
        return err_make(DP_FORBIDDEN);
    }
    out->team = *found;
    return people_path(teams, count, team, out->path);
}

/* The weeks from the first evening on, or the newest `weeks_max` of them. */
static dp_err choose_weeks(const struct released *cells, size_t weeks_max, struct trend *out)
{
    struct date first;
    struct date last;
    dp_err found = released_extent(cells, &first, &last);
    if (err_is(found, DP_NOT_FOUND)) {
        return DP_SUCCESS;
    }
    DP_TRY(found);
    size_t weeks = (size_t)((date_monday(last).days - date_monday(first).days) / 7) + 1;
    size_t limit = weeks_max == 0 || weeks_max > TREND_WEEKS_MAX ? TREND_WEEKS_MAX : weeks_max;
    out->weeks = weeks < limit ? weeks : limit;
    out->first_monday = date_add(date_monday(last), -7 * (int32_t)(out->weeks - 1));
    return DP_SUCCESS;
}

struct line_arrays {
    double *y;
    double *variance;
    double *filtered;
    double *filtered_var;
    double *smoothed;
    double *smoothed_var;
};

static bool take_arrays(struct arena *arena, size_t weeks, struct line_arrays *arrays)
{
    double **each[] = { &arrays->y,        &arrays->variance, &arrays->filtered,
                        &arrays->filtered_var, &arrays->smoothed, &arrays->smoothed_var };
    for (size_t i = 0; i < sizeof each / sizeof each[0]; i++) {
        *each[i] = arena_take(arena, weeks, sizeof(double));
        if (*each[i] == NULL) {
            return false;
        }
    }
    return true;
}

/* The band needs each week's noise; a week whose noise is not known counts as missing for it. */
static dp_err fit_line(struct arena *arena, struct trend *out)
{
    struct line_arrays arrays;
    size_t line_bytes = trend_local_level_scratch_bytes(out->weeks);
    size_t slope_bytes = trend_find_slope_scratch_bytes();
    size_t bytes = line_bytes > slope_bytes ? line_bytes : slope_bytes;
    MEM_AUTO unsigned char *area = mem_new(bytes, 1);
    if (area == NULL || !take_arrays(arena, out->weeks, &arrays)) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < out->weeks; i++) {
        bool is_usable = out->points[i].is_shown && number_is_known(out->points[i].se) &&
                         out->points[i].se > 0.0;
        arrays.y[i] = is_usable ? out->points[i].mean : NUMBER_NONE;
        arrays.variance[i] = is_usable ? out->points[i].se * out->points[i].se : NUMBER_NONE;
    }
    struct trend_line line = { .filtered = arrays.filtered,
                               .filtered_var = arrays.filtered_var,
                               .smoothed = arrays.smoothed,
                               .smoothed_var = arrays.smoothed_var };
    struct scratch scratch = scratch_of(area, bytes);
    trend_local_level(arrays.y, arrays.variance, out->weeks, &scratch, &line);
    scratch = scratch_of(area, bytes);
    trend_find_slope(arrays.y, out->weeks, &scratch, &out->slope);
    out->has_line = !line.is_refused;
    for (size_t i = 0; i < out->weeks; i++) {
        double half = BAND_SDS * sqrt(arrays.smoothed_var[i]);
        arrays.filtered[i] = arrays.smoothed[i] - half;
        arrays.filtered_var[i] = arrays.smoothed[i] + half;
    }
    out->level = arrays.smoothed;
    out->level_lo = arrays.filtered;
    out->level_hi = arrays.filtered_var;
    return DP_SUCCESS;
}

static dp_err trend_in(const struct released *cells, struct team_id scope, struct team_id team,
                       size_t weeks_max, struct arena *arena, struct trend *out)
{
    *out = (struct trend){ .last = -1 };
    DP_TRY(check_team(cells, scope, team, out));
    DP_TRY(choose_weeks(cells, weeks_max, out));
    struct series_point *points = arena_take(arena, out->weeks + 1, sizeof *points);
    if (points == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    out->points = points;
    if (out->weeks == 0) {
        return DP_SUCCESS;
    }
    struct series_wanted wanted = { team, out->first_monday, out->weeks };
    DP_TRY(series_index_of(cells, &wanted, points));
    for (size_t i = 0; i < out->weeks; i++) {
        out->last = points[i].is_shown ? (int32_t)i : out->last;
    }
    return fit_line(arena, out);
}

dp_err trend_of_team(const struct appliance *appliance, struct team_id scope, struct team_id team,
                     size_t weeks_max, struct arena *arena, struct trend *out)
{
    RELEASED_AUTO struct released *cells = NULL;
    DP_TRY(appliance_released(appliance, &cells));
    return trend_in(cells, scope, team, weeks_max, arena, out);
}

/* ---- Overview ------------------------------------------------------------------------------------ */

struct listing {
    const struct released *cells;
    const struct team *teams;
    size_t team_count;
    struct team_id scope;
    struct date monday; /* of the newest week */
    struct trend_row *rows;
    size_t count;
    size_t left_out;
};

static bool has_unit_within(const struct listing *listing, struct team_id team)
{
    size_t count = 0;
    const struct unit *units = released_units(listing->cells, &count);
    for (size_t i = 0; i < count; i++) {
        bool is_open = !units[i].is_closed && units[i].kind != UNIT_POOL;
        if (is_open && released_is_within(listing->cells, &units[i], team)) {
            return true;
        }
    }
    return false;
}

static dp_err fill_row(const struct listing *listing, const struct team *team, size_t depth,
                       struct trend_row *row)
{
    struct series_point points[2];
    *row = (struct trend_row){ .team = team->id,
                               .depth = depth,
                               .has_unit = has_unit_within(listing, team->id) };
    snprintf(row->name, sizeof row->name, "%s", team->name);
    struct series_wanted wanted = { team->id, date_add(listing->monday, -7), 2 };
    DP_TRY(series_index_of(listing->cells, &wanted, points));
    row->before = points[0];
    row->now = points[1];
    return DP_SUCCESS;
}

/* Children of one team, and theirs behind each: the order of an outline. */
static dp_err list_below(struct listing *listing, struct team_id parent, size_t depth)
{
    for (size_t i = 0; i < listing->team_count && depth < TEAM_DEPTH_MAX; i++) {
        const struct team *team = &listing->teams[i];
        if (team->parent.value != parent.value || team->is_gone) {
            continue;
        }
        if (listing->count == TREND_ROWS_MAX) {
            listing->left_out++;
            continue;
        }
        DP_TRY(fill_row(listing, team, depth, &listing->rows[listing->count]));
        listing->count++;
        DP_TRY(list_below(listing, team->id, depth + 1));
    }
    return DP_SUCCESS;
}

dp_err trend_overview_of(const struct appliance *appliance, struct team_id scope,
                         struct arena *arena, struct trend_overview *out)
{
    RELEASED_AUTO struct released *cells = NULL;
    *out = (struct trend_overview){ 0 };
    DP_TRY(appliance_released(appliance, &cells));
    DP_TRY(trend_in(cells, scope, scope, OVERVIEW_WEEKS, arena, &out->top));
    struct listing listing = { .cells = cells, .scope = scope };
    listing.teams = released_teams(cells, &listing.team_count);
    listing.rows = arena_take(arena, TREND_ROWS_MAX, sizeof *listing.rows);
    if (listing.rows == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    out->rows = listing.rows;
    if (out->top.weeks == 0) {
        return DP_SUCCESS;
    }
    int32_t newest = out->top.last >= 0 ? out->top.last : (int32_t)out->top.weeks - 1;
    listing.monday = date_add(out->top.first_monday, 7 * newest);
    DP_TRY(list_below(&listing, scope, 1));
    out->row_count = listing.count;
    out->rows_left_out = listing.left_out;
    return DP_SUCCESS;
}
