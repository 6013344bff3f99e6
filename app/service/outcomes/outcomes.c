/* SPDX-License-Identifier: MIT */
#include "app/service/outcomes/outcomes.h"

#include <string.h>

#include "app/core/mem.h"
#include "app/csv/csv_formula.h"
#include "app/service/outcomes/outcomes_file.h"
#include "storage/metric_record.h"
#include "storage/outcome_record.h"
#include "storage/outcome_replaced_record.h"

/* ---- Import ---- */

struct import_job {
    const struct outcomes_file *outcomes;
    const struct outcomes_request *request;
    const struct clock *clock;
    struct secret_hash hash;
    struct outcomes_report *report;
};

/* The same content for another metric or source is another import. */
static struct secret_hash hash_of(const struct outcomes_request *request)
{
    const struct bytes parts[] = {
        bytes_of(request->file.bytes.ptr, request->file.bytes.len),
        bytes_of("\0metric", 8),
        bytes_of(request->metric, request->metric == NULL ? 0 : strlen(request->metric)),
        bytes_of("\0source", 8),
        bytes_of(request->source, request->source == NULL ? 0 : strlen(request->source)),
    };
    bool is_plain = request->metric == NULL && request->source == NULL;
    return secret_sha256(parts, is_plain ? 1 : sizeof parts / sizeof parts[0]);
}

static bool has_same_value(const struct outcome *a, const struct outcome *b)
{
    return !(a->value < b->value) && !(a->value > b->value) && a->has_n == b->has_n &&
           (!a->has_n || a->n == b->n);
}

/** How a value stands to what is stored in its place. */
struct comparison {
    struct outcome value;
    struct outcome before;
    bool has_before;
    bool is_same;
};

static dp_err compare(struct store_txn *txn, const struct import_job *job,
                      const struct outcome_row *row, struct comparison *out)
{
    out->value = outcomes_file_value(job->outcomes, row, job->report->import);
    dp_err err = outcome_record_get(txn, &out->value, &out->before);
    out->has_before = err_is_ok(err);
    out->is_same = out->has_before && has_same_value(&out->value, &out->before);
    return err_is(err, DP_NOT_FOUND) ? DP_SUCCESS : err;
}

static dp_err look_for_same_file(struct store_txn *txn, struct import_job *job)
{
    struct import import;
    dp_err err = import_record_by_hash(txn, IMPORT_OUTCOMES, &job->hash, &import);
    job->report->is_same_file = err_is_ok(err) && !import.is_undone;
    if (job->report->is_same_file) {
        job->report->same_date = import.date;
    }
    return err_is(err, DP_NOT_FOUND) ? DP_SUCCESS : err;
}

static dp_err look(struct store_txn *txn, struct import_job *job)
{
    struct outcomes_report *report = job->report;
    struct comparison c;
    report->import.value = 0;
    report->values_new = 0;
    report->values_changed = 0;
    report->values_same = 0;
    DP_TRY(look_for_same_file(txn, job));
    for (size_t i = 0; i < job->outcomes->rows_count; i++) {
        DP_TRY(compare(txn, job, &job->outcomes->rows[i], &c));
        report->values_new += c.has_before ? 0 : 1;
        report->values_same += c.is_same ? 1 : 0;
        report->values_changed += c.has_before && !c.is_same ? 1 : 0;
    }
    return DP_SUCCESS;
}

static dp_err write_value(struct store_txn *txn, const struct import_job *job,
                          const struct outcome_row *row)
{
    struct comparison c;
    DP_TRY(compare(txn, job, row, &c));
    if (c.is_same) {
        return DP_SUCCESS;
    }
    if (c.has_before) {
        const struct outcome_replaced replaced = { job->report->import, c.before };
        DP_TRY(outcome_replaced_record_put(txn, &replaced));
    }
    return outcome_record_put(txn, &c.value);
}

static dp_err look_and_write(struct store_txn *txn, void *context)
{
    struct import_job *job = context;
    struct outcomes_report *report = job->report;
    const struct import_file *file = &job->request->file;
    char name[NAME_MAX_BYTES];
    DP_TRY(look(txn, job));
    if (report->is_same_file) {
        return DP_SUCCESS;
    }
    const struct import_done done = { IMPORT_OUTCOMES, &job->hash, report->rows };
    DP_TRY(import_note(txn, file, &done, &report->import));
    for (size_t i = 0; i < job->outcomes->rows_count; i++) {
        DP_TRY(write_value(txn, job, &job->outcomes->rows[i]));
    }
    import_base_name(file->name, name);
    return import_audit(txn, job->clock, file->actor, "outcomes.import",
                        "import %u, %s: %zu values; %zu new, %zu changed, %zu unchanged",
                        report->import.value, name, report->values, report->values_new,
                        report->values_changed, report->values_same);
}

static dp_err look_only(struct store *office, struct import_job *job)
{
    struct store_txn *txn STORE_READ_AUTO = NULL;
    DP_TRY(store_read(office, &txn));
    return look(txn, job);
}

