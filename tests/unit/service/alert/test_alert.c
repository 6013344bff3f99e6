/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/privacy/settled.h"
#include "storage/alert_judged_record.h"
#include "storage/audit_record.h"
#include "storage/box.h"
#include "tests/support/support.h"
#include "tests/unit/service/alert/alert_world.h"

#define ALERT_TEST(test) \
    cmocka_unit_test_setup_teardown(test, alert_world_setup, alert_world_teardown)
#define ARENA(name) ARENA_AUTO struct arena name = arena_new(WORLD_ARENA_BYTES)

static const struct team_id root = { TEAM_ROOT };
static const struct team_id nobody = { 4711 };

static dp_err acknowledge(struct alert_world *world, uint32_t id, struct team_id scope,
                          const char *note, bool is_new)
{
    struct dp_problem problem = { 0 };
    struct alert_taking taking = { .id = { id },
                                   .scope = scope,
                                   .actor = "anna",
                                   .note = str_of(note),
                                   .is_new_baseline = is_new };
    dp_err done = alert_acknowledge(&world->firm.appliance, &taking, &problem);
    assert_int_equal(err_is_ok(done), problem.sentence[0] == '\0');
    return done;
}

static void refresh(struct alert_world *world)
{
    assert_ok(alert_refresh(&world->firm.appliance));
}

/* The first alert of a team in the list, or NULL. */
static const struct alert_row *find(const struct alert_list *list, struct team_id team)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->rows[i].alert.team.value == team.value) {
            return &list->rows[i];
        }
    }
    return NULL;
}

static size_t count_of(const struct alert_list *list, struct team_id team)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        count += list->rows[i].alert.team.value == team.value ? 1 : 0;
    }
    return count;
}

static uint64_t audit_head(struct alert_world *world, struct audit_entry *entry)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    assert_ok(store_read(world->firm.appliance.office, &txn));
    assert_ok(audit_record_head(txn, entry));
    return entry->seq;
}

/* The office fell to 2.6 six weeks ago: an unusual week at first, and then a drift. */
static void fall(struct alert_world *world)
{
    alert_world_shift(world, OFFICE, 44, WORLD_WEEKS_MAX, -1.0);
    alert_world_live(world, 50);
    refresh(world);
}

/* ---- Refused ------------------------------------------------------------------------------- */

/* A scope that is no team, for list and count. */
static void test_alert_list_unknown_scope_is_not_found(void **state)
{
    struct alert_world *world = *state;
    struct alert_list list;
    size_t count = 0;
    ARENA(arena);
    assert_err(alert_list(&world->firm.appliance, nobody, 0, &arena, &list), DP_NOT_FOUND);
    assert_err(alert_count_open(&world->firm.appliance, nobody, &count), DP_NOT_FOUND);
    ARENA_AUTO struct arena small = arena_new(64);
    assert_err(alert_list(&world->firm.appliance, root, 0, &small, &list), DP_NO_MEMORY);
}

/* A manager, no such number, a second time: each its own error, and nothing is changed. */
static void test_alert_acknowledge_refuses(void **state)
{
    struct alert_world *world = *state;
    fall(world);
    ARENA(arena);
    struct alert_list list = alert_world_list(world, &arena);
    const struct alert_row *office = find(&list, world->teams[OFFICE]);
    assert_non_null(office);
    uint32_t id = office->alert.id.value;
    assert_err(acknowledge(world, 4711, root, "", false), DP_NOT_FOUND);
    assert_err(acknowledge(world, 4711, world->service, "", false), DP_FORBIDDEN);
    assert_err(acknowledge(world, id, world->service, "", false), DP_FORBIDDEN);
    assert_err(acknowledge(world, id, world->teams[OFFICE], "", false), DP_FORBIDDEN);
    ARENA(again);
    assert_int_equal(alert_world_list(world, &again).open, list.open);
    assert_ok(acknowledge(world, id, root, "", false));
    assert_err(acknowledge(world, id, root, "", false), DP_CONFLICT);
}

