/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "app/survey/people.h"
#include "storage/audit_record.h"
#include "tests/support/support.h"
#include "tests/unit/service/correction_world.h"

enum { ARENA_BYTES = 16 << 20 };

static int setup(void **state)
{
    *state = world_start();
    return 0;
}

static int teardown(void **state)
{
    world_end(*state);
    return 0;
}

static dp_err add(struct world *world, struct correction *correction,
                  struct dp_problem *problem)
{
    *problem = (struct dp_problem){ 0 };
    return correction_add(&world->firm.appliance, correction, "hr", problem);
}

/* Refused with a sentence that holds `word`, and nothing is listed. */
static void refused(struct world *world, struct correction correction, enum dp_code code,
                    const char *word)
{
    struct dp_problem problem;
    const struct correction *list = NULL;
    size_t count = 0;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    assert_err(add(world, &correction, &problem), code);
    if (strstr(problem.sentence, word) == NULL) {
        fail_msg("'%s' does not say '%s'", problem.sentence, word);
    }
    assert_ok(correction_list(&world->firm.appliance, (struct team_id){ TEAM_ROOT }, &arena,
                              &list, &count));
    assert_int_equal(count, 0);
}

static void fill(char *out, const char *character, size_t count)
{
    size_t bytes = strlen(character);
    for (size_t i = 0; i < count; i++) {
        memcpy(out + i * bytes, character, bytes + 1);
    }
}

/* Limits count characters, whatever they take in bytes; one more is refused and the sentence says
 * how many there may be. */
static void test_correction_add_longest_words_are_stored_whole(void **state)
{
    struct world *world = *state;
    struct dp_problem problem;
    const struct correction *list = NULL;
    size_t count = 0;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct correction good = world_correction(world);
    fill(good.title, "\xf0\x9f\x92\xac", CORRECTION_TITLE_CHARACTERS);
    fill(good.what, "\xf0\x9f\x92\xac", CORRECTION_WHAT_CHARACTERS);
    struct correction bad = good;
    fill(bad.title, "t", CORRECTION_TITLE_CHARACTERS + 1);
    refused(world, bad, DP_TOO_LONG, "at most 100 characters");
    bad = good;
    fill(bad.what, "\xc3\xbc", CORRECTION_WHAT_CHARACTERS + 1);
    refused(world, bad, DP_TOO_LONG, "900");
    assert_ok(add(world, &good, &problem));
    assert_ok(correction_list(&world->firm.appliance, (struct team_id){ TEAM_ROOT }, &arena,
                              &list, &count));
    assert_int_equal(count, 1);
    assert_string_equal(list[0].title, good.title);
    assert_string_equal(list[0].what, good.what);
}

/* Every mistake has its sentence. */
static void test_correction_add_mistakes_are_refused(void **state)
{
    struct world *world = *state;
    struct correction good = world_correction(world);
    struct correction bad = good;
    snprintf(bad.title, sizeof bad.title, "  ");
    refused(world, bad, DP_INVALID, "title");
    bad = good;
    snprintf(bad.what, sizeof bad.what, "\xff");
    refused(world, bad, DP_INVALID, "UTF-8");
    static const char *const lines[] = { "a\nb", "a\x1b[2J", "a\x7f", "a\xc2\x9b" };
    for (int i = 0; i < 4; i++) {
        bad = good;
        snprintf(bad.title, sizeof bad.title, "%s", lines[i]);
        refused(world, bad, DP_INVALID, "one line");
        bad = good;
        snprintf(bad.what, sizeof bad.what, "%s", lines[i]);
        if (i > 0) {
            refused(world, bad, DP_INVALID, "control");
        }
    }
    bad = good;
    bad.category = CORRECTION_CATEGORY_COUNT;
    refused(world, bad, DP_INVALID, "category");
    bad = good;
    bad.target = CORRECTION_ON_THEME;
    snprintf(bad.expected, sizeof bad.expected, "anchor");
    refused(world, bad, DP_INVALID, "theme 'anchor'");
    snprintf(bad.expected, sizeof bad.expected, "mood");
    refused(world, bad, DP_INVALID, "theme 'mood'");
    bad.target = CORRECTION_ON_OUTCOME;
    refused(world, bad, DP_INVALID, "metric 'mood'");
    bad.expected[0] = '\0';
    refused(world, bad, DP_INVALID, "metric");
}

