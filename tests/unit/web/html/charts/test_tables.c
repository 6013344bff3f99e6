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
    struct bars chart = { test_frame(), STR("Team"), rows, 2, 1, 5, true, 2, false };
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

/* A value that may be below zero is a dot on its whisker, and no bar. */
static void test_bars_draw_dots_have_no_bars(void **state)
{
    (void)state;
    struct bars_row rows[] = { { STR("Voice"), STR(""), test_point(0.5, 0.25, 40) } };
    struct bars chart = { test_frame(), STR("Theme"), rows, 1, -1, 1, true, 0, true };
    struct sheet sheet;
    sheet_start(&sheet);
    bars_draw(&sheet.html, &chart);
    sheet_finish(&sheet);
    assert_false(sheet_has(&sheet, "bar-body"));
    assert_true(sheet_has(&sheet, "<circle class=\"dot\" cx=\"75%\" cy=\"11\" r=\"5\"/>"));
    assert_true(sheet_has(&sheet, "<line class=\"whisker\" x1=\"62.5%\" x2=\"87.5%\""));
    assert_true(sheet_has(&sheet, "<line class=\"reference\" x1=\"50%\" x2=\"50%\""));
    sheet_free(&sheet);
}

static const struct heat_words heat_words = { TEXT("Team"), TEXT("Theme"), TEXT("Change"),
                                              TEXT("n"),    TEXT("under"), TEXT("from") };

static struct heat small_heat(const struct heat_head *rows, size_t row_count,
                              const struct heat_head *columns, size_t column_count,
                              const struct heat_cell *cells)
{
    return (struct heat){ .frame = test_frame(),
                          .words = &heat_words,
                          .rows = rows,
                          .row_count = row_count,
                          .columns = columns,
                          .column_count = column_count,
                          .cells = cells,
                          .min = 2.8,
                          .max = 4.2 };
}

/* Colours go from the low end over the middle to the high end and stay inside; a value on a bound
 * has the upper one's, as the legend says. */
static void test_heat_draw_colours_follow_values(void **state)
{
    (void)state;
    struct heat_cell cells[] = {
        { .point = test_point(1, 0, 9) },   { .point = test_point(3, 0, 9) },
        { .point = test_point(3.5, 0, 9) }, { .point = test_point(4, 0, 9) },
        { .point = test_point(5, 0, 9) },   { .point = test_missing("few"), .mark = STR("< 5") },
    };
    struct heat_head rows[] = { { .name = STR("Care") } };
    struct heat_head columns[] = { { .name = STR("1") }, { .name = STR("2") },
                                   { .name = STR("3") }, { .name = STR("4") },
                                   { .name = STR("5") }, { .name = STR("6") } };
    struct heat chart = small_heat(rows, 1, columns, 6, cells);
    struct sheet sheet;
    sheet_start(&sheet);
    heat_draw(&sheet.html, &chart);
    sheet_finish(&sheet);
    assert_int_equal(sheet_count(&sheet, "<td class=\"heat-1\">"), 1);
    assert_int_equal(sheet_count(&sheet, "<td class=\"heat-2\">3.0<"), 1);
    assert_int_equal(sheet_count(&sheet, "<td class=\"heat-4\">3.5<"), 1);
    assert_int_equal(sheet_count(&sheet, "<td class=\"heat-7\">"), 2);
    assert_true(sheet_has(&sheet, "<td class=\"heat-none\" title=\"few\">&lt; 5</td>"));
    assert_true(sheet_has(&sheet, "3.5<small><span>3.5 to 3.5,</span> n\xc2\xa0" "9</small></td>"));
    assert_int_equal(sheet_count(&sheet, "<tr>"), 2 + 1 + 6);
    sheet_free(&sheet);
}

