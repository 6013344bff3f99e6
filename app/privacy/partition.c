/* SPDX-License-Identifier: MIT */
/*
 * How a Monday is worked out, and why nothing that is released isolates a small set of teams.
 *
 * Small things rise. The tree is walked from the deepest teams to the root. At each team lies a pile
 * of what is too small so far: newcomers (teams that have no unit yet) and shrunk units (below
 * unit_min people). If the team has a rest unit, the pile joins it; else if the pile is big enough,
 * it becomes the team's rest unit; else it goes up. At the root what is left joins the highest
 * rest unit, or the smallest unit where there is none.
 *
 * One rule is stricter than that: newcomers join something that was shown before only when they are
 * at least k people together; fewer wait without a unit. On the first Monday of a programme nothing
 * was shown before, so there even one person joins.
 *
 * The proof. Let each team be an unknown that stays the same for ever (the strongest attacker: no
 * noise, no rounding), and let every unit, pool, team, week and month figure that can be made be
 * known. Each is a sum over whole units (pools and totals are sums of units), so it is enough to
 * look at the rows "teams of unit u at time t". A set of teams is isolated when some combination of
 * rows is zero on every team outside of it and not zero on it.
 *
 *  1. First Monday: the rows are disjoint sets of >= unit_min people (a company below that: one set
 *     of >= k). A combination is constant on each; the smallest isolated set is one unit.
 *  2. A join of two units adds the row u + v where u and v are rows already: nothing new can be
 *     isolated. So units may join at any size, and pools may be cut anew each Monday.
 *  3. A batch g of newcomers, never part of any row, alone or joined to unit v: adds the row g or v + g,
 *     that is the row g and nothing else. Whatever is newly isolated contains all of g. Hence g >= k
 *     people is enough; and it is needed, for v + g minus v is g. (A unit of newcomers alone has
 *     >= unit_min >= k.)
 *  4. A split of a unit, or another cut of the teams at the turn of a year, is not covered by this;
 *     within a year it never happens, and partition_reform() asks partition_rank.c first, which
 *     looks for the very thing that must not be: a combination of all old and new rows that
 *     isolates a set of fewer than k people and that the old rows did not give. The rows fall
 *     apart into components that share no team; each is decided on its own, so that one department
 *     that must stay as it is doesn't hold up the others.
 *
 * People who move from team to team, join and leave do change the sums; that is about persons, not
 * teams, and no partition can help it (privacy.md 4, the right column).
 */
#include "app/privacy/partition.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/privacy/partition_pool.h"
#include "app/privacy/partition_rank.h"
#include "app/privacy/partition_tree.h"
#include "app/survey/organisation.h"

enum { UNITS_MAX = 1000000, SEATS_MAX = 4000000, FIRST_CAPACITY = 16 };

struct partition_rules partition_rules_of(uint32_t min_people)
{
    uint32_t k = min_people;
    if (k < ORGANISATION_MIN_PEOPLE_FLOOR) {
        k = ORGANISATION_MIN_PEOPLE_FLOOR;
    }
    return (struct partition_rules){
        .min_people = k,
        .unit_min = (8 * k + 4) / 5,
        .daily_from = 3 * k,
        .weekly_below = 2 * k,
    };
}

/* ---- The lists ---- */

void partition_free(struct partition *partition)
{
    mem_free(partition->units);
    mem_free(partition->seats);
    *partition = (struct partition){ 0 };
}

