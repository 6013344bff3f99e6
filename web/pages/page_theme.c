/* SPDX-License-Identifier: MIT */

/* One theme of one team over time, and the questions that it is made of. */

#include "app/service/theme/theme.h"
#include "app/service/theme/theme_questions.h"
#include "web/pages/figures.h"
#include "web/pages/marks.h"
#include "web/pages/pages.h"
#include "web/pages/team_choice.h"

enum { FIELD_THEME, FIELD_TEAM, FORTNIGHT_DAYS = 14 };

struct theme_page {
    struct page_context *page;
    struct html html;
    struct theme_series series;
    size_t shown;    /* fortnights in the chart: all but a running one without a figure */
    struct str name; /* of the theme */
    struct str team; /* whose figures: the team's path, or the pool's name */
};

/* ---- Above the chart ----------------------------------------------------------------------------- */

static dp_err write_tabs(struct theme_page *at)
{
    struct arena *arena = at->page->arena;
    struct layout_link links[QUESTION_THEMES];
    for (int i = 0; i < QUESTION_THEMES; i++) {
        enum theme theme = (enum theme)(THEME_FIRST + i);
        links[i] = (struct layout_link){
            .path = arena_fmt(arena, "/themes/%s?team=%u", theme_code(theme),
                              at->series.team.id.value),
            .label = str_of(theme_name(theme, services_language(at->page))),
            .is_current = theme == at->series.theme,
        };
    }
    DP_TRY(arena_finish(arena));
    parts_tabs(&at->html, services_say(at->page, TEXT_THEME_TABS), links, QUESTION_THEMES);
    return DP_SUCCESS;
}

/* Whose figures these are, when they are not simply the team's. */
static void write_reader(struct theme_page *at)
{
    const struct theme_reader *reader = &at->series.reader;
    switch (reader->reading) {
    case THEME_READ_POOL:
        parts_notice(&at->html, PARTS_PLAIN,
                     services_say_with(at->page, TEXT_THEME_POOL_NOTICE,
                                       TEXT_VALUES(text_word(str_of(reader->pool)))));
        return;
    case THEME_READ_OUTSIDE:
        parts_notice(&at->html, PARTS_PLAIN,
                     services_say(at->page, TEXT_THEME_OUTSIDE_NOTICE));
        return;
    case THEME_READ_NO_UNIT:
        parts_notice(&at->html, PARTS_PLAIN,
                     services_say(at->page, TEXT_THEME_NO_UNIT_NOTICE));
        return;
    case THEME_READ_OWN:
        break;
    }
    if (reader->is_partial) {
        parts_notice(&at->html, PARTS_PLAIN,
                     services_say(at->page, TEXT_THEME_PARTIAL_NOTICE));
    }
}

/* ---- The chart ----------------------------------------------------------------------------------- */

/* The newest fortnight that is over and has a figure, else the running one. */
static const struct theme_point *newest_of(const struct theme_series *series)
{
    for (int32_t i = series->last; i >= 0; i--) {
        const struct theme_point *point = &series->points[i];
        if (point->state == THEME_STATE_SHOWN && !point->is_running) {
            return point;
        }
    }
    return &series->points[series->last];
}

static size_t shown_of(const struct theme_series *series)
{
    size_t count = series->fortnights;
    while (count > 0 && series->points[count - 1].is_running &&
           series->points[count - 1].state != THEME_STATE_SHOWN) {
        count--;
    }
    return count;
}

static struct str level_of(const struct theme_page *at)
{
    const struct series_point *figure = &newest_of(&at->series)->figure;
    struct text_value from = text_date(figure->start);
    struct text_value mean = text_number(figure->mean, 2);
    struct text_value n = text_int(figure->n);
    if (!number_is_known(figure->lo)) {
        return services_say_with(at->page, TEXT_THEME_LEVEL_ALONE, TEXT_VALUES(from, mean, n));
    }
    return services_say_with(at->page, TEXT_THEME_LEVEL,
                             TEXT_VALUES(from, mean, text_number(figure->lo, 2),
                                         text_number(figure->hi, 2), n));
}

