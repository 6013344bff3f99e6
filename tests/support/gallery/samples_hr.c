/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "app/core/date.h"
#include "tests/support/gallery/samples.h"
#include "web/html/charts/bars.h"
#include "web/html/charts/heat.h"
#include "web/html/charts/lags.h"
#include "web/html/charts/overlay.h"
#include "web/html/charts/level.h"
#include "web/html/charts/timeline.h"
#include "web/html/parts.h"

enum { WEEKS = 52, TEAMS = 7, THEMES = 6, CELLS = TEAMS * THEMES, LAG_MAX = 8 };

#define TEXT(literal)                \
    {                                \
        literal, sizeof(literal) - 1 \
    }

static const struct layout_words frame_words = {
    TEXT("Skip to content"),
    TEXT("Main navigation"),
    TEXT("Log out"),
};

static const struct chart_words words = {
    .show_table = TEXT("Show as a table"),
    .period = TEXT("Week"),
    .value = TEXT("Mean"),
    .interval = TEXT("95% interval"),
    .to = TEXT("to"),
    .answers = TEXT("Answers"),
    .lag = TEXT("Lag in weeks"),
    .pairs = TEXT("Pairs"),
    .limit = TEXT("By chance up to"),
    .no_value = TEXT("No figure"),
};

static const struct chart_words worte = {
    .show_table = TEXT("Als Tabelle zeigen"),
    .period = TEXT("Woche"),
    .value = TEXT("Mittel"),
    .interval = TEXT("95-%-Bereich"),
    .to = TEXT("bis"),
    .answers = TEXT("Antworten"),
    .lag = TEXT("Abstand in Wochen"),
    .pairs = TEXT("Paare"),
    .limit = TEXT("Zufall bis"),
    .no_value = TEXT("Keine Zahl"),
};

static const struct layout_link links[] = {
    { TEXT("/overview"), TEXT("Overview"), false },
    { TEXT("/trend"), TEXT("Trends"), false },
    { TEXT("/link"), TEXT("Customers"), false },
    { TEXT("/teams"), TEXT("Teams and themes"), false },
    { TEXT("/corrections"), TEXT("Course corrections"), false },
    { TEXT("/exports"), TEXT("Exports"), false },
};

static const struct layout_link languages[] = { { TEXT("?language=de"), TEXT("Deutsch"),
                                                  false } };
static const struct layout_link foot[] = {
    { TEXT("/privacy"), TEXT("What we store"), false },
    { TEXT("/help"), TEXT("Help"), false },
};

enum { LINKS = sizeof links / sizeof links[0] };

static void open_page(struct html *html, struct layout_page *page, struct layout_link *own,
                      struct str title, size_t current)
{
    memcpy(own, links, sizeof links);
    own[current].is_current = true;
    *page = (struct layout_page){
        .language = STR("en"),
        .title = title,
        .organisation = STR("Northwind Hospital"),
        .words = &frame_words,
        .links = own,
        .link_count = LINKS,
        .languages = languages,
        .language_count = 1,
        .account = STR("hr@northwind.example"),
        .logout_path = STR("/logout"),
        .csrf = STR("Zm9ydHktdGhyZWUtYnl0ZXMtb2YtYmFzZTY0LXRleHQ"),
        .demo_banner = STR("Demo: made-up company, nothing here is real."),
        .footer = STR("Daypulse 0.1.0"),
        .footer_links = foot,
        .footer_link_count = 2,
    };
    layout_open(html, page);
}

struct weeks {
    struct str periods[WEEKS];
    struct str labels[WEEKS];
};

static struct weeks *make_weeks(struct arena *arena)
{
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    struct weeks *weeks = arena_take(arena, 1, sizeof *weeks);
    struct date monday;
    if (weeks == NULL || !err_is_ok(date_parse(STR("2025-03-10"), &monday))) {
        return NULL;
    }
    for (size_t i = 0; i < WEEKS; i++) {
        char text[WEEK_TEXT_MAX];
        struct date_parts parts = date_parts_of(date_add(monday, (int32_t)(7 * i)));
        date_week_text(date_add(monday, (int32_t)(7 * i)), text);
        weeks->periods[i] = arena_copy(arena, str_of(text));
        weeks->labels[i] = arena_fmt(arena, "%d %s", parts.day, months[parts.month - 1]);
    }
    return weeks;
}

