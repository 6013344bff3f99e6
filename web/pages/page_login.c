/* SPDX-License-Identifier: MIT */

/* Logging in and out, and the first run's claim. A failed try says the same whatever was wrong. */

#include "web/pages/pages.h"
#include "web/pages/services.h"
#include "web/request/cookie.h"

enum { LOGIN_NAME, LOGIN_PASSWORD, LOGIN_NEXT };
enum { LOOK_NEXT };
enum { SETUP_CODE, SETUP_NAME, SETUP_PASSWORD };

struct login_form {
    struct str notice; /* empty on the first look */
    struct str name;   /* what was typed */
    struct str next;   /* where to go afterwards; empty: the overview */
};

/* A way back that is a path of our own, or nothing. */
static struct str safe_next(const struct field *field)
{
    bool is_safe = field->state == FIELD_VALID && response_next_is_safe(field->text);
    return is_safe ? field->text : STR("");
}

static void write_name_and_password(const struct page_context *page, struct html *html,
                                    struct str name, bool is_new)
{
    struct parts_field login = { .name = STR("login"),
                                 .label = services_say(page, TEXT_LOGIN_NAME),
                                 .type = STR("text"),
                                 .value = name,
                                 .autocomplete = STR("username"),
                                 .is_required = true,
                                 .max_length = EMAIL_MAX - 1 };
    struct parts_field password = {
        .name = STR("password"),
        .label = services_say(page, TEXT_LOGIN_PASSWORD),
        .hint = is_new ? services_say(page, TEXT_SETUP_PASSWORD_HINT) : STR(""),
        .type = STR("password"),
        .autocomplete = is_new ? STR("new-password") : STR("current-password"),
        .is_required = true,
        .max_length = SECRET_PASSWORD_MAX,
    };
    parts_field(html, &login);
    parts_field(html, &password);
}

static dp_err show_login(struct page_context *page, struct response *response,
                         const struct login_form *form)
{
    struct html html = html_new(&response->body);
    struct str title = services_say(page, TEXT_LOGIN_TITLE);
    services_open_narrow(page, &html, title);
    parts_heading(&html, title, services_say(page, TEXT_LOGIN_LEAD));
    if (form->notice.len > 0) {
        parts_notice(&html, PARTS_BAD, form->notice);
    }
    parts_form_open(&html, STR("/login"), false);
    page_csrf_input(page, &html, CSRF_FORM, STR("/login"));
    if (form->next.len > 0) {
        html_open(&html, TAG_INPUT);
        html_attr(&html, ATTR_TYPE, STR("hidden"));
        html_attr(&html, ATTR_NAME, STR("next"));
        html_attr(&html, ATTR_VALUE, form->next);
    }
    write_name_and_password(page, &html, form->name, false);
    parts_button(&html, "primary", title);
    html_close(&html, TAG_FORM);
    services_close(page, &html);
    return html_finish(&html);
}

dp_err page_login(struct page_context *page, struct response *response)
{
    bool is_unclaimed = false;
    if (page->session->role != 0) {
        response_redirect(response, STR("/"));
        return DP_SUCCESS;
    }
    DP_TRY(account_is_unclaimed(services_of(page)->appliance, &is_unclaimed));
    if (is_unclaimed) {
        response_redirect(response, STR("/setup"));
        return DP_SUCCESS;
    }
    struct login_form form = { .next = safe_next(&page->fields[LOOK_NEXT]) };
    return show_login(page, response, &form);
}

static dp_err enter(struct page_context *page, struct response *response, const char *token,
                    struct str next)
{
    struct str line;
    struct str value = arena_copy(page->arena, str_of(token));
    DP_TRY(cookie_make(page->arena, COOKIE_SESSION, value, ACCOUNT_SESSION_S, &line));
    response_cookie(response, line);
    response_redirect(response, next.len > 0 ? next : STR("/"));
    return DP_SUCCESS;
}

dp_err page_login_send(struct page_context *page, struct response *response)
{
    struct services *services = services_of(page);
    char token[ACCOUNT_TOKEN_TEXT];
    struct login_form form = { .name = page->fields[LOGIN_NAME].text,
                               .next = safe_next(&page->fields[LOGIN_NEXT]) };
    dp_err done = err_is_ok(page->fields_err)
                      ? account_log_in(services->appliance, &services->limiter,
                                       page->request->peer, form.name,
                                       page->fields[LOGIN_PASSWORD].text, token)
                      : err_make(DP_UNAUTHENTICATED);
    if (err_is_ok(done)) {
        return enter(page, response, token, form.next);
    }
    if (err_is(done, DP_RATE_LIMITED)) {
        response->status = 429;
        response->retry_after_s = LIMITER_REFILL_S;
        form.notice = services_say(page, TEXT_LOGIN_WAIT_SHORT);
        return show_login(page, response, &form);
    }
    if (!err_is(done, DP_UNAUTHENTICATED)) {
        return done;
    }
    response->status = 401;
    form.notice = services_say(page, TEXT_LOGIN_WRONG);
    return show_login(page, response, &form);
}

