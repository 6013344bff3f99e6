/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mbedtls/oid.h>
#include <mbedtls/x509_crt.h>

#include "certs/info.h"
#include "certs/leaf.h"
#include "certs/pair_mbedtls.h"
#include "tests/support/support.h"

enum { DAY_S = 86400, START_S = 1772000000 };

struct fixture {
    const char *dir;
    const char *folder;
    const char *key;
    const char *pem;
    int64_t now_s;
    struct clock clock;
    struct names names;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    memset(&fixture, 0, sizeof fixture);
    fixture.dir = support_tempdir();
    fixture.folder = support_path(fixture.dir, "certs");
    fixture.key = support_path(fixture.folder, "leaf.key");
    fixture.pem = support_path(fixture.folder, "leaf.pem");
    fixture.now_s = START_S;
    fixture.clock = clock_fixed(&fixture.now_s);
    assert_ok(names_add(&fixture.names, STR("pulse.example.org"), NULL));
    assert_ok(names_add(&fixture.names, STR("10.1.2.3"), NULL));
    assert_ok(names_add(&fixture.names, STR("2001:db8::5"), NULL));
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    support_remove_tree(fixture->dir);
    return 0;
}

/* Calls leaf_ensure(), which must succeed, and tells whether it made a leaf. */
static bool ensure(struct fixture *f)
{
    bool is_new = false;
    struct dp_problem problem = { 0 };
    assert_ok(leaf_ensure(f->folder, &f->names, &f->clock, &is_new, &problem));
    struct cert_pair *pair = NULL;
    assert_ok(load_pair(f->key, f->pem, &pair, &problem));
    load_free(pair);
    return is_new;
}

/* A certificate for nothing is of no use to any phone. */
static void test_leaf_ensure_without_names_is_refused(void **state)
{
    struct fixture *f = *state;
    struct names none = { 0 };
    bool is_new = true;
    struct dp_problem problem = { 0 };
    assert_err(leaf_ensure(f->folder, &none, &f->clock, &is_new, &problem), DP_USAGE);
    assert_false(is_new);
    assert_err(leaf_renew(f->folder, &none, &f->clock, &problem), DP_USAGE);
}

/* What is wrong with the authority comes out of here too. */
static void test_leaf_ensure_broken_authority_is_said(void **state)
{
    struct fixture *f = *state;
    struct dp_problem problem = { 0 };
    assert_true(ensure(f));
    assert_int_equal(unlink(support_path(f->folder, "ca.key")), 0);
    assert_err(leaf_ensure(f->folder, &f->names, &f->clock, NULL, &problem), DP_CONFLICT);
}

