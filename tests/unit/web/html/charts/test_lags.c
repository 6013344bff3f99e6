/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <cmocka.h>

#include "tests/unit/web/html/charts/chart_support.h"
#include "web/html/charts/lags.h"

enum { K = 4, COUNT = 2 * K + 1 };

struct scan {
    struct chart_point points[COUNT];
    double limits[COUNT];
    struct lags_chart chart;
};

static void fill(struct scan *scan)
{
    *scan = (struct scan){ 0 };
    for (int lag = -K; lag <= K; lag++) {
        scan->points[lag + K] = (struct chart_point){ .has_value = true,
                                                      .value = 0.05 * lag,
                                                      .n = 40 };
        scan->limits[lag + K] = 0.3;
    }
    scan->chart = (struct lags_chart){ .frame = test_frame(),
                                       .max_lag = K,
                                       .points = scan->points,
                                       .limits = scan->limits,
                                       .left = STR("customers first"),
                                       .right = STR("engagement first") };
    scan->chart.frame.numbers.decimals = 2;
}

/* Nothing found: no lag is marked, the chance band is there. */
static void test_lags_draw_without_best_marks_none(void **state)
{
    (void)state;
    struct scan scan;
    struct sheet sheet;
    fill(&scan);
    sheet_start(&sheet);
    lags_draw(&sheet.html, &scan.chart);
    sheet_finish(&sheet);
    assert_int_equal(sheet_count(&sheet, "class=\"stem\""), COUNT);
    assert_false(sheet_has(&sheet, "stem best"));
    assert_false(sheet_has(&sheet, "class=\"stretch\""));
    assert_int_equal(sheet_count(&sheet, "class=\"chance\""), 1);
    assert_true(sheet_has(&sheet, "\xe2\x86\x90 customers first"));
    assert_true(sheet_has(&sheet, "engagement first \xe2\x86\x92"));
    sheet_free(&sheet);
}

/* The best lag has its interval, its label, and the lags that can't be told from it. */
static void test_lags_draw_best_has_interval_and_range(void **state)
{
    (void)state;
    struct scan scan;
    struct sheet sheet;
    fill(&scan);
    scan.points[2 + K] = test_point(0.5, 0.2, 38);
    scan.chart.has_best = true;
    scan.chart.best = 2;
    scan.chart.best_label = STR("2 weeks: 0.50");
    scan.chart.has_range = true;
    scan.chart.low = 1;
    scan.chart.high = 3;
    sheet_start(&sheet);
    lags_draw(&sheet.html, &scan.chart);
    sheet_finish(&sheet);
    assert_int_equal(sheet_count(&sheet, "stem best"), 1);
    assert_int_equal(sheet_count(&sheet, "class=\"whisker\""), 1);
    assert_int_equal(sheet_count(&sheet, "class=\"stretch\""), 1);
    assert_true(sheet_has(&sheet, "2 weeks: 0.50"));
    assert_true(sheet_has(&sheet, "<td class=\"num\">0.30 to 0.70</td>"));
    sheet_free(&sheet);
}

/* A lag without r is missing in picture and table; its limit stays 0. */
static void test_lags_draw_dropped_lag_is_missing(void **state)
{
    (void)state;
    struct scan scan;
    struct sheet sheet;
    fill(&scan);
    scan.points[0] = test_missing("fewer than 15 pairs");
    scan.limits[0] = 0;
    sheet_start(&sheet);
    lags_draw(&sheet.html, &scan.chart);
    sheet_finish(&sheet);
    assert_int_equal(sheet_count(&sheet, "class=\"stem\""), COUNT - 1);
    assert_true(
        sheet_has(&sheet, "<td class=\"missing\" colspan=\"2\">fewer than 15 pairs</td>"));
    sheet_free(&sheet);
}

/* One lag alone, and the most that fit. */
static void test_lags_draw_smallest_and_largest_work(void **state)
{
    (void)state;
    static struct chart_point points[CHART_LAGS_MAX];
    static double limits[CHART_LAGS_MAX];
    for (size_t i = 0; i < CHART_LAGS_MAX; i++) {
        points[i] = test_point(1, 0, 9);
        limits[i] = 0.9;
    }
    for (int k = 0; k <= (CHART_LAGS_MAX - 1) / 2; k++) {
        struct sheet sheet;
        struct lags_chart chart = {
            .frame = test_frame(), .max_lag = k, .points = points, .limits = limits
        };
        sheet_start(&sheet);
        lags_draw(&sheet.html, &chart);
        sheet_finish(&sheet);
        assert_int_equal(sheet_count(&sheet, "class=\"stem\""), 2 * k + 1);
        sheet_free(&sheet);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lags_draw_without_best_marks_none),
        cmocka_unit_test(test_lags_draw_best_has_interval_and_range),
        cmocka_unit_test(test_lags_draw_dropped_lag_is_missing),
        cmocka_unit_test(test_lags_draw_smallest_and_largest_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
