/* SPDX-License-Identifier: MIT */
#include "app/privacy/week.h"

#include <string.h>

#include "app/core/mem.h"
#include "storage/person_record.h"
#include "storage/team_record.h"
#include "storage/unit_membership_record.h"
#include "storage/unit_record.h"

enum { FIRST_ROOM = 256, YEAR_DAYS = 364 };

/* ---- The roster as it stands ---- */

struct seated {
    struct person_id person;
    struct team_id team;
};

struct roster {
    struct team *teams; /* by id */
    size_t teams_count;
    size_t teams_capacity;
    struct seated *people; /* by id */
    size_t people_count;
    size_t people_capacity;
    bool has_no_memory;
};

static void roster_free(struct roster *roster)
{
    mem_free(roster->teams);
    mem_free(roster->people);
    *roster = (struct roster){ 0 };
}
#define ROSTER_AUTO __attribute__((cleanup(roster_free)))

static bool make_room(void **list, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) {
        return true;
    }
    size_t wanted = *capacity == 0 ? FIRST_ROOM : *capacity * 2;
    void *moved = mem_resize(*list, wanted, size);
    if (moved == NULL) {
        return false;
    }
    *list = moved;
    *capacity = wanted;
    return true;
}

static bool add_team(const struct team *team, void *context)
{
    struct roster *roster = context;
    void *list = roster->teams;
    roster->has_no_memory = !make_room(&list, roster->teams_count, &roster->teams_capacity,
                                       sizeof *team);
    roster->teams = list;
    if (!roster->has_no_memory) {
        roster->teams[roster->teams_count] = *team;
        roster->teams_count++;
    }
    return !roster->has_no_memory;
}

static bool add_person(const struct person *person, void *context)
{
    struct roster *roster = context;
    if (person->is_gone || person->team.value == 0) {
        return true;
    }
    void *list = roster->people;
    roster->has_no_memory = !make_room(&list, roster->people_count, &roster->people_capacity,
                                       sizeof *roster->people);
    roster->people = list;
    if (!roster->has_no_memory) {
        roster->people[roster->people_count] = (struct seated){ .person = person->id,
                                                                .team = person->team };
        roster->people_count++;
    }
    return !roster->has_no_memory;
}

static dp_err read_roster(struct store_txn *office, struct roster *roster)
{
    DP_TRY(team_record_each(office, add_team, roster));
    DP_TRY(person_record_each(office, add_person, roster));
    return err_make(roster->has_no_memory ? DP_NO_MEMORY : DP_OK);
}

/* ---- The partition as it is stored ---- */

struct loading {
    struct partition *partition;
    dp_err failed;
};

static bool load_unit(const struct unit *unit, void *context)
{
    struct loading *loading = context;
    loading->failed = partition_load_unit(loading->partition, unit);
    return err_is_ok(loading->failed);
}

static bool load_seat(const struct unit_membership_from *entry, void *context)
{
    struct loading *loading = context;
    struct partition_seat seat = {
        .team = entry->membership.team,
        .from = entry->from,
        .unit = entry->membership.unit,
        .headcount = entry->headcount,
    };
    loading->failed = partition_load_seat(loading->partition, &seat);
    return err_is_ok(loading->failed);
}

/* `*is_new` when there is none yet. */
static dp_err load(struct store_txn *office, struct week *week, bool *is_new)
{
    struct loading loading = { .partition = &week->partition, .failed = DP_SUCCESS };
    DP_TRY(unit_record_each(office, load_unit, &loading));
    DP_TRY(loading.failed);
    DP_TRY(unit_membership_record_each(office, load_seat, &loading));
    DP_TRY(loading.failed);
    dp_err err = partition_record_get(office, &week->state);
    *is_new = err_is(err, DP_NOT_FOUND);
    return *is_new ? DP_SUCCESS : err;
}

/* ---- One step ---- */

static struct date year_start_of(const struct organisation *organisation, struct date monday)
{
    int32_t days = monday.days - organisation->programme_start.days;
    int32_t years = days < 0 ? 0 : days / YEAR_DAYS;
    return days < 0 ? monday : date_add(organisation->programme_start, years * YEAR_DAYS);
}

