/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <cmocka.h>

#include "tests/unit/web/html/charts/chart_support.h"
#include "web/html/charts/spark.h"

#define MISSING ((double)NAN)

static struct spark spark_of(const double *values, size_t count)
{
    return (struct spark){
        .title = STR("From <1> to 5"), .values = values, .count = count, .min = 1, .max = 5
    };
}

/* Nothing known is no picture. */
static void test_spark_draw_without_values_is_nothing(void **state)
{
    (void)state;
    const double values[] = { MISSING, (double)INFINITY };
    struct spark spark = spark_of(values, 2);
    struct sheet sheet;
    sheet_start(&sheet);
    spark_draw(&sheet.html, &spark);
    sheet_finish(&sheet);
    assert_int_equal(sheet.out.len, 0);
    sheet_free(&sheet);
}

/* What is missing breaks the line; a value by itself is still to be seen; the last one has
 * the dot. */
static void test_spark_draw_breaks_at_missing_values(void **state)
{
    (void)state;
    const double values[] = { 1, 3, MISSING, 5, MISSING, MISSING };
    struct spark spark = spark_of(values, 6);
    struct sheet sheet;
    sheet_start(&sheet);
    spark_draw(&sheet.html, &spark);
    sheet_finish(&sheet);
    assert_true(sheet_has(&sheet, " d=\"M4 24L4 24L23.2 14M61.6 4L61.6 4\""));
    assert_true(sheet_has(&sheet, "cx=\"61.6\" cy=\"4\""));
    assert_int_equal(sheet_count(&sheet, "<title>From &lt;1&gt; to 5</title>"), 1);
    assert_false(sheet_has(&sheet, "nan"));
    sheet_free(&sheet);
}

/* One value, and a column without any range, lie in the middle. */
static void test_spark_draw_without_range_is_level(void **state)
{
    (void)state;
    const double values[] = { 3 };
    struct spark spark = spark_of(values, 1);
    struct sheet sheet;
    spark.min = 3;
    spark.max = 3;
    sheet_start(&sheet);
    spark_draw(&sheet.html, &spark);
    sheet_finish(&sheet);
    assert_true(sheet_has(&sheet, "cx=\"4\" cy=\"14\""));
    sheet_free(&sheet);
}

/* The range takes in what is known and nothing else. */
static void test_spark_widen_keeps_to_known_values(void **state)
{
    (void)state;
    const double values[] = { MISSING, 3.5, (double)INFINITY, 2.5 };
    double min = HUGE_VAL;
    double max = -HUGE_VAL;
    spark_widen(values, 1, &min, &max);
    assert_true(min > max);
    spark_widen(values, 4, &min, &max);
    assert_true(fabs(min - 2.5) < 1e-9 && fabs(max - 3.5) < 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spark_draw_without_values_is_nothing),
        cmocka_unit_test(test_spark_draw_breaks_at_missing_values),
        cmocka_unit_test(test_spark_draw_without_range_is_level),
        cmocka_unit_test(test_spark_widen_keeps_to_known_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