/* A manager does not get to an alert of the whole organisation. */
static void test_alert_acknowledge_of_the_whole_is_not_a_managers(void **state)
{
    struct alert_world *world = *state;
    for (int j = 0; j < WORLD_TEAMS; j++) {
        alert_world_shift(world, (enum alert_world_team)j, 44, WORLD_WEEKS_MAX, -1.0);
    }
    alert_world_live(world, 50);
    refresh(world);
    ARENA(arena);
    struct alert_list list = alert_world_list(world, &arena);
    const struct alert_row *whole = find(&list, root);
    assert_non_null(whole);
    assert_int_equal(whole->path.len, 0);
    assert_err(acknowledge(world, whole->alert.id.value, world->service, "", false),
               DP_FORBIDDEN);
}

/* 280 characters fit, however many bytes they are; one more, a second line or no UTF-8 don't. */
static void test_alert_acknowledge_note_has_bounds(void **state)
{
    struct alert_world *world = *state;
    char note[2 * (ALERT_NOTE_CHARACTERS + 1) + 1] = "";
    fall(world);
    ARENA(arena);
    struct alert_list list = alert_world_list(world, &arena);
    uint32_t id = find(&list, world->teams[OFFICE])->alert.id.value;
    for (size_t i = 0; i <= ALERT_NOTE_CHARACTERS; i++) {
        memcpy(note + 2 * i, "\xc3\xa4", 2);
    }
    assert_err(acknowledge(world, id, root, note, false), DP_TOO_LONG);
    assert_err(acknowledge(world, id, root, "two\nlines", false), DP_INVALID);
    assert_err(acknowledge(world, id, root, "a\xc2\x9b[2J", false), DP_INVALID);
    assert_err(acknowledge(world, id, root, "\xff", false), DP_NOT_UTF8);
    note[2 * ALERT_NOTE_CHARACTERS] = '\0';
    assert_ok(acknowledge(world, id, root, note, false));
    ARENA(again);
    list = alert_world_list(world, &again);
    assert_string_equal(find(&list, world->teams[OFFICE])->alert.note, note);
}

/* ---- What is raised ------------------------------------------------------------------------ */

/* Without any data, and in calm years, nothing is raised. */
static void test_alert_refresh_calm_raises_nothing(void **state)
{
    struct alert_world *world = *state;
    size_t count = 1;
    refresh(world);
    alert_world_live(world, 100);
    refresh(world);
    ARENA(arena);
    assert_int_equal(alert_world_list(world, &arena).count, 0);
    assert_ok(alert_count_open(&world->firm.appliance, root, &count));
    assert_int_equal(count, 0);
}

/* A fall is raised with what it was measured against, for the team and the sums above it. */
static void test_alert_refresh_fall_is_raised(void **state)
{
    struct alert_world *world = *state;
    fall(world);
    ARENA(arena);
    struct alert_list list = alert_world_list(world, &arena);
    const struct alert_row *office = find(&list, world->teams[OFFICE]);
    assert_non_null(office);
    const struct alert *alert = &office->alert;
    assert_int_equal(office->state, ALERT_OPEN);
    assert_int_equal(alert->kind, ALERT_DRIFT_BELOW);
    assert_true(office->size < -0.7);
    assert_true(alert->value > 2.3 && alert->value < 2.9);
    assert_true(alert->usual > 3.5 && alert->usual < 3.7);
    assert_true(alert->usual_lo < alert->usual && alert->usual < alert->usual_hi);
    assert_true(alert->has_interval && alert->value_lo < alert->value &&
                alert->value < alert->value_hi);
    assert_int_equal(alert->n, 20 * alert->weeks);
    assert_int_equal(alert->baseline_weeks, 26);
    assert_int_equal(alert->baseline_first.days, alert_world_week(0).days);
    assert_int_equal(alert->baseline_last.days, alert_world_week(25).days);
    assert_true(alert->limit > 3.49 && alert->limit < 3.51);
    assert_true(str_equal(office->path, STR("Office")));
    assert_non_null(find(&list, root));
    assert_null(find(&list, world->teams[HOTLINE]));
    assert_null(find(&list, world->service));
}