static struct chart_point point_of(const struct theme_page *at, const struct theme_point *point)
{
    const struct series_point *figure = &point->figure;
    if (point->state != THEME_STATE_SHOWN) {
        bool is_few = point->state == THEME_STATE_FEWER;
        return (struct chart_point){ .reason = is_few ? figures_few(at->page)
                                                      : services_say(at->page,
                                                                     TEXT_THEME_REASON_NOT_ASKED) };
    }
    return (struct chart_point){ .has_value = true,
                                 .has_interval = number_is_known(figure->lo),
                                 .value = figure->mean,
                                 .low = figure->lo,
                                 .high = figure->hi,
                                 .n = figure->n };
}

static void remark(struct theme_page *at, const struct theme_point *point)
{
    struct html *html = &at->html;
    html_open(html, TAG_TD);
    if (point->has_single_item) {
        html_text(html, services_say(at->page, TEXT_TREND_ASKED_ONCE));
    }
    if (point->is_running) {
        html_text(html, point->has_single_item ? STR(" ") : STR(""));
        html_text(html, services_say(at->page, TEXT_THEME_RUNNING));
    }
    html_close(html, TAG_TD);
}

/* Raw means and usual answers would tell of teams that the reader may not see (theme.h). */
static bool sees_all(const struct theme_page *at)
{
    return services_scope(at->page).value == TEAM_ROOT;
}

/* The raw means beside the adjusted ones, and what is to be said of a fortnight. */
static void write_raw(struct theme_page *at, const struct chart_frame *frame,
                      const struct str *periods, const struct chart_point *points)
{
    static const enum text heads[] = { TEXT_THEME_COLUMN_ADJUSTED, TEXT_COLUMN_INTERVAL,
                                       TEXT_COLUMN_ANSWERS, TEXT_THEME_COLUMN_RAW };
    struct html *html = &at->html;
    struct chart_words words = *frame->words;
    struct chart_frame own = *frame;
    bool has_raw = sees_all(at);
    size_t head_count = sizeof heads / sizeof heads[0] - (has_raw ? 0 : 1); /* raw is the last */
    words.show_table = services_say(at->page, has_raw ? TEXT_THEME_RAW : TEXT_THEME_REMARKS);
    own.words = &words;
    own.title = words.show_table;
    chart_twin_open(html, &own);
    html_open(html, TAG_THEAD);
    html_open(html, TAG_TR);
    chart_twin_head(html, words.period);
    for (size_t i = 0; i < head_count; i++) {
        chart_twin_head_num(html, services_say(at->page, heads[i]));
    }
    chart_twin_head(html, services_say(at->page, TEXT_THEME_COLUMN_NOTE));
    html_close(html, TAG_THEAD);
    html_open(html, TAG_TBODY);
    for (size_t i = 0; i < at->shown; i++) {
        const struct theme_point *point = &at->series.points[i];
        if (point->state != THEME_STATE_SHOWN) {
            continue;
        }
        html_open(html, TAG_TR);
        chart_twin_row(html, periods[i]);
        chart_twin_point(html, &own.numbers, &words, &points[i]);
        if (has_raw) {
            chart_twin_number(html, &own.numbers, point->raw_mean);
        }
        remark(at, point);
        html_close(html, TAG_TR);
    }
    chart_twin_close(html);
}

static dp_err name_periods(const struct theme_page *at, struct figures_periods *periods)
{
    struct arena *arena = at->page->arena;
    size_t count = at->shown;
    periods->names = arena_take(arena, count, sizeof *periods->names);
    periods->labels = arena_take(arena, count, sizeof *periods->labels);
    if (periods->names == NULL || periods->labels == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < count; i++) {
        struct date monday = date_add(at->series.first_monday, FORTNIGHT_DAYS * (int32_t)i);
        struct date_parts parts = date_parts_of(monday);
        periods->names[i] =
            text_in(arena, services_language(at->page), TEXT_THEME_DATE, TEXT_VALUES(text_date(monday)));
        periods->labels[i] = arena_fmt(arena, "%d.%d.", parts.day, parts.month);
    }
    return arena_finish(arena);
}

