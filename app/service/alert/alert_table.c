/* SPDX-License-Identifier: MIT */
#include "app/service/alert/alert_table.h"

#include "app/core/mem.h"
#include "app/survey/people.h"
#include "storage/team_record.h"

enum { FIRST_ROOM = 16 };

dp_err alert_table_add(struct alert_table *table, const struct alert *alert)
{
    if (table->count == table->capacity) {
        size_t wanted = table->capacity == 0 ? FIRST_ROOM : 2 * table->capacity;
        struct alert *grown = mem_resize(table->items, wanted, sizeof *grown);
        if (grown == NULL) {
            return err_make(DP_NO_MEMORY);
        }
        table->items = grown;
        table->capacity = wanted;
    }
    table->items[table->count++] = *alert;
    return DP_SUCCESS;
}

static bool add_alert(const struct alert *alert, void *context)
{
    struct alert_table *table = context;
    table->has_no_memory = !err_is_ok(alert_table_add(table, alert));
    return !table->has_no_memory;
}

dp_err alert_table_load(struct store_txn *office, struct alert_table *out)
{
    *out = (struct alert_table){ 0 };
    DP_TRY(alert_record_each(office, add_alert, out));
    return err_make(out->has_no_memory ? DP_NO_MEMORY : DP_OK);
}

void alert_table_free(struct alert_table *table)
{
    mem_free(table->items);
    *table = (struct alert_table){ 0 };
}

struct date alert_table_baseline(const struct alert_table *table, struct team_id team)
{
    struct date from = { 0 };
    for (size_t i = 0; i < table->count; i++) {
        const struct alert *alert = &table->items[i];
        bool is_it = alert->team.value == team.value && alert->is_new_baseline;
        if (is_it && date_is_before(from, alert->week)) {
            from = alert->week;
        }
    }
    return from;
}

dp_err alert_team_is_within(struct store_txn *office, struct team_id team, struct team_id top,
                            bool *is_within)
{
    struct team_id at = team;
    *is_within = top.value == TEAM_ROOT || team.value == top.value;
    for (size_t step = 0; step <= TEAM_DEPTH_MAX && !*is_within && at.value != 0; step++) {
        struct team found;
        dp_err got = team_record_get(office, at, &found);
        if (err_is(got, DP_NOT_FOUND)) {
            return DP_SUCCESS;
        }
        DP_TRY(got);
        at = found.parent;
        *is_within = at.value == top.value;
    }
    return DP_SUCCESS;
}
