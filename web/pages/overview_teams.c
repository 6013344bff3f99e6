/* SPDX-License-Identifier: MIT */
#include "web/pages/overview_teams.h"

#include "web/html/charts/spark.h"
#include "web/pages/figures.h"

enum { COLUMNS = 5, REASON_COLUMNS = 2 };

struct listing {
    const struct page_context *page;
    struct html *html;
    const struct overview *overview;
    double spark_min;
    double spark_max;
};

static void write_head(const struct listing *listing)
{
    struct html *html = listing->html;
    const struct page_context *page = listing->page;
    const struct {
        struct str words;
        const char *classes;
    } columns[COLUMNS] = {
        { services_say(page, TEXT_COLUMN_TEAM), NULL },
        { services_say(page, TEXT_COLUMN_INDEX), "num" },
        { services_say(page, TEXT_OVERVIEW_CHANGE), "num" },
        { services_say(page, TEXT_COLUMN_PARTICIPATION), "num side" },
        { services_say_with(page, TEXT_OVERVIEW_SPARK, TEXT_VALUES(text_int(OVERVIEW_SPARK))),
          "side" },
    };
    html_open(html, TAG_THEAD);
    html_open(html, TAG_TR);
    for (size_t i = 0; i < COLUMNS; i++) {
        html_open(html, TAG_TH);
        html_attr(html, ATTR_SCOPE, STR("col"));
        if (columns[i].classes != NULL) {
            html_class(html, columns[i].classes);
        }
        html_text(html, columns[i].words);
        html_close(html, TAG_TH);
    }
    html_close(html, TAG_THEAD);
}

static void write_name(const struct listing *listing, const struct overview_row *row)
{
    struct html *html = listing->html;
    html_open(html, TAG_TH);
    html_attr(html, ATTR_SCOPE, STR("row"));
    html_class(html, row->depth <= 1   ? "outline-1"
                     : row->depth == 2 ? "outline-2"
                                       : "outline-3");
    if (row->is_rest) {
        html_leaf(html, TAG_SPAN, "soft",
                  services_say_with(listing->page, TEXT_OVERVIEW_REST,
                                    TEXT_VALUES(text_word(str_of(row->name)))));
    } else {
        html_open(html, TAG_A);
        html_attr_fmt(html, ATTR_HREF, "/trend?team=%u", row->team.value);
        html_text_of(html, row->name);
        html_close(html, TAG_A);
    }
    html_close(html, TAG_TH);
}

/* Why a team has no figure this week. */
static struct str reason_of(const struct listing *listing, const struct overview_row *row)
{
    const struct page_context *page = listing->page;
    switch (row->counted) {
    case OVERVIEW_REST:
        return services_say_with(page, TEXT_OVERVIEW_IN_REST,
                                 TEXT_VALUES(text_word(str_of(row->counted_in))));
    case OVERVIEW_JOINED:
        return services_say_with(page, TEXT_OVERVIEW_IN_TEAM,
                                 TEXT_VALUES(text_word(str_of(row->counted_in))));
    case OVERVIEW_OUTSIDE:
        return services_say(page, TEXT_OVERVIEW_OUTSIDE);
    case OVERVIEW_NOWHERE:
        return services_say(page, TEXT_OVERVIEW_NOWHERE);
    case OVERVIEW_OWN:
        break;
    }
    return row->now.is_asked ? figures_few(page) : services_say(page, TEXT_CHART_NOT_ASKED);
}

/* Interval and n keep together each for itself where the column is narrow. */
static void write_index(const struct listing *listing, const struct series_point *now)
{
    struct html *html = listing->html;
    const struct page_context *page = listing->page;
    html_open(html, TAG_TD);
    html_class(html, "num");
    html_text(html, figures_number(page, now->mean, 2));
    html_open(html, TAG_SMALL);
    if (number_is_known(now->lo)) {
        html_leaf(
            html, TAG_SPAN, NULL,
            services_say_with(page, TEXT_OVERVIEW_INTERVAL,
                              TEXT_VALUES(text_number(now->lo, 2), text_number(now->hi, 2))));
        html_text(html, STR(" "));
    }
    html_leaf(html, TAG_SPAN, NULL,
              services_say_with(page, TEXT_ANSWERS_COUNT, TEXT_VALUES(text_int(now->n))));
    html_close(html, TAG_TD);
}

