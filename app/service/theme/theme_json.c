/* SPDX-License-Identifier: MIT */
#include "app/service/theme/theme.h"

#include "app/service/link/look.h"
#include "app/stats/number.h"

static const char *reading_name(enum theme_reading reading)
{
    switch (reading) {
    case THEME_READ_OWN:
        return "own";
    case THEME_READ_POOL:
        return "pool";
    case THEME_READ_OUTSIDE:
        return "outside";
    case THEME_READ_NO_UNIT:
        return "no_unit";
    }
    return "";
}

static void reader(struct json_writer *json, const struct theme_reader *reader)
{
    json_put_text(json, "reading", reading_name(reader->reading));
    bool is_pool = reader->reading == THEME_READ_POOL;
    json_put_text_or_none(json, "pool", is_pool ? reader->pool : NULL);
    json_put_bool(json, "partial", reader->is_partial);
}

/* What is not shown is left out, as in `trend show`. */
static void point(struct json_writer *json, const struct theme_point *point)
{
    json_open_object(json);
    json_put_date(json, "start", point->figure.start);
    json_put_text(json, "status", theme_state_name(point->state));
    if (point->state == THEME_STATE_SHOWN) {
        json_put_count(json, "n", point->figure.n);
        json_put_count(json, "invited", point->figure.invited);
        json_put_num(json, "mean", point->figure.mean);
        json_put_num(json, "ci_low", point->figure.lo);
        json_put_num(json, "ci_high", point->figure.hi);
        json_put_num(json, "raw_mean", point->raw_mean);
        json_put_num(json, "fav_pct", point->figure.favourable_pct);
        json_put_count(json, "cells_hidden", point->figure.cells_hidden);
        json_put_bool(json, "single_item", point->has_single_item);
    }
    json_put_bool(json, "running", point->is_running);
    json_close_object(json);
}

void theme_series_json(const struct theme_series *series, struct json_writer *json)
{
    json_open_object(json);
    json_put_text(json, "team", series->team.code);
    json_put_text(json, "path", series->path);
    json_put_text(json, "theme", theme_code(series->theme));
    json_put_text(json, "unit", lag_unit_name(LAG_UNIT_FORTNIGHT));
    reader(json, &series->reader);
    json_put_bool(json, "adjusted", series->is_adjusted);
    json_key(json, "fortnights");
    json_open_list(json);
    for (size_t i = 0; i < series->fortnights; i++) {
        point(json, &series->points[i]);
    }
    json_close_list(json);
    json_close_object(json);
}

/* ---- The map ------------------------------------------------------------------------------------- */

static void column(struct json_writer *json, const struct theme_map_column *column)
{
    json_open_object(json);
    json_put_text(json, "theme", theme_code(column->theme));
    json_put_date_or_none(json, "fortnight", column->now);
    json_put_date_or_none(json, "before", column->before);
    json_put_num(json, "usual_level", column->usual_level);
    json_close_object(json);
}

static void map_cell(struct json_writer *json, const struct theme_map_cell *cell)
{
    json_open_object(json);
    json_put_text(json, "status", theme_state_name(cell->state));
    if (cell->state == THEME_STATE_SHOWN) {
        json_put_count(json, "n", cell->now.figure.n);
        json_put_num(json, "mean", cell->now.figure.mean);
        json_put_num(json, "ci_low", cell->now.figure.lo);
        json_put_num(json, "ci_high", cell->now.figure.hi);
        json_put_num(json, "raw_mean", cell->now.raw_mean);
        json_put_num(json, "fav_pct", cell->now.figure.favourable_pct);
        json_put_bool(json, "single_item", cell->now.has_single_item);
        json_put_num(json, "change", cell->change.value);
        json_put_range(json, "change_ci", cell->change.lo, cell->change.hi);
    }
    json_close_object(json);
}

static void row(struct json_writer *json, const struct theme_map_row *row)
{
    json_open_object(json);
    json_put_text(json, "team", row->code);
    json_put_text(json, "name", row->name);
    json_put_count(json, "depth", row->depth);
    reader(json, &row->reader);
    json_key(json, "cells");
    json_open_list(json);
    for (size_t i = 0; i < QUESTION_THEMES; i++) {
        map_cell(json, &row->cells[i]);
    }
    json_close_list(json);
    json_close_object(json);
}

void theme_map_json(const struct theme_map *map, struct json_writer *json)
{
    json_open_object(json);
    json_put_bool(json, "adjusted", map->is_adjusted);
    json_key(json, "themes");
    json_open_list(json);
    for (size_t i = 0; i < QUESTION_THEMES; i++) {
        column(json, &map->columns[i]);
    }
    json_close_list(json);
    json_key(json, "teams");
    json_open_list(json);
    for (size_t i = 0; i < map->row_count; i++) {
        row(json, &map->rows[i]);
    }
    json_close_list(json);
    json_put_count(json, "teams_left_out", map->rows_left_out);
    json_close_object(json);
}

