/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/service/theme/theme.h"
#include "storage/cell_record.h"
#include "tests/support/htmlcheck.h"
#include "tests/support/support.h"
#include "tests/unit/service/theme_world.h"
#include "web/pages/pages.h"
#include "web/pages/services.h"

/*
 * The themes' pages by their real addresses, on a company whose moods and customers are known: what each
 * kind of visitor gets to see before there is anything, in the first weeks and later, and what nobody does.
 */

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum {
    ARENA_MAX = 1 << 20, /* as the server gives */
    BODY_MAX = 4 << 20,
    PATH_MAX_BYTES = 128,
    FEW = 3,        /* fortnights: themes have figures, no link can be looked at */
    FORTNIGHTS = 44 /* enough for links */
};

static const struct secret_key key = { { 7 } };
static const struct str languages[] = { STR_INIT("en"), STR_INIT("de") };

/* ---- One visit ------------------------------------------------------------------------------------ */

struct stage {
    struct theme_world *world;
    struct services services;
    struct account_session account;
    unsigned role;
    struct str language;
    int status;
    struct buf body;
};

static dp_err find_session(void *context, const struct request *request,
                           struct session_view *view)
{
    const struct stage *stage = context;
    (void)request;
    *view = (struct session_view){ .role = stage->role,
                                   .name = STR("somebody"),
                                   .language = stage->language,
                                   .csrf_subject = STR("a session"),
                                   .detail = &stage->account };
    return DP_SUCCESS;
}

static void visit(struct stage *stage, const char *path, const char *query)
{
    char why[HTMLCHECK_WHY_MAX];
    struct buf storage BUF_AUTO = buf_new(BODY_MAX);
    struct arena arena ARENA_AUTO = arena_new(ARENA_MAX);
    struct response response = response_new(BODY_MAX);
    struct request request = { .method = METHOD_GET,
                               .path = str_of(path),
                               .query = str_of(query),
                               .host = STR("box.example"),
                               .storage = &storage,
                               .arena = &arena };
    struct routes routes = { .services = &stage->services,
                             .clock = stage->world->firm.appliance.clock,
                             .sessions = { find_session, stage },
                             .csrf_key = key,
                             .languages = languages,
                             .language_count = COUNT(languages),
                             .login_path = "/login",
                             .error_page = page_error };
    routes.rows = pages_rows(&routes.row_count);
    routes_serve(&routes, &request, &response);
    stage->status = response.status;
    buf_clear(&stage->body);
    buf_add(&stage->body, buf_str(&response.body));
    buf_add_char(&stage->body, '\0');
    assert_ok(buf_finish(&stage->body));
    response_free(&response);
    if (!htmlcheck(str_of(stage->body.data), why)) {
        fail_msg("%s?%s: %s", path, query, why);
    }
}

static void visit_team(struct stage *stage, const char *path, struct team_id team)
{
    char query[PATH_MAX_BYTES];
    snprintf(query, sizeof query, "team=%u", team.value);
    visit(stage, path, query);
}

static bool says(const struct stage *stage, const char *words)
{
    return strstr(stage->body.data, words) != NULL;
}

static void must_say(const struct stage *stage, const char *words)
{
    if (!says(stage, words)) {
        fail_msg("the page does not say '%s':\n%s", words, stage->body.data);
    }
}

static void must_not_say(const struct stage *stage, const char *words)
{
    if (says(stage, words)) {
        fail_msg("the page says '%s':\n%s", words, stage->body.data);
    }
}

static int setup(void **state)
{
    struct stage *stage = mem_new(1, sizeof *stage);
    assert_non_null(stage);
    stage->world = theme_world_start();
    stage->services.appliance = &stage->world->firm.appliance;
    stage->role = ROLE_HR;
    stage->account.account.role = ACCOUNT_HR;
    stage->body = buf_new(BODY_MAX);
    *state = stage;
    return 0;
}

