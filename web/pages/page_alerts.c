/* SPDX-License-Identifier: MIT */

/* Alerts: open ones with their chart, earlier ones, and which teams have none and why. */

#include "web/pages/alert_card.h"
#include "web/pages/figures.h"
#include "web/pages/pages.h"

enum { LOOK_TAKEN };
enum { TAKE_ALERT, TAKE_NOTE, TAKE_NEW };
enum { ROWS_MAX = 80, CARDS_MAX = 12, TEAMS_SHOWN_MAX = 100, ALSO_BYTES_MAX = 1024 };

/* What the page says first, after a form was sent. */
struct said {
    enum parts_tone tone;
    struct str text; /* empty: nothing */
};

static bool may_take(const struct page_context *page)
{
    return (page->session->role & (ROLE_ADMIN | ROLE_HR)) != 0;
}

/* ---- Open ------------------------------------------------------------------------------- */

/* The weeks of the team's other open alerts, which lie behind this one in the list. */
static struct str also_open(const struct page_context *page, const struct alert_list *list,
                            size_t at)
{
    BUF_AUTO struct buf weeks = buf_new(ALSO_BYTES_MAX);
    for (size_t i = at + 1; i < list->count; i++) {
        const struct alert_row *row = &list->rows[i];
        if (row->state == ALERT_OPEN &&
            row->alert.team.value == list->rows[at].alert.team.value) {
            char week[WEEK_TEXT_MAX];
            date_week_text(row->alert.week, week);
            buf_fmt(&weeks, "%s%s", weeks.len > 0 ? ", " : "", week);
        }
    }
    return arena_copy(page->arena, buf_str(&weeks));
}

static bool is_newest_of_team(const struct alert_list *list, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (list->rows[i].alert.team.value == list->rows[at].alert.team.value) {
            return false;
        }
    }
    return true;
}

/* A card a team, its newest alert first. */
static dp_err write_open(struct page_context *page, struct html *html,
                         const struct alert_list *list)
{
    size_t cards = 0;
    size_t left_out = 0;
    for (size_t i = 0; i < list->count && list->rows[i].state == ALERT_OPEN; i++) {
        if (!is_newest_of_team(list, i)) {
            continue;
        }
        if (cards == CARDS_MAX) {
            left_out++;
            continue;
        }
        struct alert_card card = { &list->rows[i], also_open(page, list, i), may_take(page) };
        DP_TRY(alert_card_write(page, html, &card));
        cards++;
    }
    if (left_out > 0) {
        html_leaf(html, TAG_P, NULL,
                  services_say_with(page, TEXT_ALERTS_OPEN_MORE,
                                    TEXT_VALUES(text_int((int64_t)left_out))));
    }
    return DP_SUCCESS;
}

static void write_none(struct page_context *page, struct html *html,
                       const struct alert_teams *teams)
{
    html_open(html, TAG_DIV);
    html_class(html, "empty");
    html_leaf(html, TAG_H2, NULL, services_say(page, TEXT_ALERTS_NONE));
    html_leaf(html, TAG_P, NULL,
              teams->watched > 0
                  ? services_say_with(page, TEXT_ALERTS_NONE_WATCHED,
                                      TEXT_VALUES(text_int((int64_t)teams->watched)))
                  : services_say(page, TEXT_ALERTS_NONE_YET));
    html_close(html, TAG_DIV);
}

/* ---- Earlier ones ----------------------------------------------------------------------- */

static void write_head(struct page_context *page, struct html *html, const enum text *columns,
                       size_t count, size_t words)
{
    html_open(html, TAG_THEAD);
    html_open(html, TAG_TR);
    for (size_t i = 0; i < count; i++) {
        html_open(html, TAG_TH);
        html_attr(html, ATTR_SCOPE, STR("col"));
        if (i >= words && i + 1 < count) {
            html_class(html, "num");
        }
        html_text(html, services_say(page, columns[i]));
        html_close(html, TAG_TH);
    }
    html_close(html, TAG_TR);
    html_close(html, TAG_THEAD);
}

static void write_row_head(struct html *html, uint32_t team, struct str label)
{
    html_open(html, TAG_TH);
    html_attr(html, ATTR_SCOPE, STR("row"));
    html_open(html, TAG_A);
    html_attr_fmt(html, ATTR_HREF, "/trend?team=%u", team);
    html_text(html, label);
    html_close(html, TAG_TH);
}

