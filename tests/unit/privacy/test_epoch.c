/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "app/privacy/epoch.h"
#include "app/privacy/keyfile.h"
#include "storage/box.h"
#include "storage/organisation_record.h"
#include "storage/partition_record.h"
#include "tests/privacy/town.h"
#include "tests/support/support.h"

enum { OPEN_S = (11 * 60 + 30) * 60, CLOSE_S = 20 * 3600 };

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Hotline (2) 20 people, Night (3) 5 and Desk (4) 4 pooled, Sales (5) 9. */
static const struct town_team teams[] = {
    { 1, 0, 0 }, { 2, 1, 20 }, { 3, 1, 5 }, { 4, 1, 4 }, { 5, 1, 9 }
};

static dp_err make(struct town *town, const char *date, struct dp_problem *problem)
{
    *problem = (struct dp_problem){ 0 };
    return epoch_make(&town->house, (struct epoch_id){ town_date(date) }, problem);
}

static void refuse(struct town *town, const char *date, enum dp_code code)
{
    struct dp_problem problem;
    assert_err(make(town, date, &problem), code);
    assert_true(strlen(problem.sentence) > 10);
    size_t count = 99;
    struct epoch_id keys[KEYFILE_EPOCHS_MAX];
    assert_ok(keyfile_list(&town->folder, keys, &count));
    assert_int_equal(count, 0);
}

/* Nobody in the roster, a weekend, a pause, a day before the programme, a window that is over. */
static void test_epoch_make_without_question_or_people_is_refused(void **state)
{
    (void)state;
    struct town town;
    const struct town_team nobody[] = { { 1, 0, 0 }, { 2, 1, 0 } };
    town_start(&town, nobody, COUNT(nobody));
    refuse(&town, "2026-03-03", DP_NOT_FOUND);
    struct store_txn *txn = NULL;
    struct partition_state partition;
    assert_ok(store_read(town.office, &txn));
    assert_err(partition_record_get(txn, &partition), DP_NOT_FOUND);
    store_read_end(txn);
    town_seat(&town, 2, 30);
    refuse(&town, "2026-03-07", DP_NOT_FOUND);
    refuse(&town, "2026-02-27", DP_NOT_FOUND);
    town_pause(&town, town_date("2026-03-03"));
    refuse(&town, "2026-03-03", DP_NOT_FOUND);
    town_at(&town, town_date("2026-03-04"), 20 * 60);
    refuse(&town, "2026-03-04", DP_CLOSED);
    town.now_s--;
    struct dp_problem problem;
    assert_ok(make(&town, "2026-03-04", &problem));
    town_end(&town);
}

/* One epoch a date, ever: not while it has its box, and not after. */
static void test_epoch_make_twice_is_refused(void **state)
{
    (void)state;
    struct town town;
    struct dp_problem problem;
    town_start(&town, teams, COUNT(teams));
    town_make(&town, town_date("2026-03-03"));
    assert_err(make(&town, "2026-03-03", &problem), DP_EXISTS);
    town_close(&town, town_date("2026-03-03"));
    town_at(&town, town_date("2026-03-03"), 0); /* even if the clock goes back */
    assert_err(make(&town, "2026-03-03", &problem), DP_EXISTS);
    assert_true(strlen(problem.sentence) > 10);
    town_end(&town);
}

/* Two processes at once: the second is told so. */
static void test_epoch_make_beside_another_process_is_busy(void **state)
{
    (void)state;
    struct town town;
    struct dp_problem problem = { 0 };
    town_start(&town, teams, COUNT(teams));
    int lock_fd = -1;
    assert_ok(house_lock(&town.house, &lock_fd, &problem));
    assert_err(make(&town, "2026-03-03", &problem), DP_BUSY);
    assert_err(flush_close(&town.house, (struct epoch_id){ town_date("2026-03-03") }, false,
                           NULL, &problem),
               DP_BUSY);
    house_unlock(&lock_fd);
    assert_ok(make(&town, "2026-03-03", &problem));
    town_end(&town);
}