static int teardown(void **state)
{
    struct stage *stage = *state;
    theme_world_end(stage->world);
    buf_free(&stage->body);
    mem_free(stage);
    return 0;
}

static void become_manager(struct stage *stage, struct team_id team)
{
    stage->role = ROLE_MANAGER;
    stage->account.account.role = ACCOUNT_MANAGER;
    stage->account.account.team = team;
}

/* Customers' satisfaction follows "serving customers" by a fortnight; all else is chance. */
static void live(struct stage *stage, int32_t fortnights)
{
    theme_world_imagine(stage->world);
    theme_world_follow(stage->world, 0, THEME_CUSTOMERS, 1);
    theme_world_live(stage->world, fortnights);
}

static void evening(struct stage *stage)
{
    assert_ok(theme_refit(&stage->world->firm.appliance));
    assert_ok(theme_refresh(&stage->world->firm.appliance));
}

/* Turns what a team said of a theme in the newest fortnight into a cell of too few. */
static void hide(struct stage *stage, int team, enum theme theme)
{
    int32_t fortnight = stage->world->fortnights - 1;
    struct cell cell = { .unit = stage->world->units[team],
                         .period_kind = PERIOD_DAY,
                         .period_start = theme_world_day(theme, fortnight),
                         .question = theme_world_question(stage->world, theme, fortnight),
                         .question_version = 1,
                         .status = CELL_HIDDEN,
                         .headcount = 24 };
    firm_put_cell(&stage->world->firm, &cell);
}

/* ---- Nothing yet ---------------------------------------------------------------------------------- */

/* Before the first evening each page says that there is nothing, and draws nothing. */
static void test_page_themes_without_figures_says_so(void **state)
{
    struct stage *stage = *state;
    visit(stage, "/themes", "");
    assert_int_equal(stage->status, 200);
    must_say(stage, "No fortnight with theme questions is over yet.");
    must_not_say(stage, "<figure");
    visit(stage, "/themes/voice", "");
    assert_int_equal(stage->status, 200);
    must_say(stage, "No fortnight of this team has a figure for this theme yet.");
    must_say(stage, "not asked yet");
    must_not_say(stage, "<svg class=\"plot");
    visit(stage, "/themes/links", "");
    assert_int_equal(stage->status, 200);
    must_say(stage, "No outcomes yet");
}

/* What is no theme, no outcome, no team or not one's own is refused. */
static void test_page_theme_unknown_or_foreign_is_refused(void **state)
{
    struct stage *stage = *state;
    live(stage, FEW);
    static const char *const none[] = { "/themes/anchor", "/themes/nothing", "/themes/voice/x" };
    for (size_t i = 0; i < COUNT(none); i++) {
        visit(stage, none[i], "");
        assert_int_equal(stage->status, 404);
    }
    visit(stage, "/themes/voice", "team=4711");
    assert_int_equal(stage->status, 404);
    visit(stage, "/themes/voice", "team=many");
    assert_int_equal(stage->status, 400);
    visit(stage, "/themes/links", "metric=nothing");
    assert_int_equal(stage->status, 404);
    visit(stage, "/themes/links", "metric=csat_mean&source=nobody");
    assert_int_equal(stage->status, 404);
    become_manager(stage, stage->world->field);
    visit_team(stage, "/themes/voice", stage->world->teams[0]);
    assert_int_equal(stage->status, 403);
    visit(stage, "/themes/links", "");
    assert_int_equal(stage->status, 403);
}

/* ---- The map -------------------------------------------------------------------------------------- */

/* Every team is there, a hidden figure has its mark and its reason, the small teams say with whom they
 * answer, and the tiniest have no figure. */
