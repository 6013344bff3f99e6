/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "app/core/arena.h"
#include "app/core/json.h"
#include "app/service/statsfile/statsfile.h"
#include "app/service/statsfile/statsfile_case.h"
#include "app/service/statsfile/statsfile_scan_json.h"
#include "app/stats/did.h"
#include "app/stats/its.h"
#include "app/stats/lagscan.h"
#include "app/stats/number.h"

enum { FILE_ARENA_BYTES_MAX = 256 << 20, CASE_ARENA_BYTES_MAX = 256 << 20 };

dp_err statsfile_set_find(struct str name, enum statsfile_set *set)
{
    static const char *const NAMES[] = { "pairs", "panels", "its", "did" };
    for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
        if (str_equal(name, str_of(NAMES[i]))) {
            *set = (enum statsfile_set)i;
            return DP_SUCCESS;
        }
    }
    return err_make(DP_NOT_FOUND);
}

/* ---- one line of the answer ---- */

struct line {
    double estimate;
    double lo;
    double hi;
    double p;
    bool has_lag;
    int lag;
    size_t n;
    enum refusal refusal;
    const char *grade;
    const char *verdict;
};

static dp_err put_line(double id, const struct line *line, struct buf *out)
{
    struct json_writer json = json_writer_new(out, JSON_COMPACT);
    bool is_refused = line->refusal != REFUSAL_NONE;
    json_open_object(&json);
    json_put_num(&json, "case", id);
    json_put_num(&json, "estimate", line->estimate);
    json_put_num(&json, "lo", line->lo);
    json_put_num(&json, "hi", line->hi);
    json_put_num(&json, "p", line->p);
    json_put_num(&json, "lag", line->has_lag && !is_refused ? line->lag : NUMBER_NONE);
    json_key(&json, "grade");
    json_text(&json, line->grade);
    json_key(&json, "verdict");
    json_text(&json, line->verdict);
    json_key(&json, "refused");
    json_bool(&json, is_refused);
    json_key(&json, "reason");
    if (is_refused) {
        json_text(&json, refusal_name(line->refusal));
    } else {
        json_none(&json);
    }
    json_put_count(&json, "n", line->n);
    json_close_object(&json);
    DP_TRY(json_finish(&json));
    buf_add_char(out, '\n');
    return buf_finish(out);
}

/* ---- the data sets of a file ---- */

struct set_file {
    struct statsfile_table table;
    struct statsfile_ids cases;
    struct statsfile_ids teams;   /* of the whole file; empty for kinds without teams */
    uint32_t *rows;               /* the table's rows, case after case */
    size_t *from;                 /* of each case in `rows`, and the end */
    const double *dates;          /* its: first_treated_index of each row, or NULL */
    struct statsfile_table other; /* its: the dates' own file, if there is one */
    struct arena *arena;
    struct dp_problem *problem;
    uint32_t permutations;
};

/* Counting sort of the rows by case. */
static dp_err group_rows(struct set_file *f)
{
    f->rows = arena_take(f->arena, f->table.rows + 1, sizeof(uint32_t));
    f->from = arena_take(f->arena, f->cases.count + 2, sizeof(size_t));
    DP_TRY(arena_finish(f->arena));
    for (size_t i = 0; i < f->table.rows; i++) {
        f->from[f->cases.place[i] + 2]++;
    }
    for (size_t k = 2; k < f->cases.count + 2; k++) {
        f->from[k] += f->from[k - 1];
    }
    for (size_t i = 0; i < f->table.rows; i++) {
        f->rows[f->from[f->cases.place[i] + 1]++] = (uint32_t)i;
    }
    return DP_SUCCESS;
}

/* The grid of one case; its teams are renumbered from 0. */
static dp_err case_grid(const struct set_file *f, size_t place, struct arena *arena,
                        struct statsfile_grid *grid)
{
    const uint32_t *rows = f->rows + f->from[place];
    size_t count = f->from[place + 1] - f->from[place];
    struct statsfile_rows wanted = { .rows = rows, .count = count, .teams = 1 };
    if (f->teams.count > 0) {
        uint32_t *own = arena_take(arena, f->teams.count, sizeof(uint32_t));
        uint32_t *team = arena_take(arena, f->table.rows, sizeof(uint32_t));
        DP_TRY(arena_finish(arena));
        for (size_t i = 0; i < count; i++) {
            own[f->teams.place[rows[i]]] = 1;
        }
        uint32_t next = 0;
        for (size_t j = 0; j < f->teams.count; j++) {
            own[j] = own[j] != 0 ? next++ : 0;
        }
        for (size_t i = 0; i < count; i++) {
            team[rows[i]] = own[f->teams.place[rows[i]]];
        }
        wanted.team = team;
        wanted.teams = next;
    }
    return statsfile_table_grid(&f->table, &wanted, arena, grid, f->problem);
}

