/* SPDX-License-Identifier: MIT */
#include "app/service/demo/company.h"

#include <math.h>
#include <stdio.h>

#include "app/core/num.h"

/* Nine teams with customers; "Night Desk" stays weekly; five small teams pool in two parents. */
static const struct demo_team TEAMS[] = {
    { "Service/Hotline North", 30, true, true },
    { "Service/Hotline South", 28, true, true },
    { "Service/Field East", 24, true, false },
    { "Service/Field West", 24, true, false },
    { "Service/Complaints", 18, true, true },
    { "Sales/Shops", 34, true, false },
    { "Sales/Online", 20, true, false },
    { "Sales/Key Accounts", 18, true, false },
    { "Operations/Logistics", 32, true, false },
    { "Operations/Dispatch", 20, false, false },
    { "Operations/Night Desk", 11, false, false },
    { "Technology/Platform", 18, false, false },
    { "Technology/Data", 5, false, false },
    { "Technology/Devices", 4, false, false },
    { "Office/Finance", 6, false, false },
    { "Office/People", 4, false, false },
    { "Office/Legal", 4, false, false },
};

enum { TEAM_COUNT = sizeof TEAMS / sizeof TEAMS[0], MOVED_FROM = 5, MOVED_TO = 6 };

_Static_assert((int)TEAM_COUNT <= (int)DEMO_TEAMS_MAX, "room for the teams");

const struct demo_team *demo_teams(size_t *count)
{
    *count = TEAM_COUNT;
    return TEAMS;
}

/* The sum of twelve uniforms is close enough to a normal for moods, and the same everywhere. */
static double normal(struct prng *prng)
{
    double sum = 0;
    for (int i = 0; i < 12; i++) {
        sum += prng_unit(prng);
    }
    return sum - 6.0;
}

static void make_moods(struct demo_company *company)
{
    const double persistence = 0.8;
    const double shock = 0.30;
    for (int team = 0; team < TEAM_COUNT; team++) {
        double level = normal(&company->prng) * 0.4;
        for (int week = 0; week <= DEMO_WEEKS + DEMO_LEAD_WEEKS; week++) {
            level = persistence * level + shock * normal(&company->prng);
            bool is_corrected = TEAMS[team].is_corrected &&
                                week >= DEMO_CORRECTION_WEEK + DEMO_LEAD_WEEKS;
            company->mood[team][week] = level + (is_corrected ? DEMO_CORRECTION_MOOD : 0.0);
        }
    }
}

static void make_people(struct demo_company *company)
{
    int at = 0;
    for (int team = 0; team < TEAM_COUNT; team++) {
        for (int i = 0; i < TEAMS[team].people; i++) {
            struct demo_person *person = &company->people[at];
            bool is_moved = team == MOVED_FROM && i >= TEAMS[team].people - DEMO_MOVED_PEOPLE;
            snprintf(person->external_id, sizeof person->external_id, "P%04d", at + 1);
            person->team = team;
            person->team_after = is_moved ? MOVED_TO : team;
            person->leaning = 0.45 * normal(&company->prng);
            person->diligence = 0.55 + 0.4 * prng_unit(&company->prng);
            at++;
        }
    }
    DP_CHECK(at == DEMO_PEOPLE);
}

void demo_company_make(struct demo_company *company, struct date first_monday)
{
    *company = (struct demo_company){ .first_monday = first_monday, .prng = prng_seed(DEMO_SEED) };
    make_moods(company);
    make_people(company);
}

void demo_company_roster(const struct demo_company *company, bool is_after, struct buf *csv)
{
    buf_add_text(csv, "person_id,email,team,manager_id,language,start_date\r\n");
    char joined[DATE_TEXT_MAX];
    date_text(date_add(company->first_monday, -400), joined);
    for (int i = 0; i < DEMO_PEOPLE; i++) {
        const struct demo_person *person = &company->people[i];
        int team = is_after ? person->team_after : person->team;
        buf_fmt(csv, "%s,%s@brightwater.example,%s,,%s,%s\r\n", person->external_id,
                person->external_id, TEAMS[team].path, i % 4 == 3 ? "de" : "en", joined);
    }
}

static int week_of(const struct demo_company *company, struct date date)
{
    int week = (date.days - company->first_monday.days) / 7;
    return week < 0 ? 0 : week > DEMO_WEEKS ? DEMO_WEEKS : week;
}

int demo_company_answer(struct demo_company *company, int person, struct date date,
                        double difficulty)
{
    const struct demo_person *who = &company->people[person];
    int week = week_of(company, date);
    double will = prng_unit(&company->prng);
    double noise = normal(&company->prng);
    if (will > who->diligence) {
        return -1;
    }
    if (will < 0.01) {
        return 0;
    }
    int team = week >= DEMO_REORGANISATION_WEEK ? who->team_after : who->team;
    double feeling = 3.55 + company->mood[team][week + DEMO_LEAD_WEEKS] + who->leaning +
                     difficulty + 0.7 * noise;
    int answer = (int)lround(feeling);
    return answer < 1 ? 1 : answer > 5 ? 5 : answer;
}

static void add_row(struct buf *csv, struct date monday, int team, const char *metric,
                    double value, int n)
{
    char week[WEEK_TEXT_MAX];
    char text[NUM_TEXT_MAX];
    date_week_text(monday, week);
    num_fixed(value, 2, text);
    buf_fmt(csv, "%s,%s,%s,%s,%d,%s\r\n", week, TEAMS[team].path, metric, text, n,
            metric[0] == 'c' ? "survey" : "calls");
}

static double limited(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

void demo_company_outcomes(const struct demo_company *company, struct date until, struct buf *csv)
{
    struct prng prng = prng_seed(DEMO_SEED + 1);
    buf_add_text(csv, "period,team,metric,value,n,source\r\n");
    for (int week = 0; week < DEMO_WEEKS; week++) {
        struct date monday = date_add(company->first_monday, week * 7);
        for (int team = 0; team < TEAM_COUNT; team++) {
            double satisfied = 4.05 + 0.28 * company->mood[team][week] + 0.09 * normal(&prng);
            double solved = 71.0 + 2.0 * normal(&prng);
            double waiting = 95.0 + 12.0 * normal(&prng);
            int n = 60 + (int)prng_below(&prng, 120);
            if (!TEAMS[team].has_customers || !date_is_before(monday, date_monday(until))) {
                continue;
            }
            bool is_corrected = TEAMS[team].is_corrected && week >= DEMO_CORRECTION_WEEK;
            solved += is_corrected ? DEMO_CORRECTION_CALLS : 0.0;
            add_row(csv, monday, team, "csat_mean", limited(satisfied, 1, 5), n);
            add_row(csv, monday, team, "one_call_resolution", limited(solved, 0, 100), n);
            add_row(csv, monday, team, "waiting_time", limited(waiting, 0, 600), n);
        }
    }
}
