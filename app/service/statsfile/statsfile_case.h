/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Inner part of statsfile.h: what each kind of case is given, and the kinds themselves. Every
 * function writes the members of the answer into an object that is open already.
 */

#include "app/core/arena.h"
#include "app/core/err.h"
#include "app/core/json.h"
#include "app/service/statsfile/statsfile_table.h"
#include "app/stats/scratch.h"

struct statsfile_case {
    struct json_value params;
    struct statsfile_table table;
    struct arena *arena;
    struct json_writer *json;
    struct dp_problem *problem;
};

/** A column of the input. Fails: DP_INVALID. */
dp_err statsfile_case_column(const struct statsfile_case *c, const char *name,
                             const double **column);

/** A number among the parameters, or `otherwise`. Fails: DP_INVALID (not a number). */
dp_err statsfile_case_param(const struct statsfile_case *c, const char *name, double otherwise,
                            double *value);

/** A whole number among the parameters, or `otherwise`. Fails: DP_INVALID (another kind, or outside
 * min..max). */
dp_err statsfile_case_count(const struct statsfile_case *c, const char *name, size_t otherwise,
                            size_t max, size_t *value);

/** An array of doubles from the arena. Fails: DP_NO_MEMORY. */
dp_err statsfile_case_doubles(const struct statsfile_case *c, size_t count, double **out);

/** A work area from the arena. Fails: DP_NO_MEMORY. */
dp_err statsfile_case_scratch(const struct statsfile_case *c, size_t bytes,
                              struct scratch *out);

/** Every row of the file on one grid. Takes: the name of the column of teams, or NULL. */
dp_err statsfile_case_grid(const struct statsfile_case *c, const char *team_column,
                           struct statsfile_grid *grid);

/** A column on a grid. Fails: DP_INVALID, DP_NO_MEMORY. */
dp_err statsfile_case_spread(const struct statsfile_case *c, const struct statsfile_grid *grid,
                             const char *name, const double **out);

/* Building blocks (statsfile_basic.c) */
dp_err statsfile_correlation(const struct statsfile_case *c);
dp_err statsfile_wilson(const struct statsfile_case *c);
dp_err statsfile_newcombe(const struct statsfile_case *c);
dp_err statsfile_means(const struct statsfile_case *c);
dp_err statsfile_effective_n(const struct statsfile_case *c);
dp_err statsfile_ccf(const struct statsfile_case *c);
dp_err statsfile_p_adjust(const struct statsfile_case *c);
dp_err statsfile_meta(const struct statsfile_case *c);
dp_err statsfile_rmcorr(const struct statsfile_case *c);
dp_err statsfile_distributions(const struct statsfile_case *c);

/** The words of a distribution case's first column. */
extern const struct statsfile_words statsfile_distribution_words;

/* Procedures (statsfile_models.c) */
dp_err statsfile_lag_scan(const struct statsfile_case *c);
dp_err statsfile_panel_scan(const struct statsfile_case *c);
dp_err statsfile_ewma(const struct statsfile_case *c);
dp_err statsfile_ewma_limits(const struct statsfile_case *c);
dp_err statsfile_local_level(const struct statsfile_case *c);

/* Before and after (statsfile_effects.c), difficulty (statsfile_items.c) */
dp_err statsfile_its(const struct statsfile_case *c);
dp_err statsfile_did(const struct statsfile_case *c);
dp_err statsfile_items(const struct statsfile_case *c);

struct did_input;

/** Labels, window and date of a difference-in-differences grid, from the columns treated and post;
 * the whole time before and after is used. Fails: DP_INVALID (post is not 1 from one period on). */
dp_err statsfile_did_labels(const struct statsfile_table *table,
                            const struct statsfile_grid *grid, struct arena *arena,
                            struct did_input *input, struct dp_problem *problem);
