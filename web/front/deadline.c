/* SPDX-License-Identifier: MIT */
#include "web/front/deadline.h"

#include "app/core/mem.h"

enum { FIRST_CAPACITY = 64 };

static void put(struct deadlines *all, size_t at, struct deadline *one)
{
    all->heap[at] = one;
    one->place = at + 1;
}

static void move_up(struct deadlines *all, size_t at)
{
    struct deadline *one = all->heap[at];
    while (at > 0 && all->heap[(at - 1) / 2]->at_ms > one->at_ms) {
        put(all, at, all->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    put(all, at, one);
}

static void move_down(struct deadlines *all, size_t at)
{
    struct deadline *one = all->heap[at];
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= all->count) {
            break;
        }
        if (child + 1 < all->count && all->heap[child + 1]->at_ms < all->heap[child]->at_ms) {
            child++;
        }
        if (all->heap[child]->at_ms >= one->at_ms) {
            break;
        }
        put(all, at, all->heap[child]);
        at = child;
    }
    put(all, at, one);
}

dp_err deadline_set(struct deadlines *all, struct deadline *one, int64_t at_ms)
{
    if (one->place == 0) {
        if (all->count == all->capacity) {
            size_t capacity = all->capacity == 0 ? FIRST_CAPACITY : all->capacity * 2;
            /* NOLINTNEXTLINE(bugprone-sizeof-expression): it holds pointers */
            struct deadline **heap = mem_resize(all->heap, capacity, sizeof *heap);
            if (heap == NULL) {
                return err_make(DP_NO_MEMORY);
            }
            all->heap = heap;
            all->capacity = capacity;
        }
        put(all, all->count++, one);
    }
    one->at_ms = at_ms;
    move_up(all, one->place - 1);
    move_down(all, one->place - 1);
    return DP_SUCCESS;
}

void deadline_clear(struct deadlines *all, struct deadline *one)
{
    if (one->place == 0) {
        return;
    }
    size_t at = one->place - 1;
    struct deadline *last = all->heap[--all->count];
    one->place = 0;
    if (last != one) {
        put(all, at, last);
        move_up(all, at);
        move_down(all, last->place - 1);
    }
}

struct deadline *deadline_first(const struct deadlines *all)
{
    return all->count > 0 ? all->heap[0] : NULL;
}

void deadline_free(struct deadlines *all)
{
    mem_free(all->heap);
    *all = (struct deadlines){ .heap = NULL };
}
