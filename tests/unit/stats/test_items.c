/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "app/stats/items.h"
#include "app/stats/number.h"
#include "tests/support/support.h"
#include "tests/unit/stats/fixture.h"

enum { ITEMS = 12, WEEKS = 20, CELLS_MAX = ITEMS * WEEKS };

struct room {
    double item_effect[ITEMS_MAX];
    bool is_item_used[ITEMS_MAX];
    double week_effect[WEEKS];
    double week_se[WEEKS];
    double week_raw_mean[WEEKS];
    bool has_single_item[WEEKS];
};

static struct items_cell cells[CELLS_MAX];
static struct room room;

static struct items_result result_room(void)
{
    return (struct items_result){ .item_effect = room.item_effect,
                                  .is_item_used = room.is_item_used,
                                  .week_effect = room.week_effect,
                                  .week_se = room.week_se,
                                  .week_raw_mean = room.week_raw_mean,
                                  .has_single_item = room.has_single_item };
}

static struct items_result adjust(const struct items_input *input)
{
    struct scratch scratch = fixture_scratch(items_scratch_bytes(input));
    struct items_result result = result_room();
    assert_ok(items_adjust(input, &scratch, &result));
    assert_int_equal(scratch.used_bytes, 0);
    return result;
}

/* Three questions a week of twelve; the mood is flat, the questions are not alike. */
static struct items_input invent(uint64_t seed, double sd, double difficulty)
{
    struct prng prng = prng_seed(seed);
    size_t count = 0;
    for (uint32_t week = 0; week < WEEKS; week++) {
        for (uint32_t k = 0; k < 3; k++) {
            uint32_t item = (3 * week + k + week / 4) % ITEMS;
            double hard = difficulty * ((double)item - 5.5) / 3.45;
            double n = 8.0 + floor(8.0 * prng_unit(&prng));
            cells[count++] = (struct items_cell){ .item = item,
                                                  .week = week,
                                                  .period = week,
                                                  .n = n,
                                                  .mean = 3.6 + hard +
                                                          0.9 / sqrt(n) * fixture_normal(&prng),
                                                  .sd = sd };
        }
    }
    return (
        struct items_input){ .cells = cells, .count = count, .items = ITEMS, .weeks = WEEKS };
}

/* Unsorted cells, indices beyond their counts, empty cells. */
static void test_items_adjust_bad_cells_are_out_of_range(void **state)
{
    (void)state;
    struct scratch scratch = fixture_scratch(1 << 20);
    struct items_result result = result_room();
    struct items_input input = invent(1, 0.9, 0.4);
    input.items = ITEMS_MAX + 1;
    assert_err(items_adjust(&input, &scratch, &result), DP_OUT_OF_RANGE);
    input = invent(1, 0.9, 0.4);
    cells[5].item = ITEMS;
    assert_err(items_adjust(&input, &scratch, &result), DP_OUT_OF_RANGE);
    input = invent(1, 0.9, 0.4);
    cells[input.count - 1].week = WEEKS;
    assert_err(items_adjust(&input, &scratch, &result), DP_OUT_OF_RANGE);
    input = invent(1, 0.9, 0.4);
    cells[5].week = 0;
    assert_err(items_adjust(&input, &scratch, &result), DP_OUT_OF_RANGE);
    input = invent(1, 0.9, 0.4);
    cells[5].n = 0.0;
    assert_err(items_adjust(&input, &scratch, &result), DP_OUT_OF_RANGE);
    input = invent(1, 0.9, 0.4);
    cells[5].mean = NUMBER_NONE;
    assert_err(items_adjust(&input, &scratch, &result), DP_OUT_OF_RANGE);
}

/* No cell keeps its spread: there is nothing to weigh the questions against. */
static void test_items_adjust_without_any_sd_is_refused(void **state)
{
    (void)state;
    struct items_input input = invent(2, NUMBER_NONE, 0.4);
    assert_true(adjust(&input).is_refused);
    input.count = 0;
    assert_true(adjust(&input).is_refused);
}

