/* SPDX-License-Identifier: MIT */

/* Judging the weeks that are settled, each once, and keeping what they raise. */

#include <math.h>

#include "app/core/mem.h"
#include "app/privacy/settled.h"
#include "app/service/alert/alert.h"
#include "app/service/alert/alert_table.h"
#include "app/service/alert/charted.h"
#include "app/service/alert/watch.h"
#include "app/stats/series.h"
#include "storage/alert_judged_record.h"
#include "storage/sequence_record.h"

#define CONFIDENCE 0.95

/* As far as the smoothing reaches: (2 - lambda) / lambda weeks stand behind the sum. */
enum { WEEK_DAYS = 7, REACH_WEEKS = 9 };

/* One evening's judging. */
struct judging {
    const struct released *cells;
    struct charted_weeks weeks;
    struct date judged; /* Monday up to which all was judged before; days 0: nothing yet */
    size_t teams;       /* charted in all */
    struct alert_table known;
    struct alert_table found; /* without ids */
};

/* A week of a team. */
struct place {
    struct team_id team;
    size_t at;
};

/* What stands behind an alert: the weeks since..at of one team. */
struct stretch {
    const struct charted_series *series;
    size_t since;
    size_t at;
};

/* The weeks behind an alert: since when the index has likeliest been elsewhere, and no farther
 * back than the smoothing reaches. A shock's is its week alone. */
static struct stretch stretch_of(const struct charted_series *series, double usual,
                                 enum alert_kind kind, size_t at)
{
    bool is_below = kind == ALERT_DRIFT_BELOW;
    size_t since = ewma_step_start(series->index, at, usual, is_below, REACH_WEEKS);
    return (struct stretch){ series, kind == ALERT_SHOCK ? at : since, at };
}

/* The index over the stretch. Its interval is the wider of that over the answers and that over
 * the weekly means, as with days: the same people answer every week. */
static struct interval measure(const struct stretch *stretch, double *means,
                               struct alert *alert)
{
    struct mean_evidence evidence = { .mean = 0.0 };
    double squares = 0.0;
    for (size_t t = stretch->since; t <= stretch->at; t++) {
        const struct series_point *point = &stretch->series->points[t];
        if (number_is_known(stretch->series->index[t])) {
            double n = (double)point->n;
            evidence.n += n;
            evidence.mean += n * point->mean;
            squares += n * n * point->se * point->se;
            means[evidence.days++] = point->mean;
        }
    }
    evidence.mean /= evidence.n;
    evidence.sd = sqrt(squares / evidence.n);
    evidence.sd_df = evidence.n - 1.0;
    evidence.sd_days = series_summarise(means, evidence.days).sd;
    alert->weeks = (uint32_t)evidence.days;
    alert->n = (uint32_t)evidence.n;
    return interval_mean(&evidence, CONFIDENCE);
}

static void fill_value(const struct stretch *stretch, double *means, struct alert *alert)
{
    struct interval value = measure(stretch, means, alert);
    alert->since = stretch->series->points[stretch->since].start;
    alert->value = value.value;
    alert->has_interval = number_is_known(value.lo) && number_is_known(value.hi);
    if (alert->has_interval) {
        alert->value_lo = value.lo;
        alert->value_hi = value.hi;
    }
}

/* The last week with a figure before `at`; `at` itself when there is none. */
static size_t week_before(const struct charted_series *series, size_t at)
{
    for (size_t t = at; t-- > 0;) {
        if (number_is_known(series->index[t])) {
            return t;
        }
    }
    return at;
}

/* One week off is a shock; where the week before was off already, something lasts. */
static enum alert_kind kind_of(const struct watch_week *week, const struct watch_week *before)
{
    bool is_second = before->is_drift || before->is_shock;
    if (week->is_shock && !(is_second && week->is_drift)) {
        return ALERT_SHOCK;
    }
    return week->smoothed < 0.0 ? ALERT_DRIFT_BELOW : ALERT_DRIFT_ABOVE;
}

static bool is_below(const struct alert *alert)
{
    return alert->value < alert->usual;
}

/* Coming back from afar surprises, too, but it is no moving away: a shock, or a turn right after
 * another alarm, has to end farther from the usual than it began, and a drift where even the
 * usual's interval does not reach. */
static bool is_away(const struct alert *alert, double before, bool is_turn, double now)
{
    if (alert->kind == ALERT_SHOCK || is_turn) {
        return fabs(now - alert->usual) > fabs(before - alert->usual);
    }
    return alert->kind == ALERT_DRIFT_BELOW ? alert->value < alert->usual_lo
                                            : alert->value > alert->usual_hi;
}

/* The week before was off to the other side. */
static bool is_turn(const struct watch_week *week, const struct watch_week *before)
{
    return (before->is_drift || before->is_shock) &&
           (before->smoothed < 0.0) != (week->smoothed < 0.0);
}

static bool has_told(const struct alert_table *table, const struct alert *alert)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct alert *other = &table->items[i];
        int32_t weeks = (alert->week.days - other->week.days) / WEEK_DAYS;
        bool is_recent = weeks > 0 && weeks <= ALERT_AGAIN_WEEKS;
        bool says_it = other->kind != ALERT_SHOCK || alert->kind == ALERT_SHOCK;
        if (other->team.value == alert->team.value && is_recent && says_it &&
            is_below(other) == is_below(alert)) {
            return true;
        }
    }
    return false;
}

