/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <cmocka.h>

#include "tests/unit/web/html/charts/chart_support.h"
#include "web/html/charts/level.h"
#include "web/html/charts/overlay.h"
#include "web/html/charts/timeline.h"

enum { WEEKS = 6, ARENA_MAX = 1 << 16 };

static const struct str periods[WEEKS] = { TEXT("W1"), TEXT("W2"), TEXT("W3"),
                                           TEXT("W4"), TEXT("W5"), TEXT("W6") };

static void fill(struct chart_point *points, double from)
{
    for (size_t i = 0; i < WEEKS; i++) {
        points[i] = test_point(from + 0.1 * (double)i, 0.2, 10 + (int64_t)i);
    }
    points[2] = test_missing("fewer than 5");
}

/* Nothing but gaps is still a chart, which says why it is empty. */
static void test_timeline_draw_without_values_says_why(void **state)
{
    (void)state;
    struct chart_point points[WEEKS];
    struct chart_frame frame = test_frame();
    struct sheet sheet;
    for (size_t i = 0; i < WEEKS; i++) {
        points[i] = test_missing("fewer than 5");
    }
    struct chart_series series = { .name = STR("S"), .points = points };
    struct timeline chart = { .lines = { &frame, WEEKS, periods, periods, &series, 1 } };
    sheet_start(&sheet);
    timeline_draw(&sheet.html, &chart);
    sheet_finish(&sheet);
    assert_int_equal(sheet_count(&sheet, "class=\"gap\""), 1);
    assert_true(sheet_has(&sheet, "<b>a</b> fewer than 5 (6)"));
    assert_false(sheet_has(&sheet, "class=\"line"));
    assert_int_equal(sheet_count(&sheet, "class=\"missing\""), WEEKS);
    sheet_free(&sheet);
}

/* One series: band, line, counts of answers, and the same numbers in the table. */
static void test_timeline_draw_one_series_is_whole(void **state)
{
    (void)state;
    struct chart_point points[WEEKS];
    struct chart_frame frame = test_frame();
    struct chart_mark mark = { CHART_MARK_CORRECTION, 3, 3, TEXT("1 May"), TEXT("New rota") };
    struct sheet sheet;
    fill(points, 3);
    struct chart_series series = { .name = STR("S"), .points = points };
    struct timeline chart = { .lines = { &frame, WEEKS, periods, periods, &series, 1 },
                              .marks = &mark,
                              .mark_count = 1 };
    sheet_start(&sheet);
    timeline_draw(&sheet.html, &chart);
    sheet_finish(&sheet);
    assert_int_equal(sheet_count(&sheet, "class=\"band s1\""), 1);
    assert_int_equal(sheet_count(&sheet, "class=\"line s1\""), 1);
    assert_int_equal(sheet_count(&sheet, "class=\"counts\""), 1);
    assert_int_equal(sheet_count(&sheet, "<b>1 May</b> New rota"), 1);
    assert_true(sheet_has(&sheet, "W6\n3.5 (3.3 to 3.7), n = 15"));
    assert_true(sheet_has(&sheet,
                          "<th scope=\"row\">W6</th><td class=\"num\">3.5</td>"
                          "<td class=\"num\">3.3 to 3.7</td><td class=\"num\">15</td>"));
    assert_int_equal(sheet_count(&sheet, "<tr>"), WEEKS + 1);
    assert_false(sheet_has(&sheet, "style="));
    sheet_free(&sheet);
}

static struct chart_level level_of(const struct chart_point *points)
{
    return (struct chart_level){ .points = points,
                                 .dot = STR("Each dot is a week"),
                                 .whisker = STR("with its interval"),
                                 .line = STR("The line is the trend"),
                                 .band = STR("The shade is where it lies"),
                                 .dashed = STR("Dashed: no figure"),
                                 .value = STR("Trend"),
                                 .interval = STR("Its band") };
}

/* A level: the line passes the gap dashed and ends where the level ends, dots and whiskers are the
 * values, and all stand in the table; the gap keeps its letter. */
