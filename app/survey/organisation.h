/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The organisation that is asked: its name, zone, week and window, and the rules that stay frozen
 * for a programme year. There is exactly one in a data folder.
 */

#include "app/core/err.h"
#include "app/core/zone.h"
#include "app/survey/ids.h"

enum {
    ORGANISATION_MIN_PEOPLE_FLOOR = 5, /* compiled in; no setting goes below */
    ORGANISATION_OPEN_MINUTE = 11 * 60 + 30,
    ORGANISATION_CLOSE_MINUTE = 20 * 60,
    ORGANISATION_WORKDAYS_MON_FRI = 0x1f, /* bit 0 is Monday */
};

struct organisation {
    char name[NAME_MAX_BYTES];
    char zone[CODE_MAX]; /* "Europe/Berlin" */
    char base_url[NAME_MAX_BYTES];
    enum language language;
    uint8_t workdays;      /* a bit for each weekday, bit 0 Monday */
    uint16_t open_minute;  /* of the local day, 0..1439 */
    uint16_t close_minute; /* after open_minute, up to 1440 */
    uint32_t min_people;   /* k: the smallest cell that is ever shown */
    struct date programme_start; /* a Monday; the partition of the year counts from it */
    bool is_demo;          /* for ever, once set */
};

/** Fills in the defaults of product.md with the given name and zone. */
void organisation_defaults(struct organisation *organisation, struct str name, struct str zone);

/** Checks every field. Fails: DP_INVALID with a sentence in `problem`. */
dp_err organisation_validate(const struct organisation *organisation, struct dp_problem *problem);

/** When the window of a date opens and closes, in Unix seconds. In a demo the window is the whole
 * local day. */
void organisation_window(const struct organisation *organisation, const struct zone *zone,
                         struct date date, int64_t *open_s, int64_t *close_s);
