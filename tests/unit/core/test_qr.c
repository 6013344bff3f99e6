/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "app/core/qr.h"
#include "tests/support/support.h"

/* Nothing, a text with a NUL, and a text that is too long have no code. */
static void test_qr_encode_unfit_text_is_refused(void **state)
{
    (void)state;
    static struct qr_code code;
    static char text[QR_TEXT_MAX + 1];
    memset(text, 'x', sizeof text);
    assert_err(qr_encode(STR(""), &code), DP_INVALID);
    assert_int_equal(code.size, 0);
    assert_err(qr_encode(STR("a\0b"), &code), DP_INVALID);
    assert_err(qr_encode((struct str){ text, QR_TEXT_MAX + 1 }, &code), DP_TOO_LONG);
    assert_ok(qr_encode((struct str){ text, QR_TEXT_MAX }, &code));
    assert_true(code.size > 100 && code.size <= QR_SIZE_MAX);
}

/* Outside of a code everything is light, as far away as a number can be. */
static void test_qr_is_dark_outside_is_light(void **state)
{
    (void)state;
    static struct qr_code code;
    assert_ok(qr_encode(STR("x"), &code));
    assert_true(qr_is_dark(&code, 0, 0));
    assert_false(qr_is_dark(&code, code.size, 0));
    assert_false(qr_is_dark(&code, 0, code.size));
    assert_false(qr_is_dark(&code, SIZE_MAX, SIZE_MAX));
}

/* The three squares by which a phone finds the code: 7 x 7 dark, ring light, 3 x 3 dark. */
static void test_qr_encode_has_three_finders(void **state)
{
    (void)state;
    static struct qr_code code;
    assert_ok(qr_encode(STR("https://pulse.example.org/a/0123456789ABCDEF"), &code));
    assert_int_equal((code.size - 17) % 4, 0);
    size_t far = code.size - 7;
    const size_t corners[][2] = { { 0, 0 }, { far, 0 }, { 0, far } };
    for (size_t i = 0; i < 3; i++) {
        for (size_t y = 0; y < 7; y++) {
            for (size_t x = 0; x < 7; x++) {
                bool is_edge = x == 0 || x == 6 || y == 0 || y == 6;
                bool is_core = x >= 2 && x <= 4 && y >= 2 && y <= 4;
                assert_true(qr_is_dark(&code, corners[i][0] + x, corners[i][1] + y) ==
                            (is_edge || is_core));
            }
        }
    }
}

/* ---- A reader of the smallest code, by ISO/IEC 18004, as far as an undamaged one needs it ---------- */

enum { SMALL = 21, FORMAT_MASK = 0x5412, LEVEL_M = 0 };

/* The 15 bits beside the upper left finder, highest first. */
static unsigned format_of(const struct qr_code *code)
{
    static const size_t places[15][2] = { { 0, 8 }, { 1, 8 }, { 2, 8 }, { 3, 8 }, { 4, 8 },
                                          { 5, 8 }, { 7, 8 }, { 8, 8 }, { 8, 7 }, { 8, 5 },
                                          { 8, 4 }, { 8, 3 }, { 8, 2 }, { 8, 1 }, { 8, 0 } };
    unsigned bits = 0;
    for (size_t i = 0; i < 15; i++) {
        bits = bits << 1 | (qr_is_dark(code, places[i][0], places[i][1]) ? 1 : 0);
    }
    return bits ^ FORMAT_MASK;
}

static bool is_masked(unsigned mask, size_t x, size_t y)
{
    switch (mask) {
    case 0:
        return (x + y) % 2 == 0;
    case 1:
        return y % 2 == 0;
    case 2:
        return x % 3 == 0;
    case 3:
        return (x + y) % 3 == 0;
    case 4:
        return (y / 2 + x / 3) % 2 == 0;
    case 5:
        return x * y % 2 + x * y % 3 == 0;
    case 6:
        return (x * y % 2 + x * y % 3) % 2 == 0;
    default:
        return ((x + y) % 2 + x * y % 3) % 2 == 0;
    }
}

/* Finders with their borders and format bits, and the timing lines, hold no data. */
static bool is_data(size_t x, size_t y)
{
    bool is_corner = (x < 9 && y < 9) || (x >= SMALL - 8 && y < 9) || (x < 9 && y >= SMALL - 8);
    return !is_corner && x != 6 && y != 6;
}

/* The modules in the order in which data runs: up and down in columns of two, from the right; the
 * timing column is left out. */
