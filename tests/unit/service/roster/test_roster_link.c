/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/service/roster/roster.h"
#include "storage/audit_record.h"
#include "storage/office_key_record.h"
#include "storage/person_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/import/office.h"

static struct roster_report report;

static void import(const struct office *office, const char *text)
{
    struct import_file file = office_file(text);
    assert_ok(roster_import(office->store, &office->clock, &file, &report, NULL));
}

/* Who a token's text leads to; 0 for nobody. */
static uint64_t person_behind(const struct office *office, const char *text)
{
    uint8_t token[LINK_TOKEN_BYTES];
    struct person_id person = { 0 };
    struct store_txn *txn = NULL;
    assert_ok(roster_token_read(str_of(text), token));
    assert_ok(store_read(office->store, &txn));
    dp_err err = link_record_get(txn, token, &person);
    store_read_end(txn);
    assert_true(err_is_ok(err) || err_is(err, DP_NOT_FOUND));
    return person.value;
}

/* What is not a token is refused: wrong length, other characters. */
static void test_roster_token_read_bad_text_is_refused(void **state)
{
    (void)state;
    uint8_t token[LINK_TOKEN_BYTES];
    static const char *const bad[] = { "",
                                       "78S0YT9ATXHYJCE",
                                       "78S0YT9ATXHYJCEVV",
                                       "78S0YT9ATXHYJCEU",
                                       "78S0YT9ATXHY-CEV",
                                       "78S0YT9ATXHYJCE/" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_err(roster_token_read(str_of(bad[i]), token), DP_INVALID);
    }
}

/* The token is HMAC-SHA256 over label, person and generation, cut to 80 bits; the values come from
 * another implementation. Reading forgives small letters and look-alikes. */
static void test_roster_link_token_is_what_others_compute(void **state)
{
    (void)state;
    struct secret_key key;
    uint8_t token[LINK_TOKEN_BYTES];
    uint8_t again[LINK_TOKEN_BYTES];
    char text[ROSTER_TOKEN_TEXT];
    for (size_t i = 0; i < sizeof key.bytes; i++) {
        key.bytes[i] = (uint8_t)i;
    }
    roster_link_token(&key, (struct person_id){ 1 }, 1, token);
    roster_token_text(token, text);
    assert_string_equal(text, "78S0YT9ATXHYJCEV");
    assert_ok(roster_token_read(STR("78soyt9atxhyjcev"), again));
    assert_memory_equal(token, again, sizeof token);
    roster_link_token(&key, (struct person_id){ UINT64_C(1099511627781) }, 7, token);
    roster_token_text(token, text);
    assert_string_equal(text, "FAJ9D48TW8ANX570");
}

/* Nobody to re-issue for: unknown, or gone for good. */
static void test_roster_reissue_link_unknown_is_not_found(void **state)
{
    struct office *office = *state;
    char token[ROSTER_TOKEN_TEXT];
    import(office, "person_id,team\na,T\nb,T\n");
    assert_err(roster_reissue_link(office->store, &office->clock, STR("nobody"), "test", token),
               DP_NOT_FOUND);
    assert_string_equal(token, "");
    import(office, "person_id,team\na,T\n");
    assert_ok(roster_apply_due(office->store, &office->clock, office_date("2026-03-16"), NULL));
    assert_err(roster_reissue_link(office->store, &office->clock, STR("b"), "test", token),
               DP_NOT_FOUND);
}

static const char *listed(const struct office *office, const char *base_url)
{
    static char copy[4096];
    struct sink *sink = calloc(1, sizeof *sink);
    struct buf out = buf_new(sizeof copy - 1);
    const struct roster_link_list list = { .base_url = str_of(base_url), .actor = "test" };
    assert_non_null(sink);
    sink_start_buf(sink, &out);
    assert_ok(roster_list_links(office->store, &office->clock, &list, sink));
    struct str s = buf_str(&out);
    snprintf(copy, sizeof copy, "%.*s", STR_ARG(s));
    buf_free(&out);
    free(sink);
    return copy;
}

/* The token in the line of a person, or "" if there is none. */
static const char *token_of(const char *list, const char *external_id)
{
    static char token[ROSTER_TOKEN_TEXT];
    char start[64];
    snprintf(start, sizeof start, "\r\n%s,", external_id);
    const char *line = strstr(list, start);
    token[0] = '\0';
    if (line != NULL) {
        const char *path = strstr(line + 2, "/a/");
        assert_non_null(path);
        snprintf(token, sizeof token, "%.16s", path + 3);
    }
    return token;
}

