/* SPDX-License-Identifier: MIT */
#include "web/pages/correction_charts.h"

#include <string.h>

#include "app/text/correction_text.h"
#include "app/text/verdict_text.h"
#include "web/html/charts/bars.h"
#include "web/html/charts/timeline.h"
#include "web/pages/figures.h"
#include "web/pages/marks.h"

enum { BARS_MAX = 4, TOGETHER_MAX = 8 };

/* Room beside the outermost interval, as a share of the range. */
#define AXIS_PADDING 0.12

/* "One-call resolution (%)": what the axis counts. */
static struct str name_of(const struct page_context *page, const struct correction_words *words)
{
    struct str series = correction_parts_series(page, words);
    if (words->subject.target != CORRECTION_ON_OUTCOME ||
        words->subject.metric->unit[0] == '\0') {
        return series;
    }
    return services_say_with(
        page, TEXT_LINK_OF_SOURCE,
        TEXT_VALUES(text_word(series), text_word(str_of(words->subject.metric->unit))));
}

/* ---- Means before and after -------------------------------------------------------------- */

struct bar_rows {
    struct bars_row rows[BARS_MAX];
    size_t count;
    double min;
    double max;
};

static void add_bar(const struct page_context *page, struct bar_rows *rows, enum text name,
                    const struct correction_bar *bar)
{
    if (!number_is_known(bar->mean)) {
        return;
    }
    bool has_interval = number_is_known(bar->lo) && number_is_known(bar->hi);
    double low = has_interval ? bar->lo : bar->mean;
    double high = has_interval ? bar->hi : bar->mean;
    rows->min = rows->count == 0 || low < rows->min ? low : rows->min;
    rows->max = rows->count == 0 || high > rows->max ? high : rows->max;
    rows->rows[rows->count++] = (struct bars_row){
        .name = services_say(page, name),
        .point = { .has_value = true,
                   .has_interval = has_interval,
                   .value = bar->mean,
                   .low = bar->lo,
                   .high = bar->hi,
                   .n = (int64_t)bar->periods },
    };
}

static struct str period_column(const struct page_context *page, enum lag_unit unit)
{
    struct str name = text_unit_name(services_language(page), verdict_text_unit(unit));
    BUF_AUTO struct buf text = buf_new(64);
    text_add(&text, services_language(page), TEXT_CORRECTION_COLUMN_OF,
             TEXT_VALUES(text_word(name)));
    return arena_copy(page->arena, buf_str(&text));
}

