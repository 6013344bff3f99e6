/* SPDX-License-Identifier: MIT */
#include "app/service/trend/overview.h"

#include <stdio.h>

#include "app/core/mem.h"
#include "app/service/trend/evenness.h"
#include "storage/unit_membership_record.h"

enum { NOBODY = -1, READ_WEEKS = OVERVIEW_SPARK + SERIES_POOL, WEEK_DAYS = 7 };

#define CONFIDENCE 0.95

/* The tree with what is known of each team, all by the team's place. */
struct outline {
    const struct team *teams;
    size_t team_count;
    const struct unit *units;
    size_t unit_count;
    int32_t *first_child;
    int32_t *next;          /* of the same parent */
    int32_t *rest;          /* the open unit of the team's small children; NOBODY */
    bool *has_unit;         /* it is a unit, or has one beneath it */
    struct unit_id *joined; /* where its ballots go; 0 nowhere */
};

struct listing {
    const struct released *cells;
    struct outline outline;
    struct team_id scope;
    struct overview_row *rows;
    struct released_subject *subjects; /* of each row */
    size_t count;
    size_t left_out;
};

static int32_t place_of(const struct outline *outline, struct team_id id)
{
    const struct team *team = people_find_team(outline->teams, outline->team_count, id);
    return team == NULL ? NOBODY : (int32_t)(team - outline->teams);
}

static int32_t unit_place(const struct outline *outline, struct unit_id id)
{
    for (size_t i = 0; i < outline->unit_count; i++) {
        if (outline->units[i].id.value == id.value) {
            return (int32_t)i;
        }
    }
    return NOBODY;
}

/* ---- The tree ---------------------------------------------------------------------------- */

static void note_units(struct outline *outline)
{
    for (size_t i = 0; i < outline->unit_count; i++) {
        const struct unit *unit = &outline->units[i];
        int32_t place = place_of(outline, unit->team);
        if (unit->is_closed || unit->kind == UNIT_POOL || place == NOBODY) {
            continue;
        }
        if (unit->kind == UNIT_REST) {
            outline->rest[place] = (int32_t)i;
        }
        for (size_t step = 0; place != NOBODY && step <= TEAM_DEPTH_MAX; step++) {
            outline->has_unit[place] = true;
            place = place_of(outline, outline->teams[place].parent);
        }
    }
}

static void note_children(struct outline *outline)
{
    for (size_t i = 0; i < outline->team_count; i++) {
        outline->first_child[i] = NOBODY;
        outline->rest[i] = NOBODY;
    }
    for (size_t i = outline->team_count; i > 0; i--) {
        const struct team *team = &outline->teams[i - 1];
        int32_t parent = place_of(outline, team->parent);
        if (parent != NOBODY && !team->is_gone) {
            outline->next[i - 1] = outline->first_child[parent];
            outline->first_child[parent] = (int32_t)(i - 1);
        }
    }
}

static bool note_joined(const struct unit_membership_from *entry, void *context)
{
    struct outline *outline = context;
    int32_t place = place_of(outline, entry->membership.team);
    if (place != NOBODY) {
        outline->joined[place] = entry->membership.unit;
    }
    return true;
}

static dp_err read_joined(const struct appliance *appliance, struct outline *outline)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    return unit_membership_record_each_at(txn, appliance_today(appliance), note_joined,
                                          outline);
}

