/* SPDX-License-Identifier: MIT */
#include "app/stats/lagscan.h"

#include <math.h>

#include "app/stats/corr.h"
#include "app/stats/dist.h"
#include "app/stats/effective.h"
#include "app/stats/lagfamily.h"
#include "app/stats/lagleave.h"
#include "app/stats/lagpermute.h"
#include "app/stats/lagprepare.h"
#include "app/stats/number.h"
#include "app/stats/prng.h"
#include "app/stats/series.h"

/* Everything that one scan needs, a pair being a panel of one team. */
struct scan {
    struct lag_data data;
    const struct lagscan_options *options;
    struct lag_choice choice;
    struct lag_surprises surprises;
    struct lag_family family;
    double z[LAG_COUNT_MAX];
    double p[LAG_COUNT_MAX];
    struct lagscan_result *result;
};

const char *lag_unit_name(enum lag_unit unit)
{
    switch (unit) {
    case LAG_UNIT_WEEK:
        return "week";
    case LAG_UNIT_FORTNIGHT:
        return "fortnight";
    case LAG_UNIT_MONTH:
        return "month";
    }
    return "";
}

struct unit_rule {
    int lag_max;
    double periods_per_year;
    size_t two_years;
};

static struct unit_rule unit_rule(enum lag_unit unit)
{
    switch (unit) {
    case LAG_UNIT_FORTNIGHT:
        return (struct unit_rule){ 4, 365.25 / 14.0, 52 };
    case LAG_UNIT_MONTH:
        return (struct unit_rule){ 3, 12.0, 24 };
    case LAG_UNIT_WEEK:
        break;
    }
    return (struct unit_rule){ 8, 365.25 / 7.0, 104 };
}

/* ---- sizes and options ---- */

static uint32_t permutations_of(const struct lagscan_options *options)
{
    return options->permutations == 0 ? LAGSCAN_PERMUTATIONS : options->permutations;
}

static size_t scan_scratch_bytes(size_t teams, size_t periods,
                                 const struct lagscan_options *options)
{
    size_t detail = corr_spearman_scratch_bytes(periods) + effective_n_scratch_bytes(periods) +
                    2 * scratch_need(periods, sizeof(double));
    size_t draws = scratch_need(permutations_of(options), sizeof(double));
    return 2 * lagprepare_scratch_bytes(teams, periods) +
           lagpermute_scratch_bytes(teams, periods) + lagleave_scratch_bytes(periods) + draws +
           detail;
}

size_t lagscan_scratch_bytes(const struct lagscan_input *input)
{
    return scan_scratch_bytes(1, input->periods, &input->options);
}

size_t panelscan_scratch_bytes(const struct panelscan_input *input)
{
    return scan_scratch_bytes(input->teams, input->periods, &input->options);
}

static bool options_are_sound(const struct lagscan_options *options, size_t periods)
{
    return periods <= LAGSCAN_PERIODS_MAX && options->lag_max >= 0 &&
           options->lag_max <= LAG_MAX && options->primary_lag >= -LAG_MAX &&
           options->primary_lag <= LAG_MAX && permutations_of(options) >= 19 &&
           permutations_of(options) <= LAGSCAN_PERMUTATIONS_MAX;
}

static int lag_max_of(const struct lagscan_options *options, size_t span)
{
    int wanted = options->lag_max > 0 ? options->lag_max : unit_rule(options->unit).lag_max;
    int allowed = (int)(span / 6);
    int lag_max = wanted < allowed ? wanted : allowed;
    return lag_max < 1 ? 1 : lag_max;
}

/* ---- the result before anything is known ---- */

static void result_clear(struct lagscan_result *r)
{
    *r = (struct lagscan_result){ 0 };
    double *undefined[] = { &r->best_r,
                            &r->stat,
                            &r->p_perm,
                            &r->p_sidak,
                            &r->crit95,
                            &r->ci_lo,
                            &r->ci_hi,
                            &r->mde_rho,
                            &r->raw_pearson,
                            &r->raw_spearman,
                            &r->n_eff_pyper_peterman,
                            &r->n_eff_bretherton,
                            &r->heterogeneity_q,
                            &r->heterogeneity_p,
                            &r->heterogeneity_i2_pct };
    for (size_t i = 0; i < sizeof(undefined) / sizeof(undefined[0]); i++) {
        *undefined[i] = NUMBER_NONE;
    }
}

