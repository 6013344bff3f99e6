/* SPDX-License-Identifier: MIT */
#include "app/stats/its.h"

#include <math.h>

#include "app/stats/number.h"
#include "app/stats/series.h"

enum { STRONG_PERIODS_MIN = 26, STRONG_SIDE_MIN = 12, GAP_MAX = 4, MISSING_PCT_MAX = 15 };

size_t its_terms(enum its_model model)
{
    switch (model) {
    case ITS_LEVEL:
        return 2;
    case ITS_LEVEL_ON_TREND:
        return 3;
    case ITS_LEVEL_AND_SLOPE:
        break;
    }
    return 4;
}

static void design_fill(double *design, size_t periods, size_t first_treated, size_t terms)
{
    for (size_t t = 0; t < periods; t++) {
        double *row = design + t * terms;
        bool is_after = t >= first_treated;
        double values[GLS_TERMS_MAX] = { 1.0, is_after ? 1.0 : 0.0, (double)t + 1.0,
                                         is_after ? (double)(t - first_treated) : 0.0 };
        for (size_t a = 0; a < terms; a++) {
            row[a] = values[a];
        }
    }
}

/* The first period that counts as after: what is left out lies before it, so that the level change
 * is read where there are values again and not carried back over the time in between. */
static size_t first_after(const struct its_input *input)
{
    size_t first = input->first_treated + input->transition;
    return first < input->periods ? first : input->periods;
}

static size_t horizon_of(const struct its_input *input)
{
    size_t wanted = input->horizon > 0 ? input->horizon : ITS_HORIZON;
    size_t after = input->periods - first_after(input);
    return wanted < after ? wanted : after;
}

void its_design(const struct its_input *input, double *design, double *contrast)
{
    size_t terms = its_terms(input->model);
    design_fill(design, input->periods, first_after(input), terms);
    for (size_t a = 0; a < GLS_TERMS_MAX; a++) {
        contrast[a] = a == 1 ? 1.0 : 0.0;
    }
    if (terms == 4) {
        contrast[3] = ((double)horizon_of(input) - 1.0) / 2.0;
    }
}

size_t its_scratch_bytes(size_t periods)
{
    return gls_scratch_bytes(periods) + scratch_need(periods, sizeof(double)) +
           scratch_need(periods * GLS_TERMS_MAX, sizeof(double));
}

/* Gaps between the first and the last known value. */
static struct series_gaps gaps_inside(const double *y, size_t count)
{
    size_t first = 0;
    while (first < count && !number_is_known(y[first])) {
        first++;
    }
    while (count > first && !number_is_known(y[count - 1])) {
        count--;
    }
    return series_find_gaps(y + first, count - first);
}

/* What is left out on purpose around the change is no gap, so each side is looked at alone. */
static enum refusal judge(const struct its_input *input, const double *y, size_t split,
                          struct its_result *out)
{
    size_t n = out->n_before + out->n_after;
    if (out->n_before < EFFECT_WINDOW_MIN || out->n_after < EFFECT_WINDOW_MIN) {
        return REFUSAL_WINDOW_TOO_SHORT;
    }
    struct series_gaps before = gaps_inside(y, split);
    struct series_gaps after = gaps_inside(y + split, input->periods - split);
    size_t missing = before.missing + after.missing;
    if (before.longest > GAP_MAX || after.longest > GAP_MAX ||
        missing * 100 > (missing + n) * MISSING_PCT_MAX) {
        return REFUSAL_TOO_MANY_MISSING;
    }
    return series_summarise(y, input->periods).is_constant ? REFUSAL_CONSTANT_SERIES
                                                           : REFUSAL_NONE;
}

static size_t count_known(const double *y, size_t from, size_t past)
{
    size_t known = 0;
    for (size_t t = from; t < past; t++) {
        known += number_is_known(y[t]);
    }
    return known;
}

