/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The result of a link scan in words (statistics.md 8): one sentence for the verdict, one for the
 * figures behind it, and the notes that apply. What the numbers allow to be said was decided in
 * app/stats; nothing is judged here, only worded.
 *
 *   verdict                         sentences
 *   leads, follows, together        verdict, then r with its interval, grade, periods, links
 *   hint, no link, cannot tell      verdict alone: no r, no lag
 *   not enough data, chart only     how much is missing
 *   refused                         why
 */

#include "app/stats/lagscan.h"
#include "app/survey/metric.h"
#include "app/text/text.h"

enum { VERDICT_TEXT_NOTES_MAX = 12 };

/** What a verdict is about, beside its numbers. */
struct verdict_subject {
    const struct metric *metric;
    enum lag_unit unit;
    size_t links_examined; /* all that were looked at that night, this one included */
    struct date next_look; /* when it will be computed again */
};

/** The metric's name as it stands inside a sentence: built-in names lose their capital where the
 * language wants that. Copies into `out`. */
void verdict_text_metric(const struct metric *metric, enum language language,
                         char out[NAME_MAX_BYTES]);

/** The verdict sentence or sentences, without figures. */
void verdict_text_sentence(struct buf *out, enum language language,
                           const struct lagscan_result *result,
                           const struct verdict_subject *subject);

/** "r = 0.41, 95% interval 0.20 to 0.58. Strong evidence from 78 weeks, 3 links examined."; nothing
 * for verdicts that may not name an r. */
void verdict_text_evidence(struct buf *out, enum language language,
                           const struct lagscan_result *result,
                           const struct verdict_subject *subject);

/** Sentence and evidence in a row: the whole paragraph. */
void verdict_text(struct buf *out, enum language language, const struct lagscan_result *result,
                  const struct verdict_subject *subject);

/** The notes that apply, in their order, all without values; the standing note comes first. Gives
 * how many. */
size_t verdict_text_notes(const struct lagscan_result *result,
                          enum text notes[VERDICT_TEXT_NOTES_MAX]);

/** The best lag and its range in words, without signs: the sentence says which way. */
struct verdict_text_lag {
    struct text_value about;
    struct text_value from; /* the nearer end */
    struct text_value to;
    bool has_range;
    bool is_open; /* "or longer" */
};
struct verdict_text_lag verdict_text_lag(const struct lagscan_result *result,
                                         enum text_unit unit);

/** One of the two directions in which a link was looked for. */
enum verdict_side { SIDE_ENGAGEMENT_FIRST, SIDE_CUSTOMERS_FIRST };

/** Whether the finding lies wholly in this direction, so that r and its interval belong to it. */
bool verdict_text_side_is_found(const struct lagscan_result *result, enum verdict_side side);

/** What can be said of one direction, with the same words for both. Takes: a result that was not
 * refused. */
void verdict_text_side(struct buf *out, enum language language,
                       const struct lagscan_result *result,
                       const struct verdict_subject *subject, enum verdict_side side);

/** "r = 0.41, 95% interval 0.20 to 0.58." */
void verdict_text_r(struct buf *out, enum language language,
                    const struct lagscan_result *result);

/** A question asked in advance: "Does engagement come before CSAT by 2 weeks?" */
void verdict_text_question(struct buf *out, enum language language,
                           const struct verdict_subject *subject, int lag);

/** Its answer, sentence and evidence: one lag, so neither a range nor a count of links. Takes: the
 * result of a scan with has_primary_lag. */
void verdict_text_primary(struct buf *out, enum language language,
                          const struct lagscan_result *result,
                          const struct verdict_subject *subject);

/** The grade in a word or two; where there is none, why: "No link found", "Too early to say". */
enum text verdict_text_badge(const struct lagscan_result *result);

/** The name of a grade, and why there is no number. */
enum text verdict_text_grade(enum grade grade);
enum text verdict_text_refusal(enum refusal refusal);

/** The unit of time in words. */
enum text_unit verdict_text_unit(enum lag_unit unit);
