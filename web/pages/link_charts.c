/* SPDX-License-Identifier: MIT */
#include "web/pages/link_view.h"

#include "app/stats/number.h"
#include "web/html/charts/lags.h"
#include "web/html/charts/overlay.h"
#include "web/pages/figures.h"
#include "web/pages/marks.h"

enum { TEAMS_NAMED = 12 };

static struct chart_point point_of(const struct link_view *view, double value)
{
    if (!number_is_known(value)) {
        return (struct chart_point){ .reason = services_say(view->page, TEXT_CHART_NO_VALUE) };
    }
    return (struct chart_point){ .has_value = true, .value = value };
}

static dp_err name_periods(struct link_view *view, struct figures_periods *periods)
{
    const struct link_answer *answer = view->answer;
    if (answer->unit != LAG_UNIT_MONTH) {
        return figures_periods(view->page, answer->points[0].start, answer->point_count,
                               periods);
    }
    struct arena *arena = view->page->arena;
    periods->names = arena_take(arena, answer->point_count, sizeof *periods->names);
    if (periods->names == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < answer->point_count; i++) {
        char month[MONTH_TEXT_MAX];
        date_month_text(answer->points[i].start, month);
        periods->names[i] = arena_copy(arena, str_of(month));
    }
    periods->labels = periods->names;
    return arena_finish(arena);
}

static int shift_of(const struct lagscan_result *scan)
{
    bool may_name = scan->grade >= GRADE_MODERATE &&
                    (scan->verdict == VERDICT_LEADS || scan->verdict == VERDICT_LEADS_AGAINST ||
                     scan->verdict == VERDICT_FOLLOWS);
    return may_name ? scan->best_lag : 0;
}

/* "North, South and 4 more"; the trend page shows the whole organisation, so it must be said who is
 * in these curves. */
static void add_teams(const struct link_view *view, struct buf *out)
{
    const struct link_answer *answer = view->answer;
    BUF_AUTO struct buf names = buf_new(LINK_PARAGRAPH_MAX);
    size_t compared = 0;
    for (size_t i = 0; i < answer->team_count; i++) {
        if (!answer->teams[i].is_compared) {
            continue;
        }
        compared++;
        if (compared > TEAMS_NAMED) {
            continue;
        }
        buf_add_text(&names, compared > 1 ? ", " : "");
        buf_add_text(&names, answer->teams[i].name);
    }
    if (compared == 0) {
        if (answer->team_count == 0) {
            buf_add(out, services_say(view->page, TEXT_LINK_WHOLE));
        }
        return;
    }
    struct str listed = link_copied(view, &names);
    if (compared > TEAMS_NAMED) {
        listed = services_say_with(
            view->page, TEXT_LINK_AND_MORE,
            TEXT_VALUES(text_word(listed), text_int((int64_t)(compared - TEAMS_NAMED))));
    }
    text_add(out, link_language(view), TEXT_LINK_TEAMS_COMPARED,
             TEXT_VALUES(text_word(listed)));
}

static struct str curves_sentence(const struct link_view *view, int shift)
{
    BUF_AUTO struct buf text = buf_new(LINK_PARAGRAPH_MAX);
    enum text_unit unit = verdict_text_unit(view->answer->unit);
    if (shift == 0) {
        buf_add(&text, services_say(view->page, TEXT_LINK_CURVES_PLAIN));
    } else {
        text_add(&text, link_language(view),
                 shift > 0 ? TEXT_LINK_CURVES_SHIFTED : TEXT_LINK_CURVES_SHIFTED_LATER,
                 TEXT_VALUES(text_span(shift > 0 ? shift : -shift, unit)));
    }
    buf_add_char(&text, ' ');
    add_teams(view, &text);
    return link_copied(view, &text);
}