/* A wave with a step and some made-up roughness; the same in every run. */
static struct chart_point *make_points(struct arena *arena, double level, double step,
                                       size_t seed)
{
    struct chart_point *points = arena_take(arena, WEEKS, sizeof *points);
    for (size_t i = 0; points != NULL && i < WEEKS; i++) {
        double rough = sin((double)(i * 7 + seed * 13)) * 0.12 +
                       sin((double)(i + seed) / 4.0) * 0.14;
        double value = level + rough + (i > 30 ? step : 0);
        double half = 0.16 + 0.05 * fabs(sin((double)(i * 3 + seed)));
        points[i] = (struct chart_point){
            .has_value = true,
            .has_interval = true,
            .value = value,
            .low = value - half,
            .high = value + half,
            .n = 38 + (int64_t)((i * 17 + seed * 5) % 23),
        };
    }
    return points;
}

static void hide(struct chart_point *point, const char *reason)
{
    *point = (struct chart_point){ .reason = str_of(reason) };
}

static const struct chart_mark marks[] = {
    { CHART_MARK_REORGANISATION, 13, 13, TEXT("9 Jun 2025"), TEXT("Two wards joined") },
    { CHART_MARK_CORRECTION, 30, 30, TEXT("6 Oct 2025"), TEXT("New rota in Care") },
    { CHART_MARK_HOLIDAY, 41, 42, TEXT("22 Dec 2025"), TEXT("Christmas") },
};

static struct chart_frame make_frame(struct str id, struct str title, struct str sentence)
{
    return (struct chart_frame){ id, title, sentence, { '.', 1 }, &words };
}

dp_err samples_login(struct buf *out, struct arena *arena)
{
    (void)arena;
    struct html html = html_new(out);
    struct layout_page page = {
        .language = STR("en"),
        .title = STR("Log in"),
        .organisation = STR("Northwind Hospital"),
        .words = &frame_words,
        .languages = languages,
        .language_count = 1,
        .footer = STR("Daypulse 0.1.0"),
        .footer_links = foot,
        .footer_link_count = 2,
        .is_narrow = true,
    };
    struct parts_field user = { .name = STR("name"),
                                .label = STR("E-mail"),
                                .type = STR("text"),
                                .value = STR("hr@northwind.example"),
                                .autocomplete = STR("username"),
                                .is_required = true };
    struct parts_field password = { .name = STR("password"),
                                    .label = STR("Password"),
                                    .error = STR("Name or password is not right."),
                                    .type = STR("password"),
                                    .autocomplete = STR("current-password"),
                                    .is_required = true };
    struct parts_field code = { .name = STR("code"),
                                .label = STR("Code from your app"),
                                .hint = STR(
                                    "Six digits; leave empty if you have not set this up yet."),
                                .type = STR("text"),
                                .autocomplete = STR("one-time-code") };
    layout_open(&html, &page);
    parts_heading(&html, STR("Log in"),
                  STR("For HR, managers and admins. Employees need no account: "
                      "their personal link is enough."));
    parts_form_open(&html, STR("/login"), false);
    parts_field(&html, &user);
    parts_field(&html, &password);
    parts_field(&html, &code);
    parts_button(&html, "primary", STR("Log in"));
    html_close(&html, TAG_FORM);
    layout_close(&html, &page);
    return html_finish(&html);
}

