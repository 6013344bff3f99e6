/* SPDX-License-Identifier: MIT */
#include "web/pages/pages.h"

#include "app/service/account/account.h"
#include "app/service/alert/alert.h"
#include "app/service/answer/answer.h"
#include "app/survey/people.h"
#include "web/pages/page_correction_form.h"
#include "storage/primary_record.h"

#define FIELDS(rules) .fields = (rules), .field_count = sizeof(rules) / sizeof(rules)[0]

enum { STAFF = ROLE_ADMIN | ROLE_HR | ROLE_MANAGER, OFFICE = ROLE_ADMIN | ROLE_HR };

static const struct field_rule asset_fields[] = {
    { .name = "file", .source = FIELD_FROM_PATH, .type = FIELD_LINE, .min = 1, .max = 128 },
};

static const struct field_rule link_fields[] = {
    { .name = "link", .source = FIELD_FROM_PATH, .type = FIELD_TOKEN, .is_required = true, .min = 1,
      .max = 40 },
};

static const struct field_rule answer_fields[] = {
    { .name = "link", .source = FIELD_FROM_PATH, .type = FIELD_TOKEN, .is_required = true, .min = 1,
      .max = 40 },
    { .name = "epoch", .source = FIELD_FROM_FORM, .type = FIELD_DATE, .is_required = true },
    { .name = "answer", .source = FIELD_FROM_FORM, .type = FIELD_INT, .is_required = true,
      .min = ANSWER_SKIPPED, .max = ANSWER_MAX },
};

static const struct field_rule login_fields[] = {
    { .name = "login", .source = FIELD_FROM_FORM, .type = FIELD_LINE, .is_required = true, .min = 1,
      .max = EMAIL_MAX - 1 },
    { .name = "password", .source = FIELD_FROM_FORM, .type = FIELD_SECRET, .is_required = true,
      .min = 1, .max = SECRET_PASSWORD_MAX },
    { .name = "next", .source = FIELD_FROM_FORM, .type = FIELD_LINE, .min = 1,
      .max = RESPONSE_NEXT_BYTES },
};

static const struct field_rule login_look_fields[] = {
    { .name = "next", .source = FIELD_FROM_QUERY, .type = FIELD_LINE, .min = 1,
      .max = RESPONSE_NEXT_BYTES },
};

static const struct field_rule setup_fields[] = {
    { .name = "code", .source = FIELD_FROM_FORM, .type = FIELD_LINE, .is_required = true, .min = 1,
      .max = 64 },
    { .name = "login", .source = FIELD_FROM_FORM, .type = FIELD_LINE, .is_required = true, .min = 1,
      .max = EMAIL_MAX - 1 },
    { .name = "password", .source = FIELD_FROM_FORM, .type = FIELD_SECRET, .is_required = true,
      .min = 1, .max = SECRET_PASSWORD_MAX },
};

static const struct field_rule trend_fields[] = {
    { .name = "team", .source = FIELD_FROM_QUERY, .type = FIELD_INT, .min = TEAM_ROOT,
      .max = UINT32_MAX },
};

static const struct field_rule theme_fields[] = {
    { .name = "theme", .source = FIELD_FROM_PATH, .type = FIELD_TOKEN, .is_required = true, .min = 1,
      .max = CODE_MAX - 1 },
    { .name = "team", .source = FIELD_FROM_QUERY, .type = FIELD_INT, .min = TEAM_ROOT,
      .max = UINT32_MAX },
};

static const struct field_rule alerts_fields[] = {
    { .name = "taken", .source = FIELD_FROM_QUERY, .type = FIELD_FLAG },
};

/* In the order of page_alerts.c's fields. */
static const struct field_rule alert_fields[] = {
    { .name = "alert", .source = FIELD_FROM_FORM, .type = FIELD_INT, .is_required = true, .min = 1,
      .max = UINT32_MAX },
    { .name = "note", .source = FIELD_FROM_FORM, .type = FIELD_LINE, .max = ALERT_NOTE_CHARACTERS },
    { .name = "new_baseline", .source = FIELD_FROM_FORM, .type = FIELD_FLAG },
};

static const struct field_rule outcome_fields[] = {
    { .name = "metric", .source = FIELD_FROM_QUERY, .type = FIELD_LINE, .min = 1,
      .max = CODE_MAX - 1 },
    { .name = "source", .source = FIELD_FROM_QUERY, .type = FIELD_LINE, .min = 1,
      .max = CODE_MAX - 1 },
};

