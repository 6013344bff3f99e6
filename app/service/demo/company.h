/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The company of the demo: 300 invented people, their moods, their customers. Pure: same seed, same
 * company; nothing is stored and no clock is read.
 *
 * Built in, so that the product can be seen to find it (and to find nothing where nothing is):
 *   - each team has a mood of its own that drifts from week to week (an AR(1) of 0.8);
 *   - customer satisfaction follows each team's mood two weeks later (DEMO_LEAD_WEEKS);
 *   - waiting time and one-call resolution follow nothing from week to week: a link found there would
 *     be a false alarm. By chance alone about one company in seven shows one; the seed is of one
 *     that claims none on the dates that were tried, though a hint may show;
 *   - from DEMO_CORRECTION_WEEK on, three teams may solve a customer's problem without asking back:
 *     their mood rises by DEMO_CORRECTION_MOOD points and their one-call resolution by
 *     DEMO_CORRECTION_CALLS percentage points;
 *   - one unit is weekly, small teams pool, ten people move in DEMO_REORGANISATION_WEEK;
 *   - nobody is asked in the two weeks around the new year.
 */

#include "app/core/buf.h"
#include "app/core/date.h"
#include "app/stats/prng.h"

enum {
    DEMO_PEOPLE = 300,
    DEMO_WEEKS = 78,
    DEMO_TEAMS_MAX = 24,
    DEMO_LEAD_WEEKS = 2,
    DEMO_CORRECTION_WEEK = 50,
    DEMO_REORGANISATION_WEEK = 30,
    DEMO_MOVED_PEOPLE = 10,
};

#define DEMO_CORRECTION_MOOD 0.35
#define DEMO_CORRECTION_CALLS 6.0
#define DEMO_SEED UINT64_C(78302)

struct demo_team {
    const char *path; /* as the roster file writes it */
    int people;
    bool has_customers;
    bool is_corrected;
};

struct demo_person {
    char external_id[16];
    int team;      /* index into the company's teams */
    int team_after; /* from the reorganisation on */
    double leaning;   /* a person's own usual distance from the team's mood */
    double diligence; /* chance to answer on a day */
};

struct demo_company {
    struct demo_person people[DEMO_PEOPLE];
    /* [team][week + DEMO_LEAD_WEEKS]: distance from the usual mood, so that the first weeks'
     * customers have a mood to follow */
    double mood[DEMO_TEAMS_MAX][DEMO_WEEKS + DEMO_LEAD_WEEKS + 1];
    struct date first_monday;
    struct prng prng;
};

const struct demo_team *demo_teams(size_t *count);

/** Makes the company. Takes: the Monday on which asking begins. */
void demo_company_make(struct demo_company *company, struct date first_monday);

/** The roster file before or after the reorganisation. */
void demo_company_roster(const struct demo_company *company, bool is_after, struct buf *csv);

/** What a person answers on a date (1..5), 0 for "prefer not to say", -1 for no answer. Calls in
 * the same order give the same answers. `is_about_customers` shifts a little, `difficulty` is the
 * question's own. */
int demo_company_answer(struct demo_company *company, int person, struct date date,
                        double difficulty);

/** The outcomes file: weekly CSAT, one-call resolution and waiting time of the teams that have
 * customers, up to and without the week of `until`. */
void demo_company_outcomes(const struct demo_company *company, struct date until, struct buf *csv);
