/* SPDX-License-Identifier: MIT */
#include "app/csv/csv_formula.h"

bool csv_formula_is_risky(struct str text)
{
    return text.len > 0 && str_find_char(STR("=+-@\t\r\0"), text.ptr[0]) < 7;
}
