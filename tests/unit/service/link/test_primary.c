/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "storage/audit_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/link/world.h"

enum { FIRST_LOOK = 60 };

static dp_err ask(struct world *world, int lag, struct primary_question *out)
{
    struct dp_problem problem = { 0 };
    struct primary_request request = {
        .metric = WORLD_METRIC, .source = WORLD_SOURCE, .lag = lag, .actor = "hr@example.org"
    };
    dp_err done = primary_register(&world->firm.appliance, &request, out, &problem);
    assert_true(err_is_ok(done) || problem.sentence[0] != '\0');
    return done;
}

static dp_err ask_for(struct world *world, const struct primary_request *request)
{
    struct primary_question question;
    struct dp_problem problem = { 0 };
    struct primary_request full = *request;
    full.actor = "hr";
    dp_err done = primary_register(&world->firm.appliance, &full, &question, &problem);
    assert_true(err_is_ok(done) || problem.sentence[0] != '\0');
    return done;
}

/* All questions; a static copy, newest first. */
static size_t asked(struct world *world, struct primary_entry out[4])
{
    const struct primary_entry *entries = NULL;
    size_t count = 0;
    ARENA_AUTO struct arena arena = arena_new(WORLD_ARENA);
    assert_ok(primary_list(&world->firm.appliance, &arena, &entries, &count));
    assert_in_range(count, 0, 4);
    memcpy(out, entries, count * sizeof *out);
    return count;
}

static void put_other_source(struct world *world, const char *source)
{
    struct outcome outcome = { .metric = "csat_mean",
                               .period_kind = PERIOD_WEEK,
                               .period_start = firm_day(0),
                               .team = { TEAM_ROOT },
                               .value = 4.0,
                               .import = { 1 } };
    snprintf(outcome.source, sizeof outcome.source, "%s", source);
    world_put(world, &outcome);
}

/* ---- What is refused ------------------------------------------------------------------------------ */

/* Nothing that no scan could answer is registered. */
static void test_primary_register_what_cannot_be_asked_is_refused(void **state)
{
    struct world *world = *state;
    struct primary_entry entries[4];
    char long_source[CODE_MAX + 1];
    memset(long_source, 's', CODE_MAX);
    long_source[CODE_MAX] = '\0';
    struct primary_request request = { .metric = STR("nonsense"), .source = WORLD_SOURCE };
    assert_err(ask_for(world, &request), DP_NOT_FOUND);
    request = (struct primary_request){ .metric = WORLD_METRIC };
    assert_err(ask_for(world, &request), DP_NOT_FOUND);
    request.source = str_of(long_source);
    assert_err(ask_for(world, &request), DP_INVALID);
    request.source = STR("\xff");
    assert_err(ask_for(world, &request), DP_INVALID);
    request = (struct primary_request){
        .metric = WORLD_METRIC, .source = WORLD_SOURCE, .has_unit = true, .unit = PERIOD_DAY
    };
    assert_err(ask_for(world, &request), DP_INVALID);
    put_other_source(world, "one");
    put_other_source(world, "two");
    request = (struct primary_request){ .metric = WORLD_METRIC };
    assert_err(ask_for(world, &request), DP_INVALID);
    assert_int_equal(asked(world, entries), 0);
    struct primary_question open;
    assert_err(primary_open(&world->firm.appliance, &open), DP_NOT_FOUND);
}

/* A lag goes as far as a scan looks, either way. */
static void test_primary_register_lag_is_within_the_scan(void **state)
{
    struct world *world = *state;
    struct primary_question question;
    assert_int_equal(primary_lag_max(PERIOD_WEEK), 8);
    assert_int_equal(primary_lag_max(PERIOD_MONTH), 3);
    assert_err(ask(world, 9, &question), DP_OUT_OF_RANGE);
    assert_err(ask(world, -9, &question), DP_OUT_OF_RANGE);
    struct primary_request request = {
        .metric = WORLD_METRIC, .source = WORLD_SOURCE, .has_unit = true, .unit = PERIOD_MONTH
    };
    request.lag = 4;
    assert_err(ask_for(world, &request), DP_OUT_OF_RANGE);
    request.lag = -3;
    assert_ok(ask_for(world, &request));
    assert_ok(ask(world, 8, &question));
    assert_ok(ask(world, -8, &question));
}

