/* SPDX-License-Identifier: MIT */
#include "app/stats/did.h"

#include <math.h>

#include "app/stats/dist.h"
#include "app/stats/gls.h"
#include "app/stats/number.h"
#include "app/stats/prng.h"
#include "app/stats/series.h"

/* ---- one number a team ---- */

struct team_numbers {
    size_t count;
    size_t treated;
    bool *is_treated;
    double *change;
    double *slope; /* before the change */
    double squares_before;
    double df_before;
};

struct window {
    size_t before_from;
    size_t before_past;
    size_t after_from;
    size_t after_past;
};

static size_t window_or_default(size_t wanted)
{
    return wanted > 0 ? wanted : EFFECT_WINDOW;
}

static struct window window_of(const struct did_input *in)
{
    size_t split = in->first_treated < in->periods ? in->first_treated : in->periods;
    size_t before = window_or_default(in->before);
    size_t after = window_or_default(in->after);
    struct window w;
    w.before_past = split > in->dropped_before ? split - in->dropped_before : 0;
    w.before_from = w.before_past > before ? w.before_past - before : 0;
    w.after_from = split + in->transition < in->periods ? split + in->transition : in->periods;
    w.after_past = in->periods - w.after_from > after ? w.after_from + after : in->periods;
    return w;
}

/* The least squares slope of the known values on time; NUMBER_NONE below 3 of them. */
static double slope_of(const double *y, size_t count)
{
    struct series_summary all = series_summarise(y, count);
    double mean_t = 0.0;
    for (size_t t = 0; t < count; t++) {
        mean_t += number_is_known(y[t]) ? (double)t / (double)all.count : 0.0;
    }
    double tt = 0.0;
    double ty = 0.0;
    for (size_t t = 0; t < count; t++) {
        if (number_is_known(y[t])) {
            tt += ((double)t - mean_t) * ((double)t - mean_t);
            ty += ((double)t - mean_t) * (y[t] - all.mean);
        }
    }
    return all.count >= 3 ? ty / tt : NUMBER_NONE;
}

static bool take_team(const struct did_input *in, const struct window *w, size_t team,
                      struct team_numbers *out)
{
    const double *y = in->y + team * in->periods;
    size_t length = w->before_past - w->before_from;
    struct series_summary before = series_summarise(y + w->before_from, length);
    struct series_summary after = series_summarise(y + w->after_from,
                                                   w->after_past - w->after_from);
    if (before.count < EFFECT_WINDOW_MIN || after.count < EFFECT_WINDOW_MIN) {
        return false;
    }
    out->change[out->count] = after.mean - before.mean;
    out->slope[out->count] = slope_of(y + w->before_from, length);
    out->is_treated[out->count] = in->is_treated[team];
    out->squares_before += before.squares;
    out->df_before += (double)before.count - 1.0;
    out->treated += in->is_treated[team];
    out->count++;
    return true;
}

/* ---- the comparison ---- */

struct two_samples {
    double mean_treated;
    double mean_control;
    double estimate;
    double se;
    double t;
    double p;
};

static struct two_samples compare(const double *values, const struct team_numbers *teams)
{
    struct two_samples s = { 0 };
    double treated = (double)teams->treated;
    double controls = (double)(teams->count - teams->treated);
    for (size_t j = 0; j < teams->count; j++) {
        s.mean_treated += teams->is_treated[j] ? values[j] / treated : 0.0;
        s.mean_control += teams->is_treated[j] ? 0.0 : values[j] / controls;
    }
    double squares = 0.0;
    for (size_t j = 0; j < teams->count; j++) {
        double gap = values[j] - (teams->is_treated[j] ? s.mean_treated : s.mean_control);
        squares += gap * gap;
    }
    double df = (double)teams->count - 2.0;
    s.estimate = s.mean_treated - s.mean_control;
    s.se = sqrt(squares / df * (1.0 / treated + 1.0 / controls));
    s.t = s.estimate / s.se;
    s.p = s.se > 0.0 ? dist_t_two_sided(s.t, df) : NUMBER_NONE;
    return s;
}

/* ---- permuting the labels ---- */

static double choose(size_t n, size_t k)
{
    double ways = 1.0;
    for (size_t i = 1; i <= k; i++) {
        ways = ways * (double)(n - k + i) / (double)i;
    }
    return round(ways);
}

struct labels {
    const double *change;
    size_t count;
    size_t treated;
    double total;
    double reach; /* |estimate|, less a hair for ties */
};

static bool is_as_large(const struct labels *l, double sum)
{
    double controls = (double)(l->count - l->treated);
    return fabs(sum / (double)l->treated - (l->total - sum) / controls) >= l->reach;
}

