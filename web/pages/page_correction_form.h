/* SPDX-License-Identifier: MIT */
#pragma once

/* What the table of addresses and the forms of course corrections agree on. */

#include "storage/correction_record.h"

/** The form's fields, in the order of its rules. */
enum correction_field {
    CORRECTION_FIELD_TITLE,
    CORRECTION_FIELD_WHAT,
    CORRECTION_FIELD_CATEGORY,
    CORRECTION_FIELD_TEAM,
    CORRECTION_FIELD_START,
    CORRECTION_FIELD_EXPECTED,
    CORRECTION_FIELD_DIRECTION,
    CORRECTION_FIELD_COUNT
};

/** The fields of a withdrawal. */
enum correction_withdraw_field { CORRECTION_WITHDRAW_ID, CORRECTION_WITHDRAW_WHY };

/** Codes in the order of enum correction_direction; they end with NULL. */
extern const char *const page_correction_directions[];
