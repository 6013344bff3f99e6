/* SPDX-License-Identifier: MIT */
#include "app/stats/gls.h"

#include <math.h>
#include <string.h>

#include "app/stats/dist.h"
#include "app/stats/number.h"
#include "app/stats/solve.h"

/* ---- whitening ---- */

enum { COLUMNS_MAX = GLS_TERMS_MAX + 1 };

struct known_rows {
    size_t n;
    size_t terms;
    double *values; /* n rows of terms + 1: the design, then y */
    double *time;
};

struct fit {
    double rho;
    double noise_share;
    double reml;
    double rss;
    double sigma2;
    double coef[GLS_TERMS_MAX];
    double inverse[GLS_TERMS_MAX * GLS_TERMS_MAX]; /* of Z'Z */
};

size_t gls_scratch_bytes(size_t n)
{
    return 2 * scratch_need(n * COLUMNS_MAX, sizeof(double)) +
           2 * scratch_need(n, sizeof(double));
}

static struct known_rows known_rows(const struct gls_input *input, struct scratch *scratch)
{
    struct known_rows rows = { .terms = input->terms,
                               .values = scratch_doubles(scratch, input->n * COLUMNS_MAX),
                               .time = scratch_doubles(scratch, input->n) };
    for (size_t i = 0; i < input->n; i++) {
        if (!number_is_known(input->y[i])) {
            continue;
        }
        double *row = rows.values + rows.n * (rows.terms + 1);
        memcpy(row, input->design + i * rows.terms, rows.terms * sizeof(double));
        row[rows.terms] = input->y[i];
        rows.time[rows.n] = (double)i;
        rows.n++;
    }
    return rows;
}

/* Writes the standardised innovations of every column into `out`; gives log|C|. */
static double whiten(const struct known_rows *rows, double rho, double noise_share, double *out)
{
    size_t columns = rows->terms + 1;
    double state[COLUMNS_MAX] = { 0 };
    double variance = 1.0 - noise_share;
    double log_determinant = 0.0;
    for (size_t i = 0; i < rows->n; i++) {
        const double *row = rows->values + i * columns;
        if (i > 0) {
            double step = rows->time[i] - rows->time[i - 1];
            double decay = step > 1.5 ? pow(rho, step) : rho;
            variance = decay * decay * variance + (1.0 - noise_share) * (1.0 - decay * decay);
            for (size_t c = 0; c < columns; c++) {
                state[c] *= decay;
            }
        }
        double spread = variance + noise_share;
        double gain = variance / spread;
        double scale = 1.0 / sqrt(spread);
        for (size_t c = 0; c < columns; c++) {
            double innovation = row[c] - state[c];
            out[i * columns + c] = innovation * scale;
            state[c] += gain * innovation;
        }
        variance -= gain * variance;
        log_determinant += log(spread);
    }
    return log_determinant;
}

/* Least squares of the whitened y on the whitened design; false when it is singular. */
static bool fit_whitened(const struct known_rows *rows, const double *z, double log_determinant,
                         struct fit *fit)
{
    size_t p = rows->terms;
    double products[GLS_TERMS_MAX * GLS_TERMS_MAX] = { 0 };
    memset(fit->coef, 0, sizeof(fit->coef));
    for (size_t i = 0; i < rows->n; i++) {
        const double *row = z + i * (p + 1);
        for (size_t a = 0; a < p; a++) {
            for (size_t b = a; b < p; b++) {
                products[a * p + b] += row[a] * row[b];
            }
            fit->coef[a] += row[a] * row[p];
        }
    }
    if (!solve_cholesky(products, p)) {
        return false;
    }
    solve_forward(products, p, fit->coef);
    solve_backward(products, p, fit->coef);
    fit->rss = 0.0;
    for (size_t i = 0; i < rows->n; i++) {
        const double *row = z + i * (p + 1);
        double residual = row[p];
        for (size_t a = 0; a < p; a++) {
            residual -= row[a] * fit->coef[a];
        }
        fit->rss += residual * residual;
    }
    double rest = (double)(rows->n - p);
    fit->sigma2 = fit->rss / rest;
    fit->reml = -0.5 * (rest * log(fit->sigma2) + solve_log_determinant(products, p) +
                        log_determinant);
    solve_inverse(products, p, fit->inverse);
    return true;
}

