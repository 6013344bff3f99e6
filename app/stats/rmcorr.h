/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Correlation within teams, across their repeated measurements.
 *
 * Bland & Altman (1995, BMJ 310:446); Bakdash & Marusich (2017, Front Psychol 8:456): one common
 * slope, a mean for each team. Its p takes the measurements as independent, which weekly values
 * are not (34 % false positives, see panelscan()): for the JSON detail only, never on a page.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/stats/scratch.h"

struct rmcorr_input {
    const uint32_t *team; /* 0 .. teams - 1, of each observation */
    const double *x;
    const double *y;
    size_t count;
    size_t teams;
};

struct rmcorr_result {
    bool is_refused; /* df < 2, or x or y does not vary within any team */
    double slope;
    double r;
    double df;
    double p;
    double ci_lo;
    double ci_hi;
    double between_r; /* of the teams' means; NUMBER_NONE when they do not vary */
    double pooled_r;  /* team ignored */
};

void rmcorr(const struct rmcorr_input *in, struct scratch *scratch, struct rmcorr_result *out);

/** Bytes of work area for that. */
size_t rmcorr_scratch_bytes(size_t teams);