/* Makes room for one more element. */
static dp_err grow(void **list, size_t *capacity, size_t count, size_t max, size_t size)
{
    if (count < *capacity) {
        return DP_SUCCESS;
    }
    size_t wanted = *capacity == 0 ? FIRST_CAPACITY : *capacity * 2;
    if (count >= max) {
        return err_make(DP_NO_MEMORY);
    }
    void *moved = mem_resize(*list, wanted, size);
    if (moved == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    *list = moved;
    *capacity = wanted;
    return DP_SUCCESS;
}

static dp_err append_unit(struct partition *partition, const struct unit *unit)
{
    void *list = partition->units;
    DP_TRY(grow(&list, &partition->units_capacity, partition->units_count, UNITS_MAX,
                sizeof *unit));
    partition->units = list;
    partition->units[partition->units_count] = *unit;
    partition->units_count++;
    return DP_SUCCESS;
}

static dp_err append_seat(struct partition *partition, const struct partition_seat *seat)
{
    void *list = partition->seats;
    DP_TRY(grow(&list, &partition->seats_capacity, partition->seats_count, SEATS_MAX,
                sizeof *seat));
    partition->seats = list;
    partition->seats[partition->seats_count] = *seat;
    partition->seats_count++;
    return DP_SUCCESS;
}

static int compare_seats(const void *a, const void *b)
{
    const struct partition_seat *left = a;
    const struct partition_seat *right = b;
    if (left->team.value != right->team.value) {
        return left->team.value < right->team.value ? -1 : 1;
    }
    return (left->from.days > right->from.days) - (left->from.days < right->from.days);
}

dp_err partition_load_unit(struct partition *partition, const struct unit *unit)
{
    size_t count = partition->units_count;
    if (unit->id.value == 0 ||
        (count > 0 && partition->units[count - 1].id.value >= unit->id.value)) {
        return err_make(DP_INVALID);
    }
    return append_unit(partition, unit);
}

dp_err partition_load_seat(struct partition *partition, const struct partition_seat *seat)
{
    size_t count = partition->seats_count;
    if (count > 0 && compare_seats(&partition->seats[count - 1], seat) >= 0) {
        return err_make(DP_INVALID);
    }
    return append_seat(partition, seat);
}

static uint32_t place_of_unit(const struct partition *partition, struct unit_id id)
{
    size_t low = 0;
    size_t high = partition->units_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (partition->units[middle].id.value < id.value) {
            low = middle + 1;
            continue;
        }
        high = middle;
    }
    bool is_there = low < partition->units_count && partition->units[low].id.value == id.value;
    return is_there ? (uint32_t)low : PARTITION_NONE;
}

const struct unit *partition_unit(const struct partition *partition, struct unit_id id)
{
    uint32_t place = place_of_unit(partition, id);
    return place == PARTITION_NONE ? NULL : &partition->units[place];
}

/* The last seat of a team that begins on or before a date, or NULL. */
static struct partition_seat *seat_at(const struct partition *partition, struct team_id team,
                                      struct date date)
{
    struct partition_seat wanted = { .team = team, .from = date };
    size_t low = 0;
    size_t high = partition->seats_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_seats(&partition->seats[middle], &wanted) <= 0) {
            low = middle + 1;
            continue;
        }
        high = middle;
    }
    if (low == 0 || partition->seats[low - 1].team.value != team.value) {
        return NULL;
    }
    return &partition->seats[low - 1];
}

struct unit_id partition_unit_of(const struct partition *partition, struct team_id team,
                                 struct date date)
{
    const struct partition_seat *seat = seat_at(partition, team, date);
    return seat == NULL ? (struct unit_id){ 0 } : seat->unit;
}

static dp_err clone(const struct partition *from, struct partition *out)
{
    *out = (struct partition){ 0 };
    dp_err err = DP_SUCCESS;
    for (size_t i = 0; i < from->units_count && err_is_ok(err); i++) {
        err = append_unit(out, &from->units[i]);
    }
    for (size_t i = 0; i < from->seats_count && err_is_ok(err); i++) {
        err = append_seat(out, &from->seats[i]);
    }
    if (!err_is_ok(err)) {
        partition_free(out);
    }
    return err;
}

/* ---- One Monday's work ---- */

/* What lies at a team and is too small so far. The lists are linked through next_team, next_unit. */
struct pile {
    uint32_t first_team;
    uint32_t first_unit;
    uint32_t newcomers; /* people */
    uint32_t shrunk;    /* people */
};

struct work {
    struct partition *partition;
    const struct partition_step *step;
    struct partition_tree tree;
    struct pile *piles;   /* by team */
    uint32_t *now;        /* by team: the place of its unit, or PARTITION_NONE */
    uint32_t *rest;       /* by team: the place of its rest unit of >= unit_min, or none */
    uint32_t *next_team;  /* by team */
    uint32_t *next_unit;  /* by unit that was there at the start */
    bool is_first_monday; /* nothing was ever shown */
};

static void work_end(struct work *work)
{
    partition_tree_free(&work->tree);
    mem_free(work->piles);
    mem_free(work->now);
    mem_free(work->rest);
    mem_free(work->next_team);
    mem_free(work->next_unit);
}