/* One week far off is its own kind, and its figures are those of the week. */
static void test_alert_refresh_single_week_is_a_shock(void **state)
{
    struct alert_world *world = *state;
    alert_world_shift(world, DESK, 40, 41, 0.9);
    alert_world_live(world, 41);
    refresh(world);
    ARENA(arena);
    struct alert_list list = alert_world_list(world, &arena);
    const struct alert_row *desk = find(&list, world->teams[DESK]);
    assert_non_null(desk);
    assert_int_equal(desk->alert.kind, ALERT_SHOCK);
    assert_int_equal(desk->alert.week.days, alert_world_week(40).days);
    assert_int_equal(desk->alert.since.days, desk->alert.week.days);
    assert_int_equal(desk->alert.weeks, 1);
    assert_int_equal(desk->alert.n, 20);
    assert_true(desk->size > 0.6);
    assert_true(str_equal(desk->path, STR("Service/Desk")));
}

/* A fall that lasts is told of twice: as an unusual week, then as a drift, and then again after
 * eight weeks at the earliest; coming back from it is no alert. */
static void test_alert_refresh_lasting_move_is_not_repeated(void **state)
{
    struct alert_world *world = *state;
    int32_t week = -1;
    alert_world_shift(world, OFFICE, 44, 70, -1.0);
    for (int w = 40; w <= 80; w++) {
        alert_world_live(world, w);
        refresh(world);
    }
    ARENA(arena);
    struct alert_list list;
    assert_ok(alert_list(&world->firm.appliance, world->teams[OFFICE], 0, &arena, &list));
    assert_int_equal(list.count, 4);
    for (size_t i = list.count; i-- > 0;) {
        const struct alert *alert = &list.rows[i].alert;
        int32_t number = (alert->week.days - alert_world_week(0).days) / 7;
        assert_true(list.rows[i].size < -0.6);
        assert_int_equal(alert->kind, week < 0 ? ALERT_SHOCK : ALERT_DRIFT_BELOW);
        assert_int_equal(number, week < 0 ? 44 : week == 44 ? 45 : week + 9);
        week = number;
    }
}

/* Where weeks hang together, coming back surprises as much as going away did: it is no alert. */
static void test_alert_refresh_coming_back_is_no_alert(void **state)
{
    struct alert_world *world = *state;
    for (int w = 0; w < WORLD_WEEKS_MAX; w++) {
        world->mood[DESK][w] = 3.6 + 0.2 * sin(0.7 * (double)w) + 0.02 * (double)(w * 5 % 7);
    }
    alert_world_shift(world, DESK, 46, 47, -1.5);
    alert_world_shift(world, DESK, 60, 63, 0.9);
    for (int w = 40; w <= 70; w++) {
        alert_world_live(world, w);
        refresh(world);
    }
    ARENA(arena);
    struct alert_list list;
    assert_ok(alert_list(&world->firm.appliance, world->teams[DESK], 0, &arena, &list));
    assert_true(list.count >= 2);
    for (size_t i = 0; i < list.count; i++) {
        const struct alert *alert = &list.rows[i].alert;
        int32_t number = (alert->week.days - alert_world_week(0).days) / 7;
        assert_true(number == 46 ? list.rows[i].size < -1.0 : list.rows[i].size > 0.3);
        assert_true(number == 46 || (number >= 60 && number < 63));
    }
}

/* The running week waits until it is over. */
static void test_alert_refresh_running_week_is_not_judged(void **state)
{
    struct alert_world *world = *state;
    alert_world_shift(world, DESK, 40, 41, -1.5);
    alert_world_live(world, 41);
    firm_at(&world->firm, firm_day(7 * 40 + 6), 12 * 60);
    refresh(world);
    ARENA(arena);
    assert_int_equal(alert_world_list(world, &arena).count, 0);
    firm_at(&world->firm, firm_day(7 * 41), 1);
    refresh(world);
    ARENA(again);
    struct alert_list list = alert_world_list(world, &again);
    assert_int_equal(count_of(&list, world->teams[DESK]), 1);
}

