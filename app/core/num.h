/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Numbers from text and back, without locale and without silent defaults. The whole text must be
 * the number: no spaces, no trailing bytes, no hexadecimal, no "inf" or "nan".
 */

#include "app/core/err.h"
#include "app/core/str.h"

/** A decimal integer with an optional leading minus.
 * Fails: DP_INVALID (not a number), DP_OUT_OF_RANGE (outside min..max). */
dp_err num_int(struct str text, int64_t min, int64_t max, int64_t *out);

/** An unsigned decimal integer. Fails: as num_int(). */
dp_err num_uint(struct str text, uint64_t min, uint64_t max, uint64_t *out);

/** A decimal number: [-]digits[.digits][e[+-]digits], at most 64 bytes; the point is '.'.
 * Fails: DP_INVALID, DP_OUT_OF_RANGE (not finite). */
dp_err num_double(struct str text, double *out);

enum { NUM_TEXT_MAX = 40 };

/** The value rounded to 15 significant digits, without closing zeros ("0.1", "12", "1.5e-09"), so
 * that it reads back within 5e-15 relative and every decimal of up to 15 digits stays as it was;
 * what is not finite gives "". Always with '.' and terminated. Gives the length. */
size_t num_text(double value, char out[NUM_TEXT_MAX]);

/** With a fixed count of decimals 0..9 ("3.70"), -0 shown as 0; "" when not finite or when it
 * would not fit (from 1e29). Gives the length. */
size_t num_fixed(double value, int decimals, char out[NUM_TEXT_MAX]);

/** A decimal integer, terminated. Gives the length. */
size_t num_int_text(int64_t value, char out[NUM_TEXT_MAX]);
