/* SPDX-License-Identifier: MIT */
#include "web/pages/figures.h"

#include "web/html/charts/level.h"
#include "web/pages/marks.h"

enum { GOOD_PCT = 50, USABLE_PCT = 30 };

static struct str made(const struct page_context *page, const struct buf *text)
{
    return arena_copy(page->arena, buf_str(text));
}

/* Numbers go through the same catalogue as sentences, so that commas and minus signs agree. */
struct str figures_number(const struct page_context *page, double value, int decimals)
{
    char out[CHART_NUMBER_MAX];
    struct chart_numbers numbers = figures_numbers(page, decimals);
    chart_number(&numbers, value, out);
    return arena_copy(page->arena, str_of(out));
}

struct str figures_pct(const struct page_context *page, double pct)
{
    BUF_AUTO struct buf text = buf_new(64);
    bool is_german = services_language(page) == LANGUAGE_DE;
    buf_add(&text, figures_number(page, pct, 0));
    buf_add_text(&text, is_german ? " %" : "%");
    return made(page, &text);
}

struct str figures_interval(const struct page_context *page, const struct series_point *point)
{
    if (!number_is_known(point->lo) || !number_is_known(point->hi)) {
        return services_say_with(page, TEXT_ANSWERS_COUNT, TEXT_VALUES(text_int(point->n)));
    }
    return services_say_with(
        page, TEXT_INTERVAL_ANSWERS,
        TEXT_VALUES(text_number(point->lo, 2), text_number(point->hi, 2), text_int(point->n)));
}

struct str figures_share_interval(const struct page_context *page,
                                  const struct series_point *point)
{
    return services_say_with(page, TEXT_INTERVAL_ANSWERS,
                             TEXT_VALUES(text_number(point->favourable_lo_pct, 0),
                                         text_number(point->favourable_hi_pct, 0),
                                         text_int(point->n)));
}

struct str figures_change(const struct page_context *page, const struct interval *change,
                          bool is_points)
{
    static const enum text words[2][3] = {
        { TEXT_OVERVIEW_UNCLEAR, TEXT_OVERVIEW_UP, TEXT_OVERVIEW_DOWN },
        { TEXT_OVERVIEW_POINTS_UNCLEAR, TEXT_OVERVIEW_POINTS_UP, TEXT_OVERVIEW_POINTS_DOWN },
    };
    if (!number_is_known(change->lo) || !number_is_known(change->hi)) {
        return services_say(page, TEXT_OVERVIEW_NOT_COMPARED);
    }
    size_t word = change->lo > 0.0 ? 1 : change->hi < 0.0 ? 2 : 0;
    int decimals = is_points ? 0 : 2;
    double shown = word == 2 ? -change->value : change->value;
    return services_say_with(page, words[is_points][word],
                             TEXT_VALUES(text_number(shown, decimals),
                                         text_number(change->lo, decimals),
                                         text_number(change->hi, decimals)));
}

static double participation_pct(const struct series_point *point)
{
    return point->invited == 0 ? 0.0 : 100.0 * (double)point->n / (double)point->invited;
}

struct str figures_participation(const struct page_context *page,
                                 const struct series_point *point)
{
    return figures_pct(page, participation_pct(point));
}

struct str figures_participation_word(const struct page_context *page,
                                      const struct series_point *point)
{
    double pct = participation_pct(point);
    return services_say(page, pct >= GOOD_PCT     ? TEXT_PARTICIPATION_GOOD
                              : pct >= USABLE_PCT ? TEXT_PARTICIPATION_USABLE
                                                  : TEXT_PARTICIPATION_LOW);
}

struct str figures_few(const struct page_context *page)
{
    int64_t people = services_of(page)->appliance->organisation.min_people;
    return services_say_with(page, TEXT_CHART_FEW, TEXT_VALUES(text_int(people)));
}

static void add_level(const struct page_context *page, const struct series_point *point,
                      struct buf *out)
{
    enum language language = services_language(page);
    if (number_is_known(point->lo) && number_is_known(point->hi)) {
        text_add(out, language, TEXT_TREND_LEVEL,
                 TEXT_VALUES(text_week(point->start), text_number(point->mean, 2),
                             text_number(point->lo, 2), text_number(point->hi, 2),
                             text_int(point->n)));
        return;
    }
    text_add(
        out, language, TEXT_TREND_LEVEL_ALONE,
        TEXT_VALUES(text_week(point->start), text_number(point->mean, 2), text_int(point->n)));
}

