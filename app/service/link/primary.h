/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * One question asked in advance: one outcome and one lag, named before a result is seen
 * (statistics.md 5). Its family is that one lag, so a weaker link can be told; it stays outside the
 * families of the index and the themes.
 *
 * There is one open question at a time, the newest. What was seen can't be asked in advance any more.
 * Only periods that begin in the week of the registration or later count if any verdict of the metric
 * was ever shown, whatever its source was called and whether or not its import was undone since; if an
 * answer to any earlier question was; or if the metric's values are here already for so many periods
 * that a chart is drawn of them (12). For the same reason nothing is edited: to
 * ask something else is to register anew, and what was asked before stays in the list. Verdicts are
 * remembered as those of other looks are, and renewed at most every four weeks.
 */

#include "app/service/link/link.h"

/** What is to be registered. */
struct primary_request {
    struct str metric;
    struct str source;     /* may be empty if the metric has one source */
    bool has_unit;         /* false: the unit in which the outcome was imported */
    enum period_kind unit; /* PERIOD_WEEK or PERIOD_MONTH */
    int lag;               /* periods; above 0: engagement comes first */
    const char *actor;     /* a login, or "cli" */
};

/** The largest lag that can be asked about: as far as a scan looks. */
int primary_lag_max(enum period_kind unit);

/** Registers a question, with an entry in the audit chain. Whatever could be seen by now is looked at
 * first, so that it counts as seen. Takes: an outcome may be asked about before it is imported,
 * when its source is named.
 * Gives: the question as it is stored.
 * Fails, with a sentence: DP_NOT_FOUND (no such metric, or none of that source), DP_INVALID (several
 * sources and none named, a unit of days, texts that don't fit), DP_OUT_OF_RANGE (the lag),
 * DP_CONFLICT (the open question is the same); and as link_refresh(). */
dp_err primary_register(const struct appliance *appliance,
                        const struct primary_request *request, struct primary_question *out,
                        struct dp_problem *problem);

/** Whether a question about this pair would count from new periods only, and from which on.
 * `counts_from` gets days 0 if all periods would count. Fails: as store_read(). */
dp_err primary_would_count_from(const struct appliance *appliance, const struct link_pair *pair,
                                enum period_kind unit, struct date *counts_from);

/** One question with what is remembered of its answer. */
struct primary_entry {
    struct primary_question question;
    struct metric metric;
    bool is_open;     /* the newest: it is still looked at */
    bool is_answered; /* a verdict was shown; `scan` is it */
    struct lagscan_result scan;
    struct date looked;
};

/** All questions, newest first, in the arena. Fails: DP_NO_MEMORY, DP_IO, DP_CORRUPT. */
dp_err primary_list(const struct appliance *appliance, struct arena *arena,
                    const struct primary_entry **entries, size_t *count);

/** The open question. Fails: DP_NOT_FOUND when none was ever registered. */
dp_err primary_open(const struct appliance *appliance, struct primary_question *out);

/** Whether a question is about a pair. */
bool primary_is_about(const struct primary_question *question, const struct link_pair *pair);

/** The open question's answer as it may be shown today. Stores nothing. Takes: the pair that it is
 * about. Fails: DP_NO_MEMORY, DP_IO, DP_CORRUPT. */
dp_err primary_look(const struct appliance *appliance, const struct primary_question *question,
                    const struct link_pair *pair, struct link_primary *out);

/** Takes the open question's look if it is due and stores it; part of link_refresh(). */
dp_err primary_refresh(const struct appliance *appliance);

/** One question as an object: what was asked, by whom and when. */
void primary_question_json(const struct primary_question *question, struct json_writer *json);