/* The Friday of week 40 is asked, and its box not yet opened when week 42 begins. */
static void leave_a_box(struct alert_world *world)
{
    struct date friday = firm_day(7 * 40 + 4);
    alert_world_shift(world, DESK, 40, 41, -1.5);
    alert_world_shift(world, SHOPS, 41, 42, -1.5);
    firm_ask(&world->firm, friday, (struct question_id){ 7 });
    firm_make(&world->firm, friday);
    alert_world_live(world, 42);
    refresh(world);
}

static struct date judged(struct alert_world *world)
{
    struct date monday;
    STORE_READ_AUTO struct store_txn *txn = NULL;
    assert_ok(store_read(world->firm.appliance.office, &txn));
    assert_ok(alert_judged_record_get(txn, &monday));
    return monday;
}

/* A week that lacks a day is not judged, nor what comes after it, until the day is counted. */
static void test_alert_refresh_waits_for_a_box(void **state)
{
    struct alert_world *world = *state;
    struct alert_chart chart;
    leave_a_box(world);
    ARENA(arena);
    assert_int_equal(alert_world_list(world, &arena).count, 0);
    assert_int_equal(judged(world).days, alert_world_week(39).days);
    struct alert whole = { .team = root, .baseline_weeks = 26, .limit = 3.5 };
    assert_ok(alert_chart_of(&world->firm.appliance, &whole, &arena, &chart));
    assert_int_equal(chart.weeks[chart.count - 1].monday.days, alert_world_week(39).days);
    firm_close(&world->firm, firm_day(7 * 40 + 4));
    firm_at(&world->firm, firm_day(7 * 42), 13 * 60);
    refresh(world);
    ARENA(again);
    struct alert_list list = alert_world_list(world, &again);
    assert_int_equal(judged(world).days, alert_world_week(41).days);
    assert_int_equal(count_of(&list, world->teams[DESK]), 1);
    assert_int_equal(count_of(&list, world->teams[SHOPS]), 1);
}

/* A box that is gone is waited for no longer; one that stays shut is given up after four weeks, and
 * what is found then is still news. */
static void test_alert_refresh_gives_up_a_lost_box(void **state)
{
    struct alert_world *world = *state;
    leave_a_box(world);
    alert_world_live(world, 41 + SETTLED_WAIT_WEEKS - 1);
    refresh(world);
    assert_int_equal(judged(world).days, alert_world_week(39).days);
    alert_world_live(world, 41 + SETTLED_WAIT_WEEKS);
    refresh(world);
    ARENA(arena);
    struct alert_list list = alert_world_list(world, &arena);
    assert_int_equal(find(&list, world->teams[DESK])->state, ALERT_OPEN);
}

/* The box is removed by hand, unopened. */
static void test_alert_refresh_goes_on_without_a_removed_box(void **state)
{
    struct alert_world *world = *state;
    leave_a_box(world);
    assert_int_equal(judged(world).days, alert_world_week(39).days);
    assert_ok(box_destroy(world->firm.appliance.folder.box,
                          (struct epoch_id){ firm_day(7 * 40 + 4) }));
    refresh(world);
    assert_int_equal(judged(world).days, alert_world_week(41).days);
}

/* A second evening over the same weeks writes nothing, and finds nothing else. */
static void test_alert_refresh_again_writes_nothing(void **state)
{
    struct alert_world *world = *state;
    struct store_status before;
    struct store_status after;
    fall(world);
    ARENA(arena);
    struct alert_list first = alert_world_list(world, &arena);
    store_status(world->firm.appliance.office, &before);
    refresh(world);
    store_status(world->firm.appliance.office, &after);
    assert_int_equal(before.jobs, after.jobs);
    ARENA(again);
    struct alert_list second = alert_world_list(world, &again);
    assert_int_equal(first.count, second.count);
    for (size_t i = 0; i < first.count; i++) {
        assert_memory_equal(&first.rows[i].alert, &second.rows[i].alert, sizeof(struct alert));
    }
}

