/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "certs/info.h"
#include "certs/leaf.h"
#include "certs/load.h"
#include "tests/support/shell.h"
#include "tests/support/support.h"

enum { DAY_S = 86400, START_S = 1772000000, SOMEBODY = 65534 };

struct fixture {
    const char *dir;
    const char *folder;
    const char *key;
    const char *chain;
    int64_t now_s;
    struct clock clock;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    struct names names = { 0 };
    fixture.dir = support_tempdir();
    fixture.folder = support_path(fixture.dir, "certs");
    fixture.key = support_path(fixture.folder, "leaf.key");
    fixture.chain = support_path(fixture.folder, "leaf.pem");
    fixture.now_s = START_S;
    fixture.clock = clock_fixed(&fixture.now_s);
    assert_ok(names_add(&names, STR("pulse.example.org"), NULL));
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

/* Runs the other implementation's tool in the test's folder; it must succeed. */
static void run_openssl(const struct fixture *f, const char *arguments)
{
    char command[1024];
    int len = snprintf(command, sizeof command, "cd %s && openssl %s >openssl.log 2>&1", f->dir,
                       arguments);
    assert_true(len > 0 && (size_t)len < sizeof command);
    if (shell_run(command) != 0) {
        fail_msg("openssl %s: %s", arguments,
                 support_read_file(support_path(f->dir, "openssl.log"), NULL));
    }
}

static void expect(const char *key, const char *chain, enum dp_code code, const char *said)
{
    struct dp_problem problem = { 0 };
    struct cert_pair *pair = NULL;
    assert_err(load_pair(key, chain, &pair, &problem), code);
    assert_null(pair);
    if (strstr(problem.sentence, said) == NULL) {
        fail_msg("\"%s\" lacks \"%s\"", problem.sentence, said);
    }
    assert_err(load_pair(key, chain, &pair, NULL), code); /* without a problem to fill */
}

/* The path that is wrong is named, and where to look. */
static void test_load_pair_missing_file_is_said(void **state)
{
    struct fixture *f = *state;
    const char *none = support_path(f->dir, "none.key");
    expect(none, f->chain, DP_NOT_FOUND, none);
    expect(f->key, none, DP_NOT_FOUND, "Check the path");
    expect(f->key, f->dir, DP_IO, f->dir);
}

/* Runs in a child without root's rights: the sentence names owner, mode and the command that helps. */
static int read_as_somebody(const struct fixture *f)
{
    struct dp_problem problem = { 0 };
    struct cert_pair *pair = NULL;
    if (geteuid() == 0 &&
        (setgroups(0, NULL) != 0 || setgid(SOMEBODY) != 0 || setuid(SOMEBODY) != 0)) {
        return 2;
    }
    if (!err_is(load_pair(f->key, f->chain, &pair, &problem), DP_FORBIDDEN)) {
        return 3;
    }
    support_write_file(support_path(f->dir, "said"), problem.sentence,
                       strlen(problem.sentence));
    return 0;
}

static const char *forbidden_sentence(const struct fixture *f)
{
    assert_int_equal(chmod(f->dir, 0777), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        _exit(read_as_somebody(f));
    }
    int status = 1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    return support_read_file(support_path(f->dir, "said"), NULL);
}

static void test_load_pair_unreadable_key_says_owner_and_fix(void **state)
{
    struct fixture *f = *state;
    char wanted[64];
    assert_int_equal(chmod(f->folder, 0755), 0);
    assert_int_equal(chmod(f->key, 0), 0);
    const char *said = forbidden_sentence(f);
    assert_non_null(strstr(said, f->key));
    assert_non_null(strstr(said, "Permission denied"));
    assert_non_null(strstr(said, "mode 0000"));
    (void)snprintf(wanted, sizeof wanted, "belongs to user %u", (unsigned)geteuid());
    assert_non_null(strstr(said, wanted));
    assert_non_null(strstr(said, "chgrp "));
    assert_non_null(strstr(said, "chmod 640"));
}

static void test_load_pair_closed_folder_says_so(void **state)
{
    struct fixture *f = *state;
    if (geteuid() != 0) {
        assert_int_equal(chmod(f->folder, 0), 0);
    }
    const char *said = forbidden_sentence(f);
    assert_non_null(strstr(said, f->key));
    assert_non_null(strstr(said, "folder on the way"));
    assert_int_equal(chmod(f->folder, 0700), 0);
}

/* Somebody else's key, or the chain in the wrong order: which of both is told apart. */
static void test_load_pair_other_key_is_refused(void **state)
{
    struct fixture *f = *state;
    const char *ca_key = support_path(f->folder, "ca.key");
    const char *ca_pem = support_path(f->folder, "ca.pem");
    const char *turned = support_path(f->dir, "turned.pem");
    char both[16384];
    expect(ca_key, f->chain, DP_CONFLICT, "is not the one of the certificate");
    int len = snprintf(both, sizeof both, "%s%s", support_read_file(ca_pem, NULL),
                       support_read_file(f->chain, NULL));
    support_write_file(turned, both, (size_t)len);
    expect(f->key, turned, DP_CONFLICT, "must come first");
}

/* Keys that the listener could not use are refused before it starts, with the way out. */
static void test_load_pair_unusable_key_is_refused(void **state)
{
    struct fixture *f = *state;
    const char *rsa = support_path(f->dir, "rsa.key");
    const char *locked = support_path(f->dir, "locked.key");
    const char *pkcs8 = support_path(f->dir, "pkcs8.key");
    const char *k1 = support_path(f->dir, "k1.key");
    run_openssl(f, "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.key");
    expect(rsa, f->chain, DP_INVALID, "RSA");
    expect(rsa, f->chain, DP_INVALID, "openssl ecparam -genkey");
    run_openssl(f, "ec -in certs/leaf.key -aes128 -passout pass:secret -out locked.key");
    expect(locked, f->chain, DP_INVALID, "");
    run_openssl(f, "pkcs8 -topk8 -in certs/leaf.key -passout pass:secret -out pkcs8.key");
    expect(pkcs8, f->chain, DP_INVALID, "");
    run_openssl(f, "ecparam -genkey -noout -name secp521r1 -out k1.key");
    expect(k1, f->chain, DP_INVALID, "k1.key");
}

/* Files that hold something else, nothing, or too much. */
static void test_load_pair_wrong_content_is_refused(void **state)
{
    struct fixture *f = *state;
    const char *odd = support_path(f->dir, "odd");
    static char large[200000];
    expect(f->chain, f->chain, DP_INVALID, f->chain);
    expect(f->key, f->key, DP_INVALID, f->key);
    support_write_file(odd, "", 0);
    expect(odd, f->chain, DP_INVALID, odd);
    expect(f->key, odd, DP_INVALID, odd);
    memset(large, '\n', sizeof large);
    support_write_file(odd, large, sizeof large);
    expect(odd, f->chain, DP_TOO_LONG, odd);
    expect(f->key, odd, DP_TOO_LONG, odd);
    size_t len = 0;
    const char *pem = support_read_file(f->chain, &len);
    support_write_file(odd, pem, len / 2);
    expect(f->key, odd, DP_INVALID, odd);
}

/* An admin's own pair in either key format, on either curve, with upper certificates behind. */
static void test_load_pair_admins_own_is_read_and_untouched(void **state)
{
    struct fixture *f = *state;
    struct cert_pair *pair = NULL;
    struct stat before;
    struct stat after;
    const char *key = support_path(f->dir, "own.key");
    const char *chain = support_path(f->dir, "own.pem");
    run_openssl(
        f, "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -subj /CN=own.lan "
           "-days 30 -keyout own.key -out own.pem && cat certs/ca.pem >>own.pem");
    assert_int_equal(chmod(key, 0400), 0);
    assert_int_equal(stat(key, &before), 0);
    assert_ok(load_pair(key, chain, &pair, NULL));
    load_free(pair);
    assert_int_equal(stat(key, &after), 0);
    assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    assert_int_equal(before.st_mode, after.st_mode);
    run_openssl(f, "pkcs8 -topk8 -nocrypt -in certs/leaf.key -out pkcs8.key");
    assert_ok(load_pair(support_path(f->dir, "pkcs8.key"), f->chain, &pair, NULL));
    load_free(pair);
    load_free(NULL);
}

/* First and last second count as valid; one beyond does not. */
static void test_load_check_edges_of_validity(void **state)
{
    struct fixture *f = *state;
    struct dp_problem problem = { 0 };
    struct cert_pair *pair = NULL;
    assert_ok(load_pair(f->key, f->chain, &pair, NULL));
    f->now_s = START_S - 3600;
    assert_ok(load_check(pair, &f->clock, &problem));
    f->now_s = START_S - 3601;
    assert_err(load_check(pair, &f->clock, &problem), DP_OUT_OF_RANGE);
    assert_non_null(strstr(problem.sentence, "valid from 2026-02-25 on"));
    f->now_s = START_S + 90LL * DAY_S;
    assert_ok(load_check(pair, &f->clock, &problem));
    f->now_s++;
    assert_err(load_check(pair, &f->clock, &problem), DP_OUT_OF_RANGE);
    assert_non_null(strstr(problem.sentence, "expired on 2026-05-26"));
    load_free(pair);
}

#define LOAD_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOAD_TEST(test_load_pair_missing_file_is_said),
        LOAD_TEST(test_load_pair_unreadable_key_says_owner_and_fix),
        LOAD_TEST(test_load_pair_closed_folder_says_so),
        LOAD_TEST(test_load_pair_other_key_is_refused),
        LOAD_TEST(test_load_pair_unusable_key_is_refused),
        LOAD_TEST(test_load_pair_wrong_content_is_refused),
        LOAD_TEST(test_load_pair_admins_own_is_read_and_untouched),
        LOAD_TEST(test_load_check_edges_of_validity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
