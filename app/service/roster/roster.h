/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * People and teams, from a file that HR keeps elsewhere: the whole file says how things are to be,
 * and an import makes them so. What differs is reported first (12 new, 3 moved, 1 gone).
 *
 *   columns   person_id, team         required
 *             email, manager_id, language, start_date
 *                                     a column that is missing leaves what is stored; an empty
 *                                     cell empties it
 *   team      "Service/Hotline": a path, of any depth up to TEAM_DEPTH_MAX. If no cell of the file
 *             has a '/', the tree is derived from the managers: a team's parent is the team in which
 *             most of its members' managers sit who are not in the team themselves; a tie, a circle
 *             or too deep a chain hangs the team below the root, and the report says so.
 *
 * The first import acts at once. After that, who joins, moves or leaves does so on a Monday: the
 * change waits as a pending move until roster_apply_due(). Everything else (mail address, language,
 * manager, where a team hangs) acts at once. Somebody who is not in the file is gone from that
 * Monday on; nobody is ever deleted, so that a person who comes back is known again, with a new link.
 *
 * A personal link is derived from the person and a generation under the office's link key, so it can
 * be listed and sent again any day, and nothing secret about it is stored but the key.
 */

#include "app/core/sink.h"
#include "app/service/import/import.h"
#include "app/survey/people.h"
#include "storage/link_record.h"

enum {
    ROSTER_NOTES_MAX = 20,
    ROSTER_NOTE_MAX = 320,
    ROSTER_TOKEN_TEXT = 17, /* 80 bits in Crockford base32, and the NUL */
};

/** What an import did, or would do. Large (80 KB): keep it off the stack of a thread. */
struct roster_report {
    size_t people; /* rows of the file */
    size_t teams;  /* that people of the file sit in, and those above them */
    size_t people_new;
    size_t people_moved;
    size_t people_gone;
    size_t people_changed; /* in anything but the team */
    size_t people_same;
    size_t teams_new;
    size_t teams_moved; /* to another place in the tree */
    bool is_first;      /* acts at once */
    bool is_same;       /* nothing differs; nothing was written */
    bool is_dry_run;
    bool is_derived;       /* the tree comes from the managers */
    struct date effective; /* the Monday on which who joins, moves or leaves does so */
    size_t notes_count;
    char notes[ROSTER_NOTES_MAX][ROSTER_NOTE_MAX]; /* sentences, in the file's language */
    struct import_problems problems;
};

/** Imports a roster, whole or not at all.
 * Gives: the report in every case; when the file is refused, all that is wrong with it.
 * Fails: DP_INVALID, DP_NOT_UTF8, DP_TOO_LONG (the file; `problem` has the first of its problems),
 * DP_FULL (more than TEAMS_MAX teams in all), DP_NO_MEMORY, and as store_write(). Nothing is changed
 * then. */
dp_err roster_import(struct store *office, const struct clock *clock,
                     const struct import_file *file, struct roster_report *report,
                     struct dp_problem *problem);

/** Makes the pending moves act whose Monday has come by `date`'s week. Call it before the box of
 * `date` is made and before the units are revised. It works once a week: a roster that comes in
 * after the first box of a week waits for the next Monday, so nobody changes teams within a week.
 * `*applied` (may be NULL) gets how many moves acted. Fails: as store_write(), DP_NO_MEMORY. */
dp_err roster_apply_due(struct store *office, const struct clock *clock, struct date date,
                        size_t *applied);

/** The token of a person's link. Pure. */
void roster_link_token(const struct secret_key *link_key, struct person_id person,
                       uint32_t generation, uint8_t token[LINK_TOKEN_BYTES]);

/** A token as it stands in an address: upper-case Crockford base32. */
void roster_token_text(const uint8_t token[LINK_TOKEN_BYTES], char out[ROSTER_TOKEN_TEXT]);

/** Reads one; I and L count as 1, O as 0, case does not matter. Fails: DP_INVALID. */
dp_err roster_token_read(struct str text, uint8_t token[LINK_TOKEN_BYTES]);

/** What a list of links is for. */
struct roster_link_list {
    struct str base_url; /* "https://pulse.example", without a slash behind it; may be empty */
    const char *actor;   /* listing is noted in the audit chain */
};

/** Writes `person_id,link` for everybody who is here or joins on a coming Monday, by person_id of
 * the store. Fails: as store_read() and store_write(), and as the sink. */
dp_err roster_list_links(struct store *office, const struct clock *clock,
                         const struct roster_link_list *list, struct sink *out);

/** Gives a person a new link; the old one is worthless from now on.
 * Gives: the new token's text. Fails: DP_NOT_FOUND (no such person, or gone), as store_write(). */
dp_err roster_reissue_link(struct store *office, const struct clock *clock,
                           struct str external_id, const char *actor,
                           char token[ROSTER_TOKEN_TEXT]);

/** The code that a roster file's team gets: its path, or where that is too long its beginning and a
 * hash of the whole. */
void roster_team_code(struct str path, char out[CODE_MAX]);
