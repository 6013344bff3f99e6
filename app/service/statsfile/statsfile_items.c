/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "app/service/statsfile/statsfile_case.h"
#include "app/service/statsfile/statsfile_scan_json.h"
#include "app/stats/items.h"
#include "app/stats/number.h"

enum { DENSE_CELLS_MAX = 1000000 };

/* Single answers gathered into cells, week by week; the standard deviations are exact. */
static dp_err gather(const struct statsfile_case *c, const double *score,
                     const struct statsfile_ids *weeks, const struct statsfile_ids *items,
                     struct items_input *input)
{
    size_t dense = weeks->count * items->count;
    if (dense > DENSE_CELLS_MAX || items->count > ITEMS_MAX) {
        return problem_set(c->problem, 0, 0, "there are too many weeks and questions");
    }
    struct items_cell *cells = arena_take(c->arena, dense, sizeof(*cells));
    DP_TRY(arena_finish(c->arena));
    for (size_t i = 0; i < c->table.rows; i++) {
        if (!number_is_known(score[i])) {
            return problem_set(c->problem, c->table.lines[i], 0,
                               "column score: a number is missing");
        }
        struct items_cell *cell = &cells[weeks->place[i] * items->count + items->place[i]];
        cell->n += 1.0;
        cell->mean += score[i];
    }
    for (size_t i = 0; i < dense; i++) {
        cells[i].week = (uint32_t)(i / items->count);
        cells[i].period = cells[i].week;
        cells[i].item = (uint32_t)(i % items->count);
        cells[i].mean /= cells[i].n;
    }
    for (size_t i = 0; i < c->table.rows; i++) {
        struct items_cell *cell = &cells[weeks->place[i] * items->count + items->place[i]];
        cell->sd += (score[i] - cell->mean) * (score[i] - cell->mean);
    }
    size_t count = 0;
    for (size_t i = 0; i < dense; i++) {
        if (cells[i].n >= 1.0) {
            cells[count] = cells[i];
            cells[count].sd = cells[i].n > 1.0 ? sqrt(cells[i].sd / (cells[i].n - 1.0))
                                               : NUMBER_NONE;
            count++;
        }
    }
    *input = (struct items_input){ .cells = cells,
                                   .count = count,
                                   .items = items->count,
                                   .weeks = weeks->count,
                                   .keeps_single_items = true };
    return DP_SUCCESS;
}

static dp_err make_room(const struct statsfile_case *c, const struct items_input *input,
                        struct items_result *result)
{
    DP_TRY(statsfile_case_doubles(c, input->items, &result->item_effect));
    DP_TRY(statsfile_case_doubles(c, input->weeks, &result->week_effect));
    DP_TRY(statsfile_case_doubles(c, input->weeks, &result->week_se));
    DP_TRY(statsfile_case_doubles(c, input->weeks, &result->week_raw_mean));
    result->is_item_used = arena_take(c->arena, input->items, sizeof(bool));
    result->has_single_item = arena_take(c->arena, input->weeks, sizeof(bool));
    return arena_finish(c->arena);
}

dp_err statsfile_items(const struct statsfile_case *c)
{
    const double *score = NULL;
    struct statsfile_ids weeks = { 0 };
    struct statsfile_ids items = { 0 };
    struct items_input input = { 0 };
    struct items_result result = { 0 };
    struct scratch scratch;
    DP_TRY(statsfile_case_column(c, "score", &score));
    DP_TRY(statsfile_table_ids(&c->table, "week", c->arena, &weeks, c->problem));
    DP_TRY(statsfile_table_ids(&c->table, "item", c->arena, &items, c->problem));
    DP_TRY(gather(c, score, &weeks, &items, &input));
    DP_TRY(make_room(c, &input, &result));
    DP_TRY(statsfile_case_scratch(c, items_scratch_bytes(&input), &scratch));
    DP_TRY(items_adjust(&input, &scratch, &result));
    if (result.is_refused) {
        return problem_set(c->problem, 0, 0, "there are too few answers, or they do not vary");
    }
    json_put_num(c->json, "var_item", result.var_item);
    json_put_num(c->json, "var_resid", result.var_resid);
    json_put_nums(c->json, "item", items.ids, items.count);
    json_put_nums(c->json, "item_effect", result.item_effect, items.count);
    json_put_nums(c->json, "week", weeks.ids, weeks.count);
    json_put_nums(c->json, "week_effect", result.week_effect, weeks.count);
    json_put_nums(c->json, "week_se", result.week_se, weeks.count);
    json_put_nums(c->json, "week_raw_mean", result.week_raw_mean, weeks.count);
    json_put_num(c->json, "reml_criterion", result.reml_criterion);
    return DP_SUCCESS;
}