/* ---- the grid ---- */

static const double GRID_RHO[] = { -.4, -.2, 0,  .1,  .2, .3,  .4, .5,
                                   .6,  .7,  .8, .85, .9, .94, .97 };
static const double GRID_NOISE[] = { 0, .15, .3, .45, .6, .75 };
enum {
    GRID_RHO_COUNT = sizeof(GRID_RHO) / sizeof(GRID_RHO[0]),
    GRID_NOISE_COUNT = sizeof(GRID_NOISE) / sizeof(GRID_NOISE[0])
};

static bool search_grid(const struct known_rows *rows, double *z, struct fit *best)
{
    bool has_any = false;
    for (size_t r = 0; r < GRID_RHO_COUNT; r++) {
        size_t noises = GRID_RHO[r] > 0.0 ? GRID_NOISE_COUNT : 1;
        for (size_t f = 0; f < noises; f++) {
            struct fit fit = { .rho = GRID_RHO[r], .noise_share = GRID_NOISE[f] };
            double log_determinant = whiten(rows, fit.rho, fit.noise_share, z);
            if (!fit_whitened(rows, z, log_determinant, &fit)) {
                return false;
            }
            if (!has_any || fit.reml > best->reml) {
                *best = fit;
                has_any = true;
            }
        }
    }
    return has_any;
}

static double effective_n(size_t count, double rho, double noise_share)
{
    double n = (double)count;
    if (!(rho > 0.0)) {
        return n;
    }
    double sum = 0.0;
    double power = 1.0;
    for (size_t k = 1; k < count; k++) {
        power *= rho;
        sum += (1.0 - (double)k / n) * (1.0 - noise_share) * power;
    }
    return n / (1.0 + 2.0 * sum);
}

/* ---- results ---- */

double gls_mde80(double se, double df)
{
    return se * (dist_t_quantile(0.975, df) + dist_t_quantile(0.8, df));
}

static struct gls_estimate estimate_of(double value, double variance, double df)
{
    struct gls_estimate e = { .value = value, .se = sqrt(fmax(0.0, variance)) };
    double half = dist_t_quantile(0.975, df) * e.se;
    e.t = value / e.se;
    e.p = dist_t_two_sided(e.t, df);
    e.lo = value - half;
    e.hi = value + half;
    return e;
}

static void report(const struct gls_input *input, const struct known_rows *rows,
                   const struct fit *fit, struct gls_result *out)
{
    size_t p = rows->terms;
    out->rho = fit->rho;
    out->noise_share = fit->noise_share;
    out->reml = fit->reml;
    out->sigma2 = fit->sigma2;
    out->rss = fit->rss;
    for (size_t a = 0; a < p; a++) {
        out->coef[a] = estimate_of(fit->coef[a], fit->inverse[a * p + a] * fit->sigma2,
                                   out->df);
    }
    if (!input->has_contrast) {
        return;
    }
    double value = 0.0;
    double variance = 0.0;
    for (size_t a = 0; a < p; a++) {
        value += input->contrast[a] * fit->coef[a];
        for (size_t b = 0; b < p; b++) {
            variance += input->contrast[a] * input->contrast[b] * fit->inverse[a * p + b];
        }
    }
    out->effect = estimate_of(value, variance * fit->sigma2, out->df);
    out->effect_mde80 = gls_mde80(out->effect.se, out->df);
}

static bool begin(const struct gls_input *input, const struct known_rows *rows,
                  struct gls_result *out)
{
    *out = (struct gls_result){ .n = rows->n, .terms = input->terms };
    out->is_refused = rows->n < input->terms + 2;
    return !out->is_refused;
}