static dp_err case_values(const struct set_file *f, const struct statsfile_grid *grid,
                          const char *name, struct arena *arena, const double **out)
{
    const double *column = NULL;
    DP_TRY(statsfile_table_column(&f->table, name, &column, f->problem));
    *out = statsfile_table_spread(grid, column, arena);
    return arena_finish(arena);
}

static dp_err case_scratch(size_t bytes, struct arena *arena, struct scratch *scratch)
{
    *scratch = scratch_of(arena_take(arena, 1, bytes + 1), bytes);
    return arena_finish(arena);
}

static dp_err too_large(const struct set_file *f, double id)
{
    return problem_set(f->problem, 0, 0,
                       "case %.15g has more periods or teams than a scan takes", id);
}

/* ---- the kinds ---- */

static void line_of_scan(const struct lagscan_result *r, struct line *line)
{
    *line = (struct line){ .estimate = r->best_r,
                           .lo = r->ci_lo,
                           .hi = r->ci_hi,
                           .p = r->p_perm,
                           .has_lag = true,
                           .lag = r->best_lag,
                           .n = r->n,
                           .refusal = r->refusal,
                           .grade = grade_name(r->grade),
                           .verdict = verdict_name(r->verdict) };
}

static dp_err scan_pair(const struct set_file *f, size_t place, struct arena *arena,
                        struct line *line)
{
    struct statsfile_grid grid;
    struct scratch scratch;
    struct lagscan_result result;
    struct lagscan_input input = { .options = { .permutations = f->permutations } };
    DP_TRY(case_grid(f, place, arena, &grid));
    DP_TRY(case_values(f, &grid, "x", arena, &input.x));
    DP_TRY(case_values(f, &grid, "y", arena, &input.y));
    input.periods = grid.periods;
    DP_TRY(case_scratch(lagscan_scratch_bytes(&input), arena, &scratch));
    if (!err_is_ok(lagscan(&input, &scratch, &result))) {
        return too_large(f, f->cases.ids[place]);
    }
    line_of_scan(&result, line);
    return DP_SUCCESS;
}

static dp_err scan_panel(const struct set_file *f, size_t place, struct arena *arena,
                         struct line *line)
{
    struct statsfile_grid grid;
    struct scratch scratch;
    struct lagscan_result result;
    struct panelscan_input input = { .options = { .permutations = f->permutations } };
    DP_TRY(case_grid(f, place, arena, &grid));
    DP_TRY(case_values(f, &grid, "x", arena, &input.x));
    DP_TRY(case_values(f, &grid, "y", arena, &input.y));
    input.periods = grid.periods;
    input.teams = grid.teams;
    DP_TRY(case_scratch(panelscan_scratch_bytes(&input), arena, &scratch));
    if (!err_is_ok(panelscan(&input, &scratch, &result, NULL))) {
        return too_large(f, f->cases.ids[place]);
    }
    line_of_scan(&result, line);
    return DP_SUCCESS;
}

/* The period of the change, from 1: in the data themselves or in the file of dates. */
static dp_err find_date(const struct set_file *f, size_t place, double *first)
{
    *first = NUMBER_NONE;
    if (f->dates != NULL) {
        *first = f->dates[f->rows[f->from[place]]];
    } else if (f->other.rows > 0) {
        const double *series = NULL;
        const double *dates = NULL;
        DP_TRY(statsfile_table_column(&f->other, "series", &series, f->problem));
        DP_TRY(statsfile_table_column(&f->other, "first_treated_index", &dates, f->problem));
        for (size_t i = 0; i < f->other.rows; i++) {
            *first = fabs(series[i] - f->cases.ids[place]) < 0.5 ? dates[i] : *first;
        }
    }
    if (!(*first >= 1.0 && *first < 1e9)) {
        return problem_set(f->problem, 0, 0, "series %.15g has no first_treated_index",
                           f->cases.ids[place]);
    }
    return DP_SUCCESS;
}

static dp_err scan_its(const struct set_file *f, size_t place, struct arena *arena,
                       struct line *line)
{
    struct statsfile_grid grid;
    struct scratch scratch;
    struct its_result result;
    struct its_input input = { 0 };
    double first = 0.0;
    DP_TRY(case_grid(f, place, arena, &grid));
    DP_TRY(case_values(f, &grid, "y", arena, &input.y));
    DP_TRY(find_date(f, place, &first));
    input.periods = grid.periods;
    input.first_treated = (size_t)first - 1;
    DP_TRY(case_scratch(its_scratch_bytes(input.periods), arena, &scratch));
    if (!err_is_ok(its_assess(&input, &scratch, &result))) {
        return too_large(f, f->cases.ids[place]);
    }
    *line = (struct line){ .estimate = result.level.value,
                           .lo = result.level.lo,
                           .hi = result.level.hi,
                           .p = result.level.p,
                           .n = result.n_before + result.n_after,
                           .refusal = result.refusal,
                           .grade = grade_name(result.grade),
                           .verdict = effect_verdict_name(result.verdict) };
    return DP_SUCCESS;
}

