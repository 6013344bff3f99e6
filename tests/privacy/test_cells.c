/* SPDX-License-Identifier: MIT */
/*
 * L2 of privacy.md: in random companies, over random moves and random answers,
 *   - every ballot belongs to exactly one cell, or is destroyed;
 *   - every cell that is shown has at least k different people behind it, and says how many answers;
 *   - which cells there are, and who belongs to them, never depends on who answered;
 *   - within a year no two teams that were shown together are ever shown apart.
 * The number of companies is the first argument (default 100,000).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "app/core/mem.h"
#include "app/core/num.h"
#include "app/privacy/flush_cells.h"
#include "tests/privacy/company.h"
#include "tests/support/support.h"

enum { K = 5, FIRST_MONDAY = 20514 /* 2026-03-02 */, DAYS = 4, UNITS_MAX = 400 };

static const int8_t NO_ANSWER = -1;

static uint64_t companies = 100000;

/* Monday: a theme; Tuesday and Thursday: the anchor, and on Friday once more, as HR may choose: only
 * with three days can ten answers come from four people. */
static const struct {
    int32_t after_monday;
    bool is_anchor;
} days[DAYS] = { { 0, false }, { 1, true }, { 3, true }, { 4, true } };

/* What this test itself knows about one week. */
struct world {
    struct company *company;
    struct partition *partition;
    struct date monday;
    struct unit units[UNITS_MAX]; /* open ones, as a box has them */
    size_t units_count;
    int unit_of[COMPANY_PEOPLE_MAX];          /* a place in `units`, or -1 */
    int8_t answers[DAYS][COMPANY_PEOPLE_MAX]; /* -1 none, 0 skipped, 1..5 */
    struct cell_list cells;
};

/* ---- The program under test, without box and key ---- */

static void take_units(struct world *world)
{
    world->units_count = 0;
    for (size_t i = 0; i < world->partition->units_count; i++) {
        if (!world->partition->units[i].is_closed) {
            assert_true(world->units_count < UNITS_MAX);
            world->units[world->units_count] = world->partition->units[i];
            world->units_count++;
        }
    }
}

static int find_unit(const struct world *world, int team)
{
    if (team == COMPANY_NOBODY) {
        return -1;
    }
    struct unit_id id = partition_unit_of(world->partition, world->company->teams[team].id,
                                          world->monday);
    for (size_t i = 0; i < world->units_count && id.value != 0; i++) {
        if (world->units[i].id.value == id.value) {
            return (int)i;
        }
    }
    return -1;
}

static void seat_people(struct world *world)
{
    int of_team[COMPANY_TEAMS_MAX];
    for (size_t i = 0; i < world->company->teams_count; i++) {
        of_team[i] = find_unit(world, (int)i);
    }
    for (size_t i = 0; i < world->company->people_count; i++) {
        int team = world->company->team_of[i];
        world->unit_of[i] = team == COMPANY_NOBODY ? -1 : of_team[team];
    }
}

static const struct unit *unit_of_person(const struct world *world, size_t person)
{
    int place = world->unit_of[person];
    return place < 0 ? NULL : &world->units[place];
}

static void form_day(struct world *world, size_t day, struct tally_list *tallies)
{
    struct counting_unit counts[UNITS_MAX] = { 0 };
    struct counting counting = { .units = world->units,
                                 .units_count = world->units_count,
                                 .counts = counts };
    struct box_head head = { .epoch = { date_add(world->monday, days[day].after_monday) },
                             .question = { days[day].is_anchor ? 1 : 7 },
                             .question_version = 1,
                             .is_anchor = days[day].is_anchor,
                             .min_people = K };
    for (size_t person = 0; person < world->company->people_count; person++) {
        int8_t answer = world->answers[day][person];
        const struct unit *unit = answer < 0 ? NULL : unit_of_person(world, person);
        if (answer < 0) {
            continue;
        }
        if (unit == NULL) {
            counting.nowhere += answer > 0 ? 1 : 0;
            continue;
        }
        struct counting_unit *counted = &counts[unit - world->units];
        counted->ballots++;
        if (answer > 0) {
            counted->tally.bins[answer - 1]++;
        }
    }
    assert_ok(flush_cells_of_day(&head, &counting, &world->cells, tallies));
}

static void form_week(struct world *world)
{
    TALLY_LIST_AUTO struct tally_list tallies = { 0 };
    cell_list_free(&world->cells);
    for (size_t day = 0; day < DAYS; day++) {
        form_day(world, day, &tallies);
    }
    assert_ok(flush_cells_of_week(world->monday, K, &tallies, &world->cells));
}

