/* SPDX-License-Identifier: MIT */
#include "app/privacy/released.h"

#include <string.h>

#include "app/core/mem.h"
#include "app/privacy/released_memory.h"
#include "storage/flushed_record.h"
#include "storage/question_record.h"
#include "storage/team_record.h"
#include "storage/unit_record.h"
#include "storage/week_released_record.h"

enum { FIRST_ROOM = 64 };

/* Makes room for one more element of a growing array; false when there is no memory. */
static bool make_room(void **items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) {
        return true;
    }
    size_t wanted = *capacity == 0 ? FIRST_ROOM : *capacity * 2;
    void *grown = mem_resize(*items, wanted, size);
    if (grown == NULL) {
        return false;
    }
    *items = grown;
    *capacity = wanted;
    return true;
}

static bool add_team(const struct team *team, void *context)
{
    struct released *cells = context;
    void *items = cells->teams;
    cells->has_no_memory = !make_room(&items, cells->teams_count, &cells->teams_capacity,
                                      sizeof *team);
    cells->teams = items;
    if (!cells->has_no_memory) {
        cells->teams[cells->teams_count++] = *team;
    }
    return !cells->has_no_memory;
}

static bool add_unit(const struct unit *unit, void *context)
{
    struct released *cells = context;
    void *items = cells->units;
    cells->has_no_memory = !make_room(&items, cells->units_count, &cells->units_capacity,
                                      sizeof *unit);
    cells->units = items;
    if (!cells->has_no_memory) {
        cells->units[cells->units_count++] = *unit;
    }
    return !cells->has_no_memory;
}

static bool add_question(const struct question *question, void *context)
{
    struct released *cells = context;
    cells->theme_of[question->id.value] = (uint8_t)question->theme;
    return true;
}

static bool add_day(const struct flushed *flushed, void *context)
{
    struct released *cells = context;
    void *items = cells->days;
    cells->has_no_memory = !make_room(&items, cells->days_count, &cells->days_capacity,
                                      sizeof *flushed);
    cells->days = items;
    if (!cells->has_no_memory) {
        cells->days[cells->days_count++] = *flushed;
    }
    return !cells->has_no_memory;
}

/* A chain that does not end at the root stays empty, so that such a unit is within no team. */
static void follow_chain(const struct released *cells, struct team_id id,
                         struct released_chain *chain)
{
    for (size_t length = 0; length <= TEAM_DEPTH_MAX; length++) {
        const struct team *team = people_find_team(cells->teams, cells->teams_count, id);
        if (team == NULL) {
            return;
        }
        chain->teams[length] = id;
        if (id.value == TEAM_ROOT) {
            chain->count = length + 1;
            return;
        }
        id = team->parent;
    }
}

static dp_err follow_chains(struct released *cells)
{
    cells->chains = mem_new(cells->units_count + 1, sizeof *cells->chains);
    if (cells->chains == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < cells->units_count; i++) {
        follow_chain(cells, cells->units[i].team, &cells->chains[i]);
    }
    return DP_SUCCESS;
}

static dp_err load(struct released *cells, struct store *office)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(office, &txn));
    DP_TRY(team_record_each(txn, add_team, cells));
    DP_TRY(unit_record_each(txn, add_unit, cells));
    DP_TRY(question_record_each(txn, add_question, cells));
    return err_make(cells->has_no_memory ? DP_NO_MEMORY : DP_OK);
}

dp_err released_open(struct store *office, struct store *results, struct released **out)
{
    return released_open_with(office, results, NULL, out);
}

dp_err released_open_with(struct store *office, struct store *results,
                          struct released_memory *memory, struct released **out)
{
    *out = NULL;
    RELEASED_AUTO struct released *cells = mem_new(1, sizeof *cells);
    if (cells == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    cells->theme_of = mem_new(CELL_QUESTIONS, 1);
    if (cells->theme_of == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    memset(cells->theme_of, THEME_COUNT, CELL_QUESTIONS);
    DP_TRY(load(cells, office));
    DP_TRY(follow_chains(cells));
    DP_TRY(store_read(results, &cells->results));
    DP_TRY(flushed_record_each(cells->results, add_day, cells));
    if (cells->has_no_memory) {
        return err_make(DP_NO_MEMORY);
    }
    if (memory != NULL) {
        DP_TRY(released_memory_take(memory, cells->results, &cells->pack));
        cells->memory = memory;
    }
    *out = cells;
    cells = NULL;
    return DP_SUCCESS;
}

void released_close(struct released *cells)
{
    if (cells == NULL) {
        return;
    }
    store_read_end(cells->results);
    released_memory_give_back(cells->memory, cells->pack);
    mem_free(cells->teams);
    mem_free(cells->units);
    mem_free(cells->chains);
    mem_free(cells->days);
    mem_free(cells->theme_of);
    mem_free(cells);
}

void released_close_at(struct released **cells)
{
    released_close(*cells);
}

dp_err released_each_day(const struct released *cells,
                         bool (*visit)(const struct flushed *flushed, void *context),
                         void *context)
{
    for (size_t i = 0; i < cells->days_count && visit(&cells->days[i], context); i++) {
    }
    return DP_SUCCESS;
}

const struct team *released_teams(const struct released *cells, size_t *count)
{
    *count = cells->teams_count;
    return cells->teams;
}

const struct unit *released_units(const struct released *cells, size_t *count)
{
    *count = cells->units_count;
    return cells->units;
}

bool released_is_within(const struct released *cells, const struct unit *unit,
                        struct team_id team)
{
    DP_CHECK(unit >= cells->units && unit < cells->units + cells->units_count);
    const struct released_chain *chain = &cells->chains[unit - cells->units];
    for (size_t i = 0; i < chain->count; i++) {
        if (chain->teams[i].value == team.value) {
            return true;
        }
    }
    return false;
}

enum theme released_theme_of(const struct released *cells, struct question_id question)
{
    return (enum theme)cells->theme_of[question.value];
}

dp_err released_each(const struct released *cells, const struct released_range *range,
                     bool (*visit)(const struct cell *cell, void *context), void *context)
{
    for (size_t i = 0; i < cells->units_count; i++) {
        const struct unit *unit = &cells->units[i];
        if (!released_is_within(cells, unit, range->team)) {
            continue;
        }
        struct cell_range of_unit = {
            .unit = unit->id, .period_kind = range->kind, .from = range->from, .to = range->to
        };
        DP_TRY(cell_record_each_of_unit(cells->results, &of_unit, visit, context));
    }
    return DP_SUCCESS;
}

struct extent {
    struct date first;
    struct date last;
    bool has_any;
};

static bool widen(const struct flushed *flushed, void *context)
{
    struct extent *extent = context;
    extent->first = extent->has_any ? extent->first : flushed->epoch.date;
    extent->last = flushed->epoch.date;
    extent->has_any = true;
    return true;
}

dp_err released_extent(const struct released *cells, struct date *first, struct date *last)
{
    struct extent extent = { 0 };
    DP_TRY(released_each_day(cells, widen, &extent));
    if (!extent.has_any) {
        return err_make(DP_NOT_FOUND);
    }
    *first = extent.first;
    *last = extent.last;
    return DP_SUCCESS;
}

dp_err released_is_week_complete(const struct released *cells, struct date monday,
                                 bool *is_complete)
{
    struct week_released week;
    dp_err found = week_released_record_get(cells->results, monday, &week);
    *is_complete = err_is_ok(found);
    return err_is(found, DP_NOT_FOUND) ? DP_SUCCESS : found;
}
