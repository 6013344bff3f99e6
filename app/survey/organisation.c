/* SPDX-License-Identifier: MIT */
#include "app/survey/organisation.h"

#include <string.h>

#include "app/survey/calendar.h"

enum {
    MINUTE_S = 60,
    DAY_MINUTES = 24 * 60,
    MONDAY = 1,
    ALL_WEEKDAYS = 0x7f,
    MIN_PEOPLE_CEILING = 1000,
};

void organisation_defaults(struct organisation *organisation, struct str name, struct str zone)
{
    *organisation = (struct organisation){
        .language = LANGUAGE_EN,
        .workdays = ORGANISATION_WORKDAYS_MON_FRI,
        .open_minute = ORGANISATION_OPEN_MINUTE,
        .close_minute = ORGANISATION_CLOSE_MINUTE,
        .min_people = ORGANISATION_MIN_PEOPLE_FLOOR,
    };
    /* What does not fit stays empty, and organisation_validate() says so. */
    if (!str_copy(name, organisation->name, sizeof organisation->name)) {
        organisation->name[0] = '\0';
    }
    if (!str_copy(zone, organisation->zone, sizeof organisation->zone)) {
        organisation->zone[0] = '\0';
    }
}

static bool is_text(const char *field, size_t size)
{
    return memchr(field, '\0', size) != NULL && str_is_utf8(str_of(field));
}

static dp_err check_words(const struct organisation *organisation, struct dp_problem *problem)
{
    if (!is_text(organisation->name, sizeof organisation->name) ||
        organisation->name[0] == '\0') {
        return problem_set(problem, 0, 0, "The organisation needs a name of 1 to %d bytes",
                           NAME_MAX_BYTES - 1);
    }
    if (!is_text(organisation->zone, sizeof organisation->zone) ||
        !zone_name_is_valid(str_of(organisation->zone))) {
        return problem_set(problem, 0, 0,
                           "The time zone must have a name such as \"Europe/Berlin\"");
    }
    if (!is_text(organisation->base_url, sizeof organisation->base_url)) {
        return problem_set(problem, 0, 0, "The address must be text of at most %d bytes",
                           NAME_MAX_BYTES - 1);
    }
    struct str url = str_of(organisation->base_url);
    if (url.len > 0 &&
        (!str_starts_with(url, STR("https://")) || str_ends_with(url, STR("/")))) {
        return problem_set(problem, 0, 0,
                           "The address must begin with https:// and have no slash at its end");
    }
    return DP_SUCCESS;
}

/* The index is made of the anchor question, so a week without its days would have none. */
static bool has_anchor_day(uint8_t workdays)
{
    for (int32_t day = 0; day < 7; day++) {
        struct date date = date_add(date_monday(date_make(0)), day);
        if ((workdays >> day & 1) != 0 && calendar_is_anchor_weekday(date)) {
            return true;
        }
    }
    return false;
}

static dp_err check_week(const struct organisation *organisation, struct dp_problem *problem)
{
    if ((organisation->workdays & ~ALL_WEEKDAYS) != 0 ||
        !has_anchor_day(organisation->workdays)) {
        return problem_set(
            problem, 0, 0,
            "The workdays must include Tuesday or Thursday: the question that makes "
            "the index is asked then");
    }
    if (organisation->open_minute >= organisation->close_minute ||
        organisation->close_minute > DAY_MINUTES) {
        return problem_set(problem, 0, 0,
                           "The question must close after it opens, at 24:00 at the latest");
    }
    if (organisation->programme_start.days < 0 ||
        organisation->programme_start.days > DATE_MAX_DAYS ||
        date_weekday(organisation->programme_start) != MONDAY) {
        return problem_set(problem, 0, 0, "The programme must start on a Monday");
    }
    return DP_SUCCESS;
}

dp_err organisation_validate(const struct organisation *organisation,
                             struct dp_problem *problem)
{
    DP_TRY(check_words(organisation, problem));
    if (organisation->language < 0 || organisation->language >= LANGUAGE_COUNT) {
        return problem_set(problem, 0, 0, "The language is not one of those we have");
    }
    if (organisation->min_people < ORGANISATION_MIN_PEOPLE_FLOOR ||
        organisation->min_people > MIN_PEOPLE_CEILING) {
        return problem_set(problem, 0, 0,
                           "The minimum of people in a result must lie between %d and %d",
                           ORGANISATION_MIN_PEOPLE_FLOOR, MIN_PEOPLE_CEILING);
    }
    return check_week(organisation, problem);
}

void organisation_window(const struct organisation *organisation, const struct zone *zone,
                         struct date date, int64_t *open_s, int64_t *close_s)
{
    int32_t open_minute = organisation->is_demo ? 0 : organisation->open_minute;
    int32_t close_minute = organisation->is_demo ? DAY_MINUTES : organisation->close_minute;
    *open_s = zone_to_unix(zone, date, open_minute * MINUTE_S);
    *close_s = zone_to_unix(zone, date, close_minute * MINUTE_S);
}
