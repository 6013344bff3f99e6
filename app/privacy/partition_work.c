/* SPDX-License-Identifier: MIT */
#include "app/privacy/partition_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/privacy/partition_pool.h"

void partition_work_end(struct partition_work *work)
{
    partition_tree_free(&work->tree);
    mem_free(work->piles);
    mem_free(work->now);
    mem_free(work->rest);
    mem_free(work->next_team);
    mem_free(work->next_unit);
}

static dp_err allocate(struct partition_work *work)
{
    uint32_t count = work->tree.count;
    work->piles = mem_new(count, sizeof *work->piles);
    work->now = mem_new(count, sizeof *work->now);
    work->rest = mem_new(count, sizeof *work->rest);
    work->next_team = mem_new(count, sizeof *work->next_team);
    work->next_unit = mem_new(work->partition->units_count + 1, sizeof *work->next_unit);
    if (work->piles == NULL || work->now == NULL || work->rest == NULL ||
        work->next_team == NULL || work->next_unit == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (uint32_t i = 0; i < count; i++) {
        work->piles[i] = (struct pile){ .first_team = PARTITION_NONE,
                                        .first_unit = PARTITION_NONE };
        work->now[i] = PARTITION_NONE;
        work->rest[i] = PARTITION_NONE;
    }
    return DP_SUCCESS;
}

/* Seats are by team and Monday, so that the last one of a team stays in `now`. */
static dp_err load_seats(struct partition_work *work)
{
    const struct partition *partition = work->partition;
    for (size_t i = 0; i < partition->seats_count; i++) {
        const struct partition_seat *seat = &partition->seats[i];
        uint32_t unit = partition_list_place(partition, seat->unit);
        if (date_is_before(work->step->monday, seat->from) || unit == PARTITION_NONE) {
            return err_make(DP_INVALID);
        }
        uint32_t team = partition_tree_find(&work->tree, seat->team);
        if (team != PARTITION_NONE) {
            work->now[team] = unit;
        }
    }
    return DP_SUCCESS;
}

dp_err partition_work_start(struct partition_work *work, struct partition *partition,
                            const struct partition_step *step)
{
    *work = (struct partition_work){ .partition = partition, .step = step };
    if (date_weekday(step->monday) != 1) {
        return err_make(DP_INVALID);
    }
    DP_TRY(partition_tree_build(step->teams, step->teams_count, &work->tree));
    DP_TRY(allocate(work));
    return load_seats(work);
}

uint32_t partition_work_people(const struct partition_work *work, uint32_t team)
{
    return work->step->teams[team].headcount;
}

/* The place in the tree that a unit is shown at; a team that is no longer known counts as the root. */
static uint32_t scope_of(const struct partition_work *work, const struct unit *unit)
{
    uint32_t place = partition_tree_find(&work->tree, unit->team);
    return place == PARTITION_NONE ? work->tree.root : place;
}

struct unit *partition_work_unit(const struct partition_work *work, uint32_t place)
{
    return &work->partition->units[place];
}

static bool is_open_unit(const struct unit *unit)
{
    return unit->kind != UNIT_POOL && !unit->is_closed;
}

/* ---- New units, and joins ---- */

dp_err partition_work_add_unit(struct partition_work *work, enum unit_kind kind, uint32_t scope,
                               uint32_t *place)
{
    const struct partition *partition = work->partition;
    size_t count = partition->units_count;
    uint32_t last = count == 0 ? 0 : partition->units[count - 1].id.value;
    struct unit unit = {
        .id = { last + 1 },
        .kind = kind,
        .cadence = UNIT_WEEKLY,
        .team = work->step->teams[scope].id,
    };
    *place = (uint32_t)count;
    return partition_list_add_unit(work->partition, &unit);
}

static void widen_scope(const struct partition_work *work, struct unit *unit, uint32_t place)
{
    uint32_t scope = partition_tree_join(&work->tree, scope_of(work, unit), place);
    unit->team = work->step->teams[scope].id;
}

static void seat_newcomer(struct partition_work *work, uint32_t team, uint32_t place)
{
    struct unit *unit = partition_work_unit(work, place);
    work->now[team] = place;
    unit->headcount += partition_work_people(work, team);
    widen_scope(work, unit, team);
}

static void join_unit(struct partition_work *work, uint32_t place, uint32_t into)
{
    struct unit *small = partition_work_unit(work, place);
    struct unit *big = partition_work_unit(work, into);
    for (uint32_t i = 0; i < work->tree.count; i++) {
        if (work->now[i] == place) {
            work->now[i] = into;
        }
    }
    big->headcount += small->headcount;
    big->kind = UNIT_REST;
    widen_scope(work, big, scope_of(work, small));
    small->is_closed = true;
    small->joined_into = big->id;
    small->pool = (struct unit_id){ 0 };
}

/* Empties a pile into a unit, which may itself lie in the pile. Newcomers that may not join stay. */
static void join_pile(struct partition_work *work, struct pile *pile, uint32_t into,
                      bool may_newcomers)
{
    uint32_t unit = pile->first_unit;
    while (unit != PARTITION_NONE) {
        if (unit != into) {
            join_unit(work, unit, into);
        }
        unit = work->next_unit[unit];
    }
    pile->first_unit = PARTITION_NONE;
    pile->shrunk = 0;
    if (!may_newcomers) {
        return;
    }
    uint32_t team = pile->first_team;
    while (team != PARTITION_NONE) {
        partition_work_unit(work, into)->kind = UNIT_REST;
        seat_newcomer(work, team, into);
        team = work->next_team[team];
    }
    pile->first_team = PARTITION_NONE;
    pile->newcomers = 0;
}

/* ---- The walk from the leaves to the root ---- */

static void push_team(struct partition_work *work, uint32_t node, uint32_t team)
{
    struct pile *pile = &work->piles[node];
    work->next_team[team] = pile->first_team;
    pile->first_team = team;
    pile->newcomers += partition_work_people(work, team);
}

static void push_unit(struct partition_work *work, uint32_t node, uint32_t place)
{
    struct pile *pile = &work->piles[node];
    work->next_unit[place] = pile->first_unit;
    pile->first_unit = place;
    pile->shrunk += partition_work_unit(work, place)->headcount;
}

static void push_up(struct partition_work *work, uint32_t node)
{
    struct pile *pile = &work->piles[node];
    uint32_t parent = work->tree.parent[node];
    uint32_t team = pile->first_team;
    while (team != PARTITION_NONE) {
        uint32_t next = work->next_team[team];
        push_team(work, parent, team);
        team = next;
    }
    uint32_t unit = pile->first_unit;
    while (unit != PARTITION_NONE) {
        uint32_t next = work->next_unit[unit];
        push_unit(work, parent, unit);
        unit = next;
    }
    *pile = (struct pile){ .first_team = PARTITION_NONE, .first_unit = PARTITION_NONE };
}

/* The shrunk unit that the others of a pile join: the oldest. */
static uint32_t oldest_shrunk(const struct partition_work *work, const struct pile *pile)
{
    uint32_t oldest = pile->first_unit;
    for (uint32_t unit = oldest; unit != PARTITION_NONE; unit = work->next_unit[unit]) {
        oldest = unit < oldest ? unit : oldest;
    }
    return oldest;
}

static bool may_newcomers_join(const struct partition_work *work, const struct pile *pile)
{
    return work->is_first_monday || pile->newcomers >= work->step->rules.min_people;
}

/* The rest unit of a team whose pile is big enough for one. */
static dp_err open_rest(struct partition_work *work, uint32_t node)
{
    uint32_t rest = oldest_shrunk(work, &work->piles[node]);
    if (rest == PARTITION_NONE) {
        DP_TRY(partition_work_add_unit(work, UNIT_REST, node, &rest));
    }
    widen_scope(work, partition_work_unit(work, rest), node);
    work->rest[node] = rest;
    return DP_SUCCESS;
}

/* Lets the pile of a team join the team's rest unit, or become it. */
static dp_err settle(struct partition_work *work, uint32_t node)
{
    struct pile *pile = &work->piles[node];
    bool may_newcomers = may_newcomers_join(work, pile);
    uint32_t people = pile->shrunk + (may_newcomers ? pile->newcomers : 0);
    if (work->rest[node] == PARTITION_NONE) {
        if (people < work->step->rules.unit_min) {
            return DP_SUCCESS;
        }
        DP_TRY(open_rest(work, node));
    }
    join_pile(work, pile, work->rest[node], may_newcomers);
    return DP_SUCCESS;
}

/* True if `a` is the better unit to join for what is left at the root: a rest unit before a team's
 * own, the highest rest unit, the smallest team's unit, the oldest. */
static bool is_better_target(const struct partition_work *work, uint32_t a, uint32_t b)
{
    const struct unit *left = partition_work_unit(work, a);
    const struct unit *right = partition_work_unit(work, b);
    if (left->kind != right->kind) {
        return left->kind == UNIT_REST;
    }
    if (left->kind == UNIT_REST) {
        return work->tree.depth[scope_of(work, left)] < work->tree.depth[scope_of(work, right)];
    }
    return left->headcount < right->headcount;
}

static uint32_t target_at_root(const struct partition_work *work)
{
    uint32_t best = PARTITION_NONE;
    for (uint32_t i = 0; i < work->partition->units_count; i++) {
        const struct unit *unit = partition_work_unit(work, i);
        if (!is_open_unit(unit) || unit->headcount < work->step->rules.unit_min) {
            continue;
        }
        if (best == PARTITION_NONE || is_better_target(work, i, best)) {
            best = i;
        }
    }
    return best;
}

static dp_err settle_leftovers(struct partition_work *work)
{
    struct pile *pile = &work->piles[work->tree.root];
    if (pile->first_team == PARTITION_NONE && pile->first_unit == PARTITION_NONE) {
        return DP_SUCCESS;
    }
    bool may_newcomers = may_newcomers_join(work, pile);
    uint32_t target = target_at_root(work);
    if (target == PARTITION_NONE) {
        target = oldest_shrunk(work, pile);
    }
    if (target == PARTITION_NONE) {
        /* No unit anywhere: these are all the people there are. */
        may_newcomers = pile->newcomers >= work->step->rules.min_people;
        if (!may_newcomers) {
            return DP_SUCCESS;
        }
        DP_TRY(partition_work_add_unit(work, UNIT_REST, work->tree.root, &target));
    }
    join_pile(work, pile, target, may_newcomers);
    return DP_SUCCESS;
}

/* A newcomer that is big enough is a unit; a smaller one goes on its team's pile. */
static dp_err receive(struct partition_work *work, uint32_t team)
{
    if (work->now[team] != PARTITION_NONE || partition_work_people(work, team) == 0) {
        return DP_SUCCESS;
    }
    if (partition_work_people(work, team) < work->step->rules.unit_min) {
        push_team(work, team, team);
        return DP_SUCCESS;
    }
    uint32_t place;
    DP_TRY(partition_work_add_unit(work, UNIT_TEAM, team, &place));
    seat_newcomer(work, team, place);
    return DP_SUCCESS;
}

static dp_err walk_up(struct partition_work *work)
{
    for (uint32_t i = 0; i < work->tree.count; i++) {
        uint32_t team = work->tree.order[i];
        DP_TRY(receive(work, team));
        DP_TRY(settle(work, team));
        if (team != work->tree.root) {
            push_up(work, team);
        }
    }
    return settle_leftovers(work);
}

/* ---- Headcounts before, cadence, names and seats after ---- */

/* A unit without people is closed, and opens again when somebody comes. */
static void count_people(struct partition_work *work)
{
    for (uint32_t i = 0; i < work->partition->units_count; i++) {
        struct unit *unit = partition_work_unit(work, i);
        if (unit->kind != UNIT_POOL && unit->joined_into.value == 0) {
            unit->headcount = 0;
        }
    }
    for (uint32_t i = 0; i < work->tree.count; i++) {
        if (work->now[i] != PARTITION_NONE) {
            partition_work_unit(work, work->now[i])->headcount += partition_work_people(work,
                                                                                        i);
        }
    }
    for (uint32_t i = 0; i < work->partition->units_count; i++) {
        struct unit *unit = partition_work_unit(work, i);
        if (unit->kind != UNIT_POOL && unit->joined_into.value == 0) {
            unit->is_closed = unit->headcount == 0;
        }
    }
}

static void sort_units(struct partition_work *work)
{
    for (uint32_t i = 0; i < work->partition->units_count; i++) {
        const struct unit *unit = partition_work_unit(work, i);
        if (!is_open_unit(unit)) {
            continue;
        }
        uint32_t scope = scope_of(work, unit);
        if (unit->headcount < work->step->rules.unit_min) {
            push_unit(work, scope, i);
            continue;
        }
        if (unit->kind == UNIT_REST && work->rest[scope] == PARTITION_NONE) {
            work->rest[scope] = i;
        }
    }
}

/* The team tree may have changed around a unit: it is shown where all its people are beneath. Within
 * a year this only ever goes up, so that nobody is shown older figures of people elsewhere. */
static void widen_scopes(struct partition_work *work)
{
    for (uint32_t i = 0; i < work->tree.count; i++) {
        if (work->now[i] != PARTITION_NONE && partition_work_people(work, i) > 0) {
            widen_scope(work, partition_work_unit(work, work->now[i]), i);
        }
    }
}

static void set_cadences(struct partition_work *work)
{
    const struct partition_rules *rules = &work->step->rules;
    for (uint32_t i = 0; i < work->partition->units_count; i++) {
        struct unit *unit = partition_work_unit(work, i);
        if (!is_open_unit(unit)) {
            continue;
        }
        if (unit->cadence == UNIT_WEEKLY && unit->headcount >= rules->daily_from) {
            unit->cadence = UNIT_DAILY;
        } else if (unit->cadence == UNIT_DAILY && unit->headcount < rules->weekly_below) {
            unit->cadence = UNIT_WEEKLY;
        }
    }
}

static void set_names(struct partition_work *work)
{
    uint64_t everybody = 0;
    for (uint32_t i = 0; i < work->tree.count; i++) {
        everybody += partition_work_people(work, i);
    }
    for (uint32_t i = 0; i < work->partition->units_count; i++) {
        struct unit *unit = partition_work_unit(work, i);
        if (unit->is_closed) {
            continue;
        }
        const char *name = work->step->teams[scope_of(work, unit)].name;
        const char *front = "";
        if (unit->kind == UNIT_REST && unit->headcount < everybody) {
            front = "Other teams of ";
        } else if (unit->kind == UNIT_POOL && unit->headcount < everybody) {
            front = "Small units of ";
        }
        char text[2 * NAME_MAX_BYTES];
        (void)snprintf(text, sizeof text, "%s%s", front, name == NULL ? "" : name);
        size_t len = strnlen(text, NAME_MAX_BYTES - 1);
        while (len > 0 && len < strlen(text) && ((unsigned char)text[len] & 0xC0) == 0x80) {
            len--; /* never half a character */
        }
        memcpy(unit->name, text, len);
        memset(unit->name + len, 0, sizeof unit->name - len);
    }
}

static dp_err write_seats(struct partition_work *work)
{
    struct partition *partition = work->partition;
    size_t sorted = partition->seats_count;
    for (uint32_t i = 0; i < work->tree.count; i++) {
        if (work->now[i] == PARTITION_NONE) {
            continue;
        }
        struct partition_seat seat = {
            .team = work->step->teams[i].id,
            .from = work->step->monday,
            .unit = partition_work_unit(work, work->now[i])->id,
            .headcount = partition_work_people(work, i),
        };
        struct partition view = { .seats = partition->seats, .seats_count = sorted };
        struct partition_seat *last = partition_list_seat_at(&view, seat.team, seat.from);
        if (last != NULL && last->unit.value == seat.unit.value) {
            continue;
        }
        if (last != NULL && date_equal(last->from, seat.from)) {
            *last = seat;
            continue;
        }
        DP_TRY(partition_list_add_seat(partition, &seat));
    }
    if (partition->seats_count > sorted) {
        qsort(partition->seats, partition->seats_count, sizeof *partition->seats,
              partition_list_compare);
    }
    return DP_SUCCESS;
}

dp_err partition_work_finish(struct partition_work *work)
{
    count_people(work);
    sort_units(work);
    DP_TRY(walk_up(work));
    widen_scopes(work);
    set_cadences(work);
    DP_TRY(partition_pool_weekly(work->partition, &work->tree, &work->step->rules));
    set_names(work);
    return write_seats(work);
}
