/* SPDX-License-Identifier: MIT */
#include "app/privacy/counting.h"

#include <sodium.h>
#include <stdlib.h>

#include "app/core/mem.h"
#include "app/core/secret.h"

/* The 16 bytes of a slot as one big-endian number, so that they sort as the box does. */
struct slot {
    uint64_t high;
    uint64_t low;
};

static struct slot slot_of(const uint8_t bytes[BOX_SLOT_BYTES])
{
    struct slot slot = { 0 };
    for (size_t i = 0; i < 8; i++) {
        slot.high = slot.high << 8 | bytes[i];
        slot.low = slot.low << 8 | bytes[8 + i];
    }
    return slot;
}

/* What is needed while the ballots pass by. */
struct passing {
    struct counting *counting;
    const struct box_head *head;
    const struct ballot_keys *keys;
    struct slot *slots; /* of all markers, ascending */
    size_t slots_count;
    size_t slots_capacity;
    size_t next_slot; /* the first that no ballot has come up to */
    uint8_t *plain;   /* locked memory */
    struct ballot *ballot;
};

static void passing_free(struct passing *passing)
{
    mem_free(passing->slots);
    sodium_free(passing->plain);
    sodium_free(passing->ballot);
    *passing = (struct passing){ 0 };
}
#define PASSING_AUTO __attribute__((cleanup(passing_free)))

void counting_free(struct counting *counting)
{
    mem_free(counting->units);
    sodium_free(counting->counts);
    *counting = (struct counting){ 0 };
}

static bool take_unit(const struct unit *unit, void *context)
{
    struct counting *counting = context;
    counting->units[counting->units_count] = *unit;
    counting->units_count++;
    return true;
}

static dp_err load_units(struct box *box, struct counting *counting)
{
    size_t count = box_head(box)->units_count;
    counting->units = mem_new(count + 1, sizeof *counting->units);
    counting->counts = sodium_allocarray(count + 1, sizeof *counting->counts);
    if (counting->units == NULL || counting->counts == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    sodium_memzero(counting->counts, (count + 1) * sizeof *counting->counts);
    DP_TRY(box_each_unit(box, take_unit, counting));
    return err_make(counting->units_count == count ? DP_OK : DP_CORRUPT);
}

static size_t place_of(const struct counting *counting, struct unit_id id)
{
    size_t low = 0;
    size_t high = counting->units_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (counting->units[middle].id.value < id.value) {
            low = middle + 1;
            continue;
        }
        high = middle;
    }
    bool is_there = low < counting->units_count && counting->units[low].id.value == id.value;
    return is_there ? low : SIZE_MAX;
}

/* ---- Markers ---- */

static bool take_slot(const uint8_t marker[BOX_MARKER_BYTES],
                      const uint8_t slot[BOX_SLOT_BYTES], void *context)
{
    (void)marker;
    struct passing *passing = context;
    if (passing->slots_count == passing->slots_capacity) {
        return false;
    }
    passing->slots[passing->slots_count] = slot_of(slot);
    passing->slots_count++;
    return true;
}

static int compare_slots(const void *a, const void *b)
{
    const struct slot *left = a;
    const struct slot *right = b;
    if (left->high != right->high) {
        return left->high < right->high ? -1 : 1;
    }
    return (left->low > right->low) - (left->low < right->low);
}