/* In the order of page_link.c's fields. */
static const struct field_rule question_fields[] = {
    { .name = "metric", .source = FIELD_FROM_FORM, .type = FIELD_LINE, .is_required = true, .min = 1,
      .max = CODE_MAX - 1 },
    { .name = "source", .source = FIELD_FROM_FORM, .type = FIELD_LINE, .is_required = true, .min = 1,
      .max = CODE_MAX - 1 },
    { .name = "lag", .source = FIELD_FROM_FORM, .type = FIELD_INT, .is_required = true,
      .min = -PRIMARY_LAG_MAX, .max = PRIMARY_LAG_MAX },
};

/* In the order of enum correction_field. */
static const struct field_rule correction_fields[] = {
    { .name = "title", .source = FIELD_FROM_FORM, .type = FIELD_LINE, .is_required = true, .min = 1,
      .max = CORRECTION_TITLE_CHARACTERS },
    { .name = "what", .source = FIELD_FROM_FORM, .type = FIELD_TEXT, .is_required = true, .min = 1,
      .max = CORRECTION_WHAT_CHARACTERS },
    { .name = "category", .source = FIELD_FROM_FORM, .type = FIELD_TOKEN, .is_required = true,
      .min = 1, .max = CODE_MAX - 1 },
    { .name = "team", .source = FIELD_FROM_FORM, .type = FIELD_INT, .is_required = true,
      .is_repeated = true, .min = TEAM_ROOT, .max = UINT32_MAX },
    { .name = "start", .source = FIELD_FROM_FORM, .type = FIELD_DATE, .is_required = true },
    { .name = "expected", .source = FIELD_FROM_FORM, .type = FIELD_LINE, .is_required = true,
      .min = 1, .max = 2 * CODE_MAX },
    { .name = "direction", .source = FIELD_FROM_FORM, .type = FIELD_CHOICE, .is_required = true,
      .choices = page_correction_directions },
};

static const struct field_rule correction_look_fields[] = {
    { .name = "id", .source = FIELD_FROM_PATH, .type = FIELD_INT, .is_required = true, .min = 1,
      .max = UINT32_MAX },
};

/* In the order of enum correction_withdraw_field. */
static const struct field_rule correction_withdraw_fields[] = {
    { .name = "id", .source = FIELD_FROM_PATH, .type = FIELD_INT, .is_required = true, .min = 1,
      .max = UINT32_MAX },
    { .name = "why", .source = FIELD_FROM_FORM, .type = FIELD_TEXT, .is_required = true, .min = 1,
      .max = CORRECTION_WHY_CHARACTERS },
};