static void set_family(struct scan *scan)
{
    struct lagscan_result *r = scan->result;
    r->lag_max = lag_max_of(scan->options, scan->choice.span);
    r->is_primary = scan->options->has_primary_lag;
    scan->family.lag_lo = r->is_primary ? scan->options->primary_lag : -r->lag_max;
    scan->family.count = r->is_primary ? 1 : (size_t)(2 * r->lag_max + 1);
    scan->family.z = scan->z;
    scan->family.p = scan->p;
    scan->family.weight = r->weight;
    scan->family.pairs = r->pairs;
    r->lag_count = scan->family.count;
    for (size_t i = 0; i < r->lag_count; i++) {
        r->lags[i] = scan->family.lag_lo + (int)i;
        r->r[i] = NUMBER_NONE;
    }
}

static void set_season(struct scan *scan)
{
    struct unit_rule rule = unit_rule(scan->options->unit);
    bool has_two_years = scan->choice.span >= rule.two_years;
    scan->result->is_season_open = !has_two_years;
    scan->result->is_season_removed = has_two_years && scan->options->may_remove_season;
    scan->data.season_period = scan->result->is_season_removed ? rule.periods_per_year : 0.0;
}

/* ---- what the permutations say ---- */

/* |r| from here on means two copies of one series. */
static const double SAME_SERIES = 1.0 - 1e-12;

static void set_lag_range(struct scan *scan, size_t best)
{
    struct lagscan_result *r = scan->result;
    const double *z = scan->z;
    double sign = z[best] < 0.0 ? -1.0 : 1.0;
    double reach = 1.645 * sqrt(2.0 / r->weight[best]);
    size_t lo = best;
    size_t hi = best;
    while (lo > 0 && fabs(z[best]) - sign * z[lo - 1] <= reach) {
        lo--;
    }
    while (hi + 1 < r->lag_count && fabs(z[best]) - sign * z[hi + 1] <= reach) {
        hi++;
    }
    r->lag_lo = r->lags[lo];
    r->lag_hi = r->lags[hi];
    r->is_lag_lo_open = !r->is_primary && lo == 0;
    r->is_lag_hi_open = !r->is_primary && hi + 1 == r->lag_count;
}

/* A draw this large is as large as the statistic: less a hair for ties, and where r is 1 less the
 * rounding that atanh blows up. */
static double reached_from(const struct lagscan_result *r, size_t best)
{
    double most = atanh(SAME_SERIES) * sqrt(r->weight[best]) * (1.0 - 1e-6);
    return fmin(most, r->stat - 1e-12 * fmax(1.0, r->stat));
}

static void set_inference(struct scan *scan, size_t best, double *draws)
{
    struct lagscan_result *r = scan->result;
    size_t reached = 0;
    double bar = reached_from(r, best);
    for (uint32_t b = 0; b < r->permutations; b++) {
        reached += draws[b] >= bar;
    }
    double all = (double)r->permutations + 1.0;
    r->p_perm = (1.0 + (double)reached) / all;
    series_sort(draws, r->permutations);
    size_t place = (size_t)ceil(0.95 * all - 1e-9);
    r->crit95 = draws[(place > r->permutations ? r->permutations : place) - 1];
    double error = 1.0 / sqrt(r->weight[best]);
    if (!r->is_same_series) {
        r->ci_lo = tanh(scan->z[best] - r->crit95 * error);
        r->ci_hi = tanh(scan->z[best] + r->crit95 * error);
    }
    double most_weight = 0.0;
    for (size_t i = 0; i < r->lag_count; i++) {
        most_weight = fmax(most_weight, r->weight[i]);
    }
    r->mde_rho = tanh((r->crit95 + 0.8416) / sqrt(most_weight));
    set_lag_range(scan, best);
}

static void set_verdict(struct scan *scan, struct scratch *scratch)
{
    struct lagscan_result *r = scan->result;
    struct link_evidence evidence = { .refusal = r->refusal,
                                      .periods = r->n_complete,
                                      .teams = r->teams > 0 ? r->teams : 1,
                                      .lags_tested = r->lag_count,
                                      .p = r->p_perm,
                                      .r = r->best_r,
                                      .ci_lo = r->ci_lo,
                                      .ci_hi = r->ci_hi,
                                      .mde_rho = r->mde_rho,
                                      .lag_lo = r->lag_lo,
                                      .lag_hi = r->lag_hi,
                                      .is_same_series = r->is_same_series,
                                      .has_shared_shocks = r->teams > 1 && !r->is_time_demeaned,
                                      .is_lower_better = scan->options->is_lower_better };
    struct link_verdict verdict = verdict_of_link(&evidence);
    if (verdict.grade >= GRADE_MODERATE) {
        r->rests_on_one_period = lagleave_rests_on_one(
            &scan->data, &scan->choice, &scan->surprises, &scan->family, scratch);
        evidence.rests_on_one_period = r->rests_on_one_period;
        verdict = verdict_of_link(&evidence);
    }
    r->verdict = verdict.verdict;
    r->grade = verdict.grade;
    r->is_against = verdict.is_against;
    r->needs_more = verdict.needs_more;
    r->is_larger_than_usual = r->grade >= GRADE_MODERATE && r->teams == 1 &&
                              fabs(r->best_r) >= 0.5;
}

