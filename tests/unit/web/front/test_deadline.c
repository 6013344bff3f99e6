/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/support.h"
#include "web/front/deadline.h"

enum { NODES = 200, STEPS = 20000 };

static void test_deadline_first_of_none_is_null(void **state)
{
    struct deadlines all = { 0 };
    struct deadline one = { 0 };
    (void)state;
    assert_null(deadline_first(&all));
    deadline_clear(&all, &one); /* not set: nothing happens */
    assert_null(deadline_first(&all));
    deadline_free(&all);
}

/* Moved earlier, moved later, taken out: the first is always the next to come. */
static void test_deadline_set_moves(void **state)
{
    struct deadlines all = { 0 };
    struct deadline a = { 0 };
    struct deadline b = { 0 };
    (void)state;
    assert_ok(deadline_set(&all, &a, 10));
    assert_ok(deadline_set(&all, &b, 20));
    assert_ptr_equal(deadline_first(&all), &a);
    assert_ok(deadline_set(&all, &a, 30));
    assert_ptr_equal(deadline_first(&all), &b);
    assert_ok(deadline_set(&all, &a, 5));
    assert_ptr_equal(deadline_first(&all), &a);
    deadline_clear(&all, &a);
    assert_ptr_equal(deadline_first(&all), &b);
    deadline_clear(&all, &b);
    assert_null(deadline_first(&all));
    deadline_free(&all);
}

/* The smallest of those that are set, by looking at all of them. */
static const struct deadline *smallest_of(const struct deadline *nodes, size_t *set)
{
    const struct deadline *smallest = NULL;
    *set = 0;
    for (size_t i = 0; i < NODES; i++) {
        if (nodes[i].place > 0) {
            (*set)++;
            smallest = smallest == NULL || nodes[i].at_ms < smallest->at_ms ? &nodes[i]
                                                                            : smallest;
        }
    }
    return smallest;
}

/* After any history the first is the smallest of those that are set. */
static void test_deadline_random_walk_first_is_smallest(void **state)
{
    struct deadlines all = { 0 };
    static struct deadline nodes[NODES];
    unsigned long long at = 77;
    (void)state;
    for (int step = 0; step < STEPS; step++) {
        at = at * 6364136223846793005ULL + 1442695040888963407ULL;
        struct deadline *one = &nodes[(at >> 33) % NODES];
        if ((at >> 60) < 5) {
            deadline_clear(&all, one);
        } else {
            assert_ok(deadline_set(&all, one, (int64_t)(at >> 40) % 1000));
        }
        size_t set = 0;
        const struct deadline *smallest = smallest_of(nodes, &set);
        const struct deadline *first = deadline_first(&all);
        assert_int_equal(all.count, set);
        assert_int_equal(first == NULL, smallest == NULL);
        if (first != NULL && smallest != NULL) {
            assert_int_equal(first->at_ms, smallest->at_ms);
        }
    }
    deadline_free(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deadline_first_of_none_is_null),
        cmocka_unit_test(test_deadline_set_moves),
        cmocka_unit_test(test_deadline_random_walk_first_is_smallest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