static void write_single(struct theme_page *at)
{
    int64_t count = 0;
    for (size_t i = 0; i < at->shown; i++) {
        const struct theme_point *point = &at->series.points[i];
        count += point->state == THEME_STATE_SHOWN && point->has_single_item ? 1 : 0;
    }
    if (count > 0) {
        html_leaf(&at->html, TAG_P, "soft",
                  services_say_with(at->page, TEXT_THEME_SINGLE, TEXT_VALUES(text_int(count))));
    }
}

static dp_err write_chart(struct theme_page *at)
{
    const struct theme_series *series = &at->series;
    struct figures_periods periods;
    struct marks marks;
    struct marks_wanted wanted = { .team = series->team.id,
                                   .first = series->first_monday,
                                   .slots = at->shown,
                                   .unit = LAG_UNIT_FORTNIGHT };
    DP_TRY(name_periods(at, &periods));
    DP_TRY(marks_of(at->page, &wanted, &marks));
    struct chart_point *points = arena_take(at->page->arena, at->shown, sizeof *points);
    if (points == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < at->shown; i++) {
        points[i] = point_of(at, &series->points[i]);
    }
    struct chart_frame frame = { .id = STR("theme"),
                                 .title = services_say_with(at->page, TEXT_THEME_CHART,
                                                            TEXT_VALUES(text_word(at->name),
                                                                        text_word(at->team))),
                                 .sentence = level_of(at),
                                 .numbers = figures_numbers(at->page, 2),
                                 .words = figures_words(at->page, TEXT_THEME_FORTNIGHT_FROM) };
    struct chart_series line = { .name = at->name, .points = points };
    struct timeline chart = { .lines = { .frame = &frame,
                                         .period_count = at->shown,
                                         .periods = periods.names,
                                         .labels = periods.labels,
                                         .series = &line,
                                         .series_count = 1 },
                              .marks = marks.items,
                              .mark_count = marks.count };
    parts_card_open(&at->html, STR(""));
    timeline_draw(&at->html, &chart);
    marks_note(at->page, &at->html, &marks);
    write_raw(at, &frame, periods.names, points);
    write_single(at);
    parts_card_close(&at->html);
    return DP_SUCCESS;
}

/* ---- The questions ------------------------------------------------------------------------------- */

static struct str usual_of(const struct theme_page *at, const struct theme_question *question)
{
    if (question->weeks == 0) {
        return services_say(at->page, TEXT_THEME_NOT_ASKED_YET);
    }
    if (!question->is_adjusted) {
        return services_say(at->page, TEXT_THEME_ASKED_TOO_RARELY);
    }
    double effect = question->effect;
    if (effect > -0.005 && effect < 0.005) {
        return services_say(at->page, TEXT_THEME_AVERAGE);
    }
    return services_say_with(at->page, effect > 0 ? TEXT_THEME_EASIER : TEXT_THEME_HARDER,
                             TEXT_VALUES(text_number(-effect, 2)));
}

static void write_question(struct theme_page *at, const struct theme_question *question)
{
    struct html *html = &at->html;
    html_open(html, TAG_TR);
    html_open(html, TAG_TH);
    html_attr(html, ATTR_SCOPE, STR("row"));
    html_text_of(html, question->question.text[services_language(at->page)]);
    if (question->has_figures && question->weeks > 0) {
        html_leaf(html, TAG_SMALL, "below",
                  services_say_with(at->page, TEXT_THEME_ASKED_IN,
                                    TEXT_VALUES(text_int(question->weeks),
                                                text_int((int64_t)question->answers))));
    }
    if (!question->is_latest) {
        html_leaf(html, TAG_SMALL, "below", services_say(at->page, TEXT_THEME_OLD_WORDING));
    }
    if (question->question.is_reversed) {
        html_leaf(html, TAG_SMALL, "below", services_say(at->page, TEXT_THEME_REVERSED));
    }
    html_close(html, TAG_TH);
    if (question->has_figures) {
        html_leaf(html, TAG_TD, NULL, usual_of(at, question));
    }
    html_close(html, TAG_TR);
}

