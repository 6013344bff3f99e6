/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "app/service/outcomes/outcomes.h"
#include "app/service/roster/roster.h"
#include "app/stats/prng.h"
#include "storage/import_record.h"
#include "storage/outcome_record.h"
#include "storage/outcome_replaced_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/import/office.h"

#define HEAD "period,team,metric,value,n,source\n"

static struct outcomes_report report;
static struct outcomes_undo undone;

static struct import_id import(const struct office *office, const char *text)
{
    const struct outcomes_request request = { .file = office_file(text) };
    dp_err err = outcomes_import(office->store, &office->clock, &request, &report, NULL);
    office_assert_problems(&report.problems, 0);
    assert_ok(err);
    return report.import;
}

static dp_err undo(const struct office *office, struct import_id id)
{
    return outcomes_undo(office->store, &office->clock, id, "hr", &undone);
}

static bool add_value(const struct outcome *outcome, void *context)
{
    struct buf *out = context;
    char period[DATE_TEXT_MAX];
    if (strcmp(outcome->metric, "nps") == 0) { /* only makes one file another than the next */
        return true;
    }
    period_text(outcome->period_kind, outcome->period_start, period);
    buf_fmt(out, "%s=%.2f ", period, outcome->value);
    return true;
}

/* All values, as "2026-W10=4.10 ". */
static const char *values(const struct office *office)
{
    static char copy[4096];
    struct buf out = buf_new(sizeof copy - 1);
    struct store_txn *txn = NULL;
    assert_ok(store_read(office->store, &txn));
    assert_ok(outcome_record_each(txn, add_value, &out));
    store_read_end(txn);
    snprintf(copy, sizeof copy, "%.*s", STR_ARG(buf_str(&out)));
    buf_free(&out);
    return copy;
}

/* What can't be undone: no such import, one of another kind, one that was undone before. */
static void test_outcomes_undo_wrong_import_is_refused(void **state)
{
    struct office *office = *state;
    static struct roster_report roster;
    struct import_file file = office_file("person_id,team\na,T\n");
    assert_err(undo(office, (struct import_id){ 1 }), DP_NOT_FOUND);
    assert_ok(roster_import(office->store, &office->clock, &file, &roster, NULL));
    assert_err(undo(office, (struct import_id){ 1 }), DP_NOT_FOUND);
    struct import_id id = import(office, HEAD "2026-W10,*,csat_mean,4.1,,s\n");
    assert_ok(undo(office, id));
    struct secret_hash before = office_picture(office);
    assert_err(undo(office, id), DP_CONFLICT);
    office_assert_unchanged(office, &before);
}

/* New values go; the file may then be imported again. */
static void test_outcomes_undo_new_values_go(void **state)
{
    struct office *office = *state;
    const char *text = HEAD "2026-W09,*,csat_mean,4.1,,s\n2026-W10,*,csat_mean,4.2,,s\n";
    struct import_id id = import(office, text);
    assert_ok(undo(office, id));
    assert_int_equal(undone.removed, 2);
    assert_int_equal(undone.restored, 0);
    assert_string_equal(values(office), "");
    import(office, text);
    assert_false(report.is_same_file);
    assert_string_equal(values(office), "2026-W09=4.10 2026-W10=4.20 ");
}

/* What was replaced comes back with its own import; what was unchanged stays. */
static void test_outcomes_undo_replaced_values_come_back(void **state)
{
    struct office *office = *state;
    import(office, HEAD "2026-W08,*,csat_mean,3,,s\n2026-W09,*,csat_mean,4.1,,s\n");
    struct import_id second = import(office, HEAD "2026-W08,*,csat_mean,3,,s\n"
                                                  "2026-W09,*,csat_mean,2,,s\n"
                                                  "2026-W10,*,csat_mean,5,,s\n");
    assert_string_equal(values(office), "2026-W08=3.00 2026-W09=2.00 2026-W10=5.00 ");
    assert_ok(undo(office, second));
    assert_int_equal(undone.removed, 1);
    assert_int_equal(undone.restored, 1);
    assert_string_equal(values(office), "2026-W08=3.00 2026-W09=4.10 ");
}

/* Undoing in the middle takes the import out of the chain: the latest value stays, and undoing that
 * one then leads to the first. */
