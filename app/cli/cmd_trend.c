/* SPDX-License-Identifier: MIT */
#include "app/cli/commands.h"

#include "app/cli/exchange.h"
#include "app/cli/listing.h"
#include "app/cli/say.h"
#include "app/core/num.h"
#include "app/service/trend/trend.h"
#include "storage/team_record.h"

enum { ARENA_BYTES = 64 << 20 };

static const char *status_of(const struct series_point *point)
{
    if (point->is_shown) {
        return "ok";
    }
    return point->is_asked ? "hidden" : "not_asked";
}

static const char *direction_name(enum trend_direction direction)
{
    switch (direction) {
    case TREND_UNKNOWN:
        return "unknown";
    case TREND_NO_CLEAR_CHANGE:
        return "no_clear_change";
    case TREND_RISING:
        return "rising";
    case TREND_FALLING:
        return "falling";
    }
    return "unknown";
}

static void json_point(struct json_writer *json, const struct trend *trend, size_t week)
{
    const struct series_point *point = &trend->points[week];
    char text[WEEK_TEXT_MAX];
    date_week_text(point->start, text);
    json_open_object(json);
    json_put_text(json, "week", text);
    json_put_date_or_none(json, "start", point->start);
    json_put_text(json, "status", status_of(point));
    if (point->is_shown) {
        json_put_count(json, "n", point->n);
        json_put_count(json, "invited", point->invited);
        json_put_num(json, "mean", point->mean);
        json_put_num(json, "ci_low", point->lo);
        json_put_num(json, "ci_high", point->hi);
        json_put_num(json, "fav_pct", point->favourable_pct);
        json_put_count(json, "cells_hidden", point->cells_hidden);
    }
    json_put_num(json, "level", trend->level[week]);
    json_put_num(json, "level_low", trend->level_lo[week]);
    json_put_num(json, "level_high", trend->level_hi[week]);
    json_close_object(json);
}

static void json_slope(struct json_writer *json, const struct trend_slope *slope)
{
    json_key(json, "direction");
    json_text(json, direction_name(slope->direction));
    json_put_count(json, "direction_weeks", slope->n);
    json_put_count(json, "needs_more_weeks", trend_weeks_missing(slope));
    json_key(json, "per_quarter");
    if (slope->direction == TREND_UNKNOWN) {
        json_none(json);
        return;
    }
    json_open_object(json);
    json_put_num(json, "change", slope->per_quarter.value);
    json_put_num(json, "ci_low", slope->per_quarter.lo);
    json_put_num(json, "ci_high", slope->per_quarter.hi);
    json_close_object(json);
}

/* The week that isn't over: it has a mean, but no part in line and direction. */
static void json_running(struct json_writer *json, const struct trend *trend)
{
    char week[WEEK_TEXT_MAX];
    json_key(json, "running_week");
    if (!trend->is_running) {
        json_none(json);
        return;
    }
    date_week_text(trend->points[trend->weeks - 1].start, week);
    json_text(json, week);
}

static int print_json(const struct command_call *call, const struct trend *trend)
{
    BUF_AUTO struct buf text = buf_new(EXCHANGE_JSON_BYTES_MAX);
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    json_open_object(&json);
    json_put_text(&json, "team", trend->team.code);
    json_put_text(&json, "path", trend->path);
    json_slope(&json, &trend->slope);
    json_running(&json, trend);
    json_key(&json, "weeks");
    json_open_list(&json);
    for (size_t i = 0; i < trend->weeks; i++) {
        json_point(&json, trend, i);
    }
    json_close_list(&json);
    json_close_object(&json);
    return exchange_print_json(call, &json);
}

static void list_numbers(struct listing *listing, const double *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (number_is_known(numbers[i])) {
            listing_cell_fixed(listing, numbers[i], 2);
        } else {
            listing_cell(listing, "");
        }
    }
}