/* Teams: unknown, twice, one beneath another, too many. */
static void test_correction_add_wrong_teams_are_refused(void **state)
{
    struct world *world = *state;
    struct correction good = world_correction(world);
    struct correction bad = good;
    bad.teams[1].value = 999;
    refused(world, bad, DP_NOT_FOUND, "team");
    bad = good;
    bad.teams[2] = bad.teams[0];
    refused(world, bad, DP_INVALID, "twice");
    bad = good;
    bad.teams[1] = firm_team_id(&world->firm, "Service");
    refused(world, bad, DP_INVALID, "beneath");
    bad.teams[0] = (struct team_id){ TEAM_ROOT };
    refused(world, bad, DP_INVALID, "beneath");
    bad = good;
    bad.team_count = CORRECTION_TEAMS_MAX + 1;
    refused(world, bad, DP_INVALID, "64");
}

/* A start before the programme, or more than a year ahead; the ends themselves are fine. */
static void test_correction_add_start_out_of_range_is_refused(void **state)
{
    struct world *world = *state;
    struct dp_problem problem;
    struct correction correction = world_correction(world);
    firm_at(&world->firm, firm_day(3), 600);
    correction.start = firm_day(-1);
    refused(world, correction, DP_OUT_OF_RANGE, "2026-03-02");
    correction.start = firm_day(3 + 367);
    refused(world, correction, DP_OUT_OF_RANGE, "year");
    correction.start = firm_day(3 + 366);
    assert_ok(add(world, &correction, &problem));
    correction.start = firm_day(0);
    assert_ok(add(world, &correction, &problem));
}

struct filling {
    struct correction correction;
    uint32_t count;
};

static dp_err fill_job(struct store_txn *txn, void *context)
{
    struct filling *filling = context;
    for (uint32_t i = 1; i <= filling->count; i++) {
        filling->correction.id.value = 100000 + i;
        DP_TRY(correction_record_put(txn, &filling->correction));
    }
    return DP_SUCCESS;
}

/* One more than there is room for. */
static void test_correction_add_full_list_is_refused(void **state)
{
    struct world *world = *state;
    struct dp_problem problem;
    struct filling filling = { world_correction(world), CORRECTION_LIST_MAX - 1 };
    assert_ok(store_write(world->firm.appliance.office, fill_job, &filling));
    struct correction correction = world_correction(world);
    assert_ok(add(world, &correction, &problem));
    assert_err(add(world, &correction, &problem), DP_FULL);
    assert_non_null(strstr(problem.sentence, "full"));
}

/* Id, time, actor and the audit chain are filled in; the root alone is the whole organisation.
 * */
static void test_correction_add_is_stamped_and_audited(void **state)
{
    struct world *world = *state;
    struct dp_problem problem;
    struct audit_entry head;
    struct correction correction = world_correction(world);
    correction.team_count = 1;
    correction.teams[0] = (struct team_id){ TEAM_ROOT };
    correction.withdrawn_s = 5;
    firm_at(&world->firm, firm_day(10), 600);
    assert_ok(add(world, &correction, &problem));
    assert_int_equal(correction.id.value, 1);
    assert_int_equal(correction.registered_s, world->firm.now_s);
    assert_int_equal(correction.withdrawn_s, 0);
    assert_int_equal(correction.team_count, 0);
    assert_string_equal(correction.actor, "hr");
    assert_string_equal(correction.expected, "index");
    STORE_READ_AUTO struct store_txn *txn = NULL;
    assert_ok(store_read(world->firm.appliance.office, &txn));
    assert_ok(audit_record_head(txn, &head));
    assert_string_equal(head.action, "correction.add");
    assert_string_equal(head.actor, "hr");
    assert_non_null(strstr(head.detail, correction.title));
}

