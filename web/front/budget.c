/* SPDX-License-Identifier: MIT */
#include "web/front/budget.h"

void budget_start(struct budget *budget, size_t amount)
{
    atomic_store(&budget->left, amount);
}

bool budget_take(struct budget *budget, size_t amount)
{
    size_t left = atomic_load(&budget->left);
    while (left >= amount) {
        if (atomic_compare_exchange_weak(&budget->left, &left, left - amount)) {
            return true;
        }
    }
    return false;
}

void budget_give(struct budget *budget, size_t amount)
{
    atomic_fetch_add(&budget->left, amount);
}
