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

/** The name of a grade, and why there is no number. */
enum text verdict_text_grade(enum grade grade);
enum text verdict_text_refusal(enum refusal refusal);

/** The unit of time in words. */
enum text_unit verdict_text_unit(enum lag_unit unit);
