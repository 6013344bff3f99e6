/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The units that hold for a week, in the office store. The first box of a week forms them, revises
 * them, or forms the year's anew; the week's other boxes take what is stored. So whatever happens
 * to the roster within a week, units, cadences and headcounts stay as they were on Monday.
 */

#include "app/privacy/house.h"
#include "app/privacy/partition.h"
#include "storage/box.h"
#include "storage/partition_record.h"

struct week {
    struct partition partition;
    struct partition_state state;
    struct box_person *people; /* by id, with the unit of the date that was asked for */
    size_t people_count;
};

/** Brings units up to the week of `date` and stores them, and reads everybody who is asked then.
 * Takes: k of the organisation holds from the next year on.
 * Fails: DP_NOT_FOUND (nobody is in the roster; nothing is stored then), DP_CONFLICT (a later
 * week is in force already), DP_INVALID (the team tree is broken), DP_NO_MEMORY, DP_IO.
 * Owns: the caller; end with week_free(). */
dp_err week_prepare(const struct house *house, const struct organisation *organisation,
                    struct date date, struct week *out);
void week_free(struct week *week);
#define WEEK_AUTO __attribute__((cleanup(week_free)))
