/* SPDX-License-Identifier: MIT */
#include "web/pages/figures.h"

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
    return services_say_with(page, TEXT_INTERVAL_ANSWERS,
                             TEXT_VALUES(text_number(point->lo, 2), text_number(point->hi, 2),
                                         text_int(point->n)));
}

struct str figures_share_interval(const struct page_context *page,
                                  const struct series_point *point)
{
    return services_say_with(page, TEXT_INTERVAL_ANSWERS,
                             TEXT_VALUES(text_number(point->favourable_lo_pct, 0),
                                         text_number(point->favourable_hi_pct, 0),
                                         text_int(point->n)));
}

struct str figures_change(const struct page_context *page, const struct series_point *now,
                          const struct series_point *before)
{
    return services_say_with(page, TEXT_CHANGE_NUMBER,
                             TEXT_VALUES(text_number(now->mean - before->mean, 2)));
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
    text_add(out, language, TEXT_TREND_LEVEL_ALONE,
             TEXT_VALUES(text_week(point->start), text_number(point->mean, 2),
                         text_int(point->n)));
}

static void add_slope(const struct page_context *page, const struct trend_slope *slope,
                      struct buf *out)
{
    enum language language = services_language(page);
    const struct gls_estimate *quarter = &slope->per_quarter;
    double size = quarter->value < 0.0 ? -quarter->value : quarter->value;
    if (slope->direction == TREND_UNKNOWN) {
        int64_t missing = slope->n < TREND_PERIODS_MIN ? (int64_t)(TREND_PERIODS_MIN - slope->n) : 1;
        text_add(out, language, TEXT_TREND_TOO_SHORT, TEXT_VALUES(text_span(missing, TEXT_WEEKS)));
        return;
    }
    if (slope->direction == TREND_NO_CLEAR_CHANGE) {
        text_add(out, language, TEXT_TREND_UNCLEAR,
                 TEXT_VALUES(text_number(quarter->lo, 2), text_number(quarter->hi, 2)));
        return;
    }
    text_add(out, language,
             slope->direction == TREND_RISING ? TEXT_TREND_RISING : TEXT_TREND_FALLING,
             TEXT_VALUES(text_number(size, 2), text_number(quarter->lo, 2),
                         text_number(quarter->hi, 2)));
}

struct str figures_direction(const struct page_context *page, const struct trend *trend)
{
    BUF_AUTO struct buf text = buf_new(TEXT_SENTENCE_MAX);
    add_level(page, &trend->points[trend->last], &text);
    buf_add_char(&text, ' ');
    add_slope(page, &trend->slope, &text);
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

void figures_timeline(const struct page_context *page, struct html *html,
                      const struct trend *trend)
{
    struct figures_periods periods;
    struct chart_point *points = arena_take(page->arena, trend->weeks, sizeof *points);
    if (points == NULL ||
        !err_is_ok(figures_periods(page, trend->first_monday, trend->weeks, &periods))) {
        return; /* the arena has overflowed, which ends the page as an error */
    }
    for (size_t i = 0; i < trend->weeks; i++) {
        points[i] = chart_point_of(page, &trend->points[i]);
    }
    struct str name = trend->path[0] == '\0' ? services_say(page, TEXT_ALL_COMPANY)
                                             : arena_copy(page->arena, str_of(trend->path));
    struct chart_frame frame = {
        .id = STR("index"),
        .title = services_say_with(page, TEXT_TREND_CHART, TEXT_VALUES(text_word(name))),
        .sentence = figures_direction(page, trend),
        .numbers = figures_numbers(page, 2),
        .words = figures_words(page, TEXT_COLUMN_WEEK),
    };
    struct chart_series series = { .name = name, .points = points };
    struct timeline chart = { .lines = { .frame = &frame,
                                         .period_count = trend->weeks,
                                         .periods = periods.names,
                                         .labels = periods.labels,
                                         .series = &series,
                                         .series_count = 1 } };
    timeline_draw(html, &chart);
}
