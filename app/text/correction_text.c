/* SPDX-License-Identifier: MIT */
#include "app/text/correction_text.h"

#include <stdio.h>

#include "app/text/verdict_text.h"

void correction_text_title(const struct correction_subject *subject, enum language language,
                           char out[NAME_MAX_BYTES])
{
    const char *name = text_words(language, TEXT_INDEX);
    if (subject->target == CORRECTION_ON_THEME) {
        name = theme_name(subject->theme, language);
    }
    if (subject->target == CORRECTION_ON_OUTCOME) {
        name = subject->metric->name[language];
    }
    snprintf(out, NAME_MAX_BYTES, "%s", name);
}

void correction_text_series(const struct correction_subject *subject, enum language language,
                            char out[NAME_MAX_BYTES])
{
    if (subject->target == CORRECTION_ON_INDEX) {
        snprintf(out, NAME_MAX_BYTES, "%s", text_words(language, TEXT_CORRECTION_INDEX));
        return;
    }
    struct metric named = { 0 };
    correction_text_title(subject, language, named.name[language]);
    named.is_custom = subject->target == CORRECTION_ON_OUTCOME && subject->metric->is_custom;
    verdict_text_metric(&named, language, out);
}

int correction_text_decimals(const struct correction_subject *subject)
{
    if (subject->target != CORRECTION_ON_OUTCOME) {
        return 2;
    }
    switch (subject->metric->shape) {
    case METRIC_MEAN:
    case METRIC_RATE:
        return 2;
    case METRIC_SHARE_PCT:
    case METRIC_NPS:
    case METRIC_SECONDS:
        return 1;
    }
    return 2;
}

/* ---- One effect -------------------------------------------------------------------------- */

static void add_plain(struct buf *out, enum language language, enum text text)
{
    buf_add_char(out, ' ');
    buf_add(out, text_plain(language, text));
}

static void add_refusal(struct buf *out, enum language language,
                        const struct correction_words *words)
{
    if (words->needs_more > 0) {
        struct text_value more = text_span((int64_t)words->needs_more,
                                           verdict_text_unit(words->unit));
        text_add(out, language, TEXT_CORRECTION_TOO_EARLY, TEXT_VALUES(more));
        return;
    }
    if (words->in_the_way.len > 0) {
        text_add(out, language, TEXT_CORRECTION_IN_THE_WAY,
                 TEXT_VALUES(text_word(words->in_the_way)));
        return;
    }
    buf_add(out,
            text_plain(language, words->has_no_figures ? TEXT_CORRECTION_NO_FIGURES
                                                       : verdict_text_refusal(words->refusal)));
}

static void add_grade(struct buf *out, enum language language,
                      const struct correction_words *words)
{
    if (words->grade == GRADE_STRONG && !words->has_comparison) {
        add_plain(out, language, TEXT_ITS_STRONG);
        return;
    }
    add_plain(out, language, verdict_text_grade(words->grade));
    buf_add_char(out, '.');
}

static void add_changed(struct buf *out, enum language language,
                        const struct correction_words *words)
{
    int decimals = correction_text_decimals(&words->subject);
    struct text_value estimate = text_number(words->estimate, decimals);
    struct text_value lo = text_number(words->lo, decimals);
    struct text_value hi = text_number(words->hi, decimals);
    char series[NAME_MAX_BYTES];
    correction_text_series(&words->subject, language, series);
    struct text_value name = text_word(str_of(series));
    if (words->has_comparison) {
        text_add(
            out, language, TEXT_DID_CHANGED,
            TEXT_VALUES(name, estimate, lo, hi, text_int((int64_t)words->comparison_teams)));
    } else {
        text_add(out, language, TEXT_ITS_STEPPED,
                 TEXT_VALUES(text_date(words->start), name, estimate, lo, hi));
    }
    add_grade(out, language, words);
    if (words->is_expected) {
        add_plain(out, language,
                  words->is_as_expected ? TEXT_CORRECTION_AS_EXPECTED
                                        : TEXT_CORRECTION_OPPOSITE);
    }
}

static void add_none(struct buf *out, enum language language,
                     const struct correction_words *words)
{
    struct text_value mde = text_number(words->mde, correction_text_decimals(&words->subject));
    if (words->verdict == EFFECT_CANNOT_ANSWER) {
        buf_add(out, text_plain(language, TEXT_CORRECTION_CANNOT_ANSWER));
        buf_add_char(out, ' ');
        text_add(out, language, TEXT_CORRECTION_UNSEEN, TEXT_VALUES(mde));
        return;
    }
    text_add(out, language, words->has_comparison ? TEXT_DID_NONE : TEXT_ITS_NONE,
             TEXT_VALUES(mde));
}