static void test_timeline_draw_level_passes_gaps_dashed(void **state)
{
    (void)state;
    struct chart_point points[WEEKS];
    struct chart_point smooth[WEEKS];
    struct chart_frame frame = test_frame();
    struct sheet sheet;
    fill(points, 3);
    for (size_t i = 0; i < WEEKS; i++) {
        smooth[i] = test_point(3.2, 0.1 + (i == 2 ? 0.2 : 0), 0);
    }
    smooth[WEEKS - 1] = (struct chart_point){ .has_value = false };
    struct chart_level level = level_of(smooth);
    struct chart_series series = { .name = STR("S"), .points = points, .level = &level };
    struct timeline chart = { .lines = { &frame, WEEKS, periods, periods, &series, 1 } };
    sheet_start(&sheet);
    timeline_draw(&sheet.html, &chart);
    sheet_finish(&sheet);
    assert_int_equal(sheet_count(&sheet, "<path class=\"line s1\""), 1);
    assert_int_equal(sheet_count(&sheet, "<path class=\"line dashed s1\""), 1);
    assert_int_equal(sheet_count(&sheet, "<path class=\"band s1\""), 1);
    assert_int_equal(sheet_count(&sheet, "<path class=\"thin wide s1\""), 1);
    assert_int_equal(sheet_count(&sheet, "<circle"), WEEKS - 1 + 1); /* and one in the key */
    assert_true(sheet_has(&sheet, "Dashed: no figure"));
    assert_true(sheet_has(&sheet, "W1\n3.0 (2.8 to 3.2), n = 10\nTrend: 3.2 (3.1 to 3.3)"));
    assert_true(sheet_has(&sheet, "W3\nfewer than 5\nTrend: 3.2 (2.9 to 3.5)"));
    assert_true(sheet_has(&sheet, "colspan=\"3\">fewer than 5</td><td class=\"num\">3.2</td>"
                                  "<td class=\"num\">2.9 to 3.5</td>"));
    assert_true(sheet_has(&sheet, "<td class=\"num\">15</td><td></td><td></td>"));
    assert_true(sheet_has(&sheet, "<b>a</b> fewer than 5 (1)"));
    sheet_free(&sheet);
}

/* Without a gap there is nothing dashed, in the drawing or in the key. */
static void test_timeline_draw_level_without_gaps_has_no_dashes(void **state)
{
    (void)state;
    struct chart_point points[WEEKS];
    struct chart_frame frame = test_frame();
    struct sheet sheet;
    fill(points, 3);
    points[2] = test_point(3.2, 0.2, 12);
    struct chart_level level = level_of(points);
    struct chart_series series = { .name = STR("S"), .points = points, .level = &level };
    struct timeline chart = { .lines = { &frame, WEEKS, periods, periods, &series, 1 } };
    sheet_start(&sheet);
    timeline_draw(&sheet.html, &chart);
    sheet_finish(&sheet);
    assert_int_equal(sheet_count(&sheet, "dashed"), 0);
    assert_int_equal(sheet_count(&sheet, "Dashed"), 0);
    sheet_free(&sheet);
}

/* Where weeks stand close together whiskers would be a wall, so they are left out, also of the key. */
static void test_timeline_draw_level_of_many_periods_has_no_whiskers(void **state)
{
    (void)state;
    enum { MANY = 121 };
    static struct chart_point points[MANY];
    static struct str names[MANY];
    for (size_t i = 0; i < MANY; i++) {
        points[i] = test_point(3 + 0.001 * (double)i, 0.2, 9);
        names[i] = STR("W");
    }
    for (size_t count = MANY - 1; count <= MANY; count++) {
        struct chart_frame frame = test_frame();
        struct sheet sheet;
        struct chart_level level = level_of(points);
        struct chart_series series = { .name = STR("S"), .points = points, .level = &level };
        struct timeline chart = { .lines = { &frame, count, names, names, &series, 1 } };
        sheet_start(&sheet);
        timeline_draw(&sheet.html, &chart);
        sheet_finish(&sheet);
        assert_int_equal(sheet_has(&sheet, "with its interval"), count < MANY);
        assert_int_equal(sheet_has(&sheet, "thin wide"), count < MANY);
        sheet_free(&sheet);
    }
}

/* The axis has room for the band, too. */
static void test_lines_range_holds_the_band(void **state)
{
    (void)state;
    struct chart_point point = test_point(3, 0.1, 9);
    struct chart_point wide = test_point(3, 0.7, 0);
    struct chart_level level = level_of(&wide);
    struct chart_series series = { .name = STR("S"), .points = &point, .level = &level };
    struct plot_y range;
    assert_true(lines_range(&series, 1, 1, &range));
    assert_true(fabs(range.min - 2.3) < 1e-9 && fabs(range.max - 3.7) < 1e-9);
}

/* Five series: five dashes and names, no strip of counts. */
static void test_timeline_draw_five_series_are_told_apart(void **state)
{
    (void)state;
    struct chart_point points[CHART_SERIES_MAX][WEEKS];
    struct chart_series series[CHART_SERIES_MAX];
    struct chart_frame frame = test_frame();
    struct sheet sheet;
    for (size_t s = 0; s < CHART_SERIES_MAX; s++) {
        fill(points[s], 2 + 0.3 * (double)s);
        series[s] = (struct chart_series){ .name = STR("Team"), .points = points[s] };
    }
    struct timeline chart = {
        .lines = { &frame, WEEKS, periods, periods, series, CHART_SERIES_MAX },
        .has_range = true,
        .min = 1,
        .max = 5,
    };
    sheet_start(&sheet);
    timeline_draw(&sheet.html, &chart);
    sheet_finish(&sheet);
    assert_true(sheet_has(&sheet, "class=\"line s5\""));
    assert_int_equal(sheet_count(&sheet, "class=\"end s"), CHART_SERIES_MAX);
    assert_int_equal(sheet_count(&sheet, "class=\"counts\""), 0);
    assert_int_equal(sheet_count(&sheet, ">a</text>"), CHART_SERIES_MAX);
    sheet_free(&sheet);
}

