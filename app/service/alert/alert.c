/* SPDX-License-Identifier: MIT */
#include "app/service/alert/alert.h"

#include <stdlib.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/service/alert/alert_table.h"
#include "storage/alert_judged_record.h"
#include "storage/team_record.h"

enum { WEEK_DAYS = 7 };

/* ---- Lists ------------------------------------------------------------------------------ */

/* One who looks: where from, and when. */
struct look {
    struct store_txn *txn;
    struct team_id scope;
    struct date judged; /* the newest week that was judged */
};

static dp_err look_start(struct store_txn *txn, struct team_id scope, struct look *out)
{
    struct team top;
    *out = (struct look){ .txn = txn, .scope = scope };
    DP_TRY(team_record_get(txn, scope, &top));
    dp_err found = alert_judged_record_get(txn, &out->judged);
    return err_is(found, DP_NOT_FOUND) ? DP_SUCCESS : found;
}

static enum alert_state state_of(const struct look *look, const struct alert *alert)
{
    if (alert->acknowledged_s != 0) {
        return ALERT_ACKNOWLEDGED;
    }
    int32_t weeks = (look->judged.days - alert->week.days) / WEEK_DAYS;
    return alert->is_past || weeks >= ALERT_OPEN_WEEKS ? ALERT_PAST : ALERT_OPEN;
}

/* What to show of one alert; sorted before names are looked up. */
struct listed {
    const struct alert *alert;
    enum alert_state state;
};

static int compare_listed(const void *a, const void *b)
{
    const struct listed *one = a;
    const struct listed *other = b;
    bool is_open = one->state == ALERT_OPEN;
    if (is_open != (other->state == ALERT_OPEN)) {
        return is_open ? -1 : 1;
    }
    int32_t days = other->alert->week.days - one->alert->week.days;
    if (days != 0) {
        return days < 0 ? -1 : 1;
    }
    return one->alert->id.value < other->alert->id.value ? -1 : 1;
}

/* The names from the root's child down to the team. */
static dp_err name_team(const struct look *look, struct team_id id, struct arena *arena,
                        struct alert_row *row)
{
    struct team team;
    struct team_id at = id;
    row->path = STR("");
    for (size_t step = 0; step <= TEAM_DEPTH_MAX && at.value != 0; step++) {
        dp_err found = team_record_get(look->txn, at, &team);
        if (err_is(found, DP_NOT_FOUND)) {
            break;
        }
        DP_TRY(found);
        if (at.value == id.value) {
            row->name = arena_copy(arena, str_of(team.name));
        }
        if (at.value != TEAM_ROOT) {
            row->path = row->path.len == 0
                            ? arena_copy(arena, str_of(team.name))
                            : arena_fmt(arena, "%s/%.*s", team.name, STR_ARG(row->path));
        }
        at = team.parent;
    }
    return arena_finish(arena);
}

static dp_err fill_rows(const struct look *look, const struct listed *listed,
                        struct arena *arena, struct alert_list *out)
{
    struct alert_row *rows = arena_take(arena, out->count + 1, sizeof *rows);
    if (rows == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < out->count; i++) {
        const struct alert *alert = listed[i].alert;
        rows[i] = (struct alert_row){ .alert = *alert,
                                      .state = listed[i].state,
                                      .size = alert->value - alert->usual };
        DP_TRY(name_team(look, alert->team, arena, &rows[i]));
    }
    out->rows = rows;
    return DP_SUCCESS;
}

