/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <pthread.h>
#include <string.h>
#include <cmocka.h>

#include "app/core/file.h"
#include "app/privacy/keyfile.h"
#include "storage/box.h"
#include "tests/privacy/town.h"
#include "tests/support/support.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Hotline (2) 20 people: 1..20. Night (3) 9 people: 21..29, weekly. Desk (4) is new: 3 people later. */
static const struct town_team teams[] = { { 1, 0, 0 }, { 2, 1, 20 }, { 3, 1, 9 }, { 4, 1, 0 } };

static struct date tuesday(void)
{
    return town_date("2026-03-03");
}

static void counts(struct town *town, struct date date, uint64_t *markers, uint64_t *ballots)
{
    struct box *box = NULL;
    struct dp_problem problem = { 0 };
    assert_ok(box_open(town->folder.box, (struct epoch_id){ date }, &problem, &box));
    assert_ok(box_count(box, markers, ballots));
    box_close(box);
}

static void assert_empty(struct town *town)
{
    uint64_t markers = 99;
    uint64_t ballots = 99;
    counts(town, tuesday(), &markers, &ballots);
    assert_int_equal(markers, 0);
    assert_int_equal(ballots, 0);
}

/* Before opening, after the close, another day's form, a stranger, an answer of 6: nothing is stored. */
static void test_ballotbox_submit_what_may_not_is_refused(void **state)
{
    (void)state;
    struct town town;
    town_start(&town, teams, COUNT(teams));
    town_make(&town, tuesday());
    town_at(&town, tuesday(), 11 * 60 + 30);
    town.now_s--;
    assert_err(town_answer(&town, tuesday(), 1, 5), DP_CONFLICT);
    town.now_s++;
    assert_err(town_answer(&town, tuesday(), 30, 5), DP_NOT_FOUND);
    assert_err(town_answer(&town, tuesday(), 0, 5), DP_NOT_FOUND);
    assert_err(town_answer(&town, tuesday(), 1, 6), DP_OUT_OF_RANGE);
    assert_err(town_answer(&town, town_date("2026-02-26"), 1, 5), DP_CONFLICT);
    assert_err(town_answer(&town, town_date("2026-03-06"), 1, 5), DP_CONFLICT);
    assert_err(town_answer(&town, town_date("2026-03-02"), 1, 5), DP_CLOSED);
    town_at(&town, tuesday(), 20 * 60);
    assert_err(town_answer(&town, tuesday(), 1, 5), DP_CLOSED);
    assert_empty(&town);
    town.now_s--;
    assert_ok(town_answer(&town, tuesday(), 1, 5));
    town_end(&town);
}

/* Once each, however often: the last answer before the close counts. */
static void test_ballotbox_submit_again_replaces(void **state)
{
    (void)state;
    struct town town;
    struct cell cell;
    town_start(&town, teams, COUNT(teams));
    town_make(&town, tuesday());
    town_noon(&town, tuesday());
    town_answers(&town, tuesday(), 1, "11111");
    town_answers(&town, tuesday(), 1, "33333");
    town_answers(&town, tuesday(), 1, "0----");
    town_answers(&town, tuesday(), 1, "4----");
    uint64_t markers = 0;
    uint64_t ballots = 0;
    counts(&town, tuesday(), &markers, &ballots);
    assert_int_equal(markers, 5);
    assert_int_equal(ballots, 5);
    town_close(&town, tuesday());
    assert_true(town_cell(&town, town_unit(&town, 2, tuesday()), PERIOD_DAY, tuesday(), &cell));
    assert_int_equal(cell.n, 5);
    assert_int_equal(cell.mean_hundredths, 320);
    town_end(&town);
}

/* When flush has closed the box the web process is told, lets go of the store and of K_day, and
 * keeps on being told when box and key are gone. */
