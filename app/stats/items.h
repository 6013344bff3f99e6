/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The question changes every day: taking the questions' difficulty out.
 *
 *     score = week of the team (fixed) + difficulty of the question (random, variance tau2) + noise
 *
 * Fitted by REML over all teams at once (as lme4::lmer(score ~ 0 + factor(week) + (1 | item))).
 * Henderson's mixed model equations with the weeks eliminated leave one small system for the
 * questions' shrunken effects u; lambda = sigma2 / tau2 is found by golden section on its
 * logarithm. The input is cells, each of n answers to one question: its mean with weight n, and its
 * standard deviation where it is kept. If every cell has one, sigma2 is estimated by REML, too, and
 * the result is that of the single answers; otherwise sigma2 is pooled from the cells that have one.
 *
 * A question asked in one period only can't be told from that period: its effect is set to 0 and
 * the weeks that hold it are marked. Reworded questions are new questions; reverse-keyed ones are
 * flipped (6 - score) before they come here.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/core/err.h"
#include "app/stats/scratch.h"

enum { ITEMS_MAX = 1000 };

struct items_cell {
    uint32_t item;   /* 0 .. items - 1 */
    uint32_t week;   /* the fixed effect, 0 .. weeks - 1: a week, or a week of one team */
    uint32_t period; /* the calendar period of that effect: the same for all teams */
    double n;
    double mean;
    double sd; /* divisor n - 1; NUMBER_NONE when not kept (n = 1 needs none) */
};

struct items_input {
    const struct items_cell *cells; /* sorted by week */
    size_t count;
    size_t items;
    size_t weeks;
    bool keeps_single_items; /* estimate them all the same, as lme4 does; off for the product */
};

struct items_result {
    bool is_refused;       /* no noise to compare with: no sd known, or no free answers */
    double var_item;       /* tau2; 0 when the questions do not differ */
    double var_resid;      /* sigma2 */
    bool is_sd_pooled;     /* some cells had no sd */
    double reml_criterion; /* -2 log of the restricted likelihood; only without pooling */
    /* The caller's arrays; NUMBER_NONE for items never asked and weeks without answers: */
    double *item_effect; /* items; subtract it from an answer to compare across questions */
    bool *is_item_used;  /* asked in at least two periods */
    double *week_effect; /* weeks: the adjusted mean */
    double *week_se;
    double *week_raw_mean;
    bool *has_single_item; /* "includes a question asked only once" */
};

/** Fits the model.
 * Fails: DP_OUT_OF_RANGE for more than ITEMS_MAX items, indices beyond their counts, n below 1, or
 * cells that are not sorted by week. */
dp_err items_adjust(const struct items_input *input, struct scratch *scratch,
                    struct items_result *result);

/** Bytes of work area for that. */
size_t items_scratch_bytes(const struct items_input *input);
