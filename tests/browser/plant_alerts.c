/* SPDX-License-Identifier: MIT */
/*
 * Gives a demo folder something to raise: plant_alerts FOLDER gives two teams a calm course of their
 * own, lowers the last seven weeks of one and the newest week of the other, and has these weeks
 * judged again. The demo itself has no open alert, because it is lived in a minute and old news is
 * no news; and what it holds depends on the date, which a test should not.
 */
#include <stdio.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/privacy/released.h"
#include "app/service/alert/alert.h"
#include "storage/alert_judged_record.h"
#include "storage/cell_record.h"

enum { CELLS_MAX = 1024, WEEKS_LOW = 7, WEEK_DAYS = 7, CALM = 360 };

/* A team's cells, to be moved by some hundredths from a Monday on. */
struct planting {
    const char *team;
    struct date from;
    int hundredths;
    struct cell cells[CELLS_MAX];
    size_t count;
};

/* Ups and downs of at most 0.12, without a memory from week to week. */
static int calm(struct date day)
{
    return CALM + 2 * (date_monday(day).days / WEEK_DAYS * 59 % 13 - 6);
}

static bool collect(const struct cell *cell, void *context)
{
    struct planting *planting = context;
    if (cell->status == CELL_OK && planting->count < CELLS_MAX) {
        struct cell *moved = &planting->cells[planting->count++];
        bool is_low = !date_is_before(cell->period_start, planting->from);
        int mean = calm(cell->period_start) + (is_low ? planting->hundredths : 0);
        *moved = *cell;
        moved->mean_hundredths = (uint16_t)mean;
        moved->has_bins = false;
        memset(moved->bins, 0, sizeof moved->bins);
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

static dp_err put_judged(struct store_txn *txn, void *context)
{
    const struct date *monday = context;
    return alert_judged_record_put(txn, *monday);
}

static dp_err find_cells(const struct appliance *appliance, struct planting *planting)
{
    RELEASED_AUTO struct released *cells = NULL;
    size_t count = 0;
    DP_TRY(released_open(appliance->office, appliance->results, &cells));
    const struct unit *units = released_units(cells, &count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(units[i].name, planting->team) == 0) {
            struct released_range range = {
                units[i].team, PERIOD_DAY, { 0 }, appliance_today(appliance)
            };
            return released_each(cells, &range, collect, planting);
        }
    }
    return err_make(DP_NOT_FOUND);
}

static dp_err plant(const struct appliance *appliance, const char *team, struct date from,
                    int hundredths)
{
    MEM_AUTO struct planting *planting = mem_new(1, sizeof *planting);
    if (planting == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    *planting = (struct planting){ .team = team, .from = from, .hundredths = hundredths };
    DP_TRY(find_cells(appliance, planting));
    return store_write(appliance->results, put_cells, planting);
}

static dp_err run(const char *path, struct dp_problem *problem)
{
    APPLIANCE_AUTO struct appliance appliance = { 0 };
    DP_TRY(appliance_open(path, clock_system(), problem, &appliance));
    struct date running = date_monday(appliance_today(&appliance));
    struct date newest = date_add(running, -WEEK_DAYS);
    struct date from = date_add(running, -WEEK_DAYS * WEEKS_LOW);
    struct date judged = date_add(from, -WEEK_DAYS);
    DP_TRY(plant(&appliance, "Logistics", from, -100));
    DP_TRY(plant(&appliance, "Field East", newest, -220));
    DP_TRY(store_write(appliance.office, put_judged, &judged));
    return alert_refresh(&appliance);
}

int main(int argc, char **argv)
{
    struct dp_problem problem = { 0 };
    if (argc != 2) {
        fprintf(stderr, "usage: plant_alerts FOLDER\n");
        return 2;
    }
    dp_err done = run(argv[1], &problem);
    if (!err_is_ok(done)) {
        fprintf(stderr, "plant_alerts: %s %s\n", err_sentence(done.code), problem.sentence);
        return 1;
    }
    return 0;
}
