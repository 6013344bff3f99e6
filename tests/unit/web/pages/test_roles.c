/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/support/support.h"
#include "web/pages/pages.h"
#include "web/request/csrf.h"

/*
 * Who gets in where. The table of addresses is taken as it is, only its pages are replaced by one
 * that counts; who may is written down here a second time, so that a change of the table alone, or a
 * new row that nobody thought about, fails.
 */

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { ARENA_MAX = 1 << 16, BODY_MAX = 1 << 14, ROWS_MAX = 64 };

enum may { EVERYBODY, STAFF, OFFICE };

static const struct {
    enum method method;
    const char *pattern;
    const char *path;
    enum may who;
} wanted[] = {
    { METHOD_GET, "/healthz", "/healthz", EVERYBODY },
    { METHOD_GET, "/assets/{file}", "/assets/app.css", EVERYBODY },
    { METHOD_GET, "/a/{link}", "/a/0123456789ABCDEF", EVERYBODY },
    { METHOD_POST, "/a/{link}", "/a/0123456789ABCDEF", EVERYBODY },
    { METHOD_GET, "/a/{link}/thanks", "/a/0123456789ABCDEF/thanks", EVERYBODY },
    { METHOD_GET, "/login", "/login", EVERYBODY },
    { METHOD_POST, "/login", "/login", EVERYBODY },
    { METHOD_POST, "/logout", "/logout", STAFF },
    { METHOD_GET, "/setup", "/setup", EVERYBODY },
    { METHOD_POST, "/setup", "/setup", EVERYBODY },
    { METHOD_GET, "/", "/", STAFF },
    { METHOD_GET, "/trend", "/trend", STAFF },
    { METHOD_GET, "/alerts", "/alerts", STAFF },
    { METHOD_POST, "/alerts", "/alerts", OFFICE },
    { METHOD_GET, "/themes", "/themes", STAFF },
    { METHOD_GET, "/themes/links", "/themes/links", OFFICE },
    { METHOD_GET, "/themes/{theme}", "/themes/voice", STAFF },
    { METHOD_GET, "/link", "/link", OFFICE },
    { METHOD_GET, "/corrections", "/corrections", STAFF },
    { METHOD_GET, "/corrections/new", "/corrections/new", OFFICE },
    { METHOD_POST, "/corrections", "/corrections", OFFICE },
    { METHOD_GET, "/corrections/{id}", "/corrections/7", OFFICE },
    { METHOD_POST, "/corrections/{id}/withdraw", "/corrections/7/withdraw", OFFICE },
    { METHOD_POST, "/link/question", "/link/question", OFFICE },
};

static const unsigned roles[] = { 0,       ROLE_EMPLOYEE, ROLE_MANAGER,
                                  ROLE_HR, ROLE_ADMIN,    ROLE_TOKEN };
static const struct str languages[] = { { "en", 2 } };
static struct route rows[ROWS_MAX];
static size_t row_count;
static int pages_run;

static dp_err page_let_in(struct page_context *page, struct response *response)
{
    (void)page;
    (void)response;
    pages_run++;
    return DP_SUCCESS;
}

static bool may(enum may who, unsigned role)
{
    switch (who) {
    case EVERYBODY:
        return true;
    case STAFF:
        return role == ROLE_MANAGER || role == ROLE_HR || role == ROLE_ADMIN;
    case OFFICE:
        break;
    }
    return role == ROLE_HR || role == ROLE_ADMIN;
}

/* ---- One request ---------------------------------------------------------------------------------- */

struct visit {
    struct arena arena;
    struct buf storage;
    struct request request;
    struct response response;
    struct routes routes;
    unsigned role;
    char form[CSRF_TEXT_MAX + 8];
    struct str wire;
};

static const struct secret_key key = { { 7 } };

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
    *view = (struct session_view){ .role = visit->role,
                                   .name = STR("somebody"),
                                   .csrf_subject = visit->role == 0 ? STR("")
                                                                    : STR("a session") };
    return DP_SUCCESS;
}

static void start(struct visit *visit, enum method method, const char *path, unsigned role)
{
    *visit = (struct visit){ .arena = arena_new(ARENA_MAX),
                             .storage = buf_new(1 << 20),
                             .role = role };
    visit->response = response_new(BODY_MAX);
    visit->request = (struct request){ .method = method,
                                       .path = str_of(path),
                                       .host = STR("box.example"),
                                       .storage = &visit->storage,
                                       .arena = &visit->arena,
                                       .source = { read_wire, visit } };
    visit->routes = (struct routes){ .rows = rows,
                                     .row_count = row_count,
                                     .clock = clock_system(),
                                     .sessions = { find_session, visit },
                                     .csrf_key = key,
                                     .languages = languages,
                                     .language_count = 1,
                                     .login_path = "/login" };
}

static void send_form(struct visit *visit, const char *token)
{
    snprintf(visit->form, sizeof visit->form, "csrf=%s", token);
    visit->wire = str_of(visit->form);
    visit->request.body_bytes = visit->wire.len;
    visit->request.content_type = STR("application/x-www-form-urlencoded");
}

/* Gives the status; how often the page ran is counted. */
static int serve(struct visit *visit)
{
    pages_run = 0;
    routes_serve(&visit->routes, &visit->request, &visit->response);
    return visit->response.status;
}

