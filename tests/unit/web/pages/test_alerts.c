/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "app/core/mem.h"
#include "storage/correction_record.h"
#include "tests/support/htmlcheck.h"
#include "tests/support/support.h"
#include "tests/unit/service/alert/alert_world.h"
#include "web/pages/pages.h"
#include "web/pages/services.h"
#include "web/request/csrf.h"

/*
 * The page of alerts by its address: what each kind of visitor gets to see, what a form that can't
 * be taken says, and what is stored.
 */

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { ARENA_MAX = 1 << 20, BODY_MAX = 4 << 20, FORM_MAX = 8192 };

static const struct secret_key key = { { 7 } };
static const struct str languages[] = { STR_INIT("en"), STR_INIT("de") };

/* ---- One visit ------------------------------------------------------------------------------------ */

struct stage {
    struct alert_world *world;
    struct services services;
    struct account_session account;
    unsigned role;
    struct str language;
    size_t arena_max;
    struct str wire;
    char form[FORM_MAX];
    int status;
    char location[128];
    struct buf body;
};

static ssize_t read_wire(void *context, void *out, size_t len)
{
    struct stage *stage = context;
    size_t count = len < stage->wire.len ? len : stage->wire.len;
    memcpy(out, stage->wire.ptr, count);
    stage->wire = str_slice(stage->wire, count, stage->wire.len);
    return (ssize_t)count;
}

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

static void serve(struct stage *stage, struct request *request)
{
    struct buf storage BUF_AUTO = buf_new(FORM_MAX);
    struct arena arena ARENA_AUTO = arena_new(stage->arena_max);
    struct response response = response_new(BODY_MAX);
    struct routes routes = { .services = &stage->services,
                             .clock = stage->world->firm.appliance.clock,
                             .sessions = { find_session, stage },
                             .csrf_key = key,
                             .languages = languages,
                             .language_count = COUNT(languages),
                             .login_path = "/login",
                             .error_page = page_error };
    routes.rows = pages_rows(&routes.row_count);
    request->host = STR("box.example");
    request->storage = &storage;
    request->arena = &arena;
    request->source = (struct request_source){ read_wire, stage };
    routes_serve(&routes, request, &response);
    stage->status = response.status;
    snprintf(stage->location, sizeof stage->location, "%.*s", STR_ARG(response.location));
    buf_clear(&stage->body);
    buf_add(&stage->body, buf_str(&response.body));
    buf_add_char(&stage->body, '\0');
    assert_ok(buf_finish(&stage->body));
    response_free(&response);
}

static void get(struct stage *stage, const char *path)
{
    char why[HTMLCHECK_WHY_MAX];
    struct request request = { .method = METHOD_GET, .path = str_of(path) };
    serve(stage, &request);
    if (!htmlcheck(str_of(stage->body.data), why)) {
        fail_msg("%s: %s", path, why);
    }
}

