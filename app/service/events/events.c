/* SPDX-License-Identifier: MIT */
#include "app/service/events/events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/privacy/released.h"
#include "storage/alert_record.h"
#include "storage/calendar_exception_record.h"
#include "storage/correction_record.h"
#include "storage/roster_version_record.h"
#include "storage/unit_membership_record.h"

enum { WEEK_DAYS = 7, FIRST_ROOM = 32 };

/* What is known so far. At most one event a week is a reorganisation, so both lists have a place for
 * each week. */
struct gathering {
    const struct released *cells;
    const struct team *teams;
    size_t team_count;
    const struct events_wanted *wanted;
    size_t weeks;
    struct event *reorganisations; /* by week; unit_count and teams_reseated 0 where there is none */
    bool *is_asked;                /* by week */
    bool has_days;
    struct date first_day; /* the oldest that was counted, in the range or not */
    struct date last_day;  /* the newest */
    struct event *items;           /* owned */
    size_t count;
    size_t capacity;
    bool has_no_memory;
};

/* A place for one more; NULL when there is no memory. */
static struct event *add_event(struct gathering *gathering, const struct event *event)
{
    if (gathering->count == gathering->capacity) {
        size_t wanted = gathering->capacity == 0 ? FIRST_ROOM : 2 * gathering->capacity;
        struct event *grown = mem_resize(gathering->items, wanted, sizeof *grown);
        if (grown == NULL) {
            gathering->has_no_memory = true;
            return NULL;
        }
        gathering->items = grown;
        gathering->capacity = wanted;
    }
    gathering->items[gathering->count] = *event;
    return &gathering->items[gathering->count++];
}

static bool week_of(const struct gathering *gathering, struct date date, size_t *week)
{
    int32_t days = date.days - gathering->wanted->from.days;
    *week = days < 0 ? 0 : (size_t)(days / WEEK_DAYS);
    return days >= 0 && *week < gathering->weeks;
}

static struct date monday_of(const struct gathering *gathering, size_t week)
{
    return date_add(gathering->wanted->from, (int32_t)week * WEEK_DAYS);
}

/* ---- Weeks without a question -------------------------------------------------------------------- */

static bool note_day(const struct flushed *flushed, void *context)
{
    struct gathering *gathering = context;
    size_t week = 0;
    if (week_of(gathering, flushed->epoch.date, &week)) {
        gathering->is_asked[week] = true;
    }
    gathering->first_day = gathering->has_days ? gathering->first_day : flushed->epoch.date;
    gathering->last_day = flushed->epoch.date;
    gathering->has_days = true;
    return true;
}

static bool take_label(const struct calendar_exception *exception, void *context)
{
    struct event *pause = context;
    bool has_label = exception->kind != CALENDAR_ASK && exception->label[0] != '\0';
    if (has_label) {
        snprintf(pause->label, sizeof pause->label, "%s", exception->label);
    }
    return !has_label;
}

/* Before the first evening and after the newest nobody could have been asked. */
static bool is_quiet(const struct gathering *gathering, size_t week)
{
    struct date monday = monday_of(gathering, week);
    return week < gathering->weeks && !gathering->is_asked[week] && gathering->has_days &&
           !date_is_before(monday, gathering->first_day) &&
           !date_is_before(gathering->last_day, monday);
}

static dp_err add_pauses(struct gathering *gathering, struct store_txn *office)
{
    DP_TRY(released_each_day(gathering->cells, note_day, gathering));
    for (size_t week = 0; week < gathering->weeks; week++) {
        if (!is_quiet(gathering, week)) {
            continue;
        }
        size_t last = week;
        while (is_quiet(gathering, last + 1)) {
            last++;
        }
        struct event pause = { .kind = EVENT_PAUSE,
                               .first = monday_of(gathering, week),
                               .last = monday_of(gathering, last) };
        DP_TRY(calendar_exception_record_each_between(
            office, pause.first, date_add(pause.last, WEEK_DAYS - 1), take_label, &pause));
        add_event(gathering, &pause);
        week = last;
    }
    return DP_SUCCESS;
}

/* ---- Corrections and alerts ---------------------------------------------------------------------- */

static bool touches(const struct gathering *gathering, const struct correction *correction)
{
    struct team_id shown = gathering->wanted->team;
    for (uint32_t i = 0; i < correction->team_count; i++) {
        struct team_id team = correction->teams[i];
        if (people_is_within(gathering->teams, gathering->team_count, team, shown) ||
            people_is_within(gathering->teams, gathering->team_count, shown, team)) {
            return true;
        }
    }
    return correction->team_count == 0; /* the whole organisation */
}

