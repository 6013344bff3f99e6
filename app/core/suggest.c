/* SPDX-License-Identifier: MIT */
#include "app/core/suggest.h"

static char folded(struct str s, size_t i)
{
    char c = s.ptr[i];
    if (c >= 'A' && c <= 'Z') {
        return (char)(c - 'A' + 'a');
    }
    if (c == '-') {
        return '_';
    }
    return c;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* One row for each letter of a: costs[j] is the cost of making a's first letters from b's first j.
 * Three rows are kept, because a swap looks back by two. */
size_t suggest_distance(struct str a, struct str b)
{
    if (a.len > SUGGEST_WORD_MAX || b.len > SUGGEST_WORD_MAX) {
        return SUGGEST_WORD_MAX;
    }
    size_t rows[3][SUGGEST_WORD_MAX + 1] = { 0 };
    for (size_t j = 0; j <= b.len; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= a.len; i++) {
        size_t *now = rows[i % 3];
        const size_t *before = rows[(i + 2) % 3];
        const size_t *two_before = rows[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            char in_a = folded(a, i - 1);
            char in_b = folded(b, j - 1);
            now[j] = smaller(before[j - 1] + (in_a != in_b),
                             smaller(before[j], now[j - 1]) + 1);
            bool is_swap = i > 1 && j > 1 && in_a == folded(b, j - 2) &&
                           folded(a, i - 2) == in_b;
            if (is_swap) {
                now[j] = smaller(now[j], two_before[j - 2] + 1);
            }
        }
    }
    return rows[a.len % 3][b.len];
}

const char *suggest_nearest(struct str word, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    size_t least = SUGGEST_WORD_MAX;
    for (size_t i = 0; i < count; i++) {
        struct str name = str_of(names[i]);
        size_t distance = suggest_distance(word, name);
        size_t longer = word.len > name.len ? word.len : name.len;
        if (distance < least && distance * 3 <= longer) {
            nearest = names[i];
            least = distance;
        }
    }
    return nearest;
}