dp_err outcomes_import(struct store *office, const struct clock *clock,
                       const struct outcomes_request *request, struct outcomes_report *report,
                       struct dp_problem *problem)
{
    struct outcomes_file outcomes OUTCOMES_FILE_AUTO = { 0 };
    *report = (struct outcomes_report){ .is_dry_run = request->file.is_dry_run };
    DP_TRY(outcomes_file_read(office, &outcomes, request, report, problem));
    struct import_job job = { .outcomes = &outcomes,
                              .request = request,
                              .clock = clock,
                              .hash = hash_of(request),
                              .report = report };
    return report->is_dry_run ? look_only(office, &job)
                              : store_write(office, look_and_write, &job);
}

/* ---- Undo ---- */

/*
 * The values of one place form a chain: the one that is stored, then what it was put over, and so
 * on, each with the import that brought it. Undoing import X takes X's link out of each chain:
 *
 *   stored value is X's          what X was put over is stored again, or the value goes
 *   something of a later import  what that import was put over becomes what X was put over, or
 *   was put over X's value       nothing
 */
struct undo_job {
    const struct clock *clock;
    struct import_id id;
    const char *actor;
    struct outcomes_undo *undo;
    struct outcome *stored; /* owned: values of the import that are stored now */
    size_t stored_count;
    size_t stored_capacity;
    struct outcome_replaced
        *covered; /* owned: values of the import that later ones were put over */
    size_t covered_count;
    size_t covered_capacity;
    struct import_id *later; /* owned */
    size_t later_count;
    size_t later_capacity;
    dp_err failed;
};

static void free_undo(struct undo_job *job)
{
    mem_free(job->stored);
    mem_free(job->covered);
    mem_free(job->later);
    job->stored = NULL;
    job->covered = NULL;
    job->later = NULL;
    job->stored_count = job->stored_capacity = 0;
    job->covered_count = job->covered_capacity = 0;
    job->later_count = job->later_capacity = 0;
    job->failed = DP_SUCCESS;
}

/* Room for one more; NULL (and the job has failed) without memory. */
static void *grown(struct undo_job *job, void *items, size_t count, size_t *capacity,
                   size_t size)
{
    if (count < *capacity) {
        return items;
    }
    size_t wanted = *capacity == 0 ? 64 : *capacity * 2;
    void *more = mem_resize(items, wanted, size);
    if (more == NULL) {
        job->failed = err_make(DP_NO_MEMORY);
        return NULL;
    }
    *capacity = wanted;
    return more;
}

static bool take_stored(const struct outcome *outcome, void *context)
{
    struct undo_job *job = context;
    if (outcome->import.value != job->id.value) {
        return true;
    }
    struct outcome *stored = grown(job, job->stored, job->stored_count, &job->stored_capacity,
                                   sizeof *stored);
    if (stored == NULL) {
        return false;
    }
    job->stored = stored;
    job->stored[job->stored_count++] = *outcome;
    return true;
}

static bool take_covered(const struct outcome_replaced *replaced, void *context)
{
    struct undo_job *job = context;
    if (replaced->before.import.value != job->id.value) {
        return true;
    }
    struct outcome_replaced *covered = grown(job, job->covered, job->covered_count,
                                             &job->covered_capacity, sizeof *covered);
    if (covered == NULL) {
        return false;
    }
    job->covered = covered;
    job->covered[job->covered_count++] = *replaced;
    return true;
}

static bool take_later(const struct import *import, void *context)
{
    struct undo_job *job = context;
    if (import->kind != IMPORT_OUTCOMES || import->id.value <= job->id.value) {
        return true;
    }
    struct import_id *later = grown(job, job->later, job->later_count, &job->later_capacity,
                                    sizeof *later);
    if (later == NULL) {
        return false;
    }
    job->later = later;
    job->later[job->later_count++] = import->id;
    return true;
}

static dp_err gather(struct store_txn *txn, struct undo_job *job)
{
    DP_TRY(outcome_record_each(txn, take_stored, job));
    DP_TRY(job->failed);
    DP_TRY(import_record_each(txn, take_later, job));
    DP_TRY(job->failed);
    for (size_t i = 0; i < job->later_count; i++) {
        DP_TRY(outcome_replaced_record_each_of(txn, job->later[i], take_covered, job));
        DP_TRY(job->failed);
    }
    return DP_SUCCESS;
}

/* What the undone import was put over at a place, taken out of the store. */
static dp_err take_before(struct store_txn *txn, const struct undo_job *job,
                          const struct outcome *place, struct outcome *before, bool *has_before)
{
    struct outcome_replaced replaced;
    dp_err err = outcome_replaced_record_get(txn, job->id, place, &replaced);
    *has_before = err_is_ok(err);
    if (err_is(err, DP_NOT_FOUND)) {
        return DP_SUCCESS;
    }
    DP_TRY(err);
    *before = replaced.before;
    return outcome_replaced_record_delete(txn, job->id, place);
}