/* No such entry, no reason, too long a reason, twice. */
static void test_correction_withdraw_mistakes_are_refused(void **state)
{
    struct world *world = *state;
    const struct appliance *appliance = &world->firm.appliance;
    struct dp_problem problem = { 0 };
    char longest[CORRECTION_WHY_MAX + 4];
    fill(longest, "\xf0\x9f\x92\xac", CORRECTION_WHY_CHARACTERS + 1);
    struct correction correction = world_correction(world);
    struct correction_id id = world_enter(world, &correction);
    struct correction_id other = { id.value + 1 };
    assert_err(correction_withdraw(appliance, other, STR("typo"), "hr", &problem),
               DP_NOT_FOUND);
    assert_err(correction_withdraw(appliance, id, STR(" "), "hr", &problem), DP_INVALID);
    assert_non_null(strstr(problem.sentence, "why"));
    assert_err(correction_withdraw(appliance, id, str_of(longest), "hr", &problem),
               DP_TOO_LONG);
    assert_non_null(strstr(problem.sentence, "200"));
    longest[0] = 'x'; /* so that the audit entry would be cut within a character */
    fill(longest + 1, "\xf0\x9f\x92\xac", CORRECTION_WHY_CHARACTERS - 1);
    assert_ok(correction_withdraw(appliance, id, str_of(longest), "hr", &problem));
    assert_err(correction_withdraw(appliance, id, STR("again"), "hr", &problem), DP_CONFLICT);
}

/* What is withdrawn stays, with its reason, in list and audit chain. */
static void test_correction_withdraw_keeps_the_entry(void **state)
{
    struct world *world = *state;
    const struct appliance *appliance = &world->firm.appliance;
    const struct correction *list = NULL;
    size_t count = 0;
    struct dp_problem problem = { 0 };
    struct audit_entry head;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct correction correction = world_correction(world);
    struct correction_id id = world_enter(world, &correction);
    assert_ok(correction_withdraw(appliance, id, STR(" wrong team "), "anna", &problem));
    assert_ok(correction_list(appliance, (struct team_id){ TEAM_ROOT }, &arena, &list, &count));
    assert_int_equal(count, 1);
    assert_string_equal(list[0].withdrawn_why, "wrong team");
    assert_int_equal(list[0].withdrawn_s, world->firm.now_s);
    STORE_READ_AUTO struct store_txn *txn = NULL;
    assert_ok(store_read(appliance->office, &txn));
    assert_ok(audit_record_head(txn, &head));
    assert_string_equal(head.action, "correction.withdraw");
    assert_string_equal(head.actor, "anna");
}

static size_t listed_for(struct world *world, struct team_id scope)
{
    const struct correction *list = NULL;
    size_t count = 0;
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    assert_ok(correction_list(&world->firm.appliance, scope, &arena, &list, &count));
    for (size_t i = 1; i < count; i++) {
        assert_true(list[i].start.days <= list[i - 1].start.days);
    }
    return count;
}

/* A manager sees what touches the own subtree: above it, in it, beneath it; newest first. */
static void test_correction_list_is_cut_to_the_scope(void **state)
{
    struct world *world = *state;
    const struct correction *list = NULL;
    size_t count = 0;
    ARENA_AUTO struct arena tiny = arena_new(1);
    struct correction one = world_correction(world); /* North, South, East */
    struct correction sales = one;
    sales.team_count = 1;
    sales.teams[0] = firm_team_id(&world->firm, "Sales");
    sales.start = firm_day(7 * 40);
    struct correction whole = one;
    whole.team_count = 0;
    whole.start = firm_day(7 * 20);
    world_enter(world, &one);
    world_enter(world, &sales);
    assert_int_equal(listed_for(world, (struct team_id){ TEAM_ROOT }), 2);
    assert_int_equal(listed_for(world, world->teams[4]), 1);
    assert_int_equal(listed_for(world, world->teams[0]), 1);
    assert_int_equal(listed_for(world, firm_team_id(&world->firm, "Service")), 1);
    assert_int_equal(listed_for(world, world->teams[3]), 0);
    world_enter(world, &whole);
    assert_int_equal(listed_for(world, world->teams[3]), 1);
    assert_int_equal(listed_for(world, (struct team_id){ TEAM_ROOT }), 3);
    assert_err(correction_list(&world->firm.appliance, world->teams[3], &tiny, &list, &count),
               DP_NO_MEMORY);
}

/* As many as the list may hold: they all come, in room for those that touch the scope alone; the
 * overview counts what belongs together and draws nothing. */
