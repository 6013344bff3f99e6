/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Course corrections as experiments: registered with what is expected before it can be known,
 * and measured afterwards for engagement, themes and outcomes alike (statistics.md 7).
 *
 * A series' effect is measured against comparison teams where there are enough of them
 * (difference in differences), else against the corrected teams' own earlier course (interrupted
 * time series). The teams compared are those of the series: reporting units for engagement, pools
 * and daily units for themes, the teams that values were imported for with outcomes. A team counts
 * as corrected if it lies wholly beneath a corrected team, as a comparison if it shares nobody with
 * one and had no correction of its own in the window; all others are left out. What a corrected
 * team showed before or after another correction of its own is left out, and so is the week of
 * the start.
 *
 * What is read beside the expected series is corrected for having looked at many
 * (Benjamini-Hochberg over all series of the report); so is the expected one if it was entered
 * afterwards. Nothing is ever deleted: an entry made by mistake is withdrawn, with a reason, and
 * stays in the list.
 */

#include "app/core/arena.h"
#include "app/core/json.h"
#include "app/service/appliance/appliance.h"
#include "app/stats/did.h"
#include "app/stats/its.h"
#include "app/stats/lagscan.h"
#include "app/survey/metric.h"
#include "app/survey/question.h"
#include "app/text/correction_text.h"
#include "storage/correction_record.h"

enum {
    CORRECTION_LIST_MAX = 1000,
    CORRECTION_EFFECTS_MAX = 64, /* series of one report; it counts those beyond */
};

/** Registers a correction; id, time and actor are filled in and an entry is appended to the
 * audit chain. Fails, with a sentence: DP_INVALID (no title or one with a line break, other
 * control characters, a team named twice or beneath another one named, a theme or metric that
 * is not known), DP_TOO_LONG (title or text), DP_NOT_FOUND (no such team), DP_OUT_OF_RANGE (a
 * start before the programme or more than a year ahead), DP_FULL. */
dp_err correction_add(const struct appliance *appliance, struct correction *correction,
                      const char *actor, struct dp_problem *problem);

/** Marks an entry as made by mistake. Fails: DP_NOT_FOUND, DP_INVALID (no reason, or
 * more than a line of plain text), DP_CONFLICT (withdrawn already), DP_TOO_LONG (the reason). */
dp_err correction_withdraw(const struct appliance *appliance, struct correction_id id,
                           struct str why, const char *actor, struct dp_problem *problem);

/** Whether a correction has people in common with a team and what is beneath it. Takes: all teams,
 * by id. */
bool correction_touches(const struct team *teams, size_t count,
                        const struct correction *correction, struct team_id team);

/** The corrections that touch the scope's part of the tree, newest start first, in the arena.
 * */
dp_err correction_list(const struct appliance *appliance, struct team_id scope,
                       struct arena *arena, const struct correction **list, size_t *count);

/** The series that an effect is measured on. */
struct correction_series {
    enum correction_target target;
    enum theme theme;      /* of CORRECTION_ON_THEME */
    struct metric metric;  /* of CORRECTION_ON_OUTCOME */
    char source[CODE_MAX]; /* of CORRECTION_ON_OUTCOME */
};

enum correction_design {
    CORRECTION_AGAINST_TEAMS,  /* difference in differences */
    CORRECTION_AGAINST_ITSELF, /* interrupted time series */
};

/** A mean over a window, with its 95 % interval over periods; no test. */
struct correction_bar {
    double mean;
    double lo;
    double hi;
    size_t periods;
};

/** One period of the curves: weighted means over the teams. NUMBER_NONE where missing. */
struct correction_point {
    struct date start;
    double corrected;
    double comparison;
};

