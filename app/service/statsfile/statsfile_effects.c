/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <string.h>

#include "app/service/statsfile/statsfile_case.h"
#include "app/service/statsfile/statsfile_scan_json.h"
#include "app/stats/did.h"
#include "app/stats/dist.h"
#include "app/stats/its.h"

/* ---- interrupted time series ---- */

static dp_err its_model(const struct statsfile_case *c, enum its_model *model)
{
    static const struct {
        const char *name;
        enum its_model model;
    } MODELS[] = { { "level_slope", ITS_LEVEL_AND_SLOPE },
                   { "level", ITS_LEVEL },
                   { "level_trend", ITS_LEVEL_ON_TREND } };
    struct str name = STR("level_slope");
    struct json_value param = json_get(c->params, "model");
    if (json_kind_of(param) != JSON_KIND_ABSENT && !err_is_ok(json_read_text(param, &name))) {
        return problem_set(c->problem, 0, 0, "the parameter \"model\" must be a text");
    }
    for (size_t i = 0; i < sizeof(MODELS) / sizeof(MODELS[0]); i++) {
        if (str_equal(name, str_of(MODELS[i].name))) {
            *model = MODELS[i].model;
            return DP_SUCCESS;
        }
    }
    return problem_set(c->problem, 0, 0, "the model must be level_slope, level or level_trend");
}

static void put_terms(struct json_writer *json, size_t terms)
{
    static const char *const NAMES[GLS_TERMS_MAX] = { "const", "level", "time", "slope" };
    json_key(json, "terms");
    json_open_list(json);
    for (size_t i = 0; i < terms; i++) {
        json_text(json, NAMES[i]);
    }
    json_close_list(json);
}

/* One member of each coefficient as a list; `offset` is that of the member in gls_estimate. */
static void put_coefficients(struct json_writer *json, const char *key,
                             const struct gls_result *fit, size_t offset)
{
    json_key(json, key);
    json_open_list(json);
    for (size_t i = 0; i < fit->terms; i++) {
        double value = 0.0;
        memcpy(&value, (const char *)&fit->coef[i] + offset, sizeof(value));
        json_num(json, value);
    }
    json_close_list(json);
}

static void put_ols(struct json_writer *json, const struct gls_result *fit)
{
    json_key(json, "ols");
    json_open_object(json);
    put_coefficients(json, "coef", fit, offsetof(struct gls_estimate, value));
    put_coefficients(json, "se", fit, offsetof(struct gls_estimate, se));
    json_put_num(json, "df", fit->df);
    json_put_num(json, "rss", fit->rss);
    json_close_object(json);
}

static void put_newey_west(struct json_writer *json, const struct gls_input *model,
                           const struct gls_result *ols, size_t lag, struct scratch *scratch)
{
    struct gls_newey_west plain = { .lag = lag };
    struct gls_newey_west adjusted = { .lag = lag, .is_adjusted = true };
    gls_newey_west_se(model, scratch, &plain);
    gls_newey_west_se(model, scratch, &adjusted);
    double p[GLS_TERMS_MAX];
    for (size_t i = 0; i < model->terms; i++) {
        p[i] = dist_t_two_sided(ols->coef[i].value / adjusted.se[i], ols->df);
    }
    json_key(json, "newey_west");
    json_open_object(json);
    json_put_count(json, "lag", lag);
    json_put_nums(json, "se_unadjusted", plain.se, model->terms);
    json_put_nums(json, "se_adjusted", adjusted.se, model->terms);
    json_put_nums(json, "p_adjusted", p, model->terms);
    json_close_object(json);
}

static void put_gls(struct json_writer *json, const struct gls_input *model,
                    const struct gls_result *fit)
{
    json_key(json, "gls_ar1_noise");
    json_open_object(json);
    json_put_num(json, "rho", fit->rho);
    json_put_num(json, "f", fit->noise_share);
    json_put_num(json, "reml", fit->reml);
    json_put_num(json, "sigma2", fit->sigma2);
    json_put_num(json, "df", fit->df);
    put_terms(json, fit->terms);
    put_coefficients(json, "coef", fit, offsetof(struct gls_estimate, value));
    put_coefficients(json, "se", fit, offsetof(struct gls_estimate, se));
    put_coefficients(json, "t", fit, offsetof(struct gls_estimate, t));
    put_coefficients(json, "p", fit, offsetof(struct gls_estimate, p));
    put_coefficients(json, "lo", fit, offsetof(struct gls_estimate, lo));
    put_coefficients(json, "hi", fit, offsetof(struct gls_estimate, hi));
    json_key(json, "effect");
    json_open_object(json);
    json_put_nums(json, "contrast", model->contrast, model->terms);
    json_put_num(json, "est", fit->effect.value);
    json_put_num(json, "se", fit->effect.se);
    json_put_num(json, "df", fit->df);
    json_put_num(json, "p", fit->effect.p);
    json_put_num(json, "lo", fit->effect.lo);
    json_put_num(json, "hi", fit->effect.hi);
    json_put_num(json, "mde80", fit->effect_mde80);
    json_close_object(json);
    json_close_object(json);
}

