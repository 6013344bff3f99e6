/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "app/service/statsfile/statsfile_case.h"
#include "app/service/statsfile/statsfile_scan_json.h"
#include "app/stats/corr.h"
#include "app/stats/dist.h"
#include "app/stats/effective.h"
#include "app/stats/interval.h"
#include "app/stats/meta.h"
#include "app/stats/number.h"
#include "app/stats/padjust.h"
#include "app/stats/rmcorr.h"
#include "app/stats/series.h"

/* ---- correlation ---- */

static void put_pearson(struct json_writer *json, const struct corr_result *r)
{
    json_key(json, "pearson");
    json_open_object(json);
    json_put_num(json, "r", r->r);
    json_put_num(json, "t", r->t);
    json_put_num(json, "df", r->df);
    json_put_num(json, "p", r->p);
    if (number_is_known(r->ci_lo)) {
        json_put_nums(json, "fisher_ci95", (double[]){ r->ci_lo, r->ci_hi }, 2);
    } else {
        json_key(json, "fisher_ci95");
        json_none(json);
    }
    json_close_object(json);
}

static void put_spearman(struct json_writer *json, const struct corr_result *r)
{
    json_key(json, "spearman");
    json_open_object(json);
    json_put_num(json, "rho", r->r);
    json_put_num(json, "t", r->t);
    json_put_num(json, "p_t", r->p);
    json_close_object(json);
}

dp_err statsfile_correlation(const struct statsfile_case *c)
{
    const double *x = NULL;
    const double *y = NULL;
    struct scratch scratch;
    DP_TRY(statsfile_case_column(c, "x", &x));
    DP_TRY(statsfile_case_column(c, "y", &y));
    DP_TRY(statsfile_case_scratch(c, corr_spearman_scratch_bytes(c->table.rows), &scratch));
    struct corr_result pearson = corr_pearson(x, y, c->table.rows);
    if (pearson.is_refused) {
        json_key(c->json, "refused");
        json_bool(c->json, true);
        json_key(c->json, "reason");
        json_text(c->json, pearson.n < 3 ? "too few periods" : "constant series");
        json_put_count(c->json, "n", pearson.n);
        return DP_SUCCESS;
    }
    struct corr_result spearman = corr_spearman(x, y, c->table.rows, &scratch);
    json_put_count(c->json, "n", pearson.n);
    put_pearson(c->json, &pearson);
    put_spearman(c->json, &spearman);
    return DP_SUCCESS;
}

/* ---- intervals ---- */

struct interval_lists {
    double *value;
    double *lo;
    double *hi;
};

static dp_err interval_lists(const struct statsfile_case *c, size_t count,
                             struct interval_lists *out)
{
    DP_TRY(statsfile_case_doubles(c, count, &out->value));
    DP_TRY(statsfile_case_doubles(c, count, &out->lo));
    return statsfile_case_doubles(c, count, &out->hi);
}

static void interval_set(struct interval_lists *lists, size_t i, struct interval interval)
{
    lists->value[i] = interval.value;
    lists->lo[i] = interval.lo;
    lists->hi[i] = interval.hi;
}

dp_err statsfile_wilson(const struct statsfile_case *c)
{
    const double *x = NULL;
    const double *n = NULL;
    const double *confidence = NULL;
    struct interval_lists lists;
    DP_TRY(statsfile_case_column(c, "x", &x));
    DP_TRY(statsfile_case_column(c, "n", &n));
    DP_TRY(statsfile_case_column(c, "conf", &confidence));
    DP_TRY(interval_lists(c, c->table.rows, &lists));
    for (size_t i = 0; i < c->table.rows; i++) {
        interval_set(&lists, i, interval_wilson(x[i], n[i], confidence[i]));
    }
    json_put_nums(c->json, "p", lists.value, c->table.rows);
    json_put_nums(c->json, "lo", lists.lo, c->table.rows);
    json_put_nums(c->json, "hi", lists.hi, c->table.rows);
    return DP_SUCCESS;
}

