/* SPDX-License-Identifier: MIT */
#include "app/privacy/partition_pool.h"

#include "app/core/mem.h"

struct heap {
    uint32_t first; /* a weekly unit, linked by next */
    uint32_t people;
};

struct pooling {
    struct partition *partition;
    const struct partition_tree *tree;
    struct heap *heaps; /* by team */
    uint32_t *pool;     /* by team: its pool of earlier weeks */
    uint32_t *next;     /* by unit */
};

static uint32_t place_of(const struct pooling *pooling, struct team_id team)
{
    uint32_t place = partition_tree_find(pooling->tree, team);
    return place == PARTITION_NONE ? pooling->tree->root : place;
}

static void push(struct pooling *pooling, uint32_t node, uint32_t unit)
{
    struct heap *heap = &pooling->heaps[node];
    pooling->next[unit] = heap->first;
    heap->first = unit;
    heap->people += pooling->partition->units[unit].headcount;
}

/* All pools count as closed until they are used again. */
static void lay_out(struct pooling *pooling)
{
    for (uint32_t i = 0; i < pooling->tree->count; i++) {
        pooling->heaps[i].first = PARTITION_NONE;
        pooling->pool[i] = PARTITION_NONE;
    }
    for (uint32_t i = 0; i < pooling->partition->units_count; i++) {
        struct unit *unit = &pooling->partition->units[i];
        uint32_t node = place_of(pooling, unit->team);
        unit->pool = (struct unit_id){ 0 };
        if (unit->kind == UNIT_POOL) {
            unit->is_closed = true;
            unit->headcount = 0;
            pooling->pool[node] = pooling->pool[node] == PARTITION_NONE ? i
                                                                        : pooling->pool[node];
            continue;
        }
        if (!unit->is_closed && unit->cadence == UNIT_WEEKLY) {
            push(pooling, node, i);
        }
    }
}

static dp_err open_pool(struct pooling *pooling, uint32_t node, uint32_t *place)
{
    struct partition *partition = pooling->partition;
    *place = pooling->pool[node];
    if (*place != PARTITION_NONE) {
        partition->units[*place].is_closed = false;
        return DP_SUCCESS;
    }
    struct unit pool = {
        .id = { partition->units[partition->units_count - 1].id.value + 1 },
        .kind = UNIT_POOL,
        .cadence = UNIT_DAILY,
        .team = pooling->tree->teams[node].id,
    };
    *place = (uint32_t)partition->units_count;
    return partition_load_unit(partition, &pool);
}

static dp_err fill_pool(struct pooling *pooling, uint32_t node)
{
    uint32_t place;
    DP_TRY(open_pool(pooling, node, &place));
    struct unit *units = pooling->partition->units;
    units[place].headcount = pooling->heaps[node].people;
    uint32_t unit = pooling->heaps[node].first;
    while (unit != PARTITION_NONE) {
        units[unit].pool = units[place].id;
        unit = pooling->next[unit];
    }
    return DP_SUCCESS;
}

static void push_up(struct pooling *pooling, uint32_t node)
{
    uint32_t unit = pooling->heaps[node].first;
    while (unit != PARTITION_NONE) {
        uint32_t next = pooling->next[unit];
        push(pooling, pooling->tree->parent[node], unit);
        unit = next;
    }
}

static dp_err settle(struct pooling *pooling, const struct partition_rules *rules,
                     uint32_t node)
{
    bool is_root = node == pooling->tree->root;
    uint32_t enough = is_root ? rules->unit_min : rules->daily_from;
    if (pooling->heaps[node].people >= enough) {
        return fill_pool(pooling, node);
    }
    if (!is_root) {
        push_up(pooling, node);
    }
    return DP_SUCCESS;
}

static dp_err walk_up(struct pooling *pooling, const struct partition_rules *rules)
{
    for (uint32_t i = 0; i < pooling->tree->count; i++) {
        DP_TRY(settle(pooling, rules, pooling->tree->order[i]));
    }
    return DP_SUCCESS;
}

dp_err partition_pool_weekly(struct partition *partition, const struct partition_tree *tree,
                             const struct partition_rules *rules)
{
    MEM_AUTO struct heap *heaps = mem_new(tree->count, sizeof *heaps);
    MEM_AUTO uint32_t *pool = mem_new(tree->count, sizeof *pool);
    MEM_AUTO uint32_t *next = mem_new(partition->units_count + 1, sizeof *next);
    if (heaps == NULL || pool == NULL || next == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct pooling pooling = {
        .partition = partition,
        .tree = tree,
        .heaps = heaps,
        .pool = pool,
        .next = next,
    };
    lay_out(&pooling);
    return walk_up(&pooling, rules);
}
