/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/service/alert/alert.h"
#include "app/service/correction/measure.h"
#include "app/stats/number.h"
#include "app/stats/padjust.h"
#include "app/survey/people.h"
#include "storage/metric_record.h"

/* The share of false findings among what is shown. */
#define FALSE_SHARE_MAX 0.10

/* ---- What belongs together --------------------------------------------------------------- */

static bool is_close(const struct assessment *assessment, struct date start)
{
    return start.days >= assessment->first_start.days - EFFECT_TOGETHER_DAYS &&
           start.days <= assessment->last_start.days + EFFECT_TOGETHER_DAYS;
}

/* Takes in what starts close to anything taken in before, until nothing is left to take. */
static dp_err find_together(const struct ground *ground, struct assessment *assessment)
{
    bool is_growing = true;
    MEM_AUTO bool *is_taken = mem_new(ground->count + 1, sizeof *is_taken);
    if (is_taken == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    while (is_growing) {
        is_growing = false;
        for (size_t i = 0; i < ground->count; i++) {
            const struct correction *other = &ground->all[i];
            bool is_shared = false;
            if (is_taken[i] || other == assessment->correction || other->withdrawn_s != 0 ||
                !is_close(assessment, other->start)) {
                continue;
            }
            DP_TRY(ground_is_shared(ground, assessment->correction, other, &is_shared));
            if (!is_shared) {
                continue;
            }
            is_taken[i] = true;
            assessment->together[assessment->together_count++] = other;
            struct date first = assessment->first_start;
            struct date last = assessment->last_start;
            assessment->first_start = date_is_before(other->start, first) ? other->start
                                                                          : first;
            assessment->last_start = date_is_before(last, other->start) ? other->start : last;
            is_growing = true;
        }
    }
    return DP_SUCCESS;
}

/* A correction that follows an alert may owe to it what looks like an effect: the usual comes
 * back. */
static dp_err find_alert(const struct ground *ground, struct assessment *assessment)
{
    static const struct team_id whole = { TEAM_ROOT };
    const struct correction *correction = assessment->correction;
    const struct team_id *teams = correction->team_count == 0 ? &whole : correction->teams;
    uint32_t count = correction->team_count == 0 ? 1 : correction->team_count;
    struct date monday = date_monday(assessment->first_start);
    struct date from = date_add(monday, -7 * EFFECT_ALERT_PERIODS);
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(ground->appliance->office, &txn));
    for (uint32_t i = 0; i < count && !assessment->is_alert_left_out; i++) {
        DP_TRY(alert_was_between(txn, teams[i], from, date_add(monday, -7),
                                 &assessment->is_alert_left_out));
    }
    return DP_SUCCESS;
}

