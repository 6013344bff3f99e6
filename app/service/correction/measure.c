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

void measure_regrade(struct correction_effect *effect, enum grade grade_max)
{
    bool is_by_teams = effect->design == CORRECTION_AGAINST_TEAMS;
    struct effect_evidence evidence = {
        .p = measure_p(effect),
        .mde80 = effect->mde,
        .sd_before = is_by_teams ? effect->did.sd_before : effect->its.sd_before,
        .grade_max = effect->grade < grade_max ? effect->grade : grade_max,
    };
    effect->grade = effect_grade(&evidence);
    effect->verdict = effect_verdict_of(&evidence);
}

/* ---- Bars and curves --------------------------------------------------------------------- */

static struct correction_bar bar_of(const double *curve, struct stretch stretch)
{
    struct interval interval = interval_values(curve + stretch.from,
                                               stretch.past - stretch.from, CONFIDENCE);
    return (struct correction_bar){ interval.value, interval.lo, interval.hi,
                                    compared_known(curve, stretch) };
}

static void draw_bars(const struct compared *c, struct correction_effect *out)
{
    out->corrected_before = bar_of(c->corrected, c->before);
    out->corrected_after = bar_of(c->corrected, c->after);
    if (out->design == CORRECTION_AGAINST_TEAMS) {
        out->comparison_before = bar_of(c->comparison, c->before);
        out->comparison_after = bar_of(c->comparison, c->after);
    }
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
            if (c->uses[row].is_usable && c->uses[row].part == part) {
                compared_copy(c, row, window, y + used * periods);
                is_treated[used++] = part == PART_CORRECTED;
            }
        }
    }
    struct did_input input = {
        .y = y, .is_treated = is_treated, .teams = used, .periods = periods
    };
    return assess_did(c, &input, out);
}

/* ---- Against its own earlier course ------------------------------------------------------ */

/* All that is known around the change, up to the next change of the same teams. */
static struct stretch history_of(const struct compared *c)
{
    return (struct stretch){
        .from = compared_place(c, c->first - HISTORY_BEFORE),
        .past = compared_place(c, c->first + (int32_t)c->transition + HISTORY_AFTER),
    };
}

static dp_err measure_by_itself(const struct compared *c, struct correction_effect *out)
{
    struct stretch history = history_of(c);
    size_t periods = history.past - history.from;
    size_t bytes = its_scratch_bytes(periods);
    MEM_AUTO unsigned char *area = mem_new(bytes + 1, 1);
    MEM_AUTO double *y = mem_new(periods + 1, sizeof *y);
    if (area == NULL || y == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < periods; i++) {
        int32_t t = (int32_t)(history.from + i);
        bool is_kept = t >= c->keep_from && t < c->keep_past;
        y[i] = is_kept ? c->corrected[t] : NUMBER_NONE;
    }
    struct its_input input = { .y = y,
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

/* ---- The whole --------------------------------------------------------------------------- */

/* Too short for ever, too early, or fit to be measured. */
static bool is_too_short(const struct compared *c, struct correction_effect *out)
{
    bool has_before = c->before_known + c->to_come >= EFFECT_WINDOW_MIN;
    bool is_early = c->after_known < EFFECT_WINDOW_MIN && c->after_over < EFFECT_WINDOW;
    if (has_before && !is_early) {
        return false;
    }
    int32_t by_calendar = EFFECT_WINDOW_MIN - c->after_over;
    int32_t by_figures = EFFECT_WINDOW_MIN - (int32_t)c->after_known;
    out->refusal = REFUSAL_WINDOW_TOO_SHORT;
    out->needs_more = !has_before
                          ? 0
                          : (size_t)(by_calendar > by_figures ? by_calendar : by_figures);
    return true;
}

static dp_err measure_in(const struct compared *c, struct arena *arena,
                         struct correction_effect *out)
{
    out->corrected_teams = c->usable_corrected;
    if (c->corrected_rows == 0) {
        return DP_SUCCESS;
    }
    out->refusal = REFUSAL_NONE;
    out->has_no_figures = false;
    bool has_teams = c->usable_corrected >= 1 && c->usable_comparison >= DID_CONTROLS_MIN &&
                     c->usable_corrected + c->usable_comparison >= DID_TEAMS_MIN;
    out->design = has_teams ? CORRECTION_AGAINST_TEAMS : CORRECTION_AGAINST_ITSELF;
    out->comparison_teams = has_teams ? c->usable_comparison : 0;
    out->corrected_teams = has_teams ? c->usable_corrected : c->corrected_rows;
    struct stretch shown = { c->before.from, c->after.past };
    draw_bars(c, out);
    DP_TRY(draw_curves(c, has_teams ? shown : history_of(c), arena, out));
    if (is_too_short(c, out)) {
        return DP_SUCCESS;
    }
    return has_teams ? measure_by_teams(c, out) : measure_by_itself(c, out);
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
    return measure_in(&compared, arena, out);
}
