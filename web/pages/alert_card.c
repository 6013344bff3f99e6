/* SPDX-License-Identifier: MIT */
#include "web/pages/alert_card.h"

#include "web/pages/figures.h"
#include "web/pages/marks.h"

enum { WEEK_DAYS = 7, BASELINE_WEEKS = 26 };

struct str alert_card_team(const struct page_context *page, const struct alert_row *row)
{
    return row->path.len > 0 ? row->path : services_say(page, TEXT_ALL_COMPANY);
}

struct str alert_card_kind(const struct page_context *page, const struct alert_row *row)
{
    switch (row->alert.kind) {
    case ALERT_DRIFT_BELOW:
        return services_say(page, TEXT_ALERT_LOWER);
    case ALERT_DRIFT_ABOVE:
        return services_say(page, TEXT_ALERT_HIGHER);
    case ALERT_SHOCK:
    case ALERT_KIND_COUNT:
        break;
    }
    return services_say(page, TEXT_ALERT_UNUSUAL);
}

struct str alert_card_interval(const struct page_context *page, const struct alert *alert)
{
    if (!alert->has_interval) {
        return STR("–");
    }
    return arena_fmt(page->arena, "%.*s %.*s %.*s",
                     STR_ARG(figures_number(page, alert->value_lo, 2)),
                     STR_ARG(services_say(page, TEXT_CHART_TO)),
                     STR_ARG(figures_number(page, alert->value_hi, 2)));
}

/* ---- In sentences ----------------------------------------------------------------------- */

static struct str sentence(const struct page_context *page, const struct alert_row *row)
{
    const struct alert *alert = &row->alert;
    struct text_value name = text_word(row->name);
    struct text_value value = text_number(alert->value, 2);
    struct text_value usual = text_number(alert->usual, 2);
    struct text_value weeks = text_int(alert->baseline_weeks);
    struct text_value until = text_week(alert->baseline_last);
    if (alert->kind == ALERT_SHOCK) {
        return services_say_with(page, TEXT_ALERT_SHOCKED,
                                 TEXT_VALUES(name, text_week(alert->week), value, usual, weeks,
                                             until, text_int(alert->n)));
    }
    return services_say_with(page, TEXT_ALERT_MOVED,
                             TEXT_VALUES(name, value, usual, weeks, until, text_int(alert->n)));
}

static struct str value_line(const struct page_context *page, const struct alert *alert)
{
    struct text_value lo = text_number(alert->value_lo, 2);
    struct text_value hi = text_number(alert->value_hi, 2);
    struct text_value span = text_span(alert->weeks, TEXT_WEEKS);
    if (alert->kind == ALERT_SHOCK) {
        return alert->has_interval
                   ? services_say_with(page, TEXT_ALERT_WEEK_INTERVAL, TEXT_VALUES(lo, hi))
                   : STR("");
    }
    return alert->has_interval
               ? services_say_with(page, TEXT_ALERT_SINCE,
                                   TEXT_VALUES(span, text_week(alert->since), lo, hi))
               : services_say_with(page, TEXT_ALERT_SINCE_ALONE,
                                   TEXT_VALUES(span, text_week(alert->since)));
}

static void write_lines(const struct page_context *page, struct html *html,
                        const struct alert_card *card)
{
    const struct alert *alert = &card->row->alert;
    html_open(html, TAG_P);
    html_text(html, value_line(page, alert));
    html_text(html, STR(" "));
    html_text(html, services_say_with(page, TEXT_ALERT_USUAL_INTERVAL,
                                      TEXT_VALUES(text_number(alert->usual_lo, 2),
                                                  text_number(alert->usual_hi, 2))));
    html_text(html, STR(" "));
    html_text(html,
              services_say_with(page, TEXT_ALERT_RAISED, TEXT_VALUES(text_week(alert->week))));
    html_close(html, TAG_P);
    if (card->also.len > 0) {
        html_leaf(html, TAG_P, NULL,
                  services_say_with(page, TEXT_ALERT_ALSO, TEXT_VALUES(text_word(card->also))));
    }
}