static void write_stats(struct html *html)
{
    static const struct parts_stat stats[] = {
        { TEXT("Engagement index this week"), TEXT("3.8"),
          TEXT("3.6 to 4.0 (95% interval), 412 answers"),
          TEXT("Up 0.2 on last week, within its interval"), PARTS_PLAIN, false },
        { TEXT("Favourable answers"), TEXT("68%"), TEXT("63% to 73%, 412 answers"),
          TEXT("No clear change over 13 weeks"), PARTS_PLAIN, false },
        { TEXT("People who answered"), TEXT("57%"), TEXT("Of 724 invited, on an average day"),
          TEXT("Good: half or more"), PARTS_GOOD, false },
        { TEXT("Night shift West"), TEXT("fewer than 5 answered"),
          TEXT("Shown again when at least 5 people answer"), TEXT(""), PARTS_PLAIN, true },
    };
    html_open(html, TAG_DIV);
    html_class(html, "grid");
    for (size_t i = 0; i < sizeof stats / sizeof stats[0]; i++) {
        parts_stat(html, &stats[i]);
    }
    html_close(html, TAG_DIV);
}

/* The mean of the weeks around each week that has one; wider where there is none. */
static const struct chart_point *make_level(struct arena *arena, const struct chart_point *points)
{
    enum { REACH = 3 };
    struct chart_point *level = arena_take(arena, WEEKS, sizeof *level);
    for (size_t i = 0; i < WEEKS && level != NULL; i++) {
        double sum = 0;
        double count = 0;
        for (size_t j = i < REACH ? 0 : i - REACH; j <= i + REACH && j < WEEKS; j++) {
            sum += points[j].has_value ? points[j].value : 0;
            count += points[j].has_value ? 1 : 0;
        }
        double half = points[i].has_value ? 0.09 : 0.14;
        level[i] = (struct chart_point){ .has_value = true,
                                         .has_interval = true,
                                         .value = sum / count,
                                         .low = sum / count - half,
                                         .high = sum / count + half };
    }
    return level;
}

static void write_trend(struct html *html, struct arena *arena)
{
    struct weeks *weeks = make_weeks(arena);
    struct chart_point *points = make_points(arena, 3.6, 0.25, 1);
    if (weeks == NULL || points == NULL) {
        return;
    }
    hide(&points[8], "fewer than 5 answered");
    hide(&points[22], "fewer than 5 answered");
    hide(&points[24], "fewer than 5 answered");
    hide(&points[41], "company holiday");
    hide(&points[42], "company holiday");
    const struct chart_level level = { .points = make_level(arena, points),
                                       .dot = STR("Each dot is one week"),
                                       .whisker = STR("with its 95% interval"),
                                       .line = STR("The line is the trend"),
                                       .band = STR("In the shade it lies with 95% certainty"),
                                       .dashed = STR("Dashed: weeks without a figure"),
                                       .value = STR("Trend"),
                                       .interval = STR("95% band") };
    struct chart_series series = { .name = STR("Engagement index"),
                                   .points = points,
                                   .level = level.points == NULL ? NULL : &level };
    struct chart_frame frame = make_frame(
        STR("trend"), STR("Engagement index, week by week"),
        STR("Up 0.3 since October, 412 answers in the last week."));
    struct timeline chart = {
        .lines = { &frame, WEEKS, weeks->periods, weeks->labels, &series, 1 },
        .marks = marks,
        .mark_count = 3,
        .has_range = true,
        .min = 2.5,
        .max = 4.5,
    };
    parts_card_open(html, STR(""));
    timeline_draw(html, &chart);
    parts_card_close(html);
}

dp_err samples_overview(struct buf *out, struct arena *arena)
{
    struct html html = html_new(out);
    struct layout_page page;
    struct layout_link own[LINKS];
    open_page(&html, &page, own, STR("Overview"), 0);
    parts_heading(&html, STR("This week at work"),
                  STR("Week 10, Monday 2 to Sunday 8 March 2026. Engagement holds; one team "
                      "needs a look."));
    write_stats(&html);
    write_trend(&html, arena);
    html_leaf(&html, TAG_H2, NULL, STR("What needs a look"));
    parts_notice(&html, PARTS_WARN,
                 STR("Emergency intake: the mean has drifted down for six weeks (alert since "
                     "16 February). "
                     "About one false alarm per team in ten years."));
    parts_notice(&html, PARTS_GOOD, STR("The nightly export ran at 02:00: 12,481 rows."));
    layout_close(&html, &page);
    return html_finish(&html);
}

