/* SPDX-License-Identifier: MIT */
#include "app/cli/commands.h"

#include "app/cli/exchange.h"
#include "app/cli/listing.h"
#include "app/cli/say.h"
#include "app/service/theme/theme.h"
#include "storage/team_record.h"

enum { ARENA_BYTES = 64 << 20 };

static const struct team_id EVERYBODY = { TEAM_ROOT };

static dp_err find_team(const struct appliance *appliance, const char *code,
                        struct team_id *team, struct dp_problem *problem)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    struct team found = { .id = EVERYBODY };
    *team = found.id;
    if (code == NULL) {
        return DP_SUCCESS;
    }
    DP_TRY(store_read(appliance->office, &txn));
    dp_err err = team_record_by_code(txn, str_of(code), &found);
    if (err_is(err, DP_NOT_FOUND)) {
        err_ignore(problem_set(problem, 0, 0, "there is no team '%s'", code));
    }
    *team = found.id;
    return err;
}

/* ---- The map, and with --json the series behind it ------------------------------------------------- */

static void list_cell(struct listing *listing, const struct theme_map_row *row, size_t theme)
{
    const struct theme_map_cell *cell = &row->cells[theme];
    if (cell->state != THEME_STATE_SHOWN) {
        listing_cell(listing, cell->state == THEME_STATE_FEWER       ? "fewer than 5"
                              : cell->state == THEME_STATE_NOT_ASKED ? "not asked"
                                                                     : "");
        return;
    }
    const struct series_point *figure = &cell->now.figure;
    const char *mark = cell->now.has_single_item ? " *" : "";
    if (number_is_known(figure->lo) && number_is_known(figure->hi)) {
        listing_cell_fmt(listing, "%.2f (%.2f-%.2f, n %u)%s", figure->mean, figure->lo,
                         figure->hi, figure->n, mark);
    } else {
        listing_cell_fmt(listing, "%.2f (n %u)%s", figure->mean, figure->n, mark);
    }
}

static const char *reader_words(const struct theme_reader *reader)
{
    switch (reader->reading) {
    case THEME_READ_OWN:
        return reader->is_partial ? "without its weekly units" : "";
    case THEME_READ_POOL:
        return reader->pool;
    case THEME_READ_OUTSIDE:
        return "counted in a group above";
    case THEME_READ_NO_UNIT:
        return "too small for a group of its own";
    }
    return "";
}

static int print_map(const struct command_call *call, const struct theme_map *map)
{
    LISTING_AUTO struct listing listing = listing_new("lrrrrrrl");
    listing_cell(&listing, "team");
    for (size_t i = 0; i < QUESTION_THEMES; i++) {
        listing_cell(&listing, theme_code(map->columns[i].theme));
    }
    listing_cell(&listing, "counted with");
    for (size_t i = 0; i < map->row_count; i++) {
        const struct theme_map_row *row = &map->rows[i];
        listing_cell_fmt(&listing, "%*s%s", (int)(2 * row->depth), "", row->name);
        for (size_t theme = 0; theme < QUESTION_THEMES; theme++) {
            list_cell(&listing, row, theme);
        }
        listing_cell(&listing, reader_words(&row->reader));
    }
    say(call->talk, "Themes in the newest fortnight that is over, adjusted for the questions' "
                    "difficulty, with 95%% "
                    "intervals; * includes a question asked only once\n");
    dp_err printed = listing_print(&listing, call->out);
    return err_is_ok(printed) ? EXIT_OK : command_fail(call, printed, NULL);
}

static dp_err add_series(const struct appliance *appliance, struct team_id team,
                         struct arena *arena, struct json_writer *json)
{
    THEME_BOARD_AUTO struct theme_board *board = NULL;
    DP_TRY(theme_board_open(appliance, &board));
    for (size_t i = 0; i < QUESTION_THEMES; i++) {
        struct theme_series series;
        enum theme theme = (enum theme)(THEME_FIRST + i);
        DP_TRY(theme_board_series(board, EVERYBODY, team, theme, arena, &series));
        theme_series_json(&series, json);
    }
    return DP_SUCCESS;
}

static int print_show_json(const struct command_call *call, const struct appliance *appliance,
                           struct team_id team, const struct theme_map *map)
{
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    BUF_AUTO struct buf text = buf_new(EXCHANGE_JSON_BYTES_MAX);
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    json_open_object(&json);
    json_key(&json, "map");
    theme_map_json(map, &json);
    json_key(&json, "series");
    json_open_list(&json);
    dp_err added = add_series(appliance, team, &arena, &json);
    if (!err_is_ok(added)) {
        return command_fail(call, added, NULL);
    }
    json_close_list(&json);
    json_close_object(&json);
    return exchange_print_json(call, &json);
}

