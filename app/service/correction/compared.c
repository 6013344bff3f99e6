/* SPDX-License-Identifier: MIT */
#include "app/service/correction/compared.h"

#include "app/core/mem.h"
#include "app/stats/number.h"

void compared_free(struct compared *compared)
{
    mem_free(compared->uses);
    mem_free(compared->corrected);
    mem_free(compared->comparison);
    *compared = (struct compared){ 0 };
}

size_t compared_place(const struct compared *compared, int32_t period)
{
    size_t count = compared->panel->periods.count;
    size_t place = period < 0 ? 0 : (size_t)period;
    return place < count ? place : count;
}

size_t compared_known(const double *curve, struct stretch stretch)
{
    size_t known = 0;
    for (size_t t = stretch.from; t < stretch.past; t++) {
        known += number_is_known(curve[t]) ? 1 : 0;
    }
    return known;
}

static double value_at(const struct compared *c, size_t row, size_t t)
{
    const struct row_use *use = &c->uses[row];
    bool is_kept = (int32_t)t >= use->keep_from && (int32_t)t < use->keep_past;
    return is_kept ? c->panel->values[row * c->panel->periods.count + t] : NUMBER_NONE;
}

void compared_copy(const struct compared *compared, size_t row, struct stretch stretch,
                   double *out)
{
    for (size_t t = stretch.from; t < stretch.past; t++) {
        out[t - stretch.from] = value_at(compared, row, t);
    }
}

/* ---- Windows ----------------------------------------------------------------------------- */

static size_t dropped_periods(enum lag_unit unit)
{
    switch (unit) {
    case LAG_UNIT_WEEK:
        return EFFECT_ALERT_PERIODS;
    case LAG_UNIT_FORTNIGHT:
        return EFFECT_ALERT_PERIODS / 2;
    case LAG_UNIT_MONTH:
        return 1;
    }
    return 0;
}

static void set_windows(const struct assessment *assessment, struct compared *out)
{
    const struct periods *periods = &out->panel->periods;
    out->first = periods_place(periods, assessment->first_start);
    out->transition = (size_t)(periods_place(periods, assessment->last_start) - out->first) + 1;
    out->dropped = assessment->is_alert_left_out ? dropped_periods(periods->unit) : 0;
    int32_t before = out->first - (int32_t)out->dropped;
    int32_t after = out->first + (int32_t)out->transition;
    out->before = (struct stretch){ compared_place(out, before - EFFECT_WINDOW),
                                    compared_place(out, before) };
    out->after = (struct stretch){ compared_place(out, after),
                                   compared_place(out, after + EFFECT_WINDOW) };
    out->after_over = (int32_t)periods->count - after;
    int32_t ahead = out->first - (int32_t)periods->count;
    out->to_come = ahead > 0 ? (size_t)ahead : 0;
}

/* ---- Parts ------------------------------------------------------------------------------- */

static bool is_assessed(const struct assessment *assessment,
                        const struct correction *correction)
{
    bool is_it = correction->id.value == assessment->correction->id.value;
    for (size_t i = 0; i < assessment->together_count && !is_it; i++) {
        is_it = correction->id.value == assessment->together[i]->id.value;
    }
    return is_it;
}

static void start_uses(const struct compared *c, const enum covers *covers)
{
    for (size_t row = 0; row < c->panel->rows; row++) {
        c->uses[row] = (struct row_use){
            .part = covers[row] == COVERS_ALL    ? PART_CORRECTED
                    : covers[row] == COVERS_NONE ? PART_COMPARISON
                                                 : PART_NONE,
            .keep_from = INT32_MIN,
            .keep_past = INT32_MAX,
        };
    }
}

/* Another correction of a row takes it out of the comparison if it starts in the window, and
 * ends what is known of a corrected row before or after it. */
static void heed_other(const struct compared *c, const enum covers *covers, int32_t start,
                       bool is_assessed_too)
{
    int32_t window_from = c->first - (int32_t)c->dropped - EFFECT_WINDOW;
    int32_t window_past = c->first + (int32_t)c->transition + EFFECT_WINDOW;
    bool is_in_window = start >= window_from && start < window_past;
    for (size_t row = 0; row < c->panel->rows; row++) {
        struct row_use *use = &c->uses[row];
        if (covers[row] == COVERS_NONE) {
            continue;
        }
        if (use->part == PART_COMPARISON && is_in_window) {
            use->part = PART_NONE;
        }
        if (use->part == PART_CORRECTED && !is_assessed_too && start > c->first) {
            use->keep_past = start < use->keep_past ? start : use->keep_past;
        }
        if (use->part == PART_CORRECTED && !is_assessed_too && start < c->first) {
            use->keep_from = start >= use->keep_from ? start + 1 : use->keep_from;
        }
    }
}

