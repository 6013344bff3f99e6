/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Alerts: has a team's engagement index moved away from where it used to be? (statistics.md 4)
 *
 * Each evening the ISO weeks that are over are judged, each once, for every charted team. A week
 * with a day that is not counted yet is waited for, and so are all after it (app/privacy/settled.h):
 *
 *   charted        the organisation; a team that is a unit, or has some beneath it. Where one
 *                  child holds all of a team's units the child is charted and the team is not,
 *                  or the same would be said twice; the organisation goes before its child.
 *   baseline       the first 26 usable weeks of the series, with L = 3.5. From the 79th usable
 *                  week on it is the first 52 with L = 3.2, unless one of these 52 lay beyond
 *                  a limit, raised or not. So no week is judged by what came after it (watch.h).
 *   new baseline   HR may let the usual be counted anew from the week of an alert on; then 26
 *                  usable weeks must pass again.
 *   not again      the same move of a team is raised again after 8 weeks at the earliest; what
 *                  began as one unusual week and lasts is raised once more, as a drift. Coming
 *                  back to the usual is no alert.
 *   kept           an alert stays as it was shown, whatever later data or the number of teams
 *                  do to L, and a week is never judged again.
 *   open           until HR or an admin acknowledges it, for everybody; managers see alerts and
 *                  leave them as they are. But one that was found more than 8 weeks
 *                  after its week (an old history, a long standstill), or that is more than 52
 *                  weeks old, is past and no news.
 *
 * All figures are sums of released cells; what is hidden is missing and never guessed. A viewer
 * sees the alerts of teams within the own scope: TEAM_ROOT for admins and HR, the own subtree
 * for a manager.
 */

#include "app/core/arena.h"
#include "app/service/appliance/appliance.h"
#include "app/survey/people.h"
#include "storage/alert_record.h"

enum {
    ALERT_LIST_MAX = 5000,
    ALERT_OPEN_WEEKS = 52,     /* older ones are past */
    ALERT_NEWS_WEEKS = 8,      /* found later than that is past at once */
    ALERT_AGAIN_WEEKS = 8,     /* the same move is not told of again for so long */
    ALERT_CHART_WEEKS = 26,    /* of the small figure */
    ALERT_YEARS_PER_FALSE = 10 /* about one false alarm per team in so many years */
};

/** Judges the weeks that are over and not yet judged, and stores what they raise: a step of
 * nightly.h. Fails: DP_NO_MEMORY, DP_IO, DP_CORRUPT, DP_FULL. */
dp_err alert_refresh(const struct appliance *appliance);

enum alert_state { ALERT_OPEN, ALERT_ACKNOWLEDGED, ALERT_PAST };

struct alert_row {
    struct alert alert; /* team, week, kind, figures; by whom and when acknowledged */
    enum alert_state state;
    double size;     /* value - usual, in points of the index */
    struct str name; /* of the team */
    struct str path; /* "" for the whole organisation */
};

struct alert_list {
    const struct alert_row *rows; /* in the arena: open ones first, then the newest */
    size_t count;
    size_t open;     /* all of them, in the rows or not */
    size_t left_out; /* beyond what was asked for */
};

/** The alerts of the teams within the scope. Takes: `scope` as services_scope() gives it; the
 * most rows to give, 0 for ALERT_LIST_MAX. Fails: DP_NOT_FOUND (no such scope), DP_NO_MEMORY,
 * DP_IO, DP_CORRUPT. */
dp_err alert_list(const struct appliance *appliance, struct team_id scope, size_t rows_max,
                  struct arena *arena, struct alert_list *out);

/** How many are open within the scope, for navigation. Fails: as alert_list(). */
dp_err alert_count_open(const struct appliance *appliance, struct team_id scope, size_t *count);

/** Whether there was an alert of a team, of one above it or of one beneath it, in a week whose
 * Monday lies in from..to: whether a correction may have been started because of one. Takes the
 * office's snapshot, because a thread may have but one. Fails: DP_IO, DP_CORRUPT. */
dp_err alert_was_between(struct store_txn *office, struct team_id team, struct date from,
                         struct date to, bool *was);

/** How somebody takes an alert. */
struct alert_taking {
    struct alert_id id;
    struct team_id scope; /* of who acknowledges: TEAM_ROOT, or it is refused */
    const char *actor;
    struct str note;      /* may be empty; at most ALERT_NOTE_CHARACTERS */
    bool is_new_baseline; /* what is usual is counted anew from the alert's week on */
};

/** Acknowledges an alert, and with it the earlier open ones of the same team; with a new
 * baseline all open ones of the team, which were measured by the old one. Adds an audit entry.
 * What is acknowledged stays listed.
 * Fails, with a sentence: DP_FORBIDDEN (a scope other than TEAM_ROOT), DP_NOT_FOUND (no such
 * alert), DP_CONFLICT (acknowledged before; past, so that nobody has to; a later baseline was begun
 * before), DP_TOO_LONG, DP_INVALID and DP_NOT_UTF8 (the note), DP_IO, DP_FULL. */
dp_err alert_acknowledge(const struct appliance *appliance, const struct alert_taking *taking,
                         struct dp_problem *problem);

/** What a charted team's chart can say today. */
enum alert_watch {
    ALERT_WATCHED,
    ALERT_NEEDS_WEEKS, /* the baseline is not complete, or nothing came after it yet */
    ALERT_ADRIFT,      /* "this team's mood drifts slowly; alerts would mislead" */
    ALERT_STILL        /* the baseline shows no spread at all */
};

struct alert_team {
    struct team_id team;
    struct str name;
    struct str path; /* "" for the whole organisation */
    enum alert_watch watch;
    size_t usable;     /* weeks with a figure since the baseline's first */
    size_t needs_more; /* of ALERT_NEEDS_WEEKS: usable weeks until the first is judged */
    struct date baseline_first;
    bool is_new_baseline; /* begun by hand */
    double usual; /* the baseline's mean and interval; NUMBER_NONE before there is one */
    double usual_lo;
    double usual_hi;
};

struct alert_teams {
    const struct alert_team *rows; /* in the arena, by path */
    size_t count;
    size_t watched;
};

/** The charted teams within the scope. Fails: as alert_list(). */
dp_err alert_teams(const struct appliance *appliance, struct team_id scope, struct arena *arena,
                   struct alert_teams *out);

/** One week of the control chart, in points of the index; NUMBER_NONE where there is none. */
struct alert_chart_week {
    struct date monday;
    double index;
    double smoothed; /* E_t: the smoothed surprises */
    double limit;    /* the other limit is -limit */
    uint32_t n;      /* answers */
    bool is_shown;   /* the index is there */
    bool is_asked;
};

struct alert_chart {
    const struct alert_chart_week *weeks; /* the newest ALERT_CHART_WEEKS, in the arena */
    size_t count;
};

/** The chart behind an alert up to the newest week that is settled, measured by the baseline and
 * the L that raised it. Fails: DP_NOT_FOUND (no such team), DP_NO_MEMORY, DP_IO, DP_CORRUPT. */
dp_err alert_chart_of(const struct appliance *appliance, const struct alert *alert,
                      struct arena *arena, struct alert_chart *out);
