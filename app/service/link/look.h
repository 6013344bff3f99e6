/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * One look at an outcome and what is remembered of it, for whatever series stands on the side of the
 * people: the index, a theme, or a question that was registered in advance.
 *
 *     gather -> is a look due? -> scan (app/stats) -> renew the memory -> hold the grade back
 *            -> is none due? what is remembered
 *
 * Once a verdict was given, a look is due every four weeks and never earlier, whatever an import did
 * to the figures. In between the remembered verdict is shown; a fingerprint of the figures behind
 * it tells whether they were corrected since, and that is said. Where the figures are gone, so that
 * no verdict could be given, the refusal is shown at once; the memory stays, so that importing
 * them again does not start anew. It keeps all that a page shows of the look, so that a page of many
 * links needs no scan. Looks without a verdict are kept, too, but never hold up the first verdict.
 *
 * A look that finds more than may be shown yet leaves the earlier look's answer standing, with its
 * numbers, until the next look agrees.
 */

#include "app/service/link/gather.h"
#include "storage/verdict_record.h"

/** The index's name among the remembered series; a theme's is its code. */
#define LOOK_INDEX "index"

struct look_wanted {
    const struct link_pair *pair;
    const struct gather_source *source;
    const char *series; /* LOOK_INDEX, a theme's code or a name of your own: the memory's key */
    int lag_max;        /* K at most; 0: the unit's */
    bool has_primary_lag; /* a question registered in advance: this lag alone */
    int primary_lag;
    struct date counts_from; /* only periods that begin on or after it; days 0: all */
};

/** What was seen at the last look. */
struct look_memory {
    bool is_there;
    bool was_shown;  /* a verdict, or at least the chart, was shown at some time; never cleared */
    bool is_verdict; /* false: refused, or too few periods, and never more than that */
    struct shown_verdict shown;
    struct date computed;
    struct date last_period; /* that the look knew */
    struct secret_hash fingerprint;
    bool is_changed;   /* the figures behind it were corrected since */
    bool is_withdrawn; /* they allow no verdict any more: `refused` is the answer for now */
    bool is_held_back; /* `scan` found more than its grade says */
    bool has_scan; /* false: remembered by an older version, what follows is not there */
    enum lag_unit unit;
    bool is_panel;
    uint64_t answers;
    struct lagscan_result scan;    /* grade and verdict as shown; without the weights */
    struct lagscan_result refused; /* its refusal and counts alone */
};

/** A look just taken, or what is remembered of the last one; owns its data. */
struct look {
    struct gathered data;      /* as far as the look knew them */
    struct look_memory memory; /* brought up to date */
    bool is_first;             /* no verdict was remembered before it */
    bool is_due;               /* it is a new look */
    bool has_news;             /* the memory is to be stored */
    bool is_verdict;           /* there is one */
    struct lagscan_result result;
    bool is_remembered; /* the result is of an earlier look, on the figures of then */
    enum lag_unit unit; /* of the result, as the next two */
    bool is_panel;
    uint64_t answers;
    struct panelscan_team *rows; /* of a panel, one for each row of `data`; NULL for one pair, and
                                    where the result is remembered */
    struct date looked;
    struct date next_look;
};

void look_free(struct look *look);
#define LOOK_AUTO __attribute__((cleanup(look_free)))

/** Takes a look; when none is due, tells the last one again. Stores nothing.
 * Fails: DP_NO_MEMORY, DP_IO, DP_CORRUPT. */
dp_err look_take(const struct appliance *appliance, const struct look_wanted *wanted,
                 struct look *look);

/** The same for keeping memories alone: when none is due, `rows` is not set and as little as can be is
 * scanned. */
dp_err look_take_if_due(const struct appliance *appliance, const struct look_wanted *wanted,
                        struct look *look);

/** The memory of a look that has news, as it is to be stored. Fails: DP_TOO_LONG, DP_NO_MEMORY. */
dp_err look_remember(const struct look_wanted *wanted, const struct look *look,
                     struct verdict_memory *out);

/** Reads a stored memory. Gives `is_there` false for one that can't be read: it starts anew, but may
 * have been shown. */
void look_recall(const struct verdict_memory *stored, struct look_memory *out);

/** Stores memories in one go; those that are stored already in the same words are left alone. */
dp_err look_store(const struct appliance *appliance, const struct verdict_memory *memories,
                  size_t count);

/** How many pairs of an outcome and the index or a theme have a remembered verdict: "one of N links
 * examined". */
dp_err look_examined(const struct appliance *appliance, size_t *count);
