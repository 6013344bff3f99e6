/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <cmocka.h>

#include "tests/unit/web/html/charts/chart_support.h"
#include "web/html/charts/lines.h"

static const struct plot_y axis = {
    .min = 1, .max = 5, .step = 1, .top_px = 0, .bottom_px = 200
};

static struct lines_place place_of(size_t count)
{
    return (struct lines_place){ .axis = &axis,
                                 .period_count = count,
                                 .height_px = 220,
                                 .is_alone = true,
                                 .reason = STR("No figure") };
}

/* Without any value there is no range. */
static void test_lines_range_without_values_is_none(void **state)
{
    (void)state;
    struct chart_point points[] = { test_missing("x"),
                                    { .has_value = true, .value = (double)NAN } };
    struct chart_series series = { .name = STR("S"), .points = points };
    struct plot_y range;
    assert_false(lines_range(&series, 1, 2, &range));
}

/* Intervals widen the range. */
static void test_lines_range_holds_intervals(void **state)
{
    (void)state;
    struct chart_point points[] = { test_point(3, 0.5, 10), test_point(4, 0.25, 10),
                                    test_missing("x") };
    struct chart_series series = { .name = STR("S"), .points = points };
    struct plot_y range;
    assert_true(lines_range(&series, 1, 3, &range));
    assert_true(fabs(range.min - 2.5) < 1e-9 && fabs(range.max - 4.25) < 1e-9);
}

/* A gap begins a new piece of the line and of the band: it is never bridged. */
static void test_lines_draw_never_bridges_a_gap(void **state)
{
    (void)state;
    struct chart_point points[] = { test_point(3, 0.5, 9), test_point(3, 0.5, 9),
                                    test_missing("few"), test_point(4, 0.5, 9),
                                    test_point(4, 0.5, 9) };
    struct chart_series series = { .name = STR("S"), .points = points };
    struct lines_place place = place_of(5);
    struct sheet sheet;
    sheet_start(&sheet);
    lines_draw(&sheet.html, &series, 0, &place);
    sheet_finish(&sheet);
    assert_true(sheet_has(&sheet, "class=\"line s1\""));
    assert_true(sheet_has(&sheet, "d=\"M100 100L300 100M700 50L900 50\""));
    assert_true(sheet_has(&sheet, "d=\"M100 75L300 75L300 125L100 125Z"
                                  "M700 25L900 25L900 75L700 75Z\""));
    assert_int_equal(sheet_count(&sheet, "<circle"), 4);
    sheet_free(&sheet);
}

/* A point between two gaps keeps its interval as a whisker. */
static void test_lines_draw_lonely_point_has_a_whisker(void **state)
{
    (void)state;
    struct chart_point points[] = { test_missing("few"), test_point(3, 0.5, 9),
                                    test_missing("few") };
    struct chart_series series = { .name = STR("S"), .points = points };
    struct lines_place place = place_of(3);
    place.is_alone = false;
    struct sheet sheet;
    sheet_start(&sheet);
    lines_draw(&sheet.html, &series, 2, &place);
    sheet_finish(&sheet);
    assert_true(sheet_has(&sheet, "<line x1=\"50%\" x2=\"50%\" y1=\"125\" y2=\"75\"/>"));
    assert_int_equal(sheet_count(&sheet, "<circle"), 1);
    assert_false(sheet_has(&sheet, "class=\"band"));
    sheet_free(&sheet);
}

/* Neighbours with the same reason are one gap; another reason is another letter. */
static void test_lines_gaps_are_grouped_by_reason(void **state)
{
    (void)state;
    struct chart_point points[] = { test_missing("few"),   test_missing("few"),
                                    test_point(3, 0.1, 9), test_missing("holiday"),
                                    test_missing("few"),   test_missing("") };
    struct chart_series series = { .name = STR("S"), .points = points };
    struct lines_place place = place_of(6);
    struct gaps gaps = { 0 };
    struct sheet sheet;
    sheet_start(&sheet);
    lines_gaps(&sheet.html, &series, 0, &place, &gaps);
    sheet_finish(&sheet);
    assert_int_equal(sheet_count(&sheet, "class=\"gap\""), 4);
    assert_int_equal(sheet_count(&sheet, ">a</text>"), 2);
    assert_int_equal(sheet_count(&sheet, ">b</text>"), 1);
    assert_int_equal(gaps.count, 3);
    assert_int_equal(gaps.counts[0], 3);
    assert_true(str_equal(gaps.reasons[2], STR("No figure")));
    sheet_free(&sheet);
}

