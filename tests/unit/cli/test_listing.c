/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/cli/listing.h"
#include "app/core/str.h"
#include "tests/support/support.h"

/* What a listing prints. The caller frees it. */
static char *printed(const struct listing *listing)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    assert_ok(listing_print(listing, out));
    (void)fclose(out);
    return text;
}

static void assert_prints(struct listing *listing, const char *wanted)
{
    char *text = printed(listing);
    assert_string_equal(text, wanted);
    free(text);
    listing_free(listing);
}

/* Nothing in, nothing out. */
static void test_listing_print_empty_is_nothing(void **state)
{
    (void)state;
    struct listing listing = listing_new("l");
    assert_prints(&listing, "");
}

/* Words go to the left, numbers to the right, and no line ends in spaces. */
static void test_listing_print_columns_line_up(void **state)
{
    (void)state;
    static const char *const headings[] = { "week", "n", "" };
    struct listing listing = listing_new("lrl");
    listing_row(&listing, headings);
    listing_cell(&listing, "2026-W10");
    listing_cell_int(&listing, 1234);
    listing_cell(&listing, "hidden");
    listing_cell(&listing, "W1");
    listing_cell_int(&listing, -5);
    listing_cell(&listing, "");
    assert_prints(&listing, "week         n\n2026-W10  1234  hidden\nW1          -5\n");
}

/* Widths count characters, so that an umlaut does not shift the rest. */
static void test_listing_print_umlauts_count_once(void **state)
{
    (void)state;
    struct listing listing = listing_new("lr");
    listing_cell(&listing, "Vertr\xc3\xa4ge");
    listing_cell_int(&listing, 1);
    listing_cell(&listing, "Auftrag.");
    listing_cell_int(&listing, 22);
    assert_prints(&listing, "Vertr\xc3\xa4ge   1\nAuftrag.  22\n");
}

/* A name from a file can't steer the terminal. */
static void test_listing_cell_control_characters_are_replaced(void **state)
{
    (void)state;
    struct listing listing = listing_new("l");
    listing_cell(&listing, "a\033[2Jb\nc\x7f");
    assert_prints(&listing, "a?[2Jb?c?\n");
}

/* What is not a number is a dash; what is gets its decimals. */
static void test_listing_cell_fixed_unknown_is_a_dash(void **state)
{
    (void)state;
    struct listing listing = listing_new("rr");
    listing_cell_fixed(&listing, 3.14159, 2);
    listing_cell_fixed(&listing, (double)NAN, 2);
    listing_cell_fmt(&listing, "%d-%s", 7, "x");
    listing_cell_fixed(&listing, -0.001, 1);
    assert_prints(&listing, "3.14    -\n 7-x  0.0\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_listing_print_empty_is_nothing),
        cmocka_unit_test(test_listing_print_columns_line_up),
        cmocka_unit_test(test_listing_print_umlauts_count_once),
        cmocka_unit_test(test_listing_cell_control_characters_are_replaced),
        cmocka_unit_test(test_listing_cell_fixed_unknown_is_a_dash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