static void write_comparison(struct html *html, struct arena *arena)
{
    struct weeks *weeks = make_weeks(arena);
    static const struct str names[] = { TEXT("Care"), TEXT("Emergency"), TEXT("Laboratory"),
                                        TEXT("Kitchen"), TEXT("Administration") };
    struct chart_series series[CHART_SERIES_MAX];
    for (size_t s = 0; s < CHART_SERIES_MAX; s++) {
        struct chart_point *points = make_points(arena, 3.1 + 0.24 * (double)s, 0.1, s + 2);
        if (points == NULL || weeks == NULL) {
            return;
        }
        for (size_t i = 0; i < WEEKS; i++) {
            points[i].low = points[i].value - 0.1;
            points[i].high = points[i].value + 0.1;
        }
        series[s] = (struct chart_series){ .name = names[s], .points = points };
    }
    struct chart_point *gap = make_points(arena, 3.58, 0.1, 4);
    if (gap == NULL) {
        return;
    }
    for (size_t i = 16; i < 20; i++) {
        hide(&gap[i], "team was closed");
    }
    series[2].points = gap;
    struct chart_frame frame = make_frame(
        STR("teams"), STR("Engagement index by department"),
        STR("Administration is highest, Care lowest; the intervals of neighbours overlap."));
    struct timeline chart = {
        .lines = { &frame, WEEKS, weeks->periods, weeks->labels, series, CHART_SERIES_MAX },
        .marks = marks,
        .mark_count = 3,
    };
    parts_card_open(html, STR(""));
    timeline_draw(html, &chart);
    parts_card_close(html);
}

dp_err samples_trend(struct buf *out, struct arena *arena)
{
    struct html html = html_new(out);
    struct layout_page page;
    struct layout_link own[LINKS];
    static const struct layout_link tabs[] = {
        { TEXT("/trend?period=quarter"), TEXT("13 weeks"), false },
        { TEXT("/trend?period=year"), TEXT("52 weeks"), true },
        { TEXT("/trend?period=all"), TEXT("All"), false },
    };
    static const struct parts_option teams[] = { { TEXT("all"), TEXT("Whole organisation") },
                                                 { TEXT("care"), TEXT("Care") } };
    struct parts_select team = { .name = STR("team"),
                                 .label = STR("Team"),
                                 .options = teams,
                                 .option_count = 2,
                                 .value = STR("all") };
    open_page(&html, &page, own, STR("Trends"), 1);
    parts_heading(&html, STR("Trends"),
                  STR("No clear change: the slope could be anywhere from -0.1 to 0.3 "
                      "per quarter."));
    parts_form_open(&html, STR("/trend"), true);
    html_class(&html, "toolbar");
    parts_select(&html, &team);
    parts_button(&html, "", STR("Show"));
    html_close(&html, TAG_FORM);
    parts_tabs(&html, STR("Period"), tabs, 3);
    write_trend(&html, arena);
    write_comparison(&html, arena);
    layout_close(&html, &page);
    return html_finish(&html);
}

