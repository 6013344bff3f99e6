/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Does one series come before another, and how sure can one be? (`lagscan`, `panelscan`)
 *
 * Correlations of two drifting series are mostly accidents, and the best of 17 lags is nearly
 * always "significant". So (Box & Jenkins 1976 ch. 11; Haugh 1976; Cryer & Chan 2008 ch. 11;
 * Dean & Dunsmuir 2016):
 *   1. each series loses its straight trend (and, asked for and from 104 weeks on, its season);
 *   2. each is filtered by its own autoregression (ar.h); what is left are its surprises;
 *   3. r_k is the correlation of x[t] with y[t+k] for k = -K .. K: **k > 0 means x leads**;
 *   4. T = max over k of |atanh r_k| sqrt(m_k - 3); its chance distribution comes from permuting
 *      time, so p pays for having looked at all the lags (Phipson & Smyth 2010: never 0);
 *   5. the same permutations give a simultaneous interval for the best r, which excludes 0
 *      exactly when p <= .05, the range of lags that fit as well, and the smallest link that
 *      would have shown with 80 % power (mde_rho).
 * For several teams the correlations are taken within each team, company-wide shocks are taken
 * out first (4 teams or more), Fisher's z is pooled with weights m - 3, and ONE permutation of
 * time moves all teams together, because shared shocks make teams agree by accident.
 *
 * Missing periods are NUMBER_NONE. Time before the first and after the last period in which both
 * series are known does not count. More than 15 % missing, or a gap of more than 4, is refused.
 * A registered primary question (`has_primary_lag`) makes that one lag the whole family.
 *
 * Everything is deterministic: same input and seed, same result.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/core/err.h"
#include "app/stats/ar.h"
#include "app/stats/scratch.h"
#include "app/stats/verdict.h"

enum {
    LAG_MAX = 12,
    LAG_COUNT_MAX = 2 * LAG_MAX + 1,
    LAGSCAN_PERIODS_MAX = 4000,
    LAGSCAN_PERMUTATIONS = 999, /* the default */
    LAGSCAN_PERMUTATIONS_MAX = 99999,
    PANELSCAN_TEAMS_MIN = 3,
    PANELSCAN_TEAMS_MAX = 5000
};

/** The length of a period. It decides the largest lag (8 weeks, 4 fortnights, 3 months) and the
 * season's length. */
enum lag_unit { LAG_UNIT_WEEK = 0, LAG_UNIT_FORTNIGHT, LAG_UNIT_MONTH };

/** "week", "fortnight", "month". */
const char *lag_unit_name(enum lag_unit unit);

/** How to look. All zero is the default for weeks. */
struct lagscan_options {
    enum lag_unit unit;
    int lag_max; /* K; 0: the unit's, never more than a sixth of the periods. Themes: 4 */
    bool may_remove_season; /* remove one annual sine and cosine once there are two years */
    bool has_primary_lag;   /* a question registered in advance: */
    int primary_lag;        /* only this lag, -LAG_MAX .. LAG_MAX */
    bool is_lower_better;   /* of the outcome y; changes words only */
    uint32_t permutations;  /* B; 0: 999 */
    uint64_t seed;          /* 0: PRNG_SEED */
};

/** Two series of equal length, engagement and outcome. */
struct lagscan_input {
    const double *x; /* engagement, NUMBER_NONE where missing */
    const double *y; /* outcome */
    size_t periods;
    struct lagscan_options options;
};

/** The same for several teams: value of team j in period t at [j * periods + t]. */
struct panelscan_input {
    const double *x;
    const double *y;
    size_t teams;
    size_t periods;
    struct lagscan_options options;
};

/** What a panel found out about one team. */
struct panelscan_team {
    enum refusal refusal; /* why the team was left out; REFUSAL_NONE: it counts */
    size_t order_x;
    size_t order_y;
    double r;     /* at the best lag; NUMBER_NONE if left out or too few pairs there */
    size_t pairs; /* at the best lag */
    double ci_lo; /* its interval, as wide as having looked at all lags asks for (crit95) */
    double ci_hi;
};

