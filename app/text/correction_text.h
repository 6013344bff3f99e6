/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The effect of a course correction in words (statistics.md 8): the sentence for one series,
 * and the notes that apply. What the numbers allow to be said was decided in app/stats and
 * app/service/correction; nothing is judged here, only worded.
 *
 *   verdict                sentences
 *   changed                by how much, with its interval, and the grade; whether it was expected
 *   hint                   that it may be chance: no number
 *   none seen              the smallest change that would have shown
 *   cannot answer          the same, and that it is no answer
 *   not clear              that it does not stand beside all else that was looked at: no number
 *   refused                how long to wait, or why not
 */

#include "app/stats/effect.h"
#include "app/stats/lagscan.h"
#include "app/survey/metric.h"
#include "app/survey/question.h"
#include "app/text/text.h"
#include "storage/correction_record.h"

enum { CORRECTION_TEXT_NOTES_MAX = 10, CORRECTION_TEXT_CAUTIONS_MAX = 3 };

/** The series that something is said about. */
struct correction_subject {
    enum correction_target target;
    enum theme theme;            /* of CORRECTION_ON_THEME */
    const struct metric *metric; /* of CORRECTION_ON_OUTCOME */
};

/** One effect, as far as words need it; correction_words() in app/service/correction fills it
 * in. */
struct correction_words {
    struct correction_subject subject;
    enum lag_unit unit;
    struct date start; /* of what was assessed: the first start of several together */
    bool has_comparison;
    enum refusal refusal;
    bool has_no_figures; /* of the corrected teams alone */
    struct str in_the_way; /* the title of another one too close; empty if there is none */
    bool is_of_list;       /* stands beside other corrections, not beside other figures */
    size_t needs_more;
    enum effect_verdict verdict;
    enum grade grade;
    double estimate;
    double lo;
    double hi;
    double mde;
    size_t comparison_teams;
    struct {
        bool is_known;
        double estimate;
        double lo;
        double hi;
        size_t periods;
    } gap; /* from where the earlier trend would have gone on; without comparison teams */
    bool is_expected;
    bool is_as_expected;
    bool is_afterwards;
    bool is_together;
    bool is_alert_left_out;
    bool is_drifting;
    bool is_placebo_failed;
    bool has_response_moved;
    bool is_single_team; /* one corrected team among the compared */
};

/** The series' name as it stands inside a sentence. Copies into `out`. */
void correction_text_series(const struct correction_subject *subject, enum language language,
                            char out[NAME_MAX_BYTES]);

/** The series' name standing alone, as a heading or in a table. Copies into `out`. */
void correction_text_title(const struct correction_subject *subject, enum language language,
                           char out[NAME_MAX_BYTES]);

/** How many decimals the series' values are shown with. */
int correction_text_decimals(const struct correction_subject *subject);

/** The sentence or sentences for one effect. */
void correction_text_sentence(struct buf *out, enum language language,
                              const struct correction_words *words);

/** "If the earlier trend had gone on: ..."; nothing where that isn't known. */
void correction_text_gap(struct buf *out, enum language language,
                         const struct correction_words *words);

/** The notes that apply, in their order, all without values. Gives how many. */
size_t correction_text_notes(const struct correction_words *words,
                             enum text notes[CORRECTION_TEXT_NOTES_MAX]);

/** Those of them that call for care, for a table where there is no room for all. Gives how
 * many. */
size_t correction_text_cautions(const struct correction_words *words,
                                enum text notes[CORRECTION_TEXT_CAUTIONS_MAX]);

/** "Expected: one-call resolution goes up." */
void correction_text_expected(struct buf *out, enum language language,
                              const struct correction_subject *subject,
                              enum correction_direction direction);

/** The name of a category. */
enum text correction_text_category(enum correction_category category);