/* A value that is no number is a gap, not a line to nowhere. */
static void test_timeline_draw_not_a_number_is_a_gap(void **state)
{
    (void)state;
    struct chart_point points[WEEKS];
    struct chart_frame frame = test_frame();
    struct sheet sheet;
    fill(points, 3);
    points[4].value = (double)NAN;
    points[5].high = HUGE_VAL;
    struct chart_series series = { .name = STR("S"), .points = points };
    struct timeline chart = { .lines = { &frame, WEEKS, periods, periods, &series, 1 } };
    sheet_start(&sheet);
    timeline_draw(&sheet.html, &chart);
    sheet_finish(&sheet);
    assert_false(sheet_has(&sheet, "nan"));
    assert_false(sheet_has(&sheet, "inf "));
    assert_true(sheet_has(&sheet, "<b>b</b> No figure (1)"));
    sheet_free(&sheet);
}

/* Standardised: both have mean 0, so a curve and its multiple lie on each other; the shift moves the
 * second; the table keeps what was given. */
static void test_overlay_draw_standardises_and_shifts(void **state)
{
    (void)state;
    struct chart_point first[WEEKS];
    struct chart_point second[WEEKS];
    struct chart_frame frame = test_frame();
    struct arena arena ARENA_AUTO = arena_new(ARENA_MAX);
    struct sheet sheet;
    for (size_t i = 0; i < WEEKS; i++) {
        first[i] = test_point((double)(i % 3), 0.1, 5);
        second[i] = test_point(50 + 10 * (double)((i + 2) % 3), 1, 5);
    }
    struct chart_series series[] = { { .name = STR("A"), .points = first },
                                     { .name = STR("B"), .points = second } };
    struct overlay chart = { .lines = { &frame, WEEKS, periods, periods, series, 2 },
                             .shift = 1 };
    sheet_start(&sheet);
    overlay_draw(&sheet.html, &chart, &arena);
    sheet_finish(&sheet);
    const char *line_a = memmem(sheet.out.data, sheet.out.len, "class=\"line s1\"", 15);
    assert_non_null(line_a);
    assert_true(sheet_has(&sheet, "<td class=\"num\">70.0</td>"));
    assert_false(sheet_has(&sheet, "class=\"band"));
    /* the shifted second curve is the first one without its last point */
    const char *path_a = strstr(strstr(sheet.out.data, "class=\"line s1\""), " d=\"");
    assert_non_null(strstr(path_a, "M"));
    char begin[48];
    memcpy(begin, path_a, sizeof begin - 1);
    begin[sizeof begin - 1] = '\0';
    assert_int_equal(sheet_count(&sheet, begin), 2);
    sheet_free(&sheet);
}

/* Without memory the curves are left out, and the page knows. */
static void test_overlay_draw_without_memory_is_empty(void **state)
{
    (void)state;
    struct chart_point points[WEEKS];
    struct chart_frame frame = test_frame();
    fill(points, 3);
    for (size_t cap = 0; cap < 2048; cap += 64) {
        struct arena arena ARENA_AUTO = arena_new(cap);
        struct sheet sheet;
        struct chart_series series[] = { { .name = STR("A"), .points = points },
                                         { .name = STR("B"), .points = points } };
        struct overlay chart = { .lines = { &frame, WEEKS, periods, periods, series, 2 } };
        sheet_start(&sheet);
        overlay_draw(&sheet.html, &chart, &arena);
        sheet_finish(&sheet);
        assert_true(arena.has_overflowed ? sheet.out.len == 0 : sheet.out.len > 0);
        sheet_free(&sheet);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timeline_draw_without_values_says_why),
        cmocka_unit_test(test_timeline_draw_one_series_is_whole),
        cmocka_unit_test(test_timeline_draw_level_passes_gaps_dashed),
        cmocka_unit_test(test_timeline_draw_level_without_gaps_has_no_dashes),
        cmocka_unit_test(test_timeline_draw_level_of_many_periods_has_no_whiskers),
        cmocka_unit_test(test_lines_range_holds_the_band),
        cmocka_unit_test(test_timeline_draw_five_series_are_told_apart),
        cmocka_unit_test(test_timeline_draw_not_a_number_is_a_gap),
        cmocka_unit_test(test_overlay_draw_standardises_and_shifts),
        cmocka_unit_test(test_overlay_draw_without_memory_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
