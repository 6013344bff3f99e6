/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "app/core/str.h"
#include "tests/support/support.h"

/* Overlong forms, surrogates, what lies above U+10FFFF, and sequences cut short are not UTF-8. */
static void test_str_utf8_prefix_ill_formed_stops_there(void **state)
{
    (void)state;
    static const struct str bad[] = {
        STR_INIT("\x80"),
        STR_INIT("\xbf"),
        STR_INIT("\xc0\x80"),
        STR_INIT("\xc1\xbf"),
        STR_INIT("\xc3"),
        STR_INIT("\xc3("),
        STR_INIT("\xe0\x80\x80"),
        STR_INIT("\xe0\x9f\xbf"),
        STR_INIT("\xe2\x82"),
        STR_INIT("\xe2\x28\xa1"),
        STR_INIT("\xed\xa0\x80"),
        STR_INIT("\xed\xbf\xbf"),
        STR_INIT("\xf0\x80\x80\x80"),
        STR_INIT("\xf0\x8f\xbf\xbf"),
        STR_INIT("\xf0\x9f\x98"),
        STR_INIT("\xf4\x90\x80\x80"),
        STR_INIT("\xf5\x80\x80\x80"),
        STR_INIT("\xfe"),
        STR_INIT("\xff"),
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        /* Behind 0 to 17 bytes of ASCII, so that it falls on every place of a word. */
        for (size_t before = 0; before < 18; before++) {
            char text[64];
            memset(text, 'a', sizeof text);
            memcpy(text + before, bad[i].ptr, bad[i].len);
            struct str alone = { text, before + bad[i].len };
            struct str followed = { text, sizeof text };
            assert_false(str_is_utf8(alone));
            assert_int_equal(str_utf8_prefix(alone), before);
            assert_int_equal(str_utf8_prefix(followed), before);
        }
    }
}

/* The first and last character of each length are well-formed. */
static void test_str_is_utf8_edges_are_well_formed(void **state)
{
    (void)state;
    static const struct str good[] = {
        STR_INIT(""),
        STR_INIT("\0"),
        STR_INIT("\x7f"),
        STR_INIT("\xc2\x80"),
        STR_INIT("\xdf\xbf"),
        STR_INIT("\xe0\xa0\x80"),
        STR_INIT("\xed\x9f\xbf"),
        STR_INIT("\xee\x80\x80"),
        STR_INIT("\xef\xbf\xbf"),
        STR_INIT("\xf0\x90\x80\x80"),
        STR_INIT("\xf4\x8f\xbf\xbf"),
        STR_INIT("Gr\xc3\xbc\xc3\x9f"
                 "e aus K\xc3\xb6ln, 20 \xe2\x82\xac"),
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(str_is_utf8(good[i]));
        assert_int_equal(str_utf8_prefix(good[i]), good[i].len);
    }
    assert_true(str_is_utf8((struct str){ NULL, 0 }));
}

/* Writes a code point by arithmetic alone; surrogates and overlong forms come out as they would. */
static size_t encode(uint32_t point, size_t length, char *out)
{
    static const uint8_t heads[] = { 0, 0x00, 0xc0, 0xe0, 0xf0 };
    for (size_t i = length; i > 1; i--) {
        out[i - 1] = (char)(0x80 | (point & 0x3f));
        point >>= 6;
    }
    out[0] = (char)(heads[length] | point);
    return length;
}

static void check_code_point(uint32_t point, size_t length)
{
    static const uint32_t limits[] = { 0, 0x80, 0x800, 0x10000, 0x200000 };
    char text[4];
    if (point >= limits[length]) {
        return;
    }
    encode(point, length, text);
    bool is_surrogate = point >= 0xd800 && point <= 0xdfff;
    bool is_shortest = point >= limits[length - 1];
    bool is_good = is_shortest && !is_surrogate && point <= 0x10ffff;
    if (str_is_utf8((struct str){ text, length }) != is_good) {
        fail_msg("U+%06X in %zu bytes", (unsigned)point, length);
    }
}

/* Every code point, in every length that can hold it, is accepted only in its shortest form. */
static void test_str_is_utf8_every_code_point_only_shortest_form(void **state)
{
    (void)state;
    for (uint32_t point = 0; point < 0x120000; point++) {
        for (size_t length = 1; length <= 4; length++) {
            check_code_point(point, length);
        }
    }
}

