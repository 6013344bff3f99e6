/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Before and after without comparison teams: the interrupted time series.
 *
 * y_t = b0 + b1 D_t + b2 t + b3 D_t (t - t0) + e_t (Wagner et al. 2002, J Clin Pharm Ther 27:299;
 * Bernal et al. 2017, Int J Epidemiol 46:348), D_t = 1 from t0, the first period after the
 * change and after what is left out around it, errors as in gls.h. The headline is the level change
 * b1, the second line the mean gap over the first 12 periods, "if the earlier trend had gone on". Checks: the same step tried at every date
 * before the change (placebo); a share above .10 of steps as large means that changes of this size
 * also happened without a correction. Never called more than "strong for a before/after comparison
 * without comparison teams".
 */

#include <stdbool.h>
#include <stddef.h>

#include "app/core/err.h"
#include "app/stats/effect.h"
#include "app/stats/gls.h"
#include "app/stats/scratch.h"

enum its_model { ITS_LEVEL_AND_SLOPE = 0, ITS_LEVEL, ITS_LEVEL_ON_TREND };

enum { ITS_PERIODS_MAX = 4000, ITS_HORIZON = 12, ITS_PLACEBO_MIN = 8 };

struct its_input {
    const double *y; /* NUMBER_NONE where missing */
    size_t periods;
    size_t first_treated; /* place of the first period after the change, from 0 */
    enum its_model model;
    size_t horizon;    /* periods of the second line; 0: 12 */
    size_t transition; /* periods from first_treated on that are left out, usually 1 */
    size_t
        dropped_before; /* periods before it that are left out: EFFECT_ALERT_PERIODS after an alert */
};

struct its_result {
    enum refusal refusal;
    enum effect_verdict verdict;
    enum grade grade;
    struct gls_result fit; /* coef: const, level, time, slope (as far as the model has them) */
    struct gls_estimate level; /* the headline */
    double level_mde80;
    struct gls_estimate gap; /* the second line: fit.effect */
    size_t horizon;          /* that it used */
    size_t n_before;
    size_t n_after;
    double mean_before;
    double mean_after;
    double sd_before;
    size_t placebo_dates;
    double placebo_share; /* of dates with a step as large; NUMBER_NONE under 8 dates */
    bool is_placebo_failed;
};

/** The design matrix's number of columns under a model. */
size_t its_terms(enum its_model model);

/** Fills the design (periods rows of its_terms() values) and the contrast of the second line. */
void its_design(const struct its_input *input, double *design, double *contrast);

/** Assesses one change. Gives: a refusal (window_too_short, too_many_missing, constant_series) as a
 * result. Fails: DP_OUT_OF_RANGE for more than ITS_PERIODS_MAX periods. */
dp_err its_assess(const struct its_input *input, struct scratch *scratch,
                  struct its_result *result);

/** Bytes of work area for that. */
size_t its_scratch_bytes(size_t periods);
