/* SPDX-License-Identifier: MIT */
#include "app/privacy/flush_cells.h"

#include <stdlib.h>

#include "app/core/mem.h"
#include "app/core/secret.h"

enum { FIRST_ROOM = 64, WEEK_DAYS = 7 };

_Static_assert((int)TALLY_BINS == (int)CELL_BINS, "one scale");

void cell_list_free(struct cell_list *list)
{
    mem_free(list->cells);
    *list = (struct cell_list){ 0 };
}

void tally_list_free(struct tally_list *list)
{
    if (list->rows != NULL) {
        secret_wipe(list->rows, list->capacity * sizeof *list->rows);
    }
    mem_free(list->rows);
    *list = (struct tally_list){ 0 };
}

static dp_err cell_list_add(struct cell_list *list, const struct cell *cell)
{
    if (list->count == list->capacity) {
        size_t wanted = list->capacity == 0 ? FIRST_ROOM : list->capacity * 2;
        struct cell *moved = mem_resize(list->cells, wanted, sizeof *moved);
        if (moved == NULL) {
            return err_make(DP_NO_MEMORY);
        }
        list->cells = moved;
        list->capacity = wanted;
    }
    list->cells[list->count] = *cell;
    list->count++;
    return DP_SUCCESS;
}

/* Grows into fresh memory and wipes the old, which realloc() would leave as it is. */
bool tally_list_add(const struct tally_row *row, void *list)
{
    struct tally_list *tallies = list;
    if (tallies->count == tallies->capacity) {
        size_t wanted = tallies->capacity == 0 ? FIRST_ROOM : tallies->capacity * 2;
        struct tally_row *fresh = mem_new(wanted, sizeof *fresh);
        if (fresh == NULL) {
            tallies->has_no_memory = true;
            return false;
        }
        for (size_t i = 0; i < tallies->count; i++) {
            fresh[i] = tallies->rows[i];
        }
        size_t count = tallies->count;
        tally_list_free(tallies);
        *tallies = (struct tally_list){ .rows = fresh, .count = count, .capacity = wanted };
    }
    tallies->rows[tallies->count] = *row;
    tallies->count++;
    return true;
}

uint64_t tally_list_answers(const struct tally_list *list)
{
    uint64_t answers = 0;
    for (size_t i = 0; i < list->count; i++) {
        for (size_t bin = 0; bin < TALLY_BINS; bin++) {
            answers += list->rows[i].bins[bin];
        }
    }
    return answers;
}

/* ---- A day ---- */

static dp_err add_day_cell(const struct box_head *head, const struct unit *unit,
                           const struct forming_tally *tally, bool is_trusted,
                           struct cell_list *cells)
{
    struct cell cell = {
        .unit = unit->id,
        .period_kind = PERIOD_DAY,
        .period_start = head->epoch.date,
        .question = head->question,
        .question_version = head->question_version,
        .headcount = unit->headcount,
    };
    bool may_show = is_trusted && forming_may_show_day(tally, head->min_people);
    forming_fill(&cell, tally, head->min_people, may_show);
    cells->not_shown += may_show ? 0 : forming_count(tally);
    return cell_list_add(cells, &cell);
}

static dp_err add_tally(const struct box_head *head, const struct unit *unit,
                        const struct counting_unit *counted, struct tally_list *tallies)
{
    struct tally_row row = {
        .epoch = head->epoch,
        .unit = unit->id,
        .question = head->question,
        .question_version = head->question_version,
        .headcount = unit->headcount,
    };
    for (size_t i = 0; i < CELL_BINS && !counted->is_stuffed; i++) {
        row.bins[i] = counted->tally.bins[i];
    }
    bool is_added = tally_list_add(&row, tallies);
    secret_wipe(&row, sizeof row);
    return err_make(is_added ? DP_OK : DP_NO_MEMORY);
}

/* The sum over the units that belong to a pool. */
static dp_err add_pool(const struct box_head *head, const struct counting *counting,
                       const struct unit *pool, struct cell_list *cells)
{
    struct forming_tally sum = { 0 };
    bool is_trusted = true;
    for (size_t i = 0; i < counting->units_count; i++) {
        const struct unit *unit = &counting->units[i];
        if (unit->kind == UNIT_POOL || unit->pool.value != pool->id.value) {
            continue;
        }
        is_trusted = is_trusted && !counting->counts[i].is_stuffed;
        for (size_t bin = 0; bin < CELL_BINS; bin++) {
            sum.bins[bin] += counting->counts[i].tally.bins[bin];
        }
    }
    dp_err err = add_day_cell(head, pool, &sum, is_trusted, cells);
    secret_wipe(&sum, sizeof sum);
    return err;
}

