/* SPDX-License-Identifier: MIT */
#include "app/service/theme/theme.h"

#include "app/service/link/look.h"
#include "app/stats/number.h"

static void text(struct json_writer *json, const char *key, const char *value)
{
    json_key(json, key);
    json_text(json, value);
}

static void count(struct json_writer *json, const char *key, uint64_t value)
{
    json_key(json, key);
    json_int(json, (int64_t)value);
}

static void number(struct json_writer *json, const char *key, double value)
{
    json_key(json, key);
    json_num(json, value);
}

static void flag(struct json_writer *json, const char *key, bool value)
{
    json_key(json, key);
    json_bool(json, value);
}

static void date(struct json_writer *json, const char *key, struct date value)
{
    char out[DATE_TEXT_MAX];
    date_text(value, out);
    text(json, key, out);
}

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
    text(json, "reading", reading_name(reader->reading));
    json_key(json, "pool");
    if (reader->reading == THEME_READ_POOL) {
        json_text(json, reader->pool);
    } else {
        json_none(json);
    }
    flag(json, "partial", reader->is_partial);
}

/* What is not shown is left out, as in `trend show`. */
static void point(struct json_writer *json, const struct theme_point *point)
{
    json_open_object(json);
    date(json, "start", point->figure.start);
    text(json, "status", theme_state_name(point->state));
    if (point->state == THEME_STATE_SHOWN) {
        count(json, "n", point->figure.n);
        count(json, "invited", point->figure.invited);
        number(json, "mean", point->figure.mean);
        number(json, "ci_low", point->figure.lo);
        number(json, "ci_high", point->figure.hi);
        number(json, "raw_mean", point->raw_mean);
        number(json, "fav_pct", point->figure.favourable_pct);
        count(json, "cells_hidden", point->figure.cells_hidden);
        flag(json, "single_item", point->has_single_item);
    }
    flag(json, "running", point->is_running);
    json_close_object(json);
}

void theme_series_json(const struct theme_series *series, struct json_writer *json)
{
    json_open_object(json);
    text(json, "team", series->team.code);
    text(json, "path", series->path);
    text(json, "theme", theme_code(series->theme));
    text(json, "unit", look_unit_name(LAG_UNIT_FORTNIGHT));
    reader(json, &series->reader);
    flag(json, "adjusted", series->is_adjusted);
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
    text(json, "theme", theme_code(column->theme));
    json_key(json, "fortnight");
    if (column->has_now) {
        char out[DATE_TEXT_MAX];
        date_text(column->now, out);
        json_text(json, out);
    } else {
        json_none(json);
    }
    json_key(json, "before");
    if (column->has_before) {
        char out[DATE_TEXT_MAX];
        date_text(column->before, out);
        json_text(json, out);
    } else {
        json_none(json);
    }
    number(json, "usual_level", column->usual_level);
    json_close_object(json);
}

static void map_cell(struct json_writer *json, const struct theme_map_cell *cell)
{
    json_open_object(json);
    text(json, "status", theme_state_name(cell->state));
    if (cell->state == THEME_STATE_SHOWN) {
        count(json, "n", cell->now.figure.n);
        number(json, "mean", cell->now.figure.mean);
        number(json, "ci_low", cell->now.figure.lo);
        number(json, "ci_high", cell->now.figure.hi);
        number(json, "raw_mean", cell->now.raw_mean);
        number(json, "fav_pct", cell->now.figure.favourable_pct);
        flag(json, "single_item", cell->now.has_single_item);
        number(json, "change", cell->change.value);
        json_key(json, "change_ci");
        json_open_list(json);
        json_num(json, cell->change.lo);
        json_num(json, cell->change.hi);
        json_close_list(json);
    }
    json_close_object(json);
}

static void row(struct json_writer *json, const struct theme_map_row *row)
{
    json_open_object(json);
    text(json, "team", row->code);
    text(json, "name", row->name);
    count(json, "depth", row->depth);
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
    flag(json, "adjusted", map->is_adjusted);
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
    count(json, "teams_left_out", map->rows_left_out);
    json_close_object(json);
}

/* ---- Links --------------------------------------------------------------------------------------- */

static void filter(struct json_writer *json, const char *order, const char *phi,
                   const struct ar_fit *fit)
{
    count(json, order, fit->order);
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
    number(json, "best_r", scan->best_r);
    number(json, "stat", scan->stat);
    number(json, "p_perm", scan->p_perm);
    number(json, "p_sidak", scan->p_sidak);
    number(json, "crit95", scan->crit95);
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
    number(json, "mde_rho", scan->mde_rho);
}

static void scan_members(struct json_writer *json, const struct theme_link *link)
{
    const struct lagscan_result *scan = &link->scan;
    bool is_refused = scan->refusal != REFUSAL_NONE;
    date(json, "looked", link->looked);
    date(json, "next_look", link->next_look);
    json_key(json, "figures_changed");
    json_bool(json, link->is_changed);
    count(json, "n", scan->n);
    count(json, "answers", link->answers);
    count(json, "teams", scan->teams);
    count(json, "K", (uint64_t)scan->lag_max);
    count(json, "m", scan->m);
    filter(json, "p_x", "phi_x", &scan->ar_x);
    filter(json, "p_y", "phi_y", &scan->ar_y);
    by_lag(json, scan);
    best(json, scan);
    text(json, "grade", grade_name(scan->grade));
    text(json, "verdict", verdict_name(scan->verdict));
    flag(json, "refused", is_refused);
    json_key(json, "reason");
    if (is_refused) {
        json_text(json, refusal_name(scan->refusal));
    } else {
        json_none(json);
    }
    count(json, "needs_more", scan->needs_more);
    number(json, "q", link->q);
    flag(json, "listed", link->is_listed);
    count(json, "seed", scan->seed);
    count(json, "B", scan->permutations);
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
    text(json, "theme", theme_code(link->theme));
    text(json, "metric", link->pair.metric.code);
    text(json, "source", link->pair.source);
    text(json, "unit", look_unit_name(link->unit));
    text(json, "status", link_state_name(link->state));
    if (link->state != THEME_LINK_PENDING) {
        scan_members(json, link);
    }
    json_close_object(json);
}

void theme_links_json(const struct theme_links *links, struct json_writer *json)
{
    json_open_object(json);
    count(json, "listed", links->listed);
    flag(json, "order_uncertain", links->is_order_uncertain);
    count(json, "examined", links->examined);
    count(json, "possible", links->possible);
    count(json, "links_examined", links->links_examined);
    json_key(json, "links");
    json_open_list(json);
    for (size_t i = 0; i < links->count; i++) {
        one_link(json, &links->links[i]);
    }
    json_close_list(json);
    json_close_object(json);
}