/* Takes: the encoded form without its token. */
static void post(struct stage *stage, const char *path, const char *form)
{
    char token[CSRF_TEXT_MAX];
    csrf_token(&key, STR("session"), STR("a session"), token);
    snprintf(stage->form, sizeof stage->form, "csrf=%s%s%s", token, form[0] == '\0' ? "" : "&",
             form);
    stage->wire = str_of(stage->form);
    struct request request = { .method = METHOD_POST,
                               .path = str_of(path),
                               .content_type = STR("application/x-www-form-urlencoded"),
                               .body_bytes = stage->wire.len };
    serve(stage, &request);
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

static int setup(void **state)
{
    struct stage *stage = mem_new(1, sizeof *stage);
    assert_non_null(stage);
    void *world = NULL;
    assert_int_equal(alert_world_setup(&world), 0);
    stage->world = world;
    stage->services.appliance = &stage->world->firm.appliance;
    stage->role = ROLE_HR;
    stage->account.account.role = ACCOUNT_HR;
    stage->arena_max = ARENA_MAX;
    stage->body = buf_new(BODY_MAX);
    snprintf(stage->account.account.login, sizeof stage->account.account.login, "ada");
    *state = stage;
    return 0;
}

static int teardown(void **state)
{
    struct stage *stage = *state;
    void *world = stage->world;
    alert_world_teardown(&world);
    buf_free(&stage->body);
    mem_free(stage);
    return 0;
}

static void become_manager_of(struct stage *stage, const char *team)
{
    stage->role = ROLE_MANAGER;
    stage->account.account.role = ACCOUNT_MANAGER;
    stage->account.account.team = firm_team_id(&stage->world->firm, team);
}

/* The Desk fell by a point two weeks ago: an unusual week, then a drift; two alerts, one card. */
static void fall(struct stage *stage)
{
    alert_world_shift(stage->world, DESK, 48, WORLD_WEEKS_MAX, -1.0);
    alert_world_live(stage->world, 50);
    assert_ok(alert_refresh(&stage->world->firm.appliance));
}

/* The newest alert of a team. */
static struct alert newest(struct stage *stage, enum alert_world_team team)
{
    struct arena arena ARENA_AUTO = arena_new(WORLD_ARENA_BYTES);
    struct alert_list list;
    assert_ok(
        alert_list(&stage->world->firm.appliance, stage->world->teams[team], 0, &arena, &list));
    assert_true(list.count > 0);
    return list.rows[0].alert;
}

static void take(struct stage *stage, uint32_t id, const char *rest)
{
    char form[FORM_MAX / 2];
    snprintf(form, sizeof form, "alert=%u%s", id, rest);
    post(stage, "/alerts", form);
}

/* ---- Refused ------------------------------------------------------------------------------- */

/* No number, another's alert, one that is not there: an error page, and nothing is changed. */
static void test_page_alerts_send_what_is_not_yours_is_refused(void **state)
{
    struct stage *stage = *state;
    fall(stage);
    uint32_t id = newest(stage, DESK).id.value;
    post(stage, "/alerts", "note=x");
    assert_int_equal(stage->status, 404);
    take(stage, 4711, "");
    assert_int_equal(stage->status, 404);
    static const char *const managed[] = { "Office", "Service", "Desk" };
    for (size_t i = 0; i < COUNT(managed); i++) {
        become_manager_of(stage, managed[i]);
        take(stage, id, "");
        assert_int_equal(stage->status, 403);
        take(stage, id, "&new_baseline=1");
        assert_int_equal(stage->status, 403);
        assert_int_equal(newest(stage, DESK).acknowledged_s, 0);
    }
    stage->role = ROLE_ADMIN;
    stage->account.account.role = ACCOUNT_ADMIN;
    take(stage, id, "");
    assert_int_equal(stage->status, 303);
    assert_true(newest(stage, DESK).acknowledged_s > 0);
}

/* A second time, and a note that is too long, are said on the page itself. */
static void test_page_alerts_send_twice_or_too_long_says_so(void **state)
{
    struct stage *stage = *state;
    char rest[8 + ALERT_NOTE_CHARACTERS + 2] = "&note=";
    fall(stage);
    uint32_t id = newest(stage, DESK).id.value;
    memset(rest + 6, 'n', ALERT_NOTE_CHARACTERS + 1);
    take(stage, id, rest);
    assert_int_equal(stage->status, 400);
    must_say(stage, "longer than 280 characters");
    assert_int_equal(newest(stage, DESK).acknowledged_s, 0);
    rest[6 + ALERT_NOTE_CHARACTERS] = '\0';
    take(stage, id, rest);
    assert_int_equal(stage->status, 303);
    assert_int_equal(strlen(newest(stage, DESK).note), ALERT_NOTE_CHARACTERS);
    take(stage, id, "");
    assert_int_equal(stage->status, 409);
    must_say(stage, "has been acknowledged already");
}

/* ---- Shown --------------------------------------------------------------------------------- */

/* Before there is any chart the page says what it waits for, in the reader's language. */
static void test_page_alerts_without_weeks_says_what_is_missing(void **state)
{
    struct stage *stage = *state;
    get(stage, "/alerts");
    assert_int_equal(stage->status, 200);
    must_say(stage, "No open alert");
    must_say(stage, "takes 26 weeks with a figure");
    must_say(stage, "Needs 27 more weeks.");
    stage->language = STR("de");
    get(stage, "/alerts");
    must_say(stage, "Keine offene Meldung");
    must_say(stage, "Braucht noch 27 Wochen.");
}

/* Calm teams: reassurance, and how often an alert is false. */
static void test_page_alerts_calm_reassures(void **state)
{
    struct stage *stage = *state;
    alert_world_live(stage->world, 40);
    assert_ok(alert_refresh(&stage->world->firm.appliance));
    get(stage, "/alerts");
    must_say(stage, "6 teams are watched");
    must_say(stage, "There is nothing to do");
    must_say(stage, "About one false alarm per team in ten years.");
    must_say(stage, "With 6 teams expect about 0.6 a year.");
    must_say(stage, "Every team that is shown by itself is watched.");
    get(stage, "/");
    assert_int_equal(stage->status, 200);
    assert_false(says(stage, "open alert"));
}

/* One card a team: sentence with value, usual, baseline and answers, the chart with its twin, the
 * form, the older week; on the overview a line with the number. */
static void test_page_alerts_open_shows_card_and_form(void **state)
{
    struct stage *stage = *state;
    fall(stage);
    get(stage, "/alerts");
    must_say(stage, "<h2>Service/Desk</h2>");
    must_say(stage, "The index of Desk has moved away from where it used to be: 2.");
    must_say(stage, "(baseline 26 weeks to week 35 of 2026), 40 answers");
    must_say(stage, "95% interval");
    must_say(stage, "Also open for this team: 2027-W05.");
    must_say(stage, "lower than usual");
    must_say(stage, "<svg");
    must_say(stage, "Smoothed deviation");
    must_say(stage, "name=\"new_baseline\"");
    must_say(stage, "maxlength=\"280\"");
    must_say(stage, "Trend of this team");
    get(stage, "/");
    must_say(stage, "open alerts: a team");
    must_say(stage, "href=\"/alerts\"");
}

/* What was taken note of stays, with who, when and what, as text and never as markup. */
static void test_page_alerts_acknowledged_stays_in_the_table(void **state)
{
    struct stage *stage = *state;
    fall(stage);
    take(stage, newest(stage, DESK).id.value, "&note=%3Cb%3Enew%3C%2Fb%3E+rota&new_baseline=1");
    assert_int_equal(stage->status, 303);
    assert_string_equal(stage->location, "/alerts?taken=1");
    struct request request = { .method = METHOD_GET,
                               .path = STR("/alerts"),
                               .query = STR("taken=1") };
    serve(stage, &request);
    must_say(stage, "The alert is acknowledged and stays in the list.");
    must_say(stage, "&lt;b&gt;new&lt;/b&gt; rota");
    must_say(stage, "ada, 15 February 2027");
    must_say(stage, "New baseline from week");
    must_say(stage, "New baseline since week 6 of 2027: needs 26 more weeks.");
    assert_false(says(stage, "<b>new"));
}

/* A manager sees the own subtree alone, no form, and in the navigation only what opens for managers. */
static void test_page_alerts_manager_sees_the_subtree(void **state)
{
    struct stage *stage = *state;
    alert_world_shift(stage->world, OFFICE, 48, WORLD_WEEKS_MAX, -1.0);
    fall(stage);
    become_manager_of(stage, "Service");
    get(stage, "/alerts");
    must_say(stage, "<h2>Service/Desk</h2>");
    assert_false(says(stage, "Office"));
    assert_false(says(stage, "new_baseline"));
    assert_false(says(stage, "name=\"alert\""));
    must_say(stage, "HR acknowledges alerts.");
    become_manager_of(stage, "Hotline");
    get(stage, "/alerts");
    must_say(stage, "No open alert");
    get(stage, "/");
    assert_false(says(stage, "open alert"));
}

static dp_err correction_job(struct store_txn *txn, void *context)
{
    return correction_record_put(txn, context);
}

/* What was changed is marked on the control chart, too, beside the alerts. */
static void test_page_alerts_chart_has_all_marks(void **state)
{
    struct stage *stage = *state;
    struct correction correction = { .id = { 1 },
                                     .title = "A second line at the desk",
                                     .what = "Hired two",
                                     .teams = { stage->world->teams[DESK] },
                                     .team_count = 1,
                                     .start = alert_world_week(47),
                                     .expected = "index",
                                     .registered_s = 1,
                                     .actor = "ada" };
    fall(stage);
    get(stage, "/alerts");
    assert_false(says(stage, "A second line at the desk"));
    must_say(stage, "Alert: lower than usual");
    assert_ok(store_write(stage->world->firm.appliance.office, correction_job, &correction));
    get(stage, "/alerts");
    must_say(stage, "A second line at the desk");
    must_say(stage, "Alert: lower than usual");
}

/* The navigation names what opens for the reader: no customers for managers. */
static void test_services_open_navigation_leads_where_the_reader_may_go(void **state)
{
    struct stage *stage = *state;
    static const char *const all[] = { "href=\"/\"",       "href=\"/trend\"",
                                       "href=\"/alerts\"", "href=\"/themes\"",
                                       "href=\"/link\"",   "href=\"/corrections\"" };
    get(stage, "/alerts");
    for (size_t i = 0; i < COUNT(all); i++) {
        must_say(stage, all[i]);
    }
    become_manager_of(stage, "Service");
    get(stage, "/alerts");
    for (size_t i = 0; i < COUNT(all); i++) {
        assert_int_equal(says(stage, all[i]), strcmp(all[i], "href=\"/link\"") != 0);
    }
}

/* However little memory a request may take, the answer is the page or an error page. */
static void test_page_alerts_small_arena_is_an_error_page(void **state)
{
    struct stage *stage = *state;
    fall(stage);
    for (size_t max = 256; max < (128 << 10); max = max * 3 / 2) {
        stage->arena_max = max;
        struct request request = { .method = METHOD_GET, .path = STR("/alerts") };
        serve(stage, &request);
        assert_true(stage->status == 200 || stage->status >= 500);
        assert_true(stage->body.len > 1);
    }
    stage->arena_max = ARENA_MAX;
    get(stage, "/alerts");
    assert_int_equal(stage->status, 200);
}

#define PAGE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAGE_TEST(test_page_alerts_send_what_is_not_yours_is_refused),
        PAGE_TEST(test_page_alerts_send_twice_or_too_long_says_so),
        PAGE_TEST(test_page_alerts_without_weeks_says_what_is_missing),
        PAGE_TEST(test_page_alerts_calm_reassures),
        PAGE_TEST(test_page_alerts_open_shows_card_and_form),
        PAGE_TEST(test_page_alerts_acknowledged_stays_in_the_table),
        PAGE_TEST(test_page_alerts_manager_sees_the_subtree),
        PAGE_TEST(test_page_alerts_chart_has_all_marks),
        PAGE_TEST(test_services_open_navigation_leads_where_the_reader_may_go),
        PAGE_TEST(test_page_alerts_small_arena_is_an_error_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
