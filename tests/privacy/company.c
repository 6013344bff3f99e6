/* SPDX-License-Identifier: MIT */
#include "tests/privacy/company.h"

#include "tests/support/support.h"

enum { K = 5, BIG_TEAM = 26, SMALL_TEAM = 9, TRIES = 8 };

uint32_t company_random(struct company *company, uint32_t bound)
{
    return (uint32_t)((support_random(&company->random) >> 33) % bound);
}

static void add_person(struct company *company, size_t team)
{
    if (company->people_count == COMPANY_PEOPLE_MAX) {
        return;
    }
    company->team_of[company->people_count] = (int)team;
    company->people_count++;
    company->teams[team].headcount++;
}

/* Small teams are what is difficult, so they are more frequent. */
static uint32_t some_people(struct company *company)
{
    uint32_t bound = company_random(company, 3) == 0 ? BIG_TEAM : SMALL_TEAM;
    return company_random(company, bound);
}

static size_t found_team(struct company *company, uint32_t people)
{
    size_t place = company->teams_count;
    uint32_t parent = place == 0
                          ? 0
                          : company->teams[company_random(company, (uint32_t)place)].id.value;
    company->teams[place] = (struct partition_team){
        .id = { (uint32_t)place + 1 },
        .parent = { parent },
        .name = "Team",
    };
    company->teams_count++;
    for (uint32_t i = 0; i < people; i++) {
        add_person(company, place);
    }
    return place;
}

void company_make(struct company *company, uint64_t seed, size_t teams_max)
{
    *company = (struct company){ .random = seed * 2 + 1, .teams_max = teams_max };
    for (size_t i = 0; i < TRIES; i++) {
        (void)support_random(&company->random);
    }
    size_t teams = 1 + company_random(company, (uint32_t)teams_max);
    for (size_t i = 0; i < teams; i++) {
        (void)found_team(company, i == 0 ? company_random(company, 4) : some_people(company));
    }
}

static int *some_person(struct company *company)
{
    for (size_t i = 0; i < TRIES && company->people_count > 0; i++) {
        int *team = &company->team_of[company_random(company, (uint32_t)company->people_count)];
        if (*team != COMPANY_NOBODY) {
            return team;
        }
    }
    return NULL;
}

static void move(struct company *company, int *person, int to)
{
    if (person == NULL) {
        return;
    }
    company->teams[*person].headcount--;
    *person = to;
    if (to != COMPANY_NOBODY) {
        company->teams[to].headcount++;
    }
}

/* All or half of a team's people go somewhere, or leave. */
static void move_many(struct company *company, size_t from, int to, bool is_all)
{
    for (size_t i = 0; i < company->people_count; i++) {
        bool is_one = company->team_of[i] == (int)from;
        if (is_one && (is_all || company_random(company, 2) == 0)) {
            move(company, &company->team_of[i], to);
        }
    }
}

static bool is_beneath(const struct company *company, size_t team, size_t above)
{
    while (team != above) {
        if (team == 0) {
            return false;
        }
        team = company->teams[team].parent.value - 1;
    }
    return true;
}

static void hang_elsewhere(struct company *company)
{
    size_t team = company_random(company, (uint32_t)company->teams_count);
    size_t parent = company_random(company, (uint32_t)company->teams_count);
    if (team != 0 && !is_beneath(company, parent, team)) {
        company->teams[team].parent.value = (uint32_t)parent + 1;
    }
}

static void happen(struct company *company)
{
    size_t team = company_random(company, (uint32_t)company->teams_count);
    size_t other = company_random(company, (uint32_t)company->teams_count);
    bool may_found = company->teams_count < company->teams_max;
    switch (company_random(company, 12)) {
    case 0:
    case 1:
        add_person(company, team);
        break;
    case 2:
    case 3:
        move(company, some_person(company), COMPANY_NOBODY);
        break;
    case 4:
    case 5:
    case 6:
        move(company, some_person(company), (int)team);
        break;
    case 7:
        if (may_found) {
            (void)found_team(company, 1 + some_people(company));
        }
        break;
    case 8:
        if (may_found) {
            other = found_team(company, 0);
        }
        move_many(company, team, (int)other, false);
        break;
    case 9:
        move_many(company, team, company_random(company, 2) == 0 ? COMPANY_NOBODY : (int)other,
                  true);
        break;
    case 10:
        for (uint32_t i = 0; i < 3; i++) {
            add_person(company, team);
        }
        break;
    default:
        hang_elsewhere(company);
        break;
    }
}

void company_week(struct company *company, size_t events)
{
    for (size_t i = 0; i < events; i++) {
        happen(company);
    }
}

struct partition_step company_step(const struct company *company, int32_t monday_days)
{
    return (struct partition_step){
        .teams = company->teams,
        .teams_count = company->teams_count,
        .rules = partition_rules_of(K),
        .monday = { monday_days },
    };
}

uint32_t company_people(const struct company *company)
{
    uint32_t people = 0;
    for (size_t i = 0; i < company->teams_count; i++) {
        people += company->teams[i].headcount;
    }
    return people;
}