/* ---- the whole way ---- */

static void refuse(struct scan *scan, enum refusal refusal, struct scratch *scratch)
{
    scan->result->refusal = refusal;
    set_verdict(scan, scratch);
}

/* Gives the place of the best lag, or lag_count after a refusal. */
static size_t scan_run(struct scan *scan, size_t teams_min, struct scratch *scratch)
{
    struct lagscan_result *r = scan->result;
    r->permutations = permutations_of(scan->options);
    r->seed = scan->options->seed == 0 ? PRNG_SEED : scan->options->seed;
    lagprepare_choose(&scan->data, teams_min, scratch, &scan->choice);
    r->n = scan->choice.span;
    r->n_complete = scan->choice.complete;
    r->teams = scan->choice.used;
    r->teams_left_out = scan->data.teams - scan->choice.used;
    set_family(scan);
    if (scan->choice.refusal != REFUSAL_NONE) {
        refuse(scan, scan->choice.refusal, scratch);
        return r->lag_count;
    }
    set_season(scan);
    scan->data.is_time_demeaned = r->teams >= 4;
    r->is_time_demeaned = scan->data.is_time_demeaned;
    lagprepare_room(&scan->choice, scratch, &scan->surprises);
    if (!lagprepare_filter(&scan->data, &scan->choice, LAG_BLANK_NONE, scratch,
                           &scan->surprises)) {
        refuse(scan, REFUSAL_CONSTANT_SERIES, scratch);
        return r->lag_count;
    }
    r->m = scan->surprises.m;
    lagfamily_observe(&scan->surprises, r->teams, &scan->family);
    size_t best = lagfamily_best(&scan->family);
    if (best == r->lag_count) {
        refuse(scan, REFUSAL_TOO_FEW_PERIODS, scratch);
        return best;
    }
    for (size_t i = 0; i < r->lag_count; i++) {
        r->r[i] = tanh(scan->z[i]);
    }
    r->best_lag = r->lags[best];
    r->best_r = r->r[best];
    r->stat = fabs(scan->z[best]) * sqrt(r->weight[best]);
    r->p_sidak = lagfamily_sidak(&scan->family);
    r->is_same_series = fabs(r->best_r) >= SAME_SERIES;
    struct lag_draws draws = { .permutations = r->permutations, .seed = r->seed };
    draws.stats = scratch_doubles(scratch, r->permutations);
    lagpermute_draw(&scan->surprises, r->teams, &scan->family, scratch, &draws);
    set_inference(scan, best, draws.stats);
    set_verdict(scan, scratch);
    return best;
}

/* ---- one pair ---- */

/* Raw figures at the best lag, for the detail view only. */
static void set_pair_detail(const struct scan *scan, struct scratch *scratch)
{
    struct lagscan_result *r = scan->result;
    size_t shift = (size_t)(r->best_lag < 0 ? -r->best_lag : r->best_lag);
    const double *x = scan->data.x + scan->choice.from + (r->best_lag < 0 ? shift : 0);
    const double *y = scan->data.y + scan->choice.from + (r->best_lag > 0 ? shift : 0);
    size_t count = scan->choice.span - shift;
    r->raw_pearson = corr_pearson(x, y, count).r;
    r->raw_spearman = corr_spearman(x, y, count, scratch).r;
    r->is_shaped_by_few = fabs(r->raw_pearson - r->raw_spearman) > 0.25;
    x = scan->data.x + scan->choice.from;
    y = scan->data.y + scan->choice.from;
    r->n_eff_pyper_peterman = effective_n_pyper_peterman(x, y, scan->choice.span, scratch);
    r->n_eff_bretherton = effective_n_bretherton(x, y, scan->choice.span);
}

dp_err lagscan(const struct lagscan_input *input, struct scratch *scratch,
               struct lagscan_result *result)
{
    result_clear(result);
    if (!options_are_sound(&input->options, input->periods)) {
        return err_make(DP_OUT_OF_RANGE);
    }
    size_t mark = scratch->used_bytes;
    struct scan scan = {
        .data = { .x = input->x, .y = input->y, .teams = 1, .periods = input->periods },
        .options = &input->options,
        .result = result
    };
    size_t best = scan_run(&scan, 1, scratch);
    if (best < result->lag_count) {
        result->ar_x = scan.surprises.fit_x[0];
        result->ar_y = scan.surprises.fit_y[0];
        set_pair_detail(&scan, scratch);
    }
    scratch->used_bytes = mark;
    return DP_SUCCESS;
}