/* The open question is not registered twice. */
static void test_primary_register_the_same_again_is_a_conflict(void **state)
{
    struct world *world = *state;
    struct primary_question question;
    struct primary_entry entries[4];
    assert_ok(ask(world, 2, &question));
    assert_err(ask(world, 2, &question), DP_CONFLICT);
    assert_int_equal(asked(world, entries), 1);
    assert_ok(ask(world, 3, &question));
    assert_ok(ask(world, 2, &question));
    assert_int_equal(question.number, 3);
}

/* ---- What was seen can't be asked in advance ----------------------------------------------------- */

/* Undo the import that was seen, leave ten weeks of it or none, ask, import it again: nothing is won. */
static void test_primary_register_undone_import_was_seen(void **state)
{
    struct world *world = *state;
    struct primary_question question;
    static const int KEPT[] = { 10, 0 };
    world_imagine(world, true);
    world_live(world, FIRST_LOOK);
    assert_ok(link_refresh(&world->firm.appliance));
    for (int i = 0; i < 2; i++) {
        world_forget(world, KEPT[i]);
        assert_ok(link_refresh(&world->firm.appliance));
        assert_ok(ask(world, 2 + i, &question));
        assert_int_equal(question.counts_from.days, firm_day(7 * FIRST_LOOK).days);
        world_correct(world, 0, FIRST_LOOK);
        struct link_answer answer = world_look(world);
        assert_true(answer.has_primary);
        assert_false(answer.primary.is_verdict);
        assert_int_equal(answer.primary.scan.n_complete, 0);
    }
}

/* The same figures under another source's name are no news, even if no verdict was given on them. */
static void test_primary_register_other_source_of_the_metric_was_seen(void **state)
{
    struct world *world = *state;
    struct primary_question question;
    struct primary_request request = { .metric = WORLD_METRIC, .source = STR("survey2"), .lag = 2 };
    world_imagine(world, true);
    world_live(world, 20);
    assert_ok(ask_for(world, &request));
    assert_ok(primary_open(&world->firm.appliance, &question));
    assert_int_equal(question.counts_from.days, firm_day(7 * 20).days);
    world_forget(world, 0);
    request.lag = 3;
    assert_ok(ask_for(world, &request));
    assert_ok(primary_open(&world->firm.appliance, &question));
    assert_int_equal(question.counts_from.days, firm_day(7 * 20).days);
}

/* Twelve weeks of values make a chart, whether or not there is engagement to set beside them; and a chart
 * that was drawn was seen. */
static void test_primary_register_figures_enough_for_a_chart_were_seen(void **state)
{
    struct world *world = *state;
    struct primary_question question;
    world_imagine(world, true);
    world_live(world, 11);
    assert_ok(ask(world, 1, &question));
    assert_int_equal(question.counts_from.days, 0);
    world_live(world, 12);
    assert_ok(ask(world, 2, &question));
    assert_int_equal(question.counts_from.days, firm_day(7 * 12).days);
    world_forget(world, 0);
    assert_ok(ask(world, 3, &question));
    assert_int_equal(question.counts_from.days, firm_day(7 * 12).days);
}

/* ---- What counts ---------------------------------------------------------------------------------- */

