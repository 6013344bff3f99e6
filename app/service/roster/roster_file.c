/* SPDX-License-Identifier: MIT */
#include "app/service/roster/roster_file.h"

#include <string.h>

#include "app/core/mem.h"

enum {
    FIRST_ROWS = 1024,
    /* Copies of unquoted cells and of paths: the file itself is at most 10 MiB. */
    ARENA_BYTES = 64 * 1024 * 1024,
};

static const struct csv_column columns[ROSTER_COLUMN_COUNT] = {
    [ROSTER_PERSON] = { "person_id", true },   [ROSTER_EMAIL] = { "email", false },
    [ROSTER_TEAM] = { "team", true },          [ROSTER_MANAGER] = { "manager_id", false },
    [ROSTER_LANGUAGE] = { "language", false }, [ROSTER_START] = { "start_date", false },
};

void roster_file_free(struct roster_file *roster)
{
    mem_free(roster->rows);
    mem_free(roster->teams);
    name_index_free(&roster->people);
    name_index_free(&roster->team_index);
    name_index_free(&roster->team_folded);
    arena_free(&roster->arena);
    *roster = (struct roster_file){ 0 };
}

/* A cell that had doubled quotes lives only until the next row; all others lie in the file. */
static struct str keep(struct roster_file *roster, const struct cells *cells, struct str text)
{
    uintptr_t start = (uintptr_t)cells->csv.text.ptr;
    uintptr_t at = (uintptr_t)text.ptr;
    bool is_in_file = at >= start && at < start + cells->csv.text.len;
    return is_in_file || text.len == 0 ? text : arena_copy(&roster->arena, text);
}

static dp_err add_row(struct roster_file *roster, struct roster_row **out)
{
    if (roster->rows_count == roster->rows_capacity) {
        size_t capacity = roster->rows_capacity == 0 ? FIRST_ROWS : roster->rows_capacity * 2;
        struct roster_row *rows = mem_resize(roster->rows, capacity, sizeof rows[0]);
        if (rows == NULL) {
            return err_make(DP_NO_MEMORY);
        }
        roster->rows = rows;
        roster->rows_capacity = capacity;
    }
    *out = &roster->rows[roster->rows_count++];
    **out = (struct roster_row){ .team = ROSTER_NONE, .manager_row = ROSTER_NONE };
    return DP_SUCCESS;
}

static bool is_mail_sign(char c)
{
    return (unsigned char)c > ' ' && c != 0x7f && strchr(",;:<>()[]\"\\", c) == NULL;
}

static bool is_mail_address(struct str text)
{
    size_t at = str_find_char(text, '@');
    struct str domain = str_slice(text, at + 1, text.len);
    if (at == 0 || domain.len == 0 || str_find_char(domain, '@') < domain.len) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (!is_mail_sign(text.ptr[i])) {
            return false;
        }
    }
    return true;
}

static void read_email(struct cells *cells, size_t position, struct str *out)
{
    char space[CELL_SHOWN_MAX];
    if (cell_optional_name(cells, position, EMAIL_MAX, out) && out->len > 0 &&
        !is_mail_address(*out)) {
        cell_wrong(cells, position, TEXT_PROBLEM_EMAIL,
                   TEXT_VALUES(text_word(cell_shown(*out, space))));
    }
}

static void read_language(struct cells *cells, size_t position, struct roster_row *row)
{
    char space[CELL_SHOWN_MAX];
    struct str text = csv_reader_field(&cells->csv, position);
    if (text.len == 0) {
        return;
    }
    row->has_language = true;
    if (!err_is_ok(text_language_parse(text, &row->language))) {
        cell_wrong(cells, position, TEXT_PROBLEM_LANGUAGE,
                   TEXT_VALUES(text_word(cell_shown(text, space))));
    }
}

static dp_err read_person(struct roster_file *roster, struct cells *cells, size_t position,
                          struct roster_row *row)
{
    char space[CELL_SHOWN_MAX];
    struct str text = { 0 };
    bool is_name = cell_name(cells, position, CODE_MAX, &text);
    row->person = keep(roster, cells, text);
    if (!is_name) {
        return DP_SUCCESS;
    }
    uint32_t number = (uint32_t)cells->row;
    bool is_new = false;
    DP_TRY(name_index_add(&roster->people, row->person, &number, &is_new));
    if (!is_new) {
        cell_wrong(cells, position, TEXT_PROBLEM_PERSON_TWICE,
                   TEXT_VALUES(text_word(cell_shown(text, space)),
                               text_int(roster->rows[number].line)));
    }
    return DP_SUCCESS;
}

static dp_err read_row(struct roster_file *roster, struct cells *cells, const size_t *at)
{
    struct roster_row *row = NULL;
    DP_TRY(add_row(roster, &row));
    row->line = (uint32_t)cells_line(cells);
    DP_TRY(read_person(roster, cells, at[ROSTER_PERSON], row));
    read_email(cells, at[ROSTER_EMAIL], &row->email);
    row->email = keep(roster, cells, row->email);
    DP_TRY(roster_tree_add(roster, cells, at[ROSTER_TEAM], &row->team));
    if (cell_optional_name(cells, at[ROSTER_MANAGER], CODE_MAX, &row->manager)) {
        row->manager = keep(roster, cells, row->manager);
    } else {
        row->manager = (struct str){ 0 };
    }
    read_language(cells, at[ROSTER_LANGUAGE], row);
    cell_date(cells, at[ROSTER_START], &row->start);
    return DP_SUCCESS;
}

