/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Inner part of lagscan.h: from raw series to surprises, for one team or many.
 *
 * First `lagprepare_choose` finds which teams count and the stretch of time that they share; then
 * `lagprepare_filter` takes trend, company-wide shocks and each series' own memory away. The second
 * step can be repeated with one period left out.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/stats/ar.h"
#include "app/stats/scratch.h"
#include "app/stats/verdict.h"

/** The raw data of a scan, one or many teams; see struct panelscan_input. */
struct lag_data {
    const double *x;
    const double *y;
    size_t teams;
    size_t periods;
    double season_period; /* steps in a year; 0: leave the season in */
    bool is_time_demeaned;
};

/** Which part of the data counts. */
struct lag_choice {
    size_t used;            /* teams that count */
    uint32_t *team;         /* their places in the data */
    enum refusal *refusals; /* one for each team of the data */
    uint32_t *first;        /* of each used team: its own first and past-last period, */
    uint32_t *past;         /*   counted from `from` */
    size_t from;            /* the stretch of time, in periods of the data */
    size_t span;
    size_t complete;      /* periods with both series known; the median over the used teams */
    enum refusal refusal; /* of the whole: why there is nothing to scan */
};

/** Finds the teams that count. `teams_min` is 1 for a pair, else 3. */
void lagprepare_choose(const struct lag_data *data, size_t teams_min, struct scratch *scratch,
                       struct lag_choice *choice);

/** The surprises, used teams one after the other, `stride` apart. */
struct lag_surprises {
    double *ex;
    double *ey;
    size_t stride;
    size_t m;
    struct ar_fit *fit_x;
    struct ar_fit *fit_y;
};

/** Takes room for the surprises of a choice. */
void lagprepare_room(const struct lag_choice *choice, struct scratch *scratch,
                     struct lag_surprises *out);

#define LAG_BLANK_NONE SIZE_MAX

/** Detrends and filters. `blank`: a period within the span that counts as missing in both series of
 * all teams, or LAG_BLANK_NONE. Gives: false when nothing varies in some series any more. */
bool lagprepare_filter(const struct lag_data *data, const struct lag_choice *choice,
                       size_t blank, struct scratch *scratch, struct lag_surprises *out);

/** Bytes that all of the above take together. */
size_t lagprepare_scratch_bytes(size_t teams, size_t periods);
