/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "app/service/statsfile/statsfile_case.h"
#include "app/service/statsfile/statsfile_scan_json.h"
#include "app/stats/ewma.h"
#include "app/stats/lagscan.h"
#include "app/stats/number.h"
#include "app/stats/trend.h"

/* ---- lag scans ---- */

static dp_err scan_options(const struct statsfile_case *c, struct lagscan_options *options)
{
    size_t lag_max = 0;
    size_t permutations = 0;
    DP_TRY(statsfile_case_count(c, "K", 0, LAG_MAX, &lag_max));
    DP_TRY(statsfile_case_count(c, "B", LAGSCAN_PERMUTATIONS, LAGSCAN_PERMUTATIONS_MAX,
                                &permutations));
    *options = (struct lagscan_options){ .lag_max = (int)lag_max,
                                         .permutations = (uint32_t)permutations };
    return DP_SUCCESS;
}

static dp_err scan_failed(const struct statsfile_case *c)
{
    return problem_set(c->problem, 0, 0,
                       "there are more periods, teams or permutations, or fewer "
                       "permutations, than a scan takes");
}

dp_err statsfile_lag_scan(const struct statsfile_case *c)
{
    struct statsfile_grid grid;
    struct lagscan_input input;
    struct scratch scratch;
    DP_TRY(statsfile_case_grid(c, NULL, &grid));
    DP_TRY(statsfile_case_spread(c, &grid, "x", &input.x));
    DP_TRY(statsfile_case_spread(c, &grid, "y", &input.y));
    DP_TRY(scan_options(c, &input.options));
    input.periods = grid.periods;
    DP_TRY(statsfile_case_scratch(c, lagscan_scratch_bytes(&input), &scratch));
    struct lagscan_result result;
    if (!err_is_ok(lagscan(&input, &scratch, &result))) {
        return scan_failed(c);
    }
    struct statsfile_scan_context context = { .unit = lag_unit_name(input.options.unit),
                                              .links_examined = 1 };
    statsfile_scan_json(c->json, &result, &context);
    return DP_SUCCESS;
}

dp_err statsfile_panel_scan(const struct statsfile_case *c)
{
    struct statsfile_grid grid;
    struct panelscan_input input;
    struct scratch scratch;
    DP_TRY(statsfile_case_grid(c, "team", &grid));
    DP_TRY(statsfile_case_spread(c, &grid, "x", &input.x));
    DP_TRY(statsfile_case_spread(c, &grid, "y", &input.y));
    DP_TRY(scan_options(c, &input.options));
    input.periods = grid.periods;
    input.teams = grid.teams;
    DP_TRY(statsfile_case_scratch(c, panelscan_scratch_bytes(&input), &scratch));
    struct panelscan_team *teams = arena_take(c->arena, grid.teams, sizeof(*teams));
    DP_TRY(arena_finish(c->arena));
    struct lagscan_result result;
    if (!err_is_ok(panelscan(&input, &scratch, &result, teams))) {
        return scan_failed(c);
    }
    struct statsfile_scan_context context = { .unit = lag_unit_name(input.options.unit),
                                              .links_examined = 1,
                                              .is_panel = true,
                                              .teams = teams,
                                              .team_count = grid.teams };
    statsfile_scan_json(c->json, &result, &context);
    return DP_SUCCESS;
}

/* ---- charts ---- */

static dp_err ewma_chart_room(const struct statsfile_case *c, size_t periods,
                              struct ewma_chart *chart)
{
    DP_TRY(statsfile_case_doubles(c, periods, &chart->ewma));
    DP_TRY(statsfile_case_doubles(c, periods, &chart->limit));
    chart->is_alarm = arena_take(c->arena, periods, sizeof(bool));
    chart->is_shock = arena_take(c->arena, periods, sizeof(bool));
    return arena_finish(c->arena);
}