static const struct route rows[] = {
    {
        .method = METHOD_GET,
        .pattern = "/healthz",
        .page = page_healthz,
        .roles = ROLE_PUBLIC,
        .help = "Says that the web process is alive.",
    },
    {
        .method = METHOD_GET,
        .pattern = "/assets/{file}",
        .page = page_asset,
        .roles = ROLE_PUBLIC,
        FIELDS(asset_fields),
        .help = "Style sheet and icon; the address changes with the content.",
    },
    {
        .method = METHOD_GET,
        .pattern = "/a/{link}",
        .page = page_answer,
        .roles = ROLE_PUBLIC,
        FIELDS(link_fields),
        .policy = HEADERS_PHONE,
        .help = "Today's question for the person behind a personal link.",
    },
    {
        .method = METHOD_POST,
        .pattern = "/a/{link}",
        .page = page_answer_send,
        .roles = ROLE_PUBLIC,
        .csrf = CSRF_FORM,
        FIELDS(answer_fields),
        .may_be_invalid = true,
        .policy = HEADERS_PHONE,
        .help = "Puts an answer into the day's sealed box.",
    },
    {
        .method = METHOD_GET,
        .pattern = "/a/{link}/thanks",
        .page = page_answer_thanks,
        .roles = ROLE_PUBLIC,
        FIELDS(link_fields),
        .policy = HEADERS_PHONE,
        .help = "Says that the answer is in the box.",
    },
    {
        .method = METHOD_GET,
        .pattern = "/login",
        .page = page_login,
        .roles = ROLE_PUBLIC,
        FIELDS(login_look_fields),
        .may_be_invalid = true,
        .help = "The form to log in.",
    },
    {
        .method = METHOD_POST,
        .pattern = "/login",
        .page = page_login_send,
        .roles = ROLE_PUBLIC,
        .csrf = CSRF_FORM,
        FIELDS(login_fields),
        .may_be_invalid = true,
        .help = "Checks login and password and starts a session.",
    },
    {
        .method = METHOD_POST,
        .pattern = "/logout",
        .page = page_logout_send,
        .roles = STAFF,
        .csrf = CSRF_SESSION,
        .help = "Ends the session.",
    },
    {
        .method = METHOD_GET,
        .pattern = "/setup",
        .page = page_setup,
        .roles = ROLE_PUBLIC,
        .help = "The first run's form.",
    },
    {
        .method = METHOD_POST,
        .pattern = "/setup",
        .page = page_setup_send,
        .roles = ROLE_PUBLIC,
        .csrf = CSRF_FORM,
        FIELDS(setup_fields),
        .may_be_invalid = true,
        .help = "Trades the setup code for the first admin account.",
    },
    {
        .method = METHOD_GET,
        .pattern = "/",
        .page = page_overview,
        .roles = STAFF,
        .help = "This week beside the last, by team.",
    },
    {
        .method = METHOD_GET,
        .pattern = "/trend",
        .page = page_trend,
        .roles = STAFF,
        FIELDS(trend_fields),
        .help = "The engagement index of one team over time.",
    },
    {
        .method = METHOD_GET,
        .pattern = "/themes",
        .page = page_themes,
        .roles = STAFF,
        .help = "Where each team stands on the six themes.",
    },
    {
        .method = METHOD_GET,
        .pattern = "/themes/links", /* before the pattern that would take it for a theme */
        .page = page_theme_links,
        .roles = OFFICE,
        FIELDS(outcome_fields),
        .help = "Which themes move with an outcome, and how sure that is.",
    },
    {
        .method = METHOD_GET,
        .pattern = "/themes/{theme}",
        .page = page_theme,
        .roles = STAFF,
        FIELDS(theme_fields),
        .help = "One theme of one team over time, and its questions.",
    },
    {
        .method = METHOD_GET,
        .pattern = "/alerts",
        .page = page_alerts,
        .roles = STAFF,
        FIELDS(alerts_fields),
        .help = "Teams whose index has left where it used to be, and what was done about it.",
    },
    {
        .method = METHOD_POST,
        .pattern = "/alerts",
        .page = page_alerts_send,
        .roles = OFFICE,
        .csrf = CSRF_SESSION,
        FIELDS(alert_fields),
        .may_be_invalid = true,
        .help = "Acknowledges an alert, with or without a new baseline.",
    },
    {
        .method = METHOD_GET,
        .pattern = "/link",
        .page = page_link,
        .roles = OFFICE,
        FIELDS(outcome_fields),
        .help = "Whether engagement comes before an outcome, by how much, and how sure that is.",
    },
    {
        .method = METHOD_POST,
        .pattern = "/link/question",
        .page = page_link_question_send,
        .roles = OFFICE,
        .csrf = CSRF_SESSION,
        FIELDS(question_fields),
        .help = "Registers the one question that is asked in advance.",
    },
    {
        .method = METHOD_GET,
        .pattern = "/corrections",
        .page = page_corrections,
        .roles = STAFF,
        .help = "What was changed where, and what can be said of it; managers see no effects.",
    },
    {
        .method = METHOD_GET,
        .pattern = "/corrections/new",
        .page = page_correction_new,
        .roles = OFFICE,
        .help = "The form to register a course correction.",
    },
    {
        .method = METHOD_POST,
        .pattern = "/corrections",
        .page = page_correction_send,
        .roles = OFFICE,
        .csrf = CSRF_SESSION,
        FIELDS(correction_fields),
        .may_be_invalid = true,
        .help = "Registers a course correction with what is expected of it.",
    },
    {
        .method = METHOD_GET,
        .pattern = "/corrections/{id}",
        .page = page_correction,
        .roles = OFFICE,
        FIELDS(correction_look_fields),
        .help = "One course correction: what was expected, what can be said, and what that rests on.",
    },
    {
        .method = METHOD_POST,
        .pattern = "/corrections/{id}/withdraw",
        .page = page_correction_withdraw,
        .roles = OFFICE,
        .csrf = CSRF_SESSION,
        FIELDS(correction_withdraw_fields),
        .may_be_invalid = true,
        .help = "Marks an entry as made by mistake, with the reason; nothing is deleted.",
    },
};

const struct route *pages_rows(size_t *row_count)
{
    *row_count = sizeof rows / sizeof rows[0];
    return rows;
}