void correction_text_sentence(struct buf *out, enum language language,
                              const struct correction_words *words)
{
    switch (words->verdict) {
    case EFFECT_REFUSED:
        add_refusal(out, language, words);
        return;
    case EFFECT_CHANGED:
        add_changed(out, language, words);
        return;
    case EFFECT_HINT:
        buf_add(out, text_plain(language, TEXT_CORRECTION_HINT));
        return;
    case EFFECT_NONE_SEEN:
    case EFFECT_CANNOT_ANSWER:
        add_none(out, language, words);
        return;
    case EFFECT_NOT_CLEAR:
        buf_add(out, text_plain(language, words->is_of_list ? TEXT_CORRECTION_UNCLEAR_IN_LIST
                                                            : TEXT_CORRECTION_UNCLEAR));
        return;
    case EFFECT_VERDICT_COUNT:
        break;
    }
    DP_CHECK(false);
}

void correction_text_gap(struct buf *out, enum language language,
                         const struct correction_words *words)
{
    if (words->verdict != EFFECT_CHANGED || words->has_comparison || !words->gap.is_known) {
        return;
    }
    int decimals = correction_text_decimals(&words->subject);
    text_add(out, language, TEXT_ITS_GAP,
             TEXT_VALUES(text_span((int64_t)words->gap.periods, verdict_text_unit(words->unit)),
                         text_number(words->gap.estimate, decimals),
                         text_number(words->gap.lo, decimals),
                         text_number(words->gap.hi, decimals)));
}

/* ---- Notes ------------------------------------------------------------------------------- */

static size_t note_if(bool applies, enum text note, enum text *notes, size_t count)
{
    if (applies) {
        notes[count] = note;
        return count + 1;
    }
    return count;
}

/* That changes of this size happen says something of a change only. */
size_t correction_text_cautions(const struct correction_words *words,
                                enum text notes[CORRECTION_TEXT_CAUTIONS_MAX])
{
    bool is_tested = words->verdict != EFFECT_REFUSED;
    bool is_seen = words->verdict == EFFECT_CHANGED || words->verdict == EFFECT_HINT;
    bool is_usual = is_seen && words->is_placebo_failed;
    bool has_moved = is_tested && words->has_response_moved;
    size_t count = note_if(is_tested && words->is_drifting, TEXT_CORRECTION_DRIFTING, notes, 0);
    count = note_if(is_usual, TEXT_CORRECTION_PLACEBO, notes, count);
    return note_if(has_moved, TEXT_CORRECTION_ANSWERS_MOVED, notes, count);
}

size_t correction_text_notes(const struct correction_words *words,
                             enum text notes[CORRECTION_TEXT_NOTES_MAX])
{
    bool is_tested = words->verdict != EFFECT_REFUSED;
    bool is_ahead = words->is_expected && !words->is_afterwards;
    size_t count = note_if(words->is_afterwards, TEXT_CORRECTION_AFTERWARDS, notes, 0);
    count = note_if(words->is_together, TEXT_CORRECTION_TOGETHER, notes, count);
    count = note_if(words->is_alert_left_out, TEXT_CORRECTION_ALERT, notes, count);
    if (!is_tested) {
        return count;
    }
    count = note_if(is_ahead, TEXT_NOTE_PRIMARY, notes, count);
    count = note_if(!is_ahead, TEXT_CORRECTION_MANY, notes, count);
    count += correction_text_cautions(words, notes + count);
    return note_if(words->is_single_team, TEXT_CORRECTION_SINGLE, notes, count);
}

/* ---- The entry --------------------------------------------------------------------------- */

void correction_text_expected(struct buf *out, enum language language,
                              const struct correction_subject *subject,
                              enum correction_direction direction)
{
    char series[NAME_MAX_BYTES];
    correction_text_series(subject, language, series);
    text_add(out, language,
             direction == CORRECTION_UP ? TEXT_CORRECTION_EXPECT_UP
                                        : TEXT_CORRECTION_EXPECT_DOWN,
             TEXT_VALUES(text_word(str_of(series))));
}

enum text correction_text_category(enum correction_category category)
{
    switch (category) {
    case CORRECTION_PROCESS:
        return TEXT_CORRECTION_IS_PROCESS;
    case CORRECTION_TOOLS:
        return TEXT_CORRECTION_IS_TOOLS;
    case CORRECTION_STAFFING:
        return TEXT_CORRECTION_IS_STAFFING;
    case CORRECTION_TRAINING:
        return TEXT_CORRECTION_IS_TRAINING;
    case CORRECTION_RECOGNITION:
        return TEXT_CORRECTION_IS_RECOGNITION;
    case CORRECTION_RULE_DROPPED:
        return TEXT_CORRECTION_IS_RULE_DROPPED;
    case CORRECTION_CULTURE:
        return TEXT_CORRECTION_IS_CULTURE;
    case CORRECTION_CATEGORY_COUNT:
        break;
    }
    DP_CHECK(false);
    return TEXT_CORRECTION_IS_PROCESS;
}
