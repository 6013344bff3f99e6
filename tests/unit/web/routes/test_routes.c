/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/htmlcheck.h"
#include "tests/support/support.h"
#include "web/request/csrf.h"
#include "web/routes.h"

enum { ARENA_MAX = 1 << 16, BODY_MAX = 1 << 14 };

/* ---- A small house of pages ------------------------------------------------------------------ */

static int pages_run;

static dp_err page_plain(struct page_context *page, struct response *response)
{
    pages_run++;
    buf_add(&response->body, STR("page in "));
    buf_add(&response->body, page->language);
    return DP_SUCCESS;
}

static dp_err page_item(struct page_context *page, struct response *response)
{
    pages_run++;
    buf_fmt(&response->body, "item %lld", (long long)page->fields[0].number);
    return DP_SUCCESS;
}

static dp_err page_save(struct page_context *page, struct response *response)
{
    pages_run++;
    if (!err_is_ok(page->fields_err)) {
        buf_add(&response->body, STR("shown again"));
        return DP_SUCCESS;
    }
    response_redirect(response, STR("/thanks"));
    return DP_SUCCESS;
}

static dp_err page_closed(struct page_context *page, struct response *response)
{
    (void)page;
    buf_add(&response->body, STR("half a page"));
    response_cookie(response, STR("a=b"));
    return err_make(DP_CLOSED);
}

static dp_err page_greedy(struct page_context *page, struct response *response)
{
    (void)response;
    (void)arena_take(page->arena, ARENA_MAX, 2);
    return DP_SUCCESS;
}

static dp_err page_long(struct page_context *page, struct response *response)
{
    (void)page;
    for (int i = 0; i <= BODY_MAX; i++) {
        buf_add_char(&response->body, 'x');
    }
    return DP_SUCCESS;
}

static const struct field_rule item_fields[] = {
    { .name = "id", .source = FIELD_FROM_PATH, .type = FIELD_INT, .min = 1, .max = 9 },
};
static const struct field_rule save_fields[] = {
    { .name = "name",
      .source = FIELD_FROM_FORM,
      .type = FIELD_LINE,
      .is_required = true,
      .min = 1,
      .max = 9 },
};
static const struct field_rule query_fields[] = {
    { .name = "n", .source = FIELD_FROM_QUERY, .type = FIELD_INT, .min = 1, .max = 9 },
};

#define FIELDS(rules) .fields = (rules), .field_count = sizeof(rules) / sizeof(rules)[0]

static const struct route rows[] = {
    { .method = METHOD_GET,
      .pattern = "/",
      .page = page_plain,
      .roles = ROLE_PUBLIC,
      .help = "h" },
    { .method = METHOD_GET,
      .pattern = "/item/{id}",
      .page = page_item,
      .roles = ROLE_PUBLIC,
      FIELDS(item_fields),
      .help = "h" },
    { .method = METHOD_GET,
      .pattern = "/query",
      .page = page_item,
      .roles = ROLE_PUBLIC,
      FIELDS(query_fields),
      .help = "h" },
    { .method = METHOD_GET,
      .pattern = "/save",
      .page = page_plain,
      .roles = ROLE_PUBLIC,
      .help = "h" },
    { .method = METHOD_POST,
      .pattern = "/save",
      .page = page_save,
      .roles = ROLE_PUBLIC,
      .csrf = CSRF_FORM,
      FIELDS(save_fields),
      .help = "h" },
    { .method = METHOD_POST,
      .pattern = "/show",
      .page = page_save,
      .roles = ROLE_HR,
      .csrf = CSRF_SESSION,
      FIELDS(save_fields),
      .may_be_invalid = true,
      .help = "h" },
    { .method = METHOD_GET,
      .pattern = "/hr",
      .page = page_plain,
      .roles = ROLE_HR | ROLE_ADMIN,
      .help = "h" },
    { .method = METHOD_GET,
      .pattern = "/phone",
      .page = page_plain,
      .roles = ROLE_EMPLOYEE,
      .help = "h" },
    { .method = METHOD_PUT,
      .pattern = "/api",
      .page = page_plain,
      .roles = ROLE_TOKEN,
      .csrf = CSRF_BEARER,
      .body_max_bytes = 8,
      .help = "h" },
    { .method = METHOD_GET,
      .pattern = "/closed",
      .page = page_closed,
      .roles = ROLE_PUBLIC,
      .help = "h" },
    { .method = METHOD_GET,
      .pattern = "/greedy",
      .page = page_greedy,
      .roles = ROLE_PUBLIC,
      .help = "h" },
    { .method = METHOD_GET,
      .pattern = "/long",
      .page = page_long,
      .roles = ROLE_PUBLIC,
      .help = "h" },
};

