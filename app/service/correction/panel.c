/* SPDX-License-Identifier: MIT */
#include "app/service/correction/panel.h"

#include <stdio.h>

#include "app/core/mem.h"
#include "app/service/series/outcome_series.h"
#include "app/survey/people.h"
#include "storage/difficulty_record.h"

enum { QUESTION_NUMBERS = 65536, WEEK_DAYS = 7, FORTNIGHT_DAYS = 14 };

void panel_free(struct panel *panel)
{
    mem_free(panel->teams);
    mem_free(panel->values);
    mem_free(panel->weights);
    *panel = (struct panel){ 0 };
}

/* ---- Axes -------------------------------------------------------------------------------- */

/* Weeks or fortnights from one Monday on that are over, the newest GROUND_WEEKS_MAX weeks of
 * them. */
static struct periods periods_until_today(const struct ground *ground, enum lag_unit unit,
                                          struct date first)
{
    struct periods periods = { .unit = unit, .first = first };
    int32_t over = periods_place(&periods, appliance_today(ground->appliance));
    size_t count = over > 0 ? (size_t)over : 0;
    size_t limit = unit == LAG_UNIT_WEEK ? GROUND_WEEKS_MAX : GROUND_WEEKS_MAX / 2;
    if (count > limit) {
        periods.first = periods_start(&periods, count - limit);
        count = limit;
    }
    periods.count = count;
    return periods;
}

/* The fortnight of a date, counted from the programme's first Monday. */
static struct date fortnight_of(const struct ground *ground, struct date date)
{
    struct periods periods = {
        .unit = LAG_UNIT_FORTNIGHT,
        .first = date_monday(ground->appliance->organisation.programme_start),
    };
    return date_add(periods.first, FORTNIGHT_DAYS * periods_place(&periods, date));
}

/* ---- Cells ------------------------------------------------------------------------------- */

struct summing {
    const struct ground *ground;
    struct panel *panels; /* the index, then the themes */
    double *difficulty;   /* by question and wording, see place_of_difficulty() */
    size_t row;           /* of the unit whose cells come now */
};

/* Wordings of a question beyond the room share its first place; there are but a few of any. */
enum { VERSIONS = 8 };

static size_t place_of_difficulty(struct question_id question, uint16_t version)
{
    return (size_t)question.value * VERSIONS + (version < VERSIONS ? version : 0);
}

static bool note_difficulty(const struct difficulty *difficulty, void *context)
{
    struct summing *summing = context;
    summing->difficulty[place_of_difficulty(difficulty->question, difficulty->version)] =
        difficulty->effect;
    return true;
}

/* Cells come unit by unit. */
static size_t row_of_cell(struct summing *summing, const struct cell *cell)
{
    const struct ground *ground = summing->ground;
    if (summing->row >= ground->unit_count ||
        ground->units[summing->row].id.value != cell->unit.value) {
        summing->row = ground_row(ground, cell->unit);
    }
    return summing->row;
}

static bool add_cell(const struct cell *cell, void *context)
{
    struct summing *summing = context;
    const struct ground *ground = summing->ground;
    enum theme theme = released_theme_of(ground->cells, cell->question);
    size_t t = 0;
    if (cell->status != CELL_OK || theme >= THEME_COUNT ||
        !periods_find(&summing->panels[theme].periods, cell->period_start, &t)) {
        return true;
    }
    struct panel *panel = &summing->panels[theme];
    size_t row = row_of_cell(summing, cell);
    size_t at = row * panel->periods.count + t;
    double mean = (double)cell->mean_hundredths / 100.0;
    if (theme != THEME_ANCHOR) {
        mean -=
            summing->difficulty[place_of_difficulty(cell->question, cell->question_version)];
    }
    if (row < ground->unit_count) {
        panel->values[at] += mean * (double)cell->n;
        panel->weights[at] += (double)cell->n;
    }
    return true;
}

static dp_err make_room(struct panel *panel)
{
    panel->values = mem_new(panel->rows * panel->periods.count + 1, sizeof(double));
    panel->weights = mem_new(panel->rows * panel->periods.count + 1, sizeof(double));
    return err_make(panel->values != NULL && panel->weights != NULL ? DP_OK : DP_NO_MEMORY);
}

static void divide(struct panel *panel)
{
    for (size_t i = 0; i < panel->rows * panel->periods.count; i++) {
        panel->values[i] = panel->weights[i] > 0.0 ? panel->values[i] / panel->weights[i]
                                                   : NUMBER_NONE;
    }
}

static dp_err read_difficulties(const struct ground *ground, struct summing *summing)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(ground->appliance->office, &txn));
    return difficulty_record_each(txn, note_difficulty, summing);
}

