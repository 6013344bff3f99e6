/* SPDX-License-Identifier: MIT */
#include "app/service/link/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/service/link/look.h"
#include "app/service/link/primary.h"
#include "app/service/outcomes/outcomes.h"
#include "app/stats/number.h"
#include "app/survey/people.h"
#include "storage/outcome_record.h"
#include "storage/team_record.h"

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
    pair->has_teams = pair->has_teams || outcome->team.value != TEAM_ROOT;
    return true;
}

dp_err link_metric(struct store_txn *txn, struct str code, struct metric *out)
{
    dp_err found = outcomes_find_metric(txn, code, out);
    if (err_is(found, DP_NOT_FOUND)) {
        *out = (struct metric){ 0 };
        snprintf(out->code, sizeof out->code, "%.*s", STR_ARG(code));
        for (int l = 0; l < LANGUAGE_COUNT; l++) {
            snprintf(out->name[l], NAME_MAX_BYTES, "%.*s", STR_ARG(code));
        }
        return DP_SUCCESS;
    }
    return found;
}

dp_err link_pairs(const struct appliance *appliance, struct arena *arena,
                  const struct link_pair **pairs, size_t *count)
{
    struct listing listing = { .pairs = arena_take(arena, LINK_PAIRS_MAX,
                                                   sizeof(struct link_pair)) };
    if (listing.pairs == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    DP_TRY(outcome_record_each(txn, list_outcome, &listing));
    for (size_t i = 0; i < listing.count; i++) {
        struct metric *metric = &listing.pairs[i].metric;
        char code[CODE_MAX];
        memcpy(code, metric->code, sizeof code);
        DP_TRY(link_metric(txn, str_of(code), metric));
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
    struct look_wanted wanted = { .pair = &answer->pair,
                                  .source = &index,
                                  .series = LOOK_INDEX };
    DP_TRY(look_take(appliance, &wanted, look));
    answer->links_examined += look->is_first && look->is_verdict;
    return DP_SUCCESS;
}

static int by_name(const void *a, const void *b)
{
    const struct link_team *first = a;
    const struct link_team *second = b;
    return strcmp(first->name, second->name);
}

/* The teams with outcomes, and what a panel found about each. */
static dp_err name_teams(const struct appliance *appliance, const struct look *look,
                         struct arena *arena, struct link_answer *answer)
{
    const struct gathered *data = &look->data;
    answer->teams = arena_take(arena, data->team_count + 1, sizeof *answer->teams);
    if (answer->teams == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    for (size_t i = 0; i < data->team_count; i++) {
        const struct gathered_team *from = &data->teams[i];
        const struct panelscan_team *row = look->rows == NULL ? NULL : &look->rows[from->row];
        struct link_team *to = &answer->teams[answer->team_count];
        struct team team;
        dp_err found = team_record_get(txn, from->id, &team);
        if (err_is(found, DP_NOT_FOUND)) {
            continue;
        }
        DP_TRY(found);
        answer->team_count++;
        *to = (struct link_team){ .is_compared = from->is_heard,
                                  .r = NUMBER_NONE,
                                  .ci_lo = NUMBER_NONE,
                                  .ci_hi = NUMBER_NONE };
        snprintf(to->name, sizeof to->name, "%s", team.name);
        if (row != NULL) {
            to->is_compared = row->refusal == REFUSAL_NONE;
            to->r = row->r;
            to->ci_lo = row->ci_lo;
            to->ci_hi = row->ci_hi;
            to->pairs = row->pairs;
        }
    }
    qsort(answer->teams, answer->team_count, sizeof *answer->teams, by_name);
    return DP_SUCCESS;
}

static dp_err add_primary(const struct appliance *appliance, struct link_answer *answer)
{
    struct primary_question question;
    dp_err found = primary_open(appliance, &question);
    if (err_is(found, DP_NOT_FOUND)) {
        return DP_SUCCESS;
    }
    DP_TRY(found);
    answer->has_primary = primary_is_about(&question, &answer->pair);
    return answer->has_primary
               ? primary_look(appliance, &question, &answer->pair, &answer->primary)
               : DP_SUCCESS;
}

static dp_err fill_answer(const struct appliance *appliance, struct arena *arena,
                          struct link_answer *answer)
{
    LOOK_AUTO struct look look = { 0 };
    DP_TRY(look_at_index(appliance, answer, &look));
    answer->unit = look.unit;
    answer->is_panel = look.is_panel;
    answer->has_sizes = look.data.has_sizes;
    answer->scan = look.result;
    answer->is_changed = look.memory.is_changed && look.is_verdict;
    answer->is_held_back = look.memory.is_held_back && look.is_verdict;
    answer->looked = look.looked;
    answer->next_look = look.next_look;
    answer->point_count = look.data.periods;
    answer->points = arena_take(arena, look.data.periods + 1, sizeof *answer->points);
    if (answer->points == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    uint64_t drawn = gather_curves(&look.data, look.rows, answer->points);
    answer->answers = look.is_remembered ? look.answers : drawn;
    DP_TRY(name_teams(appliance, &look, arena, answer));
    return add_primary(appliance, answer);
}

dp_err link_look(const struct appliance *appliance, struct str metric, struct str source,
                 struct arena *arena, struct link_answer *answer)
{
    *answer = (struct link_answer){ 0 };
    DP_TRY(find_pair(appliance, metric, source, arena, answer));
    return fill_answer(appliance, arena, answer);
}

/* ---- All pairs at a glance ----------------------------------------------------------------------- */

struct ranked {
    struct link_entry entry;
    const char *name;
};

/* Nulls are an answer, "too early" is not yet one, and a refusal least of all. */
static int rank_of(const struct link_entry *entry)
{
    if (entry->scan.grade != GRADE_NONE || entry->scan.verdict == VERDICT_NO_LINK) {
        return (int)entry->scan.grade + 3;
    }
    return entry->scan.verdict == VERDICT_REFUSED ? 0 : 1;
}

static int by_rank(const void *a, const void *b)
{
    const struct ranked *first = a;
    const struct ranked *second = b;
    if (first->entry.has_primary != second->entry.has_primary) {
        return first->entry.has_primary ? -1 : 1;
    }
    int difference = rank_of(&second->entry) - rank_of(&first->entry);
    int order = difference != 0 ? difference : strcmp(first->name, second->name);
    return order != 0 ? order : strcmp(first->entry.pair.source, second->entry.pair.source);
}

/* What is remembered of a pair needs no scan; what is not is looked at now, and what was corrected is
 * tried. */
static dp_err fill_entry(const struct appliance *appliance, const struct gather_source *index,
                         struct link_entry *entry)
{
    LOOK_AUTO struct look look = { 0 };
    struct look_wanted wanted = { .pair = &entry->pair, .source = index, .series = LOOK_INDEX };
    DP_TRY(look_take_if_due(appliance, &wanted, &look));
    entry->unit = look.unit;
    entry->scan = look.result;
    entry->is_changed = look.memory.is_changed && look.is_verdict;
    entry->looked = look.looked;
    entry->next_look = look.next_look;
    return DP_SUCCESS;
}

dp_err link_list(const struct appliance *appliance, enum language language, struct arena *arena,
                 const struct link_entry **entries, size_t *count)
{
    const struct link_pair *pairs = NULL;
    struct primary_question question;
    struct gather_source index;
    dp_err open = primary_open(appliance, &question);
    bool has_question = err_is_ok(open);
    if (!has_question && !err_is(open, DP_NOT_FOUND)) {
        return open;
    }
    DP_TRY(link_pairs(appliance, arena, &pairs, count));
    DP_TRY(gather_index(appliance, &index));
    MEM_AUTO struct ranked *ranked = mem_new(*count + 1, sizeof *ranked);
    struct link_entry *list = arena_take(arena, *count + 1, sizeof *list);
    if (ranked == NULL || list == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < *count; i++) {
        ranked[i].entry.pair = pairs[i];
        ranked[i].entry.has_primary = has_question && primary_is_about(&question, &pairs[i]);
        ranked[i].name = pairs[i].metric.name[language];
        DP_TRY(fill_entry(appliance, &index, &ranked[i].entry));
    }
    qsort(ranked, *count, sizeof *ranked, by_rank);
    for (size_t i = 0; i < *count; i++) {
        list[i] = ranked[i].entry;
    }
    *entries = list;
    return DP_SUCCESS;
}

dp_err link_examined(const struct appliance *appliance, size_t *count)
{
    return look_examined(appliance, count);
}

/* ---- Remembering --------------------------------------------------------------------------------- */

static dp_err refresh_pair(const struct appliance *appliance, const struct look_wanted *wanted,
                           struct verdict_memory *memories, size_t *count)
{
    LOOK_AUTO struct look look = { 0 };
    DP_TRY(look_take_if_due(appliance, wanted, &look));
    if (!look.has_news) {
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
        struct look_wanted wanted = { .pair = &pairs[i],
                                      .source = &index,
                                      .series = LOOK_INDEX };
        DP_TRY(refresh_pair(appliance, &wanted, memories, &due));
    }
    DP_TRY(look_store(appliance, memories, due));
    return primary_refresh(appliance);
}