dp_err statsfile_ewma(const struct statsfile_case *c)
{
    struct statsfile_grid grid;
    const double *x = NULL;
    struct ewma_options options = { 0 };
    struct ewma_chart chart = { 0 };
    DP_TRY(statsfile_case_grid(c, NULL, &grid));
    DP_TRY(statsfile_case_spread(c, &grid, "x", &x));
    DP_TRY(statsfile_case_count(c, "baseline", EWMA_BASELINE_MIN, grid.periods,
                                &options.baseline));
    DP_TRY(statsfile_case_param(c, "lambda", 0.2, &options.lambda));
    DP_TRY(statsfile_case_param(c, "L", 0.0, &options.limit));
    DP_TRY(ewma_chart_room(c, grid.periods, &chart));
    ewma_watch(x, grid.periods, &options, &chart);
    json_put_bool(c->json, "refused", chart.is_refused);
    if (chart.is_refused) {
        json_put_text(c->json, "reason", refusal_name(REFUSAL_TOO_FEW_PERIODS));
        return DP_SUCCESS;
    }
    json_put_num(c->json, "baseline_mean", chart.baseline.mean);
    json_put_num(c->json, "phi_raw", chart.baseline.phi_raw);
    json_put_num(c->json, "phi", chart.baseline.phi);
    json_put_num(c->json, "resid_sd", chart.baseline.resid_sd);
    json_put_count(c->json, "first_index", chart.baseline.first + 1);
    json_put_nums(c->json, "ewma", chart.ewma, chart.count);
    json_put_nums(c->json, "limit", chart.limit, chart.count);
    json_put_bool(c->json, "adrift", chart.is_adrift);
    json_key(c->json, "alarms");
    json_open_list(c->json);
    /* The bare chart, also where a page would show no alerts because the level drifts. */
    for (size_t i = 0; i < chart.count; i++) {
        if (fabs(chart.ewma[i]) > chart.limit[i]) {
            json_int(c->json, (int64_t)(chart.baseline.first + i + 1));
        }
    }
    json_close_list(c->json);
    return DP_SUCCESS;
}

dp_err statsfile_ewma_limits(const struct statsfile_case *c)
{
    static const double LAMBDAS[] = { 0.1, 0.2, 0.3 };
    static const double LENGTHS[] = { 100, 200, 370, 500, 1000, 2000, 5000 };
    enum { ROWS = 21 };
    double lambda[ROWS];
    double length[ROWS];
    double limit[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        lambda[i] = LAMBDAS[i % 3];
        length[i] = LENGTHS[i / 3];
        limit[i] = ewma_limit_for(lambda[i], length[i]);
    }
    json_put_nums(c->json, "lambda", lambda, ROWS);
    json_put_nums(c->json, "arl0", length, ROWS);
    json_put_nums(c->json, "L", limit, ROWS);
    return DP_SUCCESS;
}

dp_err statsfile_local_level(const struct statsfile_case *c)
{
    struct statsfile_grid grid;
    const double *y = NULL;
    const double *v = NULL;
    struct trend_line line = { 0 };
    struct scratch scratch;
    DP_TRY(statsfile_case_grid(c, NULL, &grid));
    DP_TRY(statsfile_case_spread(c, &grid, "y", &y));
    DP_TRY(statsfile_case_spread(c, &grid, "v", &v));
    DP_TRY(statsfile_case_doubles(c, grid.periods, &line.filtered));
    DP_TRY(statsfile_case_doubles(c, grid.periods, &line.filtered_var));
    DP_TRY(statsfile_case_doubles(c, grid.periods, &line.smoothed));
    DP_TRY(statsfile_case_doubles(c, grid.periods, &line.smoothed_var));
    DP_TRY(statsfile_case_scratch(c, trend_local_level_scratch_bytes(grid.periods), &scratch));
    trend_local_level(y, v, grid.periods, &scratch, &line);
    if (line.is_refused) {
        return problem_set(c->problem, 0, 0, "every known y needs a variance v above 0");
    }
    json_put_num(c->json, "q", line.q);
    json_put_num(c->json, "q_multiplier", line.q_multiplier);
    json_put_num(c->json, "loglik", line.loglik);
    json_put_nums(c->json, "filtered", line.filtered, grid.periods);
    json_put_nums(c->json, "filtered_var", line.filtered_var, grid.periods);
    json_put_nums(c->json, "smoothed", line.smoothed, grid.periods);
    json_put_nums(c->json, "smoothed_var", line.smoothed_var, grid.periods);
    return DP_SUCCESS;
}
