/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Correlation by lag: a stem for each lag from -K to K, the band that chance alone stays in over all
 * lags together, the best lag with its simultaneous interval, and the lags that can't be told from it.
 * Only draws what app/stats has found; when a scan was refused, no chart is made.
 */

#include "web/html/charts/chart.h"

struct lags_chart {
    struct chart_frame frame; /* numbers with two decimals */
    int max_lag;              /* K; points and limits have 2K + 1 entries, from -K to K */
    const struct chart_point *points; /* value r, n the pairs; interval of the best lag alone */
    const double *limits;             /* half width of the chance band; 0: none at this lag */
    bool has_best;
    int best;
    struct str best_label; /* "2 weeks: 0.41 (0.12 to 0.63)" */
    bool has_range;        /* the lags from low to high can't be told apart */
    int low;
    int high;
    struct str left;  /* "customers first" */
    struct str right; /* "engagement first" */
};

void lags_draw(struct html *html, const struct lags_chart *chart);