static const struct str languages[] = { { "en", 2 }, { "de", 2 } };

/* ---- One request ------------------------------------------------------------------------------ */

struct visit {
    struct arena arena;
    struct buf storage;
    struct request request;
    struct response response;
    struct session_view session;
    dp_err session_err;
    struct routes routes;
    struct str wire;
};

static ssize_t read_wire(void *context, void *out, size_t len)
{
    struct visit *visit = context;
    size_t count = len < visit->wire.len ? len : visit->wire.len;
    memcpy(out, visit->wire.ptr, count);
    visit->wire = str_slice(visit->wire, count, visit->wire.len);
    return (ssize_t)count;
}

static dp_err find_session(void *context, const struct request *request,
                           struct session_view *view)
{
    const struct visit *visit = context;
    (void)request;
    *view = visit->session;
    return visit->session_err;
}

static void start(struct visit *visit, enum method method, const char *path)
{
    *visit = (struct visit){ .arena = arena_new(ARENA_MAX), .storage = buf_new(1 << 20) };
    visit->response = response_new(BODY_MAX);
    visit->request = (struct request){ .method = method,
                                       .path = str_of(path),
                                       .host = STR("box.example"),
                                       .storage = &visit->storage,
                                       .arena = &visit->arena,
                                       .source = { read_wire, visit } };
    visit->routes = (struct routes){ .rows = rows,
                                     .row_count = sizeof rows / sizeof rows[0],
                                     .clock = clock_system(),
                                     .sessions = { find_session, visit },
                                     .csrf_key = { { 7 } },
                                     .languages = languages,
                                     .language_count = 2,
                                     .login_path = "/login" };
}

static void body(struct visit *visit, const char *text)
{
    visit->wire = str_of(text);
    visit->request.body_bytes = strlen(text);
    visit->request.content_type = STR("application/x-www-form-urlencoded");
}

static int serve(struct visit *visit)
{
    routes_serve(&visit->routes, &visit->request, &visit->response);
    return visit->response.status;
}

static void finish(struct visit *visit)
{
    response_free(&visit->response);
    buf_free(&visit->storage);
    arena_free(&visit->arena);
}

static bool says(const struct visit *visit, const char *text)
{
    struct str made = buf_str(&visit->response.body);
    return memmem(made.ptr, made.len, text, strlen(text)) != NULL;
}

/* Status of a request without body or session. */
static int status_of_path(enum method method, const char *path)
{
    struct visit visit;
    start(&visit, method, path);
    int status = serve(&visit);
    finish(&visit);
    return status;
}

/* ---- Where requests end ------------------------------------------------------------------------ */

static void test_routes_serve_unknown_path_is_not_found(void **state)
{
    (void)state;
    static const char *const paths[] = { "/nothing",  "/item", "/item/", "/item/1/",
                                         "/item/1/2", "/hr/",  "//",     "/%69tem/1",
                                         "/item/..",  "" };
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        assert_int_equal(status_of_path(METHOD_GET, paths[i]), 404);
    }
}

/* A known path with another method: 405, naming the methods that work. */
static void test_routes_serve_other_method_is_not_allowed(void **state)
{
    (void)state;
    struct visit visit;
    start(&visit, METHOD_DELETE, "/save");
    assert_int_equal(serve(&visit), 405);
    assert_true(str_equal(visit.response.allow, STR("GET, HEAD, POST")));
    finish(&visit);
    start(&visit, METHOD_GET, "/show");
    assert_int_equal(serve(&visit), 405);
    assert_true(str_equal(visit.response.allow, STR("POST")));
    finish(&visit);
    assert_int_equal(status_of_path(METHOD_OTHER, "/"), 405);
    assert_int_equal(status_of_path(METHOD_HEAD, "/show"), 405);
}

static void test_routes_serve_head_is_get(void **state)
{
    (void)state;
    assert_int_equal(status_of_path(METHOD_HEAD, "/"), 200);
    assert_int_equal(status_of_path(METHOD_HEAD, "/save"), 200);
}

/* ---- Roles --------------------------------------------------------------------------------------- */

