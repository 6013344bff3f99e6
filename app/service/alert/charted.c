/* SPDX-License-Identifier: MIT */
#include "app/service/alert/charted.h"

#include "app/core/mem.h"

enum { WEEK_DAYS = 7 };

dp_err charted_weeks(const struct released *cells, struct date until, struct charted_weeks *out)
{
    struct date first;
    struct date last;
    *out = (struct charted_weeks){ .first_monday = date_monday(until) };
    dp_err found = released_extent(cells, &first, &last);
    if (err_is(found, DP_NOT_FOUND)) {
        return DP_SUCCESS;
    }
    DP_TRY(found);
    struct date running = date_monday(until);
    struct date end = date_add(date_monday(last), WEEK_DAYS);
    end = date_is_before(running, end) ? running : end;
    out->first_monday = date_monday(first);
    if (date_is_before(out->first_monday, end)) {
        out->count = (size_t)((end.days - out->first_monday.days) / WEEK_DAYS);
    }
    return DP_SUCCESS;
}

struct date charted_last(const struct charted_weeks *weeks)
{
    return date_add(weeks->first_monday, WEEK_DAYS * ((int32_t)weeks->count - 1));
}

/* ---- Which teams ------------------------------------------------------------------------ */

/* How many open units lie within each team, beside the teams. */
struct tree {
    const struct team *teams;
    size_t count;
    uint32_t *units_within;
    bool *is_held_by_child; /* one child holds all of them */
};

static size_t place_of(const struct tree *tree, struct team_id id)
{
    const struct team *team = people_find_team(tree->teams, tree->count, id);
    return team == NULL ? tree->count : (size_t)(team - tree->teams);
}

/* Adds a unit to its team and all above it. */
static void count_unit(struct tree *tree, const struct unit *unit)
{
    struct team_id id = unit->team;
    for (size_t step = 0; step <= TEAM_DEPTH_MAX && id.value != 0; step++) {
        size_t place = place_of(tree, id);
        if (place == tree->count) {
            return;
        }
        tree->units_within[place]++;
        id = tree->teams[place].parent;
    }
}

static void find_held(struct tree *tree)
{
    for (size_t i = 0; i < tree->count; i++) {
        size_t parent = place_of(tree, tree->teams[i].parent);
        if (parent < tree->count && tree->units_within[i] == tree->units_within[parent]) {
            tree->is_held_by_child[parent] = true;
        }
    }
}

static bool is_charted(const struct tree *tree, size_t place)
{
    const struct team *team = &tree->teams[place];
    size_t root = place_of(tree, (struct team_id){ TEAM_ROOT });
    if (tree->units_within[place] == 0 || team->is_gone) {
        return false;
    }
    if (team->id.value == TEAM_ROOT) {
        return true;
    }
    bool is_all = root < tree->count && tree->units_within[place] == tree->units_within[root];
    return !is_all && !tree->is_held_by_child[place];
}

dp_err charted_teams(const struct released *cells, struct team_id **teams, size_t *count)
{
    struct tree tree = { 0 };
    size_t unit_count = 0;
    const struct unit *units = released_units(cells, &unit_count);
    tree.teams = released_teams(cells, &tree.count);
    MEM_AUTO uint32_t *within = mem_new(tree.count + 1, sizeof *within);
    MEM_AUTO bool *held = mem_new(tree.count + 1, sizeof *held);
    MEM_AUTO struct team_id *found = mem_new(tree.count + 1, sizeof *found);
    *count = 0;
    *teams = NULL;
    if (within == NULL || held == NULL || found == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    tree.units_within = within;
    tree.is_held_by_child = held;
    for (size_t i = 0; i < unit_count; i++) {
        if (!units[i].is_closed && units[i].kind != UNIT_POOL) {
            count_unit(&tree, &units[i]);
        }
    }
    find_held(&tree);
    for (size_t i = 0; i < tree.count; i++) {
        if (is_charted(&tree, i)) {
            found[(*count)++] = tree.teams[i].id;
        }
    }
    *teams = found;
    found = NULL;
    return DP_SUCCESS;
}

/* ---- A series --------------------------------------------------------------------------- */

dp_err charted_series_take(const struct charted_weeks *weeks, struct charted_series *out)
{
    *out = (struct charted_series){
        .points = mem_new(weeks->count + 1, sizeof *out->points),
        .index = mem_new(weeks->count + 1, sizeof *out->index),
    };
    return err_make(out->points == NULL || out->index == NULL ? DP_NO_MEMORY : DP_OK);
}

void charted_series_free(struct charted_series *series)
{
    mem_free(series->points);
    mem_free(series->index);
}

dp_err charted_read(const struct released *cells, struct team_id team,
                    const struct charted_weeks *weeks, struct date from,
                    struct charted_series *out)
{
    struct series_wanted wanted = { team, weeks->first_monday, weeks->count };
    DP_TRY(series_index_of(cells, &wanted, out->points));
    for (size_t t = 0; t < weeks->count; t++) {
        const struct series_point *point = &out->points[t];
        bool is_usable = point->is_shown && !date_is_before(point->start, from);
        out->index[t] = is_usable ? point->mean : NUMBER_NONE;
    }
    return DP_SUCCESS;
}