/* Exactly what statistics.md 4 lets one say. */
static void add_slope(const struct page_context *page, const struct trend_slope *slope,
                      struct buf *out)
{
    enum language language = services_language(page);
    const struct gls_estimate *quarter = &slope->per_quarter;
    double size = quarter->value < 0.0 ? -quarter->value : quarter->value;
    size_t missing = trend_weeks_missing(slope);
    struct text_value lo = text_number(quarter->lo, 2);
    struct text_value hi = text_number(quarter->hi, 2);
    struct text_value weeks = text_int((int64_t)slope->n);
    switch (slope->direction) {
    case TREND_UNKNOWN:
        if (missing == 0) {
            buf_add(out, text_plain(language, TEXT_TREND_ALIKE));
            return;
        }
        text_add(out, language, TEXT_TREND_TOO_SHORT,
                 TEXT_VALUES(text_span((int64_t)missing, TEXT_WEEKS)));
        return;
    case TREND_NO_CLEAR_CHANGE:
        text_add(out, language, TEXT_TREND_UNCLEAR, TEXT_VALUES(lo, hi, weeks));
        return;
    case TREND_RISING:
        text_add(out, language, TEXT_TREND_RISING,
                 TEXT_VALUES(text_number(size, 2), lo, hi, weeks));
        return;
    case TREND_FALLING:
        text_add(out, language, TEXT_TREND_FALLING,
                 TEXT_VALUES(text_number(size, 2), lo, hi, weeks));
        return;
    }
}

struct str figures_direction(const struct page_context *page, const struct trend *trend)
{
    BUF_AUTO struct buf text = buf_new(TEXT_SENTENCE_MAX);
    add_slope(page, &trend->slope, &text);
    buf_add_char(&text, ' ');
    add_level(page, &trend->points[trend->last], &text);
    if (trend->is_running) {
        buf_add_char(&text, ' ');
        text_add(&text, services_language(page), TEXT_TREND_RUNNING,
                 TEXT_VALUES(text_week(trend->points[trend->weeks - 1].start)));
    }
    return made(page, &text);
}

const struct chart_words *figures_words(const struct page_context *page, enum text period)
{
    struct chart_words *words = arena_take(page->arena, 1, sizeof *words);
    static const struct chart_words none;
    if (words == NULL) {
        return &none;
    }
    *words = (struct chart_words){ .show_table = services_say(page, TEXT_CHART_TABLE),
                                   .period = services_say(page, period),
                                   .value = services_say(page, TEXT_COLUMN_MEAN),
                                   .interval = services_say(page, TEXT_COLUMN_INTERVAL),
                                   .to = services_say(page, TEXT_CHART_TO),
                                   .answers = services_say(page, TEXT_COLUMN_ANSWERS),
                                   .lag = services_say(page, TEXT_CHART_LAG),
                                   .pairs = services_say(page, TEXT_CHART_PAIRS),
                                   .limit = services_say(page, TEXT_CHART_LIMIT),
                                   .no_value = services_say(page, TEXT_CHART_NO_VALUE) };
    return words;
}

struct chart_numbers figures_numbers(const struct page_context *page, int decimals)
{
    bool is_german = services_language(page) == LANGUAGE_DE;
    return (struct chart_numbers){ is_german ? ',' : '.', decimals };
}

dp_err figures_periods(const struct page_context *page, struct date first_monday, size_t count,
                       struct figures_periods *out)
{
    out->names = arena_take(page->arena, count, sizeof *out->names);
    out->labels = arena_take(page->arena, count, sizeof *out->labels);
    if (out->names == NULL || out->labels == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < count; i++) {
        char week[WEEK_TEXT_MAX];
        struct date monday = date_add(first_monday, 7 * (int32_t)i);
        struct date_parts parts = date_parts_of(monday);
        date_week_text(monday, week);
        out->names[i] = arena_copy(page->arena, str_of(week));
        out->labels[i] = arena_fmt(page->arena, "%d.%d.", parts.day, parts.month);
    }
    return arena_finish(page->arena);
}

