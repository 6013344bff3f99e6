/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>

#include "web/front/budget.h"

enum { THREADS = 4, ROUNDS = 20000 };

/* All, nothing, one too many. */
static void test_budget_take_edges(void **state)
{
    struct budget budget;
    (void)state;
    budget_start(&budget, 10);
    assert_true(budget_take(&budget, 0));
    assert_false(budget_take(&budget, 11));
    assert_true(budget_take(&budget, 10));
    assert_false(budget_take(&budget, 1));
    budget_give(&budget, 1);
    assert_true(budget_take(&budget, 1));
    assert_false(budget_take(&budget, SIZE_MAX));
}

static void *work(void *context)
{
    struct budget *budget = context;
    for (int i = 0; i < ROUNDS; i++) {
        if (budget_take(budget, 3)) {
            budget_give(budget, 3);
        }
    }
    return NULL;
}

/* Threads that fight over it leave it as it was. */
static void test_budget_threads_lose_nothing(void **state)
{
    struct budget budget;
    pthread_t threads[THREADS];
    (void)state;
    budget_start(&budget, 7);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, work, &budget), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_true(budget_take(&budget, 7));
    assert_false(budget_take(&budget, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_budget_take_edges),
        cmocka_unit_test(test_budget_threads_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