/* Where forming_place_of() sends the unit's ballots, there they are added up. A pool is a place. */
static dp_err add_unit(const struct box_head *head, const struct counting *counting,
                       size_t place, struct cell_list *cells, struct tally_list *tallies)
{
    const struct unit *unit = &counting->units[place];
    const struct counting_unit *counted = &counting->counts[place];
    if (unit->kind == UNIT_POOL) {
        return head->is_anchor ? DP_SUCCESS : add_pool(head, counting, unit, cells);
    }
    struct forming_place to = forming_place_of(unit, head->is_anchor);
    if (to.unit.value == 0) {
        cells->not_shown += forming_count(&counted->tally);
        return DP_SUCCESS;
    }
    if (to.period_kind == PERIOD_WEEK) {
        return add_tally(head, unit, counted, tallies);
    }
    if (to.unit.value != unit->id.value) {
        return DP_SUCCESS; /* in its pool's cell */
    }
    return add_day_cell(head, unit, &counted->tally, !counted->is_stuffed, cells);
}

dp_err flush_cells_of_day(const struct box_head *head, const struct counting *counting,
                          struct cell_list *cells, struct tally_list *tallies)
{
    cells->not_shown += counting->nowhere;
    for (size_t i = 0; i < counting->units_count; i++) {
        DP_TRY(add_unit(head, counting, i, cells, tallies));
    }
    return DP_SUCCESS;
}

/* ---- A week ---- */

static int compare_rows(const void *a, const void *b)
{
    const struct tally_row *left = a;
    const struct tally_row *right = b;
    if (left->unit.value != right->unit.value) {
        return left->unit.value < right->unit.value ? -1 : 1;
    }
    return (left->epoch.date.days > right->epoch.date.days) -
           (left->epoch.date.days < right->epoch.date.days);
}

/* Rows of one unit, oldest first; the last names question and wording. */
static dp_err add_week_cell(struct date monday, uint32_t min_people,
                            const struct tally_row *rows, size_t count, struct cell_list *cells)
{
    struct forming_tally days[WEEK_DAYS] = { 0 };
    struct forming_tally sum = { 0 };
    size_t used = 0;
    const struct tally_row *last = &rows[count - 1];
    struct cell cell = {
        .unit = last->unit,
        .period_kind = PERIOD_WEEK,
        .period_start = monday,
        .question = last->question,
        .question_version = last->question_version,
        .headcount = last->headcount,
    };
    for (size_t i = 0; i < count && used < WEEK_DAYS; i++) {
        bool is_same = rows[i].question.value == last->question.value &&
                       rows[i].question_version == last->question_version;
        for (size_t bin = 0; bin < CELL_BINS; bin++) {
            cells->not_shown += is_same ? 0 : rows[i].bins[bin];
            days[used].bins[bin] = is_same ? rows[i].bins[bin] : 0;
            sum.bins[bin] += days[used].bins[bin];
        }
        used++;
    }
    bool may_show = forming_may_show_week(days, used, min_people);
    forming_fill(&cell, &sum, min_people, may_show);
    cells->not_shown += may_show ? 0 : forming_count(&sum);
    secret_wipe(days, sizeof days);
    secret_wipe(&sum, sizeof sum);
    return cell_list_add(cells, &cell);
}

dp_err flush_cells_of_week(struct date monday, uint32_t min_people, struct tally_list *tallies,
                           struct cell_list *cells)
{
    if (tallies->has_no_memory) {
        return err_make(DP_NO_MEMORY);
    }
    if (tallies->count > 0) {
        qsort(tallies->rows, tallies->count, sizeof *tallies->rows, compare_rows);
    }
    size_t start = 0;
    while (start < tallies->count) {
        size_t end = start;
        while (end < tallies->count &&
               tallies->rows[end].unit.value == tallies->rows[start].unit.value) {
            end++;
        }
        DP_TRY(add_week_cell(monday, min_people, &tallies->rows[start], end - start, cells));
        start = end;
    }
    return DP_SUCCESS;
}
