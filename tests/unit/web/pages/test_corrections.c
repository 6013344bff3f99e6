/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "app/core/mem.h"
#include "tests/support/htmlcheck.h"
#include "tests/support/support.h"
#include "tests/unit/service/correction_world.h"
#include "web/pages/pages.h"
#include "web/pages/services.h"
#include "web/request/csrf.h"

/*
 * The pages of course corrections by their real addresses, on a company with a correction in
 * it: what each kind of visitor gets to see, what a form with mistakes says, and what is
 * stored.
 */

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { ARENA_MAX = 1 << 20, BODY_MAX = 4 << 20, FORM_MAX = 32768 };

static const struct secret_key key = { { 7 } };
static const struct str languages[] = { STR_INIT("en"), STR_INIT("de") };

/* ---- One visit --------------------------------------------------------------------------- */

struct stage {
    struct world *world;
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
    stage->world = world_start();
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
    world_end(stage->world);
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

/* Everything that is stored. */
static size_t stored(struct stage *stage, struct arena *arena, const struct correction **list)
{
    size_t count = 0;
    assert_ok(correction_list(&stage->world->firm.appliance, (struct team_id){ TEAM_ROOT },
                              arena, list, &count));
    return count;
}

static size_t count_stored(struct stage *stage)
{
    struct arena arena ARENA_AUTO = arena_new(ARENA_MAX);
    const struct correction *list = NULL;
    return stored(stage, &arena, &list);
}

/* ---- The form ---------------------------------------------------------------------------- */

#define WORDS \
    "title=Fewer+forms&what=Forms+are+dropped%2C%0D%0Aas+nobody+reads+them&category=process"
#define REST "start=2026-03-09&expected=index&direction=up"

/* Without anything, each field says what it wants, in the reader's language; nothing is kept.
 */
static void test_page_correction_send_empty_says_all_that_is_missing(void **state)
{
    static const char *const wanted[] = { "Please give it a title",
                                          "Please say in at most 900",
                                          "Please choose a category",
                                          "Please tick at least one team",
                                          "Please give a day from 2 March 2026",
                                          "Please choose what should move",
                                          "Please choose a direction",
                                          "nothing has been stored yet" };
    struct stage *stage = *state;
    post(stage, "/corrections", "");
    assert_int_equal(stage->status, 422);
    for (size_t i = 0; i < COUNT(wanted); i++) {
        must_say(stage, wanted[i]);
    }
    assert_int_equal(count_stored(stage), 0);
    stage->language = STR("de");
    post(stage, "/corrections", "");
    must_say(stage, "Bitte geben Sie einen Titel");
}

/* One mistake at a time: its sentence and no other, and what was typed stands there again. */
static void test_page_correction_send_each_mistake_is_said_at_its_field(void **state)
{
    static const struct {
        const char *form;
        const char *wanted;
    } cases[] = {
        { "what=W&category=process&team=1&" REST, "id=\"title-error\"" },
        { "title=T&category=process&team=1&" REST, "id=\"what-error\"" },
        { "title=T&what=W&category=magic&team=1&" REST, "id=\"category-error\"" },
        { WORDS "&" REST, "id=\"teams-error\"" },
        { WORDS "&team=4711&" REST, "id=\"teams-error\"" },
        { WORDS "&team=0&" REST, "id=\"teams-error\"" },
        { WORDS "&team=1&start=2026-02-30&expected=index&direction=up", "id=\"start-error\"" },
        { WORDS "&team=1&start=2026-03-01&expected=index&direction=up", "id=\"start-error\"" },
        { WORDS "&team=1&start=2029-03-01&expected=index&direction=up", "id=\"start-error\"" },
        { WORDS "&team=1&start=2026-03-09&expected=mood&direction=up",
          "id=\"expected-error\"" },
        { WORDS "&team=1&start=2026-03-09&expected=theme%3Aanchor&direction=up",
          "id=\"expected-error\"" },
        { WORDS "&team=1&start=2026-03-09&expected=theme%3A&direction=up",
          "id=\"expected-error\"" },
        { WORDS "&team=1&start=2026-03-09&expected=metric%3Anothing&direction=up",
          "id=\"expected-error\"" },
        { WORDS "&team=1&start=2026-03-09&expected=index&direction=sideways",
          "id=\"direction-error\"" },
    };
    struct stage *stage = *state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char why[HTMLCHECK_WHY_MAX];
        post(stage, "/corrections", cases[i].form);
        assert_int_equal(stage->status, 422);
        must_say(stage, cases[i].wanted);
        const char *first = strstr(stage->body.data, "class=\"error\"");
        assert_non_null(first);
        assert_null(strstr(first + 1, "class=\"error\""));
        assert_true(htmlcheck(str_of(stage->body.data), why));
    }
    assert_int_equal(count_stored(stage), 0);
}

