/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "app/config/options.h"
#include "tests/support/support.h"

/* A value of a type with limits of its own. */
static struct config_option row(enum option_type type, int64_t min, int64_t max)
{
    return (struct config_option){ .name = "x",
                                   .type = type,
                                   .min = min,
                                   .max = max,
                                   .fallback = "",
                                   .unit = "",
                                   .help = "" };
}

static void assert_refused(const struct config_option *option, const char *const *values)
{
    for (size_t i = 0; values[i] != NULL; i++) {
        char out[OPTIONS_VALUE_MAX] = "old";
        dp_err err = options_normalise(option, str_of(values[i]), NULL, out);
        if (err_is_ok(err)) {
            fail_msg("\"%s\" was taken as \"%s\"", values[i], out);
        }
        assert_string_equal(out, "");
    }
}

/* Pairs of what is given and what is kept. */
static void assert_kept(const struct config_option *option, const char *const (*values)[2])
{
    for (size_t i = 0; values[i][0] != NULL; i++) {
        char out[OPTIONS_VALUE_MAX] = "old";
        if (!err_is_ok(options_normalise(option, str_of(values[i][0]), NULL, out))) {
            fail_msg("\"%s\" was refused", values[i][0]);
        }
        assert_string_equal(out, values[i][1]);
    }
}

/* Numbers: digits within the limits, and nothing else. */
static void test_options_normalise_int(void **state)
{
    (void)state;
    struct config_option option = row(OPTION_INT, -5, 70);
    assert_refused(&option, (const char *const[]){ "", "x", "-6", "71", "1.0", "1 2", "0x1",
                                                   "1e1", "99999999999999999999", NULL });
    assert_kept(
        &option,
        (const char *const[][2]){
            { "-5", "-5" }, { "70", "70" }, { " 007 ", "7" }, { "-0", "0" }, { NULL, NULL } });
}

/* Yes and no in the words that people use. */
static void test_options_normalise_bool(void **state)
{
    (void)state;
    struct config_option option = row(OPTION_BOOL, 0, 1);
    assert_refused(&option, (const char *const[]){ "", "y", "2", "yesno", "ja", NULL });
    assert_kept(&option, (const char *const[][2]){ { "YES", "yes" },
                                                   { "true", "yes" },
                                                   { "On", "yes" },
                                                   { "1", "yes" },
                                                   { "no", "no" },
                                                   { "False", "no" },
                                                   { "off", "no" },
                                                   { " 0 ", "no" },
                                                   { NULL, NULL } });
}

/* Texts have a length. */
static void test_options_normalise_text(void **state)
{
    (void)state;
    struct config_option option = row(OPTION_TEXT, 2, 4);
    assert_refused(&option, (const char *const[]){ "", "a", "abcde", "\xff\xff", NULL });
    assert_kept(&option, (const char *const[][2]){
                             { "ab", "ab" }, { " abcd ", "abcd" }, { NULL, NULL } });
}

/* Paths are absolute, or become so, within their length. */
static void test_options_normalise_path(void **state)
{
    (void)state;
    struct config_option option = row(OPTION_PATH, 1, 8);
    struct config_option may_be_empty = row(OPTION_PATH, 0, 8);
    char out[OPTIONS_VALUE_MAX];
    assert_refused(&option, (const char *const[]){ "", "a", "./a", "~/a", "/1234567x", "/a /",
                                                   "/a\nb", "/\x7f", NULL });
    assert_kept(&option, (const char *const[][2]){ { "/", "/" },
                                                   { "//", "/" },
                                                   { "/a/", "/a" },
                                                   { "/1234567", "/1234567" },
                                                   { NULL, NULL } });
    assert_kept(&may_be_empty, (const char *const[][2]){ { "", "" }, { NULL, NULL } });
    assert_ok(options_normalise(&option, STR("a/b"), "/12", out));
    assert_string_equal(out, "/12/a/b");
    assert_ok(options_normalise(&option, STR("/a"), "/12", out));
    assert_string_equal(out, "/a");
    assert_err(options_normalise(&option, STR("a/bc"), "/123", out), DP_INVALID);
    assert_err(options_normalise(&option, STR(""), "/12", out), DP_INVALID);
}

/* Addresses are numbers, with commas and perhaps spaces between them. */
static void test_options_normalise_addresses(void **state)
{
    (void)state;
    struct config_option option = row(OPTION_ADDRESSES, 1, 100);
    assert_refused(
        &option, (const char *const[]){ "", "localhost", "1.2.3", "1.2.3.4.5", "256.0.0.1",
                                        "0.0.0.0:80", "[::]", "0.0.0.0,",
                                        ",::", "::,,::", "0.0.0.0 ::", "fe80::1%eth0", NULL });
    assert_kept(&option, (const char *const[][2]){ { "0.0.0.0", "0.0.0.0" },
                                                   { " 0.0.0.0 , :: ", "0.0.0.0,::" },
                                                   { "2001:db8::1", "2001:db8::1" },
                                                   { NULL, NULL } });
}

