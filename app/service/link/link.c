/* SPDX-License-Identifier: MIT */
#include "app/service/link/link.h"

#include <stdio.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/service/link/look.h"
#include "app/survey/people.h"
#include "storage/metric_record.h"
#include "storage/outcome_record.h"

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

static dp_err find_pair(const struct appliance *appliance, struct str metric, struct str source,
                        struct arena *arena, struct link_answer *answer)
{
    const struct link_pair *pairs = NULL;
    size_t count = 0;
    DP_TRY(link_pairs(appliance, arena, &pairs, &count));
    for (size_t i = 0; i < count; i++) {
        if (str_equal(metric, str_of(pairs[i].metric.code)) &&
            (source.len == 0 || str_equal(source, str_of(pairs[i].source)))) {
            answer->pair = pairs[i];
            return DP_SUCCESS;
        }
    }
    return err_make(DP_NOT_FOUND);
}

/* Looks at the index; the pair's own verdict counts among the examined as soon as it is there. */
static dp_err look_at_index(const struct appliance *appliance, struct link_answer *answer,
                            struct look *look)
{
    struct gather_source index;
    DP_TRY(look_examined(appliance, &answer->links_examined));
    DP_TRY(gather_index(appliance, &index));
    struct look_wanted wanted = { .pair = &answer->pair, .source = &index, .series = LOOK_INDEX };
    DP_TRY(look_take(appliance, &wanted, look));
    answer->links_examined += look->is_first && look->is_verdict;
    return DP_SUCCESS;
}

dp_err link_look(const struct appliance *appliance, struct str metric, struct str source,
                 struct arena *arena, struct link_answer *answer)
{
    *answer = (struct link_answer){ 0 };
    DP_TRY(find_pair(appliance, metric, source, arena, answer));
    LOOK_AUTO struct look look = { 0 };
    int64_t began_ms = clock_monotonic_ms(&appliance->clock);
    dp_err looked = look_at_index(appliance, answer, &look);
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
            answer->answers = gather_curves(&look.data, look.rows, answer->points);
        }
    }
    answer->elapsed_ms = (double)(clock_monotonic_ms(&appliance->clock) - began_ms);
    return looked;
}

/* ---- Remembering --------------------------------------------------------------------------------- */

static dp_err refresh_pair(const struct appliance *appliance, const struct look_wanted *wanted,
                           struct verdict_memory *memories, size_t *count)
{
    LOOK_AUTO struct look look = { 0 };
    DP_TRY(look_take_if_due(appliance, wanted, &look));
    if (!look.is_due) {
        return DP_SUCCESS;
    }
    DP_TRY(look_remember(wanted, &look, &memories[*count]));
    (*count)++;
    return DP_SUCCESS;
}

dp_err link_refresh(const struct appliance *appliance)
{
    ARENA_AUTO struct arena arena = arena_new(sizeof(struct link_pair) * (LINK_PAIRS_MAX + 2));
    struct gather_source index;
    const struct link_pair *pairs = NULL;
    size_t count = 0;
    size_t due = 0;
    DP_TRY(link_pairs(appliance, &arena, &pairs, &count));
    DP_TRY(gather_index(appliance, &index));
    MEM_AUTO struct verdict_memory *memories = mem_new(count + 1, sizeof *memories);
    if (memories == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < count; i++) {
        struct look_wanted wanted = { .pair = &pairs[i], .source = &index, .series = LOOK_INDEX };
        DP_TRY(refresh_pair(appliance, &wanted, memories, &due));
    }
    return look_store(appliance, memories, due);
}
