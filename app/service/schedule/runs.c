/* SPDX-License-Identifier: MIT */
#include "app/service/schedule/runs.h"

#include "app/core/log.h"
#include "app/core/mem.h"
#include "app/service/export/export.h"

struct due runs_due_of(const struct schedule *schedule)
{
    struct due due = { .kind = DUE_DAILY, .minute = schedule->minute };
    if (schedule->kind == SCHEDULE_WEEKLY) {
        due.kind = DUE_WEEKLY;
        due.weekday = schedule->weekday;
    } else if (schedule->kind == SCHEDULE_MONTHLY) {
        due.kind = DUE_MONTHLY;
        due.month_day = schedule->month_day;
    }
    return due;
}

static struct runs_plan run_for(int64_t due_s, int64_t now_s)
{
    return (struct runs_plan){ .is_due = true, .due_s = due_s, .wake_s = now_s };
}

struct runs_plan runs_plan(const struct due *due, const struct zone *zone,
                           const struct runs_history *history, int64_t now_s)
{
    int64_t newest_s = due_last(due, zone, now_s);
    if (!history->has_run || history->due_s > now_s + RUNS_STRAY_S ||
        history->due_s < newest_s) {
        return run_for(newest_s, now_s);
    }
    int64_t next_s = due_next(due, zone, history->due_s > now_s ? history->due_s : now_s);
    if (!history->is_failed || history->failures >= RUNS_TRIES) {
        return (struct runs_plan){ .wake_s = next_s };
    }
    /* Measured from the failure, unless a clock set back makes that far ahead. */
    int64_t retry_s = history->ended_s + RUNS_RETRY_S;
    if (retry_s <= now_s || retry_s > now_s + RUNS_RETRY_S) {
        return run_for(history->due_s, now_s);
    }
    return (struct runs_plan){ .wake_s = retry_s < next_s ? retry_s : next_s };
}

/* ---- History -------------------------------------------------------------------------------------- */

struct reading {
    struct runs_history *history;
    int64_t latest_s; /* what was noted later is from a wrong clock */
};

static bool read_run(const struct run *run, void *context)
{
    const struct reading *reading = context;
    struct runs_history *history = reading->history;
    if (run->due_s > reading->latest_s) {
        return true;
    }
    bool is_failed = run->error[0] != '\0';
    bool is_again = history->has_run && history->due_s == run->due_s;
    size_t before = is_again && history->is_failed ? history->failures : 0;
    *history = (struct runs_history){ .has_run = true,
                                      .due_s = run->due_s,
                                      .ended_s = run->ended_s,
                                      .is_failed = is_failed,
                                      .failures = is_failed ? before + 1 : 0 };
    return true;
}

dp_err runs_read(struct store_txn *txn, struct str name, int64_t now_s,
                 struct runs_history *history)
{
    struct reading reading = { history, now_s + RUNS_STRAY_S };
    *history = (struct runs_history){ 0 };
    return run_record_each_of(txn, name, read_run, &reading);
}

/* ---- One look ------------------------------------------------------------------------------------- */

static dp_err look(const struct appliance *appliance, struct schedule *schedule,
                   struct runs_plan *plan)
{
    struct runs_history history;
    int64_t now_s = clock_wall_s(&appliance->clock);
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    *plan = (struct runs_plan){ .wake_s = now_s + ZONE_DAY_SECONDS };
    dp_err found = schedule_record_get(txn, STR(RUNS_SCHEDULE), schedule);
    if (err_is(found, DP_NOT_FOUND) || (err_is_ok(found) && !schedule->is_enabled)) {
        return DP_SUCCESS;
    }
    DP_TRY(found);
    DP_TRY(runs_read(txn, STR(RUNS_SCHEDULE), now_s, &history));
    struct due due = runs_due_of(schedule);
    *plan = runs_plan(&due, &appliance->zone, &history, now_s);
    return DP_SUCCESS;
}

static void make_run(const struct appliance *appliance, const struct schedule *schedule,
                     int64_t due_s)
{
    struct dp_problem problem = { 0 };
    struct export_wanted wanted = { .out_dir = schedule->out_dir,
                                    .schedule = schedule->name,
                                    .keep = schedule->keep,
                                    .due_s = due_s };
    MEM_AUTO struct export_done *done = mem_new(1, sizeof *done);
    if (done == NULL) {
        log_error("the export found no memory");
        return;
    }
    dp_err result = export_run(appliance, &wanted, done, &problem);
    if (err_is_ok(result)) {
        log_info("exported %llu rows in %.0f ms", (unsigned long long)done->rows,
                 done->elapsed_ms);
        return;
    }
    log_error("the export failed: %s",
              problem.sentence[0] != '\0' ? problem.sentence : err_sentence(result.code));
}

dp_err runs_step(const struct appliance *appliance, int64_t *wake_s, bool *has_run)
{
    struct schedule schedule;
    struct runs_plan plan;
    bool ignored = false;
    has_run = has_run == NULL ? &ignored : has_run;
    DP_TRY(look(appliance, &schedule, &plan));
    *has_run = plan.is_due;
    if (plan.is_due) {
        make_run(appliance, &schedule, plan.due_s);
    }
    *wake_s = plan.wake_s;
    return DP_SUCCESS;
}
