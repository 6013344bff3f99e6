/* SPDX-License-Identifier: MIT */

/* What the charts say today: which teams are watched, and the curve behind an alert. */

#include <stdlib.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/privacy/settled.h"
#include "app/service/alert/alert.h"
#include "app/service/alert/alert_table.h"
#include "app/service/alert/charted.h"
#include "app/service/alert/watch.h"

/* One look at all charts. */
struct look {
    struct date until; /* settled */
    const struct released *cells;
    const struct team *teams;
    size_t team_count;
    struct alert_table known;
    struct charted_weeks weeks;
    struct charted_series series;
    struct watch_week *judged;
};

static void look_end(struct look *look)
{
    alert_table_free(&look->known);
    charted_series_free(&look->series);
    mem_free(look->judged);
}
#define LOOK_AUTO __attribute__((cleanup(look_end)))

static dp_err look_start(const struct released *cells, struct look *look)
{
    look->cells = cells;
    look->teams = released_teams(cells, &look->team_count);
    DP_TRY(charted_weeks(cells, look->until, &look->weeks));
    DP_TRY(charted_series_take(&look->weeks, &look->series));
    look->judged = mem_new(look->weeks.count + 1, sizeof *look->judged);
    return err_make(look->judged == NULL ? DP_NO_MEMORY : DP_OK);
}

/* What is to be known before the figures are opened. */
static dp_err look_ahead(const struct appliance *appliance, struct look *look)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(settled_until(&appliance->folder, appliance_today(appliance), &look->until));
    DP_TRY(store_read(appliance->office, &txn));
    return alert_table_load(txn, &look->known);
}

static enum alert_watch watch_of(const struct watch *watch)
{
    const struct watch_baseline *baseline = watch_baseline_of(watch);
    if (watch->needs_more > 0) {
        return ALERT_NEEDS_WEEKS;
    }
    if (baseline->is_still) {
        return ALERT_STILL;
    }
    return baseline->is_adrift ? ALERT_ADRIFT : ALERT_WATCHED;
}

static dp_err fill_team(struct look *look, struct team_id id, size_t charted,
                        struct arena *arena, struct alert_team *row)
{
    char path[PATH_NAME_MAX];
    struct watch watch;
    const struct team *team = people_find_team(look->teams, look->team_count, id);
    struct date from = alert_table_baseline(&look->known, id);
    DP_TRY(people_path(look->teams, look->team_count, id, path));
    DP_TRY(charted_read(look->cells, id, &look->weeks, from, &look->series));
    DP_TRY(watch_series(look->series.index, look->weeks.count, charted, look->judged, &watch));
    const struct watch_baseline *baseline = watch_baseline_of(&watch);
    bool has_usual = watch.needs_more == 0 && !baseline->is_still;
    *row = (struct alert_team){
        .team = id,
        .name = arena_copy(arena, str_of(team->name)),
        .path = arena_copy(arena, str_of(path)),
        .watch = watch_of(&watch),
        .usable = watch.usable,
        .needs_more = watch.needs_more,
        .is_new_baseline = from.days != 0,
        .usual = has_usual ? baseline->usual.value : NUMBER_NONE,
        .usual_lo = has_usual ? baseline->usual.lo : NUMBER_NONE,
        .usual_hi = has_usual ? baseline->usual.hi : NUMBER_NONE,
    };
    row->baseline_first = watch.usable > 0 ? look->series.points[watch.first].start : from;
    return arena_finish(arena);
}

static int compare_teams(const void *a, const void *b)
{
    const struct alert_team *one = a;
    const struct alert_team *other = b;
    int order = str_compare(one->path, other->path);
    return order != 0 ? order : (one->team.value < other->team.value ? -1 : 1);
}

static dp_err list_teams(struct look *look, struct team_id scope, struct arena *arena,
                         struct alert_teams *out)
{
    MEM_AUTO struct team_id *ids = NULL;
    size_t charted = 0;
    DP_TRY(charted_teams(look->cells, &ids, &charted));
    struct alert_team *rows = arena_take(arena, charted + 1, sizeof *rows);
    if (rows == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < charted; i++) {
        if (!people_is_within(look->teams, look->team_count, ids[i], scope)) {
            continue;
        }
        struct alert_team *row = &rows[out->count++];
        DP_TRY(fill_team(look, ids[i], charted, arena, row));
        out->watched += row->watch == ALERT_WATCHED ? 1 : 0;
    }
    qsort(rows, out->count, sizeof *rows, compare_teams);
    out->rows = rows;
    return DP_SUCCESS;
}

dp_err alert_teams(const struct appliance *appliance, struct team_id scope, struct arena *arena,
                   struct alert_teams *out)
{
    RELEASED_AUTO struct released *cells = NULL;
    LOOK_AUTO struct look look = { 0 };
    *out = (struct alert_teams){ 0 };
    DP_TRY(look_ahead(appliance, &look));
    DP_TRY(released_open(appliance->office, appliance->results, &cells));
    DP_TRY(look_start(cells, &look));
    if (people_find_team(look.teams, look.team_count, scope) == NULL) {
        return err_make(DP_NOT_FOUND);
    }
    return list_teams(&look, scope, arena, out);
}

/* ---- The chart behind an alert ---------------------------------------------------------- */

static dp_err copy_chart(const struct look *look, struct arena *arena, struct alert_chart *out)
{
    size_t all = look->weeks.count;
    size_t count = all < ALERT_CHART_WEEKS ? all : ALERT_CHART_WEEKS;
    struct alert_chart_week *weeks = arena_take(arena, count + 1, sizeof *weeks);
    if (weeks == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < count; i++) {
        size_t t = all - count + i;
        const struct watch_week *judged = &look->judged[t];
        const struct series_point *point = &look->series.points[t];
        weeks[i] = (struct alert_chart_week){ .monday = point->start,
                                              .n = point->n,
                                              .is_shown = point->is_shown,
                                              .is_asked = point->is_asked,
                                              .index = look->series.index[t],
                                              .smoothed = judged->smoothed,
                                              .limit = judged->limit };
    }
    out->weeks = weeks;
    out->count = count;
    return DP_SUCCESS;
}

dp_err alert_chart_of(const struct appliance *appliance, const struct alert *alert,
                      struct arena *arena, struct alert_chart *out)
{
    RELEASED_AUTO struct released *cells = NULL;
    LOOK_AUTO struct look look = { 0 };
    struct watch_baseline baseline = { .weeks = alert->baseline_weeks, .limit = alert->limit };
    *out = (struct alert_chart){ 0 };
    DP_TRY(look_ahead(appliance, &look));
    DP_TRY(released_open(appliance->office, appliance->results, &cells));
    DP_TRY(look_start(cells, &look));
    DP_TRY(charted_read(cells, alert->team, &look.weeks, alert->baseline_first, &look.series));
    DP_TRY(watch_chart(look.series.index, look.weeks.count, &baseline, look.judged));
    return copy_chart(&look, arena, out);
}
