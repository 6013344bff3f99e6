/* SPDX-License-Identifier: MIT */
#include "app/service/statsfile/statsfile_table.h"

#include <math.h>
#include <string.h>

#include "app/core/num.h"
#include "app/stats/number.h"
#include "app/stats/series.h"

enum { PERIODS_MAX = 100000, GRID_CELLS_MAX = 4000000 };

/* ---- reading ---- */

static dp_err read_cell(const struct csv_reader *csv, size_t column,
                        const struct statsfile_words *words, double *value,
                        struct dp_problem *problem)
{
    struct str field = str_trim(csv_reader_field(csv, column));
    *value = NUMBER_NONE;
    if (field.len == 0 || str_equal(field, STR("NA"))) {
        return DP_SUCCESS;
    }
    for (size_t i = 0; words != NULL && i < words->count; i++) {
        if (str_equal(field, str_of(words->words[i]))) {
            *value = (double)i;
            return DP_SUCCESS;
        }
    }
    if (!err_is_ok(num_double(field, value))) {
        return csv_reader_problem(csv, column, problem, "this is not a number");
    }
    return DP_SUCCESS;
}

static dp_err count_rows(struct str text, size_t *rows, struct dp_problem *problem)
{
    struct csv_reader csv CSV_READER_AUTO = { 0 };
    DP_TRY(csv_reader_open(&csv, text, problem));
    for (*rows = 0;; (*rows)++) {
        bool has_row = false;
        DP_TRY(csv_reader_next(&csv, &has_row, problem));
        if (!has_row) {
            return DP_SUCCESS;
        }
    }
}

/* The place of the next row in a table that is being filled. */
struct row_place {
    struct statsfile_table *table;
    size_t row;
};

static dp_err read_row(struct csv_reader *csv, const struct statsfile_words *words,
                       const struct row_place *place, struct dp_problem *problem)
{
    bool has_row = false;
    DP_TRY(csv_reader_next(csv, &has_row, problem));
    DP_CHECK(has_row);
    struct statsfile_table *table = place->table;
    table->lines[place->row] = csv->row_line;
    double *values = table->values + place->row;
    for (size_t column = 0; column < table->columns; column++) {
        DP_TRY(read_cell(csv, column, words, &values[column * table->rows], problem));
    }
    return DP_SUCCESS;
}

static dp_err read_rows(struct csv_reader *csv, const struct statsfile_words *words,
                        struct statsfile_table *table, struct dp_problem *problem)
{
    for (struct row_place place = { table, 0 }; place.row < table->rows; place.row++) {
        DP_TRY(read_row(csv, words, &place, problem));
    }
    return DP_SUCCESS;
}

dp_err statsfile_table_read(struct str text, const struct statsfile_words *words,
                            struct arena *arena, struct statsfile_table *table,
                            struct dp_problem *problem)
{
    *table = (struct statsfile_table){ 0 };
    DP_TRY(count_rows(text, &table->rows, problem));
    struct csv_reader csv CSV_READER_AUTO = { 0 };
    DP_TRY(csv_reader_open(&csv, text, problem));
    table->columns = csv.columns_count;
    for (size_t i = 0; i < table->columns; i++) {
        table->names[i] = arena_copy(arena, csv.names[i]);
    }
    table->values = arena_take(arena, table->rows * table->columns + 1, sizeof(double));
    table->lines = arena_take(arena, table->rows + 1, sizeof(size_t));
    DP_TRY(arena_finish(arena));
    return read_rows(&csv, words, table, problem);
}

/* ---- columns ---- */

dp_err statsfile_table_column(const struct statsfile_table *table, const char *name,
                              const double **column, struct dp_problem *problem)
{
    for (size_t i = 0; i < table->columns; i++) {
        if (str_equal_nocase(table->names[i], str_of(name))) {
            *column = table->values + i * table->rows;
            return DP_SUCCESS;
        }
    }
    return problem_set(problem, 1, 0, "the column %s is missing", name);
}

static uint32_t find_id(const struct statsfile_ids *ids, double id)
{
    size_t low = 0;
    size_t high = ids->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (ids->ids[middle] <= id) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return (uint32_t)low;
}

