/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/htmlcheck.h"
#include "tests/support/support.h"
#include "tests/unit/service/overview_world.h"
#include "web/pages/pages.h"
#include "web/pages/services.h"

/*
 * The overview and the trend by their addresses: what HR and a manager get to read, in both
 * languages.
 */

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { ARENA_MAX = 4 << 20, BODY_MAX = 4 << 20 };

static const struct secret_key key = { { 7 } };
static const struct str languages[] = { STR_INIT("en"), STR_INIT("de") };

struct stage {
    struct firm firm;
    struct services services;
    struct account_session account;
    struct str language;
    size_t arena_max;
    int status;
    struct buf body;
};

static dp_err find_session(void *context, const struct request *request,
                           struct session_view *view)
{
    const struct stage *stage = context;
    bool is_manager = stage->account.account.role == ACCOUNT_MANAGER;
    (void)request;
    *view = (struct session_view){ .role = is_manager ? ROLE_MANAGER : ROLE_HR,
                                   .name = STR("somebody"),
                                   .language = stage->language,
                                   .csrf_subject = STR("a session"),
                                   .detail = &stage->account };
    return DP_SUCCESS;
}

static void get(struct stage *stage, const char *path, const char *query)
{
    char why[HTMLCHECK_WHY_MAX];
    struct buf storage BUF_AUTO = buf_new(8192);
    struct arena arena ARENA_AUTO = arena_new(stage->arena_max);
    struct response response = response_new(BODY_MAX);
    struct request request = { .method = METHOD_GET,
                               .path = str_of(path),
                               .query = str_of(query),
                               .host = STR("box.example"),
                               .storage = &storage,
                               .arena = &arena };
    struct routes routes = { .services = &stage->services,
                             .clock = stage->firm.appliance.clock,
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
        fail_msg("%s: %s", path, why);
    }
}

static void says(const struct stage *stage, const char *words)
{
    if (strstr(stage->body.data, words) == NULL) {
        fail_msg("the page does not say '%s':\n%s", words, stage->body.data);
    }
}

static void says_not(const struct stage *stage, const char *words)
{
    if (strstr(stage->body.data, words) != NULL) {
        fail_msg("the page says '%s'", words);
    }
}

static int start(void **state, int weeks)
{
    struct stage *stage = calloc(1, sizeof *stage);
    assert_non_null(stage);
    overview_world_start(&stage->firm, weeks);
    stage->services.appliance = &stage->firm.appliance;
    stage->account.account.role = ACCOUNT_HR;
    stage->language = STR("en");
    stage->arena_max = ARENA_MAX;
    stage->body = buf_new(BODY_MAX);
    *state = stage;
    return 0;
}

static int setup(void **state)
{
    return start(state, WEEKS);
}

static int setup_empty(void **state)
{
    return start(state, 0);
}

static int teardown(void **state)
{
    struct stage *stage = *state;
    buf_free(&stage->body);
    firm_end(&stage->firm);
    free(stage);
    return 0;
}

/* ---- Refusals and nothing ---------------------------------------------------------------- */

/* A manager gets the own subtree; asking for another team is refused, whatever the address
 * says. */
static void test_page_trend_of_another_branch_is_refused(void **state)
{
    struct stage *stage = *state;
    char query[32];
    stage->account.account.role = ACCOUNT_MANAGER;
    stage->account.account.team = firm_team_id(&stage->firm, "Service");
    snprintf(query, sizeof query, "team=%u", firm_team_id(&stage->firm, "Sales").value);
    get(stage, "/trend", query);
    assert_int_equal(stage->status, 403);
    says_not(stage, "index was");
    get(stage, "/trend", "team=4711");
    assert_int_equal(stage->status, 404);
    get(stage, "/", "");
    assert_int_equal(stage->status, 200);
    says(stage, ">Hotline</a>");
    says_not(stage, "Sales");
    says_not(stage, "Depot");
}

/* Before the first evening both pages say so. */
static void test_pages_before_the_first_evening_say_so(void **state)
{
    struct stage *stage = *state;
    get(stage, "/", "");
    assert_int_equal(stage->status, 200);
    says_not(stage, "<svg class=\"plot");
    get(stage, "/trend", "");
    assert_int_equal(stage->status, 200);
    says_not(stage, "<svg class=\"plot");
}

