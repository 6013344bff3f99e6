/* SPDX-License-Identifier: MIT */
#include "app/service/export/files.h"

#include <math.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/csv/csv_writer.h"
#include "app/stats/dist.h"
#include "app/stats/interval.h"
#include "app/stats/number.h"
#include "app/survey/calendar.h"
#include "storage/calendar_exception_record.h"
#include "storage/flushed_record.h"
#include "storage/outcome_record.h"
#include "storage/question_record.h"
#include "storage/unit_membership_record.h"

enum { POOL_DAYS = 26 * 7, POOL_CELLS = 256, SMALL_N = 10, T_KNOWN = 4096 };

#define T_LEVEL 0.975 /* of a 95 % interval */

/* ---- Cells --------------------------------------------------------------------------------------- */

/*
 * The spreads of one unit's cells in the 26 weeks up to the newest, for cells too small to keep their own.
 * Sums are whole numbers, so that what leaves the window leaves nothing behind.
 */
struct spread_pool {
    struct unit_id unit;
    enum period_kind kind;
    struct date
        dates[POOL_CELLS]; /* a ring from `first` on; a unit has at most one cell a day */
    uint64_t squares[POOL_CELLS]; /* in hundredths */
    uint64_t df[POOL_CELLS];
    size_t first;
    size_t count;
    uint64_t squares_sum;
    uint64_t df_sum;
};

struct cell_rows {
    struct csv_writer csv;
    uint64_t rows;
    struct spread_pool pool;
    double t[T_KNOWN]; /* the t quantile by degrees of freedom; 0: not needed yet */
};

static void leave_pool(struct spread_pool *pool)
{
    pool->squares_sum -= pool->squares[pool->first];
    pool->df_sum -= pool->df[pool->first];
    pool->first = (pool->first + 1) % POOL_CELLS;
    pool->count--;
}

static void pool_cell(struct spread_pool *pool, const struct cell *cell)
{
    bool is_other = pool->unit.value != cell->unit.value || pool->kind != cell->period_kind;
    if (is_other) {
        pool->unit = cell->unit;
        pool->kind = cell->period_kind;
        pool->first = pool->count = 0;
        pool->squares_sum = pool->df_sum = 0;
    }
    while (pool->count > 0 &&
           (pool->count == POOL_CELLS ||
            cell->period_start.days - pool->dates[pool->first].days > POOL_DAYS)) {
        leave_pool(pool);
    }
    if (cell->status != CELL_OK || !cell->has_sd || cell->n < 2) {
        return;
    }
    size_t at = (pool->first + pool->count++) % POOL_CELLS;
    pool->dates[at] = cell->period_start;
    pool->df[at] = cell->n - 1;
    pool->squares[at] = (uint64_t)(cell->n - 1) * cell->sd_tenths * cell->sd_tenths;
    pool->df_sum += pool->df[at];
    pool->squares_sum += pool->squares[at];
}

static double t_quantile(struct cell_rows *to, uint64_t df)
{
    if (df >= T_KNOWN) {
        return dist_t_quantile(T_LEVEL, (double)df);
    }
    if (to->t[df] <= 0.0) {
        to->t[df] = dist_t_quantile(T_LEVEL, (double)df);
    }
    return to->t[df];
}

static struct interval cell_interval(struct cell_rows *to, const struct cell *cell)
{
    bool is_own = cell->n >= SMALL_N && cell->has_sd;
    uint64_t df = is_own ? cell->n - 1 : to->pool.df_sum;
    double variance = (double)cell->sd_tenths * (double)cell->sd_tenths;
    if (!is_own) {
        variance = df > 0 ? (double)to->pool.squares_sum / (double)df : 0.0;
    }
    double se = sqrt(variance / 100.0 / (double)cell->n);
    return interval_around((double)cell->mean_hundredths / 100.0,
                           se > 0.0 ? t_quantile(to, df) * se : NUMBER_NONE);
}

static void write_period(struct csv_writer *csv, const struct cell *cell)
{
    char text[DATE_TEXT_MAX];
    period_text(cell->period_kind, cell->period_start, text);
    csv_writer_plain(csv, str_of(text));
}

static bool write_result(const struct cell *cell, void *context)
{
    struct cell_rows *to = context;
    struct csv_writer *csv = &to->csv;
    pool_cell(&to->pool, cell);
    write_period(csv, cell);
    csv_writer_int(csv, cell->unit.value);
    csv_writer_int(csv, cell->question.value);
    if (cell->status == CELL_OK) {
        struct interval mean = cell_interval(to, cell);
        csv_writer_int(csv, cell->n);
        csv_writer_fixed(csv, (double)cell->mean_hundredths / 100.0, 2);
        csv_writer_int(csv, cell->favourable_pct);
        csv_writer_fixed(csv, mean.lo, 2);
        csv_writer_fixed(csv, mean.hi, 2);
        csv_writer_plain(csv, STR("ok"));
    } else {
        for (int i = 0; i < 5; i++) {
            csv_writer_missing(csv);
        }
        csv_writer_plain(csv, STR("hidden"));
    }
    csv_writer_int(csv, cell->question_version);
    csv_writer_end_row(csv);
    to->rows++;
    return true;
}

