/* SPDX-License-Identifier: MIT */
#include "app/service/theme/board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/core/mem.h"
#include "app/privacy/released.h"
#include "app/privacy/settled.h"
#include "app/stats/items.h"
#include "storage/difficulty_record.h"

enum { FORTNIGHT_DAYS = 14, NO_UNIT = -1 };

/* Where a team stands in the outline: everything beneath it has its own number in enter..exit. */
struct place_in_tree {
    uint32_t enter; /* 0: its parents do not lead to the root */
    uint32_t exit;
};

struct theme_board {
    struct date first_monday;
    size_t fortnights;
    size_t complete;
    struct date settled; /* see settled.h */
    struct date first_month;
    size_t months; /* 0 unless wanted */
    struct team *teams;
    struct place_in_tree *tree; /* by the team's place */
    size_t team_count;
    struct unit *units;
    uint32_t *unit_enter; /* of the unit's team, by the unit's place */
    size_t unit_count;
    struct difficulty *difficulties; /* by question and version */
    size_t difficulty_count;
    struct board_sum *sums;       /* unit, theme, fortnight */
    struct board_month *by_month; /* unit, theme, month */
    bool *is_asked;               /* theme, fortnight */
    double effect_sum[QUESTION_THEMES];
    double effect_n[QUESTION_THEMES];
    bool is_adjusted;
};

void theme_board_close(struct theme_board *board)
{
    if (board == NULL) {
        return;
    }
    mem_free(board->teams);
    mem_free(board->tree);
    mem_free(board->units);
    mem_free(board->unit_enter);
    mem_free(board->difficulties);
    mem_free(board->sums);
    mem_free(board->by_month);
    mem_free(board->is_asked);
    mem_free(board);
}

void theme_board_close_at(struct theme_board **board)
{
    theme_board_close(*board);
}

/* ---- The tree ------------------------------------------------------------------------------------ */

static size_t place_of_team(const struct theme_board *board, struct team_id id)
{
    const struct team *found = people_find_team(board->teams, board->team_count, id);
    return found == NULL ? SIZE_MAX : (size_t)(found - board->teams);
}

/* Numbers the teams so that a subtree is a range; `next` and `first` are lists of children. */
static void number_teams(struct theme_board *board, const uint32_t *first, const uint32_t *next,
                         size_t at, size_t depth, uint32_t *counter)
{
    board->tree[at].enter = ++*counter;
    for (uint32_t child = first[at]; child != 0 && depth < TEAM_DEPTH_MAX;
         child = next[child - 1]) {
        number_teams(board, first, next, child - 1, depth + 1, counter);
    }
    board->tree[at].exit = *counter;
}

