/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The check at the turn of a year: would the old and the new units together give away a set of teams
 * with fewer than k people?
 *
 * Each team is an unknown, each unit of any week, old or proposed, a row of zeros and ones. A set S
 * is given away when a combination of rows is zero outside of S and not zero inside. What the old
 * rows give away by themselves is no reason to refuse; asked is for what becomes possible with
 * the new ones. Linear algebra decides: with R the span of the rows, the combinations that are zero
 * outside of S form a space of dimension rank(R) - rank(R without the columns S). If that is
 * greater for old and new rows than for the old rows alone, S is newly given away.
 *
 * Only sets of teams with fewer than k people in all matter, so only columns of fewer than k people
 * need to be tried; the others are eliminated first. Teams that always were and would be together
 * are one column. A set's people are counted at their fewest: on any Monday when a team
 * changed its unit, or now.
 *
 * Ranks are taken modulo 2^31 - 1. Rows are sets of a few partitions of the same teams, their minors
 * are small numbers (0, 1 and -1 for two partitions), so that the prime divides none but zero.
 *
 * Cost is bounded: a component too big to decide within the bound keeps its old units, which is
 * always safe.
 */

#include "app/privacy/partition_tree.h"

struct partition_rank_question {
    const struct partition *partition; /* all seats up to now */
    const struct partition_tree *tree;
    const uint32_t *now;      /* by team: the place of its unit, or PARTITION_NONE */
    const uint32_t *proposed; /* by team: a group 0..groups-1, or PARTITION_NONE */
    uint32_t groups;
    uint32_t min_people;
};

/** Marks in `keep`, by team, all teams of each component in which the proposal would give a small
 * set away. Fails: DP_NO_MEMORY. */
dp_err partition_rank_keep(const struct partition_rank_question *question, bool *keep);

/** The unit that has exactly the teams of a group, or PARTITION_NONE. */
uint32_t partition_rank_same_unit(const uint32_t *now, const uint32_t *proposed, uint32_t count,
                                  uint32_t group);