dp_err statsfile_newcombe(const struct statsfile_case *c)
{
    const double *columns[4] = { NULL };
    static const char *const NAMES[4] = { "x1", "n1", "x2", "n2" };
    struct interval_lists lists;
    for (size_t i = 0; i < 4; i++) {
        DP_TRY(statsfile_case_column(c, NAMES[i], &columns[i]));
    }
    DP_TRY(interval_lists(c, c->table.rows, &lists));
    for (size_t i = 0; i < c->table.rows; i++) {
        interval_set(
            &lists, i,
            interval_newcombe(columns[0][i], columns[1][i], columns[2][i], columns[3][i]));
    }
    json_put_nums(c->json, "diff", lists.value, c->table.rows);
    json_put_nums(c->json, "lo", lists.lo, c->table.rows);
    json_put_nums(c->json, "hi", lists.hi, c->table.rows);
    return DP_SUCCESS;
}

struct group_lists {
    struct interval_lists mean;
    struct interval_lists favourable;
    double *n;
    double *sd;
    double confidence;
};

/* One group of answers; `values` has NUMBER_NONE for the answers of other groups. */
static void put_group(const double *values, size_t count, size_t place,
                      struct group_lists *lists)
{
    struct series_summary all = series_summarise(values, count);
    double favourable = 0.0;
    for (size_t i = 0; i < count; i++) {
        favourable += number_is_known(values[i]) && values[i] >= 4.0 ? 1.0 : 0.0;
    }
    struct mean_evidence evidence = {
        .n = (double)all.count, .mean = all.mean, .sd = all.sd, .sd_df = (double)all.count - 1.0
    };
    struct interval mean = interval_mean(&evidence, lists->confidence);
    if (all.is_constant && all.count > 1) {
        /* The reference's interval of a group without spread is a point, flagged as such. */
        mean.lo = all.mean;
        mean.hi = all.mean;
    }
    interval_set(&lists->mean, place, mean);
    interval_set(&lists->favourable, place,
                 interval_wilson(favourable, (double)all.count, lists->confidence));
    lists->n[place] = (double)all.count;
    lists->sd[place] = all.sd;
}

static void put_groups(struct json_writer *json, const struct group_lists *lists, size_t count)
{
    json_put_nums(json, "n", lists->n, count);
    json_put_nums(json, "mean", lists->mean.value, count);
    json_put_nums(json, "sd", lists->sd, count);
    json_put_nums(json, "lo", lists->mean.lo, count);
    json_put_nums(json, "hi", lists->mean.hi, count);
    json_put_nums(json, "fav", lists->favourable.value, count);
    json_put_nums(json, "fav_lo", lists->favourable.lo, count);
    json_put_nums(json, "fav_hi", lists->favourable.hi, count);
    json_key(json, "zero_variance");
    json_open_list(json);
    for (size_t i = 0; i < count; i++) {
        json_bool(json, lists->n[i] > 1.0 && !(lists->sd[i] > 0.0));
    }
    json_close_list(json);
}

dp_err statsfile_means(const struct statsfile_case *c)
{
    const double *score = NULL;
    struct statsfile_ids groups;
    struct group_lists lists;
    double *own = NULL;
    DP_TRY(statsfile_case_column(c, "score", &score));
    DP_TRY(statsfile_table_ids(&c->table, "group", c->arena, &groups, c->problem));
    DP_TRY(statsfile_case_param(c, "conf", 0.95, &lists.confidence));
    DP_TRY(interval_lists(c, groups.count, &lists.mean));
    DP_TRY(interval_lists(c, groups.count, &lists.favourable));
    DP_TRY(statsfile_case_doubles(c, groups.count, &lists.n));
    DP_TRY(statsfile_case_doubles(c, groups.count, &lists.sd));
    DP_TRY(statsfile_case_doubles(c, c->table.rows, &own));
    for (size_t g = 0; g < groups.count; g++) {
        for (size_t i = 0; i < c->table.rows; i++) {
            own[i] = groups.place[i] == g ? score[i] : NUMBER_NONE;
        }
        put_group(own, c->table.rows, g, &lists);
    }
    put_groups(c->json, &lists, groups.count);
    return DP_SUCCESS;
}

/* ---- autocorrelation ---- */