/* Week by week gives the same alerts as all at once, only that none of them is old news. */
static void test_alert_refresh_every_week_is_the_same_as_once(void **state)
{
    struct alert_world *world = *state;
    void *other_state = NULL;
    assert_int_equal(alert_world_setup(&other_state), 0);
    struct alert_world *other = other_state;
    for (int i = 0; i < 2; i++) {
        struct alert_world *one = i == 0 ? world : other;
        alert_world_shift(one, OFFICE, 44, 90, -0.5);
        alert_world_shift(one, HOTLINE, 60, 61, 1.0);
    }
    for (int w = 1; w <= 90; w++) {
        alert_world_live(world, w);
        refresh(world);
    }
    alert_world_live(other, 90);
    refresh(other);
    ARENA(arena);
    struct alert_list weekly = alert_world_list(world, &arena);
    struct alert_list once = alert_world_list(other, &arena);
    assert_true(weekly.count > 4);
    assert_int_equal(weekly.count, once.count);
    for (size_t i = 0; i < weekly.count; i++) {
        const struct alert *alert = &weekly.rows[i].alert;
        bool is_there = false;
        for (size_t k = 0; k < once.count; k++) {
            const struct alert *same = &once.rows[k].alert;
            is_there = is_there ||
                       (same->team.value == alert->team.value && same->kind == alert->kind &&
                        date_equal(same->week, alert->week) && same->n == alert->n);
        }
        assert_true(is_there);
        assert_false(alert->is_past);
    }
    assert_int_equal(alert_world_teardown(&other_state), 0);
}

/* What was shown stays, though its week reads calmly today. */
static void test_alert_refresh_keeps_what_was_shown(void **state)
{
    struct alert_world *world = *state;
    alert_world_shift(world, DESK, 40, 41, -1.5);
    alert_world_live(world, 41);
    refresh(world);
    ARENA(arena);
    struct alert_list list = alert_world_list(world, &arena);
    struct alert before = find(&list, world->teams[DESK])->alert;
    alert_world_shift(world, DESK, 40, 41, 1.5);
    alert_world_rewrite(world, 40);
    alert_world_live(world, 42);
    refresh(world);
    ARENA(again);
    list = alert_world_list(world, &again);
    assert_int_equal(count_of(&list, world->teams[DESK]), 1);
    assert_memory_equal(&before, &find(&list, world->teams[DESK])->alert, sizeof before);
}

/* ---- Open and past ------------------------------------------------------------------------- */

/* The first look at an old history: what is older than eight weeks is no news. */
static void test_alert_refresh_old_history_is_past(void **state)
{
    struct alert_world *world = *state;
    alert_world_shift(world, DESK, 40, 41, -1.5);
    alert_world_shift(world, HOTLINE, 52, 53, -1.5);
    alert_world_shift(world, SHOPS, 51, 52, -1.5);
    alert_world_live(world, 60); /* 52 is the eighth of the weeks before, 51 the ninth */
    refresh(world);
    ARENA(arena);
    struct alert_list list = alert_world_list(world, &arena);
    assert_int_equal(find(&list, world->teams[DESK])->state, ALERT_PAST);
    assert_int_equal(find(&list, world->teams[SHOPS])->state, ALERT_PAST);
    assert_int_equal(find(&list, world->teams[HOTLINE])->state, ALERT_OPEN);
    assert_true(list.open >= 1 && list.rows[0].state == ALERT_OPEN);
    assert_int_equal(list.rows[list.open].state, ALERT_PAST);
}

/* An alert that nobody took note of is no longer open after a year, and still listed. */
static void test_alert_list_after_a_year_is_past(void **state)
{
    struct alert_world *world = *state;
    alert_world_shift(world, DESK, 40, 41, -1.5);
    alert_world_live(world, 41);
    refresh(world);
    alert_world_live(world, 40 + ALERT_OPEN_WEEKS);
    refresh(world);
    ARENA(arena);
    struct alert_list list = alert_world_list(world, &arena);
    assert_int_equal(find(&list, world->teams[DESK])->state, ALERT_OPEN);
    alert_world_live(world, 41 + ALERT_OPEN_WEEKS);
    refresh(world);
    ARENA(again);
    list = alert_world_list(world, &again);
    assert_int_equal(find(&list, world->teams[DESK])->state, ALERT_PAST);
}

