/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A company for the tests of trend and overview, with twelve weeks of two days each:
 *
 *   Service
 *     Hotline   daily, lies high
 *     Desk      daily
 *     Nook, Den too small: "Other teams of Service", weekly
 *   Sales       daily, lies low
 *   Depot       daily; in the last week it leaps up, and fewer answer
 *
 * In week GAP nobody is asked. Include cmocka first.
 */

#include "tests/unit/service/firm.h"

enum { MONDAY, TUESDAY, THURSDAY = 3, WEEK = 7, WEEKS = 12, GAP = 5 };

extern const struct question_id overview_world_anchor;

/** Founds the company and writes the figures of its first `weeks`; it is the Monday after the
 * last. */
void overview_world_start(struct firm *firm, int weeks);

/** Writes the figures of one week. */
void overview_world_week(struct firm *firm, int week);

/** Writes one cell; hidden when n is 0. */
void overview_world_put(struct firm *firm, struct unit_id unit, enum period_kind kind, int day,
                        uint32_t n, uint16_t hundredths);
