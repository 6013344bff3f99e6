/* SPDX-License-Identifier: MIT */
#include "app/service/link/primary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/service/link/look.h"
#include "app/service/outcomes/outcomes.h"
#include "app/stats/number.h"
#include "storage/outcome_record.h"

enum {
    LAG_MAX_WEEKS = 8,
    LAG_MAX_MONTHS = 3,
    PERIODS_SEEN = LINK_PERIODS_CHART, /* so many are drawn, and a link can be seen by eye */
    PAIRS_BYTES = sizeof(struct link_pair) * (LINK_PAIRS_MAX + 2)
};

int primary_lag_max(enum period_kind unit)
{
    return unit == PERIOD_MONTH ? LAG_MAX_MONTHS : LAG_MAX_WEEKS;
}

#define SERIES "primary-"

/* The name under which a question's looks are remembered. */
static void name_series(uint32_t number, char out[CODE_MAX])
{
    snprintf(out, CODE_MAX, SERIES "%u", number);
}

/* ---- What was seen before ------------------------------------------------------------------------ */

/* What can be told about a metric, whichever source it came from, is seen. */
struct seen {
    const char *metric;
    bool is_any; /* a result was shown, whatever became of its figures */
    struct date weeks[PERIODS_SEEN];
    size_t week_count;
    struct date months[PERIODS_SEEN];
    size_t month_count;
};

/* Of the metric: every verdict. Of others: the answers to questions that were asked before. */
static bool note_verdict(const struct verdict_memory *stored, void *context)
{
    struct seen *seen = context;
    struct look_memory memory;
    bool is_answer = strncmp(stored->series, SERIES, sizeof SERIES - 1) == 0;
    if (strcmp(stored->metric, seen->metric) != 0 && !is_answer) {
        return true;
    }
    look_recall(stored, &memory);
    bool is_of_metric = strcmp(stored->metric, seen->metric) == 0;
    seen->is_any = is_of_metric ? memory.was_shown : memory.is_verdict || !memory.is_there;
    return !seen->is_any;
}

static size_t note_period(struct date *periods, size_t count, struct date start)
{
    for (size_t i = 0; i < count; i++) {
        if (date_equal(periods[i], start)) {
            return count;
        }
    }
    if (count < PERIODS_SEEN) {
        periods[count++] = start;
    }
    return count;
}

static bool has_enough_periods(const struct seen *seen)
{
    return seen->week_count == PERIODS_SEEN || seen->month_count == PERIODS_SEEN;
}

static bool note_value(const struct outcome *outcome, void *context)
{
    struct seen *seen = context;
    if (strcmp(outcome->metric, seen->metric) != 0) {
        return true;
    }
    if (outcome->period_kind == PERIOD_MONTH) {
        struct date month = date_month_start(outcome->period_start);
        seen->month_count = note_period(seen->months, seen->month_count, month);
    } else {
        struct date monday = date_monday(outcome->period_start);
        seen->week_count = note_period(seen->weeks, seen->week_count, monday);
    }
    return !has_enough_periods(seen);
}

/* The first period that begins in or after the week of a date. */
static struct date first_new_period(enum period_kind unit, struct date today)
{
    struct date monday = date_monday(today);
    struct date month = date_month_start(today);
    bool is_month_new = !date_is_before(month, monday);
    return unit != PERIOD_MONTH ? monday : is_month_new ? month : date_next_month(month);
}

static dp_err counts_from_of(struct store_txn *txn, const struct primary_question *question,
                             struct date *out)
{
    struct seen seen = { .metric = question->metric };
    *out = (struct date){ 0 };
    DP_TRY(verdict_record_each(txn, note_verdict, &seen));
    DP_TRY(outcome_record_each(txn, note_value, &seen));
    if (seen.is_any || has_enough_periods(&seen)) {
        *out = first_new_period(question->unit, question->registered);
    }
    return DP_SUCCESS;
}

