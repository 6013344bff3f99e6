/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The next moments at which something is over, ordered: a binary heap of nodes that are part of what
 * they belong to. One thread's; setting and taking out cost the logarithm of their number.
 */

#include <stdint.h>

#include "app/core/err.h"

struct deadline {
    int64_t at_ms;
    size_t place; /* in the heap, from 1; 0: not set */
    void *owner;
};

struct deadlines {
    struct deadline **heap; /* owned; the node at 0 is the next */
    size_t count;
    size_t capacity;
};

/** Sets or moves a deadline. Fails: DP_NO_MEMORY (it is then not set). */
dp_err deadline_set(struct deadlines *all, struct deadline *one, int64_t at_ms);

/** Takes it out; one that is not set is fine. */
void deadline_clear(struct deadlines *all, struct deadline *one);

/** The next one, or NULL. */
struct deadline *deadline_first(const struct deadlines *all);

/** Frees the heap; the nodes stay their owners'. */
void deadline_free(struct deadlines *all);