static dp_err load_slots(struct box *box, struct passing *passing)
{
    uint64_t markers = 0;
    uint64_t ballots = 0;
    DP_TRY(box_count(box, &markers, &ballots));
    passing->slots_capacity = (size_t)markers;
    passing->slots = mem_new((size_t)markers + 1, sizeof *passing->slots);
    if (passing->slots == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(box_each_marker(box, take_slot, passing));
    qsort(passing->slots, passing->slots_count, sizeof *passing->slots, compare_slots);
    return DP_SUCCESS;
}

/* How many markers name the slot. Ballots come in the order of their slots, so this is a merge;
 * markers that are passed over have no ballot. */
static size_t markers_of(struct passing *passing, const uint8_t slot[BOX_SLOT_BYTES])
{
    struct slot wanted = slot_of(slot);
    size_t found = 0;
    while (passing->next_slot < passing->slots_count) {
        int order = compare_slots(&passing->slots[passing->next_slot], &wanted);
        if (order > 0) {
            break;
        }
        found += order == 0 ? 1 : 0;
        passing->counting->missing += order < 0 ? 1 : 0;
        passing->next_slot++;
    }
    return found;
}

/* ---- Ballots ---- */

/* The ballot is what the plan lets it be; `*place` gets its unit, SIZE_MAX for nobody's. */
static bool fits_plan(const struct passing *passing, const struct ballot *ballot, size_t *place)
{
    const struct box_head *head = passing->head;
    if (!date_equal(ballot->epoch.date, head->epoch.date) ||
        ballot->question.value != head->question.value ||
        ballot->question_version != head->question_version) {
        return false;
    }
    *place = SIZE_MAX;
    const struct unit *unit = NULL;
    if (ballot->unit.value != 0) {
        *place = place_of(passing->counting, ballot->unit);
        if (*place == SIZE_MAX || passing->counting->units[*place].kind == UNIT_POOL) {
            return false;
        }
        unit = &passing->counting->units[*place];
    }
    return ballot->cell_unit.value == forming_place_of(unit, head->is_anchor).unit.value;
}

static void count(struct counting *counting, size_t place, enum answer answer)
{
    if (place == SIZE_MAX) {
        counting->nowhere += answer == ANSWER_SKIPPED ? 0 : 1;
        return;
    }
    struct counting_unit *unit = &counting->counts[place];
    unit->ballots++;
    if (answer != ANSWER_SKIPPED) {
        unit->tally.bins[answer - ANSWER_MIN]++;
    }
}

static bool take_ballot(const uint8_t slot[BOX_SLOT_BYTES],
                        const uint8_t ballot[BOX_BALLOT_BYTES], void *context)
{
    struct passing *passing = context;
    size_t place = SIZE_MAX;
    bool is_counted = markers_of(passing, slot) == 1 &&
                      err_is_ok(ballot_open(ballot, passing->keys, passing->plain,
                                            passing->ballot)) &&
                      fits_plan(passing, passing->ballot, &place);
    if (is_counted) {
        count(passing->counting, place, passing->ballot->answer);
    }
    passing->counting->refused += is_counted ? 0 : 1;
    return true;
}

static dp_err open_ballots(struct box *box, const struct ballot_keys *keys,
                           struct counting *counting)
{
    PASSING_AUTO struct passing passing = {
        .counting = counting,
        .head = box_head(box),
        .keys = keys,
    };
    passing.plain = sodium_malloc(BALLOT_PLAIN_BYTES);
    passing.ballot = sodium_malloc(sizeof *passing.ballot);
    if (passing.plain == NULL || passing.ballot == NULL) {
        return err_make(DP_NO_MEMORY);
    }
    DP_TRY(load_slots(box, &passing));
    DP_TRY(box_each_ballot(box, take_ballot, &passing));
    counting->missing += (uint32_t)(passing.slots_count - passing.next_slot);
    return DP_SUCCESS;
}

dp_err counting_open(struct box *box, const struct ballot_keys *keys, struct counting *out)
{
    secret_init();
    *out = (struct counting){ 0 };
    dp_err err = load_units(box, out);
    if (err_is_ok(err)) {
        err = open_ballots(box, keys, out);
    }
    for (size_t i = 0; i < out->units_count && err_is_ok(err); i++) {
        out->counts[i].is_stuffed = out->counts[i].ballots > out->units[i].headcount;
    }
    if (!err_is_ok(err)) {
        counting_free(out);
    }
    return err;
}
