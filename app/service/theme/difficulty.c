/* SPDX-License-Identifier: MIT */
#include "app/service/theme/theme.h"

#include <string.h>

#include "app/core/mem.h"
#include "app/privacy/released.h"
#include "app/stats/items.h"
#include "app/stats/number.h"
#include "storage/difficulty_record.h"

enum { FIRST_ROOM = 4096, DAYS_A_WEEK = 7 };

/* A wording of a question; a reworded question is a new one. */
struct item {
    struct question_id question;
    uint16_t version;
    uint64_t answers;
    uint32_t weeks;
};

/* The walk over the cells: by unit and day, so that the cells of one unit's week stand together. */
struct fitting {
    struct items_cell *cells;
    size_t count;
    size_t capacity;
    struct item *items;
    size_t item_count;
    size_t last_item;
    struct date first_monday;
    uint32_t periods;
    struct unit_id unit;
    uint32_t period;
    uint32_t weeks; /* weeks of units */
    dp_err failure;
};

static bool is_item(const struct item *item, const struct cell *cell)
{
    return item->question.value == cell->question.value &&
           item->version == cell->question_version;
}

static bool find_item(struct fitting *fitting, const struct cell *cell)
{
    if (fitting->item_count > 0 && is_item(&fitting->items[fitting->last_item], cell)) {
        return true;
    }
    size_t at = 0;
    while (at < fitting->item_count && !is_item(&fitting->items[at], cell)) {
        at++;
    }
    if (at == ITEMS_MAX) {
        fitting->failure = err_make(DP_OUT_OF_RANGE);
        return false;
    }
    if (at == fitting->item_count) {
        fitting->items[at] = (struct item){ .question = cell->question,
                                            .version = cell->question_version };
        fitting->item_count++;
    }
    fitting->last_item = at;
    return true;
}

static bool make_room(struct fitting *fitting)
{
    if (fitting->count < fitting->capacity) {
        return true;
    }
    size_t wanted = fitting->capacity == 0 ? FIRST_ROOM : fitting->capacity * 2;
    void *grown = mem_resize(fitting->cells, wanted, sizeof *fitting->cells);
    if (grown == NULL) {
        fitting->failure = err_make(DP_NO_MEMORY);
        return false;
    }
    fitting->cells = grown;
    fitting->capacity = wanted;
    return true;
}

static bool take_cell(const struct cell *cell, void *context)
{
    struct fitting *fitting = context;
    if (cell->status != CELL_OK) {
        return true;
    }
    if (!find_item(fitting, cell) || !make_room(fitting)) {
        return false;
    }
    uint32_t period = (uint32_t)((cell->period_start.days - fitting->first_monday.days) /
                                 DAYS_A_WEEK);
    bool is_new_week = fitting->weeks == 0 || fitting->unit.value != cell->unit.value ||
                       fitting->period != period;
    fitting->weeks += is_new_week;
    fitting->unit = cell->unit;
    fitting->period = period;
    fitting->items[fitting->last_item].answers += cell->n;
    fitting->cells[fitting->count++] = (struct items_cell){
        .item = (uint32_t)fitting->last_item,
        .week = fitting->weeks - 1,
        .period = period,
        .n = (double)cell->n,
        .mean = (double)cell->mean_hundredths / 100.0,
        .sd = cell->has_sd ? (double)cell->sd_tenths / 10.0 : NUMBER_NONE
    };
    return true;
}

/* Day cells alone: a weekly unit's week holds one question and says nothing about others. */
static dp_err collect(const struct appliance *appliance, struct fitting *fitting)
{
    struct date first;
    struct date last;
    RELEASED_AUTO struct released *cells = NULL;
    DP_TRY(appliance_released(appliance, &cells));
    dp_err found = released_extent(cells, &first, &last);
    if (err_is(found, DP_NOT_FOUND)) {
        return DP_SUCCESS;
    }
    DP_TRY(found);
    fitting->first_monday = date_monday(first);
    fitting->periods = (uint32_t)((last.days - fitting->first_monday.days) / DAYS_A_WEEK) + 1;
    struct released_range range = {
        .team = { TEAM_ROOT }, .kind = PERIOD_DAY, .from = first, .to = last
    };
    DP_TRY(released_each(cells, &range, take_cell, fitting));
    return fitting->failure;
}