/* What was typed comes back: text, box, list and button. */
static void test_page_correction_send_with_a_mistake_keeps_the_rest(void **state)
{
    struct stage *stage = *state;
    char form[256];
    uint32_t north = stage->world->teams[0].value;
    snprintf(form, sizeof form,
             "title=A+%%3Cb%%3E&what=W&category=tools&team=%u&start=&expected=theme%%3Avoice&"
             "direction=down",
             north);
    post(stage, "/corrections", form);
    assert_int_equal(stage->status, 422);
    must_say(stage, "value=\"A &lt;b&gt;\"");
    must_say(stage, ">W</textarea>");
    must_say(stage, "<option value=\"tools\" selected>");
    must_say(stage, "<option value=\"theme:voice\" selected>");
    must_say(stage, "value=\"down\" checked>");
    snprintf(form, sizeof form, "name=\"team\" value=\"%u\" checked>", north);
    must_say(stage, form);
}

/* More teams than an entry holds: the sentence says how many. */
static void test_page_correction_send_too_many_teams_is_refused(void **state)
{
    struct stage *stage = *state;
    struct buf form BUF_AUTO = buf_new(FORM_MAX);
    buf_add_text(&form, WORDS "&" REST);
    for (uint32_t i = 0; i <= CORRECTION_TEAMS_MAX; i++) {
        buf_fmt(&form, "&team=%u", i + 1);
    }
    buf_add_char(&form, '\0');
    post(stage, "/corrections", form.data);
    assert_int_equal(stage->status, 422);
    must_say(stage, "at most 64");
    assert_int_equal(count_stored(stage), 0);
}

/* A name that no field has is no form of ours. */
static void test_page_correction_send_unknown_field_is_refused(void **state)
{
    struct stage *stage = *state;
    post(stage, "/corrections", WORDS "&team=1&" REST "&withdrawn=1");
    assert_int_equal(stage->status, 400);
    assert_int_equal(count_stored(stage), 0);
}

/* A whole form is stored as it was typed, by whom it was sent; a team beneath a ticked one adds
 * nothing. */
static void test_page_correction_send_registers(void **state)
{
    struct stage *stage = *state;
    struct arena arena ARENA_AUTO = arena_new(ARENA_MAX);
    const struct correction *list = NULL;
    char form[512];
    uint32_t service = firm_team_id(&stage->world->firm, "Service").value;
    snprintf(form, sizeof form, "%s&team=%u&team=%u&team=%u&" REST, WORDS,
             stage->world->teams[0].value, service, stage->world->teams[4].value);
    post(stage, "/corrections", form);
    assert_int_equal(stage->status, 303);
    assert_string_equal(stage->location, "/corrections/1");
    assert_int_equal(stored(stage, &arena, &list), 1);
    assert_string_equal(list[0].title, "Fewer forms");
    assert_string_equal(list[0].what, "Forms are dropped,\nas nobody reads them");
    assert_int_equal(list[0].category, CORRECTION_PROCESS);
    assert_int_equal(list[0].team_count, 2);
    assert_int_equal(list[0].teams[0].value, service);
    assert_int_equal(list[0].teams[1].value, stage->world->teams[4].value);
    assert_true(date_equal(list[0].start, firm_day(7)));
    assert_int_equal(list[0].target, CORRECTION_ON_INDEX);
    assert_int_equal(list[0].direction, CORRECTION_UP);
    assert_string_equal(list[0].actor, "ada");
}

static void add_repeated(struct buf *out, const char *text, int count)
{
    for (int i = 0; i < count; i++) {
        buf_add_text(out, text);
    }
}

/* The limits count characters: as many as the form allows are taken, whatever they are, and the
 * title stands whole in the list and on the report. One more is refused. */