static void answer_all(struct world *world)
{
    struct company *company = world->company;
    uint32_t out_of_ten = 1 + company_random(company, 10);
    for (size_t day = 0; day < DAYS; day++) {
        for (size_t person = 0; person < company->people_count; person++) {
            bool is_answer = company->team_of[person] != COMPANY_NOBODY &&
                             company_random(company, 10) < out_of_ten;
            uint32_t answer = company_random(company, ANSWER_MAX + 1);
            world->answers[day][person] = NO_ANSWER;
            if (is_answer) {
                world->answers[day][person] = (int8_t)answer;
            }
        }
    }
}

/* ---- What must be true, worked out from privacy.md and not from the code ---- */

/* The one cell that a ballot of a day belongs to, or none: daily unit -> (unit, day); weekly unit and
 * anchor -> (unit, week); weekly unit and theme -> (pool, day). */
static const struct cell *find_cell(const struct world *world, const struct unit *unit,
                                    size_t day)
{
    const struct cell *found = NULL;
    bool is_week = unit->cadence == UNIT_WEEKLY && days[day].is_anchor;
    bool is_pool = unit->cadence == UNIT_WEEKLY && !days[day].is_anchor;
    uint32_t id = is_pool ? unit->pool.value : unit->id.value;
    struct date start = is_week ? world->monday
                                : date_add(world->monday, days[day].after_monday);
    for (size_t i = 0; i < world->cells.count && id != 0; i++) {
        const struct cell *cell = &world->cells.cells[i];
        if (cell->unit.value == id && date_equal(cell->period_start, start) &&
            cell->period_kind == (is_week ? PERIOD_WEEK : PERIOD_DAY)) {
            assert_null(found); /* never two */
            found = cell;
        }
    }
    assert_true(id == 0 || found != NULL);
    return found;
}

/* Who stands behind a cell. */
struct behind {
    uint32_t answers;
    uint32_t people;  /* different ones with an answer 1..5 */
    uint32_t invited; /* different ones who belong to the cell */
};

struct tally {
    const struct cell *cells[UNITS_MAX][DAYS]; /* where a unit's ballots of a day belong */
    struct behind *behind;                     /* by cell */
    uint64_t answers;
    uint64_t shown;
};

/* True if none of the days before has the cell. */
static bool is_first(const struct cell *const *cells, size_t day)
{
    for (size_t before = 0; before < day; before++) {
        if (cells[before] == cells[day]) {
            return false;
        }
    }
    return true;
}

/* A person's ballot of one day, in the cells that are the person's up to that day. */
static void count_ballot(const struct world *world, struct tally *tally, bool is_answer,
                         const struct cell *const *invited, size_t day)
{
    struct behind *at = &tally->behind[invited[day] - world->cells.cells];
    at->invited += is_first(invited, day) ? 1 : 0;
    at->answers += is_answer ? 1 : 0;
    tally->shown += is_answer && invited[day]->status == CELL_OK ? 1 : 0;
}

static void count_person(struct world *world, struct tally *tally, size_t person)
{
    const struct cell *invited[DAYS] = { NULL };
    const struct cell *answered[DAYS] = { NULL };
    int unit = world->unit_of[person];
    for (size_t day = 0; day < DAYS; day++) {
        bool is_answer = world->answers[day][person] > 0;
        invited[day] = unit < 0 ? NULL : tally->cells[unit][day];
        answered[day] = is_answer ? invited[day] : NULL;
        tally->answers += is_answer ? 1 : 0;
        if (invited[day] != NULL) {
            count_ballot(world, tally, is_answer, invited, day);
        }
        if (answered[day] != NULL && is_first(answered, day)) {
            tally->behind[answered[day] - world->cells.cells].people++;
        }
    }
}

static void check_cell(const struct cell *cell, const struct behind *behind)
{
    assert_int_equal(behind->invited, cell->headcount);
    if (cell->status == CELL_OK) {
        assert_true(behind->people >= K);
        assert_int_equal(behind->answers, cell->n);
        return;
    }
    assert_int_equal(cell->n, 0);
}

static void check_ballots(struct world *world)
{
    static struct tally tally;
    tally.behind = mem_new(world->cells.count + 1, sizeof *tally.behind);
    tally.answers = 0;
    tally.shown = 0;
    assert_non_null(tally.behind);
    for (size_t i = 0; i < world->units_count; i++) {
        for (size_t day = 0; day < DAYS && world->units[i].kind != UNIT_POOL; day++) {
            tally.cells[i][day] = find_cell(world, &world->units[i], day);
        }
    }
    for (size_t person = 0; person < world->company->people_count; person++) {
        count_person(world, &tally, person);
    }
    for (size_t i = 0; i < world->cells.count; i++) {
        check_cell(&world->cells.cells[i], &tally.behind[i]);
    }
    assert_int_equal(tally.shown + world->cells.not_shown, tally.answers);
    mem_free(tally.behind);
}

