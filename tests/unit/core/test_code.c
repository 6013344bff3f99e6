/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "app/core/code.h"
#include "tests/support/support.h"

enum { LONGEST = 64 };

/* Wrong lengths, foreign characters and bits that no encoder sets are refused. */
static void test_code_read_bad_text_is_refused(void **state)
{
    (void)state;
    uint8_t out[4];
    assert_err(code_hex_read(STR("abc"), out, 2), DP_INVALID);
    assert_err(code_hex_read(STR("abcdef"), out, 2), DP_INVALID);
    assert_err(code_hex_read(STR("abcg"), out, 2), DP_INVALID);
    assert_err(code_hex_read(STR("ab c"), out, 2), DP_INVALID);
    assert_err(code_hex_read(STR("ab\0c"), out, 2), DP_INVALID);
    assert_err(code_base32_read(STR("0"), out, 1), DP_INVALID);
    assert_err(code_base32_read(STR("000"), out, 1), DP_INVALID);
    assert_err(code_base32_read(STR("0U"), out, 1), DP_INVALID);
    assert_err(code_base32_read(STR("01"), out, 1),
               DP_INVALID); /* two spare bits, one is set */
    assert_err(code_base64_read(STR("Zg=="), out, 1), DP_INVALID);
    assert_err(code_base64_read(STR("Z+8"), out, 2), DP_INVALID);
    assert_err(code_base64_read(STR("Z/8"), out, 2), DP_INVALID);
    assert_err(code_base64_read(STR("Zh"), out, 1), DP_INVALID); /* a spare bit is set */
    assert_err(code_base64_read(STR(""), out, 1), DP_INVALID);
}

/* The vectors of RFC 4648, section 10, in the URL-safe alphabet and without padding. */
static void test_code_base64_matches_rfc_4648(void **state)
{
    (void)state;
    static const char *const coded[] = { "",       "Zg",      "Zm8",     "Zm9v",
                                         "Zm9vYg", "Zm9vYmE", "Zm9vYmFy" };
    for (size_t len = 0; len <= 6; len++) {
        char text[CODE_BASE64_LEN(6) + 1];
        uint8_t back[6];
        code_base64(bytes_of("foobar", len), text, sizeof text);
        assert_string_equal(text, coded[len]);
        assert_int_equal(strlen(text), CODE_BASE64_LEN(len));
        assert_ok(code_base64_read(str_of(coded[len]), back, len));
        assert_memory_equal(back, "foobar", len);
    }
    char text[5];
    code_base64(bytes_of("\xfb\xff\xbf", 3), text, sizeof text);
    assert_string_equal(text, "-_-_");
}

/* RFC 4648's base32 vectors, put into Crockford's alphabet. */
static void test_code_base32_matches_rfc_4648_in_crockfords_letters(void **state)
{
    (void)state;
    static const char theirs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    static const char ours[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    static const char *const coded[] = { "",        "MY",       "MZXQ",      "MZXW6",
                                         "MZXW6YQ", "MZXW6YTB", "MZXW6YTBOI" };
    for (size_t len = 0; len <= 6; len++) {
        char wanted[16] = "";
        char text[16];
        for (size_t i = 0; i < strlen(coded[len]); i++) {
            wanted[i] = ours[strchr(theirs, coded[len][i]) - theirs];
        }
        code_base32(bytes_of("foobar", len), text, sizeof text);
        assert_string_equal(text, wanted);
        assert_int_equal(strlen(text), CODE_BASE32_LEN(len));
    }
}

/* A person may write small letters, and O, I and L for the digits that they look like. */
static void test_code_base32_read_forgives_look_alikes(void **state)
{
    (void)state;
    uint8_t exact[5];
    uint8_t loose[5];
    assert_ok(code_base32_read(STR("0011ABYZ"), exact, 5));
    assert_ok(code_base32_read(STR("oOiLabyz"), loose, 5));
    assert_memory_equal(exact, loose, 5);
}

/* Hexadecimal is written small and read in both cases. */
static void test_code_hex_reads_both_cases(void **state)
{
    (void)state;
    char text[CODE_HEX_LEN(4) + 1];
    uint8_t back[4];
    code_hex(bytes_of("\x00\xa9\xff\x10", 4), text, sizeof text);
    assert_string_equal(text, "00a9ff10");
    assert_ok(code_hex_read(STR("00A9fF10"), back, 4));
    assert_memory_equal(back, "\x00\xa9\xff\x10", 4);
}

/* Random bytes of every length come back through each code. */
static void test_code_round_trips(void **state)
{
    (void)state;
    uint64_t seed = 9;
    for (size_t round = 0; round < 2000; round++) {
        size_t len = round % (LONGEST + 1);
        uint8_t in[LONGEST];
        uint8_t back[LONGEST];
        char text[CODE_HEX_LEN(LONGEST) + 1];
        for (size_t i = 0; i < len; i++) {
            in[i] = (uint8_t)support_random(&seed);
        }
        code_hex(bytes_of(in, len), text, sizeof text);
        assert_ok(code_hex_read(str_of(text), back, len));
        assert_memory_equal(in, back, len);
        code_base32(bytes_of(in, len), text, sizeof text);
        assert_ok(code_base32_read(str_of(text), back, len));
        assert_memory_equal(in, back, len);
        code_base64(bytes_of(in, len), text, sizeof text);
        assert_ok(code_base64_read(str_of(text), back, len));
        assert_memory_equal(in, back, len);
    }
}

/* What has a meaning in an address, a byte of UTF-8 and a NUL are written out; the longest fits. */
static void test_code_url_keeps_only_plain_characters(void **state)
{
    (void)state;
    char text[CODE_URL_LEN(16) + 1];
    code_url(STR("az-AZ_09.~"), text, sizeof text);
    assert_string_equal(text, "az-AZ_09.~");
    code_url(STR("a b&c=d?#+%/\""), text, sizeof text);
    assert_string_equal(text, "a%20b%26c%3Dd%3F%23%2B%25%2F%22");
    code_url((struct str){ "\xc3\xbc\0\xff", 4 }, text, sizeof text);
    assert_string_equal(text, "%C3%BC%00%FF");
    code_url(STR("                "), text, sizeof text);
    assert_int_equal(strlen(text), sizeof text - 1);
    code_url(STR(""), text, 1);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_code_read_bad_text_is_refused),
        cmocka_unit_test(test_code_base64_matches_rfc_4648),
        cmocka_unit_test(test_code_base32_matches_rfc_4648_in_crockfords_letters),
        cmocka_unit_test(test_code_base32_read_forgives_look_alikes),
        cmocka_unit_test(test_code_hex_reads_both_cases),
        cmocka_unit_test(test_code_round_trips),
        cmocka_unit_test(test_code_url_keeps_only_plain_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