/* Who took note and when, what they wrote, and what it led to; or why nobody had to. */
static void write_taken(struct page_context *page, struct html *html,
                        const struct alert_row *row)
{
    const struct alert *alert = &row->alert;
    if (row->state != ALERT_ACKNOWLEDGED) {
        html_text(html, services_say(page, alert->is_past ? TEXT_ALERT_WAS_PAST
                                                          : TEXT_ALERT_EXPIRED));
        return;
    }
    const struct appliance *appliance = services_of(page)->appliance;
    struct date day = zone_to_local(&appliance->zone, alert->acknowledged_s).date;
    html_text(html, services_say_with(page, TEXT_ALERT_BY,
                                      TEXT_VALUES(text_word(str_of(alert->acknowledged_by)),
                                                  text_date(day))));
    if (alert->note[0] != '\0') {
        html_leaf(html, TAG_SPAN, "below",
                  services_say_with(page, TEXT_ALERT_NOTED,
                                    TEXT_VALUES(text_word(str_of(alert->note)))));
    }
    if (alert->is_new_baseline) {
        html_leaf(html, TAG_SPAN, "below",
                  services_say_with(page, TEXT_ALERT_NEW_BASELINE,
                                    TEXT_VALUES(text_week(alert->week))));
    }
}

static void write_past_row(struct page_context *page, struct html *html,
                           const struct alert_row *row)
{
    const struct alert *alert = &row->alert;
    char week[WEEK_TEXT_MAX];
    date_week_text(alert->week, week);
    html_open(html, TAG_TR);
    write_row_head(html, alert->team.value, alert_card_team(page, row));
    html_leaf(html, TAG_TD, NULL, str_of(week));
    html_leaf(html, TAG_TD, NULL, alert_card_kind(page, row));
    html_leaf(html, TAG_TD, "num", figures_number(page, alert->value, 2));
    html_leaf(html, TAG_TD, "num", alert_card_interval(page, alert));
    html_leaf(html, TAG_TD, "num", figures_number(page, alert->usual, 2));
    html_open(html, TAG_TD);
    html_class(html, "num");
    html_fmt(html, "%u", alert->n);
    html_close(html, TAG_TD);
    html_open(html, TAG_TD);
    write_taken(page, html, row);
    html_close(html, TAG_TD);
    html_close(html, TAG_TR);
}

static void write_past(struct page_context *page, struct html *html,
                       const struct alert_list *list)
{
    static const enum text columns[] = { TEXT_COLUMN_TEAM,       TEXT_COLUMN_WEEK,
                                         TEXT_ALERT_COLUMN_WHAT, TEXT_INDEX,
                                         TEXT_COLUMN_INTERVAL,   TEXT_ALERT_COLUMN_USUAL,
                                         TEXT_COLUMN_ANSWERS,    TEXT_ALERT_COLUMN_TAKEN };
    size_t first = list->open < list->count ? list->open : list->count;
    parts_card_open(html, services_say(page, TEXT_ALERTS_PAST));
    if (first == list->count) {
        html_leaf(html, TAG_P, NULL, services_say(page, TEXT_ALERTS_PAST_NONE));
        parts_card_close(html);
        return;
    }
    html_leaf(html, TAG_P, NULL, services_say(page, TEXT_ALERTS_PAST_LEAD));
    parts_table_open(html, services_say(page, TEXT_ALERTS_PAST));
    write_head(page, html, columns, sizeof columns / sizeof columns[0], 3);
    html_open(html, TAG_TBODY);
    for (size_t i = first; i < list->count; i++) {
        write_past_row(page, html, &list->rows[i]);
    }
    html_close(html, TAG_TBODY);
    parts_table_close(html);
    if (list->left_out > 0) {
        html_leaf(html, TAG_P, NULL,
                  services_say_with(page, TEXT_ALERTS_MORE,
                                    TEXT_VALUES(text_int((int64_t)list->left_out))));
    }
    parts_card_close(html);
}

/* ---- How sure, and who has none --------------------------------------------------------- */

static void write_sure(struct page_context *page, struct html *html,
                       const struct alert_teams *teams)
{
    double a_year = (double)teams->watched / ALERT_YEARS_PER_FALSE;
    parts_card_open(html, services_say(page, TEXT_ALERTS_SURE));
    html_open(html, TAG_P);
    html_text(html, services_say(page, TEXT_ALERT_RATE));
    if (teams->watched > 0) {
        html_text(html, STR(" "));
        html_text(html, services_say_with(page, TEXT_ALERT_RATE_TEAMS,
                                          TEXT_VALUES(text_int((int64_t)teams->watched),
                                                      text_number(a_year, 1))));
    }
    html_close(html, TAG_P);
    html_leaf(html, TAG_P, NULL, services_say(page, TEXT_ALERTS_SURE_BASELINE));
    html_leaf(html, TAG_P, NULL, services_say(page, TEXT_ALERTS_SURE_NOT));
    parts_card_close(html);
}

static struct str why_of(const struct page_context *page, const struct alert_team *team)
{
    struct text_value span = text_span((int64_t)team->needs_more, TEXT_WEEKS);
    switch (team->watch) {
    case ALERT_NEEDS_WEEKS:
        return team->is_new_baseline
                   ? services_say_with(page, TEXT_ALERT_NEEDS_NEW,
                                       TEXT_VALUES(span, text_week(team->baseline_first)))
                   : services_say_with(page, TEXT_ALERT_NEEDS, TEXT_VALUES(span));
    case ALERT_ADRIFT:
        return services_say(page, TEXT_ALERT_DRIFTS);
    case ALERT_STILL:
    case ALERT_WATCHED:
        break;
    }
    return services_say(page, TEXT_ALERT_STANDS_STILL);
}

