/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Before and after with comparison teams: difference in differences. (`did_full`)
 *
 * Each team gives one number, mean after less mean before; treated and comparison teams are then
 * compared by a pooled two-sample t with G - 2 degrees of freedom (Bertrand, Duflo & Mullainathan
 * 2004, QJE 119:249; Donald & Lang 2007, REStat 89:221), because weekly values of one team are not
 * independent. The labels "treated" are also permuted in every possible way; with at least 40
 * ways the larger of both p-values decides. One treated team: Conley & Taber (2011). Check: the
 * same comparison of the teams' slopes before the change, "were they already drifting apart?".
 * Several dates: each correction on its own against teams not yet treated, never pooled by two-way
 * fixed effects (Goodman-Bacon 2021).
 */

#include <stdbool.h>
#include <stddef.h>

#include "app/core/err.h"
#include "app/stats/effect.h"
#include "app/stats/scratch.h"

enum {
    DID_TEAMS_MIN = 4,
    DID_CONTROLS_MIN = 2,
    DID_TEAMS_MAX = 5000,
    DID_ASSIGNMENTS_MIN = 40, /* fewer ways to permute the labels: t alone, at most moderate */
    DID_ASSIGNMENTS_MAX = 200000, /* more: 9999 random ones */
    DID_DRAWS = 9999
};

struct did_input {
    const double *y; /* team j in period t at [j * periods + t], NUMBER_NONE where missing */
    const bool *is_treated; /* of each team */
    size_t teams;
    size_t periods;
    size_t first_treated; /* place of the first period after the change, from 0 */
    size_t before;        /* periods of the window before; 0: 12; more than there are: all */
    size_t after;
    size_t transition;     /* periods from first_treated on that are left out */
    size_t dropped_before; /* periods before it that are left out */
};

struct did_result {
    enum refusal refusal;
    enum effect_verdict verdict;
    enum grade grade;
    size_t teams;   /* with enough values on both sides */
    size_t treated; /* of these */
    double change_treated;
    double change_control;
    double estimate;
    double se;
    double df;
    double t;
    double p_t;
    double lo; /* 95 %, by t */
    double hi;
    double mde80;
    double assignments; /* ways to give out the labels */
    bool is_sampled;    /* too many to try them all */
    double p_permutation;
    double p;               /* the one that decides */
    double sd_before;       /* within teams */
    double drift_p;         /* of the slopes before */
    bool is_drifting;       /* "teams were already drifting apart; read with care" */
    bool is_single_treated; /* the spread comes from the comparison teams */
};

/** Compares. Gives: refusals no_controls (fewer than 4 teams, 2 untreated, 1 treated),
 * window_too_short (fewer than 8 periods on a side) and constant_series as results.
 * Fails: DP_OUT_OF_RANGE for more teams than DID_TEAMS_MAX. */
dp_err did_assess(const struct did_input *in, struct scratch *scratch, struct did_result *out);

/** Bytes of work area for that. */
size_t did_scratch_bytes(size_t teams, size_t periods);

/** What two-way fixed-effects least squares would say. It is far too sure of itself with weekly
 * values (46 % false positives): for contrast in JSON only, never on a page. */
struct did_two_way {
    double estimate;
    double se;
    double p;
};

void did_two_way_ols(const struct did_input *in, struct scratch *scratch,
                     struct did_two_way *out);
