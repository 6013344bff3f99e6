/* SPDX-License-Identifier: MIT */
#include "app/service/events/events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/privacy/released.h"
#include "app/service/correction/correction.h"
#include "storage/alert_record.h"
#include "storage/calendar_exception_record.h"
#include "storage/roster_version_record.h"
#include "storage/unit_membership_record.h"

enum { WEEK_DAYS = 7, FIRST_ROOM = 32 };

/* What is known so far. */
struct gathering {
    const struct released *cells;
    const struct team *teams;
    size_t team_count;
    const struct events_wanted *wanted;
    size_t weeks;
    struct event *reorganisations; /* by week; where there is none both counts are 0 */
    uint8_t *days_asked;           /* by week: days with any question */
    uint8_t *anchor_days;          /* by week: of these with the anchor question */
    bool has_days;
    struct date first_day; /* the oldest that was counted, in the range or not */
    struct date last_day;  /* the newest */
    struct event *items;   /* owned */
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

/* ---- Weeks without a question ------------------------------------------------------------ */

static bool note_day(const struct flushed *flushed, void *context)
{
    struct gathering *gathering = context;
    size_t week = 0;
    if (week_of(gathering, flushed->epoch.date, &week)) {
        bool is_anchor = released_theme_of(gathering->cells, flushed->question) == THEME_ANCHOR;
        gathering->days_asked[week]++;
        gathering->anchor_days[week] = (uint8_t)(gathering->anchor_days[week] + is_anchor);
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
    return week < gathering->weeks && gathering->days_asked[week] == 0 && gathering->has_days &&
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

/* ---- Corrections and alerts -------------------------------------------------------------- */

static bool note_correction(const struct correction *correction, void *context)
{
    struct gathering *gathering = context;
    size_t week = 0;
    if (correction->withdrawn_s != 0 || !week_of(gathering, correction->start, &week) ||
        !correction_touches(gathering->teams, gathering->team_count, correction,
                            gathering->wanted->team)) {
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

/* ---- Teams that are counted with another unit -------------------------------------------- */

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

/* ---- Units that grew or shrank in a step ------------------------------------------------- */

struct rosters {
    const struct gathering *gathering;
    size_t weeks[EVENTS_ROSTERS_MAX];
    size_t count; /* all in the range; the newest are kept, the oldest of them at count % max */
};

/* The first week of the range has none before it to be compared with. */
static bool note_roster(const struct roster_version *version, void *context)
{
    struct rosters *rosters = context;
    size_t week = 0;
    if (week_of(rosters->gathering, version->effective, &week) && week > 0) {
        rosters->weeks[rosters->count % EVENTS_ROSTERS_MAX] = week;
        rosters->count++;
    }
    return true;
}

/* The units beneath the team, and their sums of two weeks. */
struct measuring {
    const struct unit *units;          /* all there are */
    size_t *places;                    /* owned: of those measured */
    struct released_subject *subjects; /* owned */
    struct released_sum *sums;         /* owned: the week before and the week of each */
    size_t count;
};

static void measuring_free(struct measuring *measuring)
{
    mem_free(measuring->places);
    mem_free(measuring->subjects);
    mem_free(measuring->sums);
}

static dp_err start_measuring(const struct gathering *gathering, struct measuring *measuring)
{
    size_t count = 0;
    const struct unit *units = released_units(gathering->cells, &count);
    measuring->units = units;
    measuring->places = mem_new(count + 1, sizeof *measuring->places);
    measuring->subjects = mem_new(count + 1, sizeof *measuring->subjects);
    measuring->sums = mem_new(2 * count + 1, sizeof *measuring->sums);
    if (measuring->places == NULL || measuring->subjects == NULL || measuring->sums == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < count; i++) {
        bool is_wanted = units[i].kind != UNIT_POOL &&
                         released_is_within(gathering->cells, &units[i],
                                            gathering->wanted->team);
        if (is_wanted) {
            measuring->places[measuring->count] = i;
            measuring->subjects[measuring->count].unit = units[i].id;
            measuring->count++;
        }
    }
    return DP_SUCCESS;
}

/* People in a unit, 0 where it was not shown. A daily unit has a cell, shown or hidden, for
 * each day that was asked; else there is one cell for the week, whose people were invited on
 * each of its days. */
static uint32_t size_of(const struct released_sum *sum, uint32_t anchor_days)
{
    if (sum->cells_shown == 0 || anchor_days == 0) {
        return 0;
    }
    bool is_daily = sum->cells_shown + sum->cells_hidden == anchor_days;
    return (uint32_t)(sum->invited / (is_daily ? sum->cells_shown : anchor_days));
}

static uint32_t step_size(uint32_t before, uint32_t after)
{
    return before > after ? before - after : after - before;
}

/* Keeps the largest steps, in order. */
static void add_unit_step(struct event *event, const struct event_unit *step)
{
    uint32_t size = step_size(step->before, step->after);
    size_t named = event->unit_count < EVENTS_UNITS_MAX ? event->unit_count : EVENTS_UNITS_MAX;
    size_t at = named;
    event->unit_count++;
    while (at > 0 &&
           step_size(event->units[at - 1].before, event->units[at - 1].after) < size) {
        at--;
    }
    if (at == EVENTS_UNITS_MAX) {
        return;
    }
    for (size_t i = named < EVENTS_UNITS_MAX ? named : EVENTS_UNITS_MAX - 1; i > at; i--) {
        event->units[i] = event->units[i - 1];
    }
    event->units[at] = *step;
}

static dp_err measure_week(struct gathering *gathering, const struct measuring *measuring,
                           size_t week)
{
    DP_TRY(released_index_many(gathering->cells, measuring->subjects, measuring->count,
                               monday_of(gathering, week - 1), 2, measuring->sums));
    for (size_t i = 0; i < measuring->count; i++) {
        const struct released_sum *sums = &measuring->sums[2 * i];
        struct event_unit step = { .before = size_of(&sums[0],
                                                     gathering->anchor_days[week - 1]),
                                   .after = size_of(&sums[1], gathering->anchor_days[week]) };
        uint32_t size = step_size(step.before, step.after);
        bool is_known = step.before > 0 && step.after > 0;
        if (is_known && size >= EVENTS_STEP_MIN &&
            (uint64_t)size * EVENTS_STEP_SHARE >= step.before) {
            snprintf(step.name, sizeof step.name, "%s",
                     measuring->units[measuring->places[i]].name);
            add_unit_step(&gathering->reorganisations[week], &step);
        }
    }
    return DP_SUCCESS;
}

static dp_err measure_weeks(struct gathering *gathering, const struct rosters *rosters,
                            struct measuring *measuring)
{
    DP_TRY(start_measuring(gathering, measuring));
    size_t kept = rosters->count < EVENTS_ROSTERS_MAX ? rosters->count : EVENTS_ROSTERS_MAX;
    for (size_t i = 0; i < kept && measuring->count > 0; i++) {
        DP_TRY(measure_week(gathering, measuring, rosters->weeks[i]));
    }
    return DP_SUCCESS;
}

static dp_err add_steps(struct gathering *gathering, const struct rosters *rosters)
{
    struct measuring measuring = { 0 };
    dp_err measured = measure_weeks(gathering, rosters, &measuring);
    measuring_free(&measuring);
    return measured;
}

/* ---- The whole --------------------------------------------------------------------------- */

static int compare_event(const void *a, const void *b)
{
    const struct event *left = a;
    const struct event *right = b;
    int by_date = (left->first.days > right->first.days) -
                  (left->first.days < right->first.days);
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
    DP_TRY(appliance_released(appliance, &cells));
    struct gathering gathering = { .cells = cells, .wanted = wanted };
    gathering.teams = released_teams(cells, &gathering.team_count);
    if (people_find_team(gathering.teams, gathering.team_count, wanted->team) == NULL) {
        return err_make(DP_NOT_FOUND);
    }
    gathering.weeks = (size_t)((wanted->to.days - wanted->from.days) / WEEK_DAYS) + 1;
    MEM_AUTO struct event *reorganisations = mem_new(gathering.weeks, sizeof *reorganisations);
    MEM_AUTO uint8_t *days_asked = mem_new(gathering.weeks, 1);
    MEM_AUTO uint8_t *anchor_days = mem_new(gathering.weeks, 1);
    if (reorganisations == NULL || days_asked == NULL || anchor_days == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    gathering.reorganisations = reorganisations;
    gathering.days_asked = days_asked;
    gathering.anchor_days = anchor_days;
    dp_err gathered = gather(&gathering, appliance->office);
    gathered = err_is_ok(gathered) ? give(&gathering, arena, out) : gathered;
    mem_free(gathering.items);
    return gathered;
}