static void write_without_row(struct page_context *page, struct html *html,
                              const struct alert_team *team)
{
    struct str label = team->path.len > 0 ? team->path : services_say(page, TEXT_ALL_COMPANY);
    html_open(html, TAG_TR);
    write_row_head(html, team->team.value, label);
    html_leaf(html, TAG_TD, NULL, why_of(page, team));
    html_close(html, TAG_TR);
}

static void write_without(struct page_context *page, struct html *html,
                          const struct alert_teams *teams)
{
    static const enum text columns[] = { TEXT_COLUMN_TEAM, TEXT_ALERTS_WITHOUT_WHY };
    size_t shown = 0;
    size_t without = teams->count - teams->watched;
    parts_card_open(html, services_say(page, TEXT_ALERTS_WITHOUT));
    if (without == 0) {
        html_leaf(html, TAG_P, NULL, services_say(page, TEXT_ALERTS_WITHOUT_NONE));
    } else {
        parts_table_open(html, services_say(page, TEXT_ALERTS_WITHOUT));
        write_head(page, html, columns, 2, 2);
        html_open(html, TAG_TBODY);
        for (size_t i = 0; i < teams->count && shown < TEAMS_SHOWN_MAX; i++) {
            if (teams->rows[i].watch != ALERT_WATCHED) {
                write_without_row(page, html, &teams->rows[i]);
                shown++;
            }
        }
        html_close(html, TAG_TBODY);
        parts_table_close(html);
    }
    if (without > shown) {
        html_leaf(html, TAG_P, NULL,
                  services_say_with(page, TEXT_ALERTS_TEAMS_MORE,
                                    TEXT_VALUES(text_int((int64_t)(without - shown)))));
    }
    html_leaf(html, TAG_P, NULL, services_say(page, TEXT_ALERTS_WITHOUT_LEAD));
    parts_card_close(html);
}

/* ---- The page --------------------------------------------------------------------------- */

static dp_err show(struct page_context *page, struct response *response, struct said said)
{
    const struct appliance *appliance = services_of(page)->appliance;
    struct alert_list list;
    struct alert_teams teams;
    struct team_id scope = services_scope(page);
    DP_TRY(alert_list(appliance, scope, ROWS_MAX, page->arena, &list));
    DP_TRY(alert_teams(appliance, scope, page->arena, &teams));
    struct html html = html_new(&response->body);
    struct str title = services_say(page, TEXT_NAV_ALERTS);
    services_open(page, &html, title, STR("/alerts"));
    parts_heading(&html, title, services_say(page, TEXT_ALERTS_LEAD));
    if (said.text.len > 0) {
        parts_notice(&html, said.tone, said.text);
    }
    if (list.open == 0) {
        write_none(page, &html, &teams);
    } else {
        DP_TRY(write_open(page, &html, &list));
    }
    write_past(page, &html, &list);
    write_sure(page, &html, &teams);
    write_without(page, &html, &teams);
    services_close(page, &html);
    return html_finish(&html);
}

dp_err page_alerts(struct page_context *page, struct response *response)
{
    struct said said = { 0 };
    if (page->fields[LOOK_TAKEN].state == FIELD_VALID) {
        said = (struct said){ PARTS_GOOD, services_say(page, TEXT_ALERT_TAKEN) };
    }
    return show(page, response, said);
}

static dp_err show_refused(struct page_context *page, struct response *response, int status,
                           enum text why)
{
    response->status = status;
    return show(page, response, (struct said){ PARTS_BAD, services_say(page, why) });
}

dp_err page_alerts_send(struct page_context *page, struct response *response)
{
    const struct field *fields = page->fields;
    const struct account_session *session = page->session->detail;
    bool is_new = fields[TAKE_NEW].state == FIELD_VALID;
    if (fields[TAKE_ALERT].state != FIELD_VALID) {
        return err_make(DP_NOT_FOUND);
    }
    if (!err_is_ok(page->fields_err)) {
        return show_refused(page, response, 400, TEXT_ALERT_NOT_TAKEN);
    }
    struct dp_problem problem = { 0 };
    struct alert_taking taking = {
        .id = { (uint32_t)fields[TAKE_ALERT].number },
        .scope = services_scope(page),
        .actor = session->account.login,
        .note = fields[TAKE_NOTE].state == FIELD_VALID ? fields[TAKE_NOTE].text : STR(""),
        .is_new_baseline = is_new,
    };
    dp_err taken = alert_acknowledge(services_of(page)->appliance, &taking, &problem);
    if (err_is(taken, DP_CONFLICT)) {
        return show_refused(page, response, 409, TEXT_ALERT_TAKEN_BEFORE);
    }
    DP_TRY(taken);
    response_redirect(response, STR("/alerts?taken=1"));
    return DP_SUCCESS;
}
