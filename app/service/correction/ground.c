/* SPDX-License-Identifier: MIT */
#include "app/service/correction/ground.h"

#include <stdlib.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/service/correction/panel.h"
#include "app/survey/people.h"
#include "storage/unit_membership_record.h"

/* ---- Reading ----------------------------------------------------------------------------- */

struct entries {
    struct correction *all;
    size_t count;
};

static bool add_entry(const struct correction *correction, void *context)
{
    struct entries *entries = context;
    if (entries->count < CORRECTION_LIST_MAX) {
        entries->all[entries->count++] = *correction;
    }
    return true;
}

dp_err ground_entries(struct store_txn *office, struct correction *all, size_t *count)
{
    struct entries entries = { .all = all };
    DP_TRY(correction_record_each(office, add_entry, &entries));
    *count = entries.count;
    return DP_SUCCESS;
}

int ground_newest_first(const void *a, const void *b)
{
    const struct correction *left = a;
    const struct correction *right = b;
    if (left->start.days != right->start.days) {
        return left->start.days < right->start.days ? 1 : -1;
    }
    return left->id.value < right->id.value ? 1 : left->id.value > right->id.value ? -1 : 0;
}

size_t ground_row(const struct ground *ground, struct unit_id id)
{
    size_t low = 0;
    size_t high = ground->unit_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ground->units[middle].id.value < id.value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < ground->unit_count && ground->units[low].id.value == id.value
               ? low
               : ground->unit_count;
}

static size_t place_of_team(const struct ground *ground, struct team_id id)
{
    const struct team *team = people_find_team(ground->teams, ground->team_count, id);
    return team == NULL ? ground->team_count : (size_t)(team - ground->teams);
}

struct seating {
    struct ground *ground;
    size_t capacity;
    struct team_id last_team;
    size_t last_first; /* the seats of the last team's newest entry begin here */
    bool has_no_memory;
};

static bool add_seat(struct seating *seating, size_t row,
                     const struct unit_membership_from *entry)
{
    struct ground *ground = seating->ground;
    if (row == ground->unit_count) {
        return true;
    }
    if (ground->seat_count == seating->capacity) {
        size_t wanted = seating->capacity == 0 ? 64 : 2 * seating->capacity;
        struct seat *grown = mem_resize(ground->seats, wanted, sizeof *grown);
        if (grown == NULL) {
            seating->has_no_memory = true;
            return false;
        }
        ground->seats = grown;
        seating->capacity = wanted;
    }
    ground->seats[ground->seat_count++] = (struct seat){
        .row = row,
        .team_place = place_of_team(ground, entry->membership.team),
        .from = entry->from,
        .to = { DATE_MAX_DAYS },
    };
    return true;
}

/* Entries come by team and Monday, so each ends the one before it. */
static bool add_seats(const struct unit_membership_from *entry, void *context)
{
    struct seating *seating = context;
    struct ground *ground = seating->ground;
    bool is_same = seating->last_team.value == entry->membership.team.value;
    for (size_t i = seating->last_first; is_same && i < ground->seat_count; i++) {
        ground->seats[i].to = date_add(entry->from, -1);
    }
    seating->last_team = entry->membership.team;
    seating->last_first = ground->seat_count;
    size_t row = ground_row(ground, entry->membership.unit);
    if (row == ground->unit_count) {
        return true;
    }
    size_t pool = ground_row(ground, ground->units[row].pool);
    return add_seat(seating, row, entry) && add_seat(seating, pool, entry);
}

static dp_err read_office(struct ground *ground)
{
    struct seating seating = { .ground = ground };
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(ground->appliance->office, &txn));
    DP_TRY(ground_entries(txn, ground->all, &ground->count));
    qsort(ground->all, ground->count, sizeof *ground->all, ground_newest_first);
    DP_TRY(unit_membership_record_each(txn, add_seats, &seating));
    return err_make(seating.has_no_memory ? DP_NO_MEMORY : DP_OK);
}

