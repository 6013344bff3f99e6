/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * People and the tree of teams, as the roster file names them. A person sits in exactly one team;
 * a team has a parent unless it is the root, which stands for the whole organisation and has the
 * id TEAM_ROOT. Teams that disappear from the roster stay as records that nobody sits in.
 */

#include "app/core/err.h"
#include "app/survey/ids.h"

enum { TEAM_ROOT = 1, TEAM_DEPTH_MAX = 16, PEOPLE_MAX = 200000, TEAMS_MAX = 20000 };

struct team {
    struct team_id id;
    struct team_id parent; /* 0 for the root */
    char code[CODE_MAX];   /* what files call it; unique */
    char name[NAME_MAX_BYTES];
    bool is_gone;
};

struct person {
    struct person_id id;
    char external_id[CODE_MAX]; /* person_id of the roster file; unique */
    char email[EMAIL_MAX];      /* may be empty */
    struct team_id team;
    char manager_external_id[CODE_MAX]; /* may be empty */
    enum language language;
    struct date start_date;
    uint32_t link_generation; /* raised to make the old link worthless */
    bool is_gone;
};

/*
 * The tree. All functions take the teams sorted by id, as the store keeps them; the root is among
 * them. Nothing here allocates. A chain of parents that does not end at the root counts as broken:
 * it is reported by people_check_tree() and ends every walk after TEAM_DEPTH_MAX steps.
 */

/** The team with this id, or NULL. */
const struct team *people_find_team(const struct team *teams, size_t count, struct team_id id);

/** True if `team` is `ancestor` or sits beneath it. */
bool people_is_within(const struct team *teams, size_t count, struct team_id team,
                      struct team_id ancestor);

/** Steps from the root: 0 for the root itself; SIZE_MAX if the chain does not end at the root. */
size_t people_depth(const struct team *teams, size_t count, struct team_id id);

/** The team for somebody who may see what lies within `scope`.
 * Fails: DP_NOT_FOUND (no such team), DP_FORBIDDEN (outside the scope). */
dp_err people_find_within(const struct team *teams, size_t count, struct team_id team,
                          struct team_id scope, const struct team **out);

/** The names from the root's child down to the team, joined by '/'; "" for the root.
 * Fails: DP_NOT_FOUND (no such team, or a broken chain), DP_TOO_LONG. */
dp_err people_path(const struct team *teams, size_t count, struct team_id id,
                   char out[PATH_NAME_MAX]);

/** Marks the subtree of `top`: `is_inside[i]` is true when teams[i] is `top` or beneath it.
 * Takes: `is_inside` has `count` places. Gives: how many are inside. */
size_t people_subtree(const struct team *teams, size_t count, struct team_id top, bool *is_inside);

/** Sorted by id without doubles, one root with id TEAM_ROOT, every parent known, no cycle, at most
 * TEAM_DEPTH_MAX deep. Fails: DP_INVALID with a sentence. */
dp_err people_check_tree(const struct team *teams, size_t count, struct dp_problem *problem);
