/* SPDX-License-Identifier: MIT */
#include "app/text/verdict_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { R_DECIMALS = 2 };

enum text verdict_text_grade(enum grade grade)
{
    switch (grade) {
    case GRADE_NONE:
        return TEXT_GRADE_NONE;
    case GRADE_HINT:
        return TEXT_GRADE_HINT;
    case GRADE_MODERATE:
        return TEXT_GRADE_MODERATE;
    case GRADE_STRONG:
        return TEXT_GRADE_STRONG;
    case GRADE_COUNT:
        break;
    }
    DP_CHECK(false);
    return TEXT_GRADE_NONE;
}

enum text verdict_text_badge(const struct lagscan_result *result)
{
    if (result->grade != GRADE_NONE) {
        return verdict_text_grade(result->grade);
    }
    if (result->verdict == VERDICT_NO_LINK) {
        return TEXT_GRADE_NO_LINK;
    }
    return result->verdict == VERDICT_REFUSED ? TEXT_GRADE_REFUSED : TEXT_GRADE_TOO_EARLY;
}

enum text verdict_text_refusal(enum refusal refusal)
{
    switch (refusal) {
    case REFUSAL_TOO_FEW_PERIODS:
        return TEXT_REFUSAL_TOO_FEW;
    case REFUSAL_TOO_MANY_MISSING:
        return TEXT_REFUSAL_MISSING;
    case REFUSAL_CONSTANT_SERIES:
        return TEXT_REFUSAL_CONSTANT;
    case REFUSAL_BELOW_PRIVACY:
        return TEXT_REFUSAL_PRIVACY;
    case REFUSAL_UNIT_MISMATCH:
        return TEXT_REFUSAL_UNIT;
    case REFUSAL_NO_CONTROLS:
        return TEXT_REFUSAL_CONTROLS;
    case REFUSAL_WINDOW_TOO_SHORT:
        return TEXT_REFUSAL_WINDOW;
    case REFUSAL_NONE:
    case REFUSAL_COUNT:
        break;
    }
    DP_CHECK(false);
    return TEXT_REFUSAL_TOO_FEW;
}