dp_err primary_would_count_from(const struct appliance *appliance, const struct link_pair *pair,
                                enum period_kind unit, struct date *counts_from)
{
    struct primary_question question = { .unit = unit,
                                         .registered = appliance_today(appliance) };
    snprintf(question.metric, sizeof question.metric, "%s", pair->metric.code);
    snprintf(question.source, sizeof question.source, "%s", pair->source);
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    return counts_from_of(txn, &question, counts_from);
}

/* ---- Registering --------------------------------------------------------------------------------- */

struct registering {
    const struct appliance *appliance;
    struct primary_question question;
    bool is_same; /* as the open one */
};

static bool is_same_question(const struct primary_question *a, const struct primary_question *b)
{
    return strcmp(a->metric, b->metric) == 0 && strcmp(a->source, b->source) == 0 &&
           a->unit == b->unit && a->lag == b->lag;
}

static dp_err register_job(struct store_txn *txn, void *context)
{
    struct registering *job = context;
    struct primary_question *question = &job->question;
    struct primary_question open;
    char from[DATE_TEXT_MAX] = "the start";
    question->number = 1;
    dp_err found = primary_record_latest(txn, &open);
    if (err_is_ok(found)) {
        job->is_same = is_same_question(&open, question);
        question->number = open.number + 1;
    } else if (!err_is(found, DP_NOT_FOUND)) {
        return found;
    }
    if (job->is_same) {
        return err_make(DP_CONFLICT);
    }
    DP_TRY(counts_from_of(txn, question, &question->counts_from));
    if (question->counts_from.days > 0) {
        date_text(question->counts_from, from);
    }
    DP_TRY(primary_record_put(txn, question));
    return appliance_audit(txn, &job->appliance->clock, question->actor, "link.register",
                           "question %u: %s by %s, lag %d %s, counts from %s", question->number,
                           question->metric, question->source, question->lag,
                           question->unit == PERIOD_MONTH ? "months" : "weeks", from);
}