dp_err statsfile_table_ids(const struct statsfile_table *table, const char *name,
                           struct arena *arena, struct statsfile_ids *ids,
                           struct dp_problem *problem)
{
    const double *column = NULL;
    DP_TRY(statsfile_table_column(table, name, &column, problem));
    *ids = (struct statsfile_ids){ .ids = arena_take(arena, table->rows + 1, sizeof(double)),
                                   .place = arena_take(arena, table->rows + 1,
                                                       sizeof(uint32_t)) };
    DP_TRY(arena_finish(arena));
    for (size_t row = 0; row < table->rows; row++) {
        if (!number_is_known(column[row])) {
            return problem_set(problem, table->lines[row], 0, "column %s: a number is missing",
                               name);
        }
        ids->ids[row] = column[row];
    }
    series_sort(ids->ids, table->rows);
    for (size_t i = 0; i < table->rows; i++) {
        if (ids->count == 0 || ids->ids[i] > ids->ids[ids->count - 1]) {
            ids->ids[ids->count++] = ids->ids[i];
        }
    }
    for (size_t row = 0; row < table->rows; row++) {
        ids->place[row] = find_id(ids, column[row]);
    }
    return DP_SUCCESS;
}

/* ---- grids ---- */

static dp_err check_period(const struct statsfile_table *table, double t, size_t row,
                           struct dp_problem *problem)
{
    if (number_is_known(t) && fabs(t - round(t)) < 1e-9 && fabs(t) < 1e9) {
        return DP_SUCCESS;
    }
    return problem_set(problem, table->lines[row], 0, "column t: this is not a whole number");
}

static dp_err find_stretch(const struct statsfile_table *table,
                           const struct statsfile_rows *rows, const double *t,
                           struct statsfile_grid *grid, struct dp_problem *problem)
{
    double last = -NUMBER_INFINITE;
    grid->first_t = NUMBER_INFINITE;
    for (size_t i = 0; i < rows->count; i++) {
        double at = t[rows->rows[i]];
        DP_TRY(check_period(table, at, rows->rows[i], problem));
        grid->first_t = fmin(grid->first_t, round(at));
        last = fmax(last, round(at));
    }
    if (rows->count == 0 || last - grid->first_t >= PERIODS_MAX) {
        return problem_set(problem, 0, 0,
                           "there are no periods, or too many between two dates");
    }
    grid->periods = (size_t)(last - grid->first_t) + 1;
    if (grid->periods * rows->teams > GRID_CELLS_MAX) {
        return problem_set(problem, 0, 0, "there are too many teams and periods");
    }
    return DP_SUCCESS;
}

dp_err statsfile_table_grid(const struct statsfile_table *table,
                            const struct statsfile_rows *rows, struct arena *arena,
                            struct statsfile_grid *grid, struct dp_problem *problem)
{
    const double *t = NULL;
    DP_TRY(statsfile_table_column(table, "t", &t, problem));
    DP_CHECK(t != NULL);
    *grid = (struct statsfile_grid){ .teams = rows->teams };
    DP_TRY(find_stretch(table, rows, t, grid, problem));
    grid->row = arena_take(arena, grid->teams * grid->periods, sizeof(uint32_t));
    DP_TRY(arena_finish(arena));
    for (size_t i = 0; i < rows->count; i++) {
        uint32_t row = rows->rows[i];
        size_t team = rows->team != NULL ? rows->team[row] : 0;
        size_t place = team * grid->periods + (size_t)(round(t[row]) - grid->first_t);
        if (grid->row[place] != 0) {
            return problem_set(problem, table->lines[row], 0,
                               "column t: this period is there twice, first in line %zu",
                               table->lines[grid->row[place] - 1]);
        }
        grid->row[place] = row + 1;
    }
    return DP_SUCCESS;
}

double *statsfile_table_spread(const struct statsfile_grid *grid, const double *column,
                               struct arena *arena)
{
    size_t cells = grid->teams * grid->periods;
    double *out = arena_take(arena, cells + 1, sizeof(double));
    for (size_t i = 0; i < cells && out != NULL; i++) {
        out[i] = grid->row[i] == 0 ? NUMBER_NONE : column[grid->row[i] - 1];
    }
    return out;
}
