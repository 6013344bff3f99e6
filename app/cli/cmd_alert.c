/* SPDX-License-Identifier: MIT */
#include "app/cli/commands.h"

#include "app/cli/exchange.h"
#include "app/cli/listing.h"
#include "app/cli/say.h"
#include "app/core/num.h"
#include "app/service/alert/alert.h"
#include "app/stats/number.h"

enum { ARENA_BYTES = 64 << 20 };

static const char *const KINDS[ALERT_KIND_COUNT] = { "drift_below", "drift_above", "shock" };
static const char *const STATES[] = { "open", "acknowledged", "past" };
static const char *const WATCHES[] = { "watched", "needs_weeks", "adrift", "no_spread" };

/* ---- JSON ---------------------------------------------------------------------------------- */

static void json_week(struct json_writer *json, const char *key, struct date monday)
{
    char text[WEEK_TEXT_MAX];
    date_week_text(monday, text);
    json_put_text(json, key, text);
}

/* "*" is the whole organisation, as in files. */
static void json_team_name(struct json_writer *json, struct str path)
{
    json_key(json, "team");
    json_str(json, path.len > 0 ? path : STR("*"));
}

static void json_baseline(struct json_writer *json, const struct alert *alert)
{
    json_key(json, "baseline");
    json_open_object(json);
    json_week(json, "from", alert->baseline_first);
    json_week(json, "to", alert->baseline_last);
    json_put_count(json, "weeks", alert->baseline_weeks);
    json_put_num(json, "mean", alert->usual);
    json_put_num(json, "ci_low", alert->usual_lo);
    json_put_num(json, "ci_high", alert->usual_hi);
    json_close_object(json);
}

static void json_taken(struct json_writer *json, const struct alert *alert)
{
    json_key(json, "acknowledged");
    if (alert->acknowledged_s == 0) {
        json_none(json);
        return;
    }
    json_open_object(json);
    json_put_text(json, "by", alert->acknowledged_by);
    exchange_json_moment(json, "at", alert->acknowledged_s);
    json_put_text(json, "note", alert->note);
    json_put_bool(json, "new_baseline", alert->is_new_baseline);
    json_close_object(json);
}

static void json_alert(struct json_writer *json, const struct alert_row *row)
{
    const struct alert *alert = &row->alert;
    json_open_object(json);
    json_put_count(json, "id", alert->id.value);
    json_team_name(json, row->path);
    json_week(json, "week", alert->week);
    json_put_text(json, "kind", KINDS[alert->kind]);
    json_put_text(json, "state", STATES[row->state]);
    json_put_num(json, "mean", alert->value);
    json_put_num(json, "ci_low", alert->has_interval ? alert->value_lo : NUMBER_NONE);
    json_put_num(json, "ci_high", alert->has_interval ? alert->value_hi : NUMBER_NONE);
    json_put_num(json, "size", row->size);
    json_put_count(json, "n", alert->n);
    json_week(json, "since", alert->since);
    json_put_count(json, "weeks", alert->weeks);
    json_put_num(json, "limit", alert->limit);
    json_baseline(json, alert);
    json_taken(json, alert);
    json_close_object(json);
}

static void json_chart(struct json_writer *json, const struct alert_team *team)
{
    json_open_object(json);
    json_team_name(json, team->path);
    json_put_text(json, "watch", WATCHES[team->watch]);
    json_put_count(json, "usable", team->usable);
    json_put_count(json, "needs_more", team->needs_more);
    json_week(json, "baseline_from", team->baseline_first);
    json_put_bool(json, "new_baseline", team->is_new_baseline);
    json_put_num(json, "mean", team->usual);
    json_put_num(json, "ci_low", team->usual_lo);
    json_put_num(json, "ci_high", team->usual_hi);
    json_close_object(json);
}

static int print_json(const struct command_call *call, const struct alert_list *list,
                      const struct alert_teams *teams)
{
    BUF_AUTO struct buf text = buf_new(EXCHANGE_JSON_BYTES_MAX);
    struct json_writer json = json_writer_new(&text, JSON_COMPACT);
    json_open_object(&json);
    json_put_count(&json, "open", list->open);
    json_put_count(&json, "watched", teams->watched);
    json_key(&json, "alerts");
    json_open_list(&json);
    for (size_t i = 0; i < list->count; i++) {
        json_alert(&json, &list->rows[i]);
    }
    json_close_list(&json);
    json_key(&json, "teams");
    json_open_list(&json);
    for (size_t i = 0; i < teams->count; i++) {
        json_chart(&json, &teams->rows[i]);
    }
    json_close_list(&json);
    json_close_object(&json);
    return exchange_print_json(call, &json);
}