static dp_err undo_stored(struct store_txn *txn, struct undo_job *job,
                          const struct outcome *value)
{
    struct outcome before;
    bool has_before = false;
    DP_TRY(take_before(txn, job, value, &before, &has_before));
    if (has_before) {
        job->undo->restored++;
        return outcome_record_put(txn, &before);
    }
    job->undo->removed++;
    return outcome_record_delete(txn, value);
}

static dp_err undo_covered(struct store_txn *txn, const struct undo_job *job,
                           const struct outcome_replaced *later)
{
    struct outcome_replaced shortened = { .import = later->import };
    bool has_before = false;
    DP_TRY(take_before(txn, job, &later->before, &shortened.before, &has_before));
    if (has_before) {
        return outcome_replaced_record_put(txn, &shortened);
    }
    return outcome_replaced_record_delete(txn, later->import, &later->before);
}

static dp_err write_undo(struct store_txn *txn, struct undo_job *job, struct import *import)
{
    for (size_t i = 0; i < job->stored_count; i++) {
        DP_TRY(undo_stored(txn, job, &job->stored[i]));
    }
    for (size_t i = 0; i < job->covered_count; i++) {
        DP_TRY(undo_covered(txn, job, &job->covered[i]));
    }
    import->is_undone = true;
    DP_TRY(import_record_put(txn, import));
    return import_audit(txn, job->clock, job->actor, "outcomes.undo",
                        "import %u, %s: %zu values removed, %zu put back", import->id.value,
                        import->file_name, job->undo->removed, job->undo->restored);
}

static dp_err take_back(struct store_txn *txn, void *context)
{
    struct undo_job *job = context;
    struct import import;
    free_undo(job);
    *job->undo = (struct outcomes_undo){ 0 };
    DP_TRY(import_record_get(txn, job->id, &import));
    if (import.kind != IMPORT_OUTCOMES) {
        return err_make(DP_NOT_FOUND);
    }
    if (import.is_undone) {
        return err_make(DP_CONFLICT);
    }
    DP_TRY(gather(txn, job));
    return write_undo(txn, job, &import);
}

dp_err outcomes_undo(struct store *office, const struct clock *clock, struct import_id import,
                     const char *actor, struct outcomes_undo *undo)
{
    struct undo_job job = { .clock = clock, .id = import, .actor = actor, .undo = undo };
    dp_err err = store_write(office, take_back, &job);
    free_undo(&job);
    return err;
}

/* ---- Metrics ---- */

dp_err outcomes_find_metric(struct store_txn *txn, struct str code, struct metric *out)
{
    const struct metric *known = metric_find(code);
    if (known != NULL) {
        *out = *known;
        return DP_SUCCESS;
    }
    return metric_record_get(txn, code, out);
}

struct metric_job {
    const struct clock *clock;
    const struct metric *metric;
    const char *actor;
};

static dp_err put_metric(struct store_txn *txn, void *context)
{
    const struct metric_job *job = context;
    struct metric metric = *job->metric;
    metric.is_custom = true;
    DP_TRY(metric_record_put(txn, &metric));
    return import_audit(txn, job->clock, job->actor, "outcomes.metric", "the metric %s",
                        metric.code);
}

static bool is_name(const char *text, size_t size)
{
    bool is_whole = memchr(text, '\0', size) != NULL && str_is_utf8(str_of(text));
    return is_whole && text[0] != '\0' && !csv_formula_is_risky(str_of(text));
}

/* As codes in files are: small letters, digits, '-' and '_', a letter first. */
static bool is_code(const char *code)
{
    for (size_t i = 0; code[i] != '\0'; i++) {
        bool is_letter = code[i] >= 'a' && code[i] <= 'z';
        bool is_other = (code[i] >= '0' && code[i] <= '9') || code[i] == '-' || code[i] == '_';
        if (!is_letter && !(is_other && i > 0)) {
            return false;
        }
    }
    return true;
}

dp_err outcomes_put_metric(struct store *office, const struct clock *clock,
                           const struct metric *metric, const char *actor,
                           struct dp_problem *problem)
{
    struct metric_job job = { clock, metric, actor };
    if (!is_name(metric->code, sizeof metric->code) || !is_code(metric->code)) {
        return problem_set(problem, 0, 0,
                           "A metric's code is made of small letters, digits, '-' and '_'");
    }
    if (metric_find(str_of(metric->code)) != NULL) {
        err_ignore(problem_set(problem, 0, 0, "The metric \"%s\" is built in", metric->code));
        return err_make(DP_EXISTS);
    }
    bool has_names = is_name(metric->unit, sizeof metric->unit);
    for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
        has_names = has_names && is_name(metric->name[i], sizeof metric->name[i]);
    }
    if (!has_names || !(metric->min < metric->max)) {
        return problem_set(problem, 0, 0,
                           "A metric needs a name in every language, a unit and a range");
    }
    return store_write(office, put_metric, &job);
}
