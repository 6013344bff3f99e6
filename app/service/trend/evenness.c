/* SPDX-License-Identifier: MIT */
#include "app/service/trend/evenness.h"

#include <math.h>

#include "app/core/mem.h"
#include "app/privacy/month.h"
#include "app/service/trend/overview.h"
#include "app/stats/number.h"

enum { WEEK_DAYS = 7, DAYS = WEEK_DAYS * OVERVIEW_EVEN_WEEKS };

static struct date first_of(struct date monday)
{
    return date_add(monday, -WEEK_DAYS * (OVERVIEW_EVEN_WEEKS - 1));
}

/* One sum a group. */
static dp_err spread_of(const struct released_sum *sums, size_t count, struct spread *out)
{
    double squares = 0.0;
    double df = 0.0;
    MEM_AUTO double *means = mem_new(count + 1, sizeof *means);
    MEM_AUTO double *ses = mem_new(count + 1, sizeof *ses);
    if (means == NULL || ses == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < count; i++) {
        squares += sums[i].sd_squares;
        df += sums[i].sd_df;
    }
    double sd = df > 0.0 ? sqrt(squares / df) : NUMBER_NONE;
    for (size_t i = 0; i < count; i++) {
        means[i] = sums[i].n > 0 ? sums[i].mean : NUMBER_NONE;
        ses[i] = sums[i].n > 0 ? sd / sqrt((double)sums[i].n) : NUMBER_NONE;
    }
    *out = spread_between(means, ses, count);
    return DP_SUCCESS;
}

dp_err evenness_of_teams(const struct released *cells, struct team_id scope, struct date monday,
                         struct spread *out)
{
    size_t unit_count = 0;
    size_t count = 0;
    const struct unit *units = released_units(cells, &unit_count);
    MEM_AUTO struct released_subject *subjects = mem_new(unit_count + 1, sizeof *subjects);
    MEM_AUTO struct released_sum *sums = mem_new(unit_count * OVERVIEW_EVEN_WEEKS + 1,
                                                 sizeof *sums);
    if (subjects == NULL || sums == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = 0; i < unit_count; i++) {
        if (units[i].kind != UNIT_POOL && released_is_within(cells, &units[i], scope)) {
            subjects[count++].unit = units[i].id;
        }
    }
    DP_TRY(released_index_many(cells, subjects, count, first_of(monday), OVERVIEW_EVEN_WEEKS,
                               sums));
    for (size_t i = 0; i < count; i++) {
        struct released_sum all;
        month_sum(&sums[i * OVERVIEW_EVEN_WEEKS], OVERVIEW_EVEN_WEEKS, &all);
        sums[i] = all;
    }
    return spread_of(sums, count, out);
}

dp_err evenness_of_days(const struct released *cells, struct team_id scope, struct date monday,
                        struct spread *out)
{
    struct released_sum sums[DAYS];
    DP_TRY(released_index_days(cells, scope, first_of(monday), DAYS, sums));
    return spread_of(sums, DAYS, out);
}
