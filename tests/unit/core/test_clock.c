/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/core/clock.h"
#include "tests/support/support.h"

/* A fixed clock stands still until it is set, and all three faces agree. */
static void test_clock_fixed_follows_its_variable(void **state)
{
    (void)state;
    int64_t now_s = 1767225600;
    struct clock clock = clock_fixed(&now_s);
    assert_true(clock_wall_s(&clock) == 1767225600);
    assert_true(clock_boot_s(&clock) == 1767225600);
    assert_true(clock_monotonic_ms(&clock) == 1767225600000);
    now_s -= 3600;
    assert_true(clock_wall_s(&clock) == 1767222000);
}

/* The machine's clocks never go back within a process, and milliseconds are not seconds. */
static void test_clock_system_goes_forward(void **state)
{
    (void)state;
    struct clock clock = clock_system();
    int64_t before_ms = clock_monotonic_ms(&clock);
    int64_t boot_s = clock_boot_s(&clock);
    assert_true(clock_wall_s(&clock) > 1700000000);
    while (clock_monotonic_ms(&clock) == before_ms) {
    }
    int64_t passed_ms = clock_monotonic_ms(&clock) - before_ms;
    assert_true(passed_ms > 0 && passed_ms < 60000);
    assert_true(clock_boot_s(&clock) >= boot_s);
    assert_true(clock_boot_s(&clock) * 1000 + 1000 >= clock_monotonic_ms(&clock));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clock_fixed_follows_its_variable),
        cmocka_unit_test(test_clock_system_goes_forward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