/* Walks through every choice of `treated` teams in lexical order. */
static double share_of_all(const struct labels *l, uint32_t *chosen)
{
    size_t k = l->treated;
    for (size_t i = 0; i < k; i++) {
        chosen[i] = (uint32_t)i;
    }
    double as_large = 0.0;
    double all = 0.0;
    for (;;) {
        double sum = 0.0;
        for (size_t i = 0; i < k; i++) {
            sum += l->change[chosen[i]];
        }
        as_large += is_as_large(l, sum);
        all += 1.0;
        size_t i = k;
        while (i > 0 && chosen[i - 1] == l->count - k + i - 1) {
            i--;
        }
        if (i == 0) {
            return as_large / all;
        }
        chosen[i - 1]++;
        for (size_t j = i; j < k; j++) {
            chosen[j] = chosen[j - 1] + 1;
        }
    }
}

/* Draws the smaller of both groups by the first steps of a shuffle; the order of the rest does not matter,
 * nor in which order the last draw left it. */
static double share_of_draws(const struct labels *l, uint32_t *order)
{
    struct prng prng = prng_seed(PRNG_SEED);
    size_t controls = l->count - l->treated;
    size_t drawn = l->treated < controls ? l->treated : controls;
    double as_large = 1.0;
    for (size_t i = 0; i < l->count; i++) {
        order[i] = (uint32_t)i;
    }
    for (int draw = 0; draw < DID_DRAWS; draw++) {
        double sum = 0.0;
        for (size_t i = 0; i < drawn; i++) {
            size_t j = i + prng_below(&prng, (uint32_t)(l->count - i));
            uint32_t chosen = order[j];
            order[j] = order[i];
            order[i] = chosen;
            sum += l->change[chosen];
        }
        as_large += is_as_large(l, drawn == l->treated ? sum : l->total - sum);
    }
    return as_large / (DID_DRAWS + 1.0);
}

static void permute_labels(const struct team_numbers *teams, struct scratch *scratch,
                           struct did_result *out)
{
    struct labels l = { .change = teams->change,
                        .count = teams->count,
                        .treated = teams->treated };
    for (size_t j = 0; j < teams->count; j++) {
        l.total += teams->change[j];
    }
    l.reach = fabs(out->estimate) - 1e-9;
    uint32_t *order = scratch_indices(scratch, teams->count);
    out->assignments = choose(teams->count, teams->treated);
    out->is_sampled = !(out->assignments <= DID_ASSIGNMENTS_MAX);
    out->p_permutation = out->is_sampled ? share_of_draws(&l, order) : share_of_all(&l, order);
}

/* ---- the whole ---- */

static enum refusal judge(const struct did_input *in, const struct team_numbers *teams)
{
    size_t treated = 0;
    for (size_t j = 0; j < in->teams; j++) {
        treated += in->is_treated[j];
    }
    if (in->teams < DID_TEAMS_MIN || treated < 1 || in->teams - treated < DID_CONTROLS_MIN) {
        return REFUSAL_NO_CONTROLS;
    }
    bool has_enough = teams->count >= DID_TEAMS_MIN && teams->treated >= 1 &&
                      teams->count - teams->treated >= DID_CONTROLS_MIN;
    return has_enough ? REFUSAL_NONE : REFUSAL_WINDOW_TOO_SHORT;
}

static enum grade cap_of(const struct did_result *out)
{
    bool has_few_ways = out->assignments < DID_ASSIGNMENTS_MIN;
    return has_few_ways || out->is_single_treated || out->is_drifting ? GRADE_MODERATE
                                                                      : GRADE_STRONG;
}

static void assess(const struct team_numbers *teams, struct scratch *scratch,
                   struct did_result *out)
{
    struct two_samples s = compare(teams->change, teams);
    if (!number_is_known(s.p)) {
        out->refusal = REFUSAL_CONSTANT_SERIES;
        return;
    }
    out->df = (double)teams->count - 2.0;
    out->change_treated = s.mean_treated;
    out->change_control = s.mean_control;
    out->estimate = s.estimate;
    out->se = s.se;
    out->t = s.t;
    out->p_t = s.p;
    double half = dist_t_quantile(0.975, out->df) * s.se;
    out->lo = s.estimate - half;
    out->hi = s.estimate + half;
    out->mde80 = gls_mde80(s.se, out->df);
    permute_labels(teams, scratch, out);
    out->p = out->assignments >= DID_ASSIGNMENTS_MIN ? fmax(out->p_t, out->p_permutation)
                                                     : out->p_t;
    out->drift_p = compare(teams->slope, teams).p;
    out->is_drifting = out->drift_p < 0.10;
    out->is_single_treated = teams->treated == 1;
    out->sd_before = sqrt(teams->squares_before / teams->df_before);
    struct effect_evidence evidence = {
        .p = out->p, .mde80 = out->mde80, .sd_before = out->sd_before, .grade_max = cap_of(out)
    };
    out->grade = effect_grade(&evidence);
    out->verdict = effect_verdict_of(&evidence);
}