static dp_err count_teams(const struct roster *roster, struct partition_team *teams)
{
    for (size_t i = 0; i < roster->teams_count; i++) {
        const struct team *team = &roster->teams[i];
        teams[i] = (struct partition_team){ .id = team->id,
                                            .parent = team->parent,
                                            .name = team->name };
    }
    for (size_t i = 0; i < roster->people_count; i++) {
        const struct team *team = people_find_team(roster->teams, roster->teams_count,
                                                   roster->people[i].team);
        if (team == NULL) {
            return err_make(DP_INVALID);
        }
        teams[team - roster->teams].headcount++;
    }
    return DP_SUCCESS;
}

static dp_err take_step(const struct roster *roster, const struct organisation *organisation,
                        struct date monday, bool is_new, struct week *week)
{
    MEM_AUTO struct partition_team *teams = mem_new(roster->teams_count + 1, sizeof *teams);
    if (teams == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(count_teams(roster, teams));
    struct date year_start = year_start_of(organisation, monday);
    bool is_new_year = is_new || date_is_before(week->state.year_start, year_start);
    if (is_new_year && organisation->min_people > week->state.min_people) {
        week->state.min_people = organisation->min_people;
    }
    struct partition_step step = {
        .teams = teams,
        .teams_count = roster->teams_count,
        .rules = partition_rules_of(week->state.min_people),
        .monday = monday,
    };
    week->state.min_people = step.rules.min_people;
    week->state.monday = monday;
    if (is_new_year) {
        week->state.year_start = year_start;
    }
    if (is_new) {
        return partition_form(&week->partition, &step);
    }
    return is_new_year ? partition_reform(&week->partition, &step, NULL)
                       : partition_revise(&week->partition, &step);
}

/* Units are few and change little by little, so all are written; of the seats only the new ones. */
static dp_err save(struct store_txn *office, void *context)
{
    const struct week *week = context;
    const struct partition *partition = &week->partition;
    for (size_t i = 0; i < partition->units_count; i++) {
        DP_TRY(unit_record_put(office, &partition->units[i]));
    }
    for (size_t i = 0; i < partition->seats_count; i++) {
        const struct partition_seat *seat = &partition->seats[i];
        if (!date_equal(seat->from, week->state.monday)) {
            continue;
        }
        struct unit_membership_from entry = {
            .membership = { .team = seat->team, .unit = seat->unit },
            .from = seat->from,
            .headcount = seat->headcount,
        };
        DP_TRY(unit_membership_record_put(office, &entry));
    }
    return partition_record_put(office, &week->state);
}

static dp_err seat_people(const struct roster *roster, struct date date, struct week *week)
{
    week->people = mem_new(roster->people_count + 1, sizeof *week->people);
    if (week->people == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < roster->people_count; i++) {
        const struct seated *seated = &roster->people[i];
        week->people[i] = (struct box_person){
            .person = seated->person,
            .unit = partition_unit_of(&week->partition, seated->team, date),
        };
    }
    week->people_count = roster->people_count;
    return DP_SUCCESS;
}

static dp_err prepare(const struct house *house, const struct organisation *organisation,
                      struct date date, struct week *week)
{
    ROSTER_AUTO struct roster roster = { 0 };
    struct store_txn *office = NULL;
    bool is_new = false;
    struct date monday = date_monday(date);
    DP_TRY(store_read(house->office, &office));
    dp_err err = read_roster(office, &roster);
    if (err_is_ok(err)) {
        err = load(office, week, &is_new);
    }
    store_read_end(office);
    DP_TRY(err);
    if (roster.people_count == 0) {
        return err_make(DP_NOT_FOUND);
    }
    if (!is_new && date_is_before(monday, week->state.monday)) {
        return err_make(DP_CONFLICT);
    }
    if (is_new || !date_equal(week->state.monday, monday)) {
        DP_TRY(take_step(&roster, organisation, monday, is_new, week));
        DP_TRY(store_write(house->office, save, week));
        house_reach(house, HOUSE_UNITS_SAVED);
    }
    return seat_people(&roster, date, week);
}

dp_err week_prepare(const struct house *house, const struct organisation *organisation,
                    struct date date, struct week *out)
{
    *out = (struct week){ 0 };
    dp_err err = prepare(house, organisation, date, out);
    if (!err_is_ok(err)) {
        week_free(out);
    }
    return err;
}

void week_free(struct week *week)
{
    partition_free(&week->partition);
    mem_free(week->people);
    *week = (struct week){ 0 };
}