/** The answer. Numbers that are not defined are NUMBER_NONE. */
struct lagscan_result {
    enum refusal refusal;
    enum verdict verdict; /* which sentence: see verdict.h */
    enum grade grade;

    int lag_max;       /* K */
    size_t needs_more; /* periods, for the verdicts that ask for more data */
    size_t n;          /* periods looked at, first to last */
    size_t n_complete; /* of these, both series known (panels: the median team) */
    size_t teams;      /* that count; 1 for a pair */
    size_t teams_left_out;
    size_t m;           /* surprises left after filtering */
    struct ar_fit ar_x; /* of the single pair; order 0 for panels (see panelscan_team) */
    struct ar_fit ar_y;

    size_t lag_count;
    double r[LAG_COUNT_MAX];      /* NUMBER_NONE where a lag has fewer than 15 pairs */
    size_t pairs[LAG_COUNT_MAX];  /* over all teams */
    double weight[LAG_COUNT_MAX]; /* sum of m - 3 */
    int lags[LAG_COUNT_MAX];
    int best_lag;

    double best_r;
    double stat; /* T; infinite for identical series */
    double p_perm;
    double p_sidak; /* the check without randomness */
    double crit95;
    double ci_lo; /* NUMBER_NONE for identical series */
    double ci_hi;
    double mde_rho;
    int lag_lo; /* the range of lags that fit about as well */
    int lag_hi;

    /* Single pairs, for the detail view, "not adjusted": at the best lag, on the raw values. */
    double raw_pearson;
    double raw_spearman;
    double n_eff_pyper_peterman;
    double n_eff_bretherton;

    /* Panels: do the teams agree at the best lag? (meta.h) */
    double heterogeneity_q;
    double heterogeneity_p;
    double heterogeneity_i2_pct;

    uint64_t seed;
    uint32_t permutations;

    bool is_against;          /* better engagement goes with a worse outcome */
    bool is_time_demeaned;    /* "beyond what moved the whole company" */
    bool is_lag_lo_open;      /* the range touches -K: say "or longer" */
    bool is_lag_hi_open;      /* the range touches K */
    bool is_primary;          /* "this was asked in advance" */
    bool is_same_series;      /* r = 1: "are these the same series?" */
    bool rests_on_one_period; /* one period left out takes the evidence away: a hint at most */
    bool is_season_removed;
    bool is_season_open;       /* under two years: a season cannot be told from a relation */
    bool is_larger_than_usual; /* |r| >= .5 from one team: expect it to shrink */
    bool is_shaped_by_few;     /* raw Pearson and Spearman differ by more than .25 */
    bool do_teams_differ;      /* "the average hides that" */
};

/** Bytes of work area for lagscan(). */
size_t lagscan_scratch_bytes(const struct lagscan_input *input);

/** Scans one pair of series.
 * Gives: a result in every case in which the call itself is sound; a refusal is a result.
 * Fails: DP_OUT_OF_RANGE when an option or the number of periods is beyond its limits. */
dp_err lagscan(const struct lagscan_input *input, struct scratch *scratch,
               struct lagscan_result *result);

/** Bytes of work area for panelscan(). */
size_t panelscan_scratch_bytes(const struct panelscan_input *input);

/** Scans several teams at once. Teams with too few periods, too many gaps or a constant series
 * are left out; fewer than 3 that count is refused (REFUSAL_NO_CONTROLS, or the teams' own reason).
 * Takes: `teams` may be NULL, else one place for each team.
 * Fails: as lagscan(), and for more teams than PANELSCAN_TEAMS_MAX. */
dp_err panelscan(const struct panelscan_input *input, struct scratch *scratch,
                 struct lagscan_result *result, struct panelscan_team *teams);

/** Half the width of the band that chance alone stays in at a place of `lags`, over all lags together.
 * Gives: NUMBER_NONE where the lag was dropped or nothing was scanned. */
double lagscan_chance(const struct lagscan_result *result, size_t place);

/** Whether a correlation at any of the lags `from` .. `to` lies outside that band. */
bool lagscan_stands_out(const struct lagscan_result *result, int from, int to);