static dp_err set_parts(const struct ground *ground, const struct assessment *assessment,
                        struct compared *out)
{
    static const int32_t unit_days[] = {
        [LAG_UNIT_WEEK] = 7, [LAG_UNIT_FORTNIGHT] = 14, [LAG_UNIT_MONTH] = 31
    };
    int32_t reach = unit_days[out->panel->periods.unit] *
                    (EFFECT_WINDOW + EFFECT_ALERT_PERIODS);
    struct date from = date_add(assessment->first_start, -reach);
    struct date to = date_add(assessment->last_start, reach);
    MEM_AUTO enum covers *covers = mem_new(out->panel->rows + 1, sizeof *covers);
    if (covers == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(ground_covers(ground, out->panel, assessment->correction, from, to, covers));
    start_uses(out, covers);
    for (size_t i = 0; i < ground->count; i++) {
        const struct correction *other = &ground->all[i];
        if (other->withdrawn_s != 0 || other->id.value == assessment->correction->id.value) {
            continue;
        }
        DP_TRY(ground_covers(ground, out->panel, other, from, to, covers));
        heed_other(out, covers, periods_place(&out->panel->periods, other->start),
                   is_assessed(assessment, other));
    }
    return DP_SUCCESS;
}

/* ---- Curves and counts ------------------------------------------------------------------- */

static void draw_curve(const struct compared *c, enum part part, double *out)
{
    size_t count = c->panel->periods.count;
    for (size_t t = 0; t < count; t++) {
        double sum = 0;
        double weights = 0;
        for (size_t row = 0; row < c->panel->rows; row++) {
            double value = c->panel->values[row * count + t];
            if (c->uses[row].part == part && number_is_known(value)) {
                sum += value * c->panel->weights[row * count + t];
                weights += c->panel->weights[row * count + t];
            }
        }
        out[t] = weights > 0.0 ? sum / weights : NUMBER_NONE;
    }
}

static size_t known_of_row(const struct compared *c, size_t row, struct stretch stretch)
{
    size_t known = 0;
    for (size_t t = stretch.from; t < stretch.past; t++) {
        known += number_is_known(value_at(c, row, t)) ? 1 : 0;
    }
    return known;
}

/* As long as it is too early a row counts by what is known before. */
static void count_rows(struct compared *c)
{
    struct stretch all = { 0, c->panel->periods.count };
    struct stretch before = { 0, compared_place(c, c->first - (int32_t)c->dropped) };
    struct stretch after = { c->after.from, c->panel->periods.count };
    c->before_known = compared_known(c->corrected, before);
    c->after_known = compared_known(c->corrected, after);
    bool is_over = c->after_known >= EFFECT_WINDOW_MIN;
    c->keep_from = INT32_MAX;
    c->keep_past = INT32_MIN;
    for (size_t row = 0; row < c->panel->rows; row++) {
        struct row_use *use = &c->uses[row];
        if (use->part == PART_NONE || known_of_row(c, row, all) == 0) {
            continue;
        }
        bool has_before = known_of_row(c, row, c->before) + c->to_come >= EFFECT_WINDOW_MIN;
        bool has_after = !is_over || known_of_row(c, row, c->after) >= EFFECT_WINDOW_MIN;
        use->is_usable = has_before && has_after;
        if (use->part == PART_COMPARISON) {
            c->usable_comparison += use->is_usable ? 1 : 0;
            continue;
        }
        c->usable_corrected += use->is_usable ? 1 : 0;
        c->corrected_rows++;
        c->keep_from = use->keep_from < c->keep_from ? use->keep_from : c->keep_from;
        c->keep_past = use->keep_past > c->keep_past ? use->keep_past : c->keep_past;
    }
}

dp_err compared_make(const struct ground *ground, const struct panel *panel,
                     const struct assessment *assessment, struct compared *out)
{
    *out = (struct compared){ .panel = panel };
    size_t periods = panel->periods.count;
    out->uses = mem_new(panel->rows + 1, sizeof *out->uses);
    out->corrected = mem_new(periods + 1, sizeof *out->corrected);
    out->comparison = mem_new(periods + 1, sizeof *out->comparison);
    if (out->uses == NULL || out->corrected == NULL || out->comparison == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    set_windows(assessment, out);
    DP_TRY(set_parts(ground, assessment, out));
    draw_curve(out, PART_CORRECTED, out->corrected);
    draw_curve(out, PART_COMPARISON, out->comparison);
    count_rows(out);
    return DP_SUCCESS;
}