static dp_err count_weeks(struct fitting *fitting)
{
    MEM_AUTO bool *is_seen = mem_new(fitting->item_count * fitting->periods + 1,
                                     sizeof *is_seen);
    if (is_seen == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < fitting->count; i++) {
        const struct items_cell *cell = &fitting->cells[i];
        bool *seen = &is_seen[cell->item * fitting->periods + cell->period];
        fitting->items[cell->item].weeks += !*seen;
        *seen = true;
    }
    return DP_SUCCESS;
}

/* ---- Fitting ------------------------------------------------------------------------------------- */

struct fitted {
    struct items_result result;
    struct difficulty *difficulties;
    size_t count;
};

static struct difficulty difficulty_of(const struct fitting *fitting, size_t at,
                                       const struct items_result *result, struct date today)
{
    const struct item *item = &fitting->items[at];
    struct difficulty out = { .question = item->question,
                              .version = item->version,
                              .answers = item->answers,
                              .weeks = item->weeks,
                              .fitted = today };
    if (!result->is_refused && result->is_item_used[at]) {
        out.is_used = true;
        out.effect = result->item_effect[at];
    }
    if (!result->is_refused) {
        out.var_item = result->var_item;
        out.var_resid = result->var_resid;
    }
    return out;
}

static dp_err fit(const struct fitting *fitting, struct date today, struct difficulty *out)
{
    struct items_input input = { .cells = fitting->cells,
                                 .count = fitting->count,
                                 .items = fitting->item_count,
                                 .weeks = fitting->weeks };
    size_t bytes = items_scratch_bytes(&input);
    MEM_AUTO unsigned char *area = mem_new(bytes + 1, 1);
    MEM_AUTO double *numbers = mem_new(input.items + 3 * input.weeks + 1, sizeof *numbers);
    MEM_AUTO bool *flags = mem_new(input.items + input.weeks + 1, sizeof *flags);
    if (area == NULL || numbers == NULL || flags == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct items_result result = { .item_effect = numbers,
                                   .week_effect = numbers + input.items,
                                   .week_se = numbers + input.items + input.weeks,
                                   .week_raw_mean = numbers + input.items + 2 * input.weeks,
                                   .is_item_used = flags,
                                   .has_single_item = flags + input.items };
    struct scratch scratch = scratch_of(area, bytes);
    DP_TRY(items_adjust(&input, &scratch, &result));
    for (size_t i = 0; i < fitting->item_count; i++) {
        out[i] = difficulty_of(fitting, i, &result, today);
    }
    return DP_SUCCESS;
}

/* ---- Storing ------------------------------------------------------------------------------------- */

struct storing {
    const struct difficulty *difficulties;
    size_t count;
    struct difficulty *old; /* room for ITEMS_MAX */
    size_t old_count;
};

static bool note_old(const struct difficulty *difficulty, void *context)
{
    struct storing *storing = context;
    storing->old[storing->old_count++] = *difficulty;
    return storing->old_count < ITEMS_MAX;
}

/* What is not asked any more within the kept cells goes. */
static dp_err store_all(struct store_txn *txn, void *context)
{
    struct storing *storing = context;
    storing->old_count = 0;
    DP_TRY(difficulty_record_each(txn, note_old, storing));
    for (size_t i = 0; i < storing->old_count; i++) {
        DP_TRY(
            difficulty_record_delete(txn, storing->old[i].question, storing->old[i].version));
    }
    for (size_t i = 0; i < storing->count; i++) {
        DP_TRY(difficulty_record_put(txn, &storing->difficulties[i]));
    }
    return DP_SUCCESS;
}

static dp_err refit(const struct appliance *appliance, struct fitting *fitting)
{
    MEM_AUTO struct difficulty *difficulties = mem_new(2 * ITEMS_MAX, sizeof *difficulties);
    if (difficulties == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(collect(appliance, fitting));
    DP_TRY(count_weeks(fitting));
    if (fitting->count > 0) {
        DP_TRY(fit(fitting, appliance_today(appliance), difficulties));
    }
    struct storing storing = { .difficulties = difficulties,
                               .count = fitting->item_count,
                               .old = difficulties + ITEMS_MAX };
    return store_write(appliance->office, store_all, &storing);
}

dp_err theme_refit(const struct appliance *appliance)
{
    struct fitting fitting = { .failure = DP_SUCCESS };
    MEM_AUTO struct item *items = mem_new(ITEMS_MAX, sizeof *items);
    if (items == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    fitting.items = items;
    dp_err done = refit(appliance, &fitting);
    mem_free(fitting.cells);
    return done;
}