/* Asked before anything was seen: every week counts, it is in the audit chain, and the answer comes. */
static void test_primary_register_before_any_result_counts_everything(void **state)
{
    struct world *world = *state;
    struct primary_question question;
    struct audit_entry entry;
    world_imagine(world, true);
    world_live(world, 11); /* no chart yet */
    assert_ok(ask(world, 2, &question));
    assert_int_equal(question.counts_from.days, 0);
    assert_int_equal(question.registered.days, world_today(world));
    STORE_READ_AUTO struct store_txn *txn = NULL;
    assert_ok(store_read(world->firm.appliance.office, &txn));
    assert_ok(audit_record_head(txn, &entry));
    store_read_end(txn);
    txn = NULL;
    assert_string_equal(entry.action, "link.register");
    assert_string_equal(entry.actor, "hr@example.org");
    assert_non_null(strstr(entry.detail, "csat_mean by file, lag 2 weeks"));
    world_live(world, FIRST_LOOK);
    struct link_answer answer = world_look(world);
    assert_true(answer.has_primary && answer.primary.is_verdict);
    assert_true(answer.primary.scan.is_primary);
    assert_int_equal(answer.primary.scan.lag_count, 1);
    assert_int_equal(answer.primary.scan.n_complete, FIRST_LOOK);
    assert_int_equal(answer.primary.scan.verdict, VERDICT_LEADS);
    assert_int_equal(answer.primary.scan.grade, GRADE_STRONG);
    assert_true(answer.primary.scan.crit95 < answer.scan.crit95);
    assert_int_equal(answer.primary.answers, answer.answers);
}

/* A verdict was shown: only what begins in the week of the registration or later counts, and until
 * there is enough of it the page says how much is missing. */
static void test_primary_register_after_a_verdict_counts_new_weeks_only(void **state)
{
    struct world *world = *state;
    struct primary_question question;
    world_imagine(world, true);
    world_live(world, 40);
    assert_ok(link_refresh(&world->firm.appliance));
    assert_true(world_look(world).scan.grade >= GRADE_MODERATE);
    firm_at(&world->firm, firm_day(7 * 40 + 3), 12 * 60); /* the Thursday after */
    assert_ok(ask(world, 2, &question));
    assert_int_equal(question.counts_from.days, firm_day(7 * 40).days);
    struct link_answer answer = world_look(world);
    assert_true(answer.has_primary);
    assert_false(answer.primary.is_verdict);
    assert_int_equal(answer.primary.scan.n_complete, 0);
    assert_int_equal(answer.primary.scan.needs_more, verdict_needs_more(0, WORLD_TEAMS, 1));
    world_live(world, 59);
    answer = world_look(world);
    assert_false(answer.primary.is_verdict);
    assert_int_equal(answer.primary.scan.n_complete, 19);
    world_live(world, 80);
    answer = world_look(world);
    assert_true(answer.primary.is_verdict);
    assert_int_equal(answer.primary.scan.n_complete, 40);
    assert_int_equal(answer.primary.scan.n, 40);
    assert_int_equal(answer.primary.scan.verdict, VERDICT_LEADS);
    assert_int_equal(answer.scan.n_complete,
                     80); /* the scan of all lags goes on with everything */
}

/* What could be seen counts as seen, even if no evening has remembered it yet. */
static void test_primary_register_counts_what_could_be_seen_as_seen(void **state)
{
    struct world *world = *state;
    struct primary_question question;
    world_imagine(world, true);
    world_live(world, FIRST_LOOK);
    assert_ok(ask(world, 2, &question));
    assert_int_equal(question.counts_from.days, firm_day(7 * FIRST_LOOK).days);
}