/* Every place once, and the same places whoever answers. */
static void check_independence(struct world *world)
{
    size_t count = world->cells.count;
    struct cell *before = mem_new(count + 1, sizeof *before);
    assert_non_null(before);
    for (size_t i = 0; i < count; i++) {
        before[i] = world->cells.cells[i];
    }
    answer_all(world);
    form_week(world);
    assert_int_equal(world->cells.count, count);
    for (size_t i = 0; i < count; i++) {
        const struct cell *cell = &world->cells.cells[i];
        assert_int_equal(cell->unit.value, before[i].unit.value);
        assert_int_equal(cell->period_kind, before[i].period_kind);
        assert_int_equal(cell->period_start.days, before[i].period_start.days);
        assert_int_equal(cell->question.value, before[i].question.value);
        assert_int_equal(cell->headcount, before[i].headcount);
    }
    mem_free(before);
}

/* Units are as big as they must be, unless they are all there is. */
static void check_units(const struct world *world)
{
    size_t units = 0;
    uint32_t waiting = 0;
    for (size_t i = 0; i < world->units_count; i++) {
        const struct unit *unit = &world->units[i];
        if (unit->kind == UNIT_POOL) {
            assert_true(unit->headcount >= 8);
            continue;
        }
        units++;
        assert_true(unit->headcount > 0);
        assert_true(unit->cadence == UNIT_WEEKLY || unit->headcount >= 10);
        assert_true(unit->cadence == UNIT_DAILY || unit->headcount < 15);
        assert_true(unit->cadence == UNIT_WEEKLY || unit->pool.value == 0);
    }
    for (size_t i = 0; i < world->units_count && units > 1; i++) {
        assert_true(world->units[i].headcount >= 8);
    }
    for (size_t i = 0; i < world->company->teams_count; i++) {
        const struct partition_team *team = &world->company->teams[i];
        bool is_seated = partition_unit_of(world->partition, team->id, world->monday).value !=
                         0;
        assert_true(is_seated || team->headcount < K);
        waiting += is_seated ? 0 : team->headcount;
    }
    assert_true(waiting < K);
}

/* Who was together last week is together this week. */
static void check_no_split(const struct world *world)
{
    struct date last = date_add(world->monday, -7);
    const struct company *company = world->company;
    for (size_t i = 0; i < company->teams_count; i++) {
        struct unit_id before = partition_unit_of(world->partition, company->teams[i].id, last);
        for (size_t j = 0; j < i && before.value != 0; j++) {
            struct unit_id other = partition_unit_of(world->partition, company->teams[j].id,
                                                     last);
            bool was_together = other.value == before.value;
            bool is_together =
                partition_unit_of(world->partition, company->teams[i].id, world->monday)
                    .value ==
                partition_unit_of(world->partition, company->teams[j].id, world->monday).value;
            assert_true(!was_together || is_together);
        }
    }
}

static void check_week(struct world *world)
{
    take_units(world);
    seat_people(world);
    check_units(world);
    answer_all(world);
    form_week(world);
    check_ballots(world);
    check_independence(world);
    check_ballots(world);
}

static void check_company(uint64_t seed, struct world *world)
{
    struct company company;
    PARTITION_AUTO struct partition partition = { 0 };
    company_make(&company, seed, seed % 8 == 0 ? COMPANY_TEAMS_MAX : 8);
    *world = (struct world){ .company = &company, .partition = &partition };
    world->monday.days = FIRST_MONDAY;
    struct partition_step step = company_step(&company, FIRST_MONDAY);
    assert_ok(partition_form(&partition, &step));
    check_week(world);
    for (int32_t week = 1; week <= 3; week++) {
        company_week(&company, 1 + company_random(&company, 5));
        world->monday.days = FIRST_MONDAY + 7 * week;
        step = company_step(&company, world->monday.days);
        if (week == 3) {
            assert_ok(partition_reform(&partition, &step, NULL));
        } else {
            assert_ok(partition_revise(&partition, &step));
            check_no_split(world);
        }
        check_week(world);
    }
    cell_list_free(&world->cells);
}

static void test_cells_of_random_companies_hold_every_rule(void **state)
{
    (void)state;
    struct world *world = mem_new(1, sizeof *world);
    assert_non_null(world);
    for (uint64_t seed = 1; seed <= companies; seed++) {
        check_company(seed, world);
    }
    mem_free(world);
}

int main(int argc, char **argv)
{
    if (argc > 1 && !err_is_ok(num_uint(str_of(argv[1]), 1, UINT32_MAX, &companies))) {
        return 2;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells_of_random_companies_hold_every_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