/* A clipped text has at most so many bytes, all of whole characters, and stops before bad bytes. */
static void test_str_clip_ends_with_a_whole_character(void **state)
{
    (void)state;
    struct str text = STR("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xff z");
    static const size_t lengths[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10, 10 };
    for (size_t max = 0; max < sizeof lengths / sizeof lengths[0]; max++) {
        struct str clipped = str_clip(text, max);
        assert_int_equal(clipped.len, lengths[max]);
        assert_true(clipped.ptr == text.ptr);
    }
    assert_int_equal(str_clip(STR("abc"), SIZE_MAX).len, 3);
}

/* Characters are counted, not bytes. */
static void test_str_code_points_counts_characters(void **state)
{
    (void)state;
    assert_int_equal(str_code_points(STR("")), 0);
    assert_int_equal(str_code_points(STR("abc")), 3);
    assert_int_equal(str_code_points(STR("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80x")), 4);
}

/* What does not fit or would be cut at a NUL is refused, and the output is empty. */
static void test_str_copy_unfit_text_is_refused(void **state)
{
    (void)state;
    char out[4] = "zzz";
    assert_false(str_copy(STR("abcd"), out, sizeof out));
    assert_string_equal(out, "");
    assert_false(str_copy(STR("a\0b"), out, sizeof out));
    assert_string_equal(out, "");
    assert_false(str_copy(STR(""), out, 0));
    assert_true(str_copy(STR("abc"), out, sizeof out));
    assert_string_equal(out, "abc");
    assert_true(str_copy((struct str){ NULL, 0 }, out, sizeof out));
    assert_string_equal(out, "");
}

/* Views are compared by their bytes, a shorter one first. */
static void test_str_compare_orders_by_bytes(void **state)
{
    (void)state;
    assert_true(str_compare(STR("a"), STR("b")) < 0);
    assert_true(str_compare(STR("b"), STR("a")) > 0);
    assert_true(str_compare(STR("a"), STR("ab")) < 0);
    assert_true(str_compare(STR("ab"), STR("a")) > 0);
    assert_true(str_compare(STR(""), STR("a")) < 0);
    assert_true(str_compare(STR("\x7f"), STR("\x80")) < 0);
    assert_int_equal(str_compare(STR("a\0b"), STR("a\0b")), 0);
    assert_int_equal(str_compare((struct str){ NULL, 0 }, STR("")), 0);
}

/* Equality looks at length and bytes; only ASCII letters have no case. */
static void test_str_equal_differs_by_length_bytes_and_case(void **state)
{
    (void)state;
    assert_false(str_equal(STR("a"), STR("ab")));
    assert_false(str_equal(STR("a"), STR("A")));
    assert_true(str_equal(STR("a\0b"), STR("a\0b")));
    assert_false(str_equal(STR("a\0b"), STR("a\0c")));
    assert_true(str_equal(str_of(NULL), STR("")));
    assert_true(str_equal_nocase(STR("aZ-9"), STR("Az-9")));
    assert_false(str_equal_nocase(STR("["), STR("{")));
    assert_false(str_equal_nocase(STR("@"), STR("`")));
    assert_false(str_equal_nocase(STR("\xc3\x84"), STR("\xc3\xa4")));
    assert_false(str_equal_nocase(STR("a"), STR("ab")));
}

/* Starts and ends, the whole and the empty text included. */
static void test_str_starts_and_ends_with(void **state)
{
    (void)state;
    assert_true(str_starts_with(STR("abc"), STR("ab")));
    assert_true(str_starts_with(STR("abc"), STR("abc")));
    assert_true(str_starts_with(STR("abc"), STR("")));
    assert_false(str_starts_with(STR("abc"), STR("abcd")));
    assert_false(str_starts_with(STR("abc"), STR("bc")));
    assert_true(str_ends_with(STR("abc"), STR("bc")));
    assert_true(str_ends_with(STR(""), STR("")));
    assert_false(str_ends_with(STR("abc"), STR("ab")));
    assert_false(str_ends_with(STR("bc"), STR("abc")));
}

/* A slice never reaches outside of its text. */
static void test_str_slice_is_clamped(void **state)
{
    (void)state;
    struct str text = STR("abcdef");
    assert_true(str_equal(str_slice(text, 2, 3), STR("cde")));
    assert_true(str_equal(str_slice(text, 2, SIZE_MAX), STR("cdef")));
    assert_int_equal(str_slice(text, 6, 1).len, 0);
    assert_int_equal(str_slice(text, SIZE_MAX, SIZE_MAX).len, 0);
    assert_int_equal(str_slice((struct str){ NULL, 0 }, 0, 5).len, 0);
}

