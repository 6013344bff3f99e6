/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <cmocka.h>

#include "tests/support/support.h"
#include "web/request/status.h"

/* Every code has a status with a reason; only success is below 400. */
static void test_status_of_every_code_is_an_error_page(void **state)
{
    (void)state;
    for (int code = DP_OK; code < DP_CODE_COUNT; code++) {
        int status = status_of((enum dp_code)code);
        assert_true(code == DP_OK ? status == 200 : status >= 400 && status <= 599);
        assert_string_not_equal(status_reason(status), "Error");
    }
}

/* The ones that clients act upon. */
static void test_status_of_known_codes(void **state)
{
    (void)state;
    assert_int_equal(status_of(DP_NOT_FOUND), 404);
    assert_int_equal(status_of(DP_CLOSED), 410);
    assert_int_equal(status_of(DP_CONFLICT), 409);
    assert_int_equal(status_of(DP_FORBIDDEN), 403);
    assert_int_equal(status_of(DP_UNAUTHENTICATED), 401);
    assert_int_equal(status_of(DP_RATE_LIMITED), 429);
    assert_int_equal(status_of(DP_TOO_LONG), 413);
    assert_int_equal(status_of(DP_IO), 503);
    assert_int_equal(status_of(DP_READ_ONLY), 503);
    assert_int_equal(status_of(DP_FULL), 503);
    assert_int_equal(status_of(DP_BUG), 500);
    assert_string_equal(status_reason(299), "Error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status_of_every_code_is_an_error_page),
        cmocka_unit_test(test_status_of_known_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
