/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/service/overview_world.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

const struct question_id overview_world_anchor = { 1 };

static const struct firm_team teams[] = { { "Service/Hotline", 24 }, { "Service/Desk", 24 },
                                          { "Service/Nook", 4 },     { "Service/Den", 5 },
                                          { "Sales", 24 },           { "Depot", 24 } };

void overview_world_put(struct firm *firm, struct unit_id unit, enum period_kind kind, int day,
                        uint32_t n, uint16_t hundredths)
{
    struct cell cell = { .unit = unit,
                         .period_kind = kind,
                         .period_start = firm_day(day),
                         .question = overview_world_anchor,
                         .question_version = 1,
                         .status = n == 0 ? CELL_HIDDEN : CELL_OK,
                         .headcount = 24,
                         .n = n,
                         .mean_hundredths = hundredths,
                         .favourable_pct = n == 0 ? 0 : 50,
                         .has_sd = n > 0,
                         .sd_tenths = n > 0 ? 8 : 0 };
    assert_true(unit.value != 0);
    firm_put_cell(firm, &cell);
}

static void put_day(struct firm *firm, int week, int day)
{
    bool is_last = week == WEEKS - 1;
    uint16_t wobble = (uint16_t)(week % 3);
    firm_put_day(firm, firm_day(day), overview_world_anchor);
    overview_world_put(firm, firm_unit(firm, "Hotline"), PERIOD_DAY, day, 20,
                       (uint16_t)(420 + wobble));
    overview_world_put(firm, firm_unit(firm, "Desk"), PERIOD_DAY, day, 20,
                       (uint16_t)(350 + wobble));
    overview_world_put(firm, firm_unit(firm, "Sales"), PERIOD_DAY, day, 20,
                       (uint16_t)(250 + wobble));
    overview_world_put(firm, firm_unit(firm, "Depot"), PERIOD_DAY, day, is_last ? 12 : 20,
                       is_last ? 450 : (uint16_t)(300 + wobble));
}

void overview_world_week(struct firm *firm, int week)
{
    if (week == GAP) {
        return;
    }
    put_day(firm, week, WEEK * week + TUESDAY);
    put_day(firm, week, WEEK * week + THURSDAY);
    overview_world_put(firm, firm_unit(firm, "Other teams of Service"), PERIOD_WEEK,
                       WEEK * week, 12, 380);
}

void overview_world_start(struct firm *firm, int weeks)
{
    firm_start(firm, true, teams, COUNT(teams));
    firm_make(firm, firm_day(MONDAY)); /* makes the units */
    for (int week = 0; week < weeks; week++) {
        overview_world_week(firm, week);
    }
    firm_at(firm, firm_day(WEEK * WEEKS), 600);
}
