/* SPDX-License-Identifier: MIT */
#include "app/service/statsfile/statsfile.h"

#include "app/service/statsfile/statsfile_case.h"

enum { ARENA_BYTES_MAX = 512 << 20 };

struct kind {
    const char *name;
    dp_err (*run)(const struct statsfile_case *c);
    bool needs_input;
};

static const struct kind KINDS[] = {
    { "correlation", statsfile_correlation, true },
    { "wilson", statsfile_wilson, true },
    { "proportion_difference", statsfile_newcombe, true },
    { "mean_interval", statsfile_means, true },
    { "effective_n", statsfile_effective_n, true },
    { "prewhitened_ccf_ar1", statsfile_ccf, true },
    { "lag_scan", statsfile_lag_scan, true },
    { "panel_lag_scan", statsfile_panel_scan, true },
    { "interrupted_time_series", statsfile_its, true },
    { "difference_in_differences", statsfile_did, true },
    { "p_adjust", statsfile_p_adjust, true },
    { "fisher_z_meta", statsfile_meta, true },
    { "rmcorr", statsfile_rmcorr, true },
    { "ewma_chart", statsfile_ewma, true },
    { "ewma_limit_table", statsfile_ewma_limits, false },
    { "local_level_smoother", statsfile_local_level, true },
    { "item_adjustment", statsfile_items, true },
    { "distributions", statsfile_distributions, true },
};

static dp_err parse_case(struct str case_json, struct json_doc **doc,
                         struct dp_problem *problem)
{
    DP_TRY(json_parse(case_json, STATSFILE_CASE_BYTES_MAX, doc, problem));
    if (json_kind_of(json_root(*doc)) != JSON_KIND_OBJECT) {
        return problem_set(problem, 1, 0,
                           "a case is one JSON object with kind, input and params");
    }
    return DP_SUCCESS;
}

static dp_err find_kind(struct json_value root, const struct kind **out,
                        struct dp_problem *problem)
{
    struct str name;
    if (!err_is_ok(json_read_text(json_get(root, "kind"), &name))) {
        return problem_set(problem, 0, 0, "the member \"kind\" is missing or not a text");
    }
    for (size_t i = 0; i < sizeof(KINDS) / sizeof(KINDS[0]); i++) {
        if (str_equal(name, str_of(KINDS[i].name))) {
            *out = &KINDS[i];
            return DP_SUCCESS;
        }
    }
    return problem_set(problem, 0, 0, "the kind \"%.*s\" is not known",
                       STR_ARG(str_slice(name, 0, 80)));
}

dp_err statsfile_input_name(struct str case_json, char name[STATSFILE_NAME_MAX],
                            struct dp_problem *problem)
{
    struct json_doc *doc JSON_DOC_AUTO = NULL;
    DP_TRY(parse_case(case_json, &doc, problem));
    const struct kind *kind = NULL;
    DP_TRY(find_kind(json_root(doc), &kind, problem));
    DP_CHECK(kind != NULL);
    name[0] = '\0';
    if (!kind->needs_input) {
        return DP_SUCCESS;
    }
    struct str input;
    if (!err_is_ok(json_read_text(json_get(json_root(doc), "input"), &input)) ||
        input.len == 0) {
        return problem_set(problem, 0, 0, "the member \"input\" must name a CSV file");
    }
    if (str_find_char(input, '/') < input.len || input.ptr[0] == '.') {
        return problem_set(problem, 0, 0,
                           "the input must be a file beside the case, not a path");
    }
    if (!str_copy(input, name, STATSFILE_NAME_MAX)) {
        return err_make(DP_TOO_LONG);
    }
    return DP_SUCCESS;
}