static dp_err open_in(const struct appliance *appliance, struct arena *arena,
                      struct ground *ground)
{
    ground->appliance = appliance;
    ground->all = mem_new(CORRECTION_LIST_MAX, sizeof *ground->all);
    ground->reach = mem_new(CORRECTION_LIST_MAX, sizeof *ground->reach);
    if (ground->all == NULL || ground->reach == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(released_open(appliance->office, appliance->results, &ground->cells));
    ground->teams = released_teams(ground->cells, &ground->team_count);
    ground->units = released_units(ground->cells, &ground->unit_count);
    DP_TRY(read_office(ground));
    DP_TRY(link_pairs(appliance, arena, &ground->pairs, &ground->pair_count));
    ground->panels = mem_new(ground_series_count(ground), sizeof *ground->panels);
    ground->is_read = mem_new(ground_series_count(ground), sizeof *ground->is_read);
    return err_make(ground->panels != NULL && ground->is_read != NULL ? DP_OK : DP_NO_MEMORY);
}

dp_err ground_open(const struct appliance *appliance, struct arena *arena, struct ground *out)
{
    *out = (struct ground){ 0 };
    dp_err opened = open_in(appliance, arena, out);
    if (!err_is_ok(opened)) {
        ground_close(out);
    }
    return opened;
}

void ground_close(struct ground *ground)
{
    for (size_t i = 0; ground->panels != NULL && i < ground_series_count(ground); i++) {
        panel_free(&ground->panels[i]);
    }
    for (size_t i = 0; ground->reach != NULL && i < ground->count; i++) {
        mem_free(ground->reach[i]);
    }
    released_close(ground->cells);
    mem_free(ground->reach);
    mem_free(ground->all);
    mem_free(ground->seats);
    mem_free(ground->panels);
    mem_free(ground->is_read);
    *ground = (struct ground){ 0 };
}

/* ---- Series ------------------------------------------------------------------------------ */

enum { FIRST_PAIR = 1 + QUESTION_THEMES };

size_t ground_series_count(const struct ground *ground)
{
    return FIRST_PAIR + ground->pair_count;
}

dp_err ground_panel(struct ground *ground, size_t series, const struct panel **out)
{
    if (!ground->is_read[series] && series < FIRST_PAIR) {
        DP_TRY(panel_read_cells(ground, ground->panels));
        for (size_t i = 0; i < FIRST_PAIR; i++) {
            ground->is_read[i] = true;
        }
    }
    if (!ground->is_read[series]) {
        DP_TRY(panel_read_outcome(ground, &ground->pairs[series - FIRST_PAIR],
                                  &ground->panels[series]));
        ground->is_read[series] = true;
    }
    *out = &ground->panels[series];
    return DP_SUCCESS;
}

size_t ground_expected(const struct ground *ground, const struct correction *correction)
{
    enum theme theme = THEME_ANCHOR;
    switch (correction->target) {
    case CORRECTION_ON_INDEX:
        return 0;
    case CORRECTION_ON_THEME:
        err_ignore(
            theme_parse(str_of(correction->expected), &theme)); /* was known when entered */
        return (size_t)theme;
    case CORRECTION_ON_OUTCOME:
        for (size_t i = 0; i < ground->pair_count; i++) {
            if (strcmp(ground->pairs[i].metric.code, correction->expected) == 0) {
                return FIRST_PAIR + i;
            }
        }
        break;
    case CORRECTION_TARGET_COUNT:
        break;
    }
    return ground_series_count(ground);
}

/* ---- Who is covered ---------------------------------------------------------------------- */

/* Named teams are covered whole and so is what hangs on a team that is; what is above one, in
 * part. */
static void spread_reach(const struct ground *ground, const struct correction *correction,
                         uint8_t *reach)
{
    for (uint32_t i = 0; i < correction->team_count; i++) {
        struct team_id id = correction->teams[i];
        for (int depth = 0; depth <= TEAM_DEPTH_MAX; depth++) {
            size_t place = place_of_team(ground, id);
            if (place == ground->team_count) {
                break;
            }
            uint8_t here = depth == 0 ? COVERS_ALL : COVERS_SOME;
            reach[place] = here > reach[place] ? here : reach[place];
            id = ground->teams[place].parent;
        }
    }
    for (size_t i = 0; i < ground->team_count; i++) {
        struct team_id id = ground->teams[i].parent;
        for (int depth = 0; depth < TEAM_DEPTH_MAX && reach[i] == COVERS_NONE; depth++) {
            size_t place = place_of_team(ground, id);
            if (place == ground->team_count) {
                break;
            }
            reach[i] = reach[place] == COVERS_ALL ? COVERS_ALL : COVERS_NONE;
            id = ground->teams[place].parent;
        }
    }
    memset(reach, COVERS_ALL, correction->team_count == 0 ? ground->team_count : 0);
}

static dp_err reach_of(const struct ground *ground, const struct correction *correction,
                       const uint8_t **out)
{
    size_t place = (size_t)(correction - ground->all);
    DP_CHECK(place < ground->count);
    if (ground->reach[place] == NULL) {
        ground->reach[place] = mem_new(ground->team_count + 1, 1);
        if (ground->reach[place] == NULL) {
            return err_make(DP_NO_MEMORY);
        }
        spread_reach(ground, correction, ground->reach[place]);
    }
    *out = ground->reach[place];
    return DP_SUCCESS;
}

/* A unit stands for the teams that are counted with it; what it is named after decides where
 * nobody has a seat in it. */
static dp_err cover_units(const struct ground *ground, const uint8_t *reach, struct date from,
                          struct date to, enum covers *out)
{
    MEM_AUTO uint32_t *seats = mem_new(ground->unit_count + 1, sizeof *seats);
    MEM_AUTO uint32_t *inside = mem_new(ground->unit_count + 1, sizeof *inside);
    if (seats == NULL || inside == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < ground->seat_count; i++) {
        const struct seat *seat = &ground->seats[i];
        if (!date_is_before(seat->to, from) && !date_is_before(to, seat->from)) {
            seats[seat->row]++;
            inside[seat->row] += reach[seat->team_place] == COVERS_ALL ? 1 : 0;
        }
    }
    for (size_t row = 0; row < ground->unit_count; row++) {
        size_t place = place_of_team(ground, ground->units[row].team);
        enum covers by_name = (enum covers)reach[place];
        enum covers by_seats = inside[row] == 0            ? COVERS_NONE
                               : inside[row] == seats[row] ? COVERS_ALL
                                                           : COVERS_SOME;
        out[row] = seats[row] == 0 ? by_name : by_seats;
    }
    return DP_SUCCESS;
}

dp_err ground_covers(const struct ground *ground, const struct panel *panel,
                     const struct correction *correction, struct date from, struct date to,
                     enum covers *out)
{
    const uint8_t *reach = NULL;
    DP_TRY(reach_of(ground, correction, &reach));
    if (panel->is_of_units) {
        return cover_units(ground, reach, from, to, out);
    }
    for (size_t row = 0; row < panel->rows; row++) {
        out[row] = (enum covers)reach[place_of_team(ground, panel->teams[row])];
    }
    return DP_SUCCESS;
}

dp_err ground_is_shared(const struct ground *ground, const struct correction *a,
                        const struct correction *b, bool *is_shared)
{
    const uint8_t *reach = NULL;
    DP_TRY(reach_of(ground, a, &reach));
    *is_shared = b->team_count == 0;
    for (uint32_t i = 0; i < b->team_count && !*is_shared; i++) {
        *is_shared = reach[place_of_team(ground, b->teams[i])] != COVERS_NONE;
    }
    return DP_SUCCESS;
}
