/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Where new ids come from. Each kind of thing has a counter; a number is given out once,
 * also when what had it is deleted. Numbers start at 1.
 */

#include "storage/store.h"

/* Part of the format: append only. */
enum sequence {
    SEQUENCE_PERSON,
    SEQUENCE_TEAM, /* starts behind TEAM_ROOT */
    SEQUENCE_UNIT,
    SEQUENCE_ACCOUNT,
    SEQUENCE_IMPORT,
    SEQUENCE_CORRECTION,
    SEQUENCE_RUN,
    SEQUENCE_ALERT,
    SEQUENCE_COUNT
};

/** The next free number; only inside a job. Fails: DP_FULL when 32 bits are used up where the
 * id has 32 bits, DP_IO, DP_CORRUPT. */
dp_err sequence_record_next(struct store_txn *txn, enum sequence sequence, uint64_t *out);