static bool note_correction(const struct correction *correction, void *context)
{
    struct gathering *gathering = context;
    size_t week = 0;
    if (correction->withdrawn_s != 0 || !week_of(gathering, correction->start, &week) ||
        !touches(gathering, correction)) {
        return true;
    }
    struct event event = { .kind = EVENT_CORRECTION,
                           .first = correction->start,
                           .last = correction->start };
    snprintf(event.label, sizeof event.label, "%s", correction->title);
    return add_event(gathering, &event) != NULL;
}

static bool note_alert(const struct alert *alert, void *context)
{
    struct gathering *gathering = context;
    size_t week = 0;
    if (alert->team.value != gathering->wanted->team.value ||
        !week_of(gathering, alert->week, &week)) {
        return true;
    }
    struct event event = { .kind = EVENT_ALERT,
                           .first = alert->week,
                           .last = alert->week,
                           .is_above = alert->value > alert->usual };
    return add_event(gathering, &event) != NULL;
}

/* ---- Teams that are counted with another unit ---------------------------------------------------- */

struct seats {
    struct gathering *gathering;
    struct team_id team; /* of the entry before */
};

static bool note_seat(const struct unit_membership_from *entry, void *context)
{
    struct seats *seats = context;
    struct gathering *gathering = seats->gathering;
    bool is_first = entry->membership.team.value != seats->team.value;
    size_t week = 0;
    seats->team = entry->membership.team;
    if (!is_first && week_of(gathering, entry->from, &week) &&
        people_is_within(gathering->teams, gathering->team_count, seats->team,
                         gathering->wanted->team)) {
        gathering->reorganisations[week].teams_reseated++;
    }
    return true;
}

/* ---- Units that grew or shrank in a step --------------------------------------------------------- */

struct rosters {
    const struct gathering *gathering;
    size_t weeks[EVENTS_ROSTERS_MAX];
    size_t count; /* all in the range; the newest are kept, the oldest of them at count % max */
};

static bool note_roster(const struct roster_version *version, void *context)
{
    struct rosters *rosters = context;
    size_t week = 0;
    if (week_of(rosters->gathering, version->effective, &week)) {
        rosters->weeks[rosters->count % EVENTS_ROSTERS_MAX] = week;
        rosters->count++;
    }
    return true;
}

struct size_step {
    uint32_t before; /* 0: not shown in the week before */
    uint32_t after;
};

struct measuring {
    const struct unit *units;
    size_t unit_count;
    struct date monday;
    struct size_step *steps; /* by the unit's place */
};

static int compare_unit(const void *id, const void *unit)
{
    uint32_t wanted = ((const struct unit_id *)id)->value;
    uint32_t found = ((const struct unit *)unit)->id.value;
    return (wanted > found) - (wanted < found);
}

static bool measure_cell(const struct cell *cell, void *context)
{
    struct measuring *measuring = context;
    const struct unit *unit = bsearch(&cell->unit, measuring->units, measuring->unit_count,
                                      sizeof *unit, compare_unit);
    if (unit == NULL || unit->kind == UNIT_POOL || cell->status != CELL_OK) {
        return true;
    }
    struct size_step *step = &measuring->steps[unit - measuring->units];
    if (date_is_before(cell->period_start, measuring->monday)) {
        step->before = cell->headcount;
    } else {
        step->after = cell->headcount;
    }
    return true;
}

static uint32_t step_size(uint32_t before, uint32_t after)
{
    return before > after ? before - after : after - before;
}

/* Keeps the largest steps, in order. */
static void add_unit_step(struct event *event, const struct unit *unit,
                          const struct size_step *step)
{
    uint32_t size = step_size(step->before, step->after);
    size_t named = event->unit_count < EVENTS_UNITS_MAX ? event->unit_count : EVENTS_UNITS_MAX;
    size_t at = named;
    event->unit_count++;
    while (at > 0 && step_size(event->units[at - 1].before, event->units[at - 1].after) < size) {
        at--;
    }
    if (at == EVENTS_UNITS_MAX) {
        return;
    }
    for (size_t i = named < EVENTS_UNITS_MAX ? named : EVENTS_UNITS_MAX - 1; i > at; i--) {
        event->units[i] = event->units[i - 1];
    }
    event->units[at] = (struct event_unit){ .before = step->before, .after = step->after };
    snprintf(event->units[at].name, sizeof event->units[at].name, "%s", unit->name);
}

