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

#include "app/core/mem.h"
#include "app/privacy/partition_rank.h"
#include "app/privacy/partition_work.h"
#include "app/survey/organisation.h"

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

void partition_free(struct partition *partition)
{
    mem_free(partition->units);
    mem_free(partition->seats);
    *partition = (struct partition){ 0 };
}

dp_err partition_load_unit(struct partition *partition, const struct unit *unit)
{
    size_t count = partition->units_count;
    if (unit->id.value == 0 ||
        (count > 0 && partition->units[count - 1].id.value >= unit->id.value)) {
        return err_make(DP_INVALID);
    }
    return partition_list_add_unit(partition, unit);
}

dp_err partition_load_seat(struct partition *partition, const struct partition_seat *seat)
{
    size_t count = partition->seats_count;
    if (count > 0 && partition_list_compare(&partition->seats[count - 1], seat) >= 0) {
        return err_make(DP_INVALID);
    }
    return partition_list_add_seat(partition, seat);
}

const struct unit *partition_unit(const struct partition *partition, struct unit_id id)
{
    uint32_t place = partition_list_place(partition, id);
    return place == PARTITION_NONE ? NULL : &partition->units[place];
}

struct unit_id partition_unit_of(const struct partition *partition, struct team_id team,
                                 struct date date)
{
    const struct partition_seat *seat = partition_list_seat_at(partition, team, date);
    return seat == NULL ? (struct unit_id){ 0 } : seat->unit;
}

/* ---- The three steps ---- */

dp_err partition_form(struct partition *partition, const struct partition_step *step)
{
    if (partition->units_count != 0 || partition->seats_count != 0) {
        return err_make(DP_INVALID);
    }
    struct partition_work work;
    dp_err err = partition_work_start(&work, partition, step);
    if (err_is_ok(err)) {
        work.is_first_monday = true;
        err = partition_work_finish(&work);
    }
    partition_work_end(&work);
    if (!err_is_ok(err)) {
        partition_free(partition);
    }
    return err;
}

dp_err partition_revise(struct partition *partition, const struct partition_step *step)
{
    PARTITION_AUTO struct partition next = { 0 };
    DP_TRY(partition_list_clone(partition, &next));
    struct partition_work work;
    dp_err err = partition_work_start(&work, &next, step);
    if (err_is_ok(err)) {
        err = partition_work_finish(&work);
    }
    partition_work_end(&work);
    DP_TRY(err);
    struct partition old = *partition;
    *partition = next;
    next = old;
    return DP_SUCCESS;
}

/* A team without people has no place in the fresh units. It follows the biggest team that sits in
 * its unit, so that it doesn't look like a set of its own. */
static void follow_biggest(const struct partition_work *work, uint32_t *proposed,
                           uint32_t *biggest)
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
            partition_work_people(work, i) > partition_work_people(work, biggest[unit])) {
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
    struct partition_work *work;
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
        DP_TRY(partition_work_add_unit(taking->work, taking->fresh->units[group].kind,
                                       taking->work->tree.root, unit));
    }
    taking->work->now[team] = *unit;
    return DP_SUCCESS;
}

/* Gives the teams of a fresh unit their unit: the one they have if it is the same set of teams, else a
 * new one. */
static dp_err take_group(const struct taking *taking, uint32_t group)
{
    struct partition_work *work = taking->work;
    uint32_t count = work->tree.count;
    uint32_t unit = partition_rank_same_unit(work->now, taking->proposed, count, group);
    for (uint32_t i = 0; i < count; i++) {
        DP_TRY(take_team(taking, i, group, &unit));
    }
    if (unit != PARTITION_NONE) {
        partition_work_unit(work, unit)->kind = taking->fresh->units[group].kind;
        partition_work_unit(work, unit)->team = taking->fresh->units[group].team;
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

static dp_err reform_work(struct partition_work *work, const struct partition *fresh,
                          size_t *kept)
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
        proposed[i] = id.value == 0 ? PARTITION_NONE : partition_list_place(fresh, id);
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
    return partition_work_finish(work);
}

dp_err partition_reform(struct partition *partition, const struct partition_step *step,
                        size_t *kept)
{
    PARTITION_AUTO struct partition fresh = { 0 };
    PARTITION_AUTO struct partition next = { 0 };
    DP_TRY(partition_form(&fresh, step));
    DP_TRY(partition_list_clone(partition, &next));
    struct partition_work work;
    size_t stays = 0;
    dp_err err = partition_work_start(&work, &next, step);
    if (err_is_ok(err)) {
        err = reform_work(&work, &fresh, &stays);
    }
    partition_work_end(&work);
    DP_TRY(err);
    struct partition old = *partition;
    *partition = next;
    next = old;
    if (kept != NULL) {
        *kept = stays;
    }
    return DP_SUCCESS;
}
