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
    if (size > (uint64_t)INT64_MAX + (is_negative ? 1 : 0)) {
        return err_make(DP_OUT_OF_RANGE);
    }
    int64_t value = is_negative ? (int64_t)(0 - size) : (int64_t)size;
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

static bool skip_char(struct str text, size_t *at, char c)
{
    bool is_there = *at < text.len && text.ptr[*at] == c;
    *at += is_there ? 1 : 0;
    return is_there;
}

static bool is_decimal(struct str text)
{
    size_t at = 0;
    (void)skip_char(text, &at, '-');
    if (!skip_digits(text, &at)) {
        return false;
    }
    if (skip_char(text, &at, '.') && !skip_digits(text, &at)) {
        return false;
    }
    if (skip_char(text, &at, 'e') || skip_char(text, &at, 'E')) {
        (void)(skip_char(text, &at, '+') || skip_char(text, &at, '-'));
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
static size_t print_double(char out[NUM_TEXT_MAX], const char *format, int digits_shown,
                           double value)
{
    locale_t before = uselocale(c_locale());
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    int length = snprintf(out, NUM_TEXT_MAX, format, digits_shown, value);
#pragma GCC diagnostic pop
    uselocale(before);
    if (length < 0 || length >= NUM_TEXT_MAX) {
        out[0] = '\0';
        return 0;
    }
    return (size_t)length;
}

static size_t print_digits(uint64_t value, char *out)
{
    char reversed[20];
    size_t count = 0;
    do {
        reversed[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    for (size_t i = 0; i < count; i++) {
        out[i] = reversed[count - 1 - i];
    }
    return count;
}

size_t num_int_text(int64_t value, char out[NUM_TEXT_MAX])
{
    size_t at = 0;
    uint64_t size = value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;
    if (value < 0) {
        out[at++] = '-';
    }
    at += print_digits(size, out + at);
    out[at] = '\0';
    return at;
}

static const double POWERS[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9 };

/* "-" whole "." fraction, where `scaled` is the size times 10^decimals. */
static size_t print_scaled(char out[NUM_TEXT_MAX], bool is_negative, uint64_t scaled,
                           int decimals)
{
    size_t at = 0;
    uint64_t unit = (uint64_t)POWERS[decimals];
    if (is_negative && scaled > 0) {
        out[at++] = '-';
    }
    at += print_digits(scaled / unit, out + at);
    if (decimals > 0) {
        uint64_t fraction = scaled % unit;
        out[at++] = '.';
        for (size_t i = (size_t)decimals; i > 0; i--) {
            out[at + i - 1] = (char)('0' + fraction % 10);
            fraction /= 10;
        }
        at += (size_t)decimals;
    }
    out[at] = '\0';
    return at;
}

/*
 * Exports write millions of numbers, and printf is their slowest part. A value that is the double
 * nearest to a decimal with 6 places and at most 15 digits prints as that decimal, because two such
 * decimals never share a double. Anything else goes through printf.
 */
static bool is_short_decimal(double size, uint64_t *scaled)
{
    const double unit = POWERS[6];
    if (size >= 1e9 || (size > 0 && size < 1e-4)) {
        return false;
    }
    *scaled = (uint64_t)(size * unit + 0.5);
    double back = (double)*scaled / unit;
    return !(back < size) && !(back > size);
}

size_t num_text(double value, char out[NUM_TEXT_MAX])
{
    out[0] = '\0';
    if (!isfinite(value)) {
        return 0;
    }
    uint64_t scaled = 0;
    if (!is_short_decimal(fabs(value), &scaled)) {
        return print_double(out, "%.*g", 15, value);
    }
    int decimals = 6;
    while (decimals > 0 && scaled % 10 == 0) {
        scaled /= 10;
        decimals--;
    }
    return print_scaled(out, value < 0, scaled, decimals);
}

/* Rounds by integers. The product is rounded, but a number on one side of a half never lands on the
 * other, only on the half itself; then printf must look at the exact value. */
static bool is_clear_rounding(double size, int decimals, uint64_t *scaled)
{
    double product = size * POWERS[decimals];
    if (product >= 1e15) {
        return false;
    }
    uint64_t whole = (uint64_t)product;
    double from_half = product - (double)whole - 0.5;
    *scaled = whole + (from_half > 0 ? 1 : 0);
    return from_half > 0 || from_half < 0;
}

size_t num_fixed(double value, int decimals, char out[NUM_TEXT_MAX])
{
    out[0] = '\0';
    if (!isfinite(value) || decimals < 0 || decimals > 9) {
        return 0;
    }
    uint64_t scaled = 0;
    if (is_clear_rounding(fabs(value), decimals, &scaled)) {
        return print_scaled(out, value < 0, scaled, decimals);
    }
    size_t length = print_double(out, "%.*f", decimals, value);
    if (out[0] == '-' && strspn(out + 1, "0.") == length - 1) {
        memmove(out, out + 1, length);
        length--;
    }
    return length;
}