static void test_page_themes_map_has_every_team_and_every_reason(void **state)
{
    struct stage *stage = *state;
    live(stage, FEW);
    evening(stage);
    hide(stage, 1, THEME_VOICE);
    visit(stage, "/themes", "");
    assert_int_equal(stage->status, 200);
    static const char *const teams[] = { "North", "South", "East", "West", "Field", "Lab", "Van",
                                         "Tiny", "Mini" };
    for (size_t i = 0; i < COUNT(teams); i++) {
        must_say(stage, teams[i]);
    }
    must_say(stage, "title=\"Fewer than 5 people answered\">&lt; 5</td>");
    must_say(stage, "answers with: ");
    must_say(stage, "Too small for a figure of its own");
    must_say(stage, ",</span> n\xc2\xa0");
    must_say(stage, "href=\"/themes/links\"");
    stage->language = STR("de");
    visit(stage, "/themes", "");
    must_say(stage, "Weniger als 5 Personen haben geantwortet");
    must_say(stage, "Wo jedes Team bei den sechs Themen steht");
}

/* Until the first fit the page says that the figures are plain means. */
static void test_page_themes_before_a_fit_says_not_adjusted(void **state)
{
    struct stage *stage = *state;
    live(stage, FEW);
    visit(stage, "/themes", "");
    must_say(stage, "until then the figures are plain means");
    live(stage, QUESTION_PER_THEME + 2);
    evening(stage);
    visit(stage, "/themes", "");
    must_not_say(stage, "plain means");
    must_say(stage, "taken out of every answer");
}

/* A manager sees the own part and not a word of the others. */
static void test_page_themes_manager_sees_the_own_part_alone(void **state)
{
    struct stage *stage = *state;
    live(stage, FEW);
    become_manager(stage, stage->world->field);
    visit(stage, "/themes", "");
    must_say(stage, "Lab");
    must_not_say(stage, "North");
    must_not_say(stage, "Whole organisation");
    must_not_say(stage, "/themes/links");
    become_manager(stage, stage->world->weekly[0]);
    visit(stage, "/themes", "");
    must_say(stage, "Answers together with teams outside your part of the organisation");
    must_not_say(stage, "Van");
    visit(stage, "/themes/voice", "");
    must_say(stage, "together with teams outside your part of the organisation");
    must_not_say(stage, "<svg class=\"plot");
}

/* ---- One theme ------------------------------------------------------------------------------------ */

/* The line, the level in words, raw means beside the adjusted ones, and how hard each question is. */
static void test_page_theme_shows_line_raw_means_and_questions(void **state)
{
    struct stage *stage = *state;
    live(stage, FORTNIGHTS);
    evening(stage);
    visit_team(stage, "/themes/voice", stage->world->teams[0]);
    assert_int_equal(stage->status, 200);
    must_say(stage, "Voice and trust: North");
    must_say(stage, "it stood at ");
    must_say(stage, "Raw mean");
    must_say(stage, "Asked in ");
    must_say(stage, "adjusted by ");
    must_say(stage, "Agreement is the bad end here");
    visit_team(stage, "/themes/voice", stage->world->weekly[0]);
    must_say(stage, "so the figures here are those of: ");
    must_not_say(stage, "Voice and trust: Field/Lab");
    visit_team(stage, "/themes/voice", stage->world->tiny);
    must_say(stage, "too small for a figure of its own");
}

/* A manager sees the line and the wordings; neither raw means nor what is usual in the organisation. */
static void test_page_theme_manager_sees_no_usual_answers(void **state)
{
    struct stage *stage = *state;
    live(stage, FORTNIGHTS);
    evening(stage);
    visit(stage, "/themes", "");
    must_say(stage, "Usually get ");
    visit_team(stage, "/themes/voice", stage->world->teams[0]);
    must_say(stage, "Usual answers");
    must_not_say(stage, "taken from the whole organisation");
    become_manager(stage, stage->world->teams[0]);
    visit(stage, "/themes", "");
    must_say(stage, "What is usual is taken from the whole organisation");
    must_not_say(stage, "Usually get ");
    visit(stage, "/themes/voice", "");
    assert_int_equal(stage->status, 200);
    must_say(stage, "it stood at ");
    must_say(stage, "Figures and remarks");
    must_say(stage, "Agreement is the bad end here");
    must_say(stage, "What is usual is taken from the whole organisation");
    must_not_say(stage, "Raw mean");
    must_not_say(stage, "Asked in ");
    must_not_say(stage, "Usual answers");
    must_not_say(stage, "adjusted by ");
    stage->language = STR("de");
    visit(stage, "/themes/voice", "");
    must_say(stage, "aus den Antworten der ganzen Organisation");
    must_not_say(stage, "Roher Mittelwert");
}

