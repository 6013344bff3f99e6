/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "app/core/code.h"
#include "app/core/mem.h"
#include "app/csv/csv_formula.h"
#include "app/service/roster/roster_file.h"

enum { FIRST_TEAMS = 64, CODE_HASH_BYTES = 8 };

void roster_team_code(struct str path, char out[CODE_MAX])
{
    if (str_copy(path, out, CODE_MAX)) {
        return;
    }
    struct bytes whole = bytes_of(path.ptr, path.len);
    struct secret_hash hash = secret_sha256(&whole, 1);
    char hex[CODE_HEX_LEN(CODE_HASH_BYTES) + 1];
    code_hex(bytes_of(hash.bytes, CODE_HASH_BYTES), hex, sizeof hex);
    size_t room = CODE_MAX - 1 - 1 - (sizeof hex - 1);
    size_t kept = str_utf8_prefix(str_slice(path, 0, room));
    memcpy(out, path.ptr, kept);
    out[kept] = '~';
    memcpy(out + kept + 1, hex, sizeof hex);
}

/* ---- Teams as the cells name them ---- */

static dp_err new_team(struct roster_file *roster, const struct roster_team *team,
                       uint32_t *number)
{
    if (roster->teams_count == roster->teams_capacity) {
        size_t capacity = roster->teams_capacity == 0 ? FIRST_TEAMS
                                                      : roster->teams_capacity * 2;
        struct roster_team *teams = mem_resize(roster->teams, capacity, sizeof teams[0]);
        if (teams == NULL) {
            return err_make(DP_NO_MEMORY);
        }
        roster->teams = teams;
        roster->teams_capacity = capacity;
    }
    *number = (uint32_t)roster->teams_count;
    roster->teams[roster->teams_count++] = *team;
    return DP_SUCCESS;
}

/* A copy with ASCII letters made small, for finding "service" beside "Service". */
static struct str folded(struct roster_file *roster, struct str path)
{
    char *letters = arena_take(&roster->arena, path.len, 1);
    if (letters == NULL) {
        return (struct str){ 0 };
    }
    for (size_t i = 0; i < path.len; i++) {
        letters[i] = path.ptr[i];
        if (letters[i] >= 'A' && letters[i] <= 'Z') {
            letters[i] = (char)(letters[i] + ('a' - 'A'));
        }
    }
    return (struct str){ letters, path.len };
}

/* One cell that names a team: where it is, and what is being read of it. */
struct team_cell {
    struct roster_file *roster;
    struct cells *cells;
    size_t position;
};

static dp_err add_one(const struct team_cell *cell, struct str path, uint32_t parent,
                      uint32_t *number)
{
    struct roster_file *roster = cell->roster;
    char space[CELL_SHOWN_MAX];
    char other_space[CELL_SHOWN_MAX];
    bool is_new = false;
    size_t slash = path.len;
    while (slash > 0 && path.ptr[slash - 1] != '/') {
        slash--;
    }
    struct roster_team team = { .path = arena_copy(&roster->arena, path),
                                .parent = parent,
                                .line = (uint32_t)cells_line(cell->cells) };
    DP_TRY(arena_finish(&roster->arena));
    team.name = str_slice(team.path, slash, team.path.len);
    DP_TRY(new_team(roster, &team, number));
    DP_TRY(name_index_add(&roster->team_index, team.path, number, &is_new));
    DP_CHECK(is_new);
    uint32_t other = *number;
    struct str small = folded(roster, path);
    DP_TRY(arena_finish(&roster->arena));
    DP_TRY(name_index_add(&roster->team_folded, small, &other, &is_new));
    if (!is_new) {
        cell_wrong(cell->cells, cell->position, TEXT_PROBLEM_TEAM_CASE,
                   TEXT_VALUES(text_word(cell_shown(path, space)),
                               text_word(cell_shown(roster->teams[other].path, other_space)),
                               text_int(roster->teams[other].line)));
    }
    if (roster->teams_count == TEAMS_MAX) { /* the root is one more */
        cell_wrong(cell->cells, cell->position, TEXT_PROBLEM_TEAMS_MANY,
                   TEXT_VALUES(text_int(TEAMS_MAX - 1)));
    }
    return DP_SUCCESS;
}

