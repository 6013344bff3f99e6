/* SPDX-License-Identifier: MIT */
#include "app/privacy/released_memory.h"

#include <pthread.h>

#include "app/core/mem.h"

enum { FIGURES_FIRST = 1024, RUNS_FIRST = 64, QUESTIONS_FIRST = 16 };

/* Figures in a row: of one unit and period kind, and in the finished pack of one question. */
struct run {
    struct unit_id unit;
    enum period_kind kind;
    size_t first;
    size_t count;
};

/* The runs of one question, by unit and kind. */
struct group {
    uint16_t question;
    size_t first;
    size_t count;
    size_t figures; /* of all its runs */
};

/* What is being read, in the order of the cells' keys: by unit, kind, start, question. */
struct collecting {
    size_t count_max;
    bool is_too_large;
    bool has_no_memory;
    struct released_figure *figures;
    size_t count;
    size_t capacity;
    struct run *runs;
    size_t runs_count;
    size_t runs_capacity;
};

/* By question, unit, kind and start, because a sum wants the questions of one theme alone. */
struct released_pack {
    uint64_t version;
    size_t users;
    bool is_too_large; /* then it is empty */
    struct released_figure *figures;
    struct run *runs;
    struct group *groups;
    size_t groups_count;
};

struct released_memory {
    pthread_mutex_t lock;
    size_t cells_max;
    struct released_pack *newest; /* NULL before the first reader */
};

static void free_pack(struct released_pack *pack)
{
    if (pack != NULL) {
        mem_free(pack->figures);
        mem_free(pack->runs);
        mem_free(pack->groups);
        mem_free(pack);
    }
}

/* ---- Collecting -------------------------------------------------------------------------- */

static bool grow(void **items, size_t *capacity, size_t first, size_t size)
{
    size_t wanted = *capacity == 0 ? first : *capacity * 2;
    void *grown = mem_resize(*items, wanted, size);
    if (grown == NULL) {
        return false;
    }
    *items = grown;
    *capacity = wanted;
    return true;
}

static bool make_room(struct collecting *collecting)
{
    void *figures = collecting->figures;
    void *runs = collecting->runs;
    bool has_room = true;
    if (collecting->count == collecting->capacity) {
        has_room = grow(&figures, &collecting->capacity, FIGURES_FIRST,
                        sizeof *collecting->figures);
    }
    if (has_room && collecting->runs_count == collecting->runs_capacity) {
        has_room = grow(&runs, &collecting->runs_capacity, RUNS_FIRST,
                        sizeof *collecting->runs);
    }
    collecting->figures = figures;
    collecting->runs = runs;
    return has_room;
}

struct released_figure released_figure_of(const struct cell *cell)
{
    return (struct released_figure){ .start = cell->period_start,
                                     .n = cell->n,
                                     .headcount = cell->headcount,
                                     .question = cell->question.value,
                                     .mean_hundredths = cell->mean_hundredths,
                                     .sd_tenths = cell->has_sd ? cell->sd_tenths
                                                               : RELEASED_NO_SD,
                                     .favourable_pct = cell->favourable_pct };
}

static bool is_run_of(const struct run *run, struct unit_id unit, enum period_kind kind)
{
    return run->unit.value == unit.value && run->kind == kind;
}

static bool collect(const struct cell *cell, void *context)
{
    struct collecting *collecting = context;
    collecting->is_too_large = collecting->count == collecting->count_max;
    if (collecting->is_too_large) {
        return false;
    }
    if (!make_room(collecting)) {
        collecting->has_no_memory = true;
        return false;
    }
    struct run *run = &collecting->runs[collecting->runs_count];
    if (collecting->runs_count == 0 || !is_run_of(run - 1, cell->unit, cell->period_kind)) {
        *run = (struct run){ cell->unit, cell->period_kind, collecting->count, 0 };
        collecting->runs_count++;
    }
    collecting->runs[collecting->runs_count - 1].count++;
    collecting->figures[collecting->count++] = released_figure_of(cell);
    return true;
}

/* ---- Packing ----------------------------------------------------------------------------- */

/* By question: how much there is, then where the next one goes. */
struct filing {
    uint32_t *group; /* of each question, from 1 on; 0: none */
    size_t groups_capacity;
    size_t runs_count;
};