/* A new link works at once, the old one never again. */
static void test_roster_reissue_link_makes_the_old_one_worthless(void **state)
{
    struct office *office = *state;
    char before[ROSTER_TOKEN_TEXT];
    char after[ROSTER_TOKEN_TEXT];
    struct store_txn *txn = NULL;
    struct audit_entry entry;
    import(office, "person_id,team\na,T\nb,T\n");
    memcpy(before, token_of(listed(office, ""), "a"), sizeof before);
    uint64_t person = person_behind(office, before);
    assert_int_not_equal(person, 0);
    assert_ok(roster_reissue_link(office->store, &office->clock, STR("a"), "hr", after));
    assert_string_not_equal(before, after);
    assert_int_equal(person_behind(office, before), 0);
    assert_int_equal(person_behind(office, after), person);
    assert_string_equal(token_of(listed(office, ""), "a"), after);
    assert_ok(roster_reissue_link(office->store, &office->clock, STR("a"), "hr", before));
    assert_int_equal(person_behind(office, after), 0);
    assert_ok(store_read(office->store, &txn));
    assert_ok(audit_record_head(txn, &entry));
    store_read_end(txn);
    assert_string_equal(entry.action, "roster.reissue");
    assert_string_equal(entry.actor, "hr");
    assert_null(strstr(entry.detail, before));
}

/* The list has everybody who is here or coming, with a link that works; who left is not on it. */
static void test_roster_list_links_has_who_is_here_or_coming(void **state)
{
    struct office *office = *state;
    import(office, "person_id,team\na,T\nb,T\n\"q,\"\"1\"\"\",T\n");
    const char *list = listed(office, "https://pulse.example");
    assert_memory_equal(list, "person_id,link\r\na,https://pulse.example/a/", 42);
    assert_non_null(strstr(list, "\r\n\"q,\"\"1\"\"\",https://pulse.example/a/"));
    import(office, "person_id,team\na,T\nnew,T\n");
    list = listed(office, "");
    assert_int_not_equal(person_behind(office, token_of(list, "new")), 0);
    assert_int_not_equal(person_behind(office, token_of(list, "b")), 0);
    char old[ROSTER_TOKEN_TEXT];
    memcpy(old, token_of(list, "b"), sizeof old);
    assert_ok(roster_apply_due(office->store, &office->clock, office_date("2026-03-16"), NULL));
    assert_string_equal(token_of(listed(office, ""), "b"), "");
    assert_int_equal(person_behind(office, old), 0);
}

/* An address stays within 40 characters of path. */
static void test_roster_list_links_path_is_short(void **state)
{
    struct office *office = *state;
    import(office, "person_id,team\na,T\n");
    const char *path = strstr(listed(office, ""), "/a/");
    assert_non_null(path);
    assert_int_equal(strcspn(path, "\r"), 3 + 16);
}

/* The office has one link key, made once. */
static void test_roster_import_link_key_is_made_once(void **state)
{
    struct office *office = *state;
    struct office_key first;
    struct office_key second;
    struct store_txn *txn = NULL;
    import(office, "person_id,team\na,T\n");
    assert_ok(store_read(office->store, &txn));
    assert_ok(office_key_record_get(txn, OFFICE_KEY_LINK, &first));
    store_read_end(txn);
    import(office, "person_id,team\na,T\nb,T\n");
    assert_ok(store_read(office->store, &txn));
    assert_ok(office_key_record_get(txn, OFFICE_KEY_LINK, &second));
    store_read_end(txn);
    assert_memory_equal(first.key.bytes, second.key.bytes, sizeof first.key.bytes);
}

int main(void)
{
#define OFFICE_TEST(name) cmocka_unit_test_setup_teardown(name, office_open, office_close)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roster_token_read_bad_text_is_refused),
        cmocka_unit_test(test_roster_link_token_is_what_others_compute),
        OFFICE_TEST(test_roster_reissue_link_unknown_is_not_found),
        OFFICE_TEST(test_roster_reissue_link_makes_the_old_one_worthless),
        OFFICE_TEST(test_roster_list_links_has_who_is_here_or_coming),
        OFFICE_TEST(test_roster_list_links_path_is_short),
        OFFICE_TEST(test_roster_import_link_key_is_made_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
