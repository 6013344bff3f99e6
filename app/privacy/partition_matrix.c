/* SPDX-License-Identifier: MIT */
#include "app/privacy/partition_matrix.h"

#include <string.h>

#include "app/core/mem.h"

void partition_matrix_free(struct partition_matrix *matrix)
{
    mem_free(matrix->cells);
    mem_free(matrix->lead);
    mem_free(matrix->spare);
    *matrix = (struct partition_matrix){ 0 };
}

static uint32_t times(uint32_t a, uint32_t b)
{
    return (uint32_t)((uint64_t)a * b % PARTITION_MATRIX_PRIME);
}

static uint32_t minus(uint32_t a, uint32_t b)
{
    return a >= b ? a - b : a + PARTITION_MATRIX_PRIME - b;
}

static uint32_t inverse(uint32_t a)
{
    uint32_t result = 1;
    uint32_t square = a;
    for (uint32_t power = PARTITION_MATRIX_PRIME - 2; power > 0; power >>= 1) {
        if ((power & 1) != 0) {
            result = times(result, square);
        }
        square = times(square, square);
    }
    return result;
}

/* Reduces a row by those that lead before it. Gives its leading column, or `width` for nothing left;
 * the row is scaled to lead with 1. */
static uint32_t reduce(const struct partition_matrix *matrix, uint32_t *row)
{
    for (uint32_t c = 0; c < matrix->width; c++) {
        if (row[c] == 0) {
            continue;
        }
        if (matrix->lead[c] == 0) {
            uint32_t scale = inverse(row[c]);
            for (uint32_t j = c; j < matrix->width; j++) {
                row[j] = times(row[j], scale);
            }
            return c;
        }
        const uint32_t *by = &matrix->cells[(size_t)(matrix->lead[c] - 1) * matrix->width];
        uint32_t factor = row[c];
        for (uint32_t j = c; j < matrix->width; j++) {
            row[j] = minus(row[j], times(factor, by[j]));
        }
    }
    return matrix->width;
}

void partition_matrix_add(struct partition_matrix *matrix, uint32_t *row)
{
    uint32_t lead = reduce(matrix, row);
    if (lead == matrix->width) {
        return;
    }
    memcpy(&matrix->cells[(size_t)matrix->rows * matrix->width], row,
           matrix->width * sizeof *row);
    matrix->rows++;
    matrix->lead[lead] = matrix->rows;
}

dp_err partition_matrix_make(struct partition_matrix *matrix, uint32_t rows, uint32_t width)
{
    *matrix = (struct partition_matrix){ .width = width };
    matrix->cells = mem_new((size_t)rows * width + 1, sizeof *matrix->cells);
    matrix->lead = mem_new((size_t)width + 1, sizeof *matrix->lead);
    matrix->spare = mem_new((size_t)width + 1, sizeof *matrix->spare);
    if (matrix->cells == NULL || matrix->lead == NULL || matrix->spare == NULL) {
        partition_matrix_free(matrix);
        return err_make(DP_NO_MEMORY);
    }
    return DP_SUCCESS;
}

struct search {
    uint32_t *basis;  /* what can be said about small columns alone: depth x width */
    uint32_t *people; /* by small column */
    bool *is_chosen;  /* by small column: the set that is tried */
    uint32_t depth;   /* rows of the basis, old ones first */
    uint32_t old;     /* rows that the past gives by itself */
    uint32_t width;   /* small columns */
    uint32_t *spare;  /* a copy of the basis, to be reduced */
    uint64_t steps;
};

static void search_free(struct search *search)
{
    mem_free(search->basis);
    mem_free(search->people);
    mem_free(search->is_chosen);
    mem_free(search->spare);
    *search = (struct search){ 0 };
}

/* Brings a row with something in column c to place `rank` of the copy. False if there is none. */
static bool bring_up(struct search *search, uint32_t rank, uint32_t rows, uint32_t c)
{
    uint32_t width = search->width;
    uint32_t pivot = rank;
    while (pivot < rows && search->spare[(size_t)pivot * width + c] == 0) {
        pivot++;
    }
    if (pivot == rows) {
        return false;
    }
    uint32_t *top = &search->spare[(size_t)rank * width];
    uint32_t *found = &search->spare[(size_t)pivot * width];
    for (uint32_t j = 0; j < width && pivot != rank; j++) {
        uint32_t kept = top[j];
        top[j] = found[j];
        found[j] = kept;
    }
    return true;
}