static bool write_participant_row(const struct cell *cell, void *context)
{
    struct cell_rows *to = context;
    struct csv_writer *csv = &to->csv;
    if (cell->status != CELL_OK) {
        return true;
    }
    write_period(csv, cell);
    csv_writer_int(csv, cell->unit.value);
    csv_writer_int(csv, cell->question.value);
    csv_writer_int(csv, cell->headcount);
    csv_writer_int(csv, cell->n);
    csv_writer_end_row(csv);
    to->rows++;
    return true;
}

/* Day cells of all units, then week cells, each by unit and period. */
static dp_err write_cells(const struct files_source *source, struct sink *out, uint64_t *rows,
                          bool (*visit)(const struct cell *, void *))
{
    MEM_AUTO struct cell_rows *to = mem_new(1, sizeof *to);
    if (to == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    to->csv = csv_writer_new(out);
    static const enum period_kind kinds[] = { PERIOD_DAY, PERIOD_WEEK };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct released_range range = {
            { TEAM_ROOT }, kinds[i], date_make(0), date_make(DATE_MAX_DAYS)
        };
        DP_TRY(released_each(source->cells, &range, visit, to));
    }
    *rows = to->rows;
    return DP_SUCCESS;
}

static dp_err write_results(const struct files_source *source, struct sink *out, uint64_t *rows)
{
    return write_cells(source, out, rows, write_result);
}

static dp_err write_participation(const struct files_source *source, struct sink *out,
                                  uint64_t *rows)
{
    return write_cells(source, out, rows, write_participant_row);
}

/* ---- Questions ----------------------------------------------------------------------------------- */

struct plain_rows {
    struct csv_writer csv;
    uint64_t rows;
};

static bool write_question(const struct question *question, void *context)
{
    struct plain_rows *to = context;
    struct csv_writer *csv = &to->csv;
    csv_writer_int(csv, question->id.value);
    csv_writer_int(csv, question->version);
    csv_writer_plain(csv, str_of(question->code));
    csv_writer_plain(csv, str_of(theme_code(question->theme)));
    csv_writer_plain(csv, question->scale == SCALE_DAY ? STR("day") : STR("agree"));
    csv_writer_plain(csv, question->is_reversed ? STR("true") : STR("false"));
    csv_writer_plain(csv, question->is_active ? STR("true") : STR("false"));
    csv_writer_free_text(csv, str_of(question->text[LANGUAGE_EN]));
    csv_writer_free_text(csv, str_of(question->text[LANGUAGE_DE]));
    csv_writer_end_row(csv);
    to->rows++;
    return true;
}

static dp_err write_questions(const struct files_source *source, struct sink *out,
                              uint64_t *rows)
{
    struct plain_rows to = { .csv = csv_writer_new(out) };
    DP_TRY(question_record_each(source->office, write_question, &to));
    *rows = to.rows;
    return DP_SUCCESS;
}

/* ---- Groups -------------------------------------------------------------------------------------- */

/* A unit is valid from its first team's first Monday to the Monday on which its last team left. */
struct validity {
    const struct unit *units;
    size_t count;
    struct date *from; /* by the unit's place; 0 for never */
    struct date *to;
    struct unit_membership_from before;
};

static size_t place_of(const struct validity *validity, struct unit_id id)
{
    for (size_t i = 0; i < validity->count; i++) {
        if (validity->units[i].id.value == id.value) {
            return i;
        }
    }
    return validity->count;
}

/* Seats come by team and Monday: a team's next seat ends the one before it. */
static bool note_seat(const struct unit_membership_from *seat, void *context)
{
    struct validity *validity = context;
    struct unit_id left = validity->before.membership.unit;
    bool is_same_team = validity->before.membership.team.value == seat->membership.team.value;
    size_t old = is_same_team ? place_of(validity, left) : validity->count;
    if (old < validity->count && left.value != seat->membership.unit.value &&
        date_is_before(validity->to[old], seat->from)) {
        validity->to[old] = seat->from;
    }
    size_t place = place_of(validity, seat->membership.unit);
    if (place < validity->count && (validity->from[place].days == 0 ||
                                    date_is_before(seat->from, validity->from[place]))) {
        validity->from[place] = seat->from;
    }
    validity->before = *seat;
    return true;
}

