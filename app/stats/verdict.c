/* SPDX-License-Identifier: MIT */
#include "app/stats/verdict.h"

#include <math.h>

#include "app/stats/dist.h"

const char *refusal_name(enum refusal refusal)
{
    switch (refusal) {
    case REFUSAL_NONE:
        return "";
    case REFUSAL_TOO_FEW_PERIODS:
        return "too_few_periods";
    case REFUSAL_TOO_MANY_MISSING:
        return "too_many_missing";
    case REFUSAL_CONSTANT_SERIES:
        return "constant_series";
    case REFUSAL_BELOW_PRIVACY:
        return "below_privacy";
    case REFUSAL_UNIT_MISMATCH:
        return "unit_mismatch";
    case REFUSAL_NO_CONTROLS:
        return "no_controls";
    case REFUSAL_WINDOW_TOO_SHORT:
        return "window_too_short";
    case REFUSAL_COUNT:
        break;
    }
    return "";
}

const char *grade_name(enum grade grade)
{
    switch (grade) {
    case GRADE_NONE:
        return "none";
    case GRADE_HINT:
        return "early_hint";
    case GRADE_MODERATE:
        return "moderate";
    case GRADE_STRONG:
        return "strong";
    case GRADE_COUNT:
        break;
    }
    return "";
}

const char *verdict_name(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_REFUSED:
        return "refused";
    case VERDICT_NOT_ENOUGH_DATA:
        return "not_enough_data";
    case VERDICT_CHART_ONLY:
        return "chart_only";
    case VERDICT_LEADS:
        return "leads";
    case VERDICT_LEADS_AGAINST:
        return "leads_against";
    case VERDICT_TOGETHER:
        return "together";
    case VERDICT_FOLLOWS:
        return "follows";
    case VERDICT_HINT:
        return "hint";
    case VERDICT_NO_LINK:
        return "no_link";
    case VERDICT_CANNOT_TELL:
        return "cannot_tell";
    case VERDICT_COUNT:
        break;
    }
    return "";
}

/* Normal quantile of 80 %: the power for which "would probably have shown" stands. */
static const double POWER_Z = 0.8416;
static const double LINK_WORTH_SEEING = 0.5;
enum { LINK_FILTER_LOSS = 4, NEEDS_MORE_MIN = 4 };

size_t verdict_needs_more(size_t periods, size_t teams, size_t lags_tested)
{
    double each = 1.0 - pow(0.95, 1.0 / (double)lags_tested);
    double z = dist_normal_quantile(1.0 - 0.5 * each);
    double ratio = (z + POWER_Z) / atanh(LINK_WORTH_SEEING);
    double required = ceil(3.0 + ratio * ratio / (double)teams) + LINK_FILTER_LOSS;
    double more = fmax(LINK_PERIODS_SCAN, required) - (double)periods;
    return (size_t)fmax(NEEDS_MORE_MIN, more);
}

static enum grade grade_of_link(const struct link_evidence *e)
{
    if (!(e->p <= 0.10)) {
        return GRADE_NONE;
    }
    if (e->p > 0.05 || e->periods < LINK_PERIODS_MODERATE || e->rests_on_one_period) {
        return GRADE_HINT;
    }
    if (e->p > 0.01 || e->periods < LINK_PERIODS_STRONG || e->has_shared_shocks) {
        return GRADE_MODERATE;
    }
    double nearest_zero = e->r > 0.0 ? e->ci_lo : -e->ci_hi;
    return e->is_same_series || nearest_zero >= 0.2 ? GRADE_STRONG : GRADE_MODERATE;
}

static enum verdict verdict_by_lag(const struct link_evidence *e, bool is_against)
{
    if (e->lag_lo > 0) {
        return is_against ? VERDICT_LEADS_AGAINST : VERDICT_LEADS;
    }
    return e->lag_hi < 0 ? VERDICT_FOLLOWS : VERDICT_TOGETHER;
}

struct link_verdict verdict_of_link(const struct link_evidence *e)
{
    struct link_verdict out = { .verdict = VERDICT_REFUSED, .grade = GRADE_NONE };
    if (e->refusal == REFUSAL_TOO_FEW_PERIODS) {
        bool has_chart = e->periods >= LINK_PERIODS_CHART;
        out.verdict = has_chart ? VERDICT_CHART_ONLY : VERDICT_NOT_ENOUGH_DATA;
        out.needs_more = verdict_needs_more(e->periods, e->teams, e->lags_tested);
        return out;
    }
    if (e->refusal != REFUSAL_NONE) {
        return out;
    }
    out.grade = grade_of_link(e);
    if (out.grade >= GRADE_MODERATE) {
        out.is_against = (e->r < 0.0) != e->is_lower_better;
        out.verdict = verdict_by_lag(e, out.is_against);
        return out;
    }
    if (out.grade == GRADE_HINT) {
        out.verdict = VERDICT_HINT;
        return out;
    }
    if (e->mde_rho <= LINK_WORTH_SEEING) {
        out.verdict = VERDICT_NO_LINK;
        return out;
    }
    out.verdict = VERDICT_CANNOT_TELL;
    out.needs_more = verdict_needs_more(e->periods, e->teams, e->lags_tested);
    return out;
}

bool verdict_is_due(const struct shown_verdict *shown, int64_t today)
{
    return !shown->is_shown || today - shown->renewed_day >= VERDICT_RENEWAL_DAYS;
}

struct shown_verdict verdict_renew(const struct shown_verdict *shown, enum grade found,
                                   int64_t today)
{
    struct shown_verdict next = { .is_shown = true, .grade = found, .last_found = found };
    next.renewed_day = today;
    if (shown->is_shown && found > shown->grade) {
        enum grade agreed = found < shown->last_found ? found : shown->last_found;
        next.grade = agreed > shown->grade ? agreed : shown->grade;
    }
    return next;
}
