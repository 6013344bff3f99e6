/* SPDX-License-Identifier: MIT */
#include "app/service/theme/theme.h"

#include "app/service/link/scan_json.h"

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

static void scan_members(struct json_writer *json, const struct theme_link *link)
{
    const struct lagscan_result *scan = &link->scan;
    json_put_date(json, "looked", link->looked);
    json_put_date(json, "next_look", link->next_look);
    json_put_bool(json, "figures_changed", link->is_changed);
    json_put_count(json, "n", scan->n);
    json_put_count(json, "answers", link->answers);
    scan_json_members(scan, json);
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
