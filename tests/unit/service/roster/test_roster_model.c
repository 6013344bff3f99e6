/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "app/service/roster/roster.h"
#include "app/stats/prng.h"
#include "storage/office_key_record.h"
#include "storage/pending_move_record.h"
#include "storage/person_record.h"
#include "storage/team_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/import/office.h"

/*
 * Many weeks of random rosters: files come on any day, boxes are made on workdays (Monday's already
 * on Friday), and after every step the store must keep what privacy rests on: within a week nobody
 * changes teams once its first box is made, and what acts is always one of the rosters that came.
 */

enum { PEOPLE = 24, TEAMS = 7, WEEKS = 40, RUNS = 4, NOBODY = TEAMS };

static const char *const team_paths[TEAMS] = { "A", "A/x", "A/x/deep", "B", "B/y", "C", "D/z" };

static struct roster_report report;

/** The newest roster: team of each person, NOBODY for who is not on it. */
struct model {
    const struct office *office;
    struct prng prng;
    int newest[PEOPLE];
    struct date newest_acts; /* the Monday that its import reported */
    bool has_roster;
};

/** Where everybody sits in the store; NOBODY for who is gone or unknown. */
struct seats {
    char code[PEOPLE][CODE_MAX];
};

static void import_random(struct model *model, struct date today)
{
    struct buf text = buf_new(100000);
    buf_add_text(&text, "person_id,team\n");
    bool is_small_change = model->has_roster && prng_below(&model->prng, 3) > 0;
    for (int p = 0; p < PEOPLE; p++) {
        bool is_kept = is_small_change && prng_below(&model->prng, 4) > 0;
        if (!is_kept) {
            model->newest[p] = (int)prng_below(&model->prng, TEAMS + 1);
        }
    }
    model->newest[0] = 0; /* a file is never empty */
    for (int p = 0; p < PEOPLE; p++) {
        if (model->newest[p] != NOBODY) {
            buf_fmt(&text, "p%d,%s\n", p, team_paths[model->newest[p]]);
        }
    }
    struct import_file file = office_file("");
    file.bytes = buf_str(&text);
    file.today = today;
    assert_ok(roster_import(model->office->store, &model->office->clock, &file, &report, NULL));
    if (!report.is_same) {
        model->newest_acts = report.effective;
    }
    assert_int_equal(report.people, report.people_new + report.people_moved +
                                        report.people_changed + report.people_same);
    model->has_roster = true;
    buf_free(&text);
}

static void look(const struct office *office, struct seats *seats)
{
    struct store_txn *txn = NULL;
    assert_ok(store_read(office->store, &txn));
    for (int p = 0; p < PEOPLE; p++) {
        char name[16];
        struct person person;
        struct team team;
        snprintf(name, sizeof name, "p%d", p);
        memset(seats->code[p], 0, CODE_MAX);
        dp_err err = person_record_by_external_id(txn, str_of(name), &person);
        if (err_is_ok(err) && !person.is_gone) {
            assert_ok(team_record_get(txn, person.team, &team));
            assert_false(team.is_gone);
            memcpy(seats->code[p], team.code, CODE_MAX);
        }
    }
    store_read_end(txn);
}

static bool take_team(const struct team *team, void *context)
{
    struct team **next = context;
    *(*next)++ = *team;
    return true;
}

static bool count_link(const struct link *link, void *context)
{
    (void)link;
    size_t *count = context;
    (*count)++;
    return true;
}

/** What a walk over the people finds out. */
struct check {
    struct store_txn *txn;
    struct date applied_week;
    size_t with_link;
    struct secret_key key;
};

static bool check_person(const struct person *person, void *context)
{
    struct check *check = context;
    struct person_move move;
    struct person_id behind = { 0 };
    uint8_t token[LINK_TOKEN_BYTES];
    bool has_move = err_is_ok(pending_move_record_get(check->txn, person->id, &move));
    bool is_linked = !person->is_gone || (has_move && move.team.value != 0);
    roster_link_token(&check->key, person->id, person->link_generation, token);
    bool has_link = err_is_ok(link_record_get(check->txn, token, &behind));
    assert_int_equal(has_link, is_linked);
    assert_true(!has_link || behind.value == person->id.value);
    assert_true(!has_move || date_is_before(check->applied_week, move.effective));
    check->with_link += is_linked ? 1 : 0;
    return true;
}

/* What holds at any time: one sound tree, a link for exactly those who are here or coming. */
static void check_store(const struct office *office, struct date applied_week)
{
    static struct team teams[64];
    struct team *next = teams;
    struct office_key key;
    size_t links = 0;
    struct store_txn *txn = NULL;
    assert_ok(store_read(office->store, &txn));
    assert_ok(team_record_each(txn, take_team, &next));
    assert_ok(people_check_tree(teams, (size_t)(next - teams), NULL));
    assert_ok(office_key_record_get(txn, OFFICE_KEY_LINK, &key));
    struct check check = { .txn = txn, .applied_week = applied_week, .key = key.key };
    assert_ok(person_record_each(txn, check_person, &check));
    assert_ok(link_record_each(txn, count_link, &links));
    assert_int_equal(links, check.with_link);
    store_read_end(txn);
}

static void assert_is_newest(const struct model *model, const struct seats *seats)
{
    for (int p = 0; p < PEOPLE; p++) {
        const char *wanted = model->newest[p] == NOBODY ? "" : team_paths[model->newest[p]];
        assert_string_equal(seats->code[p], wanted);
    }
}

static void make_box(const struct model *model, struct date date, struct date *applied_week)
{
    assert_ok(roster_apply_due(model->office->store, &model->office->clock, date, NULL));
    *applied_week = date_monday(date);
}

/* One week: each day a file may come, and the next workday's box is made in the evening. */
static void live_a_week(struct model *model, struct date monday, struct date *applied_week)
{
    for (int32_t d = 0; d < 7; d++) {
        struct date today = date_add(monday, d);
        struct seats before;
        struct seats after;
        look(model->office, &before);
        if (prng_below(&model->prng, 4) == 0) {
            import_random(model, today);
        }
        look(model->office, &after);
        assert_memory_equal(&before, &after, sizeof before);
        bool is_holiday = prng_below(&model->prng, 6) == 0;
        if (d < 5 && !is_holiday) {
            struct date week_before = *applied_week;
            make_box(model, date_add(today, d == 4 ? 3 : 1), applied_week);
            look(model->office, &after);
            bool is_first_box = !date_equal(week_before, *applied_week);
            if (!is_first_box) {
                assert_memory_equal(&before, &after, sizeof before);
            } else if (!date_is_before(*applied_week, model->newest_acts)) {
                assert_is_newest(model, &after);
            }
        }
        check_store(model->office, *applied_week);
    }
}

/* Forty weeks of it, a few times over. */
static void test_roster_random_weeks_keep_their_promises(void **state)
{
    for (uint64_t run = 1; run <= RUNS; run++) {
        struct office *office = NULL;
        struct date monday = office_date("2026-03-09");
        struct date applied_week = date_add(monday, -7);
        assert_int_equal(office_open(state), 0);
        office = *state;
        struct model model = { .office = office };
        model.prng = prng_seed(run);
        import_random(&model, monday);
        struct seats seats;
        look(office, &seats);
        assert_is_newest(&model, &seats);
        for (int w = 0; w < WEEKS; w++) {
            live_a_week(&model, date_add(monday, 7 * w), &applied_week);
        }
        assert_int_equal(office_close(state), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roster_random_weeks_keep_their_promises),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
