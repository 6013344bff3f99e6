/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Which question is asked on which day. On every workday everyone gets the same one: the anchor on
 * Tuesday and Thursday, a theme question on Monday, Wednesday and Friday, so that the six themes
 * come round each fortnight and all thirty questions in ten weeks. HR's changes are exceptions by
 * date: a holiday or a pause (no question) or another question for that day.
 *
 *   day of fortnight   Mon Wed Fri | Mon Wed Fri
 *   theme              1   2   3   | 4   5   6
 *   question of theme  fortnight number modulo 5
 */

#include "app/survey/organisation.h"
#include "app/survey/question.h"

enum calendar_kind { CALENDAR_ASK, CALENDAR_NOT_A_WORKDAY, CALENDAR_HOLIDAY, CALENDAR_PAUSED };

/** An exception that HR made for one date. */
struct calendar_exception {
    struct date date;
    enum calendar_kind kind;      /* CALENDAR_ASK: `question` replaces the planned one */
    struct question_id question;  /* with CALENDAR_ASK; 0 with the others */
    char label[NAME_MAX_BYTES];   /* "Christmas", may be empty */
};

struct calendar_day {
    struct date date;
    enum calendar_kind kind;
    struct question_id question; /* 0 unless CALENDAR_ASK */
    bool is_anchor;
    char label[NAME_MAX_BYTES];
};

/** The plan of one day.
 * Takes: `questions`, all known (inactive ones are passed over within their theme); `exception`
 * for this date or NULL. */
struct calendar_day calendar_plan(const struct organisation *organisation, struct date date,
                                  const struct question *questions, size_t question_count,
                                  const struct calendar_exception *exception);

/** True if the day's question belongs to the anchor days of the plan. */
bool calendar_is_anchor_weekday(struct date date);
