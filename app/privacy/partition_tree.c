/* SPDX-License-Identifier: MIT */
#include "app/privacy/partition_tree.h"

#include "app/core/mem.h"

uint32_t partition_tree_find(const struct partition_tree *tree, struct team_id id)
{
    uint32_t low = 0;
    uint32_t high = tree->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint32_t value = tree->teams[middle].id.value;
        if (value == id.value) {
            return middle;
        }
        if (value < id.value) {
            low = middle + 1;
            continue;
        }
        high = middle;
    }
    return PARTITION_NONE;
}

static dp_err find_parents(struct partition_tree *tree)
{
    tree->root = PARTITION_NONE;
    for (uint32_t i = 0; i < tree->count; i++) {
        const struct partition_team *team = &tree->teams[i];
        if (team->id.value == 0 || (i > 0 && tree->teams[i - 1].id.value >= team->id.value)) {
            return err_make(DP_INVALID);
        }
        if (team->parent.value == 0) {
            if (tree->root != PARTITION_NONE) {
                return err_make(DP_INVALID);
            }
            tree->root = i;
            tree->parent[i] = i;
            continue;
        }
        tree->parent[i] = partition_tree_find(tree, team->parent);
        if (tree->parent[i] == PARTITION_NONE) {
            return err_make(DP_INVALID);
        }
    }
    return tree->root == PARTITION_NONE ? err_make(DP_INVALID) : DP_SUCCESS;
}

/* A walk of more steps than there are teams goes in a circle. */
static dp_err measure_depths(struct partition_tree *tree, uint32_t *deepest)
{
    *deepest = 0;
    for (uint32_t i = 0; i < tree->count; i++) {
        uint32_t steps = 0;
        for (uint32_t at = i; at != tree->root; at = tree->parent[at]) {
            steps++;
            if (steps > tree->count) {
                return err_make(DP_INVALID);
            }
        }
        tree->depth[i] = steps;
        *deepest = steps > *deepest ? steps : *deepest;
    }
    return DP_SUCCESS;
}

static void put_in_order(struct partition_tree *tree, uint32_t deepest)
{
    uint32_t filled = 0;
    for (uint32_t depth = deepest + 1; depth > 0; depth--) {
        for (uint32_t i = 0; i < tree->count; i++) {
            if (tree->depth[i] == depth - 1) {
                tree->order[filled] = i;
                filled++;
            }
        }
    }
}

dp_err partition_tree_build(const struct partition_team *teams, size_t count,
                            struct partition_tree *out)
{
    *out = (struct partition_tree){ .teams = teams };
    if (count == 0 || count >= PARTITION_NONE) {
        return err_make(DP_INVALID);
    }
    out->count = (uint32_t)count;
    out->parent = mem_new(count, sizeof *out->parent);
    out->depth = mem_new(count, sizeof *out->depth);
    out->order = mem_new(count, sizeof *out->order);
    if (out->parent == NULL || out->depth == NULL || out->order == NULL) {
        partition_tree_free(out);
        return err_make(DP_NO_MEMORY);
    }
    uint32_t deepest = 0;
    dp_err err = find_parents(out);
    if (err_is_ok(err)) {
        err = measure_depths(out, &deepest);
    }
    if (!err_is_ok(err)) {
        partition_tree_free(out);
        return err;
    }
    put_in_order(out, deepest);
    return DP_SUCCESS;
}

void partition_tree_free(struct partition_tree *tree)
{
    mem_free(tree->parent);
    mem_free(tree->depth);
    mem_free(tree->order);
    *tree = (struct partition_tree){ 0 };
}

uint32_t partition_tree_join(const struct partition_tree *tree, uint32_t a, uint32_t b)
{
    while (a != b) {
        if (tree->depth[a] >= tree->depth[b]) {
            a = tree->parent[a];
            continue;
        }
        b = tree->parent[b];
    }
    return a;
}