static dp_err fill_outline(const struct appliance *appliance, const struct released *cells,
                           struct arena *arena, struct outline *out)
{
    out->teams = released_teams(cells, &out->team_count);
    out->units = released_units(cells, &out->unit_count);
    size_t count = out->team_count + 1;
    out->first_child = arena_take(arena, count, sizeof *out->first_child);
    out->next = arena_take(arena, count, sizeof *out->next);
    out->rest = arena_take(arena, count, sizeof *out->rest);
    out->has_unit = arena_take(arena, count, sizeof *out->has_unit);
    out->joined = arena_take(arena, count, sizeof *out->joined);
    if (out->first_child == NULL || out->next == NULL || out->rest == NULL ||
        out->has_unit == NULL || out->joined == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    note_children(out);
    note_units(out);
    return read_joined(appliance, out);
}

/* ---- Rows -------------------------------------------------------------------------------- */

/* Why a team has no figure of its own. */
static void find_counted(const struct listing *listing, size_t place, struct overview_row *row)
{
    const struct outline *outline = &listing->outline;
    if (outline->has_unit[place]) {
        row->counted = OVERVIEW_OWN;
        return;
    }
    int32_t at = unit_place(outline, outline->joined[place]);
    if (at == NOBODY) {
        row->counted = OVERVIEW_NOWHERE;
        return;
    }
    const struct unit *unit = &outline->units[at];
    const struct team *team = people_find_team(outline->teams, outline->team_count, unit->team);
    if (team == NULL || !released_is_within(listing->cells, unit, listing->scope)) {
        row->counted = OVERVIEW_OUTSIDE;
        return;
    }
    row->counted = unit->kind == UNIT_REST ? OVERVIEW_REST : OVERVIEW_JOINED;
    snprintf(row->counted_in, sizeof row->counted_in, "%s", team->name);
}

static struct overview_row *add_row(struct listing *listing, const struct team *team,
                                    size_t depth, struct released_subject subject)
{
    if (listing->count == OVERVIEW_ROWS_MAX) {
        listing->left_out++;
        return NULL;
    }
    struct overview_row *row = &listing->rows[listing->count];
    *row = (struct overview_row){ .team = team->id,
                                  .depth = depth,
                                  .is_rest = subject.unit.value != 0 };
    snprintf(row->name, sizeof row->name, "%s", team->name);
    listing->subjects[listing->count++] = subject;
    return row;
}

/* Children of one team, and theirs behind each: the order of an outline. Behind them the
 * unit of those that are too small. */
static void list_below(struct listing *listing, size_t parent, size_t depth)
{
    const struct outline *outline = &listing->outline;
    for (int32_t child = outline->first_child[parent];
         child != NOBODY && depth < TEAM_DEPTH_MAX; child = outline->next[child]) {
        const struct team *team = &outline->teams[child];
        struct overview_row *row = add_row(listing, team, depth,
                                           (struct released_subject){ .team = team->id });
        if (row != NULL) {
            find_counted(listing, (size_t)child, row);
        }
        list_below(listing, (size_t)child, depth + 1);
    }
    if (outline->rest[parent] != NOBODY) {
        const struct unit *rest = &outline->units[outline->rest[parent]];
        (void)add_row(listing, &outline->teams[parent], depth,
                      (struct released_subject){ .unit = rest->id });
    }
}

/* ---- Changes ----------------------------------------------------------------------------- */

static double share(const struct series_point *point)
{
    return point->invited == 0 ? 0.0 : (double)point->n / (double)point->invited;
}

static struct interval in_points(struct interval of_one)
{
    return (struct interval){ of_one.value * 100.0, of_one.lo * 100.0, of_one.hi * 100.0 };
}

static bool excludes_zero(const struct interval *interval)
{
    return number_is_known(interval->lo) && (interval->lo > 0.0 || interval->hi < 0.0);
}

static struct overview_change change_of(const struct series_point *now,
                                        const struct series_point *before, size_t looks)
{
    struct overview_change change = { .mean = series_change(now, before, CONFIDENCE) };
    if (!now->is_shown || !before->is_shown) {
        change.favourable = change.mean;
        return change;
    }
    double n_now = (double)now->n;
    double n_before = (double)before->n;
    change.favourable = in_points(interval_newcombe(n_now * now->favourable_pct / 100.0, n_now,
                                                    n_before * before->favourable_pct / 100.0,
                                                    n_before));
    change.has_response_moved = interval_response_moved(share(before), share(now));
    change.is_clear = excludes_zero(&change.mean);
    if (change.is_clear && looks > 1) {
        struct interval wide = series_change(now, before,
                                             1.0 - (1.0 - CONFIDENCE) / (double)looks);
        change.is_clear = excludes_zero(&wide);
    }
    return change;
}

/* ---- Figures ----------------------------------------------------------------------------- */

static dp_err fill_spark(const struct released_sum *sums, struct arena *arena,
                         struct overview_row *row)
{
    double *spark = arena_take(arena, OVERVIEW_SPARK, sizeof *spark);
    if (spark == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < OVERVIEW_SPARK; i++) {
        const struct released_sum *sum = &sums[SERIES_POOL + i];
        spark[i] = sum->n > 0 ? sum->mean : NUMBER_NONE;
    }
    row->spark = spark;
    return DP_SUCCESS;
}

/* One reading for all rows. */
static dp_err fill_rows(struct listing *listing, struct date now, struct arena *arena,
                        struct overview *out)
{
    struct date first = date_add(now, -WEEK_DAYS * (READ_WEEKS - 1));
    MEM_AUTO struct released_sum *sums = mem_new(listing->count * READ_WEEKS + 1, sizeof *sums);
    if (sums == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(released_index_many(listing->cells, listing->subjects, listing->count, first,
                               READ_WEEKS, sums));
    for (size_t i = 0; i < listing->count; i++) {
        const struct released_sum *own = &sums[i * READ_WEEKS];
        struct overview_row *row = &listing->rows[i];
        row->now = series_point_of(own, READ_WEEKS - 1);
        row->before = series_plain_point_of(own, READ_WEEKS - 2);
        out->rows_changed += row->now.is_shown && row->before.is_shown;
        DP_TRY(fill_spark(own, arena, row));
    }
    for (size_t i = 0; i < listing->count; i++) {
        struct overview_row *row = &listing->rows[i];
        row->change = change_of(&row->now, &row->before, out->rows_changed);
    }
    return DP_SUCCESS;
}

static dp_err fill(const struct appliance *appliance, const struct released *cells,
                   struct team_id scope, struct arena *arena, struct overview *out)
{
    struct listing listing = { .cells = cells, .scope = scope };
    struct date now = out->top.points[out->top.last].start;
    DP_TRY(fill_outline(appliance, cells, arena, &listing.outline));
    listing.rows = arena_take(arena, OVERVIEW_ROWS_MAX, sizeof *listing.rows);
    listing.subjects = arena_take(arena, OVERVIEW_ROWS_MAX, sizeof *listing.subjects);
    int32_t top = place_of(&listing.outline, scope);
    if (listing.rows == NULL || listing.subjects == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_CHECK(top != NOBODY);
    list_below(&listing, (size_t)top, 1);
    DP_TRY(fill_rows(&listing, now, arena, out));
    out->rows = listing.rows;
    out->row_count = listing.count;
    out->rows_left_out = listing.left_out;
    DP_TRY(evenness_of_teams(cells, scope, now, &out->teams));
    return evenness_of_days(cells, scope, now, &out->days);
}

dp_err overview_of(const struct appliance *appliance, struct team_id scope, struct arena *arena,
                   struct overview *out)
{
    RELEASED_AUTO struct released *cells = NULL;
    struct trend_wanted wanted = { scope, scope, OVERVIEW_WEEKS, appliance_today(appliance) };
    *out = (struct overview){ 0 };
    DP_TRY(appliance_released(appliance, &cells));
    DP_TRY(trend_in(cells, &wanted, arena, &out->top));
    if (out->top.last < 0) {
        return DP_SUCCESS;
    }
    if (out->top.last > 0) {
        const struct series_point *now = &out->top.points[out->top.last];
        out->change = change_of(now, now - 1, 1);
    } else {
        out->change.mean = (struct interval){ NUMBER_NONE, NUMBER_NONE, NUMBER_NONE };
        out->change.favourable = out->change.mean;
    }
    return fill(appliance, cells, scope, arena, out);
}
