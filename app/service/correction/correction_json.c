/* SPDX-License-Identifier: MIT */
#include "app/service/correction/correction.h"
#include "app/stats/number.h"

static const char *const CATEGORIES[CORRECTION_CATEGORY_COUNT] = {
    [CORRECTION_PROCESS] = "process",         [CORRECTION_TOOLS] = "tools",
    [CORRECTION_STAFFING] = "staffing",       [CORRECTION_TRAINING] = "training",
    [CORRECTION_RECOGNITION] = "recognition", [CORRECTION_RULE_DROPPED] = "rule_dropped",
    [CORRECTION_CULTURE] = "culture",
};

static const char *const TARGETS[CORRECTION_TARGET_COUNT] = {
    [CORRECTION_ON_THEME] = "theme",
    [CORRECTION_ON_OUTCOME] = "outcome",
    [CORRECTION_ON_INDEX] = "index",
};

const char *correction_category_code(enum correction_category category)
{
    DP_CHECK(category < CORRECTION_CATEGORY_COUNT);
    return CATEGORIES[category];
}

dp_err correction_category_parse(struct str code, enum correction_category *out)
{
    for (int i = 0; i < CORRECTION_CATEGORY_COUNT; i++) {
        if (str_equal(code, str_of(CATEGORIES[i]))) {
            *out = (enum correction_category)i;
            return DP_SUCCESS;
        }
    }
    return err_make(DP_INVALID);
}

static void put_text(struct json_writer *json, const char *key, const char *value)
{
    json_key(json, key);
    json_text(json, value);
}

static void put_num(struct json_writer *json, const char *key, double value)
{
    json_key(json, key);
    json_num(json, value);
}

static void put_count(struct json_writer *json, const char *key, size_t value)
{
    json_key(json, key);
    json_int(json, (int64_t)value);
}

static void put_bool(struct json_writer *json, const char *key, bool value)
{
    json_key(json, key);
    json_bool(json, value);
}

static void put_date(struct json_writer *json, const char *key, struct date date)
{
    char text[DATE_TEXT_MAX];
    date_text(date, text);
    put_text(json, key, text);
}

static void put_range(struct json_writer *json, const char *key, double lo, double hi)
{
    json_key(json, key);
    json_open_list(json);
    json_num(json, lo);
    json_num(json, hi);
    json_close_list(json);
}

/* ---- The entry --------------------------------------------------------------------------- */

void correction_json(const struct correction *correction, struct json_writer *json)
{
    json_open_object(json);
    put_count(json, "id", correction->id.value);
    put_text(json, "title", correction->title);
    put_text(json, "what", correction->what);
    put_text(json, "category", CATEGORIES[correction->category]);
    put_bool(json, "is_whole", correction->team_count == 0);
    json_key(json, "team_ids");
    json_open_list(json);
    for (uint32_t i = 0; i < correction->team_count; i++) {
        json_int(json, correction->teams[i].value);
    }
    json_close_list(json);
    put_date(json, "start", correction->start);
    put_text(json, "target", TARGETS[correction->target]);
    put_text(json, "expected", correction->expected);
    put_text(json, "direction", correction->direction == CORRECTION_UP ? "up" : "down");
    json_key(json, "registered");
    json_int(json, correction->registered_s);
    put_text(json, "actor", correction->actor);
    put_bool(json, "is_withdrawn", correction->withdrawn_s != 0);
    if (correction->withdrawn_s != 0) {
        json_key(json, "withdrawn");
        json_int(json, correction->withdrawn_s);
        put_text(json, "withdrawn_why", correction->withdrawn_why);
    }
    json_close_object(json);
}

/* ---- One effect -------------------------------------------------------------------------- */

static const char *unit_name(enum lag_unit unit)
{
    switch (unit) {
    case LAG_UNIT_WEEK:
        return "week";
    case LAG_UNIT_FORTNIGHT:
        return "fortnight";
    case LAG_UNIT_MONTH:
        return "month";
    }
    return "";
}

static void put_series(struct json_writer *json, const struct correction_effect *effect)
{
    const struct correction_series *series = &effect->series;
    put_text(json, "target", TARGETS[series->target]);
    if (series->target == CORRECTION_ON_THEME) {
        put_text(json, "theme", theme_code(series->theme));
    }
    if (series->target == CORRECTION_ON_OUTCOME) {
        put_text(json, "metric", series->metric.code);
        put_text(json, "source", series->source);
    }
    put_text(json, "unit", unit_name(effect->unit));
    put_bool(json, "is_expected", effect->is_expected);
    put_bool(json, "is_as_expected", effect->is_as_expected);
}

static void put_bar(struct json_writer *json, const char *key, const struct correction_bar *bar)
{
    json_key(json, key);
    json_open_object(json);
    put_num(json, "mean", bar->mean);
    put_range(json, "ci", bar->lo, bar->hi);
    put_count(json, "periods", bar->periods);
    json_close_object(json);
}

