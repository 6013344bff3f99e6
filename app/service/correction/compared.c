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

double compared_value(const struct compared *compared, size_t row, size_t period)
{
    const struct row_use *use = &compared->uses[row];
    bool is_kept = (int32_t)period >= use->keep_from && (int32_t)period < use->keep_past;
    size_t count = compared->panel->periods.count;
    return is_kept ? compared->panel->values[row * count + period] : NUMBER_NONE;
}

bool compared_is_used(const struct compared *compared, size_t row, enum part part)
{
    const struct row_use *use = &compared->uses[row];
    return use->part == part && (use->is_usable || !compared->is_by_teams);
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
static void heed_other(const struct compared *c, const enum covers *covers,
                       const struct correction *other, bool is_assessed_too)
{
    int32_t start = periods_place(&c->panel->periods, other->start);
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
        if (use->part != PART_CORRECTED || is_assessed_too) {
            continue;
        }
        if (start > c->first && start < use->keep_past) {
            use->keep_past = start;
            use->after_it = other;
        }
        if (start < c->first && start >= use->keep_from) {
            use->keep_from = start + 1;
            use->before_it = other;
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
        heed_other(out, covers, other, is_assessed(assessment, other));
    }
    return DP_SUCCESS;
}

/* ---- Curves and counts ------------------------------------------------------------------- */

/* Teams that are compared count alike, as in the estimate; alone, they count by what is behind
 * them. */
static void draw_curve(const struct compared *c, enum part part, double *out)
{
    size_t count = c->panel->periods.count;
    for (size_t t = 0; t < count; t++) {
        double sum = 0;
        double weights = 0;
        for (size_t row = 0; row < c->panel->rows; row++) {
            double value = compared_value(c, row, t);
            if (compared_is_used(c, row, part) && number_is_known(value)) {
                double weight = c->is_by_teams ? 1.0 : c->panel->weights[row * count + t];
                sum += value * weight;
                weights += weight;
            }
        }
        out[t] = weights > 0.0 ? sum / weights : NUMBER_NONE;
    }
}

static size_t known_of_row(const struct compared *c, size_t row, struct stretch stretch)
{
    size_t known = 0;
    for (size_t t = stretch.from; t < stretch.past; t++) {
        known += number_is_known(compared_value(c, row, t)) ? 1 : 0;
    }
    return known;
}

static size_t span(int32_t from, int32_t past)
{
    return past > from ? (size_t)(past - from) : 0;
}

static int32_t later(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static int32_t behind_transition(const struct compared *c)
{
    return c->first + (int32_t)c->transition;
}

/* Periods before a start that lies ahead, once they are over. */
static size_t to_come_of(const struct compared *c, int32_t keep_from)
{
    int32_t from = later((int32_t)c->panel->periods.count, keep_from);
    return span(from, c->first - (int32_t)c->dropped);
}

static size_t may_follow_of(const struct compared *c, int32_t keep_past)
{
    return span(later((int32_t)c->panel->periods.count, behind_transition(c)), keep_past);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Of all corrected rows together. */
static void count_periods(struct compared *c)
{
    size_t count = c->panel->periods.count;
    struct stretch before = { 0, compared_place(c, c->first - (int32_t)c->dropped) };
    c->before_known = compared_known(c->corrected, before);
    c->after_known = compared_known(c->corrected, (struct stretch){ c->after.from, count });
    for (size_t row = 0; row < c->panel->rows; row++) {
        struct row_use *use = &c->uses[row];
        for (size_t t = 0; t < count && !use->has_figures; t++) {
            use->has_figures = number_is_known(c->panel->values[row * count + t]);
        }
        if (use->part == PART_CORRECTED && use->has_figures) {
            c->corrected_rows++;
            c->to_come = larger(c->to_come, to_come_of(c, use->keep_from));
            c->may_follow = larger(c->may_follow, may_follow_of(c, use->keep_past));
        }
    }
}

/* As long as it is too early a row counts by what is known before. */
static void count_rows(struct compared *c)
{
    bool is_over = c->after_known >= EFFECT_WINDOW_MIN;
    for (size_t row = 0; row < c->panel->rows; row++) {
        struct row_use *use = &c->uses[row];
        if (use->part == PART_NONE || !use->has_figures) {
            continue;
        }
        size_t before = known_of_row(c, row, c->before) + to_come_of(c, use->keep_from);
        bool has_after = !is_over || known_of_row(c, row, c->after) >= EFFECT_WINDOW_MIN;
        use->is_usable = before >= EFFECT_WINDOW_MIN && has_after;
        size_t *counted = use->part == PART_CORRECTED ? &c->usable_corrected
                                                      : &c->usable_comparison;
        *counted += use->is_usable ? 1 : 0;
    }
    c->is_by_teams = c->usable_corrected >= 1 && c->usable_comparison >= DID_CONTROLS_MIN &&
                     c->usable_corrected + c->usable_comparison >= DID_TEAMS_MIN;
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
    count_periods(out);
    count_rows(out);
    draw_curve(out, PART_CORRECTED, out->corrected); /* again, now that it is known of whom */
    draw_curve(out, PART_COMPARISON, out->comparison);
    return DP_SUCCESS;
}

/* ---- What is in the way ------------------------------------------------------------------ */

/* Periods in which a corrected row has a value, whatever else was going on. */
static size_t known_at_all(const struct compared *c, size_t from, size_t past)
{
    size_t count = c->panel->periods.count;
    size_t known = 0;
    for (size_t t = from; t < past; t++) {
        bool is_known = false;
        for (size_t row = 0; row < c->panel->rows && !is_known; row++) {
            is_known = c->uses[row].part == PART_CORRECTED &&
                       number_is_known(c->panel->values[row * count + t]);
        }
        known += is_known ? 1 : 0;
    }
    return known;
}

/* The one that leaves the most room of those before it, or after it; NULL if a row has none. */
static const struct correction *nearest(const struct compared *c, bool is_before)
{
    const struct row_use *best = NULL;
    for (size_t row = 0; row < c->panel->rows; row++) {
        const struct row_use *use = &c->uses[row];
        if (use->part != PART_CORRECTED || !use->has_figures) {
            continue;
        }
        bool is_wider = best == NULL || (is_before ? use->keep_from < best->keep_from
                                                   : use->keep_past > best->keep_past);
        best = is_wider ? use : best;
    }
    if (best == NULL) {
        return NULL;
    }
    return is_before ? best->before_it : best->after_it;
}

const struct correction *compared_in_the_way(const struct compared *compared)
{
    size_t past = compared_place(compared, compared->first - (int32_t)compared->dropped);
    size_t count = compared->panel->periods.count;
    if (compared->before_known + compared->to_come < EFFECT_WINDOW_MIN) {
        size_t free = known_at_all(compared, 0, past) + to_come_of(compared, INT32_MIN);
        return free >= EFFECT_WINDOW_MIN ? nearest(compared, true) : NULL;
    }
    if (compared->after_known + compared->may_follow < EFFECT_WINDOW_MIN) {
        bool is_free = compared->after_over < EFFECT_WINDOW ||
                       known_at_all(compared, compared->after.from, count) >=
                           EFFECT_WINDOW_MIN;
        return is_free ? nearest(compared, false) : NULL;
    }
    return NULL;
}