/* The legend names every step, and each mark once with its reason. */
static void test_heat_draw_legend_explains_colours_and_marks(void **state)
{
    (void)state;
    struct heat_cell cells[] = {
        { .point = test_missing("few"), .mark = STR("< 5") },
        { .point = test_missing("few"), .mark = STR("< 5") },
        { .point = test_missing("not asked"), .mark = STR("-") },
        { .point = test_point(3.5, 0, 0) },
    };
    struct heat_head rows[] = { { .name = STR("Care") }, { .name = STR("Lab") } };
    struct heat_head columns[] = { { .name = STR("1") }, { .name = STR("2") } };
    struct heat chart = small_heat(rows, 2, columns, 2, cells);
    struct sheet sheet;
    sheet_start(&sheet);
    heat_draw(&sheet.html, &chart);
    sheet_finish(&sheet);
    assert_true(sheet_has(&sheet, "<span class=\"swatch heat-1\"></span>under 3.0</li>"));
    assert_true(sheet_has(&sheet, "<span class=\"swatch heat-4\"></span>3.4 to 3.6</li>"));
    assert_true(sheet_has(&sheet, "<span class=\"swatch heat-7\"></span>from 4.0</li>"));
    assert_int_equal(sheet_count(&sheet, "<span class=\"swatch heat-none\">"), 2);
    assert_true(sheet_has(&sheet, "<span class=\"swatch heat-none\">&lt; 5</span>few</li>"));
    assert_true(sheet_has(&sheet, "<span class=\"swatch heat-none\">-</span>not asked</li>"));
    sheet_free(&sheet);
}

/* Names lead to pages and stand in by their depth; the twin has the change with its sign, and none
 * where there is none. */
static void test_heat_draw_twin_has_changes(void **state)
{
    (void)state;
    struct heat_cell cells[] = {
        { .point = test_point(3.5, 0.2, 9), .change = test_point(0.3, 0.5, 0) },
        { .point = test_point(3.5, 0.2, 9), .change = { .has_value = true, .value = 0.001 } },
        { .point = test_point(3.5, 0.2, 9), .path = STR("/themes/voice") },
        { .point = test_point(3.5, 0.2, 9), .change = test_point(-0.3, 0.1, 0) },
    };
    struct heat_head rows[] = {
        { .name = STR("Care <1>"), .path = STR("/trend?team=2"), .note = STR("pooled"),
          .is_strong = true },
        { .name = STR("Lab"), .depth = 2 },
    };
    struct heat_head columns[] = { { .name = STR("Voice"), .path = STR("/themes/voice") },
                                   { .name = STR("Team") } };
    struct heat chart = small_heat(rows, 2, columns, 2, cells);
    struct sheet sheet;
    sheet_start(&sheet);
    heat_draw(&sheet.html, &chart);
    sheet_finish(&sheet);
    assert_true(sheet_has(&sheet, "<th scope=\"row\" class=\"in-0 strong\">"));
    assert_true(sheet_has(&sheet, "<a href=\"/trend?team=2\">Care &lt;1&gt;</a>"
                                  "<small>pooled</small></th>"));
    assert_true(sheet_has(&sheet, "<th scope=\"row\" class=\"in-2\">Lab</th>"));
    assert_true(sheet_has(&sheet, "<a href=\"/themes/voice\">3.5</a>"));
    assert_true(sheet_has(&sheet, "<td class=\"num\">+0.3 (\u22120.2 to +0.8)</td>"));
    assert_true(sheet_has(&sheet, "<td class=\"num\">0.0</td>"));
    assert_true(sheet_has(&sheet, "<td class=\"num\">\u22120.3 (\u22120.4 to \u22120.2)</td>"));
    assert_int_equal(sheet_count(&sheet, "<td class=\"num\"></td>"), 1);
    sheet_free(&sheet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bars_draw_hidden_unit_has_words),
        cmocka_unit_test(test_bars_draw_dots_have_no_bars),
        cmocka_unit_test(test_heat_draw_colours_follow_values),
        cmocka_unit_test(test_heat_draw_legend_explains_colours_and_marks),
        cmocka_unit_test(test_heat_draw_twin_has_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