/* With the difficulty taken out a flat mood is flat; the raw means are not. */
static void test_items_adjust_flattens_what_wording_bent(void **state)
{
    (void)state;
    struct items_input input = invent(3, 0.9, 0.6);
    struct items_result r = adjust(&input);
    double raw = 0.0;
    double adjusted = 0.0;
    for (size_t w = 0; w < WEEKS; w++) {
        raw += (r.week_raw_mean[w] - 3.6) * (r.week_raw_mean[w] - 3.6);
        adjusted += (r.week_effect[w] - 3.6) * (r.week_effect[w] - 3.6);
        assert_true(r.week_se[w] > 0.0 && r.week_se[w] < 0.5);
        assert_false(r.has_single_item[w]);
    }
    assert_true(adjusted < 0.4 * raw);
    fixture_assert_close(r.var_resid, 0.81, 0.15);
    assert_true(r.var_item > 0.15 && r.var_item < 0.9);
    double sum = 0.0;
    for (size_t i = 0; i < ITEMS; i++) {
        sum += r.item_effect[i];
    }
    fixture_assert_close(sum, 0.0, 0.2);
}

/* Cells that lost their sd change little: it is pooled from the others. */
static void test_items_adjust_pools_missing_sds(void **state)
{
    (void)state;
    struct items_input input = invent(4, 0.9, 0.6);
    double whole[WEEKS];
    struct items_result a = adjust(&input);
    for (size_t w = 0; w < WEEKS; w++) {
        whole[w] = a.week_effect[w];
    }
    for (size_t i = 0; i < input.count; i += 2) {
        cells[i].sd = NUMBER_NONE;
    }
    struct items_result b = adjust(&input);
    assert_true(b.is_sd_pooled && isnan(b.reml_criterion));
    fixture_assert_close(b.var_resid, 0.81, 1e-12);
    for (size_t w = 0; w < WEEKS; w++) {
        fixture_assert_close(b.week_effect[w], whole[w], 0.05);
    }
}

/* A question asked in one week only keeps its answers, gets no effect, and marks the week. */
static void test_items_adjust_single_question_marks_its_week(void **state)
{
    (void)state;
    struct items_input input = invent(5, 0.9, 0.4);
    static struct items_cell more[CELLS_MAX];
    for (size_t i = 0; i < input.count; i++) {
        more[i] = cells[i];
    }
    more[10].item = ITEMS;
    input.cells = more;
    input.items = ITEMS + 2;
    struct items_result r = adjust(&input);
    assert_false(r.is_item_used[ITEMS]);
    fixture_assert_close(r.item_effect[ITEMS], 0.0, 0.0);
    assert_true(r.has_single_item[more[10].week]);
    assert_false(r.has_single_item[more[20].week]);
    /* Never asked at all: not even an effect of 0. */
    assert_true(isnan(r.item_effect[ITEMS + 1]));
    /* The same question in two teams of one week is still one period. */
    more[11].item = ITEMS;
    assert_int_equal(more[11].period, more[10].period);
    assert_false(adjust(&input).is_item_used[ITEMS]);
    more[15].item = ITEMS;
    assert_true(adjust(&input).is_item_used[ITEMS]);
}

/* Questions that do not differ are not made to. */
static void test_items_adjust_alike_questions_have_no_variance(void **state)
{
    (void)state;
    struct items_input input = invent(6, 0.9, 0.0);
    for (size_t i = 0; i < input.count; i++) {
        cells[i].mean = 3.6;
    }
    struct items_result r = adjust(&input);
    fixture_assert_close(r.var_item, 0.0, 0.0);
    for (size_t i = 0; i < ITEMS; i++) {
        fixture_assert_close(r.item_effect[i], 0.0, 1e-6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_items_adjust_bad_cells_are_out_of_range),
        cmocka_unit_test(test_items_adjust_without_any_sd_is_refused),
        cmocka_unit_test(test_items_adjust_flattens_what_wording_bent),
        cmocka_unit_test(test_items_adjust_pools_missing_sds),
        cmocka_unit_test(test_items_adjust_single_question_marks_its_week),
        cmocka_unit_test(test_items_adjust_alike_questions_have_no_variance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