dp_err statsfile_did_labels(const struct statsfile_table *table,
                            const struct statsfile_grid *grid, struct arena *arena,
                            struct did_input *input, struct dp_problem *problem)
{
    const double *treated = NULL;
    const double *post = NULL;
    DP_TRY(statsfile_table_column(table, "treated", &treated, problem));
    DP_TRY(statsfile_table_column(table, "post", &post, problem));
    bool *labels = arena_take(arena, grid->teams, sizeof(bool));
    DP_TRY(arena_finish(arena));
    size_t first = grid->periods;
    for (size_t i = 0; i < grid->teams * grid->periods; i++) {
        size_t t = i % grid->periods;
        if (grid->row[i] != 0 && post[grid->row[i] - 1] > 0.5 && t < first) {
            first = t;
        }
    }
    for (size_t i = 0; i < grid->teams * grid->periods; i++) {
        if (grid->row[i] == 0) {
            continue;
        }
        size_t row = grid->row[i] - 1;
        labels[i / grid->periods] = labels[i / grid->periods] || treated[row] > 0.5;
        if (i % grid->periods >= first && !(post[row] > 0.5)) {
            return problem_set(problem, table->lines[row], 0,
                               "column post: this must be 1 from one period on for all teams");
        }
    }
    input->is_treated = labels;
    input->teams = grid->teams;
    input->periods = grid->periods;
    input->first_treated = first;
    input->before = grid->periods;
    input->after = grid->periods;
    return DP_SUCCESS;
}

static dp_err scan_did(const struct set_file *f, size_t place, struct arena *arena,
                       struct line *line)
{
    struct statsfile_grid grid;
    struct scratch scratch;
    struct did_result result;
    struct did_input input = { 0 };
    DP_TRY(case_grid(f, place, arena, &grid));
    DP_TRY(case_values(f, &grid, "y", arena, &input.y));
    DP_TRY(statsfile_did_labels(&f->table, &grid, arena, &input, f->problem));
    DP_TRY(case_scratch(did_scratch_bytes(grid.teams, grid.periods), arena, &scratch));
    if (!err_is_ok(did_assess(&input, &scratch, &result))) {
        return too_large(f, f->cases.ids[place]);
    }
    *line = (struct line){ .estimate = result.estimate,
                           .lo = result.lo,
                           .hi = result.hi,
                           .p = result.p,
                           .n = grid.periods,
                           .refusal = result.refusal,
                           .grade = grade_name(result.grade),
                           .verdict = effect_verdict_name(result.verdict) };
    return DP_SUCCESS;
}

/* ---- the whole file ---- */

struct set_kind {
    const char *case_column;
    bool has_teams;
    dp_err (*scan)(const struct set_file *f, size_t place, struct arena *arena,
                   struct line *line);
};

static const struct set_kind SET_KINDS[] = {
    [STATSFILE_PAIRS] = { "pair", false, scan_pair },
    [STATSFILE_PANELS] = { "panel", true, scan_panel },
    [STATSFILE_ITS] = { "series", false, scan_its },
    [STATSFILE_DID] = { "case", true, scan_did },
};

static dp_err read_dates(struct set_file *f, struct str dates_csv)
{
    if (err_is_ok(statsfile_table_column(&f->table, "first_treated_index", &f->dates, NULL)) ||
        dates_csv.len == 0) {
        return DP_SUCCESS;
    }
    return statsfile_table_read(dates_csv, NULL, f->arena, &f->other, f->problem);
}

static dp_err open_set(const struct set_kind *kind, struct str data_csv, struct set_file *f)
{
    DP_TRY(statsfile_table_read(data_csv, NULL, f->arena, &f->table, f->problem));
    DP_TRY(statsfile_table_ids(&f->table, kind->case_column, f->arena, &f->cases, f->problem));
    if (kind->has_teams) {
        DP_TRY(statsfile_table_ids(&f->table, "team", f->arena, &f->teams, f->problem));
    }
    return group_rows(f);
}

static dp_err scan_all(const struct set_kind *kind, const struct set_file *f, struct buf *out)
{
    struct arena arena ARENA_AUTO = arena_new(CASE_ARENA_BYTES_MAX);
    for (size_t place = 0; place < f->cases.count; place++) {
        struct line line = { 0 };
        DP_TRY(kind->scan(f, place, &arena, &line));
        DP_TRY(put_line(f->cases.ids[place], &line, out));
        arena_free(&arena);
    }
    return DP_SUCCESS;
}

dp_err statsfile_scan(enum statsfile_set set, struct str data_csv,
                      const struct statsfile_scan_options *options, struct buf *out,
                      struct dp_problem *problem)
{
    struct arena arena ARENA_AUTO = arena_new(FILE_ARENA_BYTES_MAX);
    struct set_file f = { .arena = &arena,
                          .problem = problem,
                          .permutations = options->permutations };
    const struct set_kind *kind = &SET_KINDS[set];
    DP_TRY(open_set(kind, data_csv, &f));
    if (set == STATSFILE_ITS) {
        DP_TRY(read_dates(&f, options->dates_csv));
    }
    return scan_all(kind, &f, out);
}
