/* SPDX-License-Identifier: MIT */
#include "app/service/correction/measure.h"

#include "app/core/mem.h"
#include "app/service/correction/compared.h"
#include "app/stats/interval.h"
#include "app/stats/number.h"

enum { HISTORY_BEFORE = 156, HISTORY_AFTER = 104 };

#define CONFIDENCE 0.95

static const struct correction_bar NO_BAR = { NUMBER_NONE, NUMBER_NONE, NUMBER_NONE, 0 };

struct correction_effect measure_nothing(void)
{
    return (struct correction_effect){ .refusal = REFUSAL_NO_CONTROLS,
                                       .has_no_figures = true,
                                       .design = CORRECTION_AGAINST_ITSELF,
                                       .estimate = NUMBER_NONE,
                                       .lo = NUMBER_NONE,
                                       .hi = NUMBER_NONE,
                                       .mde = NUMBER_NONE,
                                       .q = NUMBER_NONE,
                                       .corrected_before = NO_BAR,
                                       .corrected_after = NO_BAR,
                                       .comparison_before = NO_BAR,
                                       .comparison_after = NO_BAR };
}

double measure_p(const struct correction_effect *effect)
{
    if (effect->refusal != REFUSAL_NONE) {
        return NUMBER_NONE;
    }
    return effect->design == CORRECTION_AGAINST_TEAMS ? effect->did.p : effect->its.level.p;
}

/* What had said something alone may be no change under the smallest that would have shown. */
void measure_regrade(struct correction_effect *effect, enum grade grade_max)
{
    bool is_by_teams = effect->design == CORRECTION_AGAINST_TEAMS;
    bool had_said = effect->verdict == EFFECT_CHANGED || effect->verdict == EFFECT_HINT;
    struct effect_evidence evidence = {
        .p = measure_p(effect),
        .mde80 = effect->mde,
        .sd_before = is_by_teams ? effect->did.sd_before : effect->its.sd_before,
        .grade_max = effect->grade < grade_max ? effect->grade : grade_max,
    };
    effect->grade = effect_grade(&evidence);
    effect->verdict = had_said && effect->grade == GRADE_NONE ? EFFECT_NOT_CLEAR
                                                              : effect_verdict_of(&evidence);
}

/* ---- Bars and curves --------------------------------------------------------------------- */

/* All that is known around the change, up to the next change of the same teams. */
static struct stretch history_of(const struct compared *c)
{
    return (struct stretch){
        .from = compared_place(c, c->first - HISTORY_BEFORE),
        .past = compared_place(c, c->first + (int32_t)c->transition + HISTORY_AFTER),
    };
}

/* The mean of the teams' own means, as the comparison takes it. */
static double mean_of_teams(const struct compared *c, enum part part, struct stretch stretch)
{
    double sum = 0;
    size_t teams = 0;
    for (size_t row = 0; row < c->panel->rows; row++) {
        double of_row = 0;
        size_t known = 0;
        for (size_t t = stretch.from; t < stretch.past && compared_is_used(c, row, part); t++) {
            double value = compared_value(c, row, t);
            of_row += number_is_known(value) ? value : 0.0;
            known += number_is_known(value) ? 1 : 0;
        }
        sum += known > 0 ? of_row / (double)known : 0.0;
        teams += known > 0 ? 1 : 0;
    }
    return teams > 0 ? sum / (double)teams : NUMBER_NONE;
}

/* Where teams miss some periods the curve's mean is not quite the mean of the teams; the bar
 * stands at what the estimate is made of. */
static struct correction_bar bar_of(const struct compared *c, enum part part,
                                    struct stretch stretch)
{
    const double *curve = part == PART_CORRECTED ? c->corrected : c->comparison;
    struct interval interval = interval_values(curve + stretch.from,
                                               stretch.past - stretch.from, CONFIDENCE);
    double mean = c->is_by_teams ? mean_of_teams(c, part, stretch) : interval.value;
    double shift = number_is_known(mean) ? mean - interval.value : 0.0;
    return (struct correction_bar){ mean, interval.lo + shift, interval.hi + shift,
                                    compared_known(curve, stretch) };
}

static void draw_bars(const struct compared *c, struct correction_effect *out)
{
    struct stretch history = history_of(c);
    struct stretch before = { history.from, c->before.past };
    struct stretch after = { c->after.from, history.past };
    if (!c->is_by_teams) {
        out->corrected_before = bar_of(c, PART_CORRECTED, before);
        out->corrected_after = bar_of(c, PART_CORRECTED, after);
        return;
    }
    out->corrected_before = bar_of(c, PART_CORRECTED, c->before);
    out->corrected_after = bar_of(c, PART_CORRECTED, c->after);
    out->comparison_before = bar_of(c, PART_COMPARISON, c->before);
    out->comparison_after = bar_of(c, PART_COMPARISON, c->after);
}