/* Managers see what lies within their subtree; the most rows that were asked for are given. */
static void test_alert_list_keeps_to_scope_and_bound(void **state)
{
    struct alert_world *world = *state;
    struct alert_list list;
    size_t open = 0;
    alert_world_shift(world, DESK, 49, 50, -1.5);
    alert_world_shift(world, SHOPS, 49, 50, -1.5);
    alert_world_live(world, 50);
    refresh(world);
    ARENA(arena);
    const struct appliance *appliance = &world->firm.appliance;
    assert_ok(alert_list(appliance, world->service, 0, &arena, &list));
    assert_non_null(find(&list, world->teams[DESK]));
    assert_null(find(&list, world->teams[SHOPS]));
    assert_null(find(&list, root));
    assert_ok(alert_count_open(appliance, world->service, &open));
    assert_int_equal(open, list.open);
    assert_ok(alert_list(appliance, world->teams[HOTLINE], 0, &arena, &list));
    assert_int_equal(list.count, 0);
    struct alert_list all = alert_world_list(world, &arena);
    assert_true(all.count >= 2);
    assert_ok(alert_list(appliance, root, 1, &arena, &list));
    assert_int_equal(list.count, 1);
    assert_int_equal(list.left_out, all.count - 1);
    assert_int_equal(list.open, all.open);
}

/* ---- Taking note --------------------------------------------------------------------------- */

/* It stays listed with who, when and what; the earlier open ones of the team go with it, those
 * of other teams don't; the audit chain has it. */
static void test_alert_acknowledge_stays_listed(void **state)
{
    struct alert_world *world = *state;
    struct audit_entry entry;
    fall(world);
    ARENA(arena);
    struct alert_list list = alert_world_list(world, &arena);
    const struct alert_row *office = find(&list, world->teams[OFFICE]);
    size_t of_office = count_of(&list, world->teams[OFFICE]);
    assert_true(of_office >= 2);
    uint64_t before = audit_head(world, &entry);
    assert_ok(acknowledge(world, office->alert.id.value, root, "New rota", false));
    ARENA(again);
    struct alert_list after = alert_world_list(world, &again);
    assert_int_equal(after.count, list.count);
    assert_int_equal(after.open, list.open - of_office);
    for (size_t i = 0; i < after.count; i++) {
        const struct alert *alert = &after.rows[i].alert;
        bool is_office = alert->team.value == world->teams[OFFICE].value;
        bool is_it = alert->id.value == office->alert.id.value;
        assert_int_equal(after.rows[i].state, is_office ? ALERT_ACKNOWLEDGED : ALERT_OPEN);
        assert_int_equal(alert->acknowledged_s, is_office ? world->firm.now_s : 0);
        assert_string_equal(alert->acknowledged_by, is_office ? "anna" : "");
        assert_string_equal(alert->note, is_it ? "New rota" : "");
    }
    assert_int_equal(audit_head(world, &entry), before + 1);
    assert_string_equal(entry.action, "alert.acknowledge");
    assert_string_equal(entry.actor, "anna");
    assert_non_null(strstr(entry.detail, "Office"));
}

/* An older one alone leaves the newer open. */
static void test_alert_acknowledge_older_leaves_newer_open(void **state)
{
    struct alert_world *world = *state;
    fall(world);
    ARENA(arena);
    struct alert_list list = alert_world_list(world, &arena);
    struct alert oldest = { 0 };
    for (size_t i = 0; i < list.count; i++) {
        if (list.rows[i].alert.team.value == world->teams[OFFICE].value) {
            oldest = list.rows[i].alert;
        }
    }
    assert_ok(acknowledge(world, oldest.id.value, root, "", false));
    ARENA(again);
    assert_int_equal(alert_world_list(world, &again).open, list.open - 1);
}

/* A new baseline takes all open ones of the team with it and starts with the alert's week: no
 * alert for 26 weeks, although the old one would have gone on, and then the new usual holds. */
