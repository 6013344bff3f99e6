/* SPDX-License-Identifier: MIT */
/* Alerts, and up to which week they were looked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "storage/alert_judged_record.h"
#include "storage/alert_record.h"
#include "tests/unit/storage/with_store.h"

PUT_JOB(alert, alert)

static struct alert alert_of(uint32_t id, uint32_t team)
{
    return (struct alert){ .id = { id },
                           .team = { team },
                           .week = date_make(20514),
                           .since = date_make(20507),
                           .weeks = 2,
                           .n = 30,
                           .value = 3.1,
                           .usual = 3.6,
                           .usual_lo = 3.5,
                           .usual_hi = 3.7,
                           .baseline_first = date_make(20003),
                           .baseline_last = date_make(20178),
                           .baseline_weeks = 26,
                           .limit = 3.5 };
}

static bool see_alert(const struct alert *alert, void *context)
{
    return see(context, "%u:%u", alert->id.value, alert->team.value);
}

static dp_err delete_alert(struct store_txn *txn, void *context)
{
    const struct alert_id *id = context;
    return alert_record_delete(txn, *id);
}

/* An alert without a number, a kind that is none, and a figure that is none are not stored. */
static void test_alert_put_what_is_none_is_refused(void **state)
{
    struct with_store *with = *state;
    struct alert alert = alert_of(0, 2);
    assert_err(run(with, put_alert, &alert), DP_INVALID);
    alert = alert_of(1, 2);
    alert.kind = ALERT_KIND_COUNT;
    assert_err(run(with, put_alert, &alert), DP_OUT_OF_RANGE);
    alert = alert_of(1, 2);
    alert.value = (double)NAN;
    assert_err(run(with, put_alert, &alert), DP_OUT_OF_RANGE);
    alert = alert_of(1, 2);
    memset(alert.note, 'n', sizeof alert.note);
    assert_err(run(with, put_alert, &alert), DP_TOO_LONG);
    memset(alert.note, 0, sizeof alert.note);
    alert.note[0] = (char)0xff;
    assert_err(run(with, put_alert, &alert), DP_NOT_UTF8);
}

/* Interval ends are stored only where there is an interval, and come back as they were. */
static void test_alert_without_interval_round_trips(void **state)
{
    struct with_store *with = *state;
    struct alert found;
    struct alert alert = alert_of(7, 2);
    assert_ok(run(with, put_alert, &alert));
    assert_ok(alert_record_get(reading(with), (struct alert_id){ 7 }, &found));
    assert_false(found.has_interval);
    assert_memory_equal(&found.value_lo, &(double){ 0.0 }, sizeof(double));
    alert.has_interval = true;
    alert.value_lo = 2.9;
    alert.value_hi = 3.3;
    assert_ok(run(with, put_alert, &alert));
    assert_ok(alert_record_get(reading(with), (struct alert_id){ 7 }, &found));
    assert_true(found.has_interval && found.value_lo > 2.8 && found.value_hi < 3.4);
}

static void test_alert_by_number(void **state)
{
    struct with_store *with = *state;
    struct alert found;
    struct alert_id last = { 256 };
    struct seen all = { .text = "" };
    struct alert late = alert_of(256, 3);
    struct alert early = alert_of(2, 9);
    assert_err(alert_record_get(reading(with), last, &found), DP_NOT_FOUND);
    assert_ok(run(with, put_alert, &late));
    assert_ok(run(with, put_alert, &early));
    assert_ok(alert_record_get(reading(with), last, &found));
    assert_int_equal(found.team.value, 3);
    assert_ok(alert_record_each(reading(with), see_alert, &all));
    assert_string_equal(all.text, "2:9,256:3,");
    assert_ok(run(with, delete_alert, &last));
    assert_err(run(with, delete_alert, &last), DP_NOT_FOUND);
}

static dp_err put_judged(struct store_txn *txn, void *context)
{
    const struct date *monday = context;
    return alert_judged_record_put(txn, *monday);
}

/* Weeks are named by their Monday, so another day is a mistake. */
static void test_alert_judged_is_a_monday(void **state)
{
    struct with_store *with = *state;
    struct date monday = { 0 };
    struct date tuesday = date_make(20515);
    assert_int_equal(date_weekday(tuesday), 2);
    assert_err(alert_judged_record_get(reading(with), &monday), DP_NOT_FOUND);
    assert_err(run(with, put_judged, &tuesday), DP_INVALID);
    assert_ok(run(with, put_judged, &(struct date){ 20514 }));
    assert_ok(alert_judged_record_get(reading(with), &monday));
    assert_int_equal(monday.days, 20514);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(test_alert_put_what_is_none_is_refused),
        WITH_STORE(test_alert_without_interval_round_trips),
        WITH_STORE(test_alert_by_number),
        WITH_STORE(test_alert_judged_is_a_monday),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
