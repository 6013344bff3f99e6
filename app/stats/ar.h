/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Autoregression: how much of a series its own past foretells.
 *
 * x_t is regressed by least squares on a constant and x_{t-1} .. x_{t-p}. The order is the one
 * with the smallest corrected Akaike criterion (Hurvich & Tsai 1989) among 0 .. P, all compared
 * on the rows that the largest order can use, P = 2 below 40 periods, 3 below 80, else 4; ties go
 * to the smaller order, and the winner is fitted again on all rows that it can use itself.
 * Missing values: a row counts only if it is complete.
 */

#include <stddef.h>

enum { AR_ORDER_MAX = 4 };

struct ar_fit {
    size_t order;
    double phi[AR_ORDER_MAX]; /* phi[0] belongs to the value one period ago */
};

/** The largest order that a series of this length may have. */
size_t ar_order_max(size_t periods);

/** Fits an autoregression of a given order. Gives: order 0 when there are too few complete rows. */
struct ar_fit ar_fit_order(const double *values, size_t count, size_t order);

/** Chooses the order and fits. */
struct ar_fit ar_select(const double *values, size_t count);

/** Writes e_t = x_t - sum phi_j x_{t-j}; missing where any needed value is, so for the first
 * `order` periods. Takes: `out` may not be `values`. */
void ar_filter(const double *values, size_t count, const struct ar_fit *fit, double *out);
