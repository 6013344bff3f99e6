/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <cmocka.h>

#include "tests/unit/web/html/charts/chart_support.h"

static void check_number(double value, char mark, int decimals, const char *wanted)
{
    char text[CHART_NUMBER_MAX];
    struct chart_numbers numbers = { mark, decimals };
    chart_number(&numbers, value, text);
    assert_string_equal(text, wanted);
}

/* What is no number is 0 and never "nan" on a page. */
static void test_chart_number_not_finite_is_zero(void **state)
{
    (void)state;
    check_number((double)NAN, '.', 1, "0.0");
    check_number(HUGE_VAL, ',', 2, "0,00");
}

static void test_chart_number_follows_the_language(void **state)
{
    (void)state;
    check_number(3.75, '.', 1, "3.8");
    check_number(-3.25, ',', 2, "-3,25");
    check_number(-0.04, ',', 1, "0,0");
    check_number(1234.5, '.', 0, "1234");
}

/* A point without value shows its reason across its cells, or the word for none. */
static void test_chart_twin_point_missing_says_why(void **state)
{
    (void)state;
    struct sheet sheet;
    struct chart_numbers numbers = { ',', 1 };
    struct chart_point missing = test_missing("fewer than 5");
    struct chart_point silent = { 0 };
    struct chart_point broken = { .has_value = true, .value = (double)NAN };
    sheet_start(&sheet);
    chart_twin_point(&sheet.html, &numbers, &test_words, &missing);
    chart_twin_point(&sheet.html, &numbers, &test_words, &silent);
    chart_twin_point(&sheet.html, &numbers, &test_words, &broken);
    sheet_finish(&sheet);
    assert_true(sheet_has(&sheet, "<td class=\"missing\" colspan=\"3\">fewer than 5</td>"));
    assert_int_equal(sheet_count(&sheet, "No figure"), 2);
    sheet_free(&sheet);
}

static void test_chart_twin_point_shows_value_interval_and_n(void **state)
{
    (void)state;
    struct sheet sheet;
    struct chart_numbers numbers = { ',', 1 };
    struct chart_point point = test_point(3.7, 0.3, 41);
    struct chart_point bare = { .has_value = true, .value = 2 };
    sheet_start(&sheet);
    chart_twin_point(&sheet.html, &numbers, &test_words, &point);
    chart_twin_point(&sheet.html, &numbers, &test_words, &bare);
    sheet_finish(&sheet);
    assert_true(sheet_has(&sheet, "<td class=\"num\">3,7</td><td class=\"num\">3,4 to 4,0</td>"
                                  "<td class=\"num\">41</td>"));
    assert_true(sheet_has(&sheet, "<td class=\"num\">2,0</td><td class=\"num\"></td>"
                                  "<td class=\"num\"></td>"));
    sheet_free(&sheet);
}

/* Title and sentence stand in the caption and, for screen readers, in the picture. */
static void test_chart_svg_open_is_described(void **state)
{
    (void)state;
    struct sheet sheet;
    struct chart_frame frame = test_frame();
    sheet_start(&sheet);
    chart_figure_open(&sheet.html, &frame);
    chart_svg_open(&sheet.html, &frame, "x", 100);
    chart_svg_close(&sheet.html);
    chart_twin_open(&sheet.html, &frame);
    chart_twin_close(&sheet.html);
    chart_figure_close(&sheet.html);
    assert_int_equal(sheet.html.depth, 0);
    sheet_finish(&sheet);
    assert_true(sheet_has(&sheet, "role=\"img\" aria-labelledby=\"c1-t c1-d\""));
    assert_true(sheet_has(&sheet, "<title id=\"c1-t\">Title &amp; more</title>"));
    assert_true(sheet_has(&sheet, "<desc id=\"c1-d\">Up 0.3 &lt;since&gt; then.</desc>"));
    assert_true(sheet_has(&sheet, "<summary>Show as a table</summary>"));
    sheet_free(&sheet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chart_number_not_finite_is_zero),
        cmocka_unit_test(test_chart_number_follows_the_language),
        cmocka_unit_test(test_chart_twin_point_missing_says_why),
        cmocka_unit_test(test_chart_twin_point_shows_value_interval_and_n),
        cmocka_unit_test(test_chart_svg_open_is_described),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