static void write_lags(struct html *html, struct arena *arena)
{
    enum { COUNT = 2 * LAG_MAX + 1 };
    struct chart_point *points = arena_take(arena, COUNT, sizeof *points);
    double *limits = arena_take(arena, COUNT, sizeof *limits);
    if (points == NULL || limits == NULL) {
        return;
    }
    for (int lag = -LAG_MAX; lag <= LAG_MAX; lag++) {
        double distance = (double)(lag - 2);
        struct chart_point *point = &points[lag + LAG_MAX];
        *point = (struct chart_point){
            .has_value = true,
            .value = 0.52 * exp(-distance * distance / 1.6) + 0.09 * sin(lag * 2.1),
            .n = 78 - (lag < 0 ? -lag : lag),
        };
        limits[lag + LAG_MAX] = tanh(2.97 / sqrt((double)point->n - 3));
    }
    points[2 + LAG_MAX].has_interval = true;
    points[2 + LAG_MAX].low = 0.19;
    points[2 + LAG_MAX].high = 0.68;
    struct chart_frame frame = make_frame(STR("lags"), STR("Which comes first?"),
                                          STR("The strongest link is at two weeks, engagement "
                                              "first. The grey band is what chance "
                                              "alone reaches at any lag."));
    frame.numbers.decimals = 2;
    struct lags_chart chart = {
        .frame = frame,
        .max_lag = LAG_MAX,
        .points = points,
        .limits = limits,
        .has_best = true,
        .best = 2,
        .best_label = STR("2 weeks: r = 0.47 (0.19 to 0.68)"),
        .has_range = true,
        .low = 1,
        .high = 3,
        .left = STR("customers first"),
        .right = STR("engagement first"),
    };
    parts_card_open(html, STR(""));
    lags_draw(html, &chart);
    parts_card_close(html);
}

static void write_overlay(struct html *html, struct arena *arena)
{
    struct weeks *weeks = make_weeks(arena);
    struct chart_point *first = make_points(arena, 3.6, 0.25, 1);
    struct chart_point *second = make_points(arena, 3.6, 0.25, 1);
    if (weeks == NULL || first == NULL || second == NULL) {
        return;
    }
    for (size_t i = 0; i < WEEKS; i++) {
        size_t from = i >= 2 ? i - 2 : 0;
        second[i].value = 71 + 9 * (first[from].value - 3.6) + 1.1 * sin((double)(i * 11));
        second[i].has_interval = false;
        second[i].n = 300;
    }
    hide(&second[17], "no import for this week");
    struct chart_numbers percent = { '.', 0 };
    struct chart_series series[] = { { .name = STR("Engagement"), .points = first },
                                     { .name = STR("Satisfied customers"),
                                       .points = second,
                                       .numbers = &percent } };
    struct chart_frame frame = make_frame(
        STR("both"), STR("Both curves, customers moved two weeks earlier"),
        STR("Each in its own standard deviations, so that different units can lie on one "
            "ground."));
    struct overlay chart = {
        .lines = { &frame, WEEKS, weeks->periods, weeks->labels, series, 2 },
        .shift = 2,
    };
    parts_card_open(html, STR(""));
    overlay_draw(html, &chart, arena);
    parts_card_close(html);
}

dp_err samples_link(struct buf *out, struct arena *arena)
{
    struct html html = html_new(out);
    struct layout_page page;
    struct layout_link own[LINKS];
    open_page(&html, &page, own, STR("Customers"), 2);
    parts_heading(&html, STR("Engagement and customer satisfaction"), STR(""));
    parts_verdict_open(
        &html, PARTS_GOOD, STR("Moderate evidence"),
        STR("Engagement comes before customer satisfaction by about 2 weeks (between 1 and "
            "3)."));
    html_leaf(&html, TAG_P, NULL,
              STR("r = 0.47, 95% interval 0.19 to 0.68. Moderate evidence from 78 weeks, 1 of "
                  "24 links "
                  "examined."));
    html_leaf(
        &html, TAG_P, "soft",
        STR("Moving together is not proof of cause; it may also run from customers to staff."));
    parts_verdict_close(&html);
    html_open(&html, TAG_DIV);
    html_class(&html, "grid two");
    write_lags(&html, arena);
    write_overlay(&html, arena);
    html_close(&html, TAG_DIV);
    html_leaf(&html, TAG_H2, NULL, STR("The other direction"));
    html_leaf(&html, TAG_P, NULL,
              STR("No link found in 78 weeks. A link of r = 0.33 or stronger would probably "
                  "have shown."));
    layout_close(&html, &page);
    return html_finish(&html);
}