/* Without a word for it, a gap that gives no reason gets no letter. */
static void test_lines_gaps_without_reason_are_silent(void **state)
{
    (void)state;
    struct chart_point points[] = { test_missing(""), test_point(3, 0.1, 9) };
    struct chart_series series = { .name = STR("S"), .points = points };
    struct lines_place place = place_of(2);
    place.reason = STR("");
    struct gaps gaps = { 0 };
    struct sheet sheet;
    sheet_start(&sheet);
    lines_gaps(&sheet.html, &series, 0, &place, &gaps);
    sheet_finish(&sheet);
    assert_int_equal(sheet.out.len, 0);
    sheet_free(&sheet);
}

/* Labels at the end keep their distance, stay inside, and lines of equal value don't hide. */
static void test_lines_ends_keep_their_distance(void **state)
{
    (void)state;
    struct chart_point points[CHART_SERIES_MAX];
    struct chart_series series[CHART_SERIES_MAX];
    for (size_t s = 0; s < CHART_SERIES_MAX; s++) {
        points[s] = test_point(1.1, 0.1, 9);
        series[s] = (struct chart_series){ .name = STR("Name"), .points = &points[s] };
    }
    struct lines_place place = place_of(1);
    struct chart_numbers numbers = { '.', 1 };
    struct sheet sheet;
    sheet_start(&sheet);
    lines_ends(&sheet.html, series, CHART_SERIES_MAX, &place, &numbers);
    sheet_finish(&sheet);
    static const char *const rows[] = { "y=\"200\"", "y=\"182\"", "y=\"164\"", "y=\"146\"",
                                        "y=\"128\"" };
    for (size_t i = 0; i < CHART_SERIES_MAX; i++) {
        assert_int_equal(sheet_count(&sheet, rows[i]), 1);
    }
    assert_int_equal(sheet_count(&sheet, ">Name</tspan>"), CHART_SERIES_MAX);
    sheet_free(&sheet);
}

/* Numbers of a series' own go before the frame's. */
static void test_lines_twin_uses_own_numbers(void **state)
{
    (void)state;
    struct chart_point points[] = { test_point(71.26, 1, 300) };
    struct chart_numbers own = { ',', 2 };
    struct chart_series series[] = { { .name = STR("A"), .points = points },
                                     { .name = STR("B"), .points = points, .numbers = &own } };
    struct str names[] = { STR("2026-W10") };
    struct chart_frame frame = test_frame();
    struct lines_chart chart = { &frame, 1, names, names, series, 2 };
    struct sheet sheet;
    sheet_start(&sheet);
    lines_twin(&sheet.html, &chart);
    lines_hover(&sheet.html, &chart, 10);
    lines_key(&sheet.html, series, 2);
    sheet_finish(&sheet);
    assert_true(sheet_has(&sheet, "<td class=\"num\">71.3</td>"));
    assert_true(sheet_has(&sheet, "<td class=\"num\">71,26</td>"));
    assert_true(sheet_has(&sheet, "B: 71,26 (70,26 to 72,26), n = 300"));
    assert_true(sheet_has(&sheet, "<th colspan=\"3\" scope=\"colgroup\">B</th>"));
    sheet_free(&sheet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_range_without_values_is_none),
        cmocka_unit_test(test_lines_range_holds_intervals),
        cmocka_unit_test(test_lines_draw_never_bridges_a_gap),
        cmocka_unit_test(test_lines_draw_lonely_point_has_a_whisker),
        cmocka_unit_test(test_lines_gaps_are_grouped_by_reason),
        cmocka_unit_test(test_lines_gaps_without_reason_are_silent),
        cmocka_unit_test(test_lines_ends_keep_their_distance),
        cmocka_unit_test(test_lines_twin_uses_own_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
