/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Does engagement come before an outcome? Joins the engagement index with imported outcomes and asks
 * app/stats (statistics.md 5, 6).
 *
 * The unit is the coarser of week and outcome period: daily values become weekly means weighted by
 * n, monthly ones meet the index averaged over the same months. Outcome points with n below 5 are
 * left out, and so is a team above other teams with outcomes. Outcomes of three teams or more are
 * compared within teams; fewer are joined into one pair; an outcome of the whole organisation meets
 * the whole organisation's index.
 *
 * Looking again and again is a test too: the first verdict of a pair is given at once, later ones at
 * most every four weeks, and a grade rises only when two looks agree. What was seen then is stored
 * (verdict_record) with a fingerprint of the data behind it; new weeks wait for the next look, and so
 * do old figures that an import corrected, which the answer says. Only where an import was undone, so
 * that no verdict could be given, there is none at once; importing it again does not start anew.
 */

#include "app/core/arena.h"
#include "app/core/json.h"
#include "app/service/appliance/appliance.h"
#include "app/stats/lagscan.h"
#include "app/survey/metric.h"
#include "storage/primary_record.h"

enum { LINK_PAIRS_MAX = 256, LINK_TEAMS_MAX = 2000 };

/** An outcome that can be linked: a metric as one source measured it. */
struct link_pair {
    struct metric metric;
    char source[CODE_MAX];
    enum period_kind period_kind; /* the finest that it was imported in */
    bool has_teams;               /* values of single teams */
    size_t points;
    struct date first;
    struct date last;
};

/** One period of the two curves, over all teams that count. */
struct link_point {
    struct date start;
    double engagement; /* NUMBER_NONE where missing */
    double outcome;
    uint64_t answers;   /* behind `engagement` */
    uint64_t outcome_n; /* behind `outcome`; 0 if it was not given */
};

/** A team that has outcomes. */
struct link_team {
    char name[NAME_MAX_BYTES];
    bool is_compared; /* it has figures that may be shown, enough of them to count */
    double r;         /* of a panel: at the best lag; NUMBER_NONE where there is none */
    double ci_lo;     /* as wide as having looked at all lags asks for */
    double ci_hi;
    size_t pairs;
};

/** The answer to the open question that was asked in advance (primary.h). */
struct link_primary {
    struct primary_question question;
    enum lag_unit unit;
    struct lagscan_result scan; /* of that one lag; grade and verdict are the ones to show */
    bool is_verdict;
    bool is_changed; /* figures behind it were corrected since */
    uint64_t answers;
    struct date looked;
    struct date next_look;
};

struct link_answer {
    struct link_pair pair;
    enum lag_unit unit;
    bool is_panel;
    bool has_sizes;             /* the outcome came with its n */
    struct lagscan_result scan; /* its grade and verdict are the ones to show */
    bool is_changed;            /* figures behind it were corrected since */
    bool is_held_back; /* it found more than its grade says: not to be drawn lag by lag */
    size_t links_examined;
    uint64_t answers;   /* behind the engagement series */
    struct date looked; /* when this look was taken */
    struct date next_look;
    struct link_point *points; /* in the arena; of the teams compared */
    size_t point_count;
    struct link_team
        *teams; /* in the arena, by name; none for the whole organisation's outcomes */
    size_t team_count;
    bool has_primary; /* the open question is about this pair: */
    struct link_primary primary;
};

/** A pair in the list of all, as it was last looked at. */
struct link_entry {
    struct link_pair pair;
    bool has_primary;
    enum lag_unit unit;
    struct lagscan_result scan;
    bool is_changed; /* figures behind it were corrected since */
    struct date looked;
    struct date next_look;
};

/** A metric by its code; one that is not described any more is called by it. Fails: as store_get(). */
dp_err link_metric(struct store_txn *txn, struct str code, struct metric *out);

/** All pairs, by metric and source, in the arena. */
dp_err link_pairs(const struct appliance *appliance, struct arena *arena,
                  const struct link_pair **pairs, size_t *count);

/** All pairs with what may be said of each today, in the arena: the one that was asked about in advance
 * first, then by grade, then by name. Stores nothing. Fails: DP_NO_MEMORY, DP_IO, DP_CORRUPT. */
dp_err link_list(const struct appliance *appliance, enum language language, struct arena *arena,
                 const struct link_entry **entries, size_t *count);

/** The answer for one pair as it may be shown today. Stores nothing.
 * Takes: source may be empty: the first of the metric.
 * Fails: DP_NOT_FOUND (no outcome of that name was imported), DP_NO_MEMORY, DP_IO. */
dp_err link_look(const struct appliance *appliance, struct str metric, struct str source,
                 struct arena *arena, struct link_answer *answer);

/** How many pairs of an outcome and the index or a theme have a verdict. Fails: DP_IO, DP_CORRUPT. */
dp_err link_examined(const struct appliance *appliance, size_t *count);

/** Takes the looks that are due and stores them; called after an import and each evening. */
dp_err link_refresh(const struct appliance *appliance);

/** The JSON of statistics.md 8. */
void link_json(const struct link_answer *answer, struct json_writer *json);