static void write_badge(const struct page_context *page, struct html *html,
                        const struct alert_row *row)
{
    enum text text = row->alert.kind == ALERT_DRIFT_BELOW   ? TEXT_ALERT_BELOW
                     : row->alert.kind == ALERT_DRIFT_ABOVE ? TEXT_ALERT_ABOVE
                                                            : TEXT_ALERT_ONE_WEEK;
    enum parts_tone tone = row->alert.kind == ALERT_DRIFT_ABOVE ? PARTS_GOOD : PARTS_WARN;
    html_open(html, TAG_P);
    parts_badge(html, tone,
                services_say_with(page, text, TEXT_VALUES(text_number(row->size, 2))));
    html_close(html, TAG_P);
}

/* ---- The chart -------------------------------------------------------------------------- */

/* The limits are drawn as the band that other charts draw for an interval: a line leaves it. */
static struct chart_point point_of(const struct page_context *page,
                                   const struct alert_chart_week *week)
{
    if (number_is_known(week->smoothed)) {
        return (struct chart_point){ .has_value = true,
                                     .has_interval = true,
                                     .value = week->smoothed,
                                     .low = -week->limit,
                                     .high = week->limit,
                                     .n = week->n };
    }
    struct str reason = week->is_shown   ? services_say(page, TEXT_ALERT_IN_BASELINE)
                        : week->is_asked ? figures_few(page)
                                         : services_say(page, TEXT_CHART_NOT_ASKED);
    return (struct chart_point){ .reason = reason };
}