/* Every role at every row: exactly the rows whose set holds it answer 200. */
static void test_routes_serve_role_table_holds(void **state)
{
    (void)state;
    static const unsigned roles[] = { 0,       ROLE_EMPLOYEE, ROLE_MANAGER,
                                      ROLE_HR, ROLE_ADMIN,    ROLE_TOKEN };
    static const char *const paths[] = { "/", "/hr", "/phone" };
    for (size_t r = 0; r < sizeof roles / sizeof roles[0]; r++) {
        for (size_t p = 0; p < sizeof paths / sizeof paths[0]; p++) {
            struct visit visit;
            start(&visit, METHOD_GET, paths[p]);
            visit.session.role = roles[r];
            int status = serve(&visit);
            bool may = p == 0 || (p == 1 && (roles[r] == ROLE_HR || roles[r] == ROLE_ADMIN)) ||
                       (p == 2 && roles[r] == ROLE_EMPLOYEE);
            int refusal = roles[r] != 0 ? 403 : p == 1 ? 303 : 401;
            assert_int_equal(status, may ? 200 : refusal);
            finish(&visit);
        }
    }
}

/* A person who is not logged in is sent to the login page and comes back. */
static void test_routes_serve_no_session_goes_to_login(void **state)
{
    (void)state;
    struct visit visit;
    start(&visit, METHOD_GET, "/hr");
    assert_int_equal(serve(&visit), 303);
    assert_true(str_equal(visit.response.location, STR("/login?next=/hr")));
    finish(&visit);
    start(&visit, METHOD_GET, "/hr");
    visit.routes.login_path = NULL;
    assert_int_equal(serve(&visit), 401);
    assert_int_equal(visit.response.authenticate.len, 0);
    finish(&visit);
    start(&visit, METHOD_POST, "/show");
    assert_int_equal(serve(&visit), 401);
    finish(&visit);
    start(&visit, METHOD_PUT, "/api");
    assert_int_equal(serve(&visit), 401);
    assert_true(str_equal(visit.response.authenticate, STR("Bearer")));
    finish(&visit);
}

/* A store that fails is no reason to take anybody for a stranger. */
static void test_routes_serve_failing_session_store_is_unavailable(void **state)
{
    (void)state;
    struct visit visit;
    start(&visit, METHOD_GET, "/hr");
    visit.session_err = err_make(DP_IO);
    assert_int_equal(serve(&visit), 503);
    assert_true(visit.response.retry_after_s > 0);
    finish(&visit);
}

/* ---- Forms ---------------------------------------------------------------------------------------- */

static void form_with_token(const struct visit *visit, const char *purpose, const char *subject,
                            char *out, size_t out_size)
{
    char token[CSRF_TEXT_MAX];
    csrf_token(&visit->routes.csrf_key, str_of(purpose), str_of(subject), token);
    (void)snprintf(out, out_size, "csrf=%s&name=Ann", token);
}

/* Without the right token nothing runs. */
static void test_routes_serve_form_without_token_is_forbidden(void **state)
{
    (void)state;
    char text[256];
    struct visit visit;
    start(&visit, METHOD_POST, "/save");
    form_with_token(&visit, "form", "/other", text, sizeof text);
    finish(&visit);
    const char *const bodies[] = { "", "name=Ann", "csrf=&name=Ann", "csrf=x&csrf=y&name=Ann",
                                   text };
    pages_run = 0;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        start(&visit, METHOD_POST, "/save");
        body(&visit, bodies[i]);
        assert_int_equal(serve(&visit), 403);
        finish(&visit);
    }
    assert_int_equal(pages_run, 0);
}

/* The right token runs the page, but not from a foreign site. */
static void test_routes_serve_form_with_token_runs_from_our_site_only(void **state)
{
    (void)state;
    char text[256];
    struct visit visit;
    start(&visit, METHOD_POST, "/save");
    form_with_token(&visit, "form", "/save", text, sizeof text);
    body(&visit, text);
    assert_int_equal(serve(&visit), 303);
    assert_true(str_equal(visit.response.location, STR("/thanks")));
    finish(&visit);
    start(&visit, METHOD_POST, "/save");
    body(&visit, text);
    visit.request.sec_fetch_site = STR("cross-site");
    assert_int_equal(serve(&visit), 403);
    finish(&visit);
    start(&visit, METHOD_POST, "/save");
    body(&visit, text);
    visit.request.origin = STR("https://evil.example");
    assert_int_equal(serve(&visit), 403);
    finish(&visit);
}

/* A session's token is of that session; a session without a subject has none. */
static void test_routes_serve_session_token_belongs_to_the_session(void **state)
{
    (void)state;
    char text[256];
    struct visit visit;
    start(&visit, METHOD_POST, "/show");
    visit.session = (struct session_view){ .role = ROLE_HR, .csrf_subject = STR("mine") };
    form_with_token(&visit, "session", "mine", text, sizeof text);
    body(&visit, text);
    assert_int_equal(serve(&visit), 303);
    finish(&visit);
    start(&visit, METHOD_POST, "/show");
    visit.session = (struct session_view){ .role = ROLE_HR, .csrf_subject = STR("theirs") };
    body(&visit, text);
    assert_int_equal(serve(&visit), 403);
    finish(&visit);
    start(&visit, METHOD_POST, "/show");
    visit.session = (struct session_view){ .role = ROLE_HR };
    form_with_token(&visit, "session", "", text, sizeof text);
    body(&visit, text);
    assert_int_equal(serve(&visit), 403);
    finish(&visit);
}

