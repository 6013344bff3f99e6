/* SPDX-License-Identifier: MIT */
#include "app/core/num.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DOUBLE_TEXT_MAX = 64 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static dp_err digits(struct str text, uint64_t *out)
{
    if (text.len == 0) {
        return err_make(DP_INVALID);
    }
    for (size_t i = 0; i < text.len; i++) {
        if (!is_digit(text.ptr[i])) {
            return err_make(DP_INVALID);
        }
    }
    uint64_t value = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (__builtin_mul_overflow(value, (uint64_t)10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(text.ptr[i] - '0'), &value)) {
            return err_make(DP_OUT_OF_RANGE);
        }
    }
    *out = value;
    return DP_SUCCESS;
}

dp_err num_uint(struct str text, uint64_t min, uint64_t max, uint64_t *out)
{
    uint64_t value = 0;
    DP_TRY(digits(text, &value));
    if (value < min || value > max) {
        return err_make(DP_OUT_OF_RANGE);
    }
    *out = value;
    return DP_SUCCESS;
}

dp_err num_int(struct str text, int64_t min, int64_t max, int64_t *out)
{
    bool is_negative = text.len > 0 && text.ptr[0] == '-';
    uint64_t size = 0;
    DP_TRY(digits(str_slice(text, is_negative ? 1 : 0, text.len), &size));
    if (size > (uint64_t)INT64_MAX) {
        return err_make(DP_OUT_OF_RANGE);
    }
    int64_t value = is_negative ? -(int64_t)size : (int64_t)size;
    if (value < min || value > max) {
        return err_make(DP_OUT_OF_RANGE);
    }
    *out = value;
    return DP_SUCCESS;
}

/* Skips digits from *at; false if there is none. */
static bool skip_digits(struct str text, size_t *at)
{
    size_t start = *at;
    while (*at < text.len && is_digit(text.ptr[*at])) {
        (*at)++;
    }
    return *at > start;
}

static bool is_decimal(struct str text)
{
    size_t at = text.len > 0 && text.ptr[0] == '-' ? 1 : 0;
    if (!skip_digits(text, &at)) {
        return false;
    }
    if (at < text.len && text.ptr[at] == '.') {
        at++;
        if (!skip_digits(text, &at)) {
            return false;
        }
    }
    if (at < text.len && (text.ptr[at] == 'e' || text.ptr[at] == 'E')) {
        at++;
        if (at < text.len && (text.ptr[at] == '+' || text.ptr[at] == '-')) {
            at++;
        }
        if (!skip_digits(text, &at)) {
            return false;
        }
    }
    return at == text.len;
}

/* One "C" locale for the process, so that a caller's locale can't change the decimal point. */
static locale_t c_locale(void)
{
    static locale_t made;
    locale_t have = __atomic_load_n(&made, __ATOMIC_ACQUIRE);
    if (have != (locale_t)0) {
        return have;
    }
    locale_t fresh = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    DP_CHECK(fresh != (locale_t)0);
    locale_t none = (locale_t)0;
    if (!__atomic_compare_exchange_n(&made, &none, fresh, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE)) {
        freelocale(fresh);
        return none;
    }
    return fresh;
}

dp_err num_double(struct str text, double *out)
{
    char copy[DOUBLE_TEXT_MAX + 1];
    if (!is_decimal(text) || !str_copy(text, copy, sizeof copy)) {
        return err_make(DP_INVALID);
    }
    double value = strtod_l(copy, NULL, c_locale());
    if (!isfinite(value)) {
        return err_make(DP_OUT_OF_RANGE);
    }
    *out = value;
    return DP_SUCCESS;
}

/* snprintf takes the decimal point from the thread's locale, so the thread borrows "C". */
static void print_double(char out[NUM_TEXT_MAX], const char *format, int digits_shown, double value)
{
    locale_t before = uselocale(c_locale());
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    int length = snprintf(out, NUM_TEXT_MAX, format, digits_shown, value);
#pragma GCC diagnostic pop
    uselocale(before);
    if (length < 0 || length >= NUM_TEXT_MAX) {
        snprintf(out, NUM_TEXT_MAX, "%s", "");
    }
}

void num_text(double value, char out[NUM_TEXT_MAX])
{
    out[0] = '\0';
    if (!isfinite(value)) {
        return;
    }
    double shown = fpclassify(value) == FP_ZERO ? 0.0 : value;
    print_double(out, "%.*g", 15, shown);
}

void num_fixed(double value, int decimals, char out[NUM_TEXT_MAX])
{
    out[0] = '\0';
    if (!isfinite(value) || decimals < 0 || decimals > 9) {
        return;
    }
    print_double(out, "%.*f", decimals, value);
    if (out[0] == '-' && strspn(out + 1, "0.") == strlen(out + 1)) {
        memmove(out, out + 1, strlen(out));
    }
}
