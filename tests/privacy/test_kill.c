/* SPDX-License-Identifier: MIT */
/*
 * R2 of security.md, short form: flush is killed (SIGKILL) after each of its steps, and at random
 * moments, on every day of a week. It is run again, and then everything is as if nothing had
 * happened: the same cells, the keys gone, no ballot in two cells.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "app/privacy/epoch.h"
#include "app/privacy/keyfile.h"
#include "storage/box.h"
#include "storage/tally.h"
#include "tests/privacy/town.h"
#include "tests/support/support.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { CELLS_MAX = 64, RANDOM_ROUNDS = 12 };

static const struct town_team teams[] = {
    { 1, 0, 1 }, { 2, 1, 20 }, { 3, 1, 11 }, { 4, 1, 5 }, { 5, 1, 5 }
};

/* Monday: a theme; Tuesday and Thursday: the anchor; Friday: a theme, and the week's end. */
static const char *const days[] = { "2026-03-02", "2026-03-03", "2026-03-05", "2026-03-06" };

/* What each person answers on a day: some nothing, some 0; the same in every run. */
static void answer_all(struct town *town, size_t day)
{
    struct date date = town_date(days[day]);
    town_noon(town, date);
    for (uint64_t person = 1; person <= town->people; person++) {
        uint64_t mix = (person * 7 + day * 13) % 11;
        if (mix < 9) {
            assert_ok(town_answer(town, date, person, (int)(mix % 6)));
        }
    }
}

static void die_at(enum house_step step, void *context)
{
    const enum house_step *wanted = context;
    if (step == *wanted) {
        kill(getpid(), SIGKILL);
    }
}

/* Runs flush in a child that dies at a step, or is killed after a time. Takes: a town that is left.
 * Gives true if it was killed before it was done. */
static bool flush_and_die(struct town *town, const char *dir, struct date date,
                          enum house_step step, long after_ns)
{
    pid_t child = fork();
    if (child == 0) {
        struct dp_problem problem = { 0 };
        town_open(town, dir);
        town_at(town, date, 20 * 60);
        if (after_ns == 0) {
            town->house.at_step = die_at;
            town->house.at_step_context = &step;
        }
        err_ignore(flush_close(&town->house, (struct epoch_id){ date }, false, NULL, &problem));
        _exit(0);
    }
    if (after_ns > 0) {
        struct timespec wait = { .tv_nsec = after_ns };
        nanosleep(&wait, NULL);
        kill(child, SIGKILL);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status);
}

struct aftermath {
    struct cell cells[CELLS_MAX];
    size_t count;
    uint64_t answers; /* in all cells */
    size_t killed;
};

static void assert_nothing_left(struct town *town)
{
    size_t count = 99;
    struct epoch_id epochs[BOX_EPOCHS_MAX];
    struct date weeks[TALLY_WEEKS_MAX];
    assert_ok(box_list(town->folder.box, epochs, &count));
    assert_int_equal(count, 0);
    assert_ok(keyfile_list(&town->folder, epochs, &count));
    assert_int_equal(count, 0);
    assert_ok(tally_list(town->folder.tally, weeks, &count));
    assert_int_equal(count, 0);
}

/* A whole week. `step` HOUSE_STEP_COUNT: nobody is killed. */
static void live_a_week(enum house_step step, long after_ns, struct aftermath *out)
{
    struct town town;
    town_start(&town, teams, COUNT(teams));
    const char *dir = town.dir;
    for (size_t day = 0; day < COUNT(days); day++) {
        struct date date = town_date(days[day]);
        town_make(&town, date);
        answer_all(&town, day);
        town_leave(&town);
        if (step != HOUSE_STEP_COUNT || after_ns > 0) {
            out->killed += flush_and_die(&town, dir, date, step, after_ns) ? 1 : 0;
        }
        town_open(&town, dir);
        (void)town_close(&town, date);
        /* What the web process is told after the close. */
        assert_err(town_answer(&town, date, 1, 5), DP_CLOSED);
    }
    assert_nothing_left(&town);
    out->count = town_all_cells(&town, out->cells, CELLS_MAX);
    for (size_t i = 0; i < out->count; i++) {
        out->answers += out->cells[i].n;
    }
    town_end(&town);
}

static void assert_same(const struct aftermath *a, const struct aftermath *b)
{
    assert_int_equal(a->count, b->count);
    town_assert_same_cells(a->cells, b->cells, a->count);
}

/* Killed after each step of every day of the week. */
static void test_flush_killed_at_each_step_gives_the_same_cells(void **state)
{
    (void)state;
    static struct aftermath calm;
    live_a_week(HOUSE_STEP_COUNT, 0, &calm);
    assert_int_equal(calm.count, 4 /* Hotline */ + 2 /* the pool */ + 2 /* weeks */);
    assert_true(calm.answers > 100);
    for (enum house_step step = HOUSE_BOX_CLOSED; step < HOUSE_STEP_COUNT; step++) {
        static struct aftermath killed;
        killed = (struct aftermath){ 0 };
        live_a_week(step, 0, &killed);
        assert_same(&calm, &killed);
        assert_int_equal(killed.killed, step == HOUSE_TALLY_GONE ? 1 : COUNT(days));
    }
}

/* Killed somewhere within. */
static void test_flush_killed_at_random_gives_the_same_cells(void **state)
{
    (void)state;
    static struct aftermath calm;
    uint64_t random = 4711;
    size_t kills = 0;
    calm = (struct aftermath){ 0 };
    live_a_week(HOUSE_STEP_COUNT, 0, &calm);
    for (size_t round = 0; round < RANDOM_ROUNDS; round++) {
        static struct aftermath killed;
        killed = (struct aftermath){ 0 };
        live_a_week(HOUSE_STEP_COUNT, 1 + (long)(support_random(&random) % 40000000), &killed);
        assert_same(&calm, &killed);
        kills += killed.killed;
    }
    assert_true(kills > RANDOM_ROUNDS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flush_killed_at_each_step_gives_the_same_cells),
        cmocka_unit_test(test_flush_killed_at_random_gives_the_same_cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
