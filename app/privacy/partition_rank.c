/* SPDX-License-Identifier: MIT */
#include "app/privacy/partition_rank.h"

#include <stdlib.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/privacy/partition_matrix.h"

enum { CELLS_MAX = 8 * 1024 * 1024 /* of one component's matrix */ };

/* ---- The rows: every set of teams that was, or would be, one unit ---- */

/* A team's stay in a unit: from <= Monday < to. */
struct stay {
    uint32_t unit;
    int32_t from;
    int32_t to;
    uint32_t team;
};

struct rows {
    uint32_t *starts; /* count + 1 of them */
    uint32_t *teams;
    uint32_t *part; /* by row: its component */
    uint32_t count;
    uint32_t old; /* the first so many are the past's */
    size_t starts_capacity;
    size_t teams_capacity;
};

static void rows_free(struct rows *rows)
{
    mem_free(rows->starts);
    mem_free(rows->teams);
    mem_free(rows->part);
    *rows = (struct rows){ 0 };
}

static dp_err reserve(uint32_t **list, size_t *capacity, size_t wanted)
{
    if (wanted <= *capacity) {
        return DP_SUCCESS;
    }
    size_t target = wanted + wanted / 2 + 16;
    uint32_t *moved = mem_resize(*list, target, sizeof **list);
    if (moved == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    *list = moved;
    *capacity = target;
    return DP_SUCCESS;
}

static dp_err add_to_row(struct rows *rows, uint32_t team)
{
    size_t end = rows->starts[rows->count + 1];
    DP_TRY(reserve(&rows->teams, &rows->teams_capacity, end + 1));
    rows->teams[end] = team;
    rows->starts[rows->count + 1]++;
    return DP_SUCCESS;
}

/* The row that add_to_row() fills begins empty behind the last one. */
static dp_err begin_row(struct rows *rows)
{
    DP_TRY(reserve(&rows->starts, &rows->starts_capacity, (size_t)rows->count + 2));
    if (rows->count == 0) {
        rows->starts[0] = 0;
    }
    rows->starts[rows->count + 1] = rows->starts[rows->count];
    return DP_SUCCESS;
}

static void end_row(struct rows *rows)
{
    if (rows->starts[rows->count + 1] > rows->starts[rows->count]) {
        rows->count++;
    }
}

static int compare_stays(const void *a, const void *b)
{
    const struct stay *left = a;
    const struct stay *right = b;
    if (left->unit != right->unit) {
        return left->unit < right->unit ? -1 : 1;
    }
    return (left->from > right->from) - (left->from < right->from);
}

static size_t list_stays(const struct partition_rank_question *question, struct stay *stays)
{
    const struct partition *partition = question->partition;
    size_t count = 0;
    for (size_t i = 0; i < partition->seats_count; i++) {
        const struct partition_seat *seat = &partition->seats[i];
        uint32_t team = partition_tree_find(question->tree, seat->team);
        if (team == PARTITION_NONE) {
            continue;
        }
        bool has_next = i + 1 < partition->seats_count &&
                        partition->seats[i + 1].team.value == seat->team.value;
        stays[count] = (struct stay){
            .unit = seat->unit.value,
            .from = seat->from.days,
            .to = has_next ? partition->seats[i + 1].from.days : INT32_MAX,
            .team = team,
        };
        count++;
    }
    qsort(stays, count, sizeof *stays, compare_stays);
    return count;
}

static dp_err add_row_at(struct rows *rows, const struct stay *stays, size_t count, int32_t day)
{
    DP_TRY(begin_row(rows));
    for (size_t i = 0; i < count; i++) {
        bool is_there = stays[i].from <= day && day < stays[i].to;
        DP_TRY(is_there ? add_to_row(rows, stays[i].team) : DP_SUCCESS);
    }
    end_row(rows);
    return DP_SUCCESS;
}

static int compare_days(const void *a, const void *b)
{
    int32_t left = *(const int32_t *)a;
    int32_t right = *(const int32_t *)b;
    return (left > right) - (left < right);
}

/* One unit's rows: what it was after every Monday on which a team came or went. */
static dp_err add_rows_of_unit(struct rows *rows, const struct stay *stays, size_t count,
                               int32_t *days)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        days[used] = stays[i].from;
        used++;
        if (stays[i].to != INT32_MAX) {
            days[used] = stays[i].to;
            used++;
        }
    }
    qsort(days, used, sizeof *days, compare_days);
    for (size_t i = 0; i < used; i++) {
        bool is_new = i == 0 || days[i] != days[i - 1];
        DP_TRY(is_new ? add_row_at(rows, stays, count, days[i]) : DP_SUCCESS);
    }
    return DP_SUCCESS;
}

