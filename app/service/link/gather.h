/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Brings engagement and an outcome onto one time axis: a row for each team, a column for each
 * period. What stands for engagement is the source's business: the index here, a theme in
 * app/service/theme.
 */

#include "app/core/secret.h"
#include "app/service/link/link.h"

/** A team that has outcomes. */
struct gathered_team {
    struct team_id id;
    size_t row;
    bool is_heard; /* there is a period with its outcome and its row's engagement */
};

/** Both series, value of row j in period t at [j * periods + t]; owns its arrays. */
struct gathered {
    enum lag_unit unit;
    struct date first; /* start of period 0 */
    size_t periods;
    size_t rows;
    bool is_panel;
    bool has_sizes; /* every outcome value came with its n */
    double *engagement;
    double *raw;     /* as released, where engagement is adjusted; NULL: they are the same */
    double *outcome;
    double *answers; /* behind each engagement value */
    double *weight;  /* behind each outcome value: its n, or 1 */
    int32_t last;    /* the last period with an outcome; -1 for none */
    struct gathered_team *teams; /* by id; none for an outcome of the whole organisation */
    size_t team_count;
};

/** Where engagement comes from. */
struct gather_source {
    enum lag_unit unit;        /* LAG_UNIT_WEEK or LAG_UNIT_FORTNIGHT */
    struct date first_monday;  /* of its first period */
    size_t periods;            /* that are over */
    bool is_adjusted;          /* fills `raw`, too */
    /* Teams with the same number share a row, their outcomes are averaged; 0 leaves a team out. NULL:
     * a row for each team. */
    uint32_t (*group_of)(const struct gather_source *source, struct team_id team);
    /* Adds to every row what teams[row] says: n times the mean to `engagement` (and `raw`), n to
     * `answers`, at gather_period(). */
    dp_err (*add)(const struct gather_source *source, const struct team_id *teams,
                  struct gathered *to);
    const void *context;
};

/** The engagement index by weeks, without the running one. Takes: an appliance that outlives it. */
dp_err gather_index(const struct appliance *appliance, struct gather_source *out);

void gather_free(struct gathered *gathered);
#define GATHERED_AUTO __attribute__((cleanup(gather_free)))

/** Collects a pair's data. A team above others that have values, too, is left out.
 * Fails: DP_NO_MEMORY, DP_IO, DP_CORRUPT. */
dp_err gather(const struct appliance *appliance, const struct link_pair *pair,
              const struct gather_source *source, struct gathered *out);

/** The start of period t. */
struct date gather_start(const struct gathered *gathered, size_t t);

/** The period that a date falls into; false outside of all. */
bool gather_period(const struct gathered *gathered, struct date date, size_t *period);

/** Makes everything behind period `last` missing. */
void gather_cut(struct gathered *gathered, int32_t last);

/** Makes everything in periods that begin before a date missing. */
void gather_cut_before(struct gathered *gathered, struct date from);

/** A hash of all released values up to period `last`; equal data, equal hash. */
struct secret_hash gather_fingerprint(const struct gathered *gathered, int32_t last);

/** The two curves over the rows that count, weighted, into `points` (room for all periods). Gives the
 * answers behind them.
 * Takes: what a scan found about each row; NULL or no row that counts: all rows. */
uint64_t gather_curves(const struct gathered *gathered, const struct panelscan_team *rows,
                       struct link_point *points);

/** The answers behind all rows. */
uint64_t gather_answers(const struct gathered *gathered);
