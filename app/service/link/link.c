/* SPDX-License-Identifier: MIT */
#include "app/service/link/link.h"

#include <stdio.h>
#include <string.h>

#include "app/core/code.h"
#include "app/core/mem.h"
#include "app/service/link/gather.h"
#include "app/survey/people.h"
#include "storage/metric_record.h"
#include "storage/outcome_record.h"
#include "storage/verdict_record.h"

#define SERIES_INDEX "index"

/* ---- Which pairs there are ----------------------------------------------------------------------- */

struct listing {
    struct link_pair *pairs;
    size_t count;
};

static void begin_pair(struct listing *listing, const struct outcome *outcome)
{
    struct link_pair *pair = &listing->pairs[listing->count++];
    *pair = (struct link_pair){ .period_kind = PERIOD_MONTH, .first = outcome->period_start };
    snprintf(pair->metric.code, sizeof pair->metric.code, "%s", outcome->metric);
    snprintf(pair->source, sizeof pair->source, "%s", outcome->source);
}

static bool is_same_pair(const struct link_pair *pair, const struct outcome *outcome)
{
    return strcmp(pair->metric.code, outcome->metric) == 0 &&
           strcmp(pair->source, outcome->source) == 0;
}

/* Outcomes come sorted by metric and source, so a pair is one run. */
static bool list_outcome(const struct outcome *outcome, void *context)
{
    struct listing *listing = context;
    bool is_new = listing->count == 0 ||
                  !is_same_pair(&listing->pairs[listing->count - 1], outcome);
    if (is_new && listing->count == LINK_PAIRS_MAX) {
        return false;
    }
    if (is_new) {
        begin_pair(listing, outcome);
    }
    struct link_pair *pair = &listing->pairs[listing->count - 1];
    pair->points++;
    if (outcome->period_kind < pair->period_kind) {
        pair->period_kind = outcome->period_kind;
    }
    if (date_is_before(outcome->period_start, pair->first)) {
        pair->first = outcome->period_start;
    }
    if (date_is_before(pair->last, outcome->period_start)) {
        pair->last = outcome->period_start;
    }
    pair->has_whole = pair->has_whole || outcome->team.value == TEAM_ROOT;
    pair->has_teams = pair->has_teams || outcome->team.value != TEAM_ROOT;
    return true;
}

static dp_err name_metric(struct store_txn *txn, struct metric *metric)
{
    struct str code = str_of(metric->code);
    const struct metric *known = metric_find(code);
    if (known != NULL) {
        *metric = *known;
        return DP_SUCCESS;
    }
    struct metric custom;
    dp_err found = metric_record_get(txn, code, &custom);
    if (err_is(found, DP_NOT_FOUND)) {
        snprintf(metric->name[LANGUAGE_EN], NAME_MAX_BYTES, "%s", metric->code);
        snprintf(metric->name[LANGUAGE_DE], NAME_MAX_BYTES, "%s", metric->code);
        return DP_SUCCESS;
    }
    DP_TRY(found);
    *metric = custom;
    return DP_SUCCESS;
}

