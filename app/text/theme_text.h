/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * How a theme moves with an outcome, in words: as verdict_text.h does it for the engagement index, with
 * the theme's name in its place. A pair that is not listed is worded without any figure of the link: it
 * may have been the luckiest of many.
 */

#include "app/survey/question.h"
#include "app/text/verdict_text.h"

struct theme_text_subject {
    struct verdict_subject verdict; /* the outcome, the unit, how many were examined */
    enum theme theme;
    bool is_listed; /* stands out from all pairs that were examined */
};

/** What was found, in one or two sentences: before, together, after; or why there is nothing. */
void theme_text_sentence(struct buf *out, enum language language,
                         const struct lagscan_result *result,
                         const struct theme_text_subject *subject);

/** r with its interval, the grade and what it rests on; nothing unless the pair is listed. */
void theme_text_evidence(struct buf *out, enum language language,
                         const struct lagscan_result *result,
                         const struct theme_text_subject *subject);
