/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "app/core/random.h"
#include "tests/support/support.h"

enum { DRAWS = 20000 };

/* With one choice there is no choice. */
static void test_random_secret_below_one_is_zero(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        assert_int_equal(random_secret_below(1), 0);
    }
}

/* Every value below the bound comes up about as often as the others: a share that is 8 standard
 * deviations off happens to nobody. */
static void test_random_secret_below_reaches_every_value(void **state)
{
    (void)state;
    static size_t counts[7];
    memset(counts, 0, sizeof counts);
    for (int i = 0; i < DRAWS; i++) {
        uint32_t drawn = random_secret_below(7);
        assert_true(drawn < 7);
        counts[drawn]++;
    }
    for (size_t i = 0; i < 7; i++) {
        assert_in_range(counts[i], DRAWS / 7 - 396, DRAWS / 7 + 396);
    }
}

/* All bytes asked for are filled, none behind them, and twice is not the same. */
static void test_random_secret_fills_exactly(void **state)
{
    (void)state;
    unsigned char a[34];
    unsigned char b[34];
    unsigned char seen[32] = { 0 };
    for (int round = 0; round < 20; round++) {
        memset(a, 0, sizeof a);
        random_secret(a + 1, 32);
        random_secret(b + 1, 32);
        assert_int_equal(a[0], 0);
        assert_int_equal(a[33], 0);
        assert_memory_not_equal(a + 1, b + 1, 32);
        for (size_t i = 0; i < 32; i++) {
            seen[i] |= a[i + 1];
        }
    }
    for (size_t i = 0; i < 32; i++) {
        assert_int_not_equal(seen[i], 0);
    }
    random_secret(a, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_secret_below_one_is_zero),
        cmocka_unit_test(test_random_secret_below_reaches_every_value),
        cmocka_unit_test(test_random_secret_fills_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
