/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <cmocka.h>

#include "tests/unit/web/html/charts/chart_support.h"
#include "web/html/charts/gaps.h"

/* The same reason keeps its letter and is counted. */
static void test_gaps_index_same_reason_same_letter(void **state)
{
    (void)state;
    struct gaps gaps = { 0 };
    assert_int_equal(gaps_index(&gaps, STR("few")), 0);
    assert_int_equal(gaps_index(&gaps, STR("holiday")), 1);
    assert_int_equal(gaps_index(&gaps, STR("few")), 0);
    assert_int_equal(gaps.count, 2);
    assert_int_equal(gaps.counts[0], 2);
    assert_true(str_equal(gaps_letter(1), STR("b")));
}

/* More reasons than letters share the last one. */
static void test_gaps_index_too_many_reasons_share_the_last(void **state)
{
    (void)state;
    struct gaps gaps = { 0 };
    char reasons[CHART_REASONS_MAX + 3][3];
    for (size_t i = 0; i < CHART_REASONS_MAX + 3; i++) {
        reasons[i][0] = 'r';
        reasons[i][1] = (char)('a' + i);
        reasons[i][2] = '\0';
        size_t wanted = i < CHART_REASONS_MAX ? i : CHART_REASONS_MAX - 1;
        assert_int_equal(gaps_index(&gaps, str_of(reasons[i])), wanted);
    }
    assert_int_equal(gaps.count, CHART_REASONS_MAX);
    assert_int_equal(gaps.counts[CHART_REASONS_MAX - 1], 4);
    assert_true(str_equal(gaps_letter(CHART_REASONS_MAX - 1), STR("l")));
}

static void test_gaps_list_explains_letters(void **state)
{
    (void)state;
    struct sheet sheet;
    struct gaps gaps = { 0 };
    sheet_start(&sheet);
    gaps_list(&sheet.html, &gaps);
    assert_int_equal(sheet.out.len, 0);
    (void)gaps_index(&gaps, STR("< 5"));
    gaps_list(&sheet.html, &gaps);
    sheet_finish(&sheet);
    assert_true(sheet_has(&sheet, "<li><b>a</b> &lt; 5 (1)</li>"));
    sheet_free(&sheet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gaps_index_same_reason_same_letter),
        cmocka_unit_test(test_gaps_index_too_many_reasons_share_the_last),
        cmocka_unit_test(test_gaps_list_explains_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