static dp_err write_questions(struct theme_page *at)
{
    static const enum text heads[] = { TEXT_THEME_QUESTION, TEXT_THEME_USUAL };
    struct html *html = &at->html;
    const struct theme_question *questions = NULL;
    size_t count = 0;
    DP_TRY(theme_questions_of(services_of(at->page)->appliance, services_scope(at->page),
                              at->series.theme, at->page->arena, &questions, &count));
    struct str title = services_say(at->page, TEXT_THEME_QUESTIONS);
    parts_card_open(html, title);
    html_leaf(html, TAG_P, NULL, services_say(at->page, TEXT_THEME_ADJUSTED_WHY));
    if (!sees_all(at)) {
        html_leaf(html, TAG_P, NULL, services_say(at->page, TEXT_THEME_ADJUSTED_BY_ALL));
    }
    parts_table_open(html, title);
    html_open(html, TAG_THEAD);
    html_open(html, TAG_TR);
    size_t head_count = sees_all(at) ? sizeof heads / sizeof heads[0] : 1;
    for (size_t i = 0; i < head_count; i++) {
        chart_twin_head(html, services_say(at->page, heads[i]));
    }
    html_close(html, TAG_THEAD);
    html_open(html, TAG_TBODY);
    for (size_t i = 0; i < count; i++) {
        write_question(at, &questions[i]);
    }
    html_close(html, TAG_TBODY);
    parts_table_close(html);
    parts_card_close(html);
    return DP_SUCCESS;
}

/* ---- The page ------------------------------------------------------------------------------------ */

static dp_err write_body(struct theme_page *at)
{
    struct str path = arena_fmt(at->page->arena, "/themes/%s", theme_code(at->series.theme));
    DP_TRY(arena_finish(at->page->arena));
    parts_heading(&at->html, at->name, services_say(at->page, TEXT_THEME_LEAD));
    DP_TRY(write_tabs(at));
    DP_TRY(team_choice(at->page, &at->html, path, at->series.team.id));
    write_reader(at);
    if (at->series.last >= 0) {
        DP_TRY(write_chart(at));
    } else if (at->series.reader.reading == THEME_READ_OWN ||
               at->series.reader.reading == THEME_READ_POOL) {
        parts_notice(&at->html, PARTS_PLAIN, services_say(at->page, TEXT_THEME_NEVER));
    }
    DP_TRY(write_questions(at));
    html_open(&at->html, TAG_P);
    html_class(&at->html, "actions");
    parts_button_link(&at->html, "quiet", STR("/themes"),
                      services_say(at->page, TEXT_THEME_ALL));
    html_close(&at->html, TAG_P);
    return DP_SUCCESS;
}

/* Of a pool the pool: the figures are not the team's own. */
static struct str whose(const struct theme_page *at)
{
    if (at->series.reader.reading == THEME_READ_POOL) {
        return str_of(at->series.reader.pool);
    }
    return at->series.path[0] == '\0' ? services_say(at->page, TEXT_ALL_COMPANY)
                                      : str_of(at->series.path);
}

/* A theme that is none is a page that is none. */
static dp_err asked_theme(const struct field *field, enum theme *theme)
{
    bool is_theme = err_is_ok(theme_parse(field->text, theme)) && *theme != THEME_ANCHOR;
    return is_theme ? DP_SUCCESS : err_make(DP_NOT_FOUND);
}

dp_err page_theme(struct page_context *page, struct response *response)
{
    enum theme theme;
    struct theme_page at = { .page = page, .html = html_new(&response->body) };
    struct team_id team = team_choice_asked(page, &page->fields[FIELD_TEAM]);
    DP_TRY(asked_theme(&page->fields[FIELD_THEME], &theme));
    DP_TRY(theme_series_of(services_of(page)->appliance, services_scope(page), team, theme, 0,
                           page->arena, &at.series));
    at.shown = shown_of(&at.series);
    at.name = str_of(theme_name(theme, services_language(page)));
    at.team = whose(&at);
    services_open(page, &at.html, at.name, STR("/themes"));
    DP_TRY(write_body(&at));
    services_close(page, &at.html);
    return html_finish(&at.html);
}