static dp_err measure_week(struct gathering *gathering, struct measuring *measuring, size_t week)
{
    measuring->monday = monday_of(gathering, week);
    for (size_t i = 0; i < measuring->unit_count; i++) {
        measuring->steps[i] = (struct size_step){ 0 };
    }
    struct released_range range = { .team = gathering->wanted->team,
                                    .kind = PERIOD_DAY,
                                    .from = date_add(measuring->monday, -WEEK_DAYS),
                                    .to = date_add(measuring->monday, WEEK_DAYS - 1) };
    DP_TRY(released_each(gathering->cells, &range, measure_cell, measuring));
    range.kind = PERIOD_WEEK;
    DP_TRY(released_each(gathering->cells, &range, measure_cell, measuring));
    for (size_t i = 0; i < measuring->unit_count; i++) {
        const struct size_step *step = &measuring->steps[i];
        uint32_t size = step_size(step->before, step->after);
        bool is_known = step->before > 0 && step->after > 0;
        if (is_known && size >= EVENTS_STEP_MIN &&
            (uint64_t)size * EVENTS_STEP_SHARE >= step->before) {
            add_unit_step(&gathering->reorganisations[week], &measuring->units[i], step);
        }
    }
    return DP_SUCCESS;
}

static dp_err add_steps(struct gathering *gathering, const struct rosters *rosters)
{
    struct measuring measuring = { 0 };
    measuring.units = released_units(gathering->cells, &measuring.unit_count);
    MEM_AUTO struct size_step *steps = mem_new(measuring.unit_count + 1, sizeof *steps);
    if (steps == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    measuring.steps = steps;
    size_t kept = rosters->count < EVENTS_ROSTERS_MAX ? rosters->count : EVENTS_ROSTERS_MAX;
    for (size_t i = 0; i < kept; i++) {
        DP_TRY(measure_week(gathering, &measuring, rosters->weeks[i]));
    }
    return DP_SUCCESS;
}

/* ---- The whole ----------------------------------------------------------------------------------- */

static int compare_event(const void *a, const void *b)
{
    const struct event *left = a;
    const struct event *right = b;
    int by_date = (left->first.days > right->first.days) - (left->first.days < right->first.days);
    return by_date != 0 ? by_date : (int)left->kind - (int)right->kind;
}

static dp_err gather(struct gathering *gathering, struct store *office)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    struct seats seats = { .gathering = gathering };
    struct rosters rosters = { .gathering = gathering };
    DP_TRY(store_read(office, &txn));
    DP_TRY(add_pauses(gathering, txn));
    DP_TRY(unit_membership_record_each(txn, note_seat, &seats));
    DP_TRY(roster_version_record_each(txn, note_roster, &rosters));
    DP_TRY(add_steps(gathering, &rosters));
    for (size_t week = 0; week < gathering->weeks; week++) {
        struct event *event = &gathering->reorganisations[week];
        if (event->unit_count > 0 || event->teams_reseated > 0) {
            event->kind = EVENT_REORGANISATION;
            event->first = monday_of(gathering, week);
            event->last = event->first;
            add_event(gathering, event);
        }
    }
    if (!gathering->wanted->is_without_corrections) {
        DP_TRY(correction_record_each(txn, note_correction, gathering));
    }
    DP_TRY(alert_record_each(txn, note_alert, gathering));
    return err_make(gathering->has_no_memory ? DP_NO_MEMORY : DP_OK);
}

static dp_err give(struct gathering *gathering, struct arena *arena, struct events *out)
{
    size_t kept = gathering->count < EVENTS_MAX ? gathering->count : EVENTS_MAX;
    struct event *items = arena_take(arena, kept + 1, sizeof *items);
    if (items == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    out->items = items;
    out->count = kept;
    out->left_out = gathering->count - kept;
    if (kept > 0) {
        qsort(gathering->items, gathering->count, sizeof *gathering->items, compare_event);
        memcpy(items, gathering->items + out->left_out, kept * sizeof *items);
    }
    return DP_SUCCESS;
}

dp_err events_of(const struct appliance *appliance, const struct events_wanted *wanted,
                 struct arena *arena, struct events *out)
{
    RELEASED_AUTO struct released *cells = NULL;
    *out = (struct events){ 0 };
    DP_CHECK(wanted->from.days <= wanted->to.days);
    DP_TRY(released_open(appliance->office, appliance->results, &cells));
    struct gathering gathering = { .cells = cells, .wanted = wanted };
    gathering.teams = released_teams(cells, &gathering.team_count);
    if (people_find_team(gathering.teams, gathering.team_count, wanted->team) == NULL) {
        return err_make(DP_NOT_FOUND);
    }
    gathering.weeks = (size_t)((wanted->to.days - wanted->from.days) / WEEK_DAYS) + 1;
    MEM_AUTO struct event *reorganisations = mem_new(gathering.weeks, sizeof *reorganisations);
    MEM_AUTO bool *is_asked = mem_new(gathering.weeks, sizeof *is_asked);
    if (reorganisations == NULL || is_asked == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    gathering.reorganisations = reorganisations;
    gathering.is_asked = is_asked;
    dp_err gathered = gather(&gathering, appliance->office);
    gathered = err_is_ok(gathered) ? give(&gathering, arena, out) : gathered;
    mem_free(gathering.items);
    return gathered;
}