static dp_err name_teams(const struct ground *ground, const struct correction *correction,
                         struct arena *arena, const struct str **out)
{
    struct str *codes = arena_take(arena, correction->team_count + 1, sizeof *codes);
    if (codes == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (uint32_t i = 0; i < correction->team_count; i++) {
        const struct team *team = people_find_team(ground->teams, ground->team_count,
                                                   correction->teams[i]);
        codes[i] = arena_copy(arena, team == NULL ? STR("") : str_of(team->code));
    }
    *out = codes;
    return arena_finish(arena);
}

/* Takes: an assessment with its correction and room in `together`. The report names the others
 * only once copy_together() was called: copies for each entry of a long list would be millions. */
static dp_err begin_report(const struct ground *ground, struct arena *arena,
                           struct assessment *assessment, struct correction_report *out)
{
    const struct correction *correction = assessment->correction;
    assessment->first_start = correction->start;
    assessment->last_start = correction->start;
    if (correction->withdrawn_s == 0) {
        DP_TRY(find_together(ground, assessment));
        DP_TRY(find_alert(ground, assessment));
    }
    struct date registered =
        zone_to_local(&ground->appliance->zone, correction->registered_s).date;
    *out = (struct correction_report){
        .correction = *correction,
        .is_afterwards = registered.days - correction->start.days > EFFECT_LATE_DAYS,
        .together_count = assessment->together_count,
        .first_start = assessment->first_start,
        .last_start = assessment->last_start,
        .alert_weeks_dropped = assessment->is_alert_left_out ? EFFECT_ALERT_PERIODS : 0,
    };
    return name_teams(ground, correction, arena, &out->team_codes);
}

static dp_err copy_together(const struct assessment *assessment, struct arena *arena,
                            struct correction_report *out)
{
    struct correction *copies = arena_take(arena, assessment->together_count + 1,
                                           sizeof *copies);
    if (copies == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < assessment->together_count; i++) {
        copies[i] = *assessment->together[i];
    }
    out->together = copies;
    return DP_SUCCESS;
}

/* ---- Paying for many looks --------------------------------------------------------------- */

static dp_err adjust(double *p, size_t count)
{
    size_t bytes = padjust_scratch_bytes(count);
    MEM_AUTO unsigned char *area = mem_new(bytes + 1, 1);
    if (area == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct scratch scratch = scratch_of(area, bytes);
    padjust(p, count, PADJUST_BH, &scratch, p);
    return DP_SUCCESS;
}

static void judge_direction(const struct correction *correction,
                            struct correction_effect *effect)
{
    bool is_up = effect->estimate > 0.0;
    effect->is_as_expected = effect->is_expected && effect->verdict == EFFECT_CHANGED &&
                             is_up == (correction->direction == CORRECTION_UP);
}

/* What was expected beforehand stands for itself; everything else needs q, too. */
static dp_err pay_within(const struct correction_report *report,
                         struct correction_effect *effects)
{
    double p[CORRECTION_EFFECTS_MAX];
    for (size_t i = 0; i < report->effect_count; i++) {
        p[i] = measure_p(&effects[i]);
    }
    DP_TRY(adjust(p, report->effect_count));
    for (size_t i = 0; i < report->effect_count; i++) {
        effects[i].q = p[i];
        bool is_free = effects[i].is_expected && !report->is_afterwards;
        if (!is_free && p[i] > FALSE_SHARE_MAX) {
            measure_regrade(&effects[i], GRADE_NONE);
        }
        judge_direction(&report->correction, &effects[i]);
    }
    return DP_SUCCESS;
}

/* ---- Reports ----------------------------------------------------------------------------- */

static dp_err name_metric(const struct appliance *appliance, const char *code,
                          struct metric *out)
{
    const struct metric *known = metric_find(str_of(code));
    if (known != NULL) {
        *out = *known;
        return DP_SUCCESS;
    }
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    dp_err found = metric_record_get(txn, str_of(code), out);
    if (!err_is(found, DP_NOT_FOUND)) {
        return found;
    }
    *out = (struct metric){ .is_custom = true };
    snprintf(out->code, sizeof out->code, "%s", code);
    snprintf(out->name[LANGUAGE_EN], NAME_MAX_BYTES, "%s", code);
    snprintf(out->name[LANGUAGE_DE], NAME_MAX_BYTES, "%s", code);
    return DP_SUCCESS;
}

static dp_err measure_expected(struct ground *ground, const struct assessment *assessment,
                               struct arena *arena, struct correction_effect *out)
{
    const struct panel *panel = NULL;
    size_t series = ground_expected(ground, assessment->correction);
    if (series == ground_series_count(ground)) {
        *out = measure_nothing();
        out->series.target = CORRECTION_ON_OUTCOME;
        DP_TRY(name_metric(ground->appliance, assessment->correction->expected,
                           &out->series.metric));
    } else {
        DP_TRY(ground_panel(ground, series, &panel));
        DP_TRY(measure_effect(ground, panel, assessment, arena, out));
    }
    out->is_expected = true;
    return DP_SUCCESS;
}

static dp_err measure_all(struct ground *ground, const struct assessment *assessment,
                          struct arena *arena, struct correction_report *out)
{
    size_t expected = ground_expected(ground, assessment->correction);
    struct correction_effect *effects = arena_take(arena, CORRECTION_EFFECTS_MAX,
                                                   sizeof *effects);
    if (effects == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(measure_expected(ground, assessment, arena, &effects[0]));
    out->effect_count = 1;
    for (size_t i = 0; i < ground_series_count(ground); i++) {
        const struct panel *panel = NULL;
        if (i == expected || out->effect_count == CORRECTION_EFFECTS_MAX) {
            out->series_left_out += i == expected ? 0 : 1;
            continue;
        }
        DP_TRY(ground_panel(ground, i, &panel));
        DP_TRY(measure_effect(ground, panel, assessment, arena, &effects[out->effect_count]));
        out->effect_count++;
    }
    out->effects = effects;
    return pay_within(out, effects);
}

dp_err correction_report_of(const struct appliance *appliance, struct correction_id id,
                            struct arena *arena, struct correction_report *out)
{
    GROUND_AUTO struct ground ground = { 0 };
    DP_TRY(ground_open(appliance, arena, &ground));
    MEM_AUTO const struct correction **together = mem_new(ground.count + 1, sizeof *together);
    if (together == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < ground.count; i++) {
        struct assessment assessment = { .correction = &ground.all[i], .together = together };
        if (ground.all[i].id.value != id.value) {
            continue;
        }
        DP_TRY(begin_report(&ground, arena, &assessment, out));
        DP_TRY(copy_together(&assessment, arena, out));
        if (ground.all[i].withdrawn_s != 0) {
            return DP_SUCCESS;
        }
        return measure_all(&ground, &assessment, arena, out);
    }
    return err_make(DP_NOT_FOUND);
}

/* ---- The list ---------------------------------------------------------------------------- */

static dp_err pay_over_list(const struct correction_report *reports,
                            struct correction_effect *effects, size_t count)
{
    MEM_AUTO double *p = mem_new(count + 1, sizeof *p);
    if (p == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < count; i++) {
        p[i] = reports[i].effect_count == 0 ? NUMBER_NONE : measure_p(&effects[i]);
    }
    DP_TRY(adjust(p, count));
    for (size_t i = 0; i < count; i++) {
        effects[i].q = p[i];
        if (reports[i].effect_count > 0 && p[i] > FALSE_SHARE_MAX) {
            measure_regrade(&effects[i], GRADE_NONE);
        }
        judge_direction(&reports[i].correction, &effects[i]);
    }
    return DP_SUCCESS;
}

dp_err correction_overview(const struct appliance *appliance, struct arena *arena,
                           const struct correction_report **reports, size_t *count)
{
    GROUND_AUTO struct ground ground = { 0 };
    DP_TRY(ground_open(appliance, arena, &ground));
    struct correction_report *out = arena_take(arena, ground.count + 1, sizeof *out);
    struct correction_effect *effects = arena_take(arena, ground.count + 1, sizeof *effects);
    MEM_AUTO const struct correction **together = mem_new(ground.count + 1, sizeof *together);
    if (out == NULL || effects == NULL || together == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < ground.count; i++) {
        struct assessment assessment = { .correction = &ground.all[i],
                                         .together = together,
                                         .is_without_curves = true };
        DP_TRY(begin_report(&ground, arena, &assessment, &out[i]));
        if (ground.all[i].withdrawn_s == 0) {
            DP_TRY(measure_expected(&ground, &assessment, arena, &effects[i]));
            out[i].effects = &effects[i];
            out[i].effect_count = 1;
            out[i].is_of_list = true;
        }
    }
    *reports = out;
    *count = ground.count;
    return pay_over_list(out, effects, ground.count);
}

/* ---- Words ------------------------------------------------------------------------------- */

static struct correction_subject subject_of(const struct correction_series *series)
{
    return (struct correction_subject){ series->target, series->theme, &series->metric };
}

struct correction_words correction_words(const struct correction_report *report,
                                         const struct correction_effect *effect)
{
    bool is_by_teams = effect->design == CORRECTION_AGAINST_TEAMS;
    bool is_tested = effect->refusal == REFUSAL_NONE;
    const struct its_result *its = &effect->its;
    struct correction_words words = {
        .subject = subject_of(&effect->series),
        .unit = effect->unit,
        .start = report->first_start,
        .has_comparison = is_by_teams,
        .refusal = effect->refusal,
        .has_no_figures = effect->has_no_figures,
        .in_the_way = effect->in_the_way_title,
        .is_of_list = report->is_of_list,
        .has_response_moved = effect->has_response_moved,
        .needs_more = effect->needs_more,
        .verdict = effect->verdict,
        .grade = effect->grade,
        .estimate = effect->estimate,
        .lo = effect->lo,
        .hi = effect->hi,
        .mde = effect->mde,
        .comparison_teams = effect->comparison_teams,
        .is_expected = effect->is_expected,
        .is_as_expected = effect->is_as_expected,
        .is_afterwards = report->is_afterwards,
        .is_together = report->together_count > 0,
        .is_alert_left_out = report->alert_weeks_dropped > 0,
        .is_drifting = is_tested && is_by_teams && effect->did.is_drifting,
        .is_placebo_failed = is_tested && !is_by_teams && its->is_placebo_failed,
        .is_single_team = is_tested && is_by_teams && effect->did.is_single_treated,
    };
    if (is_tested && !is_by_teams) {
        words.gap.is_known = number_is_known(its->gap.lo);
        words.gap.estimate = its->gap.value;
        words.gap.lo = its->gap.lo;
        words.gap.hi = its->gap.hi;
        words.gap.periods = its->horizon;
    }
    return words;
}

dp_err correction_subject(const struct appliance *appliance,
                          const struct correction *correction, struct metric *metric,
                          struct correction_subject *out)
{
    *out = (struct correction_subject){ .target = correction->target, .metric = metric };
    if (correction->target == CORRECTION_ON_THEME) {
        return theme_parse(str_of(correction->expected), &out->theme);
    }
    if (correction->target == CORRECTION_ON_OUTCOME) {
        return name_metric(appliance, correction->expected, metric);
    }
    return DP_SUCCESS;
}