static dp_err work_allocate(struct work *work)
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
static dp_err load_seats(struct work *work)
{
    const struct partition *partition = work->partition;
    for (size_t i = 0; i < partition->seats_count; i++) {
        const struct partition_seat *seat = &partition->seats[i];
        uint32_t unit = place_of_unit(partition, seat->unit);
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

static dp_err work_start(struct work *work, struct partition *partition,
                         const struct partition_step *step)
{
    *work = (struct work){ .partition = partition, .step = step };
    if (date_weekday(step->monday) != 1) {
        return err_make(DP_INVALID);
    }
    DP_TRY(partition_tree_build(step->teams, step->teams_count, &work->tree));
    DP_TRY(work_allocate(work));
    return load_seats(work);
}

static uint32_t people_of(const struct work *work, uint32_t team)
{
    return work->step->teams[team].headcount;
}

/* The place in the tree that a unit is shown at; a team that is no longer known counts as the root. */
static uint32_t scope_of(const struct work *work, const struct unit *unit)
{
    uint32_t place = partition_tree_find(&work->tree, unit->team);
    return place == PARTITION_NONE ? work->tree.root : place;
}

static struct unit *unit_at(const struct work *work, uint32_t place)
{
    return &work->partition->units[place];
}

static bool is_open_unit(const struct unit *unit)
{
    return unit->kind != UNIT_POOL && !unit->is_closed;
}

/* ---- New units, and joins ---- */

static dp_err add_unit(struct work *work, enum unit_kind kind, uint32_t scope, uint32_t *place)
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
    return append_unit(work->partition, &unit);
}

static void widen_scope(const struct work *work, struct unit *unit, uint32_t place)
{
    uint32_t scope = partition_tree_join(&work->tree, scope_of(work, unit), place);
    unit->team = work->step->teams[scope].id;
}

static void seat_newcomer(struct work *work, uint32_t team, uint32_t place)
{
    struct unit *unit = unit_at(work, place);
    work->now[team] = place;
    unit->headcount += people_of(work, team);
    widen_scope(work, unit, team);
}

static void join_unit(struct work *work, uint32_t place, uint32_t into)
{
    struct unit *small = unit_at(work, place);
    struct unit *big = unit_at(work, into);
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
static void join_pile(struct work *work, struct pile *pile, uint32_t into, bool may_newcomers)
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
        unit_at(work, into)->kind = UNIT_REST;
        seat_newcomer(work, team, into);
        team = work->next_team[team];
    }
    pile->first_team = PARTITION_NONE;
    pile->newcomers = 0;
}

/* ---- The walk from the leaves to the root ---- */

static void push_team(struct work *work, uint32_t node, uint32_t team)
{
    struct pile *pile = &work->piles[node];
    work->next_team[team] = pile->first_team;
    pile->first_team = team;
    pile->newcomers += people_of(work, team);
}

static void push_unit(struct work *work, uint32_t node, uint32_t place)
{
    struct pile *pile = &work->piles[node];
    work->next_unit[place] = pile->first_unit;
    pile->first_unit = place;
    pile->shrunk += unit_at(work, place)->headcount;
}

static void push_up(struct work *work, uint32_t node)
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
static uint32_t oldest_shrunk(const struct work *work, const struct pile *pile)
{
    uint32_t oldest = pile->first_unit;
    for (uint32_t unit = oldest; unit != PARTITION_NONE; unit = work->next_unit[unit]) {
        oldest = unit < oldest ? unit : oldest;
    }
    return oldest;
}

static bool may_newcomers_join(const struct work *work, const struct pile *pile)
{
    return work->is_first_monday || pile->newcomers >= work->step->rules.min_people;
}

/* The rest unit of a team whose pile is big enough for one. */
static dp_err open_rest(struct work *work, uint32_t node)
{
    uint32_t rest = oldest_shrunk(work, &work->piles[node]);
    if (rest == PARTITION_NONE) {
        DP_TRY(add_unit(work, UNIT_REST, node, &rest));
    }
    widen_scope(work, unit_at(work, rest), node);
    work->rest[node] = rest;
    return DP_SUCCESS;
}

/* Lets the pile of a team join the team's rest unit, or become it. */
static dp_err settle(struct work *work, uint32_t node)
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
static bool is_better_target(const struct work *work, uint32_t a, uint32_t b)
{
    const struct unit *left = unit_at(work, a);
    const struct unit *right = unit_at(work, b);
    if (left->kind != right->kind) {
        return left->kind == UNIT_REST;
    }
    if (left->kind == UNIT_REST) {
        return work->tree.depth[scope_of(work, left)] < work->tree.depth[scope_of(work, right)];
    }
    return left->headcount < right->headcount;
}

static uint32_t target_at_root(const struct work *work)
{
    uint32_t best = PARTITION_NONE;
    for (uint32_t i = 0; i < work->partition->units_count; i++) {
        const struct unit *unit = unit_at(work, i);
        if (!is_open_unit(unit) || unit->headcount < work->step->rules.unit_min) {
            continue;
        }
        if (best == PARTITION_NONE || is_better_target(work, i, best)) {
            best = i;
        }
    }
    return best;
}

