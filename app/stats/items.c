/* SPDX-License-Identifier: MIT */
#include "app/stats/items.h"

#include <math.h>
#include <string.h>

#include "app/stats/number.h"
#include "app/stats/solve.h"

/*
 * In what follows P takes the weeks' weighted means out, Z holds the questions that count:
 *   matrix = Z'PZ (q by q, upper triangle), rhs = Z'Py, yy = y'Py (between cells) + within cells.
 */
struct system {
    size_t q;
    uint32_t *place; /* of each item among the q; NO_PLACE if it does not count */
    double *matrix;
    double *rhs;
    double yy;
    double log_weeks; /* sum of log n over weeks with answers */
    double answers;
    double weeks_asked;
    double sigma2_known; /* NUMBER_NONE: estimate it */
    double *factor;      /* room of the size of matrix */
    double *effects;     /* of the q */
    double penalised;    /* y'Py less what the questions explain, after solve_for() */
};

static const uint32_t NO_PLACE = UINT32_MAX;

size_t items_scratch_bytes(const struct items_input *input)
{
    return 2 * scratch_need(input->items * input->items, sizeof(double)) +
           3 * scratch_need(input->items, sizeof(double)) +
           2 * scratch_need(input->items, sizeof(uint32_t));
}

static bool input_is_sound(const struct items_input *input)
{
    if (input->items > ITEMS_MAX) {
        return false;
    }
    for (size_t i = 0; i < input->count; i++) {
        const struct items_cell *cell = &input->cells[i];
        bool is_sorted = i == 0 || input->cells[i - 1].week <= cell->week;
        if (!is_sorted || cell->item >= input->items || cell->week >= input->weeks ||
            !(cell->n >= 1.0) || !number_is_known(cell->mean)) {
            return false;
        }
    }
    return true;
}

/* The cells of one week stand together; gives the place past the last of them. */
static size_t week_past(const struct items_input *input, size_t from)
{
    size_t past = from;
    while (past < input->count && input->cells[past].week == input->cells[from].week) {
        past++;
    }
    return past;
}

static void find_items(const struct items_input *input, struct scratch *scratch,
                       struct system *s, struct items_result *out)
{
    uint32_t *first = scratch_indices(scratch, input->items);
    s->place = scratch_indices(scratch, input->items);
    for (size_t i = 0; i < input->items; i++) {
        out->is_item_used[i] = false;
        out->item_effect[i] = NUMBER_NONE;
        s->place[i] = NO_PLACE;
    }
    for (size_t i = 0; i < input->count; i++) {
        const struct items_cell *cell = &input->cells[i];
        bool is_first = isnan(out->item_effect[cell->item]);
        if (is_first) {
            first[cell->item] = cell->period;
            out->item_effect[cell->item] = 0.0;
        } else if (first[cell->item] != cell->period) {
            out->is_item_used[cell->item] = true;
        }
    }
    for (size_t i = 0; i < input->items; i++) {
        bool is_asked = !isnan(out->item_effect[i]);
        out->is_item_used[i] = out->is_item_used[i] || (input->keeps_single_items && is_asked);
        if (out->is_item_used[i]) {
            s->place[i] = (uint32_t)s->q++;
        }
    }
}

struct week_sums {
    double n;
    double mean;
};

static struct week_sums week_sums(const struct items_input *input, size_t from, size_t past)
{
    struct week_sums w = { 0 };
    double sum = 0.0;
    for (size_t i = from; i < past; i++) {
        w.n += input->cells[i].n;
        sum += input->cells[i].n * input->cells[i].mean;
    }
    w.mean = sum / w.n;
    return w;
}

static void add_week(const struct items_input *input, size_t from, size_t past,
                     struct system *s)
{
    struct week_sums w = week_sums(input, from, past);
    s->log_weeks += log(w.n);
    s->answers += w.n;
    s->weeks_asked += 1.0;
    for (size_t i = from; i < past; i++) {
        const struct items_cell *cell = &input->cells[i];
        double centred = cell->mean - w.mean;
        s->yy += cell->n * centred * centred;
        uint32_t a = s->place[cell->item];
        if (a == NO_PLACE) {
            continue;
        }
        s->rhs[a] += cell->n * centred;
        s->matrix[a * s->q + a] += cell->n;
        for (size_t j = from; j < past; j++) {
            uint32_t b = s->place[input->cells[j].item];
            if (b != NO_PLACE && b >= a) {
                s->matrix[a * s->q + b] -= cell->n * input->cells[j].n / w.n;
            }
        }
    }
}

/* Within-cell sums of squares: all there, or pooled from the cells that keep their sd. */
static void add_within(const struct items_input *input, struct system *s,
                       struct items_result *out)
{
    double squares = 0.0;
    double df = 0.0;
    for (size_t i = 0; i < input->count; i++) {
        const struct items_cell *cell = &input->cells[i];
        if (cell->n < 1.5) {
            continue;
        }
        if (!number_is_known(cell->sd)) {
            out->is_sd_pooled = true;
            continue;
        }
        squares += (cell->n - 1.0) * cell->sd * cell->sd;
        df += cell->n - 1.0;
    }
    s->sigma2_known = out->is_sd_pooled ? squares / df : NUMBER_NONE;
    s->yy += out->is_sd_pooled ? 0.0 : squares;
    out->is_refused = out->is_sd_pooled
                          ? !(s->sigma2_known > 0.0)
                          : !(s->answers > s->weeks_asked + 1.0) || !(s->yy > 0.0);
}