static void test_page_correction_send_longest_words_in_any_alphabet(void **state)
{
    struct stage *stage = *state;
    struct buf form BUF_AUTO = buf_new(FORM_MAX);
    struct buf title BUF_AUTO = buf_new(FORM_MAX);
    add_repeated(&title, "\xf0\x9f\x92\xac", CORRECTION_TITLE_CHARACTERS);
    buf_add_char(&title, '\0');
    for (int more = 1; more >= 0; more--) {
        buf_clear(&form);
        buf_add_text(&form, "category=process&team=1&" REST "&title=");
        add_repeated(&form, "%F0%9F%92%AC", CORRECTION_TITLE_CHARACTERS + more);
        buf_add_text(&form, "&what=");
        add_repeated(&form, "%F0%9F%92%AC", CORRECTION_WHAT_CHARACTERS + more);
        buf_add_char(&form, '\0');
        post(stage, "/corrections", form.data);
        assert_int_equal(stage->status, more > 0 ? 422 : 303);
    }
    get(stage, "/corrections");
    must_say(stage, title.data);
    buf_clear(&form);
    buf_add_text(&form, "why=");
    add_repeated(&form, "%F0%9F%92%AC", CORRECTION_WHY_CHARACTERS);
    buf_add_char(&form, '\0');
    post(stage, "/corrections/1/withdraw", form.data);
    assert_int_equal(stage->status, 303);
    get(stage, "/corrections/1");
    must_say(stage, title.data);
}

/* The box of the whole organisation covers all others; themes and outcomes are understood. */
static void test_page_correction_send_whole_organisation_and_other_targets(void **state)
{
    struct stage *stage = *state;
    struct arena arena ARENA_AUTO = arena_new(ARENA_MAX);
    const struct correction *list = NULL;
    post(stage, "/corrections",
         WORDS "&team=1&team=2&start=2026-03-09&expected=theme%3Avoice&direction=down");
    assert_int_equal(stage->status, 303);
    post(stage, "/corrections",
         WORDS "&team=1&start=2026-03-08&expected=metric%3Awaiting_time&direction=down");
    assert_int_equal(stage->status, 303);
    assert_int_equal(stored(stage, &arena, &list), 2);
    assert_int_equal(list[0].team_count, 0);
    assert_int_equal(list[0].target, CORRECTION_ON_THEME);
    assert_string_equal(list[0].expected, "voice");
    assert_int_equal(list[0].direction, CORRECTION_DOWN);
    assert_int_equal(list[1].target, CORRECTION_ON_OUTCOME);
    assert_string_equal(list[1].expected, "waiting_time");
}

/* The form offers every team, and index, themes and the outcomes that were imported. */
static void test_page_correction_new_offers_teams_and_series(void **state)
{
    struct stage *stage = *state;
    world_imagine(stage->world, 0.0);
    world_live(stage->world, 12);
    get(stage, "/corrections/new");
    assert_int_equal(stage->status, 200);
    must_say(stage, "<span>Whole organisation</span>");
    must_say(stage, "<span>Depot</span>");
    must_say(stage, "<optgroup label=\"Themes\"><option value=\"theme:purpose\">");
    must_say(stage, "<option value=\"metric:" WORLD_METRIC "\">One-call resolution</option>");
    assert_false(says(stage, "-error\""));
    assert_false(says(stage, "<details"));
}

/* ---- List and report --------------------------------------------------------------------- */

/* The empty list says why registering beforehand matters, and a manager that none is. */
static void test_page_corrections_empty_says_why(void **state)
{
    struct stage *stage = *state;
    get(stage, "/corrections");
    assert_int_equal(stage->status, 200);
    must_say(stage, "Register one before anyone can know how it went");
    must_say(stage, "href=\"/corrections/new\"");
    become_manager_of(stage, "Service");
    get(stage, "/corrections");
    must_say(stage, "Nothing has been registered for your teams");
    assert_false(says(stage, "/corrections/new"));
}

/* A correction with a step of 0.8 is found; the report says by how much, against what, and what
 * else was looked at. */
