/* SPDX-License-Identifier: MIT */
#include "web/routes.h"

#include <stdatomic.h>
#include <string.h>

#include "app/core/log.h"
#include "web/html/layout.h"
#include "web/request/csrf.h"
#include "web/request/language.h"
#include "web/request/status.h"

enum { RETRY_AFTER_S = 30, LOG_PAUSE_MS = 10 * 1000 };

/* ---- Patterns ------------------------------------------------------------------------------- */

static bool is_param(struct str segment)
{
    return segment.len > 2 && segment.ptr[0] == '{' && segment.ptr[segment.len - 1] == '}';
}

/* True if the path is of the pattern; then its {names} stand in `params`. */
static bool match(const char *pattern, struct str path, struct path_params *params)
{
    params->count = 0;
    struct str left = str_of(pattern);
    struct str right = path;
    struct str wanted;
    struct str given;
    while (str_next(&left, '/', &wanted)) {
        if (!str_next(&right, '/', &given)) {
            return false;
        }
        if (!is_param(wanted)) {
            if (!str_equal(wanted, given)) {
                return false;
            }
            continue;
        }
        if (given.len == 0 || params->count == FIELDS_PARAMS_MAX) {
            return false;
        }
        params->names[params->count] = str_slice(wanted, 1, wanted.len - 2);
        params->values[params->count] = given;
        params->count++;
    }
    return right.ptr == NULL;
}

/* The row of a request, or NULL; then `allowed` has a bit for each method that the path would take. */
static const struct route *find_row(const struct routes *routes, const struct request *request,
                                    struct path_params *params, unsigned *allowed)
{
    enum method method = request->method == METHOD_HEAD ? METHOD_GET : request->method;
    if (!request_path_is_plain(request->path)) {
        return NULL;
    }
    struct path_params found;
    for (size_t i = 0; i < routes->row_count; i++) {
        const struct route *row = &routes->rows[i];
        if (!match(row->pattern, request->path, &found)) {
            continue;
        }
        if (row->method == method) {
            *params = found;
            return row;
        }
        *allowed |= 1U << row->method;
    }
    return NULL;
}

/* The value of the Allow header: "GET, HEAD, POST". */
static struct str allow_text(unsigned allowed, struct arena *arena)
{
    unsigned methods = allowed;
    if ((methods & 1U << METHOD_GET) != 0) {
        methods |= 1U << METHOD_HEAD;
    }
    struct str text = STR("");
    for (enum method method = METHOD_GET; method < METHOD_OTHER; method++) {
        if ((methods & 1U << method) != 0) {
            text = arena_fmt(arena, "%.*s%s%.*s", STR_ARG(text), text.len > 0 ? ", " : "",
                             STR_ARG(request_method_name(method)));
        }
    }
    return text;
}

/* ---- Errors --------------------------------------------------------------------------------- */

dp_err routes_error(const struct page_context *page)
{
    return page->fields_err;
}

static dp_err plain_error_page(struct page_context *page, struct response *response)
{
    struct html html = html_new(&response->body);
    struct layout_phone frame = {
        .language = STR("en"),
        .title = str_of(status_reason(response->status)),
    };
    layout_phone_open(&html, &frame);
    html_leaf(&html, TAG_H1, NULL, str_of(err_sentence(routes_error(page).code)));
    layout_phone_close(&html);
    return html_finish(&html);
}

/* One line at most in ten seconds: a full disk fails every request, and must not fill the journal as
 * well. Neither path nor visitor is named (app/core/log.h). */
static void log_failure(const struct routes *routes, dp_err err)
{
    static _Atomic int64_t silent_until_ms;
    int64_t now_ms = clock_monotonic_ms(&routes->clock);
    int64_t until_ms = atomic_load(&silent_until_ms);
    if (now_ms >= until_ms &&
        atomic_compare_exchange_strong(&silent_until_ms, &until_ms, now_ms + LOG_PAUSE_MS)) {
        log_error("a page failed: %s", err_sentence(err.code));
    }
}

static void show_error(const struct routes *routes, struct page_context *page, dp_err err,
                       struct response *response)
{
    struct str allow = response->allow;
    response_reset(response);
    response->status = allow.len > 0 ? 405 : status_of(err.code);
    response->allow = allow;
    response->policy = HEADERS_PHONE;
    response->retry_after_s = response->status == 503 || response->status == 429 ? RETRY_AFTER_S
                                                                                 : 0;
    if (response->status == 401 && page->route != NULL &&
        (page->route->roles & ROLE_TOKEN) != 0) {
        response->authenticate = STR("Bearer");
    }
    page->fields_err = err;
    int status = response->status;
    if (status >= 500) {
        log_failure(routes, err);
    }
    if (routes->error_page != NULL && err_is_ok(routes->error_page(page, response))) {
        response->status = status;
        return;
    }
    buf_clear(&response->body);
    response->policy = HEADERS_PHONE;
    if (!err_is_ok(plain_error_page(page, response))) {
        buf_clear(&response->body);
        response->type = STR("");
    }
}