static dp_err settle_leftovers(struct work *work)
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
        DP_TRY(add_unit(work, UNIT_REST, work->tree.root, &target));
    }
    join_pile(work, pile, target, may_newcomers);
    return DP_SUCCESS;
}

/* A newcomer that is big enough is a unit; a smaller one goes on its team's pile. */
static dp_err receive(struct work *work, uint32_t team)
{
    if (work->now[team] != PARTITION_NONE || people_of(work, team) == 0) {
        return DP_SUCCESS;
    }
    if (people_of(work, team) < work->step->rules.unit_min) {
        push_team(work, team, team);
        return DP_SUCCESS;
    }
    uint32_t place;
    DP_TRY(add_unit(work, UNIT_TEAM, team, &place));
    seat_newcomer(work, team, place);
    return DP_SUCCESS;
}

static dp_err walk_up(struct work *work)
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
static void count_people(struct work *work)
{
    for (uint32_t i = 0; i < work->partition->units_count; i++) {
        struct unit *unit = unit_at(work, i);
        if (unit->kind != UNIT_POOL && unit->joined_into.value == 0) {
            unit->headcount = 0;
        }
    }
    for (uint32_t i = 0; i < work->tree.count; i++) {
        if (work->now[i] != PARTITION_NONE) {
            unit_at(work, work->now[i])->headcount += people_of(work, i);
        }
    }
    for (uint32_t i = 0; i < work->partition->units_count; i++) {
        struct unit *unit = unit_at(work, i);
        if (unit->kind != UNIT_POOL && unit->joined_into.value == 0) {
            unit->is_closed = unit->headcount == 0;
        }
    }
}

