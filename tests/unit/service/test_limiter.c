/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "app/service/account/limiter.h"
#include "tests/support/support.h"

static int64_t now_s = 1000000;
static struct limiter limiter;

static int setup(void **state)
{
    (void)state;
    limiter_init(&limiter, clock_fixed(&now_s));
    return 0;
}

static enum dp_code take(const char *login, const char *peer)
{
    int64_t wait_s = 0;
    return limiter_take(&limiter, str_of(login), str_of(peer), &wait_s).code;
}

/* The sixth try on one account waits three minutes; another account does not. */
static void test_limiter_take_sixth_try_is_refused(void **state)
{
    (void)state;
    int64_t wait_s = 0;
    for (int i = 0; i < LIMITER_TRIES; i++) {
        assert_int_equal(take("hr", "192.0.2.1"), DP_OK);
    }
    dp_err refused = limiter_take(&limiter, STR("hr"), STR("198.51.100.1"), &wait_s);
    assert_int_equal(refused.code, DP_RATE_LIMITED);
    assert_int_equal(wait_s, LIMITER_REFILL_S);
    assert_int_equal(take("admin", "192.0.2.1"), DP_OK);
    now_s += LIMITER_REFILL_S;
    assert_int_equal(take("hr", "192.0.2.1"), DP_OK);
    assert_int_equal(take("hr", "192.0.2.1"), DP_RATE_LIMITED);
}

/* One network may try thirty names, whichever of its addresses it uses. */
static void test_limiter_take_network_is_counted_as_one(void **state)
{
    (void)state;
    for (int i = 0; i < LIMITER_NETWORK_TRIES; i++) {
        char login[16];
        char peer[32];
        snprintf(login, sizeof login, "user%d", i);
        snprintf(peer, sizeof peer, "2001:db8:1:2::%x", i + 1);
        assert_int_equal(take(login, peer), DP_OK);
    }
    assert_int_equal(take("another", "2001:db8:1:2:ffff::1"), DP_RATE_LIMITED);
    assert_int_equal(take("another", "2001:db8:1:3::1"), DP_OK);
}

/* A right password gives the account's tries back. */
static void test_limiter_forgive_gives_the_tries_back(void **state)
{
    (void)state;
    for (int i = 0; i < LIMITER_TRIES; i++) {
        assert_int_equal(take("hr", "192.0.2.1"), DP_OK);
    }
    limiter_forgive(&limiter, STR("hr"));
    assert_int_equal(take("hr", "192.0.2.1"), DP_OK);
}

/* With more names than places the table goes on working. */
static void test_limiter_take_full_table_goes_on(void **state)
{
    (void)state;
    for (int i = 0; i < LIMITER_SLOTS * 2; i++) {
        char login[16];
        char peer[32];
        snprintf(login, sizeof login, "user%d", i);
        snprintf(peer, sizeof peer, "10.%d.%d.1", i / 250, i % 250);
        assert_int_equal(take(login, peer), DP_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_limiter_take_sixth_try_is_refused, setup),
        cmocka_unit_test_setup(test_limiter_take_network_is_counted_as_one, setup),
        cmocka_unit_test_setup(test_limiter_forgive_gives_the_tries_back, setup),
        cmocka_unit_test_setup(test_limiter_take_full_table_goes_on, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