/* ---- The steps ------------------------------------------------------------------------------ */

/* A person who is not logged in goes to the login page and comes back afterwards. */
static dp_err refuse_role(const struct routes *routes, struct page_context *page,
                          struct response *response)
{
    const struct request *request = page->request;
    if (page->session->role != 0) {
        return err_make(DP_FORBIDDEN);
    }
    bool is_view = request->method == METHOD_GET || request->method == METHOD_HEAD;
    unsigned by_login = ROLE_HR | ROLE_MANAGER | ROLE_ADMIN;
    if (routes->login_path == NULL || !is_view || (page->route->roles & by_login) == 0) {
        return err_make(DP_UNAUTHENTICATED);
    }
    struct str target = str_of(routes->login_path);
    if (response_next_is_safe(request->path)) {
        target = arena_fmt(page->arena, "%s?next=%.*s", routes->login_path,
                           STR_ARG(request->path));
        DP_TRY(arena_finish(page->arena));
    }
    response_redirect(response, target);
    return DP_SUCCESS;
}

static dp_err read_form(struct page_context *page, struct request *request, struct form *form)
{
    const struct route *row = page->route;
    DP_TRY(request_read_body(request, row->body_max_bytes == 0 ? REQUEST_BODY_BYTES
                                                               : row->body_max_bytes));
    if (row->csrf == CSRF_BEARER) {
        return DP_SUCCESS;
    }
    if (request->body_bytes > 0 && !request_is_form(request)) {
        return err_make(DP_UNSUPPORTED);
    }
    return form_parse(request->body, page->arena, form);
}

static dp_err check_csrf(const struct page_context *page, const struct form *form)
{
    enum page_csrf policy = page->route->csrf;
    if (policy == CSRF_NONE || policy == CSRF_BEARER) {
        return DP_SUCCESS;
    }
    DP_TRY(csrf_check_origin(page->request));
    struct str given = STR("");
    if (form_find(form, STR("csrf"), &given) != 1) {
        return err_make(DP_FORBIDDEN);
    }
    if (policy == CSRF_FORM) {
        return csrf_check_token(page->csrf_key, STR("form"), page->request->path, given);
    }
    if (page->session->csrf_subject.len == 0) {
        return err_make(DP_FORBIDDEN);
    }
    return csrf_check_token(page->csrf_key, STR("session"), page->session->csrf_subject, given);
}

/* True if a rule wants the query; otherwise whatever a mail program has added to a link is left
 * alone, well-formed or not. */
static bool wants_query(const struct route *row)
{
    for (size_t i = 0; i < row->field_count; i++) {
        if (row->fields[i].source == FIELD_FROM_QUERY) {
            return true;
        }
    }
    return false;
}