/* The same in months: the month that is running has been seen in part. */
static void test_primary_register_counts_from_the_next_month(void **state)
{
    struct world *world = *state;
    struct primary_question question;
    struct date from = { 0 };
    struct link_pair pair = { .metric = { .code = "csat_mean" }, .source = "file" };
    world->is_monthly = true;
    world_imagine(world, true);
    world_live(world, 110); /* Monday, 10 April 2028 */
    assert_ok(link_refresh(&world->firm.appliance));
    assert_ok(primary_would_count_from(&world->firm.appliance, &pair, PERIOD_MONTH, &from));
    struct date_parts parts = date_parts_of(from);
    assert_int_equal(parts.year, 2028);
    assert_int_equal(parts.month, 5);
    assert_int_equal(parts.day, 1);
    assert_ok(ask(world, 1, &question));
    assert_int_equal(question.unit, PERIOD_MONTH);
    assert_int_equal(question.counts_from.days, from.days);
    firm_at(&world->firm, date_add(from, 2),
            12 * 60); /* Wednesday, 3 May: May began this week */
    assert_ok(primary_would_count_from(&world->firm.appliance, &pair, PERIOD_MONTH, &from));
    assert_int_equal(date_parts_of(from).month, 5);
}

/* ---- Never edited --------------------------------------------------------------------------------- */

/* Before there is an answer another question may take its place without a price. */
static void test_primary_register_before_an_answer_replaces_it(void **state)
{
    struct world *world = *state;
    struct primary_question question;
    struct primary_entry entries[4];
    world_imagine(world, true);
    world_live(world, 10);
    assert_ok(ask(world, 5, &question));
    world_live(world, 11);
    assert_ok(ask(world, 2, &question));
    assert_int_equal(question.counts_from.days, 0);
    assert_int_equal(asked(world, entries), 2);
    assert_true(entries[0].is_open && !entries[1].is_open);
    assert_int_equal(entries[0].question.lag, 2);
    assert_int_equal(entries[1].question.lag, 5);
    assert_false(entries[1].is_answered);
    assert_string_equal(entries[0].metric.name[LANGUAGE_EN], "CSAT (mean)");
}

/* After its answer was shown it stays as it is, and whatever is asked next, about any outcome, counts
 * new weeks only. */
static void test_primary_register_after_an_answer_counts_new_weeks_only(void **state)
{
    struct world *world = *state;
    struct primary_question question;
    struct primary_question first;
    struct primary_entry entries[4];
    world_imagine(world, true);
    assert_ok(ask(world, 2, &first));
    world_live(world, FIRST_LOOK);
    assert_ok(link_refresh(&world->firm.appliance));
    struct primary_request other = {
        .metric = STR("nps"), .source = STR("elsewhere"), .lag = 1, .actor = "hr"
    };
    assert_ok(ask_for(world, &other));
    assert_ok(primary_open(&world->firm.appliance, &question));
    assert_int_equal(question.counts_from.days, firm_day(7 * FIRST_LOOK).days);
    assert_int_equal(asked(world, entries), 2);
    assert_memory_equal(&entries[1].question, &first, sizeof first);
    assert_true(entries[1].is_answered);
    assert_int_equal(entries[1].scan.verdict, VERDICT_LEADS);
    assert_int_equal(entries[1].looked.days, world_today(world));
    assert_false(world_look(world).has_primary); /* it is about another outcome now */
    world_live(world, 90);
    assert_ok(link_refresh(&world->firm.appliance));
    assert_int_equal(asked(world, entries), 2);
    assert_int_equal(entries[1].looked.days, firm_day(7 * FIRST_LOOK).days); /* history rests */
}

/* ---- Looking -------------------------------------------------------------------------------------- */

/* Its verdict holds for four weeks, as every other. */
static void test_primary_look_waits_four_weeks(void **state)
{
    struct world *world = *state;
    struct primary_question question;
    world_imagine(world, true);
    assert_ok(ask(world, 2, &question));
    world_live(world, FIRST_LOOK);
    assert_ok(link_refresh(&world->firm.appliance));
    struct link_primary first = world_look(world).primary;
    world_live(world, FIRST_LOOK + 3);
    assert_ok(link_refresh(&world->firm.appliance));
    struct link_primary later = world_look(world).primary;
    assert_int_equal(later.looked.days, first.looked.days);
    assert_int_equal(later.scan.n_complete, first.scan.n_complete);
    assert_memory_equal(&later.scan.best_r, &first.scan.best_r, sizeof first.scan.best_r);
    assert_int_equal(later.next_look.days, first.looked.days + 28);
    world_live(world, FIRST_LOOK + 4);
    struct link_primary next = world_look(world).primary;
    assert_int_equal(next.looked.days, world_today(world));
    assert_int_equal(next.scan.n_complete, FIRST_LOOK + 4);
}