static dp_err lay_out_tree(struct theme_board *board)
{
    board->tree = mem_new(board->team_count + 1, sizeof *board->tree);
    MEM_AUTO uint32_t *first = mem_new(board->team_count + 1, sizeof *first);
    MEM_AUTO uint32_t *next = mem_new(board->team_count + 1, sizeof *next);
    if (board->tree == NULL || first == NULL || next == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    for (size_t i = board->team_count; i > 0; i--) { /* so that lists are by id */
        size_t parent = place_of_team(board, board->teams[i - 1].parent);
        if (parent != SIZE_MAX && parent != i - 1) {
            next[i - 1] = first[parent];
            first[parent] = (uint32_t)i;
        }
    }
    uint32_t counter = 0;
    size_t root = place_of_team(board, (struct team_id){ TEAM_ROOT });
    if (root != SIZE_MAX) {
        number_teams(board, first, next, root, 0, &counter);
    }
    return DP_SUCCESS;
}

static struct place_in_tree place_of(const struct theme_board *board, struct team_id team)
{
    size_t at = place_of_team(board, team);
    return at == SIZE_MAX ? (struct place_in_tree){ 0 } : board->tree[at];
}

static bool is_in(struct place_in_tree top, uint32_t enter)
{
    return enter != 0 && top.enter != 0 && top.enter <= enter && enter <= top.exit;
}

static bool is_within(const struct theme_board *board, struct team_id team, struct team_id top)
{
    return is_in(place_of(board, top), place_of(board, team).enter);
}

static const struct unit *find_unit(const struct theme_board *board, struct unit_id id)
{
    for (size_t i = 0; i < board->unit_count; i++) {
        if (board->units[i].id.value == id.value) {
            return &board->units[i];
        }
    }
    return NULL;
}

/* ---- Filling ------------------------------------------------------------------------------------- */

struct filling {
    struct theme_board *board;
    const struct released *cells;
    int32_t unit; /* of the last cell; cells come by unit */
    bool has_no_memory;
};

static dp_err copy_people(struct theme_board *board, const struct released *cells)
{
    const struct team *teams = released_teams(cells, &board->team_count);
    const struct unit *units = released_units(cells, &board->unit_count);
    board->teams = mem_new(board->team_count + 1, sizeof *board->teams);
    board->units = mem_new(board->unit_count + 1, sizeof *board->units);
    board->unit_enter = mem_new(board->unit_count + 1, sizeof *board->unit_enter);
    if (board->teams == NULL || board->units == NULL || board->unit_enter == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    if (board->team_count > 0) {
        memcpy(board->teams, teams, board->team_count * sizeof *teams);
    }
    if (board->unit_count > 0) {
        memcpy(board->units, units, board->unit_count * sizeof *units);
    }
    DP_TRY(lay_out_tree(board));
    for (size_t i = 0; i < board->unit_count; i++) {
        board->unit_enter[i] = place_of(board, board->units[i].team).enter;
    }
    return DP_SUCCESS;
}

static bool note_difficulty(const struct difficulty *difficulty, void *context)
{
    struct theme_board *board = context;
    board->difficulties[board->difficulty_count++] = *difficulty;
    board->is_adjusted = board->is_adjusted || difficulty->is_used;
    return board->difficulty_count < ITEMS_MAX;
}

static dp_err read_difficulties(struct theme_board *board, const struct appliance *appliance)
{
    board->difficulties = mem_new(ITEMS_MAX, sizeof *board->difficulties);
    if (board->difficulties == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    STORE_READ_AUTO struct store_txn *txn = NULL;
    DP_TRY(store_read(appliance->office, &txn));
    return difficulty_record_each(txn, note_difficulty, board);
}

static size_t index_of_theme(enum theme theme)
{
    return (size_t)theme - THEME_FIRST;
}

static bool is_theme(enum theme theme)
{
    return theme >= THEME_FIRST && theme < THEME_COUNT;
}

static const struct difficulty *find_difficulty(const struct theme_board *board,
                                                struct question_id question, uint16_t version)
{
    uint32_t wanted = (uint32_t)question.value << 16 | version;
    size_t low = 0;
    size_t high = board->difficulty_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct difficulty *difficulty = &board->difficulties[middle];
        uint32_t here = (uint32_t)difficulty->question.value << 16 | difficulty->version;
        if (here == wanted) {
            return difficulty;
        }
        low = here < wanted ? middle + 1 : low;
        high = here < wanted ? high : middle;
    }
    return NULL;
}

/* Over the whole organisation, whatever part of it is read. */
static void weigh_difficulties(struct theme_board *board, const struct released *cells)
{
    for (size_t i = 0; i < board->difficulty_count; i++) {
        const struct difficulty *difficulty = &board->difficulties[i];
        enum theme theme = released_theme_of(cells, difficulty->question);
        if (is_theme(theme) && difficulty->is_used) {
            double n = (double)difficulty->answers;
            board->effect_sum[index_of_theme(theme)] += difficulty->effect * n;
            board->effect_n[index_of_theme(theme)] += n;
        }
    }
}

static int32_t months_between(struct date from, struct date to)
{
    struct date_parts a = date_parts_of(from);
    struct date_parts b = date_parts_of(to);
    return (b.year - a.year) * 12 + b.month - a.month;
}

static struct date thursday_of(struct date date)
{
    return date_add(date_monday(date), 3);
}

/* From the fortnight of the first evening to that of the last; fortnights start with the programme. */
static dp_err choose_fortnights(struct theme_board *board, const struct appliance *appliance,
                                const struct released *cells, const struct board_wanted *wanted)
{
    struct date first;
    struct date last;
    struct date start = date_monday(appliance->organisation.programme_start);
    board->first_monday = start;
    dp_err found = released_extent(cells, &first, &last);
    if (err_is(found, DP_NOT_FOUND)) {
        return DP_SUCCESS;
    }
    DP_TRY(found);
    int32_t offset = (first.days - start.days) % FORTNIGHT_DAYS;
    offset = offset < 0 ? offset + FORTNIGHT_DAYS : offset;
    board->first_monday = date_add(first, -offset);
    board->fortnights = (size_t)((last.days - board->first_monday.days) / FORTNIGHT_DAYS) + 1;
    size_t limit = wanted->fortnights_max == 0 || wanted->fortnights_max > THEME_FORTNIGHTS_MAX
                       ? THEME_FORTNIGHTS_MAX
                       : wanted->fortnights_max;
    if (board->fortnights > limit) {
        int32_t skipped = (int32_t)(board->fortnights - limit);
        board->first_monday = date_add(board->first_monday, skipped * FORTNIGHT_DAYS);
        board->fortnights = limit;
    }
    int32_t over = (board->settled.days - board->first_monday.days) / FORTNIGHT_DAYS;
    board->complete = over < 0                           ? 0
                      : (size_t)over < board->fortnights ? (size_t)over
                                                         : board->fortnights;
    board->first_month = date_month_start(thursday_of(board->first_monday));
    board->months = wanted->has_months
                        ? (size_t)months_between(board->first_month, thursday_of(last)) + 1
                        : 0;
    return DP_SUCCESS;
}

static bool fortnight_of(const struct theme_board *board, struct date date, size_t *fortnight)
{
    int32_t days = date.days - board->first_monday.days;
    *fortnight = (size_t)(days / FORTNIGHT_DAYS);
    return days >= 0 && *fortnight < board->fortnights;
}

static bool note_asked(const struct flushed *flushed, void *context)
{
    const struct filling *filling = context;
    struct theme_board *board = filling->board;
    enum theme theme = released_theme_of(filling->cells, flushed->question);
    size_t fortnight = 0;
    if (is_theme(theme) && fortnight_of(board, flushed->epoch.date, &fortnight)) {
        board->is_asked[index_of_theme(theme) * board->fortnights + fortnight] = true;
    }
    return true;
}

static int32_t unit_at(const struct filling *filling, struct unit_id id)
{
    const struct theme_board *board = filling->board;
    size_t low = 0;
    size_t high = board->unit_count;
    if (filling->unit >= 0 && board->units[filling->unit].id.value == id.value) {
        return filling->unit;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (board->units[middle].id.value == id.value) {
            return (int32_t)middle;
        }
        bool is_before = board->units[middle].id.value < id.value;
        low = is_before ? middle + 1 : low;
        high = is_before ? high : middle;
    }
    return NO_UNIT;
}

static void add_to_month(struct theme_board *board, size_t row, const struct cell *cell,
                         double effect)
{
    double n = (double)cell->n;
    double mean = (double)cell->mean_hundredths / 100.0;
    int32_t month = months_between(board->first_month, thursday_of(cell->period_start));
    if (month >= 0 && (size_t)month < board->months) {
        struct board_month *to = &board->by_month[row * board->months + (size_t)month];
        to->raw += n * mean;
        to->adjusted += n * (mean - effect);
        to->n += n;
    }
}

static void add_to_sum(struct board_sum *sum, const struct cell *cell, double effect)
{
    double n = (double)cell->n;
    double mean = (double)cell->mean_hundredths / 100.0;
    sum->cells_shown++;
    sum->n += cell->n;
    sum->invited += cell->headcount;
    sum->raw += n * mean;
    sum->adjusted += n * (mean - effect);
    sum->favourable += n * (double)cell->favourable_pct;
    if (cell->has_sd && cell->n > 1) {
        double sd = (double)cell->sd_tenths / 10.0;
        sum->sd_squares += (n - 1.0) * sd * sd;
        sum->sd_df += n - 1.0;
    }
}

static bool add_cell(const struct cell *cell, void *context)
{
    struct filling *filling = context;
    struct theme_board *board = filling->board;
    enum theme theme = released_theme_of(filling->cells, cell->question);
    size_t fortnight = 0;
    filling->unit = unit_at(filling, cell->unit);
    if (!is_theme(theme) || filling->unit == NO_UNIT ||
        !fortnight_of(board, cell->period_start, &fortnight)) {
        return true;
    }
    size_t row = (size_t)filling->unit * QUESTION_THEMES + index_of_theme(theme);
    struct board_sum *sum = &board->sums[row * board->fortnights + fortnight];
    if (cell->status != CELL_OK) {
        sum->cells_hidden++;
        return true;
    }
    const struct difficulty *known = find_difficulty(board, cell->question,
                                                     cell->question_version);
    double effect = known != NULL ? known->effect : 0.0;
    sum->has_single_item = sum->has_single_item || known == NULL || known->weeks < 2;
    add_to_sum(sum, cell, effect);
    if (board->months > 0) {
        add_to_month(board, row, cell, effect);
    }
    return true;
}

static dp_err fill(struct theme_board *board, const struct released *cells,
                   struct team_id scope)
{
    size_t rows = board->unit_count * QUESTION_THEMES;
    struct filling filling = { .board = board, .cells = cells, .unit = NO_UNIT };
    board->sums = mem_new(rows * board->fortnights + 1, sizeof *board->sums);
    board->by_month = mem_new(rows * board->months + 1, sizeof *board->by_month);
    board->is_asked = mem_new(QUESTION_THEMES * board->fortnights + 1, sizeof *board->is_asked);
    if (board->sums == NULL || board->by_month == NULL || board->is_asked == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    if (board->fortnights == 0) {
        return DP_SUCCESS;
    }
    int32_t days = (int32_t)board->fortnights * FORTNIGHT_DAYS;
    struct released_range range = { .team = scope,
                                    .kind = PERIOD_DAY,
                                    .from = board->first_monday,
                                    .to = date_add(board->first_monday, days - 1) };
    DP_TRY(released_each_day(cells, note_asked, &filling));
    return released_each(cells, &range, add_cell, &filling);
}

/* The smallest subtree that holds all that is wanted. */
static struct team_id part_to_read(const struct theme_board *board,
                                   const struct board_wanted *wanted)
{
    struct unit_id pool;
    if (wanted->team.value == 0 || !is_within(board, wanted->team, wanted->scope)) {
        return wanted->scope;
    }
    board_reader(board, wanted->scope, wanted->team, &pool);
    const struct unit *unit = find_unit(board, pool);
    return unit == NULL ? wanted->team : unit->team;
}

dp_err board_open(const struct appliance *appliance, const struct board_wanted *wanted,
                  struct theme_board **out)
{
    *out = NULL;
    THEME_BOARD_AUTO struct theme_board *board = mem_new(1, sizeof *board);
    if (board == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(read_difficulties(board, appliance));
    DP_TRY(settled_until(&appliance->folder, appliance_today(appliance), &board->settled));
    RELEASED_AUTO struct released *cells = NULL;
    DP_TRY(appliance_released(appliance, &cells));
    DP_TRY(copy_people(board, cells));
    weigh_difficulties(board, cells);
    DP_TRY(choose_fortnights(board, appliance, cells, wanted));
    DP_TRY(fill(board, cells, part_to_read(board, wanted)));
    *out = board;
    board = NULL;
    return DP_SUCCESS;
}

dp_err theme_board_open(const struct appliance *appliance, struct theme_board **out)
{
    struct board_wanted wanted = { .scope = { TEAM_ROOT } };
    return board_open(appliance, &wanted, out);
}

/* ---- Asking -------------------------------------------------------------------------------------- */

size_t theme_board_fortnights(const struct theme_board *board, struct date *first_monday)
{
    *first_monday = board->first_monday;
    return board->fortnights;
}

const struct team *board_teams(const struct theme_board *board, size_t *count)
{
    *count = board->team_count;
    return board->teams;
}

size_t board_complete(const struct theme_board *board)
{
    return board->complete;
}

bool board_is_adjusted(const struct theme_board *board)
{
    return board->is_adjusted;
}

bool board_is_asked(const struct theme_board *board, enum theme theme, size_t fortnight)
{
    return board->is_asked[index_of_theme(theme) * board->fortnights + fortnight];
}

double board_usual_level(const struct theme_board *board, enum theme theme)
{
    size_t at = index_of_theme(theme);
    bool is_known = board->is_adjusted && board->effect_n[at] > 0.0;
    return is_known ? board->effect_sum[at] / board->effect_n[at] : NUMBER_NONE;
}

/* What there is beneath a team. */
struct beneath {
    bool has_own;            /* an open daily unit, or an open pool */
    bool has_any;            /* any unit at all, closed ones too */
    const struct unit *pool; /* of weekly units, if it holds others, too: the first of these */
};

static struct beneath look_beneath(const struct theme_board *board, struct team_id team)
{
    struct beneath found = { 0 };
    struct place_in_tree top = place_of(board, team);
    for (size_t i = 0; i < board->unit_count; i++) {
        const struct unit *unit = &board->units[i];
        if (!is_in(top, board->unit_enter[i])) {
            continue;
        }
        bool is_weekly = unit->kind != UNIT_POOL && unit->cadence == UNIT_WEEKLY;
        found.has_any = true;
        found.has_own = found.has_own || (!unit->is_closed && !is_weekly);
        if (unit->is_closed || !is_weekly || unit->pool.value == 0) {
            continue;
        }
        const struct unit *pool = find_unit(board, unit->pool);
        if (pool != NULL && !is_within(board, pool->team, team)) {
            found.pool = found.pool == NULL ? pool : found.pool;
        }
    }
    return found;
}

struct theme_reader board_reader(const struct theme_board *board, struct team_id scope,
                                 struct team_id team, struct unit_id *pool)
{
    struct beneath found = look_beneath(board, team);
    struct theme_reader reader = { .reading = THEME_READ_NO_UNIT };
    *pool = (struct unit_id){ 0 };
    if (found.has_own) {
        reader.reading = THEME_READ_OWN;
        reader.is_partial = found.pool != NULL;
        return reader;
    }
    if (found.pool == NULL) {
        reader.reading = found.has_any ? THEME_READ_OWN : THEME_READ_NO_UNIT;
        return reader;
    }
    reader.reading = THEME_READ_OUTSIDE;
    if (is_within(board, found.pool->team, scope)) {
        reader.reading = THEME_READ_POOL;
        *pool = found.pool->id;
        snprintf(reader.pool, sizeof reader.pool, "%s", found.pool->name);
    }
    return reader;
}

/* Whether a unit is part of a place whose team stands at `top`. */
static bool is_part(const struct theme_board *board, const struct board_place *place,
                    struct place_in_tree top, size_t unit)
{
    return place->pool.value != 0 ? board->units[unit].id.value == place->pool.value
                                  : is_in(top, board->unit_enter[unit]);
}

static void add_sum(const struct board_sum *from, struct board_sum *to)
{
    to->raw += from->raw;
    to->adjusted += from->adjusted;
    to->favourable += from->favourable;
    to->sd_squares += from->sd_squares;
    to->sd_df += from->sd_df;
    to->invited += from->invited;
    to->n += from->n;
    to->cells_shown += from->cells_shown;
    to->cells_hidden += from->cells_hidden;
    to->has_single_item = to->has_single_item || from->has_single_item;
}

void board_add_up(const struct theme_board *board, const struct board_place *place,
                  struct board_sum *sums)
{
    struct place_in_tree top = place_of(board, place->team);
    memset(sums, 0, board->fortnights * sizeof *sums);
    for (size_t unit = 0; unit < board->unit_count; unit++) {
        if (!is_part(board, place, top, unit)) {
            continue;
        }
        size_t row = unit * QUESTION_THEMES + index_of_theme(place->theme);
        for (size_t t = 0; t < board->fortnights; t++) {
            add_sum(&board->sums[row * board->fortnights + t], &sums[t]);
        }
    }
}

size_t board_months(const struct theme_board *board)
{
    return board->months;
}

void board_add_up_months(const struct theme_board *board, const struct board_place *place,
                         struct board_month *months)
{
    struct place_in_tree top = place_of(board, place->team);
    struct date start = board->first_month;
    for (size_t t = 0; t < board->months; t++) {
        months[t] = (struct board_month){ .start = start };
        start = date_next_month(start);
    }
    for (size_t unit = 0; unit < board->unit_count; unit++) {
        if (!is_part(board, place, top, unit)) {
            continue;
        }
        size_t row = unit * QUESTION_THEMES + index_of_theme(place->theme);
        for (size_t t = 0; t < board->months; t++) {
            const struct board_month *from = &board->by_month[row * board->months + t];
            months[t].raw += from->raw;
            months[t].adjusted += from->adjusted;
            months[t].n += from->n;
        }
    }
}