dp_err statsfile_effective_n(const struct statsfile_case *c)
{
    const double *x = NULL;
    const double *y = NULL;
    double *acf = NULL;
    struct scratch scratch;
    size_t n = c->table.rows;
    size_t lags = 0;
    DP_TRY(statsfile_case_column(c, "x", &x));
    DP_TRY(statsfile_case_column(c, "y", &y));
    DP_TRY(statsfile_case_count(c, "max_lag", n / 4, n - 1, &lags));
    DP_TRY(statsfile_case_doubles(c, lags, &acf));
    DP_TRY(statsfile_case_scratch(c, effective_n_scratch_bytes(n), &scratch));
    json_put_count(c->json, "n", n);
    effective_acf(x, n, lags, acf);
    json_put_nums(c->json, "acf_x", acf, lags);
    effective_acf(y, n, lags, acf);
    json_put_nums(c->json, "acf_y", acf, lags);
    double n_eff = effective_n_pyper_peterman(x, y, n, &scratch);
    struct corr_result r = corr_pearson(x, y, n);
    double t = r.r * sqrt((n_eff - 2.0) / (1.0 - r.r * r.r));
    json_put_num(c->json, "n_eff_pyper_peterman", n_eff);
    json_put_num(c->json, "n_eff_bretherton_ar1", effective_n_bretherton(x, y, n));
    json_put_num(c->json, "r", r.r);
    json_put_num(c->json, "p_naive", r.p);
    json_put_num(c->json, "p_neff", dist_t_two_sided(t, n_eff - 2.0));
    return DP_SUCCESS;
}

dp_err statsfile_ccf(const struct statsfile_case *c)
{
    const double *x = NULL;
    const double *y = NULL;
    struct scratch scratch;
    size_t n = c->table.rows;
    size_t lag_max = 0;
    struct effective_ccf ccf;
    DP_TRY(statsfile_case_column(c, "x", &x));
    DP_TRY(statsfile_case_column(c, "y", &y));
    DP_TRY(statsfile_case_count(c, "max_lag", 8, 1000, &lag_max));
    if (n < lag_max + 5) {
        return problem_set(c->problem, 0, 0, "the series is too short for %zu lags", lag_max);
    }
    size_t count = 2 * lag_max + 1;
    ccf.lag_max = (int)lag_max;
    DP_TRY(statsfile_case_doubles(c, count, &ccf.whole));
    DP_TRY(statsfile_case_doubles(c, count, &ccf.pairs));
    DP_TRY(statsfile_case_doubles(c, count, &ccf.raw));
    DP_TRY(statsfile_case_scratch(c, effective_n_scratch_bytes(n), &scratch));
    effective_prewhitened_ccf(x, y, n, &scratch, &ccf);
    json_put_num(c->json, "phi", ccf.phi);
    json_put_count(c->json, "m", ccf.m);
    json_key(c->json, "lags");
    json_open_list(c->json);
    for (int lag = -ccf.lag_max; lag <= ccf.lag_max; lag++) {
        json_int(c->json, lag);
    }
    json_close_list(c->json);
    json_put_nums(c->json, "ccf_r_divisor_n", ccf.whole, count);
    json_put_nums(c->json, "ccf_pairwise", ccf.pairs, count);
    json_put_nums(c->json, "raw_pairwise_not_for_display", ccf.raw, count);
    json_put_num(c->json, "best_lag", ccf.best_lag);
    json_put_num(c->json, "bound95", ccf.bound95);
    return DP_SUCCESS;
}

/* ---- many tests, many teams ---- */

dp_err statsfile_p_adjust(const struct statsfile_case *c)
{
    static const struct {
        const char *name;
        enum padjust_method method;
    } METHODS[] = { { "bh", PADJUST_BH },
                    { "holm", PADJUST_HOLM },
                    { "bonferroni", PADJUST_BONFERRONI } };
    const double *p = NULL;
    double *out = NULL;
    struct scratch scratch;
    size_t n = c->table.rows;
    DP_TRY(statsfile_case_column(c, "p", &p));
    DP_TRY(statsfile_case_doubles(c, n, &out));
    DP_TRY(statsfile_case_scratch(c, padjust_scratch_bytes(n), &scratch));
    for (size_t i = 0; i < sizeof(METHODS) / sizeof(METHODS[0]); i++) {
        padjust(p, n, METHODS[i].method, &scratch, out);
        json_put_nums(c->json, METHODS[i].name, out, n);
    }
    double least = 1.0;
    size_t known = 0;
    for (size_t i = 0; i < n; i++) {
        known += number_is_known(p[i]);
        least = fmin(least, p[i]);
    }
    json_put_num(c->json, "sidak_max", padjust_sidak(least, known));
    return DP_SUCCESS;
}