/* Customers who come first can be asked about as well; it stays outside the links examined. */
static void test_primary_look_customers_first_is_found(void **state)
{
    struct world *world = *state;
    struct primary_question question;
    world->lead = -3;
    world_imagine(world, true);
    assert_ok(ask(world, -3, &question));
    world_live(world, FIRST_LOOK);
    assert_ok(link_refresh(&world->firm.appliance));
    struct link_answer answer = world_look(world);
    assert_int_equal(answer.primary.scan.verdict, VERDICT_FOLLOWS);
    assert_int_equal(answer.primary.scan.best_lag, -3);
    assert_int_equal(answer.links_examined, 1);
    size_t examined = 0;
    assert_ok(link_examined(&world->firm.appliance, &examined));
    assert_int_equal(examined, 1);
}

/* The wrong lag was named: no link at that one, though the scan of all lags finds another. */
static void test_primary_look_other_lag_finds_nothing(void **state)
{
    struct world *world = *state;
    struct primary_question question;
    world_imagine(world, true);
    assert_ok(ask(world, 6, &question));
    world_live(world, FIRST_LOOK);
    struct link_answer answer = world_look(world);
    assert_int_equal(answer.primary.scan.verdict, VERDICT_NO_LINK);
    assert_int_equal(answer.primary.scan.grade, GRADE_NONE);
    assert_int_equal(answer.scan.verdict, VERDICT_LEADS);
}

/* The pair that was asked about stands first in the list. */
static void test_link_list_asked_in_advance_stands_first(void **state)
{
    struct world *world = *state;
    const struct link_entry *entries = NULL;
    size_t count = 0;
    ARENA_AUTO struct arena arena = arena_new(WORLD_ARENA);
    world_imagine(world, true);
    world_live(world, FIRST_LOOK);
    put_other_source(world, "other");
    struct primary_request request = {
        .metric = WORLD_METRIC, .source = STR("other"), .lag = 1, .actor = "hr"
    };
    assert_ok(ask_for(world, &request));
    assert_ok(link_list(&world->firm.appliance, LANGUAGE_EN, &arena, &entries, &count));
    assert_int_equal(count, 2);
    assert_string_equal(entries[0].pair.source, "other");
    assert_true(entries[0].has_primary && !entries[1].has_primary);
    assert_true(entries[1].scan.grade > entries[0].scan.grade);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_primary_register_what_cannot_be_asked_is_refused),
        WORLD_TEST(test_primary_register_lag_is_within_the_scan),
        WORLD_TEST(test_primary_register_the_same_again_is_a_conflict),
        WORLD_TEST(test_primary_register_undone_import_was_seen),
        WORLD_TEST(test_primary_register_other_source_of_the_metric_was_seen),
        WORLD_TEST(test_primary_register_figures_enough_for_a_chart_were_seen),
        WORLD_TEST(test_primary_register_before_any_result_counts_everything),
        WORLD_TEST(test_primary_register_after_a_verdict_counts_new_weeks_only),
        WORLD_TEST(test_primary_register_counts_what_could_be_seen_as_seen),
        WORLD_TEST(test_primary_register_counts_from_the_next_month),
        WORLD_TEST(test_primary_register_before_an_answer_replaces_it),
        WORLD_TEST(test_primary_register_after_an_answer_counts_new_weeks_only),
        WORLD_TEST(test_primary_look_waits_four_weeks),
        WORLD_TEST(test_primary_look_customers_first_is_found),
        WORLD_TEST(test_primary_look_other_lag_finds_nothing),
        WORLD_TEST(test_link_list_asked_in_advance_stands_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
