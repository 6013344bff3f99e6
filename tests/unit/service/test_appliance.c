/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "app/service/appliance/appliance.h"
#include "storage/office_key_record.h"
#include "storage/question_record.h"
#include "storage/team_record.h"
#include "tests/support/support.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static int64_t now_s;
static const char *dir;

static int setup(void **state)
{
    (void)state;
    dir = support_tempdir();
    now_s = 1772665200; /* Wednesday, 4 March 2026, 23:00 UTC: Thursday in Berlin */
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    support_remove_tree(dir);
    return 0;
}

static struct appliance_start good(void)
{
    return (struct appliance_start){ .path = support_path(dir, "data"),
                                     .name = "Example",
                                     .zone = "Europe/Berlin",
                                     .base_url = "https://pulse.example",
                                     .language = LANGUAGE_DE,
                                     .is_demo = true };
}

static struct date date_of(const char *text)
{
    struct date date = { 0 };
    assert_ok(date_parse(str_of(text), &date));
    return date;
}

/* Values that can't be: nothing is made, and a sentence says why. */
static void test_appliance_create_bad_value_makes_nothing(void **state)
{
    (void)state;
    struct appliance_start bad[5];
    for (size_t i = 0; i < COUNT(bad); i++) {
        bad[i] = good();
    }
    bad[0].zone = "Mars/Olympus";
    bad[1].name = "";
    bad[2].min_people = ORGANISATION_MIN_PEOPLE_FLOOR - 1;
    bad[3].zone = "../../etc/passwd";
    bad[4].base_url = "javascript:alert(1)";
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct dp_problem problem = { 0 };
        struct appliance appliance;
        dp_err made = appliance_create(&bad[i], clock_fixed(&now_s), &problem, &appliance);
        if (err_is_ok(made)) {
            fail_msg("start %zu was taken", i);
        }
        assert_true(strlen(problem.sentence) > 10);
        appliance_close(&appliance); /* closing what never opened is fine */
        assert_err(appliance_open(bad[i].path, clock_fixed(&now_s), &problem, &appliance),
                   DP_NOT_FOUND);
    }
}

/* No parent, and a folder that is one already, which stays as it was. */
static void test_appliance_create_again_exists(void **state)
{
    (void)state;
    struct dp_problem problem = { 0 };
    struct appliance appliance;
    struct appliance_start start = good();
    start.path = support_path(dir, "no/where");
    assert_err(appliance_create(&start, clock_fixed(&now_s), &problem, &appliance),
               DP_NOT_FOUND);
    start = good();
    assert_ok(appliance_create(&start, clock_fixed(&now_s), &problem, &appliance));
    appliance_close(&appliance);
    start.name = "Another";
    assert_err(appliance_create(&start, clock_fixed(&now_s), &problem, &appliance), DP_EXISTS);
    assert_ok(appliance_open(start.path, clock_fixed(&now_s), &problem, &appliance));
    assert_string_equal(appliance.organisation.name, "Example");
    appliance_close(&appliance);
    appliance_close(&appliance); /* twice is fine */
}

static bool count_question(const struct question *question, void *context)
{
    (void)question;
    size_t *count = context;
    (*count)++;
    return true;
}

/* A new folder has organisation, root, all questions and different secret keys; opened again it is
 * the same, and its programme begins on the Monday of its first week. */
static void test_appliance_create_then_open_has_everything(void **state)
{
    (void)state;
    struct dp_problem problem = { 0 };
    struct appliance_start start = good();
    struct office_key keys[2];
    struct team root;
    size_t questions = 0;
    size_t wanted = 0;
    APPLIANCE_AUTO struct appliance appliance;
    assert_ok(appliance_create(&start, clock_fixed(&now_s), &problem, &appliance));
    appliance_close(&appliance);
    assert_ok(appliance_open(start.path, clock_fixed(&now_s), &problem, &appliance));
    assert_true(date_equal(appliance_today(&appliance), date_of("2026-03-05")));
    assert_true(date_equal(appliance.organisation.programme_start, date_of("2026-03-02")));
    assert_int_equal(appliance.organisation.min_people, ORGANISATION_MIN_PEOPLE_FLOOR);
    assert_int_equal(appliance.organisation.language, LANGUAGE_DE);
    assert_string_equal(appliance.organisation.base_url, "https://pulse.example");
    assert_true(appliance.organisation.is_demo);
    assert_true(appliance.folder.is_demo);
    STORE_READ_AUTO struct store_txn *txn = NULL;
    assert_ok(store_read(appliance.office, &txn));
    assert_ok(team_record_get(txn, (struct team_id){ TEAM_ROOT }, &root));
    assert_string_equal(root.name, "Example");
    assert_ok(question_record_each(txn, count_question, &questions));
    (void)question_defaults(&wanted);
    assert_int_equal(questions, wanted);
    assert_ok(office_key_record_get(txn, OFFICE_KEY_LINK, &keys[0]));
    assert_ok(office_key_record_get(txn, OFFICE_KEY_CSRF, &keys[1]));
    assert_memory_not_equal(keys[0].key.bytes, keys[1].key.bytes, sizeof keys[0].key.bytes);
    store_read_end(txn);
    txn = NULL;
}

/* Several processes, here two handles, may have the folder open at once. */
static void test_appliance_open_twice_is_fine(void **state)
{
    (void)state;
    struct dp_problem problem = { 0 };
    struct appliance_start start = good();
    struct appliance one;
    struct appliance two;
    assert_err(appliance_open(start.path, clock_fixed(&now_s), &problem, &two), DP_NOT_FOUND);
    assert_ok(appliance_create(&start, clock_fixed(&now_s), &problem, &one));
    assert_ok(appliance_open(start.path, clock_fixed(&now_s), &problem, &two));
    assert_string_equal(two.organisation.name, one.organisation.name);
    appliance_close(&one);
    assert_true(date_equal(appliance_today(&two), date_of("2026-03-05")));
    appliance_close(&two);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_appliance_create_bad_value_makes_nothing),
        TEST(test_appliance_create_again_exists),
        TEST(test_appliance_create_then_open_has_everything),
        TEST(test_appliance_open_twice_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