static void sort_units(struct work *work)
{
    for (uint32_t i = 0; i < work->partition->units_count; i++) {
        const struct unit *unit = unit_at(work, i);
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
static void widen_scopes(struct work *work)
{
    for (uint32_t i = 0; i < work->tree.count; i++) {
        if (work->now[i] != PARTITION_NONE && people_of(work, i) > 0) {
            widen_scope(work, unit_at(work, work->now[i]), i);
        }
    }
}

static void set_cadences(struct work *work)
{
    const struct partition_rules *rules = &work->step->rules;
    for (uint32_t i = 0; i < work->partition->units_count; i++) {
        struct unit *unit = unit_at(work, i);
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

static void set_names(struct work *work)
{
    uint64_t everybody = 0;
    for (uint32_t i = 0; i < work->tree.count; i++) {
        everybody += people_of(work, i);
    }
    for (uint32_t i = 0; i < work->partition->units_count; i++) {
        struct unit *unit = unit_at(work, i);
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

static dp_err write_seats(struct work *work)
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
            .unit = unit_at(work, work->now[i])->id,
            .headcount = people_of(work, i),
        };
        struct partition view = { .seats = partition->seats, .seats_count = sorted };
        struct partition_seat *last = seat_at(&view, seat.team, seat.from);
        if (last != NULL && last->unit.value == seat.unit.value) {
            continue;
        }
        if (last != NULL && date_equal(last->from, seat.from)) {
            *last = seat;
            continue;
        }
        DP_TRY(append_seat(partition, &seat));
    }
    if (partition->seats_count > sorted) {
        qsort(partition->seats, partition->seats_count, sizeof *partition->seats,
              compare_seats);
    }
    return DP_SUCCESS;
}

static dp_err work_finish(struct work *work)
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

/* ---- The three steps ---- */

dp_err partition_form(struct partition *partition, const struct partition_step *step)
{
    if (partition->units_count != 0 || partition->seats_count != 0) {
        return err_make(DP_INVALID);
    }
    struct work work;
    dp_err err = work_start(&work, partition, step);
    if (err_is_ok(err)) {
        work.is_first_monday = true;
        err = work_finish(&work);
    }
    work_end(&work);
    if (!err_is_ok(err)) {
        partition_free(partition);
    }
    return err;
}

dp_err partition_revise(struct partition *partition, const struct partition_step *step)
{
    PARTITION_AUTO struct partition next = { 0 };
    DP_TRY(clone(partition, &next));
    struct work work;
    dp_err err = work_start(&work, &next, step);
    if (err_is_ok(err)) {
        err = work_finish(&work);
    }
    work_end(&work);
    DP_TRY(err);
    struct partition old = *partition;
    *partition = next;
    next = old;
    return DP_SUCCESS;
}

/* A team without people has no place in the fresh units. It follows the biggest team that sits in
 * its unit, so that it doesn't look like a set of its own. */
static void follow_biggest(const struct work *work, uint32_t *proposed, uint32_t *biggest)
{
    for (size_t i = 0; i < work->partition->units_count; i++) {
        biggest[i] = PARTITION_NONE;
    }
    for (uint32_t i = 0; i < work->tree.count; i++) {
        uint32_t unit = work->now[i];
        if (unit == PARTITION_NONE || proposed[i] == PARTITION_NONE) {
            continue;
        }
        if (biggest[unit] == PARTITION_NONE ||
            people_of(work, i) > people_of(work, biggest[unit])) {
            biggest[unit] = i;
        }
    }
    for (uint32_t i = 0; i < work->tree.count; i++) {
        uint32_t unit = work->now[i];
        if (proposed[i] == PARTITION_NONE && unit != PARTITION_NONE &&
            biggest[unit] != PARTITION_NONE) {
            proposed[i] = proposed[biggest[unit]];
        }
    }
}

struct taking {
    struct work *work;
    const struct partition *fresh;
    const uint32_t *proposed; /* by team: its fresh unit */
    const bool *keep;         /* by team: it stays where it is */
};

/* Seats a team in the unit that stands for its fresh one, made when the first team comes. */
static dp_err take_team(const struct taking *taking, uint32_t team, uint32_t group,
                        uint32_t *unit)
{
    if (taking->proposed[team] != group || taking->keep[team]) {
        return DP_SUCCESS;
    }
    if (*unit == PARTITION_NONE) {
        DP_TRY(add_unit(taking->work, taking->fresh->units[group].kind, taking->work->tree.root,
                        unit));
    }
    taking->work->now[team] = *unit;
    return DP_SUCCESS;
}

/* Gives the teams of a fresh unit their unit: the one they have if it is the same set of teams, else a
 * new one. */
static dp_err take_group(const struct taking *taking, uint32_t group)
{
    struct work *work = taking->work;
    uint32_t count = work->tree.count;
    uint32_t unit = partition_rank_same_unit(work->now, taking->proposed, count, group);
    for (uint32_t i = 0; i < count; i++) {
        DP_TRY(take_team(taking, i, group, &unit));
    }
    if (unit != PARTITION_NONE) {
        unit_at(work, unit)->kind = taking->fresh->units[group].kind;
        unit_at(work, unit)->team = taking->fresh->units[group].team;
    }
    return DP_SUCCESS;
}

static dp_err take_over(const struct taking *taking)
{
    for (uint32_t group = 0; group < taking->fresh->units_count; group++) {
        DP_TRY(take_group(taking, group));
    }
    return DP_SUCCESS;
}

static dp_err reform_work(struct work *work, const struct partition *fresh, size_t *kept)
{
    uint32_t count = work->tree.count;
    MEM_AUTO uint32_t *proposed = mem_new(count, sizeof *proposed);
    MEM_AUTO uint32_t *biggest = mem_new(work->partition->units_count + 1, sizeof *biggest);
    MEM_AUTO bool *keep = mem_new(count, sizeof *keep);
    if (proposed == NULL || biggest == NULL || keep == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (uint32_t i = 0; i < count; i++) {
        struct unit_id id = partition_unit_of(fresh, work->step->teams[i].id,
                                              work->step->monday);
        proposed[i] = id.value == 0 ? PARTITION_NONE : place_of_unit(fresh, id);
    }
    follow_biggest(work, proposed, biggest);
    struct partition_rank_question question = {
        .partition = work->partition,
        .tree = &work->tree,
        .now = work->now,
        .proposed = proposed,
        .groups = (uint32_t)fresh->units_count,
        .min_people = work->step->rules.min_people,
    };
    DP_TRY(partition_rank_keep(&question, keep));
    for (uint32_t i = 0; i < count; i++) {
        *kept += keep[i] ? 1 : 0;
    }
    struct taking taking = { work, fresh, proposed, keep };
    DP_TRY(take_over(&taking));
    return work_finish(work);
}

dp_err partition_reform(struct partition *partition, const struct partition_step *step,
                        size_t *kept)
{
    PARTITION_AUTO struct partition fresh = { 0 };
    PARTITION_AUTO struct partition next = { 0 };
    DP_TRY(partition_form(&fresh, step));
    DP_TRY(clone(partition, &next));
    struct work work;
    size_t stays = 0;
    dp_err err = work_start(&work, &next, step);
    if (err_is_ok(err)) {
        err = reform_work(&work, &fresh, &stays);
    }
    work_end(&work);
    DP_TRY(err);
    struct partition old = *partition;
    *partition = next;
    next = old;
    if (kept != NULL) {
        *kept = stays;
    }
    return DP_SUCCESS;
}