static void put_its_verdict(struct json_writer *json, const struct its_result *r)
{
    json_key(json, "assessment");
    json_open_object(json);
    json_put_bool(json, "refused", r->refusal != REFUSAL_NONE);
    if (r->refusal != REFUSAL_NONE) {
        json_put_text(json, "reason", refusal_name(r->refusal));
    }
    json_put_text(json, "verdict", effect_verdict_name(r->verdict));
    json_put_text(json, "grade", grade_name(r->grade));
    json_put_num(json, "level_mde80", r->level_mde80);
    json_put_count(json, "placebo_dates", r->placebo_dates);
    json_put_num(json, "placebo_share", r->placebo_share);
    json_close_object(json);
}

/* The data of a case and where the change is. */
static dp_err its_input(const struct statsfile_case *c, struct its_input *input)
{
    struct statsfile_grid grid;
    size_t first = 0;
    DP_TRY(statsfile_case_grid(c, NULL, &grid));
    DP_TRY(statsfile_case_spread(c, &grid, "y", &input->y));
    input->periods = grid.periods;
    DP_TRY(its_model(c, &input->model));
    DP_TRY(statsfile_case_count(c, "first_treated_index", 0, ITS_PERIODS_MAX, &first));
    DP_TRY(statsfile_case_count(c, "horizon", ITS_HORIZON, ITS_PERIODS_MAX, &input->horizon));
    if (first < 2 || first > grid.periods || grid.periods > ITS_PERIODS_MAX) {
        return problem_set(
            c->problem, 0, 0,
            "first_treated_index must be a period behind the first one, from 2 to %zu",
            grid.periods);
    }
    input->first_treated = first - 1;
    return DP_SUCCESS;
}

dp_err statsfile_its(const struct statsfile_case *c)
{
    struct its_input input = { 0 };
    struct scratch scratch;
    double *design = NULL;
    size_t lag = 0;
    DP_TRY(its_input(c, &input));
    DP_TRY(statsfile_case_count(c, "newey_west_lag", gls_newey_west_lag(input.periods),
                                input.periods, &lag));
    DP_TRY(statsfile_case_doubles(c, input.periods * GLS_TERMS_MAX, &design));
    DP_TRY(statsfile_case_scratch(c, its_scratch_bytes(input.periods), &scratch));
    struct gls_input model = { .y = input.y,
                               .design = design,
                               .n = input.periods,
                               .terms = its_terms(input.model),
                               .has_contrast = true };
    struct gls_result ols;
    struct gls_result grid;
    its_design(&input, design, model.contrast);
    gls_ordinary(&model, &scratch, &ols);
    gls_grid(&model, &scratch, &grid);
    if (ols.is_refused || grid.is_refused) {
        return problem_set(c->problem, 0, 0, "the series is too short or constant");
    }
    put_terms(c->json, model.terms);
    put_ols(c->json, &ols);
    put_newey_west(c->json, &model, &ols, lag, &scratch);
    put_gls(c->json, &model, &grid);
    struct its_result assessed;
    DP_TRY(its_assess(&input, &scratch, &assessed));
    put_its_verdict(c->json, &assessed);
    return DP_SUCCESS;
}

/* ---- difference in differences ---- */

static void put_did(struct json_writer *json, const struct did_result *r)
{
    json_put_bool(json, "refused", r->refusal != REFUSAL_NONE);
    if (r->refusal != REFUSAL_NONE) {
        json_put_text(json, "reason", refusal_name(r->refusal));
    }
    json_put_count(json, "teams", r->teams);
    json_put_count(json, "treated", r->treated);
    json_put_num(json, "change_treated", r->change_treated);
    json_put_num(json, "change_control", r->change_control);
    json_put_num(json, "estimate", r->estimate);
    json_put_num(json, "se", r->se);
    json_put_num(json, "df", r->df);
    json_put_num(json, "t", r->t);
    json_put_num(json, "p", r->p_t);
    json_put_num(json, "lo", r->lo);
    json_put_num(json, "hi", r->hi);
    json_put_num(json, "mde80", r->mde80);
    json_key(json, "permutation");
    json_open_object(json);
    json_put_num(json, "assignments", r->assignments);
    json_put_num(json, "p", r->p_permutation);
    json_close_object(json);
    json_put_num(json, "p_decides", r->p);
    json_put_num(json, "drift_p", r->drift_p);
    json_put_text(json, "verdict", effect_verdict_name(r->verdict));
    json_put_text(json, "grade", grade_name(r->grade));
}

dp_err statsfile_did(const struct statsfile_case *c)
{
    struct statsfile_grid grid;
    struct did_input input = { 0 };
    struct scratch scratch;
    struct did_result result;
    struct did_two_way two_way;
    DP_TRY(statsfile_case_grid(c, "team", &grid));
    DP_TRY(statsfile_case_spread(c, &grid, "y", &input.y));
    DP_TRY(statsfile_did_labels(&c->table, &grid, c->arena, &input, c->problem));
    DP_TRY(statsfile_case_scratch(c, did_scratch_bytes(grid.teams, grid.periods), &scratch));
    DP_TRY(did_assess(&input, &scratch, &result));
    put_did(c->json, &result);
    did_two_way_ols(&input, &scratch, &two_way);
    json_key(c->json, "twfe_ols_not_for_display");
    json_open_object(c->json);
    json_put_num(c->json, "estimate", two_way.estimate);
    json_put_num(c->json, "se", two_way.se);
    json_put_num(c->json, "p", two_way.p);
    json_close_object(c->json);
    return DP_SUCCESS;
}
