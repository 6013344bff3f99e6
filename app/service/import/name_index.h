/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * From a text to a number, in memory: which row of a file has this person_id. Open addressing with a
 * seed of its own for each index, so that a file can't be made to fill one chain. The texts are not
 * copied and must outlive the index.
 */

#include "app/core/err.h"
#include "app/core/str.h"

struct name_index_slot {
    struct str name;
    uint32_t number;
    bool is_used;
};

struct name_index {
    struct name_index_slot *slots; /* owned */
    size_t capacity;               /* a power of two, 0 while empty */
    size_t count;
    uint64_t seed;
};

struct name_index name_index_new(void);
void name_index_free(struct name_index *index);

/** The number under a name; false if there is none. */
bool name_index_find(const struct name_index *index, struct str name, uint32_t *number);

/** Puts a number under a name unless the name is there already: then `*number` gets the old one.
 * Gives: `*is_new`. Fails: DP_NO_MEMORY. */
dp_err name_index_add(struct name_index *index, struct str name, uint32_t *number,
                      bool *is_new);