static void test_page_correction_reports_what_changed(void **state)
{
    struct stage *stage = *state;
    struct correction correction = world_correction(stage->world);
    world_imagine(stage->world, 0.8);
    (void)world_enter(stage->world, &correction);
    world_live(stage->world, 60);
    get(stage, "/corrections");
    must_say(stage, "<a href=\"/corrections/1\">");
    must_say(stage, "Changed as expected");
    get(stage, "/corrections/1");
    assert_int_equal(stage->status, 200);
    must_say(stage, "more in the corrected teams than in the 5 comparison teams");
    must_say(stage, "That is what was expected.");
    must_say(stage, "3 days before the start");
    must_say(stage,
             "3 corrected teams and 5 comparison teams; 12 weeks before and 12 weeks after.");
    must_say(stage, "Not adjusted for the trend that was already there.");
    must_say(stage, "What else was looked at");
    must_say(stage, "The teams were not drawn by lot.");
    must_say(stage, "mark-correction");
    must_say(stage, "class=\"dot\"");
    stage->language = STR("de");
    get(stage, "/corrections/1");
    must_say(stage, "mehr als in den 5 Vergleichsteams");
}

/* Of the whole organisation there is nobody to compare with: the report says so, and how much
 * of the own course it rests on. */
static void test_page_correction_without_others_says_so(void **state)
{
    struct stage *stage = *state;
    struct correction correction = world_correction(stage->world);
    correction.team_count = 0;
    world_imagine(stage->world, 0.8);
    (void)world_enter(stage->world, &correction);
    world_live(stage->world, 60);
    get(stage, "/corrections/1");
    assert_int_equal(stage->status, 200);
    must_say(stage, "8 corrected teams; 30 weeks before and 29 weeks after.");
    must_say(stage, "There are no comparison teams.");
    must_say(stage, "The corrected teams alone.");
    assert_false(says(stage, "drawn by lot"));
    assert_false(says(stage, "Comparison teams"));
}

/* Beside what was expected, a figure that calls for care says so in its row. */
static void test_page_correction_cautions_in_the_table(void **state)
{
    struct stage *stage = *state;
    struct correction correction = world_correction(stage->world);
    correction.target = CORRECTION_ON_OUTCOME;
    snprintf(correction.expected, sizeof correction.expected, WORLD_METRIC);
    world_imagine(stage->world, 0.0);
    for (int j = 0; j < WORLD_TREATED; j++) {
        for (int w = 0; w < WORLD_WEEKS; w++) {
            stage->world->index[j][w] = 2.0 + 0.05 * w + 0.01 * world_noise(stage->world);
        }
    }
    (void)world_enter(stage->world, &correction);
    world_live(stage->world, 60);
    get(stage, "/corrections/1");
    assert_int_equal(stage->status, 200);
    must_say(stage, "<p class=\"soft\">The teams were already drifting apart; read with care.</p>");
}

/* What its own page calls a change is not "nothing seen" in the list, only not clear enough. */
static void test_page_corrections_not_clear_says_beside_what(void **state)
{
    struct stage *stage = *state;
    struct correction correction = world_correction(stage->world);
    bool is_found = false;
    (void)world_enter(stage->world, &correction);
    correction.team_count = 1;
    correction.start = firm_day(7 * (WORLD_START + 13));
    for (int j = WORLD_TREATED; j < WORLD_TEAMS; j++) {
        correction.teams[0] = stage->world->teams[j];
        (void)world_enter(stage->world, &correction);
    }
    for (int i = 0; i < 20 && !is_found; i++) {
        world_imagine(stage->world, 0.12);
        world_live(stage->world, 56);
        get(stage, "/corrections");
        is_found = says(stage, "Not clear enough beside the other corrections listed");
    }
    assert_true(is_found);
    get(stage, "/corrections/1");
    assert_false(says(stage, "beside the other corrections listed"));
}

/* Before the time after is long enough there is no number, and the list says so. */
static void test_page_correction_too_early_has_no_number(void **state)
{
    struct stage *stage = *state;
    struct correction correction = world_correction(stage->world);
    world_imagine(stage->world, 0.8);
    (void)world_enter(stage->world, &correction);
    world_live(stage->world, WORLD_START + 3);
    get(stage, "/corrections");
    must_say(stage, "Too early");
    get(stage, "/corrections/1");
    assert_int_equal(stage->status, 200);
    must_say(stage, "Too early: needs about");
    assert_false(says(stage, "changed by"));
}

/* A manager sees the entries of the own teams, and of what others do only how many: no effect,
 * no way to one, no form. */
