/* SPDX-License-Identifier: MIT */
#include "app/service/link/look.h"

#include <stdio.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/service/link/look_json.h"
#include "app/stats/verdict.h"
#include "app/survey/question.h"
#include "storage/outcome_record.h"

void look_free(struct look *look)
{
    gather_free(&look->data);
    mem_free(look->rows);
    look->rows = NULL;
}

/* Shuffled so often a scan says whether there is a verdict, but not which one. */
enum { TRIAL_PERMUTATIONS = 19 };

static dp_err scan(const struct look_wanted *wanted, uint32_t permutations, struct look *look)
{
    const struct gathered *data = &look->data;
    const struct metric *metric = &wanted->pair->metric;
    struct lagscan_options options = { .unit = data->unit,
                                       .lag_max = wanted->lag_max,
                                       .may_remove_season = true,
                                       .has_primary_lag = wanted->has_primary_lag,
                                       .primary_lag = wanted->primary_lag,
                                       .permutations = permutations,
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
    mem_free(look->rows);
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
        *out = (struct look_memory){ .was_shown = true };
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

/* Whether the figures that the look knew are what they were. */
static bool are_figures_the_same(const struct gathered *data, const struct look_memory *memory,
                                 int32_t period)
{
    if (period < 0) {
        return false;
    }
    struct secret_hash now = gather_fingerprint(data, period);
    return secret_equal(now.bytes, memory->fingerprint.bytes, sizeof now.bytes);
}

/* Weaker words for a look that found more than may be shown. */
static void hold_back(struct lagscan_result *result, enum grade shown)
{
    if (result->grade <= shown) {
        return;
    }
    result->grade = shown;
    result->verdict = shown <= GRADE_HINT ? VERDICT_HINT : result->verdict;
    result->needs_more = 0;
}

static bool is_a_verdict(const struct lagscan_result *result)
{
    return result->refusal == REFUSAL_NONE && result->verdict != VERDICT_REFUSED &&
           result->verdict != VERDICT_NOT_ENOUGH_DATA && result->verdict != VERDICT_CHART_ONLY;
}

/* ---- One look ------------------------------------------------------------------------------------ */

static void show_remembered(struct look *look)
{
    mem_free(look->rows);
    look->rows = NULL;
    look->is_remembered = true;
    look->result = look->memory.scan;
    look->unit = look->memory.unit;
    look->is_panel = look->memory.is_panel;
    look->answers = look->memory.answers;
}

static void show_scanned(struct look *look)
{
    look->unit = look->data.unit;
    look->is_panel = look->data.is_panel;
    look->answers = gather_answers(&look->data);
}

static void remember_scanned(struct look *look)
{
    struct look_memory *memory = &look->memory;
    memory->has_scan = true;
    memory->unit = look->unit;
    memory->is_panel = look->is_panel;
    memory->answers = look->answers;
    memory->scan = look->result;
}

static void remember_figures(struct look *look)
{
    int32_t last = look->data.last;
    look->memory.last_period = last >= 0 ? gather_start(&look->data, (size_t)last)
                                         : look->data.first;
    look->memory.fingerprint = gather_fingerprint(&look->data, last);
}

/* Takes a new verdict in. What is found but not confirmed leaves the earlier answer standing. */
static void renew(struct look *look, struct date today)
{
    struct look_memory *memory = &look->memory;
    struct shown_verdict never = { 0 };
    enum grade found = look->result.grade;
    memory->shown = verdict_renew(look->is_first ? &never : &memory->shown, found, today.days);
    bool is_too_much = found > memory->shown.grade;
    bool is_kept = is_too_much && memory->has_scan && memory->scan.grade == memory->shown.grade;
    memory->is_verdict = true;
    memory->was_shown = true;
    memory->computed = today;
    remember_figures(look);
    if (is_kept) {
        show_remembered(look);
        return;
    }
    hold_back(&look->result, memory->shown.grade);
    memory->is_held_back = is_too_much;
    remember_scanned(look);
}

static dp_err look_anew(const struct look_wanted *wanted, struct look *look, struct date today)
{
    DP_TRY(scan(wanted, 0, look));
    show_scanned(look);
    look->is_verdict = is_a_verdict(&look->result);
    if (look->is_verdict) {
        renew(look, today);
        return DP_SUCCESS;
    }
    if (look->is_first) {
        bool is_drawn = look->result.verdict == VERDICT_CHART_ONLY;
        look->memory.was_shown = look->memory.was_shown || is_drawn;
        look->memory.is_verdict = false;
        look->memory.computed = today;
        remember_figures(look);
        remember_scanned(look);
    }
    return DP_SUCCESS;
}

/* The last look told again, on the figures that it knew. */
static dp_err look_again(const struct look_wanted *wanted, bool is_for_memory, struct look *look)
{
    const struct look_memory *memory = &look->memory;
    bool is_of_earlier = memory->has_scan && !memory->is_held_back &&
                         memory->shown.last_found > memory->shown.grade;
    look->is_verdict = true;
    if (is_of_earlier || (is_for_memory && memory->has_scan)) {
        show_remembered(look);
        return DP_SUCCESS;
    }
    DP_TRY(scan(wanted, 0, look));
    show_scanned(look);
    hold_back(&look->result, memory->shown.grade);
    return DP_SUCCESS;
}

/* The figures are others now: the verdict stands until the next look, unless none could be given. */
static dp_err look_at_changed(const struct look_wanted *wanted, int32_t period, struct look *look)
{
    bool has_scan = look->memory.has_scan;
    DP_TRY(scan(wanted, has_scan ? TRIAL_PERMUTATIONS : 0, look));
    show_scanned(look);
    look->is_verdict = is_a_verdict(&look->result);
    if (!look->is_verdict) {
        return DP_SUCCESS;
    }
    if (has_scan) {
        show_remembered(look);
    }
    hold_back(&look->result, look->memory.shown.grade);
    if (period >= 0) {
        gather_cut(&look->data, period);
    }
    return DP_SUCCESS;
}

/* What became of the memory, and whether that is to be stored. */
static void note_news(struct look *look, bool is_changed, struct date today)
{
    struct look_memory *memory = &look->memory;
    bool was_changed = memory->is_changed;
    bool was_withdrawn = memory->is_withdrawn;
    bool is_renewed = look->is_due && look->is_verdict;
    memory->is_changed = is_changed && !is_renewed;
    memory->is_withdrawn = !look->is_first && !look->is_verdict;
    if (memory->is_withdrawn) {
        memory->refused = look_refusal(&look->result);
    }
    look->has_news = look->is_due || memory->is_withdrawn || was_withdrawn ||
                     memory->is_changed != was_changed;
    look->looked = memory->is_withdrawn ? today : memory->computed;
    look->next_look = date_add(memory->computed, VERDICT_RENEWAL_DAYS);
    if (!date_is_before(today, look->next_look)) {
        look->next_look = date_add(today, 1);
    }
}

static dp_err take(const struct appliance *appliance, const struct look_wanted *wanted,
                   bool is_for_memory, struct look *look)
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
    bool is_same = are_figures_the_same(&look->data, &look->memory, period);
    look->is_due = look->is_first || verdict_is_due(&look->memory.shown, today.days);
    if (look->is_due) {
        DP_TRY(look_anew(wanted, look, today));
    } else if (is_same) {
        gather_cut(&look->data, period);
        DP_TRY(look_again(wanted, is_for_memory, look));
    } else {
        DP_TRY(look_at_changed(wanted, period, look));
    }
    note_news(look, !look->is_first && !is_same, today);
    return DP_SUCCESS;
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
    const struct look_memory *memory = &look->memory;
    const struct lagscan_result *scan = memory->is_withdrawn ? &memory->refused : &memory->scan;
    *out = (struct verdict_memory){ .computed = memory->computed,
                                    .grade = (uint8_t)memory->shown.grade,
                                    .previous_grade = (uint8_t)memory->shown.last_found,
                                    .n = (uint32_t)scan->n };
    snprintf(out->metric, sizeof out->metric, "%s", wanted->pair->metric.code);
    snprintf(out->source, sizeof out->source, "%s", wanted->pair->source);
    snprintf(out->series, sizeof out->series, "%s", wanted->series);
    return look_json_write(memory, out->json, sizeof out->json);
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
