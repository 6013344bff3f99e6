/* SPDX-License-Identifier: MIT */
#include "app/service/theme/theme.h"

#include <stdio.h>

#include "app/core/mem.h"
#include "app/service/theme/theme_series.h"

/* Two fortnights and a few between them that were not asked, and 26 before to pool the spread. */
enum { MAP_FORTNIGHTS = 34, FORTNIGHT_DAYS = 14 };

#define CONFIDENCE 0.95

struct mapping {
    const struct theme_board *board;
    struct team_id scope;
    struct team_id top;
    struct theme_map *map;
    struct theme_map_row *rows;
    size_t now[QUESTION_THEMES]; /* fortnights of the board; only if the column has them */
    size_t before[QUESTION_THEMES];
    struct theme_point *points; /* room for one series */
};

static void choose_column(const struct mapping *mapping, enum theme theme, size_t *now,
                          size_t *before)
{
    struct theme_map_column *column = &mapping->map->columns[theme - THEME_FIRST];
    struct date first;
    theme_board_fortnights(mapping->board, &first);
    bool is_whole = mapping->scope.value == TEAM_ROOT;
    *column = (struct theme_map_column){
        .theme = theme,
        .usual_level = is_whole ? board_usual_level(mapping->board, theme) : NUMBER_NONE
    };
    for (size_t t = board_complete(mapping->board); t > 0 && !column->has_before; t--) {
        if (!board_is_asked(mapping->board, theme, t - 1)) {
            continue;
        }
        struct date start = date_add(first, (int32_t)(t - 1) * FORTNIGHT_DAYS);
        if (!column->has_now) {
            column->has_now = true;
            column->now = start;
            *now = t - 1;
        } else {
            column->has_before = true;
            column->before = start;
            *before = t - 1;
        }
    }
}

static struct theme_point no_point(bool has_reader)
{
    return (struct theme_point){ .state = has_reader ? THEME_STATE_NOT_ASKED
                                                     : THEME_STATE_NO_FIGURE,
                                 .figure = series_no_point((struct date){ 0 }, false),
                                 .raw_mean = NUMBER_NONE };
}

static dp_err fill_row(const struct mapping *mapping, struct theme_map_row *row)
{
    struct board_place place = { .team = row->team,
                                 .has_raw = mapping->scope.value == TEAM_ROOT };
    row->reader = board_reader(mapping->board, mapping->scope, row->team, &place.pool);
    bool has_reader = row->reader.reading == THEME_READ_OWN ||
                      row->reader.reading == THEME_READ_POOL;
    for (size_t i = 0; i < QUESTION_THEMES; i++) {
        const struct theme_map_column *column = &mapping->map->columns[i];
        struct theme_map_cell *cell = &row->cells[i];
        place.theme = column->theme;
        size_t from = column->has_before ? mapping->before[i] : mapping->now[i];
        DP_TRY(theme_series_points(mapping->board, &place, has_reader, from, mapping->points));
        struct theme_point none = no_point(has_reader);
        cell->now = column->has_now ? mapping->points[mapping->now[i]] : none;
        cell->before = column->has_before ? mapping->points[mapping->before[i]] : none;
        cell->state = cell->now.state;
        cell->change = series_change(&cell->now.figure, &cell->before.figure, CONFIDENCE);
    }
    return DP_SUCCESS;
}

static dp_err add_row(struct mapping *mapping, const struct team *team, size_t depth)
{
    struct theme_map_row *row = &mapping->rows[mapping->map->row_count++];
    *row = (struct theme_map_row){ .team = team->id, .depth = depth };
    snprintf(row->code, sizeof row->code, "%s", team->code);
    snprintf(row->name, sizeof row->name, "%s", team->name);
    return fill_row(mapping, row);
}

/* Children of one team, and theirs behind each: the order of an outline, as in the overview. */
static dp_err list_below(struct mapping *mapping, struct team_id parent, size_t depth)
{
    size_t count = 0;
    const struct team *teams = board_teams(mapping->board, &count);
    for (size_t i = 0; i < count && depth < TEAM_DEPTH_MAX; i++) {
        if (teams[i].parent.value != parent.value || teams[i].is_gone) {
            continue;
        }
        if (mapping->map->row_count == THEME_ROWS_MAX) {
            mapping->map->rows_left_out++;
            continue;
        }
        DP_TRY(add_row(mapping, &teams[i], depth));
        DP_TRY(list_below(mapping, teams[i].id, depth + 1));
    }
    return DP_SUCCESS;
}

static dp_err map_in(struct mapping *mapping, struct arena *arena)
{
    size_t count = 0;
    const struct team *teams = board_teams(mapping->board, &count);
    const struct team *top = people_find_team(teams, count, mapping->top);
    if (top == NULL) {
        return err_make(DP_NOT_FOUND);
    }
    if (!people_is_within(teams, count, mapping->top, mapping->scope)) {
        return err_make(DP_FORBIDDEN);
    }
    mapping->rows = arena_take(arena, THEME_ROWS_MAX, sizeof *mapping->rows);
    if (mapping->rows == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    mapping->map->rows = mapping->rows;
    mapping->map->is_adjusted = board_is_adjusted(mapping->board);
    for (size_t i = 0; i < QUESTION_THEMES; i++) {
        choose_column(mapping, (enum theme)(THEME_FIRST + i), &mapping->now[i],
                      &mapping->before[i]);
    }
    DP_TRY(add_row(mapping, top, 0));
    return list_below(mapping, mapping->top, 1);
}

dp_err theme_map_below(const struct appliance *appliance, struct team_id scope,
                       struct team_id top, struct arena *arena, struct theme_map *out)
{
    *out = (struct theme_map){ 0 };
    struct board_wanted wanted = { .scope = scope, .fortnights_max = MAP_FORTNIGHTS };
    THEME_BOARD_AUTO struct theme_board *board = NULL;
    DP_TRY(board_open(appliance, &wanted, &board));
    struct date first;
    size_t fortnights = theme_board_fortnights(board, &first);
    MEM_AUTO struct theme_point *points = mem_new(fortnights + 1, sizeof *points);
    if (points == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct mapping mapping = {
        .board = board, .scope = scope, .top = top, .map = out, .points = points
    };
    return map_in(&mapping, arena);
}

dp_err theme_map_of(const struct appliance *appliance, struct team_id scope,
                    struct arena *arena, struct theme_map *out)
{
    return theme_map_below(appliance, scope, scope, arena, out);
}