/* The share of dates in the time before at which a step at least as sure as `real_t` "happened". */
static void try_placebos(const struct its_input *input, const double *y, double *design,
                         struct scratch *scratch, struct its_result *out)
{
    size_t terms = its_terms(input->model);
    size_t as_large = 0;
    for (size_t date = EFFECT_WINDOW_MIN; date + EFFECT_WINDOW_MIN <= input->first_treated;
         date++) {
        if (count_known(y, 0, date) < EFFECT_WINDOW_MIN ||
            count_known(y, date, input->first_treated) < EFFECT_WINDOW_MIN) {
            continue;
        }
        design_fill(design, input->first_treated, date, terms);
        struct gls_input placebo = {
            .y = y, .design = design, .n = input->first_treated, .terms = terms
        };
        struct gls_result fit;
        gls_grid(&placebo, scratch, &fit);
        if (!fit.is_refused) {
            out->placebo_dates++;
            as_large += fabs(fit.coef[1].t) >= fabs(out->level.t);
        }
    }
    if (out->placebo_dates >= ITS_PLACEBO_MIN) {
        out->placebo_share = (double)as_large / (double)out->placebo_dates;
        out->is_placebo_failed = out->placebo_share > 0.10;
    }
}

static enum grade cap_of(const struct its_result *out)
{
    if (out->n_before + out->n_after < STRONG_PERIODS_MIN || out->n_before < STRONG_SIDE_MIN ||
        out->n_after < STRONG_SIDE_MIN || out->is_placebo_failed) {
        return GRADE_HINT;
    }
    return number_is_known(out->placebo_share) ? GRADE_STRONG : GRADE_MODERATE;
}

/* The values that count: without the transition and without what set the correction off. */
static void copy_used(const struct its_input *input, double *y)
{
    size_t from = input->first_treated > input->dropped_before
                      ? input->first_treated - input->dropped_before
                      : 0;
    for (size_t t = 0; t < input->periods; t++) {
        bool is_left_out = t >= from && t < input->first_treated + input->transition;
        y[t] = is_left_out || !number_is_known(input->y[t]) ? NUMBER_NONE : input->y[t];
    }
}

static void fit_change(const struct its_input *input, const double *y, double *design,
                       struct scratch *scratch, struct its_result *out)
{
    struct gls_input model = { .y = y,
                               .design = design,
                               .n = input->periods,
                               .terms = its_terms(input->model),
                               .has_contrast = true };
    its_design(input, design, model.contrast);
    gls_grid(&model, scratch, &out->fit);
    if (out->fit.is_refused) {
        out->refusal = REFUSAL_CONSTANT_SERIES;
        return;
    }
    out->level = out->fit.coef[1];
    out->level_mde80 = gls_mde80(out->level.se, out->fit.df);
    out->gap = out->fit.effect;
    out->horizon = horizon_of(input);
    try_placebos(input, y, design, scratch, out);
    struct effect_evidence evidence = { .p = out->level.p,
                                        .mde80 = out->level_mde80,
                                        .sd_before = out->sd_before,
                                        .grade_max = cap_of(out) };
    out->grade = effect_grade(&evidence);
    out->verdict = effect_verdict_of(&evidence);
}

static const struct gls_estimate NO_ESTIMATE = { NUMBER_NONE, NUMBER_NONE, NUMBER_NONE,
                                                 NUMBER_NONE, NUMBER_NONE, NUMBER_NONE };

dp_err its_assess(const struct its_input *input, struct scratch *scratch,
                  struct its_result *result)
{
    *result = (struct its_result){ .level = NO_ESTIMATE,
                                   .level_mde80 = NUMBER_NONE,
                                   .gap = NO_ESTIMATE,
                                   .mean_before = NUMBER_NONE,
                                   .mean_after = NUMBER_NONE,
                                   .sd_before = NUMBER_NONE,
                                   .placebo_share = NUMBER_NONE };
    if (input->periods > ITS_PERIODS_MAX) {
        return err_make(DP_OUT_OF_RANGE);
    }
    size_t mark = scratch->used_bytes;
    double *y = scratch_doubles(scratch, input->periods);
    double *design = scratch_doubles(scratch, input->periods * GLS_TERMS_MAX);
    copy_used(input, y);
    size_t split = first_after(input);
    struct series_summary before = series_summarise(y, split);
    struct series_summary after = series_summarise(y + split, input->periods - split);
    result->n_before = before.count;
    result->n_after = after.count;
    result->mean_before = before.mean;
    result->mean_after = after.mean;
    result->sd_before = before.sd;
    result->refusal = judge(input, y, split, result);
    if (result->refusal == REFUSAL_NONE) {
        fit_change(input, y, design, scratch, result);
    }
    scratch->used_bytes = mark;
    return DP_SUCCESS;
}