/* Bodies: of another type, broken, too long, cut short. */
static void test_routes_serve_bad_bodies_are_refused(void **state)
{
    (void)state;
    struct visit visit;
    start(&visit, METHOD_POST, "/save");
    body(&visit, "{}");
    visit.request.content_type = STR("application/json");
    assert_int_equal(serve(&visit), 415);
    finish(&visit);
    start(&visit, METHOD_POST, "/save");
    body(&visit, "a=%");
    assert_int_equal(serve(&visit), 400);
    finish(&visit);
    start(&visit, METHOD_POST, "/save");
    body(&visit, "a=1");
    visit.request.body_bytes = REQUEST_BODY_BYTES + 1;
    assert_int_equal(serve(&visit), 413);
    finish(&visit);
    start(&visit, METHOD_POST, "/save");
    body(&visit, "a=1");
    visit.request.body_bytes = 4;
    assert_int_equal(serve(&visit), 503);
    finish(&visit);
}

/* A program with a token needs no CSRF token; its row's own limit for the body holds. */
static void test_routes_serve_bearer_body_limit_holds(void **state)
{
    (void)state;
    struct visit visit;
    start(&visit, METHOD_PUT, "/api");
    visit.session.role = ROLE_TOKEN;
    body(&visit, "12345678");
    assert_int_equal(serve(&visit), 200);
    finish(&visit);
    start(&visit, METHOD_PUT, "/api");
    visit.session.role = ROLE_TOKEN;
    body(&visit, "123456789");
    assert_int_equal(serve(&visit), 413);
    finish(&visit);
}

/* ---- Fields ---------------------------------------------------------------------------------------- */

static void test_routes_serve_fields_are_checked(void **state)
{
    (void)state;
    struct visit visit;
    start(&visit, METHOD_GET, "/item/7");
    assert_int_equal(serve(&visit), 200);
    assert_true(says(&visit, "item 7"));
    finish(&visit);
    assert_int_equal(status_of_path(METHOD_GET, "/item/10"), 400);
    assert_int_equal(status_of_path(METHOD_GET, "/item/x"), 400);
}

/* A broken query harms only rows that read it. */
static void test_routes_serve_broken_query_harms_its_readers_only(void **state)
{
    (void)state;
    struct visit visit;
    start(&visit, METHOD_GET, "/");
    visit.request.query = STR("utm=%zz");
    assert_int_equal(serve(&visit), 200);
    finish(&visit);
    start(&visit, METHOD_GET, "/query");
    visit.request.query = STR("utm=%zz");
    assert_int_equal(serve(&visit), 400);
    finish(&visit);
    start(&visit, METHOD_GET, "/query");
    visit.request.query = STR("utm=x&n=3");
    assert_int_equal(serve(&visit), 200);
    assert_true(says(&visit, "item 3"));
    finish(&visit);
}

/* A row that shows its faults itself gets the page run with them. */
static void test_routes_serve_may_be_invalid_runs_the_page(void **state)
{
    (void)state;
    char token[CSRF_TEXT_MAX];
    char text[256];
    struct visit visit;
    start(&visit, METHOD_POST, "/show");
    visit.session = (struct session_view){ .role = ROLE_HR, .csrf_subject = STR("mine") };
    csrf_token(&visit.routes.csrf_key, STR("session"), STR("mine"), token);
    (void)snprintf(text, sizeof text, "csrf=%s&name=much+too+long+a+name", token);
    body(&visit, text);
    assert_int_equal(serve(&visit), 200);
    assert_true(says(&visit, "shown again"));
    finish(&visit);
}

/* ---- Errors ------------------------------------------------------------------------------------------ */

/* What a failing page wrote and set is gone; the error page is whole and allowed its style. */
static void test_routes_serve_failing_page_becomes_error_page(void **state)
{
    (void)state;
    char why[HTMLCHECK_WHY_MAX];
    struct visit visit;
    start(&visit, METHOD_GET, "/closed");
    assert_int_equal(serve(&visit), 410);
    assert_false(says(&visit, "half a page"));
    assert_int_equal(visit.response.cookie_count, 0);
    assert_int_equal(visit.response.policy, HEADERS_PHONE);
    assert_true(says(&visit, err_sentence(DP_CLOSED)));
    assert_true(htmlcheck(buf_str(&visit.response.body), why));
    finish(&visit);
    assert_int_equal(status_of_path(METHOD_GET, "/greedy"), 503);
    assert_int_equal(status_of_path(METHOD_GET, "/long"), 503);
}