static void place_of(size_t step, size_t *x, size_t *y)
{
    const size_t pair_modules = (size_t)2 * SMALL;
    size_t pair = step / pair_modules;
    size_t row = step % pair_modules / 2;
    size_t right = pair < 7 ? 20 - 2 * pair : 19 - 2 * pair;
    *x = right - step % 2;
    *y = pair % 2 == 0 ? SMALL - 1 - row : row;
}

static void read_data(const struct qr_code *code, unsigned mask, uint8_t bytes[26])
{
    size_t count = 0;
    memset(bytes, 0, 26);
    for (size_t step = 0; step < (size_t)10 * 2 * SMALL; step++) {
        size_t x = 0;
        size_t y = 0;
        place_of(step, &x, &y);
        if (!is_data(x, y)) {
            continue;
        }
        bool bit = qr_is_dark(code, x, y) != is_masked(mask, x, y);
        bytes[count / 8] |= (uint8_t)(bit ? 0x80 >> count % 8 : 0);
        count++;
    }
    assert_int_equal(count, 26 * 8);
}

/* Texts of every length that fits the smallest code are in it, byte for byte. */
static void test_qr_encode_smallest_code_holds_the_text(void **state)
{
    (void)state;
    static const char text[] = "a/Z?=.\xc3\xa4\xe2\x82\xac"
                               "xyz";
    for (size_t len = 1; len <= 14; len++) {
        static struct qr_code code;
        uint8_t bytes[26];
        if (!str_is_utf8((struct str){ text, len })) {
            continue;
        }
        assert_ok(qr_encode((struct str){ text, len }, &code));
        assert_int_equal(code.size, SMALL);
        unsigned format = format_of(&code);
        assert_int_equal(format >> 13, LEVEL_M);
        read_data(&code, format >> 10 & 7, bytes);
        /* Four bits of mode (bytes), eight bits of length, then the text, half a byte shifted. */
        assert_int_equal(bytes[0] >> 4, 4);
        assert_int_equal((bytes[0] << 4 | bytes[1] >> 4) & 0xff, len);
        for (size_t i = 0; i < len; i++) {
            assert_int_equal((bytes[i + 1] << 4 | bytes[i + 2] >> 4) & 0xff, (uint8_t)text[i]);
        }
    }
}

/* Reads the drawing back into modules: the quiet zone and the code must be what the code says. */
static void check_drawing(enum qr_terminal terminal)
{
    static struct qr_code code;
    struct buf out BUF_AUTO = buf_new(100000);
    assert_ok(qr_encode(STR("https://localhost:8443/a/0123456789ABCDEF"), &code));
    qr_draw_terminal(&code, terminal, &out);
    assert_ok(buf_finish(&out));
    struct str rest = buf_str(&out);
    struct str line = STR("");
    size_t whole = code.size + (size_t)2 * QR_QUIET_MODULES;
    size_t row = 0;
    for (; str_next(&rest, '\n', &line) && line.len > 0; row += 2) {
        assert_int_equal(str_code_points(line), whole);
        for (size_t column = 0; column < whole; column++) {
            size_t length = line.ptr[0] == ' ' ? 1 : 3;
            struct str sign = str_slice(line, 0, length);
            bool upper = str_equal(sign, STR("\xe2\x96\x80")) ||
                         str_equal(sign, STR("\xe2\x96\x88"));
            bool lower = str_equal(sign, STR("\xe2\x96\x84")) ||
                         str_equal(sign, STR("\xe2\x96\x88"));
            bool is_ink_dark = terminal == QR_TERMINAL_LIGHT;
            assert_true((upper == is_ink_dark) ==
                        qr_is_dark(&code, column - QR_QUIET_MODULES, row - QR_QUIET_MODULES));
            assert_true((lower == is_ink_dark) == qr_is_dark(&code, column - QR_QUIET_MODULES,
                                                             row + 1 - QR_QUIET_MODULES));
            line = str_slice(line, length, line.len);
        }
    }
    assert_true(row == whole || row == whole + 1);
}

/* The drawing is the code with its quiet zone, on dark and on light terminals. */
static void test_qr_draw_terminal_shows_every_module(void **state)
{
    (void)state;
    check_drawing(QR_TERMINAL_DARK);
    check_drawing(QR_TERMINAL_LIGHT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_qr_encode_unfit_text_is_refused),
        cmocka_unit_test(test_qr_is_dark_outside_is_light),
        cmocka_unit_test(test_qr_encode_has_three_finders),
        cmocka_unit_test(test_qr_encode_smallest_code_holds_the_text),
        cmocka_unit_test(test_qr_draw_terminal_shows_every_module),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
