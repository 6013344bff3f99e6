/* SPDX-License-Identifier: MIT */
#include "app/service/correction/ground.h"

#include <string.h>

#include "app/core/mem.h"
#include "app/service/correction/panel.h"
#include "app/survey/people.h"
#include "storage/unit_membership_record.h"

/* ---- Reading ------------------------------------------------------------------------------------- */

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

struct seating {
    struct ground *ground;
    size_t capacity;
    struct team_id last_team;
    size_t last_first; /* the seats of the last team's newest entry begin here */
    bool has_no_memory;
};

static bool add_seat(struct seating *seating, size_t row, const struct unit_membership_from *entry)
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
        .team = entry->membership.team,
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
    DP_TRY(unit_membership_record_each(txn, add_seats, &seating));
    return err_make(seating.has_no_memory ? DP_NO_MEMORY : DP_OK);
}

static dp_err open_in(const struct appliance *appliance, struct arena *arena,
                      struct ground *ground)
{
    ground->appliance = appliance;
    ground->all = mem_new(CORRECTION_LIST_MAX, sizeof *ground->all);
    if (ground->all == NULL) {
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
    released_close(ground->cells);
    mem_free(ground->all);
    mem_free(ground->seats);
    mem_free(ground->panels);
    mem_free(ground->is_read);
    *ground = (struct ground){ 0 };
}

/* ---- Series -------------------------------------------------------------------------------------- */

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
        err_ignore(theme_parse(str_of(correction->expected), &theme)); /* was known when entered */
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

/* ---- Who is covered ------------------------------------------------------------------------------ */

static bool is_within(const struct ground *ground, const struct correction *correction,
                      struct team_id team)
{
    for (uint32_t i = 0; i < correction->team_count; i++) {
        if (people_is_within(ground->teams, ground->team_count, team, correction->teams[i])) {
            return true;
        }
    }
    return correction->team_count == 0;
}

bool ground_touches(const struct team *teams, size_t count, const struct correction *correction,
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

static enum covers covers_team(const struct ground *ground, const struct correction *correction,
                               struct team_id team)
{
    if (is_within(ground, correction, team)) {
        return COVERS_ALL;
    }
    return ground_touches(ground->teams, ground->team_count, correction, team) ? COVERS_SOME
                                                                               : COVERS_NONE;
}

/* A unit stands for the teams that are counted with it; what it is named after decides where nobody
 * has a seat in it. */
static dp_err cover_units(const struct ground *ground, const struct correction *correction,
                          struct date from, struct date to, enum covers *out)
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
            inside[seat->row] += is_within(ground, correction, seat->team) ? 1 : 0;
        }
    }
    for (size_t row = 0; row < ground->unit_count; row++) {
        enum covers by_name = covers_team(ground, correction, ground->units[row].team);
        enum covers by_seats = inside[row] == 0            ? COVERS_NONE
                               : inside[row] == seats[row] ? COVERS_ALL
                                                           : COVERS_SOME;
        out[row] = by_name == COVERS_ALL || seats[row] == 0 ? by_name : by_seats;
    }
    return DP_SUCCESS;
}

dp_err ground_covers(const struct ground *ground, const struct panel *panel,
                     const struct correction *correction, struct date from, struct date to,
                     enum covers *out)
{
    if (panel->is_of_units) {
        return cover_units(ground, correction, from, to, out);
    }
    for (size_t row = 0; row < panel->rows; row++) {
        out[row] = covers_team(ground, correction, panel->teams[row]);
    }
    return DP_SUCCESS;
}

bool ground_is_shared(const struct ground *ground, const struct correction *a,
                      const struct correction *b)
{
    for (uint32_t i = 0; i < b->team_count; i++) {
        if (ground_touches(ground->teams, ground->team_count, a, b->teams[i])) {
            return true;
        }
    }
    return b->team_count == 0;
}
