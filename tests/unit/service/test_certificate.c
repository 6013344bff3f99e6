/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "app/service/certificate/certificate.h"
#include "tests/support/support.h"

static struct config config;
static const char *dir;
static const char *certs;

/* Settings from up to three "--name=value". */
static void load(const char *first, const char *second, const char *third)
{
    static char space[3][256];
    const char *const given[] = { first, second, third };
    char *flags[3];
    size_t count = 0;
    struct dp_problem problem = { 0 };
    for (size_t i = 0; i < 3 && given[i] != NULL; i++) {
        (void)snprintf(space[i], sizeof space[i], "%s", given[i]);
        flags[count++] = space[i];
    }
    struct config_sources sources = { .flags = flags,
                                      .flags_count = count,
                                      .host_name = "box.example" };
    assert_ok(config_load(&sources, &config, &problem));
}

static int setup(void **state)
{
    (void)state;
    dir = support_tempdir();
    certs = support_path(dir, "certs");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    support_remove_tree(dir);
    return 0;
}

static bool has_name(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->text[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* The admin's own files are found where the settings say, and no authority with them. */
static void test_certificate_find_own_files(void **state)
{
    (void)state;
    struct certificate found;
    load("--cert-file=/etc/x/chain.pem", "--key-file=/etc/x/key.pem", NULL);
    assert_ok(certificate_find(&config, certs, &found));
    assert_false(found.is_local);
    assert_string_equal(found.chain_path, "/etc/x/chain.pem");
    assert_string_equal(found.key_path, "/etc/x/key.pem");
    assert_string_equal(found.ca_path, "");
}

/* Own files are never made, renewed or written to. */
static void test_certificate_renew_own_files_is_refused(void **state)
{
    (void)state;
    struct clock clock = clock_system();
    struct dp_problem problem = { 0 };
    char chain[300];
    char key[300];
    bool is_new = true;
    (void)snprintf(chain, sizeof chain, "--cert-file=%s", support_path(dir, "chain.pem"));
    (void)snprintf(key, sizeof key, "--key-file=%s", support_path(dir, "key.pem"));
    load(chain, key, NULL);
    assert_err(certificate_renew(&config, certs, &clock, &problem), DP_CONFLICT);
    assert_string_not_equal(problem.sentence, "");
    assert_ok(certificate_ensure(&config, certs, &clock, &is_new, &problem));
    assert_false(is_new);
    assert_false(file_exists(support_path(dir, "chain.pem")));
    assert_false(file_exists(certs));
    struct cert_info info;
    assert_err(certificate_info(&config, certs, &clock, &info, &problem), DP_NOT_FOUND);
}

/* The names are those of the settings, the host of the links among them, and no others. */
static void test_certificate_names_are_those_of_the_settings(void **state)
{
    (void)state;
    struct names names;
    load("--public-name=pulse.example,192.0.2.7", "--base-url=https://go.example:8443", NULL);
    assert_ok(certificate_names(&config, &names, NULL));
    assert_int_equal(names.count, 3);
    assert_true(has_name(&names, "pulse.example"));
    assert_true(has_name(&names, "192.0.2.7"));
    assert_true(has_name(&names, "go.example"));
    load("--public-name=pulse.example", "--base-url=https://[2001:db8::1]:8443", NULL);
    assert_ok(certificate_names(&config, &names, NULL));
    assert_true(has_name(&names, "2001:db8::1"));
    assert_int_equal(names.count, 2);
}

/* Without public_name it is for all that the machine is called. */
static void test_certificate_names_default_is_the_machine(void **state)
{
    (void)state;
    struct names names;
    load(NULL, NULL, NULL);
    assert_ok(certificate_names(&config, &names, NULL));
    assert_true(has_name(&names, "box.example"));
    assert_true(has_name(&names, "localhost"));
    assert_true(names.count > 2);
}

/* The first call makes authority and leaf, the second nothing, a renewal another leaf. */
static void test_certificate_ensure_makes_one_once(void **state)
{
    (void)state;
    struct clock clock = clock_system();
    struct dp_problem problem = { 0 };
    struct cert_info first;
    struct cert_info second;
    bool is_new = false;
    load("--public-name=pulse.example", NULL, NULL);
    assert_ok(certificate_ensure(&config, certs, &clock, &is_new, &problem));
    assert_true(is_new);
    assert_ok(certificate_info(&config, certs, &clock, &first, &problem));
    assert_true(first.days_left >= 89);
    assert_ok(certificate_ensure(&config, certs, &clock, &is_new, &problem));
    assert_false(is_new);
    assert_ok(certificate_renew(&config, certs, &clock, &problem));
    assert_ok(certificate_info(&config, certs, &clock, &second, &problem));
    assert_string_not_equal(first.fingerprint, second.fingerprint);
    assert_string_equal(first.issuer, second.issuer);
}

/* When the names change, so does the leaf. */
static void test_certificate_ensure_new_names_make_a_new_leaf(void **state)
{
    (void)state;
    struct clock clock = clock_system();
    struct dp_problem problem = { 0 };
    bool is_new = false;
    load("--public-name=pulse.example", NULL, NULL);
    assert_ok(certificate_ensure(&config, certs, &clock, &is_new, &problem));
    load("--public-name=pulse.example,other.example", NULL, NULL);
    assert_ok(certificate_ensure(&config, certs, &clock, &is_new, &problem));
    assert_true(is_new);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_certificate_find_own_files, setup, teardown),
        cmocka_unit_test_setup_teardown(test_certificate_renew_own_files_is_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_certificate_names_are_those_of_the_settings, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_certificate_names_default_is_the_machine, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_certificate_ensure_makes_one_once, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_certificate_ensure_new_names_make_a_new_leaf,
                                        setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