static void test_ballotbox_submit_closed_box_is_refused(void **state)
{
    (void)state;
    struct town town;
    struct dp_problem problem = { 0 };
    struct box *box = NULL;
    town_start(&town, teams, COUNT(teams));
    town_make(&town, tuesday());
    town_noon(&town, tuesday());
    assert_ok(town_answer(&town, tuesday(), 1, 5));
    assert_ok(box_open(town.folder.box, (struct epoch_id){ tuesday() }, &problem, &box));
    assert_ok(box_mark_closed(box));
    box_close(box);
    assert_err(town_answer(&town, tuesday(), 2, 5), DP_CLOSED);
    assert_err(town_answer(&town, tuesday(), 1, 4), DP_CLOSED);
    struct ballotbox_plan plan;
    assert_err(ballotbox_plan_of(town.boxes, (struct epoch_id){ tuesday() },
                                 (struct person_id){ 1 }, &plan),
               DP_CLOSED);
    assert_ok(keyfile_destroy_day(&town.folder, (struct epoch_id){ tuesday() }));
    assert_err(town_answer(&town, tuesday(), 2, 5), DP_CLOSED);
    assert_ok(box_destroy(town.folder.box, (struct epoch_id){ tuesday() }));
    assert_err(town_answer(&town, tuesday(), 2, 5), DP_CLOSED);
    town_end(&town);
}

/* The tick lets go of a box that was closed or removed while nobody came; others stay usable. */
static void test_ballotboxes_tick_lets_go_of_closed_boxes(void **state)
{
    (void)state;
    struct town town;
    struct dp_problem problem = { 0 };
    struct date wednesday = town_date("2026-03-04");
    town_start(&town, teams, COUNT(teams));
    town_make(&town, tuesday());
    town_make(&town, wednesday);
    town_noon(&town, tuesday());
    assert_ok(town_answer(&town, tuesday(), 1, 5));
    assert_err(town_answer(&town, wednesday, 1, 5), DP_CONFLICT);
    struct box *box = NULL;
    struct store_status status;
    assert_ok(box_open(town.folder.box, (struct epoch_id){ tuesday() }, &problem, &box));
    assert_ok(box_mark_closed(box));
    ballotboxes_tick(town.boxes);
    ballotboxes_tick(town.boxes);
    /* Only this handle is left: closing it closes the store, so that the box can be opened anew and
     * knows nothing of what was committed before. */
    box_close(box);
    struct store_options options = { .path = support_path(town.folder.box, "2026-03-03"),
                                     .schema_version = BOX_SCHEMA,
                                     .kind = "box" };
    struct store *store = NULL;
    assert_ok(store_open(&options, &problem, &store));
    store_status(store, &status);
    assert_int_equal(status.commits, 0);
    store_close(store);
    town_noon(&town, wednesday);
    assert_ok(town_answer(&town, wednesday, 1, 5));
    assert_ok(file_remove_tree(support_path(town.folder.box, "2026-03-04")));
    ballotboxes_tick(town.boxes);
    assert_err(town_answer(&town, wednesday, 1, 5), DP_CLOSED);
    town_end(&town);
}

static struct ballotbox_plan plan_of(struct town *town, struct date date, uint64_t person)
{
    struct ballotbox_plan plan;
    assert_ok(ballotbox_plan_of(town->boxes, (struct epoch_id){ date },
                                (struct person_id){ person }, &plan));
    return plan;
}

/* What the page says before the question. */
static void test_ballotbox_plan_of_tells_the_unit(void **state)
{
    (void)state;
    struct town town;
    struct date wednesday = town_date("2026-03-04");
    town_start(&town, teams, COUNT(teams));
    struct ballotbox_plan plan;
    assert_err(ballotbox_plan_of(town.boxes, (struct epoch_id){ tuesday() },
                                 (struct person_id){ 1 }, &plan),
               DP_NOT_FOUND);
    town_make(&town, tuesday());
    town_make(&town, wednesday);
    town_at(&town, tuesday(), 9 * 60);
    plan = plan_of(&town, tuesday(), 1);
    assert_int_equal(plan.state, BALLOTBOX_EARLY);
    town_noon(&town, tuesday());
    plan = plan_of(&town, tuesday(), 1);
    assert_int_equal(plan.state, BALLOTBOX_OPEN);
    assert_true(plan.is_in_plan && plan.is_ever_shown && plan.is_shown_today && plan.is_anchor);
    assert_false(plan.is_weekly);
    assert_string_equal(plan.unit_name, "Team 2");
    assert_int_equal(plan.headcount, 20);
    assert_int_equal(plan.min_people, 5);
    assert_int_equal(plan.close_s - plan.open_s, (8 * 60 + 30) * 60);
    plan = plan_of(&town, tuesday(), 21);
    assert_true(plan.is_weekly && plan.is_shown_today);
    plan = plan_of(&town, wednesday, 21);
    assert_false(plan.is_anchor);
    assert_true(plan.is_shown_today);
    plan = plan_of(&town, tuesday(), 30);
    assert_false(plan.is_in_plan);
    assert_int_equal(plan.unit.value, 0);
    town_at(&town, tuesday(), 20 * 60);
    assert_int_equal(plan_of(&town, tuesday(), 1).state, BALLOTBOX_CLOSED);
    /* Three newcomers wait without a unit: their answers are never shown, and the page knows. */
    town_seat(&town, 4, 3);
    struct date next = town_date("2026-03-10");
    town_make(&town, next);
    plan = plan_of(&town, next, 30);
    assert_true(plan.is_in_plan);
    assert_false(plan.is_ever_shown);
    assert_false(plan.is_shown_today);
    assert_string_equal(plan.unit_name, "");
    town_noon(&town, next);
    assert_ok(town_answer(&town, next, 30, 1));
    town_end(&town);
}