static void test_page_corrections_manager_sees_no_effect(void **state)
{
    struct stage *stage = *state;
    struct correction correction = world_correction(stage->world);
    world_imagine(stage->world, 0.8);
    (void)world_enter(stage->world, &correction);
    world_live(stage->world, 60);
    become_manager_of(stage, "Service");
    get(stage, "/corrections");
    assert_int_equal(stage->status, 200);
    must_say(stage, correction.title);
    must_say(stage, "North, South and 1 more");
    assert_false(says(stage, "East"));
    assert_false(says(stage, "href=\"/corrections/1\""));
    assert_false(says(stage, "Changed"));
    get(stage, "/corrections/1");
    assert_int_equal(stage->status, 403);
    get(stage, "/corrections/new");
    assert_int_equal(stage->status, 403);
    become_manager_of(stage, "Sales");
    get(stage, "/corrections");
    must_say(stage, "Nothing has been registered for your teams");
}

/* An id that nobody gave out, and one that is no number. */
static void test_page_correction_unknown_is_not_found(void **state)
{
    struct stage *stage = *state;
    get(stage, "/corrections/4711");
    assert_int_equal(stage->status, 404);
    get(stage, "/corrections/x");
    assert_int_equal(stage->status, 400);
    post(stage, "/corrections/4711/withdraw", "why=Mistake");
    assert_int_equal(stage->status, 404);
}

/* ---- Many of them ------------------------------------------------------------------------ */

struct filling {
    struct correction correction;
    uint32_t count;
};

static dp_err fill_job(struct store_txn *txn, void *context)
{
    struct filling *filling = context;
    for (uint32_t i = 1; i <= filling->count; i++) {
        filling->correction.id.value = i;
        DP_TRY(correction_record_put(txn, &filling->correction));
    }
    return DP_SUCCESS;
}

static void fill(struct stage *stage, uint32_t count)
{
    struct filling filling = { world_correction(stage->world), count };
    snprintf(filling.correction.expected, sizeof filling.correction.expected, "index");
    filling.correction.registered_s = stage->world->firm.now_s;
    assert_ok(store_write(stage->world->firm.appliance.office, fill_job, &filling));
}

static int count_of(const struct stage *stage, const char *words)
{
    int count = 0;
    const char *at = strstr(stage->body.data, words);
    for (; at != NULL; at = strstr(at + 1, words)) {
        count++;
    }
    return count;
}

/* Two hundred entries are all listed, for HR and for a manager; of more the page says how many
 * are not. One of them is reported with those that it can't be told apart from, by number. */
static void test_page_corrections_many_are_listed(void **state)
{
    struct stage *stage = *state;
    world_imagine(stage->world, 0.8);
    world_live(stage->world, 60);
    fill(stage, 200);
    get(stage, "/corrections");
    assert_int_equal(stage->status, 200);
    assert_int_equal(count_of(stage, "card entry"), 200);
    assert_false(says(stage, "not in this list"));
    get(stage, "/corrections/7");
    assert_int_equal(stage->status, 200);
    must_say(stage, "and 191 more");
    fill(stage, 203);
    become_manager_of(stage, "Service");
    get(stage, "/corrections");
    assert_int_equal(stage->status, 200);
    assert_int_equal(count_of(stage, "card entry"), 200);
    must_say(stage, "3 older entries are not in this list.");
}

/* Of more outcomes than a report has room for, it says how many it leaves out. */
static void test_page_correction_says_what_was_not_looked_at(void **state)
{
    struct stage *stage = *state;
    struct correction correction = world_correction(stage->world);
    struct outcome outcome = { .source = "calls",
                               .period_kind = PERIOD_WEEK,
                               .period_start = firm_day(7),
                               .team = stage->world->teams[0],
                               .value = 1,
                               .import = { 1 } };
    world_imagine(stage->world, 0.8);
    (void)world_enter(stage->world, &correction);
    world_live(stage->world, 44);
    get(stage, "/corrections/1");
    assert_false(says(stage, "not looked at"));
    for (int i = 0; i < CORRECTION_EFFECTS_MAX; i++) {
        snprintf(outcome.metric, sizeof outcome.metric, "made_%d", i);
        world_put_outcome(stage->world, &outcome);
    }
    get(stage, "/corrections/1");
    assert_int_equal(stage->status, 200);
    must_say(stage, "8 more outcomes were not looked at");
}

/* ---- Withdrawing ------------------------------------------------------------------------- */

