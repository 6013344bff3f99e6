/* SPDX-License-Identifier: MIT */
#include "app/survey/people.h"

#include <string.h>

const struct team *people_find_team(const struct team *teams, size_t count, struct team_id id)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (teams[middle].id.value == id.value) {
            return &teams[middle];
        }
        if (teams[middle].id.value < id.value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

/* The chain from a team up to the root, the team first. Gives its length, 0 when it is broken. */
static size_t chain_of(const struct team *teams, size_t count, struct team_id id,
                       const struct team *chain[TEAM_DEPTH_MAX + 1])
{
    for (size_t length = 0; length <= TEAM_DEPTH_MAX; length++) {
        chain[length] = people_find_team(teams, count, id);
        if (chain[length] == NULL) {
            return 0;
        }
        if (chain[length]->id.value == TEAM_ROOT) {
            return length + 1;
        }
        id = chain[length]->parent;
    }
    return 0;
}

bool people_is_within(const struct team *teams, size_t count, struct team_id team,
                      struct team_id ancestor)
{
    const struct team *chain[TEAM_DEPTH_MAX + 1];
    size_t length = chain_of(teams, count, team, chain);
    for (size_t i = 0; i < length; i++) {
        if (chain[i]->id.value == ancestor.value) {
            return true;
        }
    }
    return false;
}

size_t people_depth(const struct team *teams, size_t count, struct team_id id)
{
    const struct team *chain[TEAM_DEPTH_MAX + 1];
    size_t length = chain_of(teams, count, id, chain);
    return length == 0 ? SIZE_MAX : length - 1;
}

dp_err people_find_within(const struct team *teams, size_t count, struct team_id team,
                          struct team_id scope, const struct team **out)
{
    *out = people_find_team(teams, count, team);
    if (*out == NULL) {
        return err_make(DP_NOT_FOUND);
    }
    return err_make(people_is_within(teams, count, team, scope) ? DP_OK : DP_FORBIDDEN);
}

dp_err people_path(const struct team *teams, size_t count, struct team_id id,
                   char out[PATH_NAME_MAX])
{
    out[0] = '\0';
    const struct team *chain[TEAM_DEPTH_MAX + 1];
    size_t length = chain_of(teams, count, id, chain);
    if (length == 0) {
        return err_make(DP_NOT_FOUND);
    }
    size_t used = 0;
    for (size_t i = length - 1; i > 0; i--) {
        const char *name = chain[i - 1]->name;
        size_t name_len = strlen(name);
        size_t slash = used == 0 ? 0 : 1;
        if (used + slash + name_len >= PATH_NAME_MAX) {
            out[0] = '\0';
            return err_make(DP_TOO_LONG);
        }
        if (slash == 1) {
            out[used++] = '/';
        }
        memcpy(out + used, name, name_len + 1);
        used += name_len;
    }
    return DP_SUCCESS;
}

size_t people_subtree(const struct team *teams, size_t count, struct team_id top,
                      bool *is_inside)
{
    size_t inside = 0;
    for (size_t i = 0; i < count; i++) {
        is_inside[i] = people_is_within(teams, count, teams[i].id, top);
        inside += is_inside[i] ? 1 : 0;
    }
    return inside;
}

static dp_err check_team(const struct team *teams, size_t count, size_t at,
                         struct dp_problem *problem)
{
    const struct team *team = &teams[at];
    if (at > 0 && teams[at - 1].id.value >= team->id.value) {
        return problem_set(problem, 0, 0, "The teams are not sorted by their ids");
    }
    if (team->id.value == TEAM_ROOT) {
        if (team->parent.value != 0) {
            return problem_set(problem, 0, 0, "The root of the teams has a parent");
        }
        return DP_SUCCESS;
    }
    if (people_find_team(teams, count, team->parent) == NULL) {
        return problem_set(problem, 0, 0, "The team \"%s\" has a parent that does not exist",
                           team->name);
    }
    if (people_depth(teams, count, team->id) == SIZE_MAX) {
        return problem_set(
            problem, 0, 0,
            "The team \"%s\" does not hang below the whole organisation within %d "
            "levels",
            team->name, TEAM_DEPTH_MAX);
    }
    return DP_SUCCESS;
}

dp_err people_check_tree(const struct team *teams, size_t count, struct dp_problem *problem)
{
    if (people_find_team(teams, count, (struct team_id){ TEAM_ROOT }) == NULL) {
        return problem_set(problem, 0, 0, "There is no root of the teams");
    }
    for (size_t i = 0; i < count; i++) {
        DP_TRY(check_team(teams, count, i, problem));
    }
    return DP_SUCCESS;
}