static dp_err draw_chart(struct page_context *page, struct html *html,
                         const struct alert_row *row, const struct alert_chart *chart)
{
    struct figures_periods periods;
    struct marks marks;
    struct marks_wanted wanted = { .team = row->alert.team,
                                   .first = chart->weeks[0].monday,
                                   .slots = chart->count };
    struct chart_point *points = arena_take(page->arena, chart->count, sizeof *points);
    if (points == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(figures_periods(page, chart->weeks[0].monday, chart->count, &periods));
    DP_TRY(marks_of(page, &wanted, &marks));
    for (size_t i = 0; i < chart->count; i++) {
        points[i] = point_of(page, &chart->weeks[i]);
    }
    struct chart_words words = *figures_words(page, TEXT_COLUMN_WEEK);
    words.value = services_say(page, TEXT_ALERT_COLUMN_DEVIATION);
    words.interval = services_say(page, TEXT_ALERT_COLUMN_LIMITS);
    enum text says = row->alert.kind == ALERT_SHOCK ? TEXT_ALERT_CHART_SHOCK_SENTENCE
                                                    : TEXT_ALERT_CHART_SENTENCE;
    struct chart_frame frame = {
        .id = arena_fmt(page->arena, "alert-%u", row->alert.id.value),
        .title = services_say_with(page, TEXT_ALERT_CHART, TEXT_VALUES(text_word(row->name))),
        .sentence = services_say_with(page, says, TEXT_VALUES(text_week(row->alert.week))),
        .numbers = figures_numbers(page, 2),
        .words = &words,
    };
    struct chart_series series = { .name = row->name, .points = points };
    struct timeline timeline = { .lines = { .frame = &frame,
                                            .period_count = chart->count,
                                            .periods = periods.names,
                                            .labels = periods.labels,
                                            .series = &series,
                                            .series_count = 1 },
                                 .marks = marks.items,
                                 .mark_count = marks.count };
    timeline_draw(html, &timeline);
    marks_note(page, html, &marks);
    return DP_SUCCESS;
}

/* ---- The form --------------------------------------------------------------------------- */

/* As parts_field(), but with an id of this alert's, because a page holds several of these. */
static void write_note(const struct page_context *page, struct html *html, uint32_t id)
{
    html_open(html, TAG_DIV);
    html_class(html, "field");
    html_open(html, TAG_LABEL);
    html_attr_fmt(html, ATTR_FOR, "note-%u", id);
    html_text(html, services_say(page, TEXT_ALERT_TAKE_NOTE));
    html_close(html, TAG_LABEL);
    html_open(html, TAG_P);
    html_class(html, "hint");
    html_attr_fmt(html, ATTR_ID, "note-%u-hint", id);
    html_text(html, services_say(page, TEXT_ALERT_TAKE_NOTE_HINT));
    html_close(html, TAG_P);
    html_open(html, TAG_INPUT);
    html_attr_fmt(html, ATTR_ID, "note-%u", id);
    html_attr(html, ATTR_NAME, STR("note"));
    html_attr(html, ATTR_TYPE, STR("text"));
    html_attr(html, ATTR_AUTOCOMPLETE, STR("off"));
    html_attr_int(html, ATTR_MAXLENGTH, ALERT_NOTE_CHARACTERS);
    html_attr_fmt(html, ATTR_ARIA_DESCRIBEDBY, "note-%u-hint", id);
    html_close(html, TAG_DIV);
}

static void write_renewal(const struct page_context *page, struct html *html,
                          const struct alert *alert)
{
    struct date back = date_add(alert->week, BASELINE_WEEKS * WEEK_DAYS);
    struct date today = appliance_today(services_of(page)->appliance);
    struct parts_tickable box = {
        .name = STR("new_baseline"),
        .value = STR("1"),
        .label = services_say_with(page, TEXT_ALERT_TAKE_NEW,
                                   TEXT_VALUES(text_week(alert->week))),
    };
    parts_tickable(html, &box);
    if (date_is_before(today, back)) {
        html_leaf(
            html, TAG_P, "below",
            services_say_with(page, TEXT_ALERT_TAKE_NEW_HINT, TEXT_VALUES(text_week(back))));
    }
}

static void write_form(struct page_context *page, struct html *html,
                       const struct alert_card *card)
{
    const struct alert *alert = &card->row->alert;
    html_open(html, TAG_DETAILS);
    html_leaf(html, TAG_SUMMARY, "button", services_say(page, TEXT_ALERT_TAKE));
    parts_form_open(html, STR("/alerts"), false);
    page_csrf_input(page, html, CSRF_SESSION, STR("/alerts"));
    html_open(html, TAG_INPUT);
    html_attr(html, ATTR_TYPE, STR("hidden"));
    html_attr(html, ATTR_NAME, STR("alert"));
    html_attr_int(html, ATTR_VALUE, alert->id.value);
    write_note(page, html, alert->id.value);
    write_renewal(page, html, alert);
    html_leaf(html, TAG_P, NULL, services_say(page, TEXT_ALERT_TAKE_STAYS));
    parts_button(html, "primary", services_say(page, TEXT_ALERT_TAKE));
    html_close(html, TAG_FORM);
    html_close(html, TAG_DETAILS);
}

dp_err alert_card_write(struct page_context *page, struct html *html,
                        const struct alert_card *card)
{
    const struct alert_row *row = card->row;
    struct alert_chart chart;
    DP_TRY(alert_chart_of(services_of(page)->appliance, &row->alert, page->arena, &chart));
    parts_card_open(html, alert_card_team(page, row));
    write_badge(page, html, row);
    html_open(html, TAG_P);
    html_open(html, TAG_STRONG);
    html_text(html, sentence(page, row));
    html_close(html, TAG_P);
    write_lines(page, html, card);
    if (chart.count > 0) {
        DP_TRY(draw_chart(page, html, row, &chart));
    }
    html_open(html, TAG_P);
    html_open(html, TAG_A);
    html_attr_fmt(html, ATTR_HREF, "/trend?team=%u", row->alert.team.value);
    html_text(html, services_say(page, TEXT_ALERT_TO_TREND));
    html_close(html, TAG_P);
    if (card->may_take) {
        write_form(page, html, card);
    } else {
        html_leaf(html, TAG_P, "soft", services_say(page, TEXT_ALERT_TAKE_OFFICE));
    }
    parts_card_close(html);
    return DP_SUCCESS;
}