static dp_err add_old_rows(const struct partition_rank_question *question, struct rows *rows)
{
    size_t most = question->partition->seats_count;
    MEM_AUTO struct stay *stays = mem_new(most + 1, sizeof *stays);
    MEM_AUTO int32_t *days = mem_new(2 * most + 1, sizeof *days);
    if (stays == NULL || days == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    size_t count = list_stays(question, stays);
    size_t start = 0;
    while (start < count) {
        size_t end = start;
        while (end < count && stays[end].unit == stays[start].unit) {
            end++;
        }
        DP_TRY(add_rows_of_unit(rows, &stays[start], end - start, days));
        start = end;
    }
    rows->old = rows->count;
    return DP_SUCCESS;
}

uint32_t partition_rank_same_unit(const uint32_t *now, const uint32_t *proposed, uint32_t count,
                                  uint32_t group)
{
    uint32_t unit = PARTITION_NONE;
    for (uint32_t i = 0; i < count; i++) {
        if (proposed[i] != group) {
            continue;
        }
        if (now[i] == PARTITION_NONE || (unit != PARTITION_NONE && now[i] != unit)) {
            return PARTITION_NONE;
        }
        unit = now[i];
    }
    for (uint32_t i = 0; i < count && unit != PARTITION_NONE; i++) {
        if (now[i] == unit && proposed[i] != group) {
            return PARTITION_NONE;
        }
    }
    return unit;
}

/* A group that is a unit already brings no new row. */
static dp_err add_new_row(const struct partition_rank_question *question, struct rows *rows,
                          uint32_t group)
{
    uint32_t count = question->tree->count;
    if (partition_rank_same_unit(question->now, question->proposed, count, group) !=
        PARTITION_NONE) {
        return DP_SUCCESS;
    }
    DP_TRY(begin_row(rows));
    for (uint32_t i = 0; i < count; i++) {
        DP_TRY(question->proposed[i] == group ? add_to_row(rows, i) : DP_SUCCESS);
    }
    end_row(rows);
    return DP_SUCCESS;
}

static dp_err add_new_rows(const struct partition_rank_question *question, struct rows *rows)
{
    for (uint32_t group = 0; group < question->groups; group++) {
        DP_TRY(add_new_row(question, rows, group));
    }
    return DP_SUCCESS;
}

/* ---- Columns: teams that are in exactly the same rows; and components ---- */

struct columns {
    uint32_t *of_team; /* PARTITION_NONE: in no row */
    uint32_t *people;  /* by column, at their fewest */
    uint32_t *part;    /* by column: the parent in the union-find, at the end its component */
    uint32_t *place;   /* by column: its place in its component's matrix */
    uint32_t *moved;   /* work area: by column, where its teams that are in the row go */
    uint32_t *stamp;   /* work area: by column, the row that `moved` is about */
    uint32_t count;
};

static void columns_free(struct columns *columns)
{
    mem_free(columns->of_team);
    mem_free(columns->people);
    mem_free(columns->part);
    mem_free(columns->place);
    mem_free(columns->moved);
    mem_free(columns->stamp);
    *columns = (struct columns){ 0 };
}

/* Every row cuts each column that it touches into the teams inside and those outside; the inside
 * gets a new number. Numbers that lose all their teams stay behind, empty. */
static void refine(const struct rows *rows, struct columns *columns)
{
    for (uint32_t row = 0; row < rows->count; row++) {
        for (uint32_t i = rows->starts[row]; i < rows->starts[row + 1]; i++) {
            uint32_t *column = &columns->of_team[rows->teams[i]];
            if (*column == PARTITION_NONE) {
                *column = 0;
            }
            if (columns->stamp[*column] != row + 1) {
                columns->stamp[*column] = row + 1;
                columns->moved[*column] = columns->count;
                columns->count++;
            }
            *column = columns->moved[*column];
        }
    }
}

static uint32_t fewest(const struct partition_rank_question *question, uint32_t team,
                       size_t *seat)
{
    const struct partition *partition = question->partition;
    uint32_t id = question->tree->teams[team].id.value;
    uint32_t people = question->tree->teams[team].headcount;
    while (*seat < partition->seats_count && partition->seats[*seat].team.value <= id) {
        uint32_t then = partition->seats[*seat].headcount;
        if (partition->seats[*seat].team.value == id && then > 0) {
            people = people == 0 || then < people ? then : people;
        }
        (*seat)++;
    }
    return people == 0 ? 1 : people;
}

static dp_err make_columns(const struct partition_rank_question *question,
                           const struct rows *rows, struct columns *columns)
{
    size_t most = 1 + (rows->count == 0 ? 0 : rows->starts[rows->count]);
    uint32_t teams = question->tree->count;
    columns->of_team = mem_new(teams, sizeof *columns->of_team);
    columns->people = mem_new(most, sizeof *columns->people);
    columns->part = mem_new(most, sizeof *columns->part);
    columns->place = mem_new(most, sizeof *columns->place);
    columns->moved = mem_new(most, sizeof *columns->moved);
    columns->stamp = mem_new(most, sizeof *columns->stamp);
    if (columns->of_team == NULL || columns->people == NULL || columns->part == NULL ||
        columns->place == NULL || columns->moved == NULL || columns->stamp == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (uint32_t i = 0; i < teams; i++) {
        columns->of_team[i] = PARTITION_NONE;
    }
    columns->count = 1;
    refine(rows, columns);
    size_t seat = 0;
    for (uint32_t i = 0; i < teams; i++) {
        uint32_t people = fewest(question, i, &seat);
        if (columns->of_team[i] != PARTITION_NONE) {
            columns->people[columns->of_team[i]] += people;
        }
    }
    return DP_SUCCESS;
}

static uint32_t part_of(struct columns *columns, uint32_t column)
{
    while (columns->part[column] != column) {
        columns->part[column] = columns->part[columns->part[column]];
        column = columns->part[column];
    }
    return column;
}

static dp_err make_components(struct rows *rows, struct columns *columns)
{
    rows->part = mem_new((size_t)rows->count + 1, sizeof *rows->part);
    if (rows->part == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (uint32_t i = 0; i < columns->count; i++) {
        columns->part[i] = i;
    }
    for (uint32_t row = 0; row < rows->count; row++) {
        uint32_t first = part_of(columns, columns->of_team[rows->teams[rows->starts[row]]]);
        for (uint32_t i = rows->starts[row]; i < rows->starts[row + 1]; i++) {
            columns->part[part_of(columns, columns->of_team[rows->teams[i]])] = first;
        }
    }
    for (uint32_t row = 0; row < rows->count; row++) {
        rows->part[row] = part_of(columns, columns->of_team[rows->teams[rows->starts[row]]]);
    }
    for (uint32_t i = 0; i < columns->count; i++) {
        columns->part[i] = part_of(columns, i);
    }
    return DP_SUCCESS;
}

/* ---- One component ---- */

struct component {
    const struct partition_rank_question *question;
    const struct rows *rows;
    struct columns *columns;
    uint32_t part;
    uint32_t row_count;
    uint32_t width;
    uint32_t big;
};

/* Numbers the component's columns: those of k people and more first. */
static void place_columns(struct component *component)
{
    struct columns *columns = component->columns;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < columns->count; i++) {
            bool is_big = columns->people[i] >= component->question->min_people;
            bool is_here = columns->part[i] == component->part && columns->people[i] > 0;
            if (is_here && is_big == (pass == 0)) {
                columns->place[i] = component->width;
                component->width++;
            }
        }
        component->big = pass == 0 ? component->width : component->big;
    }
}

static void spread_row(const struct component *component, uint32_t row, uint32_t *cells)
{
    const struct rows *rows = component->rows;
    memset(cells, 0, component->width * sizeof *cells);
    for (uint32_t i = rows->starts[row]; i < rows->starts[row + 1]; i++) {
        uint32_t column = component->columns->of_team[rows->teams[i]];
        cells[component->columns->place[column]] = 1;
    }
}

static dp_err decide(struct component *component, struct partition_matrix *matrix,
                     bool *is_safe)
{
    const struct rows *rows = component->rows;
    MEM_AUTO uint32_t *people = mem_new((size_t)component->width + 1, sizeof *people);
    if (people == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (uint32_t i = 0; i < component->columns->count; i++) {
        if (component->columns->part[i] == component->part &&
            component->columns->people[i] > 0) {
            people[component->columns->place[i]] = component->columns->people[i];
        }
    }
    matrix->big = component->big;
    uint32_t old_rows = 0;
    for (uint32_t row = 0; row < rows->count; row++) {
        if (rows->part[row] != component->part) {
            continue;
        }
        spread_row(component, row, matrix->spare);
        partition_matrix_add(matrix, matrix->spare);
        old_rows = row < rows->old ? matrix->rows : old_rows;
    }
    return partition_matrix_is_safe(matrix, people, old_rows, component->question->min_people,
                                    is_safe);
}

static dp_err is_component_safe(struct component *component, bool *is_safe)
{
    *is_safe = false;
    place_columns(component);
    uint64_t cells = (uint64_t)component->row_count * component->width;
    if (cells > CELLS_MAX || cells * component->row_count > PARTITION_MATRIX_STEPS_MAX) {
        return DP_SUCCESS;
    }
    struct partition_matrix matrix;
    DP_TRY(partition_matrix_make(&matrix, component->row_count, component->width));
    dp_err err = decide(component, &matrix, is_safe);
    partition_matrix_free(&matrix);
    return err;
}

/* ---- All components ---- */

static dp_err judge(const struct partition_rank_question *question, const struct rows *rows,
                    struct columns *columns, bool *keep)
{
    MEM_AUTO uint32_t *row_counts = mem_new(columns->count, sizeof *row_counts);
    MEM_AUTO bool *is_touched = mem_new(columns->count, sizeof *is_touched);
    MEM_AUTO bool *is_unsafe = mem_new(columns->count, sizeof *is_unsafe);
    if (row_counts == NULL || is_touched == NULL || is_unsafe == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (uint32_t row = 0; row < rows->count; row++) {
        row_counts[rows->part[row]]++;
        is_touched[rows->part[row]] = row >= rows->old || is_touched[rows->part[row]];
    }
    for (uint32_t part = 0; part < columns->count; part++) {
        if (!is_touched[part]) {
            continue;
        }
        struct component component = {
            .question = question,
            .rows = rows,
            .columns = columns,
            .part = part,
            .row_count = row_counts[part],
        };
        bool is_safe;
        DP_TRY(is_component_safe(&component, &is_safe));
        is_unsafe[part] = !is_safe;
    }
    for (uint32_t i = 0; i < question->tree->count; i++) {
        uint32_t column = columns->of_team[i];
        keep[i] = column != PARTITION_NONE && is_unsafe[columns->part[column]];
    }
    return DP_SUCCESS;
}

dp_err partition_rank_keep(const struct partition_rank_question *question, bool *keep)
{
    struct rows rows = { 0 };
    struct columns columns = { 0 };
    dp_err err = add_old_rows(question, &rows);
    if (err_is_ok(err)) {
        err = add_new_rows(question, &rows);
    }
    if (err_is_ok(err)) {
        err = make_columns(question, &rows, &columns);
    }
    if (err_is_ok(err)) {
        err = make_components(&rows, &columns);
    }
    if (err_is_ok(err)) {
        err = judge(question, &rows, &columns, keep);
    }
    rows_free(&rows);
    columns_free(&columns);
    return err;
}