/* Day cells are of daily units and pools, week cells of weekly units, which never hold themes.
 * A week cell stands at its Monday, which may lie before the first day that was asked. */
static dp_err sum_cells(struct summing *summing, struct date first)
{
    const struct ground *ground = summing->ground;
    struct released_range range = {
        { TEAM_ROOT }, PERIOD_DAY, date_monday(first), appliance_today(ground->appliance)
    };
    DP_TRY(released_each(ground->cells, &range, add_cell, summing));
    range.kind = PERIOD_WEEK;
    return released_each(ground->cells, &range, add_cell, summing);
}

static dp_err start_panels(const struct ground *ground, struct date first, struct panel *panels)
{
    for (size_t i = 0; i <= QUESTION_THEMES; i++) {
        enum theme theme = (enum theme)i;
        bool is_index = theme == THEME_ANCHOR;
        panels[i] = (struct panel){
            .series = { .target = is_index ? CORRECTION_ON_INDEX : CORRECTION_ON_THEME,
                        .theme = theme },
            .periods = is_index ? periods_until_today(ground, LAG_UNIT_WEEK, date_monday(first))
                                : periods_until_today(ground, LAG_UNIT_FORTNIGHT,
                                                      fortnight_of(ground, first)),
            .is_of_units = true,
            .rows = ground->unit_count,
        };
        DP_TRY(make_room(&panels[i]));
    }
    return DP_SUCCESS;
}

dp_err panel_read_cells(const struct ground *ground, struct panel *panels)
{
    struct date first = appliance_today(ground->appliance);
    struct date last = first;
    dp_err found = released_extent(ground->cells, &first, &last);
    if (!err_is(found, DP_NOT_FOUND)) {
        DP_TRY(found);
    }
    DP_TRY(start_panels(ground, first, panels));
    MEM_AUTO double *difficulty = mem_new((size_t)QUESTION_NUMBERS * VERSIONS,
                                          sizeof *difficulty);
    if (difficulty == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct summing summing = { .ground = ground, .panels = panels, .difficulty = difficulty };
    DP_TRY(read_difficulties(ground, &summing));
    DP_TRY(sum_cells(&summing, first));
    for (size_t i = 0; i <= QUESTION_THEMES; i++) {
        divide(&panels[i]);
    }
    return DP_SUCCESS;
}

/* ---- Outcomes ---------------------------------------------------------------------------- */

static struct periods periods_of_pair(const struct ground *ground, const struct link_pair *pair)
{
    if (pair->period_kind != PERIOD_MONTH) {
        return periods_until_today(ground, LAG_UNIT_WEEK, date_monday(pair->first));
    }
    return periods_until_today(ground, LAG_UNIT_MONTH, date_month_start(pair->first));
}

static void forget_row(struct outcome_series *series, size_t row)
{
    for (size_t t = 0; t < series->periods.count; t++) {
        series->values[row * series->periods.count + t] = NUMBER_NONE;
    }
}

/* Forgets every team above another one that has values, too. */
static void forget_holders(const struct ground *ground, struct outcome_series *series)
{
    for (size_t i = 0; i < series->rows && !series->is_whole; i++) {
        struct team_id above = series->teams[i];
        for (int depth = 0; depth < TEAM_DEPTH_MAX; depth++) {
            const struct team *team = people_find_team(ground->teams, ground->team_count,
                                                       above);
            if (team == NULL || team->id.value == TEAM_ROOT) {
                break;
            }
            above = team->parent;
            size_t row = outcome_series_row(series, above);
            if (row < series->rows) {
                forget_row(series, row);
            }
        }
    }
}

dp_err panel_read_outcome(const struct ground *ground, const struct link_pair *pair,
                          struct panel *out)
{
    struct outcome_wanted wanted = { .metric = str_of(pair->metric.code),
                                     .source = str_of(pair->source),
                                     .is_monthly = pair->period_kind == PERIOD_MONTH,
                                     .periods = periods_of_pair(ground, pair) };
    OUTCOME_SERIES_AUTO struct outcome_series series = { 0 };
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(ground->appliance->office, &txn));
    DP_TRY(outcome_series_read(txn, &wanted, &series));
    forget_holders(ground, &series);
    *out = (struct panel){ .series = { .target = CORRECTION_ON_OUTCOME,
                                       .metric = pair->metric },
                           .periods = series.periods,
                           .rows = series.rows,
                           .teams = series.teams,
                           .values = series.values,
                           .weights = series.weights };
    snprintf(out->series.source, sizeof out->series.source, "%s", pair->source);
    series = (struct outcome_series){ 0 };
    return DP_SUCCESS;
}
