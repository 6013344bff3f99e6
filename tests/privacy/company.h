/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Random companies for property tests: a tree of teams, people in them, and what happens to both
 * from one Monday to the next (people join, leave and move; teams are founded, emptied, filled again,
 * hung elsewhere, split). Same seed, same company.
 */

#include "app/privacy/partition.h"

enum { COMPANY_TEAMS_MAX = 40, COMPANY_PEOPLE_MAX = 600, COMPANY_NOBODY = -1 };

struct company {
    uint64_t random;
    struct partition_team teams[COMPANY_TEAMS_MAX]; /* ids 1, 2, 3 ...; the root first */
    size_t teams_count;
    int team_of[COMPANY_PEOPLE_MAX]; /* a place in `teams`, or COMPANY_NOBODY who has left */
    size_t people_count;             /* that ever were */
    size_t teams_max;
};

/** Takes: seed, anything; teams_max, 1..COMPANY_TEAMS_MAX, that it starts and grows to. */
void company_make(struct company *company, uint64_t seed, size_t teams_max);

/** One week on: about `events` things happen. */
void company_week(struct company *company, size_t events);

/** 0..bound-1. */
uint32_t company_random(struct company *company, uint32_t bound);

/** For partition_form() and so on; k is 5 unless said otherwise. */
struct partition_step company_step(const struct company *company, int32_t monday_days);

/** People in all. */
uint32_t company_people(const struct company *company);