enum text_unit verdict_text_unit(enum lag_unit unit)
{
    switch (unit) {
    case LAG_UNIT_WEEK:
        return TEXT_WEEKS;
    case LAG_UNIT_FORTNIGHT:
        return TEXT_FORTNIGHTS;
    case LAG_UNIT_MONTH:
        return TEXT_MONTHS;
    }
    DP_CHECK(false);
    return TEXT_WEEKS;
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* "One-call resolution" becomes "one-call resolution"; "CSAT" and what HR named stay as they are. */
void verdict_text_metric(const struct metric *metric, enum language language,
                         char out[NAME_MAX_BYTES])
{
    memcpy(out, metric->name[language], NAME_MAX_BYTES);
    out[NAME_MAX_BYTES - 1] = '\0';
    bool has_plain_capital = is_upper(out[0]) && out[1] != '\0' && !is_upper(out[1]);
    if (language == LANGUAGE_EN && !metric->is_custom && has_plain_capital) {
        out[0] = (char)(out[0] - 'A' + 'a');
    }
}

struct verdict_text_lag verdict_text_lag(const struct lagscan_result *result,
                                         enum text_unit unit)
{
    bool is_lead = result->best_lag > 0;
    int nearest = is_lead ? result->lag_lo : -result->lag_hi;
    int farthest = is_lead ? result->lag_hi : -result->lag_lo;
    return (struct verdict_text_lag){
        .about = text_span(abs(result->best_lag), unit),
        .from = text_span(nearest, unit),
        .to = text_span(farthest, unit),
        .has_range = nearest != farthest,
        .is_open = is_lead ? result->is_lag_hi_open : result->is_lag_lo_open,
    };
}

/* The three rows of one direction: without a range, with one, and with one that may be longer. */
static void add_lag(struct buf *out, enum language language, const enum text rows[3],
                    struct str name, const struct verdict_text_lag *lag)
{
    if (!lag->has_range && !lag->is_open) {
        text_add(out, language, rows[0], TEXT_VALUES(text_word(name), lag->about));
        return;
    }
    text_add(out, language, rows[lag->is_open ? 2 : 1],
             TEXT_VALUES(text_word(name), lag->about, lag->from, lag->to));
}

static void add_found(struct buf *out, enum language language,
                      const struct lagscan_result *result,
                      const struct verdict_subject *subject, struct str name)
{
    static const enum text leads[3] = { TEXT_LINK_LEADS, TEXT_LINK_LEADS_RANGE,
                                        TEXT_LINK_LEADS_OPEN };
    static const enum text follows[3] = { TEXT_LINK_FOLLOWS, TEXT_LINK_FOLLOWS_RANGE,
                                          TEXT_LINK_FOLLOWS_OPEN };
    struct verdict_text_lag lag = verdict_text_lag(result, verdict_text_unit(subject->unit));
    bool is_lower_better = subject->metric->better == BETTER_LOWER;
    if (result->verdict == VERDICT_LEADS_AGAINST) {
        text_add(out, language,
                 is_lower_better ? TEXT_LINK_LEADS_AGAINST_HIGHER : TEXT_LINK_LEADS_AGAINST,
                 TEXT_VALUES(text_word(name)));
        return;
    }
    if (result->verdict == VERDICT_LEADS) {
        add_lag(out, language, leads, name, &lag);
    }
    if (result->verdict == VERDICT_FOLLOWS) {
        add_lag(out, language, follows, name, &lag);
    }
    if (result->verdict == VERDICT_TOGETHER) {
        text_add(out, language, TEXT_LINK_TOGETHER, TEXT_VALUES(text_word(name)));
    }
    if (result->is_against || is_lower_better) {
        buf_add_char(out, ' ');
        buf_add(out, text_plain(language, result->is_against ? TEXT_LINK_AGAINST
                                                             : TEXT_LINK_LOWER_IS_BETTER));
    }
}

void verdict_text_sentence(struct buf *out, enum language language,
                           const struct lagscan_result *result,
                           const struct verdict_subject *subject)
{
    enum text_unit unit = verdict_text_unit(subject->unit);
    struct text_value periods = text_span((int64_t)result->n_complete, unit);
    struct text_value more = text_span((int64_t)result->needs_more, unit);
    char name[NAME_MAX_BYTES];
    verdict_text_metric(subject->metric, language, name);
    switch (result->verdict) {
    case VERDICT_REFUSED:
        buf_add(out, text_plain(language, verdict_text_refusal(result->refusal)));
        return;
    case VERDICT_NOT_ENOUGH_DATA:
    case VERDICT_CANNOT_TELL:
        text_add(out, language, TEXT_LINK_NOT_ENOUGH, TEXT_VALUES(more));
        return;
    case VERDICT_CHART_ONLY:
        text_add(out, language, TEXT_LINK_CHART_ONLY, TEXT_VALUES(periods, more));
        return;
    case VERDICT_LEADS:
    case VERDICT_LEADS_AGAINST:
    case VERDICT_TOGETHER:
    case VERDICT_FOLLOWS:
        add_found(out, language, result, subject, str_of(name));
        return;
    case VERDICT_HINT:
        text_add(out, language, TEXT_LINK_HINT, TEXT_VALUES(text_date(subject->next_look)));
        return;
    case VERDICT_NO_LINK:
        text_add(out, language, TEXT_LINK_NO_LINK,
                 TEXT_VALUES(periods, text_number(result->mde_rho, R_DECIMALS)));
        return;
    case VERDICT_COUNT:
        break;
    }
    DP_CHECK(false);
}

void verdict_text_r(struct buf *out, enum language language,
                    const struct lagscan_result *result)
{
    struct text_value r = text_number(result->best_r, R_DECIMALS);
    if (!isfinite(result->ci_lo) || !isfinite(result->ci_hi)) {
        text_add(out, language, TEXT_LINK_R_ALONE, TEXT_VALUES(r));
        return;
    }
    text_add(out, language, TEXT_LINK_R,
             TEXT_VALUES(r, text_number(result->ci_lo, R_DECIMALS),
                         text_number(result->ci_hi, R_DECIMALS)));
}

void verdict_text_evidence(struct buf *out, enum language language,
                           const struct lagscan_result *result,
                           const struct verdict_subject *subject)
{
    if (result->grade < GRADE_MODERATE) {
        return;
    }
    verdict_text_r(out, language, result);
    buf_add_char(out, ' ');
    text_add(
        out, language,
        result->grade == GRADE_STRONG ? TEXT_LINK_EVIDENCE_STRONG : TEXT_LINK_EVIDENCE_MODERATE,
        TEXT_VALUES(text_span((int64_t)result->n_complete, verdict_text_unit(subject->unit)),
                    text_int((int64_t)subject->links_examined)));
    if (result->teams > 1) {
        buf_add_char(out, ' ');
        text_add(out, language, TEXT_LINK_TEAMS, TEXT_VALUES(text_int((int64_t)result->teams)));
    }
}

void verdict_text(struct buf *out, enum language language, const struct lagscan_result *result,
                  const struct verdict_subject *subject)
{
    verdict_text_sentence(out, language, result, subject);
    if (result->grade >= GRADE_MODERATE) {
        buf_add_char(out, ' ');
        verdict_text_evidence(out, language, result, subject);
    }
}

static size_t note_if(bool applies, enum text note, enum text *notes, size_t count)
{
    if (applies) {
        notes[count] = note;
        return count + 1;
    }
    return count;
}

size_t verdict_text_notes(const struct lagscan_result *result,
                          enum text notes[VERDICT_TEXT_NOTES_MAX])
{
    bool is_found = result->grade >= GRADE_MODERATE;
    size_t count = note_if(true, TEXT_NOTE_STANDING, notes, 0);
    if (result->refusal != REFUSAL_NONE) {
        return count;
    }
    count = note_if(result->is_primary, TEXT_NOTE_PRIMARY, notes, count);
    count = note_if(result->is_time_demeaned, TEXT_NOTE_BEYOND_COMPANY, notes, count);
    count = note_if(result->is_season_open, TEXT_NOTE_SEASON_OPEN, notes, count);
    count = note_if(result->is_season_removed, TEXT_NOTE_SEASON_REMOVED, notes, count);
    count = note_if(result->is_same_series, TEXT_NOTE_SAME_SERIES, notes, count);
    count = note_if(result->rests_on_one_period, TEXT_NOTE_ONE_PERIOD, notes, count);
    count = note_if(is_found && result->is_shaped_by_few, TEXT_NOTE_FEW_PERIODS, notes, count);
    count = note_if(is_found && result->do_teams_differ, TEXT_NOTE_TEAMS_DIFFER, notes, count);
    count = note_if(is_found && result->is_larger_than_usual, TEXT_NOTE_LARGER, notes, count);
    count = note_if(is_found, TEXT_NOTE_SURPRISES, notes, count);
    return note_if(true, TEXT_NOTE_CONTEXT, notes, count);
}

/* ---- The two directions -------------------------------------------------------------------------- */

/* The lags of one direction that fit about as well as the best, without signs: 0 for none. */
struct reach {
    int near;
    int far;
    bool is_open;
};

static struct reach reach_of(const struct lagscan_result *result, enum verdict_side side)
{
    bool is_ahead = side == SIDE_ENGAGEMENT_FIRST;
    int near = is_ahead ? result->lag_lo : -result->lag_hi;
    int far = is_ahead ? result->lag_hi : -result->lag_lo;
    bool is_open = is_ahead ? result->is_lag_hi_open : result->is_lag_lo_open;
    return (struct reach){ near, far, far > 0 && is_open };
}

bool verdict_text_side_is_found(const struct lagscan_result *result, enum verdict_side side)
{
    return result->grade >= GRADE_MODERATE && reach_of(result, side).near > 0;
}

static void add_side_found(struct buf *out, enum language language,
                           const struct lagscan_result *result,
                           const struct verdict_subject *subject, struct reach reach)
{
    enum text_unit unit = verdict_text_unit(subject->unit);
    struct text_value about = text_span(abs(result->best_lag), unit);
    if (reach.near == reach.far && !reach.is_open) {
        text_add(out, language, TEXT_SIDE_FOUND, TEXT_VALUES(about));
    } else {
        text_add(out, language, reach.is_open ? TEXT_SIDE_FOUND_OPEN : TEXT_SIDE_FOUND_RANGE,
                 TEXT_VALUES(about, text_span(reach.near, unit), text_span(reach.far, unit)));
    }
    if (result->is_against) {
        buf_add_char(out, ' ');
        buf_add(out, text_plain(language, TEXT_LINK_AGAINST));
    }
}

/* Something was found, but not in this direction alone. */
static void add_side_beside(struct buf *out, enum language language,
                            const struct lagscan_result *result,
                            const struct verdict_subject *subject, enum verdict_side side)
{
    enum verdict_side opposite = side == SIDE_ENGAGEMENT_FIRST ? SIDE_CUSTOMERS_FIRST
                                                               : SIDE_ENGAGEMENT_FIRST;
    struct reach reach = reach_of(result, side);
    bool is_ahead = side == SIDE_ENGAGEMENT_FIRST;
    bool stands_out = lagscan_stands_out(result, is_ahead ? 1 : -result->lag_max,
                                         is_ahead ? result->lag_max : -1);
    if (reach.far > 0) {
        text_add(out, language, reach.is_open ? TEXT_SIDE_AS_WELL_OPEN : TEXT_SIDE_AS_WELL,
                 TEXT_VALUES(text_span(reach.far, verdict_text_unit(subject->unit))));
        return;
    }
    if (!stands_out && reach_of(result, opposite).far == 0) {
        buf_add(out, text_plain(language, TEXT_SIDE_SAME_TIME));
        return;
    }
    buf_add(out, text_plain(language, stands_out ? TEXT_SIDE_TOO : TEXT_SIDE_NOTHING));
}

void verdict_text_side(struct buf *out, enum language language,
                       const struct lagscan_result *result,
                       const struct verdict_subject *subject, enum verdict_side side)
{
    if (verdict_text_side_is_found(result, side)) {
        add_side_found(out, language, result, subject, reach_of(result, side));
        return;
    }
    if (result->grade >= GRADE_MODERATE) {
        add_side_beside(out, language, result, subject, side);
        return;
    }
    if (result->verdict == VERDICT_HINT) {
        buf_add(out, text_plain(language, TEXT_SIDE_HINT));
        return;
    }
    if (result->verdict != VERDICT_NO_LINK) {
        struct text_value more = text_span((int64_t)result->needs_more,
                                           verdict_text_unit(subject->unit));
        text_add(out, language, TEXT_SIDE_TOO_EARLY, TEXT_VALUES(more));
        return;
    }
    buf_add(out, text_plain(language, TEXT_SIDE_NOTHING));
}

/* ---- Asked in advance ---------------------------------------------------------------------------- */

void verdict_text_question(struct buf *out, enum language language,
                           const struct verdict_subject *subject, int lag)
{
    char name[NAME_MAX_BYTES];
    verdict_text_metric(subject->metric, language, name);
    struct text_value what = text_word(str_of(name));
    if (lag == 0) {
        text_add(out, language, TEXT_PRIMARY_ASKS_SAME, TEXT_VALUES(what));
        return;
    }
    text_add(out, language, lag > 0 ? TEXT_PRIMARY_ASKS_LEAD : TEXT_PRIMARY_ASKS_FOLLOW,
             TEXT_VALUES(what, text_span(abs(lag), verdict_text_unit(subject->unit))));
}

static void add_primary_together(struct buf *out, enum language language,
                                 const struct lagscan_result *result,
                                 const struct verdict_subject *subject)
{
    char name[NAME_MAX_BYTES];
    verdict_text_metric(subject->metric, language, name);
    text_add(out, language, TEXT_PRIMARY_TOGETHER, TEXT_VALUES(text_word(str_of(name))));
    if (result->is_against) {
        buf_add_char(out, ' ');
        buf_add(out, text_plain(language, TEXT_LINK_AGAINST));
    }
}

void verdict_text_primary(struct buf *out, enum language language,
                          const struct lagscan_result *result,
                          const struct verdict_subject *subject)
{
    if (result->verdict == VERDICT_TOGETHER) {
        add_primary_together(out, language, result, subject);
    } else {
        verdict_text_sentence(out, language, result, subject);
    }
    if (result->grade < GRADE_MODERATE) {
        return;
    }
    buf_add_char(out, ' ');
    verdict_text_r(out, language, result);
    buf_add_char(out, ' ');
    text_add(
        out, language,
        result->grade == GRADE_STRONG ? TEXT_PRIMARY_EVIDENCE_STRONG
                                      : TEXT_PRIMARY_EVIDENCE_MODERATE,
        TEXT_VALUES(text_span((int64_t)result->n_complete, verdict_text_unit(subject->unit))));
}