dp_err samples_teams(struct buf *out, struct arena *arena)
{
    static const struct str teams[TEAMS] = {
        TEXT("Care"),
        TEXT("Emergency intake"),
        TEXT("Laboratory"),
        TEXT("Kitchen"),
        TEXT("Reception"),
        TEXT("Administration"),
        TEXT("Other teams of Care"),
    };
    static const struct heat_head themes[THEMES] = {
        { .name = TEXT("Purpose"), .path = TEXT("/themes/purpose") }, { .name = TEXT("Voice") },
        { .name = TEXT("Team") },                                     { .name = TEXT("Growth") },
        { .name = TEXT("Workload") },                                 { .name = TEXT("Customers") }
    };
    static const struct heat_words heat_words = { TEXT("Team"), TEXT("Thema"), TEXT("Veränderung"),
                                                  TEXT("n"),    TEXT("unter"), TEXT("ab") };
    struct heat_cell *cells = arena_take(arena, CELLS, sizeof *cells);
    struct heat_head *heads = arena_take(arena, TEAMS, sizeof *heads);
    struct bars_row *rows = arena_take(arena, TEAMS, sizeof *rows);
    if (cells == NULL || heads == NULL || rows == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < CELLS; i++) {
        double value = 3.3 + 0.9 * sin((double)(i * 5) / 3.0);
        cells[i] = (struct heat_cell){ .point = { true, true, value, value - 0.3, value + 0.3,
                                                  12 + (int64_t)(i * 7 % 40), STR("") },
                                       .change = { .has_value = i % 5 > 0,
                                                   .value = 0.2 * cos((double)i) } };
    }
    cells[15] = (struct heat_cell){ .mark = STR("< 5") };
    cells[33] = (struct heat_cell){ .mark = STR("< 5") };
    hide(&cells[15].point, "fewer than 5 answered");
    hide(&cells[33].point, "fewer than 5 answered");
    for (size_t i = 0; i < TEAMS; i++) {
        double value = 3.4 + 0.5 * sin((double)i * 2.2);
        heads[i] = (struct heat_head){ .name = teams[i], .depth = i < 1 ? 0 : 1 };
        rows[i] = (struct bars_row){ teams[i],
                                     STR("/trend?team=x"),
                                     { true, true, value, value - 0.15, value + 0.18,
                                       30 + (int64_t)i * 9, STR("") } };
    }
    hide(&rows[3].point, "fewer than 5 answered");
    struct html html = html_new(out);
    struct layout_page page;
    struct layout_link own[LINKS];
    open_page(&html, &page, own, STR("Teams and themes"), 3);
    page.language = STR("de");
    parts_heading(&html, STR("Teams und Themen"), STR("Vierzehn Tage bis 8. März 2026."));
    struct chart_frame frame = make_frame(
        STR("heat"), STR("Thema je Team"),
        STR("Orange liegt unter, blau über der Mitte der Skala. Wo nichts steht, haben weniger "
            "als 5 geantwortet."));
    frame.numbers.decimal_mark = ',';
    frame.words = &worte;
    struct heat heat = { .frame = frame,
                         .words = &heat_words,
                         .rows = heads,
                         .row_count = TEAMS,
                         .columns = themes,
                         .column_count = THEMES,
                         .cells = cells,
                         .min = 2.8,
                         .max = 4.2 };
    parts_card_open(&html, STR(""));
    heat_draw(&html, &heat);
    parts_card_close(&html);
    struct chart_frame bars_frame = frame;
    bars_frame.id = STR("bars");
    bars_frame.title = STR("Engagement-Index je Team");
    bars_frame.sentence = STR("Die gestrichelte Linie ist der Wert des ganzen Hauses.");
    struct bars bars = { bars_frame, STR("Team"), rows, TEAMS, 1, 5, true, 3.45, false };
    parts_card_open(&html, STR(""));
    bars_draw(&html, &bars);
    parts_card_close(&html);
    layout_close(&html, &page);
    return html_finish(&html);
}