dp_err alert_list(const struct appliance *appliance, struct team_id scope, size_t rows_max,
                  struct arena *arena, struct alert_list *out)
{
    ALERT_TABLE_AUTO struct alert_table table = { 0 };
    STORE_READ_AUTO struct store_txn *txn = NULL;
    struct look look;
    size_t limit = rows_max == 0 || rows_max > ALERT_LIST_MAX ? ALERT_LIST_MAX : rows_max;
    *out = (struct alert_list){ 0 };
    DP_TRY(store_read(appliance->office, &txn));
    DP_TRY(look_start(txn, scope, &look));
    DP_TRY(alert_table_load(txn, &table));
    MEM_AUTO struct listed *listed = mem_new(table.count + 1, sizeof *listed);
    if (listed == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    size_t count = 0;
    for (size_t i = 0; i < table.count; i++) {
        bool is_mine = false;
        DP_TRY(alert_team_is_within(txn, table.items[i].team, scope, &is_mine));
        if (is_mine) {
            listed[count] = (struct listed){ &table.items[i],
                                             state_of(&look, &table.items[i]) };
            out->open += listed[count].state == ALERT_OPEN ? 1 : 0;
            count++;
        }
    }
    qsort(listed, count, sizeof *listed, compare_listed);
    out->count = count < limit ? count : limit;
    out->left_out = count - out->count;
    return fill_rows(&look, listed, arena, out);
}

struct counting {
    struct look look;
    size_t open;
    dp_err failed;
};

static bool count_open(const struct alert *alert, void *context)
{
    struct counting *counting = context;
    bool is_mine = false;
    if (state_of(&counting->look, alert) == ALERT_OPEN) {
        counting->failed = alert_team_is_within(counting->look.txn, alert->team,
                                                counting->look.scope, &is_mine);
        counting->open += is_mine ? 1 : 0;
    }
    return err_is_ok(counting->failed);
}

dp_err alert_count_open(const struct appliance *appliance, struct team_id scope, size_t *count)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    struct counting counting = { .failed = DP_SUCCESS };
    *count = 0;
    DP_TRY(store_read(appliance->office, &txn));
    DP_TRY(look_start(txn, scope, &counting.look));
    DP_TRY(alert_record_each(txn, count_open, &counting));
    *count = counting.open;
    return counting.failed;
}

/* ---- Was there one ---------------------------------------------------------------------- */

struct asking {
    struct store_txn *txn;
    struct team_id team;
    struct date from;
    struct date to;
    bool was;
    dp_err failed;
};

static bool ask(const struct alert *alert, void *context)
{
    struct asking *asking = context;
    bool is_beneath = false;
    bool is_above = false;
    if (date_is_before(alert->week, asking->from) || date_is_before(asking->to, alert->week)) {
        return true;
    }
    asking->failed = alert_team_is_within(asking->txn, alert->team, asking->team, &is_beneath);
    if (err_is_ok(asking->failed)) {
        asking->failed = alert_team_is_within(asking->txn, asking->team, alert->team,
                                              &is_above);
    }
    asking->was = is_beneath || is_above;
    return err_is_ok(asking->failed) && !asking->was;
}

dp_err alert_was_between(struct store_txn *office, struct team_id team, struct date from,
                         struct date to, bool *was)
{
    struct asking asking = { office, team, from, to, false, DP_SUCCESS };
    *was = false;
    DP_TRY(alert_record_each(office, ask, &asking));
    *was = asking.was;
    return asking.failed;
}

/* ---- Acknowledging ---------------------------------------------------------------------- */

struct taking_job {
    const struct alert_taking *taking;
    struct clock clock;
    struct dp_problem *problem;
};

static dp_err refuse(struct dp_problem *problem, enum dp_code code, const char *sentence)
{
    err_ignore(problem_set(problem, 0, 0, "%s", sentence)); /* the code says more */
    return err_make(code);
}

static dp_err check_note(struct str note, struct dp_problem *problem)
{
    if (!str_is_utf8(note)) {
        return refuse(problem, DP_NOT_UTF8, "the note is not UTF-8");
    }
    if (str_has_control(note, "")) {
        return refuse(problem, DP_INVALID, "the note may be one line only");
    }
    return str_code_points(note) <= ALERT_NOTE_CHARACTERS
               ? DP_SUCCESS
               : refuse(problem, DP_TOO_LONG, "the note is longer than 280 characters");
}

