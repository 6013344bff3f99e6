/* SPDX-License-Identifier: MIT */
#include "app/text/theme_text.h"

#include <stdlib.h>

/* Without a range, with one, and with one that may be longer. */
static void add_lag(struct buf *out, enum language language, const enum text rows[3],
                    const struct text_value names[2], const struct verdict_text_lag *lag)
{
    if (!lag->has_range && !lag->is_open) {
        text_add(out, language, rows[0], TEXT_VALUES(names[0], names[1], lag->about));
        return;
    }
    text_add(out, language, rows[lag->is_open ? 2 : 1],
             TEXT_VALUES(names[0], names[1], lag->about, lag->from, lag->to));
}

static void add_together(struct buf *out, enum language language,
                         const struct lagscan_result *result, const struct text_value names[2],
                         enum text_unit unit)
{
    if (result->lag_lo == 0 && result->lag_hi == 0) {
        text_add(out, language, TEXT_THEME_TOGETHER_PLAIN, TEXT_VALUES(names[0], names[1]));
        return;
    }
    text_add(out, language, TEXT_THEME_TOGETHER,
             TEXT_VALUES(names[0], names[1], text_span(abs(result->lag_hi), unit),
                         text_span(abs(result->lag_lo), unit)));
}

/* Which way it goes is said by the lag alone; that it goes with the worse outcome stands behind it. */
static void add_found(struct buf *out, enum language language,
                      const struct lagscan_result *result,
                      const struct theme_text_subject *subject)
{
    static const enum text leads[3] = { TEXT_THEME_LEADS, TEXT_THEME_LEADS_RANGE,
                                        TEXT_THEME_LEADS_OPEN };
    static const enum text follows[3] = { TEXT_THEME_FOLLOWS, TEXT_THEME_FOLLOWS_RANGE,
                                          TEXT_THEME_FOLLOWS_OPEN };
    enum text_unit unit = verdict_text_unit(subject->verdict.unit);
    struct verdict_text_lag lag = verdict_text_lag(result, unit);
    char metric[NAME_MAX_BYTES];
    verdict_text_metric(subject->verdict.metric, language, metric);
    struct text_value names[2] = { text_word(str_of(theme_name(subject->theme, language))),
                                   text_word(str_of(metric)) };
    if (result->verdict == VERDICT_TOGETHER) {
        add_together(out, language, result, names, unit);
    } else {
        add_lag(out, language, result->verdict == VERDICT_FOLLOWS ? follows : leads, names, &lag);
    }
    bool is_lower_better = subject->verdict.metric->better == BETTER_LOWER;
    if (result->is_against || is_lower_better) {
        buf_add_char(out, ' ');
        buf_add(out, text_plain(language, result->is_against ? TEXT_THEME_AGAINST
                                                             : TEXT_LINK_LOWER_IS_BETTER));
    }
}

static bool is_found(const struct lagscan_result *result)
{
    return result->verdict == VERDICT_LEADS || result->verdict == VERDICT_LEADS_AGAINST ||
           result->verdict == VERDICT_TOGETHER || result->verdict == VERDICT_FOLLOWS;
}

void theme_text_sentence(struct buf *out, enum language language,
                         const struct lagscan_result *result,
                         const struct theme_text_subject *subject)
{
    bool is_more = is_found(result) || result->verdict == VERDICT_HINT;
    if (is_more && !subject->is_listed) {
        buf_add(out, text_plain(language, TEXT_THEME_LINKS_NOT_PAID));
        return;
    }
    if (is_found(result)) {
        add_found(out, language, result, subject);
        return;
    }
    if (result->verdict == VERDICT_CHART_ONLY) { /* no chart is drawn of a theme that is not named */
        text_add(out, language, TEXT_LINK_NOT_ENOUGH,
                 TEXT_VALUES(text_span((int64_t)result->needs_more,
                                       verdict_text_unit(subject->verdict.unit))));
        return;
    }
    verdict_text_sentence(out, language, result, &subject->verdict);
}

void theme_text_evidence(struct buf *out, enum language language,
                         const struct lagscan_result *result,
                         const struct theme_text_subject *subject)
{
    if (subject->is_listed && is_found(result)) {
        verdict_text_evidence(out, language, result, &subject->verdict);
    }
}