static dp_err run_kind(const struct kind *kind, struct json_value root, struct str input_csv,
                       struct buf *out, struct dp_problem *problem)
{
    struct arena arena ARENA_AUTO = arena_new(ARENA_BYTES_MAX);
    struct json_writer json = json_writer_new(out, JSON_PRETTY);
    struct statsfile_case c = {
        .params = json_get(root, "params"), .arena = &arena, .json = &json, .problem = problem
    };
    if (kind->needs_input) {
        DP_TRY(statsfile_table_read(input_csv, &statsfile_distribution_words, &arena, &c.table,
                                    problem));
        if (c.table.rows == 0) {
            return problem_set(problem, 1, 0, "the file has no rows");
        }
    }
    json_open_object(&json);
    DP_TRY(kind->run(&c));
    json_close_object(&json);
    return json_finish(&json);
}

dp_err statsfile_run(struct str case_json, struct str input_csv, struct buf *out,
                     struct dp_problem *problem)
{
    struct json_doc *doc JSON_DOC_AUTO = NULL;
    DP_TRY(parse_case(case_json, &doc, problem));
    const struct kind *kind = NULL;
    DP_TRY(find_kind(json_root(doc), &kind, problem));
    DP_CHECK(kind != NULL);
    size_t start = out->len;
    dp_err err = run_kind(kind, json_root(doc), input_csv, out, problem);
    if (!err_is_ok(err)) {
        /* Half an object is no answer. */
        out->len = start;
    }
    return err;
}

/* ---- what the kinds share ---- */

dp_err statsfile_case_column(const struct statsfile_case *c, const char *name,
                             const double **column)
{
    return statsfile_table_column(&c->table, name, column, c->problem);
}

dp_err statsfile_case_param(const struct statsfile_case *c, const char *name, double otherwise,
                            double *value)
{
    *value = otherwise;
    struct json_value param = json_get(c->params, name);
    if (json_kind_of(param) == JSON_KIND_ABSENT) {
        return DP_SUCCESS;
    }
    if (!err_is_ok(json_read_double(param, value))) {
        return problem_set(c->problem, 0, 0, "the parameter \"%s\" must be a number", name);
    }
    return DP_SUCCESS;
}

dp_err statsfile_case_count(const struct statsfile_case *c, const char *name, size_t otherwise,
                            size_t max, size_t *value)
{
    double number = 0.0;
    DP_TRY(statsfile_case_param(c, name, (double)otherwise, &number));
    if (!(number >= 0.0 && number <= (double)max) || number < (double)(size_t)number ||
        number > (double)(size_t)number) {
        return problem_set(c->problem, 0, 0,
                           "the parameter \"%s\" must be a whole number to %zu", name, max);
    }
    *value = (size_t)number;
    return DP_SUCCESS;
}

dp_err statsfile_case_doubles(const struct statsfile_case *c, size_t count, double **out)
{
    *out = arena_take(c->arena, count + 1, sizeof(double));
    return arena_finish(c->arena);
}

dp_err statsfile_case_scratch(const struct statsfile_case *c, size_t bytes, struct scratch *out)
{
    *out = scratch_of(arena_take(c->arena, 1, bytes + 1), bytes);
    return arena_finish(c->arena);
}

/* Every row of the file on one grid; `team_column` may be NULL. */
dp_err statsfile_case_grid(const struct statsfile_case *c, const char *team_column,
                           struct statsfile_grid *grid)
{
    struct statsfile_ids teams = { .count = 1 };
    uint32_t *all = arena_take(c->arena, c->table.rows, sizeof(uint32_t));
    DP_TRY(arena_finish(c->arena));
    for (size_t i = 0; i < c->table.rows; i++) {
        all[i] = (uint32_t)i;
    }
    if (team_column != NULL) {
        DP_TRY(statsfile_table_ids(&c->table, team_column, c->arena, &teams, c->problem));
    }
    struct statsfile_rows rows = {
        .rows = all, .count = c->table.rows, .team = teams.place, .teams = teams.count
    };
    return statsfile_table_grid(&c->table, &rows, c->arena, grid, c->problem);
}

dp_err statsfile_case_spread(const struct statsfile_case *c, const struct statsfile_grid *grid,
                             const char *name, const double **out)
{
    const double *column = NULL;
    DP_TRY(statsfile_case_column(c, name, &column));
    *out = statsfile_table_spread(grid, column, c->arena);
    return arena_finish(c->arena);
}
