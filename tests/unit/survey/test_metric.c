/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "app/survey/metric.h"
#include "tests/support/support.h"

/* What is not a day, an ISO week or a month is refused, and the outputs stay as they were. */
static void test_period_parse_bad_text_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",         "2026",       "2026-3",     "2026-13",     "2026-00",     "2026-W00",
        "2026-W54", "2025-W53",   "2026-W1",    "2026W10",     "2026-w10",    "2026-02-29",
        "2026-3-9", "09.03.2026", "2026/03/09", " 2026-03-09", "2026-03-09 ", "2026-03-0x",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        enum period_kind kind = PERIOD_KIND_COUNT;
        struct date start = { 7 };
        dp_err err = period_parse(str_of(bad[i]), &kind, &start);
        assert_false(err_is_ok(err));
        assert_int_equal(kind, PERIOD_KIND_COUNT);
    }
}

/* Years that no date can name are out of range. */
static void test_period_parse_year_before_1970_is_out_of_range(void **state)
{
    (void)state;
    enum period_kind kind = PERIOD_DAY;
    struct date start = { 0 };
    assert_err(period_parse(STR("1969-12"), &kind, &start), DP_OUT_OF_RANGE);
    assert_err(period_parse(STR("1969-12-31"), &kind, &start), DP_OUT_OF_RANGE);
}

/* All three forms read and are written back as they were. */
static void test_period_parse_each_form_round_trips(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum period_kind kind;
        const char *start;
    } good[] = {
        { "2026-03-09", PERIOD_DAY, "2026-03-09" }, { "2024-02-29", PERIOD_DAY, "2024-02-29" },
        { "2026-W10", PERIOD_WEEK, "2026-03-02" },  { "2026-W53", PERIOD_WEEK, "2026-12-28" },
        { "2026-W01", PERIOD_WEEK, "2025-12-29" },  { "2026-03", PERIOD_MONTH, "2026-03-01" },
        { "1970-01", PERIOD_MONTH, "1970-01-01" },
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        enum period_kind kind = PERIOD_KIND_COUNT;
        struct date start = { 0 };
        char text[DATE_TEXT_MAX];
        assert_ok(period_parse(str_of(good[i].text), &kind, &start));
        assert_int_equal(kind, good[i].kind);
        date_text(start, text);
        assert_string_equal(text, good[i].start);
        period_text(kind, start, text);
        assert_string_equal(text, good[i].text);
    }
}

/* A code must be spelled exactly. */
static void test_metric_find_unknown_code_is_null(void **state)
{
    (void)state;
    assert_null(metric_find(STR("")));
    assert_null(metric_find(STR("csat")));
    assert_null(metric_find(STR("CSAT_MEAN")));
    assert_null(metric_find(STR("csat_mean ")));
}

/* The eleven metrics of the design, each with unit, range, direction and a name in each language. */
static void test_metric_defaults_are_complete(void **state)
{
    (void)state;
    size_t count = 0;
    const struct metric *all = metric_defaults(&count);
    assert_int_equal(count, 11);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(metric_find(str_of(all[i].code)), &all[i]);
        assert_true(all[i].min < all[i].max);
        assert_false(all[i].is_custom);
        assert_true(strlen(all[i].unit) > 0);
        for (int l = 0; l < LANGUAGE_COUNT; l++) {
            assert_true(strlen(all[i].name[l]) > 3);
        }
    }
    assert_int_equal(metric_find(STR("one_call_resolution"))->better, BETTER_HIGHER);
    assert_int_equal(metric_find(STR("csat_mean"))->better, BETTER_HIGHER);
    assert_int_equal(metric_find(STR("waiting_time"))->better, BETTER_LOWER);
    assert_int_equal(metric_find(STR("absence"))->better, BETTER_LOWER);
    assert_int_equal(metric_find(STR("turnover"))->better, BETTER_LOWER);
    assert_true(metric_find(STR("nps"))->min < -99.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_period_parse_bad_text_is_refused),
        cmocka_unit_test(test_period_parse_year_before_1970_is_out_of_range),
        cmocka_unit_test(test_period_parse_each_form_round_trips),
        cmocka_unit_test(test_metric_find_unknown_code_is_null),
        cmocka_unit_test(test_metric_defaults_are_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