static dp_err check_fields(struct page_context *page, const struct form *form)
{
    const struct route *row = page->route;
    struct form query = { 0 };
    if (wants_query(row)) {
        DP_TRY(form_parse(page->request->query, page->arena, &query));
    }
    struct field *fields = arena_take(page->arena, row->field_count + 1, sizeof *fields);
    if (fields == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct fields_input input = { &page->params, &query, form };
    page->fields = fields;
    page->fields_err = fields_check(row->fields, row->field_count, &input, page->arena, fields);
    bool is_left_to_page = row->may_be_invalid && !err_is(page->fields_err, DP_NO_MEMORY);
    return is_left_to_page ? DP_SUCCESS : page->fields_err;
}

static dp_err run_page(struct page_context *page, struct request *request,
                       struct response *response)
{
    const struct route *row = page->route;
    struct form form = { 0 };
    bool has_body = row->method != METHOD_GET;
    if (has_body) {
        DP_TRY(read_form(page, request, &form));
        DP_TRY(check_csrf(page, &form));
    }
    DP_TRY(check_fields(page, has_body ? &form : NULL));
    response->policy = row->policy;
    DP_TRY(row->page(page, response));
    DP_TRY(arena_finish(page->arena));
    return buf_finish(&response->body);
}

static dp_err serve(const struct routes *routes, struct page_context *page,
                    struct request *request, struct response *response)
{
    unsigned allowed = 0;
    page->route = find_row(routes, request, &page->params, &allowed);
    if (page->route == NULL) {
        response->allow = allow_text(allowed, page->arena);
        return err_make(response->allow.len > 0 ? DP_USAGE : DP_NOT_FOUND);
    }
    struct session_view *session = arena_take(page->arena, 1, sizeof *session);
    if (session == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    page->session = session;
    if (routes->sessions.find != NULL) {
        DP_TRY(routes->sessions.find(routes->sessions.context, request, session));
    }
    if (session->language.len > 0) {
        page->language = language_pick(session->language, routes->languages,
                                       routes->language_count);
    }
    if (((session->role | ROLE_PUBLIC) & page->route->roles) == 0) {
        return refuse_role(routes, page, response);
    }
    return run_page(page, request, response);
}

void routes_serve(const struct routes *routes, struct request *request,
                  struct response *response)
{
    static const struct session_view nobody = { 0 };
    struct page_context page = {
        .clock = &routes->clock,
        .services = routes->services,
        .language = language_pick(request->accept_language, routes->languages,
                                  routes->language_count),
        .session = &nobody,
        .request = request,
        .arena = request->arena,
        .csrf_key = &routes->csrf_key,
    };
    dp_err err = serve(routes, &page, request, response);
    if (!err_is_ok(err)) {
        show_error(routes, &page, err, response);
    }
}

/* ---- Checking the table ---------------------------------------------------------------------- */

static bool has_param(const char *pattern, const char *name)
{
    struct str rest = str_of(pattern);
    struct str segment;
    while (str_next(&rest, '/', &segment)) {
        if (is_param(segment) &&
            str_equal(str_slice(segment, 1, segment.len - 2), str_of(name))) {
            return true;
        }
    }
    return false;
}

static size_t count_params(const char *pattern)
{
    size_t count = 0;
    struct str rest = str_of(pattern);
    struct str segment;
    while (str_next(&rest, '/', &segment)) {
        count += is_param(segment) ? 1 : 0;
    }
    return count;
}

/* The fault of one field rule as a sentence, or NULL. */
static const char *field_fault(const struct route *row, size_t index)
{
    const struct field_rule *rule = &row->fields[index];
    for (size_t i = 0; i < index; i++) {
        if (strcmp(row->fields[i].name, rule->name) == 0 &&
            row->fields[i].source == rule->source) {
            return "names a field twice";
        }
    }
    if (rule->source == FIELD_FROM_PATH && !has_param(row->pattern, rule->name)) {
        return "has a field that its pattern does not hold";
    }
    if (rule->source == FIELD_FROM_FORM && row->method == METHOD_GET) {
        return "wants a form with GET";
    }
    if (rule->type == FIELD_CHOICE && rule->choices == NULL) {
        return "has a choice without choices";
    }
    return rule->type != FIELD_CHOICE && rule->type != FIELD_DATE && rule->type != FIELD_FLAG &&
                   rule->min > rule->max
               ? "has a field whose smallest value is above its largest"
               : NULL;
}

static const char *fields_fault(const struct route *row)
{
    size_t params = 0;
    for (size_t i = 0; i < row->field_count; i++) {
        const char *fault = field_fault(row, i);
        if (fault != NULL) {
            return fault;
        }
        params += row->fields[i].source == FIELD_FROM_PATH ? 1 : 0;
    }
    if (row->field_count > FIELDS_MAX || params > FIELDS_PARAMS_MAX) {
        return "has too many fields";
    }
    return params != count_params(row->pattern) ? "leaves a part of its pattern unchecked"
                                                : NULL;
}

static const char *csrf_fault(const struct route *row)
{
    bool is_view = row->method == METHOD_GET;
    if (is_view && row->csrf != CSRF_NONE) {
        return "has a CSRF policy but changes nothing";
    }
    if (!is_view && row->csrf == CSRF_NONE) {
        return "changes something without a CSRF policy";
    }
    if (row->csrf == CSRF_BEARER && row->roles != ROLE_TOKEN) {
        return "spares CSRF for others than programs";
    }
    if (row->csrf == CSRF_SESSION && (row->roles & ROLE_PUBLIC) != 0) {
        return "wants a session's token from people without one";
    }
    return NULL;
}

static const char *row_fault(const struct route *row)
{
    if (row->pattern == NULL || row->pattern[0] != '/') {
        return "has no pattern that begins with '/'";
    }
    if (row->page == NULL) {
        return "has no page";
    }
    if (row->help == NULL || row->help[0] == '\0') {
        return "has no help";
    }
    if (row->roles == 0) {
        return "names nobody who may use it";
    }
    if (row->method == METHOD_HEAD || row->method == METHOD_OTHER) {
        return "has a method that no row may have";
    }
    const char *fault = csrf_fault(row);
    return fault != NULL ? fault : fields_fault(row);
}

dp_err routes_check(const struct route *rows, size_t row_count, struct dp_problem *problem)
{
    for (size_t i = 0; i < row_count; i++) {
        const char *fault = row_fault(&rows[i]);
        for (size_t other = 0; other < i && fault == NULL; other++) {
            if (rows[other].method == rows[i].method &&
                strcmp(rows[other].pattern, rows[i].pattern) == 0) {
                fault = "stands in the table twice";
            }
        }
        if (fault != NULL) {
            return problem_set(problem, 0, 0, "The row %s %s %s",
                               request_method_name(rows[i].method).ptr,
                               rows[i].pattern == NULL ? "?" : rows[i].pattern, fault);
        }
    }
    return DP_SUCCESS;
}
