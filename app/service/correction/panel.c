/* SPDX-License-Identifier: MIT */
#include "app/service/correction/panel.h"

#include <stdio.h>

#include "app/core/mem.h"
#include "app/service/series/outcome_series.h"
#include "app/survey/people.h"
#include "storage/difficulty_record.h"

enum { WEEK_DAYS = 7, FORTNIGHT_DAYS = 14 };

void panel_free(struct panel *panel)
{
    mem_free(panel->teams);
    mem_free(panel->values);
    mem_free(panel->weights);
    mem_free(panel->invited);
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

struct hardness {
    uint32_t key; /* of question and wording */
    double effect;
};

struct summing {
    const struct ground *ground;
    struct panel *panels;      /* the index, then the themes */
    struct hardness *hardness; /* by key */
    size_t hardness_count;
    size_t hardness_capacity;
    bool has_no_memory;
    double *days_asked; /* for the index, by week */
    size_t row;         /* of the unit whose cells come now */
};

static uint32_t key_of(struct question_id question, uint16_t version)
{
    return (uint32_t)question.value << 16 | version;
}

/* They come by question and wording, so their keys ascend. */
static bool note_difficulty(const struct difficulty *difficulty, void *context)
{
    struct summing *summing = context;
    if (summing->hardness_count == summing->hardness_capacity) {
        size_t wanted = summing->hardness_capacity == 0 ? 256 : 2 * summing->hardness_capacity;
        struct hardness *grown = mem_resize(summing->hardness, wanted, sizeof *grown);
        if (grown == NULL) {
            summing->has_no_memory = true;
            return false;
        }
        summing->hardness = grown;
        summing->hardness_capacity = wanted;
    }
    summing->hardness[summing->hardness_count++] = (struct hardness){
        key_of(difficulty->question, difficulty->version), difficulty->effect
    };
    return true;
}

/* 0 for a wording that no fit has seen. */
static double difficulty_of(const struct summing *summing, const struct cell *cell)
{
    uint32_t wanted = key_of(cell->question, cell->question_version);
    size_t low = 0;
    size_t high = summing->hardness_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (summing->hardness[middle].key < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool is_known = low < summing->hardness_count && summing->hardness[low].key == wanted;
    return is_known ? summing->hardness[low].effect : 0.0;
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
        mean -= difficulty_of(summing, cell);
    }
    if (row < ground->unit_count) {
        panel->values[at] += mean * (double)cell->n;
        panel->weights[at] += (double)cell->n;
        panel->invited[at] += (double)cell->headcount *
                              (cell->period_kind == PERIOD_WEEK ? summing->days_asked[t] : 1.0);
    }
    return true;
}

static dp_err make_room(struct panel *panel)
{
    panel->values = mem_new(panel->rows * panel->periods.count + 1, sizeof(double));
    panel->weights = mem_new(panel->rows * panel->periods.count + 1, sizeof(double));
    panel->invited = mem_new(panel->rows * panel->periods.count + 1, sizeof(double));
    return err_make(panel->values != NULL && panel->weights != NULL && panel->invited != NULL
                        ? DP_OK
                        : DP_NO_MEMORY);
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
    DP_TRY(difficulty_record_each(txn, note_difficulty, summing));
    return err_make(summing->has_no_memory ? DP_NO_MEMORY : DP_OK);
}

static bool note_day(const struct flushed *flushed, void *context)
{
    struct summing *summing = context;
    size_t t = 0;
    if (released_theme_of(summing->ground->cells, flushed->question) == THEME_ANCHOR &&
        periods_find(&summing->panels[THEME_ANCHOR].periods, flushed->epoch.date, &t)) {
        summing->days_asked[t] += 1.0;
    }
    return true;
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

static dp_err sum_all(struct summing *summing, struct date first)
{
    DP_TRY(read_difficulties(summing->ground, summing));
    DP_TRY(released_each_day(summing->ground->cells, note_day, summing));
    return sum_cells(summing, first);
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
    MEM_AUTO double *days_asked = mem_new(panels[THEME_ANCHOR].periods.count + 1,
                                          sizeof *days_asked);
    if (days_asked == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct summing summing = { .ground = ground, .panels = panels, .days_asked = days_asked };
    dp_err summed = sum_all(&summing, first);
    mem_free(summing.hardness);
    DP_TRY(summed);
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