/** What happened to one series. Numbers that are not defined are NUMBER_NONE. */
struct correction_effect {
    struct correction_series series;
    bool is_expected; /* the one named at registration */
    enum lag_unit unit;
    enum correction_design design;
    enum refusal refusal;
    bool has_no_figures; /* of the corrected teams alone: that is why it is refused */
    size_t needs_more;   /* periods until the window is long enough; 0 unless it is too early */
    struct correction_id in_the_way; /* another one of these teams, so close that the window */
    struct str in_the_way_title;     /* stays too short for good; 0 if there is none */
    enum effect_verdict verdict;
    enum grade grade;    /* after paying for many looks */
    bool is_as_expected; /* changed, and in the direction that was named */
    double estimate;     /* in the series' units */
    double lo;
    double hi;
    double mde;
    double q; /* adjusted p; never on a page */
    bool has_response_moved; /* by more than 15 points: who answered changed as well */
    size_t corrected_teams;
    size_t comparison_teams;
    struct correction_bar corrected_before;
    struct correction_bar corrected_after;
    struct correction_bar comparison_before; /* of CORRECTION_AGAINST_TEAMS */
    struct correction_bar comparison_after;
    struct did_result did; /* of CORRECTION_AGAINST_TEAMS, for detail and JSON */
    struct its_result its; /* of CORRECTION_AGAINST_ITSELF */
    const struct correction_point *points; /* none in a list */
    size_t point_count;
    size_t first_after; /* the point of the week of the start */
};

/** All that may be said of a correction today. */
struct correction_report {
    struct correction correction;
    const struct str *team_codes;      /* of correction.teams, team_count of them */
    bool is_afterwards;                /* entered more than four weeks after its start */
    const struct correction *together; /* others within six weeks in one of its teams: */
    size_t together_count;             /* one assessment, they can't be told apart; a list only
                                        * counts them */
    struct date first_start;           /* of all assessed together, else its own; */
    struct date last_start;            /* the weeks from one to the other are left out */
    bool is_of_list; /* of correction_overview(): not clear means beside other entries */
    size_t alert_weeks_dropped;        /* before the start, because an alert had set it off */
    const struct correction_effect
        *effects;        /* the expected one first, then index, themes, outcomes */
    size_t effect_count; /* 0 only for a withdrawn entry; at most CORRECTION_EFFECTS_MAX */
    size_t series_left_out; /* that there was no room to measure: the last outcomes */
};

/** Measures. For those who may see the whole organisation: comparison teams lie anywhere.
 * Fails: DP_NOT_FOUND, DP_NO_MEMORY, DP_IO, DP_CORRUPT. */
dp_err correction_report_of(const struct appliance *appliance, struct correction_id id,
                            struct arena *arena, struct correction_report *out);

/** The effect in the form that app/text/correction_text.h words. Points into the effect. */
struct correction_words correction_words(const struct correction_report *report,
                                         const struct correction_effect *effect);

/** What a correction was expected to do, for correction_text_expected(). `metric` is room for
 * one, and gets the metric's name if it has one. Fails: DP_IO, DP_CORRUPT. */
dp_err correction_subject(const struct appliance *appliance,
                          const struct correction *correction, struct metric *metric,
                          struct correction_subject *out);

/** The list with what came of each: all entries, withdrawn ones too, newest start first, each
 * report with the expected effect alone, which paid for standing in a list (Benjamini-Hochberg
 * over all that were tested): what counts in its own report may be "not clear" here.
 * Fails: as correction_report_of(). */
dp_err correction_overview(const struct appliance *appliance, struct arena *arena,
                           const struct correction_report **reports, size_t *count);

/** "process", "rule_dropped" and so on. */
const char *correction_category_code(enum correction_category category);

/** Fails: DP_INVALID. */
dp_err correction_category_parse(struct str code, enum correction_category *out);

/** What a correction acts on, as forms and commands spell it: "index", "theme:CODE", "metric:CODE";
 * in the arena. Takes: the code, unused with the index. */
struct str correction_target_name(struct arena *arena, enum correction_target target,
                                  const char *code);

/** Reads that spelling into target and expected; whether there is such a theme or metric is for
 * correction_add() to say. Fails: DP_INVALID. */
dp_err correction_target_parse(struct str text, struct correction *out);

/** An entry as one JSON object; teams by their ids. */
void correction_json(const struct correction *correction, struct json_writer *json);

/** The report as one JSON object; teams by their codes, too. */
void correction_report_json(const struct correction_report *report, struct json_writer *json);
