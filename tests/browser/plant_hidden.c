/* SPDX-License-Identifier: MIT */
/*
 * Hides the newest figures of one team in a demo folder: plant_hidden FOLDER UNIT turns the unit's day cells
 * of the last six weeks into cells in which fewer than 5 answered. In the demo enough people of every unit
 * answer, so that there is nothing hidden to look at.
 */
#include <stdio.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/privacy/released.h"
#include "app/service/appliance/appliance.h"
#include "storage/cell_record.h"

enum { CELLS_MAX = 64, DAYS = 42 };

struct planting {
    struct cell cells[CELLS_MAX];
    size_t count;
};

static bool hide(const struct cell *cell, void *context)
{
    struct planting *planting = context;
    if (planting->count < CELLS_MAX) {
        planting->cells[planting->count++] =
            (struct cell){ .unit = cell->unit,
                           .period_kind = cell->period_kind,
                           .period_start = cell->period_start,
                           .question = cell->question,
                           .question_version = cell->question_version,
                           .status = CELL_HIDDEN,
                           .headcount = cell->headcount };
    }
    return true;
}

static dp_err put_cells(struct store_txn *txn, void *context)
{
    const struct planting *planting = context;
    for (size_t i = 0; i < planting->count; i++) {
        DP_TRY(cell_record_put(txn, &planting->cells[i]));
    }
    return DP_SUCCESS;
}

static dp_err find_cells(const struct appliance *appliance, const char *name,
                         struct planting *planting)
{
    RELEASED_AUTO struct released *cells = NULL;
    size_t count = 0;
    struct date today = appliance_today(appliance);
    DP_TRY(released_open(appliance->office, appliance->results, &cells));
    const struct unit *units = released_units(cells, &count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(units[i].name, name) == 0) {
            struct released_range range = { units[i].team, PERIOD_DAY, date_add(today, -DAYS),
                                            today };
            return released_each(cells, &range, hide, planting);
        }
    }
    return err_make(DP_NOT_FOUND);
}

static dp_err run(const char *path, const char *name, struct dp_problem *problem)
{
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    MEM_AUTO struct planting *planting = mem_new(1, sizeof *planting);
    if (planting == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(appliance_open(path, clock_system(), problem, &appliance));
    DP_TRY(find_cells(&appliance, name, planting));
    return store_write(appliance.results, put_cells, planting);
}

int main(int argc, char **argv)
{
    struct dp_problem problem = { 0 };
    if (argc != 3) {
        fprintf(stderr, "usage: plant_hidden FOLDER UNIT\n");
        return 2;
    }
    dp_err done = run(argv[1], argv[2], &problem);
    if (!err_is_ok(done)) {
        fprintf(stderr, "plant_hidden: %s %s\n", err_sentence(done.code), problem.sentence);
        return 1;
    }
    return 0;
}