dp_err correction_charts_bars(const struct page_context *page, struct html *html,
                              const struct correction_chart *chart)
{
    const struct correction_effect *effect = chart->effect;
    struct bar_rows rows = { .count = 0 };
    add_bar(page, &rows, TEXT_CORRECTION_BAR_CORRECTED_BEFORE, &effect->corrected_before);
    add_bar(page, &rows, TEXT_CORRECTION_BAR_CORRECTED_AFTER, &effect->corrected_after);
    if (effect->design == CORRECTION_AGAINST_TEAMS) {
        add_bar(page, &rows, TEXT_CORRECTION_BAR_COMPARED_BEFORE, &effect->comparison_before);
        add_bar(page, &rows, TEXT_CORRECTION_BAR_COMPARED_AFTER, &effect->comparison_after);
    }
    struct chart_words *words = arena_take(page->arena, 1, sizeof *words);
    if (words == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    if (rows.count == 0) {
        return DP_SUCCESS;
    }
    double padding = rows.max > rows.min ? AXIS_PADDING * (rows.max - rows.min) : 1.0;
    *words = *figures_words(page, TEXT_COLUMN_WEEK);
    words->answers = period_column(page, effect->unit);
    struct str series = name_of(page, chart->words);
    struct bars bars = {
        .frame = { .id = STR("bars"),
                   .title = services_say_with(page, TEXT_CORRECTION_BARS,
                                              TEXT_VALUES(text_word(series))),
                   .sentence = services_say(page, TEXT_CORRECTION_NOT_ADJUSTED),
                   .numbers = figures_numbers(page,
                                              correction_text_decimals(&chart->words->subject)),
                   .words = words },
        .unit_word = services_say(page, TEXT_CORRECTION_GROUP),
        .rows = rows.rows,
        .row_count = rows.count,
        .min = rows.min - padding,
        .max = rows.max + padding,
        .is_dots = true,
    };
    bars_draw(html, &bars);
    return DP_SUCCESS;
}

/* ---- Curves ------------------------------------------------------------------------------ */

static struct marks_wanted wanted_of(const struct correction_chart *chart)
{
    const struct correction *correction = &chart->report->correction;
    return (struct marks_wanted){
        .team = correction->team_count == 1 ? correction->teams[0]
                                            : (struct team_id){ TEAM_ROOT },
        .first = chart->effect->points[0].start,
        .slots = chart->effect->point_count,
        .unit = chart->effect->unit,
        .is_without_corrections = true,
    };
}

static void add_start(const struct page_context *page, const struct marks_wanted *wanted,
                      const struct correction *correction, struct marks *marks)
{
    struct chart_mark mark = { .kind = CHART_MARK_CORRECTION,
                               .when = services_day(page, correction->start),
                               .label = arena_copy(page->arena, str_of(correction->title)) };
    struct chart_mark *items = arena_take(page->arena, marks->count + 1, sizeof *items);
    if (items == NULL || !marks_slot(wanted, correction->start, &mark.first)) {
        return; /* without memory the page fails at its end */
    }
    mark.last = mark.first;
    memcpy(items, marks->items, marks->count * sizeof *items);
    items[marks->count] = mark;
    size_t left_out = marks->left_out;
    marks_keep(items, marks->count + 1, marks);
    marks->left_out += left_out;
}

/* The starts are what the chart is about, so older marks make room for them. */
static void make_room(struct marks *marks, size_t wanted)
{
    size_t room = CHART_MARKS_MAX - wanted;
    size_t dropped = marks->count > room ? marks->count - room : 0;
    marks->items += dropped;
    marks->count -= dropped;
    marks->left_out += dropped;
}

static dp_err find_marks(const struct page_context *page, const struct correction_chart *chart,
                         struct marks *marks)
{
    struct marks_wanted wanted = wanted_of(chart);
    size_t together = chart->report->together_count;
    together = together < TOGETHER_MAX ? together : TOGETHER_MAX;
    DP_TRY(marks_of(page, &wanted, marks));
    make_room(marks, together + 1);
    for (size_t i = 0; i < together; i++) {
        add_start(page, &wanted, &chart->report->together[i], marks);
    }
    add_start(page, &wanted, &chart->report->correction, marks);
    return DP_SUCCESS;
}

static dp_err name_periods(const struct page_context *page,
                           const struct correction_effect *effect,
                           struct figures_periods *periods)
{
    bool is_month = effect->unit == LAG_UNIT_MONTH;
    periods->names = arena_take(page->arena, effect->point_count, sizeof *periods->names);
    periods->labels = arena_take(page->arena, effect->point_count, sizeof *periods->labels);
    if (periods->names == NULL || periods->labels == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < effect->point_count; i++) {
        struct date start = effect->points[i].start;
        char text[DATE_TEXT_MAX];
        if (is_month) {
            date_month_text(start, text);
        } else {
            date_week_text(start, text);
        }
        struct date_parts parts = date_parts_of(start);
        periods->names[i] = arena_copy(page->arena, str_of(text));
        periods->labels[i] = is_month
                                 ? periods->names[i]
                                 : arena_fmt(page->arena, "%d.%d.", parts.day, parts.month);
    }
    return arena_finish(page->arena);
}

static struct chart_point point_of(const struct page_context *page, double value)
{
    if (!number_is_known(value)) {
        return (struct chart_point){ .reason = services_say(page, TEXT_CHART_NO_VALUE) };
    }
    return (struct chart_point){ .has_value = true, .value = value };
}

static dp_err fill_points(const struct page_context *page,
                          const struct correction_effect *effect, struct chart_series *series)
{
    struct chart_point *corrected = arena_take(page->arena, effect->point_count,
                                               sizeof *corrected);
    struct chart_point *comparison = arena_take(page->arena, effect->point_count,
                                                sizeof *comparison);
    if (corrected == NULL || comparison == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < effect->point_count; i++) {
        corrected[i] = point_of(page, effect->points[i].corrected);
        comparison[i] = point_of(page, effect->points[i].comparison);
    }
    series[0] = (struct chart_series){ .name = services_say(page, TEXT_CORRECTION_CORRECTED),
                                       .points = corrected };
    series[1] = (struct chart_series){ .name = services_say(page, TEXT_CORRECTION_COMPARED),
                                       .points = comparison };
    return DP_SUCCESS;
}

dp_err correction_charts_curves(const struct page_context *page, struct html *html,
                                const struct correction_chart *chart)
{
    const struct correction_effect *effect = chart->effect;
    bool has_others = effect->design == CORRECTION_AGAINST_TEAMS;
    struct chart_series series[2];
    struct figures_periods periods;
    struct marks marks;
    if (effect->point_count == 0) {
        return DP_SUCCESS;
    }
    DP_TRY(name_periods(page, effect, &periods));
    DP_TRY(fill_points(page, effect, series));
    DP_TRY(find_marks(page, chart, &marks));
    struct str name = name_of(page, chart->words);
    struct chart_frame frame = {
        .id = STR("curves"),
        .title = services_say_with(page, TEXT_CORRECTION_CURVES, TEXT_VALUES(text_word(name))),
        .sentence = services_say(page, has_others ? TEXT_CORRECTION_CURVES_TEAMS
                                                  : TEXT_CORRECTION_CURVES_ALONE),
        .numbers = figures_numbers(page, correction_text_decimals(&chart->words->subject)),
        .words = figures_words(page, effect->unit == LAG_UNIT_MONTH ? TEXT_CHART_MONTH
                                                                    : TEXT_COLUMN_WEEK),
    };
    struct timeline line = { .lines = { .frame = &frame,
                                        .period_count = effect->point_count,
                                        .periods = periods.names,
                                        .labels = periods.labels,
                                        .series = series,
                                        .series_count = has_others ? 2 : 1 },
                             .marks = marks.items,
                             .mark_count = marks.count };
    timeline_draw(html, &line);
    marks_note(page, html, &marks);
    return DP_SUCCESS;
}
