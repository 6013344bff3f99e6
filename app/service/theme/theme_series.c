/* SPDX-License-Identifier: MIT */
#include "app/service/theme/theme_series.h"

#include "app/core/mem.h"
#include "app/privacy/released.h"

/* The spread of a thin fortnight is pooled with as many before it: see series_points(). */
enum { POOL_FORTNIGHTS = 26, FORTNIGHT_DAYS = 14 };

#define SCALE_MIN 1.0
#define SCALE_MAX 5.0

const char *theme_state_name(enum theme_state state)
{
    switch (state) {
    case THEME_STATE_SHOWN:
        return "shown";
    case THEME_STATE_NOT_ASKED:
        return "not_asked";
    case THEME_STATE_FEWER:
        return "hidden";
    case THEME_STATE_NO_FIGURE:
        return "no_figure";
    }
    return "";
}

/* An answer less its question's difficulty may leave the scale by a hair. */
static double clamp(double mean)
{
    return mean < SCALE_MIN ? SCALE_MIN : mean > SCALE_MAX ? SCALE_MAX : mean;
}

static struct released_sum as_released(const struct board_sum *sum, struct date start,
                                       bool is_asked)
{
    struct released_sum out = { .start = start,
                                .is_asked = is_asked,
                                .cells_shown = sum->cells_shown,
                                .cells_hidden = sum->cells_hidden,
                                .n = sum->n,
                                .invited = sum->invited,
                                .sd_squares = sum->sd_squares,
                                .sd_df = sum->sd_df };
    if (sum->n > 0) {
        out.mean = clamp(sum->adjusted / (double)sum->n);
        out.favourable_pct = sum->favourable / (double)sum->n;
    }
    return out;
}

static enum theme_state state_of(const struct series_point *figure, bool has_reader)
{
    if (!has_reader) {
        return THEME_STATE_NO_FIGURE;
    }
    if (figure->is_shown) {
        return THEME_STATE_SHOWN;
    }
    return figure->is_asked ? THEME_STATE_FEWER : THEME_STATE_NOT_ASKED;
}

/* Room for one series on its way from sums to points. */
struct workspace {
    struct board_sum *sums;
    struct released_sum *released;
    struct series_point *figures;
};

static void points_in(const struct theme_board *board, const struct board_place *place,
                      bool has_reader, const struct workspace *work, struct theme_point *points)
{
    struct date first;
    size_t fortnights = theme_board_fortnights(board, &first);
    for (size_t t = 0; t < fortnights; t++) {
        struct date start = date_add(first, (int32_t)t * FORTNIGHT_DAYS);
        bool is_asked = board_is_asked(board, place->theme, t);
        work->released[t] = as_released(&work->sums[t], start, is_asked);
    }
    series_points(work->released, fortnights, work->figures);
    for (size_t t = 0; t < fortnights; t++) {
        bool is_shown = work->figures[t].is_shown;
        points[t] = (struct theme_point){
            .state = state_of(&work->figures[t], has_reader),
            .figure = work->figures[t],
            .raw_mean = is_shown && place->has_raw
                            ? work->sums[t].raw / (double)work->sums[t].n
                            : NUMBER_NONE,
            .has_single_item = work->sums[t].has_single_item,
            .is_running = t >= board_complete(board)
        };
    }
}

dp_err theme_series_points(const struct theme_board *board, const struct board_place *place,
                           bool has_reader, size_t from, struct theme_point *points)
{
    struct date first;
    size_t room = theme_board_fortnights(board, &first) + 1;
    MEM_AUTO struct board_sum *sums = mem_new(room, sizeof *sums);
    MEM_AUTO struct released_sum *released = mem_new(room, sizeof *released);
    MEM_AUTO struct series_point *figures = mem_new(room, sizeof *figures);
    if (sums == NULL || released == NULL || figures == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    if (has_reader) {
        board_add_up(board, place, sums);
    }
    for (size_t t = 0; t < from; t++) {
        sums[t].n = 0; /* no figure, and so no interval to work out */
    }
    struct workspace work = { sums, released, figures };
    points_in(board, place, has_reader, &work, points);
    return DP_SUCCESS;
}

static dp_err check_team(const struct theme_board *board, struct team_id scope,
                         struct team_id team, struct theme_series *out)
{
    size_t count = 0;
    const struct team *teams = board_teams(board, &count);
    const struct team *found = NULL;
    DP_TRY(people_find_within(teams, count, team, scope, &found));
    out->team = *found;
    return people_path(teams, count, team, out->path);
}

/* Keeps the newest points. */
static void keep_newest(struct theme_series *series, size_t fortnights_max)
{
    size_t dropped = fortnights_max > 0 && series->fortnights > fortnights_max
                         ? series->fortnights - fortnights_max
                         : 0;
    series->points += dropped;
    series->fortnights -= dropped;
    series->first_monday = date_add(series->first_monday, (int32_t)dropped * FORTNIGHT_DAYS);
    for (size_t t = 0; t < series->fortnights; t++) {
        bool is_shown = series->points[t].state == THEME_STATE_SHOWN;
        series->last = is_shown ? (int32_t)t : series->last;
    }
}

static dp_err series_in(const struct theme_board *board, struct team_id scope, enum theme theme,
                        struct arena *arena, struct theme_series *out)
{
    out->theme = theme;
    out->last = -1;
    out->is_adjusted = board_is_adjusted(board);
    out->fortnights = theme_board_fortnights(board, &out->first_monday);
    struct board_place place = { .team = out->team.id,
                                 .theme = theme,
                                 .has_raw = scope.value == TEAM_ROOT };
    out->reader = board_reader(board, scope, out->team.id, &place.pool);
    bool has_reader = out->reader.reading == THEME_READ_OWN ||
                      out->reader.reading == THEME_READ_POOL;
    struct theme_point *points = arena_take(arena, out->fortnights + 1, sizeof *points);
    if (points == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    out->points = points;
    return theme_series_points(board, &place, has_reader, 0, points);
}

dp_err theme_board_series(const struct theme_board *board, struct team_id scope,
                          struct team_id team, enum theme theme, struct arena *arena,
                          struct theme_series *out)
{
    *out = (struct theme_series){ 0 };
    if (theme < THEME_FIRST || theme >= THEME_COUNT) {
        return err_make(DP_INVALID);
    }
    DP_TRY(check_team(board, scope, team, out));
    DP_TRY(series_in(board, scope, theme, arena, out));
    keep_newest(out, 0);
    return DP_SUCCESS;
}

dp_err theme_series_of(const struct appliance *appliance, struct team_id scope,
                       struct team_id team, enum theme theme, size_t fortnights_max,
                       struct arena *arena, struct theme_series *out)
{
    *out = (struct theme_series){ 0 };
    if (theme < THEME_FIRST || theme >= THEME_COUNT) {
        return err_make(DP_INVALID);
    }
    size_t limit = fortnights_max == 0 ? 0 : fortnights_max + POOL_FORTNIGHTS;
    struct board_wanted wanted = { .scope = scope, .team = team, .fortnights_max = limit };
    THEME_BOARD_AUTO struct theme_board *board = NULL;
    DP_TRY(board_open(appliance, &wanted, &board));
    DP_TRY(check_team(board, scope, team, out));
    DP_TRY(series_in(board, scope, theme, arena, out));
    keep_newest(out, fortnights_max);
    return DP_SUCCESS;
}
