/* SPDX-License-Identifier: MIT */
#include "app/stats/solve.h"

#include <math.h>

/* A pivot that has lost all but this share of its first size is rounding noise. */
static const double PIVOT_SHARE_MIN = 1e-14;

bool solve_cholesky(double *matrix, size_t size)
{
    for (size_t k = 0; k < size; k++) {
        double *row = matrix + k * size;
        double whole = row[k];
        for (size_t above = 0; above < k; above++) {
            double u = matrix[above * size + k];
            whole += u * u;
        }
        if (!(row[k] > PIVOT_SHARE_MIN * whole)) {
            return false;
        }
        double root = sqrt(row[k]);
        row[k] = root;
        for (size_t j = k + 1; j < size; j++) {
            row[j] /= root;
        }
        for (size_t i = k + 1; i < size; i++) {
            double *restrict below = matrix + i * size;
            const double *restrict top = row;
            double factor = top[i];
            for (size_t j = i; j < size; j++) {
                below[j] -= factor * top[j];
            }
        }
    }
    return true;
}

void solve_forward(const double *factor, size_t size, double *b)
{
    for (size_t i = 0; i < size; i++) {
        const double *row = factor + i * size;
        double z = b[i] / row[i];
        b[i] = z;
        for (size_t j = i + 1; j < size; j++) {
            b[j] -= z * row[j];
        }
    }
}

void solve_backward(const double *factor, size_t size, double *b)
{
    for (size_t i = size; i > 0; i--) {
        const double *row = factor + (i - 1) * size;
        double sum = b[i - 1];
        for (size_t j = i; j < size; j++) {
            sum -= row[j] * b[j];
        }
        b[i - 1] = sum / row[i - 1];
    }
}

void solve_inverse(const double *factor, size_t size, double *inverse)
{
    /* Column c of the inverse is also its row c; solve for it in place there. */
    for (size_t c = 0; c < size; c++) {
        double *column = inverse + c * size;
        for (size_t i = 0; i < size; i++) {
            column[i] = i == c ? 1.0 : 0.0;
        }
        solve_forward(factor, size, column);
        solve_backward(factor, size, column);
    }
}

double solve_log_determinant(const double *factor, size_t size)
{
    double sum = 0.0;
    for (size_t i = 0; i < size; i++) {
        sum += log(factor[i * size + i]);
    }
    return 2.0 * sum;
}
