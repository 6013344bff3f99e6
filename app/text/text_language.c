/* SPDX-License-Identifier: MIT */
#include "app/core/num.h"
#include "app/text/text.h"

static const char *const codes[LANGUAGE_COUNT] = { [LANGUAGE_EN] = "en", [LANGUAGE_DE] = "de" };
static const char *const names[LANGUAGE_COUNT] = {
    [LANGUAGE_EN] = "English",
    [LANGUAGE_DE] = "Deutsch",
};

const char *text_language_code(enum language language)
{
    DP_CHECK(language >= 0 && language < LANGUAGE_COUNT);
    return codes[language];
}

const char *text_language_name(enum language language)
{
    DP_CHECK(language >= 0 && language < LANGUAGE_COUNT);
    return names[language];
}

dp_err text_language_parse(struct str code, enum language *language)
{
    size_t end = str_find_char(code, '-');
    struct str base = str_slice(code, 0, end);
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        if (str_equal_nocase(base, str_of(codes[i]))) {
            *language = (enum language)i;
            return DP_SUCCESS;
        }
    }
    return err_make(DP_INVALID);
}

/* The weight of "de-AT;q=0.7"; what can't be read counts as 0. */
static double weight_of(struct str parameters)
{
    struct str rest = str_trim(parameters);
    if (rest.len == 0) {
        return 1.0;
    }
    double weight = 0.0;
    if (!str_starts_with(rest, STR("q=")) ||
        !err_is_ok(num_double(str_trim(str_slice(rest, 2, rest.len)), &weight))) {
        return 0.0;
    }
    return weight;
}

enum language text_language_accept(struct str header, enum language fallback)
{
    enum language best = fallback;
    double best_weight = 0.0;
    struct str item = { 0 };
    while (str_next(&header, ',', &item)) {
        size_t semicolon = str_find_char(item, ';');
        enum language language = fallback;
        struct str code = str_trim(str_slice(item, 0, semicolon));
        if (!err_is_ok(text_language_parse(code, &language))) {
            continue;
        }
        double weight = weight_of(str_slice(item, semicolon + 1, item.len));
        if (weight > best_weight) {
            best = language;
            best_weight = weight;
        }
    }
    return best;
}