/* Clears column c in all rows of the copy below `rank`. */
static void clear_below(struct search *search, uint32_t rank, uint32_t rows, uint32_t c)
{
    uint32_t width = search->width;
    const uint32_t *top = &search->spare[(size_t)rank * width];
    uint32_t scale = inverse(top[c]);
    for (uint32_t i = rank + 1; i < rows; i++) {
        uint32_t *row = &search->spare[(size_t)i * width];
        uint32_t factor = times(row[c], scale);
        for (uint32_t j = c; j < width && factor != 0; j++) {
            row[j] = minus(row[j], times(factor, top[j]));
        }
    }
}

/* The rank of the basis' first rows without the chosen columns. */
static uint32_t rank_outside(struct search *search, uint32_t rows)
{
    uint32_t width = search->width;
    memcpy(search->spare, search->basis, (size_t)rows * width * sizeof *search->spare);
    uint32_t rank = 0;
    for (uint32_t c = 0; c < width && rank < rows; c++) {
        if (!search->is_chosen[c] && bring_up(search, rank, rows, c)) {
            clear_below(search, rank, rows, c);
            rank++;
        }
    }
    search->steps += (uint64_t)rows * rows * width + 64;
    return rank;
}

/* True if the chosen columns are newly given away. */
static bool is_given_away(struct search *search)
{
    uint32_t all = search->depth - rank_outside(search, search->depth);
    if (all == 0) {
        return false;
    }
    uint32_t old = search->old - rank_outside(search, search->old);
    return all > old;
}

/* Tries all sets of columns from `first` on with at most `left` people more. True when one is given
 * away, or when the bound is met. */
static bool finds_small_set(struct search *search, uint32_t first, uint32_t left)
{
    for (uint32_t c = first; c < search->width; c++) {
        if (search->people[c] > left) {
            continue;
        }
        search->is_chosen[c] = true;
        bool is_found = search->steps > PARTITION_MATRIX_STEPS_MAX || is_given_away(search) ||
                        finds_small_set(search, c + 1, left - search->people[c]);
        search->is_chosen[c] = false;
        if (is_found) {
            return true;
        }
    }
    return false;
}

static dp_err search_make(const struct partition_matrix *matrix, const uint32_t *people,
                          uint32_t old_rows, struct search *out)
{
    uint32_t width = matrix->width - matrix->big;
    *out = (struct search){ .width = width };
    size_t rows = (size_t)matrix->rows + 1;
    out->basis = mem_new(rows * width + 1, sizeof *out->basis);
    out->spare = mem_new(rows * width + 1, sizeof *out->spare);
    out->people = mem_new((size_t)width + 1, sizeof *out->people);
    out->is_chosen = mem_new((size_t)width + 1, sizeof *out->is_chosen);
    if (out->basis == NULL || out->spare == NULL || out->people == NULL ||
        out->is_chosen == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    memcpy(out->people, &people[matrix->big], width * sizeof *people);
    /* Rows are numbered in the order in which they were added: the past's first. */
    for (uint32_t row = 0; row < matrix->rows; row++) {
        const uint32_t *cells = &matrix->cells[(size_t)row * matrix->width];
        uint32_t lead = 0;
        while (cells[lead] == 0) {
            lead++;
        }
        if (lead < matrix->big) {
            continue;
        }
        memcpy(&out->basis[(size_t)out->depth * width], &cells[matrix->big],
               width * sizeof *cells);
        out->depth++;
        out->old += row < old_rows ? 1 : 0;
    }
    return DP_SUCCESS;
}

dp_err partition_matrix_is_safe(const struct partition_matrix *matrix, const uint32_t *people,
                                uint32_t old_rows, uint32_t min_people, bool *is_safe)
{
    struct search search;
    dp_err err = search_make(matrix, people, old_rows, &search);
    if (err_is_ok(err)) {
        bool is_new = search.depth > search.old;
        *is_safe = !is_new || !finds_small_set(&search, 0, min_people - 1);
    }
    search_free(&search);
    return err;
}
