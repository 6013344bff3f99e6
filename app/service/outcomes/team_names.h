/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Finds a team by what a file calls it: its code, its path, a name that only one team has, or * for
 * the whole organisation. Internal to this folder.
 */

#include "app/core/arena.h"
#include "app/service/import/name_index.h"
#include "app/survey/people.h"
#include "storage/store.h"

struct team_names {
    struct name_index exact;   /* codes and paths -> place in `teams` */
    struct name_index by_name; /* names; of teams that are gone only where no other has it */
    struct team *teams;        /* owned, by id */
    size_t teams_count;
    bool *is_shared; /* owned, beside the teams: found by a name that others have, too */
    struct arena arena;
};

/** Loads all teams, those that are gone too: their figures of the past still count.
 * Owns: team_names_free(), also on failure. Fails: DP_NO_MEMORY, as store_read(). */
dp_err team_names_load(struct store *office, struct team_names *names);
void team_names_free(struct team_names *names);
#define TEAM_NAMES_AUTO __attribute__((cleanup(team_names_free)))

enum team_match { TEAM_MATCH_ONE, TEAM_MATCH_NONE, TEAM_MATCH_SEVERAL };

enum team_match team_names_find(const struct team_names *names, struct str text,
                                struct team_id *team);

/** The code, path or name that is nearest to a text, or the empty view. */
struct str team_names_nearest(const struct team_names *names, struct str text);
