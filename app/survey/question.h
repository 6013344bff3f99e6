/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What is asked. One anchor question, asked twice a week in the same words, gives the engagement
 * index; 6 themes of 5 questions are asked in turn. All wording is our own and CC0. Every question
 * is answered on five labelled points, or with "prefer not to say". A reworded question is a new
 * version: history is never changed. A reverse-keyed question is flipped on entry, so that 5 is
 * always the good end in everything that is stored.
 */

#include "app/core/err.h"
#include "app/core/str.h"
#include "app/survey/ids.h"

enum theme {
    THEME_ANCHOR,
    THEME_PURPOSE,     /* what great service means here */
    THEME_VOICE,       /* voice and trust */
    THEME_TEAM,        /* team and manager */
    THEME_GROWTH,      /* recognition, growth, mentoring */
    THEME_WORKLOAD,    /* workload, tools and process */
    THEME_CUSTOMERS,   /* serving customers */
    THEME_COUNT
};

enum { QUESTION_THEMES = 6, QUESTION_PER_THEME = 5, QUESTION_TEXT_MAX = 281 };

/** Which five labels stand at the points. */
enum question_scale { SCALE_DAY /* very bad .. very good */, SCALE_AGREE /* not at all .. fully */ };

enum answer { ANSWER_SKIPPED = 0 /* prefer not to say */, ANSWER_MIN = 1, ANSWER_MAX = 5 };

struct question {
    struct question_id id;
    uint16_t version; /* from 1 */
    enum theme theme;
    enum question_scale scale;
    bool is_reversed;
    bool is_active;
    char code[CODE_MAX]; /* stable, for files: "anchor", "purpose-1" */
    char text[LANGUAGE_COUNT][QUESTION_TEXT_MAX];
};

/** The built-in questions: the anchor first, then the themes in order. `*count` gets 31. */
const struct question *question_defaults(size_t *count);

/** The theme's code ("purpose") and what people read ("Purpose"). */
const char *theme_code(enum theme theme);
const char *theme_name(enum theme theme, enum language language);

/** The label at a point (1..5), or of ANSWER_SKIPPED. */
const char *question_label(enum question_scale scale, enum answer answer, enum language language);

/** Flips a reverse-keyed answer (6 - answer); skipped stays skipped. */
enum answer question_keyed(const struct question *question, enum answer answer);

/** Fails: DP_INVALID. */
dp_err theme_parse(struct str code, enum theme *theme);