/* Whether each part of a path may name a team; the whole was checked as a cell. */
static bool check_parts(const struct team_cell *cell, struct str path)
{
    char space[CELL_SHOWN_MAX];
    struct str rest = path;
    struct str part = { 0 };
    size_t depth = 0;
    if (str_equal(path, STR("*"))) {
        cell_wrong(cell->cells, cell->position, TEXT_PROBLEM_TEAM_STAR,
                   (struct text_values){ 0 });
        return false;
    }
    while (str_next(&rest, '/', &part)) {
        depth++;
        if (part.len == 0) {
            cell_wrong(cell->cells, cell->position, TEXT_PROBLEM_TEAM_PART,
                       TEXT_VALUES(text_word(cell_shown(path, space))));
            return false;
        }
        if (str_trim(part).len != part.len) {
            cell_wrong(cell->cells, cell->position, TEXT_PROBLEM_SPACES,
                       TEXT_VALUES(text_word(cell_shown(part, space))));
            return false;
        }
        if (part.len >= NAME_MAX_BYTES) {
            cell_wrong(cell->cells, cell->position, TEXT_PROBLEM_TOO_LONG,
                       TEXT_VALUES(text_int(NAME_MAX_BYTES - 1)));
            return false;
        }
        if (csv_formula_is_risky(part)) {
            cell_wrong(cell->cells, cell->position, TEXT_PROBLEM_FORMULA,
                       TEXT_VALUES(text_word(cell_shown(part, space))));
            return false;
        }
    }
    if (depth > TEAM_DEPTH_MAX) {
        cell_wrong(cell->cells, cell->position, TEXT_PROBLEM_TEAM_DEEP,
                   TEXT_VALUES(text_word(cell_shown(path, space)), text_int(TEAM_DEPTH_MAX)));
        return false;
    }
    return true;
}

/* The team at the end of a path whose team above is known, added when it is new. */
static dp_err find_or_add(const struct team_cell *cell, struct str path, uint32_t parent,
                          uint32_t *number)
{
    if (name_index_find(&cell->roster->team_index, path, number)) {
        return DP_SUCCESS;
    }
    return add_one(cell, path, parent, number);
}

dp_err roster_tree_add(struct roster_file *roster, struct cells *cells, size_t position,
                       uint32_t *team)
{
    const struct team_cell cell = { roster, cells, position };
    struct str path = { 0 };
    *team = ROSTER_NONE;
    if (!cell_name(cells, position, PATH_NAME_MAX, &path)) {
        return DP_SUCCESS;
    }
    bool is_full = roster->teams_count >= TEAMS_MAX; /* said already; the file is refused */
    if (name_index_find(&roster->team_index, path, team) || is_full ||
        !check_parts(&cell, path)) {
        return DP_SUCCESS;
    }
    uint32_t parent = ROSTER_NONE;
    size_t end = str_find_char(path, '/');
    roster->has_paths = roster->has_paths || end < path.len;
    while (end < path.len) {
        DP_TRY(find_or_add(&cell, str_slice(path, 0, end), parent, &parent));
        end += 1 + str_find_char(str_slice(path, end + 1, path.len), '/');
    }
    return find_or_add(&cell, path, parent, team);
}

/* ---- The tree from the managers ---- */

/* A member of `team` whose manager sits in `above`. */
struct vote {
    uint32_t team;
    uint32_t above;
};

static int by_team_and_above(const void *a, const void *b)
{
    const struct vote *x = a;
    const struct vote *y = b;
    if (x->team != y->team) {
        return x->team < y->team ? -1 : 1;
    }
    return (x->above > y->above) - (x->above < y->above);
}

static void note(struct roster_report *report, const struct import_file *file, enum text text,
                 struct text_values values)
{
    if (report->notes_count < ROSTER_NOTES_MAX) {
        text_copy(report->notes[report->notes_count++], ROSTER_NOTE_MAX, file->language, text,
                  values);
    }
}

/* The teams that are hung anew, and where what happened is said. */
struct derivation {
    struct roster_file *roster;
    const struct import_file *file;
    struct roster_report *report;
};