static dp_err find_group(struct released_pack *pack, struct filing *filing, uint16_t question,
                         struct group **out)
{
    if (filing->group[question] == 0) {
        void *groups = pack->groups;
        if (pack->groups_count == filing->groups_capacity &&
            !grow(&groups, &filing->groups_capacity, QUESTIONS_FIRST, sizeof *pack->groups)) {
            return err_make(DP_NO_MEMORY);
        }
        pack->groups = groups;
        pack->groups[pack->groups_count++] = (struct group){ .question = question };
        filing->group[question] = (uint32_t)pack->groups_count;
    }
    *out = &pack->groups[filing->group[question] - 1];
    return DP_SUCCESS;
}

/* A run of the finished pack is what a run of the collected one has of one question: `last`
 * is the collected run, counted from 1, that the question was seen in last. */
static dp_err count_all(const struct collecting *from, struct released_pack *pack,
                        struct filing *filing, uint32_t *last)
{
    for (size_t r = 0; r < from->runs_count; r++) {
        for (size_t i = 0; i < from->runs[r].count; i++) {
            uint16_t question = from->figures[from->runs[r].first + i].question;
            struct group *group = NULL;
            DP_TRY(find_group(pack, filing, question, &group));
            group->figures++;
            bool is_new = last[question] != r + 1;
            group->count += is_new;
            filing->runs_count += is_new;
            last[question] = (uint32_t)r + 1;
        }
    }
    return DP_SUCCESS;
}

static void place_all(const struct collecting *from, struct released_pack *pack,
                      const struct filing *filing)
{
    size_t figure = 0;
    size_t run = 0;
    for (size_t g = 0; g < pack->groups_count; g++) {
        struct group *group = &pack->groups[g];
        size_t figures = group->figures;
        group->first = run;
        group->figures = figure; /* from here on: where its next figure goes */
        run += group->count;
        figure += figures;
        group->count = 0;
    }
    for (size_t r = 0; r < from->runs_count; r++) {
        const struct run *own = &from->runs[r];
        for (size_t i = 0; i < own->count; i++) {
            const struct released_figure *figure_of = &from->figures[own->first + i];
            struct group *group = &pack->groups[filing->group[figure_of->question] - 1];
            struct run *newest = &pack->runs[group->first + group->count];
            if (group->count == 0 || !is_run_of(newest - 1, own->unit, own->kind)) {
                *newest = (struct run){ own->unit, own->kind, group->figures, 0 };
                group->count++;
            }
            pack->runs[group->first + group->count - 1].count++;
            pack->figures[group->figures++] = *figure_of;
        }
    }
}

static dp_err file_all(const struct collecting *from, struct released_pack *pack)
{
    MEM_AUTO uint32_t *groups = mem_new(CELL_QUESTIONS, sizeof *groups);
    MEM_AUTO uint32_t *last = mem_new(CELL_QUESTIONS, sizeof *last);
    struct filing filing = { .group = groups };
    if (groups == NULL || last == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(count_all(from, pack, &filing, last));
    pack->figures = mem_new(from->count + 1, sizeof *pack->figures);
    pack->runs = mem_new(filing.runs_count + 1, sizeof *pack->runs);
    if (pack->figures == NULL || pack->runs == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    place_all(from, pack, &filing);
    return DP_SUCCESS;
}

static dp_err read_all(struct collecting *collecting, struct store_txn *results,
                       struct released_pack *pack)
{
    DP_TRY(cell_record_each(results, collect, collecting));
    if (collecting->has_no_memory) {
        return err_make(DP_NO_MEMORY);
    }
    pack->is_too_large = collecting->is_too_large;
    return pack->is_too_large ? DP_SUCCESS : file_all(collecting, pack);
}

static dp_err fill_pack(struct released_pack *pack, size_t cells_max, struct store_txn *results)
{
    struct collecting collecting = { .count_max = cells_max };
    dp_err read = read_all(&collecting, results, pack);
    mem_free(collecting.figures);
    mem_free(collecting.runs);
    return read;
}

/* ---- Finding ----------------------------------------------------------------------------- */

size_t released_pack_groups(const struct released_pack *pack)
{
    return pack->groups_count;
}

struct question_id released_pack_question(const struct released_pack *pack, size_t group)
{
    return (struct question_id){ pack->groups[group].question };
}

static const struct run *find_run(const struct released_pack *pack, const struct group *group,
                                  struct unit_id unit, enum period_kind kind)
{
    const struct run *runs = &pack->runs[group->first];
    size_t from = 0;
    size_t to = group->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        bool is_before = runs[middle].unit.value < unit.value ||
                         (runs[middle].unit.value == unit.value && runs[middle].kind < kind);
        from = is_before ? middle + 1 : from;
        to = is_before ? to : middle;
    }
    return from < group->count && is_run_of(&runs[from], unit, kind) ? &runs[from] : NULL;
}

/* The place of the first figure that doesn't start before a date. */
static size_t find_start(const struct released_figure *figures, size_t count, struct date date)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        bool is_before = date_is_before(figures[middle].start, date);
        low = is_before ? middle + 1 : low;
        high = is_before ? high : middle;
    }
    return low;
}

