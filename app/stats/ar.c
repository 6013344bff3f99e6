/* SPDX-License-Identifier: MIT */
#include "app/stats/ar.h"

#include <math.h>
#include <stdbool.h>

#include "app/stats/number.h"
#include "app/stats/solve.h"

/* Column 0 is x_t, column j is x_{t-j}. */
enum { COLUMNS_MAX = AR_ORDER_MAX + 1 };

struct moments {
    size_t rows;
    double mean[COLUMNS_MAX];
    double products[COLUMNS_MAX][COLUMNS_MAX]; /* about the means; upper triangle */
};

static bool row_is_complete(const double *values, size_t t, size_t order)
{
    for (size_t j = 0; j <= order; j++) {
        if (!number_is_known(values[t - j])) {
            return false;
        }
    }
    return true;
}

static struct moments moments_of(const double *values, size_t count, size_t order)
{
    struct moments m = { 0 };
    for (size_t t = order; t < count; t++) {
        if (!row_is_complete(values, t, order)) {
            continue;
        }
        m.rows++;
        for (size_t j = 0; j <= order; j++) {
            m.mean[j] += values[t - j];
        }
    }
    if (m.rows == 0) {
        return m;
    }
    for (size_t j = 0; j <= order; j++) {
        m.mean[j] /= (double)m.rows;
    }
    for (size_t t = order; t < count; t++) {
        if (!row_is_complete(values, t, order)) {
            continue;
        }
        for (size_t i = 0; i <= order; i++) {
            double centred = values[t - i] - m.mean[i];
            for (size_t j = i; j <= order; j++) {
                m.products[i][j] += centred * (values[t - j] - m.mean[j]);
            }
        }
    }
    return m;
}

size_t ar_order_max(size_t periods)
{
    if (periods < 40) {
        return 2;
    }
    return periods < 80 ? 3 : 4;
}

struct ar_fit ar_fit_order(const double *values, size_t count, size_t order)
{
    struct ar_fit fit = { .order = 0 };
    if (order == 0 || order > AR_ORDER_MAX || count <= order) {
        return fit;
    }
    struct moments m = moments_of(values, count, order);
    if (m.rows < order + 2) {
        return fit;
    }
    double matrix[AR_ORDER_MAX * AR_ORDER_MAX] = { 0 };
    double phi[AR_ORDER_MAX] = { 0 };
    for (size_t i = 0; i < order; i++) {
        for (size_t j = i; j < order; j++) {
            matrix[i * order + j] = m.products[i + 1][j + 1];
        }
        phi[i] = m.products[0][i + 1];
    }
    if (!solve_cholesky(matrix, order)) {
        return fit;
    }
    solve_forward(matrix, order, phi);
    solve_backward(matrix, order, phi);
    fit.order = order;
    for (size_t i = 0; i < order; i++) {
        fit.phi[i] = phi[i];
    }
    return fit;
}

static double aicc(double rss, size_t rows, size_t order)
{
    double m = (double)rows;
    double k = (double)order + 2.0;
    return m * log(rss / m) + 2.0 * k + 2.0 * k * (k + 1.0) / (m - k - 1.0);
}

struct ar_fit ar_select(const double *values, size_t count)
{
    size_t order_max = ar_order_max(count);
    if (count <= order_max) {
        return (struct ar_fit){ .order = 0 };
    }
    struct moments m = moments_of(values, count, order_max);
    if (m.rows <= 3) {
        return (struct ar_fit){ .order = 0 };
    }
    /* Regressing on one lag more is one step of elimination: what is left of x_t is its rss. */
    double rss = m.products[0][0];
    double best = aicc(rss, m.rows, 0);
    double left[AR_ORDER_MAX]; /* the lags' products with x_t, earlier lags taken out */
    for (size_t j = 0; j < order_max; j++) {
        left[j] = m.products[0][j + 1];
    }
    size_t order = 0;
    for (size_t p = 1; p <= order_max && m.rows > p + 3; p++) {
        double pivot = m.products[p][p];
        if (!(pivot > 1e-14 * m.products[0][0])) {
            break;
        }
        double share = left[p - 1] / pivot;
        rss -= share * left[p - 1];
        for (size_t j = p + 1; j <= order_max; j++) {
            left[j - 1] -= share * m.products[p][j];
            for (size_t k = j; k <= order_max; k++) {
                m.products[j][k] -= m.products[p][j] * m.products[p][k] / pivot;
            }
        }
        double criterion = aicc(rss, m.rows, p);
        if (criterion < best) {
            best = criterion;
            order = p;
        }
    }
    return ar_fit_order(values, count, order);
}

void ar_filter(const double *values, size_t count, const struct ar_fit *fit, double *out)
{
    for (size_t t = 0; t < count; t++) {
        if (t < fit->order) {
            out[t] = NUMBER_NONE;
            continue;
        }
        double e = values[t];
        for (size_t j = 1; j <= fit->order; j++) {
            e -= fit->phi[j - 1] * values[t - j];
        }
        out[t] = number_is_known(e) ? e : NUMBER_NONE;
    }
}