static void test_alert_acknowledge_new_baseline_starts_anew(void **state)
{
    struct alert_world *world = *state;
    fall(world);
    ARENA(arena);
    struct alert_list list = alert_world_list(world, &arena);
    struct alert oldest = { 0 };
    for (size_t i = 0; i < list.count; i++) {
        if (list.rows[i].alert.team.value == world->teams[OFFICE].value) {
            oldest = list.rows[i].alert;
        }
    }
    size_t of_office = count_of(&list, world->teams[OFFICE]);
    assert_ok(acknowledge(world, oldest.id.value, root, "", true));
    int start = (oldest.week.days - alert_world_week(0).days) / 7;
    alert_world_shift(world, OFFICE, start + 30, WORLD_WEEKS_MAX, 0.9);
    for (int w = 51; w <= start + 40; w++) {
        alert_world_live(world, w);
        refresh(world);
    }
    ARENA(again);
    list = alert_world_list(world, &again);
    const struct alert_row *office = find(&list, world->teams[OFFICE]);
    assert_int_equal(office->state, ALERT_OPEN);
    assert_true(office->size > 0.4);
    assert_true(office->alert.usual < 2.8);
    assert_int_equal(office->alert.baseline_first.days, oldest.week.days);
    for (size_t i = 0; i < list.count; i++) {
        const struct alert *alert = &list.rows[i].alert;
        if (alert->team.value == world->teams[OFFICE].value && alert->acknowledged_s == 0) {
            assert_true(alert->week.days >= alert_world_week(start + 30).days);
        }
    }
    assert_true(count_of(&list, world->teams[OFFICE]) > of_office);
    assert_ok(acknowledge(world, office->alert.id.value, root, "", true));
}

static dp_err put_job(struct store_txn *txn, void *context)
{
    return alert_record_put(txn, context);
}

/* A past one is refused, with a new baseline and without; and one that got open again by the hand of
 * somebody can't begin a baseline before one that has been begun. */
static void test_alert_acknowledge_past_is_a_conflict(void **state)
{
    struct alert_world *world = *state;
    alert_world_shift(world, DESK, 30, 31, -1.5); /* past, so it is not taken along */
    alert_world_shift(world, DESK, 49, 50, 1.5);
    alert_world_live(world, 50);
    refresh(world);
    ARENA(arena);
    struct alert_list list = alert_world_list(world, &arena);
    const struct alert_row *newest = find(&list, world->teams[DESK]);
    struct alert past = { 0 };
    for (size_t i = 0; i < list.count; i++) {
        const struct alert_row *row = &list.rows[i];
        if (row->state == ALERT_PAST && row->alert.team.value == world->teams[DESK].value) {
            past = row->alert;
        }
    }
    assert_true(past.id.value != 0 && newest->state == ALERT_OPEN);
    assert_err(acknowledge(world, past.id.value, root, "", true), DP_CONFLICT);
    assert_err(acknowledge(world, past.id.value, root, "", false), DP_CONFLICT);
    assert_ok(acknowledge(world, newest->alert.id.value, root, "", true));
    past.is_past = false;
    assert_ok(store_write(world->firm.appliance.office, put_job, &past));
    assert_err(acknowledge(world, past.id.value, root, "", true), DP_CONFLICT);
    assert_ok(acknowledge(world, past.id.value, root, "", false));
}

/* An alert that nobody took note of for a year is past, too. */
static void test_alert_acknowledge_after_a_year_is_a_conflict(void **state)
{
    struct alert_world *world = *state;
    alert_world_shift(world, DESK, 40, 41, -1.5);
    alert_world_live(world, 41);
    refresh(world);
    ARENA(arena);
    struct alert_list list = alert_world_list(world, &arena);
    uint32_t id = find(&list, world->teams[DESK])->alert.id.value;
    alert_world_live(world, 41 + ALERT_OPEN_WEEKS);
    refresh(world);
    assert_err(acknowledge(world, id, root, "", true), DP_CONFLICT);
    ARENA(again);
    list = alert_world_list(world, &again);
    const struct alert_row *desk = NULL;
    for (size_t i = 0; i < list.count; i++) {
        desk = list.rows[i].alert.id.value == id ? &list.rows[i] : desk;
    }
    assert_non_null(desk);
    assert_int_equal(desk->state, ALERT_PAST);
    assert_int_equal(desk->alert.acknowledged_s, 0);
}

/* ---- Other questions ----------------------------------------------------------------------- */

