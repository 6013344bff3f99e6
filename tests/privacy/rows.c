/* SPDX-License-Identifier: MIT */
#include "tests/privacy/rows.h"

#include <string.h>

static const int64_t PRIME = 1000000007;

static int64_t inverse(int64_t a)
{
    int64_t result = 1;
    for (int64_t power = PRIME - 2; power > 0; power /= 2) {
        if (power % 2 == 1) {
            result = result * a % PRIME;
        }
        a = a * a % PRIME;
    }
    return result;
}

/* Full reduction, so that every basis row is the only one with something in its leading column. */
static bool add_vector(struct rows_span *span, int64_t vector[ROWS_TEAMS_MAX])
{
    for (size_t i = 0; i < span->rank; i++) {
        size_t lead = 0;
        while (span->basis[i][lead] == 0) {
            lead++;
        }
        int64_t factor = vector[lead];
        for (size_t j = 0; j < span->teams && factor != 0; j++) {
            vector[j] = ((vector[j] - factor * span->basis[i][j]) % PRIME + PRIME) % PRIME;
        }
    }
    size_t lead = 0;
    while (lead < span->teams && vector[lead] == 0) {
        lead++;
    }
    if (lead == span->teams) {
        return false;
    }
    int64_t scale = inverse(vector[lead]);
    for (size_t j = 0; j < span->teams; j++) {
        vector[j] = vector[j] * scale % PRIME;
    }
    for (size_t i = 0; i < span->rank; i++) {
        int64_t factor = span->basis[i][lead];
        for (size_t j = 0; j < span->teams && factor != 0; j++) {
            span->basis[i][j] = ((span->basis[i][j] - factor * vector[j]) % PRIME + PRIME) %
                                PRIME;
        }
    }
    memcpy(span->basis[span->rank], vector, sizeof span->basis[span->rank]);
    span->rank++;
    return true;
}

bool rows_add(struct rows_span *span, uint64_t row)
{
    int64_t vector[ROWS_TEAMS_MAX] = { 0 };
    for (size_t i = 0; i < span->teams; i++) {
        vector[i] = (int64_t)(row >> i & 1);
    }
    return add_vector(span, vector);
}

/* rank(all columns) - rank(without the set's columns). */
size_t rows_about(const struct rows_span *span, uint64_t set)
{
    struct rows_span outside = { .teams = span->teams };
    for (size_t i = 0; i < span->rank; i++) {
        int64_t vector[ROWS_TEAMS_MAX];
        memcpy(vector, span->basis[i], sizeof vector);
        for (size_t j = 0; j < span->teams; j++) {
            vector[j] = (set >> j & 1) != 0 ? 0 : vector[j];
        }
        (void)add_vector(&outside, vector);
    }
    return span->rank - outside.rank;
}

struct trying {
    const struct rows_span *before;
    const struct rows_span *now;
    const uint32_t *people;
};

static uint64_t try_sets(const struct trying *trying, size_t first, uint64_t set, uint32_t left)
{
    for (size_t i = first; i < trying->now->teams; i++) {
        if (trying->people[i] == 0 || trying->people[i] > left) {
            continue;
        }
        uint64_t bigger = set | (uint64_t)1 << i;
        if (rows_about(trying->now, bigger) > rows_about(trying->before, bigger)) {
            return bigger;
        }
        uint64_t found = try_sets(trying, i + 1, bigger, left - trying->people[i]);
        if (found != 0) {
            return found;
        }
    }
    return 0;
}

uint64_t rows_newly_isolated(const struct rows_span *before, const struct rows_span *now,
                             const uint32_t *people, uint32_t min_people)
{
    struct trying trying = { before, now, people };
    return try_sets(&trying, 0, 0, min_people - 1);
}