/* Hosts are names as certificates take them, or addresses. */
static void test_options_normalise_hosts(void **state)
{
    (void)state;
    struct config_option option = row(OPTION_HOSTS, 0, 1000);
    char longest[64 + 4] = "";
    memset(longest, 'a', 63);
    assert_kept(&option, (const char *const[][2]){ { "", "" },
                                                   { "a", "a" },
                                                   { "A-1.example", "A-1.example" },
                                                   { "a, 192.0.2.7 ,::1", "a,192.0.2.7,::1" },
                                                   { longest, longest },
                                                   { NULL, NULL } });
    memcpy(longest + 63, "a", 2);
    assert_refused(&option, (const char *const[]){ longest, "a..b", ".a", "a.", "-a", "a-",
                                                   "a_b", "a b", "*.a", "a/b", "a:1",
                                                   "m\xc3\xbcller", "a,", "https://a", NULL });
}

/* The start of links: https, host, perhaps a port, and nothing behind it. */
static void test_options_normalise_url(void **state)
{
    (void)state;
    struct config_option option = row(OPTION_URL, 0, 300);
    assert_refused(&option, (const char *const[]){
                                "http://a", "https://", "https://a/", "https://a/b",
                                "https://a?x", "https://a#x", "https://u@a",
                                "https://a:", "https://a:0", "https://a:65536", "https://a:8x",
                                "https://[::1", "https://[a]", "https://[1.2.3.4]",
                                "https://::1", "HTTPS://a", "https://a b", "a", NULL });
    assert_kept(&option, (const char *const[][2]){
                             { "", "" },
                             { "https://a", "https://a" },
                             { "https://a.b:65535", "https://a.b:65535" },
                             { "https://192.0.2.7:1", "https://192.0.2.7:1" },
                             { "https://[::1]", "https://[::1]" },
                             { "https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443" },
                             { NULL, NULL } });
}

/* Log levels by their words. */
static void test_options_normalise_log_level(void **state)
{
    (void)state;
    struct config_option option = row(OPTION_LOG_LEVEL, 1, 16);
    assert_refused(&option, (const char *const[]){ "", "warn", "2", "infos", NULL });
    assert_kept(&option, (const char *const[][2]){ { "ERROR", "error" },
                                                   { "warning", "warning" },
                                                   { "Info", "info" },
                                                   { "debug", "debug" },
                                                   { NULL, NULL } });
}

/* A value longer than there is room for, or with a NUL, is refused by every type. */
static void test_options_normalise_unfit_bytes_are_refused(void **state)
{
    (void)state;
    static char endless[5000];
    memset(endless, '1', sizeof endless);
    endless[0] = '/';
    for (enum option_type type = OPTION_TEXT; type <= OPTION_LOG_LEVEL; type++) {
        struct config_option option = row(type, 0, 100000);
        char out[OPTIONS_VALUE_MAX];
        assert_err(
            options_normalise(&option, (struct str){ endless, sizeof endless }, "/", out),
            DP_INVALID);
        assert_err(options_normalise(&option, STR("1\0"), "/", out), DP_INVALID);
    }
}

/* Every row of the table is whole, its default is allowed, and no row takes a secret by value. */
static void test_options_table_is_sound(void **state)
{
    (void)state;
    static const char *const secrets[] = { "password", "secret", "token", "key" };
    for (enum config_id id = 0; id < CONFIG_COUNT; id++) {
        const struct config_option *option = options_get(id);
        char out[OPTIONS_VALUE_MAX];
        char words[200] = "";
        assert_non_null(option->name);
        assert_true(strlen(option->help) > 10 && option->unit != NULL);
        assert_int_not_equal(option->help[strlen(option->help) - 1], '.');
        assert_true(option->min <= option->max && option->max < 1000000);
        assert_ok(options_normalise(option, str_of(option->fallback), NULL, out));
        assert_string_equal(out, option->fallback);
        options_describe(option, words, sizeof words);
        assert_true(strlen(words) > 5);
        for (size_t i = 0; i < 4; i++) {
            assert_true(strstr(option->name, secrets[i]) == NULL ||
                        str_ends_with(str_of(option->name), STR("_file")));
        }
        for (enum config_id other = 0; other < id; other++) {
            assert_string_not_equal(option->name, options_get(other)->name);
        }
    }
}

/* Names are found with both kinds of line in them, and only whole. */
static void test_options_find_by_name(void **state)
{
    (void)state;
    assert_int_equal(options_find(STR("public_name")), CONFIG_PUBLIC_NAME);
    assert_int_equal(options_find(STR("public-name")), CONFIG_PUBLIC_NAME);
    assert_int_equal(options_find(STR("public")), CONFIG_COUNT);
    assert_int_equal(options_find(STR("PORT")), CONFIG_COUNT);
    assert_int_equal(options_find(STR("")), CONFIG_COUNT);
    assert_string_equal(options_nearest(STR("prot")), "port");
    assert_null(options_nearest(STR("something-else")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options_normalise_int),
        cmocka_unit_test(test_options_normalise_bool),
        cmocka_unit_test(test_options_normalise_text),
        cmocka_unit_test(test_options_normalise_path),
        cmocka_unit_test(test_options_normalise_addresses),
        cmocka_unit_test(test_options_normalise_hosts),
        cmocka_unit_test(test_options_normalise_url),
        cmocka_unit_test(test_options_normalise_log_level),
        cmocka_unit_test(test_options_normalise_unfit_bytes_are_refused),
        cmocka_unit_test(test_options_table_is_sound),
        cmocka_unit_test(test_options_find_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
