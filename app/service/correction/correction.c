/* SPDX-License-Identifier: MIT */
#include "app/service/correction/correction.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/service/correction/ground.h"
#include "storage/metric_record.h"
#include "storage/sequence_record.h"
#include "storage/team_record.h"

enum { AHEAD_DAYS_MAX = 366 };

#define EXPECTED_INDEX "index"

/* A job's context. Jobs may run twice, so they work on a copy. */
struct entering {
    const struct appliance *appliance;
    const struct correction *wanted;
    struct correction entry;
    struct correction_id id;
    struct str why;
    const char *actor;
    struct dp_problem *problem;
};

/* Another code for what problem_set() said. */
static dp_err refuse(enum dp_code code, dp_err said)
{
    err_ignore(said);
    return err_make(code);
}

/* ---- What may be entered ----------------------------------------------------------------- */

static dp_err check_start(const struct entering *entering)
{
    const struct appliance *appliance = entering->appliance;
    struct date start = entering->entry.start;
    struct date first = appliance->organisation.programme_start;
    char text[DATE_TEXT_MAX];
    date_text(first, text);
    if (date_is_before(start, first)) {
        return refuse(
            DP_OUT_OF_RANGE,
            problem_set(entering->problem, 0, 0,
                        "the programme began on %s; a correction can't start before it", text));
    }
    if (start.days - appliance_today(appliance).days > AHEAD_DAYS_MAX) {
        return refuse(DP_OUT_OF_RANGE, problem_set(entering->problem, 0, 0,
                                                   "the start is more than a year ahead"));
    }
    return DP_SUCCESS;
}

static dp_err check_expected(struct store_txn *txn, struct entering *entering)
{
    struct correction *entry = &entering->entry;
    struct metric metric;
    enum theme theme = THEME_ANCHOR;
    if (entry->target == CORRECTION_ON_INDEX) {
        snprintf(entry->expected, sizeof entry->expected, "%s", EXPECTED_INDEX);
        return DP_SUCCESS;
    }
    struct str code = str_of(entry->expected);
    if (entry->target == CORRECTION_ON_THEME) {
        bool is_known = err_is_ok(theme_parse(code, &theme)) && theme != THEME_ANCHOR;
        return is_known ? DP_SUCCESS
                        : problem_set(entering->problem, 0, 0, "there is no theme '%s'",
                                      entry->expected);
    }
    if (metric_find(code) != NULL) {
        return DP_SUCCESS;
    }
    dp_err found = metric_record_get(txn, code, &metric);
    if (err_is(found, DP_NOT_FOUND) || err_is(found, DP_TOO_LONG)) {
        return problem_set(entering->problem, 0, 0, "there is no metric '%s'", entry->expected);
    }
    return found;
}

static dp_err check_pair(const struct team *teams, size_t count,
                         const struct entering *entering, struct team_id a, struct team_id b)
{
    if (a.value == b.value) {
        return problem_set(entering->problem, 0, 0, "the team '%s' is named twice",
                           people_find_team(teams, count, a)->code);
    }
    if (people_is_within(teams, count, a, b)) {
        return problem_set(entering->problem, 0, 0,
                           "the team '%s' lies beneath another one that is named",
                           people_find_team(teams, count, a)->code);
    }
    return DP_SUCCESS;
}

struct team_reading {
    struct team *teams;
    size_t count;
};

static bool add_team(const struct team *team, void *context)
{
    struct team_reading *reading = context;
    if (reading->count < TEAMS_MAX) {
        reading->teams[reading->count++] = *team;
    }
    return true;
}

