/* SPDX-License-Identifier: MIT */
#include "app/service/outcomes/outcomes_file.h"

#include <stdlib.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/core/num.h"
#include "app/core/suggest.h"
#include "storage/metric_record.h"

enum { FIRST_ROWS = 1024, FIRST_NAMES = 16, ARENA_BYTES = 16 * 1024 * 1024, NAMES_MAX = 256 };

enum value_column {
    VALUE_PERIOD,
    VALUE_TEAM,
    VALUE_METRIC,
    VALUE_VALUE,
    VALUE_N,
    VALUE_SOURCE,
    VALUE_COLUMN_COUNT
};

enum rating_column { RATING_DATE, RATING_TEAM, RATING_SCORE, RATING_COLUMN_COUNT };

static const struct csv_column value_columns[VALUE_COLUMN_COUNT] = {
    [VALUE_PERIOD] = { "period", true }, [VALUE_TEAM] = { "team", true },
    [VALUE_METRIC] = { "metric", true }, [VALUE_VALUE] = { "value", true },
    [VALUE_N] = { "n", false },          [VALUE_SOURCE] = { "source", false },
};

static const struct csv_column rating_columns[RATING_COLUMN_COUNT] = {
    [RATING_DATE] = { "date", true },
    [RATING_TEAM] = { "team", true },
    [RATING_SCORE] = { "score", true },
};

/** One reading of a file. */
struct reading {
    struct store *office;
    struct outcomes_file *outcomes;
    struct cells *cells;
    const struct outcomes_request *request;
    struct outcomes_report *report;
    struct str default_source;
    size_t at[VALUE_COLUMN_COUNT];
};

void outcomes_file_free(struct outcomes_file *outcomes)
{
    mem_free(outcomes->rows);
    mem_free(outcomes->metrics);
    mem_free(outcomes->sources);
    name_index_free(&outcomes->metric_index);
    name_index_free(&outcomes->source_index);
    team_names_free(&outcomes->teams);
    arena_free(&outcomes->arena);
    *outcomes = (struct outcomes_file){ 0 };
}

struct outcome outcomes_file_value(const struct outcomes_file *outcomes,
                                   const struct outcome_row *row, struct import_id import)
{
    struct outcome outcome = { .period_kind = row->kind,
                               .period_start = row->start,
                               .team = row->team,
                               .value = row->value,
                               .has_n = row->has_n,
                               .n = row->n,
                               .import = import };
    memcpy(outcome.metric, outcomes->metrics[row->metric].code, sizeof outcome.metric);
    DP_CHECK(str_copy(outcomes->sources[row->source], outcome.source, sizeof outcome.source));
    return outcome;
}

/* ---- Growing tables ---- */