static void list_point(struct listing *listing, const struct trend *trend, size_t place)
{
    const struct series_point *point = &trend->points[place];
    const double numbers[] = { point->mean,
                               point->lo,
                               point->hi,
                               trend->level[place],
                               trend->level_lo[place],
                               trend->level_hi[place] };
    char week[WEEK_TEXT_MAX];
    date_week_text(point->start, week);
    listing_cell(listing, week);
    if (point->is_shown) {
        listing_cell_int(listing, point->n);
    } else {
        listing_cell(listing, "");
    }
    list_numbers(listing, numbers, sizeof numbers / sizeof numbers[0]);
    bool is_running = trend->is_running && place + 1 == trend->weeks;
    listing_cell(listing, point->is_shown   ? (is_running ? "not over" : "")
                          : point->is_asked ? "hidden"
                                            : "not asked");
}

static void say_direction(const struct command_call *call, const struct trend_slope *slope)
{
    const struct gls_estimate *quarter = &slope->per_quarter;
    size_t missing = trend_weeks_missing(slope);
    switch (slope->direction) {
    case TREND_UNKNOWN:
        if (missing > 0) {
            say(call->talk, "Direction: needs %zu more weeks with a figure\n", missing);
        } else {
            say(call->talk, "Direction: these weeks are too much alike to tell one\n");
        }
        return;
    case TREND_NO_CLEAR_CHANGE:
        say(call->talk,
            "Direction: no clear change (could be anywhere from %+.2f to %+.2f per quarter)\n",
            quarter->lo, quarter->hi);
        return;
    case TREND_RISING:
    case TREND_FALLING:
        say(call->talk, "Direction: %s, %+.2f per quarter (95%% interval %+.2f to %+.2f)\n",
            direction_name(slope->direction), quarter->value, quarter->lo, quarter->hi);
        return;
    }
}

static int print_table(const struct command_call *call, const struct trend *trend)
{
    static const char *const headings[] = { "week",  "n",        "mean",      "low", "high",
                                            "trend", "band low", "band high", "" };
    LISTING_AUTO struct listing listing = listing_new("lrrrrrrrl");
    say(call->talk,
        "Engagement index of %s, with its 95%% interval and the trend's 95%% band\n",
        trend->path[0] == '\0' ? "the whole organisation" : trend->path);
    if (trend->weeks == 0) {
        say(call->talk, "Nothing has been released yet.\n");
        return EXIT_OK;
    }
    say_direction(call, &trend->slope);
    listing_row(&listing, headings);
    for (size_t i = 0; i < trend->weeks; i++) {
        list_point(&listing, trend, i);
    }
    dp_err printed = listing_print(&listing, call->out);
    return err_is_ok(printed) ? EXIT_OK : command_fail(call, printed, NULL);
}

static dp_err find_team(const struct appliance *appliance, const char *code,
                        struct team_id *team, struct dp_problem *problem)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    struct team found = { .id = { TEAM_ROOT } };
    if (code == NULL) {
        *team = found.id;
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

static dp_err find_trend(const struct command_call *call, struct appliance *appliance,
                         struct arena *arena, struct trend *trend, struct dp_problem *problem)
{
    struct team_id team;
    uint64_t weeks = 0;
    const char *wanted = command_flag(call, "weeks");
    if (wanted != NULL && !err_is_ok(num_uint(str_of(wanted), 1, TREND_WEEKS_MAX, &weeks))) {
        return command_usage(problem, "--weeks takes a number from 1 to %d", TREND_WEEKS_MAX);
    }
    DP_TRY(appliance_open(call->dir, call->clock, problem, appliance));
    DP_TRY(find_team(appliance, command_flag(call, "team"), &team, problem));
    struct team_id all = { TEAM_ROOT };
    return trend_of_team(appliance, all, team, (size_t)weeks, arena, trend);
}

int cmd_trend_show(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct trend trend = { 0 };
    dp_err found = find_trend(call, &appliance, &arena, &trend, &problem);
    if (!err_is_ok(found)) {
        return command_fail(call, found, &problem);
    }
    return call->is_json ? print_json(call, &trend) : print_table(call, &trend);
}
