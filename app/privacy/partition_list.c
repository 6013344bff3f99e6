/* SPDX-License-Identifier: MIT */
#include "app/privacy/partition_list.h"

#include "app/core/mem.h"

enum { UNITS_MAX = 1000000, SEATS_MAX = 4000000, FIRST_CAPACITY = 16 };

/* Makes room for one more element. */
static dp_err grow(void **list, size_t *capacity, size_t count, size_t max, size_t size)
{
    if (count < *capacity) {
        return DP_SUCCESS;
    }
    size_t wanted = *capacity == 0 ? FIRST_CAPACITY : *capacity * 2;
    if (count >= max) {
        return err_make(DP_NO_MEMORY);
    }
    void *moved = mem_resize(*list, wanted, size);
    if (moved == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    *list = moved;
    *capacity = wanted;
    return DP_SUCCESS;
}

dp_err partition_list_add_unit(struct partition *partition, const struct unit *unit)
{
    void *list = partition->units;
    DP_TRY(grow(&list, &partition->units_capacity, partition->units_count, UNITS_MAX,
                sizeof *unit));
    partition->units = list;
    partition->units[partition->units_count] = *unit;
    partition->units_count++;
    return DP_SUCCESS;
}

dp_err partition_list_add_seat(struct partition *partition, const struct partition_seat *seat)
{
    void *list = partition->seats;
    DP_TRY(grow(&list, &partition->seats_capacity, partition->seats_count, SEATS_MAX,
                sizeof *seat));
    partition->seats = list;
    partition->seats[partition->seats_count] = *seat;
    partition->seats_count++;
    return DP_SUCCESS;
}

int partition_list_compare(const void *a, const void *b)
{
    const struct partition_seat *left = a;
    const struct partition_seat *right = b;
    if (left->team.value != right->team.value) {
        return left->team.value < right->team.value ? -1 : 1;
    }
    return (left->from.days > right->from.days) - (left->from.days < right->from.days);
}

uint32_t partition_list_place(const struct partition *partition, struct unit_id id)
{
    size_t low = 0;
    size_t high = partition->units_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (partition->units[middle].id.value < id.value) {
            low = middle + 1;
            continue;
        }
        high = middle;
    }
    bool is_there = low < partition->units_count && partition->units[low].id.value == id.value;
    return is_there ? (uint32_t)low : PARTITION_NONE;
}

struct partition_seat *partition_list_seat_at(const struct partition *partition,
                                              struct team_id team, struct date date)
{
    struct partition_seat wanted = { .team = team, .from = date };
    size_t low = 0;
    size_t high = partition->seats_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (partition_list_compare(&partition->seats[middle], &wanted) <= 0) {
            low = middle + 1;
            continue;
        }
        high = middle;
    }
    if (low == 0 || partition->seats[low - 1].team.value != team.value) {
        return NULL;
    }
    return &partition->seats[low - 1];
}

dp_err partition_list_clone(const struct partition *from, struct partition *out)
{
    *out = (struct partition){ 0 };
    dp_err err = DP_SUCCESS;
    for (size_t i = 0; i < from->units_count && err_is_ok(err); i++) {
        err = partition_list_add_unit(out, &from->units[i]);
    }
    for (size_t i = 0; i < from->seats_count && err_is_ok(err); i++) {
        err = partition_list_add_seat(out, &from->seats[i]);
    }
    if (!err_is_ok(err)) {
        partition_free(out);
    }
    return err;
}