const struct released_figure *released_pack_find(const struct released_pack *pack, size_t group,
                                                 const struct cell_range *range, size_t *count)
{
    const struct run *run = find_run(pack, &pack->groups[group], range->unit,
                                     range->period_kind);
    *count = 0;
    if (run == NULL || date_is_before(range->to, range->from)) {
        return NULL;
    }
    const struct released_figure *figures = &pack->figures[run->first];
    size_t from = find_start(figures, run->count, range->from);
    *count = find_start(figures, run->count, date_add(range->to, 1)) - from;
    return figures + from;
}

/* ---- Keeping ----------------------------------------------------------------------------- */

dp_err released_memory_make(size_t cells_max, struct released_memory **out)
{
    struct released_memory *memory = mem_new(1, sizeof *memory);
    *out = memory;
    if (memory == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    memory->cells_max = cells_max;
    DP_CHECK(pthread_mutex_init(&memory->lock, NULL) == 0);
    return DP_SUCCESS;
}

void released_memory_free(struct released_memory *memory)
{
    if (memory == NULL) {
        return;
    }
    DP_CHECK(memory->newest == NULL || memory->newest->users == 0);
    free_pack(memory->newest);
    DP_CHECK(pthread_mutex_destroy(&memory->lock) == 0);
    mem_free(memory);
}

/* The newest pack goes when another takes its place, unless somebody still reads it: then
 * the last reader frees it. */
static dp_err renew(struct released_memory *memory, struct store_txn *results)
{
    struct released_pack *pack = mem_new(1, sizeof *pack);
    if (pack == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    pack->version = store_version(results);
    dp_err filled = fill_pack(pack, memory->cells_max, results);
    if (!err_is_ok(filled)) {
        free_pack(pack);
        return filled;
    }
    if (memory->newest != NULL && memory->newest->users == 0) {
        free_pack(memory->newest);
    }
    memory->newest = pack;
    return DP_SUCCESS;
}

static dp_err take(struct released_memory *memory, struct store_txn *results,
                   struct released_pack **out)
{
    if (memory->newest == NULL || memory->newest->version != store_version(results)) {
        DP_TRY(renew(memory, results));
    }
    if (!memory->newest->is_too_large) {
        memory->newest->users++;
        *out = memory->newest;
    }
    return DP_SUCCESS;
}

dp_err released_memory_take(struct released_memory *memory, struct store_txn *results,
                            struct released_pack **out)
{
    *out = NULL;
    DP_CHECK(pthread_mutex_lock(&memory->lock) == 0);
    dp_err taken = take(memory, results, out);
    DP_CHECK(pthread_mutex_unlock(&memory->lock) == 0);
    return taken;
}

void released_memory_give_back(struct released_memory *memory, struct released_pack *pack)
{
    if (memory == NULL || pack == NULL) {
        return;
    }
    DP_CHECK(pthread_mutex_lock(&memory->lock) == 0);
    pack->users--;
    if (pack->users == 0 && pack != memory->newest) {
        free_pack(pack);
    }
    DP_CHECK(pthread_mutex_unlock(&memory->lock) == 0);
}
