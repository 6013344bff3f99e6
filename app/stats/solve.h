/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Small dense linear algebra: Cholesky factors and triangular solves.
 *
 * A matrix is an array of size * size doubles, row after row; only its upper triangle is read or
 * written. The factor is U with A = U' U. Inner loops walk along rows and update whole vectors,
 * so that the compiler can vectorise them without changing the order of any sum.
 * (Golub & Van Loan, Matrix Computations, 4th ed., 4.2: outer-product Cholesky.)
 */

#include <stdbool.h>
#include <stddef.h>

/** Replaces the upper triangle of a symmetric matrix by its Cholesky factor U.
 * Gives: false when the matrix is not positive definite to working accuracy; it is then spoilt. */
bool solve_cholesky(double *matrix, size_t size);

/** Solves U' z = b in place, U as solve_cholesky() left it. */
void solve_forward(const double *factor, size_t size, double *b);

/** Solves U z = b in place. */
void solve_backward(const double *factor, size_t size, double *b);

/** Fills `inverse`, both triangles, with the inverse of the matrix that a factor came from. */
void solve_inverse(const double *factor, size_t size, double *inverse);

/** Log of the determinant of the matrix that a factor came from. */
double solve_log_determinant(const double *factor, size_t size);