dp_err link_pairs(const struct appliance *appliance, struct arena *arena,
                  const struct link_pair **pairs, size_t *count)
{
    struct listing listing = { .pairs = arena_take(arena, LINK_PAIRS_MAX, sizeof(struct link_pair)) };
    if (listing.pairs == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    DP_TRY(outcome_record_each(txn, list_outcome, &listing));
    for (size_t i = 0; i < listing.count; i++) {
        DP_TRY(name_metric(txn, &listing.pairs[i].metric));
    }
    *pairs = listing.pairs;
    *count = listing.count;
    return DP_SUCCESS;
}

/* ---- One look ------------------------------------------------------------------------------------ */

static dp_err scan(const struct gathered *data, const struct link_pair *pair,
                   struct lagscan_result *result)
{
    struct lagscan_options options = { .unit = data->unit,
                                       .may_remove_season = true,
                                       .is_lower_better = pair->metric.better == BETTER_LOWER };
    struct panelscan_input panel = {
        data->engagement, data->outcome, data->rows, data->periods, options
    };
    struct lagscan_input single = { data->engagement, data->outcome, data->periods, options };
    size_t bytes = data->is_panel ? panelscan_scratch_bytes(&panel) : lagscan_scratch_bytes(&single);
    MEM_AUTO unsigned char *area = mem_new(bytes, 1);
    if (area == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct scratch scratch = scratch_of(area, bytes);
    return data->is_panel ? panelscan(&panel, &scratch, result, NULL)
                          : lagscan(&single, &scratch, result);
}

/* What is remembered of the last look, beside its grades. */
struct remembered {
    bool is_there;
    struct shown_verdict shown;
    struct date computed;
    struct date last_period;
    struct secret_hash fingerprint;
};

static dp_err read_json(const char *text, struct remembered *out)
{
    JSON_DOC_AUTO struct json_doc *doc = NULL;
    struct str last;
    struct str hash;
    DP_TRY(json_parse(str_of(text), VERDICT_JSON_MAX, &doc, NULL));
    DP_TRY(json_read_text(json_get(json_root(doc), "last"), &last));
    DP_TRY(json_read_text(json_get(json_root(doc), "fingerprint"), &hash));
    DP_TRY(date_parse(last, &out->last_period));
    return code_hex_read(hash, out->fingerprint.bytes, sizeof out->fingerprint.bytes);
}

static dp_err recall(struct store_txn *txn, const struct link_pair *pair, struct remembered *out)
{
    struct verdict_memory memory;
    *out = (struct remembered){ 0 };
    dp_err found = verdict_record_get(txn, str_of(pair->metric.code), str_of(pair->source),
                                      STR(SERIES_INDEX), &memory);
    if (err_is(found, DP_NOT_FOUND)) {
        return DP_SUCCESS;
    }
    DP_TRY(found);
    if (!err_is_ok(read_json(memory.json, out)) || memory.grade >= GRADE_COUNT) {
        *out = (struct remembered){ 0 }; /* an unreadable memory is none: the pair starts anew */
        return DP_SUCCESS;
    }
    out->is_there = true;
    out->computed = memory.computed;
    out->shown = (struct shown_verdict){ .is_shown = true,
                                         .grade = (enum grade)memory.grade,
                                         .last_found = (enum grade)memory.previous_grade,
                                         .renewed_day = memory.computed.days };
    return DP_SUCCESS;
}

/* The period of the remembered look on today's axis, or -1. */
static int32_t remembered_period(const struct gathered *data, const struct remembered *memory)
{
    for (size_t t = 0; t < data->periods; t++) {
        if (date_equal(gather_start(data, t), memory->last_period)) {
            return (int32_t)t;
        }
    }
    return -1;
}

/* Only what was seen then counts until the next look is due. */
static bool is_memory_valid(const struct gathered *data, const struct remembered *memory,
                            int32_t period)
{
    if (!memory->is_there || period < 0) {
        return false;
    }
    struct secret_hash now = gather_fingerprint(data, period);
    return secret_equal(now.bytes, memory->fingerprint.bytes, sizeof now.bytes);
}

/* The page may show less than a single look found, never more. */
static void hold_back(struct lagscan_result *result, enum grade shown)
{
    if (result->grade <= shown) {
        return;
    }
    result->grade = shown;
    result->verdict = shown == GRADE_HINT     ? VERDICT_HINT
                      : shown == GRADE_NONE   ? VERDICT_CANNOT_TELL
                                              : result->verdict;
    result->needs_more = shown == GRADE_NONE ? VERDICT_RENEWAL_DAYS / 7 : 0;
}

static bool is_a_verdict(const struct lagscan_result *result)
{
    return result->refusal == REFUSAL_NONE && result->verdict != VERDICT_REFUSED &&
           result->verdict != VERDICT_NOT_ENOUGH_DATA && result->verdict != VERDICT_CHART_ONLY;
}

/* One look with its memory brought up to date; nothing is stored here. */
struct look {
    struct gathered data;
    struct remembered memory;
    bool is_new; /* to be stored */
    struct lagscan_result result;
    struct date looked;
};

static dp_err take_look(const struct appliance *appliance, const struct link_pair *pair,
                        struct look *look)
{
    struct date today = appliance_today(appliance);
    DP_TRY(gather(appliance, pair, &look->data));
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    DP_TRY(recall(txn, pair, &look->memory));
    store_read_end(txn);
    txn = NULL;
    int32_t period = remembered_period(&look->data, &look->memory);
    bool is_valid = is_memory_valid(&look->data, &look->memory, period);
    bool is_due = !is_valid || verdict_is_due(&look->memory.shown, today.days);
    if (!is_due) {
        gather_cut(&look->data, period);
    }
    look->looked = is_due ? today : look->memory.computed;
    DP_TRY(scan(&look->data, pair, &look->result));
    if (!is_a_verdict(&look->result)) {
        return DP_SUCCESS;
    }
    if (is_due) {
        struct shown_verdict before = is_valid ? look->memory.shown : (struct shown_verdict){ 0 };
        look->memory.shown = verdict_renew(&before, look->result.grade, today.days);
        look->memory.computed = today;
        look->is_new = true;
    }
    hold_back(&look->result, look->memory.shown.grade);
    return DP_SUCCESS;
}

static dp_err find_pair(const struct appliance *appliance, struct str metric, struct str source,
                        struct arena *arena, struct link_answer *answer)
{
    const struct link_pair *pairs = NULL;
    size_t count = 0;
    DP_TRY(link_pairs(appliance, arena, &pairs, &count));
    answer->links_examined = count;
    for (size_t i = 0; i < count; i++) {
        if (str_equal(metric, str_of(pairs[i].metric.code)) &&
            (source.len == 0 || str_equal(source, str_of(pairs[i].source)))) {
            answer->pair = pairs[i];
            return DP_SUCCESS;
        }
    }
    return err_make(DP_NOT_FOUND);
}

dp_err link_look(const struct appliance *appliance, struct str metric, struct str source,
                 struct arena *arena, struct link_answer *answer)
{
    *answer = (struct link_answer){ 0 };
    DP_TRY(find_pair(appliance, metric, source, arena, answer));
    struct look look = { 0 };
    int64_t began_ms = clock_monotonic_ms(&appliance->clock);
    dp_err looked = take_look(appliance, &answer->pair, &look);
    if (err_is_ok(looked)) {
        answer->unit = look.data.unit;
        answer->is_panel = look.data.is_panel;
        answer->scan = look.result;
        answer->looked = look.looked;
        answer->next_look = date_add(look.looked, VERDICT_RENEWAL_DAYS);
        answer->point_count = look.data.periods;
        answer->points = arena_take(arena, look.data.periods + 1, sizeof *answer->points);
        if (answer->points == NULL) {
            looked = err_make(DP_NO_MEMORY);
        } else {
            answer->answers = gather_curves(&look.data, answer->points);
        }
    }
    answer->elapsed_ms = (double)(clock_monotonic_ms(&appliance->clock) - began_ms);
    gather_free(&look.data);
    return looked;
}

/* ---- Remembering --------------------------------------------------------------------------------- */

static dp_err store_job_verdict(struct store_txn *txn, void *context)
{
    return verdict_record_put(txn, context);
}

static dp_err remember(const struct appliance *appliance, const struct link_pair *pair,
                       const struct look *look)
{
    struct verdict_memory memory = { .computed = look->memory.computed,
                                     .grade = (uint8_t)look->memory.shown.grade,
                                     .previous_grade = (uint8_t)look->memory.shown.last_found,
                                     .n = (uint32_t)look->result.n };
    char last[DATE_TEXT_MAX];
    char hash[CODE_HEX_LEN(SECRET_HASH_BYTES) + 1];
    struct secret_hash print = gather_fingerprint(&look->data, look->data.last);
    date_text(gather_start(&look->data, (size_t)look->data.last), last);
    code_hex(bytes_of(print.bytes, sizeof print.bytes), hash, sizeof hash);
    snprintf(memory.metric, sizeof memory.metric, "%s", pair->metric.code);
    snprintf(memory.source, sizeof memory.source, "%s", pair->source);
    snprintf(memory.series, sizeof memory.series, "%s", SERIES_INDEX);
    snprintf(memory.json, sizeof memory.json, "{\"last\":\"%s\",\"fingerprint\":\"%s\"}", last, hash);
    return store_write(appliance->office, store_job_verdict, &memory);
}

dp_err link_refresh(const struct appliance *appliance)
{
    ARENA_AUTO struct arena arena = arena_new(sizeof(struct link_pair) * (LINK_PAIRS_MAX + 2));
    const struct link_pair *pairs = NULL;
    size_t count = 0;
    DP_TRY(link_pairs(appliance, &arena, &pairs, &count));
    for (size_t i = 0; i < count; i++) {
        struct look look = { 0 };
        dp_err done = take_look(appliance, &pairs[i], &look);
        if (err_is_ok(done) && look.is_new) {
            done = remember(appliance, &pairs[i], &look);
        }
        gather_free(&look.data);
        DP_TRY(done);
    }
    return DP_SUCCESS;
}