void gls_grid(const struct gls_input *input, struct scratch *scratch, struct gls_result *result)
{
    size_t mark = scratch->used_bytes;
    struct known_rows rows = known_rows(input, scratch);
    double *z = scratch_doubles(scratch, input->n * COLUMNS_MAX);
    struct fit best = { 0 };
    if (begin(input, &rows, result)) {
        result->is_refused = !search_grid(&rows, z, &best) || !(best.sigma2 > 0.0);
    }
    if (!result->is_refused) {
        double rest = (double)(rows.n - rows.terms);
        result->n_eff = effective_n(rows.n, best.rho, best.noise_share);
        result->df = fmax(2.0, rest * result->n_eff / (double)rows.n);
        report(input, &rows, &best, result);
    }
    scratch->used_bytes = mark;
}

void gls_ordinary(const struct gls_input *input, struct scratch *scratch,
                  struct gls_result *result)
{
    size_t mark = scratch->used_bytes;
    struct known_rows rows = known_rows(input, scratch);
    struct fit fit = { 0 };
    if (begin(input, &rows, result)) {
        result->is_refused = !fit_whitened(&rows, rows.values, 0.0, &fit);
    }
    if (!result->is_refused) {
        result->n_eff = (double)rows.n;
        result->df = (double)(rows.n - rows.terms);
        report(input, &rows, &fit, result);
    }
    scratch->used_bytes = mark;
}

/* ---- Newey & West ---- */

size_t gls_newey_west_lag(size_t n)
{
    return (size_t)floor(4.0 * pow((double)n / 100.0, 2.0 / 9.0));
}

/* Adds weight * sum over t of u_t u_{t-lag} (x_t x_{t-lag}' + its transpose, if lag > 0). */
static void add_meat(const struct known_rows *rows, const double *residuals, size_t lag,
                     double weight, double *meat)
{
    size_t p = rows->terms;
    for (size_t i = lag; i < rows->n; i++) {
        const double *now = rows->values + i * (p + 1);
        const double *then = rows->values + (i - lag) * (p + 1);
        double share = weight * residuals[i] * residuals[i - lag];
        for (size_t a = 0; a < p; a++) {
            for (size_t b = 0; b < p; b++) {
                double product = now[a] * then[b];
                meat[a * p + b] += share * (lag > 0 ? product + now[b] * then[a] : product);
            }
        }
    }
}

void gls_newey_west_se(const struct gls_input *input, struct scratch *scratch,
                       struct gls_newey_west *out)
{
    size_t mark = scratch->used_bytes;
    struct known_rows rows = known_rows(input, scratch);
    double *residuals = scratch_doubles(scratch, input->n);
    struct fit fit = { 0 };
    size_t p = rows.terms;
    bool is_fit = rows.n > p && fit_whitened(&rows, rows.values, 0.0, &fit);
    double meat[GLS_TERMS_MAX * GLS_TERMS_MAX] = { 0 };
    for (size_t i = 0; i < rows.n && is_fit; i++) {
        const double *row = rows.values + i * (p + 1);
        residuals[i] = row[p];
        for (size_t a = 0; a < p; a++) {
            residuals[i] -= row[a] * fit.coef[a];
        }
    }
    for (size_t lag = 0; lag <= out->lag && lag < rows.n; lag++) {
        double weight = 1.0 - (double)lag / ((double)out->lag + 1.0);
        add_meat(&rows, residuals, lag, weight, meat);
    }
    double scale = out->is_adjusted ? (double)rows.n / (double)(rows.n - p) : 1.0;
    for (size_t a = 0; a < p; a++) {
        double variance = 0.0;
        for (size_t b = 0; b < p; b++) {
            for (size_t c = 0; c < p; c++) {
                variance += fit.inverse[a * p + b] * meat[b * p + c] * fit.inverse[c * p + a];
            }
        }
        out->se[a] = is_fit ? sqrt(fmax(0.0, variance) * scale) : NUMBER_NONE;
    }
    scratch->used_bytes = mark;
}
