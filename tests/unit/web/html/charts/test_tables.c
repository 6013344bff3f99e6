/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <cmocka.h>

#include "tests/unit/web/html/charts/chart_support.h"
#include "web/html/charts/bars.h"
#include "web/html/charts/heat.h"

/* A bar has its number beside it; a hidden unit has words and no bar. */
static void test_bars_draw_hidden_unit_has_words(void **state)
{
    (void)state;
    struct bars_row rows[] = {
        { STR("Care <1>"), STR("/trend?team=care"), test_point(3, 0.5, 20) },
        { STR("Lab"), STR(""), test_missing("fewer than 5") },
    };
    struct bars chart = { test_frame(), STR("Team"), rows, 2, 1, 5, true, 2 };
    struct sheet sheet;
    sheet_start(&sheet);
    bars_draw(&sheet.html, &chart);
    sheet_finish(&sheet);
    assert_int_equal(sheet_count(&sheet, "class=\"bar-body\""), 1);
    assert_true(sheet_has(&sheet, "width=\"50%\" height=\"10\""));
    assert_true(sheet_has(&sheet, "<line class=\"reference\" x1=\"25%\" x2=\"25%\""));
    assert_true(sheet_has(&sheet, "<line class=\"whisker\" x1=\"37.5%\" x2=\"62.5%\""));
    assert_true(sheet_has(&sheet, "<a href=\"/trend?team=care\">Care &lt;1&gt;</a>"));
    assert_true(sheet_has(&sheet, "<td class=\"missing\" colspan=\"4\">fewer than 5</td>"));
    sheet_free(&sheet);
}

/* Colours go from the low end over the middle to the high end and stay inside. */
static void test_heat_draw_colours_follow_values(void **state)
{
    (void)state;
    struct chart_point cells[] = { test_point(0, 0, 9), test_point(1, 0, 9),
                                   test_point(3, 0, 9), test_point(5, 0, 9),
                                   test_point(9, 0, 9), test_missing("few") };
    struct str rows[] = { STR("Care") };
    struct str columns[] = { STR("1"), STR("2"), STR("3"), STR("4"), STR("5"), STR("6") };
    struct heat chart = { .frame = test_frame(),
                          .unit_word = STR("Team"),
                          .column_word = STR("Theme"),
                          .rows = rows,
                          .row_count = 1,
                          .columns = columns,
                          .column_count = 6,
                          .cells = cells,
                          .min = 1,
                          .max = 5,
                          .hidden_mark = STR("< 5") };
    struct sheet sheet;
    sheet_start(&sheet);
    heat_draw(&sheet.html, &chart);
    sheet_finish(&sheet);
    assert_int_equal(sheet_count(&sheet, "class=\"heat-1\""), 2);
    assert_int_equal(sheet_count(&sheet, "class=\"heat-4\""), 1);
    assert_int_equal(sheet_count(&sheet, "class=\"heat-7\""), 2);
    assert_true(sheet_has(&sheet, "<td class=\"heat-none\" title=\"few\">&lt; 5</td>"));
    assert_true(sheet_has(&sheet, "<td class=\"heat-4\">3.0<small>n 9</small></td>"));
    assert_int_equal(sheet_count(&sheet, "<tr>"), 2 + 1 + 6);
    sheet_free(&sheet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bars_draw_hidden_unit_has_words),
        cmocka_unit_test(test_heat_draw_colours_follow_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
