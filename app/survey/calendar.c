/* SPDX-License-Identifier: MIT */
#include "app/survey/calendar.h"

#include <string.h>

enum {
    MONDAY = 1,
    TUESDAY = 2,
    WEDNESDAY = 3,
    THURSDAY = 4,
    FRIDAY = 5,
    SATURDAY = 6,
    DAYS_A_WEEK = 7,
    FIRST_MONDAY = 4, /* 1970-01-05 */
    THEME_DAYS_A_WEEK = 3,
    WEEKEND_STEP = 2, /* how many questions the weekend's turn is ahead of the weekday's */
};

bool calendar_is_anchor_weekday(struct date date)
{
    int weekday = date_weekday(date);
    return weekday == TUESDAY || weekday == THURSDAY;
}

static int32_t floor_div(int32_t a, int32_t b)
{
    int32_t quotient = a / b;
    return a % b < 0 ? quotient - 1 : quotient;
}

static size_t floor_mod(int32_t a, size_t b)
{
    int32_t rest = a % (int32_t)b;
    return (size_t)(rest < 0 ? rest + (int32_t)b : rest);
}

/* A place in the plan: which theme (0..5), and which turn of it (any number; modulo the questions). */
struct slot {
    size_t theme;
    int32_t turn;
};

/*
 * Weeks are counted from a fixed Monday and not from the programme's start, so that the plan runs on
 * unchanged when a new programme year begins. Who works at the weekend gets Monday's (Saturday) or
 * Wednesday's (Sunday) theme of the fortnight's other week, so that it lies between its own turns.
 */
static struct slot slot_of(struct date date)
{
    int32_t week = floor_div(date.days - FIRST_MONDAY, DAYS_A_WEEK);
    int32_t fortnight = floor_div(week, 2);
    size_t half = (size_t)(week - 2 * fortnight);
    int weekday = date_weekday(date);
    if (weekday >= SATURDAY) {
        size_t place = weekday == SATURDAY ? 0 : 1;
        return (struct slot){ (1 - half) * THEME_DAYS_A_WEEK + place,
                              fortnight + WEEKEND_STEP };
    }
    size_t place = (size_t)(weekday - MONDAY) / 2;
    return (struct slot){ half * THEME_DAYS_A_WEEK + place, fortnight };
}

static const struct question *nth_active(const struct question *questions, size_t count,
                                         enum theme theme, int32_t turn)
{
    size_t active = 0;
    for (size_t i = 0; i < count; i++) {
        active += questions[i].theme == theme && questions[i].is_active ? 1 : 0;
    }
    if (active == 0) {
        return NULL;
    }
    size_t wanted = floor_mod(turn, active);
    for (size_t i = 0; i < count; i++) {
        if (questions[i].theme != theme || !questions[i].is_active) {
            continue;
        }
        if (wanted == 0) {
            return &questions[i];
        }
        wanted--;
    }
    return NULL;
}

/* A theme without an active question lets the next theme speak. */
static const struct question *planned(const struct question *questions, size_t count,
                                      struct date date)
{
    if (calendar_is_anchor_weekday(date)) {
        return nth_active(questions, count, THEME_ANCHOR, 0);
    }
    struct slot slot = slot_of(date);
    for (size_t i = 0; i < QUESTION_THEMES; i++) {
        size_t theme = (slot.theme + i) % QUESTION_THEMES;
        const struct question *found = nth_active(
            questions, count, (enum theme)((size_t)THEME_PURPOSE + theme), slot.turn);
        if (found != NULL) {
            return found;
        }
    }
    return NULL;
}

static const struct question *find(const struct question *questions, size_t count,
                                   struct question_id id)
{
    for (size_t i = 0; i < count; i++) {
        if (questions[i].id.value == id.value) {
            return &questions[i];
        }
    }
    return NULL;
}

static void ask(struct calendar_day *day, const struct question *question)
{
    if (question == NULL) {
        day->kind = CALENDAR_PAUSED;
        return;
    }
    day->kind = CALENDAR_ASK;
    day->question = question->id;
    day->is_anchor = question->theme == THEME_ANCHOR;
}

struct calendar_day calendar_plan(const struct organisation *organisation, struct date date,
                                  const struct question *questions, size_t question_count,
                                  const struct calendar_exception *exception)
{
    struct calendar_day day = { .date = date, .kind = CALENDAR_NOT_A_WORKDAY };
    if (exception != NULL) {
        DP_CHECK(date_equal(exception->date, date));
        memcpy(day.label, exception->label, sizeof day.label);
    }
    bool is_workday = (organisation->workdays >> (date_weekday(date) - 1) & 1) != 0;
    bool is_asked_anyway = exception != NULL && exception->kind == CALENDAR_ASK;
    if (!is_workday && !is_asked_anyway) {
        return day;
    }
    if (exception != NULL && !is_asked_anyway) {
        day.kind = exception->kind;
        return day;
    }
    const struct question *question = NULL;
    if (is_asked_anyway) {
        question = find(questions, question_count, exception->question);
    }
    if (question == NULL) {
        question = planned(questions, question_count, date);
    }
    ask(&day, question);
    return day;
}