static dp_err check_taking(const struct look *look, const struct taking_job *job,
                           const struct alert_table *table, struct alert *alert)
{
    const struct alert_taking *taking = job->taking;
    dp_err found = alert_record_get(look->txn, taking->id, alert);
    if (err_is(found, DP_NOT_FOUND)) {
        return refuse(job->problem, DP_NOT_FOUND, "there is no alert of that number");
    }
    DP_TRY(found);
    enum alert_state state = state_of(look, alert);
    if (state == ALERT_ACKNOWLEDGED) {
        return refuse(job->problem, DP_CONFLICT, "that alert has been acknowledged already");
    }
    if (state == ALERT_PAST) {
        return refuse(job->problem, DP_CONFLICT,
                      "that alert is past: it stays listed and nobody has to acknowledge it");
    }
    struct date newest = alert_table_baseline(table, alert->team);
    if (taking->is_new_baseline && !date_is_before(newest, alert->week)) {
        return refuse(job->problem, DP_CONFLICT,
                      "a later baseline has been begun for this team already");
    }
    return DP_SUCCESS;
}

/* Open, of the same team, and earlier, or measured by the baseline that ends. */
static bool is_taken_with(const struct look *look, const struct alert *other,
                          const struct alert *taken)
{
    bool is_reached = taken->is_new_baseline || date_is_before(other->week, taken->week);
    return other->team.value == taken->team.value && other->id.value != taken->id.value &&
           state_of(look, other) == ALERT_OPEN && is_reached;
}

static dp_err audit(struct store_txn *txn, const struct taking_job *job,
                    const struct alert *alert)
{
    char week[WEEK_TEXT_MAX];
    struct team team = { 0 };
    date_week_text(alert->week, week);
    dp_err found = team_record_get(txn, alert->team, &team);
    if (!err_is_ok(found) && !err_is(found, DP_NOT_FOUND)) {
        return found;
    }
    return appliance_audit(txn, &job->clock, job->taking->actor, "alert.acknowledge",
                           "alert %u, %s, %s%s", alert->id.value, team.name, week,
                           alert->is_new_baseline ? ", new baseline" : "");
}

static dp_err acknowledge_job(struct store_txn *txn, void *context)
{
    const struct taking_job *job = context;
    const struct alert_taking *taking = job->taking;
    ALERT_TABLE_AUTO struct alert_table table = { 0 };
    struct alert alert;
    struct look look;
    DP_TRY(look_start(txn, taking->scope, &look));
    DP_TRY(alert_table_load(txn, &table));
    DP_TRY(check_taking(&look, job, &table, &alert));
    alert.acknowledged_s = clock_wall_s(&job->clock);
    alert.is_new_baseline = taking->is_new_baseline;
    if (!str_copy(str_of(taking->actor), alert.acknowledged_by, sizeof alert.acknowledged_by) ||
        !str_copy(taking->note, alert.note, sizeof alert.note)) {
        return err_make(DP_TOO_LONG);
    }
    DP_TRY(alert_record_put(txn, &alert));
    for (size_t i = 0; i < table.count; i++) {
        struct alert *other = &table.items[i];
        if (is_taken_with(&look, other, &alert)) {
            other->acknowledged_s = alert.acknowledged_s;
            memcpy(other->acknowledged_by, alert.acknowledged_by, sizeof alert.acknowledged_by);
            DP_TRY(alert_record_put(txn, other));
        }
    }
    return audit(txn, job, &alert);
}

dp_err alert_acknowledge(const struct appliance *appliance, const struct alert_taking *taking,
                         struct dp_problem *problem)
{
    struct taking_job job = { taking, appliance->clock, problem };
    if (taking->scope.value != TEAM_ROOT) {
        return refuse(problem, DP_FORBIDDEN, "only HR and admins acknowledge alerts");
    }
    DP_TRY(check_note(taking->note, problem));
    return store_write(appliance->office, acknowledge_job, &job);
}
