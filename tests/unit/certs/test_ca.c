/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mbedtls/x509_crt.h>

#include "certs/ca.h"
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
};

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture.dir = support_tempdir();
    fixture.folder = support_path(fixture.dir, "certs");
    fixture.key = support_path(fixture.folder, "ca.key");
    fixture.pem = support_path(fixture.folder, "ca.pem");
    fixture.now_s = START_S;
    fixture.clock = clock_fixed(&fixture.now_s);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    support_remove_tree(fixture->dir);
    return 0;
}

static unsigned mode_of(const char *path)
{
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    return (unsigned)info.st_mode & 07777;
}

/* A certificate whose key is gone must not be replaced behind the admin's back. */
static void test_ca_ensure_missing_key_is_refused(void **state)
{
    struct fixture *f = *state;
    struct dp_problem problem = { 0 };
    assert_ok(ca_ensure(f->folder, &f->clock, &problem));
    const char *before = support_read_file(f->pem, NULL);
    assert_int_equal(unlink(f->key), 0);
    assert_err(ca_ensure(f->folder, &f->clock, &problem), DP_CONFLICT);
    assert_non_null(strstr(problem.sentence, "backup"));
    assert_string_equal(support_read_file(f->pem, NULL), before);
    assert_int_equal(access(f->key, F_OK), -1);
}

/* A key that is not the certificate's is a conflict, not a reason for a new authority. */
static void test_ca_ensure_wrong_key_is_refused(void **state)
{
    struct fixture *f = *state;
    struct dp_problem problem = { 0 };
    struct names names = { 0 };
    size_t len = 0;
    assert_ok(names_add(&names, STR("a.lan"), NULL));
    assert_ok(leaf_ensure(f->folder, &names, &f->clock, NULL, &problem));
    const char *other = support_read_file(support_path(f->folder, "leaf.key"), &len);
    support_write_file(f->key, other, len);
    assert_err(ca_ensure(f->folder, &f->clock, &problem), DP_CONFLICT);
    assert_non_null(strstr(problem.sentence, "ca.key"));
}

/* A broken certificate file is said, and kept. */
static void test_ca_ensure_broken_certificate_is_refused(void **state)
{
    struct fixture *f = *state;
    struct dp_problem problem = { 0 };
    assert_ok(ca_ensure(f->folder, &f->clock, &problem));
    support_write_file(f->pem, "no certificate", 14);
    assert_err(ca_ensure(f->folder, &f->clock, &problem), DP_INVALID);
    assert_non_null(strstr(problem.sentence, "ca.pem"));
}

/* Ten years on, a person must decide. The last second still counts. */
static void test_ca_ensure_expired_is_refused(void **state)
{
    struct fixture *f = *state;
    struct dp_problem problem = { 0 };
    struct cert_info info;
    assert_ok(ca_ensure(f->folder, &f->clock, &problem));
    assert_ok(info_of_file(f->pem, &f->clock, &info, &problem));
    f->now_s = info.not_after_s;
    assert_ok(ca_ensure(f->folder, &f->clock, &problem));
    f->now_s = info.not_after_s + 1;
    assert_err(ca_ensure(f->folder, &f->clock, &problem), DP_OUT_OF_RANGE);
    assert_non_null(strstr(problem.sentence, "expired on 2036-"));
}

/* The folder's parent is the caller's to make. */
static void test_ca_ensure_missing_parent_is_said(void **state)
{
    struct fixture *f = *state;
    struct dp_problem problem = { 0 };
    const char *folder = support_path(f->dir, "no/such/certs");
    assert_err(ca_ensure(folder, &f->clock, &problem), DP_NOT_FOUND);
    char longer[2000];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_err(ca_ensure(longer, &f->clock, &problem), DP_TOO_LONG);
    support_write_file(support_path(f->dir, "file"), "", 0);
    assert_err(ca_ensure(support_path(f->dir, "file"), &f->clock, &problem), DP_CONFLICT);
}