/* ---- What shows only when all rows are known ---- */

static size_t find_managers(struct roster_file *roster)
{
    size_t flaws = 0;
    for (size_t i = 0; i < roster->rows_count; i++) {
        struct roster_row *row = &roster->rows[i];
        if (row->manager.len == 0) {
            continue;
        }
        if (!name_index_find(&roster->people, row->manager, &row->manager_row)) {
            row->flaw = FLAW_MANAGER_UNKNOWN;
        }
        if (str_equal(row->manager, row->person)) {
            row->flaw = FLAW_MANAGER_SELF;
            row->manager_row = ROSTER_NONE;
        }
        flaws += row->flaw != FLAW_NONE ? 1 : 0;
    }
    return flaws;
}

/* Marks the circle that `start` lies on. */
static size_t mark_circle(struct roster_file *roster, uint32_t start)
{
    size_t flaws = 0;
    uint32_t at = start;
    do {
        roster->rows[at].flaw = FLAW_MANAGER_CIRCLE;
        at = roster->rows[at].manager_row;
        flaws++;
    } while (at != start);
    return flaws;
}

/* Walks up from each row. `seen[i]` is the walk that met row i first: meeting one's own walk again
 * is a circle, meeting an older one is not. */
static dp_err find_circles(struct roster_file *roster, size_t *flaws)
{
    uint32_t *seen = mem_new(roster->rows_count, sizeof seen[0]);
    if (seen == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (uint32_t i = 0; i < roster->rows_count; i++) {
        uint32_t at = i;
        while (at != ROSTER_NONE && seen[at] == 0) {
            seen[at] = i + 1;
            at = roster->rows[at].manager_row;
        }
        if (at != ROSTER_NONE && seen[at] == i + 1) {
            *flaws += mark_circle(roster, at);
        }
    }
    mem_free(seen);
    return DP_SUCCESS;
}

static void say_flaw(struct cells *cells, size_t position, const struct roster_row *row)
{
    static const enum text words[] = {
        [FLAW_MANAGER_UNKNOWN] = TEXT_PROBLEM_MANAGER_UNKNOWN,
        [FLAW_MANAGER_SELF] = TEXT_PROBLEM_MANAGER_SELF,
        [FLAW_MANAGER_CIRCLE] = TEXT_PROBLEM_MANAGER_CIRCLE,
    };
    char space[CELL_SHOWN_MAX];
    cell_wrong(cells, position, words[row->flaw],
               TEXT_VALUES(text_word(cell_shown(row->manager, space))));
}

/* The file is read again to the rows with a flaw, because only the reader knows their places. */
static dp_err say_flaws(struct roster_file *roster, struct cells *cells, size_t position)
{
    DP_TRY(cells_again(cells));
    while (cells_next(cells) && cells->row < roster->rows_count) {
        if (roster->rows[cells->row].flaw != FLAW_NONE) {
            say_flaw(cells, position, &roster->rows[cells->row]);
        }
    }
    return DP_SUCCESS;
}

static dp_err check_whole(struct roster_file *roster, struct cells *cells, const size_t *at)
{
    if (roster->rows_count == 0 || !err_is_ok(cells->failed)) {
        return DP_SUCCESS;
    }
    size_t flaws = find_managers(roster);
    DP_TRY(find_circles(roster, &flaws));
    return flaws == 0 ? DP_SUCCESS : say_flaws(roster, cells, at[ROSTER_MANAGER]);
}

static dp_err read_all(struct roster_file *roster, struct cells *cells,
                       struct dp_problem *problem)
{
    size_t at[ROSTER_COLUMN_COUNT];
    DP_TRY(cells_map(cells, columns, ROSTER_COLUMN_COUNT, at, problem));
    for (size_t i = 0; i < ROSTER_COLUMN_COUNT; i++) {
        roster->has_column[i] = at[i] != CSV_READER_ABSENT;
    }
    while (cells_next(cells)) {
        DP_TRY(read_row(roster, cells, at));
    }
    DP_TRY(arena_finish(&roster->arena));
    DP_TRY(check_whole(roster, cells, at));
    return cells_end(cells, problem);
}

dp_err roster_file_read(struct roster_file *roster, const struct import_file *file,
                        struct roster_report *report, struct dp_problem *problem)
{
    *roster = (struct roster_file){
        .people = name_index_new(),
        .team_index = name_index_new(),
        .team_folded = name_index_new(),
        .arena = arena_new(ARENA_BYTES),
    };
    struct cells cells CELLS_AUTO = { 0 };
    DP_TRY(cells_open(&cells, file, &report->problems, problem));
    DP_TRY(read_all(roster, &cells, problem));
    return roster->has_paths ? DP_SUCCESS : roster_tree_derive(roster, file, report);
}