/* Without a reason, or with one that is too long, nothing happens and the form stands open. */
static void test_page_correction_withdraw_wants_a_reason(void **state)
{
    struct stage *stage = *state;
    struct correction correction = world_correction(stage->world);
    char form[512] = "why=";
    (void)world_enter(stage->world, &correction);
    post(stage, "/corrections/1/withdraw", "");
    assert_int_equal(stage->status, 422);
    must_say(stage, "<details class=\"withdraw\" open>");
    must_say(stage, "Please give a reason of at most 200 characters.");
    memset(form + 4, 'a', 201);
    post(stage, "/corrections/1/withdraw", form);
    assert_int_equal(stage->status, 422);
    get(stage, "/corrections/1");
    assert_false(says(stage, "<details class=\"withdraw\" open>"));
    assert_false(says(stage, "Withdrawn"));
}

/* With one, the entry stays, marked, without effect, and cannot be withdrawn once more. */
static void test_page_correction_withdraw_keeps_the_entry(void **state)
{
    struct stage *stage = *state;
    struct arena arena ARENA_AUTO = arena_new(ARENA_MAX);
    const struct correction *list = NULL;
    struct correction correction = world_correction(stage->world);
    (void)world_enter(stage->world, &correction);
    post(stage, "/corrections/1/withdraw", "why=Entered+twice");
    assert_int_equal(stage->status, 303);
    assert_string_equal(stage->location, "/corrections/1");
    get(stage, "/corrections/1");
    must_say(stage, ": Entered twice");
    assert_false(says(stage, "class=\"withdraw\""));
    assert_false(says(stage, "verdict-sentence"));
    get(stage, "/corrections");
    must_say(stage, "entry is-past");
    must_say(stage, "Withdrawn");
    post(stage, "/corrections/1/withdraw", "why=Again");
    assert_int_equal(stage->status, 303);
    assert_int_equal(stored(stage, &arena, &list), 1);
    assert_string_equal(list[0].withdrawn_why, "Entered twice");
}

/* ---- Memory ------------------------------------------------------------------------------ */

/* With every small arena each page answers whole or as an error, and never as half a page. List
 * and report have an arena of their own. */
static void test_pages_with_any_arena_answer_whole_or_not_at_all(void **state)
{
    static const char *const paths[] = { "/corrections", "/corrections/new", "/corrections/1" };
    struct stage *stage = *state;
    struct correction correction = world_correction(stage->world);
    world_imagine(stage->world, 0.8);
    (void)world_enter(stage->world, &correction);
    world_live(stage->world, 44);
    for (size_t i = 0; i < COUNT(paths); i++) {
        int failed = 0;
        for (size_t max = 256; max < ARENA_MAX; max += max / 2) {
            stage->arena_max = max;
            get(stage, paths[i]);
            assert_true(stage->status == 200 || stage->status >= 500);
            failed += stage->status == 200 ? 0 : 1;
        }
        assert_int_equal(failed > 0, i == 1);
        assert_int_equal(stage->status, 200);
    }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_page_correction_send_empty_says_all_that_is_missing),
        CASE(test_page_correction_send_each_mistake_is_said_at_its_field),
        CASE(test_page_correction_send_with_a_mistake_keeps_the_rest),
        CASE(test_page_correction_send_too_many_teams_is_refused),
        CASE(test_page_correction_send_unknown_field_is_refused),
        CASE(test_page_correction_send_registers),
        CASE(test_page_correction_send_longest_words_in_any_alphabet),
        CASE(test_page_correction_send_whole_organisation_and_other_targets),
        CASE(test_page_correction_new_offers_teams_and_series),
        CASE(test_page_corrections_empty_says_why),
        CASE(test_page_correction_reports_what_changed),
        CASE(test_page_correction_without_others_says_so),
        CASE(test_page_correction_cautions_in_the_table),
        CASE(test_page_corrections_not_clear_says_beside_what),
        CASE(test_page_correction_too_early_has_no_number),
        CASE(test_page_corrections_manager_sees_no_effect),
        CASE(test_page_corrections_many_are_listed),
        CASE(test_page_correction_says_what_was_not_looked_at),
        CASE(test_page_correction_unknown_is_not_found),
        CASE(test_page_correction_withdraw_wants_a_reason),
        CASE(test_page_correction_withdraw_keeps_the_entry),
        CASE(test_pages_with_any_arena_answer_whole_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