/* Markers of two days share nothing, and another key would give other ones. */
static void test_ballotbox_markers_change_with_the_day(void **state)
{
    (void)state;
    struct town town;
    struct date wednesday = town_date("2026-03-04");
    town_start(&town, teams, COUNT(teams));
    town_make(&town, tuesday());
    town_make(&town, wednesday);
    struct secret_key *first = keyfile_new_key();
    struct secret_key *second = keyfile_new_key();
    assert_ok(keyfile_read_day(&town.folder, (struct epoch_id){ tuesday() }, first));
    assert_ok(keyfile_read_day(&town.folder, (struct epoch_id){ wednesday }, second));
    assert_memory_not_equal(first, second, sizeof *first);
    keyfile_free_key(first);
    keyfile_free_key(second);
    town_end(&town);
}

struct crowd {
    struct town *town;
    uint64_t first;
};

static void *answer_twice_each(void *context)
{
    const struct crowd *crowd = context;
    for (uint64_t round = 0; round < 3; round++) {
        for (uint64_t person = 1; person <= 20; person++) {
            struct epoch_id epoch = { tuesday() };
            dp_err err = ballotbox_submit(crowd->town->boxes, epoch,
                                          (struct person_id){ person },
                                          (enum answer)(1 + crowd->first));
            if (!err_is_ok(err)) {
                return NULL;
            }
            if (person % 7 == crowd->first) {
                ballotboxes_tick(crowd->town->boxes);
            }
        }
    }
    return context;
}

/* Four threads send for the same twenty people, ticks in between: twenty ballots. */
static void test_ballotbox_submit_by_many_threads_counts_once(void **state)
{
    (void)state;
    struct town town;
    pthread_t threads[4];
    struct crowd crowds[4];
    struct cell cell;
    town_start(&town, teams, COUNT(teams));
    town_make(&town, tuesday());
    town_noon(&town, tuesday());
    for (size_t i = 0; i < COUNT(threads); i++) {
        crowds[i] = (struct crowd){ &town, i };
        assert_int_equal(pthread_create(&threads[i], NULL, answer_twice_each, &crowds[i]), 0);
    }
    for (size_t i = 0; i < COUNT(threads); i++) {
        void *result = NULL;
        assert_int_equal(pthread_join(threads[i], &result), 0);
        assert_non_null(result);
    }
    town_close(&town, tuesday());
    assert_true(town_cell(&town, town_unit(&town, 2, tuesday()), PERIOD_DAY, tuesday(), &cell));
    assert_int_equal(cell.n, 20);
    town_end(&town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ballotbox_submit_what_may_not_is_refused),
        cmocka_unit_test(test_ballotbox_submit_again_replaces),
        cmocka_unit_test(test_ballotbox_submit_closed_box_is_refused),
        cmocka_unit_test(test_ballotboxes_tick_lets_go_of_closed_boxes),
        cmocka_unit_test(test_ballotbox_plan_of_tells_the_unit),
        cmocka_unit_test(test_ballotbox_markers_change_with_the_day),
        cmocka_unit_test(test_ballotbox_submit_by_many_threads_counts_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