/* Made once: ten years, P-256, CA with pathlen 0 and no other use; the key is for its owner only. */
static void test_ca_ensure_first_start_makes_authority(void **state)
{
    struct fixture *f = *state;
    struct dp_problem problem = { 0 };
    struct cert_pair *pair = NULL;
    assert_ok(ca_ensure(f->folder, &f->clock, &problem));
    assert_int_equal(mode_of(f->folder), 0700);
    assert_int_equal(mode_of(f->key), 0600);
    assert_int_equal(mode_of(f->pem), 0644);
    assert_ok(load_pair(f->key, f->pem, &pair, &problem));
    mbedtls_x509_crt *ca = &pair->chain;
    assert_null(ca->next);
    assert_int_equal(mbedtls_x509_crt_get_ca_istrue(ca), 1);
    assert_int_equal(ca->MBEDTLS_PRIVATE(max_pathlen), 1); /* the library counts 0 as 1 */
    assert_int_equal(mbedtls_x509_crt_check_key_usage(ca, MBEDTLS_X509_KU_KEY_CERT_SIGN), 0);
    assert_int_not_equal(
        mbedtls_x509_crt_check_key_usage(ca, MBEDTLS_X509_KU_DIGITAL_SIGNATURE), 0);
    assert_int_equal(mbedtls_pk_get_bitlen(&ca->pk), 256);
    assert_int_equal(pair_time_s(&ca->valid_from), START_S - 3600);
    assert_int_equal(pair_time_s(&ca->valid_to), START_S + 3653LL * DAY_S);
    assert_int_equal(ca->serial.len, 16);
    load_free(pair);
}

/* A second start changes nothing. */
static void test_ca_ensure_again_keeps_files(void **state)
{
    struct fixture *f = *state;
    struct dp_problem problem = { 0 };
    assert_ok(ca_ensure(f->folder, &f->clock, &problem));
    const char *key = support_read_file(f->key, NULL);
    const char *pem = support_read_file(f->pem, NULL);
    f->now_s += 5LL * 365 * DAY_S;
    assert_ok(ca_ensure(f->folder, &f->clock, &problem));
    assert_string_equal(support_read_file(f->key, NULL), key);
    assert_string_equal(support_read_file(f->pem, NULL), pem);
}

/* A start that was killed after the key leaves no half authority behind. */
static void test_ca_ensure_after_cut_start_makes_both(void **state)
{
    struct fixture *f = *state;
    struct dp_problem problem = { 0 };
    struct cert_pair *pair = NULL;
    assert_ok(ca_ensure(f->folder, &f->clock, &problem));
    assert_int_equal(unlink(f->pem), 0);
    assert_ok(ca_ensure(f->folder, &f->clock, &problem));
    assert_ok(load_pair(f->key, f->pem, &pair, &problem));
    load_free(pair);
}

/* Processes that start together agree on one authority. */
static void test_ca_ensure_at_once_makes_one(void **state)
{
    struct fixture *f = *state;
    enum { STARTERS = 4 };
    pid_t pids[STARTERS];
    for (size_t i = 0; i < STARTERS; i++) {
        pids[i] = fork();
        assert_true(pids[i] >= 0);
        if (pids[i] == 0) {
            struct dp_problem problem = { 0 };
            _exit(err_is_ok(ca_ensure(f->folder, &f->clock, &problem)) ? 0 : 1);
        }
    }
    for (size_t i = 0; i < STARTERS; i++) {
        int status = 1;
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_int_equal(status, 0);
    }
    struct cert_pair *pair = NULL;
    assert_ok(load_pair(f->key, f->pem, &pair, NULL));
    load_free(pair);
}

#define CA_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CA_TEST(test_ca_ensure_at_once_makes_one), /* first: it forks, see certs/setup.h */
        CA_TEST(test_ca_ensure_missing_key_is_refused),
        CA_TEST(test_ca_ensure_wrong_key_is_refused),
        CA_TEST(test_ca_ensure_broken_certificate_is_refused),
        CA_TEST(test_ca_ensure_expired_is_refused),
        CA_TEST(test_ca_ensure_missing_parent_is_said),
        CA_TEST(test_ca_ensure_first_start_makes_authority),
        CA_TEST(test_ca_ensure_again_keeps_files),
        CA_TEST(test_ca_ensure_after_cut_start_makes_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
