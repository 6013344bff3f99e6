/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What may be said: refusals, grades and verdicts of the link between two series.
 *
 * The procedures of this room give numbers; this module turns them into one of a few verdicts. The
 * sentence for each is in app/text, the machine name here is for JSON. The rules are a table
 * (`verdict_of_link`): too few periods, then the caps, then strong, moderate, hint, and for a
 * null either "would probably have shown" or "cannot tell yet". A grade never rests on p alone.
 *
 * A verdict that a page has shown is only renewed now and then (`verdict_is_due`), and it gets
 * better only when two renewals in a row agree (`verdict_renew`): looking again and again until
 * something shows is a test, too.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Why there is no number. A refusal is an answer, not an error. */
enum refusal {
    REFUSAL_NONE = 0,
    REFUSAL_TOO_FEW_PERIODS,
    REFUSAL_TOO_MANY_MISSING,
    REFUSAL_CONSTANT_SERIES,
    REFUSAL_BELOW_PRIVACY,
    REFUSAL_UNIT_MISMATCH,
    REFUSAL_NO_CONTROLS, /* fewer teams than the comparison needs */
    REFUSAL_WINDOW_TOO_SHORT,
    REFUSAL_COUNT
};

/** "too_few_periods" and so on; "" for REFUSAL_NONE. */
const char *refusal_name(enum refusal refusal);

enum grade { GRADE_NONE = 0, GRADE_HINT, GRADE_MODERATE, GRADE_STRONG, GRADE_COUNT };

/** "none", "early_hint", "moderate", "strong". */
const char *grade_name(enum grade grade);

enum verdict {
    VERDICT_REFUSED = 0,     /* the data do not allow the question: see the refusal */
    VERDICT_NOT_ENOUGH_DATA, /* fewer than 12 periods: needs_more says how many */
    VERDICT_CHART_ONLY,      /* 12 to 19 periods: draw both curves, say no number */
    VERDICT_LEADS,           /* engagement comes before the outcome, lag range all above 0 */
    VERDICT_LEADS_AGAINST,   /* the same, but better engagement went with a worse outcome */
    VERDICT_TOGETHER,        /* the lag range includes 0: which comes first cannot be told */
    VERDICT_FOLLOWS,         /* the outcome comes before engagement, lag range all below 0 */
    VERDICT_HINT,            /* may be chance; name no lag */
    VERDICT_NO_LINK,     /* none found, and a link of size mde_rho would probably have shown */
    VERDICT_CANNOT_TELL, /* none found, but none could have been: needs_more */
    VERDICT_COUNT
};

/** "leads", "together" and so on. */
const char *verdict_name(enum verdict verdict);

enum {
    LINK_PERIODS_CHART = 12,    /* below: no number at all */
    LINK_PERIODS_SCAN = 20,     /* below: chart only */
    LINK_PERIODS_MODERATE = 26, /* below: at most an early hint */
    LINK_PERIODS_STRONG = 40
};

/** All that a link's verdict rests on. Unknown numbers are NUMBER_NONE. */
struct link_evidence {
    enum refusal refusal;
    size_t periods; /* in which both series are known */
    size_t teams;   /* 1 for a single pair */
    size_t lags_tested;
    double p;
    double r;
    double ci_lo;
    double ci_hi;
    double mde_rho;
    int lag_lo;
    int lag_hi;
    bool is_same_series;      /* |r| = 1: no interval */
    bool rests_on_one_period; /* leaving one period out takes the evidence away */
    bool has_shared_shocks;   /* a panel too small to take company-wide shocks out */
    bool is_lower_better;     /* of the outcome */
};

struct link_verdict {
    enum verdict verdict;
    enum grade grade;
    bool is_against;   /* better engagement goes with a worse outcome, whichever comes first */
    size_t needs_more; /* periods; 0 unless the verdict asks for more data */
};

struct link_verdict verdict_of_link(const struct link_evidence *evidence);

/** How many more periods a scan over `lags_tested` lags needs to see r = 0.5, at least 4. */
size_t verdict_needs_more(size_t periods, size_t teams, size_t lags_tested);

enum { VERDICT_RENEWAL_DAYS = 28 };

/** A verdict as it stands on a page, with what the last renewal found. Zero means "never yet". */
struct shown_verdict {
    bool is_shown;
    enum grade grade;      /* on the page */
    enum grade last_found; /* by the last renewal */
    int64_t renewed_day;   /* days since any fixed date */
};

/** Whether it is time to look again: at once for the first, then every four weeks. */
bool verdict_is_due(const struct shown_verdict *shown, int64_t today);

/** Takes a renewal's grade in. The grade on the page falls at once, and rises only to what this
 * renewal and the one before it both reached. */
struct shown_verdict verdict_renew(const struct shown_verdict *shown, enum grade found,
                                   int64_t today);
