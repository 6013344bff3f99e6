/* SPDX-License-Identifier: MIT */
#include "app/service/link/look.h"

#include <stdio.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/service/link/look_json.h"
#include "app/stats/verdict.h"
#include "app/survey/question.h"
#include "storage/outcome_record.h"

const char *look_unit_name(enum lag_unit unit)
{
    switch (unit) {
    case LAG_UNIT_WEEK:
        return "week";
    case LAG_UNIT_FORTNIGHT:
        return "fortnight";
    case LAG_UNIT_MONTH:
        return "month";
    }
    return "";
}

void look_free(struct look *look)
{
    gather_free(&look->data);
    mem_free(look->rows);
    look->rows = NULL;
}

static dp_err scan(const struct look_wanted *wanted, struct look *look)
{
    const struct gathered *data = &look->data;
    const struct metric *metric = &wanted->pair->metric;
    struct lagscan_options options = { .unit = data->unit,
                                       .lag_max = wanted->lag_max,
                                       .may_remove_season = true,
                                       .has_primary_lag = wanted->has_primary_lag,
                                       .primary_lag = wanted->primary_lag,
                                       .is_lower_better = metric->better == BETTER_LOWER };
    struct panelscan_input panel = { data->engagement, data->outcome, data->rows, data->periods,
                                     options };
    struct lagscan_input single = { data->engagement, data->outcome, data->periods, options };
    size_t bytes = data->is_panel ? panelscan_scratch_bytes(&panel)
                                  : lagscan_scratch_bytes(&single);
    MEM_AUTO unsigned char *area = mem_new(bytes, 1);
    if (area == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct scratch scratch = scratch_of(area, bytes);
    if (!data->is_panel) {
        return lagscan(&single, &scratch, &look->result);
    }
    look->rows = mem_new(data->rows, sizeof *look->rows);
    if (look->rows == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    return panelscan(&panel, &scratch, &look->result, look->rows);
}

/* ---- Memory -------------------------------------------------------------------------------------- */

void look_recall(const struct verdict_memory *stored, struct look_memory *out)
{
    *out = (struct look_memory){ 0 };
    if (!err_is_ok(look_json_read(stored->json, out)) || stored->grade >= GRADE_COUNT) {
        *out = (struct look_memory){ 0 };
        return;
    }
    out->is_there = true;
    out->computed = stored->computed;
    out->shown = (struct shown_verdict){ .is_shown = true,
                                         .grade = (enum grade)stored->grade,
                                         .last_found = (enum grade)stored->previous_grade,
                                         .renewed_day = stored->computed.days };
}

static dp_err recall(const struct appliance *appliance, const struct look_wanted *wanted,
                     struct look_memory *out)
{
    struct verdict_memory stored;
    *out = (struct look_memory){ 0 };
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    dp_err found = verdict_record_get(txn, str_of(wanted->pair->metric.code),
                                      str_of(wanted->pair->source), str_of(wanted->series),
                                      &stored);
    if (err_is(found, DP_NOT_FOUND)) {
        return DP_SUCCESS;
    }
    DP_TRY(found);
    look_recall(&stored, out);
    return DP_SUCCESS;
}

/* The period of the remembered look on today's axis, or -1. */
static int32_t remembered_period(const struct gathered *data, const struct look_memory *memory)
{
    size_t period = 0;
    bool is_in = memory->is_there && memory->is_verdict &&
                 gather_period(data, memory->last_period, &period);
    return is_in ? (int32_t)period : -1;
}

/* Only what was seen then counts until the next look is due. */
static bool is_memory_valid(const struct gathered *data, const struct look_memory *memory,
                            int32_t period)
{
    if (period < 0) {
        return false;
    }
    struct secret_hash now = gather_fingerprint(data, period);
    return secret_equal(now.bytes, memory->fingerprint.bytes, sizeof now.bytes);
}

static size_t periods_to_the_next_look(enum lag_unit unit)
{
    size_t weeks = unit == LAG_UNIT_MONTH ? 4 : unit == LAG_UNIT_FORTNIGHT ? 2 : 1;
    return VERDICT_RENEWAL_DAYS / 7 / weeks;
}

/* The page may show less than a single look found, never more. */
static void hold_back(struct lagscan_result *result, enum grade shown, enum lag_unit unit)
{
    if (result->grade <= shown) {
        return;
    }
    result->grade = shown;
    result->verdict = shown == GRADE_HINT   ? VERDICT_HINT
                      : shown == GRADE_NONE ? VERDICT_CANNOT_TELL
                                            : result->verdict;
    result->needs_more = shown == GRADE_NONE ? periods_to_the_next_look(unit) : 0;
}

static bool is_a_verdict(const struct lagscan_result *result)
{
    return result->refusal == REFUSAL_NONE && result->verdict != VERDICT_REFUSED &&
           result->verdict != VERDICT_NOT_ENOUGH_DATA && result->verdict != VERDICT_CHART_ONLY;
}

/* ---- One look ------------------------------------------------------------------------------------ */

static dp_err scan_and_hold_back(const struct look_wanted *wanted, struct look *look,
                                 const struct shown_verdict *before, struct date today)
{
    DP_TRY(scan(wanted, look));
    look->is_verdict = is_a_verdict(&look->result);
    if (look->is_verdict && look->is_due) {
        look->memory.shown = verdict_renew(before, look->result.grade, today.days);
    }
    if (look->is_verdict) {
        hold_back(&look->result, look->memory.shown.grade, look->data.unit);
    }
    return DP_SUCCESS;
}

static dp_err take(const struct appliance *appliance, const struct look_wanted *wanted,
                   bool must_be_due, struct look *look)
{
    *look = (struct look){ 0 };
    struct date today = appliance_today(appliance);
    DP_TRY(gather(appliance, wanted->pair, wanted->source, &look->data));
    if (wanted->counts_from.days > 0) {
        gather_cut_before(&look->data, wanted->counts_from);
    }
    DP_TRY(recall(appliance, wanted, &look->memory));
    look->is_first = !look->memory.is_there || !look->memory.is_verdict;
    int32_t period = remembered_period(&look->data, &look->memory);
    bool is_valid = is_memory_valid(&look->data, &look->memory, period);
    look->is_due = !is_valid || verdict_is_due(&look->memory.shown, today.days);
    if (!look->is_due) {
        gather_cut(&look->data, period);
    }
    look->looked = look->is_due ? today : look->memory.computed;
    if (must_be_due && !look->is_due) {
        return DP_SUCCESS;
    }
    struct shown_verdict before = is_valid ? look->memory.shown : (struct shown_verdict){ 0 };
    return scan_and_hold_back(wanted, look, &before, today);
}

dp_err look_take(const struct appliance *appliance, const struct look_wanted *wanted,
                 struct look *look)
{
    return take(appliance, wanted, false, look);
}

dp_err look_take_if_due(const struct appliance *appliance, const struct look_wanted *wanted,
                        struct look *look)
{
    return take(appliance, wanted, true, look);
}

/* ---- Remembering --------------------------------------------------------------------------------- */

dp_err look_remember(const struct look_wanted *wanted, const struct look *look,
                     struct verdict_memory *out)
{
    struct look_memory memory = look->memory;
    int32_t last = look->data.last;
    memory.is_verdict = look->is_verdict;
    memory.last_period = last >= 0 ? gather_start(&look->data, (size_t)last) : look->data.first;
    memory.fingerprint = gather_fingerprint(&look->data, last);
    memory.unit = look->data.unit;
    memory.is_panel = look->data.is_panel;
    memory.answers = gather_answers(&look->data);
    memory.scan = look->result;
    *out = (struct verdict_memory){ .computed = look->looked,
                                    .grade = (uint8_t)memory.shown.grade,
                                    .previous_grade = (uint8_t)memory.shown.last_found,
                                    .n = (uint32_t)look->result.n };
    snprintf(out->metric, sizeof out->metric, "%s", wanted->pair->metric.code);
    snprintf(out->source, sizeof out->source, "%s", wanted->pair->source);
    snprintf(out->series, sizeof out->series, "%s", wanted->series);
    return look_json_write(&memory, out->json, sizeof out->json);
}

struct batch {
    const struct verdict_memory *memories;
    size_t count;
};

static bool is_stored_already(struct store_txn *txn, const struct verdict_memory *memory)
{
    struct verdict_memory stored;
    dp_err found = verdict_record_get(txn, str_of(memory->metric), str_of(memory->source),
                                      str_of(memory->series), &stored);
    return err_is_ok(found) && date_equal(stored.computed, memory->computed) &&
           stored.grade == memory->grade && stored.previous_grade == memory->previous_grade &&
           strcmp(stored.json, memory->json) == 0;
}

static dp_err batch_job(struct store_txn *txn, void *context)
{
    const struct batch *batch = context;
    for (size_t i = 0; i < batch->count; i++) {
        if (!is_stored_already(txn, &batch->memories[i])) {
            DP_TRY(verdict_record_put(txn, &batch->memories[i]));
        }
    }
    return DP_SUCCESS;
}

dp_err look_store(const struct appliance *appliance, const struct verdict_memory *memories,
                  size_t count)
{
    struct batch batch = { memories, count };
    return count == 0 ? DP_SUCCESS : store_write(appliance->office, batch_job, &batch);
}

/* ---- How many were examined ---------------------------------------------------------------------- */

struct counting {
    struct store_txn *txn;
    size_t count;
    dp_err first_failure;
};

static bool note_one(const struct outcome *outcome, void *context)
{
    (void)outcome;
    bool *has_one = context;
    *has_one = true;
    return false;
}

static bool count_verdict(const struct verdict_memory *stored, void *context)
{
    struct counting *counting = context;
    struct look_memory memory;
    enum theme theme;
    bool has_outcome = false;
    bool is_in_family = strcmp(stored->series, LOOK_INDEX) == 0 ||
                        err_is_ok(theme_parse(str_of(stored->series), &theme));
    if (!is_in_family) {
        return true;
    }
    look_recall(stored, &memory);
    dp_err walked = outcome_record_each_of(counting->txn, str_of(stored->metric),
                                           str_of(stored->source), note_one, &has_outcome);
    counting->count += memory.is_there && memory.is_verdict && has_outcome;
    counting->first_failure = walked;
    return err_is_ok(walked);
}

dp_err look_examined(const struct appliance *appliance, size_t *count)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    struct counting counting = { .txn = txn, .first_failure = DP_SUCCESS };
    DP_TRY(verdict_record_each(txn, count_verdict, &counting));
    *count = counting.count;
    return counting.first_failure;
}