/* The votes of one team lie in a row, sorted: the longest run of one `above` wins. */
static size_t count_votes(const struct derivation *d, const struct vote *votes, size_t count)
{
    size_t best = 0;
    size_t second = 0;
    size_t i = 0;
    uint32_t winner = ROSTER_NONE;
    while (i < count && votes[i].team == votes[0].team) {
        size_t start = i;
        while (i < count && votes[i].team == votes[0].team &&
               votes[i].above == votes[start].above) {
            i++;
        }
        if (i - start > best) {
            second = best;
            best = i - start;
            winner = votes[start].above;
        } else if (i - start > second) {
            second = i - start;
        }
    }
    struct roster_team *team = &d->roster->teams[votes[0].team];
    if (best == second) {
        note(d->report, d->file, TEXT_ROSTER_TIE, TEXT_VALUES(text_word(team->name)));
        return i;
    }
    team->parent = winner;
    return i;
}

/* Every team on a circle goes to the root; the walk is that of find_circles() in roster_file.c. */
static dp_err break_circles(const struct derivation *d)
{
    struct roster_team *teams = d->roster->teams;
    uint32_t *seen = mem_new(d->roster->teams_count, sizeof seen[0]);
    if (seen == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (uint32_t i = 0; i < d->roster->teams_count; i++) {
        uint32_t at = i;
        while (at != ROSTER_NONE && seen[at] == 0) {
            seen[at] = i + 1;
            at = teams[at].parent;
        }
        if (at == ROSTER_NONE || seen[at] != i + 1) {
            continue;
        }
        while (teams[at].parent != ROSTER_NONE) {
            uint32_t next = teams[at].parent;
            teams[at].parent = ROSTER_NONE;
            note(d->report, d->file, TEXT_ROSTER_CIRCLE,
                 TEXT_VALUES(text_word(teams[at].name)));
            at = next;
        }
    }
    mem_free(seen);
    return DP_SUCCESS;
}

static size_t depth_of(const struct roster_file *roster, uint32_t team)
{
    size_t depth = 0;
    for (uint32_t at = team; at != ROSTER_NONE; at = roster->teams[at].parent) {
        depth++;
    }
    return depth;
}

/* In a chain of managers that is too long, the first team beyond the limit starts anew. True if one
 * did: what hangs below it may still be too deep. */
static bool break_depth(const struct derivation *d)
{
    bool has_changed = false;
    for (uint32_t i = 0; i < d->roster->teams_count; i++) {
        if (depth_of(d->roster, i) == TEAM_DEPTH_MAX + 1) {
            struct roster_team *team = &d->roster->teams[i];
            team->parent = ROSTER_NONE;
            has_changed = true;
            note(d->report, d->file, TEXT_ROSTER_DEEP,
                 TEXT_VALUES(text_word(team->name), text_int(TEAM_DEPTH_MAX)));
        }
    }
    return has_changed;
}

static size_t collect_votes(const struct roster_file *roster, struct vote *votes)
{
    size_t count = 0;
    for (size_t i = 0; i < roster->rows_count; i++) {
        const struct roster_row *row = &roster->rows[i];
        if (row->manager_row == ROSTER_NONE) {
            continue;
        }
        uint32_t above = roster->rows[row->manager_row].team;
        if (above != row->team) {
            votes[count++] = (struct vote){ row->team, above };
        }
    }
    return count;
}

dp_err roster_tree_derive(struct roster_file *roster, const struct import_file *file,
                          struct roster_report *report)
{
    const struct derivation d = { roster, file, report };
    struct vote *votes = mem_new(roster->rows_count, sizeof votes[0]);
    if (votes == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    size_t count = collect_votes(roster, votes);
    report->is_derived = count > 0;
    qsort(votes, count, sizeof votes[0], by_team_and_above);
    for (size_t i = 0; i < count;) {
        i += count_votes(&d, votes + i, count - i);
    }
    mem_free(votes);
    DP_TRY(break_circles(&d));
    bool is_too_deep = true;
    while (is_too_deep) {
        is_too_deep = break_depth(&d);
    }
    return DP_SUCCESS;
}