dp_err page_logout_send(struct page_context *page, struct response *response)
{
    struct str token;
    struct str line;
    if (cookie_find(page->request->cookie, COOKIE_SESSION, &token)) {
        DP_TRY(account_log_out(services_of(page)->appliance, token));
    }
    DP_TRY(cookie_make(page->arena, COOKIE_SESSION, STR(""), -1, &line));
    response_cookie(response, line);
    response_redirect(response, STR("/login"));
    return DP_SUCCESS;
}

/* ---- First run ----------------------------------------------------------------------------------- */

static dp_err show_setup(struct page_context *page, struct response *response, struct str notice)
{
    struct html html = html_new(&response->body);
    struct str title = services_say(page, TEXT_SETUP_TITLE);
    services_open_narrow(page, &html, title);
    parts_heading(&html, title, services_say(page, TEXT_SETUP_LEAD));
    if (notice.len > 0) {
        parts_notice(&html, PARTS_BAD, notice);
    }
    parts_form_open(&html, STR("/setup"), false);
    page_csrf_input(page, &html, CSRF_FORM, STR("/setup"));
    struct parts_field code = { .name = STR("code"),
                                .label = services_say(page, TEXT_SETUP_CODE),
                                .hint = services_say(page, TEXT_SETUP_CODE_HINT),
                                .type = STR("text"),
                                .autocomplete = STR("one-time-code"),
                                .is_required = true,
                                .max_length = 32 };
    parts_field(&html, &code);
    write_name_and_password(page, &html, page->fields == NULL || page->request->method != METHOD_POST
                                             ? STR("")
                                             : page->fields[SETUP_NAME].text,
                            true);
    parts_button(&html, "primary", services_say(page, TEXT_SETUP_SUBMIT));
    html_close(&html, TAG_FORM);
    services_close(page, &html);
    return html_finish(&html);
}

static dp_err show_claimed(struct page_context *page, struct response *response)
{
    struct html html = html_new(&response->body);
    struct str title = services_say(page, TEXT_SETUP_TITLE);
    response->status = 410;
    services_open_narrow(page, &html, title);
    parts_heading(&html, title, services_say(page, TEXT_SETUP_DONE));
    parts_button_link(&html, "primary", STR("/login"), services_say(page, TEXT_LOGIN_TITLE));
    services_close(page, &html);
    return html_finish(&html);
}

dp_err page_setup(struct page_context *page, struct response *response)
{
    bool is_unclaimed = false;
    DP_TRY(account_is_unclaimed(services_of(page)->appliance, &is_unclaimed));
    return is_unclaimed ? show_setup(page, response, STR("")) : show_claimed(page, response);
}

dp_err page_setup_send(struct page_context *page, struct response *response)
{
    struct services *services = services_of(page);
    struct account_new wanted = { .login = page->fields[SETUP_NAME].text,
                                  .password = page->fields[SETUP_PASSWORD].text,
                                  .role = ACCOUNT_ADMIN,
                                  .actor = "setup" };
    dp_err done = err_is_ok(page->fields_err)
                      ? account_claim(services->appliance, &services->limiter, page->request->peer,
                                      page->fields[SETUP_CODE].text, &wanted, NULL)
                      : err_make(DP_INVALID);
    switch ((int)done.code) {
    case DP_OK:
        response_redirect(response, STR("/login"));
        return DP_SUCCESS;
    case DP_CLOSED:
        return show_claimed(page, response);
    case DP_FORBIDDEN:
        response->status = 403;
        return show_setup(page, response, services_say(page, TEXT_SETUP_CODE_WRONG));
    case DP_RATE_LIMITED:
        response->status = 429;
        response->retry_after_s = LIMITER_REFILL_S;
        return show_setup(page, response, services_say(page, TEXT_LOGIN_WAIT_SHORT));
    case DP_INVALID:
    case DP_EXISTS:
        response->status = 400;
        return show_setup(page, response, services_say(page, TEXT_SETUP_REFUSED));
    default:
        return done;
    }
}