/* The pair that is meant, if it was imported; else one with a name only. */
static dp_err find_pair(const struct appliance *appliance,
                        const struct primary_request *request, struct link_pair *pair,
                        struct dp_problem *problem)
{
    ARENA_AUTO struct arena arena = arena_new(PAIRS_BYTES);
    const struct link_pair *pairs = NULL;
    size_t count = 0;
    size_t sources = 0;
    *pair = (struct link_pair){ .period_kind = PERIOD_WEEK };
    DP_TRY(link_pairs(appliance, &arena, &pairs, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_metric = str_equal(str_of(pairs[i].metric.code), request->metric);
        bool is_source = str_equal(str_of(pairs[i].source), request->source);
        if (is_metric && (is_source || request->source.len == 0)) {
            *pair = pairs[i];
            sources++;
        }
    }
    if (sources == 0 && request->source.len == 0) {
        err_ignore(problem_set(problem, 0, 0, "no outcome '%.*s' was imported; name its source",
                               STR_ARG(request->metric)));
        return err_make(DP_NOT_FOUND);
    }
    return sources < 2 ? DP_SUCCESS
                       : problem_set(problem, 0, 0, "'%.*s' has several sources; name one",
                                     STR_ARG(request->metric));
}

static dp_err fill_question(const struct appliance *appliance,
                            const struct primary_request *request, const struct link_pair *pair,
                            struct primary_question *out, struct dp_problem *problem)
{
    struct metric metric;
    struct str source = request->source.len > 0 ? request->source : str_of(pair->source);
    bool is_month = request->has_unit ? request->unit == PERIOD_MONTH
                                      : pair->period_kind == PERIOD_MONTH;
    *out = (struct primary_question){ .unit = is_month ? PERIOD_MONTH : PERIOD_WEEK,
                                      .lag = request->lag,
                                      .registered = appliance_today(appliance),
                                      .registered_s = clock_wall_s(&appliance->clock) };
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    dp_err known = outcomes_find_metric(txn, request->metric, &metric);
    if (err_is(known, DP_NOT_FOUND)) {
        err_ignore(
            problem_set(problem, 0, 0, "there is no metric '%.*s'", STR_ARG(request->metric)));
    }
    DP_TRY(known);
    bool does_fit = str_copy(request->metric, out->metric, sizeof out->metric) &&
                    str_copy(source, out->source, sizeof out->source) && str_is_utf8(source) &&
                    str_copy(str_of(request->actor), out->actor, sizeof out->actor);
    bool is_unit = !request->has_unit || request->unit == PERIOD_WEEK ||
                   request->unit == PERIOD_MONTH;
    if (!does_fit || !is_unit) {
        return problem_set(problem, 0, 0,
                           "a lag counts weeks or months, and a source has at most %d "
                           "bytes",
                           CODE_MAX - 1);
    }
    int most = primary_lag_max(out->unit);
    if (abs(request->lag) > most) {
        err_ignore(problem_set(problem, 0, 0, "a lag is at most %d %s either way", most,
                               is_month ? "months" : "weeks"));
        return err_make(DP_OUT_OF_RANGE);
    }
    return DP_SUCCESS;
}

dp_err primary_register(const struct appliance *appliance,
                        const struct primary_request *request, struct primary_question *out,
                        struct dp_problem *problem)
{
    struct link_pair pair;
    struct registering job = { .appliance = appliance };
    DP_TRY(find_pair(appliance, request, &pair, problem));
    DP_TRY(fill_question(appliance, request, &pair, &job.question, problem));
    DP_TRY(link_refresh(appliance)); /* what can be seen by now counts as seen */
    dp_err done = store_write(appliance->office, register_job, &job);
    if (err_is(done, DP_CONFLICT) && job.is_same) {
        err_ignore(problem_set(problem, 0, 0, "this is the open question already"));
    }
    DP_TRY(done);
    *out = job.question;
    return primary_refresh(appliance);
}

/* ---- Looking ------------------------------------------------------------------------------------- */

static struct look_wanted wanted_of(const struct link_pair *pair,
                                    const struct gather_source *index,
                                    const struct primary_question *question, const char *series)
{
    return (struct look_wanted){ .pair = pair,
                                 .source = index,
                                 .series = series,
                                 .has_primary_lag = true,
                                 .primary_lag = question->lag,
                                 .counts_from = question->counts_from };
}

/* The pair in the unit that was asked for. */
static struct link_pair pair_of(const struct link_pair *pair,
                                const struct primary_question *question)
{
    struct link_pair asked = *pair;
    bool is_same = (pair->period_kind == PERIOD_MONTH) == (question->unit == PERIOD_MONTH);
    asked.period_kind = is_same ? pair->period_kind : question->unit;
    return asked;
}

/* Without enough periods no team counts yet: then how many it takes goes by all that are there. */
static void set_needs_more(struct look *look)
{
    struct lagscan_result *scan = &look->result;
    if (scan->refusal == REFUSAL_TOO_FEW_PERIODS) {
        size_t teams = look->data.is_panel ? look->data.rows : 1;
        scan->needs_more = verdict_needs_more(scan->n_complete, teams, 1);
    }
}

dp_err primary_open(const struct appliance *appliance, struct primary_question *out)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    return primary_record_latest(txn, out);
}

bool primary_is_about(const struct primary_question *question, const struct link_pair *pair)
{
    return strcmp(question->metric, pair->metric.code) == 0 &&
           strcmp(question->source, pair->source) == 0;
}

dp_err primary_look(const struct appliance *appliance, const struct primary_question *question,
                    const struct link_pair *pair, struct link_primary *out)
{
    LOOK_AUTO struct look look = { 0 };
    struct link_pair asked = pair_of(pair, question);
    struct gather_source index;
    char series[CODE_MAX];
    name_series(question->number, series);
    DP_TRY(gather_index(appliance, &index));
    struct look_wanted wanted = wanted_of(&asked, &index, question, series);
    DP_TRY(look_take(appliance, &wanted, &look));
    set_needs_more(&look);
    *out = (struct link_primary){ .question = *question,
                                  .unit = look.unit,
                                  .scan = look.result,
                                  .is_verdict = look.is_verdict,
                                  .is_changed = look.memory.is_changed && look.is_verdict,
                                  .answers = look.answers,
                                  .looked = look.looked,
                                  .next_look = look.next_look };
    return DP_SUCCESS;
}