static void put_did(struct json_writer *json, const struct did_result *did)
{
    json_key(json, "did");
    json_open_object(json);
    put_count(json, "teams", did->teams);
    put_count(json, "treated", did->treated);
    put_num(json, "change_treated", did->change_treated);
    put_num(json, "change_control", did->change_control);
    put_num(json, "se", did->se);
    put_num(json, "df", did->df);
    put_num(json, "t", did->t);
    put_num(json, "p_t", did->p_t);
    put_num(json, "assignments", did->assignments);
    put_bool(json, "is_sampled", did->is_sampled);
    put_num(json, "p_permutation", did->p_permutation);
    put_num(json, "p", did->p);
    put_num(json, "sd_before", did->sd_before);
    put_num(json, "drift_p", did->drift_p);
    put_bool(json, "is_drifting", did->is_drifting);
    json_close_object(json);
}

static void put_its(struct json_writer *json, const struct its_result *its)
{
    json_key(json, "its");
    json_open_object(json);
    put_num(json, "se", its->level.se);
    put_num(json, "df", its->fit.df);
    put_num(json, "t", its->level.t);
    put_num(json, "p", its->level.p);
    put_num(json, "rho", its->fit.rho);
    put_num(json, "noise_share", its->fit.noise_share);
    put_num(json, "gap", its->gap.value);
    put_range(json, "gap_ci", its->gap.lo, its->gap.hi);
    put_count(json, "horizon", its->horizon);
    put_count(json, "n_before", its->n_before);
    put_count(json, "n_after", its->n_after);
    put_num(json, "mean_before", its->mean_before);
    put_num(json, "mean_after", its->mean_after);
    put_num(json, "sd_before", its->sd_before);
    put_count(json, "placebo_dates", its->placebo_dates);
    put_num(json, "placebo_share", its->placebo_share);
    put_bool(json, "is_placebo_failed", its->is_placebo_failed);
    json_close_object(json);
}

static void put_points(struct json_writer *json, const struct correction_effect *effect)
{
    json_key(json, "points");
    json_open_list(json);
    for (size_t i = 0; i < effect->point_count; i++) {
        json_open_object(json);
        put_date(json, "start", effect->points[i].start);
        put_num(json, "corrected", effect->points[i].corrected);
        put_num(json, "comparison", effect->points[i].comparison);
        json_close_object(json);
    }
    json_close_list(json);
    put_count(json, "first_after", effect->first_after);
}

static void put_effect(struct json_writer *json, const struct correction_effect *effect)
{
    bool is_by_teams = effect->design == CORRECTION_AGAINST_TEAMS;
    json_open_object(json);
    put_series(json, effect);
    put_text(json, "design", is_by_teams ? "did" : "its");
    put_bool(json, "refused", effect->refusal != REFUSAL_NONE);
    json_key(json, "reason");
    if (effect->refusal == REFUSAL_NONE) {
        json_none(json);
    } else {
        json_text(json, refusal_name(effect->refusal));
    }
    put_bool(json, "has_no_figures", effect->has_no_figures);
    put_count(json, "needs_more", effect->needs_more);
    json_key(json, "in_the_way");
    if (effect->in_the_way.value == 0) {
        json_none(json);
    } else {
        json_int(json, effect->in_the_way.value);
    }
    put_text(json, "verdict", effect_verdict_name(effect->verdict));
    put_text(json, "grade", grade_name(effect->grade));
    put_num(json, "estimate", effect->estimate);
    put_range(json, "ci", effect->lo, effect->hi);
    put_num(json, "mde", effect->mde);
    put_num(json, "q", effect->q);
    put_bool(json, "has_response_moved", effect->has_response_moved);
    put_count(json, "corrected_teams", effect->corrected_teams);
    put_count(json, "comparison_teams", effect->comparison_teams);
    put_bar(json, "corrected_before", &effect->corrected_before);
    put_bar(json, "corrected_after", &effect->corrected_after);
    put_bar(json, "comparison_before", &effect->comparison_before);
    put_bar(json, "comparison_after", &effect->comparison_after);
    if (effect->refusal == REFUSAL_NONE && is_by_teams) {
        put_did(json, &effect->did);
    }
    if (effect->refusal == REFUSAL_NONE && !is_by_teams) {
        put_its(json, &effect->its);
    }
    put_points(json, effect);
    json_close_object(json);
}

void correction_report_json(const struct correction_report *report, struct json_writer *json)
{
    json_open_object(json);
    json_key(json, "correction");
    correction_json(&report->correction, json);
    json_key(json, "teams");
    json_open_list(json);
    for (uint32_t i = 0; i < report->correction.team_count; i++) {
        json_str(json, report->team_codes[i]);
    }
    json_close_list(json);
    put_bool(json, "is_afterwards", report->is_afterwards);
    put_bool(json, "is_of_list", report->is_of_list);
    json_key(json, "together");
    json_open_list(json);
    for (size_t i = 0; i < report->together_count; i++) {
        json_int(json, report->together[i].id.value);
    }
    json_close_list(json);
    put_date(json, "first_start", report->first_start);
    put_date(json, "last_start", report->last_start);
    put_count(json, "alert_weeks_dropped", report->alert_weeks_dropped);
    json_key(json, "effects");
    json_open_list(json);
    for (size_t i = 0; i < report->effect_count; i++) {
        put_effect(json, &report->effects[i]);
    }
    json_close_list(json);
    json_close_object(json);
}
