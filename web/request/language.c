/* SPDX-License-Identifier: MIT */
#include "web/request/language.h"

#include "app/core/err.h"

enum { RANGES_MAX = 16, FULL_WEIGHT = 1000 };

/* "0.8" is 800. What is no weight counts as 0. */
static int weight_of(struct str text)
{
    if (text.len == 0 || text.len > 5 || (text.ptr[0] != '0' && text.ptr[0] != '1')) {
        return 0;
    }
    int weight = (text.ptr[0] - '0') * FULL_WEIGHT;
    int unit = FULL_WEIGHT / 10;
    for (size_t i = 2; i < text.len; i++) {
        if (text.ptr[1] != '.' || text.ptr[i] < '0' || text.ptr[i] > '9') {
            return 0;
        }
        weight += (text.ptr[i] - '0') * unit;
        unit /= 10;
    }
    return weight > FULL_WEIGHT ? FULL_WEIGHT : weight;
}

static int range_weight(struct str *range)
{
    size_t semicolon = str_find_char(*range, ';');
    struct str parameter = str_trim(str_slice(*range, semicolon + 1, range->len));
    *range = str_trim(str_slice(*range, 0, semicolon));
    if (parameter.len == 0) {
        return FULL_WEIGHT;
    }
    bool is_quality = str_starts_with(parameter, STR("q=")) ||
                      str_starts_with(parameter, STR("Q="));
    return is_quality ? weight_of(str_slice(parameter, 2, parameter.len)) : 0;
}

static bool fits(struct str range, struct str language)
{
    bool has_prefix = str_equal_nocase(str_slice(range, 0, language.len), language);
    return has_prefix && (range.len == language.len || range.ptr[language.len] == '-');
}

struct str language_pick(struct str accept_language, const struct str *languages, size_t count)
{
    DP_CHECK(count >= 1);
    struct str best = languages[0];
    int best_weight = 0;
    struct str rest = accept_language;
    struct str range;
    for (int n = 0; n < RANGES_MAX && str_next(&rest, ',', &range); n++) {
        int weight = range_weight(&range);
        for (size_t i = 0; i < count && weight > best_weight; i++) {
            if (fits(range, languages[i])) {
                best = languages[i];
                best_weight = weight;
            }
        }
    }
    return best;
}