dp_err link_curves(struct link_view *view)
{
    const struct link_answer *answer = view->answer;
    struct arena *arena = view->page->arena;
    struct chart_point *engagement = arena_take(arena, answer->point_count, sizeof *engagement);
    struct chart_point *outcome = arena_take(arena, answer->point_count, sizeof *outcome);
    struct figures_periods periods;
    if (engagement == NULL || outcome == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(name_periods(view, &periods));
    struct marks marks;
    struct marks_wanted wanted = { .team = { TEAM_ROOT },
                                   .first = answer->points[0].start,
                                   .slots = answer->point_count,
                                   .unit = answer->unit };
    DP_TRY(marks_of(view->page, &wanted, &marks));
    for (size_t i = 0; i < answer->point_count; i++) {
        engagement[i] = point_of(view, answer->points[i].engagement);
        engagement[i].n = (int64_t)answer->points[i].answers;
        outcome[i] = point_of(view, answer->points[i].outcome);
        outcome[i].n = (int64_t)answer->points[i].outcome_n;
    }
    int shift = shift_of(&answer->scan);
    enum text period = answer->unit == LAG_UNIT_MONTH ? TEXT_CHART_MONTH : TEXT_COLUMN_WEEK;
    struct chart_frame frame = { .id = STR("curves"),
                                 .title = services_say(view->page, TEXT_LINK_CURVES),
                                 .sentence = curves_sentence(view, shift),
                                 .numbers = figures_numbers(view->page, 2),
                                 .words = figures_words(view->page, period) };
    struct chart_series series[2] = { { .name = services_say(view->page, TEXT_INDEX),
                                        .points = engagement },
                                      { .name = view->name, .points = outcome } };
    struct overlay chart = { .lines = { .frame = &frame,
                                        .period_count = answer->point_count,
                                        .periods = periods.names,
                                        .labels = periods.labels,
                                        .series = series,
                                        .series_count = 2 },
                             .shift = shift,
                             .marks = marks.items,
                             .mark_count = marks.count };
    overlay_draw(&view->html, &chart, arena);
    marks_note(view->page, &view->html, &marks);
    return DP_SUCCESS;
}

/* ---- Lags ---------------------------------------------------------------------------------------- */

static bool has_lags(const struct lagscan_result *scan)
{
    return scan->refusal == REFUSAL_NONE && scan->lag_count > 0 &&
           number_is_known(scan->best_r) && scan->n_complete >= LINK_PERIODS_SCAN;
}

static struct str best_label(const struct link_view *view)
{
    const struct lagscan_result *scan = &view->answer->scan;
    int size = scan->best_lag < 0 ? -scan->best_lag : scan->best_lag;
    if (!number_is_known(scan->ci_lo)) {
        return figures_number(view->page, scan->best_r, 2);
    }
    return services_say_with(view->page, TEXT_LINK_BEST,
                             TEXT_VALUES(text_span(size, verdict_text_unit(view->answer->unit)),
                                         text_number(scan->best_r, 2),
                                         text_number(scan->ci_lo, 2),
                                         text_number(scan->ci_hi, 2)));
}

dp_err link_lags(struct link_view *view)
{
    const struct lagscan_result *scan = &view->answer->scan;
    struct arena *arena = view->page->arena;
    bool would_contradict = view->answer->is_held_back && scan->grade < GRADE_MODERATE;
    if (!has_lags(scan) || would_contradict) {
        return DP_SUCCESS;
    }
    struct chart_point *points = arena_take(arena, scan->lag_count, sizeof *points);
    double *limits = arena_take(arena, scan->lag_count, sizeof *limits);
    if (points == NULL || limits == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct chart_words words = *figures_words(view->page, TEXT_COLUMN_WEEK);
    words.value = services_say(view->page, TEXT_LINK_COLUMN_R);
    bool may_name = scan->grade >= GRADE_MODERATE;
    for (size_t i = 0; i < scan->lag_count; i++) {
        double chance = lagscan_chance(scan, i);
        points[i] = point_of(view, scan->r[i]);
        points[i].n = (int64_t)scan->pairs[i];
        limits[i] = number_is_known(chance) ? chance : 0.0;
        if (may_name && scan->lags[i] == scan->best_lag && number_is_known(scan->ci_lo)) {
            points[i].has_interval = true;
            points[i].low = scan->ci_lo;
            points[i].high = scan->ci_hi;
        }
    }
    struct lags_chart chart = {
        .frame = { .id = STR("lags"),
                   .title = services_say(view->page, TEXT_LINK_LAGS),
                   .sentence = services_say(view->page, TEXT_LINK_LAGS_SENTENCE),
                   .numbers = figures_numbers(view->page, 2),
                   .words = &words },
        .max_lag = scan->lag_max,
        .points = points,
        .limits = limits,
        .has_best = may_name,
        .best = scan->best_lag,
        .best_label = best_label(view),
        .has_range = may_name,
        .low = scan->lag_lo,
        .high = scan->lag_hi,
        .left = services_say(view->page, TEXT_LINK_CUSTOMERS_FIRST),
        .right = services_say(view->page, TEXT_LINK_ENGAGEMENT_FIRST),
    };
    lags_draw(&view->html, &chart);
    return DP_SUCCESS;
}
