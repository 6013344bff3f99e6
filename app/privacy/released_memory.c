/* SPDX-License-Identifier: MIT */
#include "app/privacy/released_memory.h"

#include <pthread.h>

#include "app/core/mem.h"

enum { FIGURES_FIRST = 1024, RUNS_FIRST = 64 };

/* The figures of one unit and period kind. */
struct run {
    struct unit_id unit;
    enum period_kind kind;
    size_t first;
    size_t count;
};

struct released_pack {
    uint64_t version;
    size_t users;
    size_t count_max;
    bool is_too_large; /* then it is empty */
    bool has_no_memory;
    struct released_figure *figures; /* in the order of the cells' keys */
    size_t count;
    size_t capacity;
    struct run *runs; /* by unit and kind */
    size_t runs_count;
    size_t runs_capacity;
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
        mem_free(pack);
    }
}

/* ---- Packing ------------------------------------------------------------------------------------- */

static bool make_room(struct released_pack *pack)
{
    if (pack->count == pack->capacity) {
        size_t wanted = pack->capacity == 0 ? FIGURES_FIRST : pack->capacity * 2;
        void *grown = mem_resize(pack->figures, wanted, sizeof *pack->figures);
        if (grown == NULL) {
            return false;
        }
        pack->figures = grown;
        pack->capacity = wanted;
    }
    if (pack->runs_count == pack->runs_capacity) {
        size_t wanted = pack->runs_capacity == 0 ? RUNS_FIRST : pack->runs_capacity * 2;
        void *grown = mem_resize(pack->runs, wanted, sizeof *pack->runs);
        if (grown == NULL) {
            return false;
        }
        pack->runs = grown;
        pack->runs_capacity = wanted;
    }
    return true;
}

struct released_figure released_figure_of(const struct cell *cell)
{
    return (struct released_figure){ .start = cell->period_start,
                                     .n = cell->n,
                                     .headcount = cell->headcount,
                                     .question = cell->question.value,
                                     .mean_hundredths = cell->mean_hundredths,
                                     .sd_tenths = cell->has_sd ? cell->sd_tenths : RELEASED_NO_SD,
                                     .favourable_pct = cell->favourable_pct };
}

static bool add_figure(const struct cell *cell, void *context)
{
    struct released_pack *pack = context;
    pack->is_too_large = pack->count == pack->count_max;
    if (pack->is_too_large) {
        return false;
    }
    if (!make_room(pack)) {
        pack->has_no_memory = true;
        return false;
    }
    const struct run *last = pack->runs_count == 0 ? NULL : &pack->runs[pack->runs_count - 1];
    if (last == NULL || last->unit.value != cell->unit.value || last->kind != cell->period_kind) {
        pack->runs[pack->runs_count++] =
            (struct run){ .unit = cell->unit, .kind = cell->period_kind, .first = pack->count };
    }
    pack->figures[pack->count++] = released_figure_of(cell);
    pack->runs[pack->runs_count - 1].count++;
    return true;
}

/* What is too large is remembered as such, and costs no more memory. */
static void shrink(struct released_pack *pack)
{
    if (pack->is_too_large) {
        mem_free(pack->figures);
        mem_free(pack->runs);
        pack->figures = NULL;
        pack->runs = NULL;
        return;
    }
    void *fitting = pack->count == 0
                        ? NULL
                        : mem_resize(pack->figures, pack->count, sizeof *pack->figures);
    pack->figures = fitting == NULL ? pack->figures : fitting;
}

static dp_err fill_pack(struct released_pack *pack, struct store_txn *results)
{
    DP_TRY(cell_record_each(results, add_figure, pack));
    if (pack->has_no_memory) {
        return err_make(DP_NO_MEMORY);
    }
    shrink(pack);
    return DP_SUCCESS;
}

/* ---- Finding ------------------------------------------------------------------------------------- */

static const struct run *find_run(const struct released_pack *pack, struct unit_id unit,
                                  enum period_kind kind)
{
    size_t from = 0;
    size_t to = pack->runs_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        const struct run *run = &pack->runs[middle];
        bool is_before = run->unit.value < unit.value ||
                         (run->unit.value == unit.value && run->kind < kind);
        from = is_before ? middle + 1 : from;
        to = is_before ? to : middle;
    }
    bool is_it = from < pack->runs_count && pack->runs[from].unit.value == unit.value &&
                 pack->runs[from].kind == kind;
    return is_it ? &pack->runs[from] : NULL;
}

const struct released_figure *released_pack_find(const struct released_pack *pack,
                                                 struct unit_id unit, enum period_kind kind,
                                                 struct date from, size_t *count)
{
    const struct run *run = find_run(pack, unit, kind);
    *count = 0;
    if (run == NULL) {
        return NULL;
    }
    const struct released_figure *figures = &pack->figures[run->first];
    size_t low = 0;
    size_t high = run->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        bool is_before = date_is_before(figures[middle].start, from);
        low = is_before ? middle + 1 : low;
        high = is_before ? high : middle;
    }
    *count = run->count - low;
    return figures + low;
}

/* ---- Keeping ------------------------------------------------------------------------------------- */

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

/* The newest pack goes when another takes its place, unless somebody still reads it: then the last
 * reader frees it. */
static dp_err renew(struct released_memory *memory, struct store_txn *results)
{
    struct released_pack *pack = mem_new(1, sizeof *pack);
    if (pack == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    pack->version = store_version(results);
    pack->count_max = memory->cells_max;
    dp_err filled = fill_pack(pack, results);
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
