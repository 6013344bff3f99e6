/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A cell that starts with =, +, - or @ is run as a formula by a spreadsheet. So names and ids may
 * not start like that when they come in, and free text gets a ' in front when it goes out. Numbers
 * are never touched: "-3" must stay a number for everybody.
 */

#include "app/core/str.h"

/** True if the text starts with one of = + - @ TAB CR NUL. */
bool csv_formula_is_risky(struct str text);