static struct chart_point chart_point_of(const struct page_context *page,
                                         const struct series_point *point)
{
    if (!point->is_shown) {
        return (struct chart_point){ .reason = point->is_asked
                                                   ? figures_few(page)
                                                   : services_say(page, TEXT_CHART_NOT_ASKED) };
    }
    return (struct chart_point){ .has_value = true,
                                 .has_interval = number_is_known(point->lo),
                                 .value = point->mean,
                                 .low = point->lo,
                                 .high = point->hi,
                                 .n = point->n };
}

static struct chart_point level_point_of(const struct trend *trend, size_t week)
{
    return (struct chart_point){ .has_value = number_is_known(trend->level[week]),
                                 .has_interval = number_is_known(trend->level_lo[week]),
                                 .value = trend->level[week],
                                 .low = trend->level_lo[week],
                                 .high = trend->level_hi[week] };
}

/* NULL when there is no line to draw. */
static const struct chart_level *level_of(const struct page_context *page,
                                          const struct trend *trend)
{
    struct chart_level *level = arena_take(page->arena, 1, sizeof *level);
    struct chart_point *points = arena_take(page->arena, trend->weeks, sizeof *points);
    if (level == NULL || points == NULL || !trend->has_line) {
        return NULL;
    }
    for (size_t i = 0; i < trend->weeks; i++) {
        points[i] = level_point_of(trend, i);
    }
    *level = (struct chart_level){ .points = points,
                                   .dot = services_say(page, TEXT_TREND_KEY_DOT),
                                   .whisker = services_say(page, TEXT_TREND_KEY_WHISKER),
                                   .line = services_say(page, TEXT_TREND_KEY_LINE),
                                   .band = services_say(page, TEXT_TREND_KEY_BAND),
                                   .dashed = services_say(page, TEXT_TREND_KEY_DASHED),
                                   .value = services_say(page, TEXT_COLUMN_TREND),
                                   .interval = services_say(page, TEXT_COLUMN_BAND) };
    return level;
}

static void draw_timeline(const struct page_context *page, struct html *html,
                          const struct trend *trend, const struct chart_series *series,
                          const struct marks *marks)
{
    struct figures_periods periods;
    if (!err_is_ok(figures_periods(page, trend->first_monday, trend->weeks, &periods))) {
        return; /* the arena has overflowed, which ends the page as an error */
    }
    struct chart_frame frame = {
        .id = STR("index"),
        .title = services_say_with(page, TEXT_TREND_CHART,
                                   TEXT_VALUES(text_word(series->name))),
        .sentence = figures_direction(page, trend),
        .numbers = figures_numbers(page, 2),
        .words = figures_words(page, TEXT_COLUMN_WEEK),
    };
    struct timeline chart = { .lines = { .frame = &frame,
                                         .period_count = trend->weeks,
                                         .periods = periods.names,
                                         .labels = periods.labels,
                                         .series = series,
                                         .series_count = 1 },
                              .marks = marks->items,
                              .mark_count = marks->count };
    parts_card_open(html, STR(""));
    timeline_draw(html, &chart);
    marks_note(page, html, marks);
    parts_card_close(html);
}

dp_err figures_timeline(const struct page_context *page, struct html *html,
                        const struct trend *trend)
{
    struct marks marks;
    struct marks_wanted wanted = { .team = trend->team.id,
                                   .first = trend->first_monday,
                                   .slots = trend->weeks };
    struct chart_point *points = arena_take(page->arena, trend->weeks, sizeof *points);
    if (points == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < trend->weeks; i++) {
        points[i] = chart_point_of(page, &trend->points[i]);
    }
    DP_TRY(marks_of(page, &wanted, &marks));
    struct chart_series series = { .name = trend->path[0] == '\0'
                                               ? services_say(page, TEXT_ALL_COMPANY)
                                               : arena_copy(page->arena, str_of(trend->path)),
                                   .points = points,
                                   .level = level_of(page, trend) };
    draw_timeline(page, html, trend, &series, &marks);
    return DP_SUCCESS;
}
