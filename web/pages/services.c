/* SPDX-License-Identifier: MIT */
#include "web/pages/services.h"

#include "app/survey/people.h"
#include "app/text/format.h"
#include "web/pages/pages.h"
#include "web/request/cookie.h"

struct services *services_of(const struct page_context *page)
{
    return page->services;
}

enum language services_language(const struct page_context *page)
{
    enum language language = LANGUAGE_EN;
    err_ignore(text_language_parse(page->language, &language)); /* English when it is none of ours */
    return language;
}

struct str services_say(const struct page_context *page, enum text text)
{
    return text_plain(services_language(page), text);
}

struct str services_say_with(const struct page_context *page, enum text text,
                             struct text_values values)
{
    return text_in(page->arena, services_language(page), text, values);
}

struct str services_day(const struct page_context *page, struct date date)
{
    BUF_AUTO struct buf text = buf_new(64);
    format_date(&text, services_language(page), date);
    return arena_copy(page->arena, buf_str(&text));
}

struct team_id services_scope(const struct page_context *page)
{
    const struct account_session *session = page->session->detail;
    bool is_manager = session != NULL && session->account.role == ACCOUNT_MANAGER;
    return is_manager ? session->account.team : (struct team_id){ TEAM_ROOT };
}

dp_err services_wide(const struct page_context *page, page_function *write,
                     struct response *response)
{
    ARENA_AUTO struct arena arena = arena_new(SERVICES_WIDE_BYTES_MAX);
    struct page_context wide = *page;
    wide.arena = &arena;
    DP_TRY(write(&wide, response));
    return arena_finish(&arena);
}

static struct str banner(const struct page_context *page, enum language language)
{
    bool is_demo = services_of(page)->appliance->organisation.is_demo;
    return is_demo ? text_plain(language, TEXT_DEMO_BANNER) : STR("");
}

static struct str organisation_name(const struct page_context *page)
{
    return str_of(services_of(page)->appliance->organisation.name);
}

enum { LINKS = 6 };

/* What open and close must agree on. */
struct frame {
    struct layout_words words;
    struct layout_link links[LINKS];
    struct layout_page page;
};

/* Whether the table of addresses lets the reader in there. */
static bool may_open(const struct page_context *page, struct str path)
{
    size_t count = 0;
    const struct route *rows = pages_rows(&count);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].method == METHOD_GET && str_equal(str_of(rows[i].pattern), path)) {
            return (rows[i].roles & page->session->role) != 0;
        }
    }
    return false;
}

static void fill_frame(const struct page_context *page, struct str title, struct str path,
                       struct frame *frame)
{
    static const struct {
        const char *path;
        enum text label;
    } links[] = { { "/", TEXT_NAV_OVERVIEW },
                  { "/trend", TEXT_NAV_TREND },
                  { "/alerts", TEXT_NAV_ALERTS },
                  { "/themes", TEXT_NAV_THEMES },
                  { "/link", TEXT_NAV_LINK },
                  { "/corrections", TEXT_NAV_CORRECTIONS } };
    size_t count = 0;
    for (size_t i = 0; i < LINKS; i++) {
        struct str to = str_of(links[i].path);
        if (may_open(page, to)) {
            frame->links[count++] = (struct layout_link){ to, services_say(page, links[i].label),
                                                          str_equal(to, path) };
        }
    }
    frame->words = (struct layout_words){ .skip = services_say(page, TEXT_FRAME_SKIP),
                                          .navigation = services_say(page, TEXT_FRAME_NAVIGATION),
                                          .log_out = services_say(page, TEXT_NAV_LOGOUT) };
    frame->page = (struct layout_page){
        .language = page->language,
        .title = title,
        .organisation = organisation_name(page),
        .words = &frame->words,
        .links = frame->links,
        .link_count = count,
        .account = page->session->name,
        .logout_path = STR("/logout"),
        .csrf = page_csrf_token(page, CSRF_SESSION, STR("/logout")),
        .demo_banner = banner(page, services_language(page)),
        .footer = STR("Daypulse " DP_VERSION),
    };
}

void services_open(const struct page_context *page, struct html *html, struct str title,
                   struct str path)
{
    struct frame frame;
    fill_frame(page, title, path, &frame);
    layout_open(html, &frame.page);
}

void services_close(const struct page_context *page, struct html *html)
{
    struct frame frame;
    fill_frame(page, STR(""), STR(""), &frame);
    if (page->session->role == 0) {
        frame.page.link_count = 0;
    }
    layout_close(html, &frame.page);
}

void services_open_narrow(const struct page_context *page, struct html *html, struct str title)
{
    struct frame frame;
    fill_frame(page, title, STR(""), &frame);
    frame.page.link_count = 0;
    frame.page.account = STR("");
    frame.page.is_narrow = true;
    layout_open(html, &frame.page);
}

static struct layout_phone phone(const struct page_context *page, enum language language,
                                 struct str title)
{
    return (struct layout_phone){ .language = str_of(text_language_code(language)),
                                  .title = title,
                                  .organisation = organisation_name(page),
                                  .demo_banner = banner(page, language) };
}

void services_phone_open(const struct page_context *page, struct html *html,
                         enum language language, struct str title)
{
    struct layout_phone frame = phone(page, language, title);
    layout_phone_open(html, &frame);
}

/* ---- Sessions ------------------------------------------------------------------------------------ */

static unsigned role_bit(enum account_role role)
{
    switch (role) {
    case ACCOUNT_ADMIN:
        return ROLE_ADMIN;
    case ACCOUNT_HR:
        return ROLE_HR;
    case ACCOUNT_MANAGER:
        return ROLE_MANAGER;
    case ACCOUNT_ROLE_COUNT:
        break;
    }
    return 0;
}

static dp_err find_session(void *context, const struct request *request, struct session_view *view)
{
    const struct services *services = context;
    struct str token;
    *view = (struct session_view){ 0 };
    if (!cookie_find(request->cookie, COOKIE_SESSION, &token)) {
        return DP_SUCCESS;
    }
    struct account_session *session = arena_take(request->arena, 1, sizeof *session);
    if (session == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    dp_err found = account_of_token(services->appliance, token, session);
    if (err_is(found, DP_UNAUTHENTICATED)) {
        return DP_SUCCESS;
    }
    DP_TRY(found);
    view->role = role_bit(session->account.role);
    view->name = str_of(session->account.login);
    view->csrf_subject = (struct str){ (const char *)session->csrf_key.bytes,
                                       sizeof session->csrf_key.bytes };
    view->detail = session;
    return DP_SUCCESS;
}

struct session_source services_sessions(struct services *services)
{
    return (struct session_source){ find_session, services };
}