/* Only ASCII white space goes, only at the ends. */
static void test_str_trim_takes_white_space_at_both_ends(void **state)
{
    (void)state;
    assert_true(str_equal(str_trim(STR(" \t\r\na b\n ")), STR("a b")));
    assert_int_equal(str_trim(STR(" \t ")).len, 0);
    assert_true(str_equal(str_trim(STR("\xc2\xa0x")), STR("\xc2\xa0x")));
}

/* The first of several, and the length when there is none. */
static void test_str_find_char_absent_gives_length(void **state)
{
    (void)state;
    assert_int_equal(str_find_char(STR("abcb"), 'b'), 1);
    assert_int_equal(str_find_char(STR("abcb"), 'x'), 4);
    assert_int_equal(str_find_char(STR("a\0b"), '\0'), 1);
    assert_int_equal(str_find_char((struct str){ NULL, 0 }, 'x'), 0);
}

/* A separator at the end makes one more empty field, and nothing at all is one empty field. */
static void test_str_next_cuts_every_field(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        const char *fields[4];
    } cases[] = {
        { STR_INIT("a,b,"), { "a", "b", "", NULL } },
        { STR_INIT(""), { "", NULL } },
        { STR_INIT(","), { "", "", NULL } },
        { STR_INIT("one"), { "one", NULL } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str rest = cases[i].text;
        struct str field = STR("?");
        size_t count = 0;
        for (; str_next(&rest, ',', &field); count++) {
            assert_non_null(cases[i].fields[count]);
            assert_true(str_equal(field, str_of(cases[i].fields[count])));
        }
        assert_null(cases[i].fields[count]);
        assert_false(str_next(&rest, ',', &field));
    }
}

/* Binary views are equal by length and content. */
static void test_bytes_equal_compares_content(void **state)
{
    (void)state;
    assert_true(bytes_equal(bytes_of("a\0b", 3), bytes_of("a\0b", 3)));
    assert_false(bytes_equal(bytes_of("a\0b", 3), bytes_of("a\0c", 3)));
    assert_false(bytes_equal(bytes_of("ab", 2), bytes_of("ab", 1)));
    assert_true(bytes_equal(bytes_of(NULL, 0), bytes_of("", 0)));
}

/* Every control character is found, C1 too, wherever it stands; their neighbours are none. */
static void test_str_has_control_finds_c0_del_and_c1(void **state)
{
    (void)state;
    for (int c = 0; c < 0x100; c++) {
        char text[] = { 'a', (char)(c < 0x80 ? c : 0xc0 | c >> 6), (char)(0x80 | (c & 0x3f)), 'b' };
        bool is_control = c < 0x20 || (c >= 0x7f && c <= 0x9f);
        struct str s = { text, 4 };
        if (c < 0x80) {
            text[2] = 'b';
        }
        assert_int_equal(str_has_control(s, ""), is_control);
        assert_int_equal(str_has_control(s, "\n\t"), is_control && c != '\n' && c != '\t');
    }
    assert_false(str_has_control(STR(""), ""));
    assert_false(str_has_control(STR("\xe2\x82\x80 \xc3\x9f"), ""));
    assert_true(str_has_control(STR("\n\x1b"), "\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_str_utf8_prefix_ill_formed_stops_there),
        cmocka_unit_test(test_str_is_utf8_edges_are_well_formed),
        cmocka_unit_test(test_str_is_utf8_every_code_point_only_shortest_form),
        cmocka_unit_test(test_str_has_control_finds_c0_del_and_c1),
        cmocka_unit_test(test_str_clip_ends_with_a_whole_character),
        cmocka_unit_test(test_str_code_points_counts_characters),
        cmocka_unit_test(test_str_copy_unfit_text_is_refused),
        cmocka_unit_test(test_str_compare_orders_by_bytes),
        cmocka_unit_test(test_str_equal_differs_by_length_bytes_and_case),
        cmocka_unit_test(test_str_starts_and_ends_with),
        cmocka_unit_test(test_str_slice_is_clamped),
        cmocka_unit_test(test_str_trim_takes_white_space_at_both_ends),
        cmocka_unit_test(test_str_find_char_absent_gives_length),
        cmocka_unit_test(test_str_next_cuts_every_field),
        cmocka_unit_test(test_bytes_equal_compares_content),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