/* ---- several teams ---- */

static void set_teams(const struct scan *scan, struct panelscan_team *teams)
{
    DP_CHECK(scan->choice.refusals != NULL);
    for (size_t j = 0; j < scan->data.teams; j++) {
        teams[j] = (struct panelscan_team){ .refusal = scan->choice.refusals[j],
                                            .r = NUMBER_NONE,
                                            .ci_lo = NUMBER_NONE,
                                            .ci_hi = NUMBER_NONE };
    }
    if (scan->result->refusal != REFUSAL_NONE) {
        return;
    }
    for (size_t i = 0; i < scan->choice.used; i++) {
        struct panelscan_team *team = &teams[scan->choice.team[i]];
        const struct lag_surprises *s = &scan->surprises;
        team->order_x = s->fit_x[i].order;
        team->order_y = s->fit_y[i].order;
        team->r = corr_at_lag(s->ex + i * s->stride, s->ey + i * s->stride, s->m,
                              scan->result->best_lag, &team->pairs);
        if (team->pairs < LAG_PAIRS_MIN) {
            team->r = NUMBER_NONE;
        }
        if (number_is_known(team->r) && fabs(team->r) < SAME_SERIES) {
            double reach = scan->result->crit95 / sqrt((double)team->pairs - 3.0);
            team->ci_lo = tanh(atanh(team->r) - reach);
            team->ci_hi = tanh(atanh(team->r) + reach);
        }
    }
}

/* Cochran's Q around the pooled z at the best lag, and the share of it beyond chance. */
static void set_heterogeneity(const struct scan *scan, double z)
{
    struct lagscan_result *r = scan->result;
    const struct lag_surprises *s = &scan->surprises;
    double q = 0.0;
    size_t used = 0;
    for (size_t i = 0; i < scan->choice.used; i++) {
        size_t pairs = 0;
        double own = corr_at_lag(s->ex + i * s->stride, s->ey + i * s->stride, s->m,
                                 r->best_lag, &pairs);
        if (!number_is_known(atanh(own)) || pairs < LAG_PAIRS_MIN) {
            continue;
        }
        q += ((double)pairs - 3.0) * (atanh(own) - z) * (atanh(own) - z);
        used++;
    }
    if (used < 2) {
        return;
    }
    double df = (double)used - 1.0;
    r->heterogeneity_q = q;
    r->heterogeneity_p = dist_chi2_upper(q, df);
    r->heterogeneity_i2_pct = q > df ? 100.0 * (q - df) / q : 0.0;
    r->do_teams_differ = r->heterogeneity_i2_pct > 50.0 && r->heterogeneity_p < 0.1;
}

dp_err panelscan(const struct panelscan_input *input, struct scratch *scratch,
                 struct lagscan_result *result, struct panelscan_team *teams)
{
    result_clear(result);
    if (!options_are_sound(&input->options, input->periods) ||
        input->teams > PANELSCAN_TEAMS_MAX) {
        return err_make(DP_OUT_OF_RANGE);
    }
    size_t mark = scratch->used_bytes;
    struct scan scan = { .data = { .x = input->x,
                                   .y = input->y,
                                   .teams = input->teams,
                                   .periods = input->periods },
                         .options = &input->options,
                         .result = result };
    size_t best = scan_run(&scan, PANELSCAN_TEAMS_MIN, scratch);
    if (teams != NULL) {
        set_teams(&scan, teams);
    }
    if (best < result->lag_count && !result->is_same_series) {
        set_heterogeneity(&scan, scan.z[best]);
    }
    scratch->used_bytes = mark;
    return DP_SUCCESS;
}

/* ---- what chance alone reaches ---- */

double lagscan_chance(const struct lagscan_result *result, size_t place)
{
    bool has_band = number_is_known(result->crit95) && result->weight[place] > 0.0;
    return has_band ? tanh(result->crit95 / sqrt(result->weight[place])) : NUMBER_NONE;
}

bool lagscan_stands_out(const struct lagscan_result *result, int from, int to)
{
    for (size_t i = 0; i < result->lag_count; i++) {
        double chance = lagscan_chance(result, i);
        bool is_asked = result->lags[i] >= from && result->lags[i] <= to;
        if (is_asked && number_is_known(chance) && fabs(result->r[i]) > chance) {
            return true;
        }
    }
    return false;
}
