/* SPDX-License-Identifier: MIT */
#include "app/service/outcomes/team_names.h"

#include <string.h>

#include "app/core/mem.h"
#include "app/core/suggest.h"
#include "storage/team_record.h"

/* Paths of all teams that there can be, once each. */
enum { ARENA_BYTES = TEAMS_MAX * PATH_NAME_MAX };

void team_names_free(struct team_names *names)
{
    name_index_free(&names->exact);
    name_index_free(&names->by_name);
    mem_free(names->teams);
    mem_free(names->is_shared);
    arena_free(&names->arena);
    *names = (struct team_names){ 0 };
}

static bool count_team(const struct team *team, void *context)
{
    (void)team;
    struct team_names *names = context;
    names->teams_count++;
    return true;
}

static bool copy_team(const struct team *team, void *context)
{
    struct team_names *names = context;
    names->teams[names->teams_count++] = *team;
    return true;
}

static dp_err add_exact(struct team_names *names)
{
    bool is_new = false;
    for (uint32_t i = 0; i < names->teams_count; i++) {
        uint32_t number = i;
        DP_TRY(name_index_add(&names->exact, str_of(names->teams[i].code), &number, &is_new));
    }
    for (uint32_t i = 0; i < names->teams_count; i++) {
        char path[PATH_NAME_MAX];
        uint32_t number = i;
        dp_err err = people_path(names->teams, names->teams_count, names->teams[i].id, path);
        if (!err_is_ok(err) || path[0] == '\0') {
            continue;
        }
        struct str kept = arena_copy(&names->arena, str_of(path));
        DP_TRY(arena_finish(&names->arena));
        DP_TRY(name_index_add(&names->exact, kept, &number, &is_new));
    }
    return DP_SUCCESS;
}

static dp_err add_names(struct team_names *names, bool is_gone)
{
    for (uint32_t i = 0; i < names->teams_count; i++) {
        const struct team *team = &names->teams[i];
        uint32_t number = i;
        bool is_new = false;
        if (team->is_gone != is_gone) {
            continue;
        }
        DP_TRY(name_index_add(&names->by_name, str_of(team->name), &number, &is_new));
        bool is_like_other = !is_new && names->teams[number].is_gone == is_gone;
        names->is_shared[number] = names->is_shared[number] || is_like_other;
    }
    return DP_SUCCESS;
}

static dp_err load(struct store_txn *txn, struct team_names *names)
{
    DP_TRY(team_record_each(txn, count_team, names));
    names->teams = mem_new(names->teams_count + 1, sizeof names->teams[0]);
    names->is_shared = mem_new(names->teams_count + 1, sizeof names->is_shared[0]);
    if (names->teams == NULL || names->is_shared == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    names->teams_count = 0;
    DP_TRY(team_record_each(txn, copy_team, names));
    DP_TRY(add_exact(names));
    DP_TRY(add_names(names, false));
    return add_names(names, true);
}

dp_err team_names_load(struct store *office, struct team_names *names)
{
    struct store_txn *txn STORE_READ_AUTO = NULL;
    *names = (struct team_names){ .exact = name_index_new(),
                                  .by_name = name_index_new(),
                                  .arena = arena_new(ARENA_BYTES) };
    DP_TRY(store_read(office, &txn));
    return load(txn, names);
}

enum team_match team_names_find(const struct team_names *names, struct str text,
                                struct team_id *team)
{
    uint32_t at = 0;
    if (str_equal(text, STR("*"))) {
        team->value = TEAM_ROOT;
        return TEAM_MATCH_ONE;
    }
    bool is_exact = name_index_find(&names->exact, text, &at);
    if (!is_exact && !name_index_find(&names->by_name, text, &at)) {
        return TEAM_MATCH_NONE;
    }
    if (!is_exact && names->is_shared[at]) {
        return TEAM_MATCH_SEVERAL;
    }
    *team = names->teams[at].id;
    return TEAM_MATCH_ONE;
}

/* The nearest of one index; equals in order of their bytes, so that the answer is always the same. */
static void find_nearest(const struct name_index *index, struct str text, struct str *best,
                         size_t *best_distance)
{
    for (size_t i = 0; i < index->capacity; i++) {
        const struct name_index_slot *slot = &index->slots[i];
        if (!slot->is_used) {
            continue;
        }
        size_t distance = suggest_distance(text, slot->name);
        size_t longer = text.len > slot->name.len ? text.len : slot->name.len;
        bool is_better = distance < *best_distance ||
                         (distance == *best_distance && str_compare(slot->name, *best) < 0);
        if (distance * 3 <= longer && is_better) {
            *best = slot->name;
            *best_distance = distance;
        }
    }
}

struct str team_names_nearest(const struct team_names *names, struct str text)
{
    struct str best = { 0 };
    size_t best_distance = SIZE_MAX;
    find_nearest(&names->exact, text, &best, &best_distance);
    find_nearest(&names->by_name, text, &best, &best_distance);
    return best;
}