/* Room for one more of `size` bytes each; `*items` may move. */
static dp_err make_room(void **items, size_t count, size_t *capacity, size_t size, size_t first)
{
    if (count < *capacity) {
        return DP_SUCCESS;
    }
    size_t wanted = *capacity == 0 ? first : *capacity * 2;
    void *more = mem_resize(*items, wanted, size);
    if (more == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    *items = more;
    *capacity = wanted;
    return DP_SUCCESS;
}

static dp_err add_row(struct outcomes_file *outcomes, const struct outcome_row *row)
{
    void *rows = outcomes->rows;
    DP_TRY(make_room(&rows, outcomes->rows_count, &outcomes->rows_capacity, sizeof *row,
                     FIRST_ROWS));
    outcomes->rows = rows;
    outcomes->rows[outcomes->rows_count++] = *row;
    return DP_SUCCESS;
}

static dp_err add_source(struct outcomes_file *outcomes, struct str source, uint32_t *number)
{
    if (name_index_find(&outcomes->source_index, source, number)) {
        return DP_SUCCESS;
    }
    void *sources = outcomes->sources;
    bool is_new = false;
    DP_TRY(make_room(&sources, outcomes->sources_count, &outcomes->sources_capacity,
                     sizeof outcomes->sources[0], FIRST_NAMES));
    outcomes->sources = sources;
    *number = (uint32_t)outcomes->sources_count;
    struct str kept = arena_copy(&outcomes->arena, source);
    DP_TRY(arena_finish(&outcomes->arena));
    outcomes->sources[outcomes->sources_count++] = kept;
    return name_index_add(&outcomes->source_index, kept, number, &is_new);
}

static dp_err add_metric(struct outcomes_file *outcomes, const struct metric *metric,
                         uint32_t *number)
{
    void *metrics = outcomes->metrics;
    bool is_new = false;
    DP_TRY(make_room(&metrics, outcomes->metrics_count, &outcomes->metrics_capacity,
                     sizeof *metric, FIRST_NAMES));
    outcomes->metrics = metrics;
    *number = (uint32_t)outcomes->metrics_count;
    outcomes->metrics[outcomes->metrics_count++] = *metric;
    struct str code = arena_copy(&outcomes->arena, str_of(metric->code));
    DP_TRY(arena_finish(&outcomes->arena));
    return name_index_add(&outcomes->metric_index, code, number, &is_new);
}

/* ---- Cells ---- */

/** Codes to choose the nearest from. */
struct code_list {
    const char *codes[NAMES_MAX];
    struct arena arena;
    size_t count;
};

static bool list_code(const struct metric *metric, void *context)
{
    struct code_list *list = context;
    struct str code = arena_copy(&list->arena, str_of(metric->code));
    if (code.len > 0 && list->count < NAMES_MAX) {
        list->codes[list->count++] = code.ptr;
    }
    return true;
}

static dp_err say_unknown_metric(const struct reading *r, struct str code)
{
    char space[CELL_SHOWN_MAX];
    struct code_list list = { .arena = arena_new(ARENA_BYTES) };
    size_t count = 0;
    const struct metric *known = metric_defaults(&count);
    for (size_t i = 0; i < count; i++) {
        list_code(&known[i], &list);
    }
    struct store_txn *txn STORE_READ_AUTO = NULL;
    dp_err err = store_read(r->office, &txn);
    if (err_is_ok(err)) {
        err = metric_record_each(txn, list_code, &list);
    }
    const char *nearest = suggest_nearest(code, list.codes, list.count);
    struct text_value shown = text_word(cell_shown(code, space));
    if (err_is_ok(err) && nearest != NULL) {
        cell_wrong(r->cells, r->at[VALUE_METRIC], TEXT_PROBLEM_METRIC_NEAR,
                   TEXT_VALUES(shown, text_word(str_of(nearest))));
    } else if (err_is_ok(err)) {
        cell_wrong(r->cells, r->at[VALUE_METRIC], TEXT_PROBLEM_METRIC_UNKNOWN,
                   TEXT_VALUES(shown));
    }
    arena_free(&list.arena);
    return err;
}

static dp_err read_metric(const struct reading *r, uint32_t *number, bool *is_good)
{
    struct str code = { 0 };
    struct metric metric;
    if (!cell_name(r->cells, r->at[VALUE_METRIC], CODE_MAX, &code)) {
        *is_good = false;
        return DP_SUCCESS;
    }
    if (name_index_find(&r->outcomes->metric_index, code, number)) {
        return DP_SUCCESS;
    }
    struct store_txn *txn STORE_READ_AUTO = NULL;
    DP_TRY(store_read(r->office, &txn));
    dp_err err = outcomes_find_metric(txn, code, &metric);
    store_read_end(txn);
    txn = NULL;
    if (err_is(err, DP_NOT_FOUND)) {
        *is_good = false;
        return say_unknown_metric(r, code);
    }
    DP_TRY(err);
    return add_metric(r->outcomes, &metric, number);
}

static void read_team(const struct reading *r, size_t position, struct team_id *team,
                      bool *is_good)
{
    char space[CELL_SHOWN_MAX];
    char near_space[CELL_SHOWN_MAX];
    struct str text = { 0 };
    if (!cell_name(r->cells, position, PATH_NAME_MAX, &text)) {
        *is_good = false;
        return;
    }
    enum team_match match = team_names_find(&r->outcomes->teams, text, team);
    if (match == TEAM_MATCH_ONE) {
        return;
    }
    *is_good = false;
    struct text_value shown = text_word(cell_shown(text, space));
    if (match == TEAM_MATCH_SEVERAL) {
        cell_wrong(r->cells, position, TEXT_PROBLEM_TEAM_SEVERAL, TEXT_VALUES(shown));
        return;
    }
    /* Looking for the nearest is slow, and beyond the list nobody reads it. */
    bool is_listed = r->report->problems.count < IMPORT_PROBLEMS_MAX;
    struct str near = is_listed ? team_names_nearest(&r->outcomes->teams, text)
                                : (struct str){ 0 };
    if (near.len == 0) {
        cell_wrong(r->cells, position, TEXT_PROBLEM_TEAM_UNKNOWN, TEXT_VALUES(shown));
        return;
    }
    cell_wrong(r->cells, position, TEXT_PROBLEM_TEAM_NEAR,
               TEXT_VALUES(shown, text_word(cell_shown(near, near_space))));
}

static void check_not_future(const struct reading *r, size_t position, struct date start,
                             bool *is_good)
{
    char space[CELL_SHOWN_MAX];
    struct date today = r->request->file.today;
    if (date_is_before(today, start)) {
        struct str text = csv_reader_field(&r->cells->csv, position);
        cell_wrong(r->cells, position, TEXT_PROBLEM_PERIOD_FUTURE,
                   TEXT_VALUES(text_word(cell_shown(text, space)), text_date(today)));
        *is_good = false;
    }
}

static void read_period(const struct reading *r, struct outcome_row *row, bool *is_good)
{
    char space[CELL_SHOWN_MAX];
    struct str text = csv_reader_field(&r->cells->csv, r->at[VALUE_PERIOD]);
    if (text.len == 0) {
        cell_wrong(r->cells, r->at[VALUE_PERIOD], TEXT_PROBLEM_EMPTY,
                   (struct text_values){ 0 });
        *is_good = false;
        return;
    }
    if (!err_is_ok(period_parse(text, &row->kind, &row->start))) {
        cell_wrong(r->cells, r->at[VALUE_PERIOD], TEXT_PROBLEM_PERIOD,
                   TEXT_VALUES(text_word(cell_shown(text, space))));
        *is_good = false;
        return;
    }
    check_not_future(r, r->at[VALUE_PERIOD], row->start, is_good);
}

static bool read_number(const struct reading *r, size_t position, double *value)
{
    char space[CELL_SHOWN_MAX];
    struct str text = csv_reader_field(&r->cells->csv, position);
    if (text.len == 0) {
        cell_wrong(r->cells, position, TEXT_PROBLEM_EMPTY, (struct text_values){ 0 });
        return false;
    }
    if (!err_is_ok(num_double(text, value))) {
        cell_wrong(r->cells, position, TEXT_PROBLEM_NUMBER,
                   TEXT_VALUES(text_word(cell_shown(text, space))));
        return false;
    }
    return true;
}

/* The limits are shown as files write them, whatever the language. */
static bool check_range(const struct reading *r, size_t position, const struct metric *metric,
                        double value)
{
    char space[CELL_SHOWN_MAX];
    char low[NUM_TEXT_MAX];
    char high[NUM_TEXT_MAX];
    if (value >= metric->min && value <= metric->max) {
        return true;
    }
    num_text(metric->min, low);
    num_text(metric->max, high);
    struct str text = csv_reader_field(&r->cells->csv, position);
    cell_wrong(r->cells, position, TEXT_PROBLEM_RANGE,
               TEXT_VALUES(text_word(cell_shown(text, space)), text_word(str_of(low)),
                           text_word(str_of(high))));
    return false;
}

static void read_n(const struct reading *r, struct outcome_row *row, bool *is_good)
{
    char space[CELL_SHOWN_MAX];
    uint64_t n = 0;
    struct str text = csv_reader_field(&r->cells->csv, r->at[VALUE_N]);
    if (text.len == 0) {
        return;
    }
    if (!err_is_ok(num_uint(text, 1, UINT32_MAX, &n))) {
        cell_wrong(r->cells, r->at[VALUE_N], TEXT_PROBLEM_COUNT,
                   TEXT_VALUES(text_word(cell_shown(text, space))));
        *is_good = false;
        return;
    }
    row->has_n = true;
    row->n = (uint32_t)n;
}

/* ---- Rows ---- */

static struct outcome_row new_row(const struct reading *r)
{
    return (struct outcome_row){ .line = (uint32_t)cells_line(r->cells),
                                 .number = (uint32_t)r->cells->row };
}

static dp_err read_value_row(const struct reading *r)
{
    struct outcome_row row = new_row(r);
    struct str source = { 0 };
    bool is_good = true;
    bool has_metric = true;
    read_period(r, &row, &is_good);
    read_team(r, r->at[VALUE_TEAM], &row.team, &is_good);
    DP_TRY(read_metric(r, &row.metric, &has_metric));
    is_good = is_good && has_metric;
    bool has_value = read_number(r, r->at[VALUE_VALUE], &row.value);
    if (has_metric && has_value) {
        has_value = check_range(r, r->at[VALUE_VALUE], &r->outcomes->metrics[row.metric],
                                row.value);
    }
    read_n(r, &row, &is_good);
    bool has_source = cell_optional_name(r->cells, r->at[VALUE_SOURCE], CODE_MAX, &source);
    if (!is_good || !has_value || !has_source) {
        return DP_SUCCESS;
    }
    DP_TRY(add_source(r->outcomes, source.len == 0 ? r->default_source : source, &row.source));
    return add_row(r->outcomes, &row);
}

/* The day becomes its week at once; nothing of the single rating is kept but the score. */
static dp_err read_rating_row(const struct reading *r)
{
    struct outcome_row row = new_row(r);
    struct date date = { -1 };
    bool is_good = cell_date(r->cells, r->at[RATING_DATE], &date);
    if (is_good && date.days < 0) {
        cell_wrong(r->cells, r->at[RATING_DATE], TEXT_PROBLEM_EMPTY, (struct text_values){ 0 });
        is_good = false;
    }
    if (is_good) {
        check_not_future(r, r->at[RATING_DATE], date, &is_good);
    }
    read_team(r, r->at[RATING_TEAM], &row.team, &is_good);
    bool has_score = read_number(r, r->at[RATING_SCORE], &row.value) &&
                     check_range(r, r->at[RATING_SCORE], &r->outcomes->metrics[0], row.value);
    if (!is_good || !has_score) {
        return DP_SUCCESS;
    }
    row.kind = PERIOD_WEEK;
    row.start = date_monday(date);
    return add_row(r->outcomes, &row);
}

/* ---- The whole file ---- */

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_places(const struct outcome_row *a, const struct outcome_row *b)
{
    const int64_t pairs[][2] = {
        { a->metric, b->metric },
        { a->source, b->source },
        { (int64_t)a->kind, (int64_t)b->kind },
        { a->start.days, b->start.days },
        { a->team.value, b->team.value },
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        int order = compare_numbers(pairs[i][0], pairs[i][1]);
        if (order != 0) {
            return order;
        }
    }
    return 0;
}

static int by_place_and_number(const void *a, const void *b)
{
    const struct outcome_row *x = a;
    const struct outcome_row *y = b;
    int order = compare_places(x, y);
    return order != 0 ? order : compare_numbers(x->number, y->number);
}

/* Marks in `first_line[row of the file]` the line of the value that was there before; gives how many
 * rows repeat one. */
static size_t find_repeats(const struct outcomes_file *outcomes, uint32_t *first_line)
{
    size_t repeats = 0;
    for (size_t i = 1; i < outcomes->rows_count; i++) {
        const struct outcome_row *row = &outcomes->rows[i];
        const struct outcome_row *before = &outcomes->rows[i - 1];
        if (compare_places(before, row) != 0) {
            continue;
        }
        uint32_t earlier = first_line[before->number];
        first_line[row->number] = earlier != 0 ? earlier : before->line;
        repeats++;
    }
    return repeats;
}

static dp_err say_repeats(const struct reading *r, const uint32_t *first_line)
{
    DP_TRY(cells_again(r->cells));
    while (cells_next(r->cells)) {
        if (first_line[r->cells->row] != 0) {
            cell_wrong(r->cells, r->at[VALUE_PERIOD], TEXT_PROBLEM_VALUE_TWICE,
                       TEXT_VALUES(text_int(first_line[r->cells->row])));
        }
    }
    return DP_SUCCESS;
}

static dp_err refuse_repeats(const struct reading *r)
{
    uint32_t *first_line = mem_new(r->report->rows + 1, sizeof first_line[0]);
    if (first_line == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    dp_err err = DP_SUCCESS;
    if (find_repeats(r->outcomes, first_line) > 0) {
        err = say_repeats(r, first_line);
    }
    mem_free(first_line);
    return err;
}

/* The ratings of one place lie in a row: they become their mean, and n is how many there were. */
static void average_ratings(struct outcomes_file *outcomes)
{
    size_t kept = 0;
    size_t i = 0;
    while (i < outcomes->rows_count) {
        struct outcome_row mean = outcomes->rows[i];
        double sum = 0.0;
        size_t start = i;
        while (i < outcomes->rows_count && compare_places(&outcomes->rows[i], &mean) == 0) {
            sum += outcomes->rows[i].value;
            i++;
        }
        mean.value = sum / (double)(i - start);
        mean.n = (uint32_t)(i - start);
        mean.has_n = true;
        outcomes->rows[kept++] = mean;
    }
    outcomes->rows_count = kept;
}

static void note_period(const struct outcome_row *row, struct date *first, struct date *last,
                        char texts[2][DATE_TEXT_MAX])
{
    if (texts[0][0] == '\0' || date_is_before(row->start, *first)) {
        *first = row->start;
        period_text(row->kind, row->start, texts[0]);
    }
    if (texts[1][0] == '\0' || date_is_before(*last, row->start)) {
        *last = row->start;
        period_text(row->kind, row->start, texts[1]);
    }
}

/* Rows are sorted, so a series is a run of them. */
static void summarise(const struct reading *r)
{
    const struct outcomes_file *outcomes = r->outcomes;
    struct outcomes_report *report = r->report;
    struct date first = { 0 };
    struct date last = { 0 };
    struct date series_first = { 0 };
    struct date series_last = { 0 };
    char texts[2][DATE_TEXT_MAX] = { "", "" };
    char series_texts[2][DATE_TEXT_MAX] = { "", "" };
    struct outcomes_series unlisted;
    struct outcomes_series *series = NULL;
    for (size_t i = 0; i < outcomes->rows_count; i++) {
        const struct outcome_row *row = &outcomes->rows[i];
        bool is_next = i == 0 || row->metric != row[-1].metric || row->source != row[-1].source;
        if (is_next) {
            struct outcome value = outcomes_file_value(outcomes, row, (struct import_id){ 0 });
            bool is_listed = report->series_count < OUTCOMES_METRICS_MAX;
            series = is_listed ? &report->series[report->series_count++] : &unlisted;
            *series = (struct outcomes_series){ 0 };
            memcpy(series->metric, value.metric, sizeof series->metric);
            memcpy(series->source, value.source, sizeof series->source);
            memset(series_texts, 0, sizeof series_texts);
            report->series_total++;
        }
        note_period(row, &first, &last, texts);
        note_period(row, &series_first, &series_last, series_texts);
        series->values++;
        memcpy(series->first, series_texts[0], sizeof series->first);
        memcpy(series->last, series_texts[1], sizeof series->last);
    }
    memcpy(report->first, texts[0], sizeof report->first);
    memcpy(report->last, texts[1], sizeof report->last);
    report->values = outcomes->rows_count;
}

/* The metric and the source of a file of ratings are the request's. */
static dp_err prepare_ratings(const struct reading *r, struct dp_problem *problem)
{
    const char *code = r->request->metric != NULL ? r->request->metric : OUTCOMES_RATING_METRIC;
    struct metric metric;
    uint32_t number = 0;
    char space[CELL_SHOWN_MAX];
    struct text_value shown = text_word(cell_shown(str_of(code), space));
    struct store_txn *txn STORE_READ_AUTO = NULL;
    DP_TRY(store_read(r->office, &txn));
    dp_err err = outcomes_find_metric(txn, str_of(code), &metric);
    if (!err_is_ok(err) && !err_is(err, DP_NOT_FOUND)) {
        return err;
    }
    if (err_is(err, DP_NOT_FOUND)) {
        cell_wrong_file(r->cells, TEXT_PROBLEM_METRIC_UNKNOWN, TEXT_VALUES(shown));
    } else if (metric.shape != METRIC_MEAN && metric.shape != METRIC_SECONDS) {
        cell_wrong_file(r->cells, TEXT_PROBLEM_NOT_A_MEAN, TEXT_VALUES(shown));
    }
    DP_TRY(import_finish(&r->report->problems, problem));
    DP_TRY(add_metric(r->outcomes, &metric, &number));
    return add_source(r->outcomes, r->default_source, &number);
}

static dp_err read_rows(const struct reading *r)
{
    bool is_rating_file = r->report->is_rating_file;
    while (cells_next(r->cells)) {
        r->report->rows++;
        DP_TRY(is_rating_file ? read_rating_row(r) : read_value_row(r));
    }
    struct outcomes_file *outcomes = r->outcomes;
    if (outcomes->rows_count == 0) {
        return DP_SUCCESS;
    }
    qsort(outcomes->rows, outcomes->rows_count, sizeof outcomes->rows[0], by_place_and_number);
    if (!is_rating_file) {
        return err_is_ok(r->cells->failed) ? refuse_repeats(r) : DP_SUCCESS;
    }
    average_ratings(outcomes);
    return DP_SUCCESS;
}

static dp_err read_all(struct reading *r, struct dp_problem *problem)
{
    size_t score = csv_reader_find(&r->cells->csv, STR("score"));
    r->report->is_rating_file = score != CSV_READER_ABSENT;
    if (r->report->is_rating_file) {
        DP_TRY(cells_map(r->cells, rating_columns, RATING_COLUMN_COUNT, r->at, problem));
        DP_TRY(prepare_ratings(r, problem));
    } else {
        DP_TRY(cells_map(r->cells, value_columns, VALUE_COLUMN_COUNT, r->at, problem));
    }
    DP_TRY(read_rows(r));
    DP_TRY(cells_end(r->cells, problem));
    summarise(r);
    return DP_SUCCESS;
}

dp_err outcomes_file_read(struct store *office, struct outcomes_file *outcomes,
                          const struct outcomes_request *request,
                          struct outcomes_report *report, struct dp_problem *problem)
{
    struct cells cells CELLS_AUTO = { 0 };
    const char *source = request->source != NULL ? request->source : OUTCOMES_SOURCE;
    struct reading reading = { .office = office,
                               .outcomes = outcomes,
                               .cells = &cells,
                               .request = request,
                               .report = report,
                               .default_source = str_of(source) };
    *outcomes = (struct outcomes_file){ .metric_index = name_index_new(),
                                        .source_index = name_index_new(),
                                        .arena = arena_new(ARENA_BYTES) };
    if (reading.default_source.len >= CODE_MAX || !str_is_utf8(reading.default_source)) {
        return problem_set(problem, 0, 0, "A source's name is at most %d bytes of UTF-8",
                           CODE_MAX - 1);
    }
    DP_TRY(team_names_load(office, &outcomes->teams));
    DP_TRY(cells_open(&cells, &request->file, &report->problems, problem));
    return read_all(&reading, problem);
}
