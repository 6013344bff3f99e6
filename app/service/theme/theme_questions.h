/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The questions of a theme with what the last fit said of each: in how many weeks it was asked and how
 * far its answers usually lie from those to the average question. Every wording that was asked is listed;
 * a reworded question is a new question.
 *
 * What the fit says is of the whole organisation's answers. Who may see all teams but one could subtract
 * those and would have that one's, so outside TEAM_ROOT the questions come without any figure.
 */

#include "app/core/arena.h"
#include "app/service/appliance/appliance.h"
#include "app/survey/question.h"

enum { THEME_QUESTIONS_MAX = 200 };

struct theme_question {
    struct question question;
    bool is_latest;   /* false: an earlier wording */
    bool has_figures; /* the four below are given: the viewer may see the whole organisation */
    uint32_t weeks;   /* different weeks in which it was asked, up to the last fit */
    uint64_t answers; /* behind it, in cells that are shown */
    bool is_adjusted; /* its effect is known and taken out */
    double effect;    /* above 0: it usually gets higher answers; 0 unless adjusted */
};

/** Wordings that are asked today or were asked, by question, newest first; in the arena. More than
 * THEME_QUESTIONS_MAX are left out. Takes: `scope`, the top of what the viewer may see.
 * Fails: DP_NO_MEMORY, DP_IO, DP_CORRUPT, DP_BUSY. */
dp_err theme_questions_of(const struct appliance *appliance, struct team_id scope,
                          enum theme theme, struct arena *arena,
                          const struct theme_question **questions, size_t *count);