/* The whole organisation, named by its root, is stored as no team at all. */
static dp_err check_teams(struct store_txn *txn, struct entering *entering)
{
    struct correction *entry = &entering->entry;
    if (entry->team_count > CORRECTION_TEAMS_MAX) {
        return problem_set(entering->problem, 0, 0, "a correction takes at most %d teams",
                           CORRECTION_TEAMS_MAX);
    }
    MEM_AUTO struct team *teams = mem_new(TEAMS_MAX, sizeof *teams);
    if (teams == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct team_reading reading = { .teams = teams };
    DP_TRY(team_record_each(txn, add_team, &reading));
    for (uint32_t i = 0; i < entry->team_count; i++) {
        if (people_find_team(teams, reading.count, entry->teams[i]) == NULL) {
            return refuse(DP_NOT_FOUND,
                          problem_set(entering->problem, 0, 0, "there is no such team"));
        }
    }
    for (uint32_t i = 0; i < entry->team_count; i++) {
        for (uint32_t j = 0; j < entry->team_count; j++) {
            if (i != j) {
                DP_TRY(check_pair(teams, reading.count, entering, entry->teams[i],
                                  entry->teams[j]));
            }
        }
    }
    bool is_whole = entry->team_count == 1 && entry->teams[0].value == TEAM_ROOT;
    entry->team_count = is_whole ? 0 : entry->team_count;
    return DP_SUCCESS;
}

static dp_err check_words(const struct entering *entering)
{
    const struct correction *entry = &entering->entry;
    if (str_trim(str_of(entry->title)).len == 0) {
        return problem_set(entering->problem, 0, 0, "a correction needs a title");
    }
    if (!str_is_utf8(str_of(entry->title)) || !str_is_utf8(str_of(entry->what))) {
        return problem_set(entering->problem, 0, 0, "the words are not in UTF-8");
    }
    if (str_has_control(str_of(entry->title), "")) {
        return problem_set(entering->problem, 0, 0,
                           "the title may be one line only, without control characters");
    }
    if (str_has_control(str_of(entry->what), "\n\t")) {
        return problem_set(entering->problem, 0, 0,
                           "what is changed may not hold control characters");
    }
    if (str_code_points(str_of(entry->title)) > CORRECTION_TITLE_CHARACTERS ||
        str_code_points(str_of(entry->what)) > CORRECTION_WHAT_CHARACTERS) {
        return refuse(DP_TOO_LONG,
                      problem_set(entering->problem, 0, 0,
                                  "a title takes at most %d characters, what is changed %d",
                                  CORRECTION_TITLE_CHARACTERS, CORRECTION_WHAT_CHARACTERS));
    }
    if (entry->category >= CORRECTION_CATEGORY_COUNT ||
        entry->target >= CORRECTION_TARGET_COUNT ||
        entry->direction >= CORRECTION_DIRECTION_COUNT) {
        return problem_set(entering->problem, 0, 0,
                           "category, target or direction is none that is known");
    }
    return DP_SUCCESS;
}

/* ---- Entering and withdrawing ------------------------------------------------------------ */

static bool count_entry(const struct correction *correction, void *context)
{
    size_t *count = context;
    (void)correction;
    (*count)++;
    return true;
}

static dp_err add_job(struct store_txn *txn, void *context)
{
    struct entering *entering = context;
    const struct clock *clock = &entering->appliance->clock;
    uint64_t id = 0;
    size_t count = 0;
    entering->entry = *entering->wanted;
    struct correction *entry = &entering->entry;
    DP_TRY(check_words(entering));
    DP_TRY(check_teams(txn, entering));
    DP_TRY(check_expected(txn, entering));
    DP_TRY(check_start(entering));
    DP_TRY(correction_record_each(txn, count_entry, &count));
    if (count >= CORRECTION_LIST_MAX) {
        return refuse(DP_FULL,
                      problem_set(entering->problem, 0, 0, "the list of corrections is full"));
    }
    DP_TRY(sequence_record_next(txn, SEQUENCE_CORRECTION, &id));
    entry->id = (struct correction_id){ (uint32_t)id };
    entry->registered_s = clock_wall_s(clock);
    entry->withdrawn_s = 0;
    entry->withdrawn_why[0] = '\0';
    snprintf(entry->actor, sizeof entry->actor, "%s", entering->actor);
    DP_TRY(correction_record_put(txn, entry));
    char start[DATE_TEXT_MAX];
    date_text(entry->start, start);
    return appliance_audit(txn, clock, entering->actor, "correction.add",
                           "%u from %s on, %s expected to go %s: %s", entry->id.value, start,
                           entry->expected, entry->direction == CORRECTION_UP ? "up" : "down",
                           entry->title);
}

dp_err correction_add(const struct appliance *appliance, struct correction *correction,
                      const char *actor, struct dp_problem *problem)
{
    MEM_AUTO struct entering *entering = mem_new(1, sizeof *entering);
    if (entering == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    *entering = (struct entering){
        .appliance = appliance, .wanted = correction, .actor = actor, .problem = problem
    };
    DP_TRY(store_write(appliance->office, add_job, entering));
    *correction = entering->entry;
    return DP_SUCCESS;
}

static dp_err withdraw_job(struct store_txn *txn, void *context)
{
    struct entering *entering = context;
    const struct clock *clock = &entering->appliance->clock;
    struct correction *entry = &entering->entry;
    struct str why = str_trim(entering->why);
    dp_err found = correction_record_get(txn, entering->id, entry);
    if (err_is(found, DP_NOT_FOUND)) {
        return refuse(DP_NOT_FOUND,
                      problem_set(entering->problem, 0, 0, "there is no such correction"));
    }
    DP_TRY(found);
    if (entry->withdrawn_s != 0) {
        return refuse(DP_CONFLICT, problem_set(entering->problem, 0, 0,
                                               "'%s' was withdrawn before", entry->title));
    }
    if (why.len == 0) {
        return problem_set(entering->problem, 0, 0, "say why it is withdrawn");
    }
    if (!str_is_utf8(why) || str_has_control(why, "")) {
        return problem_set(entering->problem, 0, 0,
                           "the reason must be one line of UTF-8, without control characters");
    }
    if (str_code_points(why) > CORRECTION_WHY_CHARACTERS ||
        !str_copy(why, entry->withdrawn_why, sizeof entry->withdrawn_why)) {
        return refuse(DP_TOO_LONG, problem_set(entering->problem, 0, 0,
                                               "the reason takes at most %d characters",
                                               CORRECTION_WHY_CHARACTERS));
    }
    entry->withdrawn_s = clock_wall_s(clock);
    DP_TRY(correction_record_put(txn, entry));
    return appliance_audit(txn, clock, entering->actor, "correction.withdraw", "%u: %s",
                           entry->id.value, entry->withdrawn_why);
}

dp_err correction_withdraw(const struct appliance *appliance, struct correction_id id,
                           struct str why, const char *actor, struct dp_problem *problem)
{
    MEM_AUTO struct entering *entering = mem_new(1, sizeof *entering);
    if (entering == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    *entering = (struct entering){
        .appliance = appliance, .id = id, .why = why, .actor = actor, .problem = problem
    };
    return store_write(appliance->office, withdraw_job, entering);
}

/* ---- The list ---------------------------------------------------------------------------- */

static dp_err read_list(const struct appliance *appliance, struct team_reading *tree,
                        struct correction *all, size_t *count)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    DP_TRY(team_record_each(txn, add_team, tree));
    return ground_entries(txn, all, count);
}

bool correction_touches(const struct team *teams, size_t count, const struct correction *correction,
                        struct team_id team)
{
    for (uint32_t i = 0; i < correction->team_count; i++) {
        if (people_is_within(teams, count, team, correction->teams[i]) ||
            people_is_within(teams, count, correction->teams[i], team)) {
            return true;
        }
    }
    return correction->team_count == 0;
}

dp_err correction_list(const struct appliance *appliance, struct team_id scope,
                       struct arena *arena, const struct correction **list, size_t *count)
{
    MEM_AUTO struct correction *all = mem_new(CORRECTION_LIST_MAX, sizeof *all);
    MEM_AUTO struct team *teams = mem_new(TEAMS_MAX, sizeof *teams);
    if (all == NULL || teams == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct team_reading tree = { .teams = teams };
    size_t entered = 0;
    DP_TRY(read_list(appliance, &tree, all, &entered));
    size_t kept = 0;
    for (size_t i = 0; i < entered; i++) {
        if (correction_touches(teams, tree.count, &all[i], scope)) {
            all[kept++] = all[i];
        }
    }
    struct correction *out = arena_take(arena, kept + 1, sizeof *out);
    if (out == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    memcpy(out, all, kept * sizeof *out);
    qsort(out, kept, sizeof *out, ground_newest_first);
    *list = out;
    *count = kept;
    return DP_SUCCESS;
}
