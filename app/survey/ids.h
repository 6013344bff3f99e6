/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The ids of things, each a type of its own, so that a team can't be passed where a unit is due.
 * 0 is never a real id and means "none". Ids are given out in order and never used again.
 */

#include "app/core/date.h"

struct person_id {
    uint64_t value;
};

struct team_id {
    uint32_t value;
};

/** A reporting unit or a pool: whatever cells are made for. The two share one number space. */
struct unit_id {
    uint32_t value;
};

/** A question; its wording has versions. */
struct question_id {
    uint16_t value;
};

struct account_id {
    uint32_t value;
};

struct import_id {
    uint32_t value;
};

/** One survey day, named by the local date on which its window opens. One epoch a date, ever. */
struct epoch_id {
    struct date date;
};

/* Lengths with the closing NUL, in bytes of UTF-8. */
enum {
    CODE_MAX = 64,    /* machine names: team codes, metric codes, person_id of the roster file */
    NAME_MAX_BYTES = 128, /* what people read */
    EMAIL_MAX = 255,
    PATH_NAME_MAX = 512,  /* a team's path from the root, "Service/Hotline" */
};

enum language { LANGUAGE_EN, LANGUAGE_DE, LANGUAGE_COUNT };