/* The leaf verifies against the authority for each name, as a server, and for nothing else. */
static void test_leaf_ensure_first_start_makes_verifiable_leaf(void **state)
{
    struct fixture *f = *state;
    struct cert_pair *pair = NULL;
    struct stat info;
    mbedtls_x509_crt ca;
    static const char *const good[] = { "pulse.example.org", "10.1.2.3", "2001:db8::5" };
    assert_true(ensure(f));
    assert_int_equal(stat(f->key, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    mbedtls_x509_crt_init(&ca);
    assert_int_equal(mbedtls_x509_crt_parse_file(&ca, support_path(f->folder, "ca.pem")), 0);
    assert_ok(load_pair(f->key, f->pem, &pair, NULL));
    const uint32_t time_flags = MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE;
    for (size_t i = 0; i < 3; i++) {
        uint32_t flags = 0;
        (void)mbedtls_x509_crt_verify(&pair->chain, &ca, NULL, good[i], &flags, NULL, NULL);
        assert_int_equal(flags & ~time_flags, 0);
    }
    uint32_t flags = 0;
    (void)mbedtls_x509_crt_verify(&pair->chain, &ca, NULL, "evil.example.org", &flags, NULL,
                                  NULL);
    assert_int_equal(flags & ~time_flags, MBEDTLS_X509_BADCERT_CN_MISMATCH);
    mbedtls_x509_crt *leaf = &pair->chain;
    assert_null(leaf->next);
    assert_int_equal(mbedtls_x509_crt_get_ca_istrue(leaf), 0);
    assert_int_equal(
        mbedtls_x509_crt_check_extended_key_usage(leaf, MBEDTLS_OID_SERVER_AUTH,
                                                  MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)),
        0);
    assert_int_not_equal(
        mbedtls_x509_crt_check_extended_key_usage(leaf, MBEDTLS_OID_CLIENT_AUTH,
                                                  MBEDTLS_OID_SIZE(MBEDTLS_OID_CLIENT_AUTH)),
        0);
    assert_int_equal(leaf->MBEDTLS_PRIVATE(sig_md), MBEDTLS_MD_SHA256);
    assert_int_equal(pair_time_s(&leaf->valid_to), START_S + 90LL * DAY_S);
    load_free(pair);
    mbedtls_x509_crt_free(&ca);
}

/* Sixty of ninety days: the last second keeps the leaf, the next one renews it with a new key. */
static void test_leaf_ensure_renews_at_two_thirds(void **state)
{
    struct fixture *f = *state;
    struct cert_info info;
    assert_true(ensure(f));
    assert_false(ensure(f));
    const char *key = support_read_file(f->key, NULL);
    assert_ok(info_of_file(f->pem, &f->clock, &info, NULL));
    int64_t renew_s = info.not_before_s + (info.not_after_s - info.not_before_s) * 2 / 3;
    f->now_s = renew_s - 1;
    assert_false(ensure(f));
    f->now_s = renew_s;
    assert_true(ensure(f));
    assert_string_not_equal(support_read_file(f->key, NULL), key);
    assert_false(ensure(f));
}

/* A leaf from the future (a clock that was wrong at set-up) would be refused by every phone. */
static void test_leaf_ensure_clock_turned_back_makes_new(void **state)
{
    struct fixture *f = *state;
    assert_true(ensure(f));
    f->now_s -= 2LL * DAY_S;
    /* The authority is from the future too, so a person must look at the clock. */
    struct dp_problem problem = { 0 };
    assert_err(leaf_ensure(f->folder, &f->names, &f->clock, NULL, &problem), DP_OUT_OF_RANGE);
    assert_non_null(strstr(problem.sentence, "clock"));
    f->now_s = START_S + 40LL * DAY_S;
    assert_ok(leaf_renew(f->folder, &f->names, &f->clock, &problem));
    f->now_s = START_S + 20LL * DAY_S;
    assert_true(ensure(f));
}

/* Other names, same order or not: only another set makes a new leaf. */
static void test_leaf_ensure_changed_names_make_new(void **state)
{
    struct fixture *f = *state;
    assert_true(ensure(f));
    struct names turned = { 0 };
    for (size_t i = f->names.count; i > 0; i--) {
        assert_ok(names_add(&turned, str_of(f->names.text[i - 1]), NULL));
    }
    f->names = turned;
    assert_false(ensure(f));
    assert_ok(names_add(&f->names, STR("pulse.local"), NULL));
    assert_true(ensure(f));
}

/* Missing, broken or mixed-up files of ours are mended without asking. */
static void test_leaf_ensure_broken_files_make_new(void **state)
{
    struct fixture *f = *state;
    assert_true(ensure(f));
    assert_int_equal(unlink(f->key), 0);
    assert_true(ensure(f));
    assert_int_equal(unlink(f->pem), 0);
    assert_true(ensure(f));
    support_write_file(f->pem, "x", 1);
    assert_true(ensure(f));
    size_t len = 0;
    const char *other = support_read_file(support_path(f->folder, "ca.key"), &len);
    support_write_file(f->key, other, len);
    assert_true(ensure(f));
}

/* A leaf of an authority that was moved away is worth nothing under the new one. */
static void test_leaf_ensure_new_authority_makes_new(void **state)
{
    struct fixture *f = *state;
    assert_true(ensure(f));
    assert_int_equal(unlink(support_path(f->folder, "ca.key")), 0);
    assert_int_equal(unlink(support_path(f->folder, "ca.pem")), 0);
    assert_true(ensure(f));
    assert_false(ensure(f));
}

/* Asked for, it comes; even when the old one is fresh. */
static void test_leaf_renew_makes_new(void **state)
{
    struct fixture *f = *state;
    struct dp_problem problem = { 0 };
    assert_true(ensure(f));
    const char *before = support_read_file(f->pem, NULL);
    assert_ok(leaf_renew(f->folder, &f->names, &f->clock, &problem));
    assert_string_not_equal(support_read_file(f->pem, NULL), before);
}

/* As many names as there may be, of the longest kind, fit. */
static void test_leaf_ensure_most_names_fit(void **state)
{
    struct fixture *f = *state;
    char text[NAMES_TEXT_MAX];
    struct cert_info info;
    while (f->names.count < NAMES_MAX) {
        memset(text, 'a' + (int)(f->names.count % 26), sizeof text);
        text[0] = (char)('0' + (int)(f->names.count / 26));
        for (size_t i = 63; i < sizeof text; i += 64) {
            text[i] = '.';
        }
        assert_ok(names_add(&f->names, (struct str){ text, NAMES_TEXT_MAX - 1 }, NULL));
    }
    assert_true(ensure(f));
    assert_false(ensure(f));
    assert_ok(info_of_file(f->pem, &f->clock, &info, NULL));
    assert_true(names_equal(&info.names, &f->names));
}

#define LEAF_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LEAF_TEST(test_leaf_ensure_without_names_is_refused),
        LEAF_TEST(test_leaf_ensure_broken_authority_is_said),
        LEAF_TEST(test_leaf_ensure_first_start_makes_verifiable_leaf),
        LEAF_TEST(test_leaf_ensure_renews_at_two_thirds),
        LEAF_TEST(test_leaf_ensure_clock_turned_back_makes_new),
        LEAF_TEST(test_leaf_ensure_changed_names_make_new),
        LEAF_TEST(test_leaf_ensure_broken_files_make_new),
        LEAF_TEST(test_leaf_ensure_new_authority_makes_new),
        LEAF_TEST(test_leaf_renew_makes_new),
        LEAF_TEST(test_leaf_ensure_most_names_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
