/* SPDX-License-Identifier: MIT */
#pragma once

/* The linear algebra of partition_rank.c: the span of rows modulo a prime, and the search for a small
 * set of columns that some combination is about alone. */

#include "app/core/err.h"
#include "app/privacy/partition.h"

enum {
    PARTITION_MATRIX_PRIME = 2147483647,
    PARTITION_MATRIX_STEPS_MAX = 2000 * 1000 * 1000, /* of one component's search */
};

/* Echelon form, columns of k people and more first: row `lead[c]` has its first non-zero in column
 * c. Rows that lead in a small column are a basis of what can be said about small columns alone. */
struct partition_matrix {
    uint32_t *cells; /* rows x width */
    uint32_t *lead;  /* by column: 1 + the row that leads there, or 0 */
    uint32_t *spare; /* one row */
    uint32_t rows;
    uint32_t width;
    uint32_t big; /* so many columns have k people or more */
};

/** Room for `rows` rows of `width` columns; none is in yet. Fails: DP_NO_MEMORY.
 * Owns: the caller; end with partition_matrix_free(). */
dp_err partition_matrix_make(struct partition_matrix *matrix, uint32_t rows, uint32_t width);
void partition_matrix_free(struct partition_matrix *matrix);

/** Adds a row (`width` cells, changed on the way) if it is not in the span yet. */
void partition_matrix_add(struct partition_matrix *matrix, uint32_t *row);

/** `*is_safe` is false when the rows behind the first `old_rows` make it possible to say something
 * about a set of columns with fewer than min_people in all, and when that can't be told within
 * PARTITION_MATRIX_STEPS_MAX.
 * Takes: people by column; the first `big` columns have min_people or more. Fails: DP_NO_MEMORY. */
dp_err partition_matrix_is_safe(const struct partition_matrix *matrix, const uint32_t *people,
                                uint32_t old_rows, uint32_t min_people, bool *is_safe);