/* ---- For people ---------------------------------------------------------------------------- */

static const char *words_of(const struct alert_row *row)
{
    switch (row->alert.kind) {
    case ALERT_DRIFT_BELOW:
        return "lower than usual";
    case ALERT_DRIFT_ABOVE:
        return "higher than usual";
    case ALERT_SHOCK:
        return "one unusual week";
    case ALERT_KIND_COUNT:
        break;
    }
    return "";
}

static void list_alert(struct listing *listing, const struct alert_row *row)
{
    const struct alert *alert = &row->alert;
    char week[WEEK_TEXT_MAX];
    date_week_text(alert->week, week);
    listing_cell_int(listing, alert->id.value);
    listing_cell_fmt(listing, "%.*s", STR_ARG(row->path.len > 0 ? row->path : STR("*")));
    listing_cell(listing, week);
    listing_cell(listing, words_of(row));
    listing_cell_fixed(listing, alert->value, 2);
    listing_cell_fixed(listing, alert->has_interval ? alert->value_lo : NUMBER_NONE, 2);
    listing_cell_fixed(listing, alert->has_interval ? alert->value_hi : NUMBER_NONE, 2);
    listing_cell_fixed(listing, alert->usual, 2);
    listing_cell_int(listing, alert->n);
    listing_cell(listing, STATES[row->state]);
}

static int print_list(const struct command_call *call, const struct alert_list *list,
                      const struct alert_teams *teams)
{
    static const char *const headings[] = { "id",  "team", "week",  "what", "index",
                                            "low", "high", "usual", "n",    "state" };
    LISTING_AUTO struct listing listing = listing_new("rlllrrrrrl");
    listing_row(&listing, headings);
    for (size_t i = 0; i < list->count; i++) {
        list_alert(&listing, &list->rows[i]);
    }
    if (list->count == 0) {
        say(call->talk, "No %salerts.\n", command_flag(call, "all") == NULL ? "open " : "");
    } else {
        dp_err printed = listing_print(&listing, call->out);
        if (!err_is_ok(printed)) {
            return command_fail(call, printed, NULL);
        }
    }
    say(call->talk,
        "%zu of %zu teams have a chart. About one false alarm per team in ten years.\n",
        teams->watched, teams->count);
    return EXIT_OK;
}

/* Open ones come first, so the open ones alone are the first rows. */
static int show_list(const struct command_call *call, const struct appliance *appliance)
{
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct alert_list list = { 0 };
    struct alert_teams teams = { 0 };
    struct team_id root = { TEAM_ROOT };
    dp_err found = alert_list(appliance, root, 0, &arena, &list);
    if (err_is_ok(found)) {
        found = alert_teams(appliance, root, &arena, &teams);
    }
    if (!err_is_ok(found)) {
        return command_fail(call, found, NULL);
    }
    if (command_flag(call, "all") == NULL && list.count > list.open) {
        list.count = list.open;
    }
    return call->is_json ? print_json(call, &list, &teams) : print_list(call, &list, &teams);
}

int cmd_alert_list(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    dp_err opened = appliance_open(call->dir, call->clock, &problem, &appliance);
    if (!err_is_ok(opened)) {
        return command_fail(call, opened, &problem);
    }
    return show_list(call, &appliance);
}

static dp_err acknowledge(const struct command_call *call, struct dp_problem *problem)
{
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    int64_t id = 0;
    if (!err_is_ok(num_int(str_of(call->positional[0]), 1, UINT32_MAX, &id))) {
        return command_usage(problem, "'%s' is not the number of an alert",
                             call->positional[0]);
    }
    DP_TRY(appliance_open(call->dir, call->clock, problem, &appliance));
    struct alert_taking taking = { .id = { (uint32_t)id },
                                   .scope = { TEAM_ROOT },
                                   .actor = "cli",
                                   .note = str_of(command_flag_or(call, "note", "")),
                                   .is_new_baseline = command_flag(call, "new-baseline") !=
                                                      NULL };
    return alert_acknowledge(&appliance, &taking, problem);
}

int cmd_alert_acknowledge(const struct command_call *call)
{
    struct dp_problem problem = { 0 };
    dp_err done = acknowledge(call, &problem);
    if (!err_is_ok(done)) {
        return command_fail(call, done, &problem);
    }
    say(call->talk, "Alert %s is acknowledged.\n", call->positional[0]);
    if (command_flag(call, "new-baseline") != NULL) {
        say(call->talk, "The usual is counted anew from its week on; alerts come again after "
                        "26 weeks with a figure.\n");
    }
    return EXIT_OK;
}
