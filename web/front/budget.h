/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What all connections share: bytes that may be held in buffers, and slots for long downloads. Both
 * are counters that any thread may take from; whoever gets nothing answers 503 and holds nothing.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct budget {
    _Atomic size_t left;
};

void budget_start(struct budget *budget, size_t amount);

/** True if the amount was there and is now the caller's. */
bool budget_take(struct budget *budget, size_t amount);

void budget_give(struct budget *budget, size_t amount);
