/* SPDX-License-Identifier: MIT */

/* HR's first page: this week beside the last, who took part, team by team, and what is hidden. */

#include "app/service/trend/trend.h"
#include "web/pages/figures.h"
#include "web/pages/pages.h"

static void write_stats(struct page_context *page, struct html *html, const struct trend *top)
{
    const struct series_point *now = &top->points[top->last];
    struct parts_stat index = { .label = services_say(page, TEXT_INDEX),
                                .value = figures_number(page, now->mean, 2),
                                .note = figures_interval(page, now) };
    if (top->last > 0 && top->points[top->last - 1].is_shown) {
        index.change = services_say_with(
            page, TEXT_OVERVIEW_CHANGED,
            TEXT_VALUES(text_number(now->mean - top->points[top->last - 1].mean, 2)));
    }
    struct parts_stat favourable = { .label = services_say(page, TEXT_COLUMN_FAVOURABLE),
                                     .value = figures_pct(page, now->favourable_pct),
                                     .note = figures_share_interval(page, now) };
    struct parts_stat part = { .label = services_say(page, TEXT_COLUMN_PARTICIPATION),
                               .value = figures_participation(page, now),
                               .note = figures_participation_word(page, now) };
    html_open(html, TAG_DIV);
    html_class(html, "grid");
    parts_stat(html, &index);
    parts_stat(html, &favourable);
    parts_stat(html, &part);
    html_close(html, TAG_DIV);
}

static void write_head(struct page_context *page, struct html *html)
{
    static const enum text columns[] = { TEXT_COLUMN_TEAM, TEXT_INDEX, TEXT_COLUMN_INTERVAL,
                                         TEXT_OVERVIEW_CHANGE, TEXT_COLUMN_PARTICIPATION };
    html_open(html, TAG_THEAD);
    html_open(html, TAG_TR);
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        html_open(html, TAG_TH);
        html_attr(html, ATTR_SCOPE, STR("col"));
        if (i > 0) {
            html_class(html, "num");
        }
        html_text(html, services_say(page, columns[i]));
        html_close(html, TAG_TH);
    }
    html_close(html, TAG_TR);
    html_close(html, TAG_THEAD);
}

static void write_cell(struct html *html, struct str text)
{
    html_leaf(html, TAG_TD, "num", text);
}

/* Why a team has no figure: pooled with others, or too few answers. */
static struct str reason_of(struct page_context *page, const struct trend_row *row)
{
    if (!row->has_unit) {
        return services_say(page, TEXT_OVERVIEW_POOLED);
    }
    return row->now.is_asked ? figures_few(page) : services_say(page, TEXT_CHART_NOT_ASKED);
}

static void write_row(struct page_context *page, struct html *html, const struct trend_row *row)
{
    html_open(html, TAG_TR);
    html_open(html, TAG_TH);
    html_attr(html, ATTR_SCOPE, STR("row"));
    html_class(html, row->depth <= 1 ? "outline-1" : row->depth == 2 ? "outline-2" : "outline-3");
    html_open(html, TAG_A);
    html_attr_fmt(html, ATTR_HREF, "/trend?team=%u", row->team.value);
    html_text_of(html, row->name);
    html_close(html, TAG_A);
    html_close(html, TAG_TH);
    if (row->now.is_shown) {
        write_cell(html, figures_number(page, row->now.mean, 2));
        write_cell(html, figures_interval(page, &row->now));
        write_cell(html, row->before.is_shown ? figures_change(page, &row->now, &row->before)
                                              : STR("–"));
        write_cell(html, figures_participation(page, &row->now));
    } else {
        html_open(html, TAG_TD);
        html_attr_int(html, ATTR_COLSPAN, 4);
        parts_hidden(html, reason_of(page, row));
        html_close(html, TAG_TD);
    }
    html_close(html, TAG_TR);
}

static void write_teams(struct page_context *page, struct html *html,
                        const struct trend_overview *overview)
{
    parts_card_open(html, services_say(page, TEXT_OVERVIEW_TEAMS));
    parts_table_open(html, services_say(page, TEXT_OVERVIEW_TEAMS));
    write_head(page, html);
    html_open(html, TAG_TBODY);
    for (size_t i = 0; i < overview->row_count; i++) {
        write_row(page, html, &overview->rows[i]);
    }
    html_close(html, TAG_TBODY);
    parts_table_close(html);
    if (overview->rows_left_out > 0) {
        html_leaf(html, TAG_P, NULL,
                  services_say_with(page, TEXT_OVERVIEW_MORE,
                                    TEXT_VALUES(text_int((int64_t)overview->rows_left_out))));
    }
    parts_card_close(html);
}

static void write_why(struct page_context *page, struct html *html)
{
    int64_t people = services_of(page)->appliance->organisation.min_people;
    parts_card_open(html, services_say(page, TEXT_OVERVIEW_WHY));
    html_leaf(html, TAG_P, NULL,
              services_say_with(page, TEXT_HIDDEN_WHY, TEXT_VALUES(text_int(people))));
    html_leaf(html, TAG_P, NULL, services_say(page, TEXT_SMALL_ROUNDING));
    parts_card_close(html);
}

dp_err page_overview(struct page_context *page, struct response *response)
{
    struct trend_overview overview;
    DP_TRY(trend_overview_of(services_of(page)->appliance, services_scope(page), page->arena,
                             &overview));
    struct html html = html_new(&response->body);
    struct str title = services_say(page, TEXT_NAV_OVERVIEW);
    services_open(page, &html, title, STR("/"));
    if (overview.top.last < 0) {
        parts_heading(&html, title, services_say(page, TEXT_INDEX_EXPLAINED));
        parts_notice(&html, PARTS_PLAIN, services_say(page, TEXT_NO_DATA_YET));
    } else {
        struct date monday = overview.top.points[overview.top.last].start;
        parts_heading(&html, title,
                      services_say_with(page, TEXT_OVERVIEW_LEAD, TEXT_VALUES(text_week(monday))));
        write_stats(page, &html, &overview.top);
        figures_timeline(page, &html, &overview.top);
        write_teams(page, &html, &overview);
        write_why(page, &html);
    }
    services_close(page, &html);
    return html_finish(&html);
}
