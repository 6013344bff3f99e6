/* SPDX-License-Identifier: MIT */
#include "storage/sequence_record.h"

#include "app/survey/people.h"
#include "storage/record.h"

/* The first number of a kind, and the last that its id can hold. */
static uint64_t first_of(enum sequence sequence)
{
    return sequence == SEQUENCE_TEAM ? TEAM_ROOT + 1 : 1;
}

static uint64_t last_of(enum sequence sequence)
{
    bool is_wide = sequence == SEQUENCE_PERSON || sequence == SEQUENCE_RUN;
    return is_wide ? UINT64_MAX - 1 : UINT32_MAX - 1;
}

dp_err sequence_record_next(struct store_txn *txn, enum sequence sequence, uint64_t *out)
{
    DP_CHECK(sequence < SEQUENCE_COUNT);
    struct key key = key_u8(KEY_SEQUENCE, (uint8_t)sequence);
    uint64_t next = first_of(sequence);
    dp_err found = record_index_get(txn, &key, &next);
    if (!err_is_ok(found) && !err_is(found, DP_NOT_FOUND)) {
        return found;
    }
    if (next > last_of(sequence)) {
        return err_make(DP_FULL);
    }
    DP_TRY(record_index_put(txn, &key, next + 1));
    *out = next;
    return DP_SUCCESS;
}