static void finish(struct visit *visit)
{
    response_free(&visit->response);
    buf_free(&visit->storage);
    arena_free(&visit->arena);
}

static int setup(void **state)
{
    (void)state;
    const struct route *table = pages_rows(&row_count);
    assert_in_range(row_count, 1, ROWS_MAX);
    for (size_t i = 0; i < row_count; i++) {
        rows[i] = table[i];
        rows[i].page = page_let_in;
        rows[i].may_be_invalid = true; /* who may is asked before what was typed */
    }
    return 0;
}

static const struct route *row_of(size_t at)
{
    for (size_t i = 0; i < row_count; i++) {
        if (rows[i].method == wanted[at].method &&
            strcmp(rows[i].pattern, wanted[at].pattern) == 0) {
            return &rows[i];
        }
    }
    fail_msg("no row for %s", wanted[at].pattern);
    return NULL;
}

static void proper_token(const struct route *row, const char *path, char out[CSRF_TEXT_MAX])
{
    bool is_form = row->csrf == CSRF_FORM;
    csrf_token(&key, is_form ? STR("form") : STR("session"),
               is_form ? str_of(path) : STR("a session"), out);
}

/* ---- The table ------------------------------------------------------------------------------------ */

/* The house's own check passes, and each address is in the list above. */
static void test_pages_rows_are_all_listed_here(void **state)
{
    (void)state;
    struct dp_problem problem = { 0 };
    size_t count = 0;
    const struct route *table = pages_rows(&count);
    assert_ok(routes_check(table, count, &problem));
    assert_int_equal(count, COUNT(wanted));
    for (size_t i = 0; i < COUNT(wanted); i++) {
        (void)row_of(i);
    }
}

/* What changes something asks for a token, of the path where there is no session; GET never does. */
static void test_pages_rows_every_post_has_a_csrf_policy(void **state)
{
    (void)state;
    for (size_t i = 0; i < row_count; i++) {
        bool is_reading = rows[i].method == METHOD_GET;
        bool is_public = (rows[i].roles & ROLE_PUBLIC) != 0;
        enum page_csrf policy = is_public ? CSRF_FORM : CSRF_SESSION;
        assert_int_equal(rows[i].csrf, is_reading ? CSRF_NONE : policy);
    }
}

/* ---- Who gets in ---------------------------------------------------------------------------------- */

/* Every address for every kind of visitor, with a proper token: in, or to the login, or refused. */
static void test_routes_serve_lets_in_exactly_who_may(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(wanted); i++) {
        const struct route *row = row_of(i);
        for (size_t k = 0; k < COUNT(roles); k++) {
            struct visit visit;
            char token[CSRF_TEXT_MAX];
            start(&visit, wanted[i].method, wanted[i].path, roles[k]);
            if (wanted[i].method == METHOD_POST) {
                proper_token(row, wanted[i].path, token);
                send_form(&visit, token);
            }
            int status = serve(&visit);
            bool is_in = may(wanted[i].who, roles[k]);
            bool is_to_login = !is_in && roles[k] == 0 && wanted[i].method == METHOD_GET;
            int refused = roles[k] != 0 ? 403 : is_to_login ? 303 : 401;
            assert_int_equal(pages_run, is_in ? 1 : 0);
            assert_int_equal(status, is_in ? 200 : refused);
            assert_true(!is_to_login ||
                        str_starts_with(visit.response.location, STR("/login")));
            finish(&visit);
        }
    }
}

/* HEAD asks for the same roles as GET. */
static void test_routes_serve_head_is_no_way_round(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(wanted); i++) {
        if (wanted[i].method != METHOD_GET) {
            continue;
        }
        for (size_t k = 0; k < COUNT(roles); k++) {
            struct visit visit;
            start(&visit, METHOD_HEAD, wanted[i].path, roles[k]);
            (void)serve(&visit);
            assert_int_equal(pages_run, may(wanted[i].who, roles[k]) ? 1 : 0);
            finish(&visit);
        }
    }
}

/* Without a token, with one of another path or session, and with a proper one but sent from another
 * site, no POST gets to its page. */
static void test_routes_serve_post_without_its_token_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(wanted); i++) {
        if (wanted[i].method != METHOD_POST) {
            continue;
        }
        const struct route *row = row_of(i);
        char token[4][CSRF_TEXT_MAX] = { "" };
        csrf_token(&key, STR("form"), STR("/another"), token[1]);
        csrf_token(&key, STR("session"), STR("another"), token[2]);
        proper_token(row, wanted[i].path, token[3]);
        for (size_t k = 0; k < COUNT(token); k++) {
            struct visit visit;
            start(&visit, METHOD_POST, wanted[i].path, ROLE_ADMIN);
            send_form(&visit, token[k]);
            visit.request.sec_fetch_site = k == 3 ? STR("cross-site") : STR("same-origin");
            assert_int_equal(serve(&visit), 403);
            assert_int_equal(pages_run, 0);
            finish(&visit);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages_rows_are_all_listed_here),
        cmocka_unit_test(test_pages_rows_every_post_has_a_csrf_policy),
        cmocka_unit_test(test_routes_serve_lets_in_exactly_who_may),
        cmocka_unit_test(test_routes_serve_head_is_no_way_round),
        cmocka_unit_test(test_routes_serve_post_without_its_token_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
