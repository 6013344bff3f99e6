/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Opening a closed box: every ballot is opened in locked memory, checked against the plan and
 * counted for its unit. Nothing leaves this module but counts, and these lie in locked memory that
 * is wiped when they are given back.
 *
 * Checked: each ballot lies in the slot of exactly one marker (a ballot without a marker was put
 * there by somebody who had no right to, and is not counted); epoch, question and version are those
 * of the plan; the unit is in the plan; the ballot counts where the plan says; a unit has no more
 * ballots than people (else none of its ballots are worth anything: it is marked as stuffed).
 */

#include "app/privacy/ballot.h"
#include "app/privacy/forming.h"
#include "storage/box.h"

/** One unit's ballots. */
struct counting_unit {
    struct forming_tally tally; /* answers 1..5 */
    uint32_t ballots;           /* skipped ones too */
    bool is_stuffed;
};

struct counting {
    struct unit *units; /* of the plan, by id, pools too */
    size_t units_count;
    struct counting_unit *counts; /* by place in `units`; locked memory */
    uint32_t nowhere;             /* answers 1..5 of people without a unit */
    uint32_t refused;             /* ballots that failed a check above */
    uint32_t missing;             /* markers without a ballot */
};

/** Opens and counts. Takes: a box that is marked closed.
 * Fails: DP_NO_MEMORY, DP_IO, DP_CORRUPT. Owns: the caller; end with counting_free(). */
dp_err counting_open(struct box *box, const struct ballot_keys *keys, struct counting *out);
void counting_free(struct counting *counting);
#define COUNTING_AUTO __attribute__((cleanup(counting_free)))