static void test_outcomes_undo_in_the_middle_keeps_the_latest(void **state)
{
    struct office *office = *state;
    struct import_id first = import(office, HEAD "2026-W10,*,csat_mean,1,,s\n");
    struct import_id second = import(office, HEAD "2026-W10,*,csat_mean,2,,s\n");
    struct import_id third = import(office, HEAD "2026-W10,*,csat_mean,3,,s\n");
    assert_ok(undo(office, second));
    assert_int_equal(undone.removed + undone.restored, 0);
    assert_string_equal(values(office), "2026-W10=3.00 ");
    assert_ok(undo(office, first));
    assert_string_equal(values(office), "2026-W10=3.00 ");
    assert_ok(undo(office, third));
    assert_int_equal(undone.removed, 1);
    assert_string_equal(values(office), "");
}

/*
 * Random imports and undos against a model that simply keeps all imports that are not undone and
 * lets the latest one that brought a value decide.
 */
enum { PLACES = 5, IMPORTS = 12 };

struct model_import {
    struct import_id id;
    bool is_undone;
    bool brought[PLACES]; /* it changed what stood there when it came */
    int value[PLACES];
};

static int model_value(const struct model_import *imports, size_t count, int place)
{
    int value = 0;
    for (size_t i = 0; i < count; i++) {
        if (!imports[i].is_undone && imports[i].brought[place]) {
            value = imports[i].value[place];
        }
    }
    return value;
}

static void model_import(const struct office *office, struct prng *prng,
                         struct model_import *imports, size_t count)
{
    struct model_import *now = &imports[count];
    struct buf text = buf_new(10000);
    *now = (struct model_import){ 0 };
    buf_add_text(&text, HEAD);
    /* A value of its own makes each file another one. */
    buf_fmt(&text, "2020-01-01,*,nps,%zu,,own\n", count);
    for (int p = 0; p < PLACES; p++) {
        now->value[p] = 1 + (int)prng_below(prng, 3);
        if (prng_below(prng, 2) == 0) {
            continue;
        }
        buf_fmt(&text, "2026-W0%d,*,csat_mean,%d,,s\n", p + 1, now->value[p]);
        now->brought[p] = model_value(imports, count, p) != now->value[p];
    }
    buf_add_char(&text, '\0');
    now->id = import(office, buf_str(&text).ptr);
    buf_free(&text);
}

static const char *model_values(const struct model_import *imports, size_t count)
{
    static char copy[4096];
    size_t used = 0;
    copy[0] = '\0';
    for (int p = 0; p < PLACES; p++) {
        int value = model_value(imports, count, p);
        if (value != 0) {
            used += (size_t)snprintf(copy + used, sizeof copy - used, "2026-W0%d=%d.00 ", p + 1,
                                     value);
        }
    }
    return copy;
}

static bool count_outcome(const struct outcome *outcome, void *context)
{
    (void)outcome;
    size_t *count = context;
    (*count)++;
    return true;
}

static bool count_replaced(const struct outcome_replaced *replaced, void *context)
{
    (void)replaced;
    size_t *count = context;
    (*count)++;
    return true;
}

static void test_outcomes_undo_random_order_matches_the_model(void **state)
{
    struct office *office = *state;
    struct prng prng = prng_seed(7);
    for (int run = 0; run < 20; run++) {
        struct model_import imports[IMPORTS];
        for (size_t i = 0; i < IMPORTS; i++) {
            model_import(office, &prng, imports, i);
            size_t which = prng_below(&prng, (uint32_t)(2 * (i + 1)));
            if (which <= i && !imports[which].is_undone) {
                assert_ok(undo(office, imports[which].id));
                imports[which].is_undone = true;
            }
            assert_string_equal(values(office), model_values(imports, i + 1));
        }
        size_t left = 0;
        struct store_txn *txn = NULL;
        for (size_t i = 0; i < IMPORTS; i++) {
            if (!imports[i].is_undone) {
                assert_ok(undo(office, imports[i].id));
            }
        }
        assert_ok(store_read(office->store, &txn));
        assert_ok(outcome_record_each(txn, count_outcome, &left));
        for (size_t i = 0; i < IMPORTS; i++) {
            assert_ok(
                outcome_replaced_record_each_of(txn, imports[i].id, count_replaced, &left));
        }
        store_read_end(txn);
        assert_int_equal(left, 0);
    }
}

int main(void)
{
#define OFFICE_TEST(name) cmocka_unit_test_setup_teardown(name, office_open, office_close)
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(test_outcomes_undo_wrong_import_is_refused),
        OFFICE_TEST(test_outcomes_undo_new_values_go),
        OFFICE_TEST(test_outcomes_undo_replaced_values_come_back),
        OFFICE_TEST(test_outcomes_undo_in_the_middle_keeps_the_latest),
        OFFICE_TEST(test_outcomes_undo_random_order_matches_the_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