/* The plan: window, question, everybody's unit, headcounts; keys that fit, readable as they should. */
static void test_epoch_make_box_holds_the_plan(void **state)
{
    (void)state;
    struct town town;
    struct dp_problem problem = { 0 };
    struct date tuesday = town_date("2026-03-03");
    town_start(&town, teams, COUNT(teams));
    town_make(&town, tuesday);
    struct box *box = NULL;
    assert_ok(box_open(town.folder.box, (struct epoch_id){ tuesday }, &problem, &box));
    const struct box_head *head = box_head(box);
    assert_int_equal(head->open_s, (int64_t)tuesday.days * 86400 + OPEN_S);
    assert_int_equal(head->close_s, (int64_t)tuesday.days * 86400 + CLOSE_S);
    assert_true(head->is_anchor);
    assert_int_equal(head->question.value, 1);
    assert_int_equal(head->min_people, 5);
    assert_int_equal(head->people_count, 38);
    const struct {
        uint64_t person;
        uint32_t team;
        uint32_t headcount;
        enum unit_cadence cadence;
    } wanted[] = { { 1, 2, 20, UNIT_DAILY },
                   { 21, 3, 9, UNIT_WEEKLY },
                   { 26, 4, 9, UNIT_WEEKLY },
                   { 38, 5, 9, UNIT_WEEKLY } };
    for (size_t i = 0; i < COUNT(wanted); i++) {
        struct unit_id id;
        struct unit unit;
        assert_ok(box_find_person(box, (struct person_id){ wanted[i].person }, &id));
        assert_int_equal(id.value, town_unit(&town, wanted[i].team, tuesday));
        assert_ok(box_find_unit(box, id, &unit));
        assert_int_equal(unit.headcount, wanted[i].headcount);
        assert_int_equal(unit.cadence, wanted[i].cadence);
    }
    struct unit pool;
    uint32_t pool_id = town_pool(&town, town_unit(&town, 5, tuesday));
    assert_ok(box_find_unit(box, (struct unit_id){ pool_id }, &pool));
    assert_int_equal(pool.headcount, 18);
    struct ballot_keys *keys = ballot_keys_new();
    struct keyfile_moment made;
    assert_ok(keyfile_read_pair(&town.folder, (struct epoch_id){ tuesday }, keys, &made));
    assert_memory_equal(keys->public_key, head->public_key, sizeof keys->public_key);
    assert_ok(ballot_keys_try(keys));
    assert_int_equal(made.wall_s, town.now_s);
    ballot_keys_free(keys);
    box_close(box);
    struct stat info;
    assert_int_equal(stat(support_path(town.folder.epoch, "2026-03-03"), &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_int_equal(stat(support_path(town.folder.daykey, "2026-03-03"), &info), 0);
    assert_int_equal(info.st_mode & 07777, 0640);
    town_end(&town);
}

/* What changes within the week waits for Monday: units, cadence, headcount, newcomers. */
static void test_epoch_make_units_stay_for_the_week(void **state)
{
    (void)state;
    struct town town;
    struct date monday = town_date("2026-03-02");
    struct date tuesday = town_date("2026-03-03");
    struct date next = town_date("2026-03-09");
    town_start(&town, teams, COUNT(teams));
    struct dp_problem problem;
    assert_ok(make(&town, "2026-03-02", &problem));
    uint32_t sales = town_unit(&town, 5, monday);
    town_seat(&town, 5, 4);
    town_make(&town, tuesday);
    assert_int_equal(town_unit(&town, 5, tuesday), sales);
    town_make(&town, next);
    assert_int_equal(town_unit(&town, 5, tuesday), sales);
    assert_int_equal(town_unit(&town, 5, next), town_unit(&town, 3, next));
    /* And what is in force for next week can't be undone for this one. */
    town_at(&town, monday, 12 * 60);
    assert_err(make(&town, "2026-03-05", &problem), DP_CONFLICT);
    town_end(&town);
}

static dp_err raise_k(struct store_txn *txn, void *context)
{
    (void)context;
    struct organisation organisation;
    DP_TRY(organisation_record_get(txn, &organisation));
    organisation.min_people = 7;
    return organisation_record_put(txn, &organisation);
}

static uint32_t k_of_box(struct town *town, const char *date)
{
    struct box *box = NULL;
    struct dp_problem problem = { 0 };
    assert_ok(box_open(town->folder.box, (struct epoch_id){ town_date(date) }, &problem, &box));
    uint32_t k = box_head(box)->min_people;
    box_close(box);
    return k;
}

/* A higher k holds from the next programme year on, and never goes down again. */
static void test_epoch_make_k_is_frozen_for_the_year(void **state)
{
    (void)state;
    struct town town;
    town_start(&town, teams, COUNT(teams));
    town_make(&town, town_date("2026-03-03"));
    assert_ok(store_write(town.office, raise_k, NULL));
    town_make(&town, town_date("2027-02-26")); /* Friday of week 52 */
    assert_int_equal(k_of_box(&town, "2026-03-03"), 5);
    assert_int_equal(k_of_box(&town, "2027-02-26"), 5);
    town_make(&town, town_date("2027-03-01"));
    assert_int_equal(k_of_box(&town, "2027-03-01"), 7);
    town_end(&town);
}

static void assert_due(struct town *town, const char *first, const char *second)
{
    struct epoch_id due[EPOCH_DUE_MAX];
    size_t count = 99;
    assert_ok(epoch_due(&town->house, due, &count));
    assert_int_equal(count, (first != NULL ? 1 : 0) + (second != NULL ? 1 : 0));
    if (first != NULL) {
        assert_int_equal(due[0].date.days, town_date(first).days);
    }
    if (second != NULL) {
        assert_int_equal(due[1].date.days, town_date(second).days);
    }
}

/* Today's until it closes; the next from an hour before; over the weekend Monday's. */
static void test_epoch_due_next_one_comes_before_this_one_closes(void **state)
{
    (void)state;
    struct town town;
    struct date thursday = town_date("2026-03-05");
    town_start(&town, teams, COUNT(teams));
    town_at(&town, thursday, 1);
    assert_due(&town, "2026-03-05", NULL);
    struct dp_problem problem;
    assert_ok(make(&town, "2026-03-05", &problem));
    assert_due(&town, NULL, NULL);
    town_at(&town, thursday, 19 * 60 - 1);
    assert_due(&town, NULL, NULL);
    town_at(&town, thursday, 19 * 60);
    assert_due(&town, "2026-03-06", NULL);
    assert_ok(make(&town, "2026-03-06", &problem));
    town_close(&town, thursday);
    assert_due(&town, NULL, NULL);
    town_at(&town, town_date("2026-03-06"), 19 * 60);
    assert_due(&town, "2026-03-09", NULL);
    town_pause(&town, town_date("2026-03-09"));
    town_at(&town, town_date("2026-03-08"), 12 * 60);
    assert_due(&town, "2026-03-10", NULL);
    town_at(&town, town_date("2026-03-10"), 19 * 60 + 30);
    assert_due(&town, "2026-03-10", "2026-03-11");
    town_end(&town);
}

static void die_at(enum house_step step, void *context)
{
    const enum house_step *wanted = context;
    if (step == *wanted) {
        _exit(42);
    }
}

/* Killed after each step of making: the next try makes a box whose ballots can be opened. */
static void test_epoch_make_killed_anywhere_can_be_repeated(void **state)
{
    (void)state;
    for (enum house_step step = HOUSE_UNITS_SAVED; step <= HOUSE_BOX_MADE; step++) {
        struct town town;
        struct date tuesday = town_date("2026-03-03");
        struct dp_problem problem = { 0 };
        town_start(&town, teams, COUNT(teams));
        const char *dir = town.dir;
        town_leave(&town);
        pid_t child = fork();
        if (child == 0) {
            town_open(&town, dir);
            town.house.at_step = die_at;
            town.house.at_step_context = &step;
            err_ignore(epoch_make(&town.house, (struct epoch_id){ tuesday }, &problem));
            _exit(1);
        }
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(WEXITSTATUS(status), 42);
        town_open(&town, dir);
        dp_err again = make(&town, "2026-03-03", &problem);
        assert_int_equal(again.code, step == HOUSE_BOX_MADE ? DP_EXISTS : DP_OK);
        town_noon(&town, tuesday);
        town_answers(&town, tuesday, 1, "55555");
        town_close(&town, tuesday);
        struct cell cell;
        assert_true(town_cell(&town, town_unit(&town, 2, tuesday), PERIOD_DAY, tuesday, &cell));
        assert_int_equal(cell.n, 5);
        town_end(&town);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_epoch_make_without_question_or_people_is_refused),
        cmocka_unit_test(test_epoch_make_twice_is_refused),
        cmocka_unit_test(test_epoch_make_beside_another_process_is_busy),
        cmocka_unit_test(test_epoch_make_box_holds_the_plan),
        cmocka_unit_test(test_epoch_make_units_stay_for_the_week),
        cmocka_unit_test(test_epoch_make_k_is_frozen_for_the_year),
        cmocka_unit_test(test_epoch_due_next_one_comes_before_this_one_closes),
        cmocka_unit_test(test_epoch_make_killed_anywhere_can_be_repeated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