/* Without memory there is an error page, never half a page. */
static void test_pages_without_memory_are_errors(void **state)
{
    struct stage *stage = *state;
    for (size_t bytes = 4096; bytes < 32768; bytes += 4096) {
        stage->arena_max = bytes;
        get(stage, "/", "");
        assert_int_equal(stage->status, 503);
        get(stage, "/trend", "");
        assert_int_equal(stage->status, 503);
    }
}

/* ---- Overview ---------------------------------------------------------------------------- */

/* Each change has its interval; a word stands where it is more than chance; small teams say
 * where they are counted, and that unit has a row; consistency is judged against chance. */
static void test_page_overview_words_only_what_is_more_than_chance(void **state)
{
    struct stage *stage = *state;
    get(stage, "/", "");
    assert_int_equal(stage->status, 200);
    says(stage, "The newest week that is over: week 21 of 2026.");
    says(stage, "Up 0.27 on the week before (+0.10 to +0.45).");
    says(stage, "No clear change on the week before: 0 points (−11 to +11).");
    says(stage, "The week before: ");
    says(stage, "Between teams <span class=\"badge warn\">more than chance</span>");
    says(stage, "Between days <span class=\"badge plain\">no more than chance</span>");
    says(stage, "<span class=\"badge good\">up</span> +1.49");
    says(stage, "who answered changed, too");
    says(stage, "Other teams of Service");
    says(stage, "small: counted in \u201cOther teams of Service\u201d");
    says(stage, "although 6 teams are looked at");
    says(stage, "<svg class=\"spark\"");
    assert_true(strstr(stage->body.data, ">Hotline</a>") <
                strstr(stage->body.data, ">Sales</a>")); /* not by their means */
    says_not(stage, "significant");
}

static void test_page_overview_in_german(void **state)
{
    struct stage *stage = *state;
    stage->language = STR("de");
    get(stage, "/", "");
    says(stage, "0,27 höher als in der Vorwoche (+0,10 bis +0,45).");
    says(stage, "nicht mehr als Zufall");
    says(stage, "Weitere Teams von Service");
    says(stage, "klein: zählt bei");
    says(stage, "Die Linie ist der Trend");
}

/* ---- Trend ------------------------------------------------------------------------------- */

/* The direction is what statistics allow one to say, the drawing is explained in words, the
 * gap is passed dashed, and the table has the trend beside the weeks. */
static void test_page_trend_explains_its_line(void **state)
{
    struct stage *stage = *state;
    char query[32];
    snprintf(query, sizeof query, "team=%u", firm_team_id(&stage->firm, "Sales").value);
    get(stage, "/trend", query);
    assert_int_equal(stage->status, 200);
    says(stage, "No clear change over the last 11 weeks with figures (could be anywhere from ");
    says(stage, "In week 21 of 2026 the index was 2.52 (95% interval ");
    says(stage, "Each dot is one week");
    says(stage, "The line is the trend");
    says(stage, "In the shade it lies with 95% certainty");
    says(stage, "Dashed: weeks without a figure");
    says(stage, "<path class=\"line dashed s1\"");
    says(stage, "<b>a</b> Nobody was asked (1)");
    says(stage, ">Trend</th>");
    says(stage, "Trend&#39;s 95% band</th>");
}

/* The running week has its dot and the note that it doesn't count yet. */
static void test_page_trend_says_that_a_week_is_running(void **state)
{
    struct stage *stage = *state;
    firm_at(&stage->firm, firm_day(WEEK * (WEEKS - 1) + 2), 600);
    get(stage, "/trend", "");
    says(stage, "Not over, so not yet part of line and direction: week 21 of 2026.");
    says(stage, "In week 20 of 2026 the index was ");
}

#define TEST(function)       cmocka_unit_test_setup_teardown(function, setup, teardown)
#define TEST_EMPTY(function) cmocka_unit_test_setup_teardown(function, setup_empty, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_page_trend_of_another_branch_is_refused),
        TEST_EMPTY(test_pages_before_the_first_evening_say_so),
        TEST(test_pages_without_memory_are_errors),
        TEST(test_page_overview_words_only_what_is_more_than_chance),
        TEST(test_page_overview_in_german),
        TEST(test_page_trend_explains_its_line),
        TEST(test_page_trend_says_that_a_week_is_running),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
