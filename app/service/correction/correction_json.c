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

/* ---- The entry --------------------------------------------------------------------------- */

void correction_json(const struct correction *correction, struct json_writer *json)
{
    json_open_object(json);
    json_put_count(json, "id", correction->id.value);
    json_put_text(json, "title", correction->title);
    json_put_text(json, "what", correction->what);
    json_put_text(json, "category", CATEGORIES[correction->category]);
    json_put_bool(json, "is_whole", correction->team_count == 0);
    json_key(json, "team_ids");
    json_open_list(json);
    for (uint32_t i = 0; i < correction->team_count; i++) {
        json_int(json, correction->teams[i].value);
    }
    json_close_list(json);
    json_put_date(json, "start", correction->start);
    json_put_text(json, "target", TARGETS[correction->target]);
    json_put_text(json, "expected", correction->expected);
    json_put_text(json, "direction", correction->direction == CORRECTION_UP ? "up" : "down");
    json_put_int(json, "registered", correction->registered_s);
    json_put_text(json, "actor", correction->actor);
    json_put_bool(json, "is_withdrawn", correction->withdrawn_s != 0);
    if (correction->withdrawn_s != 0) {
        json_put_int(json, "withdrawn", correction->withdrawn_s);
        json_put_text(json, "withdrawn_why", correction->withdrawn_why);
    }
    json_close_object(json);
}

/* ---- One effect -------------------------------------------------------------------------- */

static void put_series(struct json_writer *json, const struct correction_effect *effect)
{
    const struct correction_series *series = &effect->series;
    json_put_text(json, "target", TARGETS[series->target]);
    if (series->target == CORRECTION_ON_THEME) {
        json_put_text(json, "theme", theme_code(series->theme));
    }
    if (series->target == CORRECTION_ON_OUTCOME) {
        json_put_text(json, "metric", series->metric.code);
        json_put_text(json, "source", series->source);
    }
    json_put_text(json, "unit", lag_unit_name(effect->unit));
    json_put_bool(json, "is_expected", effect->is_expected);
    json_put_bool(json, "is_as_expected", effect->is_as_expected);
}

static void put_bar(struct json_writer *json, const char *key, const struct correction_bar *bar)
{
    json_key(json, key);
    json_open_object(json);
    json_put_num(json, "mean", bar->mean);
    json_put_range(json, "ci", bar->lo, bar->hi);
    json_put_count(json, "periods", bar->periods);
    json_close_object(json);
}

static void put_did(struct json_writer *json, const struct did_result *did)
{
    json_key(json, "did");
    json_open_object(json);
    json_put_count(json, "teams", did->teams);
    json_put_count(json, "treated", did->treated);
    json_put_num(json, "change_treated", did->change_treated);
    json_put_num(json, "change_control", did->change_control);
    json_put_num(json, "se", did->se);
    json_put_num(json, "df", did->df);
    json_put_num(json, "t", did->t);
    json_put_num(json, "p_t", did->p_t);
    json_put_num(json, "assignments", did->assignments);
    json_put_bool(json, "is_sampled", did->is_sampled);
    json_put_num(json, "p_permutation", did->p_permutation);
    json_put_num(json, "p", did->p);
    json_put_num(json, "sd_before", did->sd_before);
    json_put_num(json, "drift_p", did->drift_p);
    json_put_bool(json, "is_drifting", did->is_drifting);
    json_close_object(json);
}

static void put_its(struct json_writer *json, const struct its_result *its)
{
    json_key(json, "its");
    json_open_object(json);
    json_put_num(json, "se", its->level.se);
    json_put_num(json, "df", its->fit.df);
    json_put_num(json, "t", its->level.t);
    json_put_num(json, "p", its->level.p);
    json_put_num(json, "rho", its->fit.rho);
    json_put_num(json, "noise_share", its->fit.noise_share);
    json_put_num(json, "gap", its->gap.value);
    json_put_range(json, "gap_ci", its->gap.lo, its->gap.hi);
    json_put_count(json, "horizon", its->horizon);
    json_put_count(json, "n_before", its->n_before);
    json_put_count(json, "n_after", its->n_after);
    json_put_num(json, "mean_before", its->mean_before);
    json_put_num(json, "mean_after", its->mean_after);
    json_put_num(json, "sd_before", its->sd_before);
    json_put_count(json, "placebo_dates", its->placebo_dates);
    json_put_num(json, "placebo_share", its->placebo_share);
    json_put_bool(json, "is_placebo_failed", its->is_placebo_failed);
    json_close_object(json);
}

static void put_points(struct json_writer *json, const struct correction_effect *effect)
{
    json_key(json, "points");
    json_open_list(json);
    for (size_t i = 0; i < effect->point_count; i++) {
        json_open_object(json);
        json_put_date(json, "start", effect->points[i].start);
        json_put_num(json, "corrected", effect->points[i].corrected);
        json_put_num(json, "comparison", effect->points[i].comparison);
        json_close_object(json);
    }
    json_close_list(json);
    json_put_count(json, "first_after", effect->first_after);
}

static void put_effect(struct json_writer *json, const struct correction_effect *effect)
{
    bool is_by_teams = effect->design == CORRECTION_AGAINST_TEAMS;
    json_open_object(json);
    put_series(json, effect);
    json_put_text(json, "design", is_by_teams ? "did" : "its");
    json_put_bool(json, "refused", effect->refusal != REFUSAL_NONE);
    json_put_text_or_none(
        json, "reason", effect->refusal == REFUSAL_NONE ? NULL : refusal_name(effect->refusal));
    json_put_bool(json, "has_no_figures", effect->has_no_figures);
    json_put_count(json, "needs_more", effect->needs_more);
    json_key(json, "in_the_way");
    if (effect->in_the_way.value == 0) {
        json_none(json);
    } else {
        json_int(json, effect->in_the_way.value);
    }
    json_put_text(json, "verdict", effect_verdict_name(effect->verdict));
    json_put_text(json, "grade", grade_name(effect->grade));
    json_put_num(json, "estimate", effect->estimate);
    json_put_range(json, "ci", effect->lo, effect->hi);
    json_put_num(json, "mde", effect->mde);
    json_put_num(json, "q", effect->q);
    json_put_bool(json, "has_response_moved", effect->has_response_moved);
    json_put_count(json, "corrected_teams", effect->corrected_teams);
    json_put_count(json, "comparison_teams", effect->comparison_teams);
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
    json_put_bool(json, "is_afterwards", report->is_afterwards);
    json_put_bool(json, "is_of_list", report->is_of_list);
    json_put_count(json, "together_count", report->together_count);
    if (report->together != NULL) {
        json_key(json, "together");
        json_open_list(json);
        for (size_t i = 0; i < report->together_count; i++) {
            json_int(json, report->together[i].id.value);
        }
        json_close_list(json);
    }
    json_put_count(json, "series_left_out", report->series_left_out);
    json_put_date(json, "first_start", report->first_start);
    json_put_date(json, "last_start", report->last_start);
    json_put_count(json, "alert_weeks_dropped", report->alert_weeks_dropped);
    json_key(json, "effects");
    json_open_list(json);
    for (size_t i = 0; i < report->effect_count; i++) {
        put_effect(json, &report->effects[i]);
    }
    json_close_list(json);
    json_close_object(json);
}