int cmd_theme_show(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct theme_map map;
    struct team_id team;
    dp_err done = appliance_open(call->dir, call->clock, &problem, &appliance);
    if (err_is_ok(done)) {
        done = find_team(&appliance, command_flag(call, "team"), &team, &problem);
    }
    if (err_is_ok(done)) {
        done = theme_map_below(&appliance, EVERYBODY, team, &arena, &map);
    }
    if (!err_is_ok(done)) {
        return command_fail(call, done, &problem);
    }
    return call->is_json ? print_show_json(call, &appliance, team, &map)
                         : print_map(call, &map);
}

/* ---- Themes that move with an outcome -------------------------------------------------------------- */

static void list_figures(struct listing *listing, const struct theme_link *link)
{
    const struct lagscan_result *scan = &link->scan;
    bool is_named = link->is_listed;
    if (is_named) {
        listing_cell_fixed(listing, scan->best_r, 2);
        listing_cell_fmt(listing, "%.2f to %.2f", scan->ci_lo, scan->ci_hi);
    } else {
        listing_cell(listing, "");
        listing_cell(listing, "");
    }
    if (is_named && scan->grade >= GRADE_MODERATE) {
        listing_cell_fmt(listing, "%d to %d", scan->lag_lo, scan->lag_hi);
    } else {
        listing_cell(listing, "");
    }
}

static const char *answer_words(const struct theme_link *link)
{
    if (link->state == THEME_LINK_PENDING) {
        return "first look this evening";
    }
    if (link->state == THEME_LINK_REFUSED) {
        return link->scan.refusal != REFUSAL_NONE ? refusal_name(link->scan.refusal)
                                                  : verdict_name(link->scan.verdict);
    }
    return link->is_listed ? grade_name(link->scan.grade) : "not listed";
}

static int print_links(const struct command_call *call, const struct theme_links *links)
{
    static const char *const headings[] = { "theme",        "metric", "source", "answer", "r",
                                            "95% interval", "lag",    "n",      "period" };
    static const char *const periods[] = { "weeks", "fortnights", "months" };
    LISTING_AUTO struct listing listing = listing_new("llllrlrrl");
    if (links->possible == 0) {
        say(call->talk, "No outcomes have been imported yet: daypulse outcomes import FILE\n");
        return EXIT_OK;
    }
    listing_row(&listing, headings);
    for (size_t i = 0; i < links->count; i++) {
        const struct theme_link *link = &links->links[i];
        listing_cell(&listing, theme_code(link->theme));
        listing_cell(&listing, link->pair.metric.code);
        listing_cell(&listing, link->pair.source);
        listing_cell(&listing, answer_words(link));
        list_figures(&listing, link);
        listing_cell_int(&listing, (int64_t)link->scan.n_complete);
        listing_cell(&listing, periods[link->unit]);
    }
    say(call->talk, "%zu of %zu pairs of theme and outcome examined, %zu listed%s\n",
        links->examined, links->possible, links->listed,
        links->is_order_uncertain ? "; order uncertain" : "");
    dp_err printed = listing_print(&listing, call->out);
    return err_is_ok(printed) ? EXIT_OK : command_fail(call, printed, NULL);
}

static int print_links_json(const struct command_call *call, const struct theme_links *links)
{
    BUF_AUTO struct buf text = buf_new(EXCHANGE_JSON_BYTES_MAX);
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    theme_links_json(links, &json);
    return exchange_print_json(call, &json);
}

int cmd_theme_links(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct theme_links links;
    const char *metric = call->positional_count == 0 ? "" : call->positional[0];
    struct str source = str_of(command_flag_or(call, "source", ""));
    dp_err done = appliance_open(call->dir, call->clock, &problem, &appliance);
    if (err_is_ok(done)) {
        done = theme_links_of(&appliance, str_of(metric), source, &arena, &links);
    }
    if (err_is(done, DP_NOT_FOUND) && problem.sentence[0] == '\0') {
        err_ignore(problem_set(&problem, 0, 0, "no outcome '%s'%s%.*s was imported", metric,
                               source.len > 0 ? " of source " : "", STR_ARG(source)));
    }
    if (!err_is_ok(done)) {
        return command_fail(call, done, &problem);
    }
    return call->is_json ? print_links_json(call, &links) : print_links(call, &links);
}