static void write_group(struct csv_writer *csv, const struct files_source *source,
                        const struct unit *unit, const struct date validity[2])
{
    static const char *const kinds[] = { "team", "rest", "pool" };
    size_t count = 0;
    const struct team *teams = released_teams(source->cells, &count);
    const struct team *team = people_find_team(teams, count, unit->team);
    csv_writer_int(csv, unit->id.value);
    csv_writer_plain(csv, str_of(kinds[unit->kind]));
    csv_writer_plain(csv, unit->cadence == UNIT_DAILY ? STR("daily") : STR("weekly"));
    csv_writer_plain(csv, team == NULL ? STR("") : str_of(team->code));
    csv_writer_plain(csv, str_of(unit->name));
    for (int i = 0; i < 2; i++) {
        if (validity[i].days == 0) {
            csv_writer_missing(csv);
        } else {
            csv_writer_date(csv, validity[i]);
        }
    }
    if (unit->pool.value == 0) {
        csv_writer_missing(csv);
    } else {
        csv_writer_int(csv, unit->pool.value);
    }
    csv_writer_end_row(csv);
}

static dp_err write_groups(const struct files_source *source, struct sink *out, uint64_t *rows)
{
    struct csv_writer csv = csv_writer_new(out);
    struct validity validity = { 0 };
    validity.units = released_units(source->cells, &validity.count);
    MEM_AUTO struct date *dates = mem_new(validity.count * 2 + 1, sizeof *dates);
    if (dates == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    validity.from = dates;
    validity.to = dates + validity.count;
    DP_TRY(unit_membership_record_each(source->office, note_seat, &validity));
    for (size_t i = 0; i < validity.count; i++) {
        const struct unit *unit = &validity.units[i];
        struct date none = { 0 };
        struct date both[2] = { validity.from[i], unit->is_closed ? validity.to[i] : none };
        write_group(&csv, source, unit, both);
    }
    *rows = validity.count;
    return DP_SUCCESS;
}

/* ---- Calendar ------------------------------------------------------------------------------------ */

static bool write_asked_day(const struct flushed *flushed, void *context)
{
    struct plain_rows *to = context;
    csv_writer_date(&to->csv, flushed->epoch.date);
    csv_writer_plain(&to->csv, STR("asked"));
    csv_writer_int(&to->csv, flushed->question.value);
    csv_writer_int(&to->csv, flushed->question_version);
    csv_writer_missing(&to->csv);
    csv_writer_end_row(&to->csv);
    to->rows++;
    return true;
}

static bool write_free_day(const struct calendar_exception *exception, void *context)
{
    struct plain_rows *to = context;
    if (exception->kind == CALENDAR_ASK) {
        return true;
    }
    csv_writer_date(&to->csv, exception->date);
    csv_writer_plain(&to->csv,
                     exception->kind == CALENDAR_HOLIDAY ? STR("holiday") : STR("paused"));
    csv_writer_missing(&to->csv);
    csv_writer_missing(&to->csv);
    csv_writer_free_text(&to->csv, str_of(exception->label));
    csv_writer_end_row(&to->csv);
    to->rows++;
    return true;
}

static dp_err write_calendar(const struct files_source *source, struct sink *out,
                             uint64_t *rows)
{
    struct plain_rows to = { .csv = csv_writer_new(out) };
    DP_TRY(released_each_day(source->cells, write_asked_day, &to));
    DP_TRY(calendar_exception_record_each(source->office, write_free_day, &to));
    *rows = to.rows;
    return DP_SUCCESS;
}

/* ---- Outcomes ------------------------------------------------------------------------------------ */

struct outcome_rows {
    struct csv_writer csv;
    const struct files_source *source;
    uint64_t rows;
};

static bool write_outcome(const struct outcome *outcome, void *context)
{
    struct outcome_rows *to = context;
    struct csv_writer *csv = &to->csv;
    char period[DATE_TEXT_MAX];
    size_t count = 0;
    const struct team *teams = released_teams(to->source->cells, &count);
    const struct team *team = people_find_team(teams, count, outcome->team);
    period_text(outcome->period_kind, outcome->period_start, period);
    csv_writer_plain(csv, str_of(period));
    csv_writer_plain(csv, team == NULL ? STR("") : str_of(team->code));
    csv_writer_plain(csv, str_of(outcome->metric));
    csv_writer_num(csv, outcome->value);
    if (outcome->has_n) {
        csv_writer_int(csv, outcome->n);
    } else {
        csv_writer_missing(csv);
    }
    csv_writer_plain(csv, str_of(outcome->source));
    csv_writer_end_row(csv);
    to->rows++;
    return true;
}

static dp_err write_outcomes(const struct files_source *source, struct sink *out,
                             uint64_t *rows)
{
    struct outcome_rows to = { .csv = csv_writer_new(out), .source = source };
    DP_TRY(outcome_record_each(source->office, write_outcome, &to));
    *rows = to.rows;
    return DP_SUCCESS;
}

/* ---- The table ----------------------------------------------------------------------------------- */

#define PERIOD_COLUMN                                                                          \
    {                                                                                          \
        "period", FILES_STRING, "the day (2026-03-09) or the ISO week (2026-W11)", true, false \
    }
#define UNIT_COLUMN                                                                 \
    {                                                                               \
        "unit_id", FILES_INTEGER, "the reporting unit, see groups.csv", true, false \
    }
#define QUESTION_COLUMN                                                \
    {                                                                  \
        "question_id", FILES_INTEGER, "see questions.csv", true, false \
    }

static const struct files_file FILES[] = {
    { "results.csv",
      "one row for each cell; hidden cells have no values",
      write_results,
      { PERIOD_COLUMN,
        UNIT_COLUMN,
        QUESTION_COLUMN,
        { "n", FILES_INTEGER, "answers from 1 to 5 behind the figures", false, false },
        { "mean", FILES_NUMBER, "mean of 1 to 5 as kept: rounded, 1.3 to 4.7", false, false },
        { "fav_pct", FILES_INTEGER, "share of 4 and 5 in per cent as kept", false, false },
        { "ci_low", FILES_NUMBER, "lower end of the mean's 95 % interval", false, false },
        { "ci_high", FILES_NUMBER, "upper end of the mean's 95 % interval", false, false },
        { "status", FILES_STRING, "ok or hidden", false, false },
        { "question_version", FILES_INTEGER, "see questions.csv", false, false } } },
    { "participation.csv",
      "one row for each released cell",
      write_participation,
      { PERIOD_COLUMN,
        UNIT_COLUMN,
        QUESTION_COLUMN,
        { "headcount", FILES_INTEGER, "people in the unit", false, false },
        { "n", FILES_INTEGER, "answers from 1 to 5", false, false } } },
    { "questions.csv",
      "every version of every question",
      write_questions,
      { { "question_id", FILES_INTEGER, "the question", true, false },
        { "version", FILES_INTEGER, "of its wording, from 1", true, false },
        { "code", FILES_STRING, "stable name", false, false },
        { "theme", FILES_STRING, "theme, or anchor", false, false },
        { "scale", FILES_STRING, "day or agree", false, false },
        { "is_reversed", FILES_BOOLEAN, "answers are flipped on entry", false, false },
        { "is_active", FILES_BOOLEAN, "still asked", false, false },
        { "text_en", FILES_STRING, "English wording", false, true },
        { "text_de", FILES_STRING, "German wording", false, true } } },
    { "groups.csv",
      "reporting units and pools",
      write_groups,
      { { "unit_id", FILES_INTEGER, "the unit", true, false },
        { "kind", FILES_STRING, "team, rest (small teams of a parent) or pool", false, false },
        { "cadence", FILES_STRING, "daily or weekly", false, false },
        { "team", FILES_STRING, "the team, or the parent whose teams it joins", false, false },
        { "name", FILES_STRING, "what people read", false, false },
        { "valid_from", FILES_DATE, "first Monday", false, false },
        { "valid_to", FILES_DATE, "Monday on which it ended; empty while it goes on", false,
          false },
        { "pool_id", FILES_INTEGER, "where theme days of a weekly unit count", false,
          false } } },
    { "calendar.csv",
      "days asked, holidays and pauses",
      write_calendar,
      { { "date", FILES_DATE, "the survey day", true, false },
        { "kind", FILES_STRING, "asked, holiday or paused", true, false },
        { "question_id", FILES_INTEGER, "see questions.csv", false, false },
        { "question_version", FILES_INTEGER, "see questions.csv", false, false },
        { "label", FILES_STRING, "name of a holiday", false, true } } },
    { "outcomes.csv",
      "imported outcomes as they stand",
      write_outcomes,
      { { "period", FILES_STRING, "day, ISO week or month", true, false },
        { "team", FILES_STRING, "team code, * for the whole organisation", true, false },
        { "metric", FILES_STRING, "metric code", true, false },
        { "value", FILES_NUMBER, "in the metric's unit", false, false },
        { "n", FILES_INTEGER, "ratings or cases behind it", false, false },
        { "source", FILES_STRING, "who measured it", true, false } } },
};

const struct files_file *files_all(size_t *count)
{
    *count = sizeof FILES / sizeof FILES[0];
    return FILES;
}
