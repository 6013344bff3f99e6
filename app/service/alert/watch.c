/* SPDX-License-Identifier: MIT */
#include "app/service/alert/watch.h"

#include "app/core/mem.h"
#include "app/stats/number.h"

static void take_week(const struct ewma_chart *chart, size_t place, bool is_long,
                      struct watch_week *out)
{
    *out = (struct watch_week){ .smoothed = chart->ewma[place],
                                .limit = chart->limit[place],
                                .is_drift = chart->is_alarm[place],
                                .is_shock = chart->is_shock[place],
                                .is_long = is_long };
}

/* The place behind the wanted number of usable weeks; `weeks` when there are not so many. */
static size_t place_after(const double *index, size_t weeks, size_t wanted)
{
    size_t usable = 0;
    for (size_t t = 0; t < weeks; t++) {
        usable += number_is_known(index[t]) ? 1 : 0;
        if (usable == wanted) {
            return t + 1;
        }
    }
    return weeks;
}

static size_t first_usable(const double *index, size_t weeks)
{
    size_t first = 0;
    while (first < weeks && !number_is_known(index[first])) {
        first++;
    }
    return first;
}

/* Draws a chart and takes what it says of the weeks behind its baseline, from `from` on. */
static dp_err draw(const double *index, size_t weeks, size_t from,
                   struct watch_baseline *baseline, struct watch_week *out)
{
    struct ewma_options options = { .baseline = baseline->weeks,
                                    .limit = baseline->limit,
                                    .is_reset_after_alarm = true };
    MEM_AUTO double *ewma = mem_new(weeks + 1, sizeof *ewma);
    MEM_AUTO double *limit = mem_new(weeks + 1, sizeof *limit);
    MEM_AUTO bool *is_alarm = mem_new(weeks + 1, sizeof *is_alarm);
    MEM_AUTO bool *is_shock = mem_new(weeks + 1, sizeof *is_shock);
    if (ewma == NULL || limit == NULL || is_alarm == NULL || is_shock == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    struct ewma_chart chart = {
        .ewma = ewma, .limit = limit, .is_alarm = is_alarm, .is_shock = is_shock
    };
    ewma_watch(index, weeks, &options, &chart);
    baseline->first = first_usable(index, weeks);
    baseline->last = place_after(index, weeks, baseline->weeks) - 1;
    baseline->is_still = chart.is_refused;
    baseline->is_adrift = chart.is_adrift;
    if (chart.is_refused) {
        return DP_SUCCESS;
    }
    baseline->usual = ewma_usual(&chart.baseline, baseline->weeks);
    for (size_t t = from > chart.baseline.first ? from : chart.baseline.first; t < weeks; t++) {
        take_week(&chart, t - chart.baseline.first, baseline->weeks >= EWMA_BASELINE_LONG,
                  &out[t]);
    }
    return DP_SUCCESS;
}

static void clear_weeks(struct watch_week *weeks, size_t count)
{
    for (size_t t = 0; t < count; t++) {
        weeks[t] = (struct watch_week){ .smoothed = NUMBER_NONE, .limit = NUMBER_NONE };
    }
}

dp_err watch_chart(const double *index, size_t weeks, struct watch_baseline *baseline,
                   struct watch_week *out)
{
    clear_weeks(out, weeks);
    if (place_after(index, weeks, baseline->weeks) == weeks) {
        baseline->is_still = true; /* nothing lies behind the baseline any more */
        return DP_SUCCESS;
    }
    return draw(index, weeks, 0, baseline, out);
}

static bool has_flagged(const struct watch_week *weeks, size_t count)
{
    for (size_t t = 0; t < count; t++) {
        if (weeks[t].is_drift || weeks[t].is_shock) {
            return true;
        }
    }
    return false;
}

/* Lets the long chart judge from its take-over on, where it may. */
static dp_err watch_longer(const double *index, size_t weeks, double limit,
                           struct watch_week *out, struct watch *watch)
{
    struct watch_baseline *baseline = &watch->by_long;
    size_t built = place_after(index, weeks, EWMA_BASELINE_LONG);
    if (watch->usable <= WATCH_TAKEOVER || has_flagged(out, built)) {
        return DP_SUCCESS;
    }
    *baseline = (struct watch_baseline){ .weeks = EWMA_BASELINE_LONG, .limit = limit };
    DP_TRY(draw(index, weeks, place_after(index, weeks, WATCH_TAKEOVER), baseline, out));
    if (baseline->is_still) {
        *baseline = (struct watch_baseline){ 0 };
    }
    return DP_SUCCESS;
}

dp_err watch_series(const double *index, size_t weeks, size_t teams, struct watch_week *out,
                    struct watch *watch)
{
    *watch = (struct watch){ .first = first_usable(index, weeks) };
    clear_weeks(out, weeks);
    for (size_t t = 0; t < weeks; t++) {
        watch->usable += number_is_known(index[t]) ? 1 : 0;
    }
    if (watch->usable <= EWMA_BASELINE_MIN) {
        watch->needs_more = EWMA_BASELINE_MIN + 1 - watch->usable;
        return DP_SUCCESS;
    }
    watch->by_short.weeks = EWMA_BASELINE_MIN;
    watch->by_short.limit = ewma_default_limit(EWMA_BASELINE_MIN, teams);
    DP_TRY(draw(index, weeks, 0, &watch->by_short, out));
    return watch_longer(index, weeks, ewma_default_limit(EWMA_BASELINE_LONG, teams), out,
                        watch);
}

const struct watch_baseline *watch_baseline_of(const struct watch *watch)
{
    return watch->by_long.weeks > 0 ? &watch->by_long : &watch->by_short;
}