size_t did_scratch_bytes(size_t teams, size_t periods)
{
    return 4 * scratch_need(teams, sizeof(double)) + scratch_need(periods, sizeof(double)) +
           2 * scratch_need(teams * periods, sizeof(double));
}

dp_err did_assess(const struct did_input *in, struct scratch *scratch, struct did_result *out)
{
    *out = (struct did_result){ .p_t = NUMBER_NONE,
                                .p_permutation = NUMBER_NONE,
                                .p = NUMBER_NONE };
    double *undefined[] = { &out->change_treated,
                            &out->change_control,
                            &out->estimate,
                            &out->se,
                            &out->df,
                            &out->t,
                            &out->lo,
                            &out->hi,
                            &out->mde80,
                            &out->sd_before,
                            &out->drift_p };
    for (size_t i = 0; i < sizeof(undefined) / sizeof(undefined[0]); i++) {
        *undefined[i] = NUMBER_NONE;
    }
    if (in->teams > DID_TEAMS_MAX) {
        return err_make(DP_OUT_OF_RANGE);
    }
    size_t mark = scratch->used_bytes;
    struct team_numbers teams = { .change = scratch_doubles(scratch, in->teams),
                                  .slope = scratch_doubles(scratch, in->teams),
                                  .is_treated = (bool *)scratch_doubles(scratch, in->teams) };
    struct window w = window_of(in);
    for (size_t j = 0; j < in->teams; j++) {
        (void)take_team(in, &w, j, &teams);
    }
    out->teams = teams.count;
    out->treated = teams.treated;
    out->refusal = judge(in, &teams);
    if (out->refusal == REFUSAL_NONE) {
        assess(&teams, scratch, out);
    }
    scratch->used_bytes = mark;
    return DP_SUCCESS;
}

/* ---- the contrast: two-way fixed effects ---- */

/* A row or a column of a matrix: `count` values, `step` apart. Takes its mean out and gives it. */
static double take_mean_out(double *values, size_t count, size_t step)
{
    double sum = 0.0;
    double known = 0.0;
    for (size_t i = 0; i < count; i++) {
        double value = values[i * step];
        sum += number_is_known(value) ? value : 0.0;
        known += number_is_known(value) ? 1.0 : 0.0;
    }
    double mean = known > 0.0 ? sum / known : 0.0;
    for (size_t i = 0; i < count; i++) {
        values[i * step] -= mean;
    }
    return fabs(mean);
}

/* Takes team and period means out until nothing changes (once is enough without gaps). */
static void sweep_two_ways(double *values, size_t teams, size_t periods)
{
    double first = 0.0;
    for (int sweep = 0; sweep < 1000; sweep++) {
        double largest = 0.0;
        for (size_t j = 0; j < teams; j++) {
            largest = fmax(largest, take_mean_out(values + j * periods, periods, 1));
        }
        for (size_t t = 0; t < periods; t++) {
            largest = fmax(largest, take_mean_out(values + t, teams, periods));
        }
        first = sweep == 0 ? largest : first;
        if (largest <= 1e-14 * first) {
            return;
        }
    }
}

static double product_of(const double *a, const double *b, size_t count)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        double product = a[i] * b[i];
        sum += number_is_known(product) ? product : 0.0;
    }
    return sum;
}

void did_two_way_ols(const struct did_input *in, struct scratch *scratch,
                     struct did_two_way *out)
{
    size_t mark = scratch->used_bytes;
    size_t cells = in->teams * in->periods;
    double *y = scratch_doubles(scratch, cells);
    double *d = scratch_doubles(scratch, cells);
    double n = 0.0;
    for (size_t i = 0; i < cells; i++) {
        bool is_known = number_is_known(in->y[i]);
        bool is_on = in->is_treated[i / in->periods] && i % in->periods >= in->first_treated;
        double dose = is_on ? 1.0 : 0.0;
        y[i] = is_known ? in->y[i] : NUMBER_NONE;
        d[i] = is_known ? dose : NUMBER_NONE;
        n += is_known ? 1.0 : 0.0;
    }
    sweep_two_ways(y, in->teams, in->periods);
    sweep_two_ways(d, in->teams, in->periods);
    double dd = product_of(d, d, cells);
    out->estimate = product_of(d, y, cells) / dd;
    for (size_t i = 0; i < cells; i++) {
        y[i] -= out->estimate * d[i];
    }
    double df = n - (double)(in->teams + in->periods - 1) - 1.0;
    out->se = sqrt(product_of(y, y, cells) / df / dd);
    out->p = dist_t_two_sided(out->estimate / out->se, df);
    scratch->used_bytes = mark;
}