static dp_err draw_curves(const struct compared *c, struct stretch shown, struct arena *arena,
                          struct correction_effect *out)
{
    size_t count = shown.past - shown.from;
    struct correction_point *points = arena_take(arena, count + 1, sizeof *points);
    if (points == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    bool has_comparison = out->design == CORRECTION_AGAINST_TEAMS;
    for (size_t i = 0; i < count; i++) {
        points[i] = (struct correction_point){
            .start = periods_start(&c->panel->periods, shown.from + i),
            .corrected = c->corrected[shown.from + i],
            .comparison = has_comparison ? c->comparison[shown.from + i] : NUMBER_NONE,
        };
    }
    size_t split = compared_place(c, c->first);
    out->points = points;
    out->point_count = count;
    out->first_after = split < shown.from ? 0 : split < shown.past ? split - shown.from : count;
    return DP_SUCCESS;
}

/* ---- Against comparison teams ------------------------------------------------------------ */

static dp_err assess_did(const struct compared *c, struct did_input *input,
                         struct correction_effect *out)
{
    size_t bytes = did_scratch_bytes(input->teams, input->periods);
    MEM_AUTO unsigned char *area = mem_new(bytes, 1);
    if (area == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct scratch scratch = scratch_of(area, bytes);
    struct stretch window = { c->before.from, c->after.past };
    input->first_treated = compared_place(c, c->first) - window.from;
    input->transition = c->transition;
    input->dropped_before = c->dropped;
    DP_TRY(did_assess(input, &scratch, &out->did));
    out->refusal = out->did.refusal;
    out->verdict = out->did.verdict;
    out->grade = out->did.grade;
    out->estimate = out->did.estimate;
    out->lo = out->did.lo;
    out->hi = out->did.hi;
    out->mde = out->did.mde80;
    out->corrected_teams = out->did.treated;
    out->comparison_teams = out->did.teams - out->did.treated;
    return DP_SUCCESS;
}

static dp_err measure_by_teams(const struct compared *c, struct correction_effect *out)
{
    struct stretch window = { c->before.from, c->after.past };
    size_t periods = window.past - window.from;
    size_t rows = c->usable_corrected + c->usable_comparison;
    rows = rows < DID_TEAMS_MAX ? rows : DID_TEAMS_MAX;
    MEM_AUTO double *y = mem_new(rows * periods + 1, sizeof *y);
    MEM_AUTO bool *is_treated = mem_new(rows + 1, sizeof *is_treated);
    if (y == NULL || is_treated == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    size_t used = 0;
    for (int pass = 0; pass < 2; pass++) {
        enum part part = pass == 0 ? PART_CORRECTED : PART_COMPARISON;
        for (size_t row = 0; row < c->panel->rows && used < rows; row++) {
            if (!compared_is_used(c, row, part)) {
                continue;
            }
            for (size_t i = 0; i < periods; i++) {
                y[used * periods + i] = compared_value(c, row, window.from + i);
            }
            is_treated[used++] = part == PART_CORRECTED;
        }
    }
    struct did_input input = {
        .y = y, .is_treated = is_treated, .teams = used, .periods = periods
    };
    return assess_did(c, &input, out);
}

/* ---- Against its own earlier course ------------------------------------------------------ */

static dp_err measure_by_itself(const struct compared *c, struct correction_effect *out)
{
    struct stretch history = history_of(c);
    size_t periods = history.past - history.from;
    size_t bytes = its_scratch_bytes(periods);
    MEM_AUTO unsigned char *area = mem_new(bytes + 1, 1);
    if (area == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct its_input input = { .y = c->corrected + history.from,
                               .periods = periods,
                               .first_treated = compared_place(c, c->first) - history.from,
                               .transition = c->transition,
                               .dropped_before = c->dropped };
    struct scratch scratch = scratch_of(area, bytes);
    DP_TRY(its_assess(&input, &scratch, &out->its));
    out->refusal = out->its.refusal;
    out->verdict = out->its.verdict;
    out->grade = out->its.grade;
    out->estimate = out->its.level.value;
    out->lo = out->its.level.lo;
    out->hi = out->its.level.hi;
    out->mde = out->its.level_mde80;
    return DP_SUCCESS;
}

/* ---- Who answered ------------------------------------------------------------------------ */

/* Answers among all who could have answered, of what is measured; NUMBER_NONE without any. */
static double response_of(const struct compared *c, enum part part, struct stretch stretch)
{
    double answers = 0;
    double invited = 0;
    for (size_t row = 0; row < c->panel->rows; row++) {
        for (size_t t = stretch.from; t < stretch.past && compared_is_used(c, row, part); t++) {
            size_t at = row * c->panel->periods.count + t;
            bool is_known = number_is_known(compared_value(c, row, t));
            answers += is_known ? c->panel->weights[at] : 0.0;
            invited += is_known ? c->panel->invited[at] : 0.0;
        }
    }
    return invited > 0.0 ? answers / invited : NUMBER_NONE;
}

static bool has_moved(const struct compared *c, enum part part, struct stretch before,
                      struct stretch after)
{
    double earlier = response_of(c, part, before);
    double now = response_of(c, part, after);
    return number_is_known(earlier) && number_is_known(now) &&
           interval_response_moved(earlier, now);
}

static bool has_response_moved(const struct compared *c)
{
    struct stretch history = history_of(c);
    struct stretch before = { history.from, c->before.past };
    struct stretch after = { c->after.from, history.past };
    if (c->panel->invited == NULL) {
        return false;
    }
    if (!c->is_by_teams) {
        return has_moved(c, PART_CORRECTED, before, after);
    }
    return has_moved(c, PART_CORRECTED, c->before, c->after) ||
           has_moved(c, PART_COMPARISON, c->before, c->after);
}

/* ---- The whole --------------------------------------------------------------------------- */

/* Too short for ever, too early, or fit to be measured. */
static bool is_too_short(const struct compared *c, struct correction_effect *out)
{
    bool has_before = c->before_known + c->to_come >= EFFECT_WINDOW_MIN;
    bool is_early = c->after_known < EFFECT_WINDOW_MIN && c->after_over < EFFECT_WINDOW;
    if (has_before && !is_early) {
        return false;
    }
    bool may_be_enough = has_before && c->after_known + c->may_follow >= EFFECT_WINDOW_MIN;
    int32_t by_calendar = EFFECT_WINDOW_MIN - c->after_over;
    int32_t by_figures = EFFECT_WINDOW_MIN - (int32_t)c->after_known;
    out->refusal = REFUSAL_WINDOW_TOO_SHORT;
    out->needs_more = !may_be_enough
                          ? 0
                          : (size_t)(by_calendar > by_figures ? by_calendar : by_figures);
    return true;
}

/* Takes: where the curves go; NULL for none. */
static dp_err measure_in(const struct compared *c, struct arena *curves,
                         struct correction_effect *out)
{
    out->corrected_teams = c->usable_corrected;
    if (c->corrected_rows == 0) {
        return DP_SUCCESS;
    }
    out->refusal = REFUSAL_NONE;
    out->has_no_figures = false;
    out->design = c->is_by_teams ? CORRECTION_AGAINST_TEAMS : CORRECTION_AGAINST_ITSELF;
    out->comparison_teams = c->is_by_teams ? c->usable_comparison : 0;
    out->corrected_teams = c->is_by_teams ? c->usable_corrected : c->corrected_rows;
    struct stretch shown = { c->before.from, c->after.past };
    draw_bars(c, out);
    if (curves != NULL) {
        DP_TRY(draw_curves(c, c->is_by_teams ? shown : history_of(c), curves, out));
    }
    if (!is_too_short(c, out)) {
        DP_TRY(c->is_by_teams ? measure_by_teams(c, out) : measure_by_itself(c, out));
    }
    out->has_response_moved = out->refusal == REFUSAL_NONE && has_response_moved(c);
    return DP_SUCCESS;
}

/* The title is copied, for the entries are gone when the report is read. */
static dp_err name_in_the_way(const struct compared *c, struct arena *arena,
                              struct correction_effect *out)
{
    bool is_for_good = out->refusal == REFUSAL_WINDOW_TOO_SHORT && out->needs_more == 0;
    const struct correction *other = is_for_good ? compared_in_the_way(c) : NULL;
    if (other != NULL) {
        out->in_the_way = other->id;
        out->in_the_way_title = arena_copy(arena, str_of(other->title));
    }
    return arena_finish(arena);
}

dp_err measure_effect(const struct ground *ground, const struct panel *panel,
                      const struct assessment *assessment, struct arena *arena,
                      struct correction_effect *out)
{
    COMPARED_AUTO struct compared compared = { 0 };
    *out = measure_nothing();
    out->series = panel->series;
    out->unit = panel->periods.unit;
    DP_TRY(compared_make(ground, panel, assessment, &compared));
    DP_TRY(measure_in(&compared, assessment->is_without_curves ? NULL : arena, out));
    return name_in_the_way(&compared, arena, out);
}