static struct alert describe(const struct judging *judging,
                             const struct watch_baseline *baseline,
                             const struct charted_series *series, size_t at)
{
    struct date week = series->points[at].start;
    int32_t late = (charted_last(&judging->weeks).days - week.days) / WEEK_DAYS;
    return (struct alert){ .week = week,
                           .usual = baseline->usual.value,
                           .usual_lo = baseline->usual.lo,
                           .usual_hi = baseline->usual.hi,
                           .baseline_first = series->points[baseline->first].start,
                           .baseline_last = series->points[baseline->last].start,
                           .baseline_weeks = (uint32_t)baseline->weeks,
                           .limit = baseline->limit,
                           .is_past = late >= ALERT_NEWS_WEEKS };
}

/* Adds what the week raises, unless it was told of a short while ago. */
static dp_err judge_week(struct judging *judging, const struct watch *watch,
                         const struct charted_series *series, const struct watch_week *weeks,
                         struct place place)
{
    MEM_AUTO double *means = mem_new(REACH_WEEKS, sizeof *means);
    if (means == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    const struct watch_week *week = &weeks[place.at];
    struct alert alert = describe(judging, week->is_long ? &watch->by_long : &watch->by_short,
                                  series, place.at);
    alert.team = place.team;
    size_t before = week_before(series, place.at);
    alert.kind = kind_of(week, &weeks[before]);
    struct stretch stretch = stretch_of(series, alert.usual, alert.kind, place.at);
    fill_value(&stretch, means, &alert);
    bool is_news = is_away(&alert, series->index[before], is_turn(week, &weeks[before]),
                           series->index[place.at]) &&
                   !has_told(&judging->known, &alert) && !has_told(&judging->found, &alert);
    return is_news ? alert_table_add(&judging->found, &alert) : DP_SUCCESS;
}

static dp_err judge_team(struct judging *judging, struct team_id team,
                         struct charted_series *series, struct watch_week *weeks)
{
    struct watch watch;
    size_t count = judging->weeks.count;
    struct date from = alert_table_baseline(&judging->known, team);
    DP_TRY(charted_read(judging->cells, team, &judging->weeks, from, series));
    DP_TRY(watch_series(series->index, count, judging->teams, weeks, &watch));
    for (size_t t = 0; t < count; t++) {
        bool is_new = date_is_before(judging->judged, series->points[t].start);
        if (is_new && (weeks[t].is_drift || weeks[t].is_shock)) {
            DP_TRY(judge_week(judging, &watch, series, weeks, (struct place){ team, t }));
        }
    }
    return DP_SUCCESS;
}

static dp_err judge_all(struct judging *judging)
{
    MEM_AUTO struct team_id *teams = NULL;
    CHARTED_SERIES_AUTO struct charted_series series = { 0 };
    MEM_AUTO struct watch_week *weeks = mem_new(judging->weeks.count, sizeof *weeks);
    if (weeks == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(charted_series_take(&judging->weeks, &series));
    DP_TRY(charted_teams(judging->cells, &teams, &judging->teams));
    for (size_t i = 0; i < judging->teams; i++) {
        DP_TRY(judge_team(judging, teams[i], &series, weeks));
    }
    return DP_SUCCESS;
}

/* ---- Keeping ---------------------------------------------------------------------------- */

static dp_err read_judged(struct store_txn *office, struct date *judged)
{
    *judged = (struct date){ 0 };
    dp_err found = alert_judged_record_get(office, judged);
    return err_is(found, DP_NOT_FOUND) ? DP_SUCCESS : found;
}

/* Another process may have judged the same weeks meanwhile: what it kept stands. */
static dp_err keep_job(struct store_txn *txn, void *context)
{
    struct judging *judging = context;
    struct date last = charted_last(&judging->weeks);
    struct date judged;
    DP_TRY(read_judged(txn, &judged));
    for (size_t i = 0; i < judging->found.count; i++) {
        struct alert *alert = &judging->found.items[i];
        uint64_t id = 0;
        if (date_is_before(judged, alert->week)) {
            DP_TRY(sequence_record_next(txn, SEQUENCE_ALERT, &id));
            alert->id.value = (uint32_t)id;
            DP_TRY(alert_record_put(txn, alert));
        }
    }
    return date_is_before(judged, last) ? alert_judged_record_put(txn, last) : DP_SUCCESS;
}

static dp_err load(const struct appliance *appliance, struct judging *judging)
{
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    DP_TRY(read_judged(txn, &judging->judged));
    return alert_table_load(txn, &judging->known);
}

/* False when there is no week that was not judged before. */
static dp_err judge(const struct appliance *appliance, struct judging *judging, bool *has_new)
{
    RELEASED_AUTO struct released *cells = NULL;
    struct date until;
    DP_TRY(load(appliance, judging));
    DP_TRY(settled_until(&appliance->folder, appliance_today(appliance), &until));
    DP_TRY(released_open(appliance->office, appliance->results, &cells));
    DP_TRY(charted_weeks(cells, until, &judging->weeks));
    *has_new = judging->weeks.count > 0 &&
               date_is_before(judging->judged, charted_last(&judging->weeks));
    if (!*has_new) {
        return DP_SUCCESS;
    }
    judging->cells = cells;
    dp_err judged = judge_all(judging);
    judging->cells = NULL;
    return judged;
}

dp_err alert_refresh(const struct appliance *appliance)
{
    struct judging judging = { 0 };
    bool has_new = false;
    dp_err done = judge(appliance, &judging, &has_new);
    if (err_is_ok(done) && has_new) {
        done = store_write(appliance->office, keep_job, &judging);
    }
    alert_table_free(&judging.known);
    alert_table_free(&judging.found);
    return done;
}
