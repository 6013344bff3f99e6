/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certs/info.h"
#include "certs/leaf.h"
#include "certs/load.h"
#include "tests/support/shell.h"
#include "tests/support/support.h"

enum { DAY_S = 86400, START_S = 1772000000 };

struct fixture {
    const char *dir;
    const char *folder;
    int64_t now_s;
    struct clock clock;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    struct names names = { 0 };
    fixture.dir = support_tempdir();
    fixture.folder = support_path(fixture.dir, "certs");
    fixture.now_s = START_S;
    fixture.clock = clock_fixed(&fixture.now_s);
    assert_ok(names_add(&names, STR("pulse.example.org"), NULL));
    assert_ok(names_add(&names, STR("10.1.2.3"), NULL));
    assert_ok(names_add(&names, STR("2001:db8::5"), NULL));
    assert_ok(leaf_ensure(fixture.folder, &names, &fixture.clock, NULL, NULL));
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    support_remove_tree(fixture->dir);
    return 0;
}

/* Each way in which there is no certificate to show. */
static void test_info_of_file_bad_file_is_refused(void **state)
{
    struct fixture *f = *state;
    struct cert_info info;
    struct dp_problem problem = { 0 };
    const char *path = support_path(f->dir, "x.pem");
    static char large[200000];
    assert_err(info_of_file(path, &f->clock, &info, &problem), DP_NOT_FOUND);
    support_write_file(path, "nothing", 7);
    assert_err(info_of_file(path, &f->clock, &info, &problem), DP_INVALID);
    support_write_file(path, large, sizeof large);
    assert_err(info_of_file(path, &f->clock, &info, &problem), DP_TOO_LONG);
    assert_err(info_of_file(f->dir, &f->clock, &info, &problem), DP_IO);
}

/* Every field, compared with what was ordered. */
static void test_info_of_pair_tells_what_was_issued(void **state)
{
    struct fixture *f = *state;
    struct cert_pair *pair = NULL;
    struct cert_info info;
    struct names names = { 0 };
    assert_ok(names_add(&names, STR("2001:db8::5"), NULL));
    assert_ok(names_add(&names, STR("pulse.example.org"), NULL));
    assert_ok(names_add(&names, STR("10.1.2.3"), NULL));
    assert_ok(load_pair(support_path(f->folder, "leaf.key"),
                        support_path(f->folder, "leaf.pem"), &pair, NULL));
    info_of_pair(pair, &f->clock, &info);
    assert_string_equal(info.subject, "CN=pulse.example.org");
    assert_memory_equal(info.issuer, "CN=Daypulse local CA ", 21);
    assert_true(names_equal(&info.names, &names));
    assert_int_equal(info.not_before_s, START_S - 3600);
    assert_int_equal(info.not_after_s, START_S + 90LL * DAY_S);
    assert_int_equal(info.days_left, 90);
    assert_false(info.is_ca);
    load_free(pair);
}

/* Whole days: 0 on the last day, -1 from the first second beyond. */
static void test_info_days_left_counts_down(void **state)
{
    struct fixture *f = *state;
    struct cert_info info;
    const char *path = support_path(f->folder, "leaf.pem");
    const int64_t end_s = START_S + 90LL * DAY_S;
    const int64_t cases[][2] = { { end_s - DAY_S, 1 },  { end_s - DAY_S + 1, 0 },
                                 { end_s, 0 },          { end_s + 1, -1 },
                                 { end_s + DAY_S, -1 }, { end_s + DAY_S + 1, -2 } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        f->now_s = cases[i][0];
        assert_ok(info_of_file(path, &f->clock, &info, NULL));
        assert_int_equal(info.days_left, cases[i][1]);
    }
}

/* The fingerprint is the one that openssl, and so a browser, shows. */
static void test_info_fingerprint_is_the_common_one(void **state)
{
    struct fixture *f = *state;
    struct cert_info info;
    char command[1024];
    const char *ca = support_path(f->folder, "ca.pem");
    const char *out = support_path(f->dir, "out");
    assert_ok(info_of_file(ca, &f->clock, &info, NULL));
    assert_true(info.is_ca);
    assert_string_equal(info.subject, info.issuer);
    (void)snprintf(command, sizeof command,
                   "openssl x509 -in %s -noout -fingerprint -sha256 | sed 's/.*=//' >%s", ca,
                   out);
    assert_int_equal(shell_run(command), 0);
    assert_int_equal(strlen(info.fingerprint), 95);
    assert_memory_equal(support_read_file(out, NULL), info.fingerprint, 95);
}

/* Another implementation accepts the chain in its strictest mode. */
static void test_info_chain_satisfies_strict_openssl(void **state)
{
    struct fixture *f = *state;
    char command[1024];
    (void)snprintf(command, sizeof command,
                   "openssl verify -x509_strict -purpose sslserver -attime %d -verify_hostname "
                   "pulse.example.org -CAfile %s/ca.pem %s/leaf.pem >%s/out 2>&1",
                   START_S + 60, f->folder, f->folder, f->dir);
    if (shell_run(command) != 0) {
        fail_msg("%s", support_read_file(support_path(f->dir, "out"), NULL));
    }
}

/* An admin's wildcard certificate, which we would never issue, is shown as it is. */
static void test_info_foreign_names_are_shown(void **state)
{
    struct fixture *f = *state;
    char command[1024];
    struct cert_info info;
    (void)snprintf(
        command, sizeof command,
        "cd %s && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
        "-subj /CN=x -addext 'subjectAltName=DNS:*.example.org,IP:10.0.0.9,email:a@b.c' "
        "-days 3 -keyout own.key -out own.pem >log 2>&1",
        f->dir);
    assert_int_equal(shell_run(command), 0);
    assert_ok(info_of_file(support_path(f->dir, "own.pem"), &f->clock, &info, NULL));
    assert_int_equal(info.names.count, 2);
    assert_string_equal(info.names.text[0], "*.example.org");
    assert_string_equal(info.names.text[1], "10.0.0.9");
}

#define INFO_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        INFO_TEST(test_info_of_file_bad_file_is_refused),
        INFO_TEST(test_info_of_pair_tells_what_was_issued),
        INFO_TEST(test_info_days_left_counts_down),
        INFO_TEST(test_info_fingerprint_is_the_common_one),
        INFO_TEST(test_info_chain_satisfies_strict_openssl),
        INFO_TEST(test_info_foreign_names_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
