/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What an attacker has who keeps every figure ever released: rows of zeros and ones over at most 64
 * unknown teams, and all their combinations. Written on its own, apart from app/privacy: other
 * representation (bit sets), other elimination, other prime, and every small set is tried.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ROWS_TEAMS_MAX = 64 };

/** The span of the rows, as a basis. */
struct rows_span {
    int64_t basis[ROWS_TEAMS_MAX][ROWS_TEAMS_MAX];
    size_t rank;
    size_t teams;
};

/** Adds a row. Gives true if it says something that the others did not. */
bool rows_add(struct rows_span *span, uint64_t row);

/** The dimension of what can be said about the teams of `set` alone. */
size_t rows_about(const struct rows_span *span, uint64_t set);

/** A set of teams with people, but fewer than k in all, about whose teams alone `now` says something
 * that `before` did not; 0 if there is none. Takes: people of each team. */
uint64_t rows_newly_isolated(const struct rows_span *before, const struct rows_span *now,
                             const uint32_t *people, uint32_t min_people);