static void put_mean(struct json_writer *json, const struct meta_mean *mean)
{
    json_put_num(json, "z", mean->z);
    json_put_num(json, "se", mean->se);
    json_put_num(json, "r", mean->r);
    json_put_num(json, "lo", mean->lo);
    json_put_num(json, "hi", mean->hi);
    json_put_num(json, "p", mean->p);
}

dp_err statsfile_meta(const struct statsfile_case *c)
{
    const double *r = NULL;
    const double *n = NULL;
    DP_TRY(statsfile_case_column(c, "r", &r));
    DP_TRY(statsfile_case_column(c, "n", &n));
    struct meta_result meta = meta_fisher_z(r, n, c->table.rows);
    json_key(c->json, "fixed");
    json_open_object(c->json);
    put_mean(c->json, &meta.fixed);
    json_close_object(c->json);
    json_key(c->json, "dersimonian_laird");
    json_open_object(c->json);
    json_put_num(c->json, "tau2", meta.tau2);
    put_mean(c->json, &meta.random);
    json_close_object(c->json);
    json_put_num(c->json, "Q", meta.q);
    json_put_num(c->json, "Q_p", meta.q_p);
    json_put_num(c->json, "I2_percent", meta.i2_pct);
    return DP_SUCCESS;
}

dp_err statsfile_rmcorr(const struct statsfile_case *c)
{
    struct statsfile_ids teams;
    struct scratch scratch;
    struct rmcorr_input input = { .count = c->table.rows };
    struct rmcorr_result result;
    DP_TRY(statsfile_case_column(c, "x", &input.x));
    DP_TRY(statsfile_case_column(c, "y", &input.y));
    DP_TRY(statsfile_table_ids(&c->table, "team", c->arena, &teams, c->problem));
    DP_TRY(statsfile_case_scratch(c, rmcorr_scratch_bytes(teams.count), &scratch));
    input.team = teams.place;
    input.teams = teams.count;
    rmcorr(&input, &scratch, &result);
    json_put_num(c->json, "slope", result.slope);
    json_put_num(c->json, "r", result.r);
    json_put_num(c->json, "df", result.df);
    json_put_num(c->json, "p", result.p);
    json_put_nums(c->json, "ci", (double[]){ result.ci_lo, result.ci_hi }, 2);
    json_put_num(c->json, "between_r", result.between_r);
    json_put_num(c->json, "pooled_r", result.pooled_r);
    return DP_SUCCESS;
}

/* ---- distributions ---- */

enum { WORD_QNORM, WORD_QT, WORD_QF, WORD_PNORM, WORD_PT, WORD_PF, WORD_COUNT };
static const char *const WORDS[WORD_COUNT] = { "qnorm",       "qt",       "qf",
                                               "pnorm_upper", "pt_upper", "pf_upper" };
const struct statsfile_words statsfile_distribution_words = { WORDS, WORD_COUNT };

static double distribution_value(int word, double a, double df1, double df2)
{
    switch (word) {
    case WORD_QNORM:
        return dist_normal_quantile(a);
    case WORD_QT:
        return dist_t_quantile(a, df1);
    case WORD_QF:
        return dist_f_quantile(a, df1, df2);
    case WORD_PNORM:
        return dist_normal_upper(a);
    case WORD_PT:
        return dist_t_upper(a, df1);
    case WORD_PF:
        return dist_f_upper(a, df1, df2);
    default:
        return NUMBER_NONE;
    }
}

dp_err statsfile_distributions(const struct statsfile_case *c)
{
    const double *columns[4] = { NULL };
    static const char *const NAMES[4] = { "fn", "a", "df1", "df2" };
    for (size_t i = 0; i < 4; i++) {
        DP_TRY(statsfile_case_column(c, NAMES[i], &columns[i]));
    }
    json_key(c->json, "value");
    json_open_list(c->json);
    for (size_t i = 0; i < c->table.rows; i++) {
        int word = number_is_known(columns[0][i]) ? (int)columns[0][i] : WORD_COUNT;
        json_num(c->json,
                 distribution_value(word, columns[1][i], columns[2][i], columns[3][i]));
    }
    json_close_list(c->json);
    return DP_SUCCESS;
}
