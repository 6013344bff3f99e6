/* SPDX-License-Identifier: MIT */
#include "app/service/import/name_index.h"

#include "app/core/mem.h"
#include "app/core/random.h"

enum { FIRST_CAPACITY = 64 };

struct name_index name_index_new(void)
{
    struct name_index index = { 0 };
    random_secret(&index.seed, sizeof index.seed);
    return index;
}

void name_index_free(struct name_index *index)
{
    mem_free(index->slots);
    *index = (struct name_index){ .seed = index->seed };
}

/* FNV-1a with a seed, its bits mixed at the end because only the low ones choose the slot. */
static uint64_t hash_of(uint64_t seed, struct str name)
{
    uint64_t hash = seed ^ UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < name.len; i++) {
        hash = (hash ^ (uint8_t)name.ptr[i]) * UINT64_C(0x100000001b3);
    }
    hash ^= hash >> 32;
    hash *= UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

/* Where the name is, or the free slot where it would go. */
static struct name_index_slot *slot_of(const struct name_index *index, struct str name)
{
    size_t at = (size_t)hash_of(index->seed, name) & (index->capacity - 1);
    while (index->slots[at].is_used && !str_equal(index->slots[at].name, name)) {
        at = (at + 1) & (index->capacity - 1);
    }
    return &index->slots[at];
}

static dp_err grow(struct name_index *index)
{
    struct name_index bigger = *index;
    bigger.capacity = index->capacity == 0 ? FIRST_CAPACITY : index->capacity * 2;
    bigger.slots = mem_new(bigger.capacity, sizeof bigger.slots[0]);
    if (bigger.slots == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < index->capacity; i++) {
        if (index->slots[i].is_used) {
            *slot_of(&bigger, index->slots[i].name) = index->slots[i];
        }
    }
    mem_free(index->slots);
    *index = bigger;
    return DP_SUCCESS;
}

bool name_index_find(const struct name_index *index, struct str name, uint32_t *number)
{
    if (index->capacity == 0) {
        return false;
    }
    const struct name_index_slot *slot = slot_of(index, name);
    if (slot->is_used) {
        *number = slot->number;
    }
    return slot->is_used;
}

dp_err name_index_add(struct name_index *index, struct str name, uint32_t *number, bool *is_new)
{
    if (index->count * 2 >= index->capacity) {
        DP_TRY(grow(index));
    }
    struct name_index_slot *slot = slot_of(index, name);
    *is_new = !slot->is_used;
    if (slot->is_used) {
        *number = slot->number;
        return DP_SUCCESS;
    }
    *slot = (struct name_index_slot){ name, *number, true };
    index->count++;
    return DP_SUCCESS;
}
