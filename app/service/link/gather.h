/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Brings engagement and an outcome onto one time axis: a row for each team, a column for each
 * period. Private to this folder.
 */

#include "app/core/secret.h"
#include "app/service/link/link.h"

/** Both series, value of row j in period t at [j * periods + t]; owns its arrays. */
struct gathered {
    enum lag_unit unit;
    struct date first; /* start of period 0 */
    size_t periods;
    size_t rows;
    bool is_panel;
    double *engagement;
    double *outcome;
    double *answers;  /* behind each engagement value */
    double *weight;   /* behind each outcome value: its n, or 1 */
    int32_t last;     /* the last period with an outcome; -1 for none */
};

void gather_free(struct gathered *gathered);
#define GATHERED_AUTO __attribute__((cleanup(gather_free)))

/** Collects a pair's data. Fails: DP_NO_MEMORY, DP_IO, DP_CORRUPT. */
dp_err gather(const struct appliance *appliance, const struct link_pair *pair,
              struct gathered *out);

/** The start of period t. */
struct date gather_start(const struct gathered *gathered, size_t t);

/** Makes everything behind period `last` missing. */
void gather_cut(struct gathered *gathered, int32_t last);

/** A hash of all values up to period `last`; equal data, equal hash. */
struct secret_hash gather_fingerprint(const struct gathered *gathered, int32_t last);

/** The two curves over all rows, weighted, into `points` (room for all periods). Gives the answers
 * behind them. */
uint64_t gather_curves(const struct gathered *gathered, struct link_point *points);