/* ---- Links --------------------------------------------------------------------------------------- */

static void filter(struct json_writer *json, const char *order, const char *phi,
                   const struct ar_fit *fit)
{
    json_put_count(json, order, fit->order);
    json_key(json, phi);
    json_open_list(json);
    for (size_t i = 0; i < fit->order; i++) {
        json_num(json, fit->phi[i]);
    }
    json_close_list(json);
}

static void by_lag(struct json_writer *json, const struct lagscan_result *scan)
{
    json_key(json, "lags");
    json_open_list(json);
    for (size_t i = 0; i < scan->lag_count; i++) {
        json_int(json, scan->lags[i]);
    }
    json_close_list(json);
    json_key(json, "r");
    json_open_list(json);
    for (size_t i = 0; i < scan->lag_count; i++) {
        json_num(json, scan->r[i]);
    }
    json_close_list(json);
    json_key(json, "pairs");
    json_open_list(json);
    for (size_t i = 0; i < scan->lag_count; i++) {
        json_int(json, (int64_t)scan->pairs[i]);
    }
    json_close_list(json);
}

static void best(struct json_writer *json, const struct lagscan_result *scan)
{
    bool has_lag = number_is_known(scan->best_r);
    json_key(json, "best_lag");
    if (has_lag) {
        json_int(json, scan->best_lag);
    } else {
        json_none(json);
    }
    json_put_num(json, "best_r", scan->best_r);
    json_put_num(json, "stat", scan->stat);
    json_put_num(json, "p_perm", scan->p_perm);
    json_put_num(json, "p_sidak", scan->p_sidak);
    json_put_num(json, "crit95", scan->crit95);
    json_key(json, "ci");
    json_open_list(json);
    json_num(json, scan->ci_lo);
    json_num(json, scan->ci_hi);
    json_close_list(json);
    json_key(json, "lag_set");
    json_open_list(json);
    if (has_lag) {
        json_int(json, scan->lag_lo);
        json_int(json, scan->lag_hi);
    }
    json_close_list(json);
    json_put_num(json, "mde_rho", scan->mde_rho);
}

static void scan_members(struct json_writer *json, const struct theme_link *link)
{
    const struct lagscan_result *scan = &link->scan;
    bool is_refused = scan->refusal != REFUSAL_NONE;
    json_put_date(json, "looked", link->looked);
    json_put_date(json, "next_look", link->next_look);
    json_key(json, "figures_changed");
    json_bool(json, link->is_changed);
    json_put_count(json, "n", scan->n);
    json_put_count(json, "answers", link->answers);
    json_put_count(json, "teams", scan->teams);
    json_put_count(json, "K", (uint64_t)scan->lag_max);
    json_put_count(json, "m", scan->m);
    filter(json, "p_x", "phi_x", &scan->ar_x);
    filter(json, "p_y", "phi_y", &scan->ar_y);
    by_lag(json, scan);
    best(json, scan);
    json_put_text(json, "grade", grade_name(scan->grade));
    json_put_text(json, "verdict", verdict_name(scan->verdict));
    json_put_bool(json, "refused", is_refused);
    json_key(json, "reason");
    if (is_refused) {
        json_text(json, refusal_name(scan->refusal));
    } else {
        json_none(json);
    }
    json_put_count(json, "needs_more", scan->needs_more);
    json_put_num(json, "q", link->q);
    json_put_bool(json, "listed", link->is_listed);
    json_put_count(json, "seed", scan->seed);
    json_put_count(json, "B", scan->permutations);
}

static const char *link_state_name(enum theme_link_state state)
{
    switch (state) {
    case THEME_LINK_EXAMINED:
        return "examined";
    case THEME_LINK_REFUSED:
        return "refused";
    case THEME_LINK_PENDING:
        return "pending";
    }
    return "";
}

static void one_link(struct json_writer *json, const struct theme_link *link)
{
    json_open_object(json);
    json_put_text(json, "theme", theme_code(link->theme));
    json_put_text(json, "metric", link->pair.metric.code);
    json_put_text(json, "source", link->pair.source);
    json_put_text(json, "unit", lag_unit_name(link->unit));
    json_put_text(json, "status", link_state_name(link->state));
    if (link->state != THEME_LINK_PENDING) {
        scan_members(json, link);
    }
    json_close_object(json);
}

void theme_links_json(const struct theme_links *links, struct json_writer *json)
{
    json_open_object(json);
    json_put_count(json, "listed", links->listed);
    json_put_bool(json, "order_uncertain", links->is_order_uncertain);
    json_put_count(json, "examined", links->examined);
    json_put_count(json, "possible", links->possible);
    json_put_count(json, "links_examined", links->links_examined);
    json_key(json, "links");
    json_open_list(json);
    for (size_t i = 0; i < links->count; i++) {
        one_link(json, &links->links[i]);
    }
    json_close_list(json);
    json_close_object(json);
}