/* A team that closed keeps its alerts, gets no new ones, and the sums go on without it. */
static void test_alert_refresh_closed_team_gets_no_new_ones(void **state)
{
    struct alert_world *world = *state;
    fall(world);
    ARENA(arena);
    struct alert_list before = alert_world_list(world, &arena);
    size_t of_office = count_of(&before, world->teams[OFFICE]);
    alert_world_close(world, OFFICE);
    alert_world_live(world, 70);
    refresh(world);
    ARENA(again);
    struct alert_list after = alert_world_list(world, &again);
    assert_int_equal(count_of(&after, world->teams[OFFICE]), of_office);
    assert_true(find(&after, world->teams[OFFICE])->name.len > 0);
}

static bool was(struct alert_world *world, struct team_id team, int from, int to)
{
    bool was_one = false;
    STORE_READ_AUTO struct store_txn *txn = NULL;
    assert_ok(store_read(world->firm.appliance.office, &txn));
    assert_ok(
        alert_was_between(txn, team, alert_world_week(from), alert_world_week(to), &was_one));
    return was_one;
}

/* In the team, above it or beneath it; both ends of the weeks belong to them. */
static void test_alert_was_between_counts_the_branch(void **state)
{
    struct alert_world *world = *state;
    assert_false(was(world, root, 0, 100));
    alert_world_shift(world, DESK, 40, 41, -0.5);
    alert_world_live(world, 41);
    refresh(world);
    ARENA(arena);
    struct alert_list list = alert_world_list(world, &arena);
    assert_null(find(&list, root)); /* too small a part of the whole */
    assert_null(find(&list, world->service));
    assert_true(was(world, world->teams[DESK], 40, 40));
    assert_true(was(world, world->service, 36, 40));
    assert_true(was(world, root, 40, 44));
    assert_false(was(world, world->teams[DESK], 36, 39));
    assert_false(was(world, world->teams[DESK], 41, 44));
    assert_false(was(world, world->teams[HOTLINE], 36, 44));
    assert_false(was(world, world->teams[OFFICE], 36, 44));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ALERT_TEST(test_alert_list_unknown_scope_is_not_found),
        ALERT_TEST(test_alert_acknowledge_refuses),
        ALERT_TEST(test_alert_acknowledge_of_the_whole_is_not_a_managers),
        ALERT_TEST(test_alert_acknowledge_note_has_bounds),
        ALERT_TEST(test_alert_refresh_calm_raises_nothing),
        ALERT_TEST(test_alert_refresh_fall_is_raised),
        ALERT_TEST(test_alert_refresh_single_week_is_a_shock),
        ALERT_TEST(test_alert_refresh_lasting_move_is_not_repeated),
        ALERT_TEST(test_alert_refresh_coming_back_is_no_alert),
        ALERT_TEST(test_alert_refresh_running_week_is_not_judged),
        ALERT_TEST(test_alert_refresh_waits_for_a_box),
        ALERT_TEST(test_alert_refresh_gives_up_a_lost_box),
        ALERT_TEST(test_alert_refresh_goes_on_without_a_removed_box),
        ALERT_TEST(test_alert_refresh_again_writes_nothing),
        ALERT_TEST(test_alert_refresh_every_week_is_the_same_as_once),
        ALERT_TEST(test_alert_refresh_keeps_what_was_shown),
        ALERT_TEST(test_alert_refresh_old_history_is_past),
        ALERT_TEST(test_alert_list_after_a_year_is_past),
        ALERT_TEST(test_alert_list_keeps_to_scope_and_bound),
        ALERT_TEST(test_alert_acknowledge_stays_listed),
        ALERT_TEST(test_alert_acknowledge_older_leaves_newer_open),
        ALERT_TEST(test_alert_acknowledge_new_baseline_starts_anew),
        ALERT_TEST(test_alert_acknowledge_past_is_a_conflict),
        ALERT_TEST(test_alert_acknowledge_after_a_year_is_a_conflict),
        ALERT_TEST(test_alert_refresh_closed_team_gets_no_new_ones),
        ALERT_TEST(test_alert_was_between_counts_the_branch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
