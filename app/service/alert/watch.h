/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * One team's series against its own baseline, as the product watches it: pure figures, no store
 * and no clock.
 *
 *   usable weeks   charts                                 who judges
 *   1 to 26        none: the short baseline is built      nobody
 *   27 to 78       short: 26 weeks, L = 3.5               the short chart
 *   79 on          long: 52 weeks, L = 3.2                the long one, if none of the first 52
 *                                                         weeks was flagged; else the short
 *
 * A week is flagged when it is a drift or a shock here; that alert.h raises nothing for it, because
 * it was told of before or came back, makes no difference. The long chart starts with week 53 and
 * has run for half a year when it takes over. A baseline with a flagged week in it would hold the
 * very change that it should show. Each week is judged
 * by itself and what came before it, so a series that grows never changes what was said of it.
 */

#include "app/core/err.h"
#include "app/stats/ewma.h"

enum { WATCH_TAKEOVER = EWMA_BASELINE_LONG + EWMA_BASELINE_MIN };

/** One week; a missing or unjudged one has NUMBER_NONE and no flags. */
struct watch_week {
    double smoothed; /* E_t, in points of the index */
    double limit;
    bool is_drift; /* beyond a limit */
    bool is_shock; /* more than 4 sd off by itself, up or down as the sum moved */
    bool is_long;  /* judged by the long chart */
};

/** A baseline: which weeks it rests on and what it found. */
struct watch_baseline {
    size_t weeks; /* usable; 0: there is none yet */
    double limit; /* L */
    size_t first; /* places in the series */
    size_t last;
    bool is_still; /* without any spread: judges nothing */
    bool is_adrift;
    struct interval usual;
};

struct watch {
    size_t usable;     /* weeks with a value */
    size_t first;      /* the first of them */
    size_t needs_more; /* usable weeks until the first can be judged; 0 from then on */
    struct watch_baseline by_short;
    struct watch_baseline by_long;
};

/** Judges a series. Takes: `index`, NUMBER_NONE where missing; `teams`, how many are charted in
 * all; `out` with room for all weeks. Fails: DP_NO_MEMORY. */
dp_err watch_series(const double *index, size_t weeks, size_t teams, struct watch_week *out,
                    struct watch *watch);

/** The baseline of the chart that judges now: the long one where it has taken over. */
const struct watch_baseline *watch_baseline_of(const struct watch *watch);

/** Draws one chart alone. Takes: `baseline` with its weeks and limit; the rest is filled in.
 * Fails: DP_NO_MEMORY. */
dp_err watch_chart(const double *index, size_t weeks, struct watch_baseline *baseline,
                   struct watch_week *out);