static void write_change(const struct listing *listing, const struct overview_row *row)
{
    struct html *html = listing->html;
    const struct page_context *page = listing->page;
    const struct interval *change = &row->change.mean;
    bool is_up = change->value > 0.0;
    html_open(html, TAG_TD);
    html_class(html, "num");
    if (!number_is_known(change->lo)) {
        html_text(html, STR("–"));
        html_close(html, TAG_TD);
        return;
    }
    if (row->change.is_clear) {
        parts_badge(
            html, is_up ? PARTS_GOOD : PARTS_WARN,
            services_say(page, is_up ? TEXT_OVERVIEW_CLEAR_UP : TEXT_OVERVIEW_CLEAR_DOWN));
        html_text(html, STR(" "));
    }
    html_text(html, services_say_with(page, TEXT_CHANGE_NUMBER,
                                      TEXT_VALUES(text_number(change->value, 2))));
    html_leaf(
        html, TAG_SMALL, NULL,
        services_say_with(page, TEXT_OVERVIEW_CHANGE_INTERVAL,
                          TEXT_VALUES(text_number(change->lo, 2), text_number(change->hi, 2))));
    if (row->change.has_response_moved) {
        html_leaf(html, TAG_SMALL, NULL, services_say(page, TEXT_OVERVIEW_ANSWERS_MOVED));
    }
    html_close(html, TAG_TD);
}

static void write_spark(const struct listing *listing, const struct overview_row *row)
{
    double low = NUMBER_INFINITE;
    double high = -NUMBER_INFINITE;
    html_open(listing->html, TAG_TD);
    html_class(listing->html, "side");
    spark_widen(row->spark, OVERVIEW_SPARK, &low, &high);
    if (low <= high) {
        struct spark spark = {
            .title = services_say_with(listing->page, TEXT_OVERVIEW_SPARK_TITLE,
                                       TEXT_VALUES(text_int(OVERVIEW_SPARK),
                                                   text_number(low, 2), text_number(high, 2))),
            .values = row->spark,
            .count = OVERVIEW_SPARK,
            .min = listing->spark_min,
            .max = listing->spark_max,
        };
        spark_draw(listing->html, &spark);
    }
    html_close(listing->html, TAG_TD);
}

static void write_row(const struct listing *listing, const struct overview_row *row)
{
    struct html *html = listing->html;
    html_open(html, TAG_TR);
    write_name(listing, row);
    if (row->now.is_shown) {
        write_index(listing, &row->now);
        write_change(listing, row);
        html_leaf(html, TAG_TD, "num side", figures_participation(listing->page, &row->now));
        write_spark(listing, row);
    } else {
        html_open(html, TAG_TD);
        html_attr_int(html, ATTR_COLSPAN, REASON_COLUMNS);
        parts_hidden(html, reason_of(listing, row));
        html_close(html, TAG_TD);
        html_leaf(html, TAG_TD, "side", STR("")); /* these two go on a phone */
        html_leaf(html, TAG_TD, "side", STR(""));
    }
    html_close(html, TAG_TR);
}

void overview_teams(const struct page_context *page, struct html *html,
                    const struct overview *overview)
{
    struct listing listing = { .page = page,
                               .html = html,
                               .overview = overview,
                               .spark_min = NUMBER_INFINITE,
                               .spark_max = -NUMBER_INFINITE };
    struct str title = services_say(page, TEXT_OVERVIEW_TEAMS);
    for (size_t i = 0; i < overview->row_count; i++) {
        spark_widen(overview->rows[i].spark, OVERVIEW_SPARK, &listing.spark_min,
                    &listing.spark_max);
    }
    parts_card_open(html, title);
    html_leaf(html, TAG_P, "soft",
              services_say_with(page, TEXT_OVERVIEW_LOOKS,
                                TEXT_VALUES(text_int((int64_t)overview->rows_changed))));
    parts_table_open(html, title);
    html_class(html, "teams");
    write_head(&listing);
    html_open(html, TAG_TBODY);
    for (size_t i = 0; i < overview->row_count; i++) {
        write_row(&listing, &overview->rows[i]);
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