static void test_correction_list_and_overview_of_full_list(void **state)
{
    struct world *world = *state;
    const struct correction *list = NULL;
    const struct correction_report *reports = NULL;
    size_t count = 0;
    struct filling filling = { world_correction(world), CORRECTION_LIST_MAX };
    ARENA_AUTO struct arena tiny = arena_new(4096 + sizeof(struct correction));
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    snprintf(filling.correction.expected, sizeof filling.correction.expected, "index");
    world_imagine(world, 0.8);
    world_live(world, 40);
    assert_ok(store_write(world->firm.appliance.office, fill_job, &filling));
    assert_int_equal(listed_for(world, (struct team_id){ TEAM_ROOT }), CORRECTION_LIST_MAX);
    assert_ok(correction_list(&world->firm.appliance, firm_team_id(&world->firm, "Sales"), &tiny,
                              &list, &count));
    assert_int_equal(count, 0);
    assert_ok(correction_overview(&world->firm.appliance, &arena, &reports, &count));
    assert_int_equal(count, CORRECTION_LIST_MAX);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(reports[i].together_count, CORRECTION_LIST_MAX - 1);
        assert_null(reports[i].together);
        assert_int_equal(reports[i].effect_count, 1);
        assert_null(reports[i].effects[0].points);
    }
}

/* What it was expected to do, as a subject for words; categories by their codes. */
static void test_correction_subject_and_codes(void **state)
{
    struct world *world = *state;
    struct metric metric;
    struct correction_subject subject;
    enum correction_category category;
    struct correction correction = world_correction(world);
    correction.target = CORRECTION_ON_OUTCOME;
    snprintf(correction.expected, sizeof correction.expected, WORLD_METRIC);
    assert_ok(correction_subject(&world->firm.appliance, &correction, &metric, &subject));
    assert_string_equal(subject.metric->name[LANGUAGE_EN], "One-call resolution");
    correction.target = CORRECTION_ON_THEME;
    snprintf(correction.expected, sizeof correction.expected, "voice");
    assert_ok(correction_subject(&world->firm.appliance, &correction, &metric, &subject));
    assert_int_equal(subject.theme, THEME_VOICE);
    assert_err(correction_category_parse(STR("fun"), &category), DP_INVALID);
    for (int i = 0; i < CORRECTION_CATEGORY_COUNT; i++) {
        const char *code = correction_category_code((enum correction_category)i);
        assert_ok(correction_category_parse(str_of(code), &category));
        assert_int_equal(category, i);
    }
}

/* Nothing, a prefix alone, another spelling or a code that is too long is refused; what is spelled
 * is read back the same. */
static void test_correction_target_is_spelled_one_way(void **state)
{
    static const char *const wrong[] = { "", "theme:", "metric:", "voice", "outcome:waiting_time",
                                         "index:x", "Index" };
    static const struct {
        enum correction_target target;
        const char *code;
        const char *name;
    } cases[] = { { CORRECTION_ON_INDEX, "index", "index" },
                  { CORRECTION_ON_THEME, "voice", "theme:voice" },
                  { CORRECTION_ON_OUTCOME, "waiting_time", "metric:waiting_time" } };
    char longest[CODE_MAX + 8] = "metric:";
    ARENA_AUTO struct arena arena = arena_new(ARENA_BYTES);
    struct correction read;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_err(correction_target_parse(str_of(wrong[i]), &read), DP_INVALID);
    }
    memset(longest + 7, 'c', CODE_MAX);
    assert_err(correction_target_parse(str_of(longest), &read), DP_INVALID);
    longest[7 + CODE_MAX - 1] = '\0';
    assert_ok(correction_target_parse(str_of(longest), &read));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str name = correction_target_name(&arena, cases[i].target, cases[i].code);
        assert_true(str_equal(name, str_of(cases[i].name)));
        assert_ok(correction_target_parse(name, &read));
        assert_int_equal(read.target, cases[i].target);
        assert_string_equal(read.expected, cases[i].code);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_correction_add_longest_words_are_stored_whole),
        TEST(test_correction_add_mistakes_are_refused),
        TEST(test_correction_add_wrong_teams_are_refused),
        TEST(test_correction_add_start_out_of_range_is_refused),
        TEST(test_correction_add_full_list_is_refused),
        TEST(test_correction_add_is_stamped_and_audited),
        TEST(test_correction_withdraw_mistakes_are_refused),
        TEST(test_correction_withdraw_keeps_the_entry),
        TEST(test_correction_list_is_cut_to_the_scope),
        TEST(test_correction_list_and_overview_of_full_list),
        TEST(test_correction_subject_and_codes),
        TEST(test_correction_target_is_spelled_one_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