static dp_err refresh_about(const struct appliance *appliance,
                            const struct primary_question *question,
                            const struct link_pair *pair)
{
    LOOK_AUTO struct look look = { 0 };
    MEM_AUTO struct verdict_memory *memory = mem_new(1, sizeof *memory);
    struct link_pair asked = pair_of(pair, question);
    struct gather_source index;
    char series[CODE_MAX];
    if (memory == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    name_series(question->number, series);
    DP_TRY(gather_index(appliance, &index));
    struct look_wanted wanted = wanted_of(&asked, &index, question, series);
    DP_TRY(look_take_if_due(appliance, &wanted, &look));
    if (!look.has_news) {
        return DP_SUCCESS;
    }
    DP_TRY(look_remember(&wanted, &look, memory));
    return look_store(appliance, memory, 1);
}

dp_err primary_refresh(const struct appliance *appliance)
{
    ARENA_AUTO struct arena arena = arena_new(PAIRS_BYTES);
    const struct link_pair *pairs = NULL;
    size_t count = 0;
    struct primary_question question;
    dp_err found = primary_open(appliance, &question);
    if (err_is(found, DP_NOT_FOUND)) {
        return DP_SUCCESS;
    }
    DP_TRY(found);
    DP_TRY(link_pairs(appliance, &arena, &pairs, &count));
    for (size_t i = 0; i < count; i++) {
        if (primary_is_about(&question, &pairs[i])) {
            return refresh_about(appliance, &question, &pairs[i]);
        }
    }
    return DP_SUCCESS; /* nothing was imported for it yet */
}

/* ---- All that was asked -------------------------------------------------------------------------- */

struct listing {
    struct store_txn *txn;
    struct primary_entry *entries; /* NULL: only counted */
    size_t count;
    size_t room;
    dp_err first_failure;
};

static dp_err fill_entry(struct store_txn *txn, const struct primary_question *question,
                         struct primary_entry *out)
{
    struct verdict_memory stored;
    struct look_memory memory;
    char series[CODE_MAX];
    name_series(question->number, series);
    *out = (struct primary_entry){ .question = *question };
    DP_TRY(link_metric(txn, str_of(question->metric), &out->metric));
    dp_err found = verdict_record_get(txn, str_of(question->metric), str_of(question->source),
                                      str_of(series), &stored);
    if (err_is(found, DP_NOT_FOUND)) {
        return DP_SUCCESS;
    }
    DP_TRY(found);
    look_recall(&stored, &memory);
    out->is_answered = memory.is_there && memory.is_verdict;
    out->scan = memory.is_withdrawn ? memory.refused : memory.scan;
    out->looked = memory.computed;
    return DP_SUCCESS;
}

static bool list_question(const struct primary_question *question, void *context)
{
    struct listing *listing = context;
    if (listing->entries != NULL && listing->count < listing->room) {
        size_t place = listing->room - 1 - listing->count; /* newest first */
        listing->first_failure = fill_entry(listing->txn, question, &listing->entries[place]);
    }
    listing->count++;
    return err_is_ok(listing->first_failure);
}

dp_err primary_list(const struct appliance *appliance, struct arena *arena,
                    const struct primary_entry **entries, size_t *count)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    struct listing listing = { .txn = txn, .first_failure = DP_SUCCESS };
    DP_TRY(primary_record_each(txn, list_question, &listing));
    listing.room = listing.count;
    listing.count = 0;
    listing.entries = arena_take(arena, listing.room + 1, sizeof *listing.entries);
    if (listing.entries == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(primary_record_each(txn, list_question, &listing));
    DP_TRY(listing.first_failure);
    if (listing.room > 0) {
        listing.entries[0].is_open = true;
    }
    *entries = listing.entries;
    *count = listing.room;
    return DP_SUCCESS;
}
