/* SPDX-License-Identifier: MIT */
#include "app/service/alert/alert.h"
#include "app/stats/number.h"

static const char *const KINDS[ALERT_KIND_COUNT] = { "drift_below", "drift_above", "shock" };
static const char *const STATES[] = { "open", "acknowledged", "past" };
static const char *const WATCHES[] = { "watched", "needs_weeks", "adrift", "no_spread" };

static void put_text(struct json_writer *json, const char *key, struct str text)
{
    json_key(json, key);
    json_str(json, text);
}

static void put_number(struct json_writer *json, const char *key, double value)
{
    json_key(json, key);
    if (number_is_known(value)) {
        json_num(json, value);
    } else {
        json_none(json);
    }
}

static void put_count(struct json_writer *json, const char *key, uint64_t value)
{
    json_key(json, key);
    json_int(json, (int64_t)value);
}

static void put_week(struct json_writer *json, const char *key, struct date monday)
{
    char text[WEEK_TEXT_MAX];
    date_week_text(monday, text);
    put_text(json, key, str_of(text));
}

static void put_pair(struct json_writer *json, const char *key, bool is_there, double lo,
                     double hi)
{
    json_key(json, key);
    if (!is_there) {
        json_none(json);
        return;
    }
    json_open_list(json);
    json_num(json, lo);
    json_num(json, hi);
    json_close_list(json);
}

static void put_taken(struct json_writer *json, const struct alert *alert)
{
    json_key(json, "acknowledged");
    if (alert->acknowledged_s == 0) {
        json_none(json);
        return;
    }
    json_open_object(json);
    put_text(json, "by", str_of(alert->acknowledged_by));
    json_key(json, "at");
    json_int(json, alert->acknowledged_s);
    put_text(json, "note", str_of(alert->note));
    json_key(json, "new_baseline");
    json_bool(json, alert->is_new_baseline);
    json_close_object(json);
}

static void put_alert(struct json_writer *json, const struct alert_row *row)
{
    const struct alert *alert = &row->alert;
    json_open_object(json);
    put_count(json, "id", alert->id.value);
    put_text(json, "team", row->path.len > 0 ? row->path : STR("*"));
    put_week(json, "week", alert->week);
    put_text(json, "kind", str_of(KINDS[alert->kind]));
    put_text(json, "state", str_of(STATES[row->state]));
    put_number(json, "value", alert->value);
    put_pair(json, "ci", alert->has_interval, alert->value_lo, alert->value_hi);
    put_number(json, "usual", alert->usual);
    put_pair(json, "usual_ci", true, alert->usual_lo, alert->usual_hi);
    put_number(json, "size", row->size);
    put_count(json, "n", alert->n);
    put_week(json, "since", alert->since);
    put_count(json, "weeks", alert->weeks);
    put_week(json, "baseline_from", alert->baseline_first);
    put_week(json, "baseline_to", alert->baseline_last);
    put_count(json, "baseline_weeks", alert->baseline_weeks);
    put_number(json, "limit", alert->limit);
    put_taken(json, alert);
    json_close_object(json);
}

static void put_team(struct json_writer *json, const struct alert_team *team)
{
    json_open_object(json);
    put_text(json, "team", team->path.len > 0 ? team->path : STR("*"));
    put_text(json, "watch", str_of(WATCHES[team->watch]));
    put_count(json, "usable", team->usable);
    put_count(json, "needs_more", team->needs_more);
    put_week(json, "baseline_from", team->baseline_first);
    json_key(json, "new_baseline");
    json_bool(json, team->is_new_baseline);
    put_number(json, "usual", team->usual);
    put_pair(json, "usual_ci", number_is_known(team->usual), team->usual_lo, team->usual_hi);
    json_close_object(json);
}

void alert_json(const struct alert_list *list, const struct alert_teams *teams, bool has_past,
                struct json_writer *json)
{
    json_open_object(json);
    put_count(json, "open", list->open);
    json_key(json, "alerts");
    json_open_list(json);
    for (size_t i = 0; i < list->count; i++) {
        if (has_past || list->rows[i].state == ALERT_OPEN) {
            put_alert(json, &list->rows[i]);
        }
    }
    json_close_list(json);
    put_count(json, "watched", teams->watched);
    json_key(json, "teams");
    json_open_list(json);
    for (size_t i = 0; i < teams->count; i++) {
        put_team(json, &teams->rows[i]);
    }
    json_close_list(json);
    json_close_object(json);
}