static dp_err own_error_page(struct page_context *page, struct response *response)
{
    buf_fmt(&response->body, "own %s", err_name(routes_error(page).code));
    response->status = 200;
    return DP_SUCCESS;
}

static dp_err failing_error_page(struct page_context *page, struct response *response)
{
    (void)page;
    buf_add(&response->body, STR("garbage"));
    return err_make(DP_BUG);
}

/* The house's own error page is used, keeps the status, and may fail itself. */
static void test_routes_serve_own_error_page_is_used(void **state)
{
    (void)state;
    struct visit visit;
    start(&visit, METHOD_GET, "/nothing");
    visit.routes.error_page = own_error_page;
    assert_int_equal(serve(&visit), 404);
    assert_true(says(&visit, "own not_found"));
    finish(&visit);
    start(&visit, METHOD_GET, "/nothing");
    visit.routes.error_page = failing_error_page;
    assert_int_equal(serve(&visit), 404);
    assert_false(says(&visit, "garbage"));
    assert_true(says(&visit, err_sentence(DP_NOT_FOUND)));
    finish(&visit);
}

/* With every small arena a request ends in a page or an error page, never in a crash. */
static void test_routes_serve_small_arenas_end_in_a_page(void **state)
{
    (void)state;
    char text[256];
    size_t good = 0;
    for (size_t cap = 0; cap < 4096; cap += 16) {
        struct visit visit;
        start(&visit, METHOD_POST, "/save");
        form_with_token(&visit, "form", "/save", text, sizeof text);
        body(&visit, text);
        arena_free(&visit.arena);
        visit.arena = arena_new(cap);
        int status = serve(&visit);
        assert_true(status == 303 || status == 503);
        good += status == 303 ? 1 : 0;
        finish(&visit);
    }
    assert_in_range(good, 1, 255);
}

/* ---- Language ------------------------------------------------------------------------------------------ */

/* The account's choice goes before the browser's wish. */
static void test_routes_serve_language_is_picked(void **state)
{
    (void)state;
    struct visit visit;
    start(&visit, METHOD_GET, "/");
    visit.request.accept_language = STR("de-DE,de;q=0.9,en;q=0.5");
    assert_int_equal(serve(&visit), 200);
    assert_true(says(&visit, "page in de"));
    finish(&visit);
    start(&visit, METHOD_GET, "/");
    visit.request.accept_language = STR("de");
    visit.session = (struct session_view){ .role = ROLE_HR, .language = STR("en") };
    assert_int_equal(serve(&visit), 200);
    assert_true(says(&visit, "page in en"));
    finish(&visit);
}

/* The table of this test is itself a good one. */
static void test_routes_check_own_table_passes(void **state)
{
    (void)state;
    struct dp_problem problem = { 0 };
    assert_ok(routes_check(rows, sizeof rows / sizeof rows[0], &problem));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_routes_serve_unknown_path_is_not_found),
        cmocka_unit_test(test_routes_serve_other_method_is_not_allowed),
        cmocka_unit_test(test_routes_serve_head_is_get),
        cmocka_unit_test(test_routes_serve_role_table_holds),
        cmocka_unit_test(test_routes_serve_no_session_goes_to_login),
        cmocka_unit_test(test_routes_serve_failing_session_store_is_unavailable),
        cmocka_unit_test(test_routes_serve_form_without_token_is_forbidden),
        cmocka_unit_test(test_routes_serve_form_with_token_runs_from_our_site_only),
        cmocka_unit_test(test_routes_serve_session_token_belongs_to_the_session),
        cmocka_unit_test(test_routes_serve_bad_bodies_are_refused),
        cmocka_unit_test(test_routes_serve_bearer_body_limit_holds),
        cmocka_unit_test(test_routes_serve_fields_are_checked),
        cmocka_unit_test(test_routes_serve_broken_query_harms_its_readers_only),
        cmocka_unit_test(test_routes_serve_may_be_invalid_runs_the_page),
        cmocka_unit_test(test_routes_serve_failing_page_becomes_error_page),
        cmocka_unit_test(test_routes_serve_own_error_page_is_used),
        cmocka_unit_test(test_routes_serve_small_arenas_end_in_a_page),
        cmocka_unit_test(test_routes_serve_language_is_picked),
        cmocka_unit_test(test_routes_check_own_table_passes),
    };
    secret_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