/* A question asked once is named as such, at its fortnight and in the list. */
static void test_page_theme_question_asked_once_is_marked(void **state)
{
    struct stage *stage = *state;
    stage->world->is_single[THEME_VOICE] = true;
    live(stage, FORTNIGHTS);
    evening(stage);
    visit(stage, "/themes/voice", "");
    must_say(stage, "1 fortnight includes a question asked only once");
    must_say(stage, "Includes a question asked only once.");
    must_say(stage, "asked in one week only, so not adjusted");
    visit(stage, "/themes/growth", "");
    must_not_say(stage, "asked only once");
}

/* ---- Themes and outcomes -------------------------------------------------------------------------- */

/* Too early and before the first look there are words alone. */
static void test_page_theme_links_without_a_look_has_no_figure(void **state)
{
    struct stage *stage = *state;
    live(stage, FEW);
    visit(stage, "/themes/links", "metric=csat_mean");
    assert_int_equal(stage->status, 200);
    must_say(stage, "The themes are looked at for the first time this evening.");
    evening(stage);
    visit(stage, "/themes/links", "metric=csat_mean");
    must_say(stage, "Too little is known yet to look at any theme.");
    must_not_say(stage, "r = ");
    must_not_say(stage, "<table class=\"bars\"");
}

/* Only the theme that customers follow is named, with r, interval and how many were examined; the others
 * are closed and without figures of a link. */
static void test_page_theme_links_names_what_stands_out(void **state)
{
    struct stage *stage = *state;
    live(stage, FORTNIGHTS);
    evening(stage);
    visit(stage, "/themes/links", "metric=csat_mean");
    assert_int_equal(stage->status, 200);
    must_say(stage, "1 of the six themes moves with this outcome.");
    must_say(stage, "\xe2\x80\x9cServing customers\xe2\x80\x9d comes before CSAT (mean) by about 1 "
                    "fortnight");
    must_say(stage, "12 of 12 pairs of theme and outcome could be examined");
    must_say(stage, "<circle class=\"dot\"");
    must_say(stage, "95% interval");
    must_say(stage, "<details class=\"others\"><summary>5 other themes");
    must_say(stage, "not proof of cause");
    const char *others = strstr(stage->body.data, "<details class=\"others\">");
    assert_non_null(others);
    const char *end = strstr(others, "</details>");
    assert_non_null(end);
    assert_null(memmem(others, (size_t)(end - others), "interval", 8));
    visit(stage, "/themes/links", "metric=waiting_time");
    must_say(stage, "No theme stands out from what chance does.");
    must_not_say(stage, "<circle class=\"dot\"");
    stage->language = STR("de");
    visit(stage, "/themes/links", "metric=csat_mean");
    must_say(stage, "1 der sechs Themen bewegt sich mit diesem Ergebnis.");
}

#define ON_STAGE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_STAGE(test_page_themes_without_figures_says_so),
        ON_STAGE(test_page_theme_unknown_or_foreign_is_refused),
        ON_STAGE(test_page_themes_map_has_every_team_and_every_reason),
        ON_STAGE(test_page_themes_before_a_fit_says_not_adjusted),
        ON_STAGE(test_page_themes_manager_sees_the_own_part_alone),
        ON_STAGE(test_page_theme_shows_line_raw_means_and_questions),
        ON_STAGE(test_page_theme_manager_sees_no_usual_answers),
        ON_STAGE(test_page_theme_question_asked_once_is_marked),
        ON_STAGE(test_page_theme_links_without_a_look_has_no_figure),
        ON_STAGE(test_page_theme_links_names_what_stands_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