/* Solves for the questions' effects at a lambda; gives log|Z'PZ + lambda I|. */
static double solve_for(struct system *s, double lambda)
{
    memcpy(s->factor, s->matrix, s->q * s->q * sizeof(double));
    memcpy(s->effects, s->rhs, s->q * sizeof(double));
    for (size_t a = 0; a < s->q; a++) {
        s->factor[a * s->q + a] += lambda;
    }
    if (!solve_cholesky(s->factor, s->q)) {
        return NUMBER_NONE;
    }
    solve_forward(s->factor, s->q, s->effects);
    solve_backward(s->factor, s->q, s->effects);
    s->penalised = s->yy;
    for (size_t a = 0; a < s->q; a++) {
        s->penalised -= s->rhs[a] * s->effects[a];
    }
    return solve_log_determinant(s->factor, s->q);
}

/* -2 log of the restricted likelihood, up to a constant when sigma2 is known. */
static double criterion(struct system *s, double lambda)
{
    double determinants = solve_for(s, lambda) - (double)s->q * log(lambda) + s->log_weeks;
    double df = s->answers - s->weeks_asked;
    if (number_is_known(s->sigma2_known)) {
        return determinants + s->penalised / s->sigma2_known;
    }
    return determinants + df * (1.0 + log(2.0 * M_PI * s->penalised / df));
}

static const double LOG_LAMBDA_LOW = -9.0;
static const double LOG_LAMBDA_HIGH = 23.0;

/* Golden section; the criterion has one valley in practice, its right end is tau2 = 0. */
static double find_lambda(struct system *s)
{
    double share = 0.5 * (sqrt(5.0) - 1.0);
    double a = LOG_LAMBDA_LOW;
    double b = LOG_LAMBDA_HIGH;
    double left = b - share * (b - a);
    double right = a + share * (b - a);
    double at_left = criterion(s, exp(left));
    double at_right = criterion(s, exp(right));
    while (b - a > 1e-7) {
        if (at_left < at_right) {
            b = right;
            right = left;
            at_right = at_left;
            left = b - share * (b - a);
            at_left = criterion(s, exp(left));
        } else {
            a = left;
            left = right;
            at_left = at_right;
            right = a + share * (b - a);
            at_right = criterion(s, exp(right));
        }
    }
    return exp(0.5 * (a + b));
}

/* The adjusted mean of one week and its standard error. */
static void report_week(const struct items_input *input, size_t from, struct system *s,
                        double *share, struct items_result *out)
{
    size_t past = week_past(input, from);
    uint32_t week = input->cells[from].week;
    struct week_sums w = week_sums(input, from, past);
    double adjusted = w.mean;
    memset(share, 0, s->q * sizeof(double));
    for (size_t i = from; i < past; i++) {
        const struct items_cell *cell = &input->cells[i];
        uint32_t a = s->place[cell->item];
        if (a == NO_PLACE) {
            out->has_single_item[week] = true;
            continue;
        }
        adjusted -= cell->n / w.n * s->effects[a];
        share[a] += cell->n / w.n;
    }
    solve_forward(s->factor, s->q, share);
    double variance = 1.0 / w.n;
    for (size_t a = 0; a < s->q; a++) {
        variance += share[a] * share[a];
    }
    out->week_effect[week] = adjusted;
    out->week_raw_mean[week] = w.mean;
    out->week_se[week] = sqrt(variance * out->var_resid);
}

static void fit(const struct items_input *input, struct scratch *scratch, struct system *s,
                struct items_result *out)
{
    double lambda = s->q > 0 ? find_lambda(s) : exp(LOG_LAMBDA_HIGH);
    out->reml_criterion = criterion(s, lambda);
    double df = s->answers - s->weeks_asked;
    out->var_resid = out->is_sd_pooled ? s->sigma2_known : s->penalised / df;
    out->reml_criterion = out->is_sd_pooled ? NUMBER_NONE : out->reml_criterion;
    /* At the right end the questions do not differ at all. */
    out->var_item = log(lambda) > LOG_LAMBDA_HIGH - 1e-3 ? 0.0 : out->var_resid / lambda;
    for (size_t i = 0; i < input->items; i++) {
        if (s->place[i] != NO_PLACE) {
            out->item_effect[i] = s->effects[s->place[i]];
        }
    }
    double *share = scratch_doubles(scratch, input->items);
    for (size_t from = 0; from < input->count; from = week_past(input, from)) {
        report_week(input, from, s, share, out);
    }
}

dp_err items_adjust(const struct items_input *input, struct scratch *scratch,
                    struct items_result *result)
{
    if (!input_is_sound(input)) {
        return err_make(DP_OUT_OF_RANGE);
    }
    size_t mark = scratch->used_bytes;
    result->is_sd_pooled = false;
    result->var_item = NUMBER_NONE;
    result->var_resid = NUMBER_NONE;
    result->reml_criterion = NUMBER_NONE;
    for (size_t w = 0; w < input->weeks; w++) {
        result->week_effect[w] = NUMBER_NONE;
        result->week_se[w] = NUMBER_NONE;
        result->week_raw_mean[w] = NUMBER_NONE;
        result->has_single_item[w] = false;
    }
    struct system s = { .sigma2_known = NUMBER_NONE };
    find_items(input, scratch, &s, result);
    s.matrix = scratch_doubles(scratch, s.q * s.q);
    s.factor = scratch_doubles(scratch, s.q * s.q);
    s.rhs = scratch_doubles(scratch, s.q);
    s.effects = scratch_doubles(scratch, s.q);
    for (size_t from = 0; from < input->count; from = week_past(input, from)) {
        add_week(input, from, week_past(input, from), &s);
    }
    add_within(input, &s, result);
    if (!result->is_refused) {
        fit(input, scratch, &s, result);
    }
    scratch->used_bytes = mark;
    return DP_SUCCESS;
}
